"""What is asked of the agreements that an organisation gave."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db.queries.keyset import Keyset
from db.tables.agreements import agreement as a

_GIVEN = sa.select(
    *(a.c[name] for name in ("id", "partner", "expires_at", "ended", "reason", "version", "recorded_at"))
)


def given(organisation: str) -> Keyset:
    """Give the list of the organisation's agreements, those that are over too, by id."""
    return Keyset(_GIVEN.where(a.c.organisation == organisation), (a.c.id,))


def one(connection: Connection, organisation: str, id: str) -> Any:
    """Give an agreement that the organisation gave, or None."""
    return connection.execute(_GIVEN.where(a.c.organisation == organisation, a.c.id == id)).one_or_none()


def in_force(connection: Connection, organisation: str, partner: str, now: str) -> bool:
    """Tell whether the organisation has an agreement with the partner that holds at this instant."""
    query = sa.select(a.c.id).where(
        a.c.organisation == organisation,
        a.c.partner == partner,
        a.c.ended == sa.literal(False, a.c.ended.type),
        a.c.expires_at > now,
    )
    return connection.execute(query.limit(1)).first() is not None
