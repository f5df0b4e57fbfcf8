"""Webhooks as members keep them: made, given another secret, enabled again, removed. Each is an act.

A secret signs the messages to one receiver. It is shown when it is made and never again: no reading
answer, no revision and no line of a log holds it.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from db import door
from db.canonical import canonical, parse
from db.engine import Connection
from db.kinds import WEBHOOK
from db.queries import records
from db.queries import webhooks as queries
from domain.access import Actor, require
from domain.attempts import SECRET_OVERLAP
from domain.errors import Conflict, Fault, Invalid, NotFound
from domain.networks import check_target
from domain.vocab import DeliveryState, Visibility, WebhookState
from services.jobs.deployment import Deployment
from services.jobs.outbox import EVENTS
from services.jobs.queue import later, worker_of
from services.records import new_id

PREFIX = "whsec_"
_SECRET_BYTES = 32
_ACTIVE, _DISABLED, _REMOVED = (
    one.value for one in (WebhookState.ACTIVE, WebhookState.DISABLED, WebhookState.REMOVED)
)


@dataclass(frozen=True, slots=True)
class Made:
    """A webhook with the secret that was made for it, which is shown once."""

    id: str
    secret: str
    row: Any


def create(
    connection: Connection,
    actor: Actor,
    deployment: Deployment,
    url: str,
    types: Sequence[str],
    label: str | None = None,
) -> Made:
    """Make a webhook that is told of events of these types.

    Raises Invalid for an address that a message must not go to, and for an unknown type.
    """
    require(actor, "webhook.manage")
    check_target(url, deployment.networks, plain_http=deployment.plain_http)
    if not types or any(one not in EVENTS for one in types):
        detail = "Name at least one of: " + ", ".join(EVENTS) + "."
        raise Invalid(detail, code="unknown-code", faults=[Fault("/types", "unknown-code", detail)])
    id, secret = new_id(), _new_secret()
    content = {
        "label": label,
        "url": url,
        "types": canonical(sorted(set(types))),
        "state": _ACTIVE,
        "state_reason": None,
        "rotated_at": None,
        "last_replayed": None,
        "visibility": Visibility.ORGANISATION.value,
    }
    columns = {"secret": secret, "previous_secret": None, "previous_until": None, "failing_since": None}
    door.record(connection, actor, [door.Act("create", WEBHOOK, id, 1, content, columns)])
    return Made(id, secret, one(connection, actor, id))


def _new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def one(connection: Connection, actor: Actor, id: str) -> Any:
    """Give one webhook without its secrets. Raises NotFound."""
    require(actor, "webhook.read")
    row = queries.one(connection, actor.organisation, id)
    if row is None:
        raise NotFound("There is no such webhook.")
    return row


def rotate(connection: Connection, actor: Actor, id: str) -> Made:
    """Give a webhook another secret; the one before signs beside it for a day. Raises NotFound, Conflict."""
    stored, content = _locked(connection, actor, id)
    now, secret = door.now(), _new_secret()
    columns = {
        "secret": secret,
        "previous_secret": queries.secret(connection, actor.organisation, id),
        "previous_until": later(now, SECRET_OVERLAP.total_seconds()),
    }
    act = door.Act("rotate", WEBHOOK, id, stored.version + 1, {**content, "rotated_at": now}, columns)
    door.record(connection, actor, [act])
    return Made(id, secret, one(connection, actor, id))


def enable(connection: Connection, actor: Actor, id: str) -> Any:
    """Let a disabled webhook be told again, what waited first. Raises NotFound, Conflict."""
    stored, content = _locked(connection, actor, id)
    if content["state"] != _DISABLED:
        raise Conflict("The webhook is not disabled.", code="no-such-step")
    content = {**content, "state": _ACTIVE, "state_reason": None}
    act = door.Act("enable", WEBHOOK, id, stored.version + 1, content, {"failing_since": None})
    door.record(connection, actor, [act])
    return one(connection, actor, id)


def remove(connection: Connection, actor: Actor, id: str) -> Any:
    """Let a webhook be told nothing any more; what waits for it is dropped. Raises NotFound, Conflict."""
    stored, content = _locked(connection, actor, id)
    now = door.now()
    columns = {"previous_secret": None, "previous_until": None}
    act = door.Act("remove", WEBHOOK, id, stored.version + 1, {**content, "state": _REMOVED}, columns)
    door.record(connection, actor, [act])
    queries.drop(connection, actor.organisation, id, now)
    return one(connection, actor, id)


def replay(connection: Connection, actor: Actor, id: str, delivery: str) -> tuple[Any, list[Any]]:
    """Have a message that was delivered, failed or dropped sent again, under the id that it had.

    Gives it with its attempts.

    Raises NotFound, and Conflict for one that waits to be sent in any case.
    """
    stored, content = _locked(connection, actor, id)
    row = queries.one_delivery(connection, actor.organisation, id, delivery)
    if row is None:
        raise NotFound("There is no such delivery.")
    if row.state == DeliveryState.WAITING:
        raise Conflict("The message waits to be sent already.", code="no-such-step")
    act = door.Act("replay", WEBHOOK, id, stored.version + 1, {**content, "last_replayed": delivery})
    door.record(connection, actor, [act])
    queries.replay(connection, actor.organisation, delivery, door.now())
    made = queries.attempts(connection, actor.organisation, [delivery]).get(delivery, [])
    return queries.one_delivery(connection, actor.organisation, id, delivery), made


def disable(connection: Connection, organisation: str, id: str, reason: str) -> None:
    """Disable a webhook that took nothing for days: an act of the worker's, for the log to show."""
    actor = worker_of(organisation)
    stored = records.locked(connection, WEBHOOK, organisation, id)
    if stored is None or parse(stored.content)["state"] != _ACTIVE:
        return
    content = {**parse(stored.content), "state": _DISABLED, "state_reason": reason}
    act = door.Act("disable", WEBHOOK, id, stored.version + 1, content, reason=reason)
    door.record(connection, actor, [act])


def _locked(connection: Connection, actor: Actor, id: str) -> tuple[records.Stored, Mapping[str, Any]]:
    require(actor, "webhook.manage")
    stored = records.locked(connection, WEBHOOK, actor.organisation, id)
    if stored is None:
        raise NotFound("There is no such webhook.")
    content = parse(stored.content)
    if content["state"] == _REMOVED:
        raise Conflict("The webhook was removed.", code="no-such-step")
    return stored, content
