"""A scenario: every number of a run, frozen. TOML tables have the names of the fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ConfigDict, Field, PrivateAttr, model_validator

from contagion.city.attributes import TAKEN
from contagion.city.circumstances import Circumstances
from contagion.city.generators import unfit
from contagion.city.graph_files import GENERATORS, SUFFIXES, is_file
from contagion.city.network import Network
from contagion.city.places import City
from contagion.city.population import Start
from contagion.core import package
from contagion.core.errors import Fault, at_key, nearest, plainly, refuse, shown
from contagion.core.parameters import Parameters, choice, plain_values, tables_in
from contagion.model.kinds import NULL_MODELS, RETUNED, Interventions, NullModel
from contagion.processes.bonds import Bonds
from contagion.processes.capital import Capital
from contagion.processes.chime import Chime
from contagion.processes.community import Community, Events
from contagion.processes.deaths import Deaths
from contagion.processes.exposure import Exposure
from contagion.processes.groups import Allies, Groups
from contagion.processes.homes_and_jobs import Homes, Jobs
from contagion.processes.justice import Justice
from contagion.processes.pathway import Entry, Onset
from contagion.processes.relapse import Relapse
from contagion.processes.starting import Starting
from contagion.processes.stigma import Stigma
from contagion.processes.treatment import Treatment, holding
from contagion.processes.visibility import VisibilityParameters

STAGE_SHARES = (
    "opioid_active_per_1000",
    "alcohol_active_per_1000",
    "other_active_per_1000",
    "early_per_1000",
    "sustained_per_1000",
    "stable_per_1000",
    "at_risk_per_1000",
)
"""Fields of [start] that share out the people of the city: at most 1,000 of 1,000 together."""

SHARES_OF_ONE = (
    ("justice", ("prison", "probation")),
    ("start", ("recovery_opioid", "recovery_other")),
    ("start", ("at_risk_opioid", "at_risk_other")),
    ("start", ("employers", "landlords", "practitioners")),
)
"""Shares of one whole, by section: at most 1 together."""


class Time(Parameters):
    """The horizon; a step is a week."""

    years: float = choice(10.0, "horizon", unit="years", low=0.02, up_to=100)


class Scenario(Parameters):
    """Every number of a run, frozen. Raises pydantic's ValidationError with all faults at once.

    >>> scenario = ct.load("baseline", **{"city.population": 2000})
    >>> scenario.city.population, scenario.relapse.scale
    (2000, 1.0)
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, allow_inf_nan=False, arbitrary_types_allowed=True
    )

    name: str = Field(
        "scenario", description="short name, used for files", pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=80
    )
    title: str = Field("", description="name in reports")
    description: str = Field("", description="what this is, in a sentence or two")
    null_model: NullModel = Field("none", description="a null model: which couplings are switched off")
    city: City = City()
    network: Network = Network()
    time: Time = Time()
    start: Start = Start()
    circumstances: Circumstances = Circumstances()
    onset: Onset = Onset()
    entry: Entry = Entry()
    exposure: Exposure = Exposure()
    chime: Chime = Chime()
    starting: Starting = Starting()
    relapse: Relapse = Relapse()
    capital: Capital = Capital()
    homes: Homes = Homes()
    jobs: Jobs = Jobs()
    visibility: VisibilityParameters = VisibilityParameters()
    stigma: Stigma = Stigma()
    bonds: Bonds = Bonds()
    groups: Groups = Groups()
    treatment: Treatment = Treatment()
    justice: Justice = Justice()
    deaths: Deaths = Deaths()
    community: Community = Community()
    events: Events = Events()
    allies: Allies = Allies()
    interventions: Interventions = Field(default_factory=dict, description="interventions by name")

    _read_from: Any = PrivateAttr(None)  # the study that it was read with, which is of a floor above

    @model_validator(mode="after")
    def _sense(self) -> Scenario:
        refuse(type(self).__name__, list(self._together()))
        return self

    def _together(self) -> Iterator[Fault]:
        """What is wrong with values that are sound one by one, but do not go together."""
        graph = self.city.graph
        if not is_file(graph) and graph != "city" and graph not in GENERATORS:
            rule = "it must be one of " + ", ".join(map(shown, ("city", *GENERATORS))) + " or a graph file"
            endings = f"{', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}"
            problem = f"is {shown(graph)}, which is no generator and no graph file ({endings})"
            yield at_key(("city", "graph"), graph, rule, nearest(graph, ["city", *GENERATORS]), problem)
        yield from self._graph()
        sizes, many = self.city.neighbourhood_sizes, self.city.neighbourhoods
        if sizes and (len(sizes) != many or not all(0.0 < one < float("inf") for one in sizes)):
            rule = (
                f"give each of the {many:,} neighbourhoods (city.neighbourhoods) a number above 0, or none of them any"
            )
            wrong = next((one for one in sizes if not 0.0 < one < float("inf")), None)
            problem = f"holds {wrong:g}" if wrong is not None else f"has {len(sizes):,} numbers"
            yield at_key(("city", "neighbourhood_sizes"), wrong, rule, None, problem)
        for name, one in self.interventions.items():
            beyond = [place for place in one.neighbourhoods if place >= self.city.neighbourhoods]
            if beyond:
                rule = f"the city has neighbourhoods 0 to {self.city.neighbourhoods - 1:,} (city.neighbourhoods)"
                yield at_key(("interventions", name, "neighbourhoods"), beyond[0], rule, None, f"holds {beyond[0]}")
            others = [other for other in self.interventions if other != name]
            unknown = [part for part in one.parts() if part not in others]
            if unknown:
                problem = f"opens {shown(unknown[0])}, which is no other intervention here"
                known = f"known here: {', '.join(others) or 'none'}"
                yield at_key(("interventions", name), None, known, nearest(unknown[0], others), problem)
        total = sum(getattr(self.start, name) for name in STAGE_SHARES)
        if total > 1000.000001:
            problem = f"has stages that add up to {total:g} per 1,000 people, more than there are"
            yield at_key(("start",), None, "lower some of " + ", ".join(STAGE_SHARES), None, problem)
        for section, names in SHARES_OF_ONE:
            table = getattr(self, section)
            if sum(getattr(table, name) for name in names) > 1.0:
                problem = "".join(f"and {section}.{name} " for name in names[1:]) + "add up to more than 1"
                yield at_key((section, names[0]), getattr(table, names[0]), "lower one of them", None, problem)
        if self.capital.floor > self.capital.ceiling:
            rule, problem = f"it must be at most {self.capital.ceiling:g}", "lies above capital.ceiling"
            yield at_key(("capital", "floor"), self.capital.floor, rule, None, problem)

    def _graph(self) -> Iterator[Fault]:
        """What is wrong with the options of a graph, and with the names of what a graph file tells."""
        city = self.city
        if city.graph in GENERATORS:
            for one in unfit(city.graph, city.graph_options, city.population):
                whole = ("city", "graph_options" if city.graph_options else "graph")
                key = ("city", "graph_options", one.option) if one.option else whole
                allowed = f"it must be {one.allowed}" if one.value is not None and not one.problem else one.allowed
                yield at_key(key, one.value, allowed, one.near, one.problem)
        elif city.graph_options:
            key, problem = ("city", "graph_options"), "is for networkx's generators alone"
            yield at_key(key, None, f"leave it out, as city.graph is {shown(city.graph)}", None, problem)
        if city.graph == "watts_strogatz" and (k := city.graph_options.get("k", 0.0)) % 2 == 1:
            rule = "it must be an even whole number: networkx ties each person to half of them on either side"
            yield at_key(("city", "graph_options", "k"), int(k), rule)
        for column in city.node_columns:
            if column not in TAKEN:
                rule, problem = f"known here: {', '.join(TAKEN)}", "is no column that a node attribute fills"
                yield at_key(("city", "node_columns", column), None, rule, nearest(column, TAKEN), problem)

    @property
    def weeks(self) -> int:
        """Horizon in weeks.

        >>> ct.load("baseline", **{"time.years": 2.0}).weeks
        104
        """
        return weeks_of(self.time.years)

    def effective(self) -> Scenario:
        """The scenario with its null model's off values in place, and what holds the treatment coverage that it sets
        (itself if there is neither).

        >>> ct.load("baseline", null_model="contagion_off").effective().starting.friend
        0.0
        """
        changes: dict[str, dict[str, float]] = {}
        for key, value in NULL_MODELS[self.null_model].items():
            section, name = key.split(".")
            changes.setdefault(section, {})[name] = value
        if self.null_model in RETUNED:
            ratio, more = RETUNED[self.null_model]
            changes.setdefault("starting", {})["spontaneous"] = self.starting.spontaneous * ratio
            changes.setdefault("relapse", {})["typical"] = self.relapse.typical + more
        if held := holding(self.treatment):
            changes["treatment"] = {**held, **changes.get("treatment", {})}
        if not changes:
            return self
        return self.model_copy(
            update={section: getattr(self, section).model_copy(update=values) for section, values in changes.items()}
        )

    def tables(self) -> dict[str, Any]:
        """The scenario as tables of plain values, as a config file would hold them.

        >>> ct.load("baseline").tables()["time"]
        {'years': 10.0}
        """
        table: dict[str, Any] = plain_values(self.model_dump(include=set(Scenario.model_fields) - {"interventions"}))
        table["interventions"] = {
            name: {"kind": one.kind, **plain_values(one.model_dump(exclude={"kind"}))}
            for name, one in self.interventions.items()
        }
        return table

    def foundation_key(self) -> str:
        """Scenarios with the same key and seed share the same city on the first day.

        >>> everything = ct.variants("first_comparison")
        >>> everything["today"].foundation_key() == everything["champions"].foundation_key()
        True
        """
        parts = (
            "city",
            "network",
            "time",
            "start",
            "circumstances",
            "entry",
            "relapse",
            "capital",
            "homes",
            "jobs",
            "stigma",
            "bonds",
            "groups",
            "treatment",
            "justice",
            "community",
        )
        return "|".join(getattr(self, part).model_dump_json() for part in parts)

    def __repr__(self) -> str:
        said = "\n".join(f"  {line}" for line in self._in_words())
        return f"Scenario {plainly(self.name, 60)}: {plainly(self.title or 'untitled', 60)}\n{said}"

    __str__ = __repr__

    def _in_words(self) -> Iterator[str]:
        graph = "" if self.city.graph == "city" else f" on {plainly(self.city.graph, 60)}"
        yield f"{self.city.population:,} people{graph}, {self.time.years:g} years ({self.weeks:,} weeks)"
        if self.null_model != "none":
            yield f"null model: {self.null_model}"
        names = [name if one.enabled else f"{name} (off)" for name, one in self.interventions.items()]
        yield f"interventions: {plainly(', '.join(names), 80) or 'none'}"
        changed = [
            f"{section}.{name} = {shown(getattr(getattr(self, section), name))}"
            for section, kind in sections().items()
            for name, field in kind.model_fields.items()
            if getattr(getattr(self, section), name) != field.get_default(call_default_factory=True)
        ]
        more = [f"and {len(changed) - MOST_SHOWN} more"][: len(changed) > MOST_SHOWN]
        yield "other than the defaults: " + (", ".join(changed[:MOST_SHOWN] + more) or "nothing")

    def _repr_html_(self) -> str:
        from html import escape

        rows = "".join(f"<li>{escape(line)}</li>" for line in self._in_words())
        return f"<p>Scenario <b>{escape(self.name)}</b>: {escape(self.title)}</p><ul>{rows}</ul>"


def weeks_of(years: float) -> int:
    """The whole number of weeks nearest to so many years."""
    return round(years * 52)


MOST_SHOWN = 5
"""Parameters that differ from their defaults that a scenario's short form names."""


def scenario_of(given: Any, settings: Mapping[str, Any]) -> Scenario:
    """The scenario that is meant, with dotted settings: itself, a study's base, or that of a file or a shipped config."""
    if isinstance(given, Scenario) and not settings:
        return given
    made: Scenario = package.ask("scenario_of", given, **settings)
    return made


def sections() -> dict[str, type[Parameters]]:
    """The tables of a scenario by name: each a class of declared parameters."""
    return tables_in(Scenario)
