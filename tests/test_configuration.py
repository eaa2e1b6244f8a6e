"""Configs: what is right becomes a frozen scenario, what is wrong becomes one clear sentence for each fault."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import contagion as ct
from contagion.city.graph_files import SUFFIXES
from contagion.config.explain import describe, schema
from contagion.config.keys import dotted, line_of
from contagion.config.layers import BIGGEST, GRAPH_FILES, merge, shipped, shipped_names
from contagion.config.load import load_study, overridden, variants
from contagion.config.written import config_hash, plain, to_toml
from contagion.core.errors import Fault
from contagion.interventions.base import REGISTRY
from contagion.model.scenario import sections

Write = Callable[..., Path]

BROKEN: dict[str, tuple[str, str, str]] = {
    "another word for a name": ("horizon = 3", "horizon", "did you mean time.years?"),
    "another word for a name of an intervention": (
        "[interventions.c]\nkind = 'champions'\nend = 3.0",
        "interventions.c.end",
        "did you mean stop?",
    ),
    "sizes of other neighbourhoods": (
        "[city]\nneighbourhoods = 3\nneighbourhood_sizes = [1, 2]\n",
        "city.neighbourhood_sizes",
        "has 2 numbers; give each of the 3 neighbourhoods",
    ),
    "a neighbourhood of nobody": (
        "[city]\nneighbourhoods = 2\nneighbourhood_sizes = [100, 0]\n",
        "city.neighbourhood_sizes",
        "holds 0; give each of the 2 neighbourhoods (city.neighbourhoods) a number above 0",
    ),
    # name: (config, key that the fault names, words that the sentence holds)
    "misspelt key": ("[city]\npopulaton = 2000", "city.populaton", "did you mean population?"),
    "key of another section": ("population = 2000", "population", "did you mean city.population?"),
    "misspelt section": ("[citty]\npopulation = 2000", "citty", "did you mean city?"),
    "unknown key far from any": ("[time]\nzzzzz = 1", "time.zzzzz", "known here: years"),
    "nested unknown": ("[city.population]\nx = 1", "city.population", "a whole number"),
    "text for a number": ('[city]\npopulation = "many"', "city.population", "from 10 to 5,000,000 (people)"),
    "true for a whole number": ("[city]\npopulation = true", "city.population", "is true"),
    "true for a number": ("[time]\nyears = true", "time.years", "a number from"),
    "fraction for a whole number": ("[city]\npopulation = 2000.5", "city.population", "whole number"),
    "number for a text": ("[city]\ngraph = 5", "city.graph", "is 5"),
    "number for a switch": ("[interventions.c]\nkind = 'champions'\nenabled = 1", "interventions.c.enabled", "true or"),
    "date for a number": ("[time]\nyears = 2020-01-01", "time.years", "2020-01-01"),
    "list for a number": ("[time]\nyears = [1, 2]", "time.years", "is [1, 2]"),
    "not a number": ("[time]\nyears = nan", "time.years", "is nan"),
    "infinite": ("[starting]\nspontaneous = inf", "starting.spontaneous", "is inf"),
    "below the range": ("[city]\npopulation = -5", "city.population", "is -5; it must be a whole number from 10"),
    "above the range": ("[city]\npopulation = 99000000", "city.population", "to 5,000,000"),
    "huge number": ("[city]\npopulation = 1" + "0" * 60, "city.population", "5,000,000"),
    "negative rate": ("[relapse]\nscale = -1.0", "relapse.scale", "is -1.0"),
    "share above 1": ("[justice]\nprison = 1.5", "justice.prison", "from 0 to 1"),
    "unknown choice": ('null_model = "contagion_of"', "null_model", "did you mean contagion_off?"),
    "choice of wrong type": ("null_model = 3", "null_model", "one of"),
    "section as a value": ("city = 5", "city", "a table"),
    "section as a list": ("[[city]]\npopulation = 200", "city", "a table"),
    "stages beyond everybody": (
        "[start]\nat_risk_per_1000 = 900\nstable_per_1000 = 400",
        "start",
        "per 1,000 people, more than there are",
    ),
    "shares beyond 1": ("[justice]\nprison = 0.8\nprobation = 0.7", "justice.prison", "add up to more than 1"),
    "floor above ceiling": ("[capital]\nfloor = 0.9\nceiling = 0.1", "capital.floor", "lies above"),
    "unknown generator": ('[city]\ngraph = "watts_strogats"', "city.graph", "did you mean watts_strogatz?"),
    "missing graph file": ('[city]\ngraph = "no.graphml"', "city.graph", "which is no file"),
    "graph of another form": ('[city]\ngraph = "town.xlsx"', "city.graph", ".graphml, .gexf, .csv"),
    "graph outside": ('[city]\ngraph = "../../../../etc/passwd"', "city.graph", ".graphml, .gexf, .csv"),
    "graph with a zero byte": ('[city]\ngraph = "a\\u0000.graphml"', "city.graph", "path of a graph file"),
    "unknown kind": ("[interventions.x]\nkind = 'champion'", "interventions.x.kind", "did you mean champions?"),
    "kind of wrong type": ("[interventions.x]\nkind = 3", "interventions.x.kind", "champions"),
    "no kind": ("[interventions.champoins]\nenabled = true", "interventions.champoins.kind", "is missing"),
    "intervention as a value": ("[interventions]\nx = 3", "interventions.x", "a table with a kind"),
    "interventions as a list": ("interventions = [1]", "interventions", "a table of interventions"),
    "negative places": (
        "[interventions.c]\nkind = 'champions'\nplaces = -1",
        "interventions.c.places",
        "from 0 to 10,000",
    ),
    "misspelt in an intervention": (
        "[interventions.c]\nkind = 'champions'\nplacse = 1",
        "interventions.c.placse",
        "did you mean places?",
    ),
    "unknown stage": (
        "[interventions.c]\nkind = 'champions'\nstages = ['stabel']",
        "interventions.c.stages",
        "did you mean stable?",
    ),
    "stops before it starts": (
        "[interventions.c]\nkind = 'champions'\nstart = 5\nstop = 2",
        "interventions.c.stop",
        "lies before start",
    ),
    "no replicates": ("[study]\nreplicates = 0", "study.replicates", "from 1"),
    "negative seed": ("[study]\nseed = -1", "study.seed", "is -1"),
    "fault in a scenario": (
        "[study.scenarios.a.city]\npopulation = 'x'",
        "study.scenarios.a.city.population",
        "whole number",
    ),
    "misspelt in a scenario": (
        "[study.scenarios.a.relapse]\nscael = 1",
        "study.scenarios.a.relapse.scael",
        "did you mean scale?",
    ),
    "sum in a scenario": (
        "[study.scenarios.a.justice]\nprison = 0.9\nprobation = 0.9",
        "study.scenarios.a.justice.prison",
        "add up",
    ),
    "study in a scenario": ("[study.scenarios.a.study]\nseed = 2", "study.scenarios.a.study", "cannot be set here"),
    "title of a scenario": ("[study.scenarios.a]\ntitle = 3", "study.scenarios.a.title", "a text"),
    "scenario as a value": ("[study.scenarios]\na = 3", "study.scenarios.a", "is 3"),
    "name of a scenario": ('[study.scenarios."a b"]', 'study.scenarios."a b"', "letters, digits"),
    "hostile name": ('name = "<script>"', "name", "letters, digits"),
    "name that climbs": ('name = "../../x"', "name", "letters, digits"),
    "title of wrong type": ("title = 3", "title", "a text"),
    "missing base": ('extends = "basline.toml"', "extends", "which is no file"),
    "base of wrong type": ("extends = 3", "extends", "path of a .toml file"),
    "base that is no config": ('extends = "/etc/passwd"', "extends", "path of a .toml file"),
    "base is a folder": ('extends = "."', "extends", "path of a .toml file"),
    "extends itself": ('extends = "city.toml"', "extends", "circle"),
    "no TOML": ("this is not toml", "", "is not valid TOML"),
    "key twice": ("title = 'a'\ntitle = 'b'", "", "is not valid TOML"),
    "not closed": ("[city", "", "is not valid TOML"),
    "digits without end": ("[city]\npopulation = " + "9" * 5000, "", "too many digits"),
    "nested without end": ("x = " + "[" * 5000 + "]" * 5000, "", "nests tables too deeply"),
    "tables without end": ("[" + ".".join("a" * 40) + "]", "", "nests tables too deeply"),
    "empty": ("", "", "is empty"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_config_gets_one_clear_sentence(name: str, write: Write) -> None:
    text, key, words = BROKEN[name]
    path = write(text)
    with pytest.raises(ct.ConfigError) as caught:
        ct.load(path)
    fault = next((f for f in caught.value.faults if f.key == key), None)
    assert fault is not None, str(caught.value)
    sentence = str(fault)
    assert words in sentence
    assert str(path) in sentence and fault.file == str(path)
    assert sentence.endswith((".", "?")) and "\n" not in sentence
    assert "Traceback" not in sentence and "pydantic" not in sentence and len(sentence) < 900
    if key and name not in ("nested unknown",):
        assert fault.line is not None and f"line {fault.line}" in sentence
        assert fault.allowed
    assert len(caught.value.faults) == 1, str(caught.value)


def test_all_faults_come_at_once_in_order(write: Write) -> None:
    path = write(
        "populaton = 1\n[city]\npopulation = -1\ngraph = 'rnig'\n[justice]\nprison = 2\n"
        "[interventions.a]\nkind = 'champoins'\n[interventions.b]\nkind = 'housing'\nplaces = 'x'\n"
        "[study]\nseed = 1.5\n[study.scenarios.s.time]\nyears = 1e9\n"
    )
    with pytest.raises(ct.ConfigError) as caught:
        ct.load(path, **{"deaths.nothing": 1})
    keys = [fault.key for fault in caught.value.faults]
    assert keys == [
        "populaton", "city.population", "city.graph", "justice.prison", "interventions.a.kind",
        "interventions.b.places", "study.seed", "study.scenarios.s.time.years", "deaths.nothing",
    ]  # fmt: skip
    assert str(caught.value).count("\n") == len(keys) - 1
    assert isinstance(caught.value, ValueError)


def test_not_text_too_big_missing_folder(write: Write, tmp_path: Path) -> None:
    for path, words in (
        (write(b"title = '\xff\xfe'"), "is not UTF-8 text"),
        (write(b"#" * (BIGGEST + 1), "big.toml"), "bytes; at most 1,000,000 are read"),
        (tmp_path, "is not a file"),
        (tmp_path / "sity.toml", f"did you mean {tmp_path}/city.toml"),
        ("basline", "there is no such file"),
        (tmp_path / ("x" * 5000), "there is no such file"),
        ("a\0b", "is not a name that a file can have"),
    ):
        with pytest.raises(ct.ConfigError, match=words):
            ct.load(path)


def test_a_file_extends_another_and_each_is_named_for_its_own(write: Write) -> None:
    write("[city]\npopulation = 500\n[time]\nyears = -1\n", "base/base.toml")
    write("extends = 'base/base.toml'\n[city]\ngradient = 7\n", "middle.toml")
    top = write("extends = 'middle.toml'\n\n[relapse]\nscael = 1.0\n", "top.toml")
    with pytest.raises(ct.ConfigError) as caught:
        ct.load(top, **{"study.seed": "x"})
    found = {(Path(f.file).name, f.key, f.line) for f in caught.value.faults}
    assert found == {
        ("base.toml", "time.years", 4), ("middle.toml", "city.gradient", 3), ("top.toml", "relapse.scael", 4),
        ("override", "study.seed", None),
    }  # fmt: skip


def test_what_a_file_says_wins_over_what_it_extends_and_overrides_win_over_both(write: Write) -> None:
    write("title = 'Base'\n[city]\npopulation = 500\nneighbourhoods = 3\n", "base.toml")
    top = write("extends = 'base.toml'\n[city]\npopulation = 600\n", "my top.toml")
    city = ct.load(top, **{"time.years": 1})
    assert (city.city.population, city.city.neighbourhoods, city.time.years) == (600, 3, 1)
    assert city.name == "my-top" and city.title == "my-top"
    assert ct.load(top, **{"city.population": 700}).city.population == 700
    write("x = 1", "ring.toml")
    with pytest.raises(Exception, match="frozen"):
        city.city.population = 5


def test_a_ring_of_files_is_refused(write: Write) -> None:
    write("extends = 'b.toml'", "a.toml")
    write("extends = 'c.toml'", "b.toml")
    write("extends = 'a.toml'", "c.toml")
    with pytest.raises(ct.ConfigError, match=r"circle \(.*a.toml extends .*b.toml extends .*c.toml extends"):
        ct.load(write("extends = 'b.toml'", "a.toml"))


@pytest.mark.parametrize(
    ("name", "value"),
    [("extends", "x.toml"), ("a..b", 1), ("", 1), ("city population", 1), ("a\nb", 1), ("city", 5), ("[city]", 1)],
)
def test_overrides_that_mean_nothing(name: str, value: object, write: Write) -> None:
    with pytest.raises(ct.ConfigError) as caught:
        ct.load(write("title = 'x'"), **{name: value})
    assert {f.file for f in caught.value.faults} == {"override"}


def test_overrides_reach_interventions_and_quoted_names(write: Write) -> None:
    path = write("[interventions.c]\nkind = 'champions'\n")
    changed = ct.load(path, **{"interventions.c.enabled": False, 'interventions."d".kind': "housing"})
    assert changed.interventions["c"].enabled is False
    assert changed.interventions["d"].kind == "housing"
    again = overridden(changed, **{"interventions.c.places": 5, "city.population": 300})
    assert again.interventions["c"].places == 5 and again.city.population == 300
    with pytest.raises(ct.ConfigError, match=r"override: city.population is -1"):
        overridden(changed, **{"city.population": -1})


def test_a_kind_given_anew_starts_afresh() -> None:
    base = {"a": {"kind": "housing", "beds": 1}, "b": {"kind": "housing", "beds": 1}}
    over = {"a": {"kind": "champions"}, "b": {"kind": "housing", "cost": 2}}
    assert merge(base, over) == {"a": {"kind": "champions"}, "b": {"kind": "housing", "beds": 1, "cost": 2}}


def test_a_graph_file_is_found_from_the_folder_of_the_file_that_names_it(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph = write("source,target\n1,2\n2,3\n", "graphs/town.csv")
    path = write("[city]\ngraph = 'town.csv'\n", "graphs/city.toml")
    top = write("extends = 'graphs/city.toml'\n", "top.toml")
    assert ct.load(path).city.graph == str(graph) == ct.load(top).city.graph
    monkeypatch.chdir(tmp_path)
    assert ct.load(top, **{"city.graph": "graphs/town.csv"}).city.graph == str(graph)
    here = config_hash(ct.load(top))
    moved = write(graph.read_text(), "elsewhere/town.csv")
    assert config_hash(ct.load(top, **{"city.graph": str(moved)})) == here
    moved.write_text("source,target\n1,2\n")
    assert config_hash(ct.load(top, **{"city.graph": str(moved)})) != here


def test_study_scenarios_are_full_scenarios_that_share_the_rest(small: Path) -> None:
    study = load_study(small, **{"relapse.scale": 1.5})
    made = variants(study)
    assert list(made) == ["today", "champions"]
    assert [s.title for s in made.values()] == ["Today", "Champions"]
    assert not made["today"].interventions and made["champions"].interventions["champions"].places == 200
    assert all(s.relapse.scale == 1.5 for s in made.values()) and study.seed == 7 and made == study.scenarios
    alone = load_study(small.with_name("small.toml"), **{"study.scenarios": {}})
    assert list(variants(alone)) == ["today", "champions"], "an empty table overrides nothing"


def test_a_scenario_written_out_reads_back_the_same(small: Path, tmp_path: Path) -> None:
    study = load_study(small, **{"title": "Quotes \" ' and\nlines <b>", "starting.family": 0.123456789012345})
    again = tmp_path / "again.toml"
    again.write_text(to_toml(study))
    assert load_study(again) == study and ct.load(again) == study.base
    assert config_hash(load_study(again)) == config_hash(study) == config_hash(ct.load(again))


def test_the_hash_follows_what_matters(small: Path) -> None:
    base = config_hash(ct.load(small))
    assert len(base) == 64 and base == config_hash(ct.load(small))
    assert config_hash(ct.load(small, **{"study.replicates": 4})) != base
    assert config_hash(ct.load(small, **{"relapse.scale": 1.0000001})) != base


@pytest.mark.parametrize("name", shipped_names())
def test_every_shipped_config_loads_says_what_it_means_and_reads_back(name: str, tmp_path: Path) -> None:
    study = load_study(shipped() / f"{name}.toml")
    assert study == load_study(name)
    said = describe(study)
    assert f"{study.base.city.population:,} people" in said and "histories" in said
    again = tmp_path / "again.toml"
    again.write_text(to_toml(study))
    assert load_study(again) == study
    json.dumps(plain(study))


def test_check_says_what_differs_and_what_will_be_done(small: Path) -> None:
    said = ct.check(ct.load(small, **{"relapse.scale": 1.5, "title": "T\x1b[31m"}))
    assert "400 people" in said and "13 weeks" in said
    assert "relapse.scale = 1.5" in said and "default 1" in said
    assert "2 x 3 replicates = 6 histories" in said
    assert "assumed" in said and "Question: Does it help?" in said
    assert "\x1b" not in said


def test_schema_has_every_section_kind_and_extends() -> None:
    made = schema()
    assert {"extends", "city", "study", "interventions", "null_model", "sweep", "factors"} <= set(made["properties"])
    assert made["additionalProperties"] is False
    kinds = made["properties"]["interventions"]["additionalProperties"]["anyOf"][0]["oneOf"]
    names = {ref["$ref"].removeprefix("#/$defs/intervention_") for ref in kinds}
    assert {"champions", "linkage", "housing"} <= names
    tables = [made["$defs"][f"intervention_{name}"] for name in names]
    assert {table["properties"]["kind"]["const"] for table in tables} == names
    places = tables[0]["properties"]["places"]
    assert {"description", "unit", "source", "grade", "minimum", "maximum", "default"} <= set(places)
    text = json.dumps(made)
    for ref in {part.split('"')[0] for part in text.split('"#/$defs/')[1:]}:
        assert ref in made["$defs"]
    population = made["$defs"]["City"]["properties"]["population"]
    assert population["minimum"] == 10 and population["unit"] == "people"


def test_lines_are_found_in_all_ways_of_writing() -> None:
    text = 'a.b = 1\n[c]\n d = 2 # x\n[c.e]\nf = {g = 1}\n["h i".j]\n"k l" = 3\n[[m]]\nn = 1\n'
    assert [
        line_of(text, key) for key in (("a", "b"), ("c", "d"), ("c", "e", "f", "g"), ("h i", "j", "k l"), ("m", "n"))
    ] == [1, 3, 5, 7, 9]
    assert line_of(text, ("z",)) is None and line_of(text, ("c", "zz")) == 2
    assert dotted(("a", "b c", "<b>")) == 'a."b c"."<b>"'


def test_hostile_text_cannot_reach_the_terminal(write: Write) -> None:
    path = write('null_model = "\\u001b[2J\\u0007' + "x" * 10_000 + '"\n"\\u001b[31mred" = 1\n')
    with pytest.raises(ct.ConfigError) as caught:
        ct.load(path)
    assert "\x1b" not in str(caught.value) and "\x07" not in str(caught.value)
    assert all(len(str(fault)) < 900 for fault in caught.value.faults)


def test_a_fault_is_whole_and_can_travel() -> None:
    import pickle

    error = ct.ConfigError([Fault("a.toml", "x.y", 3, "it must be 4", "x.z")])
    back = pickle.loads(pickle.dumps(error))
    assert back.faults == error.faults
    assert str(back) == "a.toml: x.y is 3; it must be 4; did you mean x.z?"


INNER_NAMES = ["kind", "population", "graph", "years", "scenarios", "title", "é"]
VALUES = st.recursive(
    st.one_of(
        st.booleans(), st.integers(-(2**63), 2**63 - 1), st.floats(), st.text(max_size=8), st.just("city"),
        st.just("champions"), st.just("x.csv"),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(INNER_NAMES), inner, max_size=3),
    ),
    max_leaves=6,
)  # fmt: skip
NAMES = st.sampled_from(
    ["city", "time", "study", "interventions", "title", "name", "null_model", "extends", "start", "relapse", "zz"]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=st.dictionaries(NAMES, VALUES, max_size=4))
def test_any_table_is_either_a_scenario_or_faults(table: dict[str, object], tmp_path: Path) -> None:
    import tomli_w

    path = tmp_path / "any.toml"
    path.write_text(tomli_w.dumps(table), encoding="utf-8")
    tomllib.loads(path.read_text(encoding="utf-8"))
    try:
        ct.load(path)
    except ct.ConfigError as error:
        assert error.faults
        for fault in error.faults:
            assert "\n" not in str(fault)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(text: bytes, tmp_path: Path) -> None:
    path = tmp_path / "any.toml"
    path.write_bytes(text)
    try:
        ct.load(path)
    except ct.ConfigError as error:
        assert error.faults


def test_what_a_graph_file_holds_is_checked_and_told(write: Write) -> None:
    assert GRAPH_FILES == SUFFIXES
    write("source,target\n1,2\n2,3\n2,3\n", "town.csv")
    write("source,target,weight\n1,2,heavy\n", "bad.csv")
    write("<graphml>", "torn.graphml")
    said = describe(ct.load(write("[city]\ngraph = 'town.csv'")))
    assert "Read town.csv: 3 people, 2 ties" in said and "duplicate ties merged: 1" in said
    study = ct.load(
        write("[study.scenarios.a.city]\ngraph = 'bad.csv'\n[study.scenarios.b.city]\ngraph = 'torn.graphml'")
    )
    with pytest.raises(ct.ConfigError) as caught:
        describe(study)
    assert len(caught.value.faults) == 2
    assert "bad.csv" in str(caught.value) and "torn.graphml" in str(caught.value)


def test_the_default_of_a_decimal_parameter_is_a_decimal() -> None:
    """24 and 24.0 are written alike and read back as another value: a scenario's digest would change on the way."""
    kinds = {**sections(), **REGISTRY}
    whole = [
        f"{section}.{name}"
        for section, kind in kinds.items()
        for name, field in kind.model_fields.items()
        if field.annotation is float and type(field.default) is not float
    ]
    assert whole == []
