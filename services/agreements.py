"""Agreements: that another organisation reads what this one keeps for partners, and reading by one.

Each is one organisation's word to one other, in one direction, and ends by itself. Every request that reads
by it asks whether it holds.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from db import door, sight
from db.canonical import parse
from db.engine import Connection
from db.kinds import AGREEMENT
from db.queries import agreements as queries
from db.queries import credentials, records
from db.queries.credentials import Agreed
from db.queries.keyset import Keyset
from db.walls import enter
from domain.access import Actor, partner_of, require
from domain.agreements import expiry
from domain.errors import Conflict, Fault, Invalid, NotFound
from domain.vocab import Visibility
from services.records import new_id

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


def make(connection: Connection, actor: Actor, partner: str, expires_at: str, reason: str) -> Any:
    """Let another organisation read what is for partners, until a day's end or an instant.

    Whether there is an organisation of this id is not asked, so the answer does not tell. Raises Invalid for
    one's own id and for the expiry, and Conflict where an agreement with this partner is in force: there is
    one at a time, so that ending it ends all.
    """
    require(actor, "agreement.manage")
    if partner == actor.organisation:
        words = "A partner is another organisation: this is the id of your own."
        raise Invalid(words, code="own-organisation", faults=[Fault("/partner", "own-organisation", words)])
    _check_reason(reason)
    ends = expiry(expires_at, datetime.now(UTC))
    door.lock_head(connection, actor.organisation)
    if queries.in_force(connection, actor.organisation, partner, door.now()):
        raise Conflict(
            "An agreement with this partner is in force. End it first, then make the one that follows.",
            code="agreement-in-force",
        )
    id = new_id()
    content = {
        "partner": partner,
        "expires_at": ends,
        "ended": False,
        "reason": reason,
        "visibility": Visibility.ORGANISATION.value,
    }
    door.record(connection, actor, [door.Act("make", AGREEMENT, id, 1, content)])
    return queries.one(connection, actor.organisation, id)


def end(connection: Connection, actor: Actor, id: str, reason: str) -> Any:
    """End an agreement before its day: from the next request on the partner reads nothing.

    Raises NotFound, and Conflict for one that is ended already.
    """
    require(actor, "agreement.manage")
    _check_reason(reason)
    stored = records.locked(connection, AGREEMENT, actor.organisation, id)
    if stored is None:
        raise _unknown()
    content = parse(stored.content)
    if content["ended"]:
        raise Conflict("The agreement is ended already.", code="no-such-step")
    content = {**content, "ended": True, "reason": reason}
    door.record(connection, actor, [door.Act("end", AGREEMENT, id, stored.version + 1, content)])
    return queries.one(connection, actor.organisation, id)


def one(connection: Connection, actor: Actor, id: str) -> Any:
    """Give an agreement of the actor's organisation with another. Raises NotFound."""
    require(actor, "agreement.read")
    found = queries.one(connection, actor.organisation, id)
    if found is None:
        raise _unknown()
    return found


def given(connection: Connection, actor: Actor) -> Keyset:
    """Give the list of agreements by which others read the records of the actor's organisation."""
    require(actor, "agreement.read")
    return queries.given(actor.organisation)


def received(connection: Connection, actor: Actor) -> list[Agreed]:
    """Give the agreements in force by which the actor's organisation reads others' records."""
    require(actor, "agreement.read")
    return credentials.agreed(connection)


def as_partner(connection: Connection, actor: Actor, giver: str) -> Actor:
    """Let the transaction read another organisation's records as its partner; give who reads.

    ``giver`` is what was sent. From here on the transaction sees the records that are for partners or public
    there, and nothing else. Raises NotFound, in the same words whether there is no such
    organisation or no agreement with it in force.
    """
    agreed = _ID.fullmatch(giver) is not None and credentials.agreed(connection, giver)
    if not agreed:
        raise NotFound(
            "No organisation of this id lets yours read its records now. Leave Civharm-Organisation out to "
            "read your own; GET /v1/agreements/received lists who lets you read theirs.",
            code="no-agreement",
        )
    # The sight first: the transaction is never in the other organisation without it.
    sight.see(connection, sight.of_partner(actor.organisation))
    enter(connection, giver)
    return partner_of(actor, giver)


def _check_reason(reason: str) -> None:
    if not any(one.isalnum() for one in reason):
        words = "Say why, in words."
        raise Invalid(words, code="blank", faults=[Fault("/reason", "blank", words)])


def _unknown() -> NotFound:
    return NotFound("There is no such agreement.")
