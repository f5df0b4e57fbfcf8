"""Sources: whoever says something."""

from __future__ import annotations

from db.canonical import parse
from db.engine import Connection
from db.kinds import SOURCE
from db.queries import reports as queries
from db.queries import sources as source_queries
from db.reach import recorder_of
from db.sight import whole
from domain.access import Actor, reads_own_sensitive, reads_sensitive
from domain.drafts import SourceDraft
from services import netting, records, standing
from services.records import Change, Reason, Saved


def record(connection: Connection, actor: Actor, draft: SourceDraft) -> Saved:
    """Record a source."""
    return records.create(connection, actor, SOURCE, draft)


def known(connection: Connection, actor: Actor, draft: SourceDraft) -> str | None:
    """Give the id of the source of this kind, name and side, or None.

    A confidential one is known to who may read its name: others would be told that they guessed it.
    """
    found = source_queries.same(connection, actor.organisation, draft.kind, draft.name, draft.side)
    for id, is_confidential in found:
        if not is_confidential or reads_sensitive(actor):
            return id
        if (
            reads_own_sensitive(actor)
            and actor.member is not None
            and recorder_of(connection, id) == actor.member
        ):
            return id
    return None


def known_or_recorded(connection: Connection, actor: Actor, draft: SourceDraft) -> str:
    """Give the id of the source that ``known`` gives; it is recorded where there is none."""
    id = known(connection, actor, draft)
    return id if id is not None else record(connection, actor, draft).stored.id


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
