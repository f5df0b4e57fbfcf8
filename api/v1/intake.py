"""The route of intake: what a data officer enters for one report, in one atomic call."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from api import answers
from api.desk import Reply, desk_of
from api.routing import Token
from api.routing import router as strict_router
from api.v1.resource import IDEMPOTENCY, problem_responses, read_model
from api.v1.schemas.base import KNOWN, NEW, NEW_OR_KNOWN, Id, Strict
from api.v1.schemas.claims import ClaimBody, ClaimIn
from api.v1.schemas.common import FindingOut
from api.v1.schemas.incidents import IncidentIn, PlaceBody, PlaceIn
from api.v1.schemas.sources import ReportBody, ReportIn, SourceIn
from db.engine import Connection
from db.kinds import CLAIM, INCIDENT, PLACE, REPORT, SOURCE, Kind
from db.queries.records import Stored
from domain import drafts
from domain.access import Actor
from services import intake, withholding
from services.intake import Intake

router = strict_router("intake")
_ID = "6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"


SourceOrId = Annotated[Annotated[SourceIn, NEW] | Annotated[Id, KNOWN], NEW_OR_KNOWN]
ReportOrId = Annotated[Annotated[ReportBody, NEW] | Annotated[Id, KNOWN], NEW_OR_KNOWN]
IncidentOrId = Annotated[Annotated[IncidentIn, NEW] | Annotated[Id, KNOWN], NEW_OR_KNOWN]


class IntakeIn(Strict):
    """A report with its incident, claim and figures; source, report and incident new or known."""

    source: SourceOrId = Field(
        description="Whose report it is: a new source or a known one's id.",
        examples=[{"kind": "outlet", "name": "Newspaper"}],
    )
    origin: SourceOrId | None = Field(
        default=None,
        description="Who originally said it; left out, the report's own source.",
        examples=[{"kind": "agency", "name": "News agency"}],
    )
    report: ReportOrId = Field(
        description="A new report or a known one's id.", examples=[{"title": "Officials report 33 dead"}]
    )
    incident: IncidentOrId = Field(
        description="A new incident or a known one's id.",
        examples=[{"title": "Attack", "occurred": {"start": "2026-01-31", "end": "2026-01-31"}}],
    )
    places: list[PlaceBody] = Field(
        default=[], max_length=200, description="Places that the claim names.", examples=[[]]
    )
    claim: ClaimBody = Field(
        description="What the report says, with its figures.",
        examples=[{"figures": [{"key": "total", "outcome": "killed", "low": 3, "high": 3}]}],
    )


SourceOut: Any = read_model(SourceIn, "Source")
ReportOut: Any = read_model(ReportIn, "Report")
IncidentOut: Any = read_model(IncidentIn, "Incident")
PlaceOut: Any = read_model(PlaceIn, "Place")
ClaimOut: Any = read_model(ClaimIn, "Claim")


class NearOut(BaseModel):
    """An incident near in time and place: perhaps the same one."""

    id: str = Field(description="Its id.", examples=[_ID])
    code: str = Field(description="Its code.", examples=["PK-2026-0001"])
    title: str = Field(description="Its title.", examples=["Attack"])
    occurred_start: str = Field(description="First day.", examples=["2026-01-31"])
    occurred_end: str = Field(description="Last day.", examples=["2026-01-31"])
    days_apart: int = Field(description="Days between the two intervals.", examples=[0])
    distance_m: int | None = Field(description="Metres between the nearest points.", examples=[1200])
    same_adm2: bool = Field(description="Whether both lie in one district.", examples=[True])


class KnownOut(BaseModel):
    """What the record held before this call that may be the same."""

    same_address: list[str] = Field(description="Reports with this address.", examples=[[]])
    near: list[NearOut] = Field(description="Incidents near in time and place.", examples=[[]])


class WarningOut(FindingOut):
    """A finding and the part of the request it belongs to."""

    pointer: str = Field(description="The part of the request.", examples=["/claim"])


class IntakeOut(BaseModel):
    """What was stored, and what was known already."""

    source: SourceOut = Field(description="The report's source.", examples=[{}])
    origin: SourceOut = Field(description="Who originally said it.", examples=[{}])
    report: ReportOut = Field(description="The report.", examples=[{}])
    incident: IncidentOut = Field(description="The incident.", examples=[{}])
    places: list[PlaceOut] = Field(description="The places.", examples=[[]])
    claim: ClaimOut = Field(description="The claim.", examples=[{}])
    known: KnownOut = Field(
        description="What was known already.", examples=[{"same_address": [], "near": []}]
    )
    warnings: list[WarningOut] = Field(description="What to look at.", examples=[[]])


@router.post(
    "/intake",
    status_code=201,
    summary="Record a report with its incident, claim and figures",
    operation_id="intake",
    response_class=Response,
    responses={
        201: {"model": IntakeOut, "description": "Stored."},
        **problem_responses(),
    },
    openapi_extra={"parameters": [IDEMPOTENCY]},
)
def take(request: Request, token: Token, body: IntakeIn) -> Response:
    """Store all of it or nothing; say whether the address is known and what lies near."""

    def act(connection: Connection, actor: Actor) -> Reply:
        taken = intake.take(connection, actor, given(body))

        def told(kind: Kind, stored: Stored) -> str:
            return answers.record(kind.name, withholding.one(connection, actor, kind, stored))

        parts = {
            "source": told(SOURCE, taken.source),
            "origin": told(SOURCE, taken.origin),
            "report": told(REPORT, taken.report),
            "incident": told(INCIDENT, taken.incident),
            "places": f"[{','.join(told(PLACE, one) for one in taken.places)}]",
            "claim": told(CLAIM, taken.claim),
            "known": answers.dumped(
                {"same_address": list(taken.same_address), "near": [one._asdict() for one in taken.near]}
            ),
            "warnings": answers.dumped(
                [
                    {"pointer": at, "code": one.code, "detail": one.detail, "figures": list(one.keys)}
                    for at, one in taken.warnings
                ]
            ),
        }
        joined = ",".join(f'"{name}":{value}' for name, value in parts.items())
        return Reply(f"{{{joined}}}", 201, {"Location": f"/v1/claims/{taken.claim.id}"})

    return desk_of(request).create(request, token, act)


NOT_YET = "00000000-0000-0000-0000-000000000000"
"""Stands for a record that is made in the same call."""


def given(body: IntakeIn) -> Intake:
    """Give the intake that a body describes."""
    return Intake(
        source=body.source if isinstance(body.source, str) else body.source.draft(),
        origin=body.origin if body.origin is None or isinstance(body.origin, str) else body.origin.draft(),
        report=body.report
        if isinstance(body.report, str)
        else drafts.ReportDraft(source=NOT_YET, **body.report.plain()),
        incident=body.incident if isinstance(body.incident, str) else body.incident.draft(),
        places=tuple(drafts.PlaceDraft(incident=NOT_YET, **one.plain()) for one in body.places),
        claim=drafts.ClaimDraft(report=NOT_YET, incident=NOT_YET, origin=NOT_YET, **body.claim.plain()),
    )
