"""A scenario: every number of a run, frozen. TOML tables have the names of the fields."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import ConfigDict, Field, PrivateAttr, model_validator

from contagion.city.circumstances import Circumstances
from contagion.city.first_day import City
from contagion.city.graph_files import GENERATORS, is_file
from contagion.city.network import Network
from contagion.city.population import Start
from contagion.core.errors import Fault, at_key, nearest, refuse, shown
from contagion.core.parameters import Parameters, choice
from contagion.model.kinds import Interventions
from contagion.processes.bonds import Bonds
from contagion.processes.capital import Capital
from contagion.processes.chime import Chime
from contagion.processes.community import Community
from contagion.processes.deaths import Deaths
from contagion.processes.exposure import Exposure
from contagion.processes.groups import Groups
from contagion.processes.homes_and_jobs import Homes, Jobs
from contagion.processes.justice import Justice
from contagion.processes.pathway import Entry, Onset
from contagion.processes.relapse import Relapse
from contagion.processes.starting import Starting
from contagion.processes.stigma import Stigma
from contagion.processes.treatment import Treatment
from contagion.processes.visibility import VisibilityParameters

NullModel = Literal[
    "none", "contagion_off", "spontaneous_only", "barriers_only", "relapse_contagion_only", "homophily_only"
]

_CHANNELS_OFF = {f"starting.{name}": 0.0 for name in ("family", "friend", "weak", "group", "event", "ally", "tie_rate")}
_STIGMA_OFF = {"stigma.contact": 0.0, "stigma.use_seen": 0.0, "stigma.conformity": 0.0}
_SEEN_OFF = {"chime.hope_seen": 0.0, "chime.hope_fallen": 0.0, "chime.near_counts": 0.0, **_STIGMA_OFF}
_STARTING_OFF = {"starting.hope": 0.0, "starting.identity": 0.0}
_RELAPSE_OFF = {
    "relapse.recovering_ties": 0.0,
    "relapse.using_ties": 0.0,
    "relapse.group": 0.0,
    "relapse.connectedness": 0.0,
}
_ALL_ALIKE = {"bonds.alike": 0.0, "bonds.loosen": 0.0, "bonds.estrange": 0.0}
_BARRIERS_OFF = {
    "starting.barriers": 0.0,
    "starting.internalised": 0.0,
    "relapse.barriers": 0.0,
    "relapse.internalised": 0.0,
    "relapse.home": 0.0,
    "capital.structural": 0.0,
    "homes.structural": 0.0,
    "homes.record": 0.0,
    "jobs.structural": 0.0,
    "jobs.record": 0.0,
}
NULL_MODELS: dict[str, dict[str, float]] = {
    "none": {},
    "contagion_off": {**_CHANNELS_OFF, **_SEEN_OFF, **_RELAPSE_OFF, **_ALL_ALIKE},
    "spontaneous_only": {
        **_CHANNELS_OFF,
        **_SEEN_OFF,
        **_RELAPSE_OFF,
        **_BARRIERS_OFF,
        "starting.treatment": 0.0,
        "starting.treatment_opioid": 0.0,
    },
    "barriers_only": {
        **_CHANNELS_OFF,
        **_SEEN_OFF,
        **_RELAPSE_OFF,
        "starting.treatment": 0.0,
        "starting.treatment_opioid": 0.0,
    },
    "relapse_contagion_only": {**_CHANNELS_OFF, **_STARTING_OFF, **_STIGMA_OFF},
    "homophily_only": {**_CHANNELS_OFF, **_SEEN_OFF, **_RELAPSE_OFF},
}
"""Null models as switches: the off values that each sets.

With `contagion_off` nobody's recovery, relapse or attitude passes to anybody along ties, in groups or at events, and ties
do not hang on recovery. What remains shared is the place: finite homes, jobs and treatment, community capital, and the
(then unmoved) attitudes of one's ties. `homophily_only` keeps ties as they are: people in the same situation find each
other and part from others, and nothing passes between them. `relapse_contagion_only` keeps all that passes on and acts on
relapse, and nothing of what acts on starting or on attitudes.
"""

RETUNED: dict[str, tuple[float, float]] = {
    "contagion_off": (1.29, -2.22),
    "homophily_only": (1.29, -2.22),
    "relapse_contagion_only": (3.6, -0.31),
}
"""Null models whose city rests at the burden of the full model: the ratio of the spontaneous hazard of starting, and what is
added to `relapse.typical`, that make up for what is off. Found by experiments/nulls.py for the baseline. The two others say
what a city without help would come to, and are left as they fall."""


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
    """Every number of a run. Raises pydantic's ValidationError with all faults at once."""

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
            problem = f"is {shown(graph)}, which is no generator and no graph file (.graphml, .gexf or .csv)"
            yield at_key(("city", "graph"), graph, rule, nearest(graph, ["city", *GENERATORS]), problem)
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

    @property
    def weeks(self) -> int:
        """Horizon in weeks."""
        return round(self.time.years * 52)

    def effective(self) -> Scenario:
        """The scenario with its null model's off values in place (itself if there is none)."""
        changes: dict[str, dict[str, float]] = {}
        for key, value in NULL_MODELS[self.null_model].items():
            section, name = key.split(".")
            changes.setdefault(section, {})[name] = value
        if self.null_model in RETUNED:
            ratio, more = RETUNED[self.null_model]
            changes.setdefault("starting", {})["spontaneous"] = self.starting.spontaneous * ratio
            changes.setdefault("relapse", {})["typical"] = self.relapse.typical + more
        if not changes:
            return self
        return self.model_copy(
            update={section: getattr(self, section).model_copy(update=values) for section, values in changes.items()}
        )

    def tables(self) -> dict[str, Any]:
        """The scenario as tables of plain values, as a config file would hold them."""
        table: dict[str, Any] = plain_values(self.model_dump(include=set(Scenario.model_fields) - {"interventions"}))
        table["interventions"] = {
            name: {"kind": one.kind, **plain_values(one.model_dump(exclude={"kind"}))}
            for name, one in self.interventions.items()
        }
        return table

    def foundation_key(self) -> str:
        """Scenarios with the same key and seed share the same city on the first day."""
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

    def _repr_html_(self) -> str:
        from html import escape

        rows = "".join(
            f"<tr><th scope='row'>{escape(name)}</th><td>{escape(str(getattr(self, name)))[:300]}</td></tr>"
            for name in ("name", "title", "null_model", "city", "time", "interventions")
        )
        return f"<table><caption>Scenario {escape(self.name)}</caption><tbody>{rows}</tbody></table>"


def plain_values(value: Any) -> Any:
    """Tables and lists as TOML can hold them: what is None is left out."""
    if isinstance(value, dict):
        return {str(k): plain_values(v) for k, v in value.items() if v is not None}
    return [plain_values(v) for v in value] if isinstance(value, list | tuple) else value


def sections() -> dict[str, type[Parameters]]:
    """The tables of a scenario by name: each a class of declared parameters."""
    return tables_in(Scenario)


def tables_in(model: type[Parameters]) -> dict[str, type[Parameters]]:
    """The fields of a model that are tables of declared parameters."""
    return {
        name: field.annotation
        for name, field in model.model_fields.items()
        if isinstance(field.annotation, type) and issubclass(field.annotation, Parameters)
    }
