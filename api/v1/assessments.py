"""Routes of assessments: propose, approve, withdraw, read."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Request
from pydantic import ConfigDict, Field
from starlette.responses import Response

from api.desk import Reply, desk_of, version_asked
from api.exports import media_of
from api.routing import Token, also_answers
from api.routing import router as strict_router
from api.v1.lists import Filters, listed
from api.v1.resource import (
    IDEMPOTENCY,
    IF_MATCH,
    IF_NONE_MATCH,
    UNCHANGED,
    RecordId,
    a_page,
    add_history,
    changed,
    conditional,
    created,
    problem_responses,
    read,
    saved_model,
)
from api.v1.schemas.assessments import AssessmentIn, ProofIn, WithdrawIn
from api.v1.schemas.base import ReasonIn, RecordHead
from api.v1.schemas.codes import AssessmentStates
from api.v1.schemas.common import page_of
from db.engine import Connection
from db.kinds import ASSESSMENT
from domain.access import Actor
from domain.answers import CellFinding, PersonFinding, Proof
from domain.cells import Age, Cell
from exchange.layouts import LAYOUTS
from services import assessments, policies, records
from services.findings import Proposal
from services.records import Reason

router = strict_router("assessments")
NOUN, ONE = "assessments", "assessment"


class AssessmentFilters(Filters):
    """Filters of assessments."""

    incident: str | None = Field(
        default=None,
        max_length=36,
        description="The incident's id.",
        examples=["6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"],
    )
    state: AssessmentStates | None = Field(
        default=None, description="Where it stands.", examples=["approved"]
    )
    policy: str | None = Field(
        default=None, max_length=60, description="Its policy.", examples=["reported-range"]
    )


class AssessmentOut(RecordHead):
    """An assessment: what was found, from which claims, by whom."""

    model_config = ConfigDict(extra="allow", strict=False)

    incident: str = Field(description="The incident.", examples=["6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"])
    state: str = Field(description="Where it stands.", examples=["approved"])
    policy: str = Field(description="The policy.", examples=["reported-range"])
    policy_version: str = Field(description="Its version.", examples=["1"])
    methodology_version: str = Field(description="The methodology's version.", examples=["2.0"])
    occurrence: str = Field(description="Did it happen?", examples=["verified"])
    harm: str = Field(description="Was anyone harmed?", examples=["verified"])
    responsibility: str = Field(description="Who is responsible?", examples=["pending"])
    standard_of_proof: str | None = Field(description="The standard of proof.", examples=[None])
    rationale: str | None = Field(description="Why.", examples=[None])
    author: str = Field(
        description="The member who proposed it.", examples=["6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"]
    )
    approver: str | None = Field(description="The member who approved it.", examples=[None])
    content_hash: str = Field(description="SHA-256 of what is approved.", examples=["0" * 64])
    supersedes: str | None = Field(description="The one it replaces.", examples=[None])
    reason: ReasonIn | None = Field(
        default=None, description="Why it replaces it (R14); none for an incident's first.", examples=[None]
    )
    booked: list[dict[str, Any]] = Field(description="The policy's figures.", examples=[[]])
    cells: list[dict[str, Any]] = Field(description="The facts it makes, by grain.", examples=[[]])
    trace: list[dict[str, Any]] = Field(description="What was done with each claim.", examples=[[]])
    links: dict[str, str] = Field(description="Where to read on.", examples=[{"self": "/v1/..."}])


@router.post(
    f"/{NOUN}",
    status_code=201,
    summary="Propose an assessment",
    operation_id="propose_assessment",
    response_class=Response,
    responses={
        201: {"model": AssessmentOut, "description": "Proposed."},
        **problem_responses(),
    },
    openapi_extra={"parameters": [IDEMPOTENCY]},
)
def propose(request: Request, token: Token, body: AssessmentIn) -> Response:
    """Propose the figures of a policy on all that is known now; another member approves."""

    def act(connection: Connection, actor: Actor) -> Reply:
        policy = body.policy or policies.in_use(connection, actor.organisation).asked()
        return created(
            connection, actor, ASSESSMENT, assessments.propose(connection, actor, proposal(body, policy))
        )

    return desk_of(request).create(request, token, act)


def proposal(body: AssessmentIn, policy: str) -> Proposal:
    """Give the proposal that a body describes, under the policy."""
    return Proposal(
        incident=body.incident,
        policy=policy,
        occurrence=body.occurrence,
        harm=body.harm,
        responsibility=body.responsibility,
        cells=tuple(
            CellFinding(
                Cell(
                    one.outcome,
                    one.status,
                    one.sex,
                    None if one.age_low is None else Age(one.age_low, one.age_high),
                ),
                one.how_many,
                one.civilian_status,
                one.verified,
                _proof(one),
            )
            for one in body.cells
        ),
        persons=tuple(PersonFinding(one.victim, one.answer, _proof(one)) for one in body.persons),
        set_aside=tuple((one.claim, one.reason) for one in body.set_aside),
        leave_out=tuple((one.outcome, one.reason) for one in body.leave_out),
        report=body.report,
        standard_of_proof=body.standard_of_proof,
        rationale=body.rationale,
        reason=None if body.reason is None else Reason(body.reason.code, body.reason.note),
    )


def _proof(said: ProofIn) -> Proof:
    return Proof(said.verified_on, said.verifier, said.standard_of_proof, said.rationale)


@router.get(
    f"/{NOUN}",
    summary="List assessments",
    operation_id="list_assessment",
    response_class=Response,
    responses={
        200: a_page(page_of(AssessmentOut, "Assessment"), NOUN),
        304: UNCHANGED,
        **problem_responses(),
    },
)
@also_answers(*media_of(LAYOUTS[NOUN]))
def list_them(request: Request, token: Token, asked: Annotated[AssessmentFilters, Query()]) -> Response:
    """List assessments in the order of recording."""
    return listed(request, token, ASSESSMENT, asked)


@router.get(
    f"/{NOUN}/{{id}}",
    summary="Read an assessment",
    operation_id="read_assessment",
    response_class=Response,
    responses={
        200: {"model": AssessmentOut, "description": "The assessment."},
        304: UNCHANGED,
        **problem_responses(),
    },
    openapi_extra={"parameters": [IF_NONE_MATCH]},
)
def read_one(request: Request, token: Token, id: RecordId) -> Response:
    """Read one assessment with its trace."""

    def act(connection: Connection, actor: Actor) -> Reply:
        return read(connection, actor, ASSESSMENT, records.read(connection, actor, ASSESSMENT, id))

    return conditional(request, desk_of(request).read(token, act))


add_history(router, ASSESSMENT, NOUN, ONE)


@router.post(
    f"/{NOUN}/{{id}}/approve",
    summary="Approve another member's assessment",
    operation_id="approve_assessment",
    response_class=Response,
    responses={
        200: {"model": saved_model(AssessmentOut, "Assessment"), "description": "In force."},
        **problem_responses(412, 428),
    },
    openapi_extra={"parameters": [IF_MATCH]},
)
def approve(request: Request, token: Token, id: RecordId) -> Response:
    """Put an assessment in force: its facts open, those before close, in one transaction."""
    version = version_asked(request)

    def act(connection: Connection, actor: Actor) -> Reply:
        return changed(connection, actor, ASSESSMENT, assessments.approve(connection, actor, id, version))

    return desk_of(request).write(token, act).response()


@router.post(
    f"/{NOUN}/{{id}}/withdraw",
    summary="Take a proposal back",
    operation_id="withdraw_assessment",
    response_class=Response,
    responses={
        200: {"model": AssessmentOut, "description": "Withdrawn."},
        **problem_responses(),
    },
)
def withdraw(request: Request, token: Token, id: RecordId, body: WithdrawIn) -> Response:
    """Withdraw a proposed assessment."""

    def act(connection: Connection, actor: Actor) -> Reply:
        return read(connection, actor, ASSESSMENT, assessments.withdraw(connection, actor, id, body.note))

    return desk_of(request).write(token, act).response()
