"""Flags of records: a reviewer looks at one and clears it, with a reason."""

from __future__ import annotations

from db import door
from db.canonical import parse
from db.engine import Connection
from db.kinds import CLAIM
from db.queries import flags, records
from db.queries.records import Stored
from domain.access import Actor, require
from domain.errors import Conflict, NotFound
from services import standing
from services.records import Reason, lock_for_change


def clear(
    connection: Connection, actor: Actor, claim: str, code: str, version: int, reason: Reason
) -> tuple[Stored, list[flags.FlagRow]]:
    """Clear a flag of a claim; give the claim with its flags.

    It is an act on the claim, in the log and in its history with the reason, and stays as long as the same
    finding stands. Figures that were flagged as transcription errors count again once every such flag
    of their claim is cleared, so an assessment in force needs a review.

    Raises NotFound for the claim or the flag, Stale when the claim changed, Conflict when it is cleared
    already, and NotAllowed for a service: whether a source was read right is for a person to say.
    """
    require(actor, "flag.clear")
    before = lock_for_change(connection, actor, CLAIM, claim, version)
    flag = next((one for one in flags.of(connection, actor.organisation, [claim]) if one.code == code), None)
    if flag is None:
        raise NotFound("There is no such flag on this claim.")
    if flag.cleared_seq is not None:
        raise Conflict("This flag is cleared already.", code="flag-is-cleared")
    content = parse(before.content)
    verb = f"clear:{code}"
    act = door.Act(verb, CLAIM, claim, version + 1, content, {}, reason.code, reason.note)
    (done,) = door.record(connection, actor, [act])
    flags.clear(connection, actor.organisation, claim, code, actor.label, done.seq)
    standing.something_newer(connection, actor.organisation, {content["incident"]: done.seq})
    stored = records.one(connection, CLAIM, actor.organisation, claim)
    if stored is None:
        raise RuntimeError("A record just stored is not there.")
    return stored, flags.of(connection, actor.organisation, [claim])
