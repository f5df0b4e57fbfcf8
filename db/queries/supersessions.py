"""Persons' words on supersession, as the rules see them."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db.tables.supersessions import supersession as s
from domain.cells import Age, Cell
from domain.figures import Supersession

IN_CHUNK = 500


def of_incidents(
    connection: Connection, organisation: str, ids: Sequence[str]
) -> dict[str, tuple[Supersession, ...]]:
    """Give the words on the claims about each of these incidents, in the order of recording."""
    found: dict[str, tuple[Supersession, ...]] = {}
    for start in range(0, len(ids), IN_CHUNK):
        for row in connection.execute(
            sa.select(
                s.c.incident,
                s.c.earlier,
                s.c.later,
                s.c.confirmed,
                s.c.outcome,
                s.c.status,
                s.c.sex,
                s.c.age_low,
                s.c.age_high,
            )
            .where(s.c.organisation == organisation, s.c.incident.in_(ids[start : start + IN_CHUNK]))
            .order_by(s.c.seq)
        ):
            cell = None
            if row.outcome is not None:
                age = None if row.age_low is None else Age(row.age_low, row.age_high)
                cell = Cell(row.outcome, row.status, row.sex, age)
            word = Supersession(row.earlier, row.later, bool(row.confirmed), cell)
            found[row.incident] = (*found.get(row.incident, ()), word)
    return found
