"""Options of a study at several sizes, and mixes of them: each a full scenario, so that what is said of a mix was run.

An option is a scenario of the study that differs from the first one in its interventions alone. A size multiplies the places
and the fixed cost of every intervention that the option has at work. Options that set one thing differently cannot be mixed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contagion.config.keys import leaves
from contagion.config.layers import LABELS, OVERRIDE, Table, merge
from contagion.config.stated import refuse_study
from contagion.config.study import Study, Sweep, resolved
from contagion.config.variants.written_out import sized
from contagion.config.written import run_digest
from contagion.core.errors import ConfigError, Fault, at_key, nearest
from contagion.interventions.base import Intervention
from contagion.model.scenario import Scenario

LONGEST_NAME, LONGEST_TITLE = 60, 200


@dataclass(frozen=True)
class Sized:
    """An option at a size: 1 is as the study says it."""

    option: str
    size: float = 1.0


type Mix = tuple[Sized, ...]
"""Options with their sizes, in the order of the study; the empty mix is the first scenario, to which nothing is added."""

NOTHING: Mix = ()


class Options:
    """The options of a study, and the scenarios that mixes of them make."""

    def __init__(self, study: Study, chosen: Sequence[str] = ()) -> None:
        """ConfigError where a name in `chosen` is no option, or the study has none."""
        self.study = study
        self.today, *others = study.scenarios
        self.names = [name for name in others if self._is_option(name)]
        if not self.names:
            rule = "add scenarios under [study.scenarios] that switch interventions on"
            if not any(layer.says(("study", "scenarios")) for layer in study.origin.layers):
                own = next((layer.label for layer in reversed(study.origin.layers) if layer.text), study.name)
                raise ConfigError(Fault(own, "study.scenarios", None, rule, None, "has no option to mix"))
            refuse_study(study, [at_key(("study", "scenarios"), None, rule, None, "has no option to mix")])
        faults = []
        for name in chosen:
            if name not in self.names:
                rule = "it must be one of " + ", ".join(self.names)
                if name in study.scenarios:
                    told = "is no option: it differs from the first scenario in more than its interventions, or in none"
                    faults.append(Fault(OVERRIDE, "--option", None, rule, None, f"{name} {told}"))
                else:
                    faults.append(Fault(OVERRIDE, "--option", name, rule, nearest(name, self.names)))
        if faults:
            raise ConfigError(faults)
        self.names = [name for name in self.names if not chosen or name in chosen]
        self._known: dict[Mix, Scenario | None] = {}

    def _is_option(self, name: str) -> bool:
        first, other = self.study.scenarios[self.today], self.study.scenarios[name]
        own = {"name": first.name, "title": first.title, "description": first.description}
        alike = other.model_copy(update={**own, "interventions": first.interventions}) == first
        return alike and run_digest(other) != run_digest(first)

    def changes(self, mix: Mix) -> Table | None:
        """What a mix sets, as a study scenario; None where its options set one thing differently."""
        first = {k: v for k, v in self.study.changes.get(self.today, {}).items() if k not in LABELS}
        made: Table = {}
        for one in mix:
            own = self._sized(one)
            both = {key: _at(made, key) for key in leaves(own)}
            if any(value is not None and value != _at(own, key) for key, value in both.items()):
                return None
            made = merge(made, own)
        return {"title": self.title(mix), **merge(first, made)}

    def _sized(self, one: Sized) -> Table:
        """What an option sets at a size, with places and fixed costs in numbers, so that two sizes of one thing show.

        That is where its interventions differ from those of the first scenario, whoever says so: a first scenario may
        itself switch off what the file has at work, and an option may repeat what the first one says.
        """
        own = self.study.changes[one.option].get("interventions", {})
        before = self.study.scenarios[self.today].interventions
        found: Table = {}
        for name, what in self.study.scenarios[one.option].interventions.items():
            was = before.get(name)
            if what == was:
                continue
            found[name] = dict(own.get(name, {})) if was is None or was.kind != what.kind else _unlike(what, was)
            if what.enabled:
                told = {"kind": what.kind, "places": what.places, "cost_fixed": what.cost_fixed}
                found[name] |= sized(told, one.size)
        return {"interventions": found}

    def scenario(self, mix: Mix) -> Scenario | None:
        """The scenario that a mix makes; None where it cannot be made, or is one of its own parts under another name."""
        if mix not in self._known:
            found = self._made(mix)
            parts = [mix[:k] + mix[k + 1 :] for k in range(len(mix))] if len(mix) > 1 else []
            fewer = [one for part in parts if (one := self._made(part)) is not None]
            alike = found is not None and run_digest(found) in {run_digest(one) for one in fewer}
            self._known[mix] = None if alike else found
        return self._known[mix]

    def _made(self, mix: Mix) -> Scenario | None:
        changes = self.changes(mix)
        if changes is None:
            return None
        try:
            return resolved(self.study.base, {self.name(mix): changes})[self.name(mix)]
        except ValueError:
            return None

    def name(self, mix: Mix) -> str:
        """A short name for tables and files."""
        if not mix:
            return self.today
        said = "-".join(one.option + ("" if one.size == 1 else f"_x{one.size:g}") for one in mix)
        return said if len(said) <= LONGEST_NAME else f"mix-{hashlib.sha256(said.encode()).hexdigest()[:10]}"

    def title(self, mix: Mix) -> str:
        """What the mix is, in words."""
        titles = {name: one.title or name for name, one in self.study.scenarios.items()}
        if not mix:
            return titles[self.today]
        said = " + ".join(titles[one.option] + size_in_words(one.size) for one in mix)
        return said if len(said) <= LONGEST_TITLE else said[: LONGEST_TITLE - 1] + "…"

    def staged(self, mixes: Sequence[Mix], replicates: int, seed: int, outcome: str) -> Study:
        """The study that lives through these mixes under common seeds, and keeps the ledger of each."""
        changes: dict[str, Any] = {self.name(mix): self.changes(mix) for mix in mixes}
        row = {"time.years": self.study.base.time.years}
        more: Mapping[str, Any] = {
            "scenarios": resolved(self.study.base, changes),
            "changes": changes,
            "replicates": replicates,
            "seed": seed,
            "precision": {},
            "outcomes": [outcome],
            "factors": {},
            "sweep": Sweep(design="list", rows=[row], keep=["ledger"]),
        }
        return self.study.model_copy(update=more)


def size_in_words(size: float) -> str:
    """A size behind an option's title: nothing, "(half)", or how many times.

    >>> size_in_words(0.5), size_in_words(1.0), size_in_words(2.0)
    (' (half)', '', ' (2 times)')
    """
    return "" if size == 1 else " (half)" if size == 0.5 else f" ({size:g} times)"


def _unlike(one: Intervention, other: Intervention) -> Table:
    """The settings in which an intervention differs from another of its kind."""
    values, others = one.model_dump(mode="json"), other.model_dump(mode="json")
    return {key: value for key, value in values.items() if value != others[key] and key != "title"}


def _at(table: Table, key: Sequence[str]) -> Any:
    """What a table sets at a key, or None."""
    value: Any = table
    for part in key:
        if not isinstance(value, dict) or part not in value:
            return None
        value = value[part]
    return value
