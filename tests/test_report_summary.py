"""The first two pages: short enough to be read aloud, and every sentence right for every sign, and for no difference."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import test_report
from conftest import ROOT

from contagion.config.load import load_study
from contagion.report import html
from contagion.report.comparison import build, message, summary
from contagion.report.comparison.content import Option
from contagion.report.comparison.findings import compare, named
from contagion.report.comparison.ladder import ladder
from contagion.report.comparison.results import Check, read
from contagion.study.analysis.headlines import HEADLINES

RUNS = 20
LUCK = np.random.default_rng(3).normal(0, 30, RUNS)
Ends = Sequence[tuple[float, float]]


def made_up(gains: Ends, costs: Sequence[float], outcome: str = "stable", off: Ends = (), runs: int = RUNS) -> Any:
    """A comparison whose options, Today, B, C ..., differ from the first by amounts spread evenly between two ends.

    `off`: what the first options differ by with contagion off (the first of them by nothing).
    """
    shown = next(h for h in HEADLINES if h.name == outcome)
    scale = 0.001 if shown.unit == "share" else 1.0
    options = [Option(n, n.title(), n.title()) for n in ["today", *"bcdefg"[: len(gains) - 1]]]
    twins = [Option(f"{o.name}_off", f"{o.title}, contagion off", f"{o.title}, contagion off") for o in options]

    def spread(k: int, ends: tuple[float, float]) -> Any:
        return scale * (500 + LUCK + np.random.default_rng(k).permutation(np.linspace(*ends, RUNS)))[:runs]

    levels = {o.name: spread(k, ends) for k, (o, ends) in enumerate(zip(options, gains, strict=True))}
    levels |= {o.name: spread(k + 50, ends) for k, (o, ends) in enumerate(zip(twins, off, strict=False))}
    spent = {o.name: np.full(runs, cost) for o, cost in zip(options, costs, strict=True)}
    tables = {outcome: pd.DataFrame(levels), "cost": pd.DataFrame(spent)}
    checks = tuple(Check(twins[k], options[k], "contagion_off") for k in range(len(off)))
    return SimpleNamespace(
        options=tuple(options), checks=checks, years=10.0, people=50_000, replicates=runs, weeks=np.array([0.0, 520.0]),
        scenarios={}, outcomes=pd.DataFrame(columns=[shown.column, "cost"]), manifest={},
        comparison=SimpleNamespace(levels=lambda name: tables["cost" if name.startswith("cost") else name]),
        weekly=lambda column: np.zeros((len(options), runs, 2)),
    )  # fmt: skip


def told(*args: Any, **kwargs: Any) -> list[str]:
    """The key message but for its last sentence, which is the same always."""
    found = made_up(*args, **kwargs)
    said = message.key_message(found, compare(found))
    assert said[-1].endswith("This is not a forecast.")
    return list(said[:-1])


PLACE = "Over 10 years in a modelled city of 50,000, "
SURE = "32 to 48 more people in stable recovery than today, better in all 20 runs."
MILLION = "£1.00 million more"
SENTENCES: list[tuple[Ends, Sequence[float], str, str]] = [
    (
        [(0, 0), (30, 50)], [0, 1e6],
        f"“B” did clearly better: {SURE}", f"It costs {MILLION}: £21,000 to £31,000 for each further person.",
    ),
    ([(0, 0), (30, 50)], [0, 0], f"“B” did clearly better: {SURE}", "No costs were entered, so nothing is said of "
        "value for money."),
    (
        [(0, 0), (30, 50)], [1e6, 1e6],
        f"“B” did clearly better: {SURE}",
        "It costs as much as today. Today costs as much as that and does clearly worse (32 to 48 fewer).",
    ),
    (
        [(0, 0), (30, 50)], [1e6, 5e5],
        f"“B” did clearly better: {SURE}",
        "It costs £500,000 less. Today costs £500,000 more than that and does clearly worse (32 to 48 fewer).",
    ),
    (
        [(0, 0), (-50, -30)], [0, 1e6],
        "no option raised stable recovery.",
        f"“B” did worse than today. The option costs {MILLION} than today. "
        "For “B” the difference was 32 to 48 fewer people in stable recovery, worse in all 20 runs.",
    ),
    (
        [(0, 0), (-50, -30)], [1e6, 5e5],
        "no option raised stable recovery.",
        "“B” did worse than today. The option costs £500,000 less than today. "
        "For “B” the difference was 32 to 48 fewer people in stable recovery, worse in all 20 runs.",
    ),
    (
        [(0, 0), (-20, 30)], [0, 1e6],
        "no option made a clear difference to stable recovery. The nearest was “B”: 15 fewer to 25 more people in stable "
        "recovery, better than today in 12 of 20 runs.",
        f"The option costs {MILLION} than today.",
    ),
    (
        [(0, 0), (0, 0)], [0, 1e6],
        "no option made a clear difference to stable recovery. The nearest was “B”: no difference in people in "
            "stable recovery, "
        "better than today in 0 of 20 runs.",
        f"The option costs {MILLION} than today.",
    ),
    (
        [(0, 0), (0.1, 0.3)], [0, 1e6],
        "no option made a clear difference to stable recovery. The nearest was “B”: hardly any difference in "
            "people in stable "
        "recovery, better than today in all 20 runs.",
        f"The option costs {MILLION} than today.",
    ),
    (
        [(0, 0), (-5, 5)], [1e6, 5e5],
        "“B” costs least, and nothing dearer did clearly better: 4 fewer to 4 more people in stable recovery than today.",
        "The option costs £500,000 less than today.",
    ),
    (
        [(0, 0), (30, 50), (32, 52)], [0, 1e6, 2e6],
        f"“B” clearly beat everything cheaper: {SURE}",
        f"It costs {MILLION}: £21,000 to £31,000 for each further person. "
        f"“C” costs {MILLION} than that for no clear gain (10 fewer to 11 more).",
    ),
    (
        [(0, 0), (30, 50), (90, 140)], [0, 1e6, 3e6],
        "“C” clearly beat everything cheaper: 95 to 135 more people in stable recovery than today, better in all 20 runs.",
        "It costs £3.00 million more. A cheaper step is “B”: 32 to 48 more for £1.00 million more.",
    ),
    (
        [(0, 0), (30, 50), (-60, -40)], [0, 1e6, 2e6],
        f"“B” clearly beat everything cheaper: {SURE}",
        f"“C” did worse than today. “B” costs {MILLION}: £21,000 to £31,000 for each further person. "
        f"“C” costs {MILLION} than that and does clearly worse (81 to 102 fewer). "
        "For “C” the difference was 42 to 58 fewer people in stable recovery, worse in all 20 runs.",
    ),
    (
        [(0, 0), (20, 40), (25, 45)], [0, 0, 0],
        "no option is clearly better than every other. “B” and “C” did clearly better than today (“B”: 22 to 38 "
            "more people in "
        "stable recovery).",
        "No costs were entered, so nothing is said of value for money.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("gains", "costs", "found", "price"), SENTENCES)
def test_each_sentence_is_right_for_every_sign(gains: Ends, costs: Sequence[float], found: str, price: str) -> None:
    assert told(gains, costs)[:2] == [PLACE + found, price]


@pytest.mark.parametrize(
    ("outcome", "ends", "found", "price"),
    [
        (
            "deaths", (-50, -30),
            "“B” did clearly better: 32 to 48 fewer deaths of people with lived experience than today, better in "
                "all 20 runs.",
            "It costs £1.00 million more: £21,000 to £31,000 for each death fewer.",
        ),
        ("deaths", (30, 50), "no option lowered deaths.", "“B” did worse than today. The option costs £1.00 "
            "million more than today. "
         "For “B” the difference was 32 to 48 more deaths of people with lived experience, worse in all 20 runs."),
        (
            "homes", (30, 50),
            "“B” did clearly better: people in recovery with a home 3.2 to 4.8 percentage points higher than "
                "today, better in all "
            "20 runs.",
            "It costs £1.00 million more: £210,000 to £310,000 for each further point.",
        ),
        ("homes", (-50, -30), "no option raised the share in homes.", "“B” did worse than today. The option costs "
            "£1.00 million more "
         "than today. For “B” the difference was people in recovery with a home 3.2 to 4.8 percentage points "
             "lower, worse in all 20 "
         "runs."),
    ],
)  # fmt: skip
def test_sentences_follow_the_better_way_of_an_outcome(
    outcome: str, ends: tuple[float, float], found: str, price: str
) -> None:
    assert told([(0, 0), ends], [0, 1e6], outcome)[:2] == [PLACE + found, price]


@pytest.mark.parametrize(
    ("effect", "off", "says"),
    [
        ((30, 50), [(0, 0), (10, 20)], "Without contagion “B” makes 11 to 19 more instead of 32 to 48 more: "
            "contagion carries 45% to 75% of that effect."),
        ((30, 50), [(0, 0), (0, 0)], "Without contagion “B” makes no difference instead of 32 to 48 more: "
            "contagion carries about all of that effect."),
        ((30, 50), [(0, 0), (-10, -20)], "Without contagion “B” makes 11 to 19 fewer instead of 32 to 48 more: "
            "contagion changes it by 49 to 64 more."),
        ((30, 50), [(0, 0), (32, 48)], "Without contagion the difference of “B” from today is 34 to 46 more, and "
            "32 to 48 more with it: contagion carries no clear part of it."),
        ((-50, -30), [(0, 0), (-10, -20)], "Without contagion “B” makes 11 to 19 fewer instead of 32 to 48 fewer: "
            "contagion carries 45% to 70% of that effect."),
        ((-20, 30), [(0, 0), (-10, 20)], "“B” makes no clear difference (15 fewer to 25 more people in stable "
            "recovery), so there is no effect for contagion to carry."),
        ((30, 50), [(0, 0)], "With contagion switched off, today has no difference in people in stable recovery. "
            "No other option was run that way, so this study cannot say what contagion carries of an effect."),
        ((30, 50), [], "This study has no option with contagion switched off, so it cannot say what contagion "
            "carries of the effect."),
    ],
)  # fmt: skip
def test_what_contagion_carries_is_said_for_every_sign(effect: tuple[float, float], off: Ends, says: str) -> None:
    assert told([(0, 0), effect], [0, 1e6], off=off)[2] == says


class Words(HTMLParser):
    """Words that are seen on the first two pages: neither drawings nor what is folded away, nor a dash in a table."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.hidden = 0
        self.found: list[str] = []
        self.feed(page[page.index("<header") : page.index("<nav")])

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.hidden += tag in {"svg", "details"}

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in {"svg", "details"}

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.found += [word for word in data.split() if re.search(r"\w", word)]


def test_the_first_two_pages_of_the_shipped_report_keep_within_400_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = load_study(ROOT / "configs" / "inclusive_recovery_city.toml")
    titles = {name: one.title for name, one in study.scenarios.items() if one.null_model == "none"}
    gains = {name: 0.05 * (k % 5) for k, name in enumerate(titles)}
    monkeypatch.setattr(test_report, "OPTIONS", {name: (title, gains[name]) for name, title in titles.items()})
    made = test_report.make_results(tmp_path / "r", 6, 10, only=99, off=0.3)
    manifest = json.loads((made / "manifest.json").read_text())
    (made / "manifest.json").write_text(json.dumps(manifest | {"title": study.base.title, "question": study.question}))
    report = build.build(made)
    assert report.summary and len(report.summary.table.rows) == len(titles) == 12
    words = Words(html.page("report.html.j2", report=report).decode()).found
    assert 250 < len(words) <= 400, " ".join(words)
    assert report.contagion in report.key_message and all(one.brief in report.summary.caveats for one in report.caveats)


def test_whom_it_does_not_help_is_read_off_the_groups(tmp_path: Path) -> None:
    found = read(test_report.make_results(tmp_path / "r", effect=1.0))
    compared = compare(found)
    lead = message.leader(compared[0], ladder(compared))
    assert lead is not None
    assert summary.not_helped(found, compared[0], lead).endswith("groups by sex, age and substance clearly gain.")
    groups = found.comparison.results.groups
    here = (groups["scenario"] == lead.option.name) & (groups["group"] == "group_1") & (groups["dimension"] == "sex")
    for change, says in ((0.9, "does harm among group 1."), (1.0, "No clear gain from {} among group 1.")):
        base = groups[(groups["scenario"] == "today") & (groups["group"] == "group_1") & (groups["dimension"] == "sex")]
        changed = groups.assign(stable=groups["stable"].astype(float))
        changed.loc[here, "stable"] = base["stable"].to_numpy() * change
        other: Any = SimpleNamespace(groups=changed, options=found.options)
        assert says.format(named(lead.option)) in summary.not_helped(other, compared[0], lead)
