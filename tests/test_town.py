"""The town of a student's first hour: three lines, a picture that says something, a page to watch, and `with_`."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

import contagion as ct
from contagion.report.figures.town import LOOKS, MOST, laid_out

SHORT = {"time.years": 1.0}


@pytest.fixture(scope="module")
def town() -> ct.RecoveryCity:
    return ct.demo(**SHORT).run()


def test_recovery_visibly_spreads_and_does_not_without_contagion() -> None:
    """The demo's promise, over seeds: recovery grows several-fold, most of it carried by people."""
    grown, without = [], []
    for seed in (1, 2, 3):
        out = ct.demo(seed).run().outcomes()
        line = out.timeline["in_recovery"]
        grown.append(line.iloc[-1] / line.iloc[0])
        channels = out.cascades().by_channel
        assert channels.get("spontaneous", 0.0) + channels.get("treatment", 0.0) < 0.5
        off = dict.fromkeys(
            ("starting.friend", "starting.weak", "starting.group", "starting.family", "starting.ally"), 0.0
        )
        alone = ct.simulate("demo", seed, **off).timeline["in_recovery"]
        without.append(alone.iloc[-1] / alone.iloc[0])
    assert min(grown) > 2.0 and np.mean(without) < 0.6 * np.mean(grown)


def test_the_picture_holds_everybody_and_says_who(town: ct.RecoveryCity, tmp_path: Path) -> None:
    figure = town.plot()
    people = town.outcomes().people
    here = people[people["stage"].astype(str) != "to_come"]
    assert len(figure.data) == min(MOST, len(here)) and set(figure.data["stage"]) <= set(LOOKS)
    counts = figure.data["stage"].value_counts()
    assert f"{counts['active']} active addiction" in figure.alt and "arrows lead from people in recovery" in figure.alt
    events = town.outcomes().events
    starts = events[(events["event"] == "start") & events["chosen"]]
    inspired = (
        starts[starts["source"].isin(here.index)].groupby("uid").size().size
    )  # allies of the public are not drawn
    assert int((figure.data["inspired_by"] >= 0).sum()) == inspired > 0
    assert len({look.shape for look in LOOKS.values()}) == len(LOOKS), "colour is never the only mark"
    assert figure.save(tmp_path / "town.png").stat().st_size > 10_000


def test_a_large_city_is_sampled_and_says_so() -> None:
    out = ct.simulate("baseline", seed=1, **{"city.population": 6000, "time.years": 0.1})
    figure = out.network()
    here = int((out.people["stage"].astype(str) != "to_come").sum())
    assert (
        here > MOST == len(figure.data)
        and f"{MOST} of {here:,} people with lived experience are drawn" in figure.subtitle
    )


def test_ties_are_those_of_the_graph(town: ct.RecoveryCity) -> None:
    out = town.outcomes()
    pairs = {tuple(sorted(pair)) for pair in out.ties[["one", "two"]].itertuples(index=False)}
    assert pairs == {tuple(sorted(edge)) for edge in out.graph.edges}


def test_layout_is_the_same_every_time(town: ct.RecoveryCity) -> None:
    out = town.outcomes()
    one, two = (laid_out(out.people, out.ties, out.events).people for _ in range(2))
    assert one.equals(two)


def test_the_page_to_watch_asks_nothing_and_replays_the_history(town: ct.RecoveryCity, tmp_path: Path) -> None:
    page = town.animate(tmp_path / "town.html").read_text("utf-8")
    assert "http" not in page and "prefers-reduced-motion" in page and len(page) < 1_000_000
    told = json.loads(re.search(r'type="application/json">(.*?)</script>', page, re.S)[1])  # type: ignore[index]
    line = town.outcomes().timeline
    assert len(told["frames"]) == 52 // told["every"] + 1
    for k, frame in enumerate(told["frames"]):
        week = k * told["every"]
        assert frame.count("a") == line.loc[week, "active"], week
        assert sum(frame.count(letter) for letter in "eus") == line.loc[week, "in_recovery"], week


def test_titles_of_users_are_escaped(tmp_path: Path) -> None:
    city = ct.demo(title="<script>alert(1)</script>", **{"time.years": 0.1}).run()
    assert "<script>alert(1)" not in city.animate(tmp_path / "x.html").read_text("utf-8")


def test_with_changes_one_thing_and_keeps_the_seed(town: ct.RecoveryCity) -> None:
    other = town.with_(friend=2.0)
    assert other.scenario.starting.friend == 2.0 and other.seed_ == town.seed_ and other.week == 0
    same = town.with_().run()
    assert same.outcomes() == town.outcomes()
    assert town.with_(**{"relapse.scale": 0.7}).scenario.relapse.scale == 0.7


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("frend", r"no parameter; .* did you mean starting\.friend\?"),
        ("rate", r"rate stands in several tables; .*onset\.rate"),
    ],
)
def test_a_name_that_is_not_clear_is_a_sentence(town: ct.RecoveryCity, name: str, said: str) -> None:
    with pytest.raises(ct.ConfigError, match=said):
        town.with_(**{name: 2.0})
