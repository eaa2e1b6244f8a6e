"""A town: its people as a network, with who inspired whom, beside the stages of recovery over the years."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import networkx as nx
import numpy as np
import pandas as pd
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from contagion.report.figures.figure import Figure, NoFigure, Panel
from contagion.report.figures.history import history
from contagion.report.figures.style import GREY, INK, LILAC, NAVY, ORANGE, POINTS, TEAL, axes_in

MOST = 300
"""People that a picture of a network can hold."""
SIZE = (640.0, 470.0)


class Look(NamedTuple):
    """How a stage is drawn: its words, colour, shape (of matplotlib) and size."""

    words: str
    colour: str
    shape: str
    size: float


LOOKS = {
    "at_risk": Look("at risk", LILAC, ".", 50.0),
    "active": Look("active addiction", ORANGE, "s", 42.0),
    "early": Look("early recovery", TEAL, "^", 52.0),
    "sustained": Look("sustained recovery", TEAL, "D", 42.0),
    "stable": Look("stable recovery", NAVY, "o", 54.0),
    "dead": Look("died", GREY, "x", 30.0),
}
"""Colour and shape of each stage: never colour alone."""
STRONG, WEAK, INSPIRED = "close tie", "weak tie", "inspired"


class LaidOut(NamedTuple):
    """What is drawn: `people` (uid, x, y, stage, champion), `ties` and `sparks` (pairs of uid) and how many there are."""

    people: pd.DataFrame
    ties: pd.DataFrame
    sparks: pd.DataFrame
    of: int

    @property
    def sampled(self) -> str:
        """How many of how many are drawn, where not all are."""
        return f"; {len(self.people)} of {self.of:,} people with lived experience are drawn" if self.left_out else ""

    @property
    def left_out(self) -> int:
        """People with lived experience who are not drawn."""
        return self.of - len(self.people)


def laid_out(people: pd.DataFrame, ties: pd.DataFrame, events: pd.DataFrame, most: int = MOST) -> LaidOut:
    """At most so many people with lived experience, those with the most ties among them first, and where they stand.

    `people`: indexed by uid, with stage and champion; `ties`: uid in `one` and `two`, `layer`; `events`: the event log.
    NoFigure where there is nobody. The same history is laid out alike on every machine.
    """
    here = people[people["stage"].astype(str) != "to_come"]
    if here.empty:
        raise NoFigure("nobody with lived experience is in this history, so there is nobody to draw")
    both = ties[ties["one"].isin(here.index) & ties["two"].isin(here.index)]
    known = pd.concat([both["one"], both["two"]]).value_counts().reindex(here.index, fill_value=0)
    chosen = here.loc[known.sort_values(ascending=False, kind="stable").index[:most]].sort_index()
    both = both[both["one"].isin(chosen.index) & both["two"].isin(chosen.index)]
    starts = events[(events["event"] == "start") & events["chosen"] & (events["source"] >= 0)]
    sparks = starts[starts["source"].isin(chosen.index) & starts["uid"].isin(chosen.index)]
    sparks = sparks.drop_duplicates("uid", keep="last")[["source", "uid", "week"]]
    graph = nx.Graph()
    graph.add_nodes_from(chosen.index.tolist())
    close = {True: 1.0, False: 0.25}
    for one, two, layer in both[["one", "two", "layer"]].itertuples(index=False):
        known_weight = graph.get_edge_data(one, two, {}).get("weight", 0.0)
        graph.add_edge(one, two, weight=max(close[layer != "acquaintance"], known_weight))
    for source, uid in sparks[["source", "uid"]].itertuples(index=False):
        graph.add_edge(source, uid, weight=1.5)
    start = {uid: (np.cos(angle), np.sin(angle)) for uid, angle in zip(graph, np.arange(len(graph)) * 2.399963)}
    place = nx.spring_layout(
        graph, pos=start, k=1.6 / np.sqrt(max(len(graph), 1)), iterations=60, weight="weight", seed=1
    )
    spots = pd.DataFrame({uid: _drawn_in(at) for uid, at in place.items()}, index=["x", "y"]).T
    told = chosen[["stage", "champion"]].assign(stage=chosen["stage"].astype(str)).join(spots)
    return LaidOut(
        told.rename_axis("uid").reset_index(), both.reset_index(drop=True), sparks.reset_index(drop=True), len(here)
    )


def _drawn_in(at: Any) -> tuple[float, float]:
    """Far-off people drawn nearer, so that the middle is not small."""
    far = float(np.hypot(*at))
    pull = min(1.0, 0.9 / far) if far > 0 else 1.0
    return float(at[0]) * pull, float(at[1]) * pull


def network(town: LaidOut, title: str) -> Panel:
    """The panel: people by stage, ties, and arrows from whoever inspired a start to whoever started."""
    counts = town.people["stage"].value_counts()
    seen = [f"{counts[name]} {look.words}" for name, look in LOOKS.items() if counts.get(name)]
    champions = int(town.people["champion"].sum())
    alt = (
        f"A network of {len(town.people)} people: {', '.join(seen)}; {champions} champions are ringed. "
        f"{len(town.sparks)} arrows lead from people in recovery to those whose start they inspired{town.sampled}."
    )

    def draw(host: Any) -> None:
        axes = axes_in(host, SIZE, 6, 6, 6, 62)
        axes.set_axis_off()
        spots = {row.uid: (row.x, row.y) for row in town.people.itertuples()}
        for weak, width, alpha in ((True, 0.4, 0.25), (False, 0.9, 0.5)):
            part = town.ties[(town.ties["layer"] == "acquaintance") == weak]
            ends = [spots[uid] for pair in zip(part["one"], part["two"]) for uid in pair]
            if ends:  # all in one stroke: thousands of strokes of their own took seconds
                path = Path(ends, [Path.MOVETO, Path.LINETO] * (len(ends) // 2))
                axes.add_patch(
                    PathPatch(path, fill=False, edgecolor=GREY, linewidth=width, alpha=alpha, zorder=1, capstyle="butt")
                )
        for spark in town.sparks.itertuples():
            arrow = {
                "arrowstyle": "-|>",
                "color": INK,
                "linewidth": 1.4,
                "shrinkA": 3,
                "shrinkB": 4,
                "mutation_scale": 9,
            }
            axes.annotate("", spots[spark.uid], spots[spark.source], arrowprops=arrow, zorder=2)
        for name, look in LOOKS.items():
            part = town.people[town.people["stage"] == name]
            if not part.empty:
                axes.scatter(
                    part["x"], part["y"], s=look.size, c=look.colour, marker=look.shape, zorder=3, label=look.words
                )
        part = town.people[town.people["champion"] > 0]
        if not part.empty:
            axes.scatter(
                part["x"],
                part["y"],
                s=130,
                facecolors="none",
                edgecolors=INK,
                linewidths=1.6,
                zorder=4,
                label="champion",
            )
        axes.plot([], [], color=INK, linewidth=1.4, label="inspired (arrow)")
        axes.plot([], [], color=GREY, linewidth=0.9, label="close or weak tie")
        host.legend(
            loc="lower center", ncols=4, frameon=False, fontsize=POINTS - 2, handletextpad=0.3, columnspacing=1.0
        )

    return Panel(title, alt, SIZE[1], draw, SIZE[0], wide=True)


def town(
    people: pd.DataFrame,
    ties: pd.DataFrame,
    events: pd.DataFrame,
    timeline: pd.DataFrame,
    *,
    title: str,
    caption: str,
    measures: Sequence[str] = ("active", "early", "sustained", "stable"),
) -> Figure:
    """The people of a town at the end, and its stages over the years; see `laid_out` for the tables.

    `data` has a row for each person drawn, with the uid of whoever inspired their last start (-1 for nobody).
    """
    placed = laid_out(people, ties, events)
    week = int(timeline.index[-1])
    network_panel = network(placed, f"People in week {week}")
    colours = [LOOKS[name].colour if name in LOOKS else INK for name in measures]
    course = history(timeline, measures=measures, title="Stages over the years", caption=caption, colours=colours)
    by = placed.sparks.set_index("uid")["source"]
    data = placed.people.assign(inspired_by=placed.people["uid"].map(by).fillna(-1).astype(int))
    subtitle = f"People with lived experience after {week / 52:.3g} years: ties, and who inspired whom{placed.sampled}"
    lines = (network_panel.alt, *course.description)
    alt, panels = f"{network_panel.alt} {course.alt}", (network_panel, *course.panels)
    return Figure("town", "network", title, subtitle, alt, lines, caption, data, panels)
