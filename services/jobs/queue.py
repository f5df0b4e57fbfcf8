"""Jobs as members see them: made, read, cancelled, tried again. Each of these but reading is an act."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from db import door
from db.canonical import canonical, parse
from db.engine import Connection
from db.kinds import JOB
from db.queries import jobs as queries
from db.queries import records
from domain.access import Actor, require
from domain.errors import Conflict, NotFound
from domain.vocab import JobState, Role, TokenKind, Visibility
from services.jobs import kinds
from services.jobs.deployment import Deployment
from services.records import new_id

WORKER = "worker"
"""The log's name for the worker, which makes the jobs of schedules and disables webhooks."""
ENDED = frozenset({JobState.DONE.value, JobState.FAILED.value, JobState.CANCELLED.value})
AGAIN = frozenset({JobState.FAILED.value, JobState.CANCELLED.value})


def worker_of(organisation: str) -> Actor:
    """Give the actor that a worker is for an organisation: it reads the record, and nothing else.

    What it records besides (the job of an instant, a disabled webhook) is checked by no role, for it
    follows from what a member decided.
    """
    return Actor(organisation, WORKER, TokenKind.SERVICE.value, frozenset({Role.VIEWER.value}))


def create(
    connection: Connection, actor: Actor, deployment: Deployment, kind: str, parameters: Mapping[str, Any]
) -> Any:
    """Make a job that is done as soon as a worker is free; give its row.

    Raises Invalid for a kind or parameters that cannot be done, as far as can be told beforehand.
    """
    require(actor, "job.create")
    checked = kinds.read(kinds.of_name(kind), parameters, deployment)
    id = add(connection, actor, kind, canonical(checked.model_dump()))
    return one(connection, actor, id)


def add(
    connection: Connection,
    actor: Actor,
    kind: str,
    parameters: str,
    *,
    schedule: str | None = None,
    due: str | None = None,
) -> str:
    """Store a new job, whose parameters were checked, and give its id."""
    id, now = new_id(), door.now()
    content = {
        "kind": kind,
        "parameters": parameters,
        "schedule": schedule,
        "due": due,
        "cancelled": False,
        "visibility": Visibility.ORGANISATION.value,
    }
    door.record(
        connection, actor, [door.Act("create", JOB, id, 1, content, {**_fresh(now), "created_at": now})]
    )
    return id


def _fresh(now: str) -> dict[str, Any]:
    """Give the columns of a job that waits for its first attempt."""
    return {
        "state": JobState.QUEUED.value,
        "attempts": 0,
        "not_before": now,
        "leased_until": None,
        "worker": None,
        "started_at": None,
        "finished_at": None,
        "progress_done": 0,
        "progress_of": None,
        "known_seq": None,
        "result": None,
        "error_code": None,
        "error_detail": None,
    }


def one(connection: Connection, actor: Actor, id: str) -> Any:
    """Give one job's row. Raises NotFound."""
    require(actor, "job.read")
    row = queries.one(connection, actor.organisation, id)
    if row is None:
        raise NotFound("There is no such job.")
    return row


def cancel(connection: Connection, actor: Actor, id: str) -> Any:
    """Cancel a job that has not ended; a worker that has it in hand stops at its next step.

    A file that was delivered before stays. Raises NotFound, and Conflict where the job has ended.
    """
    row, stored = _locked(connection, actor, id)
    if row.state in ENDED:
        raise Conflict("The job has ended already.", code="job-ended")
    ended = {
        "state": JobState.CANCELLED.value,
        "finished_at": door.now(),
        "leased_until": None,
        "worker": None,
    }
    content = {**parse(stored.content), "cancelled": True}
    door.record(connection, actor, [door.Act("cancel", JOB, id, stored.version + 1, content, ended)])
    return one(connection, actor, id)


def retry(connection: Connection, actor: Actor, id: str) -> Any:
    """Have a failed or cancelled job done after all, from its start and as of now.

    Raises NotFound, and Conflict where the job is neither.
    """
    row, stored = _locked(connection, actor, id)
    if row.state not in AGAIN:
        raise Conflict("Only a job that failed or was cancelled is tried again.", code="job-not-failed")
    content = {**parse(stored.content), "cancelled": False}
    act = door.Act("retry", JOB, id, stored.version + 1, content, _fresh(door.now()))
    door.record(connection, actor, [act])
    return one(connection, actor, id)


def _locked(connection: Connection, actor: Actor, id: str) -> tuple[Any, records.Stored]:
    require(actor, "job.change")
    stored = records.locked(connection, JOB, actor.organisation, id)
    # The row is held too: a worker may be about to end the job, which takes no turn in the log.
    row = queries.one(connection, actor.organisation, id, lock=True)
    if stored is None or row is None:
        raise NotFound("There is no such job.")
    return row, stored


def later(now: str, seconds: float) -> str:
    """Give the instant so many seconds after another, as the record writes it."""
    found = datetime.fromisoformat(now) + timedelta(seconds=seconds)
    return found.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
