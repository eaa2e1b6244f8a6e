"""Pages of sweeps and sensitivity analyses: what was asked, what may be said, the figures, and how it was made.

The verdict comes first and in words. One file holds it all, and the same results give the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from contagion.report import figures, html, provenance
from contagion.report.figures import points, ranked, shares
from contagion.report.figures.figure import Figure, NoFigure
from contagion.report.figures.study_data import StudyData
from contagion.report.figures.swept import Swept
from contagion.report.studies import stress, tables, words
from contagion.report.table import Table
from contagion.report.wording import shorten
from contagion.study.results import Results
from contagion.study.sensitivity import Sensitivity

MOST_DESCRIBED, MOST_OUTPUTS, MOST_DOWNLOAD = 12, 12, 100_000
"""Lines under a figure, outputs of a page, cells of all downloads together: a page stays small."""


@dataclass(frozen=True)
class PagePart:
    """One output on the page: what may be said of it, its figures, and what to know before reading them."""

    name: str
    title: str
    said: tuple[str, ...]
    notes: tuple[str, ...]
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class StudyPage:
    """All that a page says, in reading order."""

    kind: str
    title: str
    question: str
    meta: str
    verdict: tuple[tuple[str, tuple[str, ...]], ...]
    before: tuple[str, ...]
    done: tuple[str, ...]
    factors: Table | None
    shared: tuple[Figure, ...]
    parts: tuple[PagePart, ...]
    failed_words: str
    failed: Table | None
    not_said: tuple[str, ...]
    stress: Table
    manifest: tuple[tuple[str, str], ...]
    reproduce: tuple[str, ...]


def sweep(results: Results, templates: Path | None = None) -> bytes:
    """The page of a sweep."""
    facts = StudyData(**results.tables)
    parts = []
    for out in facts.outputs[:MOST_OUTPUTS]:
        swept = Swept(facts, out)
        drawn, trouble = _figures(facts, partial(points.sweep, swept))
        notes = (*trouble, *words.two_groups(swept))
        parts.append(PagePart(_id(out.name), facts.named(out), words.of_sweep(facts, swept), notes, drawn))
    return _page(facts, "Sweep", tuple(parts), (), templates)


def sensitivity(results: Results, templates: Path | None = None) -> bytes:
    """The page of a sensitivity analysis."""
    facts, sentences, method = StudyData(**results.tables), _sentences(results), results.manifest.get("method")
    parts, every = [], []
    for out in facts.outputs[:MOST_OUTPUTS]:
        one = sentences.get(out.name)
        if one is None or results.indices.empty:
            continue
        here = results.indices[results.indices["output"] == out.name]
        every.append((out, here))
        makers = [partial(figures.main, facts, out, here, bool(one.get("resolved")))]
        if method == "sobol":
            makers += [partial(make, facts, out, here) for make in (ranked.convergence, shares.interactions)]
        lines, notes = ([facts.worded(s) for s in one.get(k) or []] for k in ("sentences", "notes"))
        if method == "ofat":
            lines += words.moved(facts, out, here)
        drawn, trouble = _figures(facts, *makers)
        parts.append(PagePart(_id(out.name), facts.named(out), tuple(lines), (*notes, *trouble), drawn))
    split, _ = _figures(facts, partial(shares.variance, facts, every)) if every else ((), ())
    return _page(facts, "Sensitivity analysis", tuple(parts), split, templates)


def _sentences(results: Results) -> Mapping[str, Mapping[str, Any]]:
    """What an analysis says of each output; nothing where it is not stored."""
    try:
        return Sensitivity(results).said
    except (OSError, ValueError):
        return {}


def _figures(facts: StudyData, *makers: Callable[[], Figure]) -> tuple[tuple[Figure, ...], tuple[str, ...]]:
    """Figures of the page, and a note for each that could not be drawn: hours of runs are not lost over a drawing."""
    drawn, trouble = [], []
    for make in makers:
        try:
            figure = _on_page(facts, make())
            assert figure.drawings  # here, where what goes wrong is caught
            drawn.append(figure)
        except NoFigure:
            continue
        except Exception as error:
            trouble.append(f"{words.UNDRAWN} ({type(error).__name__}: {shorten(str(error), 160)}).")
    return tuple(drawn), tuple(trouble)


def _on_page(facts: StudyData, figure: Figure) -> Figure:
    """A figure with its data table, and with no more words and data than a page has room for."""
    title = shorten(figure.title, 140)
    lines = figure.description[:MOST_DESCRIBED]
    if len(figure.description) > MOST_DESCRIBED:
        lines = (*lines, f"{len(figure.description) - MOST_DESCRIBED:,} more in the data table.")
    rows = max(100, MOST_DOWNLOAD // (len(figure.data.columns) * len(facts.outputs)))
    return replace(
        figure,
        name=_id(figure.name),
        title=title,
        alt=shorten(figure.alt, 900),
        description=lines,
        data=figure.data.head(rows),
        table=tables.of_frame(facts, figure.data, f"Data: {title}"),
    )


def _id(name: str) -> str:
    """A name as an id of the page."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "output"


def _page(
    facts: StudyData, kind: str, parts: tuple[PagePart, ...], shared: tuple[Figure, ...], templates: Path | None
) -> bytes:
    m = facts.manifest
    sizes = {
        "Points": f"{facts.points:,}",
        "Replicates of each point": f"{facts.replicates:,}",
        "Runs": f"{len(facts.runs):,}, of which {len(facts.failed):,} failed",
        "People in the city": facts.people,
        "Horizon": f"{facts.horizon}, in weekly steps",
    }
    content = StudyPage(
        kind=kind,
        title=shorten(str(m.get("title") or m.get("name") or kind), 200),
        question=str(m.get("question") or ""),
        meta=words.meta(facts),
        verdict=words.verdict(facts, [(p.title, p.said) for p in parts]),
        before=words.before(facts, [p.notes for p in parts], max(0, len(facts.outputs) - MOST_OUTPUTS)),
        done=words.done(facts),
        factors=tables.factors(facts),
        shared=shared,
        parts=parts,
        failed_words=words.failed(facts),
        failed=tables.failed(facts),
        not_said=words.not_said(facts),
        stress=stress.table(facts),
        manifest=provenance.footer(m, sizes),
        reproduce=provenance.reproduce(m),
    )
    return html.page("study.html.j2", templates, study=content)
