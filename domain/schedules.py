"""When a schedule is due: monthly, quarterly, yearly, or by a cron line; always in UTC.

Nothing here knows the present: instants are arguments. A service that was down when a schedule fell due
makes up for the newest instant alone: three missed months are one job, for the last of them. An older
one would ask today's record once more and deliver the same numbers under another day.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from cronsim import CronSim, CronSimError

from domain.errors import Fault, Invalid
from domain.vocab import Rhythm

_MONTHS: dict[str, tuple[int, ...]] = {
    Rhythm.MONTHLY.value: tuple(range(1, 13)),
    Rhythm.QUARTERLY.value: (1, 4, 7, 10),
    Rhythm.YEARLY.value: (1,),
}
_FIELDS = 5
LAST_MONTH, LAST_QUARTER, LAST_YEAR = "last-month", "last-quarter", "last-year"
PERIODS = {LAST_MONTH: 1, LAST_QUARTER: 3, LAST_YEAR: 12}
"""Periods that are told from the instant at which a job is due, with their length in months."""


@dataclass(frozen=True, slots=True)
class Timing:
    """When a schedule is due.

    ``day`` is the day of the month, 1-31, at whose beginning it is due; a month that lacks the day is due
    on its last. A cron line has five fields (minute, hour, day, month, weekday) and no ``day``.
    """

    rhythm: str
    day: int | None = None
    cron: str | None = None


def check(timing: Timing) -> None:
    """Raise Invalid, naming the member, unless the timing says when it is due."""
    if timing.rhythm not in Rhythm.codes():
        raise _refused("/rhythm", "unknown-code", "Use one of: " + ", ".join(Rhythm.codes()) + ".")
    if timing.rhythm != Rhythm.CRON:
        if timing.cron is not None:
            raise _refused("/cron", "one-of-two", "Only the rhythm cron takes a cron line.")
        if timing.day is not None and not 1 <= timing.day <= 31:
            raise _refused("/day", "out-of-range", "Give a day of the month from 1 to 31.")
        return
    if timing.day is not None:
        raise _refused("/day", "one-of-two", "A cron line says the day itself.")
    words = "Write five cron fields: minute, hour, day of month, month, weekday; such as 0 6 1 * *."
    if (
        timing.cron is None
        or not (timing.cron.isascii() and timing.cron.isprintable())
        or len(timing.cron.split(" ")) != _FIELDS
    ):
        raise _refused("/cron", "invalid-cron", words)
    try:
        # Some lines can be read and name no day that ever comes.
        next(CronSim(timing.cron, datetime(2026, 1, 1, tzinfo=UTC)))
    except (CronSimError, StopIteration) as error:
        raise _refused("/cron", "invalid-cron", words) from error


def due_after(timing: Timing, instant: datetime) -> datetime:
    """Give the first instant at which the schedule is due after this one."""
    if timing.cron is not None:
        return next(CronSim(timing.cron, instant))
    year, month = instant.year, instant.month
    while True:
        if month in _MONTHS[timing.rhythm]:
            found = _beginning(year, month, timing.day or 1)
            if found > instant:
                return found
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def newest_due(timing: Timing, instant: datetime) -> datetime:
    """Give the last instant at which the schedule was due, this one included."""
    if timing.cron is not None:
        # Stepping back leaves out the second that it starts from, unless there is a fraction of it.
        return next(CronSim(timing.cron, instant + timedelta(microseconds=1), reverse=True))
    year, month = instant.year, instant.month
    while True:
        if month in _MONTHS[timing.rhythm]:
            found = _beginning(year, month, timing.day or 1)
            if found <= instant:
                return found
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)


def to_make_up_for(timing: Timing, due: datetime, now: datetime) -> datetime | None:
    """Give the instant that a job is to be made for: the newest of those from ``due`` to ``now``.

    None when the schedule is not due yet. The missed ones before it are never made up for.
    """
    return max(due, newest_due(timing, now)) if due <= now else None


def period_before(period: str, instant: datetime) -> tuple[str, str]:
    """Give the first and last day of the last whole month, quarter or year before an instant, in UTC."""
    months = PERIODS[period]
    first = date(instant.year, (instant.month - 1) // months * months + 1, 1)
    last = first - timedelta(days=1)
    start = date(last.year, (last.month - 1) // months * months + 1, 1)
    return start.isoformat(), last.isoformat()


def _beginning(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, min(day, calendar.monthrange(year, month)[1]), tzinfo=UTC)


def _refused(pointer: str, code: str, detail: str) -> Invalid:
    return Invalid(detail, code=code, faults=[Fault(pointer, code, detail)])
