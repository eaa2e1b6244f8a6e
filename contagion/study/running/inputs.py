"""Inputs of a study, copied: runs read from the copy, under the digest that it was known by when the study began.

A file that is changed while a study goes on changes nothing in it, and a results directory holds all that it was made of.
"""

from __future__ import annotations

import functools
import hashlib
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from contagion.config.inputs import inputs_of, scenario_with, study_with, with_inputs
from contagion.config.targets import scenario_at
from contagion.config.written import plain, run_digest
from contagion.core.errors import ConfigError, Fault
from contagion.study.keeping.seal import sha256
from contagion.study.running.order import Order
from contagion.study.running.runs import Job, key_of

FOLDER = "inputs"


class InputChanged(ConfigError):
    """A file that a study is fed with is not what it was when the study was read."""


def localized(order: Order, folder: Path) -> Order:
    """The order, fed with copies in its working folder; InputChanged if a file is not what the keys of its runs say."""
    named = inputs_of(plain(order.study))
    swap = copied(named, folder)
    if not swap:
        return order
    job, to = order.job, {path: portable(copy) for path, copy in swap.items()}
    bases = {name: scenario_with(base, swap) for name, base in job.bases.items()}
    moved = replace(job, bases=bases, points=[with_inputs(values, swap) for values in job.points])
    _as_known(moved, order.model, {copy: path for path, copy in swap.items()})
    columns = {name: order.parameters[name].map(lambda v: to.get(v, v)) for name in _naming(order.parameters.columns)}
    return replace(order, study=study_with(order.study, swap), job=moved, parameters=order.parameters.assign(**columns))


def _naming(columns: Iterable[Any]) -> list[str]:
    return [name for name in columns if name in ("city.graph", "city.nodes")]


def _as_known(job: Job, model: str, original: Mapping[str, str]) -> None:
    """InputChanged unless each combination of files gives the keys that its runs have."""
    seen = set()
    for run in job.runs:
        what = (run.scenario, *(job.values(run).get(name) for name in ("city.graph", "city.nodes")))
        if what in seen:
            continue
        seen.add(what)
        scenario = scenario_at(job.bases[run.scenario], job.values(run))
        if key_of(run_digest(scenario), run.seed, model) != run.key:
            files = [original[one] for one in (scenario.city.graph, scenario.city.nodes) if one in original]
            rule = "run the same command again, and leave the file as it is meanwhile"
            raise InputChanged(
                [Fault(one, "", None, rule, None, "was changed while the study was read") for one in files]
            )


def copied(paths: Iterable[str], folder: Path) -> dict[str, str]:
    """A copy of each file under `inputs/DIGEST/NAME`, by its path; ConfigError for one that cannot be read."""
    found = {}
    for path in paths:
        place = folder.absolute() / FOLDER
        try:
            os.path.abspath(path).encode("utf-8")
            found[path] = str(_copy(Path(path), place))
        except UnicodeEncodeError:
            problem = "has a name that is not UTF-8"
            raise ConfigError(Fault(path, "", None, "rename it", None, problem)) from None
        except FileNotFoundError:
            raise ConfigError(Fault(path, "", None, "put it back", None, "is not there any more")) from None
        except OSError as error:
            problem = f"cannot be copied into the results ({error.strerror or type(error).__name__})"
            raise ConfigError(Fault(path, "", None, "it is kept with them", None, problem)) from None
    return found


def _copy(path: Path, place: Path) -> Path:
    place.mkdir(parents=True, exist_ok=True)
    beside = place / f"writing-{os.getpid()}"
    try:
        with open(path, "rb") as read, open(beside, "wb") as written:
            shutil.copyfileobj(read, written, 1 << 20)
        copy = place / sha256(beside)[:12] / path.name
        copy.parent.mkdir(exist_ok=True)
        os.replace(beside, copy)
    finally:
        beside.unlink(missing_ok=True)
    return copy


def portable(path: str) -> str:
    """A copy as it is named from the results directory that holds it; of another file its bare name."""
    parts = Path(path).parts
    return "/".join(parts[-3:]) if parts[-3:-2] == (FOLDER,) else parts[-1]


def placed(study: Any, directory: Path) -> None:
    """Put the copies that a study is fed with into its results."""
    for path in inputs_of(plain(study)):
        if os.path.isfile(path):
            target = directory / portable(path)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)


def as_copied(tables: Iterable[Any]) -> None:
    """InputChanged if a copy that these tables name is not what its place says; a worker asks before it reads."""
    for path in inputs_of(list(tables)):
        _check(path)


@functools.lru_cache(maxsize=1024)
def _check(path: str) -> None:
    parts = Path(path).parts
    if parts[-3:-2] != (FOLDER,):
        return
    with open(path, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest[:12] != parts[-2]:
        problem = "is damaged: it is not what was copied"
        raise InputChanged(Fault(path, "", None, "run the same command again", None, problem))
