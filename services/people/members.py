"""Members: their names and roles, and that all they have ends when they leave."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from db import door
from db.canonical import canonical, parse
from db.engine import Connection
from db.kinds import CLEARANCE, INVITATION, MEMBER, SESSION, TOKEN, Kind
from db.queries import clearances, people, records
from db.queries import organisations as queries
from db.queries.records import Stored
from db.sight import whole
from domain.access import OPERATOR, Actor, require
from domain.errors import Conflict, NotAllowed, NotFound, Stale
from domain.vocab import Role
from services.organisations import check_roles

LEFT = "The member left."


def one(connection: Connection, actor: Actor, id: str) -> Any:
    """Give a member. Raises NotFound."""
    require(actor, "member.read")
    row = queries.member_of(connection, actor.organisation, id)
    if row is None:
        raise NotFound("There is no such member.")
    return row


def change(
    connection: Connection,
    actor: Actor,
    id: str,
    version: int | None,
    *,
    name: str | None = None,
    roles: Sequence[str] | None = None,
) -> Any:
    """Give a member another name or other roles, from the next request on.

    ``version`` is the one that was read, None to change whatever there is. Raises NotFound, Stale, NotAllowed
    for a role that somebody gives themselves, and Conflict where nobody would keep the keys any more.
    """
    stored, content = _locked(connection, actor, id)
    if version is not None and version != stored.version:
        raise Stale("The member changed since you read it. Read it again.")
    if name is not None:
        content["name"] = name
    if roles is not None:
        wanted = check_roles(list(roles))
        if actor.member == id and set(wanted) - set(json.loads(content["roles"])):
            raise NotAllowed("Nobody gives themselves a role. Ask another administrator.")
        if Role.ADMIN not in wanted:
            _keep_an_admin(connection, actor, id)
        content["roles"] = canonical(wanted)
    act = door.Act("change", MEMBER, id, stored.version + 1, content)
    door.record(connection, actor, [act])
    return one(connection, actor, id)


def deactivate(connection: Connection, actor: Actor, id: str) -> Any:
    """Take a member's access away at once.

    Tokens, sessions and invitations end, those that the member made for others too, and clearances; they stay
    ended when the member comes back. Raises NotFound, and Conflict where nobody would keep the keys any more.
    """
    stored, content = _locked(connection, actor, id)
    if not content["active"]:
        raise Conflict("The member has no access already.", code="no-such-step")
    _keep_an_admin(connection, actor, id)
    act = door.Act("deactivate", MEMBER, id, stored.version + 1, {**content, "active": False})
    with whole(connection):  # whoever keeps the members sees no record that they are named for
        named = clearances.open_of(connection, actor.organisation, id)
        ends = _ended(connection, actor.organisation, CLEARANCE, named, "end", ended=True, reason=LEFT)
        door.record(connection, actor, [act, *all_ends(connection, actor, id), *ends])
    return one(connection, actor, id)


def activate(connection: Connection, actor: Actor, id: str) -> Any:
    """Give a member access again: by the logins they had, and with no token. Raises NotFound, Conflict."""
    stored, content = _locked(connection, actor, id)
    if content["active"]:
        raise Conflict("The member has access already.", code="no-such-step")
    if actor.member == id:
        raise NotAllowed("Ask another administrator.")
    act = door.Act("activate", MEMBER, id, stored.version + 1, {**content, "active": True})
    door.record(connection, actor, [act])
    return one(connection, actor, id)


def all_ends(connection: Connection, actor: Actor, member: str) -> list[door.Act]:
    """Give the acts that end a member's tokens, sessions and open invitations; the log's head is locked."""
    here, now = actor.organisation, door.now()
    return [
        *_ended(
            connection, here, TOKEN, people.open_tokens(connection, here, member), "revoke", revoked_at=now
        ),
        *sessions_end(connection, actor, member),
        *_ended(
            connection,
            here,
            INVITATION,
            people.open_invitations(connection, here, member),
            "revoke",
            revoked_at=now,
        ),
    ]


def sessions_end(
    connection: Connection, actor: Actor, member: str, *, but: str | None = None
) -> list[door.Act]:
    """Give the acts that end a member's sessions, ``but`` one; the log's head is locked."""
    sessions = [one for one in people.open_sessions(connection, actor.organisation, member) if one != but]
    return _ended(connection, actor.organisation, SESSION, sessions, "end", ended_at=door.now())


def _ended(
    connection: Connection, organisation: str, kind: Kind, ids: Sequence[str], verb: str, **said: str | bool
) -> list[door.Act]:
    found = records.of_ids(connection, kind, organisation, ids)
    return [
        door.Act(verb, kind, one.id, one.version + 1, {**parse(one.content), **said})
        for one in found.values()
    ]


def _locked(connection: Connection, actor: Actor, id: str) -> tuple[Stored, dict[str, Any]]:
    require(actor, "member.manage")
    stored = records.locked(connection, MEMBER, actor.organisation, id)
    if stored is None:
        raise NotFound("There is no such member.")
    return stored, parse(stored.content)


def _keep_an_admin(connection: Connection, actor: Actor, leaving: str) -> None:
    """Raise Conflict where the one who leaves is the last who keeps people and keys.

    Not for the operator of the server, who is the way back in.
    """
    admins = {
        row.id
        for row in queries.members(connection, actor.organisation)
        if row.active and Role.ADMIN in json.loads(row.roles)
    }
    if admins == {leaving} and actor.token != OPERATOR:
        raise Conflict(
            "This is the last administrator. Make another member an administrator first.", code="last-admin"
        )
