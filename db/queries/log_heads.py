"""The end of an organisation's log, the sequence that it had reached at an instant, and when it did."""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db.tables.log import log, log_head


class Head(NamedTuple):
    """The end of the log and the last sequences that moved a fact or an incident's standing."""

    seq: int
    fact_seq: int
    standing_seq: int
    at: str


def head(connection: Connection, organisation: str) -> Head:
    """Give the end of the organisation's log."""
    h = log_head.c
    row = connection.execute(
        sa.select(h.seq, h.fact_seq, h.standing_seq, h.at).where(h.organisation == organisation)
    ).one()
    return Head(*row)


def sequence_at(connection: Connection, organisation: str, instant: str) -> int:
    """Give the last sequence not later than the instant; 0 when the log begins after it."""
    found: int | None = connection.execute(
        sa.select(sa.func.max(log.c.seq)).where(log.c.organisation == organisation, log.c.at <= instant)
    ).scalar_one()
    return found or 0


def reached_at(connection: Connection, organisation: str, seq: int) -> str:
    """Give when the log reached a sequence; for 0, when it began."""
    found: str = connection.execute(
        sa.select(log.c.at)
        .where(log.c.organisation == organisation, log.c.seq <= max(seq, 1))
        .order_by(log.c.seq.desc())
        .limit(1)
    ).scalar_one()
    return found


def hash_at(connection: Connection, organisation: str, seq: int) -> str:
    """Give the hash of the entry at a sequence that the log has: all entries up to it are bound by it."""
    found: str = connection.execute(
        sa.select(log.c.hash).where(log.c.organisation == organisation, log.c.seq == seq)
    ).scalar_one()
    return found
