"""What is asked of clearances beside the common questions."""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db.tables.sight import clearance as c


class Named(NamedTuple):
    """A member's clearance for a record."""

    id: str
    version: int
    ended: bool


def of_member(connection: Connection, organisation: str, about: str, member: str) -> Named | None:
    """Give the member's clearance for the record, or None; it may have ended."""
    row = connection.execute(
        sa.select(c.c.id, c.c.version, c.c.ended).where(
            c.c.organisation == organisation, c.c.object == about, c.c.member == member
        )
    ).one_or_none()
    return None if row is None else Named(*row)


def open_of(connection: Connection, organisation: str, member: str) -> list[str]:
    """Give the clearances of a member that have not ended."""
    return list(
        connection.execute(
            sa.select(c.c.id)
            .where(c.c.organisation == organisation, c.c.member == member, c.c.ended == 0)
            .order_by(c.c.id)
        ).scalars()
    )
