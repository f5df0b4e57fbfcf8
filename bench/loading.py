"""Loading the record: through the project's own bulk path, and the very same rows by hand.

The twin writes what the project's tables hold at the end, with the raw driver, into the same schema with
the same keys and indexes: ``executemany`` on SQLite, ``COPY`` on PostgreSQL.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import psycopg
import sqlalchemy as sa

from bench.cases import Case, Cases
from db.engine import Database
from db.tables import METADATA
from domain.access import Actor
from domain.answers import CellFinding, Proof
from domain.cells import Cell
from services import organisations, standing
from services.assessing_many import propose_many
from services.assessments import approve_many
from services.findings import Proposal
from services.records import create_many
from tests.databases import owner_url

INCIDENTS_PER_TRANSACTION = 2_000
ROWS_PER_WRITE = 20_000


@dataclass
class World:
    """The organisation whose record is measured, and the secrets of its members."""

    organisation: str
    reader: str
    recorder: str
    author: Actor
    approver: Actor


@dataclass
class Loaded:
    """What loading took. ``rows`` are the rows that the tables hold at the end."""

    incidents: int
    rows: int
    seconds: float
    refused: int
    by_table: dict[str, int] = field(default_factory=dict)

    @property
    def rows_per_second(self) -> float:
        """Give the rows at the end for each second of loading."""
        return self.rows / self.seconds


def make_world(database: Database) -> World:
    """Make the organisation with a reader, a recorder who proposes and a reviewer who approves."""
    with database.writing() as connection:
        organisation = organisations.found(connection, "Bench Recorder")
        operator = organisations.operator(organisation)
        secrets = {}
        for name, role in (("reader", "viewer"), ("recorder", "recorder"), ("approver", "reviewer")):
            member = organisations.add_member(connection, operator, name, [role])
            secrets[name] = organisations.issue_token(connection, operator, label=name, member=member).secret
    with database.reading() as connection:
        author, approver = (
            organisations.authenticate(connection, secrets[name]) for name in ("recorder", "approver")
        )
    return World(organisation, secrets["reader"], secrets["recorder"], author, approver)


def load(database: Database, world: World, cases: Cases) -> Loaded:
    """Load the record as an import would: drafts through the door, proposed by one, approved by another.

    The time is that of the project's work; making the drafts is left out.
    """
    database = database.within(world.organisation)
    seconds = 0.0
    refused = 0
    background = list(cases.background())
    started = time.perf_counter()
    with database.writing() as connection:
        create_many(connection, world.author, background)
    seconds += time.perf_counter() - started
    incidents = cases.incidents()
    while chunk := list(islice(incidents, INCIDENTS_PER_TRANSACTION)):
        started = time.perf_counter()
        refused += _load_chunk(database, world, chunk)
        seconds += time.perf_counter() - started
    counts = count_rows(database)
    return Loaded(cases.size, sum(counts.values()), seconds, refused, counts)


def _load_chunk(database: Database, world: World, chunk: Sequence[Case]) -> int:
    drafts = [draft for case in chunk for draft in case.drafts]
    with database.writing() as connection:
        done = create_many(connection, world.author, drafts)
        seqs = {one.id: one.seq for one in done}
        standing.restand(
            connection, world.organisation, {case.incident: seqs[case.drafts[1][1]] for case in chunk}
        )
        proposed = propose_many(
            connection,
            world.author,
            [_proposal(case, number) for number, case in enumerate(chunk)],
        )
    with database.writing() as connection:
        approve_many(connection, world.approver, list(proposed.assessments.values()))
    return len(proposed.refused)


def _proposal(case: Case, number: int) -> Proposal:
    """Give the finding on an incident: three in ten verified by people, one in twenty contested."""
    if number % 10 < 3:
        # On the incident's last day: what is verified late has sums of its own, which the twin lacks.
        last_day = case.drafts[0][2].occurred.end
        return Proposal(
            incident=case.incident,
            policy="reported-range",
            occurrence="verified",
            harm="verified",
            cells=(CellFinding(Cell("killed"), how_many="verified", proof=Proof(verified_on=last_day)),),
            standard_of_proof="reasonable grounds to believe",
        )
    return Proposal(
        incident=case.incident,
        policy="reported-range",
        occurrence="contested" if number % 20 == 19 else "pending",
    )


def count_rows(database: Database) -> dict[str, int]:
    """Give the number of rows of each table."""
    with database.reading() as connection:
        return {
            table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for table in METADATA.sorted_tables
        }


def load_by_hand(source: Database, target_url: str) -> Loaded:
    """Load the rows that ``source`` holds into an empty migrated database with the raw driver.

    The time is that of writing and committing; reading the rows from the source is left out.
    """
    writing = _copy if source.dialect == "postgresql" else _executemany
    seconds = 0.0
    counts: dict[str, int] = {}
    with writing(target_url) as write:
        for table in METADATA.sorted_tables:
            counts[table.name] = 0
            for rows in _rows_of(source, table):
                started = time.perf_counter()
                write(table, rows)
                seconds += time.perf_counter() - started
                counts[table.name] += len(rows)
    return Loaded(counts["incident"], sum(counts.values()), seconds, 0, counts)


def _rows_of(source: Database, table: sa.Table) -> Iterator[list[tuple[Any, ...]]]:
    """Give a table's rows as the driver has them, in the order in which they were recorded."""
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    order = next((name for name in ("seq", "id") if name in table.c), None)
    if source.dialect == "sqlite":
        order = "rowid"
    query = f'SELECT {columns} FROM "{table.name}"' + (f" ORDER BY {order}" if order else "")  # noqa: S608 - names from our own tables
    with source.reading() as connection:
        result = connection.execution_options(stream_results=True).exec_driver_sql(query)
        for rows in result.partitions(ROWS_PER_WRITE):
            yield [tuple(row) for row in rows]


Write = Callable[[sa.Table, list[tuple[Any, ...]]], None]


@contextmanager
def _executemany(url: str) -> Iterator[Write]:
    connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-65536"):
        connection.execute(f"PRAGMA {pragma}")

    def write(table: sa.Table, rows: list[tuple[Any, ...]]) -> None:
        columns = ", ".join(f'"{column.name}"' for column in table.columns)
        marks = ", ".join("?" * len(table.columns))
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(f'INSERT INTO "{table.name}" ({columns}) VALUES ({marks})', rows)  # noqa: S608 - names from our own tables
        connection.execute("COMMIT")

    yield write
    connection.close()


@contextmanager
def _copy(url: str) -> Iterator[Write]:
    with psycopg.connect(owner_url(url)) as connection:

        def write(table: sa.Table, rows: list[tuple[Any, ...]]) -> None:
            columns = ", ".join(f'"{column.name}"' for column in table.columns)
            statement = f'COPY "{table.name}" ({columns}) FROM STDIN'
            with connection.cursor() as cursor, cursor.copy(statement) as copy:
                for row in rows:
                    copy.write_row(row)
            connection.commit()

        yield write
