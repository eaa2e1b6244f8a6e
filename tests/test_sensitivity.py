"""Sensitivity analyses of the model, from the study file to the indices: designs, seeds, verdicts and refusals."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sweeping import tables

import contagion as ct
from contagion.study.analysis.usable import Unusable
from contagion.study.results import open_results
from contagion.study.running import worker
from contagion.study.running.conduct import StudyFailed
from contagion.study.sensitivity import Sensitivity, sensitivity

pytestmark = pytest.mark.usefixtures("undrawn")  # nothing here is about pictures

STUDY = """
name = "three"
title = "Three factors"

[city]
population = 300

[time]
years = 0.25

[study]
question = "Which of three?"
replicates = 2
seed = 5
outcomes = ["in_recovery", "starts"]

[sensitivity]
method = "sobol"
samples = 8
resamples = 100

[factors."starting.spontaneous"]
low = 0.0
high = 5.0
reason = "wide, so that it matters"

[factors."stigma.contact"]
low = 0.0
high = 0.1
reason = "narrow"

[factors."relapse.scale"]
values = [0.5, 1.0]
reason = "two"
"""


@pytest.fixture
def three(tmp_path: Path) -> Path:
    path = tmp_path / "three.toml"
    path.write_text(STUDY)
    return path


def lived(study: Path, out: Path, **more: Any) -> Sensitivity:
    return sensitivity(study, workers=1, out=out, progress=False, **more)


def test_sobol_end_to_end(three: Path, tmp_path: Path) -> None:
    found = lived(three, tmp_path / "out", **{"sensitivity.samples": 32, "city.population": 600})
    assert list(found.indices.columns)[:6] == ["output", "method", "index", "factor", "factor2", "value"]
    last = found.indices[(found.indices["output"] == "starts") & (found.indices["base_rows"] == 32)]
    total = last[last["index"] == "ST"].set_index("factor")["value"]
    assert total.idxmax() == "starting.spontaneous" and total["starting.spontaneous"] > 0.5
    assert set(total.index) == {"starting.spontaneous", "stigma.contact", "relapse.scale", "dummy"}
    shares = last[last["index"].str.startswith("share_")]["value"]
    assert shares.sum() == pytest.approx(1.0)
    assert set(found.said) == {"in_recovery", "starts"} and "N = 32" in found.verdict
    runs = found.runs
    assert len(runs) == 32 * (3 + 1 + 2) * 2
    design = open_results(found.directory).parameters
    streams = design.groupby("stream").size()
    assert len(streams) == 64, "two streams of luck for each base row"
    by_stream = runs.merge(design[["point", "stream"]], on="point").groupby(["stream", "replicate"])["seed"]
    assert (by_stream.nunique() == 1).all(), "common random numbers over the rows of a stream"
    assert by_stream.first().is_unique, "and others in every other"
    assert found.plot("starts") is not None
    assert "<p>" in found._repr_html_()


@pytest.mark.parametrize("method", ["morris", "delta", "ofat"])
def test_other_methods_from_the_same_file(method: str, three: Path, tmp_path: Path) -> None:
    samples = {"morris": 8, "delta": 64, "ofat": 8}[method]
    found = lived(three, tmp_path / "out", method=method, **{"sensitivity.samples": samples, "study.replicates": 1})
    assert set(found.indices["method"]) == {method}
    at_its_best = found.indices[found.indices["output"] == "starts"]
    if method == "ofat":
        assert "rank" not in found.verdict and set(at_its_best["index"]) == {"outcome", "difference"}
    else:
        index = {"morris": "mu_star", "delta": "delta"}[method]
        values = at_its_best[at_its_best["index"] == index].set_index("factor")["value"]
        assert values.idxmax() == "starting.spontaneous" and "dummy" in values


def test_the_effect_of_an_intervention_is_an_output(three: Path, tmp_path: Path) -> None:
    given = {"kind": "treatment_places", "start": 0.0, "ramp_up": 0.0, "places": 500.0, "reach": 50.0}
    programme = {"interventions": {"champions": given}}
    changed = {"study.scenarios": {"today": {}, "champions": programme}, "study.outcomes": ["in_recovery", "cost"],
               "sensitivity.samples": 8}  # fmt: skip
    found = lived(three, tmp_path / "out", **changed)
    assert list(found.said) == [
        "in_recovery", "in_recovery: champions less today", "cost", "cost: champions less today",
    ]  # fmt: skip
    assert found.said["cost"]["sentences"][0].startswith("It is 0 in every run: nothing moves it")
    runs = found.runs.merge(found.results.headlines, on="run_id").set_index(["point", "replicate", "scenario"])
    gap = runs["in_recovery"].unstack("scenario")
    assert ((gap["champions"] - gap["today"]).abs() > 0).any()


def test_groups_move_together(three: Path, tmp_path: Path) -> None:
    grouped = {'factors."stigma.contact".group': "rest", 'factors."relapse.scale".group': "rest"}
    found = lived(three, tmp_path / "out", **grouped)
    assert set(found.indices[found.indices["index"] == "ST"]["factor"]) == {"starting.spontaneous", "rest", "dummy"}


def test_switches_and_choices_are_factors_one_at_a_time(three: Path, tmp_path: Path) -> None:
    more = {"factors.null_model": {"values": ["none", "contagion_off"], "reason": "with and without"}}
    found = lived(three, tmp_path / "out", method="ofat", **more)
    assert "contagion_off" in set(found.indices["level"].dropna())


def test_the_same_study_the_same_tables_and_more_replicates_only_add(three: Path, tmp_path: Path) -> None:
    one = lived(three, tmp_path / "one")
    two = sensitivity(three, workers=2, out=tmp_path / "two", progress=False)
    assert tables(one.directory) == tables(two.directory)
    first = one.runs["run_id"].nunique()
    more = lived(three, tmp_path / "one", replicates=3)
    assert more.results.manifest["resumed"] == first
    second = more.runs["run_id"].nunique()
    again = lived(three, tmp_path / "one", replicates=3, **{"sensitivity.resamples": 200})
    assert again.results.manifest["resumed"] == second, "another reading runs nothing"


@pytest.mark.parametrize("method", ["sobol", "morris"])
def test_more_base_rows_add_only_the_new_ones(method: str, three: Path, tmp_path: Path) -> None:
    out, some, more = tmp_path / "out", {"sensitivity.samples": 8}, {"sensitivity.samples": 16}
    few = lived(three, out, method=method, **some)
    first = few.runs["run_id"].nunique()
    many = lived(three, out, method=method, **more)
    assert many.results.manifest["resumed"] == first < many.runs["run_id"].nunique()
    assert tables(lived(three, tmp_path / "whole", method=method, **more).directory) == tables(many.directory)
    fewer = lived(three, out, method=method, **some)
    assert fewer.results.manifest["base_rows"] == 16, "none is thrown away"
    again = lived(three, out, method=method, force=True, **some)
    assert again.results.manifest["base_rows"] == 8 and again.results.manifest["resumed"] == 0


def test_what_the_verdict_asks_for_is_said_as_a_command(
    three: Path, tmp_path: Path, inside: Callable[..., Any]
) -> None:
    out = str(tmp_path / "out")
    few = inside("sensitivity", str(three), "--workers", "1", "--out", out)
    needed = re.search(r"--set (sensitivity\.samples=(\d+)) keeps these runs", few.stdout)
    assert needed and int(needed[2]) > 8
    more = inside("sensitivity", str(three), "--workers", "1", "--out", out, "--set", "sensitivity.samples=16")
    assert more.returncode == 0 and "= 192 runs" in more.stderr
    fewer = inside("sensitivity", str(three), "--workers", "1", "--out", out)
    assert f"{out} holds 16 base rows already; none is thrown away." in fewer.stderr
    assert "= 192 runs" in fewer.stderr and fewer.stdout.splitlines()[-1] == more.stdout.splitlines()[-1]


def test_a_failed_run_stops_the_analysis_and_is_done_again(
    three: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    true, broken = worker.simulate, [True]

    def sometimes(scenario: ct.Scenario, seed: int, **more: Any) -> Any:
        if broken and scenario.relapse.scale == 0.5 and seed % 3 == 0:
            raise ZeroDivisionError("by hand")
        return true(scenario, seed, **more)

    monkeypatch.setattr(worker, "simulate", sometimes)
    with pytest.raises(StudyFailed, match=r"of 88 runs failed .*by hand"):
        lived(three, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    broken.clear()
    assert lived(three, tmp_path / "out").failed.empty


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_outcomes_that_are_no_numbers_are_refused_by_run(
    bad: float, three: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    true, count = worker.of_timeline, [0]

    def spoiled(*arguments: Any) -> float:
        count[0] += 1
        return bad if count[0] == 14 else true(*arguments)  # the second run's second outcome

    monkeypatch.setattr(worker, "of_timeline", spoiled)
    with pytest.raises(Unusable) as refused:
        lived(three, tmp_path / "out")
    assert len(refused.value.ids) == 1 and refused.value.ids[0] in str(refused.value)
    assert not (tmp_path / "out").exists() and list((tmp_path / "out.partial").glob("part-*")), "the runs are kept"


def test_an_outcome_that_nothing_moves_is_refused(three: Path, tmp_path: Path) -> None:
    with pytest.raises(Unusable, match=r"^cost: every run gave 0: nothing varies"):
        lived(three, tmp_path / "out", **{"study.outcomes": ["cost"]})


def test_bad_input_is_one_sentence_and_writes_nothing(three: Path, tmp_path: Path, inside: Callable[..., Any]) -> None:
    cases = {
        "sensitivity.samples=100": "power of two",
        'study.outcomes=["stabel"]': "did you mean stable",
        'factors."starting.spontaneous".high=1e9': "starting.spontaneous",
        'factors."starting.freind"={low=0.0, high=0.1, reason="x"}': "starting.friend",
    }
    for change, words in cases.items():
        said = inside("sensitivity", "three.toml", "--out", "out", "--set", change)
        assert said.returncode == 2 and words in said.stderr, (change, said.stderr)
        assert "Traceback" not in said.stderr and len(said.stderr.splitlines()) == 1, said.stderr
    assert {p.name for p in tmp_path.iterdir()} == {"three.toml"}


def test_the_command_ends_with_its_page(three: Path, tmp_path: Path, inside: Callable[..., Any]) -> None:
    dry = inside("sensitivity", "three.toml", "--dry-run")
    assert dry.returncode == 0 and "48 points x 1 scenario x 2 replicates = 96 runs" in dry.stdout
    assert "about" in dry.stdout and "of disk" in dry.stdout and {p.name for p in tmp_path.iterdir()} == {"three.toml"}
    said = inside("sensitivity", "three.toml", "--out", "out", "--workers", "1")
    assert said.returncode == 0, said.stderr
    page = tmp_path / said.stdout.splitlines()[-1]
    assert page == tmp_path / "out" / "report.html" and "<h1" in page.read_text()
    assert "not distinguishable from noise" in said.stdout or "resolved" in said.stdout
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["method"] == "sobol"
    assert np.isfinite(open_results(tmp_path / "out").indices["value"]).any()
