"""Schedules: made, paused, resumed, removed by members; and the jobs of the instants that are due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from db import door
from db.canonical import canonical, parse
from db.engine import Connection
from db.kinds import SCHEDULE
from db.queries import records
from db.queries import schedules as queries
from domain import schedules as timing
from domain.access import Actor, require
from domain.errors import Conflict, NotFound
from domain.schedules import Timing
from domain.vocab import ScheduleState, Visibility
from services.jobs import kinds, queue
from services.jobs.deployment import Deployment
from services.records import new_id

_ACTIVE, _PAUSED, _REMOVED = (
    one.value for one in (ScheduleState.ACTIVE, ScheduleState.PAUSED, ScheduleState.REMOVED)
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A schedule to be made: when, and the job that it makes."""

    timing: Timing
    kind: str
    parameters: Mapping[str, Any]
    label: str | None = None


def create(connection: Connection, actor: Actor, deployment: Deployment, draft: Draft) -> Any:
    """Make a schedule; its first job is that of the next instant. Give its row.

    Raises Invalid for a timing that is never due, and for a job that could not be made now.
    """
    require(actor, "schedule.create")
    timing.check(draft.timing)
    checked = kinds.read(kinds.of_name(draft.kind), draft.parameters, deployment)
    id = new_id()
    content = {
        "label": draft.label,
        "kind": draft.kind,
        "parameters": canonical(checked.model_dump()),
        "rhythm": draft.timing.rhythm,
        "day": draft.timing.day,
        "cron": draft.timing.cron,
        "state": _ACTIVE,
        "visibility": Visibility.ORGANISATION.value,
    }
    columns = {"next_due": _next(draft.timing, door.now()), "last_due": None}
    door.record(connection, actor, [door.Act("create", SCHEDULE, id, 1, content, columns)])
    return one(connection, actor, id)


def one(connection: Connection, actor: Actor, id: str) -> Any:
    """Give one schedule's row. Raises NotFound."""
    require(actor, "schedule.read")
    row = queries.one(connection, actor.organisation, id)
    if row is None:
        raise NotFound("There is no such schedule.")
    return row


def pause(connection: Connection, actor: Actor, id: str) -> Any:
    """Let a schedule make no jobs until it is resumed. Raises NotFound and Conflict."""
    return _move(connection, actor, id, "pause", _PAUSED)


def resume(connection: Connection, actor: Actor, id: str) -> Any:
    """Let a paused schedule make jobs again, from the next instant on. Raises NotFound and Conflict."""
    return _move(connection, actor, id, "resume", _ACTIVE)


def remove(connection: Connection, actor: Actor, id: str) -> Any:
    """Let a schedule make no jobs any more; those it made stay. Raises NotFound and Conflict."""
    return _move(connection, actor, id, "remove", _REMOVED)


def _move(connection: Connection, actor: Actor, id: str, verb: str, state: str) -> Any:
    require(actor, "schedule.change")
    stored = records.locked(connection, SCHEDULE, actor.organisation, id)
    if stored is None:
        raise NotFound("There is no such schedule.")
    content = parse(stored.content)
    if content["state"] in (state, _REMOVED):
        raise Conflict("The schedule is in that state already, or was removed.", code="no-such-step")
    due = _next(timing_of(content), door.now()) if state == _ACTIVE else None
    act = door.Act(verb, SCHEDULE, id, stored.version + 1, {**content, "state": state}, {"next_due": due})
    door.record(connection, actor, [act])
    return one(connection, actor, id)


def timing_of(said: Mapping[str, Any]) -> Timing:
    """Give the timing in a schedule's content or row."""
    return Timing(said["rhythm"], said["day"], said["cron"])


def are_due(connection: Connection, organisation: str, now: str) -> list[str]:
    """Give the ids of the organisation's schedules that are due."""
    return queries.due(connection, organisation, now)


def make_job(connection: Connection, organisation: str, id: str, now: str) -> str | None:
    """Make the job of a schedule that is due and give its id; None where another worker made it already.

    The log's head is taken first, as for every act, and the schedule read after it: two workers that saw
    it due make one job. The unique key of jobs would refuse a second one in any case.
    """
    door.lock_head(connection, organisation)
    row = queries.one(connection, organisation, id)
    if row is None or row.next_due is None:
        return None
    when = timing_of(row._mapping)
    instant = timing.to_make_up_for(when, _read(row.next_due), _read(now))
    if instant is None:
        return None
    job = queue.add(
        connection,
        queue.worker_of(organisation),
        row.kind,
        row.parameters,
        schedule=id,
        due=_written(instant),
    )
    queries.made(connection, organisation, id, _written(instant), _next(when, now))
    return job


def _next(when: Timing, now: str) -> str:
    return _written(timing.due_after(when, _read(now)))


def _read(instant: str) -> datetime:
    return datetime.fromisoformat(instant).astimezone(UTC)


def _written(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
