"""The site, by Sphinx: the pages and notebooks as they stand in the repository, and a reference from the docstrings.

Sphinx with MyST-NB and not MkDocs, because it reads the same Markdown, executes notebooks kept as text, warns of every link
and reference that leads nowhere, and puts search and reference into plain files that open without a network.

The source directory is the repository, so that links between README, docs, configs and code are the same ones there and
here: what is no page is offered for download.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import contagion

os.environ.pop("MPLBACKEND", None)  # notebooks choose their own

ROOT = Path(__file__).resolve().parents[1]

project = "contagion"
author = "The contagion authors"
copyright = author
version = release = contagion.__version__

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.viewcode"]
root_doc = "docs/index"
include_patterns = ["*.md", "docs/**.md", "results/README.md", "experiments/README.md"]
exclude_patterns = ["build", "dist", "contagion", "tests", ".*", "results/[!R]*"]
templates_path: list[str] = []
html_theme = "furo"
html_title = f"contagion {release}"
html_show_sphinx = False
html_copy_source = False

myst_enable_extensions = ["deflist"]
myst_heading_anchors = 4
nb_execution_mode = os.environ.get("NOTEBOOKS", "auto")
"""auto: every notebook is executed; off: pages only, as the quick test of the site does."""
nb_execution_timeout = 300
nb_execution_raise_on_error = True
nb_execution_in_temp = True
nb_merge_streams = True

autodoc_member_order = "bysource"
autodoc_typehints = "none"
autodoc_inherit_docstrings = False
nitpicky = False


def start_page(app: Any, error: Exception | None) -> None:
    """A page at the top that leads to the start page, whose place is that in the repository."""
    if error is None and app.builder.format == "html":
        page = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{project}</title>'
        page += f'<meta http-equiv="refresh" content="0; url={root_doc}.html">'
        page += f'<a href="{root_doc}.html">{project}</a></html>\n'
        (Path(app.outdir) / "index.html").write_text(page, "utf-8")


def plain(app: Any, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    """Docstrings are plain English, not reStructuredText: only their examples are code."""
    lines[:] = [line if line.lstrip().startswith((">>>", "...")) else escaped(line) for line in lines]


def escaped(line: str) -> str:
    """A line in which no sign means anything but itself; words in backquotes stay code."""
    parts = line.replace("\\", "\\\\").replace("*", "\\*").replace("|", "\\|").split("`")
    text = "".join(part if at % 2 == 0 else f"``{part}``" for at, part in enumerate(parts) if part or at % 2 == 0)
    return text.replace("_ ", "\\_ ")


def setup(app: Any) -> dict[str, bool]:
    """Connect both."""
    app.connect("build-finished", start_page)
    app.connect("autodoc-process-docstring", plain)
    return {"parallel_read_safe": True}
