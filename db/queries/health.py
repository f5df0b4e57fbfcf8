"""Whether the database answers, and what schema it has."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db.walls import walled_sqlite

_TABLE = "alembic_version"


def answers(connection: Connection) -> None:
    """Ask the database something; raise when it does not answer."""
    connection.execute(sa.select(sa.literal(1))).scalar_one()


def schema_revision(connection: Connection) -> str | None:
    """Give the schema's revision, or None for a schema that the migrations did not make."""
    walled = walled_sqlite(connection)  # which lets nobody look at the schema
    there = sa.inspect(connection).has_table(_TABLE) if walled is None else _TABLE in walled.tables
    if not there:
        return None
    found: str | None = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    return found
