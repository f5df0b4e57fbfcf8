"""Routes of the files of a release: one by one, whole or in parts, and all in one archive."""

from __future__ import annotations

import base64
import os
import tempfile
from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime
from typing import Annotated, Any

from fastapi import Path, Request
from starlette.responses import Response

from api.desk import desk_of
from api.exports import DIGEST, LOG, ROWS, TABLE_HEADERS, Leaving
from api.routing import JSON, Token, also_answers
from api.routing import router as strict_router
from api.v1.releases import NOUN, Key
from api.v1.resource import IF_NONE_MATCH, UNCHANGED, problem_responses
from db.canonical import parse
from db.engine import Connection
from db.queries.records import Stored
from domain.access import Actor
from domain.publications import digest_of
from services import releases

router = strict_router("releases")
ZIP = "application/zip"
FILES = (
    "text/csv",
    "text/plain",
    "text/markdown",
    "text/yaml",
    "application/ld+json",
    "application/vnd.datacite.datacite+json",
    "application/geo+json",
    "application/vnd.apache.parquet",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)
"""Media types of files beside JSON."""

FileName = Annotated[str, Path(description="A file's name.", examples=["monthly.csv"], max_length=100)]


def documented_media(*media: str) -> dict[str, Any]:
    """Give these media types for the OpenAPI document."""
    return {
        one: {
            "schema": {"type": "string"}
            if one.startswith("text/")
            else {"type": "string", "contentMediaType": one}
        }
        for one in media
    }


_OF_FILE = {
    "ETag": {"description": "The SHA-256 of the file.", "schema": {"type": "string"}},
    LOG: {"description": "Where the log stood at the cut-off; cite it.", "schema": {"type": "integer"}},
    DIGEST: TABLE_HEADERS[DIGEST],
}


@router.get(
    f"/{NOUN}/{{release}}/files/{{name}}",
    summary="A file of a release",
    operation_id="release_file",
    response_class=Response,
    responses={
        200: {
            "description": "The file, byte for byte as it was approved.",
            "content": {JSON: {"schema": {"type": "object"}}, **documented_media(*FILES)},
            "headers": _OF_FILE,
        },
        206: {
            "description": "The part that a Range asked for.",
            "content": {JSON: {"schema": {}}, **documented_media(*FILES)},
        },
        304: UNCHANGED,
        **problem_responses(410),
    },
    openapi_extra={"parameters": [IF_NONE_MATCH]},
)
@also_answers(*FILES)
def one_file(request: Request, token: Token, release: Key, name: FileName) -> Response:
    """Give a file of a release; of a withdrawn one 410 with the reason."""

    def act(connection: Connection, actor: Actor) -> Response:
        stored, head, content = releases.file(connection, actor, release, name)
        more = {} if head.rows is None else {ROWS: str(head.rows)}
        return _sent(request, stored, content, head.sha256, head.name, head.media, more)

    return desk_of(request).read(token, act)


@router.get(
    f"/{NOUN}/{{release}}/archive",
    summary="Every file of a release in one archive",
    operation_id="release_archive",
    response_class=Response,
    responses={
        200: {
            "description": "A ZIP archive: the same bytes whenever it is asked for.",
            "content": documented_media(ZIP),
            "headers": _OF_FILE,
        },
        206: {"description": "The part that a Range asked for.", "content": documented_media(ZIP)},
        304: UNCHANGED,
        **problem_responses(410),
    },
    openapi_extra={"parameters": [IF_NONE_MATCH]},
)
@also_answers(ZIP)
def archive(request: Request, token: Token, release: Key) -> Response:
    """Give every file of a release; unpacked, `sha256sum -c SHA256SUMS` checks it."""

    def act(connection: Connection, actor: Actor) -> Response:
        stored, content = releases.archive(connection, actor, release)
        name = f"release-{parse(stored.content)['number'] or stored.id}.zip"
        return _sent(request, stored, content, digest_of(content), name, ZIP, {})

    return desk_of(request).read(token, act)


def _sent(
    request: Request,
    stored: Stored,
    content: bytes,
    sha256: str,
    name: str,
    media: str,
    more: Mapping[str, str],
) -> Response:
    tag = f'"{sha256}"'
    if tag in [
        part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")
    ]:
        return Response(status_code=304, headers={"ETag": tag, "Cache-Control": "no-store"})
    headers = {
        "Content-Type": f"{media}; charset=utf-8" if media.startswith("text/") else media,
        "Content-Disposition": f'attachment; filename="{name}"',
        "ETag": tag,
        "Last-Modified": format_datetime(datetime.fromisoformat(stored.recorded_at), usegmt=True),
        "Cache-Control": "no-store",
        LOG: str(parse(stored.content)["known_at"]),
        DIGEST: f"sha-256=:{base64.b64encode(bytes.fromhex(sha256)).decode()}:",
        **more,
    }
    handle, path = tempfile.mkstemp(prefix="civharm-", suffix=".release")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    return Leaving(path, headers)
