"""A council's template: its logo and wording in the report, and one sentence for each way in which it can be wrong."""

from __future__ import annotations

import base64
import datetime
import html
import re
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_report import make_results

import contagion as ct
from contagion.report.documents import reading
from contagion.report.documents.blocks import Picture
from contagion.report.letterhead import FILE, NONE, read
from contagion.report.page import html_bytes, write_report

DAY = datetime.date(2026, 11, 22)
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 60"><rect width="200" height="60" fill="#12436D"/></svg>'
)


def png(side: int = 4) -> bytes:
    """A small PNG, made by hand."""

    def part(name: bytes, held: bytes) -> bytes:
        return struct.pack(">I", len(held)) + name + held + struct.pack(">I", zlib.crc32(name + held))

    rows = b"".join(b"\0" + b"\x12\x43\x6d" * side for _ in range(side))
    head = part(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + part(b"IDAT", zlib.compress(rows)) + part(b"IEND", b"")


def template(folder: Path, text: str, **files: bytes | str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE).write_text(text)
    for name, held in files.items():
        file = folder / name.replace("_", ".")
        file.write_bytes(held if isinstance(held, bytes) else held.encode())
    return folder


WHOLE = """
name = "Anytown & District"
logo = "logo.svg"
logo_text = "Anytown <council>"
[wording]
about = "First paragraph.\\n\\nSecond <b>one</b>."
contact = {file = "contact.txt"}
funding = "The public health grant."
review_by = 2027-03-31
use_for = ["Talking about <options>"]
do_not_use_for = ["Setting targets", "Judging staff"]
"""


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_results(tmp_path_factory.mktemp("headed") / "out", 4, 1, only=2)


def test_a_template_gives_the_report_a_name_a_logo_and_wording(results: Path, tmp_path: Path) -> None:
    folder = template(tmp_path / "ours", WHOLE, logo_svg=SVG, contact_txt="Public Health Team\nanytown@example.org")
    page = write_report(results, template=folder)[0].read_text()
    logo = re.search(r'<img src="data:image/svg\+xml;base64,([^"]+)" alt="([^"]+)">', page)
    assert logo and base64.b64decode(logo[1]).decode() == SVG and html.unescape(logo[2]) == "Anytown <council>"
    assert "Anytown &amp; District: Comparison report" in page and "Second &lt;b&gt;one&lt;/b&gt;." in page
    assert "Do not use after 31 March 2027" in page and "Public Health Team anytown@example.org" in page
    assert (
        "Talking about &lt;options&gt;" in page
        and "Judging staff" in page
        and "Decid" not in page.split("dont")[-1][:400]
    )
    for name in ("About this report", "Whom to ask", "Who paid for it"):
        assert f"<h3>{name}</h3>" in page
    plain = html_bytes(results).decode()
    assert "<img" not in plain and "given-out" not in plain and page != plain


@pytest.mark.parametrize("name", ["logo.svg", "logo.png"])
def test_word_and_pdf_show_the_logo_too(results: Path, tmp_path: Path, name: str) -> None:
    folder = template(tmp_path / "ours", f'logo = "{name}"\nlogo_text = "Our arms"', logo_svg=SVG, logo_png=png())
    files = write_report(results, "all", template=folder)
    assert len(files) == 4 and all(file.stat().st_size > 1000 for file in files)
    document = reading.read(files[0].read_text(), datetime.datetime(2026, 11, 22))
    first = next(b for b in document.blocks if isinstance(b, Picture))
    assert first.alt == "Our arms" and first.drawings[0].image == (SVG if name.endswith("svg") else png())


def test_an_empty_template_changes_nothing(results: Path, tmp_path: Path) -> None:
    assert read(template(tmp_path, "")) == NONE
    assert write_report(results, template=tmp_path)[0].read_bytes() == html_bytes(results)


def svg(inside: str, more: str = "") -> dict[str, str]:
    return {"logo_svg": f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"{more}>{inside}</svg>'}


LOGO = 'logo = "logo.svg"\nlogo_text = "Arms"'
BROKEN: dict[str, tuple[str, dict[str, Any], str]] = {
    "no TOML": ("name = ", {}, "is no TOML"),
    "an unknown key": ('lgoo = "logo.svg"', {}, "did you mean logo?"),
    "an unknown block": ('[wording]\nabuot = "x"', {}, "wording.abuot is no block of the report.*did you mean about?"),
    "a block outside wording": ('contact = "x"', {}, "contact is not known here"),
    "wording is a text": ('wording = "x"', {}, r"wording.*a table"),
    "a name that is a number": ("name = 3", {}, "name is 3.*1 to 300 letters"),
    "a blank name": ('name = "  "', {}, "name.*1 to 300 letters"),
    "a logo that is not there": ('logo = "arms.png"\nlogo_text = "x"', {}, 'logo is "arms.png"; name a PNG or SVG'),
    "a logo elsewhere": ('logo = "../secret.png"\nlogo_text = "x"', {}, "lies in this folder"),
    "a logo without words": ('logo = "logo.svg"', svg(""), "logo_text is missing"),
    "words without a logo": ('logo_text = "x"', {}, "stands without a logo"),
    "a JPEG": ('logo = "logo.jpg"\nlogo_text = "x"', {"logo_jpg": b"\xff\xd8"}, "ends in .png or .svg"),
    "a PNG that is none": ('logo = "logo.png"\nlogo_text = "x"', {"logo_png": b"GIF89a"}, "no PNG inside"),
    "an SVG that is none": (LOGO, {"logo_svg": "<html/>"}, "is no SVG inside"),
    "an SVG with a fault": (LOGO, {"logo_svg": "<svg><g></svg>"}, "is no SVG inside"),
    "an SVG with a script": (LOGO, svg("<script>alert(1)</script>"), "holds an element <script>"),
    "an SVG that runs when loaded": (LOGO, svg("", ' onload="alert(1)"'), "runs something"),
    "an SVG with a page inside": (LOGO, svg("<foreignObject/>"), "holds an element <foreignobject>"),
    "an SVG that moves": (LOGO, svg('<animate attributeName="x"/>'), "holds an element <animate>"),
    "an SVG with a link": (LOGO, svg('<a href="javascript:alert(1)"/>'), "from elsewhere"),
    "an SVG with a picture from elsewhere": (LOGO, svg('<image href="http://x.y/z.png"/>'), "from elsewhere"),
    "an SVG with a style from elsewhere": (LOGO, svg("<style>@import 'x'</style>"), "from elsewhere"),
    "an SVG with entities": (LOGO, {"logo_svg": '<!DOCTYPE svg [<!ENTITY a "b">]><svg/>'}, "declares a document type"),
    "a logo too large": (LOGO, {"logo_svg": b" " * 300_001}, "300,000 bytes"),
    "a text that is a list": ('[wording]\nabout = ["x"]', {}, "wording.about.*a text of 1 to 4,000 letters"),
    "a text too long": (f'[wording]\nabout = "{"x" * 4001}"', {}, "1 to 4,000 letters"),
    "a file that is not there": ('[wording]\nabout = {file = "no.txt"}', {}, 'about.file is "no.txt".*in this folder'),
    "a file elsewhere": ('[wording]\nabout = {file = "/etc/passwd"}', {}, "lies in this folder"),
    "a file that is no text": ('[wording]\nabout = {file = "a.txt"}', {"a_txt": b"\xff\xfe"}, "no text in UTF-8"),
    "an empty file": ('[wording]\nabout = {file = "a.txt"}', {"a_txt": b" "}, "1 to 4,000 letters"),
    "a review date in quotes": ('[wording]\nreview_by = "2027-01-01"', {}, "a day without quotes"),
    "a review date with a time": ("[wording]\nreview_by = 2027-01-01T10:00:00", {}, "a day without quotes"),
    "a review date long past": ("[wording]\nreview_by = 2020-01-01", {}, "on or after 2026-11-22"),
    "uses that are one text": ('[wording]\nuse_for = "x"', {}, "a list of 1 to 12 texts"),
    "no uses": ("[wording]\nuse_for = []", {}, "a list of 1 to 12 texts"),
    "a use that is a number": ("[wording]\ndo_not_use_for = [1]", {}, "a list of 1 to 12 texts"),
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_template_ends_in_one_sentence(what: str, tmp_path: Path) -> None:
    text, files, wanted = BROKEN[what]
    with pytest.raises(ct.ConfigError) as told:
        read(template(tmp_path / "ours", text, **files), DAY)
    said = str(told.value)
    assert re.search(wanted, said), said
    assert FILE in said and "\n" not in said and said.endswith((".", "?"))


def test_no_folder_no_file_and_a_file_for_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for place, wanted in (
        (tmp_path / "none", "does not exist"),
        (tmp_path / "file", "is no folder"),
        (tmp_path, "has no template"),
    ):
        with pytest.raises(ct.ConfigError, match=wanted):
            read(place)


def test_all_faults_are_told_at_once_and_nothing_is_written(results: Path, tmp_path: Path) -> None:
    before = {path.name: path.read_bytes() for path in results.iterdir() if path.is_file()}
    folder = template(tmp_path / "ours", 'name = 1\nlgoo = "a"\n[wording]\nfunding = 2\nreview_by = 2020-01-01')
    with pytest.raises(ct.ConfigError) as told:
        write_report(results, "all", template=folder)
    assert len(told.value.faults) == 4
    assert {path.name: path.read_bytes() for path in results.iterdir() if path.is_file()} == before


@given(said=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60).filter(str.strip))
def test_any_wording_is_escaped(said: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    from contagion.report import html as pages

    folder = tmp_path_factory.mktemp("any")
    (folder / FILE).write_text('[wording]\nabout = {file = "a.txt"}')
    (folder / "a.txt").write_text(said, encoding="utf-8")
    (folder / "bare.html.j2").write_text(
        "{% for t, ps in council.sections %}{% for p in ps %}<p>{{ p }}</p>{% endfor %}{% endfor %}"
    )
    (folder / "report.css").write_text("")
    made = pages.page("bare.html.j2", folder, council=read(folder)).decode()
    inside = "".join(re.findall(r"<p>(.*?)</p>", made, re.S))
    assert "<" not in inside and ">" not in inside and html.unescape(inside) == " ".join(said.split())
