"""Places that have no second-level p-code: what somebody may still resolve."""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db.tables.imports import import_key
from db.tables.incidents import incident, place


class Unresolved(NamedTuple):
    """A reported name without a district: how many places bear it, and one of their incidents."""

    name: str
    country: str | None
    adm1: str | None
    precision: str
    places: int
    example: str


def unresolved(connection: Connection, organisation: str, run: str | None = None) -> list[Unresolved]:
    """Give the names of places without a second-level p-code, the most frequent first.

    ``run`` keeps to the incidents that an import run stored or added to.
    """
    conditions = [place.c.organisation == organisation, place.c.adm2.is_(None)]
    if run is not None:
        of_run = sa.select(import_key.c.object).where(
            import_key.c.organisation == organisation, import_key.c.run == run
        )
        conditions.append(place.c.incident.in_(of_run))
    keys = (place.c.reported_name, place.c.country, place.c.adm1, place.c.precision)
    many = sa.func.count()
    rows = connection.execute(
        sa.select(*keys, many, sa.func.min(incident.c.code))
        .join_from(
            place,
            incident,
            (incident.c.organisation == place.c.organisation) & (incident.c.id == place.c.incident),
        )
        .where(*conditions)
        .group_by(*keys)
        .order_by(many.desc(), *keys)
    )
    return [Unresolved(*row) for row in rows]
