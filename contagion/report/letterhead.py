"""A council's template: a folder whose template.toml names a logo and gives the wording of a few blocks of the report.

All of it is text, which pages escape; nothing in it is run.
"""

from __future__ import annotations

import base64
import datetime
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from contagion.core.errors import ConfigError, Fault, nearest, shown

FILE = "template.toml"
LARGEST = 300_000
"""Bytes of a logo, so that the page stays small enough to be mailed."""
MOST_LETTERS = 4_000
"""Letters of a block of wording."""

TEXTS = ("about", "contact", "funding")
LISTS = ("use_for", "do_not_use_for")
BLOCKS = (*TEXTS, "review_by", *LISTS)
KEYS = ("name", "logo", "logo_text")
KINDS = {".png": "image/png", ".svg": "image/svg+xml"}


@dataclass(frozen=True)
class Letterhead:
    """Who gives the report out: name, logo (a link that carries it) with its words, and wording; what is empty is unsaid."""

    name: str = ""
    logo: str = ""
    logo_text: str = ""
    about: tuple[str, ...] = ()
    contact: tuple[str, ...] = ()
    funding: tuple[str, ...] = ()
    review_by: datetime.date | None = None
    use_for: tuple[str, ...] = ()
    do_not_use_for: tuple[str, ...] = ()

    @property
    def sections(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The blocks that have a section of their own: heading and paragraphs."""
        named = (("About this report", self.about), ("Whom to ask", self.contact), ("Who paid for it", self.funding))
        return tuple((title, said) for title, said in named if said)

    @property
    def review_day(self) -> str:
        """The review date in words, or nothing."""
        return f"{self.review_by.day} {self.review_by:%B %Y}" if self.review_by else ""


NONE = Letterhead()
"""Nobody's: the report as it is shipped."""


def read(folder: str | Path, made: datetime.date | None = None) -> Letterhead:
    """The template in a folder. `made`: the day of the results, which a review date may not come before.

    Raises ConfigError, with a sentence for each fault: no folder or file, no TOML, unknown keys, wrong kinds of values, a
    logo that is missing, too large, no PNG or SVG, or that holds a script.
    """
    place = Path(folder)
    if not place.is_dir():
        problem = "is no folder" if place.exists() else "does not exist"
        raise ConfigError(Fault(str(folder), "", None, f"a template is a folder with a file {FILE}", None, problem))
    file = place / FILE
    try:
        table = tomllib.loads(file.read_bytes().decode("utf-8"))
    except FileNotFoundError:
        raise ConfigError(
            Fault(str(place), "", None, "it holds what docs/report.md lists", None, f"has no {FILE}")
        ) from None
    except OSError as error:
        raise ConfigError(Fault(str(file), "", None, "", None, f"cannot be read ({error.strerror})")) from None
    except (ValueError, RecursionError) as error:
        raise ConfigError(Fault(str(file), "", None, "write it in TOML", None, f"is no TOML: {error}")) from None
    faults = list(_faults(str(file), table, place, made))
    if faults:
        raise ConfigError(faults)
    wording = table.get("wording", {})
    logo = place / table["logo"] if "logo" in table else None
    return Letterhead(
        name=table.get("name", ""),
        logo=_carried(logo) if logo else "",
        logo_text=table.get("logo_text", ""),
        review_by=wording.get("review_by"),
        **{key: _paragraphs(wording[key], place) for key in TEXTS if key in wording},
        **{key: tuple(line.strip() for line in wording[key]) for key in LISTS if key in wording},
    )


def _carried(logo: Path) -> str:
    text = base64.b64encode(logo.read_bytes()).decode("ascii")
    return f"data:{KINDS[logo.suffix.lower()]};base64,{text}"


def _paragraphs(value: str | Mapping[str, str], folder: Path) -> tuple[str, ...]:
    text = value if isinstance(value, str) else (folder / value["file"]).read_bytes().decode("utf-8")
    return tuple(" ".join(part.split()) for part in re.split(r"\n\s*\n", text) if part.strip())


def _faults(file: str, table: Mapping[str, Any], folder: Path, made: datetime.date | None) -> Iterator[Fault]:
    for key, value in table.items():
        if key not in (*KEYS, "wording"):
            near = nearest(key, (*KEYS, *BLOCKS)) or None
            where = f"one of {', '.join(KEYS)} and the table [wording]"
            yield Fault(file, key, None, where, near, "is not known here")
        elif key in KEYS and not (isinstance(value, str) and value.strip() and len(value) <= 300):
            yield Fault(file, key, value, "a text of 1 to 300 letters")
    if isinstance(table.get("logo"), str) and table["logo"].strip():
        yield from _logo(file, table["logo"], folder)
        if "logo_text" not in table:
            yield Fault(
                file,
                "logo_text",
                None,
                "say in a few words what the logo shows, for who does not see it",
                None,
                "is missing",
            )
    elif "logo_text" in table and "logo" not in table:
        yield Fault(file, "logo_text", None, "name the file of the logo as logo", None, "stands without a logo")
    wording = table.get("wording", {})
    if not isinstance(wording, Mapping):
        yield Fault(file, "wording", wording, "a table: [wording]")
        return
    for key, value in wording.items():
        at = f"wording.{key}"
        if key not in BLOCKS:
            yield Fault(
                file, at, None, f"one of {', '.join(BLOCKS)}", nearest(key, BLOCKS), "is no block of the report"
            )
        elif key in TEXTS:
            yield from _text(file, at, value, folder)
        elif key in LISTS:
            lines = value if isinstance(value, list) else []
            if not 1 <= len(lines) <= 12 or not all(isinstance(x, str) and 0 < len(x.strip()) <= 300 for x in lines):
                yield Fault(file, at, value, "a list of 1 to 12 texts of up to 300 letters")
        elif type(value) is not datetime.date:
            yield Fault(file, at, value, "a day without quotes, such as 2027-03-31")
        elif made is not None and value < made:
            yield Fault(file, at, value, f"a day on or after {made:%Y-%m-%d}, when these results were made")


def _text(file: str, key: str, value: Any, folder: Path) -> Iterator[Fault]:
    allowed = f'a text of 1 to {MOST_LETTERS:,} letters, or {{ file = "NAME" }} with the name of a file in this folder'
    if isinstance(value, Mapping) and list(value) == ["file"] and isinstance(value["file"], str):
        found = _inside(folder, value["file"])
        if found is None:
            yield Fault(file, f"{key}.file", value["file"], "name a file that lies in this folder")
            return
        try:
            value = found.read_bytes().decode("utf-8")
        except UnicodeDecodeError:
            yield Fault(
                file,
                f"{key}.file",
                None,
                "save it as UTF-8",
                None,
                f"names {shown(found.name)}, which is no text in UTF-8",
            )
            return
    if not (isinstance(value, str) and value.strip() and len(value) <= MOST_LETTERS):
        yield Fault(file, key, value, allowed)


def _inside(folder: Path, name: str) -> Path | None:
    """A file of the folder by its name; None if there is none, or if it lies elsewhere."""
    try:
        path = (folder / name).resolve()
        return path if path.is_file() and path.is_relative_to(folder.resolve()) else None
    except (OSError, ValueError):
        return None


def _logo(file: str, name: str, folder: Path) -> Iterator[Fault]:
    path = _inside(folder, name)
    if path is None:
        yield Fault(file, "logo", name, "name a PNG or SVG file that lies in this folder")
        return
    held = path.read_bytes()
    if len(held) > LARGEST:
        yield Fault(file, "logo", None, f"it may have {LARGEST:,} bytes", None, f"names a file of {len(held):,} bytes")
    elif path.suffix.lower() not in KINDS or Path(name).suffix.lower() not in KINDS:
        yield Fault(file, "logo", name, "a file that ends in .png or .svg")
    elif path.suffix.lower() == ".png":
        if not held.startswith(b"\x89PNG\r\n\x1a\n"):
            yield Fault(file, "logo", None, "save it as PNG", None, f"names {shown(name)}, which is no PNG inside")
    elif problem := _wrong_in_svg(held):
        yield Fault(file, "logo", None, "save it as plain SVG", None, f"names {shown(name)}, which {problem}")


def _wrong_in_svg(held: bytes) -> str:
    """Why an SVG is not taken: it is none, runs something, or asks for something from elsewhere; nothing if it is well."""
    if re.search(rb"<!(DOCTYPE|ENTITY)", held, re.I):
        return "declares a document type or entities"
    try:
        root = ElementTree.fromstring(held)
    except (ElementTree.ParseError, ValueError, LookupError):
        return "is no SVG inside"
    if root.tag.rpartition("}")[2] != "svg":
        return "is no SVG inside"
    for one in root.iter():
        tag = str(one.tag).rpartition("}")[2].lower()
        if tag in {"script", "foreignobject", "iframe", "handler", "set"} or tag.startswith("animate"):
            return f"holds an element <{tag}>"
        for attribute, value in one.attrib.items():
            name = attribute.rpartition("}")[2].lower()
            if name.startswith("on"):
                return f"runs something ({name})"
            if name in {"href", "src"} and not value.startswith(("#", "data:image/png", "data:image/jpeg")):
                return "asks for something from elsewhere"
        if re.search(r"@import|url\(\s*['\"]?(?!#)", f"{one.text or ''} {' '.join(one.attrib.values())}", re.I):
            return "asks for something from elsewhere"
    return ""
