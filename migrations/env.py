"""How Alembic meets the database.

On SQLite a batch operation rebuilds a table, and with foreign keys on it would silently delete what
refers to it: they are switched off for the run, and checked before each migration is committed. On PostgreSQL
the whole run is one transaction, in which the wall between organisations is down: who owns the tables and is
no superuser could not see the rows behind it.
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import sqlalchemy as sa
from alembic import context

from config import Settings
from db import walls
from db.tables import METADATA


def run() -> None:
    url = context.config.attributes.get("database_url") or Settings().database_url
    parsed = sa.engine.make_url(url)
    if parsed.get_backend_name() == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    engine = sa.create_engine(parsed, poolclass=sa.pool.NullPool)
    on_sqlite = engine.dialect.name == "sqlite"
    if on_sqlite:
        _by_hand(engine)
    with engine.connect() as connection, nullcontext() if on_sqlite else connection.begin():
        if not on_sqlite:
            walls.take_down(connection)
        context.configure(
            connection=connection,
            target_metadata=METADATA,
            render_as_batch=on_sqlite,
            transactional_ddl=True,
            transaction_per_migration=on_sqlite,
            on_version_apply=_check_references if on_sqlite else None,
        )
        with context.begin_transaction():
            context.run_migrations()
        if not on_sqlite:
            walls.put_up(connection)
    engine.dispose()


def _check_references(ctx: Any, step: Any, heads: Any, run_args: Any) -> None:
    """Undo the migration that left references without their records: called before it is committed."""
    if ctx.connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
        raise RuntimeError("A migration left references without their records; it is undone.")


def _by_hand(engine: sa.Engine) -> None:
    """Open transactions ourselves: sqlite3's own mode commits before DDL."""

    @sa.event.listens_for(engine, "connect")
    def on_connect(connection, _):  # type: ignore[no-untyped-def]  # the driver's own types
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute("PRAGMA journal_mode=WAL")

    @sa.event.listens_for(engine, "begin")
    def on_begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


run()
