"""Overlaps of period aggregates with what is recorded elsewhere (R7)."""

from __future__ import annotations

import dataclasses
from itertools import combinations

from db.canonical import parse
from db.engine import Connection
from db.kinds import INCIDENT, OVERLAP
from db.queries import incidents
from db.queries import netting as queries
from db.queries import records as stored_records
from domain.access import Actor
from domain.drafts import OverlapDraft
from domain.errors import Conflict, Fault, Invalid
from domain.vocab import IncidentKind
from services import netting, records
from services.records import Change, Reason, Saved


def record(connection: Connection, actor: Actor, draft: OverlapDraft) -> Saved:
    """Record an overlap; the aggregate's facts are netted again in the same transaction.

    Raises UnknownReference, Invalid when the aggregate is no period aggregate, and Conflict when the
    other incident lies above or below it or has an overlap with it already, the other way round.
    """
    saved = records.create(connection, actor, OVERLAP, draft)
    _check(connection, actor.organisation, draft)
    return _netted(connection, actor, saved, {draft.aggregate})


def change(
    connection: Connection, actor: Actor, id: str, version: int, revise: Change, reason: Reason
) -> Saved:
    """Change an overlap; 0 to 0 takes it back. It stays with its aggregate. Raises as ``record`` does."""
    before = records.lock_for_change(connection, actor, OVERLAP, id, version)
    content = parse(before.content)
    draft = revise(dict(content))
    if draft.aggregate != content["aggregate"]:
        raise Conflict("An overlap stays with its aggregate.", code="incident-is-fixed")
    saved = records.change(connection, actor, OVERLAP, before, draft, reason)
    _check(connection, actor.organisation, draft)
    return _netted(connection, actor, saved, {draft.aggregate})


def _netted(connection: Connection, actor: Actor, saved: Saved, aggregates: set[str]) -> Saved:
    found = netting.net_again(connection, actor.organisation, aggregates, saved.stored.seq)
    warnings = tuple(finding for findings in found.values() for finding in findings)
    return dataclasses.replace(saved, warnings=(*saved.warnings, *warnings))


def _check(connection: Connection, organisation: str, draft: OverlapDraft) -> None:
    """Check what the references of a stored overlap must be; a refusal undoes the act."""
    aggregate = stored_records.one(connection, INCIDENT, organisation, draft.aggregate)
    if aggregate is None:
        raise RuntimeError("A record just checked is not there.")
    if parse(aggregate.content)["kind"] != IncidentKind.PERIOD_AGGREGATE:
        detail = "Only a period aggregate has overlaps; the parts of another incident lie below it in a tree."
        raise Invalid(
            detail, code="not-an-aggregate", faults=[Fault("/aggregate", "not-an-aggregate", detail)]
        )
    if draft.incident is None:
        return
    if draft.incident in (
        *incidents.ancestors(connection, organisation, draft.aggregate),
        *incidents.descendants(connection, organisation, draft.aggregate),
    ):
        detail = "The incident lies above or below the aggregate, where the tree nets it already."
        raise Conflict(detail, code="overlap-in-tree", faults=[Fault("/incident", "overlap-in-tree", detail)])
    own = queries.overlaps(connection, organisation, [draft.aggregate])
    related = {
        draft.incident,
        *incidents.ancestors(connection, organisation, draft.incident),
        *incidents.descendants(connection, organisation, draft.incident),
    }
    counting = [one.overlap.cell for one in own if one.incident in related and one.overlap.high != 0]
    if any(one.meet(other) is not None for one, other in combinations(counting, 2)):
        detail = (
            "Another overlap takes the same persons out already: of this incident, or of one above or below "
            "it. Change that one, or set it to 0."
        )
        raise Conflict(detail, code="overlap-twice", faults=[Fault("/incident", "overlap-twice", detail)])
    if any(
        one.incident == draft.aggregate
        for one in queries.overlaps(connection, organisation, [draft.incident])
    ):
        detail = (
            "The other incident has an overlap with this aggregate: the persons would be counted nowhere."
        )
        raise Conflict(detail, code="overlap-mutual", faults=[Fault("/incident", "overlap-mutual", detail)])
