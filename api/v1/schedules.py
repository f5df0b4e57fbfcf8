"""Routes of schedules: made, listed, paused, resumed, removed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from fastapi import Query, Request
from starlette.responses import Response

from api.answers import dumped
from api.desk import Reply, desk_of
from api.routing import Token
from api.routing import router as strict_router
from api.v1.pages import PageQuery, paged
from api.v1.resource import IDEMPOTENCY, RecordId, problem_responses
from api.v1.schemas.common import page_of
from api.v1.schemas.jobs import ScheduleIn, ScheduleOut
from db.canonical import parse
from db.engine import Connection
from domain.access import Actor
from domain.schedules import Timing
from services import schedules

router = strict_router("schedules")


@router.get(
    "/schedules",
    summary="List schedules",
    operation_id="list_schedules",
    response_class=Response,
    responses={
        200: {"model": page_of(ScheduleOut, "Schedule"), "description": "A page."},
        **problem_responses(),
    },
)
def list_schedules(request: Request, token: Token, asked: Annotated[PageQuery, Query()]) -> Response:
    """List the schedules that are not removed."""

    def read(
        connection: Connection, actor: Actor, after: Sequence[Any] | None, limit: int
    ) -> tuple[list[dict[str, Any]], list[Any] | None]:
        rows, following = schedules.listed(connection, actor, after, limit)
        return [shown(row) for row in rows], following

    return paged(request, token, asked, read)


@router.post(
    "/schedules",
    status_code=201,
    summary="Make a schedule",
    operation_id="create_schedule",
    response_class=Response,
    responses={201: {"model": ScheduleOut, "description": "Made."}, **problem_responses()},
    openapi_extra={"parameters": [IDEMPOTENCY]},
)
def create_schedule(request: Request, token: Token, body: ScheduleIn) -> Response:
    """Make a schedule; its first job is that of the next instant.

    After a time without workers one job is made, for the newest instant that was missed.
    """
    desk = desk_of(request)
    draft = schedules.Draft(Timing(body.rhythm, body.day, body.cron), body.kind, body.parameters, body.label)

    def act(connection: Connection, actor: Actor) -> Reply:
        row = schedules.create(connection, actor, desk.deployment, draft)
        return Reply(dumped(shown(row)), 201, {"Location": f"/v1/schedules/{row.id}"})

    return desk.create(request, token, act)


@router.get(
    "/schedules/{id}",
    summary="Read a schedule",
    operation_id="read_schedule",
    response_class=Response,
    responses={200: {"model": ScheduleOut, "description": "The schedule."}, **problem_responses()},
)
def read_schedule(request: Request, token: Token, id: RecordId) -> Response:
    """Read one schedule, a removed one too."""

    def act(connection: Connection, actor: Actor) -> Reply:
        return Reply(dumped(shown(schedules.one(connection, actor, id))))

    return desk_of(request).read(token, act).response()


def _add_step(verb: str, summary: str, what: str, step: Callable[[Connection, Actor, str], Any]) -> None:
    def take(request: Request, token: Token, id: RecordId) -> Response:
        def act(connection: Connection, actor: Actor) -> Reply:
            return Reply(dumped(shown(step(connection, actor, id))))

        return desk_of(request).write(token, act).response()

    router.post(
        f"/schedules/{{id}}/{verb}",
        summary=summary,
        description=what,
        operation_id=f"{verb}_schedule",
        response_class=Response,
        responses={
            200: {"model": ScheduleOut, "description": "The schedule as it is now."},
            **problem_responses(),
        },
    )(take)


_add_step(
    "pause",
    "Let a schedule make no jobs",
    "What falls due meanwhile is not made up for.",
    schedules.pause,
)
_add_step("resume", "Let a paused schedule make jobs again", "From the next instant on.", schedules.resume)
_add_step(
    "remove", "Let a schedule make no jobs any more", "Its jobs and their files stay.", schedules.remove
)


def shown(row: Any) -> dict[str, Any]:
    """Give a schedule's row as an answer."""
    return {
        "id": row.id,
        "rhythm": row.rhythm,
        "day": row.day,
        "cron": row.cron,
        "kind": row.kind,
        "parameters": parse(row.parameters),
        "label": row.label,
        "state": row.state,
        "next_due": row.next_due,
        "last_due": row.last_due,
        "version": row.version,
        "log_sequence": row.seq,
        "links": {"self": f"/v1/schedules/{row.id}", "jobs": f"/v1/jobs?schedule={row.id}"},
    }
