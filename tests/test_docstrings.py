"""Every public name has a real signature and says what it does with an example, and every example runs."""

from __future__ import annotations

import doctest
import functools
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import BaseModel

import contagion as ct
from contagion.study.analysis.cascades import Cascades
from contagion.study.compare import Comparison
from contagion.study.results import Results
from contagion.study.sensitivity import Sensitivity
from contagion.vocabulary import Layer

pytestmark = pytest.mark.usefixtures("undrawn")  # nothing here is about pictures

GIVEN_BACK = {"Cascades": Cascades, "Comparison": Comparison, "Results": Results, "Sensitivity": Sensitivity}
"""Classes whose objects the public functions give back."""

READ_ALIKE = {
    *(
        "directory",
        "manifest",
        "scenarios",
        "titles",
        "baseline",
        "report",
        "runs",
        "parameters",
        "headlines",
        "failed",
    ),
    *("timeline", "events", "groups", "ledger", "people", "indices", "dataset", "table", "tables", "intact", "results"),
    *("said", "text"),
}
"""Of what is given back: tables and texts that are read by their names and have nothing else to show."""


def public() -> dict[str, Any]:
    """What a user can reach, by its dotted name: `contagion.__all__`, what it gives back, and their public members."""
    found: dict[str, Any] = {name: getattr(ct, name) for name in {*ct.__all__, *ct._HOMES} if name != "__version__"}
    for name, kind in {**found, **GIVEN_BACK}.items():
        found[name] = kind
        if inspect.isclass(kind):
            found |= {f"{name}.{member}": value for member, value in members(kind)}
    return found


def members(kind: type) -> Iterator[tuple[str, Any]]:
    """Public methods and properties of a class that this package wrote."""
    taken: set[str] = set()
    for base in kind.__mro__:
        fields = base.model_fields if issubclass(base, BaseModel) and base.__module__.startswith("contagion") else {}
        for name, value in vars(base).items() if base.__module__.startswith("contagion.") else ():
            if name.startswith("_") or name in taken or name in fields or name.startswith("model_"):
                continue
            taken.add(name)
            is_member = inspect.isfunction(value) or isinstance(value, property | functools.cached_property)
            if is_member and (kind not in GIVEN_BACK.values() or name not in READ_ALIKE):
                yield name, value


PUBLIC = public()


def example_of(name: str) -> doctest.DocTest:
    text = inspect.getdoc(PUBLIC[name]) or ""
    globs = {"ct": ct, "np": np, "Layer": Layer}
    return doctest.DocTestParser().get_doctest(text, globs, name, None, None)


def test_the_walk_finds_what_there_is() -> None:
    some = {"simulate", "Outcomes.plot", "Person.relapse", "Person.hope", "RecoveryCity.run_for", "Study.on"}
    assert some | {"Comparison.plot", "Scenario.weeks"} <= set(PUBLIC) and len(PUBLIC) > 120


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_the_example_of_everything_public_runs(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    example = example_of(name)
    assert len(example.docstring or "") > 20 and example.examples, f"{name} has no example"
    assert (example.docstring or "").split(">>>")[0].strip()[-1] in ".:)", f"{name} says nothing before its example"
    told: list[str] = []
    failed = doctest.DocTestRunner(verbose=False).run(example, out=told.append)
    assert failed.failed == 0, "".join(told)


def test_an_example_can_fail() -> None:
    wrong = doctest.DocTestParser().get_doctest(">>> 1 + 1\n3\n", {}, "wrong", None, None)
    assert doctest.DocTestRunner(verbose=False).run(wrong, out=lambda _: None).failed == 1


@pytest.mark.parametrize("name", sorted(n for n, v in PUBLIC.items() if inspect.isfunction(v)))
def test_signatures_are_real(name: str) -> None:
    """No bare *args; ** only for dotted overrides, which are named so."""
    for one in inspect.signature(PUBLIC[name]).parameters.values():
        assert one.kind is not one.VAR_POSITIONAL, f"{name} takes *{one.name}"
        if one.kind is one.VAR_KEYWORD:
            assert one.name in ("overrides", "settings"), f"{name} takes **{one.name}"


def test_the_front_door_names_what_it_takes() -> None:
    for way, own in (
        (ct.compare, {"out", "workers"}),
        (ct.sweep, {"cluster"}),
        (ct.sensitivity, {"method", "cluster"}),
    ):
        assert own | {"replicates", "executor", "progress", "force"} <= set(inspect.signature(way).parameters)
    assert {"seed", "how", "person", "foundation"} <= set(inspect.signature(ct.simulate).parameters)
