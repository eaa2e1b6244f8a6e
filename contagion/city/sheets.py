"""Tables of text (CSV and its kin) as columns: pyarrow reads them, and Python's csv module those that are uneven.

Every cell is text, an empty or a missing one is "": no word of a file ("NA", "nan", "None") stands for nothing. What
the file does not say of itself (its separator, whether its first line names the columns) is found and told.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from contagion.core.errors import counted

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars", " ": "spaces"}
"""What may stand between two cells, in words."""
COMMENTS = "#%"
"""What the lines above a table may begin with, and then also lines between its rows."""
SAMPLE = 60
"""Lines by which the separator is found."""


class Values(NamedTuple):
    """A column as codes: row k holds ``words[code[k]]``."""

    code: np.ndarray
    words: list[Any]


@dataclass(frozen=True)
class _Form:
    """How a text is laid out: the table without what stands above it, its first line, what parts and comments it."""

    body: bytes
    above: int  # lines above the table
    separator: str
    comment: str = ""
    remarks: tuple[str, ...] = ()  # the comments above the table

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Each row that is not blank, with the line on which it begins; ValueError with the line of a broken one."""
        text = io.TextIOWrapper(io.BytesIO(self.body), "utf-8", newline=None if self.separator == " " else "")
        lines = (("\n" if self.comment and line.lstrip().startswith(self.comment) else line) for line in text)
        if self.separator == " ":
            yield from ((n, row) for n, line in enumerate(lines, self.above + 1) if (row := line.split()))
            return
        reader, line = csv.reader(lines, delimiter=self.separator, strict=True), 1
        try:
            for row in reader:
                if any(map(str.strip, row)):
                    yield line + self.above, row
                line = reader.line_num + 1
        except csv.Error as problem:
            raise ValueError(f"line {line + self.above}: {problem}") from None


@dataclass(frozen=True)
class Sheet:
    """A table of text: names of its columns, and their cells."""

    path: str
    names: list[str]
    header: bool  # whether the first row named them
    named: bool  # whether the file names them at all
    cells: Any  # pyarrow Table, a column of text for each name
    form: _Form
    notes: list[str] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return int(self.cells.num_rows)

    def place(self, name: str) -> int | None:
        """Which column has this name, as written or else in small letters without spaces; the last of several."""
        return placed(name, self.names)

    def values(self, *places: int) -> Values:
        """Columns one after the other, as codes of the words in them (in order of first occurrence)."""
        import pyarrow as pa

        chunks = [chunk for place in places for chunk in self.cells.column(place).chunks]
        coded = pa.chunked_array(chunks, pa.large_string()).combine_chunks().dictionary_encode()
        return Values(coded.indices.to_numpy(), coded.dictionary.to_pylist())

    def line(self, row: int) -> int:
        """The line of the file on which a row begins (the header is no row)."""
        return next(islice(self.form.rows(), row + self.header, None))[0]


def placed(name: str, names: list[str]) -> int | None:
    """Which of these names is meant: as written, or else in small letters without spaces; the last of several."""
    for told, all_ in ((name, names), (plain(name), [plain(one) for one in names])):
        if told and told in all_:
            return len(all_) - 1 - all_[::-1].index(told)
    return None


def plain(name: str) -> str:
    """A name of a column, as it is compared: small letters, no spaces around it, a line for each inner one."""
    return re.sub(r"[\s_-]+", "_", name.strip().casefold())


def read_sheet(path: str, sure: Collection[str] = (), likely: Collection[str] = ()) -> Sheet:
    """Read a table of text in UTF-8, or in UTF-16 with its mark.

    The first line is a header if it has one of the `sure` names of columns or two of the `likely` ones (both as `plain`
    gives them), or if it alone is no number in a column of numbers.

    Raises OSError if it cannot be opened, ValueError if it is no such table.
    """
    data, notes = _decoded(Path(path).read_bytes())
    form = _form(data)
    first = next(form.rows(), (1, []))[1]
    cells, uneven = _quickly(form, len(first)) or _leniently(form)
    notes += uneven
    header = bool(first) and _is_header(first, cells, sure, likely)
    if not header and form.remarks and first:
        named = _cut(form.remarks[-1].lstrip(COMMENTS).strip(), form.separator)
        if len(named) == len(first) and _named(named, sure, likely):
            return Sheet(path, [cell.strip() for cell in named], False, True, cells, form, notes)
    names = [cell.strip() for cell in first] if header else [f"column {k + 1}" for k in range(cells.num_columns)]
    alike = list(map(plain, names))
    twice = dict.fromkeys(name for name in names if name and alike.count(plain(name)) > 1)
    last = "the last is read" if len(twice) == 1 else "as it is asked for, else the last, is read"
    notes += [f"column {' and '.join(twice)} stands there more than once: {last}"] if twice else []
    return Sheet(path, names, header, header, cells.slice(1) if header else cells, form, notes)


def _decoded(data: bytes) -> tuple[bytes, list[str]]:
    """The text as UTF-8 without its mark, and a word where it was something else."""
    notes = []
    if data[:2] in (b"\x1f\x8b", b"PK", b"BZ") or data[:4] == b"\xfd7zX":
        raise ValueError("it is packed: unpack it first")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            data = data.decode("utf-16").encode()
        except UnicodeError:
            raise ValueError("it begins as UTF-16 text and is none; save the file as UTF-8") from None
        notes.append("it is UTF-16 text")
    data = data.removeprefix(b"\xef\xbb\xbf")
    if b"\n" not in data:
        data = data.replace(b"\r", b"\n")  # as old Macintosh programs end lines
    try:
        data.decode()
    except UnicodeDecodeError as problem:
        line = data.count(b"\n", 0, problem.start) + 1
        raise ValueError(
            f"line {line} is not UTF-8 text: byte {data[problem.start]:#04x}; save the file as UTF-8"
        ) from None
    if data.lstrip()[:1] in (b"<", b"{", b"["):
        raise ValueError(
            f"it begins with {data.lstrip()[:1].decode()}, as a page or a program's data do: it is no table"
        )
    odd = re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", data)
    if odd:
        line = data.count(b"\n", 0, odd.start()) + 1
        raise ValueError(f"line {line} holds a control character (byte {odd[0][0]:#04x}): it is no text in UTF-8")
    return data, notes


def _form(data: bytes) -> _Form:
    """What stands above the table, and what parts its cells."""
    lines = io.BytesIO(data)
    above, begin, comment, separator = 0, 0, "", ""
    remarks: list[str] = []
    for line in lines:
        text = line.decode().strip()
        told = re.fullmatch(r'"?sep=(.)"?', line.decode().strip("\r\n"), re.I) if not above else None
        if told:
            separator = told[1]
        elif text and text[0] in COMMENTS:
            comment = comment or text[0]
            remarks.append(text)
        elif text:
            break
        above, begin = above + 1, lines.tell()
    if begin == len(data) and remarks and all(text[0] == "#" and text[1:2].strip() for text in remarks):
        above, begin, comment, remarks = 0, 0, "", []  # every line begins so: these are names, and no comments
    body = data[begin:]
    if separator not in SEPARATORS:
        separator = _separator(body, comment)
    return _Form(body, above, separator, comment, tuple(remarks))


def _separator(body: bytes, comment: str) -> str:
    """What parts the cells: what gives every line as many cells, at least two; else what the first line has."""
    some = body[: 200 * SAMPLE].decode(errors="ignore").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    some = some[: -1 if len(body) > 200 * SAMPLE and len(some) > 1 else None]
    lines = [line for line in some if line.strip() and not (comment and line.lstrip().startswith(comment))][:SAMPLE]
    counts = {sep: [len(_cut(line.strip("\t "), sep)) for line in lines] for sep in SEPARATORS}
    even = [sep for sep, found in counts.items() if found and min(found) == max(found) > 1]
    if "," in even and len(even) > 1 and even[1] != " ":
        decimal = all(re.search(r"\d,\d", line) and not re.search(r"\D,|,\D", line) for line in lines[1:] or lines)
        return even[1] if decimal else ","
    if even:
        return even[0]
    return next((sep for sep, found in counts.items() if found and found[0] > 1), ",")


def _cut(line: str, separator: str) -> list[str]:
    if separator == " ":
        return line.split()
    try:
        return next(csv.reader([line], delimiter=separator))
    except (csv.Error, StopIteration):
        return line.split(separator)


def _quickly(form: _Form, width: int) -> tuple[Any, list[str]] | None:
    """The cells of an even table as pyarrow reads them, and blank lines; None if there may be more to it."""
    import pyarrow as pa
    from pyarrow import csv as arrow

    body, separator = form.body.replace(b"\r\n", b"\n"), form.separator
    odd = (b'"', b"\r", b"\n" + separator.encode(), *([b"\n" + form.comment.encode()] if form.comment else []))
    if width < 2 or separator == " " or body.startswith(separator.encode()) or any(one in body for one in odd):
        return None
    try:
        cells = arrow.read_csv(
            pa.BufferReader(body),
            arrow.ReadOptions(use_threads=False, autogenerate_column_names=True),
            arrow.ParseOptions(delimiter=separator, quote_char=False),
            arrow.ConvertOptions(check_utf8=False, column_types={f"f{k}": pa.large_string() for k in range(width)}),
        )
    except pa.ArrowInvalid:
        return None
    if cells.num_columns != width:
        return None
    return cells, _blank(body.count(b"\n") + (not body.endswith(b"\n")) - cells.num_rows)


def _blank(lines: int) -> list[str]:
    return [f"{counted(lines, 'blank line is', 'blank lines are')} passed over"] if lines > 0 else []


def _leniently(form: _Form) -> tuple[Any, list[str]]:
    """The cells as Python reads them: short rows are filled up with "", cells beyond the first row are left out."""
    import pyarrow as pa

    found = list(form.rows())
    lines, rows = [line for line, _ in found], [row for _, row in found]
    width = len(rows[0]) if rows else 0
    while width > 2 and not any(row[width - 1].strip() for row in rows if len(row) >= width):
        width -= 1  # a separator at the end of each line makes no column
    short = [k for k, row in enumerate(rows) if len(row) < width]
    long = [k for k, row in enumerate(rows) if any(map(str.strip, row[width:]))]
    if 2 * len(long) > len(rows) or (form.separator == " " and (short or long)):
        odd = (long or short)[0]
        why = "part the cells by commas if names have spaces in them" if form.separator == " " else "give each as many"
        raise ValueError(f"line {lines[odd]} has {len(rows[odd])} cells, and the first row has {width}: {why}")
    notes = []
    for which, word, done in ((short, "shorter", "what it lacks is blank"), (long, "longer", "the rest is left out")):
        if which:
            rows_are = counted(len(which), "row is", "rows are")
            notes.append(f"{rows_are} {word} than the first of {width} cells (line {lines[which[0]]}): {done}")
    if b'"' not in form.body and not form.comment:  # a row is a line
        notes += _blank(len(form.body.splitlines()) - len(rows))
    rows = [[*row[:width], *[""] * (width - len(row))] for row in rows]
    columns = list(zip(*rows, strict=True)) or [()] * width
    return pa.table([pa.array(column, pa.large_string()) for column in columns], [f"f{k}" for k in range(width)]), notes


def _named(cells: list[str], sure: Collection[str], likely: Collection[str]) -> bool:
    """Whether these are names of columns: one that is sure, or two that are likely."""
    told = {plain(cell) for cell in cells}
    return bool(told & set(sure)) or len(told & set(likely)) > 1


def _is_header(first: list[str], cells: Any, sure: Collection[str], likely: Collection[str]) -> bool:
    """Whether the first row names the columns: by its words, or as the only one that is no number in its column."""
    below = cells.slice(1, 1000)
    if _named(first, sure, ()):
        return True
    if _named(first, (), likely):  # unless these are people of the rows below
        return not {*first[:2]} & {word for column in below.columns[:2] for word in column.to_pylist()}
    if any(map(is_number, first)):
        return False
    for k, cell in enumerate(first[: cells.num_columns]):
        if cell.strip() and below.num_rows:
            told = [word for word in below.column(k).to_pylist() if word.strip()]
            if told and all(map(is_number, told)):
                return True
    return False


def is_number(word: str) -> bool:
    """Whether a word is a number (also with a decimal comma)."""
    try:
        float(word.strip().replace(",", ".", 1))
    except ValueError:
        return False
    return word.strip().lower().lstrip("+-") not in ("nan", "inf", "infinity")
