"""XLSX workbooks: values only, with guards against what a workbook can do to its reader."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

import python_calamine as calamine

from exchange.drafts import WHOLE_FILE, RowFinding, file_refused
from exchange.readers.tables import opened
from exchange.readers.text import Value

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"  # .xls, and every encrypted workbook
_LARGEST_PART = 128 << 20  # bytes unpacked
_MOST_CELLS = 5_000_000  # calamine holds the rectangle around the filled cells, empty ones included
_ROW_OR_CELL = re.compile(rb"<(?:\w+:)?(row|c)\b([^>]*)>")
_ADDRESS = re.compile(rb"\br=[\"']([A-Z]{0,3})(\d{1,7})[\"']")
_ATTRIBUTE = re.compile(r"([\w:]+)=[\"']([^\"']*)[\"']")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A worksheet: where it stands, and which cells are more than values."""

    name: str
    position: int
    """Counted from 1 over all tabs of the workbook."""
    hidden: bool
    formulas: frozenset[tuple[int, int]] = field(default_factory=frozenset)
    """(row from 1, column from 0) of cells with a formula: their stored result is read."""
    errors: frozenset[tuple[int, int]] = field(default_factory=frozenset)
    """(row, column) of cells that hold an error such as #REF!: they read as blank."""


def is_workbook(data: bytes | BinaryIO) -> bool:
    """Tell by its first bytes whether the content is a workbook, of any kind, and not text."""
    file = opened(data)
    start = file.read(4)
    file.seek(0)
    return start in (_ZIP, _OLE)


class Workbook:
    """An opened workbook.

    Raises Invalid (``import-invalid``): not an XLSX file (an old .xls, one with a password, a
    damaged one), one with macros, one that unpacks to more than memory should hold.
    """

    def __init__(self, data: bytes | BinaryIO) -> None:
        file = opened(data)
        if file.read(4) != _ZIP:
            raise file_refused("not-xlsx", "The file is no XLSX workbook or has a password.")
        file.seek(0)
        marks = _marks_of(file)
        file.seek(0)
        try:
            self._book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(file.read()))
            listed = self._book.sheets_metadata
        except (calamine.CalamineError, OSError, ValueError):
            raise file_refused("not-xlsx", "The workbook is damaged or not an XLSX file.") from None
        self.sheets = [
            Sheet(
                about.name,
                position,
                about.visible != calamine.SheetVisibleEnum.Visible,
                *marks.get(about.name, (frozenset(), frozenset())),
            )
            for position, about in enumerate(listed, start=1)
            if about.typ == calamine.SheetTypeEnum.WorkSheet
        ]

    def hidden(self) -> Iterator[RowFinding]:
        """Give a finding for each hidden sheet: what people cannot see is not read."""
        for sheet in self.sheets:
            if sheet.hidden:
                yield RowFinding(
                    line=WHOLE_FILE,
                    code="hidden-sheet",
                    detail=f"Sheet {sheet.position} of the workbook is hidden and was not read.",
                )

    def rows(self, sheet: Sheet) -> Iterator[tuple[int, list[Value]]]:
        """Give (row from 1, values) for each row that is not blank; columns are counted from A."""
        try:
            table = self._book.get_sheet_by_name(sheet.name)
        except calamine.CalamineError:
            raise file_refused("not-xlsx", "A sheet of the workbook is damaged.") from None
        before = [""] * (table.start[1] if table.start else 0)
        for line, values in enumerate(table.iter_rows(), start=1):
            if any(value != "" for value in values):
                yield line, [*before, *values]


def formula_columns(sheet: Sheet, columns: Sequence[str | None]) -> Iterator[RowFinding]:
    """Give a finding for each known column with formulas: their stored results are what is read.

    A workbook that no program has recalculated may hold stale results, or zeros.
    """
    for number, name in enumerate(columns):
        count = sum(column == number for _, column in sheet.formulas)
        if name is not None and count:
            detail = f"{count} cells of the column are formulas; their stored results are read."
            yield RowFinding(line=WHOLE_FILE, column=name, code="formula-cell", detail=detail)


def error_cells(sheet: Sheet, line: int, columns: Sequence[str | None], loses: str) -> Iterator[RowFinding]:
    """Give a finding for each cell of the row that holds a spreadsheet error such as #REF!."""
    for number, name in enumerate(columns):
        if name is not None and (line, number) in sheet.errors:
            detail = "The cell holds a spreadsheet error, not a value."
            yield RowFinding(line=line, column=name, code="error-cell", detail=detail, loses=loses)


def _marks_of(file: BinaryIO) -> dict[str, tuple[frozenset[tuple[int, int]], frozenset[tuple[int, int]]]]:
    """Give the formula and error cells of each sheet by name, refusing what must not be opened."""
    try:
        with zipfile.ZipFile(file) as parts:
            names = set(parts.namelist())
            types = _unpacked(parts, "[Content_Types].xml")
            if b"macroEnabled" in types or any(name.endswith("vbaProject.bin") for name in names):
                raise file_refused("macros", "The workbook has macros; save it as .xlsx.")
            sheets = _sheet_parts(parts)
            found = {}
            left = _LARGEST_PART
            if "xl/sharedStrings.xml" in names:
                left -= len(_unpacked(parts, "xl/sharedStrings.xml"))
            for name, part in sheets.items():
                if part in names:
                    content = _unpacked(parts, part, left)
                    left -= len(content)
                    found[name] = _marks(content)
    except (zipfile.BadZipFile, KeyError, OSError, NotImplementedError, RuntimeError, ValueError, EOFError):
        raise file_refused("not-xlsx", "The workbook is damaged or not an XLSX file.") from None
    return found


def _unpacked(parts: zipfile.ZipFile, name: str, most: int = _LARGEST_PART) -> bytes:
    with parts.open(name) as part:
        content = part.read(most + 1)
    if len(content) > most:
        raise file_refused("too-large", "The workbook unpacks to more than the service reads at once.")
    return content


def _sheet_parts(parts: zipfile.ZipFile) -> dict[str, str]:
    book = _unpacked(parts, "xl/workbook.xml").decode("utf-8", "replace")
    links = _unpacked(parts, "xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    targets = {}
    for tag in re.findall(r"<(?:\w+:)?Relationship\b[^>]*>", links):
        said = dict(_ATTRIBUTE.findall(tag))
        target = said.get("Target", "")
        targets[said.get("Id", "")] = target[1:] if target.startswith("/") else f"xl/{target}"
    found = {}
    for tag in re.findall(r"<(?:\w+:)?sheet\b[^>]*>", book):
        said = dict(_ATTRIBUTE.findall(tag))
        found[html.unescape(said.get("name", ""))] = targets.get(said.get("r:id", ""), "")
    return found


def _marks(content: bytes) -> tuple[frozenset[tuple[int, int]], frozenset[tuple[int, int]]]:
    formulas, errors = set(), set()
    row = last_row = last_column = 0
    for tag in _ROW_OR_CELL.finditer(content):
        said = tag[2]
        address = _ADDRESS.search(said)
        if tag[1] == b"row":
            row = int(address[2]) if address else row + 1
            continue
        if said.endswith(b"/"):
            continue  # a style without a value
        inside = content[tag.end() : tag.end() + 12]
        if inside.startswith(b"</"):
            continue
        column = _column_number(address[1]) if address else 0
        row = int(address[2]) if address else row
        last_row, last_column = max(last_row, row), max(last_column, column + 1)
        if re.match(rb"<(?:\w+:)?f\b", inside):
            formulas.add((row, column))
        if re.search(rb"\bt=[\"']e[\"']", said):
            errors.add((row, column))
    if last_row * last_column > _MOST_CELLS:
        raise file_refused(
            "too-large",
            "A sheet of the workbook spans more cells than the service reads at once; delete stray cells "
            "far below or beside the table.",
        )
    return frozenset(formulas), frozenset(errors)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
