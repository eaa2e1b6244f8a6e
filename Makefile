# make report | notebooks | docs | test | bench | lint | clean       (needs git, make and Python 3.12 or newer)

VENV := .venv
PY := $(VENV)/bin/python
READY := $(VENV)/.ready

.PHONY: report notebooks docs test bench lint lock clean setup

report: $(READY)
	@$(PY) -m contagion compare configs/inclusive_recovery_city.toml

# The lessons as notebooks of one's own, in build/notebooks: what is changed there is no change of the repository.
notebooks: $(READY)
	@mkdir -p build/notebooks/solutions
	@for page in docs/notebooks/0*.md docs/notebooks/solutions/0*.md; do \
	  to=build/notebooks/$${page#docs/notebooks/}; to=$${to%.md}.ipynb; \
	  [ -e "$$to" ] || $(PY) -m jupytext --quiet --to ipynb --output "$$to" "$$page"; \
	done
	@$(PY) -m jupyterlab --notebook-dir=build/notebooks --ip=127.0.0.1

docs: $(READY)
	@$(PY) -m sphinx --fail-on-warning --keep-going --quiet --conf-dir docs . build/site
	@echo build/site/index.html

test: export PYTHONDONTWRITEBYTECODE :=
test: $(READY)
	@$(PY) -c "import contagion as ct; ct.simulate('baseline', population=500)"  # compiled once, not by each worker
	$(PY) -m pytest -n 2 --dist worksteal  # files stay together, so what their tests share is made once

bench: $(READY)
	$(PY) experiments/bench.py
	$(PY) experiments/bench_studies.py

lint: $(READY)
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy

setup: $(READY)

# The locked packages, once; afterwards nothing is asked of the network until the lock changes.
$(READY): requirements.lock pyproject.toml
	@set -e; \
	new_enough='import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 12))'; \
	if ! $(PY) -c "$$new_enough" 2>/dev/null; then \
	  python=; \
	  for candidate in python3.12 python3.13 "$$HOME"/.pyenv/versions/3.1[2-9]*/bin/python python3.14 python3; do \
	    if "$$candidate" -c "$$new_enough" 2>/dev/null; then python=$$candidate; break; fi; \
	  done; \
	  if [ -z "$$python" ]; then \
	    echo "contagion needs Python 3.12 or newer: install it (for instance: pyenv install 3.12) and run make again." >&2; \
	    exit 1; \
	  fi; \
	  echo "Setting up $(VENV) with $$($$python --version)"; \
	  "$$python" -m venv --clear $(VENV); \
	fi; \
	$(PY) -m pip --version >/dev/null 2>&1 || $(PY) -m ensurepip >/dev/null; \
	echo "Installing the locked packages: a minute or two, once"; \
	$(PY) -m pip install -qq --disable-pip-version-check -r requirements.lock; \
	$(PY) -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .; \
	touch $@

# Needs uv and the network.
lock:
	uv pip compile pyproject.toml --all-extras --universal --python-version 3.12 --no-header \
	  --upgrade --quiet --output-file requirements.lock

clean:
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find contagion tests experiments -name __pycache__ -type d -prune -exec rm -rf {} +
