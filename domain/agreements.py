"""Until when an agreement with another organisation holds: it always ends, and within two years."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from domain.errors import Fault, Invalid

MOST_YEARS = 2
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})", re.ASCII)


def expiry(said: str, now: datetime) -> str:
    """Give the instant at which an agreement ends, in UTC, as the record writes it.

    ``said`` is a day, whose end in UTC it is, or an instant with its offset. Raises Invalid for anything
    else, for what is past, and for more than two years from ``now`` (on the same day, to its end).
    """
    latest = _same_day(now.date(), MOST_YEARS)
    try:
        if _DAY.fullmatch(said):
            day = date.fromisoformat(said)
            ends = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)
        elif _INSTANT.fullmatch(said):
            ends = datetime.fromisoformat(said).astimezone(UTC)
        else:
            raise ValueError
    except (ValueError, OverflowError):
        raise _refused(
            "Write the day until whose end it holds as YYYY-MM-DD, or an instant as YYYY-MM-DDThh:mm:ssZ.",
            "invalid-date",
        ) from None
    if ends <= now:
        raise _refused("An agreement ends later than now.", "invalid-expiry")
    if ends > datetime(latest.year, latest.month, latest.day, tzinfo=UTC) + timedelta(days=1):
        raise _refused(
            f"An agreement ends within {MOST_YEARS} years: on {latest.isoformat()} at the latest. Then make "
            "another one.",
            "invalid-expiry",
        )
    return ends.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _same_day(day: date, years: int) -> date:
    """Give the same day so many years on; of 29 February the last of that month."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _refused(words: str, code: str) -> Invalid:
    return Invalid(words, code=code, faults=[Fault("/expires_at", code, words)])
