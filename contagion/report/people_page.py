"""A history that can be watched: one small page with the network, week by week, which works from a file and asks nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from contagion.report import html
from contagion.report.figures.style import NAVY, ORANGE, TEAL
from contagion.report.figures.town import LOOKS, laid_out

EVERY = 4
"""Weeks between two pictures."""
LETTERS = {"to_come": "-", "at_risk": "r", "active": "a", "early": "e", "sustained": "u", "stable": "s", "dead": "d"}
"""A letter for each stage, by which a picture is a short text."""


def animation(
    path: str | Path,
    people: pd.DataFrame,
    ties: pd.DataFrame,
    events: pd.DataFrame,
    weeks: int,
    title: str,
    caption: str,
) -> Path:
    """Write the page; people, ties and events as `laid_out` takes them, `weeks` that were lived.

    Nothing moves before it is told to, and a reader who asks for less motion sees one step at a time.
    """
    town = laid_out(people, ties, events)
    frames = _frames(town.people["uid"].tolist(), people, events, weeks)
    spots = {
        int(row.uid): (round(340 + 330 * row.x, 1), round(250 - 240 * row.y, 1)) for row in town.people.itertuples()
    }
    order = {uid: k for k, uid in enumerate(spots)}
    lines = [_line(spots, t.one, t.two) | {"weak": t.layer == "acquaintance"} for t in town.ties.itertuples()]
    sparks = [_line(spots, s.source, s.uid) | {"frame": -(-int(s.week) // EVERY)} for s in town.sparks.itertuples()]
    page = html.page(
        "town.html.j2",
        title=title,
        caption=caption + town.sampled.replace("; ", " ", 1),
        nodes=[{"x": x, "y": y, "k": order[uid], "first": frames[0][order[uid]]} for uid, (x, y) in spots.items()],
        lines=lines,
        sparks=sparks,
        looks=[(LETTERS[name], look.words) for name, look in LOOKS.items()],
        table=_table(frames),
        frames=json.dumps({"every": EVERY, "frames": frames}).replace("<", "\\u003c"),
        colours={"orange": ORANGE, "teal": TEAL, "navy": NAVY},
    )
    found = Path(path)
    found.write_bytes(page)
    return found


def _line(spots: dict[int, tuple[float, float]], one: int, two: int) -> dict[str, float | bool]:
    """The ends of a line between two people."""
    return {"x1": spots[one][0], "y1": spots[one][1], "x2": spots[two][0], "y2": spots[two][1]}


def _frames(uids: list[int], people: pd.DataFrame, events: pd.DataFrame, weeks: int) -> list[str]:
    """Everybody's stage every few weeks: a letter a person, a text a picture."""
    moves = events[events["chosen"] | (events["event"] != "start")].drop_duplicates(["week", "uid"], keep="last")
    first = moves.drop_duplicates("uid").set_index("uid")["stage_from"].astype(str)
    now = {uid: first.get(uid, str(people.loc[uid, "stage"])) for uid in uids}
    by_week = dict(list(moves[moves["uid"].isin(uids)].groupby("week")))
    frames = []
    for week in range(weeks + 1):
        if week in by_week:
            now.update(zip(by_week[week]["uid"], by_week[week]["stage_to"].astype(str)))
        if week % EVERY == 0:
            frames.append("".join(LETTERS[now[uid]] for uid in uids))
    return frames


def _table(frames: list[str]) -> list[tuple[str, list[int]]]:
    """The same as a table: how many people are in each stage, once a year."""
    yearly = range(0, len(frames), 52 // EVERY)
    return [(str(k * EVERY // 52), [frames[k].count(LETTERS[name]) for name in LOOKS]) for k in yearly]
