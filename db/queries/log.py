"""The log as it is read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db.queries import organisations
from db.sight import IsHidden
from db.tables.log import log as t
from db.tables.sight import clearance

# A clearance is told of to whom its record is.
_OF_HIDDEN = t.c.action.startswith("clearance.") & ~sa.exists().where(clearance.c.id == t.c.object)
_OBJECT = sa.case((_OF_HIDDEN, None), (IsHidden(t.c.object), None), else_=t.c.object).label("object")
_COLUMNS = [_OBJECT if column.name == "object" else column for column in t.c if column.name != "organisation"]
"""What is told of an entry: that it was made, by whom, and not on what, where that is hidden."""


def entries(connection: Connection, organisation: str, after: int, limit: int) -> list[dict[str, Any]]:
    """Give entries after a sequence, in order."""
    columns = _COLUMNS
    rows = connection.execute(
        sa.select(*columns)
        .where(t.c.organisation == organisation, t.c.seq > after)
        .order_by(t.c.seq)
        .limit(limit)
    )
    names = [str(column.name) for column in columns]
    return [dict(zip(names, row, strict=True)) for row in rows]


def rows(connection: Connection, organisation: str, after: int) -> Iterator[Sequence[Any]]:
    """Give every entry after a sequence, in order, in the columns of the table without the organisation."""
    columns = _COLUMNS
    yield from connection.execute(
        sa.select(*columns).where(t.c.organisation == organisation, t.c.seq > after).order_by(t.c.seq),
        execution_options={"yield_per": 1_000},
    )


def members(connection: Connection, organisation: str) -> list[dict[str, Any]]:
    """Give the members with their roles as a list."""
    return [
        {
            "id": row.id,
            "name": row.name,
            "roles": json.loads(row.roles),
            "active": row.active,
            "version": row.version,
        }
        for row in organisations.members(connection, organisation)
    ]
