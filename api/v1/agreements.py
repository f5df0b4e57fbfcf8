"""Routes of agreements: that another organisation reads what this one keeps for partners."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Query, Request
from starlette.responses import Response

from api.answers import dumped
from api.desk import Reply, desk_of
from api.routing import Token
from api.routing import router as strict_router
from api.v1.pages import Paging, paged
from api.v1.resource import IDEMPOTENCY, RecordId, problem_responses
from api.v1.schemas.agreements import AgreementEnd, AgreementIn, AgreementOut, ReceivedListOut
from api.v1.schemas.common import page_of
from db import door
from db.engine import Connection
from db.queries import keyset
from domain.access import Actor
from services import agreements

router = strict_router("access")


def _shown(row: Any) -> dict[str, Any]:
    names = "id partner expires_at reason version recorded_at"
    return {
        **{name: getattr(row, name) for name in names.split()},
        "ended": bool(row.ended),
        "in_force": not row.ended and row.expires_at > door.now(),
    }


@router.get(
    "/agreements",
    summary="List the agreements that your organisation gave",
    operation_id="list_agreements",
    response_class=Response,
    responses={
        200: {"model": page_of(AgreementOut, "Agreement"), "description": "A page."},
        **problem_responses(),
    },
)
def list_agreements(request: Request, token: Token, asked: Annotated[Paging, Query()]) -> Response:
    """List who may read what your organisation keeps for partners; those that are over are among them."""

    def read(
        connection: Connection, actor: Actor, after: Sequence[Any] | None, limit: int
    ) -> tuple[list[dict[str, Any]], list[Any] | None]:
        rows, following = keyset.page(connection, agreements.given(connection, actor), after, limit)
        return [_shown(one) for one in rows], following

    return paged(request, token, asked, read)


@router.post(
    "/agreements",
    status_code=201,
    summary="Let another organisation read what yours keeps for partners",
    operation_id="create_agreement",
    response_class=Response,
    responses={201: {"model": AgreementOut, "description": "Agreed."}, **problem_responses()},
    openapi_extra={"parameters": [IDEMPOTENCY]},
)
def create_agreement(request: Request, token: Token, body: AgreementIn) -> Response:
    """Let a partner's readers read the records that are for partners or public, until a day's end.

    They read no sensitive field, nothing that is restricted or the organisation's, and nothing but records.
    The other way round it takes an agreement of theirs.
    """

    def act(connection: Connection, actor: Actor) -> Reply:
        row = agreements.make(connection, actor, body.partner, body.expires_at, body.reason)
        return Reply(dumped(_shown(row)), 201, {"Location": f"/v1/agreements/{row.id}"})

    return desk_of(request).create(request, token, act)


@router.get(
    "/agreements/received",
    summary="List the agreements by which your organisation reads others' records",
    operation_id="received_agreements",
    response_class=Response,
    responses={200: {"model": ReceivedListOut, "description": "Those in force."}, **problem_responses()},
)
def received_agreements(request: Request, token: Token) -> Response:
    """List whose records yours may read now, all at once; those that are over are not among them."""

    def act(connection: Connection, actor: Actor) -> Reply:
        return Reply(dumped({"data": [one._asdict() for one in agreements.received(connection, actor)]}))

    return desk_of(request).read(token, act).response()


@router.get(
    "/agreements/{id}",
    summary="Read an agreement that your organisation gave",
    operation_id="read_agreement",
    response_class=Response,
    responses={200: {"model": AgreementOut, "description": "The agreement."}, **problem_responses()},
)
def read_agreement(request: Request, token: Token, id: RecordId) -> Response:
    """Read one agreement."""

    def act(connection: Connection, actor: Actor) -> Reply:
        return Reply(dumped(_shown(agreements.one(connection, actor, id))))

    return desk_of(request).read(token, act).response()


@router.post(
    "/agreements/{id}/end",
    summary="End an agreement before its day",
    operation_id="end_agreement",
    response_class=Response,
    responses={200: {"model": AgreementOut, "description": "Ended."}, **problem_responses()},
)
def end_agreement(request: Request, token: Token, id: RecordId, body: AgreementEnd) -> Response:
    """End it: from the next request on the partner reads nothing. An ended one is not taken up again."""

    def act(connection: Connection, actor: Actor) -> Reply:
        return Reply(dumped(_shown(agreements.end(connection, actor, id, body.reason))))

    return desk_of(request).write(token, act).response()
