"""Verification: what a proposal says of days, verifiers and standards made complete, and read back (R13)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from db.canonical import parse
from db.engine import Connection
from db.kinds import MEMBER, VICTIM
from db.queries import incidents, records
from domain import verification
from domain.access import Actor
from domain.answers import NO_PROOF, CellFinding, PersonFinding, Proof
from domain.cells import Age, Cell
from domain.drafts import OutcomeDraft
from domain.errors import Fault, Invalid
from domain.figures import FactCell
from domain.persons import outcome_now
from services.findings import Proposal
from services.references import Reference

AHEAD = timedelta(hours=14)
"""How far the calendar can be ahead of UTC where the verifier is."""


def references(proposal: Proposal) -> Iterator[Reference]:
    """Give the members and victims that a proposal's findings name."""
    for pointer, one in _findings(proposal):
        if one.proof.verifier is not None:
            yield f"{pointer}/verifier", MEMBER, one.proof.verifier
    for position, person in enumerate(proposal.persons):
        yield f"/persons/{position}/victim", VICTIM, person.victim


def _findings(proposal: Proposal) -> Iterator[tuple[str, CellFinding | PersonFinding]]:
    """Give every finding of a proposal with the pointer to it."""
    for position, cell in enumerate(proposal.cells):
        yield f"/cells/{position}", cell
    for position, person in enumerate(proposal.persons):
        yield f"/persons/{position}", person


def completed(
    connection: Connection, actor: Actor, proposal: Proposal, scope: Mapping[str, str | None]
) -> Proposal:
    """Give the proposal with what it leaves to be understood, so that the approver sees all of it.

    What is verified was verified on the day of proposing, by the author and under the assessment's
    standard, unless it says otherwise; a superseding assessment repeats the days of what it carries
    over, because only its author knows them. Each person's description is read from their record.

    Raises Invalid for a day before the incident or after today, for a day where nothing is verified, and
    for a person of another incident.
    """
    if not proposal.cells and not proposal.persons:
        return proposal
    now = datetime.now(UTC)
    complete = _Completing(
        str(actor.member), proposal.standard_of_proof, scope["period_start"] or "", now.date().isoformat()
    )
    latest = (now + AHEAD).date().isoformat()
    faults = [
        fault
        for pointer, one in _findings(proposal)
        for fault in complete.faults(one, latest, f"{pointer}/verified_on")
    ]
    persons, more = _described(connection, actor, proposal)
    if faults or more:
        faults += more
        raise Invalid(faults[0].detail, code=faults[0].code, faults=faults)
    return replace(
        proposal,
        cells=tuple(replace(one, proof=complete.proof(one)) for one in proposal.cells),
        persons=tuple(replace(one, proof=complete.proof(one)) for one in persons),
    )


class _Completing:
    """What holds for every finding of one proposal unless the finding says otherwise."""

    def __init__(self, author: str, standard: str | None, start: str, today: str) -> None:
        self._default = Proof(today, author, standard)
        self._start = start

    def proof(self, one: CellFinding | PersonFinding) -> Proof:
        said, default = one.proof, self._default
        if not one.verifies and said == NO_PROOF:
            return said
        return Proof(
            (said.verified_on or default.verified_on) if one.verifies else None,
            said.verifier or default.verifier,
            said.standard_of_proof or default.standard_of_proof,
            said.rationale,
        )

    def faults(self, one: CellFinding | PersonFinding, latest: str, pointer: str) -> Iterator[Fault]:
        day = one.proof.verified_on
        if day is None:
            return
        if not one.verifies:
            yield Fault(pointer, "nothing-verified", "A day of verification needs something verified.")
        if day > latest:
            yield Fault(pointer, "future-date", "The day has not come yet.")
        if day < self._start:
            yield Fault(pointer, "inconsistent-dates", "It was verified before the incident began.")


def _described(
    connection: Connection, actor: Actor, proposal: Proposal
) -> tuple[list[PersonFinding], list[Fault]]:
    if not proposal.persons:
        return [], []
    stored = records.of_ids(connection, VICTIM, actor.organisation, [one.victim for one in proposal.persons])
    contents = {id: parse(one.content) for id, one in stored.items()}
    here = {proposal.incident}
    if any(content["incident"] not in here for content in contents.values()):
        here |= set(incidents.descendants(connection, actor.organisation, proposal.incident))
    found, faults = [], []
    for position, one in enumerate(proposal.persons):
        content = contents.get(one.victim)
        if content is None or content["incident"] not in here:
            detail = "The person belongs to another incident."
            faults.append(Fault(f"/persons/{position}/victim", "person-of-another-incident", detail))
            continue
        outcome = outcome_now(OutcomeDraft(**said) for said in content["outcomes"])
        if outcome is None and one.verifies:
            detail = "Record what happened to the person before verifying it."
            faults.append(Fault(f"/persons/{position}/victim", "finding-without-row", detail))
        age = None if content["age_low"] is None else Age(content["age_low"], content["age_high"])
        cell = None if outcome is None else Cell(outcome, content["status"], content["sex"], age)
        found.append(replace(one, cell=cell))
    return found, faults


def dated(cells: Sequence[FactCell], scope: Mapping[str, str | None]) -> tuple[FactCell, ...]:
    """Give the fact rows with what was verified late marked, by the incident's last day in the scope."""
    end = scope["period_end"]
    return tuple(cells) if end is None else verification.dated(cells, end)
