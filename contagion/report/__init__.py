"""Reports: a results directory becomes one self-contained page for commissioners."""

from __future__ import annotations

from pathlib import Path

__all__ = ["html_bytes", "write"]


def html_bytes(directory: Path, templates: Path | None = None) -> bytes:
    """The report of a results directory as one HTML file; the same results give the same bytes."""
    from contagion.report.comparison.build import build
    from contagion.report.html import render

    return render(build(Path(directory)), templates)


def write(directory: Path, templates: Path | None = None) -> Path:
    """Write report.html into a results directory: beside first, then renamed, so never half there."""
    page = html_bytes(directory, templates)
    target = Path(directory) / "report.html"
    beside = target.with_name(".report.html.part")
    try:
        beside.write_bytes(page)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
    return target
