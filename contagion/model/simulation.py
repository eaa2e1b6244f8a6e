"""The living city: it looks, lives and settles each week, everyone at once."""

from __future__ import annotations

import copy
import time
from typing import Any, Self

import numpy as np

from contagion.city.first_day import Foundation, first_day
from contagion.city.meeting import Meeting
from contagion.city.network import strengths
from contagion.city.places import Attitudes
from contagion.core.chance import Chance, is_whole, seed_of
from contagion.core.compiling import compile_beside
from contagion.core.errors import ConfigError, Fault
from contagion.core.people import copied, joined
from contagion.core.process import Process, in_use
from contagion.core.web import Web
from contagion.interventions.programme import Programme, reset_levers
from contagion.model.events import EventLog
from contagion.model.measuring import Measuring
from contagion.model.outcomes import HOW, Outcomes
from contagion.model.passes import COMPILE, first_pass, looks_closely, public_pass, second_pass
from contagion.model.reading import Readable
from contagion.model.scenario import Scenario, scenario_of
from contagion.processes import exposure, week
from contagion.processes.stigma import REVIEWED, think
from contagion.vocabulary import ACQUAINTANCE


class LivingCity(Meeting, Readable):
    """A city of people, some in active addiction, some in recovery, and everybody else, week by week.

    `people` is the table of those with, or at risk of, lived experience, `public` that of everybody else. RecoveryCity is
    the same city as a Mesa model; here nothing of Mesa is needed.
    """

    living: tuple[Process, ...] = week.LIVE
    settling = week.SETTLE
    how = "columns"
    of_its_own = False
    """Whether people may behave otherwise than the processes say."""

    def __init__(self, scenario: Scenario | None = None, rng: int = 0, *, foundation: Foundation | None = None) -> None:
        self.given_scenario = scenario if scenario is not None else Scenario()
        self.scenario_ = self.given_scenario.effective()
        self.seed_, self.week = seed_of(rng), 0
        compile_beside(COMPILE)
        base = foundation if foundation is not None else first_day(self.scenario_, self.seed_)
        self.foundation = base
        stated = self.given_scenario.city
        if stated.population != base.founding:  # a graph file brings its own people
            city = stated.model_copy(update={"population": base.founding})
            self.given_scenario = self.given_scenario.model_copy(update={"city": city})
        self.people, self.public_people = copied(base.people), copied(base.public)
        self.uid = np.concatenate([base.people["uid"], base.public["uid"]])
        self.lived_rows, self.founding_people, self.public = base.lived, base.founding, base.public.size
        self.town, self.meetings = base.town.copy(), base.meetings
        sections = {"exposure", *(one.section for one in self.living), *(one.section for one in self.settling)}
        self.records = {name: getattr(self.scenario_, name).numbers for name in sorted(sections)}
        self.programmes = [
            Programme(name, what, base.lived) for name, what in self.scenario_.interventions.items() if what.enabled
        ]
        self.programmes.sort(key=lambda one: not one.what.parts())  # those first that open others
        sums = exposure.SUMS if self.of_its_own else week.sums_for(self.scenario_)
        strength = strengths(self.scenario_.network)
        self.web = Web(
            base.ties,
            base.bonds,
            base.bond_layers,
            strength,
            exposure.SIGNALS,
            sums,
            "affected_near",
            "present",
            loose=ACQUAINTANCE,
        )
        self._begin()

    def _begin(self) -> None:
        """What is decided once: who lives which processes, what is kept, and the outcomes of the first day."""
        names = [one.name for one in self.web.kept]
        self._at = np.array([names.index(one.name) if one.name in names else -1 for one in exposure.SUMS], np.int64)
        everything = self.of_its_own
        self.alive = self.living if everything else week.live_in(self.scenario_, self.people, self.living)
        self.settles = self.settling if everything else week.settle_in(self.scenario_, self, self.alive, self.settling)
        self._numbers = joined(self.records)
        self.tables = {name: np.array([record]) for name, record in self.records.items()}  # of one row each
        self._alive = np.array([one in self.alive for one in self.living])
        self._every = np.array([one.every for one in self.living])
        uses = [all(in_use(self.scenario_, name) for name in names) for names in exposure.GROUP_USED]
        self._group_seen = everything or any(uses)
        held = any(one.signal in ("close", "open") for one in self.web.kept)
        self._shines = held or self._group_seen or in_use(self.scenario_, "starting.event")
        kept = {one.signal for one in self.web.kept}
        self._shows_stage_alone = not (everything or self._shines or kept & {"fallen", "attitude"} or self.programmes)
        self._rows = np.arange(self.lived_rows)
        self._looks_closely = everything or bool(self.programmes) or looks_closely(self.scenario_, self.alive)
        self._measuring = Measuring(HOW, self.alive, everything or bool(self.programmes))
        self._room = tuple(np.empty(self.lived_rows, np.int64) for _ in range(4))
        self._differ, self._public_rows = np.arange(self.public), np.empty(self.public + 1, np.int64)
        self._noted(np.zeros(5, np.int64))
        self.events = EventLog()
        self.group_rows: list[tuple[Any, ...]] = []
        self.weeks: list[list[float]] = []
        self._year: dict[str, list[np.ndarray]] = {"start": [], "relapse": [], "death": []}
        self._show_and_measure(self._room[0][:0], {})

    @property
    def chance(self) -> Chance:
        """The seed and the week, as draws are keyed by them.

        >>> city = ct.RecoveryCity("baseline", rng=4, **{"city.population": 300})
        >>> tuple(map(int, city.chance))
        (4, 0)
        """
        return Chance(np.uint64(self.seed_), np.uint64(self.week))

    def step(self) -> None:
        """One week: programme, look, live, settle, show, measure."""
        self.week += 1
        if self.programmes:
            reset_levers(self)
            for programme in self.programmes:
                programme.act(self)
            self._change_allies()
        moved = self.live(self._seen())
        by_kind, flows = self.events.week(self, moved)
        for kind, known in self._year.items():
            known.append(by_kind[kind])
        for settlement in self.settles:
            settlement(self, getattr(self.scenario_, settlement.section))
        self._show_and_measure(moved, flows)

    def _seen(self) -> exposure.Seen:
        """What there is to see of the city, as it was last week."""
        town, size = self.town, self.town.efficacy.size
        shares = np.zeros(size)
        if town.event.any():
            shares = self.visible_shares()
        groups = np.zeros(0, np.int64)
        if self._group_seen:
            groups = exposure.in_groups(self.web, self.people, self.meetings.count)
        return exposure.Seen(
            self._at,
            float(town.structural),
            float(town.justice_capital),
            np.asarray(town.community, float),
            town.event,
            float(town.event_reach),
            shares,
            self.meetings.kind,
            self.meetings.often,
            groups,
            self.week % REVIEWED == 0,
            self._looks_closely,
        )

    def live(self, seen: exposure.Seen) -> np.ndarray:
        """Everyone looks and lives the week; returns the rows of those who changed stage."""
        wiring, due, counts = self.web.wiring, self._alive & (self.week % self._every == 0), np.zeros(5, np.int64)
        first_pass(self.living)(
            self.people, wiring.sums, wiring.sent, seen, self._numbers, *self.chance, due, *self._room, counts
        )
        self._live_in_public(seen)
        return self._noted(counts)

    def _live_in_public(self, seen: exposure.Seen) -> None:
        """What everybody else lives, when it is due; and what attitudes come to."""
        chance, public = self.chance, self.public_people
        for one in self.alive:
            if one.public and one is not think and one.is_due(self.week):
                one.everyone(public, self.records[one.section], *chance)
        if not seen.reviewed or think not in self.alive:
            return
        attitudes = Attitudes(self.town.attitudes.size)
        wiring, p = self.web.wiring, self.records[think.section]
        sent = wiring.sent[self.lived_rows :]
        self._differ = public_pass(public, wiring.public_sums, sent, self._at, p, chance, attitudes, self._public_rows)
        self._note_attitudes(attitudes.add(self.people))

    def _note_attitudes(self, attitudes: Attitudes) -> None:
        town = self.town
        town.public_stigma, town.gatekeepers, town.attitudes = attitudes.mean, attitudes.gatekeepers, attitudes.by_place

    def _noted(self, counts: np.ndarray) -> np.ndarray:
        """Keep the rows of those who ask the city, attend a group, are out and using; returns those who moved."""
        moved, asking, attending, out_using = self._room
        self.asking, self.in_treatment = asking[: counts[1]], int(counts[2])
        self.attending, self.out_and_using = attending[: counts[3]], out_using[: counts[4]]
        return moved[: counts[0]]

    def run_for(self, weeks: int) -> None:
        """Live this many weeks (a whole number, 0 or more), also beyond the horizon of the scenario.

        >>> city = ct.RecoveryCity("baseline", **{"city.population": 300})
        >>> city.run_for(4)
        >>> city.week
        4
        """
        if not is_whole(weeks) or weeks < 0:
            raise ConfigError(Fault("", "weeks", weeks, "a whole number of weeks, 0 or more"))
        for _ in range(int(weeks)):
            self.step()

    def run(self) -> Self:
        """Live on to the end of the scenario, if it is not reached yet; the city itself, to go on with.

        >>> ct.demo(**{"time.years": 0.25}).run().week
        13
        """
        self.run_for(max(0, self.scenario_.weeks - self.week))
        return self

    def with_(self, seed: int | None = None, **overrides: Any) -> Self:
        """The same city on its first day with other parameters: `city.with_(friend=2.0)`, or by dotted name.

        A name without its table will do where it is the only one of that name. The seed stays, so that only causes move.
        Raises ConfigError for a name that there is none of, with the nearest, or that several tables have.

        >>> city = ct.demo(**{"time.years": 0.25})
        >>> city.with_(friend=2.0).scenario.starting.friend
        2.0
        """
        meant = scenario_of(self.given_scenario, overrides)
        return type(self)(meant, self.seed_ if seed is None else seed, **self._ways())

    def _ways(self) -> dict[str, Any]:
        """What a city of this class is founded with beside scenario and seed."""
        return {}

    def _show_and_measure(self, moved: np.ndarray, flows: dict[str, float]) -> None:
        """Let what everyone shows travel along their ties, where it changed; and sum up the outcomes of the week."""
        reviewed, web, measuring = self.week % REVIEWED == 0, self.web, self._measuring
        counts = not (measuring.begun and measuring.near_still)
        if counts:
            measuring.near_sums = measuring.near.none()
        p, network = self.records["exposure"], (web.wiring, web.changes)
        if counts or not self._shows_stage_alone:
            second_pass(measuring.near.over)(
                self.people, self._rows, p, reviewed, self._shines, *network, counts, measuring.near_sums
            )
        else:
            exposure.show(self.people, moved, p, False, False, *network)
        if self.week == 0 or (reviewed and think in self.alive):
            exposure.show_public(self.public_people, self._differ, self.lived_rows, web.wiring, web.changes)
        cost = sum(p.cost(self.week) for p in self.programmes)
        self.weeks.append(self._measuring.week(self, moved, {**flows, "cost": cost}))
        if self.week % 52 == 0:
            self.group_rows += self._groups_now()
            self._year = {kind: [] for kind in self._year}

    def fork(self) -> LivingCity:
        """The same city once more, as it is now, to live on apart from this one: what differs afterwards has a cause.

        Raises TypeError for a Mesa model, whose agents are views on its tables.

        >>> from contagion.model.simulation import LivingCity
        >>> city = LivingCity(ct.load("baseline", **{"city.population": 300}), 1)
        >>> other = city.fork()
        >>> other.run_for(2)
        >>> city.week, other.week
        (0, 2)
        """
        if type(self) is not LivingCity:
            raise TypeError(
                f"a {type(self).__name__} cannot be forked, as its agents are views on it: take a LivingCity"
            )
        measuring, ties = self._measuring, self.web.ties
        shared = [self.foundation, self.given_scenario, self.scenario_, *self.living, *self.settling]
        shared += [ties, *vars(ties).values(), measuring.near, measuring.far, measuring.outcomes, measuring._others]
        shared += [one.what for one in self.programmes]
        return copy.deepcopy(self, {id(one): one for one in shared})

    def live_under(self, scenario: Scenario) -> None:
        """Live on under the parameters of another scenario of the same city, as far as what is at work reads them.

        >>> city = ct.RecoveryCity("baseline", rng=1, **{"city.population": 300})
        >>> city.live_under(ct.load(city.given_scenario, **{"relapse.scale": 0.5}))
        >>> city.records["relapse"]["scale"]
        np.float64(0.5)
        """
        self.given_scenario, self.scenario_ = scenario, scenario.effective()
        self.records = {name: getattr(self.scenario_, name).numbers for name in self.records}
        self._numbers = joined(self.records)
        self.tables = {name: np.array([record]) for name, record in self.records.items()}


def simulate(scenario: Scenario, seed: int = 0, foundation: Foundation | None = None) -> Outcomes:
    """Live a scenario over its horizon, everyone at once. The same seed gives the same history."""
    began = time.perf_counter()
    city = LivingCity(scenario, seed, foundation=foundation)
    city.run_for(scenario.weeks)
    return city.outcomes(time.perf_counter() - began)
