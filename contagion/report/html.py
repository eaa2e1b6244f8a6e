"""The page: one HTML file that asks nothing of the network, from templates that a council may replace.

A folder of templates given by the user is looked in first: `report.html.j2`, `macros.html.j2` or `report.css`
there replace the ones shipped.
"""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from contagion.report import wording
from contagion.report.figures.figure import Figure
from contagion.report.letterhead import NONE
from contagion.report.table import VERDICTS, Range

SHIPPED = Path(__file__).parent / "templates"


def page(template: str, templates: Path | None = None, **content: object) -> bytes:
    """A page as the bytes of one HTML file, from a template and its content; what came from the user is escaped."""
    folders = [*([str(templates)] if templates else []), str(SHIPPED)]
    jinja = Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    jinja.filters |= {"csv_link": csv_link, "drawing": drawing, "coverage": wording.coverage}
    jinja.tests["range"] = lambda cell: isinstance(cell, Range)
    jinja.globals |= {"verdicts": VERDICTS, "council": NONE}
    script = jinja.get_template("explorer.js").render()
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii")
    jinja.globals |= {"script": Markup(script), "script_digest": f"sha256-{digest}"}
    style = Markup(jinja.get_template("report.css").render())
    text = jinja.get_template(template).render(style=style, **content)
    return "".join(c for c in text if c >= " " or c in "\n\t").encode("utf-8", "replace")


def drawing(svg: str) -> Markup:
    """SVG made by this package, which matplotlib has escaped, as it stands."""
    return Markup(svg)


def csv_link(figure: Figure) -> str:
    """A figure's data as a link that carries the file itself; text a spreadsheet would run is quoted.

    Numbers have five significant figures, or as many as it asks for in `digits`.
    """
    data = figure.data.copy()
    for column in data.columns[[not _numeric(data[c]) for c in data.columns]]:
        data[column] = [_harmless(str(text)) for text in data[column]]
    text = data.to_csv(index=False, float_format=f"%.{getattr(figure, 'digits', 5)}g", lineterminator="\r\n")
    return "data:text/csv;charset=utf-8;base64," + base64.b64encode(text.encode("utf-8", "replace")).decode("ascii")


def _numeric(column: object) -> bool:
    return getattr(getattr(column, "dtype", None), "kind", "O") in "iufb"


def _harmless(text: str) -> str:
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def save(page: bytes, directory: Path, name: str = "report.html") -> Path:
    """Put a page into a results directory as report.html: written beside first, then renamed, so never half there."""
    target = directory / name
    beside = target.with_name(f".{name}.part")
    try:
        beside.write_bytes(page)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
    return target
