"""Studies: nothing is lost, nothing is done twice, differences are paired, and the same work gives the same hash."""

from __future__ import annotations

import json
import math
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from conftest import ROOT, SMALL
from hypothesis import given
from hypothesis import strategies as st

import contagion as ct
from contagion.configuration import config_hash, variants
from contagion.study import compare as comparing
from contagion.study import pool, run, store
from contagion.study.compare import Comparison, compare
from contagion.study.digest import content_hash, digest, digests
from contagion.study.headlines import HEADLINES, Headline, reduced
from contagion.study.paired import (
    Interval,
    Unpaired,
    best,
    check_paired,
    interval,
    round_half_up,
    shares,
    variance_reduction,
)
from contagion.study.provenance import code_hash
from contagion.study.results import open_results


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    """A small comparison by two workers."""
    folder = tmp_path_factory.mktemp("study")
    path = folder / "small.toml"
    path.write_text(SMALL)
    return compare(path, workers=2, out=folder / "out", progress=False, finish=_page)


def _page(directory: Path) -> None:
    (directory / "report.html").write_text("page")


def _kept(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.glob("*.partial/replicate-*"))


def test_a_directory_holds_what_it_promises(done: Comparison) -> None:
    names = {p.name for p in done.directory.iterdir()}
    tables = {f"{name}.parquet" for name in store.TABLES}
    assert names == {"manifest.json", "scenario.toml", "report.html"} | tables
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
    assert made["tables"]["outcomes"] == 84
    again = ct.load(done.directory / "scenario.toml")
    assert config_hash(again) == made["config_hash"]
    for file in ("manifest.json", "scenario.toml"):
        assert str(ROOT) not in (done.directory / file).read_text()


def test_one_worker_or_two_same_hash_same_bytes(done: Comparison, small: Path, tmp_path: Path) -> None:
    alone = compare(small, workers=1, out=tmp_path / "alone", progress=False)
    assert alone.results.manifest["content_hash"] == done.results.manifest["content_hash"]
    for name in store.TABLES:
        one, two = (d.directory / f"{name}.parquet" for d in (alone, done))
        assert one.read_bytes() == two.read_bytes()


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
    monkeypatch.setattr(run, "run_replicate", lambda *_: pytest.fail("it was run again"))
    source = done.directory.parent / "small.toml"
    again = compare(source, workers=1, out=done.directory, progress=False)
    assert not again.fresh and again.directory == done.directory


def test_an_interrupted_study_goes_on(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lived: list[int] = []
    true, stop = run.run_replicate, 2

    def counted(plan: run.Plan, replicate: int) -> None:
        if len(lived) == stop:
            raise KeyboardInterrupt
        lived.append(replicate)
        true(plan, replicate)

    monkeypatch.setattr(run, "run_replicate", counted)
    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        compare(small, workers=1, out=out, progress=False)
    assert not out.exists() and _kept(tmp_path) == ["replicate-00000", "replicate-00001"]
    torn = tmp_path / "out.partial" / "replicate-00001" / "events.parquet"
    torn.write_bytes(torn.read_bytes()[:-7])
    lived.clear()
    stop = -1
    finished = compare(small, workers=1, out=out, progress=False)
    assert lived == [1, 2], "a torn part is lived again, a whole one is not"
    whole = compare(small, workers=1, out=tmp_path / "whole", progress=False)
    assert finished.results.manifest["content_hash"] == whole.results.manifest["content_hash"]
    assert not (tmp_path / "out.partial").exists()


def test_more_replicates_use_what_is_kept_other_configs_do_not(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lived: list[int] = []
    true = run.run_replicate
    broken = [2]

    def counted(plan: run.Plan, replicate: int) -> None:
        lived.append(replicate)
        if replicate in broken:
            raise ZeroDivisionError("by hand")
        true(plan, replicate)

    monkeypatch.setattr(run, "run_replicate", counted)
    out = tmp_path / "out"
    with pytest.raises(
        run.StudyFailed, match=r"1 of 3 replicates failed \(replicate 2: ZeroDivisionError: by hand\)"
    ) as e:
        compare(small, workers=1, out=out, progress=False)
    assert lived == [0, 1, 2] and "ZeroDivisionError" in e.value.failures[0].trace
    assert not out.exists() and len(_kept(tmp_path)) == 2
    broken.clear()
    lived.clear()
    compare(small, 4, workers=1, out=tmp_path / "out", progress=False)
    assert lived == [2, 3]
    lived.clear()
    broken.append(1)
    with pytest.raises(run.StudyFailed):
        compare(small, workers=1, out=tmp_path / "b", progress=False)
    broken.clear()
    lived.clear()
    compare(small, workers=1, out=tmp_path / "b", progress=False, **{"relapse.scale": 2.0})
    assert lived == [0, 1, 2], "parts of another config are not used"
    monkeypatch.setattr(comparing, "code_hash", lambda: "other code")
    lived.clear()
    compare(small, workers=1, out=tmp_path / "b", progress=False, **{"relapse.scale": 2.0})
    assert lived == [0, 1, 2], "results of other code are made again"


def test_killed_at_any_moment_it_ends_as_if_never_killed(done: Comparison, tmp_path: Path) -> None:
    path, out = tmp_path / "small.toml", tmp_path / "out"
    path.write_text(SMALL)
    words = [sys.executable, "-m", "contagion", "compare", str(path), "--out", str(out), "--workers", "2"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    child = subprocess.Popen(
        words, env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True
    )
    until = time.monotonic() + 60
    while child.poll() is None and not _kept(tmp_path) and time.monotonic() < until:
        time.sleep(0.01)
    os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    kept = len(_kept(tmp_path))
    assert not out.exists() or kept == 0
    ended = compare(path, workers=1, out=out, progress=False)
    assert ended.results.manifest["content_hash"] == done.results.manifest["content_hash"]
    assert {p.name for p in tmp_path.iterdir()} == {"small.toml", "out"}


def test_a_worker_that_is_killed_does_not_end_the_study(small: Path, tmp_path: Path) -> None:
    study = ct.load(small)
    run.warm_up(variants(study))
    plan = run.plan_of(variants(study), 7, tmp_path / "p")
    plan.partial.mkdir()
    victim = json.dumps(str(tmp_path / "once"))
    script = tmp_path / "victim.py"
    script.write_text(
        "import os, pathlib\nfrom contagion.study import run\ntrue = run.run_replicate\n"
        f"def once(plan, replicate):\n    mark = pathlib.Path({victim})\n"
        "    if replicate == 1 and not mark.exists():\n        mark.touch()\n        os.kill(os.getpid(), 9)\n"
        "    true(plan, replicate)\nrun.run_replicate = once\n"
    )
    code = (
        f"import dataclasses, sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "from pathlib import Path\nfrom contagion.configuration import load, variants\n"
        "from contagion.study import pool, run\n"
        f"plan = run.plan_of(variants(load({str(small)!r})), 7, Path({str(plan.partial)!r}))\n"
        "plan = dataclasses.replace(plan, modules=('victim',))\n"
        "print(pool.run_all(plan, [0, 1, 2], 2, lambda r: None))\n"
    )
    main = tmp_path / "main.py"
    main.write_text(code)
    said = subprocess.run(
        [sys.executable, str(main)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert said.stdout.strip() == "[]", said.stderr
    assert all(run.read_part(plan, r) for r in range(3)) and (tmp_path / "once").exists()


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


def test_a_directory_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    place = tmp_path / "place"
    store.settle(place, lambda d: (d / "a").write_text("1"))

    def fails(directory: Path) -> None:
        (directory / "a").write_text("2")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        store.settle(place, fails)
    assert (place / "a").read_text() == "1" and [p.name for p in tmp_path.iterdir()] == ["place"]
    place.rename(tmp_path / "place.old")  # killed between its two renames
    (tmp_path / "place.writing").mkdir()
    store.settle(place, lambda d: (d / "a").write_text("3"))
    assert (place / "a").read_text() == "3" and [p.name for p in tmp_path.iterdir()] == ["place"]


def test_two_processes_do_not_write_one_directory(small: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with store.locked(out), pytest.raises(RuntimeError, match="another process is writing"):
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
    with pytest.raises(ct.ConfigError, match="form 99"):
        open_results(copy)


def test_changed_tables_are_noticed(done: Comparison, tmp_path: Path) -> None:
    copy = shutil.copytree(done.directory, tmp_path / "copy")
    frame = pd.read_parquet(copy / "outcomes.parquet")
    frame.sample(frac=1.0, random_state=1)[sorted(frame.columns)].to_parquet(copy / "outcomes.parquet")
    assert open_results(copy).intact(), "the order of rows and columns does not matter"
    frame.loc[5, "active"] += 1e-9
    frame.to_parquet(copy / "outcomes.parquet")
    assert not open_results(copy).intact()


def test_unpaired_results_refuse_a_difference(done: Comparison, tmp_path: Path) -> None:
    copy = shutil.copytree(done.directory, tmp_path / "copy")
    frame = pd.read_parquet(copy / "outcomes.parquet")
    frame[(frame["scenario"] != "champions") | (frame["replicate"] != 1)].to_parquet(copy / "outcomes.parquet")
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
    page = Comparison(copy)._repr_html_()
    assert "<script>" not in page and "&lt;script&gt;" in page and "<caption>" in page
    assert Comparison(copy).plot("stable").axes


def test_one_history_is_kept(small: Path, tmp_path: Path) -> None:
    study = ct.load(small)
    out, fresh = run.record(study, 5, tmp_path / "one")
    assert fresh and run.record(study, 5, tmp_path / "one") == (out, False)
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
    assert code_hash() == code_hash() and len(code_hash()) == 64


def test_a_null_model_of_the_first_day_does_not_share_a_founding(small: Path) -> None:
    study = ct.load(small, **{"study.scenarios.today.null_model": "homophily_only"})
    made = variants(study)
    apart = {name: ct.simulate(s, 3).timeline for name, s in made.items()}
    for name, outcomes in run.histories(made, 3):
        pd.testing.assert_frame_equal(outcomes.timeline, apart[name], check_exact=True)


# Digests


def test_digests_know_content_and_nothing_else() -> None:
    frame = pd.DataFrame(
        {
            "scenario": "a",
            "replicate": [0, 0, 1, 1],
            "week": [0, 1, 0, 1],
            "x": [0.1, np.nan, -0.0, 2.0],
            "w": list("abca"),
        }
    )
    base = content_hash(digests("t", frame))
    assert (
        base == content_hash(digests("t", frame.iloc[::-1])) == content_hash(digests("t", frame[frame.columns[::-1]]))
    )
    assert base == content_hash(digests("t", frame.astype({"week": "int32", "w": "category", "replicate": "int8"})))
    assert base == content_hash(digests("t", frame.assign(x=[0.1, np.nan, 0.0, 2.0])))
    assert base != content_hash(digests("t", frame.assign(x=[0.1, np.nan, 0.0, 2.0000000001])))
    assert base != content_hash(digests("t", frame.assign(w=list("abcb"))))
    assert base != content_hash(digests("t", frame.rename(columns={"x": "y"})))
    assert base != content_hash(digests("other", frame))
    assert base != content_hash(digests("t", frame.assign(replicate=[1, 1, 0, 0])))
    big = pd.DataFrame({"uid": np.array([2**63 + 1, 2**63], np.uint64)})
    assert digest(big) != digest(big - 1)


def test_tables_with_and_without_rows_are_gathered(tmp_path: Path) -> None:
    full = pd.DataFrame({"scenario": ["a"], "replicate": [0], "n": [1], "text": ["x"]})
    empty = full.iloc[:0].astype(object)
    fractions = full.assign(n=[0.5])
    paths = [tmp_path / f"{i}.parquet" for i in range(3)]
    for path, table in zip(paths, (empty, full, fractions)):
        store.write_table(table, path)
    assert store.gather(paths, tmp_path / "all.parquet") == 2
    assert pd.read_parquet(tmp_path / "all.parquet")["n"].tolist() == [1.0, 0.5]
    assert pq.read_metadata(tmp_path / "all.parquet").num_rows == 2


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
