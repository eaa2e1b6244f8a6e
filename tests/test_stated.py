"""What is stated is what is lived: people, weeks and places in checks and pages; a sentence for what has no effect."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import contagion as ct
from contagion.config.explain import describe
from contagion.config.stated import Unheard, grades, stated, warned
from contagion.config.targets import as_lived, scenario_at
from contagion.core.sums import whole
from contagion.interventions.homes_and_work.housing import Housing
from contagion.interventions.ties.champions import Champions
from contagion.interventions.ties.linkage import Linkage
from contagion.model.simulation import LivingCity
from contagion.study.design.points import designed
from contagion.vocabulary import TO_COME

pytestmark = pytest.mark.usefixtures("undrawn")  # nothing here is about pictures

Write = Callable[..., Path]

PEOPLE = 230
TIES = "source,target\n" + "".join(f"a{i},a{(i + step) % PEOPLE}\n" for i in range(PEOPLE) for step in (1, 2, 3))
GRAPH = """extends = "baseline"
[city]
graph = "ties.csv"
neighbourhoods = 3
[time]
years = 0.13
"""
PROGRAMME = """
[interventions.champions]
kind = "champions"
start = 0.0
ramp_up = 0.0
places = 400.0
"""


@pytest.fixture
def graph(write: Write) -> Write:
    """Write a config beside an edge list of 230 people."""
    write(TIES, "ties.csv")
    return write


def words(act: Callable[[], Any]) -> list[str]:
    """The sentences that are told of what has no effect."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        act()
    return [str(one.message) for one in told if issubclass(one.category, Unheard)]


def refused(act: Callable[[], Any]) -> str:
    with pytest.raises(ct.ConfigError) as caught:
        act()
    assert len(caught.value.faults) == 1, str(caught.value)
    return str(caught.value)


# Numbers of people


def test_a_graph_file_says_how_many_people_there_are_everywhere(graph: Write, tmp_path: Path) -> None:
    path = graph(GRAPH + PROGRAMME + '[study]\nreplicates = 2\nfunding = "A trust"\n[study.scenarios.today]\n'
                 "interventions.champions.enabled = false\n[study.scenarios.more]\n")  # fmt: skip
    said = describe(ct.load_study(path))
    assert f"A city of {PEOPLE} people" in said and "(9 here)" in said and "50,000" not in said
    found = ct.compare(path, workers=1, progress=False, out=tmp_path / "out")
    kept = found.results.manifest
    assert kept["people"] == [PEOPLE, PEOPLE] and kept["weeks"] == [7, 7] and kept["years"] == [0.13, 0.13]
    assert kept["config"]["city"]["population"] == PEOPLE
    assert (found.outcomes[found.outcomes["week"] == 0]["people"] == PEOPLE).all()
    page = found.report.read_text()
    assert "50,000" not in page and page.count(f"{PEOPLE} people") > 10 and "A trust" in page
    assert "9 places at a time" in page and "0.13 years" in page
    assert found.results.ledger.query("scenario == 'more'")["places"].max() == 9
    assert "50000" not in (tmp_path / "out" / "scenario.toml").read_text()


def test_a_history_on_a_graph_knows_its_people(graph: Write) -> None:
    scenario = ct.load(graph(GRAPH))
    assert ct.simulate(scenario).scenario.city.population == PEOPLE == as_lived(scenario).city.population
    assert scenario_at(ct.load("baseline"), {"city.graph": scenario.city.graph}).city.population == PEOPLE


def test_a_population_beside_a_graph_gets_a_word(graph: Write) -> None:
    path = graph(GRAPH.replace("neighbourhoods", "population = 700\nneighbourhoods"))
    assert words(lambda: describe(ct.load_study(path))) == [
        f"{path}, line 4: city.population is 700, and the graph file brings 230 people; so those live in the city."
    ]
    assert words(lambda: describe(ct.load_study(graph(GRAPH)))) == []
    asked = '[study]\noutcomes = ["stable"]\n[factors."city.population"]\nvalues = [100, 200]\n'
    assert "would change nothing: the graph file brings its own people" in refused(
        lambda: ct.load(graph(GRAPH + asked))
    )


def test_the_pages_of_a_sweep_state_who_lived_and_how_long(graph: Write, tmp_path: Path) -> None:
    text = (
        GRAPH
        + '[study]\nreplicates = 1\noutcomes = ["stable"]\n[sweep]\ndesign = "list"\nrows = [{"time.years" = 0.1}, '
    )
    path = graph(text + '{"city.graph" = "city", "city.population" = 500, "time.years" = 0.06}]\n')
    found = ct.sweep(path, workers=1, progress=False, out=tmp_path / "out")
    assert found.manifest["people"] == [PEOPLE, 500] and found.manifest["weeks"] == [3, 5]
    page = found.report.read_text()
    assert "230 to 500 people" in page.lower() and "0.06 to 0.1 years" in page and "50,000" not in page


@pytest.mark.parametrize(
    ("own", "sentence"),
    [
        (
            "city.population = 600",
            "line 6: study.scenarios.b.city.population makes a city of 600 people, and scenario a has 50,000",
        ),
        ("time.years = 2.0", "line 6: study.scenarios.b.time.years makes 104 weeks, and scenario a has 520"),
    ],
)
def test_scenarios_of_other_sizes_are_refused_before_anything_runs(own: str, sentence: str, write: Write) -> None:
    text = 'extends = "baseline"\n[study]\nreplicates = 2\n[study.scenarios.a]\n[study.scenarios.b]\n'
    path = write(text + own)
    rule = "scenarios are compared with the same people over the same weeks, so set it for all, or make two studies."
    assert refused(lambda: ct.load(path)) == f"{path}, {sentence}; {rule}"
    both = ct.load_study(write(text.replace("[study.scenarios.a]", f"[study.scenarios.a]\n{own}") + own))
    said = describe(both)
    assert f"In its study scenarios: a city of {both.scenarios['a'].city.population:,} people" in said
    assert f"{2 * 2} histories of {both.scenarios['b'].weeks:,} weeks" in said


def test_a_sweep_may_look_at_scenarios_of_other_sizes_and_says_so(write: Write, tmp_path: Path) -> None:
    text = '[study]\nreplicates = 1\noutcomes = ["stable"]\n[time]\nyears = 0.1\n'
    text += '[factors."starting.friend"]\nvalues = [0.1, 0.2]\n'
    path = write(
        text + "".join(f"[study.scenarios.{name}.city]\npopulation = {n}\n" for name, n in (("a", 200), ("b", 300)))
    )
    said = describe(ct.load_study(path))
    assert "In a: a city of 200 people" in said and "In b: a city of 300 people" in said
    page = ct.sweep(path, workers=1, progress=False, out=tmp_path / "out").report.read_text()
    assert "200 to 300 people" in page and "50,000" not in page
    sentence = "study.scenarios.b.city.population makes a city of 300 people, and scenario a has 200"
    assert sentence in refused(lambda: ct.compare(path, out=tmp_path / "none"))
    assert not (tmp_path / "none").exists()


def test_scenarios_on_graphs_of_other_sizes_are_refused_when_these_are_read(graph: Write) -> None:
    path = graph('extends = "baseline"\n[study.scenarios.a]\n[study.scenarios.b]\ncity.graph = "ties.csv"\n')
    assert "study.scenarios.b.city.graph makes a city of 230 people, and scenario a has 50,000" in refused(
        lambda: stated(ct.load_study(path))
    )


def test_the_page_states_what_all_scenarios_set(write: Write, tmp_path: Path) -> None:
    own = "city.population = 300\ntime.years = 0.1\n"
    path = write(f'extends = "baseline"\n[study.scenarios.a]\n{own}[study.scenarios.b]\n{own}starting.friend = 0.3\n')
    page = ct.compare(path, 2, workers=1, progress=False, out=tmp_path / "out").report.read_text()
    assert "300 people" in page and "0.1 years" in page and "50,000" not in page and "10 years" not in page


def test_shipped_configs_do_not_speak_of_sizes_that_may_be_changed() -> None:
    for name in ("baseline", "first_comparison", "oracle_sis", "sweep_example", "sensitivity_example"):
        study = ct.load_study(name)
        said = f"{study.title} {study.base.description} {study.question}"
        assert not re.search(r"\d,\d{3}|years\b|adults", said.lower().replace("over the years", "")), said


# Places


def test_floating_point_takes_no_place_away() -> None:
    assert Champions(places=4.6).all_places(50_000) == 23
    assert [whole(x) for x in (0.0, 0.999, 22.999999999999996, 23.0, 22.99)] == [0, 0, 23, 23, 22]
    for tenths in range(1, 2_000, 7):  # the right value is found in whole numbers alone
        for people in (10, 150, 1_000, 12_345, 50_000, 250_000, 5_000_000):
            assert Champions(places=tenths / 10).all_places(people) == tenths * people // 100_000, (tenths, people)


def test_homes_jobs_and_treatment_places_are_not_cut_either(write: Write) -> None:
    rates = "".join(f"[{name}]\nvacancies = 5.2\nstand_open = 10.0\n" for name in ("homes", "jobs"))
    rates += "[treatment]\nplaces = 4.6\n"
    city = LivingCity(ct.load(write(f"[city]\npopulation = 5000\n[time]\nyears = 0.1\n{rates}")))
    assert (city.town.homes_free, city.town.jobs_free) == (5.0, 5.0)
    assert whole(city.scenario_.treatment.places * 5000 / 1000) == 23


def test_arrivals_are_as_many_as_the_rate_says(write: Write) -> None:
    text = "[city]\npopulation = 2000\n[time]\nyears = 1.4\n[entry]\nrate_per_1000 = 22.5\n"
    city = LivingCity(ct.load(write(text)))
    assert 22.5 * 2000 / 1000.0 * 1.4 < 63 and int((city.people["stage"] == TO_COME).sum()) == 63


@pytest.mark.parametrize(
    ("own", "sentence"),
    [
        ("places = 9.0", "line 6: interventions.c.places is 9 per 10,000, which is no whole place among 1,000 people; so it "
         "serves nobody, and 10 would be one place."),
        ("start = 12.0", "line 6: interventions.c.start is 12, and the run ends after 10 years; so it never takes place."),
        ("stop = 1.0", "line 6: interventions.c.stop is 1, and no week lies between the start, 1, and it; so it never takes "
         "place."),
        ("places = 11.0\nramp_up = 50.0", "line 7: interventions.c.ramp_up is 50, and its first place would open after its "
         "last week; so it serves nobody."),
    ],
)  # fmt: skip
def test_who_serves_nobody_gets_one_sentence_from_check_and_run(
    own: str, sentence: str, write: Write, command: Callable[..., Any]
) -> None:
    path = write(f'[city]\npopulation = 1000\n[interventions.c]\nkind = "champions"\n\n{own}\n')
    told = f"{path}, {sentence}"
    assert words(lambda: describe(ct.load_study(path))) == [told]
    assert words(lambda: warned(ct.load_study(path))) == [told]  # what every study begins with
    assert words(lambda: describe(ct.load_study(path, **{"interventions.c.enabled": False}))) == []
    served = LivingCity(ct.load(path, **{"time.years": min(10.0, 1.2)}), 1)
    served.run_for(60)
    assert not any(row[3] for row in served.outcomes()._record.ledger)
    checked = command("check", path.name)
    assert checked.returncode == 0 and checked.stderr == told.replace(str(path), path.name) + "\n"


def test_a_sentence_names_the_scenario_that_says_it(write: Write) -> None:
    text = '[interventions.c]\nkind = "champions"\nenabled = false\nstart = 20.0\n[study.scenarios.a]\n[study.scenarios.b]\n'
    text += "interventions.c.enabled = true\n[study.scenarios.d.interventions.c]\nenabled = true\nstart = 30.0\n"
    path = write(text)
    assert words(lambda: warned(ct.load_study(path))) == [
        f"{path}, line 4: interventions.c.start is 20, and the run ends after 10 years; so it never takes place.",
        f"{path}, line 10: study.scenarios.d.interventions.c.start is 30, and the run ends after 10 years; "
        "so it never takes place.",
    ]


@pytest.mark.parametrize(
    ("own", "sentence"),
    [
        ("neighbourhoods = [0, 12]", "holds 12; the city has neighbourhoods 0 to 11 (city.neighbourhoods)."),
        ("neighbourhoods = [-1]", "holds -1; neighbourhoods are counted from 0, the least deprived."),
        ("stages = ['active']", 'is ["active"]; champions serves people in these stages alone: sustained, stable.'),
        ("start = 2.0\nstop = 1.0", "is 1, which lies before start; it must be at least the start, 2."),
    ],
)
def test_what_can_serve_nobody_is_refused(own: str, sentence: str, write: Write) -> None:
    path = write(f"[interventions.c]\nkind = 'champions'\n{own}\n")
    key = own.splitlines()[-1].split(" =")[0]
    line = 2 + len(own.splitlines())
    assert refused(lambda: ct.load(path)) == f"{path}, line {line}: interventions.c.{key} {sentence}"


def test_the_stages_that_a_kind_serves_are_those_of_its_rule() -> None:
    from types import SimpleNamespace

    from contagion.vocabulary import INSIDE, NO_GROUP, STAGES

    for kind in (Champions, Housing, Linkage):
        eligible = getattr(kind.eligible, "plain", kind.eligible)
        found = set()
        for code, stage in enumerate(STAGES):
            who = SimpleNamespace(stage=code, champion=0, custody=0, spell=1, home=0, group=NO_GROUP, treatment=INSIDE)
            if eligible(who, kind()):
                found.add(stage)
        assert found == set(kind.serves), kind


# Options of generators


@pytest.mark.parametrize(
    "text",
    [
        "graph_options = {k = 4.9}",
        "graph_options = {k = 5}",
        'graph_options = {k = 4}\n[factors."city.graph_options.k"]\nvalues = [4, 4.9]',
        'graph_options = {k = 4}\n[factors."city.graph_options.k"]\nlow = 4.9\nhigh = 8',
        'graph_options = {k = 4}\n[sweep]\ndesign = "list"\nrows = [{"city.graph_options.k" = 4.9}]',
    ],
)
def test_whole_options_are_not_cut_in_silence(text: str, write: Write) -> None:
    path = write(f'[study]\noutcomes = ["stable"]\n[city]\npopulation = 100\ngraph = "watts_strogatz"\n{text}\n')
    said = refused(lambda: ct.load(path))
    assert "whole number" in said and said.startswith(f"{path}, line ") and "k" in said


def test_a_sweep_over_a_whole_option_keeps_what_was_run(write: Write) -> None:
    head = '[study]\noutcomes = ["stable"]\n[city]\npopulation = 100\ngraph = "barabasi_albert"\n'
    study = ct.load_study(write(f'{head}[factors."city.graph_options.m"]\nlow = 1\nhigh = 6\n'))
    points = designed(study).points
    assert {type(point["city.graph_options.m"]) for point in points} == {int}
    for point in points:
        ties = LivingCity(scenario_at(study.base, point)).foundation.ties
        m = point["city.graph_options.m"]
        assert ties.other.size == 2 * m * (100 - m)


# What has no effect


def test_an_override_that_scenarios_or_points_overrule_gets_a_word(write: Write) -> None:
    path = write("[study.scenarios.a]\nstarting.friend = 0.1\n[study.scenarios.b]\nstarting.friend = 0.2\n")
    inner = "study.scenarios.a.starting.friend"
    told = f"has no effect on the study scenarios, as each sets its own; set {inner} (and 1 more) to change that."
    assert words(lambda: ct.load_study(path, **{"starting.friend": 0.3})) == [f"override: starting.friend {told}"]
    assert words(lambda: ct.load_study(path, **{inner: 0.3, "starting.weak": 0.1})) == []
    assert ct.load_study(path, **{inner: 0.3}).scenarios["a"].starting.friend == 0.3
    study = ct.load_study(path)
    assert words(lambda: ct.load_study(write(f'extends = "{path.name}"\n[starting]\nfriend = 0.3\n', "own.toml"))) == [
        f"{path.with_name('own.toml')}, line 3: starting.friend {told}"
    ]
    from contagion.config.load import overridden

    assert words(lambda: overridden(study, **{"starting.friend": 0.3})) == [f"override: starting.friend {told}"]
    some = write("[study.scenarios.a]\nstarting.friend = 0.1\n[study.scenarios.b]\n")
    assert words(lambda: ct.load_study(some, **{"starting.friend": 0.3})) == []


@pytest.mark.parametrize(
    ("name", "overrides", "sentence"),
    [
        ("sweep_example", {"starting.friend": 0.1},
         "starting.friend is a factor as well, so a sweep or an analysis sets it anew at every point."),
        ("baseline", {"starting.friend": 0.1, "null_model": "contagion_off"},
         "starting.friend has no effect, as null_model contagion_off switches it off."),
        ("first_comparison", {f"study.scenarios.{n}.interventions.champions.enabled": False
                              for n in ("champions", "all_three", "all_three_off")}
         | {"interventions.champions.places": 5.0},
         "interventions.champions.places has no effect, as the intervention is switched off; set "
         "interventions.champions.enabled to true."),
    ],
)  # fmt: skip
def test_an_override_of_what_is_decided_elsewhere_gets_a_word(
    name: str, overrides: dict[str, Any], sentence: str
) -> None:
    assert words(lambda: ct.load_study(name, **overrides)) == [f"override: {sentence}"]


# Groups


def test_groups_cover_the_part_of_a_year_at_the_end() -> None:
    out = ct.simulate(ct.load("baseline", **{"city.population": 3000, "time.years": 1.9}), seed=4)
    for flow in ("deaths", "starts", "relapses"):
        total = out.timeline[flow].sum()
        assert total > 0
        for dimension, part in out.groups.groupby("dimension"):
            assert part[flow].sum() == total, (flow, dimension)
    last = out.groups[(out.groups["week"] == 99) & (out.groups["dimension"] == "sex")]
    assert last[["active", "early", "sustained", "stable"]].sum().tolist() == [
        out.timeline[name].iloc[-1] for name in ("active", "early", "sustained", "stable")
    ]


def test_groups_so_far_are_no_part_of_the_groups_to_come() -> None:
    city = LivingCity(ct.load("baseline", **{"city.population": 1000, "time.years": 2.0}), 1)
    for weeks in (30, 22, 52):
        city.run_for(weeks)
        out = city.outcomes()
        assert out.groups["week"].unique().tolist() == [w for w in (0, 52, 104) if w < city.week] + [city.week]
        assert out.groups.query("dimension == 'sex'")["starts"].sum() == out.timeline["starts"].sum()


# Counts and words of a page


def test_evidence_is_counted_once_for_check_and_page(tmp_path: Path) -> None:
    small = {"city.population": 300, "time.years": 0.1, "study.replicates": 2}
    study = ct.load_study("first_comparison", **small)
    said = describe(study)
    page = ct.compare(study, workers=1, progress=False, out=tmp_path / "out").report.read_text()
    found = grades(study.scenarios.values())
    assert f"{found['choice']} a matter of choice" in said and f"{found['assumed']} assumed" in said
    row = re.search(r"Chosen, not measured.*?</th>\s*<td[^>]*>(.*?)</td>", page, re.S)
    assert row is not None and re.sub(r"<.*?>|\s", "", row[1]) == str(found["choice"])


def test_who_paid_is_said_by_the_study_and_told_by_the_page(write: Write, tmp_path: Path) -> None:
    text = "[city]\npopulation = 200\n[time]\nyears = 0.1\n[study]\nreplicates = 1\n"
    path = write(text + 'funding = "The <Council>; no interests"\n')
    found = ct.compare(path, workers=1, progress=False, out=tmp_path / "out")
    assert found.results.manifest["funding"] == "The <Council>; no interests"
    assert "The &lt;Council&gt;; no interests" in found.report.read_text()
    from contagion.config.written import config_hash, plain

    silent = ct.load_study(write(text, "silent.toml"))
    assert "funding" not in plain(silent)["study"] and config_hash(silent) != config_hash(ct.load_study(path))


# Files, numbers and seeds as people give them


def test_a_shipped_config_is_extended_from_anywhere_and_that_is_said(write: Write) -> None:
    text = re.search(r"```toml\n(extends = .*?)```", (Path(__file__).parents[1] / "README.md").read_text(), re.S)
    assert text is not None
    path = write(text[1])
    with pytest.warns(
        match=r"line 1: extends the shipped baseline\.toml, as there is no baseline\.toml beside this file\."
    ):
        scenario = ct.load(path)
    assert scenario.city.population == 120_000 and scenario.relapse == ct.load("baseline").relapse
    write("[starting]\nfriend = 0.5\n", "baseline.toml")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert ct.load(path).starting.friend == 0.5  # the file beside it goes first


def test_numbers_of_numpy_are_numbers() -> None:
    given = {"city.population": np.int64(300), "time.years": np.float32(0.5), "study.seed": np.uint64(2**63 - 1),
             "interventions.c": {"kind": np.str_("champions"), "neighbourhoods": np.array([1, 2])}}  # fmt: skip
    study = ct.load_study("baseline", **given)
    assert (study.base.city.population, study.base.time.years, study.seed) == (300, 0.5, 2**63 - 1)
    assert study.base.interventions["c"].neighbourhoods == [1, 2]
    assert "is 300.0; it must be a whole number" in refused(
        lambda: ct.load("baseline", **{"city.population": np.float64(300)})
    )


@pytest.mark.parametrize("seed", [2**53 + 1, 2**62, 2**62 + 1, 2**63 - 1])
def test_large_seeds_are_kept_to_the_last_digit(seed: int, tmp_path: Path) -> None:
    small = {"city.population": 100, "time.years": 0.04, "study.replicates": 2}
    found = ct.compare("baseline", workers=1, progress=False, out=tmp_path / "out", **small, **{"study.seed": seed})
    kept = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert kept["config"]["study"]["seed"] == seed and found.results.runs["seed"].tolist() == kept["seeds"]
    assert f"seed = {seed}\n" in (tmp_path / "out" / "scenario.toml").read_text()


def test_seeds_that_are_too_large_are_refused_in_a_sentence(command: Callable[..., Any]) -> None:
    assert "it must be a whole number from 0 to 9,223,372,036,854,775,807" in refused(
        lambda: ct.load("baseline", **{"study.seed": 2**63})
    )
    run = command("run", "baseline", "--set", "city.population=100", "--set", "time.years=0.02", "--seed", 2**63)
    assert run.returncode == 2 and "9223372036854775807" in run.stderr and "Traceback" not in run.stderr


# Morris without options


def test_a_screen_takes_forty_trajectories_unless_it_is_told() -> None:
    sizes = {}
    for method in ("sobol", "morris", "delta"):
        study = ct.load_study("sensitivity_example", **{"sensitivity.method": method})
        sizes[method] = designed(study, method=method).base_rows
    assert sizes == {"sobol": 256, "morris": 40, "delta": 256}
    study = ct.load_study("sensitivity_example")
    assert len(designed(study, method="morris")) == 40 * 14
    assert ct.load_study("sensitivity_example", **{"sensitivity.samples": 32}).sensitivity.size == 32


def test_samples_of_one_method_are_not_those_of_another(write: Write) -> None:
    path = write('extends = "sensitivity_example"\n[sensitivity]\nmethod = "sobol"\nsamples = 512\n')
    assert ct.load_study(path).sensitivity.size == 512
    assert ct.load_study(path, **{"sensitivity.method": "morris"}).sensitivity.size == 40
    assert ct.load_study(path, **{"sensitivity.method": "morris", "sensitivity.samples": 12}).sensitivity.size == 12
    assert ct.load_study(path, **{"sensitivity.samples": 12, "sensitivity.method": "morris"}).sensitivity.size == 12
