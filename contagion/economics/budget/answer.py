"""The answer to a budget question: mixes as they were judged, what is chosen at each budget, and its files."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from contagion.config.study import resolved
from contagion.config.written import to_toml
from contagion.core import package
from contagion.core.errors import counted
from contagion.economics.budget.choosing import Choice, Gap, gap
from contagion.economics.budget.mixes import Mix, Options, Sized
from contagion.economics.budget.spending import COLUMNS, dearest, in_its_dearest_year
from contagion.interventions.base import PAYERS
from contagion.study.analysis.headlines import Headline
from contagion.study.analysis.paired import Interval, interval

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Judged:
    """Mixes that were run, the first of them nothing.

    `effects`: how much more each does than nothing by seed, NaN where it was not run, (seeds, mixes); `rounds`: of each
    seed; `spent`: of each mix, GBP by run, year, in all and by payer.
    """

    mixes: tuple[Mix, ...]
    effects: Array
    rounds: NDArray[np.int64]
    spent: tuple[Array, ...]

    @property
    def costs(self) -> Array:
        """GBP in the dearest year beyond what nothing costs, in all and by payer; (mixes, 1 + payers)."""
        return np.array([dearest(self.net(k)) for k in range(len(self.mixes))])

    def net(self, k: int) -> Array:
        """What a mix costs beyond nothing under the same seeds; (runs, years, 1 + payers)."""
        own = self.spent[k]
        found: Array = own - self.spent[0][: len(own)]
        return found

    def within(self, limits: Array) -> NDArray[np.bool_]:
        """Which mixes cost no more than that on average in any year; nothing always does."""
        found: NDArray[np.bool_] = (self.costs <= limits + 1e-9).all(axis=1)
        found[0] = True
        return found

    def seeds(self, k: int) -> int:
        """Seeds under which a mix was run."""
        return int((~np.isnan(self.effects[:, k])).sum())


@dataclass(frozen=True, repr=False)
class Answer:
    """What is chosen at each budget, with all mixes that were run; `.table()` and `.in_words()` tell, files are written.

    >>> tiny = {"city.population": 400, "time.years": 1.2, "workers": 1, "progress": False}
    >>> few = {"screen": 2, "each": 2, "most": 2, "mixes": 1, "sizes": [1.0], "options": ["linkage"]}
    >>> found = ct.budget("first_comparison", [50_000], out="asked", **few, **tiny)
    >>> found.table()["mix"].iloc[0]
    'today'
    """

    directory: Path
    options: Options
    outcome: Headline
    judged: Judged
    limits: tuple[Array, ...]
    choices: tuple[Choice, ...]
    screened: Mapping[Sized, tuple[float, Array]]

    def title(self, k: int) -> str:
        """What a mix is, in words."""
        return self.options.title(self.judged.mixes[k])

    def over_nothing(self, k: int) -> Gap:
        """How much more a mix does than nothing."""
        return gap(self.judged.effects, k, 0, self.judged.rounds)

    def yearly(self, k: int) -> Interval:
        """GBP in the dearest year: median and 10th to 90th percentile of the runs."""
        return interval(in_its_dearest_year(self.judged.net(k)))

    def table(self) -> pd.DataFrame:
        """A row for each mix that was run: effect over nothing with its range, cost a year in all and by payer, seeds, and
        for each budget whether it fits and how often resampled seeds choose it."""
        rows = []
        for k, mix in enumerate(self.judged.mixes):
            found, cost = self.over_nothing(k), self.judged.costs[k]
            row: dict[str, Any] = {"mix": self.options.name(mix), "title": self.title(k), "seeds": self.judged.seeds(k)}
            row |= {"more": found.mean, "low": found.low, "high": found.high, "chance_no_better": found.other_way}
            row |= dict(zip(("cost_a_year", *COLUMNS[1:]), cost.tolist(), strict=True))
            for most, choice in zip(self.limits, self.choices, strict=True):
                budget = f"{most[0]:.0f}"
                row[f"fits_{budget}"] = bool(self.judged.within(most)[k])
                row[f"chosen_{budget}"] = choice.shares.get(k, 0.0)
            rows.append(row)
        return pd.DataFrame(rows)

    def in_words(self) -> list[str]:
        """A paragraph for each budget: what is chosen, the runner-up, what separates them, and how sure that is."""
        return [self._paragraph(most, choice) for most, choice in zip(self.limits, self.choices, strict=True)]

    def _paragraph(self, most: Array, choice: Choice) -> str:
        seeds = counted(choice.between.seeds, "seed")
        head = f"Within £{most[0]:,.0f} a year{self._payers(most)}"
        if int(self.judged.within(most).sum()) < 2:
            return f"{head}: no mix of the options that was run costs so little. {self.title(0)} is what is left."
        second = choice.runner_up
        if choice.chosen == 0:
            said = f"{head}: none is clearly better than nothing. The highest mean is that of {self.title(second)}: "
            said += f"{self._than(self.over_nothing(second), self.title(0))}."
        else:
            said = f"{head}: {self.title(choice.chosen)}, {self._than(choice.over_nothing, self.title(0))}"
            said += f", for £{self.judged.costs[choice.chosen, 0]:,.0f} a year. {self._second(choice)}"
        again = f"Under other seeds the choice would change in {in_percent(choice.changes)} of {RESAMPLED} ({seeds})."
        return f"{said} {again}"

    def _second(self, choice: Choice) -> str:
        """The runner-up, and what separates it from what is chosen."""
        second, between = choice.runner_up, choice.between
        if second == 0:
            return "Nothing else that was run fits."
        dearer = self.judged.costs[second, 0] - self.judged.costs[choice.chosen, 0]
        money = f"£{abs(dearer):,.0f} a year {'dearer' if dearer > 0 else 'cheaper'}" if dearer else "at the same cost"
        said = f"The runner-up is {self.title(second)}, {money}, with {self._than(_turned(between), 'the chosen mix')}"
        said += f"; the chance that it does as much or more is {in_percent(between.other_way)}."
        if choice.best == second and between.high < 0:
            said += " It does clearly more, but not clearly more than another mix that costs less than it does."
        elif choice.best == second and between.mean < 0:
            said += " It is not chosen, as it cannot be told from a cheaper mix that is clearly better than nothing."
        return said

    @property
    def page(self) -> Path:
        """The page of the answer."""
        return self.directory / "budget.html"

    @property
    def _unit(self) -> str:
        one = self.outcome
        unit = "" if one.unit == "people" else f" ({one.unit})"
        return f"{one.label[:1].lower()}{one.label[1:]}{unit}"

    def _payers(self, most: Array) -> str:
        bounds = [f"£{m:,.0f} {name}" for m, name in zip(most[1:], PAYERS.values(), strict=True) if math.isfinite(m)]
        return f" (at most {', '.join(bounds)})" if bounds else ""

    def _than(self, found: Gap, other: str) -> str:
        """How much more there is of the outcome than in the other mix, or that there is as much."""
        said = amount(found, self.outcome.better == "higher", self.outcome.unit)
        if said == NONE:
            return f"{said} in {self._unit} from {other}"
        return f"{said} {self._unit} than {other}"

    def write(self) -> None:
        """Write the page, mixes.csv, runs.csv, answer.json, answer.txt and a study file of each choice."""
        self.directory.mkdir(parents=True, exist_ok=True)
        self.table().to_csv(self.directory / "mixes.csv", index=False, float_format="%.6g")
        self._runs().to_csv(self.directory / "runs.csv", index=False, float_format="%.10g")
        (self.directory / "answer.txt").write_text("\n\n".join(self.in_words()) + "\n", encoding="utf-8")
        said = [
            {
                "budget": most[0],
                "payers": {p: m for p, m in zip(PAYERS, most[1:].tolist(), strict=True) if math.isfinite(m)},
                "chosen": self.options.name(self.judged.mixes[choice.chosen]),
                "runner_up": self.options.name(self.judged.mixes[choice.runner_up]),
                "highest_mean": self.options.name(self.judged.mixes[choice.best]),
                "over_nothing": asdict(choice.over_nothing),
                "over_runner_up": asdict(choice.between),
                "choice_changes": choice.changes,
                "chosen_by_resamples": {
                    self.options.name(self.judged.mixes[k]): share for k, share in choice.shares.items()
                },
            }
            for most, choice in zip(self.limits, self.choices, strict=True)
        ]
        text = json.dumps({"outcome": self.outcome.name, "answers": said}, indent=2, ensure_ascii=False)
        (self.directory / "answer.json").write_text(text + "\n", encoding="utf-8")
        for most, choice in zip(self.limits, self.choices, strict=True):
            file = self.directory / f"mix-{most[0]:.0f}.toml"
            if choice.chosen == 0:
                file.unlink(missing_ok=True)
            else:
                file.write_text(self.study_of(choice), encoding="utf-8")
        self.page.write_bytes(package.ask("budget_page", self))

    def study_of(self, choice: Choice) -> str:
        """TOML of a study that compares today with what is chosen and the runner-up; `contagion compare` runs it."""
        mixes = [self.judged.mixes[k] for k in dict.fromkeys((0, choice.chosen, choice.runner_up))]
        study = self.options.study
        changes = {self.options.name(mix): self.options.changes(mix) or {} for mix in mixes}
        more = {"changes": changes, "scenarios": resolved(study.base, changes), "precision": {}}
        return to_toml(study.model_copy(update=more))

    def _runs(self) -> pd.DataFrame:
        """Every run of every mix: mix, seed number, effect over nothing, and GBP in each year."""
        rows = []
        for k, mix in enumerate(self.judged.mixes):
            known = np.flatnonzero(~np.isnan(self.judged.effects[:, k]))
            for row, spent in zip(known, self.judged.net(k), strict=True):
                more = {"mix": self.options.name(mix), "seed": int(row), "more": self.judged.effects[row, k]}
                rows.append(more | {f"cost_year_{y + 1}": one for y, one in enumerate(spent[:, 0].tolist())})
        return pd.DataFrame(rows)

    def __repr__(self) -> str:
        return "\n".join((f"Answer to a budget question, kept in {self.directory}", *self.in_words()))


RESAMPLED = "1,000 resamples of the seeds"
NONE = "no difference"
"""What is said of mixes that do the same under every seed."""


def _turned(found: Gap) -> Gap:
    """A gap seen from the other side."""
    return Gap(-found.mean, -found.high, -found.low, 1 - found.other_way, found.seeds)


def amount(found: Gap, higher_is_better: bool, unit: str = "") -> str:
    """A gap in words, with its 90 % interval: how much more, or less (fewer people) where less is better.

    >>> amount(Gap(12.3, 4.0, 20.6, 0.01, 10), True)
    '12 more (4 to 21)'
    """
    if found.low == found.high == 0.0:
        return NONE
    less = "fewer" if unit == "people" else "less"
    word, other = ("more", less) if higher_is_better else (less, "more")
    values = found.mean, found.low, found.high
    half = max((found.high - found.low) / 2, 1e-12)
    places = max(0, 1 - math.floor(math.log10(half))) if half < 10 else 0
    mean, low, high = (f"{one:,.{min(places, 4)}f}" for one in values)
    if found.mean < 0:
        mean, low, high = (f"{-one:,.{min(places, 4)}f}" for one in (found.mean, found.high, found.low))
        word = other
    return f"{mean} {word} ({low} to {high})"


def in_percent(share: float) -> str:
    """A chance as a percentage, never surer than the resamples allow."""
    if share < 0.005:
        return "less than 0.5%"
    return f"{100 * share:.0f}%" if share < 0.995 else "more than 99%"
