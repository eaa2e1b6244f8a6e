"""The findings of trials as a page of Markdown: published against model, misses first, and how to make it again."""

from __future__ import annotations

from pathlib import Path

from contagion.core.errors import ConfigError, Fault
from contagion.interventions.base import REGISTRY
from contagion.trials.findings import Findings, Measured

HEAD = """# Trials lived inside the city

What published trials and cohorts found, beside what the same people do in the model. Everybody enrolled lives each arm:
the histories of two arms have the same seed and differ by what was done and by nothing else. As few people are newly in
treatment at once, trials with several arms enrol in four waves, two years apart (mediation in twelve, a year apart, as a
share of a small effect is hard to tell). A measure is a **hit** when
the model's mean lies within the tolerance, else a **miss**, and neither ("-") where no tolerance is given or nobody could
be asked. ± is the Monte-Carlo standard error over seeds, by the jackknife. "Fitted" numbers may be used to choose
parameters, "predicted" ones only test what these imply. Grades: C read at the source, C2 read in a secondary text, D
derived by arithmetic.

This page is written by

    {command}

and says what that command found.

{summary}.
"""


def place(path: Path) -> None:
    """Refuse a file that cannot be written before anything is lived. Raises ConfigError."""
    if path.is_dir() or not path.parent.is_dir():
        rule = "a file in a directory that is there"
        raise ConfigError(Fault("override", "--write", str(path), rule))


def write(found: Findings, path: Path) -> Path:
    """Write the page; returns its path. Raises OSError if it cannot be written."""
    path.write_text(page(found), encoding="utf-8")
    return path


def page(found: Findings) -> str:
    """The findings as Markdown."""
    words = ["contagion trial", found.asked, "--config", found.config, "--seeds", str(found.seeds)]
    words += ["--population", str(found.population), *(f"--set '{change}'" for change in found.changes)]
    command = " ".join([*words, "--write docs/TRIALS.md"])
    parts = [HEAD.format(command=command, summary=found.summary)]
    parts += ["## Published against model\n", _table(found.ordered)]
    parts += ["## Interventions and what is known of them\n", KNOWN, interventions(found), "## The trials\n"]
    for name, trial in found.trials.items():
        own = [one for one in found.findings if one.trial == name]
        lines = [
            f"### {name}: {trial.title}\n",
            f"- Published: {trial.population}. {trial.source} ({trial.grade}).",
            f"- Enrolled in the city: {trial.enrolled}.",
            f"- What differs: {trial.differs}.",
            f"- Followed for {trial.weeks} week{'s' if trial.weeks > 1 else ''}.",
            *([f"- {trial.remark}."] if trial.remark else []),
            *(f"- Tolerance: {why} ({'; '.join(names)})." for why, names in _reasons(own).items()),
        ]
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


KNOWN = """What was published of each kind's effect on a person, and what the model gives where the same is asked of it: the
measures of its trial that have a published number or a range. Where no controlled evidence exists, the size of the effect
is assumed: a range to be swept, which `contagion check` counts and the report says beside the option.
"""


def interventions(found: Findings) -> str:
    """Each kind of intervention: what was published, what the model gives, with which grade."""
    lines = ["| intervention | published effect on a person | in the model | grade |", "| --- | --- | --- | --- |"]
    for kind, table in sorted(REGISTRY.items()):
        own = [one for one in found.findings if one.trial == table.trial and one.low is not None] if table.trial else []
        grade = own[0].grade if own else ("trial not lived here" if table.trial else "assumed")
        cells = [f"`{kind}`", table.known(), "; ".join(f"{one.measure}: {_found(one)}" for one in own) or "-", grade]
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _found(one: Measured) -> str:
    words = one.in_words()
    return f"{words['model']} ± {words['±']} ({one.verdict})"


def _reasons(findings: list[Measured]) -> dict[str, list[str]]:
    """The measures by the reason for their tolerance."""
    reasons: dict[str, list[str]] = {}
    for one in findings:
        if one.why:
            reasons.setdefault(one.why, []).append(one.measure)
    return reasons


def _table(findings: list[Measured]) -> str:
    rows = [{key: cell.replace("|", "\\|") for key, cell in one.in_words().items()} for one in findings]
    if not rows:
        return ""
    head = "| " + " | ".join(rows[0]) + " |\n" + "|" + " --- |" * len(rows[0])
    return "\n".join([head, *("| " + " | ".join(row.values()) + " |" for row in rows)]) + "\n"
