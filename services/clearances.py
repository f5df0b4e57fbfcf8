"""Who is named for a restricted record, beside the member who recorded it."""

from __future__ import annotations

from dataclasses import replace

from db import door, kinds, sight
from db.canonical import document, parse
from db.engine import Connection
from db.kinds import CLEARANCE, MEMBER
from db.queries import clearances as queries
from db.queries import records
from db.queries.records import Stored
from domain.access import OPERATOR, Actor, require
from domain.drafts import ClearanceDraft
from domain.errors import Conflict, Invalid, NotAllowed
from services import references
from services.records import Saved, lock_for_change, new_id

KINDS = tuple(kind.name for kind in sight.SEEN)
"""What somebody can be named for."""


def give(connection: Connection, actor: Actor, draft: ClearanceDraft) -> Saved:
    """Name a member for a restricted record; one who was named before is named again.

    Raises UnknownReference for a record that the actor may not read, as for one that is not there, and for
    a member; Invalid for a record that is not restricted by its own word; Conflict for one who is named.
    """
    require(actor, "clearance.manage")
    return _give(connection, actor, draft)


def give_by_operator(connection: Connection, operator: Actor, draft: ClearanceDraft) -> Saved:
    """Name a member for a restricted record that nobody reads who could name them: they have left.

    Whoever runs the command on the server holds the database in any case; this way it stands in the log.
    Raises as ``give``, and NotAllowed for anybody else.
    """
    if operator.token != OPERATOR:
        raise NotAllowed("Only the operator, by the command on the server, names somebody unseen.")
    with sight.whole(connection):
        return _give(connection, operator, draft)


def _give(connection: Connection, actor: Actor, draft: ClearanceDraft) -> Saved:
    references.check(
        connection,
        actor.organisation,
        [("/object", kinds.KINDS[draft.kind], draft.object), ("/member", MEMBER, draft.member)],
    )
    stored = records.locked(connection, kinds.KINDS[draft.kind], actor.organisation, draft.object)
    if stored is None:
        raise RuntimeError("A record just checked is not there.")
    if parse(stored.content)["visibility"] != "restricted":
        raise Invalid(
            "The record is not restricted by its own word, so nobody need be named for it. Where it is under "
            "one that is, name members for that.",
            code="not-restricted",
        )
    known = queries.of_member(connection, actor.organisation, draft.object, draft.member)
    if known is not None and not known.ended:
        raise Conflict("The member is named for this record already.", code="already-there")
    id = new_id() if known is None else known.id
    version = 1 if known is None else known.version + 1
    done = door.record(connection, actor, [door.Act("give", CLEARANCE, id, version, document(draft))])
    return _saved(connection, actor, done[0].id)


def end(connection: Connection, actor: Actor, id: str, version: int, reason: str) -> Saved:
    """Take a member's name off a restricted record.

    Raises NotFound, Stale, and Conflict where it is off already.
    """
    require(actor, "clearance.manage")
    before = lock_for_change(connection, actor, CLEARANCE, id, version)
    content = parse(before.content)
    if content["ended"]:
        raise Conflict("The member is not named for this record any more.", code="invalid-transition")
    draft = replace(ClearanceDraft(**content), ended=True, reason=reason)
    with sight.whole(connection):  # who takes their own name off does not see it go
        (done,) = door.record(
            connection, actor, [door.Act("end", CLEARANCE, id, version + 1, document(draft))]
        )
        return _saved(connection, actor, done.id)


def _saved(connection: Connection, actor: Actor, id: str) -> Saved:
    stored: Stored | None = records.one(connection, CLEARANCE, actor.organisation, id)
    if stored is None:
        raise RuntimeError("A record just stored is not there.")
    return Saved(stored)
