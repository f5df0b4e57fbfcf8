"""Short questions of the public, asked where they arrive: on the event loop, by the driver alone.

A published document is one look-up in an index. To hand that to a thread and through SQLAlchemy costs several
times what it takes. So there is one connection more, of the public's kind, for statements that are known to
be short. Whatever goes wrong with it is not told from here: ``rows`` gives None, and the question is asked
the ordinary way, which waits, tries again and explains.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Protocol

import psycopg
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

Rows = Sequence[Sequence[Any]]
_LONGEST_S = 2.0
_DIALECTS: dict[str, sa.Dialect] = {
    "sqlite": sqlite.dialect(paramstyle="named"),
    "postgresql": postgresql.psycopg.dialect(),  # type: ignore[no-untyped-call]  # SQLAlchemy's
}


class Lookups(Protocol):
    """A connection for short questions."""

    async def rows(self, statement: sa.Select[Any], values: Mapping[str, Any]) -> Rows | None:
        """Give the rows of a statement, which is kept and asked again; None where that was not possible."""

    async def close(self) -> None:
        """Let go of the connection."""


@cache
def _compiled(statement: sa.Select[Any], dialect: str) -> tuple[str, dict[str, Any]]:
    """Give a statement's text, and the values that are part of it."""
    found = statement.compile(dialect=_DIALECTS[dialect])
    return str(found), {name: one.effective_value for name, one in found.binds.items() if not one.required}


class OfSqlite:
    """Short questions of an SQLite file.

    A reader of a file with a write-ahead log waits for nobody, and is told so at once where it would have to.
    """

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect
        self._connection: sqlite3.Connection | None = None

    async def rows(self, statement: sa.Select[Any], values: Mapping[str, Any]) -> Rows | None:
        """Give the rows of a statement, or None."""
        try:
            if self._connection is None:
                self._connection = self._connect()
            text, fixed = _compiled(statement, "sqlite")
            return self._connection.execute(text, {**fixed, **values}).fetchall()
        except sqlite3.Error:
            await self.close()
            return None

    async def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class OfPostgres:
    """Short questions of a PostgreSQL database, one after the other."""

    def __init__(self, url: sa.URL) -> None:
        self._conninfo = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._connection: psycopg.AsyncConnection[Any] | None = None
        self._connecting = asyncio.Lock()

    async def rows(self, statement: sa.Select[Any], values: Mapping[str, Any]) -> Rows | None:
        """Give the rows of a statement, or None."""
        connection = None
        try:
            async with asyncio.timeout(_LONGEST_S):
                connection = self._connection or await self._connected()
                text, fixed = _compiled(statement, "postgresql")
                cursor = await connection.execute(text, {**fixed, **values}, prepare=True)
                return await cursor.fetchall()
        except (psycopg.Error, TimeoutError):
            if connection is not None and connection is self._connection:
                self._connection = None
                await connection.close()
            return None

    async def _connected(self) -> psycopg.AsyncConnection[Any]:
        async with self._connecting:
            if self._connection is None:
                self._connection = await psycopg.AsyncConnection.connect(
                    self._conninfo,
                    # One statement is one snapshot.
                    autocommit=True,
                    options=f"-c default_transaction_read_only=on -c statement_timeout={_LONGEST_S:.0f}s",
                )
            return self._connection

    async def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            await self._connection.close()
            self._connection = None
