"""The living city: it looks, lives and settles each week, everyone at once."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

from contagion.city.columns import Everyone
from contagion.city.first_day import Foundation, found
from contagion.city.network import ATTITUDE_STEPS, KEPT, strengths
from contagion.core.ties import Web, exact_mean, exact_mean_among
from contagion.interventions.base import Programme, reset_levers
from contagion.model import outcomes
from contagion.model.events import EventLog
from contagion.model.scenario import Scenario
from contagion.processes.exposure import shine
from contagion.processes.stigma import REVIEWED, expressed
from contagion.processes.week import LIVE, SETTLE, look
from contagion.vocabulary import ACTIVE, CHANNELS, DEAD, STAGES, Layer, Role, recovering

if TYPE_CHECKING:
    from contagion.model.person import Person


class LivingCity:
    """A city of people, some in active addiction, some in recovery, and everybody else, week by week.

    RecoveryCity is the same city as a Mesa model; here nothing of Mesa is needed.
    """

    living = LIVE
    settling = SETTLE
    attitude_steps = ATTITUDE_STEPS
    trace: Any = None  # notes which columns are read and written, where somebody wants to know

    def __init__(self, scenario: Scenario | None = None, rng: int = 0, *, foundation: Foundation | None = None) -> None:
        self.given_scenario = scenario if scenario is not None else Scenario()
        self.scenario_ = self.given_scenario.effective()
        self.seed_, self.week = int(rng), 0
        base = foundation if foundation is not None else found(self.scenario_, self.seed_)
        self.foundation = base
        self.columns = {name: values.copy() for name, values in base.columns.items()}
        self.lived_rows, self.founding_people = base.lived, base.people
        self.public = base.ties.people - base.lived
        self.town, self.meetings = base.town.copy(), base.meetings
        self.lived = Everyone(self, slice(0, base.lived))
        self.everyone = Everyone(self, slice(0, base.ties.people))
        self.parameters = {p.section: getattr(self.scenario_, p.section) for p in (*self.living, *self.settling)}
        self.programmes = [
            Programme(name, what, base.lived) for name, what in self.scenario_.interventions.items() if what.enabled
        ]
        self.gatekeepers = np.isin(self.columns["role"], [Role.EMPLOYER, Role.LANDLORD])
        self.town.gatekeepers = exact_mean_among(self.columns["attitude"], self.gatekeepers)
        self.lived.acquaintances = base.ties.degrees(1 << Layer.ACQUAINTANCE)[: base.lived]
        self.web = Web(base.ties, base.bonds, base.bond_layers, strengths(self.scenario_.network))
        self.web.keep(KEPT)
        self.events = EventLog()
        self.group_rows: list[tuple[Any, ...]] = []
        self.timeline: list[dict[str, float]] = []
        self._year: dict[str, list[np.ndarray]] = {"start": [], "relapse": [], "death": []}
        self.lived.norm = self.lived.attitude
        self.send_signals()
        self._measure({})

    @property
    def graph(self) -> Any:
        """The social graph now, as a networkx graph: nodes by uid (or label), with attributes.

        Where two people share a foundation tie and a bond, it is one edge with both layers' names and summed weight.
        """
        import networkx as nx

        graph = nx.Graph()
        uid, columns, labels = self.columns["uid"], self.columns, self.foundation.labels
        names = [labels[int(u)] if labels and u < len(labels) else int(u) for u in uid]
        for row, name in enumerate(names):
            lived = row < self.lived_rows
            graph.add_node(
                name,
                stage=STAGES[columns["stage"][row]] if lived else "public",
                neighbourhood=int(columns["neighbourhood"][row]),
                attitude=float(columns["attitude"][row]),
            )
        one, two, layer, weight = self.foundation.ties.pairs()
        a, b, kind = self.web.bonded()
        words = [layer.name.lower() for layer in Layer]
        for i, j, k, w in zip(one.tolist(), two.tolist(), layer.tolist(), weight.tolist(), strict=True):
            graph.add_edge(names[i], names[j], layer=words[k], weight=w / 64.0)
        for i, j, k in zip(a.tolist(), b.tolist(), kind.tolist(), strict=True):
            known = graph.get_edge_data(names[i], names[j], {"layer": "", "weight": 0.0})
            label = f"{known['layer']}+{words[k]}".lstrip("+")
            graph.add_edge(names[i], names[j], layer=label, weight=known["weight"] + self.web.strength[k] / 64.0)
        return graph

    def step(self) -> None:
        """One week: programme, look, live, settle, measure."""
        self.week += 1
        reset_levers(self)
        for programme in self.programmes:
            programme.act(self)
        look(self, self.scenario_.exposure)
        stage, group = self.columns["stage"].copy(), self.columns["group"].copy()
        self.live()
        flows = self._log(stage, group)
        for process in self.settling:
            process.act(self, self.parameters[process.section])
        self.send_signals()
        self._measure(flows)

    def live(self) -> None:
        """Everyone lives the week, all at once."""
        for process in self.living:
            if process.due(self.week):
                process.act(self.everyone if process.everyone else self.lived, self.parameters[process.section])

    def run_for(self, weeks: int) -> None:
        """Live this many weeks."""
        for _ in range(int(weeks)):
            self.step()

    def bond(self, pairs: tuple[np.ndarray, np.ndarray], layer: int) -> None:
        """Make these bonds, as far as both have room for one more."""
        self.web.make(pairs[0], pairs[1], int(layer))

    def send_signals(self) -> None:
        """Let everyone's outgoing signals travel along their ties, where they changed."""
        who, web, stage = self.lived, self.web, self.columns["stage"]
        close, open_ = shine(who, self.scenario_.exposure)
        web.send("close", close)
        web.send("open", open_)
        web.send("using", stage == ACTIVE)
        web.send("recovering", recovering(stage))
        web.send("fallen", (stage == ACTIVE) & (who.attempts > 0) & (who.spell < 26))
        if self.week == 0:
            web.send("ally", self.columns["ally"])
            web.send("present", np.ones(self.foundation.ties.people, np.int64))
        web.send("present", stage < DEAD)
        web.send("ally", self.columns["ally"][: self.lived_rows] * (stage < DEAD))
        if self.week % REVIEWED:
            web.send("attitude", web.signals["attitude"][: self.lived_rows] * (stage < DEAD))
            return
        steps = expressed(self.columns["attitude"], float(ATTITUDE_STEPS))
        steps[: self.lived_rows] *= stage < DEAD
        web.send("attitude", steps)

    def _log(self, before: np.ndarray, group: np.ndarray) -> dict[str, float]:
        """Write the week's transitions and their credit into the event log; returns the flows of the week."""
        rows, credit = self.events.week(self, before, group)
        opioid = (before[rows["death"]] == ACTIVE) & (self.columns["substance"][rows["death"]] == 0)
        for kind, found_ in self._year.items():
            found_.append(rows[kind])
        return {
            "starts": float(rows["start"].size),
            "relapses": float(rows["relapse"].size),
            "onsets": float(rows["onset"].size),
            "deaths": float(rows["death"].size),
            "opioid_deaths": float(opioid.sum()),
            **{f"credit_{name}": float(credit[code]) for code, name in enumerate(CHANNELS)},
        }

    def _measure(self, flows: dict[str, float]) -> None:
        if self.week % REVIEWED == 0:
            self.public_stigma = exact_mean(self.columns["attitude"])
        cost = sum(p.ledger[-1][-1] for p in self.programmes if p.ledger and p.ledger[-1][0] == self.week)
        zeros = dict.fromkeys(outcomes.MEASURES, 0.0)
        self.timeline.append({**zeros, **outcomes.measure(self), **flows, "cost": cost})
        if self.week % 52 == 0:
            empty = [np.zeros(0, np.int64)]
            self.group_rows += outcomes.breakdown(
                self, {kind: np.concatenate(rows or empty) for kind, rows in self._year.items()}
            )
            self._year = {kind: [] for kind in self._year}

    def outcomes(self, seconds: float = 0.0) -> outcomes.Outcomes:
        """What has happened so far, as a frozen value."""
        record = outcomes.Record(
            weeks=list(self.timeline),
            events=self.events.copy(),
            columns={name: values[: self.lived_rows].copy() for name, values in self.columns.items()},
            groups=list(self.group_rows),
            ledger=[row for p in self.programmes for row in p.ledger],
        )
        return outcomes.Outcomes(
            scenario=self.given_scenario,
            seed=self.seed_,
            seconds=seconds,
            check=self.foundation.check,
            _record=record,
            _graph=lambda: self.graph,
        )


def simulate(
    scenario: Scenario,
    seed: int = 0,
    how: str = "columns",
    foundation: Foundation | None = None,
    person: type[Person] | None = None,
) -> outcomes.Outcomes:
    """Live a scenario over its horizon. The same seed gives the same history, whichever way it is run."""
    began = time.perf_counter()
    if how == "columns" and person is None:
        city = LivingCity(scenario, seed, foundation=foundation)
    else:
        from contagion.model.agents import RecoveryCity

        city = RecoveryCity(scenario, seed, how=how, foundation=foundation, person=person)
    city.run_for(scenario.weeks)
    return city.outcomes(time.perf_counter() - began)
