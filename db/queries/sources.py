"""What is asked of sources beside the common questions."""

from __future__ import annotations

from collections.abc import Iterable

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


def names(connection: Connection, organisation: str, ids: Iterable[str]) -> dict[str, str]:
    """Give the name of each of these sources by its id."""
    wanted = sorted(set(ids))
    found: dict[str, str] = {}
    for start in range(0, len(wanted), 500):
        for row in connection.execute(
            sa.select(source.c.id, source.c.name).where(
                source.c.organisation == organisation, source.c.id.in_(wanted[start : start + 500])
            )
        ):
            found[row.id] = row.name
    return found
