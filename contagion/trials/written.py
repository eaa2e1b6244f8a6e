"""The findings of trials as a page of Markdown: published against model, misses first, and how to make it again."""

from __future__ import annotations

from pathlib import Path

from contagion.core.errors import ConfigError, Fault
from contagion.trials.findings import Findings, Measured

HEAD = """# Trials lived inside the city

What published trials and cohorts found, beside what the same people do in the model. Everybody enrolled lives each arm:
the histories of two arms have the same seed and differ by what was done and by nothing else. A measure is a **hit** when
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
    parts += ["## Published against model\n", _table(found.ordered), "## The trials\n"]
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
