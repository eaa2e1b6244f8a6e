"""What is worked out of the tables of a history when it is asked for, and costs nothing before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contagion.core import package

if TYPE_CHECKING:
    import pandas as pd


class Derived:
    """Cascades, survival curves, equity and the five questions, from the tables of one history."""

    timeline: Any
    events: Any
    people: Any
    groups: Any

    def cascades(self) -> Any:
        """Reproduction number, sizes, depths and bridges of the recovery cascades.

        >>> out = ct.simulate("baseline", seed=1, **{"city.population": 300, "time.years": 0.1})
        >>> out.cascades().reproduction_number >= 0
        True
        """
        began = int(self.timeline["in_recovery"].iloc[0])
        return package.ask("cascades_of", self.events, self.people, began)

    def survival(self, by: str = "", until: str = "relapse") -> Any:
        """Kaplan-Meier curves of the recoveries that started: until "relapse", or until "stable" recovery.

        by: neighbourhood, deprivation, sex, age_band, substance or capital. KeyError for another word; ValueError where no
        recovery started.

        >>> out = ct.simulate("baseline", seed=1, **{"city.population": 2000, "time.years": 1.0})
        >>> out.survival(by="sex").at(26)["group"].tolist()
        ['female', 'male']
        """
        weeks = int(self.timeline.index[-1])
        return package.ask("survival", self.events, self.people, weeks, self._places, until=until, by=by)

    def equity(self, fewest: int = 0) -> pd.DataFrame:
        """Every outcome of people by neighbourhood, deprivation, sex, age band, substance and starting capital.

        A row for each dimension, group and outcome, with its value and `of` how many people; values of fewer than `fewest`
        people are NaN.

        >>> out = ct.simulate("baseline", seed=1, **{"city.population": 300, "time.years": 0.1})
        >>> out.equity()["dimension"].unique().tolist()
        ['neighbourhood', 'deprivation', 'sex', 'age_band', 'substance', 'capital']
        """
        found: pd.DataFrame = package.ask("equity", self.events, self.people, self._places, fewest)
        return found

    def five_questions(self) -> pd.DataFrame:
        """What a recovery city is asked: assets, use, who is visible, who takes part, capital; today and at the end.

        >>> out = ct.simulate("baseline", seed=1, **{"city.population": 300, "time.years": 0.1})
        >>> out.five_questions()["question"].nunique()
        5
        """
        found: pd.DataFrame = package.ask("questions", self.timeline)
        return found

    @property
    def _places(self) -> int:
        """Neighbourhoods of the city."""
        groups = self.groups
        return int(groups.loc[groups["dimension"] == "neighbourhood", "group"].nunique())
