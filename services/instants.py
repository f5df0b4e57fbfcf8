"""Points of the log: the sequence that a ``known_at`` names, which never changes again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from db.engine import LONGEST_WRITE_S, Connection
from db.queries import log_heads
from domain.errors import Fault, Malformed

SETTLED_AFTER_S = LONGEST_WRITE_S + 600
"""How long after a day's end its statistics may first be asked for."""


def known_at(connection: Connection, organisation: str, text: str) -> int:
    """Give the log sequence that a ``known_at`` names: a sequence, an instant or a date.

    A date is its end in UTC. An instant must lie before the newest committed entry and a date must
    be over, so that the answer never changes again.

    Raises Malformed for anything else.
    """
    head = log_heads.head(connection, organisation)
    if text.isascii() and text.isdigit() and len(text) < 19:
        if int(text) > head.seq:
            raise _bad_known_at("The log is not that long yet.")
        return int(text)
    try:
        if len(text) == 10:
            day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
            end = day + timedelta(days=1) - timedelta(microseconds=1)
            if not is_settled(end, head.at, datetime.now(UTC)):
                raise _bad_known_at(
                    "The day is not settled yet: ask again an hour after its end in UTC, or leave it out."
                )
            return log_heads.sequence_at(connection, organisation, _written(end))
        instant = datetime.fromisoformat(text)
    except (ValueError, OverflowError) as error:
        raise _bad_known_at("Give a log sequence, a day, or an instant with its offset.") from error
    if instant.tzinfo is None:
        raise _bad_known_at("Give the instant's offset from UTC, for example Z.")
    try:
        written = _written(instant.astimezone(UTC))
    except OverflowError as error:
        raise _bad_known_at("The instant lies outside the calendar.") from error
    if written >= head.at:
        raise _bad_known_at("The instant must lie before the newest entry of the log.")
    return log_heads.sequence_at(connection, organisation, written)


def is_settled(end: datetime, newest: str, now: datetime) -> bool:
    """Tell whether no entry can still come that carries a time up to ``end``.

    An entry is stamped when it is written and seen when it is committed. It is never stamped before
    the newest committed one, and no writer is at work longer than ``LONGEST_WRITE_S``.
    """
    return _written(end) < newest or end <= now - timedelta(seconds=SETTLED_AFTER_S)


def _written(instant: datetime) -> str:
    return instant.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def _bad_known_at(detail: str) -> Malformed:
    return Malformed(
        "The point of time cannot be used.",
        code="invalid-parameter",
        faults=[Fault("known_at", "invalid-parameter", detail)],
    )
