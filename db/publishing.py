"""The public's own connection: it reads the published projection, and cannot read anything else.

On PostgreSQL it is a role of its own (``db/walls.py``), and nothing is answered before the database has said
that this role has no other right. On SQLite the connection refuses every statement that names another table,
attaches a file, asks for a setting or writes, whatever its text.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

from db import walls
from db.engine import QUIET, Lost, open_engine_for_reading, translated
from db.lookups import Lookups, OfPostgres, OfSqlite
from db.wall_check import Unwalled
from domain.errors import Unavailable

_FUNCTIONS = frozenset({"coalesce", "count", "max", "min", "substr", "sum", "total", "like", "glob"})


def url_of(database_url: str) -> str:
    """Give the address of the public's connection for the service's own: another role, the same password."""
    parsed = sa.engine.make_url(database_url)
    if parsed.get_backend_name() == "postgresql":
        parsed = parsed.set(username=walls.PUBLIC)
    return parsed.render_as_string(hide_password=False)


class Published:
    """What is published, over a connection that can read nothing else."""

    def __init__(self, engine: Engine, lookups: Lookups) -> None:
        self._engine = engine
        self.lookups = lookups

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection on one snapshot. Raises Unavailable, and Lost where a kept one was dead."""
        try:
            with translated(), self._engine.connect() as connection:
                yield connection
        except Unavailable as error:
            if getattr(error.__cause__, "connection_invalidated", False):
                raise Lost(error.detail, code=error.code) from error
            raise

    def check(self) -> None:
        """Raise Unwalled unless the connection can read the projection alone."""
        with self.reading() as connection:
            if connection.dialect.name == "postgresql":
                found = list(_of_role(connection))
                if found:
                    raise Unwalled(
                        "The public's connection may do more than read what is published, so nothing is "
                        f"served: {' '.join(found[:3])} Let CIVHARM_PUBLIC_URL name the role {walls.PUBLIC}, "
                        "made by: civharm migrate --roles. See docs/publishing.md."
                    )

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()


def open_published(
    database_url: str, public_url: str | None = None, *, pool_size: int = 12, timeout: float = 10.0
) -> Published:
    """Open what is published in a database; ``public_url`` None is the database's own with the role."""
    parsed = sa.engine.make_url(public_url or url_of(database_url))
    if parsed.get_backend_name() == "sqlite":
        # One file has one address: another one would be another record.
        return _open_sqlite(sa.engine.make_url(database_url), pool_size, timeout)
    return Published(open_engine_for_reading(parsed, pool_size, timeout), OfPostgres(parsed))


def _open_sqlite(url: sa.engine.URL, pool_size: int, timeout: float) -> Published:
    engine = sa.create_engine(
        url,
        **QUIET,
        pool_size=pool_size,
        pool_timeout=timeout,
        max_overflow=0,
        poolclass=sa.pool.QueuePool,
        connect_args={"check_same_thread": False, "isolation_level": None, "timeout": timeout},
    )

    @event.listens_for(engine, "connect")
    def on_connect(connection: sqlite3.Connection, _: Any) -> None:
        _confine(connection)

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    def connect() -> sqlite3.Connection:
        (file,), _ = engine.dialect.create_connect_args(url)
        connection = sqlite3.connect(file, timeout=0, check_same_thread=False, isolation_level=None)
        _confine(connection)
        return connection

    return Published(engine, OfSqlite(connect))


def _confine(connection: sqlite3.Connection) -> None:
    for pragma in ("query_only=ON", "trusted_schema=OFF", "cache_size=-4096", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}")
    connection.set_authorizer(_authorize)


def _authorize(
    action: int, first: str | None, second: str | None, database: str | None, inside: str | None
) -> int:
    """Allow reading of what is published, and nothing that is not on this list."""
    allowed = (
        action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_TRANSACTION)
        or (action == sqlite3.SQLITE_READ and first in walls.PUBLISHED and database in ("main", None))
        or (action == sqlite3.SQLITE_FUNCTION and second in _FUNCTIONS)
    )
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


_MORE = sa.text(
    """
    SELECT 'It is a superuser or bypasses row security.' AS said FROM pg_roles r
      WHERE (r.rolsuper OR r.rolbypassrls OR r.rolcreaterole) AND pg_has_role(current_user, r.oid, 'MEMBER')
    UNION ALL
    SELECT 'It may act as the role ' || r.rolname || '.' FROM pg_roles r
      WHERE r.rolname IN (:app, :gate) AND pg_has_role(current_user, r.oid, 'MEMBER')
    UNION ALL
    SELECT 'It may use ' || n.nspname || '.' || c.relname || '.' FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'
      AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
      AND (has_table_privilege(current_user, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
        OR pg_has_role(current_user, c.relowner, 'MEMBER')
        OR ((n.nspname <> 'public' OR NOT c.relname = ANY(:published))
          AND has_any_column_privilege(current_user, c.oid, 'SELECT, INSERT, UPDATE, REFERENCES')))
    UNION ALL
    SELECT 'It may run ' || p.proname || '.' FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
      WHERE p.prosecdef AND n.nspname NOT IN ('pg_catalog', 'information_schema')
      AND has_function_privilege(current_user, p.oid, 'EXECUTE')
      AND has_schema_privilege(current_user, n.oid, 'USAGE')
    """
)


def _of_role(connection: Connection) -> Iterator[str]:
    """Say what the public's role could do beside reading what is published."""
    yield from connection.execute(
        _MORE, {"app": walls.APP, "gate": walls.GATE, "published": sorted(walls.PUBLISHED)}
    ).scalars()
    readable = connection.execute(
        sa.text(
            "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace "
            "AND relname = ANY(:published) AND has_table_privilege(current_user, oid, 'SELECT')"
        ),
        {"published": sorted(walls.PUBLISHED)},
    ).scalar_one()
    if readable != len(walls.PUBLISHED):
        yield "It cannot read what is published."
