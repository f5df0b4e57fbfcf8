"""Routes of schedules: made, listed, paused, resumed, removed."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Request
from starlette.responses import Response

from api.answers import dumped
from api.desk import Reply, desk_of
from api.routing import Token
from api.routing import router as strict_router
from api.v1.pages import PageQuery, list_route
from api.v1.resource import IDEMPOTENCY, RecordId, problem_responses
from api.v1.schemas.common import page_of
from api.v1.schemas.jobs import ScheduleIn, ScheduleOut
from api.v1.work import listed, step_adder
from db.canonical import parse
from db.engine import Connection
from domain.access import Actor
from domain.schedules import Timing
from services import schedules
from services.work_lists import SCHEDULES

router = strict_router("schedules")


@list_route(
    router,
    "/schedules",
    SCHEDULES.layout,
    page_of(ScheduleOut, "Schedule"),
    "A page",
    summary="List schedules",
    operation_id="list_schedules",
)
def list_schedules(request: Request, token: Token, asked: Annotated[PageQuery, Query()]) -> Response:
    """List the schedules that are not removed."""
    return listed(request, token, asked, SCHEDULES, shown)


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


_step = step_adder(router, "schedules", "schedule", ScheduleOut, shown)
_step(
    "pause",
    "Let a schedule make no jobs",
    "What falls due meanwhile is not made up for.",
    schedules.pause,
)
_step("resume", "Let a paused schedule make jobs again", "From the next instant on.", schedules.resume)
_step("remove", "Let a schedule make no jobs any more", "Its jobs and their files stay.", schedules.remove)
