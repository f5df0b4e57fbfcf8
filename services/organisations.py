"""Organisations, their members' and services' keys, and who acts behind a credential."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from typing import Any

from db import door
from db.canonical import canonical
from db.engine import Connection, unique_or_conflict
from db.kinds import MEMBER, TOKEN
from db.queries import credentials, people, records
from db.queries import organisations as queries
from db.walls import enter, of_one
from domain.access import OPERATOR, SESSION, Actor, AsPassword, reads_only, require
from domain.errors import Conflict, Fault, Invalid, NotAuthenticated, NotFound
from domain.methodology import METHODOLOGY_VERSION
from domain.vocab import Role, TokenKind, Visibility
from services.records import new_id

PREFIX, SESSION_PREFIX = "cht", "chs"
LONGEST_DAYS = 365
IDLE_MINUTES = 60
"""A session that nobody uses for so long is over."""
TOLD_MINUTES = 5
"""How old the note of a session's last use may be: one at each request would cost more than it tells."""


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
        raise NotFound("There is no organisation yet. Make one with: civharm organisation add NAME")
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


def issue_token(
    connection: Connection,
    actor: Actor,
    *,
    label: str,
    member: str | None = None,
    roles: list[str] | None = None,
    days: int = 90,
    until: str | None = None,
) -> Issued:
    """Issue a token: personal with a member, else a service token with roles of its own.

    What checks who may have it is ``services/people/tokens.py``. This alone is for the demo, benchmarks and
    tests, whose members have no password. A personal token acts as its member, with the roles that the
    member has at the time of use, and of these with ``roles`` where there are any. It ends at ``until`` if
    that is sooner.
    Raises NotFound for the member and Invalid for roles or days.
    """
    require(actor, "token.create")
    if not 1 <= days <= LONGEST_DAYS:
        raise Invalid(f"A token lasts from 1 to {LONGEST_DAYS} days.", code="invalid-days")
    if member is not None and records.one(connection, MEMBER, actor.organisation, member) is None:
        raise NotFound("There is no such member.")
    id = new_id()
    secret = new_secret(PREFIX, id)
    expires = min(door.after(days=days), until or door.after(days=LONGEST_DAYS))
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


def new_secret(prefix: str, id: str) -> str:
    """Give a secret of 256 random bits, in the form ``prefix_id_secret``: people find it by the id."""
    return f"{prefix}_{id[:8]}_{secrets.token_urlsafe(32)}"


def hashed(secret: str) -> str:
    """Give what is stored of a secret: its SHA-256. It has 256 random bits, so no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()


def authenticate(connection: Connection, secret: str) -> Actor:
    """Give who acts behind a token or a session; the transaction has entered its organisation.

    This is the one gate for every kind of credential. Raises NotAuthenticated, in the same words, for one
    that is unknown, expired, ended or revoked, or whose member has no access; in words of its own for one
    that may write and came as a password.
    """
    if secret.startswith(f"{SESSION_PREFIX}_"):
        if isinstance(secret, AsPassword):
            raise refused()
        return _of_session(connection, hashed(secret))
    row = credentials.token(connection, hashed(secret))
    if row is None or row.revoked_at is not None or row.expires_at <= door.now():
        raise refused()
    if row.kind == TokenKind.PERSONAL and not row.active:
        raise refused()
    roles = frozenset(_roles(row.roles))
    if row.kind == TokenKind.PERSONAL:
        whole = frozenset(_roles(row.member_roles))
        roles = whole & roles if roles else whole
    if isinstance(secret, AsPassword) and not reads_only(roles):
        raise NotAuthenticated(
            "Only a token that reads and does nothing else is taken as a password. Make one with: civharm "
            "token create NAME --role viewer."
        )
    return Actor(
        organisation=row.organisation,
        token=row.id,
        kind=row.kind,
        roles=roles,
        member=row.member,
        person=row.person,
    )


def session_of(connection: Connection, organisation: str, id: str) -> Actor:
    """Give who signed in, by the session's id, for what they began with it. Raises NotAuthenticated."""
    enter(connection, organisation)
    secret_hash = people.session_hash(connection, organisation, id)
    return _of_session(connection, secret_hash or "")


def _of_session(connection: Connection, secret_hash: str) -> Actor:
    row = credentials.session(connection, secret_hash)
    now = door.now()
    if row is None or row.ended_at is not None or row.expires_at <= now or not row.active:
        raise refused()
    if row.removed_at is not None or row.login_version != row.current_version:
        raise refused()
    if door.after(minutes=-IDLE_MINUTES) >= row.last_used_at:
        raise refused()
    return Actor(
        organisation=row.organisation,
        token=row.id,
        kind=SESSION,
        roles=frozenset(_roles(row.member_roles)),
        member=row.member,
        person=row.person,
        stale=door.after(minutes=-TOLD_MINUTES) >= row.last_used_at,
    )


def _roles(text: str) -> list[str]:
    found: list[str] = json.loads(text)
    return found


def refused() -> NotAuthenticated:
    """Give the one answer to a credential that does not work."""
    return NotAuthenticated(
        "Send a valid token: Authorization: Bearer TOKEN. Sign in (POST /v1/sessions), or make one with: "
        "civharm token create."
    )
