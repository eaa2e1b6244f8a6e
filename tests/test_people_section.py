"""People on the page of a comparison: curves as lifelines gives them, groups and cascades, what is withheld."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import contagion as ct
from contagion.report.comparison.people.reached import in_words, may_be_shown, reached
from contagion.report.comparison.people.section import people
from contagion.report.comparison.results import read
from contagion.study.analysis.paired import Interval
from contagion.study.analysis.survival import kaplan_meier
from contagion.study.lives import founders, lived, shown_counts

LASTED = [4, 9, 9, 13, 13, 13, 21, 26, 26, 30, 41, 52, 52, 60, 77, 80, 104, 104, 130, 156]
HAPPENED = [1, 1, 0, 1, 1, 0, 1, 1, 1, 0, 1, 1, 0, 1, 0, 1, 1, 0, 0, 0]
# What KaplanMeierFitter of lifelines 0.30.3 gives for these: week, survival, low, high, at risk. It is written down here
# because lifelines needs an older pandas than this package.
LIFELINES = [
    (4, 0.95, 0.6947431933, 0.9928022286, 20),
    (9, 0.9, 0.6560307073, 0.9740101744, 19),
    (13, 0.794117647059, 0.5396804825, 0.9174480771, 17),
    (21, 0.737394957983, 0.4782409688, 0.881784913, 14),
    (26, 0.623949579832, 0.3671398353, 0.8008828785, 13),
    (30, 0.623949579832, 0.3671398353, 0.8008828785, 11),
    (41, 0.561554621849, 0.308352362, 0.7535009432, 10),
    (52, 0.499159663866, 0.2542018684, 0.7029314727, 9),
    (60, 0.427851140456, 0.1935305495, 0.6447638025, 7),
    (77, 0.427851140456, 0.1935305495, 0.6447638025, 6),
    (80, 0.342280912365, 0.1247544561, 0.5756555323, 5),
    (104, 0.256710684274, 0.0704369126, 0.4980953528, 4),
    (130, 0.256710684274, 0.0704369126, 0.4980953528, 2),
    (156, 0.256710684274, 0.0704369126, 0.4980953528, 1),
]


def test_curves_equal_lifelines() -> None:
    found = kaplan_meier(np.array(LASTED), np.array(HAPPENED, bool)).set_index("week")
    for week, survival, low, high, at_risk in LIFELINES:
        row = found.loc[week]
        assert (row["survival"], row["low"], row["high"]) == pytest.approx((survival, low, high), abs=1e-9)
        assert row["at_risk"] == at_risk


@pytest.mark.parametrize("name", ["baseline", "demo"])
def test_one_pass_over_the_events_says_what_the_history_says(name: str) -> None:
    """Groups, cascades and survival from events and a city founded again equal those of the whole history."""
    scenario = ct.load(name, **{"city.population": 1500, "time.years": 2.0})
    out = ct.simulate(scenario, seed=4)
    events = out.events
    marks = np.arange(0, 105, 8)
    kept = events[events["chosen"] | (events["event"] != "start")]
    found = lived(kept, founders(scenario, 4), marks, scenario.weeks, scenario.city.neighbourhoods)
    assert found is not None
    table = out.equity().query("outcome == 'stable'").set_index(["dimension", "group"])
    for key, row in found.reached.iterrows():
        if row["here"]:
            assert table.loc[key, "of"] == row["here"]
            assert table.loc[key, "value"] * row["here"] == pytest.approx(row["stable"])
    cascades = out.cascades()
    assert found.cascades.sizes.tolist() == cascades.sizes.tolist() and found.cascades.crossed == cascades.crossed
    assert found.cascades.reproduction_number == cascades.reproduction_number
    curve = out.survival()
    for mark, survival, at_risk in zip(marks, found.survival, found.at_risk, strict=True):
        row = curve.at(int(mark)).iloc[0]
        assert row["at_risk"] == at_risk and (row["survival"] == pytest.approx(survival, nan_ok=True))


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("people") / "a"
    tiny = {"city.population": 1500, "time.years": 2.5}
    return ct.compare("first_comparison", 3, 1, out, progress=False, **tiny).directory


def test_the_page_has_each_part_and_its_data(compared: Path) -> None:
    page = (compared / "report.html").read_text(encoding="utf-8")
    part = page[page.index('id="people"') : page.index('id="spent"')]
    for said in (
        "How long recovery lasts",
        "spells at risk",
        "Who is reached",
        "Five questions",
        "Cascades: who inspired",
    ):
        assert said in part
    assert part.count('role="img"') == 5  # a panel for each option, none for the checks
    assert "contagion off" not in part


def test_small_numbers_are_in_neither_table_nor_download(compared: Path) -> None:
    results = read(compared)
    found = people(results)
    assert found is not None and found.reached is not None
    page = (compared / "report.html").read_text(encoding="utf-8")
    links = re.findall(r'href="data:text/csv;charset=utf-8;base64,([^"]+)" download="who-is-reached.csv"', page)
    data = pd.read_csv(io.BytesIO(base64.b64decode(links[0])))
    rates = data.filter(like="p50")
    hidden = [row for row, cells in enumerate(found.reached.table.rows) if "Not shown" in cells]
    assert hidden and len(hidden) < len(data)
    assert rates.iloc[hidden].isna().all().all() and data["people"].dropna().min() >= 10
    assert rates.drop(index=hidden).notna().all().all()


def test_what_may_be_shown() -> None:
    assert may_be_shown(np.array([50, 50]), np.array([0, 0])) and may_be_shown(np.array([50]), np.array([5]))
    assert not may_be_shown(np.array([9, 9]), np.array([8, 8])) and not may_be_shown(np.array([50]), np.array([1]))
    assert shown_counts([0, 1, 4, 5]) == ["0", "1 to 4", "1 to 4", "5"]


@pytest.mark.parametrize(
    ("gap", "said"),
    [
        (Interval(0.01, 0.02, 0.03), "gains more than"),
        (Interval(-0.03, -0.02, -0.01), "gains less than"),
        (Interval(-0.01, 0.0, 0.01), "no clear difference"),
        (Interval(0.0, 0.0, 0.0), "gain the same"),
    ],
)
def test_words_for_the_most_deprived_are_right_for_every_sign(gap: Interval, said: str) -> None:
    assert said in in_words(gap)


def test_with_another_model_people_are_not_founded_again(compared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("contagion.report.comparison.people.section.model_hash", lambda own: "another")
    found = people(read(compared))
    assert found is not None and found.survival is None and found.reached is None and found.cascades == ()
    assert found.questions is not None


def test_one_option_alone_reaches_nobody_else(tmp_path: Path) -> None:
    tiny = {"city.population": 3000, "time.years": 1.5}
    directory = ct.compare("baseline", 2, 1, tmp_path / "a", progress=False, **tiny).directory
    results = read(directory)
    found = people(results)
    assert found is not None and found.reached is None and found.survival is not None and reached is not None
