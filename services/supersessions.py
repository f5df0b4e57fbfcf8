"""Supersession (R6): the engine proposes, a person confirms or rejects, cell by cell."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
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
from domain.figures import Claim, Figure, Supersession
from domain.supersession import Proposal, decided, is_backwards, leads_back, proposals
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

    @property
    def state(self) -> str:
        """Give what became of it: proposed, confirmed or rejected."""
        return {None: "proposed", True: "confirmed", False: "rejected"}[self.confirmed]


def record(connection: Connection, actor: Actor, draft: SupersessionDraft, *, id: str | None = None) -> Saved:
    """Record a person's word on two claims about one incident.

    Raises UnknownReference for a claim that is not here, Invalid where the two are about different incidents,
    nothing is stated by both or the later refers to an earlier day, and Conflict where there is a word on the
    same claims and cell already or others lead from the later claim back to the earlier.
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
    _check_ring(draft, words.get(str(draft.incident), ()))
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
    words = queries.of_incidents(connection, actor.organisation, [str(draft.incident)])
    _check_ring(draft, words.get(str(draft.incident), ()))
    saved = records.change(connection, actor, SUPERSESSION, before, draft, reason)
    _moved(connection, actor, content["incident"], saved.stored.seq)
    return saved


def of_incident(connection: Connection, actor: Actor, incident: str) -> list[Proposed]:
    """Give what the engine proposes for an incident's claims, each with a person's word where there is one.

    Then the words on claims between which it proposes nothing, for they move figures too. Raises NotFound
    for the incident.
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
    steps = {(one.earlier, one.later, one.cell): one for one in proposals(stated, known.unnamed())}
    for word in known.supersessions:
        for cell, numbers in said.items():
            if word.cell in (None, cell) and {word.earlier, word.later} <= numbers.keys():
                step = Proposal(word.earlier, word.later, cell)
                steps.setdefault((word.earlier, word.later, cell), step)
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
        for step in steps.values()
    ]


def _check_ring(draft: SupersessionDraft, words: Sequence[Supersession]) -> None:
    word = Supersession(draft.earlier, draft.later, draft.confirmed, _cell(draft))
    if word.confirmed and leads_back(word, words):
        raise Conflict(
            "Confirmed words lead from the later claim back to the earlier one: change one of them first.",
            code="supersession-ring",
        )


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
    if draft.incident not in (None, incidents[draft.earlier]):
        raise _refused("/incident", "another-incident", "The two claims are about another incident.")
    known = figures.evidence(connection, actor.organisation, incidents[draft.earlier], persons=False)
    claims = {claim.id: claim for claim in known.claims if claim.id in pair}
    earlier, later = claims[draft.earlier], claims[draft.later]
    shared = {
        one.cell
        for one in _numbers(earlier)
        for other in _numbers(later)
        if one.cell == other.cell and (None in (one.party, other.party) or one.party == other.party)
    }
    cell = _cell(draft)
    if not shared or (cell is not None and cell not in shared):
        raise _refused(
            "/later",
            "nothing-in-common",
            "A number replaces one of the same persons: both claims must state it, of the same party's "
            "losses where they say whose these are.",
        )
    if is_backwards(earlier, later):
        raise _refused(
            "/later",
            "not-later",
            "Its numbers refer to an earlier day than the other's: turn the two round.",
        )
    return dataclasses.replace(draft, incident=incidents[draft.earlier])


def _numbers(claim: Claim) -> list[Figure]:
    return [one for one in claim.figures if one.count is not None and one.group is None]


def _refused(pointer: str, code: str, detail: str) -> Invalid:
    return Invalid(detail, code=code, faults=[Fault(pointer, code, detail)])


def _cell(draft: SupersessionDraft) -> Cell | None:
    if draft.outcome is None:
        return None
    age = None if draft.age_low is None else Age(draft.age_low, draft.age_high)
    return Cell(draft.outcome, draft.status, draft.sex, age)


def _moved(connection: Connection, actor: Actor, incident: str, seq: int) -> None:
    standing.something_newer(connection, actor.organisation, {incident: seq})
