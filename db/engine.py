"""Connections: one way to read, one way to write, on either database.

Reading sees one snapshot. Writing is serial on SQLite (``BEGIN IMMEDIATE`` over one connection, so
that writers queue in the pool instead of polling the file's lock) and row-locked on PostgreSQL.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import (
    Connection,  # services name it from here
    Engine,
)

from db import sight, sqlite_wall, wall_check, walls
from db.sqlite_connection import Walled
from domain.errors import Conflict, Invalid, Unavailable

# Services take a connection from here: only db knows SQLAlchemy.
__all__ = [
    "LONGEST_WRITE_S",
    "Connection",
    "Database",
    "Lost",
    "Retry",
    "attempt",
    "open_database",
    "open_engine_for_reading",
    "translated",
    "unique_or_conflict",
]


LONGEST_WRITE_S = 3_000
"""The longest that a writing transaction may take, in seconds."""

QUIET = {"hide_parameters": True}
"""A failed statement must not print its values: they may be the names of persons."""


@dataclass(frozen=True)
class Database:
    """A record's database: an engine to read with and one to write with.

    Where an organisation is given, every transaction enters it at its beginning (see ``db/walls.py``).
    """

    reader: Engine
    writer: Engine
    organisation: str | None = None

    def within(self, organisation: str) -> Database:
        """Give the database as one organisation meets it, on the same connections."""
        return replace(self, organisation=organisation)

    @property
    def dialect(self) -> str:
        """Give the database's name, ``sqlite`` or ``postgresql``."""
        return self.reader.dialect.name

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection on one snapshot that cannot write.

        Raises Lost when a connection that was open before turns out to be dead: reading can be done again.
        """
        try:
            with translated(), self.reader.connect() as connection:
                self._enter(connection)
                yield connection
        except Unavailable as error:
            if getattr(error.__cause__, "connection_invalidated", False):
                raise Lost(error.detail, code=error.code) from error
            raise

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection whose work is committed at the end, or undone when anything is raised.

        Work that takes longer than ``LONGEST_WRITE_S`` is undone: its entries carry the time at which
        they were written, and what was known on a day that is long over must not change.
        """
        with translated(), self.writer.begin() as connection:
            began = time.monotonic()
            self._enter(connection)
            yield connection
            if time.monotonic() - began > LONGEST_WRITE_S:
                raise Unavailable(
                    "The write took too long and was undone; send it in parts.", code="too-slow"
                )

    def _enter(self, connection: Connection) -> None:
        sight.begin(connection)
        if self.organisation is not None:
            walls.enter(connection, self.organisation)

    def check(self) -> None:
        """Raise Unwalled unless the database keeps organisations apart by itself, or is for one alone.

        Where it does, it hides what is restricted too, and is not asked to twice (decision 17).
        """
        with self.reading() as connection:
            wall_check.check(connection)
            of_one = walls.of_one(connection)
        if not of_one:
            sight.leave_to_wall(self.reader)
            sight.leave_to_wall(self.writer)

    def close(self) -> None:
        """Let go of every connection."""
        self.reader.dispose()
        self.writer.dispose()


class Retry(Unavailable):
    """The database undid the transaction and asks for it to be done again."""

    code = "busy"


class Lost(Unavailable):
    """A kept connection was dead, as after a restart of the database; the next one is new."""

    code = "database-unavailable"


@contextmanager
def translated() -> Iterator[None]:
    """Turn a database that cannot be reached, or has no free connection, into Unavailable."""
    try:
        yield
    except sa.exc.TimeoutError as error:
        raise Unavailable("The service is busy; try again in a moment.", code="busy") from error
    except (sa.exc.OperationalError, sa.exc.InterfaceError) as error:
        state = getattr(error.orig, "sqlstate", None)
        fault = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
        if state in ("40001", "40P01"):
            raise Retry("The service is busy; try again in a moment.") from error
        if fault in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            # Another process writes to the file: the command line, or a backup.
            raise Unavailable("The service is busy; try again in a moment.", code="busy") from error
        if state == "53100" or fault == sqlite3.SQLITE_FULL:
            raise Unavailable(
                "The disk is full; nothing was stored. Tell the operator.", code="storage-full"
            ) from error
        raise Unavailable("The database cannot be reached.", code="database-unavailable") from error


def open_database(
    url: str,
    *,
    pool_size: int = 12,
    write_pool_size: int = 6,
    timeout: float = 10.0,
    several: bool = False,
) -> Database:
    """Open the database that a URL names: ``sqlite:///file`` or ``postgresql://user@host/name``.

    ``several`` says that several organisations share an SQLite file, so that its connections are walled
    (``db/sqlite_wall.py``). PostgreSQL always has its wall.
    """
    parsed = sa.engine.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _open_sqlite(parsed, pool_size, timeout, several=several)
    if parsed.get_backend_name() == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
        shared: dict[str, Any] = {**QUIET, "pool_timeout": timeout, "max_overflow": 0}
        found = Database(
            reader=open_engine_for_reading(parsed, pool_size, timeout),
            writer=sa.create_engine(
                parsed,
                pool_size=write_pool_size,
                pool_pre_ping=True,
                isolation_level="READ COMMITTED",
                **shared,
            ),
        )
        sight.attach(found.reader)
        sight.attach(found.writer)
        return found
    raise ValueError("The database must be sqlite or postgresql.")


def open_engine_for_reading(url: sa.engine.URL, pool_size: int, timeout: float) -> Engine:
    """Open a PostgreSQL database to read from, each transaction one snapshot."""
    return sa.create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=pool_size,
        # No ping before each use, which costs as much as a query: reading is done again when Lost.
        isolation_level="REPEATABLE READ",
        execution_options={"postgresql_readonly": True},
        pool_timeout=timeout,
        max_overflow=0,
        **QUIET,
    )


def _open_sqlite(url: sa.engine.URL, pool_size: int, timeout: float, *, several: bool) -> Database:
    shared: dict[str, Any] = {
        **QUIET,
        "pool_timeout": timeout,
        "max_overflow": 0,
        "poolclass": sa.pool.QueuePool,
        "connect_args": {"check_same_thread": False, "isolation_level": None, "timeout": timeout},
    }
    if several:
        # To prepare a statement anew is to have each of its columns asked about.
        shared["connect_args"] |= {"factory": Walled, "cached_statements": 512}
    reader = sa.create_engine(url, pool_size=pool_size, **shared)
    writer = sa.create_engine(url, pool_size=1, **shared)
    # A reader gains nothing from a cache of its own beyond this: the system keeps the file's pages for
    # all of them. The writer, of which there is one, does in bulk.
    _prepare_sqlite(reader, "BEGIN", "ON", cache_kib=8_192)
    _prepare_sqlite(writer, "BEGIN IMMEDIATE", "OFF", cache_kib=65_536)
    sight.attach(reader)
    sight.attach(writer)
    return Database(reader=reader, writer=writer)


def _prepare_sqlite(engine: Engine, begin: str, query_only: str, *, cache_kib: int) -> None:
    @event.listens_for(engine, "connect")
    def on_connect(connection: sqlite3.Connection, _: Any) -> None:
        for pragma in (
            "journal_mode=WAL",
            # FULL: an acknowledged write survives a power cut, not only a crash.
            "synchronous=FULL",
            "foreign_keys=ON",
            # Without it REPLACE walks through the append-only triggers.
            "recursive_triggers=ON",
            f"cache_size=-{cache_kib}",
            "temp_store=MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")
        if isinstance(connection, Walled):
            sqlite_wall.put_up(connection, query_only)
        else:
            connection.execute(f"PRAGMA query_only={query_only}")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)


@contextmanager
def attempt(connection: Connection) -> Iterator[None]:
    """Do a part of a transaction that can be undone alone.

    What it wrote is undone when anything is raised. A value that the database refuses raises Invalid,
    which names no value.
    """
    try:
        with connection.begin_nested():
            yield
    except (sa.exc.IntegrityError, sa.exc.DataError) as error:
        raise Invalid("The database refuses a value of this row.", code="refused-by-database") from error


@contextmanager
def unique_or_conflict(what: str) -> Iterator[None]:
    """Turn the breach of a unique key into Conflict, without naming the value."""
    try:
        yield
    except sa.exc.IntegrityError as error:
        if "unique" not in str(error.orig).casefold():
            raise
        raise Conflict(
            f"Another {what} of your organisation has this code already.", code="already-there"
        ) from error
