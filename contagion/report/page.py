"""The page of a results directory: of a comparison, a sweep or a sensitivity analysis, as one self-contained file."""

from __future__ import annotations

from pathlib import Path


def html_bytes(directory: Path, templates: Path | None = None) -> bytes:
    """The page of a results directory as one HTML file; the same results give the same bytes.

    `templates` is a folder whose report.html.j2, study.html.j2, macros.html.j2 or report.css replace the shipped ones.
    """
    from contagion.study.results import open_results

    results = open_results(directory)
    kind = results.manifest["kind"]
    if kind in ("run", "compare"):
        from contagion.report.comparison.build import page

        return page(results.directory, templates)
    from contagion.report.studies import pages

    return pages.sensitivity(results, templates) if kind == "sensitivity" else pages.sweep(results, templates)


def write(directory: Path, templates: Path | None = None) -> Path:
    """Write report.html into a results directory; Damaged, with the names, if files of it are not what was written."""
    from contagion.config.paths import expanded
    from contagion.report.html import save
    from contagion.study.keeping import seal
    from contagion.study.results import open_results

    place = open_results(expanded(directory)).directory
    seal.check(place, but=[seal.PAGE])
    saved = save(html_bytes(place, templates), place)
    seal.renew(place, seal.PAGE)
    return saved
