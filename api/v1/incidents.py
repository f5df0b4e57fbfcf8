"""Routes of incidents: the record with its tree, places, claims and victims, and its figures."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Request
from pydantic import BaseModel, ConfigDict, Field, create_model
from starlette.responses import Response

from api import answers
from api.desk import Reply, desk_of
from api.routing import WITHOUT_A_TOKEN, Token, published_as
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
from api.v1.schemas.common import FlagOut
from api.v1.schemas.incidents import IncidentIn, PlaceIn
from api.v1.schemas.victims import VictimIn
from db import kinds
from db.engine import Connection
from db.kinds import CLAIM, INCIDENT, PLACE, VICTIM
from domain.access import Actor
from domain.errors import Fault, Malformed
from services import incidents, reading, withholding

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
    openapi_extra={"parameters": [IF_NONE_MATCH], **WITHOUT_A_TOKEN},
)
@published_as("public_incident")
def read_incident(
    request: Request, token: Token, id: RecordId, asked: Annotated[IncludeQuery, Query()]
) -> Response:
    """Read one incident; ``include`` brings its tree, places, claims, victims and flags in one answer."""
    wanted = _names(asked.include, INCLUDES, "include")

    def act(connection: Connection, actor: Actor) -> Reply:
        stored, parts = reading.incident(connection, actor, id, wanted)
        extra = {name: _part(connection, actor, name, value) for name, value in parts.items()}
        # What is included changes without the incident's version, so only the bare record has a tag.
        headers = {} if wanted else {"ETag": f'"{stored.version}"'}
        told = withholding.one(connection, actor, INCIDENT, stored)
        return Reply(answers.record("incident", told, extra), 200, headers)

    return conditional(request, desk_of(request).read(token, act))


def _part(connection: Connection, actor: Actor, name: str, value: Any) -> str:
    if name in ("claims", "places", "victims"):
        kind = {"claims": CLAIM, "places": PLACE, "victims": VICTIM}[name]
        told = withholding.tell(connection, actor, kind, value)
        return f"[{','.join(answers.record(kind.name, one) for one in told)}]"
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
