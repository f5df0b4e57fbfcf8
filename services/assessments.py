"""Assessments: the organisation's finding on an incident, proposed by one and approved by another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from db import door, sight
from db.canonical import parse
from db.engine import Connection
from db.kinds import ASSESSMENT, CLAIM, INCIDENT, REPORT
from db.queries import assessments as queries
from db.queries import incidents, log_heads, records
from db.queries.records import Stored
from domain.access import Actor, require, require_second_member
from domain.errors import Conflict, NotFound, Stale
from domain.figures import FactCell, Finding
from domain.vocab import AssessmentState, IncidentState
from services import figures, netting, references, standing, verifying
from services.findings import Proposal, counts_persons, finding, proposal_content, standing_scope
from services.records import Saved, new_id
from services.references import Reference

Refused = tuple[str, str]
"""An incident and why it could not be assessed or approved."""


@dataclass(frozen=True, slots=True)
class Approved:
    """What came of approving: the assessments now in force, and those that could not be."""

    approved: tuple[Stored, ...]
    refused: tuple[Refused, ...] = field(default=())
    warnings: tuple[Finding, ...] = field(default=())
    """Where the trees that they stand in do not add up (R7)."""


def propose(connection: Connection, actor: Actor, proposal: Proposal) -> Saved:
    """Propose an assessment: the policy's figures on all that is known now, with the five answers.

    Raises UnknownReference for the incident, the report or a claim; Conflict when the incident is out
    of scope; Invalid when there is nothing to book, the booked figures cannot hold together (R9), or it
    supersedes an assessment in force without a reason (R14).
    """
    require(actor, "assessment.propose")
    references.check(connection, actor.organisation, _references(proposal))
    incident = records.locked(connection, INCIDENT, actor.organisation, proposal.incident)
    if incident is None:
        raise RuntimeError("A record just checked is not there.")
    if incident.state == IncidentState.OUT_OF_SCOPE:
        raise Conflict("The incident is out of scope; bring it into scope first.", code="out-of-scope")
    content = _content(connection, actor, proposal, incident)
    assessment = new_id()
    (done,) = door.record(connection, actor, [act_on("propose", assessment, 1, content, content)])
    if incident.state == IncidentState.DRAFT:
        standing.set_state(
            connection, actor.organisation, IncidentState.PROPOSED, {proposal.incident: done.seq}
        )
    stored = records.one(connection, ASSESSMENT, actor.organisation, assessment)
    if stored is None:
        raise RuntimeError("An assessment just stored is not there.")
    return Saved(stored)


def act_on(
    verb: str, id: str, version: int, content: Mapping[str, Any], moving: Mapping[str, Any]
) -> door.Act:
    """Give the act on an assessment; its entry in the log carries the reason of the ``moving`` one (R14)."""
    reason = moving.get("reason") or {}
    return door.Act(
        verb, ASSESSMENT, id, version, content, reason_code=reason.get("code"), reason=reason.get("note")
    )


def _references(proposal: Proposal) -> Iterator[Reference]:
    yield "/incident", INCIDENT, proposal.incident
    if proposal.report is not None:
        yield "/report", REPORT, proposal.report
    for position, (claim, _) in enumerate(proposal.set_aside):
        yield f"/set_aside/{position}/claim", CLAIM, claim
    yield from verifying.references(proposal)


def _content(connection: Connection, actor: Actor, proposal: Proposal, incident: Stored) -> dict[str, Any]:
    known = figures.evidence(
        connection,
        actor.organisation,
        proposal.incident,
        persons=counts_persons(proposal),
        rejected=proposal.rejected,
    )
    scope = standing_scope(connection, actor.organisation, proposal.incident)
    proposal = verifying.completed(connection, actor, proposal, scope)
    answer, cells = finding(proposal, known)
    return proposal_content(
        proposal,
        answer,
        verifying.dated(cells, scope),
        scope,
        member=str(actor.member),
        person=str(actor.person),
        known_seq=log_heads.head(connection, actor.organisation).seq,
        incident_version=incident.version,
        supersedes=_in_force(connection, actor.organisation, [proposal.incident]).get(proposal.incident),
    )


def approve(connection: Connection, actor: Actor, assessment: str, version: int | None = None) -> Saved:
    """Approve one assessment: its facts open and the ones before close, in this transaction.

    The tree that the incident stands in is netted again; where its parts contradict it, that is a warning.

    Raises NotFound, FourEyesRequired, Stale, and Conflict with the reason when it cannot be approved.
    """
    done = approve_many(connection, actor, [assessment], strict=True, version=version)
    return Saved(done.approved[0], done.warnings)


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
    # The lock is the organisation's, so two approvals in one tree never net it side by side.
    waiting.sort(key=lambda one: one.seq)
    contents = {stored.id: parse(stored.content) for stored in waiting}
    in_force = _in_force(
        connection, actor.organisation, [contents[stored.id]["incident"] for stored in waiting]
    )
    chosen: list[Stored] = []
    taken: set[str] = set()
    for stored in waiting:
        content = contents[stored.id]
        now = stored.id if content["incident"] in taken else in_force.get(content["incident"])
        error = _reason_against(actor, content, now)
        if error is not None and strict:
            raise error
        if error is not None:
            refused.append((content["incident"], error.detail))
            continue
        taken.add(content["incident"])
        chosen.append(stored)
    warnings = _put_in_force(
        connection, actor, [(stored, contents[stored.id]) for stored in chosen], in_force
    )
    approved = records.of_ids(connection, ASSESSMENT, actor.organisation, [one.id for one in chosen])
    return Approved(tuple(approved[one.id] for one in chosen), tuple(refused), warnings)


def _in_force(connection: Connection, organisation: str, incidents: Sequence[str]) -> dict[str, str]:
    """Give the assessment in force of each of these incidents that has one.

    Raises Conflict for one that who acts may not read, for it names a restricted claim: whoever does not know
    what it rests on cannot replace it.
    """
    with sight.whole(connection):
        found = queries.in_force(connection, organisation, incidents)
    if sight.hidden(connection, found.values()):
        raise Conflict(
            "An assessment is in force that rests on what you may not read. Ask a member who may.",
            code="beyond-your-sight",
        )
    return found


def _reason_against(actor: Actor, content: Mapping[str, Any], in_force: str | None) -> Conflict | None:
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
    return None


def _put_in_force(
    connection: Connection,
    actor: Actor,
    chosen: Sequence[tuple[Stored, Mapping[str, Any]]],
    in_force: Mapping[str, str],
) -> tuple[Finding, ...]:
    why = {in_force[content["incident"]]: content for _, content in chosen if content["incident"] in in_force}
    acts = []
    for before in records.of_ids(connection, ASSESSMENT, actor.organisation, why, lock=True).values():
        superseded = {**parse(before.content), "state": AssessmentState.SUPERSEDED.value}
        acts.append(act_on("supersede", before.id, before.version + 1, superseded, why[before.id]))
    # The old ones leave first: the database allows one assessment in force an incident.
    door.record(connection, actor, acts) if acts else None
    done = door.record(
        connection,
        actor,
        (
            act_on(
                "approve",
                stored.id,
                stored.version + 1,
                {
                    **content,
                    "state": AssessmentState.APPROVED.value,
                    "approver": actor.member,
                    "approver_person": actor.person,
                },
                content,
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
    found = netting.open_facts(connection, actor.organisation, opened, in_force)
    _settle(connection, actor, opened, {content["incident"]: content for _, content in chosen})
    return tuple(finding for _, findings in sorted(found.items()) for finding in findings)


def _settle(
    connection: Connection,
    actor: Actor,
    opened: Sequence[tuple[str, str, int, Any, Any]],
    contents: Mapping[str, Mapping[str, Any]],
) -> None:
    ids = [one[0] for one in opened]
    with sight.whole(connection):
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
    with sight.whole(connection):
        others = queries.proposed(connection, actor.organisation, [content["incident"]])
    if incident is not None and incident.state == IncidentState.PROPOSED and not others:
        standing.set_state(
            connection, actor.organisation, IncidentState.DRAFT, {content["incident"]: done.seq}
        )
    again = records.one(connection, ASSESSMENT, actor.organisation, assessment)
    if again is None:
        raise RuntimeError("An assessment just stored is not there.")
    return again
