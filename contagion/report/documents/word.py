"""A Word file from blocks: real headings, a language, words for every picture, and tables whose heads repeat.

python-docx has no call for the words of a picture, the language, and the head of a table; these are set in the XML.
"""

from __future__ import annotations

import io
from typing import Any

from contagion.report.documents.blocks import Block, Break, Data, Document, Grid, Heading, Items, Paragraph, Picture
from contagion.report.documents.columns import WIDTH_CM, parts, points, widths
from contagion.report.documents.drawings import one_svg, png, spoken
from contagion.report.documents.fixed import dated_zip
from contagion.report.documents.packages import needed

FONT = "Arial"
INK, NAVY, GREY = "1D1D1D", "12436D", "4A4A4A"
LOGO_CM = 2.2


def word(document: Document) -> bytes:
    """The document as a Word file (.docx); the same document gives the same bytes.

    Raises ConfigError where python-docx or typst is not installed.
    """
    docx, _ = needed("docx"), needed("typst")
    file = docx.Document()
    _lay_out(file, document)
    for block in document.blocks:
        _write(file, block)
    held = io.BytesIO()
    file.save(held)
    return dated_zip(held.getvalue(), document.made)


def _lay_out(file: Any, document: Document) -> None:
    """Page, styles, language and title."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    section = file.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = Cm((21.0 - WIDTH_CM) / 2)
    section.top_margin = section.bottom_margin = Cm(2.0)
    sizes = {"Normal": 10.5, "Title": 22, "Heading 1": 20, "Heading 2": 16, "Heading 3": 13, "Caption": 10}
    for name, size in sizes.items():
        style = file.styles[name]
        style.font.name, style.font.size = FONT, Pt(size)
        style.font.color.rgb = RGBColor.from_string(INK if name in ("Normal", "Caption") else NAVY)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for old in [key for key in fonts.attrib if key.endswith("Theme")]:
            del fonts.attrib[old]
        fonts.set(qn("w:hAnsi"), FONT)
        fonts.set(qn("w:cs"), FONT)
    file.styles["Normal"].paragraph_format.space_after = Pt(6)
    file.styles["Caption"].font.bold = True
    file.styles["Caption"].paragraph_format.keep_with_next = True
    defaults = file.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    language = defaults.find(qn("w:lang"))
    if language is None:
        language = OxmlElement("w:lang")
        defaults.append(language)
    for name in ("w:val", "w:eastAsia"):
        language.set(qn(name), document.language)
    said = file.core_properties
    said.title, said.language, said.author, said.comments = (
        _plain(document.title)[:255],
        document.language,
        "contagion",
        "",
    )
    said.created = said.modified = document.made.replace(tzinfo=None, microsecond=0)
    said.last_modified_by, said.revision = "contagion", 1


def _write(file: Any, block: Block) -> None:
    from docx.shared import Pt, RGBColor

    match block:
        case Heading(level, text):
            file.add_paragraph(_plain(text), style=f"Heading {min(level, 6)}")
        case Paragraph(text, kind):
            paragraph = file.add_paragraph()
            run = paragraph.add_run(_plain(text))
            run.bold = kind == "label" or None
            paragraph.paragraph_format.keep_with_next = kind in ("label", "lead") or None
            if kind in ("note", "lead"):
                run.font.size, run.font.color.rgb = Pt(9), RGBColor.from_string(GREY)
        case Items(lines, numbered):
            for line in lines:
                file.add_paragraph(_plain(line), style="List Number" if numbered else "List Bullet")
        case Grid():
            for part in parts(block):
                _table(file, part)
        case Picture():
            _picture(file, block)
        case Break():
            file.add_paragraph().paragraph_format.page_break_before = True
        case Data():
            return  # numbers for a spreadsheet, which the other format holds


def _table(file: Any, grid: Grid) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    file.add_paragraph(_plain(grid.caption), style="Caption")
    table = file.add_table(rows=0, cols=len(grid.head), style="Table Grid")
    table.autofit = False
    _line_up(table)
    described = OxmlElement("w:tblCaption")
    described.set(qn("w:val"), _plain(grid.caption))
    _ordered(table._tbl.tblPr, described)
    wide = widths(grid)
    for column, width in zip(table.columns, wide, strict=True):
        column.width = Cm(width)
    size = Pt(points(grid))
    for number, row in enumerate((grid.head, *grid.rows)):
        line = table.add_row()
        properties = line._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if number == 0:
            properties.append(OxmlElement("w:tblHeader"))
        for place, (cell, text, width) in enumerate(zip(line.cells, row, wide, strict=True)):
            cell.width = Cm(width)
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(0)
            run = paragraph.add_run(_plain(text))  # a new line of a cell becomes a line break
            run.font.size, run.bold = size, (number == 0 or place == 0) or None
    _write(file, Paragraph(grid.note, "note"))  # or an empty line, without which Word would join two tables


ORDER = ("tblStyle", "tblW", "jc", "tblInd", "tblBorders", "shd", "tblLayout", "tblCellMar", "tblLook", "tblCaption")
"""In which order Word wants what is said of a table."""


def _ordered(properties: Any, *more: Any) -> None:
    """Put what is said of a table into the order that Word wants."""
    parts = sorted((*properties, *more), key=lambda part: ORDER.index(part.tag.rpartition("}")[2]))
    for part in parts:
        properties.append(part)


def _line_up(table: Any) -> None:
    """Thin grey lines between rows alone, and a little air above and below the text of a cell."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    sides = "".join(
        f'<w:{side} w:val="{"single" if side in ("top", "bottom", "insideH") else "nil"}" w:sz="4" w:color="B8C0C8"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    table._tbl.tblPr.append(parse_xml(f"<w:tblBorders {nsdecls('w')}>{sides}</w:tblBorders>"))
    air = "".join(
        f'<w:{side} w:w="{size}" w:type="dxa"/>' for side, size in (("top", 40), ("left", 60), ("bottom", 40))
    )
    table._tbl.tblPr.append(parse_xml(f"<w:tblCellMar {nsdecls('w')}>{air}</w:tblCellMar>"))


def _picture(file: Any, picture: Picture) -> None:
    from docx.shared import Cm

    first = picture.drawings[0]
    if isinstance(first.image, bytes):
        image, size = first.image, {"height": Cm(LOGO_CM)}
    else:
        svg, width, height = one_svg(picture)
        image = png(svg)
        logo = not picture.caption
        size = (
            {"height": Cm(LOGO_CM)}
            if logo
            else {"width": Cm(min(WIDTH_CM, width / 32, min(23.0, picture.high) * width / height))}
        )
    paragraph = file.add_paragraph()
    paragraph.paragraph_format.keep_with_next = bool(picture.caption)
    shape = paragraph.add_run().add_picture(io.BytesIO(image), **size)
    shape._inline.docPr.set("descr", _plain(spoken(picture)))
    if picture.caption:
        _write(file, Paragraph(picture.caption, "note"))


def _plain(text: str) -> str:
    """Text without characters that XML cannot hold."""
    return "".join(c for c in text if c >= " " or c in "\n\t")
