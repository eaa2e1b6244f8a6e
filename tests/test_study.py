"""Studies: nothing is lost, nothing is done twice, differences are paired, and the same work gives the same hash."""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT, SMALL, write_tables
from hypothesis import given
from hypothesis import strategies as st

import contagion as ct
from contagion.config.load import variants
from contagion.config.written import config_hash
from contagion.study.analysis.headlines import HEADLINES, Headline, reduced
from contagion.study.analysis.paired import (
    Interval,
    Unpaired,
    best,
    check_paired,
    interval,
    round_half_up,
    shares,
    variance_reduction,
)
from contagion.study.compare import Comparison, compare
from contagion.study.keeping import seal, working
from contagion.study.results import open_results
from contagion.study.run import record
from contagion.study.running import living, pool, store, worker
from contagion.study.running.provenance import model_hash


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    """A small comparison by two workers."""
    folder = tmp_path_factory.mktemp("study")
    path = folder / "small.toml"
    path.write_text(SMALL)
    return compare(path, workers=2, out=folder / "out", progress=False, finish=_page)


def _page(directory: Path) -> None:
    (directory / "report.html").write_text("page")


def test_a_directory_holds_what_it_promises(done: Comparison) -> None:
    names = {p.name for p in done.directory.iterdir()}
    tables = {"runs.parquet", "parameters.parquet", "headlines.parquet", "timeline", "events", "groups", "ledger"}
    assert names == {"SHA256SUMS", "manifest.json", "scenario.toml", "report.html"} | tables
    assert {p.name for p in done.directory.parent.iterdir()} == {"small.toml", "out"}, "nothing is left beside it"
    results = done.results
    assert results.scenarios == ["today", "champions"] and results.baseline == "today"
    assert results.titles["champions"] == "Champions"
    frame = results.outcomes
    assert list(frame.columns[:3]) == ["scenario", "replicate", "week"]
    assert len(frame) == 2 * 3 * 14
    assert (frame.dtypes.iloc[3:] == np.float64).all()
    assert list(results.events.columns[:4]) == ["scenario", "replicate", "week", "event"]
    assert set(results.ledger["scenario"]) == {"champions"} and not results.groups.empty
    assert results.people.empty and results.intact()


def test_the_manifest_says_how_to_do_it_again(done: Comparison) -> None:
    made = done.results.manifest
    assert made["kind"] == "compare" and made["replicates"] == 3 and len(set(made["seeds"])) == 3
    assert made["config"]["city"]["population"] == 400
    assert list(made["config"]["study"]["scenarios"]) == ["today", "champions"]
    assert {"contagion", "python", "numpy", "mesa", "numba"} <= set(made["versions"])
    assert made["rng"].startswith("Philox4x32-10") and made["system"]["cores"] and made["workers"] == 2
    assert made["git"] is None or set(made["git"]) == {"commit", "dirty"}
    assert len(made["content_hash"]) == 64 and made["created"].endswith("+00:00")
    assert made["tables"]["timeline"] == 84 and made["runs"] == 6 and made["failed"] == 0
    again = ct.load(done.directory / "scenario.toml")
    assert config_hash(again) == made["config_hash"]
    for file in ("manifest.json", "scenario.toml"):
        assert str(ROOT) not in (done.directory / file).read_text()


def test_one_worker_or_two_same_hash_same_bytes(done: Comparison, small: Path, tmp_path: Path) -> None:
    alone = compare(small, workers=1, out=tmp_path / "alone", progress=False)
    assert alone.results.manifest["content_hash"] == done.results.manifest["content_hash"]
    for name in done.results.manifest["files"]:
        if name != "runs.parquet":  # it holds the seconds that each run took
            assert (alone.directory / name).read_bytes() == (done.directory / name).read_bytes()
    pd.testing.assert_frame_equal(alone.results.runs.drop(columns="seconds"), done.results.runs.drop(columns="seconds"))


def test_replicates_are_paired_through_common_seeds(done: Comparison) -> None:
    study = ct.load(done.directory / "scenario.toml")
    for replicate, seed in enumerate(done.results.manifest["seeds"]):
        for name, scenario in variants(study).items():
            frame = done.outcomes
            kept = frame[(frame["scenario"] == name) & (frame["replicate"] == replicate)]
            lived = ct.simulate(scenario, seed).timeline
            pd.testing.assert_frame_equal(
                kept.drop(columns=["scenario", "replicate"]).set_index("week"), lived, check_exact=True
            )


def test_a_finished_study_is_not_run_again(done: Comparison, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(living, "perform", lambda *_, **__: pytest.fail("it was run again"))
    source = done.directory.parent / "small.toml"
    again = compare(source, workers=1, out=done.directory, progress=False)
    assert not again.fresh and again.directory == done.directory


def test_nobody_else_s_directory_is_touched(small: Path, tmp_path: Path, done: Comparison) -> None:
    other = tmp_path / "mine"
    other.mkdir()
    (other / "letter.txt").write_text("dear")
    with pytest.raises(ct.ConfigError, match="holds something else than results"):
        compare(small, workers=1, out=other, progress=False)
    with pytest.raises(ct.ConfigError, match="is a file, not a directory"):
        compare(small, workers=1, out=other / "letter.txt", progress=False)
    with pytest.raises(ct.ConfigError, match="another study"):
        compare(small, workers=1, out=done.directory, progress=False, **{"time.years": 0.5})
    assert (other / "letter.txt").read_text() == "dear" and done.results.intact()
    assert {p.name for p in tmp_path.iterdir()} == {"small.toml", "mine"}


def settled(place: Path, text: str) -> None:
    """Put a directory with a manifest of this text into its place."""
    with working.locked(place) as folder:
        store.settle(place, folder, lambda d: (d / "manifest.json").write_text(text))


def test_a_directory_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    place = tmp_path / "place"
    settled(place, "1")

    def fails(directory: Path) -> None:
        (directory / "manifest.json").write_text("2")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"), working.locked(place) as folder:
        store.settle(place, folder, fails)
    assert (place / "manifest.json").read_text() == "1" and [p.name for p in tmp_path.iterdir()] == ["place"]
    settled(place, "3")
    assert (place / "manifest.json").read_text() == "3" and [p.name for p in tmp_path.iterdir()] == ["place"]


def test_two_processes_do_not_write_one_directory(small: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with working.locked(out), pytest.raises(RuntimeError, match="another process is writing"):
        compare(small, workers=1, out=out, progress=False)
    assert not out.exists() and not (tmp_path / "out.partial").exists()


def test_a_bigger_city_than_memory_is_refused_before_anything_starts(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "free_memory", lambda: 2**30)
    assert pool.affordable(64, variants(ct.load(small))) < 64
    with pytest.raises(ct.ConfigError, match=r"city.population is 4000000; the 1.0 GiB of memory free here hold"):
        compare(small, workers=1, out=tmp_path / "out", **{"city.population": 4_000_000})
    assert [p.name for p in tmp_path.iterdir()] == ["small.toml"]


def test_results_that_are_none_or_of_another_form_are_refused(tmp_path: Path, done: Comparison) -> None:
    with pytest.raises(ct.ConfigError, match="no such directory"):
        open_results(tmp_path / "no")
    with pytest.raises(ct.ConfigError, match="holds no results"):
        open_results(tmp_path)
    copy = shutil.copytree(done.directory, tmp_path / "copy")
    said = json.loads((copy / "manifest.json").read_text())
    (copy / "manifest.json").write_text(json.dumps({**said, "schema": 99}))
    with pytest.raises(seal.Damaged, match=r"manifest.json: is damaged: it is not what was written"):
        open_results(copy)
    seal.seal(copy)
    with pytest.raises(ct.ConfigError, match="form 99"):
        open_results(copy)


def test_changed_tables_are_noticed(done: Comparison, tmp_path: Path) -> None:
    copy = shutil.copytree(done.directory, tmp_path / "copy")
    assert open_results(copy).intact()
    path = copy / "timeline" / "00000.parquet"
    frame = pd.read_parquet(path)
    frame.loc[5, "active"] += 1e-9
    frame.to_parquet(path)
    assert not open_results(copy).intact()
    with pytest.raises(seal.Damaged, match=r"timeline/00000.parquet: is damaged"):
        _ = open_results(copy).timeline


def test_unpaired_results_refuse_a_difference(done: Comparison, tmp_path: Path) -> None:
    copy = shutil.copytree(done.directory, tmp_path / "copy")
    path = copy / "timeline" / "00000.parquet"
    runs, frame = pd.read_parquet(copy / "runs.parquet"), pd.read_parquet(path)
    gone = runs[(runs["scenario"] == "champions") & (runs["replicate"] == 1)]["run_id"]
    frame[~frame["run_id"].isin(gone)].to_parquet(path)
    seal.seal(copy)
    for what in ("stable", "public_stigma"):
        with pytest.raises(Unpaired, match="do not hold the same replicates"):
            Comparison(copy).differences(what)
    with pytest.raises(Unpaired):
        Comparison(copy).summary()


def test_differences_are_taken_within_replicates(done: Comparison) -> None:
    frame = done.outcomes
    level = frame.groupby(["scenario", "replicate"])["starts"].sum()
    expected = level["champions"] - level["today"]
    assert (done.differences("starts")["champions"] == expected).all()
    weekly = done.differences("hope")
    assert weekly.index.names == ["replicate", "week"] and len(weekly) == 3 * 14
    assert (weekly.xs(0, level="week") == 0).all().all(), "they start from the same city"
    with pytest.raises(KeyError, match="did you mean relapses"):
        done.differences("relapse")


def test_the_summary_has_every_outcome_and_scenario(done: Comparison) -> None:
    table = done.summary()
    names = [h.name for h in HEADLINES if h.column in done.outcomes]
    assert len(names) >= 9 and len(table) == len(names) * 2
    assert (table["level_p10"] <= table["level_median"]).all()
    assert table.loc[("stable", "today"), "difference_median"] != table.loc[("stable", "today"), "difference_median"]
    chances = table["p_better"].dropna()
    assert ((chances >= 0) & (chances <= 1)).all()
    sums = table["p_best"].dropna().groupby("outcome").sum()
    assert np.allclose(sums, 1.0)
    assert math.isnan(table.loc[("cost", "champions"), "p_better"])
    assert table.loc[("cost", "champions"), "difference_median"] > 0


def test_a_notebook_shows_a_table_with_text_made_safe(done: Comparison, tmp_path: Path) -> None:
    copy = shutil.copytree(done.directory, tmp_path / "copy")
    said = json.loads((copy / "manifest.json").read_text())
    said["title"] = said["scenarios"][1]["title"] = "<script>alert(1)</script>"
    (copy / "manifest.json").write_text(json.dumps(said))
    seal.seal(copy)
    page = Comparison(copy)._repr_html_()
    assert "<script>" not in page and "&lt;script&gt;" in page and "<caption>" in page
    assert Comparison(copy).plot("stable").figure.subfigs


def test_one_history_is_kept(small: Path, tmp_path: Path) -> None:
    study = ct.load(small)
    out, fresh = record(study, 5, tmp_path / "one")
    assert fresh and record(study, 5, tmp_path / "one") == (out, False)
    results = open_results(out)
    assert results.manifest["kind"] == "run" and results.manifest["seeds"] == [5] and results.intact()
    assert set(results.people.columns) >= {"scenario", "replicate", "uid", "stage"}
    lived = ct.simulate(study, 5)
    kept = results.outcomes.drop(columns=["scenario", "replicate"]).set_index("week")
    pd.testing.assert_frame_equal(kept, lived.timeline, check_exact=True)
    assert len(results.people) == len(lived.people)


def test_names_and_places() -> None:
    assert store.slug("../../Ä city <b>") == "city-b" and store.slug("***") == "study"
    assert len(store.slug("x" * 10_000)) == 60
    assert model_hash() == model_hash() and len(model_hash(("json",))) == 64 and model_hash(("json",)) != model_hash()


def test_a_null_model_of_the_first_day_does_not_share_a_founding(small: Path) -> None:
    made = variants(ct.load(small, **{"study.scenarios.today.null_model": "homophily_only"}))
    for scenario in made.values():
        apart = ct.simulate(scenario, 3).timeline
        shared = ct.simulate(scenario, 3, foundation=worker.city_of(scenario, 3)).timeline
        pd.testing.assert_frame_equal(shared, apart, check_exact=True)


# Paired statistics


def test_intervals_hold_the_middle_eight_tenths() -> None:
    found = interval(np.arange(101))
    assert (found.low, found.middle, found.high, found.coverage) == (10, 50, 90, 0.8)
    for bad in ((1.0, 0.5, 2.0), (math.nan, 0.0, 1.0), (0.0, 1.0, math.inf)):
        with pytest.raises(ValueError):
            Interval(*bad)


@given(
    st.floats(-1e9, 1e9), st.floats(0, 1e6), st.floats(0, 1e6),
)  # fmt: skip
def test_rounding_follows_the_width(middle: float, below: float, above: float) -> None:
    low, high = middle - below, middle + above
    found = Interval(min(low, middle), middle, max(high, middle))
    half = (found.high - found.low) / 2
    shown = found.rounded()
    if half > 1e-6 * max(1.0, abs(middle)):
        step = 10.0**-found.places
        assert 10 * step <= half * 1.0000001 and half < 100 * step * 1.0000001, "two figures of the half-width"
        for before, after in zip((found.low, found.middle, found.high), (shown.low, shown.middle, shown.high)):
            assert abs(before - after) <= 0.5000001 * step
    assert shown.low <= shown.middle <= shown.high
    assert all(text == text.strip() and "e" not in text for text in found.texts())
    assert all("." not in text for text in found.texts(whole=True))


def test_rounding_in_words() -> None:
    assert Interval(1103.2, 1240.7, 1371.9).text() == "1,240 (1,100 to 1,370)"
    assert Interval(-0.0412, 0.0123, 0.0611).text(signed=True) == "+0.012 (-0.041 to +0.061)"
    assert Interval(0.0, 0.0, 0.0).text(signed=True) == "0 (0 to 0)"
    assert Interval(3.2, 3.4, 3.9).text(whole=True) == "3 (3 to 4)"
    assert round_half_up(2.5, 0) == 3 and round_half_up(-2.5, 0) == -3 and round_half_up(1250, -2) == 1300


def test_pairing_saves_what_is_shared() -> None:
    rng = np.random.default_rng(1)
    shared, own = rng.normal(0, 10, 4000), rng.normal(0, 1, 4000)
    saved = variance_reduction(shared + own, shared)
    assert saved is not None and saved == pytest.approx(201, rel=0.1)
    assert variance_reduction(rng.normal(size=4000), rng.normal(size=4000)) == pytest.approx(1, rel=0.1)
    assert variance_reduction(shared + 5, shared) == math.inf
    assert variance_reduction([1.0, 1.0, 1.0], [1.0, 1.0, 1.0]) is None and variance_reduction([1.0], [2.0]) is None
    with pytest.raises(Unpaired):
        variance_reduction([1.0, 2.0], [1.0])


def test_chances_follow_the_direction_and_share_ties() -> None:
    assert shares([1, 2, 0, -1], "higher") == (0.5, 0.25)
    assert shares([1, 2, 0, -1], "lower") == (0.25, 0.5)
    assert shares([1], None) is None
    levels = np.array([[1.0, 1.0], [2.0, 1.0], [0.0, 3.0], [5.0, 4.0]])
    assert best(levels, "higher").tolist() == [0.625, 0.375]  # type: ignore[union-attr]
    assert best(levels, "lower").tolist() == [0.375, 0.625]  # type: ignore[union-attr]
    assert best(levels, None) is None


def test_replicates_must_match() -> None:
    assert check_paired({"a": [2, 0, 1], "b": [0, 1, 2]}).tolist() == [0, 1, 2]
    for other in ([0, 1], [0, 1, 3], [0, 1, 1]):
        with pytest.raises(Unpaired):
            check_paired({"a": [0, 1, 2], "b": other})


def test_outcomes_are_reduced_as_declared() -> None:
    weeks = np.arange(105)
    frame = pd.DataFrame({"scenario": "a", "replicate": 0, "week": weeks, "x": weeks.astype(float)})
    made: Any = lambda how: float(reduced(frame, Headline("x", "X", "people", "x", how, None, "")).iloc[0])  # noqa: E731
    assert made("end") == np.arange(53, 105).mean() and made("sum") == weeks.sum() and made("change") == 104


# How many replicates, and results in two groups


def test_replicates_are_added_until_differences_are_known(small: Path, tmp_path: Path) -> None:
    asked = {"study.precision": {"in_recovery": 0.6}, "study.most": 70}
    found = compare(small, 5, workers=1, out=tmp_path / "out", progress=False, **asked)
    stopping = found.results.manifest["stopping"]
    n = found.results.manifest["replicates"]
    assert n == stopping["n"] == len(found.levels("in_recovery")) and 20 <= n <= 70
    assert stopping["met"] or n == 70
    assert f"{n} replicates" in stopping["sentence"] and "People in recovery under Champions" in stopping["sentence"]
    again = compare(small, 5, workers=1, out=tmp_path / "out", progress=False, **asked)
    assert not again.fresh, "it is not run again"
    difference = found.differences("in_recovery")["champions"]
    need = stopping["differences"][0]
    assert (need["mean"] == pytest.approx(difference.mean()) and need["half_width"] <= 0.6) or not stopping["met"]


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"stabel": 5.0}, 'speaks of "stabel"; it must be one of .*did you mean stable'),
        ({"stable": 0.0}, "is 0.0; it must be a number above 0: the smallest difference that would matter"),
        ({"stable": -1.0}, "is -1.0; it must be a number above 0"),
    ],
)
def test_a_precision_that_makes_no_sense_is_refused(
    asked: dict[str, float], sentence: str, small: Path, tmp_path: Path
) -> None:
    with pytest.raises(ct.ConfigError, match=sentence):
        compare(small, workers=1, out=tmp_path / "out", progress=False, **{"study.precision": asked})
    assert not (tmp_path / "out").exists()
    path = small.with_name("alone.toml")
    path.write_text("[city]\npopulation = 400\n[study]\nprecision = {stable = 3.0}\n")
    with pytest.raises(ct.ConfigError, match="add a second scenario to compare with"):
        compare(path, workers=1, out=tmp_path / "out", progress=False)


def test_results_in_two_groups_are_told_group_by_group(done: Comparison, tmp_path: Path) -> None:
    runs, weeks = 40, np.arange(60)
    rng = np.random.default_rng(3)
    frames = []
    for scenario in ("today", "champions"):
        for run in range(runs):
            high = scenario == "champions" and run % 4 == 0
            level = rng.normal(90 if high else 20, 3)
            frames.append(pd.DataFrame({"scenario": scenario, "replicate": run, "week": weeks, "stable": level}))
    folder = tmp_path / "made"
    folder.mkdir()
    write_tables(folder, {"timeline": pd.concat(frames)})
    said = json.loads((done.directory / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(said | {"replicates": runs}))
    seal.seal(folder)
    (line,) = Comparison(folder).groups_in_words()
    assert line.startswith("People in stable recovery, Champions: the runs fall into two groups. In 10 of 40 contagion")
    assert "(25 %" in line and "with 91 (84 to 94) people" in line and "came to 20 (17 to 22)" in line
