"""The facts as every statistic sums them, at any sequence of the log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db.queries import fact_selections as which
from db.queries.fact_selections import Selection
from db.tables.assessments import fact as f
from domain.bands import Bands

_INCIDENT = f.c.valid_from
"""What tells incidents apart among the facts in role ``alone`` that hold at one sequence.

Those of an incident are opened by its own approval, which no other incident shares, and counting numbers
apart is much cheaper than counting ids. In a tree one act opens the facts of several: there ids count.
"""


class Sum(NamedTuple):
    """One group's sums. ``open`` and ``incidents`` count distinct incidents."""

    keys: tuple[str, ...]
    low: int
    high: int
    open: int
    incidents: int


def sums(
    connection: Connection,
    organisation: str,
    seq: int,
    selection: Selection,
    by: Sequence[str],
    bands: Bands,
) -> list[Sum]:
    """Give the sums at a log sequence, one a group, ordered by the keys."""
    found = _sums(
        connection, which.alone(organisation, seq, selection, bands), selection, by, bands, _INCIDENT
    )
    if selection.trees is None:
        return found
    netted = which.in_trees(organisation, seq, selection, bands, selection.trees)
    return _together(found, _sums(connection, netted, selection, by, bands, f.c.incident))


def _sums(
    connection: Connection,
    conditions: Sequence[Any],
    selection: Selection,
    by: Sequence[str],
    bands: Bands,
    incidents: sa.ColumnElement[Any],
) -> list[Sum]:
    keys = [which.key(name, bands).label(f"k{i}") for i, name in enumerate(by)]
    query = sa.select(
        *keys,
        sa.func.sum(f.c.low),
        sa.func.sum(f.c.high),
        sa.func.count(sa.distinct(sa.case((f.c.open == 1, incidents)))),
        sa.func.count(sa.distinct(incidents)),
    ).where(*conditions, *which.within(selection))
    if keys:
        numbers: list[Any] = [sa.literal_column(str(i + 1)) for i in range(len(keys))]
        query = query.group_by(*numbers).order_by(*numbers)
    width = len(keys)
    return [
        Sum(
            tuple(row[:width]), int(row[width] or 0), int(row[width + 1] or 0), row[width + 2], row[width + 3]
        )
        for row in connection.execute(query)
    ]


def bests(
    connection: Connection,
    organisation: str,
    seq: int,
    selection: Selection,
    by: Sequence[str],
    bands: Bands,
) -> dict[tuple[str, ...], int | None] | None:
    """Give the sum of best estimates by group, None for a group of which a fact has none.

    None where no fact of the selection has one, which an index over those that do tells at once.
    """
    # Without the role, so that only the index over facts that have a best can answer: a record without
    # any pays nothing. Whether one of them is in the answer is asked next, for an answer about the past
    # must not change its form by what is recorded later.
    any_best = (f.c.organisation == organisation, f.c.grain == selection.grain, f.c.best.is_not(None))
    if connection.execute(sa.select(f.c.id).where(*any_best).limit(1)).first() is None:
        return None
    conditions = [*which.counted(organisation, seq, selection, bands), *which.within(selection)]
    if (
        connection.execute(sa.select(f.c.id).where(f.c.best.is_not(None), *conditions).limit(1)).first()
        is None
    ):
        return None
    keys = [which.key(name, bands).label(f"k{i}") for i, name in enumerate(by)]
    query = sa.select(*keys, sa.func.sum(f.c.best), sa.func.count(f.c.best), sa.func.count()).where(
        *conditions
    )
    if keys:
        query = query.group_by(*[sa.literal_column(str(i + 1)) for i in range(len(keys))])
    return {
        tuple(keys): int(total) if given == rows and total is not None else None
        for *keys, total, given, rows in connection.execute(query)
    }


def _together(one: Sequence[Sum], other: Sequence[Sum]) -> list[Sum]:
    """Add the sums of incidents alone and of incidents in trees, which share no incident."""
    found = {group.keys: group for group in one}
    for group in other:
        before = found.get(group.keys, Sum(group.keys, 0, 0, 0, 0))
        added = (a + b for a, b in zip(before[1:], group[1:], strict=True))
        found[group.keys] = Sum(group.keys, *added)
    return [found[keys] for keys in sorted(found)]


def any_in_trees(connection: Connection, organisation: str, seq: int | None = None) -> bool:
    """Tell whether the organisation has facts of trees at all: most have none, and need no second sum.

    With ``seq``, whether any held at that log sequence: what is said of the past must not change by what is
    recorded later.
    """
    query = (
        sa.select(sa.literal(1)).where(f.c.organisation == organisation, f.c.role.in_(which.NETTED)).limit(1)
    )
    if seq is not None:
        query = query.where(f.c.valid_from <= seq, f.c.valid_to > seq)
    return connection.execute(query).first() is not None


def any_late(connection: Connection, organisation: str) -> bool:
    """Tell whether anything was ever verified late, so that most records pay nothing for asking."""
    query: sa.Select[Any] = (
        sa.select(sa.literal_column("1")).where(f.c.organisation == organisation, which.LATE).limit(1)
    )
    return connection.execute(query).first() is not None


def straddling(
    connection: Connection, organisation: str, seq: int, selection: Selection, bands: Bands
) -> int:
    """Count the incidents whose period touches the days asked for without lying within them."""
    if selection.start is None and selection.end is None:
        return 0
    touching = which.touching(selection)
    counted = [(_INCIDENT, which.alone(organisation, seq, selection, bands))]
    if selection.trees is not None:
        netted = which.in_trees(organisation, seq, selection, bands, selection.trees)
        counted.append((f.c.incident, netted))
    return sum(
        int(
            connection.execute(
                sa.select(sa.func.count(sa.distinct(incidents))).where(*conditions, *touching)
            ).scalar_one()
        )
        for incidents, conditions in counted
    )


def crossing(
    connection: Connection, organisation: str, seq: int, selection: Selection, bands: Bands
) -> list[Sum]:
    """Give the sums of the incidents that ``straddling`` counts, by verification state."""
    touching = which.touching(selection)
    anywhere = replace(selection, start=None, end=None)
    by = ("verification",)
    alone = [*which.alone(organisation, seq, selection, bands), *touching]
    found = _sums(connection, alone, anywhere, by, bands, _INCIDENT)
    if selection.trees is None:
        return found
    netted = [*which.in_trees(organisation, seq, selection, bands, selection.trees), *touching]
    return _together(found, _sums(connection, netted, anywhere, by, bands, f.c.incident))


def assessments_of(
    connection: Connection, organisation: str, seq: int, incidents: Sequence[str]
) -> dict[str, str]:
    """Give the ids of the assessments in force at a sequence, by incident."""
    found: dict[str, str] = {}
    for start in range(0, len(incidents), 500):
        among = f.c.incident.in_(incidents[start : start + 500])
        query = sa.select(f.c.incident, f.c.assessment).where(f.c.organisation == organisation, among)
        for row in connection.execute(
            query.where(f.c.valid_from <= seq, f.c.valid_to > seq).distinct().order_by(f.c.incident)
        ):
            found[row.incident] = row.assessment
    return found
