"""Assessments: the organisation's finding on an incident, proposed by one and approved by another."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from db import door
from db.canonical import canonical, document, parse
from db.engine import Connection
from db.kinds import ASSESSMENT, CLAIM, INCIDENT, REPORT
from db.queries import assessments as queries
from db.queries import facts, incidents, records
from db.queries.records import Stored
from domain.access import Actor, require, require_second_member
from domain.assessing import Answers, CellFinding, fact_cells
from domain.cells import Count
from domain.coherence import clash
from domain.errors import Conflict, Fault, IncoherentFigures, Invalid, NotAllowed, NotFound, Stale
from domain.figures import Booked, FactCell, Figure, Figures, Finding, TraceStep
from domain.methodology import METHODOLOGY_VERSION
from domain.policies import POLICIES, Evidence
from domain.vocab import Answer, AssessmentState, ClaimUse, IncidentState, Relation, Visibility
from services import figures, references, standing
from services.records import Saved, new_id
from services.references import Reference

Refused = tuple[str, str]
"""An incident and why it could not be assessed or approved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a member proposes for an incident."""

    incident: str
    policy: str
    occurrence: str = Answer.PENDING.value
    harm: str = Answer.PENDING.value
    responsibility: str = Answer.PENDING.value
    cells: tuple[CellFinding, ...] = ()
    set_aside: tuple[tuple[str, str], ...] = ()
    """Claims that the author leaves out, with the reason for each."""
    leave_out: tuple[tuple[str, str], ...] = ()
    """Outcomes that are not booked, for example because their figures clash, with the reason for each."""
    report: str | None = None
    """Only this report's claims and listings are used, where given."""
    standard_of_proof: str | None = None
    rationale: str | None = None


@dataclass(frozen=True, slots=True)
class Approved:
    """What came of approving: the assessments now in force, and those that could not be."""

    approved: tuple[Stored, ...]
    refused: tuple[Refused, ...] = field(default=())


def propose(connection: Connection, actor: Actor, proposal: Proposal) -> Saved:
    """Propose an assessment: the policy's figures on all that is known now, with the five answers.

    Raises UnknownReference for the incident, the report or a claim; Conflict when the incident is out
    of scope; Invalid when there is nothing to book or the booked figures cannot hold together (R9).
    """
    require(actor, "assessment.propose")
    if actor.member is None or actor.person is None:
        raise NotAllowed("A service token cannot propose. Use a member's personal token.")
    references.check(connection, actor.organisation, _references(proposal))
    incident = records.locked(connection, INCIDENT, actor.organisation, proposal.incident)
    if incident is None:
        raise RuntimeError("A record just checked is not there.")
    if incident.state == IncidentState.OUT_OF_SCOPE:
        raise Conflict("The incident is out of scope; bring it into scope first.", code="out-of-scope")
    content = _content(connection, actor, proposal, incident)
    assessment = new_id()
    (done,) = door.record(connection, actor, [door.Act("propose", ASSESSMENT, assessment, 1, content)])
    if incident.state == IncidentState.DRAFT:
        standing.set_state(
            connection, actor.organisation, IncidentState.PROPOSED, {proposal.incident: done.seq}
        )
    stored = records.one(connection, ASSESSMENT, actor.organisation, assessment)
    if stored is None:
        raise RuntimeError("An assessment just stored is not there.")
    return Saved(stored)


def _references(proposal: Proposal) -> Iterator[Reference]:
    yield "/incident", INCIDENT, proposal.incident
    if proposal.report is not None:
        yield "/report", REPORT, proposal.report
    for position, (claim, _) in enumerate(proposal.set_aside):
        yield f"/set_aside/{position}/claim", CLAIM, claim


def _content(connection: Connection, actor: Actor, proposal: Proposal, incident: Stored) -> dict[str, Any]:
    known = figures.evidence(
        connection, actor.organisation, proposal.incident, persons=counts_persons(proposal)
    )
    answer, cells = finding(proposal, known)
    return proposal_content(
        proposal,
        answer,
        cells,
        standing_scope(connection, actor.organisation, proposal.incident),
        member=str(actor.member),
        person=str(actor.person),
        known_seq=facts.head(connection, actor.organisation).seq,
        incident_version=incident.version,
        supersedes=queries.in_force(connection, actor.organisation, [proposal.incident]).get(
            proposal.incident
        ),
    )


def counts_persons(proposal: Proposal) -> bool:
    """Tell whether the proposal's policy counts listed persons. Raises Invalid for an unknown policy."""
    figures.check_policy(proposal.policy)
    return figures.counts_persons(proposal.policy)


def finding(proposal: Proposal, known: Evidence) -> tuple[Figures, tuple[FactCell, ...]]:
    """Give what the proposal's policy makes of all that is known of the incident, and the fact rows.

    Raises Invalid when there is nothing to book or the booked figures cannot hold together (R9).
    """
    set_aside = frozenset(claim for claim, _ in proposal.set_aside)
    answer = POLICIES[proposal.policy].function(
        figures.restricted(known, report=proposal.report, set_aside=set_aside)
    )
    if not answer.booked and Answer.REJECTED not in (proposal.occurrence, proposal.harm):
        raise Invalid(
            "The policy books no figure for this incident: "
            + (answer.unknown_because or "no claim is eligible.")
            + " Unknown is not zero; record a claim with a number, or reject occurrence or harm.",
            code="nothing-to-book",
        )
    check_coherent(answer.booked)
    _check_proof(proposal)
    answers = Answers(proposal.occurrence, proposal.harm, proposal.responsibility)
    return answer, fact_cells(answer, answers, proposal.cells)


def proposal_content(
    proposal: Proposal,
    answer: Figures,
    cells: Sequence[FactCell],
    scope: Mapping[str, str | None],
    *,
    member: str,
    person: str,
    known_seq: int,
    incident_version: int,
    supersedes: str | None,
) -> dict[str, Any]:
    """Give the content of a proposed assessment; its hash is what an approver approves."""
    set_aside = [TraceStep(claim, ClaimUse.SET_ASIDE.value, reason) for claim, reason in proposal.set_aside]
    finding: dict[str, Any] = {
        "incident": proposal.incident,
        "policy": answer.policy,
        "policy_version": answer.version,
        "methodology_version": METHODOLOGY_VERSION,
        "occurrence": proposal.occurrence,
        "harm": proposal.harm,
        "responsibility": proposal.responsibility,
        "standard_of_proof": proposal.standard_of_proof,
        "rationale": proposal.rationale,
        "known_seq": known_seq,
        "incident_version": incident_version,
        "author": member,
        "author_person": person,
        "supersedes": supersedes,
        "options": document(
            {
                "report": proposal.report,
                "cells": [_flat_cell(one) for one in proposal.cells],
                "set_aside": [{"claim": c, "reason": r} for c, r in proposal.set_aside],
                "leave_out": [{"outcome": o, "reason": r} for o, r in proposal.leave_out],
            }
        ),
        "booked": [_flat_booked(one) for one in answer.booked],
        "scope": dict(scope),
        **parse(
            canonical({"cells": cells, "findings": answer.findings, "trace": (*answer.trace, *set_aside)})
        ),
    }
    return {
        **finding,
        "content_hash": hashlib.sha256(canonical(finding).encode()).hexdigest(),
        "state": AssessmentState.PROPOSED.value,
        "visibility": Visibility.ORGANISATION.value,
        "approver": None,
        "approver_person": None,
    }


def without(answer: Figures, leave_out: Sequence[tuple[str, str]]) -> Figures:
    """Give a policy's answer without some outcomes, each named with its reason in the findings."""
    if not leave_out:
        return answer
    outcomes = {outcome for outcome, _ in leave_out}
    kept = [index for index, one in enumerate(answer.booked) if one.cell.outcome not in outcomes]
    place = {index: position for position, index in enumerate(kept)}
    # A figure and its parent have one outcome, so a kept figure's parent is kept.
    booked = tuple(
        replace(one, parent=None if one.parent is None else place[one.parent])
        for one in (answer.booked[index] for index in kept)
    )
    findings = tuple(
        Finding("outcome-left-out", f"{outcome} is not booked: {reason}") for outcome, reason in leave_out
    )
    return replace(answer, booked=booked, findings=(*answer.findings, *findings))


def _flat_booked(one: Booked) -> dict[str, Any]:
    age = one.cell.age
    return {
        "outcome": one.cell.outcome,
        "status": one.cell.status,
        "sex": one.cell.sex,
        "age_low": None if age is None else age.low,
        "age_high": None if age is None else age.high,
        "low": one.low,
        "high": one.high,
        "open": one.open,
        "basis": one.basis,
        "claims": list(one.claims),
        "parent": one.parent,
    }


def _flat_cell(one: CellFinding) -> dict[str, Any]:
    age = one.cell.age
    return {
        "outcome": one.cell.outcome,
        "status": one.cell.status,
        "sex": one.cell.sex,
        "age_low": None if age is None else age.low,
        "age_high": None if age is None else age.high,
        "how_many": one.how_many,
        "civilian_status": one.civilian_status,
        "verified": one.verified,
    }


def _check_proof(proposal: Proposal) -> None:
    answers = {proposal.occurrence, proposal.harm, proposal.responsibility}
    answers |= {cell.how_many for cell in proposal.cells}
    if (Answer.VERIFIED in answers or any(cell.verified for cell in proposal.cells)) and (
        proposal.standard_of_proof is None
    ):
        detail = "Name the standard of proof: only people set verified, under a named standard (R13)."
        raise Invalid(
            detail, code="standard-of-proof", faults=[Fault("/standard_of_proof", "required", detail)]
        )


def check_coherent(booked: Sequence[Booked]) -> None:
    """Raise Invalid unless the figures to be booked can hold together (R9)."""
    keyed = [
        Figure(
            key=str(index),
            cell=one.cell,
            count=Count(one.low, one.high, one.open),
            relation=None if one.parent is None else Relation.INCLUDED_IN.value,
            relation_to=None if one.parent is None else str(one.parent),
        )
        for index, one in enumerate(booked)
    ]
    clashes = []
    outcomes = []
    for outcome in dict.fromkeys(one.cell.outcome for one in booked):
        clashing = clash(tuple(one for one in keyed if one.cell.outcome == outcome))
        if clashing is not None:
            outcomes.append(outcome)
            clashes.append(", ".join(_words(booked[int(key)]) for key in clashing))
    if clashes:
        raise IncoherentFigures(
            "The figures to be booked cannot all hold: "
            + "; ".join(clashes)
            + ". Set a claim aside, leave the outcome out with a reason, or choose another policy.",
            outcomes,
        )


def _words(one: Booked) -> str:
    parts = [one.cell.outcome, one.cell.status, one.cell.sex]
    if one.cell.age is not None:
        top = "+" if one.cell.age.high is None else f"-{one.cell.age.high}"
        parts.append(f"{one.cell.age.low}{top}")
    said = f"{one.low}" if one.low == one.high else f"{one.low}-{one.high}"
    return f"{' '.join(part for part in parts if part)} {said}{' or more' if one.open else ''}"


def standing_scope(connection: Connection, organisation: str, incident: str) -> dict[str, str | None]:
    """Give the scope that the incident's facts would carry now."""
    from db.queries import standings

    (row,) = standings.scope_rows(connection, organisation, [incident])
    return standing.scope_of(row)


def approve(connection: Connection, actor: Actor, assessment: str, version: int | None = None) -> Stored:
    """Approve one assessment: its facts open and the ones before close, in this transaction.

    Raises NotFound, FourEyesRequired, Stale, and Conflict with the reason when it cannot be approved.
    """
    done = approve_many(connection, actor, [assessment], strict=True, version=version)
    return done.approved[0]


def approve_many(
    connection: Connection,
    actor: Actor,
    ids: Sequence[str],
    *,
    strict: bool = False,
    version: int | None = None,
) -> Approved:
    """Approve assessments of another member; with ``strict`` any refusal undoes all by raising."""
    require(actor, "assessment.approve")
    waiting: list[Stored] = []
    refused: list[Refused] = []
    locked = records.of_ids(connection, ASSESSMENT, actor.organisation, ids, lock=True)
    for assessment in sorted(set(ids)):
        stored = locked.get(assessment)
        if stored is None:
            raise NotFound("There is no such assessment.")
        if version is not None and stored.version != version:
            raise Stale("The assessment changed since you read it. Read it again.")
        waiting.append(stored)
    # The lock is the organisation's, so two approvals in one tree cannot pass side by side.
    waiting.sort(key=lambda one: one.seq)
    contents = {stored.id: parse(stored.content) for stored in waiting}
    in_force = queries.in_force(
        connection, actor.organisation, [contents[stored.id]["incident"] for stored in waiting]
    )
    tree = _Tree(connection, actor.organisation, [contents[stored.id]["incident"] for stored in waiting])
    chosen: list[Stored] = []
    taken: set[str] = set()
    for stored in waiting:
        content = contents[stored.id]
        now = stored.id if content["incident"] in taken else in_force.get(content["incident"])
        error = _reason_against(actor, content, tree, now)
        if error is not None and strict:
            raise error
        if error is not None:
            refused.append((content["incident"], error.detail))
            continue
        tree.assessed(content["incident"])
        taken.add(content["incident"])
        chosen.append(stored)
    _put_in_force(connection, actor, [(stored, contents[stored.id]) for stored in chosen], in_force)
    approved = records.of_ids(connection, ASSESSMENT, actor.organisation, [one.id for one in chosen])
    return Approved(tuple(approved[one.id] for one in chosen), tuple(refused))


def _reason_against(
    actor: Actor, content: Mapping[str, Any], tree: _Tree, in_force: str | None
) -> Conflict | None:
    require_second_member(actor, content["author_person"])
    if content["state"] != AssessmentState.PROPOSED:
        return Conflict(
            "Only a proposed assessment can be approved; propose a new one.", code="invalid-transition"
        )
    if content["supersedes"] != in_force:
        return Conflict(
            "Another assessment of the incident came into force since this one was proposed; its author did "
            "not know it. Propose anew.",
            code="superseded-meanwhile",
        )
    relative = tree.assessed_relative(content["incident"])
    if relative is not None:
        return Conflict(
            f"The incident's {relative} is assessed already, and the same persons would be counted at two "
            "levels. Assess one level of the tree.",
            code="assessed-relative",
        )
    return None


class _Tree:
    """Which incidents above or below an incident are assessed; loads only what has relatives."""

    def __init__(self, connection: Connection, organisation: str, incidents_: Sequence[str]) -> None:
        self._connection, self._organisation = connection, organisation
        self._parents = queries.parents(connection, organisation, incidents_)
        self._above = queries.with_children(connection, organisation, incidents_)
        self._now: set[str] = set()

    def assessed(self, incident: str) -> None:
        self._now.add(incident)

    def assessed_relative(self, incident: str) -> str | None:
        if self._parents.get(incident) is not None:
            above = incidents.ancestors(self._connection, self._organisation, incident)
            if self._any(above):
                return "ancestor"
        if incident in self._above:
            below = incidents.descendants(self._connection, self._organisation, incident)
            if self._any(below):
                return "descendant"
        return None

    def _any(self, ids: Sequence[str]) -> bool:
        return bool(self._now & set(ids)) or bool(queries.in_force(self._connection, self._organisation, ids))


def _put_in_force(
    connection: Connection,
    actor: Actor,
    chosen: Sequence[tuple[Stored, Mapping[str, Any]]],
    in_force: Mapping[str, str],
) -> None:
    old = [in_force[content["incident"]] for _, content in chosen if content["incident"] in in_force]
    acts = []
    for before in records.of_ids(connection, ASSESSMENT, actor.organisation, old, lock=True).values():
        superseded = {**parse(before.content), "state": AssessmentState.SUPERSEDED.value}
        acts.append(door.Act("supersede", ASSESSMENT, before.id, before.version + 1, superseded))
    # The old ones leave first: the database allows one assessment in force an incident.
    door.record(connection, actor, acts) if acts else None
    done = door.record(
        connection,
        actor,
        (
            door.Act(
                "approve",
                ASSESSMENT,
                stored.id,
                stored.version + 1,
                {
                    **content,
                    "state": AssessmentState.APPROVED.value,
                    "approver": actor.member,
                    "approver_person": actor.person,
                },
            )
            for stored, content in chosen
        ),
    )
    opened = [
        (
            content["incident"],
            stored.id,
            recorded.seq,
            content["scope"],
            [FactCell(**cell) for cell in content["cells"]],
        )
        for (stored, content), recorded in zip(chosen, done, strict=True)
    ]
    facts.replace(connection, actor.organisation, opened, in_force)
    _settle(connection, actor, opened, {content["incident"]: content for _, content in chosen})


def _settle(
    connection: Connection,
    actor: Actor,
    opened: Sequence[tuple[str, str, int, Any, Any]],
    contents: Mapping[str, Mapping[str, Any]],
) -> None:
    ids = [one[0] for one in opened]
    newest = incidents.newest_evidence(connection, actor.organisation, ids)
    versions = incidents.versions(connection, actor.organisation, ids)
    settled: dict[str, int] = {}
    newer: dict[str, int] = {}
    for incident, _, seq, _, _ in opened:
        content = contents[incident]
        is_newer = (
            newest.get(incident, 0) > content["known_seq"]
            or versions[incident] != content["incident_version"]
        )
        (newer if is_newer else settled)[incident] = seq
    if settled:
        standing.set_state(connection, actor.organisation, IncidentState.ASSESSED, settled)
    if newer:
        standing.set_state(connection, actor.organisation, IncidentState.NEEDS_REVIEW, newer)


def withdraw(connection: Connection, actor: Actor, assessment: str, note: str | None) -> Stored:
    """Take a proposed assessment back. Raises NotFound and Conflict."""
    require(actor, "assessment.withdraw")
    stored = records.locked(connection, ASSESSMENT, actor.organisation, assessment)
    if stored is None:
        raise NotFound("There is no such assessment.")
    content = parse(stored.content)
    if content["state"] != AssessmentState.PROPOSED:
        raise Conflict("Only a proposed assessment can be withdrawn.", code="invalid-transition")
    act = door.Act(
        "withdraw",
        ASSESSMENT,
        assessment,
        stored.version + 1,
        {**content, "state": AssessmentState.WITHDRAWN.value},
        reason=note,
    )
    (done,) = door.record(connection, actor, [act])
    incident = records.one(connection, INCIDENT, actor.organisation, content["incident"])
    others = queries.proposed(connection, actor.organisation, [content["incident"]])
    if incident is not None and incident.state == IncidentState.PROPOSED and not others:
        standing.set_state(
            connection, actor.organisation, IncidentState.DRAFT, {content["incident"]: done.seq}
        )
    again = records.one(connection, ASSESSMENT, actor.organisation, assessment)
    if again is None:
        raise RuntimeError("An assessment just stored is not there.")
    return again
