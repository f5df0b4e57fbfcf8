"""Incidents and their places."""

from __future__ import annotations

import dataclasses
from typing import Any

from db.canonical import document, parse
from db.engine import Connection
from db.kinds import INCIDENT, PLACE
from db.queries import gazetteer
from db.queries import incidents as queries
from domain.access import Actor
from domain.drafts import IncidentDraft, PlaceDraft
from domain.errors import Conflict, Fault, Invalid
from domain.figures import Finding
from domain.plausibility import FAR_FROM_ALL_M, incident_findings, place_findings, swapped
from domain.vocab import IncidentState
from services import netting, records, standing
from services.records import Change, Reason, Saved

NO_COUNTRY = "XX"


def record(connection: Connection, actor: Actor, draft: IncidentDraft, *, id: str | None = None) -> Saved:
    """Record an incident; without a code it gets the next one of its country and year."""
    draft = with_code(connection, actor.organisation, draft)
    saved = records.create(
        connection,
        actor,
        INCIDENT,
        draft,
        columns=first_columns(draft),
        id=id,
        warnings=incident_findings(draft),
    )
    standing.restand(connection, actor.organisation, {saved.stored.id: saved.stored.seq})
    return saved


def first_columns(draft: IncidentDraft) -> dict[str, Any]:
    """Give the derived columns of a new incident."""
    state = IncidentState.OUT_OF_SCOPE if draft.out_of_scope else IncidentState.DRAFT
    return {"state": state.value}


def with_code(connection: Connection, organisation: str, draft: IncidentDraft) -> IncidentDraft:
    """Give the draft with a code: its own, or the next of its country and year, never reused."""
    if draft.code is not None:
        return draft
    prefix = f"{draft.country or NO_COUNTRY}-{draft.occurred.start[:4]}"
    return dataclasses.replace(draft, code=queries.next_code(connection, organisation, prefix))


def change(
    connection: Connection, actor: Actor, id: str, version: int, revise: Change, reason: Reason
) -> Saved:
    """Change an incident.

    A code is never changed. Moving an assessed incident's date, cause or parties makes the assessment
    need review: its facts stay until a new one supersedes it. Another parent nets both trees again.

    Raises Conflict for a changed code, for a parent that cannot be, and for taking an incident with an
    assessment out of scope: one that rejects the occurrence supersedes it instead.
    """
    before = records.lock_for_change(connection, actor, INCIDENT, id, version)
    content = parse(before.content)
    draft = revise(dict(content))
    if draft.code is None:
        draft = dataclasses.replace(draft, code=content["code"])
    if draft.code != content["code"]:
        raise Conflict("A code is never changed or reused.", code="code-is-fixed")
    if draft.parent is not None and draft.parent != content["parent"]:
        _check_tree(connection, actor.organisation, id, draft.parent)
    if draft.out_of_scope is not None and before.state in (
        IncidentState.ASSESSED,
        IncidentState.NEEDS_REVIEW,
        IncidentState.PROPOSED,
    ):
        raise Conflict(
            "The incident has an assessment. Supersede it by one that rejects the occurrence instead.",
            code="assessed-incident",
        )
    state = before.state
    if draft.out_of_scope is not None:
        state = IncidentState.OUT_OF_SCOPE.value
    elif state == IncidentState.OUT_OF_SCOPE:
        state = IncidentState.DRAFT.value
    saved = records.change(
        connection,
        actor,
        INCIDENT,
        before,
        draft,
        reason,
        columns={"state": state},
        warnings=incident_findings(draft),
    )
    seqs = {id: saved.stored.seq}
    standing.restand(connection, actor.organisation, seqs)
    if any(content[name] != document(draft)[name] for name in ("occurred", "causes", "parties")):
        standing.something_newer(connection, actor.organisation, seqs)
    warnings = saved.warnings
    if draft.parent != content["parent"] or draft.visibility != content["visibility"]:
        moved = {id, *(parent for parent in (draft.parent, content["parent"]) if parent is not None)}
        netted = netting.net_again(connection, actor.organisation, moved, saved.stored.seq)
        warnings += tuple(finding for found in netted.values() for finding in found)
    return Saved(records.read(connection, actor, INCIDENT, id), warnings)


def _check_tree(connection: Connection, organisation: str, id: str, parent: str) -> None:
    if parent == id or id in queries.ancestors(connection, organisation, parent):
        detail = "An incident cannot lie below itself; choose another parent."
        raise Conflict(detail, code="incident-cycle", faults=[Fault("/parent", "incident-cycle", detail)])


def record_place(connection: Connection, actor: Actor, draft: PlaceDraft) -> Saved:
    """Record a place of an incident, as reported and as resolved."""
    _check_claim(connection, actor.organisation, draft)
    saved = records.create(connection, actor, PLACE, draft, warnings=_place_findings(connection, draft))
    _moved(connection, actor, draft.incident, saved.stored.seq)
    return saved


def change_place(
    connection: Connection, actor: Actor, id: str, version: int, revise: Change, reason: Reason
) -> Saved:
    """Change a place; it stays with its incident."""
    before = records.lock_for_change(connection, actor, PLACE, id, version)
    content = parse(before.content)
    draft = revise(dict(content))
    if draft.incident != content["incident"]:
        raise Conflict("A place stays with its incident.", code="incident-is-fixed")
    _check_claim(connection, actor.organisation, draft)
    found = _place_findings(connection, draft)
    saved = records.change(connection, actor, PLACE, before, draft, reason, warnings=found)
    _moved(connection, actor, draft.incident, saved.stored.seq)
    return saved


def _place_findings(connection: Connection, draft: PlaceDraft) -> tuple[Finding, ...]:
    def known(country: str, lon: float, lat: float) -> bool:
        return bool(gazetteer.near(connection, country, lon, lat, FAR_FROM_ALL_M))

    return (*place_findings(draft), *swapped(draft, known))


def _check_claim(connection: Connection, organisation: str, draft: PlaceDraft) -> None:
    if draft.claim is not None and not queries.claim_is_of(
        connection, organisation, draft.claim, draft.incident
    ):
        detail = "The claim that names the place must be a claim about the same incident."
        raise Invalid(detail, code="unknown-reference", faults=[Fault("/claim", "unknown-reference", detail)])


def _moved(connection: Connection, actor: Actor, incident: str, seq: int) -> None:
    standing.restand(connection, actor.organisation, {incident: seq})
    standing.something_newer(connection, actor.organisation, {incident: seq})
