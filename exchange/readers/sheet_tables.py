"""Finding the table in the file: the project's spreadsheet as CSV or XLSX, its columns by their names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import BinaryIO

from domain.errors import Fault
from exchange.drafts import WHOLE_FILE, RowFinding, file_refused
from exchange.readers.tables import (
    HEADER_WITHIN,
    delimiter_of,
    fitted,
    known_columns,
    opened_text,
    records,
)
from exchange.readers.text import Unreadable, Value, as_text, closest, folded
from exchange.readers.workbook import Sheet, Workbook, error_cells, formula_columns, is_workbook
from exchange.sheet_columns import BY_NAME

Cells = dict[str, Value]
_NAMES = {name: name for name in BY_NAME}
_FEWEST = 3  # known names that make a line a header: a title above it may well say "Incident"


def sheet_table(data: bytes | BinaryIO, encoding: str | None) -> Iterator[tuple[int, Cells] | RowFinding]:
    """Give (line, cells by column name) for each row that is not blank, and findings.

    Raises Invalid (``import-invalid``) when the file is no table of the template.
    """
    return _from_workbook(data) if is_workbook(data) else _from_text(data, encoding)


def _from_text(data: bytes | BinaryIO, encoding: str | None) -> Iterator[tuple[int, Cells] | RowFinding]:
    columns: Sequence[str | None] | None = None
    above: list[RowFinding] = []
    with opened_text(data, encoding) as text:
        for line, cells in records(text, delimiter_of(text, _NAMES)):
            if columns is None:
                if isinstance(cells, Unreadable):
                    above.append(_lost(line, cells))
                    continue
                columns = _columns(cells)
                if columns is not None:
                    yield from above
                elif line >= HEADER_WITHIN:
                    break
                continue
            try:
                if isinstance(cells, Unreadable):
                    raise cells
                if any(cell.strip() for cell in cells):
                    row = fitted(cells, len(columns))
                    yield from _without_header(line, row, columns)
                    yield line, _named(row, columns)
            except Unreadable as problem:
                yield _lost(line, problem)
    if columns is None:
        raise _no_header()


def _from_workbook(data: bytes | BinaryIO) -> Iterator[tuple[int, Cells] | RowFinding]:
    book = Workbook(data)
    yield from book.hidden()
    found: tuple[Sheet, Sequence[str | None], Iterator[tuple[int, list[Value]]]] | None = None
    for sheet in book.sheets:
        if sheet.hidden:
            continue
        rows = book.rows(sheet)
        for line, values in rows:
            if line > HEADER_WITHIN:
                break
            columns = _columns([as_text(value) for value in values]) if found is None else None
            if columns is not None:
                found = sheet, columns, rows
                break
            if found is not None and _is_header([as_text(value) for value in values]):
                detail = f"Sheet {sheet.position} has a table too; one file holds one, and it was not read."
                yield RowFinding(line=WHOLE_FILE, code="sheet-not-read", detail=detail, loses="rest")
                break
    if found is None:
        raise _no_header()
    sheet, columns, rows = found
    yield from formula_columns(sheet, columns)
    for line, values in rows:
        # An error reads as blank, and a blank has a meaning in this sheet: the row cannot be trusted.
        errors = next(error_cells(sheet, line, columns, "row"), None)
        if errors is not None:
            yield errors
            continue
        yield from _without_header(line, values, columns)
        yield line, _named(values, columns)


def _columns(header: Sequence[str]) -> Sequence[str | None] | None:
    """Give the columns a header names, or None when it is none; unknown names refuse the file."""
    if not _is_header(header):
        return None
    columns = known_columns(header, _NAMES, required=("incident",))
    assert columns is not None
    faults = []
    for number, (cell, column) in enumerate(zip(header, columns, strict=True), start=1):
        if column is None and cell.strip():
            near = closest(folded(cell), BY_NAME)
            meant = f" Did you mean {near}?" if near else ""
            faults.append(
                Fault("", "unknown-column", f"Column {number} has a name the template does not.{meant}")
            )
    if faults:
        raise file_refused("unknown-column", " ".join(fault.detail for fault in faults[:20]), faults)
    return columns


def _is_header(cells: Sequence[str]) -> bool:
    names = {folded(cell) for cell in cells[:500]} & BY_NAME.keys()
    return "incident" in names and len(names) >= _FEWEST


def _named(values: Sequence[Value], columns: Sequence[str | None]) -> Cells:
    return {name: value for name, value in zip(columns, values, strict=False) if name is not None}


def _without_header(
    line: int, values: Sequence[Value], columns: Sequence[str | None]
) -> Iterator[RowFinding]:
    for number, value in enumerate(values):
        if (number >= len(columns) or columns[number] is None) and as_text(value).strip():
            detail = f"The cell in column {number + 1} stands under no column name and was not read."
            yield RowFinding(line=line, code="cell-without-header", detail=detail, loses="cell")


def _lost(line: int, problem: Unreadable) -> RowFinding:
    return RowFinding(line=line, column=problem.column, code=problem.code, detail=problem.detail, loses="row")


def _no_header() -> Exception:
    return file_refused(
        "header-missing",
        "No header was found: the first lines need the column incident and others of the template.",
    )
