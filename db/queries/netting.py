"""What netting asks: the trees around incidents, and the facts that their incidents have in force."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db.tables.assessments import fact as f
from db.tables.incidents import incident as i
from db.tables.netting import overlap as o
from db.types import FOREVER
from domain.cells import Age, Cell
from domain.overlaps import Overlap

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


class StoredOverlap(NamedTuple):
    """An overlap with the aggregate that it belongs to, its kind and its note."""

    aggregate: str
    incident: str | None
    kind: str
    note: str | None
    overlap: Overlap


def overlaps(connection: Connection, organisation: str, aggregates: Iterable[str]) -> list[StoredOverlap]:
    """Give the overlaps of these aggregates, in the order of recording."""
    columns = (
        o.c.id,
        o.c.aggregate,
        o.c.incident,
        o.c.kind,
        o.c.note,
        o.c.outcome,
        o.c.status,
        o.c.sex,
        o.c.age_low,
        o.c.age_high,
        o.c.low,
        o.c.high,
    )
    found = []
    for chunk in _chunks(aggregates):
        rows = connection.execute(
            sa.select(*columns)
            .where(o.c.organisation == organisation, o.c.aggregate.in_(chunk))
            .order_by(o.c.aggregate, o.c.seq)
        )
        for row in rows:
            age = None if row.age_low is None else Age(row.age_low, row.age_high)
            cell = Cell(row.outcome, row.status, row.sex, age)
            overlap = Overlap(row.id, cell, row.low, row.high, row.incident)
            found.append(StoredOverlap(row.aggregate, row.incident, row.kind, row.note, overlap))
    return found


def in_overlaps(connection: Connection, organisation: str, incidents: Iterable[str]) -> set[str]:
    """Give those of these incidents that an overlap names, as aggregate or as the other."""
    found: set[str] = set()
    for chunk in _chunks(incidents):
        for column in (o.c.aggregate, o.c.incident):
            rows = connection.execute(
                sa.select(column).where(o.c.organisation == organisation, column.in_(chunk)).distinct()
            )
            found.update(rows.scalars())
    return found


def aggregates_over(connection: Connection, organisation: str, incidents: Iterable[str]) -> set[str]:
    """Give the aggregates with an overlap that names one of these incidents, as itself or as the other."""
    found: set[str] = set()
    for chunk in _chunks(incidents):
        for column in (o.c.aggregate, o.c.incident):
            rows = connection.execute(
                sa.select(o.c.aggregate).where(o.c.organisation == organisation, column.in_(chunk)).distinct()
            )
            found.update(rows.scalars())
    return found
