"""Supersession (R6): the engine proposes, a person confirms or rejects, cell by cell."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from db.canonical import parse
from db.engine import Connection
from db.kinds import INCIDENT, SUPERSESSION
from db.queries import claims as claim_queries
from db.queries import supersessions as queries
from domain.access import Actor, require
from domain.cells import Age, Cell, Count
from domain.drafts import SupersessionDraft
from domain.errors import Conflict, Fault, Invalid
from domain.figures import Claim
from domain.supersession import decided, proposals
from services import figures, records, references, standing
from services.records import Change, Reason, Saved


@dataclass(frozen=True, slots=True)
class Proposed:
    """A step that the engine proposes, the numbers of both claims, and a person's word on it."""

    earlier: str
    later: str
    cell: Cell
    before: Count
    after: Count
    running: bool
    confirmed: bool | None


def record(connection: Connection, actor: Actor, draft: SupersessionDraft, *, id: str | None = None) -> Saved:
    """Record a person's word on two claims about one incident.

    Raises UnknownReference for a claim that is not here, Invalid where the two are about different incidents
    or nothing is stated by both, and Conflict where there is a word on the same claims and cell already.
    """
    draft = _placed(connection, actor, draft)
    words = queries.of_incidents(connection, actor.organisation, [str(draft.incident)])
    cell = _cell(draft)
    for word in words.get(str(draft.incident), ()):
        if (word.earlier, word.later, word.cell) == (draft.earlier, draft.later, cell):
            raise Conflict(
                "There is a word on these claims and this cell already. Change that one.",
                code="already-there",
            )
    saved = records.create(connection, actor, SUPERSESSION, draft, id=id)
    _moved(connection, actor, str(draft.incident), saved.stored.seq)
    return saved


def change(
    connection: Connection, actor: Actor, id: str, version: int, revise: Change, reason: Reason
) -> Saved:
    """Change a word: confirm what was rejected, or the other way round. It stays with its claims and cell."""
    before = records.lock_for_change(connection, actor, SUPERSESSION, id, version)
    content = parse(before.content)
    draft: SupersessionDraft = dataclasses.replace(revise(dict(content)), incident=content["incident"])
    if (draft.earlier, draft.later) != (content["earlier"], content["later"]) or _cell(draft) != _cell(
        SupersessionDraft(**content)
    ):
        raise Conflict(
            "A word stays with its claims and its cell; record another one.", code="claims-are-fixed"
        )
    saved = records.change(connection, actor, SUPERSESSION, before, draft, reason)
    _moved(connection, actor, content["incident"], saved.stored.seq)
    return saved


def of_incident(connection: Connection, actor: Actor, incident: str) -> list[Proposed]:
    """Give what the engine proposes for an incident's claims, each with a person's word where there is one.

    Raises NotFound for the incident.
    """
    require(actor, "record.read")
    records.read(connection, actor, INCIDENT, incident)
    known = figures.evidence(connection, actor.organisation, incident, persons=False)
    said: dict[Cell, dict[str, Count]] = {}
    stated: dict[Cell, list[Claim]] = {}
    for claim in known.claims:
        for figure in claim.figures:
            if figure.count is not None and figure.group is None:
                said.setdefault(figure.cell, {})[claim.id] = figure.count
                stated.setdefault(figure.cell, []).append(claim)
    return [
        Proposed(
            step.earlier,
            step.later,
            step.cell,
            said[step.cell][step.earlier],
            said[step.cell][step.later],
            step.running,
            decided(step, known.supersessions),
        )
        for step in proposals(stated, known.unnamed())
    ]


def _placed(connection: Connection, actor: Actor, draft: SupersessionDraft) -> SupersessionDraft:
    """Give the draft with the incident that both claims are about."""
    pair = [draft.earlier, draft.later]
    references.check(
        connection,
        actor.organisation,
        references.references(SUPERSESSION, dataclasses.asdict(draft)),
    )
    incidents = claim_queries.incidents_of(connection, actor.organisation, pair)
    if incidents[draft.earlier] != incidents[draft.later]:
        raise _refused("/later", "another-incident", "The two claims are about different incidents.")
    known = figures.evidence(connection, actor.organisation, incidents[draft.earlier], persons=False)
    cells = {
        claim.id: {one.cell for one in claim.figures if one.count is not None and one.group is None}
        for claim in known.claims
        if claim.id in pair
    }
    shared = cells[draft.earlier] & cells[draft.later]
    cell = _cell(draft)
    if not shared or (cell is not None and cell not in shared):
        raise _refused(
            "/later",
            "nothing-in-common",
            "A number replaces one of the same persons: both claims must state it.",
        )
    return dataclasses.replace(draft, incident=incidents[draft.earlier])


def _refused(pointer: str, code: str, detail: str) -> Invalid:
    return Invalid(detail, code=code, faults=[Fault(pointer, code, detail)])


def _cell(draft: SupersessionDraft) -> Cell | None:
    if draft.outcome is None:
        return None
    age = None if draft.age_low is None else Age(draft.age_low, draft.age_high)
    return Cell(draft.outcome, draft.status, draft.sex, age)


def _moved(connection: Connection, actor: Actor, incident: str, seq: int) -> None:
    standing.something_newer(connection, actor.organisation, {incident: seq})
