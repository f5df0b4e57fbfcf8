"""What a creation answered, kept under its Idempotency-Key."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db.engine import Retry
from db.functions import insert
from db.tables.log import idempotency as t

KEPT_HOURS = 48
"""How long an answer is kept: longer than any client retries, shorter than names should lie about."""


class Kept(NamedTuple):
    """A kept answer and the hash of the request it answered."""

    request_hash: str
    status: int
    body: str
    headers: str


def kept(connection: Connection, organisation: str, actor: str, key: str) -> Kept | None:
    """Give the answer kept for an actor's key, or None."""
    row = connection.execute(
        sa.select(t.c.request_hash, t.c.status, t.c.body, t.c.headers).where(
            t.c.organisation == organisation, t.c.actor == actor, t.c.key == key
        )
    ).one_or_none()
    return None if row is None else Kept(*row)


def keep(connection: Connection, organisation: str, actor: str, key: str, answer: Kept, at: str) -> None:
    """Keep an answer with the act it answers, and let go of those too old to be asked for again.

    Raises Retry when a parallel request with the key was first: this one is undone and replays it.
    """
    oldest = (datetime.fromisoformat(at) - timedelta(hours=KEPT_HOURS)).strftime("%Y-%m-%dT%H:%M:%S")
    connection.execute(t.delete().where(t.c.organisation == organisation, t.c.at < oldest))
    done = connection.execute(
        insert(connection, t)
        .values(organisation=organisation, actor=actor, key=key, at=at, **answer._asdict())
        .on_conflict_do_nothing()
        .returning(t.c.key)
    )
    if done.one_or_none() is None:
        raise Retry("another request with this key was first")
