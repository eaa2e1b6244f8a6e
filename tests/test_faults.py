"""A fault keeps its parts from where it arises: values that do not go together, kinds, classes of a user's own."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from pydantic import ValidationError, model_validator

import contagion as ct
from contagion.config import validation
from contagion.config.explain import schema
from contagion.core.errors import Fault, at_key, refuse
from contagion.interventions.base import REGISTRY, Intervention
from contagion.interventions.ties.champions import Champions
from contagion.model.scenario import Scenario

Write = Callable[..., Path]

TOGETHER = {
    "justice": ("[justice]\nprison = 0.8\nprobation = 0.7\n", ("justice", "prison"), 0.8,
                "line 2: justice.prison and justice.probation add up to more than 1; lower one of them."),
    "profiles": ("[start]\nrecovery_opioid = 0.8\nrecovery_other = 0.7\n", ("start", "recovery_opioid"), 0.8,
                 "line 2: start.recovery_opioid and start.recovery_other add up to more than 1; lower one of them."),
    "stages": ("[start]\nat_risk_per_1000 = 900\nstable_per_1000 = 400\n", ("start",), None,
               "line 1: start has stages that add up to 1335.6 per 1,000 people, more than there are; lower some of "
               "opioid_active_per_1000, alcohol_active_per_1000, other_active_per_1000, early_per_1000, sustained_per_1000, "
               "stable_per_1000, at_risk_per_1000."),
    "capital": ("[capital]\nfloor = 0.9\nceiling = 0.1\n", ("capital", "floor"), 0.9,
                "line 2: capital.floor lies above capital.ceiling; it must be at most 0.1."),
    "graph": ('[city]\ngraph = "watts_strogats"\n', ("city", "graph"), "watts_strogats",
              'line 2: city.graph is "watts_strogats", which is no generator and no graph file '
              '(.graphml, .gexf, .csv, .tsv or .txt); '
              'it must be one of "city", "watts_strogatz", "barabasi_albert", "erdos_renyi", "random_regular", '
              '"powerlaw_cluster", '
              '"stochastic_block_model", "complete", "cycle", "star" or a graph file; did you mean watts_strogatz?'),
}  # fmt: skip


@pytest.mark.parametrize("name", TOGETHER)
def test_values_that_do_not_go_together_are_told_by_their_parts(name: str, write: Write) -> None:
    text, key, value, sentence = TOGETHER[name]
    path = write(text)
    with pytest.raises(ct.ConfigError) as caught:
        ct.load(path)
    (fault,) = caught.value.faults
    assert (fault.at, fault.value, fault.file) == (key, value, str(path)) and fault.allowed and fault.problem
    assert str(fault) == f"{path}, {sentence}"


def test_all_that_does_not_go_together_is_told_at_once(write: Write) -> None:
    whole = "".join(text for name, (text, *_) in TOGETHER.items() if name != "profiles")
    with pytest.raises(ct.ConfigError) as caught:
        ct.load(write(whole))
    assert [fault.at for fault in caught.value.faults] == [
        ("justice", "prison"), ("start",), ("capital", "floor"), ("city", "graph"),
    ]  # fmt: skip


def test_pydantic_carries_the_parts() -> None:
    with pytest.raises(ValidationError) as caught:
        Scenario.model_validate({"capital": {"floor": 0.9, "ceiling": 0.1}})
    (error,) = caught.value.errors()
    assert error["type"] == "fault" and error["loc"] == ("capital", "floor") and error["input"] == 0.9
    assert (
        error["ctx"]["problem"] == "lies above capital.ceiling" and error["ctx"]["allowed"] == "it must be at most 0.1"
    )
    assert "capital.floor lies above capital.ceiling" in str(caught.value)
    refuse("nothing", [])


def test_a_fault_without_a_file_is_a_sentence_too() -> None:
    fault = at_key(("a", "b c"), 3, "it must be 4", "5")
    assert str(fault) == 'a."b c" is 3; it must be 4; did you mean 5?' and fault.said == 'a."b c" is 3'
    assert isinstance(fault, Fault) and fault.file == "" and fault.at == ("a", "b c")


def test_nobody_takes_sentences_apart() -> None:
    """What makes faults of errors uses no regular expressions and splits no texts."""
    tree = ast.parse(inspect.getsource(validation))
    names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not names & {"split", "partition", "rpartition", "match", "search", "findall", "removeprefix"}


@pytest.fixture
def mine() -> Iterator[None]:
    """Kinds that a test defines are known while it lasts."""
    before = dict(REGISTRY)
    yield
    REGISTRY.clear()
    REGISTRY.update(before)


@pytest.mark.usefixtures("mine")
def test_a_kind_of_ones_own_is_known_at_once(write: Write) -> None:
    class Walks(Champions):
        """Walks along the canal."""

        kind: Literal["walks"] = "walks"
        length: float = 3.0

        @model_validator(mode="after")
        def _short(self) -> Walks:
            if self.length > 10 and self.duration > 10:
                raise ValueError("long walks for long tire everybody")
            return self

    class Older(Champions):
        """Says its kind as was the way before."""

        kind_ = "older"

    city = ct.load(write('[interventions.a]\nkind = "walks"\nlength = 4.0\n[interventions.b]\nkind = "older"\n'))
    a, b = city.interventions.values()
    assert type(a) is Walks and a.length == 4.0 and type(b) is Older and b.kind == "older"
    assert REGISTRY["champions"] is Champions and REGISTRY["older"] is Older
    assert {"intervention_walks", "intervention_older"} <= set(schema()["$defs"])
    assert schema()["$defs"]["intervention_walks"]["properties"]["kind"]["const"] == "walks"
    path = write('[interventions.a]\nkind = "wlaks"\n')
    with pytest.raises(ct.ConfigError, match=r"line 2: interventions.a.kind is \"wlaks\"; .*did you mean walks\?"):
        ct.load(path)
    with pytest.raises(
        ct.ConfigError, match=r"line 1: interventions.a: long walks for long tire everybody; give values"
    ):
        ct.load(write('[interventions.a]\nkind = "walks"\nlength = 11.0\n'))


def test_every_kind_is_told_apart_by_its_word() -> None:
    for kind, table in REGISTRY.items():
        assert table.model_fields["kind"].default == kind
        made = Scenario.model_validate({"interventions": {"x": {"kind": kind}}}).interventions["x"]
        assert (
            type(made) is table and Scenario.model_validate({"interventions": {"x": made}}).interventions["x"] is made
        )
    with pytest.raises(ValidationError):
        Scenario.model_validate({"interventions": {"x": {"kind": "champions", "by": "peer"}}})
    assert "" not in REGISTRY and Intervention not in REGISTRY.values()
