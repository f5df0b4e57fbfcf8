"""Routes of jobs: made, listed with how far they are, cancelled, tried again."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Request
from pydantic import Field
from starlette.responses import Response

from api.answers import dumped
from api.desk import Reply, desk_of
from api.routing import Token
from api.routing import router as strict_router
from api.v1.pages import PageQuery, list_route
from api.v1.resource import IDEMPOTENCY, RecordId, problem_responses
from api.v1.schemas.common import page_of
from api.v1.schemas.jobs import JobIn, JobOut, JobStates
from api.v1.work import listed, step_adder
from db.canonical import parse
from db.engine import Connection
from domain.access import Actor
from services.jobs import queue
from services.work_lists import JOBS

router = strict_router("jobs")


class JobQuery(PageQuery):
    """Which jobs."""

    state: JobStates | None = Field(
        default=None, description="Only those in this state.", examples=["running"]
    )
    kind: str | None = Field(
        default=None, max_length=60, description="Only those of this kind.", examples=["export"]
    )
    schedule: str | None = Field(
        default=None,
        max_length=60,
        description="Only those that this schedule made.",
        examples=["6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"],
    )


@list_route(
    router,
    "/jobs",
    JOBS.layout,
    page_of(JobOut, "Job"),
    "A page",
    summary="List jobs, newest first",
    operation_id="list_jobs",
)
def list_jobs(request: Request, token: Token, asked: Annotated[JobQuery, Query()]) -> Response:
    """List your organisation's jobs with how far each is."""
    return listed(request, token, asked, JOBS, shown)


@router.post(
    "/jobs",
    status_code=201,
    summary="Make a job",
    operation_id="create_job",
    response_class=Response,
    responses={201: {"model": JobOut, "description": "Queued."}, **problem_responses()},
    openapi_extra={"parameters": [IDEMPOTENCY]},
)
def create_job(request: Request, token: Token, body: JobIn) -> Response:
    """Make a job; a worker does it as soon as one is free."""
    desk = desk_of(request)

    def act(connection: Connection, actor: Actor) -> Reply:
        row = queue.create(connection, actor, desk.deployment, body.kind, body.parameters)
        return Reply(dumped(shown(row)), 201, {"Location": f"/v1/jobs/{row.id}"})

    return desk.create(request, token, act)


@router.get(
    "/jobs/{id}",
    summary="Read a job: how far it is, and what it made",
    operation_id="read_job",
    response_class=Response,
    responses={200: {"model": JobOut, "description": "The job."}, **problem_responses()},
)
def read_job(request: Request, token: Token, id: RecordId) -> Response:
    """Read one job."""

    def act(connection: Connection, actor: Actor) -> Reply:
        return Reply(dumped(shown(queue.one(connection, actor, id))))

    return desk_of(request).read(token, act).response()


def shown(row: Any) -> dict[str, Any]:
    """Give a job's row as an answer."""
    error = None if row.error_code is None else {"code": row.error_code, "detail": row.error_detail}
    return {
        "id": row.id,
        "kind": row.kind,
        "parameters": parse(row.parameters),
        "schedule": row.schedule,
        "due": row.due,
        "state": row.state,
        "attempts": row.attempts,
        "progress": {"done": row.progress_done, "of": row.progress_of},
        "result": None if row.result is None else parse(row.result),
        "error": error,
        "created_at": row.created_at,
        "started_at": row.started_at,
        "finished_at": row.finished_at,
        "not_before": row.not_before,
        "version": row.version,
        "log_sequence": row.seq,
        "links": {
            "self": f"/v1/jobs/{row.id}",
            **({} if row.schedule is None else {"schedule": f"/v1/schedules/{row.schedule}"}),
        },
    }


_step = step_adder(router, "jobs", "job", JobOut, shown)
_step(
    "cancel",
    "Cancel a job that has not ended",
    "A worker that has it in hand stops at its next step; a file that was delivered stays.",
    queue.cancel,
)
_step(
    "retry",
    "Have a failed or cancelled job done after all",
    "It is done from its start, as of now.",
    queue.retry,
)
