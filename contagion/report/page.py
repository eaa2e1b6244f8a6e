"""The page of a results directory: of a comparison, a sweep or a sensitivity analysis, as one self-contained file.

The same page also as a Word file, a PDF and a spreadsheet, made from the page, so that all hold the same numbers.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from contagion.core.errors import ConfigError, Fault, nearest

if TYPE_CHECKING:
    from contagion.report.letterhead import Letterhead

ENDINGS = {"html": "html", "word": "docx", "pdf": "pdf", "spreadsheet": "xlsx"}
"""The formats of a report, and how the names of their files end."""


def html_bytes(directory: Path, templates: Path | None = None, letterhead: Letterhead | None = None) -> bytes:
    """The page of a results directory as one HTML file; the same results give the same bytes.

    `templates` is a folder whose report.html.j2, study.html.j2, macros.html.j2 or report.css replace the shipped ones;
    `letterhead` a council's logo and wording.
    """
    from contagion.study.results import open_results

    results = open_results(directory)
    kind = results.manifest["kind"]
    if kind in ("run", "compare"):
        from contagion.report.comparison.build import page

        return page(results.directory, templates, letterhead)
    from contagion.report.studies import pages

    return pages.sensitivity(results, templates) if kind == "sensitivity" else pages.sweep(results, templates)


def formats_of(asked: str | Iterable[str]) -> tuple[str, ...]:
    """The formats that are meant ("all" is every one), in one order; ConfigError for one that there is not."""
    known = (*ENDINGS, "all")
    names = (asked,) if isinstance(asked, str) else tuple(asked)
    for name in names:
        if name not in known:
            raise ConfigError(Fault("", "format", name, f"one of {', '.join(known)}", nearest(str(name), known)))
    return tuple(name for name in ENDINGS if name in names or "all" in names)


def write(directory: Path, templates: Path | None = None) -> Path:
    """Write report.html into a results directory; Damaged, with the names, if files of it are not what was written."""
    return write_report(directory, templates=templates)[0]


def write_report(
    directory: str | Path,
    formats: str | Iterable[str] = "html",
    *,
    template: str | Path | None = None,
    templates: Path | None = None,
) -> tuple[Path, ...]:
    """Build the report of a study again from what is stored; where each file is.

    formats: "html", "word", "pdf", "spreadsheet", several of them or "all"; all hold the same numbers, and a second build
    gives the same bytes. template: a folder with a council's logo and wording. templates: a folder whose report.html.j2,
    study.html.j2, macros.html.j2 or report.css replace the shipped ones. Nothing is written unless everything can be.
    Raises ConfigError for an unknown format, a missing package, a faulty template, or files that are not what was written.

    >>> tiny = {"study.replicates": 1, "city.population": 300, "time.years": 0.1}
    >>> made = ct.sweep("sweep_example", workers=1, out="swept", progress=False, **tiny)
    >>> [path.name for path in ct.write_report("swept")]
    ['report.html']
    """
    from contagion.config.paths import expanded
    from contagion.report.html import save
    from contagion.study.keeping import seal
    from contagion.study.results import open_results

    wanted = formats_of(formats)
    results = open_results(expanded(Path(directory)))
    place = results.directory
    names = {name: f"report.{ENDINGS[name]}" for name in wanted}
    seal.check(place, but=[seal.PAGE, *names.values()])
    made = day_of(results.manifest)
    if template is not None and results.manifest["kind"] not in ("run", "compare"):
        problem, rule = "is given for a page for researchers", "only the report of a comparison takes one"
        raise ConfigError(Fault("", "template", None, rule, None, problem))
    page = html_bytes(place, templates, _letterhead(template, made))
    files = {name: _as(name, page, made) for name in wanted}
    saved = tuple(save(files[name], place, names[name]) for name in wanted)
    seal.renew(place, *names.values())
    return saved


def day_of(manifest: dict[str, object]) -> datetime.datetime:
    """When results were made, as their manifest says."""
    return datetime.datetime.fromisoformat(str(manifest.get("created", "1980-01-01T00:00:00")).replace("Z", "+00:00"))


def _letterhead(template: str | Path | None, made: datetime.datetime) -> Letterhead | None:
    if template is None:
        return None
    from contagion.config.paths import expanded
    from contagion.report.letterhead import read

    return read(expanded(template), made.date())


def _as(name: str, page: bytes, made: datetime.datetime) -> bytes:
    """The page in one format."""
    if name == "html":
        return page
    from contagion.report.documents import pdf, reading, spreadsheet, word

    document = reading.read(page.decode("utf-8"), made)
    makers = {"word": word.word, "pdf": pdf.pdf, "spreadsheet": spreadsheet.spreadsheet}
    return makers[name](document)
