"""Routes of clearances: the members who are named for a restricted record."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request
from pydantic import ConfigDict, Field
from starlette.responses import Response

from api.desk import Reply, desk_of, version_asked
from api.routing import Token
from api.routing import router as strict_router
from api.v1.lists import Filters, listed
from api.v1.resource import (
    IDEMPOTENCY,
    IF_MATCH,
    IF_NONE_MATCH,
    UNCHANGED,
    RecordId,
    add_history,
    changed,
    conditional,
    created,
    problem_responses,
    read,
)
from api.v1.schemas.base import Id, RecordHead
from api.v1.schemas.clearances import ClearanceEnd, ClearanceIn
from api.v1.schemas.common import page_of
from db.engine import Connection
from db.kinds import CLEARANCE
from domain.access import Actor
from services import clearances, records

router = strict_router("access")
NOUN, ONE = "clearances", "clearance"
_ID = "6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"


class ClearanceOut(RecordHead):
    """That a member is named for a restricted record, beside who recorded it."""

    model_config = ConfigDict(extra="allow")

    kind: str = Field(description="The kind of record.", examples=["incident"])
    object: Id = Field(description="The record.", examples=[_ID])
    member: Id = Field(description="Who may read it.", examples=["0b9c2c8e-5d4b-4a57-9d8e-2f1f5f1f9a11"])
    ended: bool = Field(description="Whether the name was taken off again.", examples=[False])
    reason: str = Field(description="Why the last act on it.", examples=["Reviews it."])


class ClearanceFilters(Filters):
    """Filters of clearances."""

    object: str | None = Field(default=None, max_length=36, description="The record.", examples=[_ID])
    member: str | None = Field(default=None, max_length=36, description="The member.", examples=[_ID])


@router.post(
    f"/{NOUN}",
    status_code=201,
    summary="Name a member for a restricted record",
    operation_id="create_clearance",
    response_class=Response,
    responses={201: {"model": ClearanceOut, "description": "Named."}, **problem_responses()},
    openapi_extra={"parameters": [IDEMPOTENCY]},
)
def create_one(request: Request, token: Token, body: ClearanceIn) -> Response:
    """Let a member read a restricted record and all that is under it; the reason stays in the log."""

    def act(connection: Connection, actor: Actor) -> Reply:
        return created(connection, actor, CLEARANCE, clearances.give(connection, actor, body.draft()))

    return desk_of(request).create(request, token, act)


@router.get(
    f"/{NOUN}",
    summary="List clearances",
    operation_id="list_clearance",
    response_class=Response,
    responses={
        200: {"model": page_of(ClearanceOut, "Clearance"), "description": "A page."},
        304: UNCHANGED,
        **problem_responses(),
    },
)
def list_them(request: Request, token: Token, asked: Annotated[ClearanceFilters, Query()]) -> Response:
    """List who is named for the restricted records that the caller may read."""
    return listed(request, token, CLEARANCE, asked)


@router.get(
    f"/{NOUN}/{{id}}",
    summary="Read a clearance",
    operation_id="read_clearance",
    response_class=Response,
    responses={
        200: {"model": ClearanceOut, "description": "The clearance."},
        304: UNCHANGED,
        **problem_responses(),
    },
    openapi_extra={"parameters": [IF_NONE_MATCH]},
)
def read_one(request: Request, token: Token, id: RecordId) -> Response:
    """Read one clearance."""

    def act(connection: Connection, actor: Actor) -> Reply:
        return read(connection, actor, CLEARANCE, records.read(connection, actor, CLEARANCE, id))

    return conditional(request, desk_of(request).read(token, act))


add_history(router, CLEARANCE, NOUN, ONE)


@router.post(
    f"/{NOUN}/{{id}}/end",
    summary="Take a member's name off a restricted record",
    operation_id="end_clearance",
    response_class=Response,
    responses={200: {"model": ClearanceOut, "description": "Off."}, **problem_responses(412, 428)},
    openapi_extra={"parameters": [IF_MATCH]},
)
def end(request: Request, token: Token, id: RecordId, body: ClearanceEnd) -> Response:
    """Take the name off; from the next request on the member meets the record as if it were not there."""
    version = version_asked(request)

    def act(connection: Connection, actor: Actor) -> Reply:
        return changed(
            connection, actor, CLEARANCE, clearances.end(connection, actor, id, version, body.reason)
        )

    return desk_of(request).write(token, act).response()
