"""Routes of the releases that are for everybody: read over the public's connection alone."""

from __future__ import annotations

import base64
import os
import tempfile
from typing import Annotated

from fastapi import Query, Request
from pydantic import Field
from starlette.responses import Response

from api.exports import DIGEST, LOG, ROWS, TABLE_HEADERS, Leaving
from api.public_documents import HEADERS, tagged
from api.routing import JSON, also_answers
from api.routing import router as strict_router
from api.v1.public import PublicPage, paged
from api.v1.release_files import FILES, FileName, documented_media
from api.v1.resource import IF_NONE_MATCH, UNCHANGED, RecordId, problem_responses
from api.v1.schemas.common import page_of
from api.v1.schemas.public import PublicReleaseOut
from db.engine import Connection
from db.queries import public_releases as queries
from services import public_releases

router = strict_router("public")


class PublicReleaseFilters(PublicPage):
    """Whose releases."""

    organisation: Annotated[
        str | None,
        Field(
            max_length=200,
            description="Id of who published it.",
            examples=["6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"],
        ),
    ] = None


@router.get(
    "/public/releases",
    summary="List the releases for everybody",
    operation_id="public_releases",
    response_class=Response,
    responses={
        200: {"model": page_of(PublicReleaseOut, "PublicRelease"), "description": "A page."},
        **problem_responses(401),
    },
)
def releases(request: Request, asked: Annotated[PublicReleaseFilters, Query()]) -> Response:
    """List releases for everybody, each organisation's newest first, withdrawn ones with the reason."""
    return paged(
        request,
        "/v1/public/releases",
        asked,
        lambda connection, after, limit: queries.listed(connection, asked.organisation, after, limit),
    )


@router.get(
    "/public/releases/{id}",
    summary="Read a release for everybody",
    operation_id="public_release",
    response_class=Response,
    responses={
        200: {"model": PublicReleaseOut, "description": "The release, or when and why it was withdrawn."},
        304: UNCHANGED,
        **problem_responses(401),
    },
    openapi_extra={"parameters": [IF_NONE_MATCH]},
)
def release(request: Request, id: RecordId) -> Response:
    """Read a release for everybody with the addresses of its files."""
    found = request.app.state.desk.read_published(
        request, lambda connection: public_releases.one(connection, id)
    )
    return tagged(request.headers.get("if-none-match"), found.document, found.etag)


@router.get(
    "/public/releases/{id}/files/{name}",
    summary="A file of a release for everybody",
    operation_id="public_release_file",
    response_class=Response,
    responses={
        200: {
            "description": "The file, byte for byte as it was approved.",
            "content": {JSON: {"schema": {}}, **documented_media(*FILES)},
            "headers": {
                "ETag": {"description": "The SHA-256 of the file.", "schema": {"type": "string"}},
                **{name: TABLE_HEADERS[name] for name in (ROWS, LOG, DIGEST)},
            },
        },
        206: {
            "description": "The part that a Range asked for.",
            "content": {JSON: {"schema": {}}, **documented_media(*FILES)},
        },
        304: UNCHANGED,
        **problem_responses(401, 410),
    },
    openapi_extra={"parameters": [IF_NONE_MATCH]},
)
@also_answers(*FILES)
def file(request: Request, id: RecordId, name: FileName) -> Response:
    """Give a file of a release for everybody; of a withdrawn one 410."""

    def read(connection: Connection) -> tuple[int, queries.ReleaseFile]:
        return public_releases.one(connection, id).known_at, public_releases.file(connection, id, name)

    known_at, found = request.app.state.desk.read_published(request, read)
    tag = f'"{found.sha256}"'
    sent = request.headers.get("if-none-match", "")
    if tag in [part.strip().removeprefix("W/") for part in sent.split(",")]:
        return Response(status_code=304, headers={**HEADERS, "ETag": tag})
    media = found.media
    headers = {
        **HEADERS,
        "Content-Type": f"{media}; charset=utf-8" if media.startswith("text/") else media,
        "Content-Disposition": f'attachment; filename="{found.name}"',
        "ETag": tag,
        LOG: str(known_at),
        DIGEST: f"sha-256=:{base64.b64encode(bytes.fromhex(found.sha256)).decode()}:",
        **({} if found.rows is None else {ROWS: str(found.rows)}),
    }
    handle, path = tempfile.mkstemp(prefix="civharm-", suffix=".release")
    with os.fdopen(handle, "wb") as written:
        written.write(found.content)
    return Leaving(path, headers)
