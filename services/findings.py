"""What a proposed assessment finds: a policy's figures with the five answers, as its content."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from db.canonical import canonical, document, parse
from db.engine import Connection
from domain.answers import Answers, CellFinding, PersonFinding, Proof
from domain.assessing import fact_cells, left_out, rejected_persons
from domain.cells import Count, flat
from domain.coherence import clash, said_otherwise
from domain.errors import Fault, IncoherentFigures, Invalid
from domain.figures import Booked, Claim, FactCell, Figure, Figures, Finding, TraceStep
from domain.methodology import METHODOLOGY_VERSION
from domain.policies import Evidence
from domain.vocab import Answer, AssessmentState, ClaimUse, ReasonCode, Relation, Visibility
from services import figures, policies, standing
from services.records import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a member proposes for an incident."""

    incident: str
    policy: str
    occurrence: str = Answer.PENDING.value
    harm: str = Answer.PENDING.value
    responsibility: str = Answer.PENDING.value
    cells: tuple[CellFinding, ...] = ()
    persons: tuple[PersonFinding, ...] = ()
    set_aside: tuple[tuple[str, str], ...] = ()
    """Claims that the author leaves out, with the reason for each."""
    leave_out: tuple[tuple[str, str], ...] = ()
    """Outcomes that are not booked, for example because their figures clash, with the reason for each."""
    report: str | None = None
    """Only this report's claims and listings are used, where given."""
    standard_of_proof: str | None = None
    rationale: str | None = None
    reason: Reason | None = None
    """Why the assessment in force is superseded (R14); none for an incident's first."""

    @property
    def rejected(self) -> frozenset[str]:
        """Give the persons whom it finds not to be so."""
        return frozenset(one.victim for one in self.persons if one.answer == Answer.REJECTED)


def counts_persons(proposal: Proposal) -> bool:
    """Tell whether the proposal's policy counts listed persons. Raises Invalid for an unknown policy."""
    return policies.asked(proposal.policy).reads_lists


def finding(proposal: Proposal, known: Evidence) -> tuple[Figures, tuple[FactCell, ...]]:
    """Give what the proposal's policy makes of all that is known of the incident, and the fact rows.

    ``known`` is without the persons whom the proposal rejects.

    Raises Invalid when there is nothing to book or the booked figures cannot hold together (R9).
    """
    set_aside = frozenset(claim for claim, _ in proposal.set_aside)
    heard = figures.restricted(known, report=proposal.report, set_aside=set_aside)
    answer = without(figures.under(policies.asked(proposal.policy), heard), proposal.leave_out)
    if not answer.booked and Answer.REJECTED not in (proposal.occurrence, proposal.harm):
        raise Invalid(
            "The policy books no figure for this incident: "
            + (answer.unknown_because or "no claim is eligible")
            + ". Unknown is not zero; record a claim with a number, or reject occurrence or harm.",
            code="nothing-to-book",
        )
    check_coherent(answer.booked)
    _check_claims(known.claims, answer)
    _check_proof(proposal)
    answers = Answers(proposal.occurrence, proposal.harm, proposal.responsibility)
    answer = replace(
        answer, findings=(*answer.findings, *left_out(answer), *rejected_persons(proposal.persons))
    )
    return answer, fact_cells(answer, answers, proposal.cells, proposal.persons)


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
    """Give the content of a proposed assessment; its hash is what an approver approves.

    Raises Invalid unless a superseding assessment has its reason, and only such a one (R14).
    """
    _check_reason(proposal, supersedes)
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
        "reason": None
        if proposal.reason is None
        else {"code": proposal.reason.code, "note": proposal.reason.note},
        "options": document(
            {
                "report": proposal.report,
                "cells": [_flat_cell(one) for one in proposal.cells],
                "persons": [_flat_person(one) for one in proposal.persons],
                "set_aside": [{"claim": c, "reason": r} for c, r in proposal.set_aside],
                "leave_out": [{"outcome": o, "reason": r} for o, r in proposal.leave_out],
            }
        ),
        "booked": [_flat_booked(one) for one in answer.booked],
        "scope": dict(scope),
        **parse(
            canonical(
                {
                    "cells": cells,
                    "columns": answer.columns,
                    "grade": answer.grade,
                    "findings": answer.findings,
                    "trace": (*answer.trace, *set_aside),
                }
            )
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
        replace(
            one,
            parent=None if one.parent is None else place[one.parent],
            beside=tuple(place[other] for other in one.beside if other in place),
        )
        for one in (answer.booked[index] for index in kept)
    )
    findings = tuple(
        Finding("outcome-left-out", f"{outcome} is not booked: {reason}") for outcome, reason in leave_out
    )
    return replace(answer, booked=booked, findings=(*answer.findings, *findings))


def _flat_booked(one: Booked) -> dict[str, Any]:
    return {
        **flat(one.cell),
        "low": one.low,
        "high": one.high,
        "open": one.open,
        "basis": one.basis,
        "claims": list(one.claims),
        "parent": one.parent,
        "beside": list(one.beside),
        "corroborated": one.corroborated,
        "contested": one.contested,
        "best": one.best,
    }


def _flat_cell(one: CellFinding) -> dict[str, Any]:
    return {
        **flat(one.cell),
        "how_many": one.how_many,
        "civilian_status": one.civilian_status,
        "verified": one.verified,
        **_flat_proof(one.proof),
    }


def _flat_person(one: PersonFinding) -> dict[str, Any]:
    described = None if one.cell is None else flat(one.cell)
    return {"victim": one.victim, "answer": one.answer, "described": described, **_flat_proof(one.proof)}


def _flat_proof(proof: Proof) -> dict[str, Any]:
    return {
        "verified_on": proof.verified_on,
        "verifier": proof.verifier,
        "standard_of_proof": proof.standard_of_proof,
        "rationale": proof.rationale,
    }


def _check_reason(proposal: Proposal, supersedes: str | None) -> None:
    if supersedes is not None and proposal.reason is None:
        detail = (
            "The incident has an assessment in force, and a change carries its reason (R14): give reason "
            "with a code, one of "
            + ", ".join(ReasonCode.codes())
            + ", and a note where the code says too little."
        )
        raise Invalid(detail, code="reason-required", faults=[Fault("/reason", "reason-required", detail)])
    if supersedes is None and proposal.reason is not None:
        detail = "No assessment of the incident is in force, so nothing changes: leave the reason out."
        raise Invalid(
            detail, code="reason-without-change", faults=[Fault("/reason", "reason-without-change", detail)]
        )


def _check_proof(proposal: Proposal) -> None:
    answers = {proposal.occurrence, proposal.harm, proposal.responsibility}
    found = [one.proof for one in proposal.cells if one.verifies]
    found += [one.proof for one in proposal.persons if one.verifies]
    if proposal.standard_of_proof is None and (
        Answer.VERIFIED in answers or any(proof.standard_of_proof is None for proof in found)
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
            relation=_relation(one)[0],
            relation_to=_relation(one)[1],
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


def _check_claims(claims: Sequence[Claim], answer: Figures) -> None:
    """Raise Invalid when a claim whose figures are booked counts the same persons twice, differently (R9)."""
    used = {(one.claim, one.key) for one in answer.uses if one.use == ClaimUse.USED}
    outcomes = {one.cell.outcome for one in answer.booked}
    for claim in claims:
        booked = [f for f in claim.figures if (claim.id, f.key) in used and f.cell.outcome in outcomes]
        found = said_otherwise(booked)
        if found is not None:
            raise IncoherentFigures(
                f"One claim counts the same persons twice: {found.detail} Give the number that stands in "
                "another report a claim of its own, set the claim aside, or leave the outcome out.",
                [f.cell.outcome for f in booked if f.key == found.keys[0]],
            )


def _relation(one: Booked) -> tuple[str | None, str | None]:
    if one.parent is not None:
        return Relation.INCLUDED_IN.value, str(one.parent)
    if len(one.beside) == 1:
        return Relation.IN_ADDITION_TO.value, str(one.beside[0])
    return None, None


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
