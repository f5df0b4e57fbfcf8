"""Rows of delimited text, one by one, whatever a spreadsheet program or a person did to the file."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, TextIO

from exchange.drafts import file_refused
from exchange.readers.text import Unreadable, folded

ENCODINGS = ("utf-8", "utf-16", "cp1250", "cp1251", "cp1252", "cp1254", "cp1256", "iso-8859-1", "iso-8859-6")
"""The encodings a caller may declare. Undeclared, only UTF-8 and UTF-16 with its mark are certain."""
_ZIP = b"PK\x03\x04"
"""How a workbook, or any archive, begins."""
DELIMITERS = (",", ";", "\t")
HEADER_WITHIN = 20
"""A header is looked for in this many first lines: titles may stand above it."""
MOST_COLUMNS = 500
_LONGEST_LINE = 1_000_000  # characters; beyond it a line is a broken file, and memory is finite
_LONGEST_RECORD = 200  # lines; a quote left open swallows the file, so it is given up here
_CHUNK = 1 << 20


def opened(data: bytes | BinaryIO) -> BinaryIO:
    """Give the content as a binary file at its start; a file given must be seekable."""
    if isinstance(data, bytes):
        return io.BytesIO(data)
    data.seek(0)
    return data


@contextmanager
def opened_text(data: bytes | BinaryIO, encoding: str | None = None) -> Iterator[TextIO]:
    """Lend the content as text with its line ends untouched; a file given stays open.

    ``encoding`` is one of ``ENCODINGS``; None accepts what is certain: UTF-8, with or without its
    mark, and UTF-16 with one. The whole content is decoded once before the first row is given, so that
    a file in another encoding is refused and not half read.

    Raises Invalid (``import-invalid``): empty file, unknown or wrong encoding.
    """
    file = opened(data)
    start = file.read(4096)
    if not start.strip():
        raise file_refused("empty-file", "The file is empty.")
    if start.startswith(_ZIP):
        raise file_refused(
            "encoding",
            "The file is a workbook or an archive, and text is read here. Save the table as CSV UTF-8.",
        )
    if encoding is not None and encoding.casefold() not in ENCODINGS:
        raise file_refused("encoding", "The declared encoding is not one of: " + ", ".join(ENCODINGS) + ".")
    name = (encoding or "utf-8").casefold()
    if encoding is None and start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        name = "utf-16"
    elif name == "utf-8":
        name = "utf-8-sig"
    decoder = codecs.getincrementaldecoder(name)()
    file.seek(0)
    try:
        while chunk := file.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        raise file_refused(
            "encoding",
            "The file is not UTF-8. Save it as UTF-8 (in Excel: CSV UTF-8), or declare its encoding.",
        ) from None
    if name == "utf-8-sig" and start.count(b"\0") > len(start) // 4:
        raise file_refused("encoding", "The file looks like UTF-16 without its mark. Save it as UTF-8.")
    file.seek(0)
    # newline="" keeps line ends inside quotes and accepts all three kinds, carriage returns alone too.
    text = io.TextIOWrapper(file, encoding=name, newline="")
    try:
        yield text
    finally:
        # A wrapper closes what it wraps when it is collected; a file closed by an error above needs no more.
        if not file.closed:
            text.detach()


def delimiter_of(text: TextIO, known: Collection[str]) -> str:
    """Give the delimiter under which the first lines name most of the known columns.

    ``known`` are folded column names. The comma wins ties. The text is left at its start.
    """
    lines = [text.readline(_LONGEST_LINE) for _ in range(HEADER_WITHIN)]
    text.seek(0)
    best, most = ",", 0
    for delimiter in DELIMITERS:
        named = max(
            sum(folded(cell.strip().strip('"')) in known for cell in line.split(delimiter)[:MOST_COLUMNS])
            for line in lines
        )
        if named > most:
            best, most = delimiter, named
    return best


class _Lines:
    """Lines with their numbers; lines taken into a record that never closed can be given back."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._back: list[str] = []
        self.taken: list[str] = []
        self.number = 0
        """The number of the last line taken."""

    def take(self) -> str | None:
        if self._back:
            line = self._back.pop()
        else:
            line = self._text.readline(_LONGEST_LINE)
            if not line:
                return None
        self.number += 1
        self.taken.append(line)
        return line

    def give_back(self, count: int) -> None:
        self._back.extend(reversed(self.taken[len(self.taken) - count :]))
        self.number -= count

    def skip_rest_of_line(self) -> None:
        while (more := self._text.readline(_LONGEST_LINE)) and not more.endswith(("\n", "\r")):
            pass

    def more(self, first: str) -> Iterator[str]:
        yield first
        while len(self.taken) < _LONGEST_RECORD and (line := self.take()) is not None:
            yield line


def records(text: TextIO, delimiter: str) -> Iterator[tuple[int, list[str] | Unreadable]]:
    """Give (line, cells) for every record that is not blank, or (line, what is wrong with it).

    A record that cannot be split costs its first line only: a quote that never closes is reported
    (``open-quote``) and reading goes on with the line below.
    """
    lines = _Lines(text)
    while True:
        lines.taken.clear()
        first = lines.take()
        if first is None:
            return
        at = lines.number
        if len(first) == _LONGEST_LINE and not first.endswith(("\n", "\r")):
            lines.skip_rest_of_line()
            yield at, Unreadable("too-long", "The line is longer than a million characters.")
            continue
        if '"' not in first:  # nearly every line, and many times faster
            bare = first.rstrip("\r\n")
            if bare.strip():
                yield at, bare.split(delimiter)
            continue
        try:
            cells = next(csv.reader(lines.more(first), delimiter=delimiter, strict=True))
        except csv.Error:
            beyond = len(lines.taken) - 1
            if beyond:
                lines.give_back(beyond)
            yield (
                at,
                Unreadable(
                    "open-quote", "A quotation mark in this line is not closed, or stands inside a cell."
                ),
            )
            continue
        yield at, cells


def fitted(cells: list[str], width: int) -> list[str]:
    """Give exactly as many cells as the header has; blank cells too many at the end are dropped.

    Raises Unreadable (``ragged-row``) when cells are missing or hold something beyond the header: a
    row that slipped by one cell would put every number in a wrong column.
    """
    if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
        return cells[:width]
    if len(cells) != width:
        raise Unreadable("ragged-row", f"The row has {len(cells)} cells and the header {width}.")
    return cells


def known_columns(
    header: Iterable[str], names: dict[str, str], *, required: Collection[str]
) -> list[str | None] | None:
    """Give for each header cell the column it names (None: not known), or None when it is no header.

    ``names`` maps folded header texts to column names; a header names every required column.

    Raises Invalid (``import-invalid``) when a column is named twice or there are too many.
    """
    found = [names.get(folded(cell)) for cell in header]
    if not set(required) <= set(found):
        return None
    if len(found) > MOST_COLUMNS:
        raise file_refused("too-many-columns", f"The table has more than {MOST_COLUMNS} columns.")
    named = [column for column in found if column is not None]
    twice = sorted({column for column in named if named.count(column) > 1})
    if twice:
        raise file_refused("duplicate-column", "Columns named twice: " + ", ".join(twice) + ".")
    return found
