"""The formats in which a table leaves the record, each with its media type, file ending and writer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO

from exchange.columns import Layout, Rows
from exchange.writers.tables.about import About
from exchange.writers.tables.csv_table import write_csv
from exchange.writers.tables.geojson import write_geojson
from exchange.writers.tables.json_lines import write_json_lines
from exchange.writers.tables.page import write_page
from exchange.writers.tables.parquet import write_parquet
from exchange.writers.tables.xlsx import write_xlsx

Writer = Callable[[BinaryIO, Layout, Rows, About], None]


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its name in ``format=``, what it is, its media type and file ending, and how it is written.

    ``parameters`` follow the media type in an answer. ``by_name`` formats share their media type with
    another and are given only where they are named.
    """

    name: str
    title: str
    media: str
    ending: str
    write: Writer
    parameters: str = ""
    by_name: bool = False
    needs_place: bool = False
    needs_tags: bool = False
    only: str | None = None
    """The one layout that it is for."""


def _csv(
    file: BinaryIO, layout: Layout, rows: Rows, about: About, *, spreadsheet: bool = False, hxl: bool = False
) -> None:
    write_csv(file, layout, rows, spreadsheet=spreadsheet, hxl=hxl)


def _json_lines(file: BinaryIO, layout: Layout, rows: Rows, about: About) -> None:
    write_json_lines(file, layout, rows)


# That there is a header is a parameter of the media type (RFC 4180).
_OF_CSV = "; charset=utf-8; header=present"

FORMATS: dict[str, Format] = {
    one.name: one
    for one in (
        Format("csv", "CSV, as programs read it", "text/csv", "csv", _csv, _OF_CSV),
        Format(
            "csv-excel",
            "CSV for a double click in Excel: marked as UTF-8, nothing run as a formula",
            *("text/csv", "csv", partial(_csv, spreadsheet=True), _OF_CSV),
            by_name=True,
        ),
        Format(
            "csv-hxl",
            "CSV with a row of HXL tags below the header",
            *("text/csv", "csv", partial(_csv, hxl=True), _OF_CSV),
            by_name=True,
            needs_tags=True,
        ),
        Format("jsonl", "JSON Lines", "application/jsonl", "jsonl", _json_lines),
        Format(
            "xlsx",
            "XLSX with data, notes, codebook and methodology",
            *("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx", write_xlsx),
        ),
        Format("parquet", "Parquet", "application/vnd.apache.parquet", "parquet", write_parquet),
        Format(
            "sdmx-csv",
            "SDMX-CSV 2.0 with our data structure",
            *("application/vnd.sdmx.data+csv", "csv", _csv, "; version=2.0.0"),
            only="statistics",
        ),
        Format("geojson", "GeoJSON", "application/geo+json", "geojson", write_geojson, needs_place=True),
    )
}
"""Every format by name."""

PAGE = Format("html", "A page to read and print", "text/html", "html", write_page, "; charset=utf-8")
"""The format of a standard table that people read as it is."""


def table_formats_of(layout: Layout) -> tuple[Format, ...]:
    """Give the formats that a standard table can be written in: those of lists, and the page."""
    return (*formats_of(layout), PAGE)


def formats_of(layout: Layout) -> tuple[Format, ...]:
    """Give the formats that a layout can be written in."""
    return tuple(
        one
        for one in FORMATS.values()
        if (not one.needs_place or layout.point is not None)
        and (not one.needs_tags or any(column.hxl for column in layout.columns))
        and one.only in (None, layout.name)
        and one.name in (layout.formats or FORMATS)
    )
