"""The worker: takes what is due, does it, and notes how it ended. Any number may run side by side.

Exactly one worker has a job in hand. When it dies in the middle, its lease runs out and another does the
job again from its start; so a job may be begun twice and is ended once. A file has its name when it is
whole, so the second run leaves what the first would have.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

from db import door
from db.canonical import canonical, parse
from db.engine import Connection, Database
from db.queries import jobs as queries
from db.queries import organisations
from db.queries import webhooks as messages
from db.queries.jobs import Claimed
from domain.attempts import JOB_ATTEMPTS, JOB_PAUSES_S, pause_after
from domain.errors import RecordError, Unavailable
from domain.vocab import JobState
from services import schedules
from services.jobs import kinds, outbox
from services.jobs.deployment import Deployment
from services.jobs.kinds import Context, Lost
from services.jobs.lease import Lease, Pace
from services.jobs.queue import later, worker_of
from services.records import new_id

_log = logging.getLogger("civharm.worker")
_END_PAUSES_S = (0.1, 2.0, 10.0)
_AWAY_S = 10.0
"""How long a worker leaves a database alone that does not answer."""
DIED = "worker-died"
STORAGE = "storage"
INTERNAL = "internal"
ERRORS = {
    DIED: "Every attempt ended with the death of its worker; a job too large for the machine does that.",
    STORAGE: "A file could not be written.",
    INTERNAL: "The service failed; the worker's log names the fault.",
}
"""Codes of a failed job beside those of problems."""


class Worker:
    """A worker on a database; ``stop`` ends it after the job in hand."""

    def __init__(self, database: Database, deployment: Deployment, pace: Pace | None = None) -> None:
        self.name = new_id()
        self._database, self._deployment, self._pace = database, deployment, pace or Pace()
        self._stopped = threading.Event()
        self._served = ""
        self._last: dict[str, str] = {}

    def stop(self) -> None:
        """End the loop after what is in hand."""
        self._stopped.set()

    def run(self) -> None:
        """Do what is due, and wait for more, until it is stopped."""
        while not self._stopped.is_set():
            try:
                found = self.step()
            except Unavailable as error:
                _log.warning("the database does not answer: %s", error.code)
                self._stopped.wait(_AWAY_S)
                continue
            if found is None:
                self._stopped.wait(self._pace.look_s)

    def drain(self) -> int:
        """Do what is due until nothing is; give how many jobs were taken in hand."""
        done = 0
        while not self._stopped.is_set():
            taken = self.step()
            if not taken:
                break
            done += taken == "job"
        return done

    def step(self) -> str | None:
        """Do the next thing that is due; give what it was, None when nothing is.

        Organisations take turns, each within its own wall: one with much to do keeps no other waiting.
        """
        for organisation in self._in_turn():
            done = self._step_of(organisation)
            if done is not None:
                self._served = organisation
                return done
        return None

    def _in_turn(self) -> list[str]:
        """Give the organisations, the one that was served last at the end."""
        with self._database.reading() as connection:
            ids = [id for _, id in organisations.every(connection)]
        return [id for id in ids if id > self._served] + [id for id in ids if id <= self._served]

    def _step_of(self, organisation: str) -> str | None:
        now = door.now()
        with self._database.within(organisation).reading() as connection:
            due = schedules.are_due(connection, organisation, now)
            waits = queries.is_due(connection, organisation, now)
            unsent = messages.is_due(connection, organisation, now)
        if due and self._make_jobs(organisation, due):
            return "schedule"
        # By turns: receivers that do not answer must not keep jobs waiting, nor a long queue the messages.
        turns = ["message", "job"] if self._last.get(organisation) != "message" else ["job", "message"]
        for turn in turns:
            if (turn == "message" and unsent and self._send(organisation)) or (
                turn == "job" and waits and self._take(organisation)
            ):
                self._last[organisation] = turn
                return turn
        return None

    def _make_jobs(self, organisation: str, due: Sequence[str]) -> int:
        """Make the jobs of schedules; one that cannot be read keeps the others from nothing."""
        made = 0
        for id in due:
            try:
                with self._database.within(organisation).writing() as connection:
                    made += schedules.make_job(connection, organisation, id, door.now()) is not None
            except Unavailable:
                raise
            except Exception as error:  # noqa: BLE001  # it stays due, and is said again and again
                _log.error("schedule %s: %s", id, type(error).__name__, exc_info=error)
        return made

    def _take(self, organisation: str) -> bool:
        """Take a job of the organisation in hand and do it; False where there is none."""
        since = time.monotonic()
        with self._database.within(organisation).writing() as connection:
            now = door.now()
            claimed = queries.claim(connection, organisation, self.name, now, later(now, self._pace.lease_s))
        if claimed is None:
            return False
        self._do(claimed, since)
        return True

    def _send(self, organisation: str) -> bool:
        from services.webhooks import deliveries  # loads the HTTP client, which not every worker needs

        return deliveries.send_next(self._database, organisation, self._deployment)

    def _do(self, claimed: Claimed, since: float) -> None:
        """Do a job in hand and note how it ended, unless it is no longer this worker's."""
        if claimed.lost and claimed.attempts > JOB_ATTEMPTS:
            self._failed(claimed, DIED, ERRORS[DIED], again=False)
            return
        try:
            with Lease(self._database.within(claimed.organisation), claimed, self._pace, since) as lease:
                result = self._result(claimed, lease)
        except Lost:
            _log.warning("job %s is no longer this worker's", claimed.id)
        except Unavailable as error:
            self._failed(claimed, error.code, error.detail, again=True)
        except RecordError as error:
            # It would fail the same way again.
            self._failed(claimed, error.code, error.detail, again=False)
        except OSError as error:
            self._failed(claimed, STORAGE, error.strerror or ERRORS[STORAGE], again=True)
        except Exception as error:  # noqa: BLE001  # whatever a kind does wrong, the worker goes on
            _log.error("job %s failed: %s", claimed.id, type(error).__name__, exc_info=error)
            self._failed(claimed, INTERNAL, ERRORS[INTERNAL], again=True)
        else:
            self._done(claimed, result, lease.told)

    def _result(self, claimed: Claimed, lease: Lease) -> Mapping[str, Any]:
        kind = kinds.of_name(claimed.kind)
        # Checked again: the version or the settings may be others than when it was made.
        parameters = kinds.read(kind, parse(claimed.parameters), self._deployment)
        context = Context(
            database=self._database.within(claimed.organisation),
            actor=worker_of(claimed.organisation),
            deployment=self._deployment,
            job=claimed.id,
            attempt=claimed.attempts,
            known_seq=claimed.known_seq,
            asked_at=claimed.due or claimed.created_at,
            progress=lease.progress,
            confirm=lease.confirm,
        )
        return kind.run(context, parameters)

    def _done(self, claimed: Claimed, result: Mapping[str, Any], told: tuple[int, int | None]) -> None:
        said = {
            "finished_at": door.now(),
            "result": canonical(result),
            "error_code": None,
            "error_detail": None,
        }
        # A job that counts in steps has told its last; one that counts rows tells of some of them.
        rows = sum(one.get("rows") or 0 for one in result.get("files", ()))
        done, of = told if told[0] and told[0] == told[1] else (rows, rows)
        self._end(
            claimed,
            JobState.DONE,
            {**said, "progress_done": done, "progress_of": of},
            outbox.JOB_DONE,
            result,
        )

    def _failed(self, claimed: Claimed, code: str, detail: str, *, again: bool) -> None:
        pause = pause_after(claimed.attempts, JOB_PAUSES_S) if again else None
        said = {"error_code": code, "error_detail": detail}
        if pause is not None:
            self._end(claimed, JobState.QUEUED, {**said, "not_before": later(door.now(), pause)})
            return
        self._end(claimed, JobState.FAILED, {**said, "finished_at": door.now()}, outbox.JOB_FAILED, None)

    def _end(
        self,
        claimed: Claimed,
        state: JobState,
        values: Mapping[str, Any],
        event: str | None = None,
        result: Mapping[str, Any] | None = None,
    ) -> None:
        """Note the end of an attempt, and tell of the end of the job, in one transaction."""

        def store(connection: Connection) -> None:
            if queries.end(connection, claimed, state, values) and event is not None:
                row = queries.one(connection, claimed.organisation, claimed.id)
                said = outbox.of_job(claimed.id, claimed.kind, row.schedule, row.due, result)
                if state == JobState.FAILED:
                    said["error"] = values["error_code"]
                outbox.tell(connection, claimed.organisation, event, said, claimed.id)

        for pause in (*_END_PAUSES_S, None):
            try:
                with self._database.within(claimed.organisation).writing() as connection:
                    store(connection)
                return
            except Unavailable as error:
                if pause is None:
                    # The lease runs out and the job is done again.
                    _log.warning("the end of job %s could not be stored: %s", claimed.id, error.code)
                    return
            time.sleep(pause)
