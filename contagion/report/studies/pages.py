"""Pages of sweeps and sensitivity analyses: what was asked, what may be said, the figures, and how it was made.

The verdict comes first and in words. One file holds it all, and the same results give the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from contagion.report.content import Figure, Panel, Table
from contagion.report.figures.facts import Facts
from contagion.report.studies import words as words
from contagion.report.wording import shorten
from contagion.study.results import open_results

if TYPE_CHECKING:
    from contagion.report.figures.style import Plan

MOST_DESCRIBED, MOST_OUTPUTS, MOST_DOWNLOAD = 12, 12, 100_000
"""Lines under a figure, outputs of a page, cells of all downloads together: a page stays small."""


@dataclass(frozen=True)
class Part:
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
    parts: tuple[Part, ...]
    failed_words: str
    failed: Table | None
    not_said: tuple[str, ...]
    stress: Table
    manifest: tuple[tuple[str, str], ...]
    reproduce: tuple[str, ...]


def write_sweep(directory: str | Path) -> Path:
    """Write report.html into the directory of a sweep."""
    return _written(Path(directory), sweep_page)


def write_sensitivity(directory: str | Path) -> Path:
    """Write report.html into the directory of a sensitivity analysis."""
    return _written(Path(directory), sensitivity_page)


def write_study(directory: str | Path) -> Path:
    """Write report.html into the directory of either, as its manifest says."""
    kind = open_results(directory).manifest["kind"]
    return write_sensitivity(directory) if kind == "sensitivity" else write_sweep(directory)


def _written(directory: Path, page: Callable[[Path], bytes]) -> Path:
    content, target = page(directory), directory / "report.html"
    beside = target.with_name(".report.html.part")
    try:
        beside.write_bytes(content)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
    return target


def sweep_page(directory: Path) -> bytes:
    """The page of a sweep."""
    from contagion.report.figures import points
    from contagion.report.figures.seen import Seen

    facts = Facts(open_results(directory))
    parts = []
    for out in facts.outputs[:MOST_OUTPUTS]:
        seen = Seen(facts, out)
        figures, trouble = _figures(facts, partial(points.sweep, seen))
        said = words.swept(facts, seen)
        parts.append(Part(_id(out.name), facts.named(out), said, (*trouble, *words.two_groups(seen)), figures))
    return _page(facts, "Sweep", tuple(parts), ())


def sensitivity_page(directory: Path) -> bytes:
    """The page of a sensitivity analysis."""
    from contagion.report import figures as pictures
    from contagion.report.figures import ranked, shares
    from contagion.study.sensitivity import Sensitivity

    found = Sensitivity(open_results(directory))
    facts = Facts(found.results)
    told, indices, method = words.told(found), found.indices, facts.manifest.get("method")
    target = float(facts.set_to("sensitivity", "target", 0.1))
    parts, every = [], []
    for out in facts.outputs[:MOST_OUTPUTS]:
        one = told.get(out.name)
        if one is None or indices.empty:
            continue
        here = indices[indices["output"] == out.name]
        every.append((out, here))
        plans: list[Callable[[], Plan | None]] = [
            partial(pictures.main_plan, facts, out, here, bool(one.get("resolved")))
        ]
        if method == "sobol":
            plans.append(partial(ranked.convergence, facts, out, here, target))
            plans.append(partial(shares.interactions, facts, out, here))
        said, notes = ([facts.worded(s) for s in one.get(k) or []] for k in ("sentences", "notes"))
        if method == "ofat":
            said += words.moved(facts, out, here)
        figures, trouble = _figures(facts, *plans)
        parts.append(Part(_id(out.name), facts.named(out), tuple(said), (*notes, *trouble), figures))
    split, _ = _figures(facts, partial(shares.variance, facts, every)) if every else ((), ())
    return _page(facts, "Sensitivity analysis", tuple(parts), split)


def _figures(facts: Facts, *plans: Callable[[], Plan | None]) -> tuple[tuple[Figure, ...], tuple[str, ...]]:
    """Figures of the page, and a note for each that could not be drawn: hours of runs are not lost over a drawing."""
    found, trouble = [], []
    for planned in plans:
        try:
            plan = planned()
            if plan is not None and plan.pieces and not plan.data.empty:
                found.append(_figure(facts, plan))
        except Exception as error:
            trouble.append(f"{words.UNDRAWN} ({type(error).__name__}: {shorten(str(error), 160)}).")
    return tuple(found), tuple(trouble)


def _figure(facts: Facts, plan: Plan) -> Figure:
    """A plan as a figure of the page: each piece an SVG of its own."""
    from contagion.report.figures.style import government_style
    from contagion.report.studies import tables as study_tables
    from contagion.report.svg import svg

    name, title = _id(plan.name), shorten(plan.title, 140)
    with government_style():
        drawn = [svg(piece.alone(), f"{name}-{k}-") for k, piece in enumerate(plan.pieces)]
    described = plan.said[:MOST_DESCRIBED] or (plan.alt,)
    if len(plan.said) > MOST_DESCRIBED:
        described = (*described, f"{len(plan.said) - MOST_DESCRIBED:,} more in the data table.")
    return Figure(
        name=name,
        title=title,
        subtitle=plan.subtitle,
        alt=shorten(plan.alt, 900),
        description=described,
        data=plan.data.head(max(100, MOST_DOWNLOAD // (len(plan.data.columns) * len(facts.outputs)))),
        table=study_tables.of_frame(facts, plan.data, f"Data: {title}"),
        panels=tuple(Panel(p.title, text, p.alt) for p, text in zip(plan.pieces, drawn, strict=True)),
        caption=plan.caption,
        kind=plan.kind,
    )


def _id(name: str) -> str:
    """A name as an id of the page."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "output"


def _page(facts: Facts, kind: str, parts: tuple[Part, ...], shared: tuple[Figure, ...]) -> bytes:
    from contagion.report.html import page
    from contagion.report.studies import stress
    from contagion.report.studies import tables as study_tables

    m = facts.manifest
    content = StudyPage(
        kind=kind,
        title=shorten(str(m.get("title") or m.get("name") or kind), 200),
        question=str(m.get("question") or ""),
        meta=words.meta(facts),
        verdict=words.verdict(facts, [(p.title, p.said) for p in parts]),
        before=words.before(facts, [p.notes for p in parts], max(0, len(facts.outputs) - MOST_OUTPUTS)),
        done=words.done(facts),
        factors=study_tables.factors(facts),
        shared=shared,
        parts=parts,
        failed_words=words.failed(facts),
        failed=study_tables.failed(facts),
        not_said=words.not_said(facts),
        stress=stress.table(facts),
        manifest=tuple(_provenance(facts)),
        reproduce=words.reproduce(facts),
    )
    return page("study.html.j2", study=content)


def _provenance(facts: Facts) -> Iterator[tuple[str, str]]:
    from contagion.report.studies import stress

    m = facts.manifest
    versions = m.get("versions") or {}
    yield "Model version", str(versions.get("contagion") or "not recorded")
    yield "Code", stress.commit(m)
    yield "Config hash", str(m.get("config_hash", "not recorded"))
    yield "Content hash of results", str(m.get("content_hash", "not recorded"))
    yield "Model hash", str(m.get("model_hash", "not recorded"))
    yield "Seeds", stress.seeds(m)
    yield "Points", f"{facts.points:,}"
    yield "Replicates of each point", f"{facts.replicates:,}"
    yield "Runs", f"{len(facts.results.runs):,}, of which {len(facts.results.failed):,} failed"
    yield "People in the city", facts.people
    yield "Horizon", f"{facts.horizon}, in weekly steps"
    yield "Created (UTC)", str(m.get("created", "not recorded"))
    yield "Random numbers", str(m.get("rng", "not recorded"))
    yield "Software", ", ".join(f"{name} {version}" for name, version in versions.items()) or "not recorded"
    yield "Machine", stress.system(m)
    yield "Funding and interests", str(m.get("funding") or "none stated in the study file")


__all__ = ["StudyPage", "sensitivity_page", "sweep_page", "write_sensitivity", "write_study", "write_sweep"]
