"""Pictures of sweeps: which one their factors ask for, and what is said of their ends."""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from test_pictures import check, swept

from contagion.report.figures import points
from contagion.report.figures.paths import Path as Levels
from contagion.report.figures.study_data import StudyData
from contagion.report.figures.swept import Swept, by_luck


@pytest.mark.parametrize(("factors", "design", "pieces"), [
    (1, "grid", 1), (2, "grid", 5), (3, 'latin"\npoints = 12\n#"', 3), (4, "ofat", 4),
])  # fmt: skip
def test_a_sweep_is_drawn_as_its_factors_ask(tmp_path: Path, factors: int, design: str, pieces: int) -> None:
    results = swept(tmp_path, f'[sweep]\ndesign = "{design}"\n', factors=factors, replicates=2)
    facts = StudyData(**results.tables)
    for out in facts.outputs:
        plan = points.sweep(Swept(facts, out))
        check(plan)
        assert len(plan.data) == facts.points and set(facts.factors) < set(plan.data.columns)
        assert len(plan.panels) in (1, pieces)


def test_two_factors_are_lines_contours_or_panels(tmp_path: Path) -> None:
    def steep(point: Mapping[str, Any], scenario: str, rng: np.random.Generator) -> tuple[float, float]:
        return 500 * point["starting.friend"] + rng.normal(), rng.normal()

    results = swept(tmp_path, several=False, model=steep)
    facts = StudyData(**results.tables)
    first, second = (points.sweep(Swept(facts, out)) for out in facts.outputs)
    assert "equal medians" in first.caption and "where nothing was run" in first.caption and len(first.panels) == 1
    assert "A panel for each value" in second.caption and len(second.panels) == 5
    few = results.parameters[results.parameters["stigma.contact"].isin([0.0, 0.4])]
    fewer = replace(facts, parameters=few.reset_index(drop=True))
    lines = points.sweep(Swept(fewer, facts.outputs[0]))
    assert "one for each value" in lines.caption and lines.figure


def test_switches_and_words_are_drawn_as_groups(tmp_path: Path) -> None:
    study = '[sweep]\ndesign = "grid"\n[factors.null_model]\nvalues = ["none", "barriers_only"]\n'
    results = swept(tmp_path, study, factors=0, replicates=2)
    facts = StudyData(**results.tables)
    check(points.sweep(Swept(facts, facts.outputs[0])))
    assert Levels((True, False), (np.ones(2), np.zeros(2))).places.tolist() == [0, 1]


def test_two_kinds_of_history_are_flagged(tmp_path: Path) -> None:
    def tipping(point: Mapping[str, Any], scenario: str, rng: np.random.Generator) -> tuple[float, float]:
        up = point["starting.friend"] > 0.25 and rng.random() < 0.5
        return rng.normal(60 if up else 10, 1), rng.normal()

    facts = StudyData(**swept(tmp_path, factors=1, replicates=40, several=False, model=tipping).tables)
    plan = points.sweep(Swept(facts, facts.outputs[0]))
    assert list(plan.data["two_groups"]) == [False, False, False, True, True]
    assert "Two groups of replicates at 2 points of 5." in plan.description and "Open diamond" in plan.caption


def test_the_ends_of_a_sweep_are_compared_seed_by_seed(tmp_path: Path) -> None:
    def lucky(point: Mapping[str, Any], scenario: str, rng: np.random.Generator) -> tuple[float, float]:
        shared = rng.normal(50, 10)
        own = np.random.default_rng([int(1e6 * point["starting.friend"]), int(shared * 1e9)]).normal()
        return shared + 5 * point["starting.friend"], own

    facts = StudyData(**swept(tmp_path, factors=1, replicates=8, several=False, model=lucky).tables)
    clear, luck = (points.sweep(Swept(facts, out)).description[-1] for out in facts.outputs)
    low, _, high = Swept(facts, facts.outputs[0]).bands
    assert high[0] > low[-1], "their ranges meet"
    assert clear == (
        "Seed by seed the highest less the lowest is +2 (+2 to +2); it is higher in 8 of 8. "
        "Were all 5 points alike, luck would set their ends so far apart in fewer than 1 of 200 cases."
    )
    assert re.search(r"so far apart in about (\d+) of 100 cases", luck)


def test_ends_that_luck_alone_has_set_apart_are_found_as_often_as_luck_has_it() -> None:
    rng = np.random.default_rng(5)
    found = np.array([by_luck(rng.normal(size=6) + rng.normal(size=(20, 6)), seed=k) for k in range(60)])
    assert 0.35 < found.mean() < 0.65 and (found < 0.05).mean() <= 0.12, "uniform where points are alike"
    tilted = np.linspace(0, 3, 20)[:, None]
    found = np.array([by_luck(tilted + rng.normal(size=6) + rng.normal(size=(20, 6)), seed=k) for k in range(20)])
    assert (found < 0.05).mean() > 0.8
    holes = np.array([[1.0, math.nan], [2.0, 3.0], [math.nan, math.nan]])
    assert 0 <= by_luck(holes) <= 1


@pytest.mark.parametrize("replicates", [1, 2])
def test_odd_sweeps_are_drawn_too(tmp_path: Path, replicates: int) -> None:
    def odd(point: Mapping[str, Any], scenario: str, rng: np.random.Generator) -> tuple[float, float]:
        return 7.0, math.nan

    results = swept(tmp_path, replicates=replicates, lost=3, model=odd)
    facts = StudyData(**results.tables)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for out in facts.outputs:
            assert points.sweep(Swept(facts, out)).figure
    bare = replace(facts, parameters=results.parameters[["point"]].head(1))
    assert points.sweep(Swept(bare, facts.outputs[0])).panels
