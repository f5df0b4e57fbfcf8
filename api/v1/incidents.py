"""Routes of incidents: the record with its tree, places, claims and victims, and its figures."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from fastapi import Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api import answers
from api.desk import Reply, desk_of
from api.routing import Token
from api.routing import router as strict_router
from api.v1.lists import Filters
from api.v1.resource import RecordId, Resource, add_routes, conditional, problem_responses, read_model
from api.v1.schemas.incidents import IncidentIn
from db import kinds
from db.engine import Connection
from domain.access import Actor
from domain.errors import Fault, Malformed
from domain.figures import Figures
from domain.vocab import Cause
from services import figures, incidents, reading

router = strict_router("incidents")


def _filter(description: str, example: str) -> Any:
    return Field(default=None, max_length=300, description=description, examples=[example])


class IncidentFilters(Filters):
    """Filters of incidents."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    code: str | None = _filter("The incident's code.", "PK-2026-0001")
    kind: str | None = _filter("Its place in the tree.", "campaign")
    state: str | None = _filter("How far the work has come.", "needs_review")
    parent: str | None = _filter("The incident it is a part of.", "6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10")
    start: str | None = Field(
        default=None,
        alias="from",
        pattern=r"^\d{4}-\d{2}-\d{2}$",
        description="Began on this day or later.",
        examples=["2026-01-01"],
    )
    end: str | None = Field(
        default=None,
        alias="to",
        pattern=r"^\d{4}-\d{2}-\d{2}$",
        description="Ended on this day or earlier.",
        examples=["2026-12-31"],
    )
    adm1: str | None = _filter("First-level p-code of one of its places.", "PK2")
    adm2: str | None = _filter("Second-level p-code of one of its places.", "PK217")
    cause: Cause | None = Field(
        default=None,
        description="A candidate cause, what lies below it included.",
        examples=["small_arms"],
    )
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


IncidentOut: Any = read_model(IncidentIn, "IncidentRead")


@router.get(
    "/incidents/{id}",
    summary="Read an incident, with what belongs to it",
    operation_id="read_incident",
    response_class=Response,
    responses={200: {"model": IncidentOut, "description": "The incident."}, **problem_responses(404)},
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


class FiguresPage(BaseModel):
    """The figures of an incident under each policy asked for."""

    data: list[dict[str, Any]] = Field(description="One item a policy.", examples=[[]])
    links: dict[str, str | None] = Field(description="Where to read on.", examples=[{"next": None}])
    meta: dict[str, Any] = Field(description="About the answer.", examples=[{}])
    warnings: list[dict[str, Any]] = Field(description="What to look at.", examples=[[]])


@router.get(
    "/incidents/{id}/figures",
    summary="The incident's figures under named policies, each with its trace",
    operation_id="incident_figures",
    response_class=Response,
    responses={200: {"model": FiguresPage, "description": "The figures."}, **problem_responses(404, 422)},
)
def incident_figures(
    request: Request, token: Token, id: RecordId, asked: Annotated[FiguresQuery, Query()]
) -> Response:
    """Compute the figures now: claims used, superseded and set aside, and why."""
    names = tuple(dict.fromkeys(part.strip() for part in asked.policy.split(",") if part.strip()))

    def act(connection: Connection, actor: Actor) -> Reply:
        found = figures.of_incident(connection, actor, id, names, asked.report)
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
