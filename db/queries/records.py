"""What every kind of record is asked in the same way: one, a page, its history, does it exist."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db import door
from db.kinds import CLAIM, KINDS, PLACE, SUPERSESSION, VICTIM, Kind
from db.tables import log as t

IN_CHUNK = 500


class Stored(NamedTuple):
    """A record as stored: head fields and its content as canonical JSON.

    ``state`` is the incident's derived state, None for other kinds.
    """

    id: str
    version: int
    seq: int
    recorded_at: str
    content: str
    state: str | None = None


def _selected(kind: Kind) -> sa.Select[Any]:
    table = kind.table
    columns = [table.c.id, table.c.version, table.c.seq, table.c.recorded_at, t.revision.c.content]
    if kind.name == "incident":
        columns.append(table.c.state)
    return sa.select(*columns).join_from(
        table, t.revision, (t.revision.c.object == table.c.id) & (t.revision.c.version == table.c.version)
    )


# What every request asks is written once: building a statement costs more than running it.
_ONE = {
    kind.name: _selected(kind).where(
        kind.table.c.organisation == sa.bindparam("organisation"), kind.table.c.id == sa.bindparam("id")
    )
    for kind in KINDS.values()
}
_BELONGING = {
    kind.name: _selected(kind)
    .where(
        kind.table.c.organisation == sa.bindparam("organisation"),
        kind.table.c.incident == sa.bindparam("incident"),
    )
    .order_by(kind.table.c.seq)
    for kind in (PLACE, CLAIM, SUPERSESSION, VICTIM)
}


def one(connection: Connection, kind: Kind, organisation: str, id: str) -> Stored | None:
    """Give the record, or None when the organisation has none of this kind and id."""
    row = connection.execute(_ONE[kind.name], {"organisation": organisation, "id": id}).one_or_none()
    return None if row is None else Stored(*row)


def locked(connection: Connection, kind: Kind, organisation: str, id: str) -> Stored | None:
    """Give the record, which nobody else changes until the transaction ends, or None.

    Takes the organisation's turn to write (the log's head) and reads after that. Locking the row itself
    while reading its revision beside it would lose the record: PostgreSQL looks at the changed row
    again, and at revisions as they were before it waited.
    """
    door.lock_head(connection, organisation)
    return one(connection, kind, organisation, id)


def of_ids(
    connection: Connection, kind: Kind, organisation: str, ids: Iterable[str], *, lock: bool = False
) -> dict[str, Stored]:
    """Give these records by id, where they are there; with ``lock`` nobody else changes them until the
    transaction ends.
    """
    if lock:
        door.lock_head(connection, organisation)
    table = kind.table
    wanted = sorted(set(ids))
    found: dict[str, Stored] = {}
    for start in range(0, len(wanted), IN_CHUNK):
        query = _selected(kind).where(
            table.c.organisation == organisation, table.c.id.in_(wanted[start : start + IN_CHUNK])
        )
        found.update((row.id, Stored(*row)) for row in connection.execute(query))
    return found


def many(connection: Connection, kind: Kind, organisation: str, *conditions: Any) -> list[Stored]:
    """Give every record of the kind that meets the conditions, in the order of recording."""
    rows = connection.execute(
        _selected(kind)
        .where(kind.table.c.organisation == organisation, *conditions)
        .order_by(kind.table.c.seq)
    )
    return [Stored(*row) for row in rows]


def page(
    connection: Connection,
    kind: Kind,
    organisation: str,
    conditions: Sequence[Any],
    order: Sequence[sa.Column[Any]],
    after: Sequence[Any] | None,
    limit: int,
) -> tuple[list[Stored], list[Any] | None]:
    """Give a page in keyset order and the position after its last row, None at the end.

    ``order`` is columns that are never null, the id last. ``after`` is the position a page before
    gave.
    """
    query = _selected(kind).add_columns(*[c.label(f"k{i}") for i, c in enumerate(order)])
    query = query.where(kind.table.c.organisation == organisation, *conditions)
    if after is not None:
        query = query.where(sa.tuple_(*order) > sa.tuple_(*[sa.literal(value) for value in after]))
    rows = connection.execute(query.order_by(*order).limit(limit + 1)).all()
    width = 6 if kind.name == "incident" else 5
    stored = [Stored(*row[:width]) for row in rows[:limit]]
    following = list(rows[limit - 1][width:]) if len(rows) > limit else None
    return stored, following


def existing(connection: Connection, kind: Kind, organisation: str, ids: Iterable[str]) -> set[str]:
    """Give those ids that the organisation has a record of this kind for."""
    return _present(connection, kind.table.c.id, kind.table.c.organisation == organisation, ids)


def existing_parties(connection: Connection, organisation: str, codes: Iterable[str]) -> set[str]:
    """Give those party codes that the organisation has."""
    from db.tables.sources import party

    return _present(connection, party.c.code, party.c.organisation == organisation, codes)


def _present(connection: Connection, column: sa.Column[Any], scope: Any, values: Iterable[str]) -> set[str]:
    wanted = sorted(set(values))
    found: set[str] = set()
    for start in range(0, len(wanted), IN_CHUNK):
        found.update(
            connection.execute(
                sa.select(column).where(scope, column.in_(wanted[start : start + IN_CHUNK]))
            ).scalars()
        )
    return found


class Step(NamedTuple):
    """One step of a record's history: who, what, when, why, and the content it left."""

    version: int
    seq: int
    at: str
    actor: str
    action: str
    reason_code: str | None
    reason: str | None
    content: str


def history(connection: Connection, organisation: str, id: str) -> list[Step]:
    """Give every step of a record, first to last; empty when there is none."""
    rows = connection.execute(
        sa.select(
            t.revision.c.version,
            t.revision.c.seq,
            t.log.c.at,
            t.log.c.actor,
            t.log.c.action,
            t.log.c.reason_code,
            t.revision.c.reason,
            t.revision.c.content,
        )
        .join_from(
            t.revision,
            t.log,
            (t.log.c.organisation == t.revision.c.organisation) & (t.log.c.seq == t.revision.c.seq),
        )
        .where(t.revision.c.organisation == organisation, t.revision.c.object == id)
        .order_by(t.revision.c.version)
    )
    return [Step(*row) for row in rows]


def belonging(connection: Connection, kind: Kind, organisation: str, incident: str) -> list[Stored]:
    """Give the records of a kind that belong to an incident, in the order of recording."""
    rows = connection.execute(_BELONGING[kind.name], {"organisation": organisation, "incident": incident})
    return [Stored(*row) for row in rows]


def recorded_by(connection: Connection, organisation: str, ids: Sequence[str], actor: str) -> set[str]:
    """Give those of these records that this actor of the log recorded first."""
    found: set[str] = set()
    for start in range(0, len(ids), IN_CHUNK):
        rows = connection.execute(
            sa.select(t.revision.c.object)
            .join_from(
                t.revision,
                t.log,
                (t.log.c.organisation == t.revision.c.organisation) & (t.log.c.seq == t.revision.c.seq),
            )
            .where(
                t.revision.c.object.in_(ids[start : start + IN_CHUNK]),
                t.revision.c.version == 1,
                t.log.c.organisation == organisation,
                t.log.c.actor == actor,
            )
        )
        found.update(rows.scalars())
    return found
