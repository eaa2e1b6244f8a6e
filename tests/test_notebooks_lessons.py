"""The lessons: every notebook and its solutions run in a kernel, show pictures, warn of nothing, and have their parts."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

import contagion as ct

LESSONS = sorted((ROOT / "docs" / "notebooks").glob("0*.md"))
SOLUTIONS = sorted((ROOT / "docs" / "notebooks" / "solutions").glob("0*.md"))
HEADINGS = ["Predict", "Run", "Explain", "Exercise"]
INLINE = "module://matplotlib_inline.backend_inline"
LONGEST = 600
"""Seconds that a cell may take where the model is compiled first on a busy machine; a lesson takes about ten in all."""


def code(page: Path) -> list[str]:
    """The code cells of a page."""
    return re.findall(r"^```\{code-cell\} ipython3\n(.*?)^```$", page.read_text("utf-8"), flags=re.S | re.M)


def shown(cells: list[Any]) -> tuple[int, list[str]]:
    """How many pictures the cells show, and what is amiss with the rest."""
    pictures, amiss = 0, []
    for cell in cells:
        printed: dict[str, str] = {}  # a line and its end may come as two
        for output in cell.get("outputs", []):
            kind, data = output["output_type"], output.get("data", {})
            seen = {form: "".join(content) for form, content in data.items()}
            drawn = len(seen.get("image/png", "")) > 5_000 or "<svg" in seen.get("text/html", "")
            pictures += drawn
            if kind == "stream":
                printed[output["name"]] = printed.get(output["name"], "") + output["text"]
            elif not drawn and not any(content.strip() for content in seen.values()):
                amiss.append(f"an empty output of {cell['source'][:80]!r}")
            if re.search(r"^<.* at 0x[0-9a-f]+>$|^<Figure size", seen.get("text/plain", "")) and len(seen) == 1:
                amiss.append(f"an object and no picture: {seen['text/plain']}")
        amiss += [f"{name}: {text[:200]!r}" for name, text in printed.items() if name != "stdout" or not text.strip()]
    return pictures, amiss


@pytest.mark.slow
@pytest.mark.parametrize("page", [*LESSONS, *SOLUTIONS], ids=lambda page: f"{page.parent.name}-{page.stem}")
def test_every_notebook_runs(page: Path, tmp_path: Path) -> None:
    """In a fresh kernel: no fault, no warning, nothing empty, and at least one picture."""
    jupytext, nbclient = pytest.importorskip("jupytext"), pytest.importorskip("nbclient")
    from jupyter_client.manager import AsyncKernelManager

    notebook = jupytext.read(page)
    assert not [cell for cell in notebook.cells if cell.get("outputs")], "outputs are not kept in the repository"
    sockets = tempfile.mkdtemp(prefix="k", dir="/tmp" if os.path.isdir("/tmp") else None)  # their paths must be short
    manager = AsyncKernelManager(
        kernel_name="python3", transport="ipc", ip=f"{sockets}/s"
    )  # the kernel works elsewhere
    client = nbclient.NotebookClient(
        notebook, km=manager, timeout=LONGEST, resources={"metadata": {"path": str(tmp_path)}}
    )
    paths = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    client.execute(env={**os.environ, "MPLBACKEND": INLINE, "PYTHONPATH": paths})
    pictures, amiss = shown(notebook.cells)
    assert not amiss
    assert pictures, f"{page.name} shows no picture"


@pytest.mark.parametrize("page", LESSONS, ids=lambda page: page.stem)
def test_a_lesson_has_its_parts(page: Path) -> None:
    """A question, the four headings, the glossary, the solutions; and the teacher's notes speak of it."""
    text = page.read_text("utf-8")
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.S | re.M)
    assert re.findall(r"^## (.+)$", prose, flags=re.M) == HEADINGS
    assert "**Question.**" in prose and "glossary.md" in prose and f"solutions/{page.name}" in prose
    assert (page.parent / "solutions" / page.name).exists()
    number = int(page.stem[:2])
    notes = (page.parent / "teacher.md").read_text("utf-8")
    part = re.search(rf"^## {number}\. .*?(?=^## |\Z)", notes, flags=re.S | re.M)
    assert part and all(word in part[0] for word in ("**Aims.**", "**Time.**", "**Common wrong answers.**"))


def test_solutions_have_lessons() -> None:
    assert [page.name for page in SOLUTIONS] == [page.name for page in LESSONS] and len(LESSONS) >= 9


@pytest.mark.parametrize("version, fits", [("0.0.9", False), ("0.1.0", True), ("0.10.0", True), ("1.0.0.dev3", True)])
def test_a_notebook_refuses_an_older_package(
    version: str, fits: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first cell of all is the same; it prints versions, or stops with one sentence."""
    guards = {code(page)[0] for page in [*LESSONS, *SOLUTIONS]}
    assert len(guards) == 1
    monkeypatch.setattr(ct, "__version__", version)
    if fits:
        exec(guards.pop(), {})
    else:
        with pytest.raises(SystemExit, match=rf"needs contagion 0\.1\.0 or newer; here is {re.escape(version)}: pip"):
            exec(guards.pop(), {})
    assert f"contagion {version}, Python 3." in capsys.readouterr().out


def test_what_is_amiss_is_seen() -> None:
    """The check itself: a warning, an empty output and an object without a picture are found."""
    bad = [
        {"output_type": "stream", "name": "stderr", "text": "UserWarning: no"},
        {"output_type": "display_data", "data": {"text/plain": " "}},
        {"output_type": "execute_result", "data": {"text/plain": "<Figure size 640x480 with 1 Axes>"}},
    ]
    pictures, amiss = shown([{"source": "x", "outputs": bad}])
    assert pictures == 0 and len(amiss) == 3
