"""Standard tables of the whole record, each in a process of its own: seconds beside one statement; memory.

The baseline is the least that gives the numbers of such a table: one hand-written statement over the raw
driver that lets the database group the facts in force of the finest grain by outcome, month, status, sex, age
and state. It proves no sum, looks at no other grain and no tree, and writes no file.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from typing import Any

import psycopg

from bench.servers import peak_mb
from db.engine import open_database
from db.types import FOREVER
from domain.access import Actor
from domain.standard_tables import TABLES, Asked
from domain.vocab import Role, TokenKind
from exchange.formats import FORMATS
from services import standard_tables
from tests.databases import owner_url

_QUARTER = "2020-Q1"
"""One that the record has harm in, for the table that is of one quarter."""
_GROUPED = f"""
    SELECT outcome, substr(period_start, 1, 7), status, sex, age_low, age_high, verification,
           sum(low), sum(high), count(*)
    FROM fact WHERE organisation = ? AND grain = 'sex_age' AND valid_to = {FOREVER}
    GROUP BY 1, 2, 3, 4, 5, 6, 7
"""  # noqa: S608 - a number of our own


@dataclass
class Tabled:
    """One standard table: its rows, our seconds, the baseline's, and by how much our process grew."""

    name: str
    rows: int
    seconds: float
    baseline: float
    growth_mb: float


def measure(url: str, organisation: str) -> list[Tabled]:
    """Measure each table that is of the record and not of one incident, in a process of its own."""
    found = []
    for name, table in TABLES.items():
        if "incident" in table.takes:
            continue
        done = subprocess.run(  # noqa: S603 - our own module
            [sys.executable, "-m", "bench.tables", url, organisation, name],
            check=True,
            stdout=subprocess.PIPE,  # what goes wrong is said where the run is looked at
            text=True,
        )
        found.append(Tabled(name, **json.loads(done.stdout)))
    return found


def _ours(url: str, organisation: str, name: str) -> int:
    actor = Actor(organisation, "bench", TokenKind.SERVICE.value, frozenset({Role.VIEWER.value}))
    asked = Asked(quarter=_QUARTER) if "quarter" in TABLES[name].takes else Asked()
    with open_database(url).within(organisation).reading() as connection, tempfile.TemporaryFile() as file:
        produced = standard_tables.produce(connection, actor, name, asked)
        return standard_tables.write(produced, FORMATS["csv"], file).rows or 0


def _bare(url: str, organisation: str) -> list[Any]:
    if url.startswith("sqlite:///"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
        try:
            return connection.execute(_GROUPED, (organisation,)).fetchall()
        finally:
            connection.close()
    with psycopg.connect(owner_url(url)) as opened:
        return opened.execute(_GROUPED.replace("?", "%s"), (organisation,)).fetchall()


def main() -> None:
    """Measure one table beside the statement and print it as JSON."""
    url, organisation, name = sys.argv[1:]
    started = time.perf_counter()
    if not _bare(url, organisation):
        raise RuntimeError("The record has no facts: nothing would be measured.")
    baseline = time.perf_counter() - started
    before, started = peak_mb(os.getpid()), time.perf_counter()
    rows = _ours(url, organisation, name)
    seconds = time.perf_counter() - started
    growth = peak_mb(os.getpid()) - before
    print(json.dumps({"rows": rows, "seconds": seconds, "baseline": baseline, "growth_mb": growth}))


if __name__ == "__main__":
    main()
