"""Webhooks, the messages that wait for them, and the log of attempts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db.canonical import parse
from db.queries.keyset import Keyset
from db.tables.webhooks import delivery as d
from db.tables.webhooks import delivery_attempt as a
from db.tables.webhooks import webhook as w
from domain.vocab import DeliveryState, WebhookState

_WAITING = DeliveryState.WAITING.value
_ACTIVE = WebhookState.ACTIVE.value
SHOWN = tuple(
    column for column in w.columns if column.name not in ("secret", "previous_secret", "seq", "visibility")
)
"""What may be read of a webhook: never a secret."""


class ToSend(NamedTuple):
    """A message in a worker's hand, with what it is signed with and where it goes."""

    id: str
    organisation: str
    webhook: str
    body: str
    attempts: int
    sent: int
    leased_until: str
    url: str
    secret: str
    previous_secret: str | None
    previous_until: str | None


def one(connection: Connection, organisation: str, id: str) -> Any:
    """Give one webhook without its secrets, or None."""
    return connection.execute(
        sa.select(*SHOWN).where(w.c.organisation == organisation, w.c.id == id)
    ).one_or_none()


def secret(connection: Connection, organisation: str, id: str) -> str:
    """Give the secret that signs now: for the act that puts another in its place, and for no answer."""
    found: str = connection.execute(
        sa.select(w.c.secret).where(w.c.organisation == organisation, w.c.id == id)
    ).scalar_one()
    return found


def listed(organisation: str) -> Keyset:
    """Give the list of the webhooks that are not removed, by id, without their secrets."""
    query = sa.select(*SHOWN).where(w.c.organisation == organisation, w.c.state != WebhookState.REMOVED.value)
    return Keyset(query, (w.c.id,))


def told_of(connection: Connection, organisation: str, event: str) -> list[str]:
    """Give the webhooks that want to be told of events of a type."""
    rows = connection.execute(
        sa.select(w.c.id, w.c.types)
        .where(w.c.organisation == organisation, w.c.state != WebhookState.REMOVED.value)
        .order_by(w.c.id)
    )
    return [row.id for row in rows if event in parse(row.types)]


def add(connection: Connection, messages: Iterable[Mapping[str, Any]]) -> None:
    """Store messages that are to be sent."""
    rows = [
        {
            **one,
            "state": _WAITING,
            "attempts": 0,
            "sent": 0,
            "not_before": one["created_at"],
            "leased_until": None,
            "finished_at": None,
        }
        for one in messages
    ]
    if rows:
        connection.execute(d.insert(), rows)


def _to_send(organisation: str, now: str) -> Any:
    return sa.and_(
        # Written so that no index of organisations is taken: that of what waits is the shorter one.
        d.c.organisation.concat("") == organisation,
        sa.text("delivery.state = 'waiting'"),  # as its index has it
        d.c.not_before <= now,
        d.c.leased_until.is_(None) | (d.c.leased_until <= now),
        sa.exists().where(w.c.organisation == d.c.organisation, w.c.id == d.c.webhook, w.c.state == _ACTIVE),
    )


def is_due(connection: Connection, organisation: str, now: str) -> bool:
    """Tell whether a message of the organisation waits to be sent."""
    return bool(connection.execute(sa.select(sa.exists().where(_to_send(organisation, now)))).scalar_one())


def claim(connection: Connection, organisation: str, now: str, leased_until: str) -> ToSend | None:
    """Take the organisation's message that waits longest; None when there is none."""
    row = connection.execute(
        sa.select(d)
        .where(_to_send(organisation, now))
        .order_by(d.c.not_before, d.c.id)
        .limit(1)
        .with_for_update(of=d, skip_locked=True)
    ).one_or_none()
    if row is None:
        return None
    mine = (d.c.organisation == row.organisation) & (d.c.id == row.id)
    connection.execute(
        d.update().where(mine).values(leased_until=leased_until, attempts=row.attempts + 1, sent=row.sent + 1)
    )
    to = connection.execute(
        sa.select(w.c.url, w.c.secret, w.c.previous_secret, w.c.previous_until).where(
            w.c.organisation == row.organisation, w.c.id == row.webhook
        )
    ).one()
    return ToSend(
        row.id,
        row.organisation,
        row.webhook,
        row.body,
        row.attempts + 1,
        row.sent + 1,
        leased_until,
        to.url,
        to.secret,
        to.previous_secret,
        to.previous_until,
    )


def noted(connection: Connection, sent: ToSend, attempt: Mapping[str, Any], then: Mapping[str, Any]) -> bool:
    """Note an attempt and where the message stands after it.

    False when the message is in another worker's hand by now, or was dropped: the attempt is noted all
    the same, for it was made.
    """
    changed = connection.execute(
        d.update()
        .where(
            d.c.organisation == sent.organisation,
            d.c.id == sent.id,
            d.c.state == _WAITING,
            d.c.sent == sent.sent,
        )
        .values(leased_until=None, **then)
    )
    connection.execute(
        a.insert().values(organisation=sent.organisation, delivery=sent.id, number=sent.sent, **attempt)
    )
    return changed.rowcount == 1


def took(connection: Connection, organisation: str, id: str) -> None:
    """Note that a webhook took a message: it fails no more."""
    connection.execute(
        w.update()
        .where(w.c.organisation == organisation, w.c.id == id, w.c.failing_since.is_not(None))
        .values(failing_since=None)
    )


def failed(connection: Connection, organisation: str, id: str, now: str) -> str:
    """Note that a webhook took a message not; give since when it takes none."""
    mine = (w.c.organisation == organisation) & (w.c.id == id)
    connection.execute(w.update().where(mine, w.c.failing_since.is_(None)).values(failing_since=now))
    found: str = connection.execute(sa.select(w.c.failing_since).where(mine)).scalar_one()
    return found


def drop(connection: Connection, organisation: str, id: str, now: str) -> None:
    """Drop the messages that wait for a webhook."""
    connection.execute(
        d.update()
        .where(d.c.organisation == organisation, d.c.webhook == id, d.c.state == _WAITING)
        .values(state=DeliveryState.DROPPED.value, finished_at=now, leased_until=None)
    )


def one_delivery(connection: Connection, organisation: str, webhook: str, id: str) -> Any:
    """Give one message, or None."""
    return connection.execute(
        sa.select(d).where(d.c.organisation == organisation, d.c.webhook == webhook, d.c.id == id)
    ).one_or_none()


def replay(connection: Connection, organisation: str, id: str, now: str) -> None:
    """Let a message be sent once more, from now on as if it were new, under the id that it had."""
    connection.execute(
        d.update()
        .where(d.c.organisation == organisation, d.c.id == id)
        .values(state=_WAITING, attempts=0, not_before=now, leased_until=None, finished_at=None)
    )


def deliveries(organisation: str, webhook: str) -> Keyset:
    """Give the list of the messages to a webhook, newest first."""
    query = sa.select(d).where(d.c.organisation == organisation, d.c.webhook == webhook)
    return Keyset(query, (d.c.created_at, d.c.id), newest_first=True)


def attempts(connection: Connection, organisation: str, ids: Sequence[str]) -> dict[str, list[Any]]:
    """Give the attempts of messages, first to last."""
    found: dict[str, list[Any]] = {}
    for row in connection.execute(
        sa.select(a)
        .where(a.c.organisation == organisation, a.c.delivery.in_(ids))
        .order_by(a.c.delivery, a.c.number)
    ):
        found.setdefault(row.delivery, []).append(row)
    return found
