"""Graphs: the same city for the same seed as ever, whatever builds it; and what files of others hold."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import contagion as ct
from contagion.city import sheets
from contagion.city.attributes import TAKEN, coded
from contagion.city.first_day import first_day
from contagion.city.given_graph import Given, check_in_words, once
from contagion.city.graph_files import read
from contagion.core.graph import WEIGHT_ONE, Ties
from contagion.vocabulary import Layer

Write = Callable[[str, str], str]


@pytest.fixture
def put(tmp_path: Path) -> Write:
    def put(name: str, text: str) -> str:
        path = tmp_path / name
        path.write_bytes(text.encode())
        return str(path)

    return put


def read_(path: str, nodes: str = "", **names: str) -> Given:
    return read(path, nodes, names, "layer", "weight")


def fault(path: str, nodes: str = "", **names: str) -> str:
    with pytest.raises(ct.ConfigError) as caught:
        read_(path, nodes, **names)
    return str(caught.value)


# The same city as ever


def digest(ties: Ties) -> str:
    total = hashlib.sha256()
    for values in (ties.start, ties.other, ties.layer, ties.weight):
        total.update(values.dtype.str.encode() + values.tobytes())
    return total.hexdigest()[:16]


def pairs_by_rule(people: int, ties: int) -> list[tuple[int, int, int]]:
    """Pairs that look random, by a rule of their own (duplicates and self-ties among them)."""
    state, rows = 5, []
    for k in range(ties):
        ends = []
        for _ in range(2):
            state = (state * 1103515245 + 12345) % 2**31
            ends.append((state >> 8) % people)
        rows.append((*ends, k))
    return rows


BUILT = {
    "as it comes": ({}, "512d83f3ab9d5851"),
    "one neighbourhood, households of one": (
        {"city.neighbourhoods": 1, "network.household_size": 1.0}, "7d0888ae8be6b868",
    ),
    "households of four, even friends": (
        {"network.household_size": 4.0, "network.friends": 6, "network.friends_lived": 3}, "4e814f95d1c02682",
    ),
    "all ties long": (
        {"network.long_ties": 1.0, "network.bridging": 1.0, "network.friends": 3}, "697b3c00686d7f63",
    ),
    "no tie long": (
        {"network.long_ties": 0.0, "network.bridging": 0.0, "network.friends_lived": 0}, "00bf958a4924c30d",
    ),
    "no acquaintances": (
        {"network.acquaintances": 0, "network.acquaintances_lived": 0}, "5e70b5d0aeb96ce3",
    ),
    "one friend, acquaintances alike": (
        {"network.friends": 1, "network.acquaintances": 7, "network.acquaintances_lived": 40,
         "network.acquaintances_alike": 1.0}, "debc062c1cb0cc55",
    ),
    "no friends, other weights": (
        {"network.friends": 0, "network.weight_friend": 0.01, "network.weight_household": 7.0}, "519341fa08fa0bf3",
    ),
    "many neighbourhoods": (
        {"city.neighbourhoods": 2000, "network.household_size": 8.0}, "dbf138479ae7540c",
    ),
    "watts_strogatz": (
        {"city.graph": "watts_strogatz", "city.graph_options": {"k": 8, "p": 0.1}}, "df4e67b935178eb5",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BUILT)
def test_a_city_is_the_same_for_the_same_seed(name: str) -> None:
    """Ties are those that were laid when relatives came in and friends became bonds; they change with a note alone."""
    changes, expected = BUILT[name]
    config = "oracle_sis" if name == "watts_strogatz" else "baseline"
    assert digest(first_day(ct.load(config, **{"city.population": 3000, **changes}), 1).ties) == expected


def test_a_graph_file_gives_the_same_city_for_the_same_seed(put: Write) -> None:
    rows, as_ever = pairs_by_rule(1500, 6000), {"entry.rate_per_1000": 0.9, "time.years": 10.0}
    words = ["household", "friend", "recovery", "Using", "acquaintance", "", "stranger"]
    weights = ["", "0.5", "1", "2.25", " 0.01"]
    plain = put("plain.csv", "source,target\n" + "".join(f"{a},{b}\n" for a, b, _ in rows))
    lines = (f'{k},"p{a}", p{b} ,{words[(a + k) % 7]},{weights[k % 5]}\r\n' for a, b, k in rows)
    full = put("full.csv", "\ufeffid, Source ,TARGET,layer,weight\r\n" + "".join(lines))
    named = put("named.csv", "from,to,weight\n" + "".join(f"{a},{b},1\n" for a, b, _ in rows))
    stages, sexes, roles = ["", "active", "early", "stable", "1", "at_risk"], ["f", "male", ""], ["citizen", "employer"]
    lines = (f"{i},{stages[i % 6]},{sexes[i % 3]},{20 + i % 50},{[*roles, '', ''][i % 4]}\n" for i in range(7, 1510))
    people = put("people.csv", "id,stage,sex,age,role\n" + "".join(lines))
    sis = ct.load("oracle_sis", **{"city.graph": plain, "city.graph_options": {}})
    assert digest(first_day(sis, 1).ties) == "593ae2e211082312"
    assert digest(first_day(ct.load("baseline", **{"city.graph": full, **as_ever}), 1).ties) == "620985fa37632c9d"
    city = first_day(ct.load("baseline", **{"city.graph": named, "city.nodes": people, **as_ever}), 1)
    assert digest(city.ties) == "7fcb2196e6e717fa"
    drawn = (
        "neighbourhood, role (751 people), sex (501 people), attitude, disposition, committed, spell, personal, home"
    )
    assert city.check.splitlines()[1:] == [
        "  duplicate ties merged: 18 (the closest layer counts, and the largest weight in it); self-ties dropped: 4",
        "  components: 12 (largest 1492 people); people without ties: 11",
        "  ties per person: mean 7.9, median 8, most 20",
        "  form: parted by commas, the first line names the columns; ties from from and to; "
        "list of people: parted by commas, the first line names the columns",
        "  layer: none, so every tie is one between friends",
        "  weight: weight, from 1 to 1",
        "  attributes taken: stage (1,253 people), role (752 people), sex (1,002 people), age (1,503 people)",
        "  stages: 1,253 people have one, 250 are the public",
        f"  drawn where the file is silent: substance, {drawn}, job, record, visibility, champion, frailty, mild",
        "  households: whoever is linked by ties of the layer household lives in one, everybody else alone",
        "  people are named by their ids",
        "  note: 7 ids in ties are not in the list of people, and so 44 ties left out: 0, 1, 2, 3, 4 ...",
        "  note: 11 people have no tie in the edge list",
    ]


# CSV files

HEADER = "source,target,layer,weight\n"

FORMS = {
    "plain": HEADER + "b,a,friend,1\na,c,using,0.5\n",
    "windows": HEADER.replace("\n", "\r\n") + "b,a,friend,1\r\na,c,using,0.5\r\n",
    "old macintosh": HEADER.replace("\n", "\r") + "b,a,friend,1\ra,c,using,0.5",
    "mark and blank lines": "\ufeff\n" + HEADER + "\n\nb,a,friend,1\n   \na,c,using,0.5\n\n",
    "quotes": '"source","target","layer","weight"\n"b","a","friend","1"\n"a","c","using","0.5"\n',
    "spaces": " Source , TARGET , layer , weight \n b , a , friend , 1 \n a , c , Using , 0.5 \n",
    "other order": "weight,more,target,layer,source\n1,x,a,friend,b\n0.5,y,c,using,a\n",
    "empty is as usual": HEADER + "b,a,,\na,c,using,0.5\n",
    "short rows": HEADER + "b,a\na,c,using,0.5\n",
    "long rows": HEADER + "b,a,friend,1,and,more\na,c,using,0.5\n",
    "semicolons and decimal commas": HEADER.replace(",", ";") + "b;a;friend;1,0\na;c;using;0,5\n",
    "tabs": HEADER.replace(",", "\t") + "b\ta\tfriend\t1\na\tc\tusing\t0.5\n",
    "bars": HEADER.replace(",", "|") + "b|a|friend|1\na|c|using|0.5\n",
    "separated by spaces": HEADER.replace(",", "  ") + "b a friend   1\n a c using 0.5 \n",
    "separator told": "sep=;\r\n" + HEADER.replace(",", ";") + "b;a;friend;1\r\na;c;using;0.5\r\n",
    "comments": "# made by hand\n% of two kinds\n" + HEADER + "b,a,friend,1\n# the second\na,c,using,0.5\n",
    "a header in the comment": "# source target layer weight\nb a friend 1\na c using 0.5\n",
    "no header": "b,a,friend,1\na,c,using,0.5\n",
    "no header, weight first": "b,a,1,friend\na,c,0.5,using\n",
    "Gephi": "Source,Target,Type,Id,Label,timeset,Weight,Layer\nb,a,Undirected,0,,,1.0,friend\n"
    "a,c,Undirected,1,,,0.5,using\n",
    "empty cells at the end": "source,target,layer,weight,,\nb,a,friend,1,,\na,c,using,0.5,,\n,,,,,\n",
    "the last of two": "layer,source,target,layer,weight\nusing,b,a,friend,1\nx,a,c,using,0.5\n",
}


NOTED = {
    "empty cells at the end": "1 blank line is passed over",
    "mark and blank lines": "4 blank lines are passed over",
    "short rows": "1 row is shorter than the first of 4 cells (line 2): what it lacks is blank",
    "long rows": "1 row is longer than the first of 4 cells (line 2): the rest is left out",
    "the last of two": "column layer stands there more than once: the last is read",
    "semicolons and decimal commas": "commas in weights are read as decimal commas",
}


@pytest.mark.parametrize("name", FORMS)
def test_one_edge_list_in_many_forms(name: str, put: Write) -> None:
    made = read_(put("town.csv", FORMS[name]))
    assert made.labels == ["a", "b", "c"]
    assert made.one.tolist() == [1, 0] and made.two.tolist() == [0, 2]
    assert made.layer.tolist() == [Layer.FRIEND, Layer.USING]
    assert made.weight.tolist() == [WEIGHT_ONE, WEIGHT_ONE // 2]
    assert "Read town.csv: 3 people, 2 ties." in made.check
    notes = [line for line in made.check.splitlines() if "note" in line]
    assert notes == ([f"  note: {NOTED[name]}"] if name in NOTED else [])


def test_no_word_is_missing_and_numbers_come_in_order(put: Write) -> None:
    made = read_(put("a.csv", "source,target\nNA,nan\nNone,10\n9,-1\n09,null\n--5,²\n9,9\n9,-1\n"))
    assert made.labels == ["-1", "09", "9", "10", "--5", "NA", "None", "nan", "null", "²"]
    assert (
        "10 people, 5 ties" in made.check
        and "duplicate ties merged: 1 (the closest layer counts, and the largest weight in it); self-ties dropped: 1"
        in made.check
    )
    said = fault(put("b.csv", HEADER + "1,2,friend,1\n2,3,friend,nan\n"))
    assert "b.csv, line 3: weight is nan; it must be a tie weight above 0 and up to 100." in said


def test_columns_without_names_and_half_named(put: Write) -> None:
    for text in ("from,to\n1,2\n", "from,source\n2,1\n", "target,from\n2,1\n"):
        made = read_(put("a.csv", text))
        assert made.labels == ["1", "2"] and made.one.tolist() == [0] and made.two.tolist() == [1], text


WRONG = {
    "target,source\n": "a graph of at least two people and one tie, not 0 people and 0 ties",
    "source\n1\n": "(an edge list needs two columns, source and target)",
    "": "a readable graph file (it is empty)",
    "source,target\n1,1\n": "not 1 person and 1 tie",
    'source,target\n1,2\n\n"3",\n4,5\n': ', line 4: target is ""; it must be a name or number',
    "source,target\n1,2\n3\n": ', line 3: target is ""; it must be a name or number',
    'source,target,weight\n"1\n1",2,1\n2,3,heavy\n': ', line 4: weight is "heavy"; it must be a number.',
    "source,target,weight\n1,2\n2,3,0\n": ", line 3: weight is 0.0; it must be a tie weight above 0 and up to 100.",
    "source,target,weight\n1,2,101\n2,3,x\n": ", line 2: weight is 101.0; it must be a tie weight",
}


@pytest.mark.parametrize("text", WRONG)
def test_faults_in_an_edge_list_are_one_sentence(text: str, put: Write) -> None:
    said = fault(put("town.csv", text))
    assert WRONG[text] in said and "town.csv" in said and "\n" not in said


def test_what_is_not_text_is_refused_by_its_line(tmp_path: Path) -> None:
    path = tmp_path / "town.csv"
    path.write_bytes(b"source,target\n1,2\nJos\xe9,3\n")
    assert "(line 3 is not UTF-8 text: byte 0xe9; save the file as UTF-8)" in fault(str(path))
    assert "no_file.csv" in fault(str(tmp_path / "no_file.csv"))


PEOPLE = "id,age,Sex,role,stage,home\n1,40,f,landlord,active,true\n2,,,,,\n3,61.5,m,,early,false\n"


def test_people_beside_an_edge_list(put: Write) -> None:
    edges = put("town.csv", "source,target\n1,2\n2,3\n")
    made = read_(edges, put("people.csv", PEOPLE), sex="Sex")
    assert made.columns["age"][0] == 40 and np.isnan(made.columns["age"][1]) and made.columns["age"][2] == 61.5
    assert made.columns["sex"][[0, 2]].tolist() == [0, 1] and made.columns["home"][[0, 2]].tolist() == [1, 0]
    assert made.columns["stage"][[0, 2]].tolist() == [1, 2] and "household" not in made.columns
    assert "stage (2 people), role (1 person), sex from Sex (2 people), age (2 people), home (2 people)" in made.check
    assert read_(edges, put("people.csv", PEOPLE)).columns["sex"][0] == 0, "in whatever case"
    assert "sex" not in read_(edges, put("people.csv", PEOPLE), sex="").columns, "and not where none is asked for"
    turned = put("turned.csv", "id,age\n2,20\n1,30\n3,40\n")
    made = read_(edges, turned)
    assert made.labels == ["1", "2", "3"] and made.columns["age"].tolist() == [30, 20, 40]
    twice = put("twice.csv", "id,age\n2,20\n1,30\n3,40\n2,50\n")
    assert 'twice.csv, line 5: id is "2"; it must be a name that stands once (line 2 has it too).' in fault(
        edges, twice
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("1,40", "1,old", 'people.csv, line 2: age is "old"; it must be a number.'),
        ("61.5", "nan", 'people.csv, line 4: age is "nan"; it must be a number from 0 to 120.'),
        ("landlord", "landlady", 'line 2: role is "landlady"; it must be one of citizen, family, practitioner'),
        ("landlord", "landlady", "did you mean landlord?"),
        ("early", "1.5", 'line 4: stage is "1.5"; it must be one of at_risk, active, early, sustained, stable, public'),
        ("3,61.5", ",61.5", 'people.csv, line 4: id is ""; it must be a name or number.'),
        (
            "Sex",
            "gender",
            'city.node_columns.sex is "Sex"; it must be an attribute that the file\'s people have ("id", "age", ',
        ),
    ],
)
def test_faults_in_a_list_of_people(old: str, new: str, said: str, put: Write) -> None:
    edges = put("town.csv", "source,target\n1,2\n2,3\n")
    assert said in fault(edges, put("people.csv", PEOPLE.replace(old, new)), sex="Sex")


@pytest.mark.parametrize("column", TAKEN)
def test_no_column_takes_what_it_cannot_hold(column: str) -> None:
    _, unreadable = coded(column, ["-1", 1e12, "inf", "", None, float("nan"), 1, "0"])
    assert sorted(unreadable) == [0, 1, 2]


def test_what_is_or_is_not_may_be_said_in_words_and_measures_may_not(put: Write) -> None:
    edges = put("town.csv", "source,target\n1,2\n2,3\n")
    people = put("people.csv", "Name;home;job;age;attitude\n1;Yes;N;44,5;0,25\n2;FALSE;y;;\n3;;1;18;1\n")
    made = read_(edges, people)
    assert made.columns["home"][:2].tolist() == [1, 0] and made.columns["job"].tolist() == [0, 1, 1]
    assert np.isnan(made.columns["home"][2]) and made.columns["age"][0] == 44.5 and made.columns["attitude"][0] == 0.25
    assert "people are named by their ids (Name)" in made.check and "not used" not in made.check
    said = 'people.csv, line 2: age is "true"; it must be a number.'
    assert said in fault(edges, put("people.csv", "id,age\n1,true\n2,30\n3,30\n"))
    assert 'line 2: weight is "true"; it must be a number.' in fault(put("a.csv", HEADER + "1,2,friend,true\n"))


ALIKE = {
    "007,7\n7.0,1e5\n100000,007\n": "3 names are like another one (007 and 7 and 7.0; 100000 and 1e5)",
    "Anna,anna\nANNA,Bo\n": "2 names are like another one (ANNA and Anna and anna)",
    "Zo\u00eb,Zoe\u0308\nBo,Cleo\n": "1 name is like another one",
    "\u200bAnna,Anna\nBo,Cleo\n": "1 name is like another one (Anna and \\u200bAnna)",
    "Anna  Lee,Anna Lee\nBo,Cleo\n": "1 name is like another one (Anna  Lee and Anna Lee)",
    "-1,1\n1,+1\n": "1 name is like another one (+1 and 1)",
    "a,b\n#x,y\nb,c\n": "1 name begins with # or % (#x): a comment stands above the table, and these are people",
    "1,2\n10,20\n-1,0\n": "",
    "#a,#b\n#b,#c\n": "",
}


@pytest.mark.parametrize("rows", ALIKE)
def test_names_that_may_be_meant_for_one_person_stay_apart_and_get_a_word(rows: str, put: Write) -> None:
    made = read_(put("town.csv", "source,target\n" + rows))
    assert len(made.labels) == len({name for line in rows.splitlines() for name in line.split(",")})
    notes = [line for line in made.check.splitlines() if "like another" in line or "begin" in line]
    assert len(notes) == bool(ALIKE[rows]) and all(ALIKE[rows] in note for note in notes), made.check


def test_columns_of_one_name_in_other_capitals_are_told_which_is_read(put: Write) -> None:
    made = read_(put("town.csv", "source,target,weight,Weight\na,b,1,2\nb,c,0.5,2\n"))
    assert made.weight.tolist() == [64, 32]
    assert (
        "column weight and Weight stands there more than once: as it is asked for, else the last, is read" in made.check
    )


def test_where_no_tie_is_left_the_ids_that_nobody_has_are_named(put: Write) -> None:
    said = fault(put("town.csv", "source,target\n01,02\n02,03\n"), put("people.csv", "id,age\n1,30\n2,40\n3,50\n"))
    assert "3 ids in ties are not in the list of people" in said and "01, 02, 03" in said


CELL = st.text(st.sampled_from("ab1 ;\n'.é"), max_size=4)


@settings(max_examples=200, deadline=None)
@given(st.integers(2, 4).flatmap(lambda n: st.lists(st.lists(CELL, min_size=n, max_size=n), min_size=1, max_size=6)))
def test_pyarrow_reads_what_python_reads(rows: list[list[str]]) -> None:
    text = "\n".join(",".join(cell.replace("\n", " ") for cell in row) for row in rows)
    form = sheets._Form(text.encode(), 0, ",")
    quick, lenient = sheets._quickly(form, len(rows[0])), sheets._leniently(form)
    kept = [[cell.replace("\n", " ") for cell in row] for row in rows if "".join(row).strip()]
    if kept and len(lenient[0].column_names) == len(rows[0]):
        assert [list(row.values()) for row in lenient[0].to_pylist()] == kept
    if quick is not None and len(kept) == len(rows):
        assert quick[0].to_pylist() == lenient[0].to_pylist() or len(lenient[0].column_names) < len(rows[0])
        assert quick[1] == lenient[1]


# The check in words, and other files


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 30), st.data())
def test_the_check_says_what_networkx_says(people: int, data: st.DataObject) -> None:
    end = st.integers(0, people - 1)
    pairs = data.draw(st.lists(st.tuples(end, end), min_size=1, max_size=40))
    graph = nx.Graph([pair for pair in pairs if pair[0] != pair[1]])
    graph.add_nodes_from(range(people))
    parts = sorted(map(len, nx.connected_components(graph)))
    one, two = np.array(pairs, np.int32).T
    found = once(people, one, two, np.zeros(one.size, np.int8), np.ones(one.size, np.int16))
    said = check_in_words("x.csv", people, one[found.kept], two[found.kept], found, ["line"], ["so"])
    assert f"{people} people, {graph.number_of_edges()} ties." in said
    assert f"self-ties dropped: {sum(a == b for a, b in pairs)}\n" in said and "\n  line\n" in said
    assert f"components: {len(parts)} (largest {parts[-1]} people)" in said
    assert f"people without ties: {len(list(nx.isolates(graph)))}\n" in said and said.endswith("\n  note: so")
    assert int(re.search(r"merged: (\d+)", said)[1]) == sum(a != b for a, b in pairs) - graph.number_of_edges()


@pytest.mark.parametrize("form", ["graphml", "gexf"])
def test_the_same_graph_from_another_program(form: str, tmp_path: Path) -> None:
    graph = nx.Graph()
    graph.add_node("x", age=50, stage="active")
    graph.add_node("y", sex="male")
    graph.add_edge("x", "y", layer="household", weight=0.25)
    graph.add_edge("y", "z")
    path = str(tmp_path / f"town.{form}")
    {"graphml": nx.write_graphml, "gexf": nx.write_gexf}[form](graph, path)
    made = read_(path)
    assert made.labels == ["x", "y", "z"] and made.one.tolist() == [0, 1] and made.two.tolist() == [1, 2]
    assert made.layer.tolist() == [Layer.HOUSEHOLD, Layer.FRIEND] and made.weight.tolist() == [16, 64]
    assert made.columns["age"][0] == 50 and made.columns["stage"][0] == 1 and made.columns["sex"][1] == 1
    assert np.isnan(made.columns["age"][1:]).all()
    graph.nodes["x"]["age"] = 500
    {"graphml": nx.write_graphml, "gexf": nx.write_gexf}[form](graph, path)
    assert f"town.{form}, line " in fault(path) and ': age of "x" is 500; it must be a number from 0 to 120.' in fault(
        path
    )
