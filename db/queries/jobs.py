"""Jobs as workers see them: claimed, kept alive, ended; and as members read them.

A worker's writes are plain updates of the columns that no revision holds (see ``db/tables/jobs.py``).
Each names the worker and the attempt that it is for: whoever lost its lease changes nothing any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db.queries import log_heads
from db.queries.keyset import Keyset
from db.tables.jobs import job as j
from domain.vocab import JobState

QUEUED, RUNNING = JobState.QUEUED.value, JobState.RUNNING.value


class Claimed(NamedTuple):
    """A job in a worker's hand; ``attempts`` counts this one, ``lost`` tells that one before it died."""

    id: str
    organisation: str
    kind: str
    parameters: str
    due: str | None
    created_at: str
    attempts: int
    known_seq: int
    worker: str
    lost: bool


def _to_take(organisation: str, now: str) -> Any:
    # As the index has it, word for word: SQLite uses a partial index for no other.
    either = sa.text("job.state IN ('queued', 'running')")
    waiting = (j.c.state == QUEUED) & (j.c.not_before <= now)
    left_behind = (j.c.state == RUNNING) & (j.c.leased_until <= now)
    # Written so that no index of organisations is taken: that of what waits is the shorter one.
    mine = j.c.organisation.concat("") == organisation
    return sa.and_(mine, either, waiting | left_behind)


def is_due(connection: Connection, organisation: str, now: str) -> bool:
    """Tell whether a job of the organisation waits: asked first, so that an idle worker locks nothing."""
    return bool(connection.execute(sa.select(sa.exists().where(_to_take(organisation, now)))).scalar_one())


def claim(
    connection: Connection, organisation: str, worker: str, now: str, leased_until: str
) -> Claimed | None:
    """Take the organisation's job that waits longest, or that a worker left behind; None when there is none.

    On PostgreSQL the row is locked and rows that others are taking are passed over; on SQLite the writing
    transaction is the only one there is.
    """
    row = connection.execute(
        sa.select(j)
        .where(_to_take(organisation, now))
        .order_by(j.c.not_before, j.c.seq, j.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if row is None:
        return None
    known = row.known_seq
    if known is None:
        known = log_heads.head(connection, row.organisation).seq
    connection.execute(
        j.update()
        .where(j.c.organisation == row.organisation, j.c.id == row.id)
        .values(
            state=RUNNING,
            attempts=row.attempts + 1,
            leased_until=leased_until,
            worker=worker,
            started_at=now,
            progress_done=0,
            progress_of=None,
            known_seq=known,
        )
    )
    return Claimed(
        row.id,
        row.organisation,
        row.kind,
        row.parameters,
        row.due,
        row.created_at,
        row.attempts + 1,
        known,
        worker,
        row.state == RUNNING,
    )


def _held(claimed: Claimed) -> list[Any]:
    return [
        j.c.organisation == claimed.organisation,
        j.c.id == claimed.id,
        j.c.state == RUNNING,
        j.c.worker == claimed.worker,
        j.c.attempts == claimed.attempts,
    ]


def beat(
    connection: Connection, claimed: Claimed, leased_until: str, progress: tuple[int, int | None]
) -> bool:
    """Prolong the lease and note the progress; False when the job is this worker's no more."""
    done, of = progress
    changed = connection.execute(
        j.update()
        .where(*_held(claimed))
        .values(leased_until=leased_until, progress_done=done, progress_of=of)
    )
    return changed.rowcount == 1


def end(connection: Connection, claimed: Claimed, state: JobState, values: Mapping[str, Any]) -> bool:
    """Leave the job in a state, with these columns; False when it is this worker's no more."""
    changed = connection.execute(
        j.update().where(*_held(claimed)).values(state=state.value, leased_until=None, worker=None, **values)
    )
    return changed.rowcount == 1


def one(connection: Connection, organisation: str, id: str, *, lock: bool = False) -> Any:
    """Give one job's row, or None; with ``lock`` no worker changes it until the transaction ends."""
    query = sa.select(j).where(j.c.organisation == organisation, j.c.id == id)
    return connection.execute(query.with_for_update() if lock else query).one_or_none()


def listed(organisation: str, filters: Mapping[str, Any]) -> Keyset:
    """Give the list of jobs, newest first."""
    query = sa.select(j).where(
        j.c.organisation == organisation,
        *[j.c[name] == value for name, value in filters.items() if value is not None],
    )
    return Keyset(query, (j.c.created_at, j.c.id), newest_first=True)
