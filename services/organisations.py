"""Organisations, members and tokens; who acts behind a token."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from db import door
from db.canonical import canonical, parse
from db.engine import Connection, unique_or_conflict
from db.kinds import MEMBER, TOKEN
from db.queries import organisations as queries
from db.queries import records
from db.walls import enter, of_one
from domain.access import Actor, AsPassword, reads_only, require
from domain.errors import Conflict, Fault, Invalid, NotAuthenticated, NotFound
from domain.methodology import METHODOLOGY_VERSION
from domain.vocab import Role, TokenKind, Visibility
from services.records import new_id

PREFIX = "cht"
LONGEST_DAYS = 365
OPERATOR = "operator"
"""The log's name for whoever runs the command line on the server."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A new token. ``secret`` is shown once and kept nowhere."""

    id: str
    secret: str
    expires_at: str


def operator(organisation: str) -> Actor:
    """Give the actor for the command line on the server: keeps members and tokens, no content."""
    return Actor(organisation, OPERATOR, TokenKind.SERVICE.value, frozenset({Role.ADMIN.value}))


def found(connection: Connection, name: str) -> str:
    """Make an organisation with an empty log, which the transaction enters; give its id.

    Raises Conflict when one of this name is there, or any other in an SQLite file that is for one alone.
    """
    known = queries.names(connection)
    if name in known:
        raise Conflict("An organisation of this name is here already.", code="already-there")
    if known and of_one(connection):
        raise Conflict(
            "This SQLite file is for one organisation. To keep several apart in it, set "
            "CIVHARM_SEVERAL_ORGANISATIONS=true wherever civharm runs, or use PostgreSQL.",
            code="one-organisation",
        )
    id = new_id()
    enter(connection, id)
    queries.add(connection, id, name, METHODOLOGY_VERSION, canonical({}), door.now())
    door.open_log(connection, id)
    return id


def the_one(connection: Connection, name: str | None) -> str:
    """Enter the organisation of this name, or the only one there is when no name is given; give its id.

    Raises NotFound when there is none, and Invalid when there are several to choose from.
    """
    known = queries.names(connection)
    if name is not None and name not in known:
        raise NotFound("There is no organisation of this name.")
    if not known:
        raise NotFound("There is no organisation yet. Make one with: civharm member add --organisation NAME")
    if name is None and len(known) > 1:
        raise Invalid("There are several organisations; say which with --organisation.", code="ambiguous")
    id = next(iter(known.values())) if name is None else known[name]
    enter(connection, id)
    return id


def check_roles(roles: list[str]) -> list[str]:
    """Give the roles sorted, each once. Raises Invalid for one that does not exist."""
    for role in roles:
        if role not in Role.codes():
            detail = "Use any of: " + ", ".join(Role.codes()) + "."
            raise Invalid(detail, code="unknown-code", faults=[Fault("/roles", "unknown-code", detail)])
    return sorted(set(roles))


def add_member(connection: Connection, actor: Actor, name: str, roles: list[str]) -> str:
    """Make a member of the organisation, with a person behind it; give the member's id."""
    require(actor, "member.manage")
    person, member = new_id(), new_id()
    queries.add_person(connection, person, name)
    content = {
        "person": person,
        "name": name,
        "roles": canonical(check_roles(roles)),
        "active": True,
        "visibility": Visibility.ORGANISATION.value,
    }
    with unique_or_conflict("member"):
        door.record(connection, actor, [door.Act("create", MEMBER, member, 1, content)])
    return member


def deactivate_member(connection: Connection, actor: Actor, member: str) -> None:
    """Take a member's access away at once: every token of the member stops working."""
    require(actor, "member.manage")
    stored = records.locked(connection, MEMBER, actor.organisation, member)
    if stored is None:
        raise NotFound("There is no such member.")
    content = {**parse(stored.content), "active": False}
    door.record(connection, actor, [door.Act("deactivate", MEMBER, member, stored.version + 1, content)])


def issue_token(
    connection: Connection,
    actor: Actor,
    *,
    label: str,
    member: str | None = None,
    roles: list[str] | None = None,
    days: int = 90,
) -> Issued:
    """Issue a token: personal with a member, else a service token with roles of its own.

    A personal token acts as its member, with the roles the member has at the time of use.
    Raises NotFound for the member and Invalid for roles or days.
    """
    require(actor, "token.manage")
    if not 1 <= days <= LONGEST_DAYS:
        raise Invalid(f"A token lasts from 1 to {LONGEST_DAYS} days.", code="invalid-days")
    if member is not None and records.one(connection, MEMBER, actor.organisation, member) is None:
        raise NotFound("There is no such member.")
    id = new_id()
    secret = f"{PREFIX}_{id[:8]}_{secrets.token_urlsafe(32)}"
    expires = (datetime.now(UTC) + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    content: dict[str, Any] = {
        "label": label,
        "kind": (TokenKind.SERVICE if member is None else TokenKind.PERSONAL).value,
        "member": member,
        "roles": canonical(check_roles(roles or [])),
        "expires_at": expires,
        "revoked_at": None,
        "visibility": Visibility.ORGANISATION.value,
    }
    act = door.Act("create", TOKEN, id, 1, content, {"secret_hash": hashed(secret)})
    door.record(connection, actor, [act])
    return Issued(id, secret, expires)


def revoke_token(connection: Connection, actor: Actor, token: str) -> None:
    """Revoke a token; the next request with it is refused."""
    require(actor, "token.manage")
    stored = records.locked(connection, TOKEN, actor.organisation, token)
    if stored is None:
        raise NotFound("There is no such token.")
    content = parse(stored.content)
    if content["revoked_at"] is None:
        content["revoked_at"] = door.now()
        door.record(connection, actor, [door.Act("revoke", TOKEN, token, stored.version + 1, content)])


def hashed(secret: str) -> str:
    """Give what is stored of a token: its SHA-256. The secret has 256 random bits, so no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()


def authenticate(connection: Connection, secret: str) -> Actor:
    """Give who acts behind a token; the transaction has entered the token's organisation.

    Raises NotAuthenticated, in the same words, for one that is unknown, expired or revoked, or whose
    member is no longer active; in words of its own for one that may write and came as a password.
    """
    row = queries.by_secret_hash(connection, hashed(secret))
    if row is None or row.revoked_at is not None or row.expires_at <= door.now():
        raise refused()
    if row.kind == TokenKind.PERSONAL and not row.active:
        raise refused()
    roles = frozenset(_roles(row.member_roles if row.kind == TokenKind.PERSONAL else row.roles))
    if isinstance(secret, AsPassword) and not reads_only(roles):
        raise NotAuthenticated(
            "Only a token with the one role viewer is taken as a password. Make one with: civharm token "
            "create NAME --role viewer."
        )
    return Actor(
        organisation=row.organisation,
        token=row.id,
        kind=row.kind,
        roles=roles,
        member=row.member,
        person=row.person,
    )


def _roles(text: str) -> list[str]:
    found: list[str] = json.loads(text)
    return found


def refused() -> NotAuthenticated:
    """Give the one answer to a token that does not work."""
    return NotAuthenticated(
        "Send a valid token: Authorization: Bearer TOKEN. "
        "An administrator issues one with: civharm token create."
    )
