"""Tokens: a member's own, and those that an administrator gives to services; rotated and revoked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from db import door
from db.canonical import parse
from db.engine import Connection
from db.kinds import TOKEN
from db.queries import people, records
from db.queries.keyset import Keyset
from domain.access import SESSION, Actor, require, require_member, service_roles
from domain.errors import Conflict, Fault, Invalid, NotAllowed, NotFound
from domain.vocab import Role, TokenKind
from services.organisations import PREFIX, check_roles, hashed, issue_token, new_secret

LONGEST_DAYS, LONGEST_DASHBOARD_DAYS = 90, 365
LONGEST_OVERLAP_HOURS = 7 * 24


class Made(NamedTuple):
    """A token with the secret that was made for it, which is shown once."""

    row: Any
    secret: str


def create(
    connection: Connection, actor: Actor, label: str, *, roles: Sequence[str] | None = None, days: int = 90
) -> Made:
    """Make a personal token of the member who acts, of ``roles`` they have, or of all that they ever have.

    One that is made with a token lasts no longer than that one, and may no more. Raises NotAllowed for a
    service, Invalid for roles and days.
    """
    require(actor, "token.create")
    member, _ = require_member(actor, "token.create")
    _check_days(days, LONGEST_DAYS)
    wanted = check_roles(list(roles or []))
    if set(wanted) - actor.roles:
        raise _roles_refused("A token may no more than who makes it: " + ", ".join(sorted(actor.roles)) + ".")
    until = None
    if actor.kind != SESSION:
        made_with = _one(connection, actor, actor.token)
        until, wanted = made_with.expires_at, wanted or json.loads(made_with.roles)
    issued = issue_token(connection, actor, label=label, member=member, roles=wanted, days=days, until=until)
    return Made(_one(connection, actor, issued.id), issued.secret)


def create_for_service(
    connection: Connection, actor: Actor, label: str, roles: Sequence[str], *, days: int | None = None
) -> Made:
    """Make a token of a service, with roles of its own. Raises NotAllowed, and Invalid for roles and days.

    ``days`` is 90 where it is left out, which is the most; a dashboard's key lasts up to 365.
    """
    require(actor, "token.manage")
    wanted = check_roles(list(roles))
    if not service_roles(frozenset(wanted)):
        raise _roles_refused(
            "A service has roles that see the record, or dashboard alone; never admin: people and keys are "
            "kept by persons."
        )
    dashboard = wanted == [Role.DASHBOARD.value]
    days = LONGEST_DAYS if days is None else days
    _check_days(days, LONGEST_DASHBOARD_DAYS if dashboard else LONGEST_DAYS)
    issued = issue_token(connection, actor, label=label, roles=wanted, days=days)
    return Made(_one(connection, actor, issued.id), issued.secret)


def listed(connection: Connection, actor: Actor) -> Keyset:
    """Give the list of tokens: an administrator sees all, others their own. Raises NotAllowed."""
    require(actor, "token.read")
    if Role.ADMIN in actor.roles:
        return people.tokens(actor.organisation, None)
    # A service sees none, not even its own.
    return people.tokens(actor.organisation, actor.member or "")


def rotate(
    connection: Connection, actor: Actor, id: str, *, overlap_hours: int = 24, days: int | None = None
) -> Made:
    """Give a token another secret; the one before works beside it for so many hours, none at 0.

    Only who was shown the first secret is shown the next: a member for their own tokens, an administrator for
    those of services. With a token, a token is not prolonged. Raises NotFound, NotAllowed, Conflict, Invalid.
    """
    if not 0 <= overlap_hours <= LONGEST_OVERLAP_HOURS:
        words = f"Both secrets work for 0 to {LONGEST_OVERLAP_HOURS} hours."
        raise Invalid(words, code="out-of-range", faults=[Fault("/overlap_hours", "out-of-range", words)])
    stored, content = _locked(connection, actor, id)
    personal = content["kind"] == TokenKind.PERSONAL
    if personal and content["member"] != actor.member:
        raise NotAllowed("A member's token is rotated by that member alone; you may revoke it.")
    now = door.now()
    if content["revoked_at"] is not None or content["expires_at"] <= now:
        raise Conflict("The token is over; make another.", code="no-such-step")
    longest = LONGEST_DASHBOARD_DAYS if _is_dashboard(content) else LONGEST_DAYS
    days = LONGEST_DAYS if days is None else days
    _check_days(days, longest)
    expires = door.after(days=days)
    if personal and actor.kind != SESSION:
        expires = min(expires, content["expires_at"], _one(connection, actor, actor.token).expires_at)
    until = None if overlap_hours == 0 else min(door.after(hours=overlap_hours), content["expires_at"])
    secret = new_secret(PREFIX, id)
    before = people.secret_hash_of(connection, actor.organisation, id)
    act = door.Act(
        "rotate",
        TOKEN,
        id,
        stored.version + 1,
        {**content, "expires_at": expires},
        {"secret_hash": hashed(secret)},
    )
    door.record(connection, actor, [act])
    people.keep_old_secret(connection, actor.organisation, id, before, until)
    return Made(_one(connection, actor, id), secret)


def revoke(connection: Connection, actor: Actor, id: str) -> Any:
    """Revoke a token, both its secrets where it has two; the next request with it is refused.

    Raises NotFound, and Conflict for one that is revoked.
    """
    stored, content = _locked(connection, actor, id)
    if content["revoked_at"] is not None:
        raise Conflict("The token is revoked already.", code="no-such-step")
    content = {**content, "revoked_at": door.now()}
    door.record(connection, actor, [door.Act("revoke", TOKEN, id, stored.version + 1, content)])
    return _one(connection, actor, id)


def _one(connection: Connection, actor: Actor, id: str) -> Any:
    row = people.token(connection, actor.organisation, id)
    if row is None:
        raise NotFound("There is no such token.")
    return row


def _locked(connection: Connection, actor: Actor, id: str) -> tuple[records.Stored, dict[str, Any]]:
    """Give a token that the actor may end: their own, or any as administrator. Another's is not there."""
    require(actor, "token.change")
    stored = records.locked(connection, TOKEN, actor.organisation, id)
    content = {} if stored is None else parse(stored.content)
    mine = content.get("member") is not None and content["member"] == actor.member
    if stored is None or not (mine or Role.ADMIN in actor.roles):
        raise NotFound("There is no such token.")
    return stored, content


def _is_dashboard(content: dict[str, Any]) -> bool:
    roles: list[str] = json.loads(content["roles"])
    return content["kind"] == TokenKind.SERVICE.value and roles == [Role.DASHBOARD.value]


def _check_days(days: int, longest: int) -> None:
    if not 1 <= days <= longest:
        words = f"Such a token lasts from 1 to {longest} days."
        raise Invalid(words, code="invalid-days", faults=[Fault("/days", "invalid-days", words)])


def _roles_refused(words: str) -> Invalid:
    return Invalid(words, code="roles-not-allowed", faults=[Fault("/roles", "roles-not-allowed", words)])
