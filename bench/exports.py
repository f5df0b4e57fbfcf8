"""Tables of a million figure rows, each in a process of its own: seconds beside a bare writer, and memory.

The rows are those of `/v1/claims?format=...`; the record's claims are copied by hand until there are enough.
The baseline reads the same statement with the raw driver and gives the rows to the format's own library, with
nothing around it: no count, no digest, no description of a column.
"""

from __future__ import annotations

import csv
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa
import xlsxwriter

import exchange.formats
from bench.servers import peak_mb
from db.engine import Database, open_database
from db.queries import exports as queries
from db.queries.exports import LISTED
from domain.access import Actor
from domain.vocab import Role, TokenKind
from exchange.columns import Kind
from exchange.layouts import LAYOUTS
from services import exports
from tests.databases import owner_url

ROWS, OF_A_SHEET = 1_000_000, 100_000
FORMATS = ("csv", "parquet", "xlsx")
NOUN = "claims"


@dataclass
class Exported:
    """One format: its rows, our seconds, the baseline's, and by how much our process grew."""

    format: str
    rows: int
    seconds: float
    baseline: float
    growth_mb: float


def measure(database: Database, url: str, organisation: str) -> list[Exported]:
    """Fill the record up to the rows that are wanted, then measure each format in processes of its own."""
    _fill(database, organisation)
    found = []
    for format in FORMATS:
        ours, bare = (_process(url, organisation, format, who) for who in ("ours", "bare"))
        found.append(Exported(format, ours["rows"], ours["seconds"], bare["seconds"], ours["growth_mb"]))
    return found


def _fill(database: Database, organisation: str) -> None:
    """Copy claims with their figures, under new ids, until there are enough rows."""
    with database.writing() as connection:
        for mark in "ghijklmnop":
            if queries.count(connection, organisation, NOUN, {}) >= ROWS:
                return
            for table, id in (("claim", "id"), ("figure", "claim")):
                columns = [column["name"] for column in sa.inspect(connection).get_columns(table)]
                named = ", ".join(f'"{name}"' for name in columns)
                copied = ", ".join(
                    f"'{mark}' || substr(\"{name}\", 2)" if name == id else f'"{name}"' for name in columns
                )
                # Of those that are the record's own: ids are hexadecimal.
                own = f"substr(\"{id}\", 1, 1) < 'g'"
                statement = f'INSERT INTO "{table}" ({named}) SELECT {copied} FROM "{table}" WHERE {own}'  # noqa: S608 - our own tables
                connection.execute(sa.text(statement))


def _process(url: str, organisation: str, format: str, who: str) -> dict[str, Any]:
    done = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "bench.exports", url, organisation, format, who],
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _ours(url: str, organisation: str, format: str, file: Any) -> int:
    actor = Actor(organisation, "bench", TokenKind.SERVICE.value, frozenset({Role.VIEWER.value}))
    with open_database(url).within(organisation).reading() as connection:
        if format != "xlsx":
            return exports.write_list(connection, actor, NOUN, {}, {}, format, file).rows or 0
        rows = islice(queries.rows(connection, organisation, NOUN, {}), OF_A_SHEET)
        about = exports.about_of(connection, organisation, {})
        kind = exchange.formats.FORMATS[format]
        return exports.write_table(LAYOUTS[NOUN], rows, about, kind, file).rows or 0


@contextmanager
def _driver(url: str, organisation: str) -> Iterator[Iterator[Sequence[Any]]]:
    """Give the rows of the same statement from the raw driver."""
    database = open_database(url)
    query = LISTED[NOUN].query(organisation, {})
    text = str(query.compile(database.reader, compile_kwargs={"literal_binds": True}))
    if database.dialect == "sqlite":
        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
        yield iter(connection.execute(text))
        connection.close()
        return
    with psycopg.connect(owner_url(url)) as opened:
        cursor = opened.cursor("bench")
        cursor.itersize = queries.AT_ONCE
        cursor.execute(text)  # our own statement
        yield iter(cursor)


def _bare(url: str, organisation: str, format: str, path: Path) -> None:
    names = LAYOUTS[NOUN].names
    with _driver(url, organisation) as rows:
        if format == "csv":
            with path.open("w", newline="", encoding="utf-8") as file:
                writer = csv.writer(file, lineterminator="\r\n")
                writer.writerow(names)
                writer.writerows(rows)
        elif format == "parquet":
            # Columns of one kind throughout, as the driver gives them.
            kinds = [
                pa.int64() if column.kind in (Kind.INTEGER, Kind.TRUTH) else pa.string()
                for column in LAYOUTS[NOUN].columns
            ]
            schema = pa.schema(list(zip(names, kinds, strict=True)))
            with pq.ParquetWriter(path, schema, compression="zstd") as parquet:
                while chunk := list(islice(rows, 30_000)):
                    values = zip(*chunk, strict=True)
                    columns = [pa.array(one, kind) for one, kind in zip(values, kinds, strict=True)]
                    parquet.write_table(pa.Table.from_arrays(columns, schema=schema))
        else:
            options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
            book = xlsxwriter.Workbook(str(path), options)
            sheet = book.add_worksheet()
            for at, row in enumerate(islice(rows, OF_A_SHEET)):
                for place, value in enumerate(row):
                    if isinstance(value, str):
                        sheet.write_string(at, place, value)
                    elif value is not None:
                        sheet.write_number(at, place, value)
            book.close()


def main() -> None:
    """Measure one format on one side and print it as JSON."""
    url, organisation, format, who = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"table.{format}"
        before, rows = peak_mb(os.getpid()), 0
        started = time.perf_counter()
        if who == "ours":
            with path.open("w+b") as file:
                rows = _ours(url, organisation, format, file)
        else:
            _bare(url, organisation, format, path)
        seconds = time.perf_counter() - started
    print(json.dumps({"rows": rows, "seconds": seconds, "growth_mb": peak_mb(os.getpid()) - before}))


if __name__ == "__main__":
    main()
