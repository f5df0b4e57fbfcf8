"""Parties to the conflict."""

from __future__ import annotations

from db.canonical import parse
from db.engine import Connection
from db.kinds import PARTY
from db.queries import reports
from domain.access import Actor
from domain.drafts import PartyDraft
from domain.errors import Conflict
from services import records, standing
from services.records import Change, Reason, Saved


def record(connection: Connection, actor: Actor, draft: PartyDraft) -> Saved:
    """Record a party; its code is unique in the organisation and never changes."""
    return records.create(connection, actor, PARTY, draft)


def change(
    connection: Connection, actor: Actor, id: str, version: int, revise: Change, reason: Reason
) -> Saved:
    """Change a party's name or side. Raises Conflict when the code would change."""
    before = records.lock_for_change(connection, actor, PARTY, id, version)
    content = parse(before.content)
    draft = revise(dict(content))
    if draft.code != content["code"]:
        raise Conflict("A code is never changed: other records refer to it.", code="code-is-fixed")
    saved = records.change(connection, actor, PARTY, before, draft, reason)
    if draft.side != content["side"]:
        # Whose side a word is on decides what it is worth (R5).
        resting = reports.incidents_resting_on_party(connection, actor.organisation, draft.code)
        standing.something_newer(connection, actor.organisation, dict.fromkeys(resting, saved.stored.seq))
    return saved
