"""What netting asks: the trees around incidents, and the facts that their incidents have in force."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db.tables.assessments import fact as f
from db.tables.incidents import incident as i
from db.types import FOREVER

IN_CHUNK = 500
_NOT_COMPARED = ("id", "organisation", "valid_from", "valid_to")
COMPARED = tuple(column.name for column in f.c if column.name not in _NOT_COMPARED)
"""The columns that tell whether an incident's facts moved."""

FactRow = tuple[Any, ...]
"""A fact's values in the order of ``COMPARED``."""


def _chunks(ids: Iterable[str]) -> Iterator[list[str]]:
    found = sorted(ids)
    for start in range(0, len(found), IN_CHUNK):
        yield found[start : start + IN_CHUNK]


def trees_around(
    connection: Connection, organisation: str, incidents: Collection[str]
) -> dict[str, str | None]:
    """Give every incident of the trees that hold these incidents, with its parent."""
    found: dict[str, str | None] = {}
    climbing = set(incidents)
    while climbing:
        found |= _parents(connection, organisation, i.c.id, climbing)
        climbing = {up for up in found.values() if up is not None} - found.keys()
    level = set(found)
    while level:
        below = _parents(connection, organisation, i.c.parent, level)
        level = below.keys() - found.keys()
        found |= below
    return found


def _parents(
    connection: Connection, organisation: str, column: sa.Column[Any], ids: Iterable[str]
) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for chunk in _chunks(ids):
        rows = connection.execute(
            sa.select(i.c.id, i.c.parent).where(i.c.organisation == organisation, column.in_(chunk))
        )
        found.update((row.id, row.parent) for row in rows)
    return found


def facts_in_force(
    connection: Connection, organisation: str, incidents: Iterable[str]
) -> dict[str, list[FactRow]]:
    """Give the facts in force of each incident that has any."""
    place = COMPARED.index("incident")
    found: dict[str, list[FactRow]] = {}
    for chunk in _chunks(incidents):
        rows = connection.execute(
            sa.select(*(f.c[name] for name in COMPARED)).where(
                f.c.organisation == organisation, f.c.valid_to == FOREVER, f.c.incident.in_(chunk)
            )
        )
        for row in rows:
            found.setdefault(row[place], []).append(tuple(row))
    return found
