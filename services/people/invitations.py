"""Invitations: how somebody becomes a member, and gets a way to sign in, or another for a lost one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from db import door
from db.canonical import canonical, parse
from db.engine import Connection, unique_or_conflict
from db.kinds import INVITATION, MEMBER, SIGN_IN
from db.queries import credentials, people, records
from db.queries import organisations as queries
from db.queries.credentials import Opening
from db.queries.keyset import Keyset
from domain.access import OPERATOR, Actor, require
from domain.errors import Conflict, Fault, Invalid, NotAllowed, NotFound
from domain.vocab import LoginKind, Visibility
from services.organisations import check_roles, hashed, new_secret
from services.people import members, passwords, sign_in
from services.people.sign_in import Begun
from services.records import new_id

PREFIX = "chi"
LASTS_DAYS = 7


class Made(NamedTuple):
    """An invitation with its secret, which is shown once."""

    row: Any
    secret: str


class Proof(NamedTuple):
    """How somebody who accepts will sign in.

    ``known`` is what the login opens, where it was shown to be theirs; else ``password_hash`` is the new one.
    """

    kind: LoginKind
    key: str
    known: Sequence[Opening] = ()
    password_hash: str | None = None


def invite(connection: Connection, actor: Actor, name: str, roles: Sequence[str]) -> Made:
    """Invite somebody to be a member with these roles, for seven days and for one use."""
    require(actor, "invitation.manage")
    if not roles:
        words = "Name at least one role."
        raise Invalid(words, code="required", faults=[Fault("/roles", "required", words)])
    return _make(connection, actor, name, check_roles(list(roles)), None)


def invite_member(connection: Connection, actor: Actor, member: str) -> Made:
    """Invite a member to choose how they sign in: for the first time, or instead of what they lost.

    Accepting takes every other way of signing in from the membership and ends its tokens and sessions.
    Earlier invitations of the member end now. Who has a login gets another from the operator
    alone: an administrator, who sees no content, could accept it and act in the member's name.

    Raises NotFound, NotAllowed, and Conflict for one without access.
    """
    require(actor, "invitation.manage")
    stored = records.locked(connection, MEMBER, actor.organisation, member)
    if stored is None:
        raise NotFound("There is no such member.")
    content = parse(stored.content)
    if not content["active"]:
        raise Conflict("The member has no access. Activate them first.", code="no-such-step")
    if actor.token != OPERATOR and people.sign_ins(connection, actor.organisation, member):
        raise NotAllowed(
            "The member has a login. For a lost one ask the operator of the service: "
            "civharm invite --member ID."
        )
    for id in people.open_invitations(connection, actor.organisation, member):
        if people.invitation(connection, actor.organisation, id).member == member:
            revoke(connection, actor, id)
    return _make(connection, actor, content["name"], [], member)


def _make(connection: Connection, actor: Actor, name: str, roles: list[str], member: str | None) -> Made:
    id = new_id()
    secret = new_secret(PREFIX, id)
    content = {
        "name": name,
        "roles": canonical(roles),
        "member": member,
        "invited_by": actor.member,
        "expires_at": door.after(days=LASTS_DAYS),
        "accepted_at": None,
        "revoked_at": None,
        "visibility": Visibility.ORGANISATION.value,
    }
    act = door.Act("create", INVITATION, id, 1, content, {"secret_hash": hashed(secret)})
    door.record(connection, actor, [act])
    return Made(people.invitation(connection, actor.organisation, id), secret)


def listed(connection: Connection, actor: Actor) -> Keyset:
    """Give the list of invitations. Raises NotAllowed."""
    require(actor, "invitation.manage")
    return people.invitations(actor.organisation)


def revoke(connection: Connection, actor: Actor, id: str) -> Any:
    """Take an invitation back. Raises NotFound, and Conflict for one that is over."""
    require(actor, "invitation.manage")
    stored = records.locked(connection, INVITATION, actor.organisation, id)
    if stored is None:
        raise NotFound("There is no such invitation.")
    content = parse(stored.content)
    if content["accepted_at"] is not None or content["revoked_at"] is not None:
        raise Conflict("The invitation is over already.", code="no-such-step")
    content = {**content, "revoked_at": door.now()}
    door.record(connection, actor, [door.Act("revoke", INVITATION, id, stored.version + 1, content)])
    return people.invitation(connection, actor.organisation, id)


class Asked(NamedTuple):
    """An open invitation: whose, and the names that a password must not be made of."""

    id: str
    organisation: str
    member: str | None
    names: list[str]


def asked(connection: Connection, secret: str) -> Asked:
    """Give the open invitation of a secret; the transaction has entered its organisation. Raises NotFound."""
    return of_hash(connection, hashed(secret))


def of_hash(connection: Connection, secret_hash: str) -> Asked:
    """Give the open invitation whose secret has this hash, as ``asked`` does."""
    found = credentials.invitation(connection, secret_hash)
    if found is None:
        raise over()
    id, organisation = found
    row = people.invitation(connection, organisation, id)
    if row.accepted_at is not None or row.revoked_at is not None or row.expires_at <= door.now():
        raise over()
    return Asked(id, organisation, row.member, sign_in.names_of(connection, organisation, row.name))


def over() -> NotFound:
    """Give the one answer to an invitation that does not work."""
    return NotFound("There is no such invitation, or it is over. Ask who invited you for another.")


def by_password(found: Asked, openings: Sequence[Opening], login: str, password: str) -> Proof:
    """Give the proof of who accepts with a login name and a password; no connection is held meanwhile.

    A login that is there already is proved by its password. Raises Conflict where it is not, and Invalid for
    a new password that is easy to guess.
    """
    key = sign_in.key_of(login)
    if openings and not _is_replaced(found, openings):
        if not passwords.is_right(password, openings[0].password_hash):
            raise _taken()
        return Proof(LoginKind.PASSWORD, key, openings)
    passwords.checked(password, [*found.names, login])
    return Proof(LoginKind.PASSWORD, key, (), passwords.hash_of(password))


def _is_replaced(found: Asked, openings: Sequence[Opening]) -> bool:
    """Tell whether a login opens nothing but the membership whose password is lost."""
    return found.member is not None and all(
        (one.organisation, one.member) == (found.organisation, found.member) for one in openings
    )


def _taken() -> Conflict:
    return Conflict(
        "The login name is taken, and this is not its password. Choose another name.", code="already-there"
    )


def accept(connection: Connection, secret_hash: str, proof: Proof) -> Begun:
    """Accept an invitation: make the member, or find it, let the login open it, and begin a session.

    Raises NotFound for an invitation that is over, and Conflict for a login that is another's or a member's.
    """
    found = of_hash(connection, secret_hash)
    here = found.organisation
    stored = records.locked(connection, INVITATION, here, found.id)
    assert stored is not None
    # Read again behind the lock: somebody may have accepted it meanwhile.
    found = of_hash(connection, secret_hash)
    content = parse(stored.content)
    openings = credentials.opened_by(connection, proof.key)
    if proof.known and [one[:4] for one in openings] != [one[:4] for one in proof.known]:
        raise _taken()
    if not proof.known and openings and not _is_replaced(found, openings):
        raise _taken()
    member, person = _member(connection, found, content, proof)
    actor = Actor(here, found.id, INVITATION.name, frozenset(), member, person)
    if found.member is not None:
        acts = [*members.all_ends(connection, actor, member), *_removed(connection, here, member, openings)]
        # This invitation is one of those open: it is accepted below and not taken back.
        door.record(connection, actor, [one for one in acts if one.id != found.id])
    opening = opens(connection, actor, proof, openings)
    content = {**content, "member": member, "accepted_at": door.now()}
    door.record(connection, actor, [door.Act("accept", INVITATION, found.id, stored.version + 1, content)])
    return sign_in.begin(connection, opening)


def _member(connection: Connection, found: Asked, content: dict[str, Any], proof: Proof) -> tuple[str, str]:
    """Give the member who accepts and the person, both made where they are new."""
    person = proof.known[0].person if proof.known else None
    if found.member is not None:
        row = queries.member_of(connection, found.organisation, found.member)
        if not row.active:
            raise over()
        if person not in (None, row.person):
            raise Conflict(
                "This login is another person's than the member's. Choose another name.", code="already-there"
            )
        return found.member, row.person
    if person is None:
        person = new_id()
        queries.add_person(connection, person, content["name"])
    member = new_id()
    made = {
        "person": person,
        "name": content["name"],
        "roles": content["roles"],
        "active": True,
        "visibility": Visibility.ORGANISATION.value,
    }
    actor = Actor(found.organisation, found.id, INVITATION.name, frozenset(), member, person)
    with unique_or_conflict("member"):
        door.record(connection, actor, [door.Act("create", MEMBER, member, 1, made)])
    return member, person


def _removed(
    connection: Connection, organisation: str, member: str, kept: Sequence[Opening]
) -> list[door.Act]:
    """Give the acts that take every login from a membership but the one that is proved or replaced."""
    keep = {one.sign_in for one in kept}
    ids = [one.id for one in people.sign_ins(connection, organisation, member) if one.id not in keep]
    found = records.of_ids(connection, SIGN_IN, organisation, ids)
    now = door.now()
    return [
        door.Act("remove", SIGN_IN, one.id, one.version + 1, {**parse(one.content), "removed_at": now})
        for one in found.values()
    ]


def opens(connection: Connection, actor: Actor, proof: Proof, openings: Sequence[Opening]) -> Opening:
    """Let the proof's login open the membership; give what it opens."""
    here, member, person = actor.organisation, actor.member, actor.person
    assert member is not None
    assert person is not None
    there = [one for one in openings if (one.organisation, one.member) == (here, member)]
    if there:
        return _kept(connection, actor, there[0], proof)
    version = 1
    if proof.known:
        login, version = proof.known[0].login, proof.known[0].version
    else:
        login = new_id()
        with unique_or_conflict("login"):
            people.add_login(
                connection,
                id=login,
                person=person,
                kind=proof.kind.value,
                key=proof.key,
                password_hash=proof.password_hash,
                passwords=version,
                changed_at=door.now(),
            )
    id = link(connection, actor, login, proof.kind)
    name = queries.name_of(connection, here)
    return Opening(login, person, None, version, id, here, name, member, True)


def link(connection: Connection, actor: Actor, login: str, kind: LoginKind) -> str:
    """Let a login open the membership of the member who acts; give the id of that."""
    id = new_id()
    content = {
        "member": actor.member,
        "login": login,
        "kind": kind.value,
        "removed_at": None,
        "visibility": Visibility.ORGANISATION.value,
    }
    with unique_or_conflict("login"):
        door.record(connection, actor, [door.Act("create", SIGN_IN, id, 1, content)])
    return id


def _kept(connection: Connection, actor: Actor, opening: Opening, proof: Proof) -> Opening:
    """Give what a login opens already, with its new password where its old one is lost."""
    if proof.password_hash is None:
        return opening
    version = people.set_password(connection, opening.login, proof.password_hash, door.now())
    stored = records.one(connection, SIGN_IN, actor.organisation, opening.sign_in)
    assert stored is not None
    act = door.Act("change", SIGN_IN, opening.sign_in, stored.version + 1, parse(stored.content))
    door.record(connection, actor, [act])
    return opening._replace(version=version)
