"""A results directory becomes a report: each part of the content is asked for once, in reading order."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from contagion.core.parameters import declared
from contagion.interventions.base import REGISTRY
from contagion.model.outcome_list import CHANNEL_NOUNS
from contagion.model.scenario import sections
from contagion.report import wording
from contagion.report.comparison import benefit, figures, message, options, prose, tables
from contagion.report.comparison.findings import Compared, compare, headline, named, period
from contagion.report.comparison.results import Array, Results, dig, read
from contagion.report.content import Cell, Figure, Range, Report, Table
from contagion.study.analysis.paired import interval

DAYS_VALID = 365


def build(directory: Path) -> Report:
    """Everything the report says about a results directory."""
    results = read(directory)
    compared = compare(results)
    manifest = results.manifest
    made = datetime.datetime.fromisoformat(str(manifest.get("created", "1970-01-01T00:00:00")).replace("Z", "+00:00"))
    several = len(results.options) > 1
    return Report(
        title=str(manifest.get("title") or manifest.get("name") or "Recovery city comparison"),
        question=str(manifest.get("question") or ""),
        created=_day(made.date()),
        review_by=_day(made.date() + datetime.timedelta(days=DAYS_VALID)),
        key_message=message.key_message(results, compared),
        caveats=prose.CAVEATS,
        unquantified=_unquantified(results),
        use_for=prose.USE_FOR,
        not_for=prose.NOT_FOR,
        how_many=(
            f"Each option was run {_times(results.replicates)} in a modelled city of {results.people:,} "
            f"people, for "
            f"{results.years:g} years, week by week."
            + (f" {said}" if (said := str(dig(manifest, "stopping", "sentence") or "")) else "")
        ),
        options=options.compared(results),
        glance=tables.glance(results, compared) if several and compared else None,
        chances=_chances(results, compared),
        scale=tables.scale(),
        figures=tuple(_figure(c, results, tables.more_relapses(compared)) for c in compared) if several else (),
        two_groups=tuple(results.comparison.groups_in_words()),
        channels=_channels(results),
        groups=benefit.groups(results),
        groups_note=benefit.GROUPS_NOTE,
        spending=benefit.spending(results),
        model=prose.MODEL,
        confidence=tuple(t for t in (tables.evidence(_grades()), tables.pairing(results, compared)) if t),
        assurance=prose.ASSURANCE,
        manifest=_footer(results),
        reproduce=_reproduce(manifest),
    )


def _chances(results: Results, compared: Sequence[Compared]) -> tuple[Table, ...]:
    """The first outcome's chances to be read at once, the others' behind them."""
    main = "How often each option came out better, worse or best on the first outcome, in paired runs"
    found = (
        tables.chances(results, compared[:1], main),
        tables.chances(results, compared[1:], "The same for every other outcome"),
    )
    return tuple(t for t in found if t)


def _unquantified(results: Results) -> tuple[str, ...]:
    """Doubts outside the ranges, with what this study leaves untested."""
    tested = any(s.null_model != "none" for s in options.scenarios(results.manifest).values())
    return prose.UNQUANTIFIED if tested else (*prose.UNQUANTIFIED, prose.NO_NULL_MODEL)


def _day(date: datetime.date) -> str:
    return f"{date.day} {date:%B %Y}"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"


def _figure(compared: Compared, results: Results, relapses: bool) -> Figure:
    panels, data, alt = figures.differences(compared, results)
    outcome, base = compared.outcome, named(results.options[0])
    total = "running total since the start" if outcome.reduce == "sum" else "level at each week"
    now = wording.level(compared.findings[0].level, outcome.unit)
    first = results.options[0].label
    said = [f"{first}: {now}, {period(outcome, results)}."]
    for f in compared.others:
        agree = f" {wording.sentence(wording.sides(f.better, f.worse))}." if f.better and f.worse else ""
        assert f.difference is not None
        said.append(f"{f.option.label}: {wording.difference(f.difference, outcome.unit)}.{agree}")
    if relapses and outcome.column == "relapses":
        said.append(tables.MORE_RELAPSES)
    return Figure(
        name=f"{outcome.domain}-{outcome.name}".lower().replace(" ", "-"),
        title=headline(compared),
        subtitle=(
            f"{outcome.label}{tables.unit(compared)}: difference from {base}, {total}. Modelled city of "
            f"{results.people:,} people, "
            f"years 0 to {results.years:g}"
        ),
        alt=alt,
        description=tuple(said),
        data=data,
        table=tables.by_year(compared, results),
        panels=panels,
        caption=(
            f"{results.replicates} paired runs of each option. Dots and solid lines: the middle run. Thick "
            f"bars and dark bands: "
            "half of the runs. Thin bars and light bands with dotted edges: 8 in 10 runs. Open dot: no "
            "clear difference. “Same”: as in the first option."
        ),
    )


def _channels(results: Results) -> Figure | None:
    held = [c for c in CHANNEL_NOUNS if f"credit_{c}" in results.outcomes]
    totals = {c: results.weekly(f"credit_{c}").sum(axis=2) for c in held}
    totals = {c: t for c, t in totals.items() if t.any()}
    everything = sum(totals.values()) if totals else None
    if everything is None or not np.all(everything > 0):
        return None
    shares: dict[str, Array] = {c: t / everything for c, t in totals.items()}
    panels, data, alt = figures.channels(results, shares, CHANNEL_NOUNS)
    rows: list[tuple[Cell, ...]] = []
    for channel, share in shares.items():
        found = [interval(option) for option in share]
        rows.append((CHANNEL_NOUNS[channel], *(Range(i, wording.level(i, "share")) for i in found)))
    others = [c for c in shares if c not in {"spontaneous", "treatment"}]
    passed = [interval(sum(shares[c][row] for c in others)) for row in range(len(results.options))] if others else []
    said = [
        f"{o.label}: other people or groups are credited with {wording.level(i, 'share')} of starts."
        for o, i in zip(results.options, passed, strict=False)
    ]
    ends = [f"{100 * end:.0f}%" for end in (min(i.low for i in passed), max(i.high for i in passed))] if passed else []
    inspired = " to ".join(dict.fromkeys(ends)) or "none"
    return Figure(
        name="channels",
        title=f"People inspire {inspired} of starts in the model",
        subtitle=f"Share of recovery starts credited to each channel, {results.years:g} years, by option",
        alt=alt,
        description=tuple(said or ["No start is credited to other people."]),
        data=data,
        table=Table(
            "Share of recovery starts credited to each channel",
            ("Channel", *(o.label for o in results.options)),
            tuple(rows),
        ),
        panels=panels,
        caption=f"{results.replicates} runs of each option. Bars: the middle run. Lines: 8 in 10 runs.",
        kind="bar",
    )


def _grades() -> Mapping[str, int]:
    """How many declared parameters have each evidence grade."""
    return Counter(one.grade for table in (*sections().values(), *REGISTRY.values()) for one in declared(table))


def _footer(results: Results) -> tuple[tuple[str, str], ...]:
    manifest = results.manifest
    system = manifest.get("system") or {}
    git = manifest.get("git")
    commit = (
        "not recorded"
        if not git
        else f"{git.get('commit', 'unknown')}{' with uncommitted changes' if git.get('dirty') else ''}"
    )
    versions = manifest.get("versions") or {}
    workers = int(manifest.get("workers") or 1)
    seconds = float(manifest.get("wall_seconds") or 0)
    rows = {
        "Model version": str(versions.get("contagion") or dig(manifest, "version") or "not recorded"),
        "Git commit": commit,
        "Config hash": str(manifest.get("config_hash", "not recorded")),
        "Content hash of results": str(manifest.get("content_hash", "not recorded")),
        "Seeds": _seeds(manifest.get("seeds") or []),
        "Runs of each option": f"{results.replicates:,}",
        "People in the city": f"{results.people:,}",
        "Horizon": f"{results.years:g} years, in weekly steps",
        "Created (UTC)": str(manifest.get("created", "not recorded")),
        "Running time": f"{seconds / 60:.1f} minutes with {wording.counted(workers, 'worker')}",
        "Random numbers": str(manifest.get("rng", "not recorded")),
        "Software": ", ".join(f"{name} {version}" for name, version in versions.items()) or "not recorded",
        "Machine": f"{system.get('os', 'not recorded')}; {system.get('cpu', 'processor not recorded')}",
        "Funding and interests": str(manifest.get("funding") or "none stated in the study file"),
    }
    return tuple(rows.items())


def _seeds(seeds: Sequence[Any]) -> str:
    if len(seeds) > 2 and list(seeds) == list(range(int(seeds[0]), int(seeds[0]) + len(seeds))):
        return f"{seeds[0]} to {seeds[-1]}"
    return ", ".join(str(s) for s in seeds) or "not recorded"


def _reproduce(manifest: Mapping[str, Any]) -> tuple[str, ...]:
    commit = dig(manifest, "git", "commit")
    odd = (
        " (the results came from files changed since then, so they may differ)" if dig(manifest, "git", "dirty") else ""
    )
    return (
        f"Check out commit {commit}{odd}." if commit else "Install the model version named above.",
        "Run: contagion compare scenario.toml, with the file stored beside this report.",
        "The content hash of the new results should match the one above.",
        "To rebuild only this page from stored results, run: contagion report DIRECTORY.",
    )
