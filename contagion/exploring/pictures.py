"""A living city as two drawings for a page that is drawn again and again: its people, and its stages over the years."""

from __future__ import annotations

from html import escape
from typing import Any

from contagion.report.figures.figure import Panel
from contagion.report.figures.history import history
from contagion.report.figures.town import LOOKS, laid_out, network

STAGES_SHOWN = ("active", "early", "sustained", "stable")


def network_of(city: Any) -> str:
    """The people of the city now, as SVG with its text alternative."""
    out = city.outcomes()
    return _markup(network(laid_out(out.people, out.ties, out.events), f"People in week {city.week}"), "network")


def stages_of(city: Any) -> str:
    """How many people are at each stage, week by week, as SVG with its text alternative."""
    colours = [LOOKS[name].colour for name in STAGES_SHOWN]
    caption = f"One history (seed {city.seed_})."
    drawn = history(
        city.outcomes().timeline, measures=STAGES_SHOWN, title="Stages over time", caption=caption, colours=colours
    )
    return _markup(drawn.panels[0], "stages")


def _markup(panel: Panel, name: str) -> str:
    said, style = escape(panel.alt, quote=True), "width:100%;max-width:560px"
    drawn = panel.svg(f"{name}-")
    return f'<div role="img" aria-label="{said}" class="contagion-{name}" style="{style}">{drawn}</div>'
