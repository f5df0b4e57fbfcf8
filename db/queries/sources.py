"""What is asked of sources beside the common questions."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db.tables.sources import source


def same(connection: Connection, organisation: str, kind: str, name: str, side: str | None) -> str | None:
    """Give the source of this kind, name and side that is known, or None."""
    found: str | None = connection.execute(
        sa.select(source.c.id)
        .where(
            source.c.organisation == organisation,
            source.c.kind == kind,
            source.c.name == name,
            source.c.side.is_(None) if side is None else source.c.side == side,
        )
        .order_by(source.c.seq)
        .limit(1)
    ).scalar_one_or_none()
    return found
