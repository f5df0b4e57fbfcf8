"""When something was verified: the day, and whether that was late (R13).

A number that is published for a quarter is closed when the quarter ends; what is verified afterwards
is new to the reader and old to the calendar. The Monitoring and Reporting Mechanism on grave violations
against children therefore gives it as a block of its own, "occurred earlier, verified in this period".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from domain.figures import FactCell
from domain.periods import read_day
from domain.vocab import Verification


def quarter_end(day: str) -> str:
    """Give the last day of the quarter that holds an ISO day. Raises Invalid for a day it cannot read."""
    found = read_day(day)
    month = (found.month + 2) // 3 * 3
    return f"{found.year:04d}-{month:02d}-{31 if month in (3, 12) else 30}"


def is_late(verified_on: str, incident_end: str) -> bool:
    """Tell whether a verification came after the end of its incident's quarter (MRM).

    ``verified_on`` and ``incident_end`` are ISO days; of an incident over several days the last one
    counts, because before it the incident was not over.
    """
    return read_day(verified_on).isoformat() > quarter_end(incident_end)


def dated(cells: Iterable[FactCell], incident_end: str) -> tuple[FactCell, ...]:
    """Give the rows with ``late`` set; only a verified row has a day and can be late."""
    return tuple(
        replace(row, late=True)
        if row.verification == Verification.VERIFIED
        and row.verified_on is not None
        and is_late(row.verified_on, incident_end)
        else row
        for row in cells
    )
