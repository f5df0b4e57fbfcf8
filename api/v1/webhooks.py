"""Routes of webhooks: made, given another secret, enabled, removed; their deliveries listed and replayed.

What shows a secret takes no ``Idempotency-Key``: an answer kept for a second sending would keep the secret.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Path, Query, Request
from starlette.responses import Response

from api.answers import dumped
from api.desk import Reply, desk_of
from api.routing import Token
from api.routing import router as strict_router
from api.v1.pages import PageQuery, list_route
from api.v1.resource import RecordId, problem_responses
from api.v1.schemas.base import UUID_PATTERN
from api.v1.schemas.common import page_of
from api.v1.schemas.webhooks import DeliveryOut, WebhookIn, WebhookMadeOut, WebhookOut
from api.v1.work import listed, step_adder
from db.canonical import parse
from db.engine import Connection
from domain.access import Actor
from services.webhooks import endpoints
from services.webhooks.deliveries import message_id
from services.work_lists import DELIVERIES, WEBHOOKS

router = strict_router("webhooks")
DeliveryId = Annotated[
    str,
    Path(
        description="The message's id.",
        examples=["6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"],
        json_schema_extra={"format": "uuid", "pattern": UUID_PATTERN},
    ),
]


@list_route(
    router,
    "/webhooks",
    WEBHOOKS.layout,
    page_of(WebhookOut, "Webhook"),
    "A page",
    summary="List webhooks, without their secrets",
    operation_id="list_webhooks",
)
def list_webhooks(request: Request, token: Token, asked: Annotated[PageQuery, Query()]) -> Response:
    """List the webhooks that are not removed; a table has the host of each and not its whole address."""
    return listed(request, token, asked, WEBHOOKS, shown)


@router.post(
    "/webhooks",
    status_code=201,
    summary="Make a webhook; its secret is shown once",
    operation_id="create_webhook",
    response_class=Response,
    responses={201: {"model": WebhookMadeOut, "description": "Made."}, **problem_responses()},
)
def create_webhook(request: Request, token: Token, body: WebhookIn) -> Response:
    """Make a webhook. Takes no Idempotency-Key: the secret is kept for no second answer."""
    desk = desk_of(request)

    def act(connection: Connection, actor: Actor) -> Reply:
        made = endpoints.create(connection, actor, desk.deployment, body.url, body.types, body.label)
        return Reply(_with_secret(made), 201, {"Location": f"/v1/webhooks/{made.id}"})

    return desk.write(token, act).response()


@router.get(
    "/webhooks/{id}",
    summary="Read a webhook, without its secret",
    operation_id="read_webhook",
    response_class=Response,
    responses={200: {"model": WebhookOut, "description": "The webhook."}, **problem_responses()},
)
def read_webhook(request: Request, token: Token, id: RecordId) -> Response:
    """Read one webhook, a removed one too."""

    def act(connection: Connection, actor: Actor) -> Reply:
        return Reply(dumped(shown(endpoints.one(connection, actor, id))))

    return desk_of(request).read(token, act).response()


@router.post(
    "/webhooks/{id}/rotate",
    summary="Make another secret, shown once; the one before signs beside it for a day",
    operation_id="rotate_webhook",
    response_class=Response,
    responses={200: {"model": WebhookMadeOut, "description": "With its new secret."}, **problem_responses()},
)
def rotate_webhook(request: Request, token: Token, id: RecordId) -> Response:
    """Give a webhook another secret."""

    def act(connection: Connection, actor: Actor) -> Reply:
        return Reply(_with_secret(endpoints.rotate(connection, actor, id)))

    return desk_of(request).write(token, act).response()


@list_route(
    router,
    "/webhooks/{id}/deliveries",
    DELIVERIES.layout,
    page_of(DeliveryOut, "Delivery"),
    "A page",
    summary="List the messages to a webhook, newest first, with every attempt",
    operation_id="list_deliveries",
)
def list_deliveries(
    request: Request, token: Token, id: RecordId, asked: Annotated[PageQuery, Query()]
) -> Response:
    """List messages; answers of the receiver are not kept, but for their status."""
    return listed(request, token, asked, DELIVERIES, lambda one: _delivery(one.row, one.attempts), webhook=id)


@router.post(
    "/webhooks/{id}/deliveries/{delivery}/replay",
    summary="Send a message again, under the id that it had",
    operation_id="replay_delivery",
    response_class=Response,
    responses={200: {"model": DeliveryOut, "description": "It waits to be sent."}, **problem_responses()},
)
def replay_delivery(request: Request, token: Token, id: RecordId, delivery: DeliveryId) -> Response:
    """Have a message that was delivered, failed or dropped sent once more."""

    def act(connection: Connection, actor: Actor) -> Reply:
        row, attempts = endpoints.replay(connection, actor, id, delivery)
        return Reply(dumped(_delivery(row, attempts)))

    return desk_of(request).write(token, act).response()


def shown(row: Any) -> dict[str, Any]:
    """Give a webhook's row as an answer."""
    return {
        "id": row.id,
        "url": row.url,
        "types": parse(row.types),
        "label": row.label,
        "state": row.state,
        "state_reason": row.state_reason,
        "failing_since": row.failing_since,
        "rotated_at": row.rotated_at,
        "both_sign_until": row.previous_until,
        "version": row.version,
        "recorded_at": row.recorded_at,
        "links": {"self": f"/v1/webhooks/{row.id}", "deliveries": f"/v1/webhooks/{row.id}/deliveries"},
    }


_step = step_adder(router, "webhooks", "webhook", WebhookOut, shown)
_step("enable", "Tell a disabled webhook again", "What waited is sent first.", endpoints.enable)
_step("remove", "Tell a webhook nothing any more", "What waits for it is dropped.", endpoints.remove)


def _with_secret(made: endpoints.Made) -> str:
    return dumped({**shown(made.row), "secret": made.secret})


def _delivery(row: Any, attempts: Sequence[Any]) -> dict[str, Any]:
    return {
        "id": row.id,
        "message": message_id(row.id),
        "type": row.type,
        "job": row.job,
        "state": row.state,
        "body": parse(row.body),
        "created_at": row.created_at,
        "not_before": row.not_before,
        "finished_at": row.finished_at,
        "attempts": [
            {
                "number": one.number,
                "at": one.at,
                "status": one.status,
                "duration_ms": one.duration_ms,
                "error": one.error,
            }
            for one in attempts
        ],
    }
