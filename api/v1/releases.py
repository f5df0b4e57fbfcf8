"""Routes of releases: propose, approve, read, withdraw."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import Path, Query, Request
from pydantic import Field
from starlette.responses import Response

from api import answers
from api.desk import Reply, desk_of
from api.exports import media_of
from api.routing import Token, also_answers
from api.routing import router as strict_router
from api.v1.lists import Filters, listed
from api.v1.resource import (
    IDEMPOTENCY,
    IF_NONE_MATCH,
    UNCHANGED,
    a_page,
    add_history,
    conditional,
    problem_responses,
)
from api.v1.schemas.codes import ReleaseStates
from api.v1.schemas.common import page_of
from api.v1.schemas.releases import (
    ApproveReleaseIn,
    RejectReleaseIn,
    ReleaseIn,
    ReleaseOut,
    WithdrawReleaseIn,
)
from db.canonical import parse
from db.engine import Connection
from db.kinds import RELEASE
from db.queries.records import Stored
from db.queries.releases import FileHead
from domain.access import Actor
from domain.publications import ReleaseDraft
from exchange.layouts import LAYOUTS
from services import releases, withholding
from services.records import Saved

router = strict_router("releases")
NOUN = "releases"
KEY_PATTERN = "^([1-9][0-9]{0,8}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$"
Key = Annotated[
    str,
    Path(
        description="The release's number, or the id of one that has none yet.",
        examples=["1"],
        json_schema_extra={"pattern": KEY_PATTERN},
    ),
]
Act = Callable[[Connection, Actor], Saved]


class ReleaseFilters(Filters):
    """Filters of releases."""

    state: ReleaseStates | None = Field(default=None, description="Where it stands.", examples=["approved"])
    digest: Annotated[
        str | None,
        Field(max_length=64, description="Its digest: which release is this copy?", examples=["9f86d0"]),
    ] = None


def _page_extra(connection: Connection, actor: Actor, found: Sequence[Stored]) -> list[dict[str, str]]:
    files = releases.files_of(connection, actor, [one.id for one in found])
    return [{**_unsaid(one), "files": _files(one, files[one.id])} for one in found]


def _unsaid(stored: Stored) -> dict[str, str]:
    """Give the members that a release of an earlier version of the software does not have."""
    there = parse(stored.content)
    unsaid = {"population": "null", "population_sha256": "null", "audience": '"organisation"'}
    return {name: value for name, value in unsaid.items() if name not in there}


def _files(stored: Stored, heads: Sequence[FileHead]) -> str:
    key = parse(stored.content)["number"] or stored.id
    return answers.dumped(
        [
            {
                "name": one.name,
                "media": one.media,
                "bytes": one.size,
                "sha256": one.sha256,
                "rows": one.rows,
                "links": {"self": f"/v1/releases/{key}/files/{one.name}"},
            }
            for one in heads
        ]
    )


def _reply(connection: Connection, actor: Actor, stored: Stored, status: int = 200, **headers: str) -> Reply:
    (more,) = _page_extra(connection, actor, [stored])
    return Reply(
        answers.record(RELEASE.name, withholding.one(connection, actor, RELEASE, stored), more),
        status,
        {"ETag": f'"{stored.version}"', **headers},
    )


@router.post(
    f"/{NOUN}",
    status_code=201,
    summary="Propose a release of the statistics as known at the end of a day",
    operation_id="propose_release",
    response_class=Response,
    responses={201: {"model": ReleaseOut, "description": "Made and proposed."}, **problem_responses()},
    openapi_extra={"parameters": [IDEMPOTENCY]},
)
def propose(request: Request, token: Token, body: ReleaseIn) -> Response:
    """Make every file of a release; another member approves its digest, and then it has a number."""
    draft = ReleaseDraft(
        *(body.cutoff, body.period_start, body.period_end, body.title, body.notes, body.population),
        body.audience,
    )
    # Making the files only reads: nobody who records waits for it.
    prepared = desk_of(request).read(
        token, lambda connection, actor: releases.prepare(connection, actor, draft)
    )

    def act(connection: Connection, actor: Actor) -> Reply:
        stored = releases.propose(connection, actor, prepared).stored
        return _reply(connection, actor, stored, 201, Location=f"/v1/{NOUN}/{stored.id}")

    return desk_of(request).create(request, token, act)


@router.get(
    f"/{NOUN}",
    summary="List releases",
    operation_id="list_release",
    response_class=Response,
    responses={200: a_page(page_of(ReleaseOut, "Release"), NOUN), 304: UNCHANGED, **problem_responses()},
)
@also_answers(*media_of(LAYOUTS[NOUN]))
def list_them(request: Request, token: Token, asked: Annotated[ReleaseFilters, Query()]) -> Response:
    """List releases, proposed and rejected ones too, in the order of recording."""
    return listed(request, token, RELEASE, asked, _page_extra)


@router.get(
    f"/{NOUN}/{{release}}",
    summary="Read a release",
    operation_id="read_release",
    response_class=Response,
    responses={
        200: {"model": ReleaseOut, "description": "The release, also when it was withdrawn."},
        304: UNCHANGED,
        **problem_responses(),
    },
    openapi_extra={"parameters": [IF_NONE_MATCH]},
)
def read_one(request: Request, token: Token, release: Key) -> Response:
    """Read a release by its number, or by its id."""

    def act(connection: Connection, actor: Actor) -> Reply:
        return _reply(connection, actor, releases.read(connection, actor, release))

    return conditional(request, desk_of(request).read(token, act))


def _deciding(request: Request, token: str | None, decide: Act) -> Response:
    def act(connection: Connection, actor: Actor) -> Reply:
        return _reply(connection, actor, decide(connection, actor).stored)

    return desk_of(request).write(token, act).response()


@router.post(
    f"/{NOUN}/{{release}}/approve",
    summary="Approve another member's release",
    operation_id="approve_release",
    response_class=Response,
    responses={
        200: {"model": ReleaseOut, "description": "Approved, with its number and its citations."},
        **problem_responses(412),
    },
)
def approve(request: Request, token: Token, release: Key, body: ApproveReleaseIn) -> Response:
    """Approve the release of this very digest: it gets its number, and nothing of it changes again."""
    return _deciding(
        request,
        token,
        lambda connection, actor: releases.approve(connection, actor, release, body.digest),
    )


@router.post(
    f"/{NOUN}/{{release}}/publish",
    summary="Approve another member's release for the public",
    operation_id="publish_release",
    response_class=Response,
    responses={
        200: {"model": ReleaseOut, "description": "Approved, and public."},
        **problem_responses(412),
    },
)
def publish(request: Request, token: Token, release: Key, body: ApproveReleaseIn) -> Response:
    """Approve the release for the public of this very digest: everybody reads it at once."""
    return approve(request, token, release, body)


@router.post(
    f"/{NOUN}/{{release}}/reject",
    summary="Turn a proposed release down",
    operation_id="reject_release",
    response_class=Response,
    responses={200: {"model": ReleaseOut, "description": "Rejected."}, **problem_responses()},
)
def reject(request: Request, token: Token, release: Key, body: RejectReleaseIn) -> Response:
    """Turn a proposed release down, or take it back: it never gets a number."""
    return _deciding(
        request, token, lambda connection, actor: releases.reject(connection, actor, release, body.note)
    )


@router.post(
    f"/{NOUN}/{{release}}/withdraw",
    summary="Withdraw an approved release, for a reason",
    operation_id="withdraw_release",
    response_class=Response,
    responses={200: {"model": ReleaseOut, "description": "Withdrawn."}, **problem_responses()},
)
def withdraw(request: Request, token: Token, release: Key, body: WithdrawReleaseIn) -> Response:
    """Withdraw a release: its number and the reason stay, its files are answered 410."""
    reason = body.reason
    return _deciding(
        request,
        token,
        lambda connection, actor: releases.withdraw(connection, actor, release, reason.code, reason.note),
    )


@router.post(
    f"/{NOUN}/{{release}}/unpublish",
    summary="Withdraw an approved release for the public, for a reason that everybody reads",
    operation_id="unpublish_release",
    response_class=Response,
    responses={200: {"model": ReleaseOut, "description": "Withdrawn."}, **problem_responses()},
)
def unpublish(request: Request, token: Token, release: Key, body: WithdrawReleaseIn) -> Response:
    """Withdraw a release for the public: number and reason stay, its files are answered 410 to everybody."""
    return withdraw(request, token, release, body)


add_history(router, RELEASE, NOUN, "release")
