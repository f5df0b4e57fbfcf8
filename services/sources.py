"""Sources: whoever says something."""

from __future__ import annotations

from db.canonical import parse
from db.engine import Connection
from db.kinds import SOURCE
from domain.access import Actor
from domain.drafts import SourceDraft
from services import records
from services.records import Change, Reason, Saved


def record(connection: Connection, actor: Actor, draft: SourceDraft) -> Saved:
    """Record a source."""
    return records.create(connection, actor, SOURCE, draft)


def change(
    connection: Connection, actor: Actor, id: str, version: int, revise: Change, reason: Reason
) -> Saved:
    """Change a source."""
    before = records.lock_for_change(connection, actor, SOURCE, id, version)
    return records.change(connection, actor, SOURCE, before, revise(parse(before.content)), reason)
