"""Bad factors, sweeps and sensitivity analyses: each fault is one sentence, which names file, line, key and remedy."""

# ruff: noqa: E501 (sentences stand whole)

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import contagion as ct
from contagion.config.study import from_tables
from contagion.study.design.points import designed

Write = Callable[..., Path]

HEAD = '[study]\noutcomes = ["stable"]\n'

FAULTS: dict[str, tuple[str, str, str]] = {
    # name: (config, when it is found: load, sweep, or a method of sensitivity analysis; the sentence after the file)
    "unknown name": (
        '[factors."starting.frend"]\n',
        "load",
        'line 3: factors."starting.frend" is no parameter that can vary; factors are dotted names of this scenario, for instance "starting.friend"; did you mean starting.friend?',
    ),
    "last part alone": (
        "[factors.friend]\nlow = 0.0\n",
        "load",
        'line 3: factors.friend is no parameter that can vary; factors are dotted names of this scenario, for instance "starting.friend"; did you mean starting.friend?',
    ),
    "not in quotes": (
        "[factors.starting.friend]\nlow = 0.0\n",
        "load",
        'line 3: factors.starting.friend is not a known name; dotted names of factors stand in quotes; did you mean [factors."starting.friend"]?',
    ),
    "a list": (
        '[factors."city.nodes"]\n',
        "load",
        'line 3: factors."city.nodes" is a list, a table or a file, which cannot vary; factors are numbers, switches and choices.',
    ),
    "the seed": (
        '[factors."study.seed"]\n',
        "load",
        'line 3: factors."study.seed" is no parameter that can vary; factors are dotted names of this scenario, for instance "starting.friend".',
    ),
    "misspelt in a factor": (
        '[factors."starting.friend"]\nhihg = 0.3\n',
        "load",
        'line 4: factors."starting.friend".hihg is not a known name; known here: low, high, distribution, mode, mean, sd, a, b, reason, values, levels, group, label; did you mean high?',
    ),
    "below the range": (
        '[factors."starting.friend"]\nlow = -0.1\n',
        "load",
        'line 4: factors."starting.friend".low is -0.1; it must be a number from 0 to 5 (per year).',
    ),
    "above the range": (
        '[factors."starting.friend"]\nhigh = 7.0\n',
        "load",
        'line 4: factors."starting.friend".high is 7.0; it must be a number from 0 to 5 (per year).',
    ),
    "low above high": (
        '[factors."starting.friend"]\nlow = 0.3\nhigh = 0.1\n',
        "load",
        'line 4: factors."starting.friend".low is 0.3 and high is 0.1; low must lie below high.',
    ),
    "high below the declared low": (
        '[factors."city.population"]\nhigh = 5\n',
        "load",
        'line 4: factors."city.population".high is 5; it must be a whole number from 10 to 5,000,000 (people).',
    ),
    "high at low": (
        '[factors."starting.friend"]\nlow = 5.0\n',
        "load",
        'line 4: factors."starting.friend".low is 5 and high is 5; low must lie below high.',
    ),
    "fraction for a whole number": (
        '[factors."city.population"]\nlow = 500.5\n',
        "load",
        'line 4: factors."city.population".low is 500.5; it must be a whole number from 10 to 5,000,000 (people).',
    ),
    "no ends": (
        '[city]\ngraph = "watts_strogatz"\n[factors."city.graph_options.k"]\nlow = 2.0\n',
        "load",
        'line 5: factors."city.graph_options.k".high is missing; the parameter itself has no greatest value, so the factor needs one.',
    ),
    "unknown distribution": (
        '[factors."starting.friend"]\ndistribution = "trianglar"\n',
        "load",
        'line 4: factors."starting.friend".distribution is "trianglar"; it must be one of "uniform", "loguniform", "triangular", "normal", "lognormal", "beta"; did you mean triangular?',
    ),
    "lacks its parameter": (
        '[factors."starting.friend"]\ndistribution = "triangular"\nreason = "x"\n',
        "load",
        'line 3: factors."starting.friend".mode is missing; the triangular distribution needs mode.',
    ),
    "parameter of another": (
        '[factors."starting.friend"]\nmean = 0.1\n',
        "load",
        'line 4: factors."starting.friend".mean belongs to another distribution; the uniform distribution needs low and high only.',
    ),
    "no reason": (
        '[factors."starting.friend"]\nlow = 0.01\ndistribution = "loguniform"\n',
        "load",
        'line 3: factors."starting.friend".reason is missing; say why the distribution is loguniform.',
    ),
    "loguniform from nothing": (
        '[factors."starting.friend"]\ndistribution = "loguniform"\nreason = "x"\n',
        "load",
        'line 3: factors."starting.friend".low is 0; the loguniform distribution needs a low above 0.',
    ),
    "no spread": (
        '[factors."starting.friend"]\ndistribution = "normal"\nmean = 1.0\nsd = 0.0\nreason = "x"\n',
        "load",
        'line 6: factors."starting.friend".sd is 0.0; it must be a number above 0.',
    ),
    "mode outside": (
        '[factors."starting.friend"]\nhigh = 0.3\ndistribution = "triangular"\nmode = 0.4\nreason = "x"\n',
        "load",
        'line 6: factors."starting.friend".mode is 0.4; it must lie from low to high, 0 to 0.3.',
    ),
    "leaves the range": (
        '[factors."starting.friend"]\nhigh = 0.3\ndistribution = "normal"\nmean = 0.1\nsd = 0.1\nreason = "x"\n',
        "load",
        'line 5: factors."starting.friend".distribution has 18.1 % of its probability outside 0 to 0.3; at most 1 % may, so give another mean or sd, or a wider low and high.',
    ),
    "values beside a range": (
        '[factors."starting.friend"]\nhigh = 0.3\nvalues = [0.1]\n',
        "load",
        'line 4: factors."starting.friend".high cannot stand beside values; factors have either values, equally probable, or a range with a distribution.',
    ),
    "empty values": (
        '[factors."starting.friend"]\nvalues = []\n',
        "load",
        'line 4: factors."starting.friend".values is empty; it must be a number from 0 to 5 (per year).',
    ),
    "value twice": (
        '[factors."starting.friend"]\nvalues = [0.1, 0.2, 0.1]\n',
        "load",
        'line 4: factors."starting.friend".values lists 0.1 twice; each value may stand there once.',
    ),
    "value outside": (
        '[factors."starting.friend"]\nvalues = [0.1, 9.0]\n',
        "load",
        'line 4: factors."starting.friend".values holds 9.0; it must be a number from 0 to 5 (per year).',
    ),
    "value of another kind": (
        '[factors."starting.friend"]\nvalues = [0.1, true]\n',
        "load",
        'line 4: factors."starting.friend".values holds true; it must be a number from 0 to 5 (per year).',
    ),
    "distribution of a choice": (
        '[factors."null_model"]\ndistribution = "beta"\n',
        "load",
        "line 4: factors.null_model.distribution is for numbers, and this is chosen by name; low, high and a distribution need a number; give values, or nothing for all of them.",
    ),
    "range of a switch": (
        '[interventions.c]\nkind = "champions"\n[factors."interventions.c.enabled"]\nlow = 0.0\n',
        "load",
        'line 6: factors."interventions.c.enabled".low is for numbers, and this is switched on or off; low, high and a distribution need a number; give values, or nothing for all of them.',
    ),
    "unknown choice": (
        '[factors."null_model"]\nvalues = ["none", "contagion_of"]\n',
        "load",
        'line 4: factors.null_model.values holds "contagion_of"; it must be one of "none", "contagion_off", "spontaneous_only", "barriers_only", "relapse_contagion_only", "homophily_only"; did you mean contagion_off?',
    ),
    "graphs not named": (
        '[factors."city.graph"]\n',
        "load",
        'line 3: factors."city.graph".values is missing; list the graphs; it must be one of "city", "watts_strogatz", "barabasi_albert", "erdos_renyi", "random_regular", "powerlaw_cluster", "stochastic_block_model", "complete", "cycle", "star" or a graph file.',
    ),
    "switched off": (
        '[interventions.c]\nkind = "champions"\nenabled = false\n[factors."interventions.c.places"]\n',
        "load",
        'line 6: factors."interventions.c.places" would change nothing: the intervention is switched off in every scenario; enable it, or make its enabled a factor too.',
    ),
    "off by the null model": (
        'null_model = "contagion_off"\n[factors."starting.friend"]\n',
        "load",
        'line 4: factors."starting.friend" would change nothing: null_model contagion_off switches it off; take the factor out, or the null model.',
    ),
    "unknown intervention": (
        '[interventions.champions]\nkind = "champions"\n[factors."interventions.champion.places"]\n',
        "load",
        'line 5: factors."interventions.champion.places" is no parameter that can vary; factors are dotted names of this scenario, for instance "starting.friend"; did you mean interventions.champions.places?',
    ),
    "set by a scenario too": (
        '[study.scenarios.a.starting]\nfriend = 0.1\n[factors."starting.friend"]\n',
        "load",
        'line 5: factors."starting.friend" is set by study scenario a too; take it out of one of the two.',
    ),
    "factors in a scenario": (
        '[study.scenarios.a.factors."starting.friend"]\n',
        "load",
        "line 1: study.scenarios.a.factors cannot be set here; study scenarios may set their title, their description and what a config sets.",
    ),
    "group named as a factor": (
        '[factors."starting.friend"]\ngroup = "stigma.contact"\n[factors."stigma.contact"]\n',
        "load",
        'line 4: factors."starting.friend".group is "stigma.contact"; groups must have a name that no factor has, and not be called dummy.',
    ),
    "group called dummy": (
        '[factors."starting.friend"]\ngroup = "dummy"\n',
        "load",
        'line 4: factors."starting.friend".group is "dummy"; groups must have a name that no factor has, and not be called dummy.',
    ),
    "unknown design": (
        '[sweep]\ndesign = "gird"\n',
        "load",
        'line 4: sweep.design is "gird"; it must be one of "list", "grid", "latin", "sobol", "morris", "saltelli", "ofat"; did you mean grid?',
    ),
    "no points": (
        '[sweep]\ndesign = "latin"\n[factors."starting.friend"]\n',
        "load",
        "line 3: sweep.points is missing; the latin design needs its number of points.",
    ),
    "points of a grid": (
        '[sweep]\npoints = 64\n[factors."starting.friend"]\n',
        "load",
        "line 4: sweep.points is 64 and cannot be chosen here; the grid design has as many points as the levels of the factors say.",
    ),
    "points no power of two": (
        '[sweep]\ndesign = "saltelli"\npoints = 100\n[factors."starting.friend"]\n',
        "load",
        "line 5: sweep.points is 100; it must be a power of two; did you mean 128?",
    ),
    "samples no power of two": (
        '[sensitivity]\nsamples = 1000\n[factors."starting.friend"]\n',
        "load",
        "line 4: sensitivity.samples is 1000; it must be a power of two; did you mean 1024?",
    ),
    "too few base rows": (
        '[sensitivity]\nsamples = 4\n[factors."starting.friend"]\n',
        "load",
        "line 4: sensitivity.samples is 4; sobol needs at least 8 base rows; did you mean 8?",
    ),
    "too few trajectories": (
        '[sensitivity]\nmethod = "morris"\nsamples = 2\n[factors."starting.friend"]\n',
        "load",
        "line 5: sensitivity.samples is 2; morris needs at least 4 trajectories; did you mean 4?",
    ),
    "too few points": (
        '[sensitivity]\nsamples = 32\n[factors."starting.friend"]\n[factors."starting.group"]\n',
        "delta",
        "line 4: sensitivity.samples is 32; delta needs at least 64 points; did you mean 64?",
    ),
    "one factor alone": (
        '[factors."starting.friend"]\n',
        "sobol",
        'line 3: factors."starting.friend" stands alone; sobol tells factors from each other: name another, or take --method ofat.',
    ),
    "one group alone": (
        '[factors."starting.friend"]\ngroup = "both"\n[factors."starting.group"]\ngroup = "both"\n',
        "morris",
        'line 3: factors."starting.friend" stands alone; morris tells factors from each other: name another, or take --method ofat.',
    ),
    "odd levels": (
        '[sensitivity]\nmethod = "morris"\nlevels = 5\n[factors."starting.friend"]\n',
        "load",
        "line 5: sensitivity.levels is 5; morris needs an even number of levels, at least 4.",
    ),
    "few levels": (
        '[sensitivity]\nmethod = "morris"\nlevels = 2\n[factors."starting.friend"]\n',
        "load",
        "line 5: sensitivity.levels is 2; morris needs an even number of levels, at least 4.",
    ),
    "unknown table": (
        '[sweep]\nkeep = ["timelime"]\n[factors."starting.friend"]\n',
        "load",
        'line 4: sweep.keep is ["timelime"]; it must be a list, each one of "timeline", "events", "groups", "ledger"; did you mean timeline?',
    ),
    "empty list": (
        '[sweep]\ndesign = "list"\n',
        "load",
        'line 3: sweep.rows is empty; lists need at least one row, for instance {"starting.friend" = 0.1}.',
    ),
    "rows of a grid": (
        '[sweep]\nrows = [{"starting.friend" = 0.1}]\n',
        "load",
        'line 4: sweep.rows belongs to a list, and the design is grid; set design = "list", or take the rows out.',
    ),
    "empty row": (
        '[sweep]\ndesign = "list"\nrows = [{}]\n',
        "load",
        "line 5: sweep.rows has nothing in row 1; each row sets at least one parameter.",
    ),
    "unknown name in a row": (
        '[sweep]\ndesign = "list"\nrows = [{"starting.frend" = 0.1}]\n',
        "load",
        'line 5: sweep.rows sets starting.frend in row 1, which is no parameter that can vary; factors are dotted names of this scenario, for instance "starting.friend"; did you mean starting.friend?',
    ),
    "not in quotes in a row": (
        '[sweep]\ndesign = "list"\nrows = [{starting.friend = 0.1}]\n',
        "load",
        'line 5: sweep.rows sets starting in row 1, which is no parameter that can vary; factors are dotted names of this scenario, for instance "starting.friend"; did you mean "starting.friend"?',
    ),
    "value in a row": (
        '[sweep]\ndesign = "list"\nrows = [{"starting.friend" = 0.1}, {"starting.friend" = 9.0}]\n',
        "load",
        "line 5: sweep.rows sets starting.friend to 9.0 in row 2; it must be a number from 0 to 5 (per year).",
    ),
    "duplicate points": (
        '[sweep]\ndesign = "list"\nrows = [{"relapse.scale" = 1}, {"relapse.scale" = 2}, {"relapse.scale" = 1.0}]\n',
        "load",
        "line 5: sweep.rows has duplicate points: rows 1 and 3; each point may stand there once.",
    ),
    "no factors": (
        "",
        "sweep",
        'factors is empty; name at least one parameter that varies, for instance [factors."starting.friend"].',
    ),
    "no factors to be sensitive to": (
        "",
        "sobol",
        'factors is empty; name at least one parameter that varies, for instance [factors."starting.friend"].',
    ),
    "too many points": (
        '[sensitivity]\nsamples = 524288\n[factors."starting.weak"]\n[factors."starting.group"]\n',
        "sobol",
        "line 4: sensitivity.samples makes 2,621,440 points; designs have at most 1,000,000.",
    ),
    "grid too large": (
        '[factors."starting.friend"]\nlevels = 100\n[factors."starting.weak"]\nlevels = 100\n[factors."starting.family"]\nlevels = 100\n[factors."starting.group"]\nlevels = 100\n',
        "sweep",
        'line 3: factors."starting.friend" and the others make 100,000,000 points; designs have at most 1,000,000.',
    ),
    "no reason for a range": (
        '[factors."starting.friend"]\nhigh = 0.3\n[factors."starting.group"]\n',
        "sobol",
        'line 3: factors."starting.friend".reason is missing; say why these are its values: the indices are shares of the spread that they make.',
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_one_sentence(name: str, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text, when, sentence = FAULTS[name]
    top, _, rest = text.partition("\n") if text.startswith("null_model") else ("", "", text)
    path = write(f"{top}\n{HEAD}{rest}".lstrip("\n"))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ct.ConfigError) as caught:
        study = ct.load_study(path)
        assert when != "load", "this is found when the file is read"
        designed(study, method=None if when == "sweep" else when)
    joint = ", " if sentence.startswith("line ") else ": "
    assert str(caught.value) == f"city.toml{joint}{sentence}"


def test_points_that_do_not_go_together_are_named_before_anything_runs(write: Write) -> None:
    two = '[factors."justice.prison"]\nlevels = 11\n[factors."justice.probation"]\nlevels = 11\n'
    with pytest.raises(ct.ConfigError) as caught:
        designed(ct.load_study(write(HEAD + two)))
    told = [str(fault).partition("city.toml, ")[2] for fault in caught.value.faults]
    assert told[0] == (
        'line 3: factors."justice.prison" leads to point 22 (justice.prison = 0.1, justice.probation = 1.0), where '
        "justice.prison and justice.probation add up to more than 1; give values that all go together."
    )
    assert len(told) == 6 and "leads to 55 such points of 121;" in told[-1]
    rows = '[sweep]\ndesign = "list"\nrows = [{"start.stable_per_1000" = 999.0}]\n[study.scenarios.a]\n[study.scenarios.b]\n'
    with pytest.raises(
        ct.ConfigError, match=r"line 5: sweep.rows leads to point 1 of scenario a \(start.stable_per_1000 ="
    ):
        designed(ct.load_study(write(HEAD + rows)))


@pytest.mark.parametrize("method", [None, "sobol"])
def test_a_study_must_say_what_is_measured(method: str | None, write: Write) -> None:
    factor = '[factors."starting.friend"]\n'
    with pytest.raises(
        ct.ConfigError, match=r"city.toml: study.outcomes is empty; name at least one of stable, in_recovery"
    ):
        designed(ct.load_study(write(factor)), method=method)
    wrong = '[study]\noutcomes = ["stable", "strats"]\n'
    with pytest.raises(ct.ConfigError, match=r'line 2: study.outcomes holds "strats"; .* did you mean starts\?'):
        designed(ct.load_study(write(wrong + factor)), method=method)


def test_another_method_than_the_files_is_checked_too(write: Write) -> None:
    text = HEAD + '[sensitivity]\nmethod = "sobol"\nlevels = 5\n[factors."starting.friend"]\n'
    study = ct.load_study(write(text))
    with pytest.raises(ct.ConfigError, match=r"line 5: sensitivity.levels is 5; morris needs an even number"):
        designed(study, method="morris")


def test_faults_of_all_kinds_are_told_at_once_and_none_follows_from_another(write: Write) -> None:
    text = '[factors."starting.friend"]\nlow = 9.0\n[sweep]\ndesign = "latin"\n[relapse]\nscale = -1.0\n'
    text += '[factors."stigma.contact"]\nlow = "x"\nhigh = -1.0\n[interventions.c]\nkind = "champoins"\n'
    text += '[factors."interventions.c.places"]\n[sensitivity]\nmethod = "sobbol"\nsamples = 100\n'
    with pytest.raises(ct.ConfigError) as caught:
        ct.load_study(write(text))
    assert [fault.key for fault in caught.value.faults] == [
        'factors."starting.friend".low', "sweep.points", "relapse.scale", 'factors."stigma.contact".low',
        "interventions.c.kind", "sensitivity.method",
    ]  # fmt: skip


def test_a_fault_of_the_file_that_is_extended_names_that_file(write: Write) -> None:
    write(HEAD + '[factors."starting.friend"]\nlow = 0.3\n', "base.toml")
    path = write('extends = "base.toml"\n[factors."starting.friend"]\nhigh = 0.2\n', "top.toml")
    with pytest.raises(
        ct.ConfigError, match=r"base.toml, line 4: .*low is 0.3 and high is 0.2; low must lie below high"
    ):
        ct.load_study(path)
    study = ct.load_study(path, **{'factors."starting.friend".low': 0.1})
    with pytest.raises(ct.ConfigError, match=r"top.toml, line 2: .*reason is missing"):
        designed(study, method="ofat")


def test_a_study_made_without_a_file_is_told_too() -> None:
    with pytest.raises(ct.ConfigError, match=r"did you mean starting\.friend"):
        designed(from_tables({"factors": {"starting.frend": {}}}))
    rows = [{"starting.friend": [1]}, {"starting.friend": {"x": 1}}]
    with pytest.raises(ct.ConfigError, match=r"sets starting\.friend to \[1\] in row 1"):
        designed(from_tables({"sweep": {"design": "list", "rows": rows}}))


PLAIN = st.one_of(
    st.booleans(), st.integers(-(2**63), 2**63 - 1), st.floats(), st.text(max_size=5),
    st.sampled_from(["uniform", "normal", "city", "none", "list", "morris", "timeline"]),
)  # fmt: skip
ANY = st.one_of(
    PLAIN, st.lists(PLAIN, max_size=3), st.lists(st.dictionaries(st.text(max_size=3), PLAIN, max_size=2), max_size=2)
)
NAMES = st.sampled_from(["starting.friend", "city.graph", "null_model", "city.population", "a", "city.graph_options.p",
                         "interventions.c.by", "interventions.c.enabled", "interventions.x", "city", ""])  # fmt: skip
KEYS = st.sampled_from(
    ["low", "high", "distribution", "mean", "sd", "a", "b", "mode", "values", "levels", "group", "reason"]
)
SWEEP = st.sampled_from(["design", "points", "rows", "keep", "every"])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    factors=st.one_of(ANY, st.dictionaries(NAMES, st.one_of(ANY, st.dictionaries(KEYS, ANY, max_size=4)), max_size=3)),
    sweep=st.one_of(ANY, st.dictionaries(SWEEP, ANY, max_size=3)),
)
def test_any_tables_are_either_a_study_or_faults(factors: object, sweep: object, tmp_path: Path) -> None:
    import tomli_w

    path = tmp_path / "any.toml"
    table = {"factors": factors, "sweep": sweep, "interventions": {"c": {"kind": "linkage"}}}
    path.write_text(tomli_w.dumps(table), encoding="utf-8")
    try:
        ct.load_study(path)
    except ct.ConfigError as error:
        assert error.faults and all("\n" not in str(fault) for fault in error.faults)
