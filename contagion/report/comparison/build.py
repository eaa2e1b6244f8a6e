"""A results directory becomes a report: each part of the content is asked for once, in reading order."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path

from contagion.config.stated import grades
from contagion.place import on_a_page
from contagion.report import html, provenance, wording
from contagion.report.comparison import (
    benefit,
    caveats,
    figures,
    message,
    options,
    prose,
    summary,
    switched_off,
    tables,
)
from contagion.report.comparison.content import Report
from contagion.report.comparison.explorer import explored
from contagion.report.comparison.findings import Compared, compare
from contagion.report.comparison.ladder import ladder
from contagion.report.comparison.money.section import worth
from contagion.report.comparison.people.section import people
from contagion.report.comparison.results import ComparisonResults, dig, read
from contagion.report.letterhead import NONE, Letterhead
from contagion.report.table import Table

DAYS_VALID = 365


def page(directory: Path, templates: Path | None = None, letterhead: Letterhead | None = None) -> bytes:
    """The report of a comparison as the bytes of one HTML file, in a council's name where there is a letterhead."""
    report, council = build(directory), letterhead or NONE
    report = dataclasses.replace(
        report,
        use_for=council.use_for or report.use_for,
        not_for=council.do_not_use_for or report.not_for,
        review_by=council.review_day or report.review_by,
    )
    return html.page("report.html.j2", templates, report=report, council=council)


def build(directory: Path) -> Report:
    """Everything the report says about a results directory."""
    results = read(directory)
    compared = compare(results)
    manifest = results.manifest
    made = datetime.datetime.fromisoformat(str(manifest.get("created", "1970-01-01T00:00:00")).replace("Z", "+00:00"))
    several = len(results.options) > 1
    few = len(results.options) <= figures.MANY + 1
    by_cost = ladder(compared) if several and compared else None
    return Report(
        title=str(manifest.get("title") or manifest.get("name") or "Recovery city comparison"),
        question=str(manifest.get("question") or ""),
        created=_day(made.date()),
        review_by=_day(made.date() + datetime.timedelta(days=DAYS_VALID)),
        key_message=message.key_message(results, compared),
        picture=figures.cost_beside_effect(compared, results) if several and compared else None,
        summary=summary.summary(results, compared, by_cost) if several and compared else None,
        incremental=tables.incremental(by_cost, results, caveats.prices(results)) if by_cost else None,
        levels=figures.levels_of(compared[0], results) if compared else None,
        checks=switched_off.table(compared[0], results) if compared else None,
        contagion=switched_off.verdict_in_words(compared[0], results) if several and compared else "",
        caveats=caveats.caveats(results, compared),
        unquantified=_unquantified(results),
        use_for=prose.USE_FOR,
        not_for=prose.NOT_FOR,
        how_many=(
            f"Each option was run {_times(results.replicates)} in a modelled city of {results.people:,} "
            f"people, for "
            f"{wording.years(results.years)}, week by week."
            + (f" Each run had other values of {results.doubt.many}." if results.doubt.parameters else "")
            + (f" {said}" if (said := str(dig(manifest, "stopping", "sentence") or "")) else "")
            + on_a_page.scaled(results.study)
        ),
        options=options.compared(results),
        glance=tables.glance(results, compared) if several and compared else None,
        chances=_chances(results, compared),
        scale=tables.scale(),
        figures=tuple(
            figures.differences(c, results, tables.more_relapses(compared), c is compared[0] or few) for c in compared
        )
        if several
        else (),
        levels_of_others=tuple(figures.levels_of(c, results) if few else None for c in compared[1:]),
        explorer=explored.explorer(results, compared),
        two_groups=tuple(results.comparison.groups_in_words()),
        channels=figures.channels(results),
        groups=benefit.groups(results),
        groups_note=benefit.GROUPS_NOTE,
        people=people(results),
        spending=benefit.spending(results),
        worth=worth(results),
        place=on_a_page.conversions(results.study),
        model=_model(results),
        confidence=tuple(
            t
            for t in (results.doubt.table(results.replicates), _evidence(results), tables.pairing(results, compared))
            if t
        ),
        assurance=prose.ASSURANCE,
        manifest=provenance.footer(manifest, _sizes(results)),
        reproduce=provenance.reproduce(manifest),
    )


def _chances(results: ComparisonResults, compared: Sequence[Compared]) -> tuple[Table, ...]:
    """The first outcome's chances to be read at once, the others' behind them."""
    main = "How often each option came out better, worse or best on the first outcome, in paired runs"
    found = (
        tables.chances(results, compared[:1], main),
        tables.chances(results, compared[1:], "The same for every other outcome"),
    )
    return tuple(t for t in found if t)


def _unquantified(results: ComparisonResults) -> tuple[str, ...]:
    """Doubts outside the ranges, with what this study leaves untested."""
    drawn, tested = results.doubt.parameters, any(s.null_model != "none" for s in results.scenarios.values())
    first = (prose.two_kinds(results.doubt.many), prose.OTHERS_FIXED) if drawn else (prose.ONE_KIND,)
    return (*first, *prose.UNQUANTIFIED, *(() if tested else (prose.NO_NULL_MODEL,)))


def _model(results: ComparisonResults) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """How the model works and how options are compared, with what was drawn."""
    if not results.doubt.parameters:
        return prose.MODEL
    *before, (title, said) = prose.MODEL
    return (*before, (title, (*said, prose.DRAWN.format(drawn=wording.sentence(results.doubt.many)))))


def _evidence(results: ComparisonResults) -> Table | None:
    """What the numbers of these scenarios rest on, as the check of the config counts them."""
    return tables.evidence(grades(results.scenarios.values()))


def _day(date: datetime.date) -> str:
    return f"{date.day} {date:%B %Y}"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"


def _sizes(results: ComparisonResults) -> Mapping[str, str]:
    """How much was run, for the footer."""
    return {
        "Runs of each option": f"{results.replicates:,}",
        "People in the city": f"{results.people:,}",
        "Horizon": f"{wording.years(results.years)}, in weekly steps",
    }
