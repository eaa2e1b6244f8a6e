"""A scenario: every number of a run, frozen. TOML tables have the names of the fields."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import ConfigDict, Field, PrivateAttr, ValidationError, field_validator, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

import contagion.interventions as _all_interventions  # noqa: F401  (registers every kind)
from contagion.city.circumstances import Circumstances
from contagion.city.first_day import City
from contagion.city.graph_files import GENERATORS, is_file
from contagion.city.network import Network
from contagion.city.population import Start
from contagion.config.layers import Origin
from contagion.config.protocol import Factor, Sensitivity, Study, Sweep
from contagion.core.errors import nearest
from contagion.core.parameters import Parameters, choice
from contagion.interventions.base import REGISTRY, Intervention
from contagion.processes.bonds import Bonds
from contagion.processes.capital import Capital
from contagion.processes.chime import Chime
from contagion.processes.community import Community
from contagion.processes.deaths import Deaths
from contagion.processes.exposure import Exposure
from contagion.processes.groups import Groups
from contagion.processes.homes_and_jobs import Homes, Jobs
from contagion.processes.justice import Justice
from contagion.processes.pathway import Births, Onset
from contagion.processes.relapse import Relapse
from contagion.processes.starting import Starting
from contagion.processes.stigma import Stigma
from contagion.processes.treatment import Treatment
from contagion.processes.visibility import VisibilityParameters

NullModel = Literal[
    "none", "contagion_off", "spontaneous_only", "barriers_only", "relapse_contagion_only", "homophily_only"
]

_CHANNELS_OFF = {f"starting.{name}": 0.0 for name in ("family", "friend", "weak", "group", "event", "ally", "tie_rate")}
_SEEN_OFF = {
    "chime.hope_seen": 0.0,
    "chime.hope_fallen": 0.0,
    "chime.near_counts": 0.0,
    "stigma.contact": 0.0,
    "stigma.use_seen": 0.0,
    "stigma.conformity": 0.0,
}
_RELAPSE_OFF = {
    "relapse.recovering_ties": 0.0,
    "relapse.using_ties": 0.0,
    "relapse.group": 0.0,
    "relapse.connectedness": 0.0,
}
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
    "contagion_off": {**_CHANNELS_OFF, **_SEEN_OFF, **_RELAPSE_OFF},
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
    "relapse_contagion_only": {**_CHANNELS_OFF, **_SEEN_OFF},
    "homophily_only": {**_CHANNELS_OFF, **_SEEN_OFF, **_RELAPSE_OFF, "bonds.loosen": 0.0},
}
"""Null models as switches: the off values that each sets.

With `contagion_off` nobody's recovery, relapse or attitude passes to anybody along ties, in groups or at events. What
remains shared is the place: finite homes, jobs and treatment, community capital, and the (then unmoved)
attitudes of one's ties. `homophily_only` also lets recovery loosen no ties: alike people stay together, and nothing
passes between them.
"""


class Time(Parameters):
    """The horizon; a step is a week."""

    years: float = choice(10.0, "horizon", unit="years", low=0.02, up_to=100)


def _unknown_kind(name: str, kind: Any) -> InitErrorDetails:
    near = nearest(str(kind), REGISTRY)
    text = "Input should be one of " + ", ".join(sorted(REGISTRY)) + (f"; did you mean {near}?" if near else "")
    fault = PydanticCustomError("unknown_kind", "{text}", {"text": text, "kinds": sorted(REGISTRY)})
    return InitErrorDetails(type=fault, loc=(name, "kind"), input=kind)


def _moved(name: str, fault: Any) -> InitErrorDetails:
    """The same fault, located under the intervention's name."""
    what: Any = fault["type"]
    if what == "value_error":
        what = PydanticCustomError("value_error", fault["msg"].replace("{", "(").replace("}", ")"))
    return InitErrorDetails(type=what, loc=(name, *fault["loc"]), input=fault["input"], ctx=fault.get("ctx", {}))


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
    births: Births = Births()
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
    interventions: dict[str, Any] = Field(default_factory=dict, description="interventions by name")
    study: Study = Study()
    sweep: Sweep = Sweep()
    sensitivity: Sensitivity = Sensitivity()
    factors: dict[str, Factor] = Field(
        default_factory=dict, description="what varies in a sweep or a sensitivity analysis, by dotted name"
    )

    _origin: Origin = PrivateAttr(default_factory=Origin)

    @field_validator("interventions", mode="after")
    @classmethod
    def _of_a_kind(cls, tables: dict[str, Any]) -> dict[str, Any]:
        """Validate each table by the class that its kind names."""
        made: dict[str, Any] = {}
        faults: list[InitErrorDetails] = []
        for name, table in tables.items():
            kind = table.get("kind") if isinstance(table, dict) else None
            if isinstance(table, Intervention):
                made[name] = table
            elif kind not in REGISTRY:
                faults.append(_unknown_kind(name, kind))
            else:
                try:
                    made[name] = REGISTRY[str(kind)].model_validate(table)
                except ValidationError as wrong:
                    faults += [_moved(name, fault) for fault in wrong.errors()]
        if faults:
            raise ValidationError.from_exception_data("interventions", faults)
        return made

    @model_validator(mode="after")
    def _sense(self) -> Scenario:
        wrong = []
        if not is_file(self.city.graph) and self.city.graph != "city" and self.city.graph not in GENERATORS:
            near = nearest(self.city.graph, ["city", *GENERATORS])
            wrong.append(
                f"city.graph {self.city.graph!r} is no generator and no graph file (city, "
                + ", ".join(GENERATORS)
                + ", or a .graphml, .gexf or .csv file)"
                + (f"; did you mean {near}?" if near else "")
            )
        s = self.start
        total = (
            s.opioid_active_per_1000
            + s.alcohol_active_per_1000
            + s.other_active_per_1000
            + s.early_per_1000
            + s.sustained_per_1000
            + s.stable_per_1000
            + s.at_risk_per_1000
        )
        if total > 1000.000001:
            wrong.append(f"the stages in [start] add up to {total:g} per 1,000 people, more than there are")
        if self.justice.prison + self.justice.probation > 1.0:
            wrong.append("justice.prison and justice.probation add up to more than 1")
        if s.recovery_opioid + s.recovery_other > 1.0:
            wrong.append("start.recovery_opioid and start.recovery_other add up to more than 1")
        if s.at_risk_opioid + s.at_risk_other > 1.0:
            wrong.append("start.at_risk_opioid and start.at_risk_other add up to more than 1")
        if s.employers + s.landlords + s.practitioners > 1.0:
            wrong.append("start.employers, start.landlords and start.practitioners add up to more than 1")
        if self.capital.floor > self.capital.ceiling:
            wrong.append("capital.floor lies above capital.ceiling")
        if wrong:
            raise ValueError("; ".join(wrong))
        return self

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
        if not changes:
            return self
        return self.model_copy(
            update={section: getattr(self, section).model_copy(update=values) for section, values in changes.items()}
        )

    def foundation_key(self) -> str:
        """Scenarios with the same key and seed share the same city on the first day."""
        parts = (
            "city",
            "network",
            "time",
            "start",
            "births",
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


PROTOCOL = ("study", "sweep", "sensitivity")
"""Sections that say which runs are asked for; no history depends on them."""


def sections() -> dict[str, type[Parameters]]:
    """The tables of a scenario by name: each a class of declared parameters."""
    return {
        name: field.annotation
        for name, field in Scenario.model_fields.items()
        if isinstance(field.annotation, type) and issubclass(field.annotation, Parameters)
    }
