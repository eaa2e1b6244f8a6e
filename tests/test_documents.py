"""The report as Word, PDF and spreadsheet: what readers and their software find in each, and the same numbers in all."""

from __future__ import annotations

import datetime
import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st
from test_report import make_results

import contagion as ct
from contagion.report.documents import packages, pdf, reading, spreadsheet, word
from contagion.report.documents.blocks import Break, Data, Document, Drawing, Grid, Heading, Items, Paragraph, Picture
from contagion.report.documents.columns import WIDTH_CM, parts, widths
from contagion.report.documents.drawings import one_svg, plain, quoted
from contagion.report.documents.reading import BESIDE_A_MESSAGE_CM
from contagion.report.letterhead import read as read_letterhead
from contagion.report.page import formats_of, write_report

MADE = datetime.datetime(2026, 11, 22, 9, 30, tzinfo=datetime.UTC)
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NUMBER = re.compile(r"\d[\d,.]*\d|\d")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_results(tmp_path_factory.mktemp("given") / "out", 6, 2, only=3)
    write_report(folder, "all")
    return folder


@pytest.fixture(scope="module")
def document(place: Path) -> Document:
    return reading.read((place / "report.html").read_text(), MADE)


@pytest.fixture(scope="module")
def xml(place: Path) -> ElementTree.Element:
    with zipfile.ZipFile(place / "report.docx") as parts:
        return ElementTree.fromstring(parts.read("word/document.xml"))


def words_of(element: ElementTree.Element) -> str:
    return " ".join("".join(t.text or "" for t in p.iter(f"{W}t")) for p in element.iter(f"{W}p"))


def flat(text: str) -> str:
    return re.sub(r"\s+", "", text)


def main_table(document: Document) -> Grid:
    return next(b for b in document.blocks if isinstance(b, Grid) and b.caption.startswith("Balance sheet"))


def test_the_page_is_read_whole(document: Document, place: Path) -> None:
    page = re.sub(r"<section[^>]*data-screen.*?</section>", "", (place / "report.html").read_text(), flags=re.S)
    grids = [b for b in document.blocks if isinstance(b, Grid)]
    assert len(grids) == page.count("<table") + page.count("<dl>")
    assert all(len(row) == len(grid.head) for grid in grids for row in grid.rows)
    levels = [b.level for b in document.blocks if isinstance(b, Heading)]
    assert levels[0] == 1 and levels.count(1) == 1 and document.title == "Three ways to help recovery spread"
    pictures = [b for b in document.blocks if isinstance(b, Picture)]
    assert sum(len(p.drawings) for p in pictures) == page.count("<svg ") and all(p.alt for p in pictures)
    assert sum(isinstance(b, Data) for b in document.blocks) == page.count("data:text/csv") + 1
    said = " ".join(b.text for b in document.blocks if isinstance(b, Paragraph))
    assert "Skip to the report" not in said and "not a forecast" in said


def test_all_four_hold_the_same_numbers(document: Document, place: Path, xml: ElementTree.Element) -> None:
    openpyxl, pdftotext = pytest.importorskip("openpyxl"), shutil.which("pdftotext")
    key = [b.text for b in document.blocks if isinstance(b, Paragraph)][:6]
    table = main_table(document)
    wanted = [*key, *(cell for row in table.rows for cell in row)]
    assert sum(len(NUMBER.findall(text)) for text in wanted) > 100
    in_word = flat(words_of(xml))
    assert not [text for text in wanted if flat(text) not in in_word]
    book = openpyxl.load_workbook(place / "report.xlsx")
    cells = {flat(str(c.value)) for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None}
    assert not [text for text in wanted if flat(text) not in cells]
    in_pdf = pdf.source(document)
    assert not [text for text in wanted for line in text.split("\n") if quoted(line) not in in_pdf]
    if pdftotext:  # and what a reader of the file itself finds: every number of the key message and the table
        seen = subprocess.run([pdftotext, place / "report.pdf", "-"], capture_output=True, text=True, check=True).stdout
        numbers = set(NUMBER.findall(seen))
        assert not [n for text in wanted for n in NUMBER.findall(text) if n not in numbers]


def test_word_has_headings_words_for_pictures_heads_that_repeat_and_a_language(
    xml: ElementTree.Element, place: Path, document: Document
) -> None:
    headings = [b for b in document.blocks if isinstance(b, Heading)]
    styles = [p.find(f"{W}pPr/{W}pStyle") for p in xml.iter(f"{W}p")]
    found = [s.get(f"{W}val", "") for s in styles if s is not None]
    assert [int(s[-1]) for s in found if re.fullmatch(r"Heading\d", s)] == [h.level for h in headings]
    described = [one.get("descr") for one in xml.iter() if one.tag.endswith("}docPr")]
    assert described and all(described) and len(described) == sum(isinstance(b, Picture) for b in document.blocks)
    tables = list(xml.iter(f"{W}tbl"))
    assert len(tables) == sum(len(parts(b)) for b in document.blocks if isinstance(b, Grid))
    for table in tables:
        rows = table.findall(f"{W}tr")
        assert rows[0].find(f"{W}trPr/{W}tblHeader") is not None
        assert all(row.find(f"{W}trPr/{W}tblHeader") is None for row in rows[1:])
        assert table.find(f"{W}tblPr/{W}tblCaption") is not None
    with zipfile.ZipFile(place / "report.docx") as held:
        style = ElementTree.fromstring(held.read("word/styles.xml"))
        core = held.read("docProps/core.xml").decode()
        assert {part.date_time for part in held.infolist()} == {(2026, 11, 22, 9, 30, 0)}
    languages = [one.get(f"{W}val") for one in style.findall(f"{W}docDefaults//{W}lang")]
    assert languages == ["en-GB"]
    assert "<dc:title>Three ways to help recovery spread</dc:title>" in core and "<dc:language>en-GB" in core


def test_the_pdf_can_be_read_aloud(place: Path, document: Document) -> None:
    pikepdf = pytest.importorskip("pikepdf")
    with pikepdf.open(place / "report.pdf") as file:
        root = file.Root
        assert bool(root.MarkInfo.Marked) and "/StructTreeRoot" in root and str(root.Lang) == "en-GB"
        assert str(file.docinfo["/Title"]) == document.title and bool(root.ViewerPreferences.DisplayDocTitle)
        assert (
            'pdfuaid:part="1"' in str(file.open_metadata()) or "pdfuaid" in bytes(root.Metadata.read_bytes()).decode()
        )
        figures = list(tagged(root.StructTreeRoot, "/Figure"))
        assert len(figures) >= sum(isinstance(b, Picture) for b in document.blocks)
        assert all(str(one.get("/Alt", "")) for one in figures)
        assert len(list(tagged(root.StructTreeRoot, "/Table"))) == sum(isinstance(b, Grid) for b in document.blocks)
        assert len(list(tagged(root.StructTreeRoot, "/TH"))) >= sum(
            len(b.head) for b in document.blocks if isinstance(b, Grid)
        )


def tagged(node: object, kind: str) -> list[object]:
    """All elements of a kind in a PDF's tree of tags."""
    import pikepdf

    found, ahead = [], [node]
    while ahead:
        one = ahead.pop()
        if isinstance(one, pikepdf.Array):
            ahead += list(one)
        elif isinstance(one, pikepdf.Dictionary):
            if str(one.get("/S", "")) == kind:
                found.append(one)
            if "/K" in one:
                ahead.append(one["/K"])
    return found


def test_a_pdf_without_words_for_a_picture_is_refused_by_typst() -> None:
    svg = '<svg viewBox="0 0 10 10"><rect width="5" height="5"/></svg>'
    dumb = Document("A", "en-GB", MADE, (Heading(1, "A"), Picture((Drawing(svg, ""),), "", "Under it")))
    text = pdf.source(dumb).replace(', alt: ""', "")
    import typst

    with pytest.raises(RuntimeError, match=r"(?i)alt"):
        typst.compile(text.encode(), format="pdf", pdf_standards=["ua-1"])


def test_the_spreadsheet_has_a_cover_contents_notes_and_one_table_a_sheet(place: Path, document: Document) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(place / "report.xlsx")
    grids = [b for b in document.blocks if isinstance(b, Grid)]
    data = [b for b in document.blocks if isinstance(b, Data)]
    assert book.sheetnames[:3] == ["Cover", "Contents", "Notes"]
    assert book.sheetnames[3:] == [
        *(f"Table {n + 1}" for n in range(len(grids))),
        *(f"Data {n + 1}" for n in range(len(data))),
    ]
    assert all(len(book[name].tables) == 1 for name in book.sheetnames[3:])
    first = book["Data 1"]
    assert any(isinstance(c.value, int | float) for row in first.iter_rows() for c in row)
    assert book.properties.title == document.title
    assert not [c.coordinate for s in book for row in s.iter_rows() for c in row if c.data_type == "f"]


def test_a_second_build_gives_the_same_bytes(place: Path) -> None:
    before = {path.name: path.read_bytes() for path in place.glob("report.*")}
    assert set(before) == {"report.html", "report.docx", "report.pdf", "report.xlsx"}
    write_report(place, ["spreadsheet", "pdf", "word"])
    assert {path.name: path.read_bytes() for path in place.glob("report.*")} == before
    assert not list(place.glob(".*.part"))


SAID = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40).filter(str.strip)


@given(
    text=SAID
    | st.sampled_from(["#eval(1)", '"); #import "x', "=1+1", "<b>&", "$x$ *y* _z_ \\ `q`", "@SUM(A1)", "$$n1$$"])
)
def test_what_a_user_wrote_is_text_in_every_format(text: str) -> None:
    source = pdf.source(Document(text, "en-GB", MADE, (Heading(1, text), Paragraph(text), Items((text,)))))
    strings = re.findall(r'"((?:[^"\\]|\\.)*)"', source)
    assert quoted(text) in strings
    outside = re.sub(r'"(?:[^"\\]|\\.)*"', "", source.split("body))", 1)[1])
    assert re.fullmatch(r"(#heading\(level: 1, \)|#par\(\)|#list\(\)|\s)*", outside)
    assert "$$" not in spreadsheet._harmless(text)


def test_hostile_words_pass_through_all_formats() -> None:
    openpyxl = pytest.importorskip("openpyxl")
    nasty = 'A & B <script>alert(1)</script> #let x = "1" \\ $$n1$$ =1+1 [a](http://b.c)'
    grid = Grid(
        nasty, ("=1+1", nasty), (("=cmd()", "+5"), (nasty, "-3 to 4\nsecond line"), ("–", ""), ("***", "…")), "A note"
    )
    paper = Document(nasty, "en-GB", MADE, (Heading(1, nasty), Paragraph(nasty), Items((nasty,), True), grid))
    assert pdf.pdf(paper).startswith(b"%PDF") and word.word(paper)[:2] == b"PK"
    book = openpyxl.load_workbook(io.BytesIO(spreadsheet.spreadsheet(paper)))
    cells = [c for s in book for row in s.iter_rows() for c in row]
    assert [c.value for c in cells].count("[z]") == 3 and "[x]" in [c.value for c in cells]
    assert all(c.data_type != "f" and (c.hyperlink is None or not c.hyperlink.target) for c in cells)


@pytest.mark.parametrize(("module", "name", "asked"), [
    ("docx", "python-docx", "word"), ("typst", "typst", "pdf"), ("gptables", "gptables", "spreadsheet"),
    ("typst", "typst", "all"),
])  # fmt: skip
def test_a_missing_package_ends_in_a_sentence_that_names_the_extra(
    place: Path, monkeypatch: pytest.MonkeyPatch, module: str, name: str, asked: str
) -> None:
    import sys

    before = {path.name: path.stat().st_mtime_ns for path in place.iterdir()}
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ct.ConfigError) as told:
        write_report(place, asked)
    assert name in str(told.value) and 'pip install "contagion[documents]"' in str(told.value)
    assert "\n" not in str(told.value) and {p.name: p.stat().st_mtime_ns for p in place.iterdir()} == before
    assert packages.CALLED[module] == name


def test_the_command_writes_what_is_asked_and_says_where(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from contagion.__main__ import main

    def call(*words: str) -> tuple[int, list[str], str]:
        import sys
        from unittest import mock

        with mock.patch.object(sys, "argv", ["contagion", *words]):
            try:
                code = int(main() or 0)
            except SystemExit as left:
                code = int(left.code or 0)
        told = capsys.readouterr()
        return code, told.out.splitlines(), told.err

    code, out, _ = call("report", str(place), "--format", "pdf")
    assert code == 0 and out == [str(place / "report.pdf")]
    code, out, _ = call("report", str(place))
    assert code == 0 and out == [str(place / "report.html")]
    code, out, err = call("report", str(place), "--format", "wrod")
    assert code == 2 and not out and "did you mean word?" in err and "Traceback" not in err


def test_formats_are_asked_for_by_name() -> None:
    assert formats_of("all") == ("html", "word", "pdf", "spreadsheet") and formats_of(["pdf", "html"]) == (
        "html",
        "pdf",
    )
    with pytest.raises(ct.ConfigError, match="html, word, pdf, spreadsheet, all"):
        formats_of("docx")


def test_drawings_that_stand_together_become_one_that_knows_nothing_of_a_page() -> None:
    svg = '<svg viewBox="0 0 100 40" aria-hidden="true"><path style="stroke: var(--c-navy, #12436D)"/></svg>'
    both = Picture((Drawing(svg, "a", "One"), Drawing(svg, "b", "Two & more")), "both", "c")
    text, width, height = one_svg(both)
    ElementTree.fromstring(text)
    assert (width, height) == (214, 66) and "var(" not in text and "Two &amp; more" in text
    assert plain("fill: var(--c-ink, #000000)") == "fill: #000000"
    with pytest.raises(ValueError, match="SVG"):
        one_svg(Picture((Drawing(b"png", "a"),), "a"))


@pytest.mark.slow
def test_the_example_of_the_docs_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (ROOT / "docs" / "report.md").read_text("utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", text, re.S)
    monkeypatch.chdir(tmp_path)
    exec(compile(example, "docs/report.md", "exec"), {})
    whole = re.search(r"```toml\n(.*?)```", text, re.S)
    assert whole
    for name, held in (("template.toml", whole[1]), ("contact.txt", "x"), ("logo.svg", "<svg viewBox='0 0 1 1'/>")):
        (tmp_path / name).write_text(held)
    assert read_letterhead(tmp_path).name == "Anytown Council"


def wide(columns: int, rows: int = 3) -> Grid:
    head = tuple(f"head {c}" for c in range(columns))
    return Grid("Wide", head, tuple(tuple(f"{r}.{c}" for c in range(columns)) for r in range(rows)), "a note")


@pytest.mark.parametrize(("columns", "of_parts"), [(1, [1]), (8, [8]), (9, [5, 5]), (13, [7, 7]), (14, [6, 6, 4])])
def test_a_table_of_many_columns_is_read_in_parts_that_each_name_their_rows(columns: int, of_parts: list[int]) -> None:
    """Nothing is left out and nothing twice but the first column; the note stands once, under the last part."""
    grid = wide(columns)
    found = parts(grid)
    assert [len(part.head) for part in found] == of_parts
    assert all(part.rows[1][0] == "1.0" for part in found)
    assert [cell for part in found for cell in part.head[1:]] == list(grid.head[1:])
    assert [part.note for part in found] == ["", "", "a note"][-len(found) :]
    assert all("part" in part.caption for part in found) == (len(found) > 1)


@given(st.lists(st.lists(st.text("ab -", max_size=200), min_size=4, max_size=4), min_size=1, max_size=8))
def test_columns_fill_the_page_and_hold_their_words(rows: list[list[str]]) -> None:
    grid = Grid("Any", ("one", "two", "three", "four"), tuple(map(tuple, rows)))
    found = widths(grid)
    assert sum(found) == pytest.approx(WIDTH_CM) and min(found) > 0


def test_the_column_that_holds_most_is_the_widest() -> None:
    grid = Grid("Any", ("a", "b", "c"), (("x", "word " * 60, "word " * 4),) * 5)
    found = widths(grid)
    assert found[1] > 2 * found[2] > 2 * found[0]


def test_two_pages_stand_alone_before_the_annex(place: Path, document: Document) -> None:
    """The key message with its picture, then every option with what to bear in mind; the annex begins a page."""
    pikepdf = pytest.importorskip("pikepdf")
    kinds = [type(b) for b in document.blocks]
    first = next(b for b in document.blocks if isinstance(b, Picture) and b.caption)
    annex = kinds.index(Break)
    assert first.high == BESIDE_A_MESSAGE_CM and document.blocks.index(first) < annex
    assert kinds[:annex].count(Grid) == 1
    at = document.blocks[annex + 1]
    assert isinstance(at, Paragraph) and at.text.startswith("Annex")
    pdftotext = shutil.which("pdftotext")
    with pikepdf.open(place / "report.pdf") as file:
        assert len(file.pages) > 3
    if pdftotext:
        seen = subprocess.run([pdftotext, place / "report.pdf", "-"], capture_output=True, text=True, check=True).stdout
        pages = seen.split("\f")
        assert "Key message" in pages[0] and "Bear in mind" in pages[0] + pages[1]
        assert next(k for k, page in enumerate(pages) if "Annex: everything" in page) <= 2
