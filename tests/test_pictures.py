"""Pictures of studies: what they show, what they say of themselves, and what they refuse; real designs, made-up outcomes."""

from __future__ import annotations

import importlib
import inspect
import json
import math
from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from contagion.config.load import load_study
from contagion.core import package
from contagion.report import figures as pictures
from contagion.report.comparison.content import NOT_FOR_COMMISSIONERS
from contagion.report.figures import pairs, paths, ranked, shares, style
from contagion.report.figures.screen import labelled
from contagion.report.figures.study_data import DUMMY, StudyData, StudyOutput
from contagion.study.results import Results, open_results
from contagion.study.running import gather, store
from contagion.study.sensitivity import Sensitivity, written
from contagion.study.sweep import ordered

HEAD = """
title = "A study of <b>friends</b> & others"
description = "Made up for tests."
[city]
population = 400
[time]
years = 1.0
[starting]
friend = 0.09
[study]
question = "Do friends matter?"
replicates = {replicates}
seed = 5
outcomes = ["stable", "stigma"]
"""
SCENARIOS = """
[study.scenarios.today]
title = "Today"
[study.scenarios.champions]
title = "Champions"
[study.scenarios.champions.interventions.champions]
kind = "champions"
start = 0.0
places = 40.0
reach = 20.0
"""
FACTORS = {
    "starting.friend": 'low = 0.0\nhigh = 0.4\nlabel = "Pull of friends"\nreason = "Unknown, so wide."',
    "stigma.contact": 'low = 0.0\nhigh = 0.8\nreason = "From none to three times."',
    "relapse.capital": "",
    "relapse.scale": 'low = 0.5\nhigh = 2.0\nlabel = "Relapse"\nreason = "Half to double."',
}

Model = Callable[[Mapping[str, Any], str, np.random.Generator], tuple[float, float]]


def plain_model(point: Mapping[str, Any], scenario: str, rng: np.random.Generator) -> tuple[float, float]:
    """A few people in stable recovery, more with friends; stigma falls with contact."""
    friend, contact = float(point.get("starting.friend", 0.1)), float(point.get("stigma.contact", 0.2))
    luck = rng.normal(0, 1, 2)
    more = 6.0 * friend if scenario == "champions" else 0.0
    less = 0.05 * contact if scenario == "champions" else 0.0
    return 20 + 40 * friend + 25 * friend * contact + more + luck[0], 0.6 - 0.2 * contact - less + 0.01 * luck[1]


def make_study(
    folder: Path,
    study: str,
    method: str | None = None,
    *,
    factors: int = 2,
    replicates: int = 3,
    model: Model = plain_model,
    several: bool = True,
    lost: int = 0,
) -> Path:
    """A results directory as a sweep or an analysis leaves it, with the outcomes of a formula in place of histories."""
    text = HEAD.format(replicates=replicates) + (SCENARIOS if several else "") + study
    text += "".join(f'[factors."{name}"]\n{FACTORS[name]}\n' for name in list(FACTORS)[:factors])
    (folder / "study.toml").write_text(text)
    scenario = load_study(folder / "study.toml")
    order, design = ordered(scenario, folder / "out", method)
    job, out = order.job, folder / "out"
    out.mkdir()
    rows, failed = {}, {}
    for run in job.runs:
        if len(failed) < lost and run.replicate == 0:
            failed[run.key] = {
                "status": "failed",
                "message": f"ValueError: <i>{run.point}</i>",
                "seconds": 0.1,
                "traceback": "",
            }
            continue
        stable, stigma = model(job.points[run.point], run.scenario, np.random.default_rng(run.seed % 2**32))
        rows[run.key] = {"seconds": 0.01, "stable": stable, "stigma": stigma}
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=["seconds", "stable", "stigma"])
    frame.index.name = "run_id"
    gather.write(gather.run_table(job, frame, failed), out / "runs.parquet")
    gather.write(gather.from_frame(order.parameters), out / "parameters.parquet")
    gather.write(gather.from_frame(frame.drop(columns="seconds").reset_index()), out / "headlines.parquet")
    more = dict(written(order.study, design, method, job, frame, out)) if method else {}
    said = store.manifest(
        order.study, order.study.scenarios, order.kind, [1, 2, 3][:replicates], identity="i", workers=1,
        wall_seconds=1.5, content_hash="c" * 64, runs=len(job.runs), failed=len(failed), **more, **order.said,
    )  # fmt: skip
    said |= {"created": "2026-01-02T03:04:05+00:00", "git": None}
    store.write_texts(out, order.study, said)
    return out


SENSITIVITY = {
    "sobol": "[sensitivity]\nmethod = 'sobol'\nsamples = 16\nsecond_order = true\nresamples = 100\n",
    "morris": "[sensitivity]\nmethod = 'morris'\nsamples = 6\nresamples = 100\n",
    "delta": "[sensitivity]\nmethod = 'delta'\nsamples = 80\nresamples = 100\n",
    "ofat": "[sensitivity]\nmethod = 'ofat'\nlevels = 4\nresamples = 100\n",
}


@pytest.fixture(scope="module")
def studied(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Sensitivity]:
    """An analysis by each method."""
    found = {}
    for method, asked in SENSITIVITY.items():
        folder = make_study(
            tmp_path_factory.mktemp(method), asked, method, factors=3, replicates=8 if method == "ofat" else 2
        )
        found[method] = Sensitivity(open_results(folder))
    return found


def swept(folder: Path, study: str = '[sweep]\ndesign = "grid"\n', **more: Any) -> Results:
    return open_results(make_study(folder, study, **more))


def of(found: Sensitivity, output: str) -> tuple[StudyData, StudyOutput, pd.DataFrame]:
    """The facts of an analysis, one of its outputs and the indices of it."""
    facts = StudyData(**found.results.tables)
    return facts, facts.output(output), found.indices[found.indices["output"] == output].copy()


def check(picture: pictures.Figure) -> None:
    figure, data, alt = picture.figure, picture.data, picture.alt
    assert figure.axes or figure.subfigs
    assert len(data) and len(alt) > 40 and "nan" not in alt.lower()
    assert "400 people" in picture.caption and "replicate" in picture.caption
    assert "percentile" in picture.caption or "Intervals: 95%" in picture.caption or "median" in picture.caption.lower()
    assert "Scenario" in picture.caption


@pytest.mark.parametrize("method", SENSITIVITY)
def test_the_main_figure_belongs_to_the_method(studied: dict[str, Sensitivity], method: str) -> None:
    found = studied[method]
    for output in found.said:
        check(found.plot(output))
    assert found.plot().alt == found.plot(next(iter(found.said)), method).alt
    assert all(name in found.plot().alt for name in ("Pull of friends", "contact"))


ELSEWHERE = {
    *("scenario_of", "animation", "cascades_of", "survival", "equity", "questions", "budget_page"),
    *("town", "survival_curves", "cascade_trees", "equity_panels"),
}
"""What answers to a name without drawing, and what is drawn from one history alone."""


def test_every_picture_gives_a_figure_data_and_words(studied: dict[str, Sensitivity]) -> None:
    made = [
        studied["sobol"].plot("stigma", "convergence"), studied["sobol"].plot(kind="variance"),
        studied["sobol"].plot(kind="interactions"), studied["ofat"].plot(kind="ofat", difference=True),
    ]  # fmt: skip
    for one in made:
        check(one)
    public = [getattr(pictures, name) for name in pictures.__all__ if name[0].islower()]
    assert all(inspect.signature(f).return_annotation == "Figure" and f.__doc__ for f in public)
    assert {f.__name__ for f in public} == set(package.ANSWERS) - ELSEWHERE, "each can be asked for by its name"
    for name in ("town", "survival_curves", "cascade_trees", "equity_panels"):
        module, _, function = package.ANSWERS[name].partition(":")
        drawn = getattr(importlib.import_module(module), function)
        assert inspect.signature(drawn).return_annotation == "Figure" and drawn.__doc__


def test_a_notebook_sees_the_words_beside_the_picture(studied: dict[str, Sensitivity]) -> None:
    shown = studied["morris"].plot()._repr_html_()
    assert '<img alt="Scatter' in shown and "<figcaption>City of 400 people" in shown and "<b>" not in shown


def test_the_method_a_picture_needs_is_named(studied: dict[str, Sensitivity]) -> None:
    with pytest.raises(pictures.NoFigure, match="of method morris, and the figure needs sobol"):
        studied["morris"].plot(kind="sobol")
    with pytest.raises(KeyError, match="no output 'deaths'; there are: 'stable'"):
        studied["sobol"].plot("deaths", "sobol")
    with pytest.raises(KeyError, match="no figure of the kind 'pie'; there are: sensitivity, sobol, "):
        studied["sobol"].plot(kind="pie")


def bars(found: Sensitivity, resolved: bool, **verdicts: str) -> pictures.Figure:
    facts, out, indices = of(found, "stable")
    for factor, verdict in verdicts.items():
        here = (indices["factor"] == factor.replace("_", ".")) & (indices["index"] == "ST")
        indices.loc[here, "verdict"] = verdict
    return ranked.sobol(facts, out, indices, resolved)


def test_factors_are_put_by_size_only_where_sizes_are_known(studied: dict[str, Sensitivity]) -> None:
    found = studied["sobol"]
    first = [line.split(":")[0] for line in bars(found, False).description]
    assert first[:3] == [
        StudyData(**found.results.tables).label(n) for n in ("starting.friend", "stigma.contact", "relapse.capital")
    ]
    totals = found.indices[(found.indices["output"] == "stable") & (found.indices["index"] == "ST")]
    last = ranked.at_last(totals).set_index("factor")["value"].drop(DUMMY)
    by_size = [
        StudyData(**found.results.tables).label(n) for n in last.sort_values(ascending=False, kind="stable").index
    ]
    assert [line.split(":")[0] for line in bars(found, True).description][:3] == by_size
    assert "no ranking" in bars(found, False).subtitle and "largest first" in bars(found, True).subtitle


def test_what_is_lost_in_noise_looks_different_without_colour() -> None:
    lost, open_, known = (
        ranked.looks(v) for v in ("not distinguishable from noise", "not resolved: run N = 64", "resolved")
    )
    assert lost["linestyle"] != "-" and "hatch" in open_ and "hatch" not in known
    assert len({str({k: v for k, v in look.items() if "color" not in k}) for look in (lost, open_, known)}) == 3
    both = ranked.looks("not distinguishable from noise, and not resolved: run N = 64")
    assert both == lost


def test_luck_alone_is_drawn_across_and_named(studied: dict[str, Sensitivity]) -> None:
    for method in ("sobol", "delta", "morris"):
        figure = studied[method].plot("stable").figure
        words = " ".join(text.get_text() for text in figure.findobj(lambda a: hasattr(a, "get_text"))).lower()
        assert "luck alone (dummy)" in words, method


def test_one_factor_at_a_time_never_ranks(studied: dict[str, Sensitivity]) -> None:
    facts, out, indices = of(studied["ofat"], "stable")
    plan = paths.ofat(facts, out, indices)
    assert [panel.title for panel in plan.panels] == [facts.label(n) for n in facts.factors]
    assert "rank nothing" in plan.subtitle and "in no ranking" in plan.alt
    assert not any(
        word in " ".join(plan.description).lower() for word in ("most important", "largest", "rank", "biggest")
    )
    at = studied["ofat"].plot("stable", "ofat", difference=True).data
    assert at[(at["factor"] == "starting.friend") & (at["level"] == "0.09")]["stable"].abs().max() == 0


def test_the_split_adds_up_and_says_its_intervals(studied: dict[str, Sensitivity]) -> None:
    picture = studied["sobol"].plot(kind="variance")
    sums = picture.data.groupby("output")["value"].sum()
    assert np.allclose(sums, 1) and len(sums) == 4
    assert picture.alt.count(" from luck.") == 4 and "% (" in picture.alt


def test_the_map_of_pairs_is_not_for_commissioners(studied: dict[str, Sensitivity]) -> None:
    facts, out, indices = of(studied["sobol"], "stable")
    plan = shares.interactions(facts, out, indices)
    assert plan.kind in NOT_FOR_COMMISSIONERS and "for researchers" in plan.subtitle
    assert DUMMY not in set(plan.data["factor"]) | set(plan.data["factor2"])
    without = indices[indices["index"] != "S2"]
    with pytest.raises(pictures.NoFigure, match="second_order = true"):
        shares.interactions(facts, out, without)


def test_convergence_shows_half_and_all_of_the_rows(studied: dict[str, Sensitivity]) -> None:
    data = studied["sobol"].plot("stable", "convergence").data
    assert sorted(set(data["base_rows"])) == [8, 16] and set(data["factor"]) >= {"starting.friend", DUMMY}
    facts, out, indices = of(studied["sobol"], "stable")
    with pytest.raises(pictures.NoFigure, match="too few base rows"):
        ranked.convergence(facts, out, ranked.at_last(indices))


def test_indices_that_could_not_be_given_are_said_so(studied: dict[str, Sensitivity]) -> None:
    facts, out, indices = of(studied["sobol"], "stable")
    none = indices.assign(value=math.nan, low=math.nan, high=math.nan)
    plan = ranked.sobol(facts, out, none, False)
    assert "could not be given" in plan.alt and plan.figure
    far = indices.assign(low=-4.0, high=9.0)
    assert ranked.sobol(facts, out, far, False).figure
    assert ranked.convergence(facts, out, none).figure
    with pytest.raises(pictures.NoFigure, match="two replicates or more"):
        shares.variance(facts, [(out, none)])


def test_labels_lie_neither_on_dots_nor_on_each_other() -> None:
    rng = np.random.default_rng(1)
    spots = [(float(x), float(y)) for x, y in rng.uniform(20, 200, (9, 2))]
    found = labelled(spots, [str(k) for k in range(9)], (290.0, 230.0))
    assert found is not None
    boxes = [(x - 5, y - 7, x + 5, y + 7) for x, y in found]
    for k, one in enumerate(boxes):
        assert not any(style_over(one, other) for other in boxes[:k])
        assert not any(one[0] < x < one[2] and one[1] < y < one[3] for x, y in spots)
    assert labelled([(5.0, 5.0)] * 60, ["a long label that needs room"] * 60, (200.0, 100.0)) is None


def style_over(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def test_labels_at_the_end_of_lines_keep_apart() -> None:
    places = pairs.apart([10.0, 11.0, 12.0, 99.0], 16, 100)
    assert all(b - a >= 16 - 1e-9 for a, b in pairwise(places)) and max(places) <= 100


def test_names_in_sentences_become_labels(studied: dict[str, Sensitivity]) -> None:
    facts = StudyData(**studied["sobol"].results.tables)
    said = facts.worded("Above noise: starting.friend 0.5 (-0.1 to 0.9), my.starting.friend and starting.friendly.")
    assert said == "Above noise: Pull of friends 0.5 (−0.1 to 0.9), my.starting.friend and starting.friendly."
    assert facts.worded("only starting.friend.") == "only Pull of friends."


@pytest.mark.parametrize(("text", "said"), [
    ("-0.00 (-0.01 to 0.00)", "0.00 (−0.01 to 0.00)"), ("-0.5", "−0.5"), ("-0", "0"), ("10-90", "10-90"), ("-0.05", "−0.05"),
])  # fmt: skip
def test_signs_are_true_and_nothing_has_none(text: str, said: str) -> None:
    assert style.signed(text) == said


def test_numbers_are_no_finer_than_they_are_known() -> None:
    assert style.ranged(0.6058123, 0.6104, 0.6178) == "0.6104 (0.6058 to 0.6178)"
    assert style.ranged(2.2, 5.1, 6.8, True) == "5 (2 to 7)" and style.ranged(math.nan, 1, 2) == "no value"
    assert [style.short(x) for x in (0, -2.5, 12_345, 2e6)] == ["0", "−2.5", "12.35k", "2m"]


def test_nothing_is_left_in_a_global_state(studied: dict[str, Sensitivity]) -> None:
    import matplotlib

    before = dict(matplotlib.rcParams)
    studied["sobol"].plot()
    assert dict(matplotlib.rcParams) == before
    assert json.loads((studied["sobol"].directory / "manifest.json").read_text())["kind"] == "sensitivity"
