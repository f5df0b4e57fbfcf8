"""The lease of a job in hand: a thread prolongs it while the job is done, and notes the progress.

The work itself never writes: what it says of its progress is kept in memory until the next beat.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType

from db import door
from db.engine import Database
from db.queries import jobs as queries
from db.queries.jobs import Claimed
from domain.errors import Unavailable
from services.jobs.kinds import Lost
from services.jobs.queue import later


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a lease lasts, how often it is prolonged, and how often an idle worker looks, in seconds.

    A worker that died is noticed when its lease runs out. Clocks of several machines may differ by less
    than the lease.
    """

    lease_s: float = 60.0
    beat_s: float = 10.0
    look_s: float = 1.0


class Lease:
    """The lease of one job, within a ``with`` block; ``since`` is the clock before it was taken."""

    def __init__(
        self,
        database: Database,
        claimed: Claimed,
        pace: Pace,
        since: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database, self._claimed, self._pace, self._clock = database, claimed, pace, clock
        self._progress: tuple[int, int | None] = (0, None)
        self._until = (clock() if since is None else since) + pace.lease_s
        self._lost = False
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="lease", daemon=True)

    def __enter__(self) -> Lease:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    @property
    def told(self) -> tuple[int, int | None]:
        """Give how far the job is, as it said last."""
        return self._progress

    def progress(self, done: int, of: int | None) -> None:
        """Say how far the job is. Raises Lost when it is no longer this worker's."""
        self._progress = (done, of)
        # A lease that could not be prolonged in time may be another worker's by now.
        if self._lost or self._clock() > self._until:
            raise Lost

    def confirm(self) -> None:
        """Ask the database whether the job is still this worker's. Raises Lost when it is not."""
        self._beat()
        if self._lost:
            raise Lost

    def _keep(self) -> None:
        while not self._lost and not self._over.wait(self._pace.beat_s):
            # Busy, or away for a moment: the next beat may still be in time.
            with suppress(Unavailable):
                self._beat()

    def _beat(self) -> None:
        before = self._clock()
        with self._database.writing() as connection:
            until = later(door.now(), self._pace.lease_s)
            held = queries.beat(connection, self._claimed, until, self._progress)
        if held:
            self._until = before + self._pace.lease_s
        else:
            self._lost = True
