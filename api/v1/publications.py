"""Routes of publications: preview, propose, publish, reject, retract."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Query, Request
from pydantic import Field
from starlette.responses import Response

from api import answers
from api.desk import Reply, desk_of
from api.routing import Token
from api.routing import router as strict_router
from api.v1.lists import Filters, listed
from api.v1.resource import (
    IDEMPOTENCY,
    IF_NONE_MATCH,
    UNCHANGED,
    RecordId,
    add_history,
    conditional,
    problem_responses,
    read,
)
from api.v1.schemas.codes import PublicationStates
from api.v1.schemas.common import page_of
from api.v1.schemas.publications import (
    ChoicesIn,
    PreviewOut,
    PublicationOut,
    PublishIn,
    RejectIn,
    RetractedOut,
    RetractIn,
)
from db.canonical import parse
from db.engine import Connection
from db.kinds import PUBLICATION
from domain.access import Actor
from services import publications, withholding
from services.publications import Preview
from services.records import Saved

router = strict_router("publications")
NOUN = "publications"


class PublicationFilters(Filters):
    """Filters of publications."""

    incident: Annotated[
        str | None,
        Field(max_length=300, description="The incident.", examples=["6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"]),
    ] = None
    state: PublicationStates | None = Field(
        default=None, description="Where it stands.", examples=["proposed"]
    )
    format: Annotated[
        str | None,
        Field(
            max_length=20,
            description="json; publications are given as no table, for they hold what is not public yet.",
            examples=["json"],
            json_schema_extra={"enum": ["json"]},
        ),
    ] = None


def _shown(found: Preview) -> str:
    return answers.dumped(
        {
            "content_sha256": found.content.sha256,
            "document": found.content.document,
            "facts": found.content.facts,
            "table_facts": found.content.table_facts,
            "findings": [
                {
                    "key": one.key,
                    "field": one.field,
                    "kind": one.kind,
                    "start": one.start,
                    "end": one.end,
                    "detail": one.detail,
                    "overridden": one.key in found.overridden,
                }
                for one in found.findings
            ],
            "published": found.published,
            "changes": found.changes,
        }
    )


@router.post(
    "/incidents/{id}/publications/preview",
    summary="See exactly what publishing an incident would make visible",
    operation_id="preview_publication",
    response_class=Response,
    responses={200: {"model": PreviewOut, "description": "The preview."}, **problem_responses()},
)
def preview(request: Request, token: Token, id: RecordId, body: ChoicesIn) -> Response:
    """See what would become visible, what its texts may give away, and what differs from what is public."""

    def act(connection: Connection, actor: Actor) -> Reply:
        return Reply(_shown(publications.preview(connection, actor, id, body.draft())))

    return desk_of(request).read(token, act).response()


@router.post(
    "/incidents/{id}/publications",
    status_code=201,
    summary="Propose to publish an incident",
    operation_id="propose_publication",
    response_class=Response,
    responses={201: {"model": PublicationOut, "description": "Proposed."}, **problem_responses()},
    openapi_extra={"parameters": [IDEMPOTENCY]},
)
def propose(request: Request, token: Token, id: RecordId, body: ChoicesIn) -> Response:
    """Propose what the preview shows; a publisher who is another person decides. Earlier proposals lapse."""

    def act(connection: Connection, actor: Actor) -> Reply:
        stored = publications.propose(connection, actor, id, body.draft()).stored
        told = withholding.one(connection, actor, PUBLICATION, stored)
        headers = {"Location": f"/v1/{NOUN}/{stored.id}", "ETag": f'"{stored.version}"'}
        return Reply(answers.record(PUBLICATION.name, told), 201, headers)

    return desk_of(request).create(request, token, act)


@router.get(
    f"/{NOUN}",
    summary="List publications",
    operation_id="list_publication",
    response_class=Response,
    responses={
        200: {"model": page_of(PublicationOut, "Publication"), "description": "A page."},
        **problem_responses(),
    },
)
def list_them(request: Request, token: Token, asked: Annotated[PublicationFilters, Query()]) -> Response:
    """List publications in the order of recording, those that wait and those that lapsed too."""
    return listed(request, token, PUBLICATION, asked)


@router.get(
    f"/{NOUN}/{{id}}",
    summary="Read a publication",
    operation_id="read_publication",
    response_class=Response,
    responses={
        200: {"model": PublicationOut, "description": "The publication."},
        304: UNCHANGED,
        **problem_responses(),
    },
    openapi_extra={"parameters": [IF_NONE_MATCH]},
)
def read_one(request: Request, token: Token, id: RecordId) -> Response:
    """Read what was proposed and what was decided."""

    def act(connection: Connection, actor: Actor) -> Reply:
        return read(connection, actor, PUBLICATION, publications.read(connection, actor, id))

    return conditional(request, desk_of(request).read(token, act))


Decide = Callable[[Connection, Actor], Saved | None]


def _deciding(request: Request, token: str | None, decide: Decide) -> Response:
    def act(connection: Connection, actor: Actor) -> Reply | None:
        saved = decide(connection, actor)
        return None if saved is None else read(connection, actor, PUBLICATION, saved.stored)

    reply = desk_of(request).write(token, act)
    if reply is None:  # that it lapsed is committed
        raise publications.lapsed()
    return reply.response()


@router.post(
    f"/{NOUN}/{{id}}/publish",
    summary="Publish what another member proposed",
    operation_id="publish_publication",
    response_class=Response,
    responses={
        200: {"model": PublicationOut, "description": "Published."},
        **problem_responses(412),
    },
)
def publish(request: Request, token: Token, id: RecordId, body: PublishIn) -> Response:
    """Publish the content of this very digest; it lapses where the record is no longer what was proposed."""
    return _deciding(
        request,
        token,
        lambda connection, actor: publications.publish(connection, actor, id, body.content_sha256),
    )


@router.post(
    f"/{NOUN}/{{id}}/reject",
    summary="Turn another member's proposal down",
    operation_id="reject_publication",
    response_class=Response,
    responses={200: {"model": PublicationOut, "description": "Rejected."}, **problem_responses()},
)
def reject(request: Request, token: Token, id: RecordId, body: RejectIn) -> Response:
    """Turn a proposal down: nothing becomes public by it."""
    return _deciding(
        request, token, lambda connection, actor: publications.reject(connection, actor, id, body.note)
    )


@router.post(
    f"/{NOUN}/{{id}}/retract",
    summary="Take a publication back, for a reason that the public reads",
    operation_id="retract_publication",
    response_class=Response,
    responses={200: {"model": RetractedOut, "description": "Retracted."}, **problem_responses()},
)
def retract(request: Request, token: Token, id: RecordId, body: RetractIn) -> Response:
    """Take a publication back: the public reads that and why, and its numbers leave the statistics.

    The incident's id does as well as the publication's: who may not read an incident that was restricted
    after it was published finds it where the public does.
    """
    reason = body.reason

    def act(connection: Connection, actor: Actor) -> Reply:
        stored = publications.retract(connection, actor, id, reason.code, reason.note).stored
        held = publications.releases_holding(connection, actor, parse(stored.content)["incident"])
        told = withholding.one(connection, actor, PUBLICATION, stored)
        more = {"public_releases": answers.dumped(held)}
        return Reply(answers.record(PUBLICATION.name, told, more), 200, {"ETag": f'"{stored.version}"'})

    return desk_of(request).write(token, act).response()


add_history(router, PUBLICATION, NOUN, "publication")
