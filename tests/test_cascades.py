"""Cascades: analytic trees, and a hand-made event log."""

from __future__ import annotations

import pandas as pd
import pytest

from contagion.api import simulate
from contagion.model.scenario import Scenario
from contagion.study.analysis.cascades import cascades_of, structural_virality


@pytest.mark.parametrize("n", [2, 5, 50])
def test_virality_of_star_and_chain(n: int) -> None:
    assert structural_virality([-1] + [0] * (n - 1)) == pytest.approx(2 * (n - 1) / n)
    assert structural_virality([-1, *range(n - 1)]) == pytest.approx((n + 1) / 3)
    assert structural_virality([-1]) == 0.0


def log(rows: list[tuple[int, int, int, str]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["week", "uid", "source", "channel"])
    return frame.assign(event="start", credit=1.0, chosen=True)


def test_a_chain_a_star_and_a_lone_start() -> None:
    people = pd.DataFrame({"neighbourhood": [0, 0, 1, 1, 1, 0]}, index=range(6))
    events = log(
        [(1, 1, 0, "friend"), (2, 2, 1, "weak"), (3, 3, 2, "weak"), (3, 4, 0, "weak"), (4, 5, -1, "spontaneous")]
    )
    found = cascades_of(events, people, in_recovery_at_start=1)
    assert found.sizes.tolist() == [4] and found.depths.tolist() == [3]
    assert found.reproduction_number == pytest.approx(4 / 6)
    assert found.crossed == pytest.approx(2 / 3)  # 1 -> 2 and 0 -> 4 cross, 2 -> 3 stays
    assert found.bridges == [(0, 1), (1, 1)]
    assert sum(found.by_channel.values()) == pytest.approx(1.0)


def test_nobody_inspires_in_the_week_of_their_own_start() -> None:
    people = pd.DataFrame({"neighbourhood": [0, 0, 0]}, index=range(3))
    found = cascades_of(log([(1, 1, 0, "friend"), (1, 2, 1, "friend")]), people, 1)
    assert found.sizes.tolist() == [1, 1]


def test_every_named_start_is_in_one_cascade() -> None:
    out = simulate(Scenario.model_validate({"city": {"population": 4000}, "time": {"years": 2.0}}), seed=4)
    chosen = out.events[(out.events["event"] == "start") & out.events["chosen"]]
    found = out.cascades()
    assert found.sizes.sum() == (chosen["source"] >= 0).sum() > 0
    assert (found.depths <= found.sizes).all() and 0 < found.reproduction_number < 1


def test_breadth_trees_and_what_followed_from_each() -> None:
    people = pd.DataFrame({"neighbourhood": [0] * 6}, index=range(6))
    events = log(
        [(1, 1, 0, "friend"), (1, 2, 0, "friend"), (1, 3, 0, "friend"), (2, 4, 1, "friend"), (3, 5, 4, "friend")]
    )
    found = cascades_of(events, people, in_recovery_at_start=1)
    assert found.breadths.tolist() == [3] and found.depths.tolist() == [3]
    assert found.downstream.to_dict() == {0: 5, 1: 2, 4: 1}
    tree = found.trees[0]
    assert tree["uid"].tolist() == [0, 1, 2, 3, 4, 5] and tree["level"].tolist() == [0, 1, 1, 1, 2, 3]
    assert found.following(pd.Index([0, 1, 2]).to_numpy())[0] == pytest.approx(7 / 3)
    low, high = found.following(pd.Index([0, 1, 2]).to_numpy())[1:]
    assert 0 <= low < 7 / 3 < high <= 5
    assert found.draw().data["source"].tolist() == [-1, 0, 0, 0, 1, 4]
