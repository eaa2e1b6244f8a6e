"""What a graph file tells of people stands on the first day, in every form of file; names stay theirs; and what does not
fit is refused."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from conftest import ROOT

import contagion as ct
from contagion.city.attributes import TAKEN, limits
from contagion.city.columns import COLUMNS
from contagion.city.edge_lists import IDENTITY
from contagion.city.first_day import Foundation, first_day
from contagion.city.generators import MOST_TIES
from contagion.city.graph_files import GENERATORS, HEAVIEST, SUFFIXES, read
from contagion.config.explain import describe
from contagion.model.simulation import LivingCity
from contagion.vocabulary import DEAD, STABLE, VISIBLE

RING = [(i, (i + 1) % 100) for i in range(100)]


def town(folder: Path, columns: dict[str, Any], people: int = 100, name: str = "t") -> dict[str, Any]:
    """A ring of people with these attributes, as an edge list and a list of people."""
    ring = pd.DataFrame([(i, (i + 1) % people) for i in range(people)], columns=["source", "target"])
    ring.to_csv(folder / f"{name}.csv", index=False)
    pd.DataFrame({"id": range(people), **columns}).to_csv(folder / f"{name}_people.csv", index=False)
    return {"city.graph": str(folder / f"{name}.csv"), "city.nodes": str(folder / f"{name}_people.csv")}


def founded(files: dict[str, Any], **more: Any) -> Foundation:
    return first_day(ct.load("baseline", **files, **more), 1)


def told(error: pytest.ExceptionInfo[ct.ConfigError]) -> str:
    said = str(error.value)
    assert "\n" not in said and said.endswith((".", "?"))
    return said


# What a file tells goes before what is drawn


def test_a_hundred_champions_without_a_home(tmp_path: Path) -> None:
    city = founded(town(tmp_path, {"stage": "stable", "champion": 1, "home": 0}))
    people = city.people[: city.founding]
    assert (people["stage"] == STABLE).all() and people["champion"].sum() == 100 and people["home"].sum() == 0
    assert (people["visibility"] == VISIBLE).all(), "a champion is visible"
    housed = founded(town(tmp_path, {"stage": "stable", "champion": 1, "home": 1}, name="housed"))
    assert (people["barriers"] > housed.people["barriers"][:100]).all(), "who has no home has that barrier"


VALUES: dict[str, tuple[Any, Any]] = {
    "substance": ("alcohol", 1),
    "neighbourhood": (3, 3),
    "household": (7, 7),
    "role": ("landlord", 4),
    "sex": ("female", 0),
    "age": (44.5, 44.5),
    "attitude": (0.25, 0.25),
    "disposition": (0.75, 0.75),
    "committed": (1, 1),
    "spell": (300, 300),
    "personal": (0.125, 0.125),
    "home": (0, 0),
    "job": (0, 0),
    "record": (1, 1),
    "visibility": ("anonymous", 1),
    "champion": (1, 1),
    "frailty": (2.5, 2.5),
    "mild": (1, 1),
}


@pytest.mark.parametrize("column", VALUES)
def test_each_column_stands_as_the_file_tells_it(column: str, tmp_path: Path) -> None:
    """After every draw of the first day; for whom it is silent, something is drawn."""
    word, code = VALUES[column]
    of_public = [""] * 40 if column == "champion" else [word] * 40
    some = {"stage": ["stable"] * 60 + [""] * 40, column: [word] * 30 + [""] * 30 + of_public}
    files = town(tmp_path, some)
    city = founded(files)
    columns = city.columns
    by_name = {name: row for row, name in enumerate(city.names)}
    lived = [by_name[str(i)] for i in range(30)]
    assert (columns[column][lived] == code).all()
    if COLUMNS[column].everyone:
        assert (columns[column][[by_name[str(i)] for i in range(60, 100)]] == code).all()
    elif column != "champion":
        assert f"{column} of 40 people without a stage is left out" in city.check
    assert f"{column} ({30 if column == 'champion' else 70} people)" in city.check
    assert column == "household" or f"{column} (30 people)" in city.check.split("silent: ")[1].splitlines()[0]


def test_every_column_that_is_taken_is_tried() -> None:
    assert {"stage", *VALUES} == set(TAKEN)


def test_what_follows_from_the_file_is_derived(tmp_path: Path) -> None:
    stages = ["active"] * 400 + ["stable"] * 400 + ["at_risk"] * 200
    files = town(tmp_path, {"stage": stages, "attitude": [0.9] * 1000, "spell": [10] * 400 + [700] * 600}, people=1000)
    city = founded(files, **{"entry.rate_per_1000": 0.0})
    people = city.people
    active = people[people["stage"] == 1]
    shares = np.bincount(active["substance"], minlength=3) / active.size
    assert np.allclose(shares, np.array([9.5, 13.8, 1.0]) / 24.3, atol=0.08), (
        "substances by the start table, not one for all"
    )
    assert city.town.public_stigma == pytest.approx(0.9, abs=1e-6)
    assert people["disposition"].min() > 0.9 and people["committed"].sum() == 0
    stable = people[people["stage"] == STABLE]
    raw = founded(town(tmp_path, {"stage": stages}, people=1000, name="raw")).people[:1000]
    assert stable["frailty"].mean() < raw[raw["stage"] == STABLE]["frailty"].mean() + 0.05
    assert (stable["spell"] == 700).all() and (people["norm"] == 0.9).all()


def test_families_are_those_of_the_households_that_stand(tmp_path: Path) -> None:
    """From ties of the layer household, or from the file's own column; nobody shares a home by chance."""
    rows = [(0, 1, "household"), (1, 2, "friend"), (2, 3, "household"), (3, 4, "friend")]
    pd.DataFrame(rows, columns=["source", "target", "layer"]).to_csv(tmp_path / "t.csv", index=False)
    pd.DataFrame({"id": range(5), "stage": ["stable", "", "", "", ""]}).to_csv(tmp_path / "p.csv", index=False)
    off = {"start.employers": 0.0, "start.landlords": 0.0, "start.practitioners": 0.0, "entry.rate_per_1000": 0.0}
    files = {"city.graph": str(tmp_path / "t.csv"), "city.nodes": str(tmp_path / "p.csv")}
    city = founded(files, **off)
    role = dict(zip(city.names, city.columns["role"].tolist(), strict=True))
    assert role == {"0": 0, "1": 1, "2": 0, "3": 0, "4": 0}
    pd.DataFrame({"id": range(5), "stage": ["stable", *[""] * 4], "household": [9, "", "", "", 9]}).to_csv(
        tmp_path / "p.csv", index=False
    )
    city = founded(files, **off)
    role = dict(zip(city.names, city.columns["role"].tolist(), strict=True))
    assert role["4"] == 1 and role["1"] == 0


WRONG = {
    "sex": (2, 'sex is "2"; it must be one of female, male, f, m or a whole number from 0 to 1.'),
    "age": (1638, 'age is "1638"; it must be a number from 0 to 120.'),
    "attitude": (57, 'attitude is "57"; it must be a number from 0 to 1.'),
    "neighbourhood": (-5, 'neighbourhood is "-5"; it must be a whole number from 0 to 11 (city.neighbourhoods says'),
    "spell": (3.5, 'spell is "3.5"; it must be a whole number from 0 to 5,200.'),
    "household": (2**31, "it must be a whole number from 0 to 1,000,000,000."),
    "role": ("nurse", 'role is "nurse"; it must be one of citizen, family, practitioner, employer, landlord or'),
    "personal": ("high", 'personal is "high"; it must be a number.'),
    "home": ("maybe", 'home is "maybe"; it must be one of 0 and 1, no and yes, or false and true.'),
    "job": ("2", 'job is "2"; it must be one of 0 and 1, no and yes, or false and true.'),
    "frailty": ("1_0", 'frailty is "1_0"; it must be a number.'),
}
STAGE_WRONG = {
    "dead": 'stage is "dead"; it must be one of at_risk, active, early, sustained, stable, public or nothing',
    "to_come": 'stage is "to_come"; it must be one of at_risk',
    "sustaned": "did you mean sustained?",
    "7": 'stage is "7"; it must be one of at_risk',
}


@pytest.mark.parametrize("column", WRONG)
def test_a_value_that_its_column_cannot_have_is_refused_by_its_line(column: str, tmp_path: Path) -> None:
    value, said = WRONG[column]
    files = town(tmp_path, {"stage": "early", column: ["", "", value, *[""] * 97]})
    with pytest.raises(ct.ConfigError) as caught:
        founded(files)
    assert said in told(caught) and "t_people.csv, line 4: " in told(caught)


@pytest.mark.parametrize("word", STAGE_WRONG)
def test_stages_that_nobody_begins_in_are_refused(word: str, tmp_path: Path) -> None:
    with pytest.raises(ct.ConfigError) as caught:
        founded(town(tmp_path, {"stage": ["early", word, *["At Risk"] * 98]}))
    assert STAGE_WRONG[word] in told(caught) and "line 3" in told(caught)


def test_no_limit_lies_outside_what_a_column_can_store() -> None:
    for column in TAKEN:
        for end in limits(column):
            assert np.array(end, COLUMNS[column].dtype) == end


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"stage": "active", "champion": 1}, "and this one's stage is active"),
        ({"stage": ["stable"] * 99 + [""], "champion": 1}, "and this one's stage is public"),
        ({"champion": 1}, "and this one's stage is not given"),
        ({"stage": "stable", "champion": 1, "visibility": "hidden"}, "and this one's visibility is hidden"),
    ],
)
def test_champions_are_visible_and_in_lasting_recovery(columns: dict[str, Any], said: str, tmp_path: Path) -> None:
    with pytest.raises(ct.ConfigError) as caught:
        founded(town(tmp_path, columns))
    assert said in told(caught) and "champion is 1" in told(caught)


def test_the_check_says_what_has_no_effect_and_what_is_drawn(tmp_path: Path) -> None:
    files = town(tmp_path, {"home": 0, "age": [15] + [40] * 99, "shoe": 43})
    said = describe(ct.load("baseline", **files))
    assert "stages: none in the file, so the start table says how many there are and a lot who has them" in said
    assert "home count only for whoever is drawn to have one" in said
    assert "1 person is under 18" in said and "not used, of people: shoe" in said
    stages = {
        "stage": ["early"] * 50 + ["public"] * 50,
        "spell": [60] * 50 + [""] * 50,
        "visibility": [2] * 50 + [""] * 50,
    }
    said = describe(ct.load("baseline", **town(tmp_path, stages, name="two")))
    assert (
        "stages: 50 people have one, 50 are the public" in said and "drawn where the file is silent: substance" in said
    )
    assert "50 people have a spell that is not that of their stage" in said
    dull = town(tmp_path, {"stage": "at_risk", "visibility": 2}, name="three")
    assert "100 people who are not in recovery would be seen in it" in describe(ct.load("baseline", **dull))


# The same city in every form


def karate(folder: Path) -> dict[str, dict[str, str]]:
    """The karate club in seven files, with names, weights and what is told of people."""
    graph = nx.karate_club_graph()
    club = {n: "female" if d["club"] == "Officer" else "male" for n, d in graph.nodes(data=True)}
    graph = nx.Graph(
        [(f"Member {a}", f"Member {b}", {"weight": float(d["weight"])}) for a, b, d in graph.edges(data=True)]
    )
    sex = {name: club[int(name.split()[1])] for name in graph}
    nx.set_node_attributes(graph, sex, "sex")
    nx.write_graphml(graph, folder / "k.graphml")
    nx.write_gexf(graph, folder / "k12.gexf", version="1.2draft")
    nx.write_gexf(graph, folder / "k13.gexf", version="1.3")
    ties = nx.to_pandas_edgelist(graph)
    ties.to_csv(folder / "header.csv", index=False)
    ties.sample(frac=1.0, random_state=1).to_csv(folder / "bare.csv", index=False, header=False)
    ties.to_csv(folder / "semicolons.csv", index=False, sep=";", decimal=",", encoding="utf-8-sig")
    ties.iloc[::-1].to_csv(folder / "tabs.tsv", index=False, sep="\t")
    gephi = pd.DataFrame({"Source": ties.target, "Target": ties.source, "Type": "Undirected", "Id": range(len(ties))})
    gephi = gephi.assign(Label="", timeset="", Weight=ties.weight)
    gephi.to_csv(folder / "gephi_edges.csv", index=False)
    pd.DataFrame({"Id": list(graph), "Label": list(graph), "timeset": "", "sex": list(sex.values())}).to_csv(
        folder / "gephi_nodes.csv", index=False
    )
    pd.DataFrame({"id": list(sex), "sex": list(sex.values())})[::-1].to_csv(folder / "people.csv", index=False)
    forms = {name: {"city.graph": str(folder / name)} for name in ("k.graphml", "k12.gexf", "k13.gexf")}
    for name in ("header.csv", "bare.csv", "semicolons.csv", "tabs.tsv"):
        forms[name] = {"city.graph": str(folder / name), "city.nodes": str(folder / "people.csv")}
    nodes = {"city.nodes": str(folder / "gephi_nodes.csv")}
    return forms | {"gephi": {"city.graph": str(folder / "gephi_edges.csv"), **nodes}}


def test_karate_is_one_city_in_every_form(tmp_path: Path) -> None:
    """People and ties to the bit, names and weights among them; and so four weeks of it."""
    cities = {name: founded(files) for name, files in karate(tmp_path).items()}
    assert len(cities) == 8
    first = cities["k.graphml"]
    assert first.names[0].startswith("Member ") and set(first.ties.weight.tolist()) == {64 * w for w in range(1, 8)}
    for name, city in cities.items():
        assert city.names == first.names and city.titles == first.titles, name
        assert city.people.tobytes() == first.people.tobytes(), name
        assert city.public.tobytes() == first.public.tobytes(), name
        for part in ("start", "other", "layer", "weight"):
            assert getattr(city.ties, part).tobytes() == getattr(first.ties, part).tobytes(), (name, part)
        assert "34 people, 78 ties" in city.check and "from 1 to 7" in city.check, name


def test_repeated_ties_do_not_depend_on_their_order(tmp_path: Path) -> None:
    rows = [("a", "b", 0.5, "friend"), ("b", "a", 2.0, "friend"), ("a", "b", 9.0, "acquaintance"), ("b", "c", 1.0, ""),
            ("c", "b", 0.25, "using"), ("c", "c", 1.0, "")]  # fmt: skip
    found = []
    for k in range(6):
        turned = rows[k:] + rows[:k]
        frame = pd.DataFrame(turned, columns=["source", "target", "weight", "layer"])
        frame.to_csv(tmp_path / "t.csv", index=False)
        made = read(str(tmp_path / "t.csv"), "", {})
        ends = [tuple(sorted((made.labels[a], made.labels[b]))) for a, b in zip(made.one, made.two, strict=True)]
        found.append(sorted(zip(ends, made.layer.tolist(), made.weight.tolist(), strict=True)))
        assert "duplicate ties merged: 3 (the closest layer counts, and the largest weight in it)" in made.check
        assert "self-ties dropped: 1" in made.check
    assert found == [[(("a", "b"), 1, 128), (("b", "c"), 1, 64)]] * 6


ASKED_WRONG = [
    ({"edge_weight": "wieght"}, 'city.edge_weight is "wieght"; it must be an attribute', "did you mean Weight?"),
    ({"edge_layer": "layr"}, 'city.edge_layer is "layr"; it must be an attribute', "did you mean Layer?"),
    ({"node_columns": {"sexx": "gender"}}, 'city.node_columns is "sexx"; set one of stage', "did you mean sex?"),
    ({"node_columns": {"sex": "gendre"}}, 'city.node_columns.sex is "gendre"', "did you mean gender?"),
]


@pytest.mark.parametrize("form", ["csv", "graphml", "gexf"])
@pytest.mark.parametrize(("asked", "said", "near"), ASKED_WRONG)
def test_a_misspelt_attribute_is_refused_with_the_nearest(
    form: str, asked: dict[str, Any], said: str, near: str, tmp_path: Path
) -> None:
    graph = nx.Graph([("a", "b", {"Weight": 0.5, "Layer": "friend"})])
    nx.set_node_attributes(graph, "f", "gender")
    path, nodes = str(tmp_path / f"t.{form}"), ""
    if form == "csv":
        nx.to_pandas_edgelist(graph).to_csv(path, index=False)
        nodes = str(tmp_path / "n.csv")
        pd.DataFrame({"id": ["a", "b"], "gender": "f"}).to_csv(nodes, index=False)
    else:
        {"graphml": nx.write_graphml, "gexf": nx.write_gexf}[form](graph, path)
    asked = {"node_columns": {}, **asked}
    with pytest.raises(ct.ConfigError) as caught:
        read(path, nodes, **asked)
    assert said in told(caught) and told(caught).endswith(near)
    made = read(path, nodes, {"sex": "GENDER"}, "layer", "weight")
    assert made.weight.tolist() == [32] and made.columns["sex"].tolist() == [0, 0], "in whatever case"
    assert "weight: Weight, from 0.5 to 0.5" in made.check
    assert read(path, nodes, {}, "", "").weight.tolist() == [64], "none if none is asked for"


# Generators


@pytest.mark.parametrize(
    ("graph", "options", "people", "said"),
    [
        ("complete", {}, 50_000, "city.graph would make a complete graph of about 1,249,975,000 ties among 50,000"),
        ("stochastic_block_model", {"blocks": 0}, 1000, "city.graph_options.blocks is 0.0; it must be a whole number from"),
        ("stochastic_block_model", {"blocks": 20_000}, 50_000, "it must be a whole number from 1 to 500"),
        ("stochastic_block_model", {"p_in": 1.0, "p_out": 1.0}, 50_000, "1,249,975,000 ties"),
        ("watts_strogatz", {"k": 4.9}, 1000, "city.graph_options.k is 4.9; it must be a whole number from 2 to 999"),
        ("watts_strogatz", {"kk": 4}, 1000, "kk is no option of this graph; watts_strogatz takes k, p; did you mean k?"),
        ("watts_strogatz", {"p": 1.5}, 1000, "city.graph_options.p is 1.5; it must be a number from 0 to 1"),
        ("barabasi_albert", {"m": 1000}, 1000, "it must be a whole number from 1 to 999"),
        ("random_regular", {"d": 3}, 1001, "city.graph_options.d is 3.0; it must be even in a city with an odd number"),
        ("erdos_renyi", {"p": 1.0}, 100_000, "4,999,950,000 ties"),
        ("cycle", {"n": 4}, 1000, "n is no option of this graph; cycle takes none"),
    ],
)  # fmt: skip
def test_graphs_that_cannot_be_made_are_refused_when_they_are_read(
    graph: str, options: dict[str, float], people: int, said: str
) -> None:
    changes = {f"city.graph_options.{name}": float(value) for name, value in options.items()}
    with pytest.raises(ct.ConfigError) as caught:
        ct.load("baseline", **{"city.population": people, "city.graph": graph, **changes})
    assert said in told(caught)


def test_the_check_says_how_a_graph_is_made_and_what_has_no_effect() -> None:
    changes = {"city.graph": "watts_strogatz", "city.population": 1000, "entry.rate_per_1000": 0.9, "time.years": 10.0}
    said = describe(ct.load("baseline", **changes))
    assert "watts_strogatz with k = 8, p = 0.1: about 4,000 ties" in said
    assert '9 people come later (entry.rate_per_1000) and have no ties in it (city.arrival_ties = "none"' in said
    idle = {"city.nodes": "", "city.edge_weight": "often", "city.arrival_ties": "like_others"}
    said = describe(ct.load("baseline", **idle))
    assert "Without effect, as city.graph is city: city.edge_weight, city.arrival_ties." in said


# Names


def test_names_stand_in_events_and_people_and_merge_with_nobody(tmp_path: Path) -> None:
    """A person called like the identity of somebody who comes later stays somebody else."""
    names = [*(str(i) for i in range(1, 1001)), "arrival 1"]
    graph = nx.cycle_graph(len(names))
    nx.relabel_nodes(graph, dict(enumerate(names)), copy=False)
    nx.set_node_attributes(graph, dict.fromkeys(names[:300], "active"), "stage")
    nx.write_graphml(graph, tmp_path / "t.graphml")
    scenario = ct.load("baseline", **{"city.graph": str(tmp_path / "t.graphml"), "time.years": 1.0,
                                      "entry.rate_per_1000": 20.0})  # fmt: skip
    lived = ct.simulate(scenario, 3)
    events, people = lived.events, lived.people
    starts = events[events["event"] == "start"]
    assert (
        set(starts[starts["uid"] < len(names)]["name"]) <= set(names)
        and starts["name"].nunique() == starts["uid"].nunique() > 5
    )
    assert events.groupby("name")["uid"].nunique().max() == 1
    named = events[events["source"] >= 0]
    assert (named["source_name"] != "").all() and (events[events["source"] < 0]["source_name"] == "").all()
    assert people["name"].is_unique and set(people["name"][:300]) == set(names[:300])
    came = people[people.index >= len(names)]["name"]
    assert len(came) >= 15 and not set(came) & set(names) and came.iloc[0] == "arrival 2"
    here = lived.graph
    assert len(here) == len(names) + 20 and set(names) < set(here) and "arrival 2" in here
    assert here.degree("1000") >= 2 and here.degree("arrival 2") == 0


def test_labels_stand_beside_ids(tmp_path: Path) -> None:
    graph = nx.path_graph(4)
    nx.set_node_attributes(graph, {0: "Anna", 1: "Bo", 2: "Bo", 3: ""}, "label")
    nx.set_node_attributes(graph, "stable", "stage")
    nx.write_gexf(graph, tmp_path / "t.gexf")
    lived = ct.simulate(ct.load("baseline", **{"city.graph": str(tmp_path / "t.gexf"), "time.years": 0.1}), 1)
    assert lived.people["name"].tolist() == ["0", "1", "2", "3"]
    assert lived.people["label"].tolist()[:3] == ["Anna", "Bo", "Bo"]
    assert lived.graph.nodes["1"]["label"] == "Bo"


@pytest.mark.parametrize("form", ["graphml", "gexf"])
def test_an_exported_city_founds_the_same_city(form: str, tmp_path: Path) -> None:
    """Everybody's columns, ties and bonds by identity, to the bit; and so the same four weeks."""
    small = {"city.population": 600, "entry.rate_per_1000": 0.0, "time.years": 0.1}
    built = LivingCity(ct.load("baseline", **small), 5)
    path = tmp_path / f"city.{form}"
    {"graphml": nx.write_graphml, "gexf": nx.write_gexf}[form](built.graph, path)
    again = LivingCity(ct.load("baseline", **small, **{"city.graph": str(path)}), 5)
    for one in (built, again):
        one.run_for(0)
    _same(built, again)
    for one in (built, again):
        one.run_for(5)
    _same(built, again)
    assert built.timeline == again.timeline
    assert nx.utils.graphs_equal(nx.relabel_nodes(built.graph, str), again.graph)


def _same(one: LivingCity, two: LivingCity) -> None:
    for name in COLUMNS:
        everyone = COLUMNS[name].everyone
        uids = [c.uid if everyone else c.people["uid"] for c in (one, two)]
        left, right = (c.columns[name][np.argsort(uid)] for c, uid in zip((one, two), uids, strict=True))
        if name == "household":  # numbers of households may differ
            continue
        assert np.array_equal(left, right), name
    edges = [
        {(*sorted((int(c.uid[i]), int(c.uid[j]))), k, w) for i, j, k, w in zip(*c.foundation.ties.pairs(), strict=True)}
        for c in (one, two)
    ]
    assert edges[0] == edges[1]
    bonds = [
        {(*sorted((int(c.uid[i]), int(c.uid[j]))), int(k)) for i, j, k in zip(*c.web.bonded())} for c in (one, two)
    ]
    assert bonds[0] == bonds[1] and bonds[0]


def test_a_city_that_was_lived_in_can_be_read_again(tmp_path: Path) -> None:
    """Who died or has not come is no part of it; who came keeps their identity, and nobody later gets it."""
    small = {"city.population": 2000, "time.years": 2.0}
    city = LivingCity(ct.load("baseline", **small), 2)
    city.run_for(104)
    graph, people = city.graph, int(city.weeks[-1][0])
    assert len(graph) == city.uid.size > people, "everybody is in it"
    nx.write_graphml(graph, tmp_path / "later.graphml")
    again = LivingCity(ct.load("baseline", **small, **{"city.graph": str(tmp_path / "later.graphml")}), 2)
    assert again.founding_people == people and np.unique(again.uid).size == again.uid.size
    left = f"note: {len(graph) - people} people who have died or not yet come in the exported city, and so"
    assert left in again.foundation.check
    before = {int(u): int(s) for s, u in zip(city.columns["stage"], city.people["uid"], strict=True) if s < DEAD}
    names = zip(again.columns["stage"], again.people["uid"], again.foundation.names, strict=False)
    assert {int(u): int(s) for s, u, name in names if name == str(u)} == before
    ages = [{int(u): a for u, a in zip(c.uid, c.columns["age"], strict=True)} for c in (city, again)]
    assert all(ages[0][int(u)] == ages[1][int(u)] for u in again.uid if str(int(u)) in again.foundation.names)
    again.run_for(4)


@pytest.mark.parametrize("value", [-1, "x", 7, "", 0.5, 2**60])
def test_identities_that_are_none_are_refused(value: Any, tmp_path: Path) -> None:
    with pytest.raises(ct.ConfigError) as caught:
        founded(town(tmp_path, {"contagion_uid": [*map(str, range(99)), value]}))
    said = f't_people.csv, line 101: contagion_uid is "{value}"; it must be a whole number of its own for each person'
    assert said in told(caught)


# People who come later


def test_arrivals_have_ties_as_is_chosen(tmp_path: Path) -> None:
    graph = nx.gnm_random_graph(400, 2000, seed=1)
    for k, (one, two) in enumerate(graph.edges):
        graph.edges[one, two].update(layer=["friend", "acquaintance"][k % 2], weight=[1.0, 0.25][k % 2])
    nx.write_graphml(graph, tmp_path / "t.graphml")
    files = {"city.graph": str(tmp_path / "t.graphml"), "entry.rate_per_1000": 50.0, "time.years": 5.0}
    degrees = {}
    for choice in ("none", "like_others"):
        scenario = ct.load("baseline", **files, **{"city.arrival_ties": choice})
        city = first_day(scenario, 1)
        came = np.flatnonzero(city.people["uid"] >= 400)
        assert came.size == 100
        degree = city.ties.degrees()
        degrees[choice] = degree[came]
        own = np.setdiff1d(np.arange(degree.size), came)
        said = describe(scenario)
        if choice == "none":
            assert (degree[came] == 0).all() and degree[own].sum() == 4000
            assert "arrivals: 100 people come later (entry.rate_per_1000) and have no ties in it" in said
        else:
            assert degree[came].mean() == pytest.approx(10.0, abs=0.5)
            near = np.isin(city.ties.other, came)
            assert {(int(k), int(w)) for k, w in zip(city.ties.layer[near], city.ties.weight[near], strict=True)} == {
                (1, 64), (4, 16)}  # fmt: skip
            assert "have 10.0 ties each on average, copies of ties drawn by lot" in said
    built = ct.load("baseline", **{"city.population": 400, "city.graph": "cycle", "city.arrival_ties": "like_others",
                                   "entry.rate_per_1000": 50.0})  # fmt: skip
    city = first_day(built, 1)
    assert city.ties.degrees()[np.flatnonzero(city.people["uid"] >= 400)].mean() == pytest.approx(2.0, abs=0.1)


def test_the_check_says_what_weights_do(tmp_path: Path) -> None:
    pd.DataFrame([(0, 1, 0.5), (1, 2, 2.0)], columns=["source", "target", "weight"]).to_csv(
        tmp_path / "t.csv", index=False
    )
    files = {"city.graph": str(tmp_path / "t.csv"), "city.graph_options": {}}
    said = describe(ct.load("oracle_sis", **files))
    assert "starting.tie_rate (0.3 here) counts ties, whatever their weight" in said
    said = describe(ct.load("baseline", **files))
    assert "close ties and allies are counted, whatever the weight of their ties" in said
    assert "no tie is of the layer household, so starting.family moves nobody" in said


def test_the_example_of_the_document_prints_what_it_says(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "graphs.md").read_text("utf-8")
    code, printed = (re.search(rf"```{kind}\n(.*?)```", text, re.S) for kind in ("python", "text"))
    assert code and printed
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code[1]], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert done.stdout == printed[1], done.stderr


def test_the_document_names_every_column_and_every_generator() -> None:
    text = (ROOT / "docs" / "graphs.md").read_text("utf-8")
    assert all(f"`{name}`" in text for name in (*TAKEN, *GENERATORS, *SUFFIXES, IDENTITY))
    assert f"{MOST_TIES:,} ties" in text and f"up to {HEAVIEST}" in text
