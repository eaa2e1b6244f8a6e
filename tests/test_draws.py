"""Drawn parameters: the same draw for every scenario of a replicate, whoever runs it; silent where none is named; bad input."""

# ruff: noqa: E501 (sentences stand whole)

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT, SMALL
from hypothesis import given
from hypothesis import strategies as st

import contagion as ct
from contagion.config.study import from_tables
from contagion.config.targets import scenario_at
from contagion.config.written import config_hash, plain, run_digest, to_toml
from contagion.study.again import verify
from contagion.study.compare import FORM
from contagion.study.design.draws import drawn, units
from contagion.study.results import open_results
from contagion.study.run import record
from contagion.study.running.provenance import model_hash
from contagion.study.running.runs import job_of, key_of, seed_of

Write = Callable[..., Path]

DRAWN = """
[uncertainty."starting.friend"]
low = 0.0
high = 0.9
distribution = "triangular"
mode = 0.3
reason = "No size is published."

[uncertainty."start.opioid_active_per_1000"]
low = 20.0
high = 60.0
reason = "Towns differ."

[uncertainty."interventions.champions.duration"]
values = [26, 52, 104]
reason = "Nobody has said how long."
"""
TEN = SMALL.replace("replicates = 3", "replicates = 10")
FRIEND = '[uncertainty."starting.friend"]\nlow = 0.1\nhigh = 0.5\nreason = "any"\n'


@pytest.fixture
def study(write: Write) -> Path:
    return write(TEN + DRAWN)


def test_a_draw_is_shared_by_all_scenarios_and_each_replicate_has_its_own(study: Path) -> None:
    asked = ct.load_study(study)
    draws = drawn(asked)
    assert len(draws) == 10 and all(list(one) == list(asked.uncertainty) for one in draws)
    job = job_of(asked.scenarios, [{}], asked.replicates, asked.seed, FORM, draws=draws)
    for run in job.runs:
        lived = scenario_at(asked.scenarios[run.scenario], draws[run.replicate])
        assert job.values(run) == draws[run.replicate]
        assert run.key == key_of(run_digest(lived), run.seed, model_hash()) and run.seed == seed_of(7, run.replicate)
        assert lived.starting.friend == draws[run.replicate]["starting.friend"] != 0.3
        assert lived.start.opioid_active_per_1000 == draws[run.replicate]["start.opioid_active_per_1000"]
    assert len({run.key for run in job.runs}) == 20
    assert {one["interventions.champions.duration"] for one in draws} <= {26, 52, 104}
    assert all(isinstance(one["interventions.champions.duration"], int) for one in draws)


def test_more_replicates_and_other_parameters_leave_a_draw_as_it_is(study: Path, write: Write) -> None:
    asked = ct.load_study(study)
    more = drawn(asked.model_copy(update={"replicates": 30}))
    assert more[:10] == drawn(asked)
    alone = ct.load_study(write(TEN + DRAWN[: DRAWN.index('[uncertainty."start.')], name="alone.toml"))
    assert [one["starting.friend"] for one in drawn(alone)] == [one["starting.friend"] for one in drawn(asked)]
    other = drawn(asked.model_copy(update={"seed": 8}))
    assert [one["starting.friend"] for one in other] != [one["starting.friend"] for one in drawn(asked)]


@given(seed=st.integers(0, 2**63 - 1), name=st.text(min_size=1, max_size=30))
def test_draws_lie_inside_the_unit_interval(seed: int, name: str) -> None:
    found = units(seed, name, 12)
    assert found.shape == (12,) and (found > 0).all() and (found < 1).all() and len(set(found)) == 12
    assert (units(seed, name, 5) == found[:5]).all()


def test_draws_follow_their_distribution_and_parameters_go_each_by_itself() -> None:
    """The greatest distance of 4,000 draws from the even distribution lies below 1.63 / sqrt(n), as in 99 of 100 samples."""
    n = 4000
    a, b = units(1, "starting.friend", n), units(1, "relapse.scale", n)
    distance = np.abs(np.sort(a) - (np.arange(n) + 0.5) / n).max()
    assert distance < 1.63 / np.sqrt(n)
    assert abs(np.corrcoef(a, b)[0, 1]) < 2.6 / np.sqrt(n) and abs(np.corrcoef(a[1:], a[:-1])[0, 1]) < 2.6 / np.sqrt(n)


def test_silent_is_as_before(small: Path) -> None:
    """No word of draws in what is written, so that keys and directories of studies without any stay what they were."""
    asked = ct.load_study(small)
    table = plain(asked)
    assert "uncertainty" not in table and drawn(asked) == ()
    assert config_hash(from_tables(table)) == config_hash(asked)
    job = job_of(asked.scenarios, [{}], asked.replicates, asked.seed, FORM, draws=drawn(asked))
    for run in job.runs:
        assert run.key == key_of(run_digest(asked.scenarios[run.scenario]), run.seed, model_hash())
    assert "Drawn anew" not in ct.check(small)


def test_a_study_that_draws_is_another_study(small: Path, study: Path) -> None:
    asked = ct.load_study(study)
    assert config_hash(asked) != config_hash(asked.model_copy(update={"uncertainty": {}}))
    assert from_tables(plain(asked)) == asked
    assert config_hash(from_tables(tomllib.loads(to_toml(asked)))) == config_hash(asked)


def test_check_says_what_will_be_drawn(study: Path) -> None:
    said = ct.check(study)
    assert (
        "Drawn anew in each replicate of a comparison, the same for every scenario (3 parameters): 10 draws x 2 scenarios = "
        "20 histories."
    ) in said
    assert "starting.friend from 0 to 0.9 per year, triangular (mode 0.3)" in said and "Own value: 0.3." in said
    assert "interventions.champions.duration one of 26, 52, 104" in said


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("draws")
    (folder / "study.toml").write_text(TEN + DRAWN)
    return ct.compare(folder / "study.toml", workers=1, out=folder / "one", progress=False).directory


def test_the_record_states_what_every_run_had(lived: Path) -> None:
    results = open_results(lived)
    draws = drawn(ct.load_study(lived / "scenario.toml"))
    assert [results.drawn(i) for i in range(10)] == list(draws) and len(results.draws) == 10
    told = results.manifest["uncertainty"]
    assert list(told) == list(draws[0]) and told["starting.friend"]["own_value"] == 0.3
    assert told["starting.friend"]["drawn"] == "from 0 to 0.9 per year, triangular (mode 0.3)"
    assert "draws.parquet" in json.loads((lived / "manifest.json").read_text())["files"]
    first = results.timeline[results.timeline["week"] == 0].set_index(["scenario", "replicate"])[
        "opioid_active_per_1000"
    ]
    assert (first["today"] == first["champions"]).all() and first["today"].nunique() > 3  # the drawn first day is lived
    order = np.argsort([one["start.opioid_active_per_1000"] for one in draws])
    assert first["today"].to_numpy()[order[-3:]].min() > first["today"].to_numpy()[order[:3]].max()
    coordinates = results.to_xarray().coords["starting.friend"]
    assert coordinates.dims == ("replicate",) and coordinates.to_numpy().tolist() == [
        one["starting.friend"] for one in draws
    ]


def test_whoever_works_on_it_and_in_whatever_pieces(lived: Path, study: Path, tmp_path: Path) -> None:
    """Two workers, and three replicates fewer that are added later, give the same content; verify lives through it again."""
    out = tmp_path / "two"
    seven = ct.compare(study, 10, 2, out, progress=False)
    assert seven.results.manifest["content_hash"] == open_results(lived).manifest["content_hash"]
    grown = ct.compare(study, 12, 1, out, progress=False)
    assert grown.results.manifest["resumed"] == 20 and len(grown.results.draws) == 12
    assert len(verify(out, sample=6, seed=1).runs) == 6
    verify(lived, sample=20)


def test_a_comparison_with_draws_that_is_killed_goes_on(lived: Path, study: Path, tmp_path: Path) -> None:
    out = tmp_path / "killed"
    words = [sys.executable, "-m", "contagion", "compare", str(study), "--out", str(out), "--workers", "1"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        words, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    partial = out.with_name("killed.partial")
    try:
        began = time.monotonic()
        while not list(partial.glob("part-*")) and process.poll() is None and time.monotonic() - began < 240:
            time.sleep(0.02)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    found = ct.compare(study, workers=1, out=out, progress=False)
    assert found.results.manifest["content_hash"] == open_results(lived).manifest["content_hash"]


def test_only_comparisons_draw(study: Path, tmp_path: Path) -> None:
    """A single run and a sweep have the study's own values, and what they store says so."""
    single, _ = record(ct.load_study(study), 3, tmp_path / "run")
    held = ct.load_study(single / "scenario.toml")
    assert held.uncertainty == {} and held.base.starting.friend == 0.3 and verify(single, sample=1).runs
    rows = {"sweep.design": "list", "sweep.rows": [{"starting.threshold": 2.0}], "study.outcomes": ["starts"]}
    swept = ct.sweep(study, replicates=1, workers=1, out=tmp_path / "swept", progress=False, **rows)
    held = ct.load_study(swept.directory / "scenario.toml")
    assert held.uncertainty == {} and swept.draws.empty and "uncertainty" not in swept.manifest
    assert verify(swept.directory, sample=1).runs


def test_an_override_of_what_is_drawn_is_told(study: Path) -> None:
    with pytest.warns(
        UserWarning, match=r"starting\.friend is drawn anew in each replicate of a comparison, so only single"
    ):
        ct.load_study(study, **{"starting.friend": 0.5})


FAULTS: dict[str, tuple[str, str]] = {
    "unknown name": (
        '[uncertainty."starting.frend"]\nlow = 0.1\n',
        'uncertainty."starting.frend" is no parameter that can vary; draws are dotted names of this scenario, for instance "starting.friend"; did you mean starting.friend?',
    ),
    "not in quotes": (
        "[uncertainty.starting.friend]\nlow = 0.1\n",
        'uncertainty.starting.friend is not a known name; dotted names of draws stand in quotes; did you mean [uncertainty."starting.friend"]?',
    ),
    "above the declared range": (
        '[uncertainty."starting.friend"]\nhigh = 7.0\nreason = "any"\n',
        'uncertainty."starting.friend".high is 7.0; it must be a number from 0 to 5 (per year).',
    ),
    "low above high": (
        '[uncertainty."starting.friend"]\nlow = 0.5\nhigh = 0.1\nreason = "any"\n',
        'uncertainty."starting.friend".low is 0.5 and high is 0.1; low must lie below high.',
    ),
    "no reason": (
        '[uncertainty."starting.friend"]\nlow = 0.1\nhigh = 0.5\n',
        'uncertainty."starting.friend".reason is missing; say why these are its values: what the page says of doubt rests on them.',
    ),
    "a distribution without its numbers": (
        '[uncertainty."starting.friend"]\ndistribution = "triangular"\nreason = "any"\n',
        'uncertainty."starting.friend".mode is missing; the triangular distribution needs mode.',
    ),
    "an unknown distribution": (
        '[uncertainty."starting.friend"]\ndistribution = "gama"\nreason = "any"\n',
        'uncertainty."starting.friend".distribution is "gama"; it must be one of "uniform", "loguniform", "triangular", "normal", "lognormal", "beta".',
    ),
    "population": (
        '[uncertainty."city.population"]\nlow = 300\nhigh = 900\nreason = "any"\n',
        'uncertainty."city.population" is shared by all replicates; set city.population for the whole study.',
    ),
    "years": (
        '[uncertainty."time.years"]\nlow = 1.0\nhigh = 3.0\nreason = "any"\n',
        'uncertainty."time.years" is shared by all replicates; set time.years for the whole study.',
    ),
    "a decision": (
        '[uncertainty."interventions.champions.start"]\nlow = 0.0\nhigh = 3.0\nreason = "any"\n',
        'uncertainty."interventions.champions.start" is decided and not in doubt; compare two scenarios that differ in it, or use variant_of.',
    ),
    "set by a scenario": (
        '[uncertainty."interventions.champions.reach"]\nlow = 1.0\nhigh = 30.0\nreason = "any"\n',
        'uncertainty."interventions.champions.reach" is set by study scenario champions too; take it out of one of the two.',
    ),
    "a switch": (
        '[uncertainty."null_model"]\nreason = "any"\n',
        "uncertainty.null_model is no number; compare scenarios that differ in it: draws are numbers.",
    ),
    "levels": (
        FRIEND + "levels = 4\n",
        'uncertainty."starting.friend".levels belongs to sweeps and sensitivity analyses; take it out: every value of its range can be drawn.',
    ),
    "a group": (
        FRIEND + 'group = "pull"\n',
        'uncertainty."starting.friend".group belongs to sweeps and sensitivity analyses; take it out: each is drawn by itself.',
    ),
    "a value twice": (
        '[uncertainty."starting.friend"]\nvalues = [0.1, 0.1]\nreason = "any"\n',
        'uncertainty."starting.friend".values lists 0.1 twice; each value may stand there once.',
    ),
    "misspelt": (
        FRIEND.replace("high", "hihg"),
        'uncertainty."starting.friend".hihg is not a known name; known here: low, high, distribution, mode, mean, sd, a, b, reason, values, levels, group, label; did you mean high?',
    ),
    "no table": ("uncertainty = 3\n", "uncertainty is 3"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_bad_input_is_one_sentence(write: Write, name: str) -> None:
    text, said = FAULTS[name]
    text = text + TEN if text.startswith("uncertainty") else TEN + text
    with pytest.raises(ct.ConfigError) as caught:
        ct.load_study(write(text))
    told = [str(fault) for fault in caught.value.faults]
    assert len(told) == 1 and said in told[0], told


def test_too_few_replicates_are_refused_before_anything_is_written(write: Write, tmp_path: Path) -> None:
    path, out = write(SMALL + FRIEND), tmp_path / "none"
    said = r"study.replicates is 3; draws of parameters need at least 10, or leave \[uncertainty\] out"
    with pytest.raises(ct.ConfigError, match=said):
        ct.compare(path, workers=1, out=out, progress=False)
    with pytest.raises(ct.ConfigError, match=said):
        ct.check(path)
    assert not out.exists() and not out.with_name("none.partial").exists()
    ct.load_study(path)  # a sweep or a single run of the same file needs no draws


def test_values_that_do_not_go_together_are_told(write: Write) -> None:
    text = TEN + '[uncertainty."start.early_per_1000"]\nlow = 0.0\nhigh = 1000.0\nreason = "any"\n'
    with pytest.raises(ct.ConfigError) as caught:
        drawn(ct.load_study(write(text)))
    first = str(caught.value.faults[0])
    assert (
        'uncertainty."start.' in first
        and "leads to replicate" in first
        and "give ranges of which all values go together" in first
    )


def test_bad_input_ends_with_status_2(write: Write) -> None:
    path = write(TEN + FAULTS["population"][0])
    words = [sys.executable, "-m", "contagion", "check", str(path)]
    done = subprocess.run(
        words, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2 and "Traceback" not in done.stderr and "is shared by all replicates" in done.stderr
