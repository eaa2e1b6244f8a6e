"""Champions programme: people in lasting recovery are recruited, supported and seen.

Recovery is passed on primarily by social learning from visible recovery champions (HMIP 2024/06). Support takes off part
of the toll of helping and adds to what a champion shows. No published number links visibility to recovery.
"""

from __future__ import annotations

from typing import Any, ClassVar

from contagion.core.parameters import param
from contagion.interventions.base import Intervention
from contagion.vocabulary import STABLE, SUSTAINED, Visibility


class Champions(Intervention):
    """Recruit and support champions among people in sustained or stable recovery."""

    kind_: ClassVar[str] = "champions"
    summary: ClassVar[str] = "recruits people in lasting recovery as visible champions and supports them"

    places: float = param(20.0, low=0, high=10_000, unit="places per 10,000 people", off=0.0, grade="choice",
                          source="set by the user", meaning="champions supported at a time")  # fmt: skip
    reach: float = param(0.3, low=0, high=520, unit="per year", off=0.0,
                         meaning="hazard of a suitable person being asked and willing")  # fmt: skip
    duration: int = param(104, low=1, high=5200, unit="weeks", meaning="weeks of support, at most")
    drop_out: float = param(0.3, low=0, high=520, unit="per year", meaning="hazard of dropping out", off=0.0)
    cost_fixed: float = param(20_000.0, low=0, high=1e9, unit="GBP per year and 10,000 people",
                              meaning="coordination and training")  # fmt: skip
    cost_place: float = param(40.0, low=0, high=1e6, unit="GBP per week and place in use",
                              meaning="expenses and supervision")  # fmt: skip

    def eligible(self, who: Any) -> Any:
        return ((who.stage == SUSTAINED) | (who.stage == STABLE)) & (who.champion == 0)

    def stays(self, who: Any) -> Any:
        return who.champion == 1

    def deliver(self, city: Any, inside: Any, entered: Any, left: Any) -> None:
        who = city.lived
        champion, visibility, supported = who.champion.copy(), who.visibility.copy(), who.supported.copy()
        champion[entered], visibility[entered], supported[inside] = 1, Visibility.VISIBLE, 1.0
        who.champion, who.visibility, who.supported = champion, visibility, supported
