"""Signing in: what a login opens, sessions, and another password."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from db import door
from db.canonical import parse
from db.engine import Connection
from db.kinds import SESSION, SIGN_IN
from db.queries import credentials, people, records
from db.queries import organisations as queries
from db.queries.credentials import Opening
from db.walls import enter
from domain.access import SESSION as SIGNED_IN
from domain.access import Actor, require_member
from domain.errors import Conflict, Fault, Invalid, NotAuthenticated, NotFound
from domain.vocab import LoginKind, Visibility
from services.organisations import SESSION_PREFIX, hashed, new_secret
from services.people import members, passwords
from services.records import new_id

LONGEST_HOURS = 8
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@+-]{2,99}")
LOGIN_WORDS = (
    "A login name is 3 to 100 small or capital Latin letters, digits and . _ @ + -; case does not count."
)


class Begun(NamedTuple):
    """A session with its secret, which is shown once."""

    row: Any
    secret: str


def key_of(login: str) -> str:
    """Give what a login name is found by. Raises Invalid for one that cannot be."""
    found = login.lower()
    if not _LOGIN.fullmatch(found):
        raise Invalid(
            LOGIN_WORDS, code="invalid-login", faults=[Fault("/login", "invalid-login", LOGIN_WORDS)]
        )
    return f"{LoginKind.PASSWORD.value} {found}"


def opened(connection: Connection, key: str) -> list[Opening]:
    """Give the memberships that a login opens, before anybody has shown that it is theirs."""
    return credentials.opened_by(connection, key)


def prove(openings: Sequence[Opening], password: str) -> None:
    """Raise NotAuthenticated unless the password is that of the login, in the time it takes in any case."""
    if not passwords.is_right(password, openings[0].password_hash if openings else None):
        raise wrong()


def wrong() -> NotAuthenticated:
    """Give the one answer to a login or password that does not work."""
    return NotAuthenticated("The login name or the password is not right, or you have no access any more.")


def chosen(openings: Iterable[Opening], organisation: str | None) -> Opening:
    """Give the membership to act as, by the organisation's id or name, or the only one there is.

    For who has shown that the login is theirs. Raises NotAuthenticated where none is left, and Conflict,
    naming the choice, where one has to be chosen.
    """
    there = [one for one in openings if one.active]
    if not there:
        raise wrong()
    if organisation is not None:
        there = [one for one in there if organisation in (one.organisation, one.organisation_name)] or there
    if len(there) == 1 and organisation in (None, there[0].organisation, there[0].organisation_name):
        return there[0]
    raise Conflict(
        "Say which organisation you sign in to.",
        code="choose-organisation",
        faults=[
            Fault("/organisation", "choose-organisation", f"{one.organisation_name}: {one.organisation}")
            for one in there
        ],
    )


def begin(connection: Connection, opening: Opening) -> Begun:
    """Begin a session of a member whose login was shown to be theirs; the transaction enters there.

    It lasts for 8 hours, and until nobody used it for one. Raises NotAuthenticated where what was true when
    the login was looked up is so no more.
    """
    enter(connection, opening.organisation)
    door.lock_head(connection, opening.organisation)
    still = people.sign_ins(connection, opening.organisation, opening.member)
    now_there = queries.member_of(connection, opening.organisation, opening.member)
    if now_there is None or not now_there.active:
        raise wrong()
    if not any(one.id == opening.sign_in and one.passwords == opening.version for one in still):
        raise wrong()
    return _begin(connection, opening)


def _begin(connection: Connection, opening: Opening) -> Begun:
    id, now = new_id(), door.now()
    secret = new_secret(SESSION_PREFIX, id)
    content = {
        "member": opening.member,
        "sign_in": opening.sign_in,
        "expires_at": door.after(hours=LONGEST_HOURS),
        "ended_at": None,
        "visibility": Visibility.ORGANISATION.value,
    }
    columns = {
        "secret_hash": hashed(secret),
        "login_version": opening.version,
        "last_used_at": now,
    }
    actor = Actor(opening.organisation, id, SIGNED_IN, frozenset(), opening.member, opening.person)
    door.record(connection, actor, [door.Act("create", SESSION, id, 1, content, columns)])
    return Begun(people.session(connection, opening.organisation, id), secret)


def end(connection: Connection, actor: Actor) -> Any:
    """End the session that asks. Raises NotFound for who came with a token."""
    require_member(actor, "self.change")
    if actor.kind != SIGNED_IN:
        raise NotFound("You did not come with a session. A token is revoked at /v1/tokens/{id}/revoke.")
    stored = records.locked(connection, SESSION, actor.organisation, actor.token)
    assert stored is not None
    content = parse(stored.content)
    if content["ended_at"] is None:
        content = {**content, "ended_at": door.now()}
        door.record(connection, actor, [door.Act("end", SESSION, actor.token, stored.version + 1, content)])
    return people.session(connection, actor.organisation, actor.token)


def names_of(connection: Connection, organisation: str, *more: str) -> list[str]:
    """Give the names that a password must not be made of."""
    return [queries.name_of(connection, organisation), *more]


class Password(NamedTuple):
    """A login of the member's whose password was shown to be right, and another password's hash."""

    sign_in: str
    passwords: int
    new_hash: str


def prove_and_hash(connection: Connection, actor: Actor) -> tuple[list[Any], list[str]]:
    """Give the member's logins with a password, and the names that a new one must not be made of.

    Raises Conflict where there is none: they sign in at the identity provider.
    """
    member, _ = require_member(actor, "self.change")
    logins = [
        one
        for one in people.sign_ins(connection, actor.organisation, member)
        if one.kind == LoginKind.PASSWORD
    ]
    if not logins:
        raise Conflict("You sign in without a password here.", code="no-password")
    name = queries.member_of(connection, actor.organisation, member).name
    return logins, names_of(connection, actor.organisation, name)


def right_one(logins: Sequence[Any], current: str, new: str, names: Iterable[str]) -> Password:
    """Give the login whose password this is, with the new one hashed; no connection is held meanwhile.

    Raises Invalid for a wrong password, and for a new one that is easy to guess.
    """
    passwords.checked(new, names, "/new")
    for one in logins:
        if passwords.is_right(current, one.password_hash):
            return Password(one.id, one.passwords, passwords.hash_of(new))
    words = "This is not your password."
    raise Invalid(words, code="wrong-password", faults=[Fault("/current", "wrong-password", words)])


def change_password(connection: Connection, actor: Actor, found: Password) -> None:
    """Give the login its new password. Every other session of the member ends, in other organisations too.

    Raises Conflict where it was changed meanwhile.
    """
    member, _ = require_member(actor, "self.change")
    stored = records.locked(connection, SIGN_IN, actor.organisation, found.sign_in)
    logins = people.sign_ins(connection, actor.organisation, member)
    mine = [one for one in logins if one.id == found.sign_in and one.passwords == found.passwords]
    if stored is None or not mine:
        raise Conflict("The password was changed meanwhile.", code="conflict")
    version = people.set_password(connection, mine[0].login, found.new_hash, door.now())
    act = door.Act("change", SIGN_IN, found.sign_in, stored.version + 1, parse(stored.content))
    here = actor.token if actor.kind == SIGNED_IN else None
    door.record(connection, actor, [act, *members.sessions_end(connection, actor, member, but=here)])
    if here is not None and people.session(connection, actor.organisation, here).sign_in == found.sign_in:
        people.keep_session(connection, actor.organisation, here, version)
