"""Sources: whoever says something."""

from __future__ import annotations

from db.canonical import parse
from db.engine import Connection
from db.kinds import SOURCE
from db.queries import reports as queries
from db.queries import sources as source_queries
from db.sight import whole
from domain.access import Actor
from domain.drafts import SourceDraft
from services import netting, records, standing
from services.records import Change, Reason, Saved


def record(connection: Connection, actor: Actor, draft: SourceDraft) -> Saved:
    """Record a source."""
    return records.create(connection, actor, SOURCE, draft)


def known_or_recorded(connection: Connection, actor: Actor, draft: SourceDraft) -> str:
    """Give the id of the source of this kind, name and side; it is recorded where it is not known."""
    known = source_queries.same(connection, actor.organisation, draft.kind, draft.name, draft.side)
    return known if known is not None else record(connection, actor, draft).stored.id


def change(
    connection: Connection, actor: Actor, id: str, version: int, revise: Change, reason: Reason
) -> Saved:
    """Change a source. Whose word a claim is decides how it counts: its incidents need review."""
    before = records.lock_for_change(connection, actor, SOURCE, id, version)
    content = parse(before.content)
    saved = records.change(connection, actor, SOURCE, before, revise(dict(content)), reason)
    resting = queries.incidents_resting_on_source(connection, actor.organisation, id)
    standing.something_newer(connection, actor.organisation, dict.fromkeys(resting, saved.stored.seq))
    if records.is_moved(saved, content, "visibility"):
        with whole(connection):
            resting = queries.incidents_resting_on_source(connection, actor.organisation, id)
        netting.seen_anew(connection, actor.organisation, resting, saved.stored.seq)
    return saved
