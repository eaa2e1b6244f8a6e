"""Which drawn parameter would be worth knowing better: the expected value of partial perfect information, in a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from contagion.economics.appraisal import Appraisal
from contagion.economics.partial import FEWEST_FOR_PARTIAL, RARE, SHUFFLES, Partial, partial
from contagion.report.comparison.money.words import listed, pounds
from contagion.report.comparison.results import ComparisonResults
from contagion.report.table import Cell, Table

CAPTION = "Which drawn parameter is worth knowing better"
CLEAR = "more than chance gives"


class SingleParameters:
    """What knowing each drawn parameter by itself would be worth, at each of some worths of a QALY (GBP)."""

    def __init__(self, results: ComparisonResults, found: Appraisal, worths: Sequence[float]) -> None:
        self.doubt, self.many, self.worths = results.doubt, len(found.replicates), tuple(worths)
        self.labels = {one.name: one.label for one in self.doubt.parameters}
        self.choice, values = found.by_qaly, results.comparison.results.draws
        self.at: list[Partial] = []
        if not values.empty and self.many >= FEWEST_FOR_PARTIAL:
            drawn = values.set_index("replicate").loc[found.replicates.astype(int)]
            each = {str(name): drawn[name].to_numpy() for name in drawn.columns}
            self.at = [partial(self.choice.costs, self.choice.effects, worth, each) for worth in self.worths]

    def table(self) -> Table | None:
        """A row for each parameter, the greatest value first; None where none were drawn, or in too few runs."""
        if not self.at:
            return None
        names = sorted(self.at[0].values, key=lambda name: -max(one.values[name] for one in self.at))
        rows: list[tuple[Cell, ...]] = []
        for name in names:
            cells = (f"{pounds(p.values[name])}{f' ({CLEAR})' if name in p.clear else ''}" for p in self.at)
            rows.append((f"{self.labels.get(name, name)} ({name})", *cells))
        most = f"The most that chance gives to any of {len(names)} that do nothing, in {RARE} of 100 shuffles"
        rows.append((most, *(pounds(one.by_chance) for one in self.at)))
        everything = self.choice.known(self.worths)
        rows.append((f"All of it: {self.doubt.foreseen}", *(pounds(float(one)) for one in everything)))
        note = (
            "Expected value of partial perfect information, GBP, over the whole run, for this city and these options. By "
            f"regression of what each option leaves on each parameter by itself, over {self.many} draws (Strong and others "
            f"2014), and over {SHUFFLES} shuffles of them. What a study costs is not in it."
        )
        return Table(CAPTION, ("Knowing", *(f"A QALY at £{one:,.0f}" for one in self.worths)), tuple(rows), note)

    def words(self) -> Iterator[str]:
        """What may be said of single parameters, in a sentence; nothing where none were drawn."""
        if not self.doubt.parameters:
            return
        if not self.at:
            yield (
                f"Which of the {self.doubt.many} would be worth knowing better is not stated: that takes at least "
                f"{FEWEST_FOR_PARTIAL} draws, and there are {self.many}."
            )
            return
        said = []
        for worth, one in zip(self.worths, self.at, strict=True):
            named = [f"{self.labels.get(name, name)} ({pounds(one.values[name])})" for name in one.clear]
            said.append(f"with a QALY at £{worth:,.0f} {listed(named) if named else 'none'}")
        yield (
            f"Of the {self.doubt.many} these would be worth knowing better, each by itself and by more than chance gives "
            f"from {self.many} draws: {'; '.join(said)}."
        )
