"""CSV (RFC 4180): UTF-8, comma, CRLF, one header line; a profile for spreadsheets; a row of HXL tags.

The plain profile changes no value, so that a program reads back what is recorded. The spreadsheet's has a
mark of UTF-8 before it, without which Excel reads another encoding, and an apostrophe before what Excel
would run as a formula.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from exchange.columns import Kind, Layout, Rows, Value

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes a text that begins so for: a formula."""
BOM = b"\xef\xbb\xbf"


def write_csv(
    file: BinaryIO, layout: Layout, rows: Rows, *, spreadsheet: bool = False, hxl: bool = False
) -> None:
    """Write the table; ``spreadsheet`` is the profile for Excel, ``hxl`` adds the row of tags."""
    if spreadsheet:
        file.write(BOM)
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=False)
    writer = csv.writer(text, lineterminator="\r\n")
    # The names are the data's in a matrix of lists.
    writer.writerow([_guarded(name) for name in layout.names] if spreadsheet else layout.names)
    if hxl:
        writer.writerow([column.hxl or "" for column in layout.columns])
    writer.writerows(_written(layout, rows, spreadsheet=spreadsheet))
    text.flush()
    text.detach()


def _written(layout: Layout, rows: Rows, *, spreadsheet: bool) -> Iterator[Sequence[Value]]:
    truths = [at for at, column in enumerate(layout.columns) if column.kind is Kind.TRUTH]
    texts = [at for at, column in enumerate(layout.columns) if column.kind in (Kind.TEXT, Kind.CODE)]
    if not spreadsheet and not truths:
        yield from rows
        return
    said = {True: "true", False: "false", None: None}
    for row in rows:
        cells = list(row)
        for at in truths:
            cells[at] = said[cells[at]]  # type: ignore[index]  # a truth column holds nothing else
        if spreadsheet:
            for at in texts:
                cells[at] = _guarded(cells[at])
        yield cells


def _guarded(cell: Value) -> Value:
    return f"'{cell}" if cell and str(cell).startswith(FORMULA) else cell
