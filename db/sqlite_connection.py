"""What a walled SQLite connection keeps in mind: who has entered, and which table it writes to.

SQLite has no roles. The wall (``db/sqlite_wall.py``) is a connection's own: its views stand in the place of
the tables, so a statement that writes must name the table behind its view, and is told so here.
"""

from __future__ import annotations

import re
import sqlite3
from functools import lru_cache
from typing import Any

_WRITES = re.compile(
    r"\s*(?P<verb>INSERT\s+(?:OR\s+\w+\s+)?INTO|REPLACE\s+INTO|UPDATE(?:\s+OR\s+\w+)?|DELETE\s+FROM)\s+"
    r'(?P<quoted>"?)(?P<table>\w+)(?P=quoted)(?=[\s(])',
    re.IGNORECASE,
)
# Only by this name does a statement reach a table past the view of its name, in whatever quotes.
_PAST_THE_VIEWS = re.compile(r"\bmain\b", re.IGNORECASE)


class Walled(sqlite3.Connection):
    """A connection that shows and stores the rows of one organisation, the one that is entered."""

    organisation: str | None = None
    """The organisation that the transaction has entered; None, which equals nothing, before."""
    presented: str | None = None
    """The hash of the credential that is being looked up: the only one that can be found."""
    target: str | None = None
    """The table that the statement writes to, which it may read to find its rows."""
    tables: frozenset[str] = frozenset()
    """The tables that the file had when the connection opened."""
    walled: frozenset[str] = frozenset()
    """The tables that have a view in their place."""
    strange: tuple[str, ...] = ()
    """Tables with organisations that this version does not know."""

    def cursor(self, *given: Any, **more: Any) -> Any:
        """Give a cursor whose writes go to the tables."""
        return super().cursor(_Cursor) if not given and not more else super().cursor(*given, **more)

    def commit(self) -> None:
        """End the transaction; nobody has entered any more."""
        self.organisation = None
        super().commit()

    def rollback(self) -> None:
        """Undo the transaction; nobody has entered any more."""
        self.organisation = None
        super().rollback()


class _Cursor(sqlite3.Cursor):
    connection: Walled

    def execute(self, statement: str, *given: Any) -> _Cursor:
        statement, target = _addressed(statement)
        self.connection.target = target
        try:
            return super().execute(statement, *given)
        finally:
            self.connection.target = None

    def executemany(self, statement: str, *given: Any) -> _Cursor:
        statement, target = _addressed(statement)
        self.connection.target = target
        try:
            return super().executemany(statement, *given)
        finally:
            self.connection.target = None

    def executescript(self, script: str) -> _Cursor:
        raise sqlite3.DatabaseError("not authorized: several statements at once")


@lru_cache(maxsize=4_096)
def _addressed(statement: str) -> tuple[str, str | None]:
    """Give a statement as it is run, and the table that it writes to; refuse one that names the schema.

    The authorizer goes by the name of the view that reads, and a common table expression can bear the same
    name. What it cannot do without is the schema's name.
    """
    if _PAST_THE_VIEWS.search(statement):
        raise sqlite3.DatabaseError("not authorized: tables are named without their schema")
    found = _WRITES.match(statement)
    if found is None:
        return statement, None
    table = found["table"]
    return f'{found["verb"]} main."{table}"{statement[found.end() :]}', table
