"""What is asked of parties beside the common questions."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db.tables.sources import party
from domain.figures import Party


def sides(connection: Connection, organisation: str) -> tuple[Party, ...]:
    """Give every party with the one it fights for, as the rules see them."""
    return tuple(
        Party(*row)
        for row in connection.execute(
            sa.select(party.c.code, party.c.side)
            .where(party.c.organisation == organisation)
            .order_by(party.c.code)
        )
    )


def by_code_or_name(connection: Connection, organisation: str, text: str) -> str | None:
    """Give the code of the party that has this code or this very name, or None."""
    found: str | None = connection.execute(
        sa.select(party.c.code)
        .where(party.c.organisation == organisation, sa.or_(party.c.code == text, party.c.name == text))
        .order_by(party.c.seq)
        .limit(1)
    ).scalar_one_or_none()
    return found
