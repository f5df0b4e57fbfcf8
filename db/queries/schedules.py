"""Schedules as they are stored, and those that are due."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db.queries.keyset import Keyset
from db.tables.jobs import schedule as s
from domain.vocab import ScheduleState


def due(connection: Connection, organisation: str, now: str) -> list[str]:
    """Give the ids of the organisation's schedules that are due, longest first."""
    rows = connection.execute(
        sa.select(s.c.id)
        .where(
            s.c.organisation == organisation,
            sa.text("schedule.state = 'active'"),  # as its index has it
            s.c.next_due <= now,
        )
        .order_by(s.c.next_due, s.c.id)
    )
    return list(rows.scalars())


def one(connection: Connection, organisation: str, id: str) -> Any:
    """Give one schedule's row, or None."""
    return connection.execute(
        sa.select(s).where(s.c.organisation == organisation, s.c.id == id)
    ).one_or_none()


def made(connection: Connection, organisation: str, id: str, last_due: str, next_due: str) -> None:
    """Note that the job of an instant was made: the act is the job's, and the schedule is as it was."""
    connection.execute(
        s.update()
        .where(s.c.organisation == organisation, s.c.id == id)
        .values(last_due=last_due, next_due=next_due)
    )


def listed(organisation: str) -> Keyset:
    """Give the list of the schedules that are not removed, by id."""
    query = sa.select(s).where(s.c.organisation == organisation, s.c.state != ScheduleState.REMOVED.value)
    return Keyset(query, (s.c.id,))
