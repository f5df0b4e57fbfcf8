"""Anybody's table: a header, labels in the first column, numbers and percentages in the others."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from exchange.drafts import file_refused
from exchange.readers.numbers import read_whole
from exchange.readers.tables import DELIMITERS, opened, opened_text, records
from exchange.readers.text import Unreadable, as_text, folded, is_blank, tidy
from exchange.readers.workbook import Workbook, is_workbook

MOST_ROWS = 10_000
_GROUPED = re.compile(r"\d{1,3}(?:[,.\s'’]\d{3})+")
_SEPARATORS = re.compile(r"[,.\s'’]")
_SHARE = re.compile(r"(\d+(?:[.,]\d+)?)\s*%")
TOTALS = frozenset(
    folded(word)
    for word in (
        *("total", "totals", "grand total", "sum", "all", "overall", "gesamt", "somme", "suma"),
        *("المجموع", "الإجمالي", "الاجمالي", "المجموع الكلي"),
        *("усього", "всього", "разом", "итого", "всего", "مجموع", "کل"),
    )
)
"""What tables call the row or the column that adds the others up."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell says: a number, a percentage as it is printed, or neither."""

    number: int | None = None
    share: str | None = None


@dataclass(frozen=True, slots=True)
class AnyTable:
    """The columns beside the labels, and the rows: a label and a cell a column."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


def read_any_table(data: bytes | BinaryIO, *, encoding: str | None = None) -> AnyTable:
    """Give the first table of a CSV or XLSX file.

    Thousands may be grouped; what is blank, or neither a number nor a percentage, is not given. Raises
    Invalid (``import-invalid``) for a file that is no table, one whose labels stand twice, and one with a
    line that cannot be read.
    """
    lines = [cells for cells in _lines(data, encoding) if any(not is_blank(cell) for cell in cells)]
    if len(lines) > MOST_ROWS:
        raise file_refused("too-many-items", f"A table to be checked has at most {MOST_ROWS} rows.")
    start = next((at for at, cells in enumerate(lines) if sum(not is_blank(c) for c in cells) > 1), None)
    if start is None or start + 1 >= len(lines):
        raise file_refused(
            "no-table", "There is no table: a header, then rows with a label and at least one number."
        )
    header = [tidy(cell) for cell in lines[start]]
    width = max(len(cells) for cells in lines[start:])
    columns = tuple((header[at] if at < len(header) else "") or f"column {at + 1}" for at in range(1, width))
    rows = []
    for cells in lines[start + 1 :]:
        full = [*cells, *[""] * (width - len(cells))]
        rows.append((tidy(full[0]) or "no label", tuple(_cell(tidy(cell)) for cell in full[1:])))
    for names in (columns, [label for label, _ in rows]):
        twice = sorted({name for name in names if list(names).count(name) > 1})
        if twice:
            words = "A label stands twice, so that a clash could not name it: " + ", ".join(twice)
            raise file_refused("duplicate-label", words)
    return AnyTable(columns, tuple(rows))


def is_total(label: str) -> bool:
    """Tell whether a label is one of those by which tables call a total."""
    return folded(label.rstrip(" :")) in TOTALS


def _cell(text: str) -> Cell:
    share = _SHARE.fullmatch(text)
    if share is not None:
        return Cell(share=share[1].replace(",", "."))
    try:
        # In a table that is checked a group of three digits is thousands: no count of persons is a fraction.
        return Cell(read_whole(_SEPARATORS.sub("", text) if _GROUPED.fullmatch(text) else text))
    except Unreadable:
        return Cell()


def _is_binary(start: bytes) -> bool:
    return b"\0" in start and not start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))


def _lines(data: bytes | BinaryIO, encoding: str | None) -> Iterator[Sequence[str]]:
    if is_workbook(data):
        with_rows = Workbook(data)
        for sheet in with_rows.sheets[:1]:
            for _, cells in with_rows.rows(sheet):
                yield [as_text(cell) for cell in cells]
        return
    if encoding is None and _is_binary(opened(data).read(4096)):
        raise file_refused("no-table", "The file is neither text nor a workbook: give a CSV or an XLSX file.")
    with opened_text(opened(data), encoding) as text:
        first = text.readline(100_000)
        text.seek(0)
        delimiter = max(DELIMITERS, key=first.count)
        for line, record in records(text, delimiter):
            if isinstance(record, Unreadable):
                # A row left out would make a sum clash, or hold, that does not.
                raise file_refused(record.code, f"Line {line}: {record.detail}")
            yield record
