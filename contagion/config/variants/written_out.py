"""Variants written out: what a study scenario says of another one becomes ordinary settings of its interventions.

A scenario may say `variant_of = "other"` and with it `delayed` (years by which everything starts and ends later), `size`
(places and fixed costs, times so much) and `fails` (the year in which all of it fails), or `equal_cost_to = "third"` (the
size at which its planned cost is that of the third). What it sets itself stands above that. What is written out is what is
checked, run and stored; nothing of the words is left but a description.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from contagion.config.layers import LABELS, STUDY, ConfigLayer, Table, located, merge, variant
from contagion.config.variants.planned import planned_cost
from contagion.core.errors import Fault, at_key, nearest, shown
from contagion.interventions.base import NEVER, REGISTRY
from contagion.model.scenario import Scenario

OF = "variant_of"
CHANGES = ("delayed", "size", "fails", "equal_cost_to")
WORDS = (OF, *CHANGES)
"""What a study scenario may say of another one."""
LONGEST, LARGEST = 100.0, 100.0
"""Years of delay, and times the size, at most."""
SIZED = ("places", "cost_fixed")
"""What grows with the size of an intervention."""


def written_out(merged: Table, layers: Sequence[ConfigLayer], faults: list[Fault]) -> Table:
    """A merged config whose study scenarios set plain values only; what is wrong with the words joins the faults.

    Raises nothing: a scenario whose words are wrong is left without them, so that the rest of it is still checked.
    """
    study = merged.get("study")
    scenarios = study.get("scenarios") if isinstance(study, dict) else None
    if not isinstance(scenarios, dict) or not any(_said(one) for one in scenarios.values()):
        return merged
    assert isinstance(study, dict)
    made = _Written(merged, scenarios)
    whole = {**merged, "study": {**study, "scenarios": {name: made.of(name) for name in scenarios}}}
    faults.extend(located(fault, layers) for fault in made.faults)
    return whole


def _said(table: Any) -> bool:
    return isinstance(table, dict) and any(word in table for word in WORDS)


class _Written:
    """The scenarios of a study, each written out once, when it is asked for."""

    def __init__(self, base: Table, scenarios: Mapping[str, Any]) -> None:
        self.base = {key: value for key, value in base.items() if key not in STUDY}
        self.scenarios, self.faults = scenarios, list[Fault]()
        self.done: dict[str, Any] = {}
        self.under_way: list[str] = []
        self.wrong: set[str] = set()

    def of(self, name: str) -> Any:
        """The table of a scenario in plain values."""
        if name not in self.done:
            self.under_way.append(name)
            table = self.scenarios[name]
            self.done[name] = self._made(name, table) if _said(table) else table
            self.under_way.pop()
        return self.done[name]

    def _made(self, name: str, table: Table) -> Table:
        """The table of a scenario that says words; without them where they, or those of the other one, are wrong."""
        own = {key: value for key, value in table.items() if key not in WORDS}
        made = self._variant(name, own, table)
        if made is None:
            self.wrong.add(name)
        return own if made is None else made

    def _variant(self, name: str, own: Table, table: Table) -> Table | None:
        words = {key: table[key] for key in WORDS if key in table}
        before = len(self.faults)
        other = self._named(name, words, OF)
        for word in ("delayed", "size", "fails"):
            self._number(name, words, word)
        if {"size", "equal_cost_to"} <= words.keys():
            rule = "give one of the two: an equal cost is reached by the size"
            self._fault(name, "equal_cost_to", None, rule, None, "stands beside size")
        if len(self.faults) > before:
            return None
        like = {key: value for key, value in self.of(other).items() if key not in LABELS}
        if other in self.wrong:
            return None
        made = merge(like, self._changed(name, like, words))
        if "equal_cost_to" in words and len(self.faults) == before:
            made = self._of_equal_cost(name, made, words)
        if len(self.faults) > before:
            return None
        title = self._title(other)
        return merge(
            {**made, "title": f"{title}, {in_words(words)}", "description": f"As {title}: {in_words(words)}."}, own
        )

    def _title(self, name: str) -> str:
        return str(self.of(name).get("title", name))

    def _named(self, name: str, words: Table, word: str) -> str:
        """The scenario that a word names, or a fault."""
        other = words.get(word)
        if word not in words:
            rule = f"name the scenario that it is a variant of, for instance {OF} = {shown(next(iter(self.scenarios)))}"
            self._fault(name, word, None, rule, None, "is missing")
        elif not isinstance(other, str) or other not in self.scenarios:
            rule = "it must be the name of a scenario of this study: " + ", ".join(
                n for n in self.scenarios if n != name
            )
            close = nearest(other, self.scenarios) if isinstance(other, str) else None
            self._fault(name, word, other, rule, close)
        elif other in self.under_way:
            ring = [*self.under_way[self.under_way.index(other) :], other]
            self._fault(
                name, word, None, "say one of them in full", None, f"goes round in a circle ({' of '.join(ring)})"
            )
        elif not isinstance(self.scenarios[other], dict):
            self._fault(name, word, other, "it must be the name of a scenario that is a table")
        else:
            return other
        return ""

    def _number(self, name: str, words: Table, word: str) -> None:
        """A fault unless a word, if it is said, gives a number in its range."""
        value = words.get(word)
        least, most = (0.0, LONGEST) if word == "delayed" else (0.0, LARGEST) if word == "size" else (0.0, NEVER)
        number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        if word in words and not (number and least < value <= most):  # type: ignore[operator]
            unit = {"delayed": "years", "size": "times as large", "fails": "the year"}[word]
            self._fault(name, word, value, f"it must be a number above 0 and up to {most:g} ({unit})")

    def _fault(self, name: str, word: str, value: Any, rule: str, close: str | None = None, problem: str = "") -> None:
        self.faults.append(at_key(("study", "scenarios", name, word), value, rule, close, problem))

    def _at_work(self, like: Table) -> dict[str, Table]:
        """The interventions that are switched on in a scenario of these settings, with all that is set of each."""
        found = variant(self.base, "like", like).get("interventions")
        tables = found.items() if isinstance(found, dict) else ()
        return {key: one for key, one in tables if isinstance(one, dict) and one.get("enabled", True) is True}

    def _changed(self, name: str, like: Table, words: Table) -> Table:
        """What the words change of each intervention at work."""
        by: list[tuple[str, Callable[[Table], Table]]] = []
        if "delayed" in words:
            by.append(("delayed", lambda one: delayed(one, float(words["delayed"]))))
        if "size" in words:
            by.append(("size", lambda one: sized(one, float(words["size"]))))
        if "fails" in words:
            by.append(("fails", lambda one: {"fails": float(words["fails"])}))
        working = self._at_work(like)
        for word, _ in by if not working else ():
            rule = "give it to a scenario with an intervention that is switched on"
            self._fault(name, word, None, rule, None, f"changes nothing, as {words[OF]} has no intervention at work")
        for key, one in working.items() if "fails" in words else ():
            start = (one | delayed(one, float(words.get("delayed", 0.0)))).get("start", 0.0)
            if isinstance(start, int | float) and words["fails"] < start:
                rule = f"it must be at least {start:g}, the year in which {key} starts"
                self._fault(name, "fails", words["fails"], rule)
                break
        changes = {key: _together([change(one) for _, change in by]) for key, one in working.items()}
        return {"interventions": changes} if by else {}

    def _of_equal_cost(self, name: str, made: Table, words: Table) -> Table:
        """The scenario at the size at which its planned cost is that of another."""
        third = self._named(name, words, "equal_cost_to")
        if not third:
            return made
        costs = [self._planned(one) for one in (made, self.of(third))]
        if None in costs:
            return made  # what is wrong with the scenarios themselves is told when they are checked
        mine, theirs = (float(one or 0.0) for one in costs)
        for of, cost in ((words[OF], mine), (third, theirs)):
            if cost <= 0:
                told = f"cannot be reached: {of} is planned to cost nothing"
                self._fault(name, "equal_cost_to", None, "name scenarios that cost something", None, told)
                return made
        times = float(f"{theirs / mine:.4g}")
        return merge(made, {"interventions": {key: sized(one, times) for key, one in self._at_work(made).items()}})

    def _planned(self, changes: Table) -> float | None:
        try:
            return planned_cost(Scenario.model_validate(variant(self.base, "like", changes)))
        except ValueError:
            return None


def _together(parts: list[Table]) -> Table:
    return {key: value for part in parts for key, value in part.items()}


def _value(one: Table, name: str) -> Any:
    """A number of an intervention: what is set, or what its kind declares."""
    kind = REGISTRY.get(str(one.get("kind")))
    field = kind.model_fields.get(name) if kind else None
    return one.get(name, field.default if field else None)


def delayed(one: Table, years: float) -> Table:
    """An intervention's years, so much later: its start, and its end if it has one."""
    found = {name: _value(one, name) for name in ("start", "stop", "fails")}
    numbers = {n: v for n, v in found.items() if isinstance(v, int | float) and not isinstance(v, bool)}
    return {n: _tidy(min(v + years, NEVER)) for n, v in numbers.items() if n == "start" or v < NEVER}


def sized(one: Table, times: float) -> Table:
    """An intervention's places and fixed cost, times so much."""
    found = {name: _value(one, name) for name in SIZED}
    return {n: _tidy(v * times) for n, v in found.items() if isinstance(v, int | float) and not isinstance(v, bool)}


def _tidy(value: float) -> float:
    """Without the dust of binary fractions: 0.1 x 3 is 0.3."""
    return float(f"{value:.10g}")


def in_words(words: Table) -> str:
    """What a variant changes, in words.

    >>> in_words({"delayed": 2, "size": 0.5})
    '2 years later, half the size'
    """
    said = []
    if "delayed" in words:
        said.append(f"{words['delayed']:g} year{'s' * (words['delayed'] != 1)} later")
    if "size" in words:
        named = {0.5: "half the size", 2.0: "twice the size"}
        said.append(named.get(float(words["size"]), f"{words['size']:g} times the size"))
    if "fails" in words:
        said.append(f"failing in year {words['fails']:g}")
    if "equal_cost_to" in words:
        said.append(f"at the planned cost of {words['equal_cost_to']}")
    return ", ".join(said) or "unchanged"
