"""XLSX for people: the data, notes, a codebook and the methodology, each a sheet; formulas and links off.

Written row by row with constant memory. What a sheet cannot hold is refused before a row is written, and a
text longer than a cell is cut with a mark and counted in the notes: nothing is lost in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any, BinaryIO

import xlsxwriter

from domain.errors import TooLarge
from domain.methodology import METHODOLOGY_VERSION
from domain.policies import POLICIES
from exchange.codebook import CODEBOOK, codebook
from exchange.columns import Chart, Column, Kind, Layout, Rows
from exchange.writers.tables.about import About

MOST_ROWS = 1_048_575
"""Rows below the header of a sheet."""
LONGEST = 32_767
"""Characters of a cell."""
CUT = " [cut here: the CSV has the whole text]"
WIDEST = 16
"""Characters of a column for the sake of its name, which is wrapped beyond."""
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#7F7F7F", "#F0E442")
"""Colours that people who see few of them can tell apart (Okabe and Ito)."""
WIDTHS = {Kind.TEXT: 24, Kind.CODE: 18, Kind.DAY: 12, Kind.INSTANT: 20}


def too_many_rows() -> TooLarge:
    """Give the error for rows that no sheet holds, also to who counts them before the first is written."""
    return TooLarge(
        f"A sheet holds {MOST_ROWS} rows below its header and there are more: ask for CSV or Parquet."
    )


def write_xlsx(file: BinaryIO, layout: Layout, rows: Rows, about: About) -> None:
    """Write the workbook."""
    book = xlsxwriter.Workbook(
        file,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    made = datetime.fromisoformat(about.at).astimezone(UTC).replace(tzinfo=None)
    book.set_properties({"title": layout.title, "author": about.organisation, "created": made})
    try:
        sheet = book.add_worksheet("Data")
        written = _Sheet(book, sheet, layout)
        written.write(rows)
        drawn = [made for chart in layout.charts if (made := written.chart(chart)) is not None]
        if drawn:
            # A sheet of their own: beside wide data nobody finds them.
            charts = book.add_worksheet("Charts")
            charts.set_landscape()
            charts.fit_to_pages(1, 0)
            charts.print_area(0, 0, 25 * len(drawn) + 1, 16)
            for place, made in enumerate(drawn):
                charts.insert_chart(1 + 25 * place, 1, made)
        _notes(book, layout, about, written)
        if about.proof:
            _pairs(book, "Proof", about.proof)
        _Sheet(book, book.add_worksheet("Codebook"), CODEBOOK).write(codebook(layout))
        _methodology(book)
    finally:
        book.close()


class _Sheet:
    """A sheet that a layout's rows are written to."""

    def __init__(self, book: Any, sheet: Any, layout: Layout) -> None:
        self._book = book
        self._sheet = sheet
        self._layout = layout
        self.rows = 0
        self.cut = 0
        self._drawn: dict[Chart, tuple[int, int]] = {}
        """First and last row of each chart."""
        names = layout.names
        self._only = [
            (chart, [(names.index(column), value) for column, value in chart.only]) for chart in layout.charts
        ]
        self._days = book.add_format({"num_format": "yyyy-mm-dd"})
        self._instants = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})

    def write(self, rows: Rows) -> None:
        """Write the header and the rows."""
        bold = self._book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        sheet, columns = self._sheet, self._layout.columns
        sheet.freeze_panes(1, 0)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        for at, column in enumerate(columns):
            sheet.set_column(at, at, max(WIDTHS.get(column.kind, 10), min(len(column.name) + 2, WIDEST)))
        for at, column in enumerate(columns):
            sheet.write_string(0, at, column.name, bold)
        writers = [self._writer(column) for column in columns]
        for row in rows:
            if self.rows == MOST_ROWS:
                raise too_many_rows()
            self.rows += 1
            at_row = self.rows
            for chart, only in self._only:
                if all(row[at] == value for at, value in only):
                    first, last = self._drawn.get(chart, (at_row, at_row - 1))
                    if last != at_row - 1:
                        raise ValueError(f"rows of the chart {chart.title!r} do not stand together")
                    self._drawn[chart] = (first, at_row)
            for at, value in enumerate(row):
                if value is not None:
                    writers[at](at_row, at, value)
        sheet.autofilter(0, 0, self.rows, len(columns) - 1)

    def _writer(self, column: Column) -> Callable[[int, int, Any], Any]:
        sheet = self._sheet
        if column.kind in (Kind.INTEGER, Kind.NUMBER):
            return sheet.write_number  # type: ignore[no-any-return]  # the package has no types
        if column.kind is Kind.TRUTH:
            return sheet.write_boolean  # type: ignore[no-any-return]
        if column.kind is Kind.DAY:
            return self._day
        if column.kind is Kind.INSTANT:
            return self._instant
        return self._text

    def _text(self, row: int, at: int, value: str) -> None:
        if len(value) > LONGEST:
            self.cut += 1
            value = value[: LONGEST - len(CUT)] + CUT
        self._sheet.write_string(row, at, value)

    def _day(self, row: int, at: int, value: str) -> None:
        found = date.fromisoformat(value)
        if found.year < 1900:
            # Excel's calendar begins in 1900: an earlier day stays the text that it is.
            self._sheet.write_string(row, at, value)
        else:
            self._sheet.write_datetime(row, at, found, self._days)

    def _instant(self, row: int, at: int, value: str) -> None:
        # A cell has no time zone; the column's description says that it is UTC.
        found = datetime.fromisoformat(value).astimezone(UTC).replace(tzinfo=None, microsecond=0)
        self._sheet.write_datetime(row, at, found, self._instants)

    def chart(self, chart: Chart) -> Any:
        """Give a chart of columns side by side, named by another; None where no row is drawn."""
        if chart not in self._drawn:
            return None
        names = self._layout.names
        first, last = self._drawn[chart]
        made = self._book.add_chart({"type": "column"})
        for place, column in enumerate(chart.columns):
            at = names.index(column)
            by = names.index(chart.names)
            made.add_series(
                {
                    "name": column.removesuffix("_low").replace("_", " "),
                    "fill": {"color": COLOURS[place % len(COLOURS)]},
                    "categories": ["Data", first, by, last, by],
                    "values": ["Data", first, at, last, at],
                }
            )
        made.set_title({"name": chart.title, "name_font": {"size": 12}})
        made.set_size({"width": 900, "height": 440})
        made.set_legend({"position": "bottom"})
        made.set_y_axis(
            {
                "min": 0,
                "num_format": "#,##0",
                "name": "persons",
                "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}},
            }
        )
        return made


def _notes(book: Any, layout: Layout, about: About, written: _Sheet) -> None:
    lines = [*about.lines(layout), ("rows", str(written.rows))]
    if written.cut:
        lines.append(
            ("note", f"{written.cut} texts are longer than a cell can be and are cut: {CUT.strip()}")
        )
    _pairs(book, "Notes", lines)


def _methodology(book: Any) -> None:
    lines = [("methodology version", METHODOLOGY_VERSION)]
    lines += [(f"{policy.name} {policy.version}", policy.description) for policy in POLICIES.values()]
    _pairs(book, "Methodology", lines)


def _pairs(book: Any, name: str, lines: Sequence[tuple[str, str]]) -> None:
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 100)
    for at, (what, words) in enumerate(lines):
        sheet.write_string(at, 0, what, bold)
        sheet.write_string(at, 1, words, wrapped)
