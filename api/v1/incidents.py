"""Routes of incidents: the record with its tree, places, claims and victims, and its figures."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from fastapi import Query, Request
from pydantic import BaseModel, ConfigDict, Field, create_model
from starlette.responses import Response

from api import answers
from api.desk import Reply, desk_of
from api.routing import Token
from api.routing import router as strict_router
from api.v1.lists import Filters
from api.v1.resource import (
    IF_NONE_MATCH,
    UNCHANGED,
    RecordId,
    Resource,
    add_routes,
    conditional,
    problem_responses,
    read_model,
)
from api.v1.schemas.base import AskedDay
from api.v1.schemas.claims import ClaimIn
from api.v1.schemas.codes import Causes, IncidentKinds, IncidentStates
from api.v1.schemas.incidents import IncidentIn, PlaceIn
from api.v1.schemas.victims import VictimIn
from db import kinds
from db.engine import Connection
from domain.access import Actor
from domain.errors import Fault, Invalid, Malformed
from domain.figures import Figures
from services import figures, incidents, reading

router = strict_router("incidents")


def _filter(description: str, example: str) -> Any:
    return Field(default=None, max_length=300, description=description, examples=[example])


def _coded(description: str, example: str) -> Any:
    return Field(default=None, description=description, examples=[example])


class IncidentFilters(Filters):
    """Filters of incidents."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    code: str | None = _filter("The incident's code.", "PK-2026-0001")
    kind: IncidentKinds | None = _coded("Its place in the tree.", "campaign")
    state: IncidentStates | None = _coded("How far the work has come.", "needs_review")
    parent: str | None = _filter("The incident it is a part of.", "6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10")
    start: AskedDay | None = Field(
        default=None,
        alias="from",
        description="Began on this day or later.",
        examples=["2026-01-01"],
    )
    end: AskedDay | None = Field(
        default=None,
        alias="to",
        description="Ended on this day or earlier.",
        examples=["2026-12-31"],
    )
    adm1: str | None = _filter("First-level p-code of one of its places.", "PK2")
    adm2: str | None = _filter("Second-level p-code of one of its places.", "PK217")
    cause: Causes | None = _coded("A candidate cause, what lies below it included.", "small_arms")
    party: str | None = _filter("Code of a party with a part in it.", "armed-group")


RESOURCE = Resource(
    kinds.INCIDENT, "incidents", "incident", IncidentIn, IncidentFilters, incidents.record, incidents.change
)
add_routes(router, RESOURCE)
INCLUDES = ("tree", "places", "claims", "victims", "flags")
"""What can come with an incident."""


class IncludeQuery(BaseModel):
    """What comes with the incident."""

    model_config = ConfigDict(extra="forbid")

    include: str | None = Field(
        default=None,
        max_length=100,
        description="Comma-separated: " + ", ".join(INCLUDES) + ".",
        examples=["claims,places"],
    )


class FiguresQuery(BaseModel):
    """Which figures."""

    model_config = ConfigDict(extra="forbid")

    policy: str = Field(
        default="reported-range",
        max_length=200,
        description="Policies, comma-separated.",
        examples=["reported-range,latest-by-origin"],
    )
    report: str | None = Field(
        default=None,
        max_length=36,
        description="Only this report's claims and listings, such as one list.",
        examples=["6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"],
    )


class LeafOut(BaseModel):
    """An incident of the tree, in short."""

    id: str = Field(description="Its id.", examples=["6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"])
    code: str = Field(description="Its code.", examples=["PK-2026-0001"])
    title: str = Field(description="Its title.", examples=["Attack on a bus"])
    kind: str = Field(description="Its place in the tree.", examples=["site"])
    state: str = Field(description="How far the work has come.", examples=["draft"])


class TreeOut(BaseModel):
    """Where an incident stands in its tree."""

    ancestors: list[LeafOut] = Field(description="Those above it, nearest first.", examples=[[]])
    children: list[LeafOut] = Field(description="Those right below it.", examples=[[]])


class FlagOut(BaseModel):
    """A finding that stays with a record until a reviewer clears it."""

    code: str = Field(description="Stable code.", examples=["implausible-count"])
    detail: str = Field(description="In words.", examples=["Check the number against the report."])
    cleared: bool = Field(description="Whether a reviewer cleared it.", examples=[False])


def _with_parts() -> Any:
    """Give the schema of an incident with the parts that ``include`` can bring."""
    included = "With include={}."
    parts: dict[str, Any] = {
        "tree": TreeOut,
        "places": list[read_model(PlaceIn, "Place")],  # type: ignore[misc]  # a model made at run time
        "claims": list[read_model(ClaimIn, "Claim")],  # type: ignore[misc]  # likewise
        "victims": list[read_model(VictimIn, "Victim")],  # type: ignore[misc]  # likewise
        "flags": list[FlagOut],
    }
    fields: dict[str, Any] = {
        name: (kind, Field(default=None, description=included.format(name), examples=[[]]))
        for name, kind in parts.items()
    }
    return create_model(
        "IncidentWithPartsOut",
        __base__=read_model(IncidentIn, "Incident"),
        __doc__="An incident as it is read, with the parts that were asked for.",
        **fields,
    )


IncidentOut: Any = _with_parts()


@router.get(
    "/incidents/{id}",
    summary="Read an incident, with what belongs to it",
    operation_id="read_incident",
    response_class=Response,
    responses={
        200: {"model": IncidentOut, "description": "The incident."},
        304: UNCHANGED,
        **problem_responses(),
    },
    openapi_extra={"parameters": [IF_NONE_MATCH]},
)
def read_incident(
    request: Request, token: Token, id: RecordId, asked: Annotated[IncludeQuery, Query()]
) -> Response:
    """Read one incident; ``include`` brings its tree, places, claims, victims and flags in one answer."""
    wanted = _names(asked.include, INCLUDES, "include")

    def act(connection: Connection, actor: Actor) -> Reply:
        stored, parts = reading.incident(connection, actor, id, wanted)
        extra = {name: _part(name, value) for name, value in parts.items()}
        # What is included changes without the incident's version, so only the bare record has a tag.
        headers = {} if wanted else {"ETag": f'"{stored.version}"'}
        return Reply(answers.record("incident", stored, extra), 200, headers)

    return conditional(request, desk_of(request).read(token, act))


def _part(name: str, value: Any) -> str:
    if name in ("claims", "places", "victims"):
        kind = {"claims": "claim", "places": "place", "victims": "victim"}[name]
        return f"[{','.join(answers.record(kind, one) for one in value)}]"
    if name == "flags":
        return answers.flags(value)
    return answers.dumped(value)


def _names(text: str | None, known: tuple[str, ...], parameter: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(part.strip() for part in (text or "").split(",") if part.strip()))
    if any(name not in known for name in names):
        raise Malformed(
            "A parameter cannot be used.",
            code="invalid-parameter",
            faults=[Fault(parameter, "unknown-code", "Use any of: " + ", ".join(known) + ".")],
        )
    return names


class BookedOut(BaseModel):
    """A figure that a policy gives."""

    outcome: str = Field(description="What happened to them.", examples=["killed"])
    status: str | None = Field(description="Status; null is not broken down.", examples=["civilian"])
    sex: str | None = Field(description="Sex; null is not broken down.", examples=["female"])
    age_low: int | None = Field(description="Youngest age; null is not broken down.", examples=[0])
    age_high: int | None = Field(description="Oldest age; null with age_low is open.", examples=[17])
    low: int = Field(description="Lowest number.", examples=[33])
    high: int = Field(description="Highest number.", examples=[33])
    open: bool = Field(description="Whether more is said to be possible.", examples=[True])
    basis: str = Field(description="How the figure came about.", examples=["stated"])
    claims: list[str] = Field(
        description="Addresses of the claims, or lists, that carry it.", examples=[["/v1/claims/..."]]
    )
    within: int | None = Field(description="The figure it lies within, by its place here.", examples=[0])


class TraceOut(BaseModel):
    """What a policy did with one claim or list."""

    claim: str = Field(description="Its id.", examples=["6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"])
    use: str = Field(description="What was done with it.", examples=["superseded"])
    reason: str = Field(description="Why.", examples=["The same origin said more later."])


class PolicyFindingOut(BaseModel):
    """Something a person should look at."""

    code: str = Field(description="Stable code.", examples=["clash"])
    detail: str = Field(description="In words.", examples=["The parts exceed the whole."])
    keys: list[str] = Field(description="What it concerns.", examples=[["total"]])


class FiguresOut(BaseModel):
    """The figures of one policy."""

    policy: str = Field(description="The policy.", examples=["reported-range"])
    version: str = Field(description="Its version.", examples=["1"])
    figures: list[BookedOut] = Field(description="The figures; none is not zero.", examples=[[]])
    unknown_because: str | None = Field(description="Why there is none.", examples=[None])
    trace: list[TraceOut] = Field(description="What was done with each claim.", examples=[[]])
    findings: list[PolicyFindingOut] = Field(description="What to look at.", examples=[[]])


class FiguresPage(BaseModel):
    """The figures of an incident under each policy asked for."""

    data: list[FiguresOut] = Field(description="One item a policy.", examples=[[]])
    links: dict[str, str | None] = Field(description="Where to read on.", examples=[{"next": None}])
    meta: dict[str, Any] = Field(description="About the answer.", examples=[{}])
    warnings: list[dict[str, Any]] = Field(description="What to look at.", examples=[[]])


@router.get(
    "/incidents/{id}/figures",
    summary="The incident's figures under named policies, each with its trace",
    operation_id="incident_figures",
    response_class=Response,
    responses={200: {"model": FiguresPage, "description": "The figures."}, **problem_responses()},
)
def incident_figures(
    request: Request, token: Token, id: RecordId, asked: Annotated[FiguresQuery, Query()]
) -> Response:
    """Compute the figures now: claims used, superseded and set aside, and why."""
    names = tuple(dict.fromkeys(part.strip() for part in asked.policy.split(",") if part.strip()))

    def act(connection: Connection, actor: Actor) -> Reply:
        try:
            found = figures.of_incident(connection, actor, id, names, asked.report)
        except Invalid as error:
            # A policy is named by a parameter, and a parameter that cannot be used is a 400.
            faults = [Fault("policy", one.code, one.detail) for one in error.faults]
            raise Malformed(error.detail, code="invalid-parameter", faults=faults) from error
        return Reply(answers.listing((_figures(one) for one in found), None))

    return desk_of(request).read(token, act).response()


def _figures(one: Figures) -> str:
    return orjson.dumps(
        {
            "policy": one.policy,
            "version": one.version,
            "figures": [
                {
                    "outcome": booked.cell.outcome,
                    "status": booked.cell.status,
                    "sex": booked.cell.sex,
                    "age_low": None if booked.cell.age is None else booked.cell.age.low,
                    "age_high": None if booked.cell.age is None else booked.cell.age.high,
                    "low": booked.low,
                    "high": booked.high,
                    "open": booked.open,
                    "basis": booked.basis,
                    "claims": [f"/v1/claims/{claim}" for claim in booked.claims]
                    if booked.basis != "listed"
                    else [f"/v1/reports/{report}" for report in booked.claims],
                    "within": booked.parent,
                }
                for booked in one.booked
            ],
            "unknown_because": one.unknown_because,
            "trace": one.trace,
            "findings": one.findings,
        }
    ).decode()
