"""What is asked of parties beside the common questions."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db.tables.sources import party


def by_code_or_name(connection: Connection, organisation: str, text: str) -> str | None:
    """Give the code of the party that has this code or this very name, or None."""
    found: str | None = connection.execute(
        sa.select(party.c.code)
        .where(party.c.organisation == organisation, sa.or_(party.c.code == text, party.c.name == text))
        .order_by(party.c.seq)
        .limit(1)
    ).scalar_one_or_none()
    return found
