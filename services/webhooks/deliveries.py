"""Messages on their way: each is sent until it is taken, with the pauses of the specification.

A message that a worker died with is sent again when its lease is over: a receiver may meet one twice, and
knows it by its id. What came of each attempt is kept, the receiver's answer is not.
"""

from __future__ import annotations

from datetime import datetime

from db import door
from db.engine import Connection, Database
from db.queries import webhooks as queries
from db.queries.webhooks import ToSend
from domain.attempts import DELIVERY_PAUSES_S, DISABLED_AFTER, pause_after
from domain.vocab import DeliveryState
from services.jobs.deployment import Deployment
from services.jobs.queue import later
from services.webhooks import endpoints
from services.webhooks.sending import Attempt, Resolve, addresses_of, send

_LEASE_S = 120.0
"""Longer than an attempt may take, the look-up of the name included."""


def send_next(
    database: Database, organisation: str, deployment: Deployment, resolve: Resolve = addresses_of
) -> bool:
    """Send the organisation's message that waits longest, if one does; tell whether one was sent.

    No transaction is open while it is sent.
    """
    within = database.within(organisation)
    with within.writing() as connection:
        now = door.now()
        taken = queries.claim(connection, organisation, now, later(now, _LEASE_S))
    if taken is None:
        return False
    attempt = send(taken.url, message_id(taken.id), taken.body, _keys(taken, now), deployment, resolve)
    with within.writing() as connection:
        since = _note(connection, taken, attempt, now)
    if since is not None and datetime.fromisoformat(now) - datetime.fromisoformat(since) >= DISABLED_AFTER:
        reason = f"It took no message since {since[:16]}Z; the last attempt ended with {attempt.error}."
        # An act takes its turn in the log before it locks anything: not after the note, which locks rows.
        with within.writing() as connection:
            endpoints.disable(connection, taken.organisation, taken.webhook, reason)
    return True


def message_id(delivery: str) -> str:
    """Give the ``webhook-id`` of a message: the same in every attempt and in a replay."""
    return f"msg_{delivery.replace('-', '')}"


def _keys(taken: ToSend, now: str) -> list[str]:
    keys = [taken.secret]
    if taken.previous_secret is not None and (taken.previous_until or "") > now:
        keys.append(taken.previous_secret)
    return keys


def _note(connection: Connection, taken: ToSend, attempt: Attempt, began: str) -> str | None:
    """Note an attempt; give since when the webhook takes nothing, None where it took the message."""
    now = door.now()
    said = {
        "at": began,
        "status": attempt.status,
        "duration_ms": attempt.duration_ms,
        "error": attempt.error,
    }
    # The webhook's row before the message's, as members' acts take them: nobody waits in a ring.
    if attempt.taken:
        queries.took(connection, taken.organisation, taken.webhook)
        ended = {"state": DeliveryState.DELIVERED.value, "finished_at": now}
        queries.noted(connection, taken, said, ended)
        return None
    since = queries.failed(connection, taken.organisation, taken.webhook, now)
    pause = pause_after(taken.attempts, DELIVERY_PAUSES_S)
    if pause is None:
        queries.noted(connection, taken, said, {"state": DeliveryState.FAILED.value, "finished_at": now})
    else:
        queries.noted(connection, taken, said, {"not_before": later(now, pause)})
    return since
