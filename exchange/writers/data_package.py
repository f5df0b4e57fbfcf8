"""A Frictionless Data Package: tables as CSV, each described column by column, in one archive.

The descriptor keeps to what version 1 of the standard has and version 2 reads. The archive's entries carry no
time, so that the same point of the log gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterable
from typing import Any, BinaryIO, cast

from domain.vocab import VOCABULARIES
from exchange.codebook import CODEBOOK, codebook
from exchange.columns import Column, Counted, Kind, Layout, Rows
from exchange.writers.tables.about import About
from exchange.writers.tables.csv_table import write_csv

_TYPES = {
    Kind.TEXT: "string",
    Kind.CODE: "string",
    Kind.INTEGER: "integer",
    Kind.NUMBER: "number",
    Kind.TRUTH: "boolean",
    Kind.DAY: "date",
    Kind.INSTANT: "datetime",
}


def write_package(
    file: BinaryIO, about: About, tables: Iterable[tuple[Layout, Callable[[], Rows]]]
) -> dict[str, int]:
    """Write the archive; give the rows of each table by its name.

    Each table's rows are asked for when its turn comes, so that one is read at a time.
    """
    counts: dict[str, int] = {}
    resources = []
    books: list[tuple[Any, ...]] = []
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for layout, rows in tables:
            counted = Counted(rows())
            size, digest = _entry(archive, f"{layout.name}.csv", layout, counted)
            counts[layout.name] = counted.rows
            resources.append(resource_of(layout, f"{layout.name}.csv", size, digest, counted.rows))
            books += [(layout.name, *row) for row in codebook(layout)]
        size, digest = _entry(archive, "codebook.csv", BOOK, books)
        resources.append(resource_of(BOOK, "codebook.csv", size, digest, len(books)))
        descriptor = {
            "profile": "tabular-data-package",
            "name": f"civharm-{about.log_sequence}",
            "title": f"{about.organisation}: the record",
            "version": str(about.log_sequence),
            "created": about.at,
            "description": " ".join(
                ("An empty cell is not known or not broken down: never zero.", *about.notes)
            ),
            "resources": resources,
        }
        _write(archive, "datapackage.json", json.dumps(descriptor, indent=1, ensure_ascii=False).encode())
    return counts


BOOK = Layout(
    "codebook",
    CODEBOOK.title,
    CODEBOOK.row,
    (Column("table", Kind.TEXT, "The table.", required=True), *CODEBOOK.columns),
    key=("table", "column", "code"),
)
"""The codebook of several tables."""


def _entry(archive: zipfile.ZipFile, name: str, layout: Layout, rows: Rows) -> tuple[int, str]:
    with archive.open(_info(name), "w", force_zip64=True) as opened:
        hashing = _Hashing(cast(BinaryIO, opened))
        write_csv(cast(BinaryIO, hashing), layout, rows)
    return hashing.size, hashing.digest.hexdigest()


def _write(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    archive.writestr(_info(name), content)


def _info(name: str) -> zipfile.ZipInfo:
    found = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    found.compress_type = zipfile.ZIP_DEFLATED
    found.external_attr = 0o644 << 16
    return found


class _Hashing:
    """A file that is written on to another, counted and hashed on the way."""

    closed = False

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.size = 0
        self.digest = hashlib.sha256()

    def write(self, content: bytes) -> int:
        self.size += len(content)
        self.digest.update(content)
        return self._file.write(content)

    def readable(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False

    def flush(self) -> None:
        """The archive's own entry flushes when it is closed."""


def resource_of(layout: Layout, path: str, size: int, digest: str, rows: int) -> dict[str, Any]:
    """Give a descriptor's resource for a table in CSV at a path: its size, SHA-256, rows and columns."""
    schema: dict[str, Any] = {
        "fields": [_field(column) for column in layout.columns],
        "missingValues": [""],
    }
    required = {column.name for column in layout.columns if column.required}
    if layout.key and set(layout.key) <= required:
        schema["primaryKey"] = list(layout.key)
    return {
        "name": layout.name,
        "title": layout.title,
        "description": " ".join((layout.row, *layout.notes)),
        "path": path,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": size,
        "hash": f"sha256:{digest}",
        "rows": rows,
        "schema": schema,
    }


def _field(column: Column) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": column.name,
        "type": _TYPES[column.kind],
        "description": column.description,
    }
    if column.kind is Kind.INSTANT:
        found["format"] = "any"
    if column.kind is Kind.TRUTH:
        found |= {"trueValues": ["true"], "falseValues": ["false"]}
    constraints: dict[str, Any] = {}
    if column.required:
        constraints["required"] = True
    if column.vocabulary is not None and not column.several:
        constraints["enum"] = list(VOCABULARIES[column.vocabulary].codes())
    if constraints:
        found["constraints"] = constraints
    return found
