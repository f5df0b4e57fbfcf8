"""What is asked of sources beside the common questions."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db.tables.sources import source

IN_CHUNK = 500


def same(
    connection: Connection, organisation: str, kind: str, name: str, side: str | None
) -> list[tuple[str, bool]]:
    """Give the sources of this kind, name and side, and whether each is confidential; the first first."""
    query = sa.select(source.c.id, source.c.confidential).where(
        source.c.organisation == organisation,
        source.c.kind == kind,
        source.c.name == name,
        source.c.side.is_(None) if side is None else source.c.side == side,
    )
    return [(row.id, bool(row.confidential)) for row in connection.execute(query.order_by(source.c.seq))]


def confidential_among(connection: Connection, organisation: str, ids: Iterable[str]) -> set[str]:
    """Give those of these sources that are confidential."""
    wanted = sorted(set(ids))
    found: set[str] = set()
    for start in range(0, len(wanted), IN_CHUNK):
        query = sa.select(source.c.id).where(
            source.c.organisation == organisation,
            source.c.id.in_(wanted[start : start + IN_CHUNK]),
            source.c.confidential == 1,
        )
        found.update(connection.execute(query).scalars())
    return found
