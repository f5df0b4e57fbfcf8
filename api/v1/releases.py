"""Routes of releases: propose, approve, read, take the files, withdraw."""

from __future__ import annotations

import base64
import hashlib
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Annotated, Any

from fastapi import Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api import answers
from api.desk import Reply, desk_of
from api.exports import (
    DIGEST,
    LOG,
    ROWS,
    TABLE_HEADERS,
    Leaving,
    documented,
    exported,
    format_asked,
    media_of,
)
from api.routing import JSON, Token, also_answers
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
    ReleaseDiffOut,
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
from domain.publications import ReleaseDraft, digest_of
from exchange.formats import formats_of
from exchange.layouts import LAYOUTS
from exchange.layouts.release_diffs import RELEASE_DIFF
from services import release_diffs, releases
from services.records import Saved

router = strict_router("releases")
NOUN = "releases"
ZIP = "application/zip"
FILES = (
    "text/csv",
    "text/plain",
    "text/markdown",
    "text/yaml",
    "application/ld+json",
    "application/vnd.datacite.datacite+json",
    "application/vnd.apache.parquet",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)
"""Media types of files beside JSON."""

KEY_PATTERN = "^([1-9][0-9]{0,8}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$"
Key = Annotated[
    str,
    Path(
        description="The release's number, or the id of one that has none yet.",
        examples=["1"],
        json_schema_extra={
            "pattern": KEY_PATTERN,
        },
    ),
]
FileName = Annotated[str, Path(description="A file's name.", examples=["monthly.csv"], max_length=100)]
Other = Annotated[
    str,
    Path(
        description="The other release's number, or its id.",
        examples=["2"],
        json_schema_extra={"pattern": KEY_PATTERN},
    ),
]
DIFF_OFFERED = formats_of(RELEASE_DIFF)
DIFF_FORMATS = tuple(one.name for one in DIFF_OFFERED)
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
    return [{"files": _files(one, files[one.id])} for one in found]


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
        answers.record(RELEASE.name, stored, more), status, {"ETag": f'"{stored.version}"', **headers}
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
    draft = ReleaseDraft(body.cutoff, body.period_start, body.period_end, body.title, body.notes)
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


add_history(router, RELEASE, NOUN, "release")


class DiffQuery(BaseModel):
    """What of a comparison."""

    model_config = ConfigDict(extra="forbid")

    table: str | None = Field(
        default=None, max_length=100, description="One table; left out: all.", examples=["monthly"]
    )
    format: str | None = Field(
        default=None,
        max_length=20,
        description="json, or a row for each value that changed: " + ", ".join(DIFF_FORMATS) + ".",
        examples=["csv"],
        json_schema_extra={"enum": ["json", *DIFF_FORMATS]},
    )


@router.get(
    f"/{NOUN}/{{release}}/diff/{{other}}",
    summary="What changed between two releases, with the incidents and reasons behind it",
    operation_id="diff_releases",
    response_class=Response,
    responses={
        200: {
            "model": ReleaseDiffOut,
            "description": "Cell by cell; or, by `format` or `Accept`, a row for each value that changed.",
            "content": documented(DIFF_OFFERED),
            "headers": TABLE_HEADERS,
        },
        304: UNCHANGED,
        **problem_responses(),
    },
    openapi_extra={"parameters": [IF_NONE_MATCH]},
)
@also_answers(*media_of(RELEASE_DIFF))
def diff(
    request: Request, token: Token, release: Key, other: Other, asked: Annotated[DiffQuery, Query()]
) -> Response:
    """Compare two releases, also a proposed one with the last: the cells, the incidents, their reasons."""
    table = format_asked(request, DIFF_OFFERED, asked.format)

    def tag_of(connection: Connection, actor: Actor) -> str:
        what = hashlib.sha256(f"{asked.table}|{table and table.name}".encode()).hexdigest()[:12]
        return release_diffs.tag_of(connection, actor, release, other, what)

    if table is not None:
        return exported(
            request,
            token,
            table,
            "release-diff",
            tag_of,
            lambda connection, actor, file: release_diffs.write_diff(
                connection, actor, (release, other), asked.table, table.name, file
            ),
        )

    def act(connection: Connection, actor: Actor) -> Reply:
        found = release_diffs.diff(connection, actor, release, other, asked.table)
        return Reply(answers.dumped(found), 200, {"ETag": tag_of(connection, actor)})

    return conditional(request, desk_of(request).read(token, act))


def _documented(*media: str) -> dict[str, Any]:
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
            "content": {JSON: {"schema": {"type": "object"}}, **_documented(*FILES)},
            "headers": _OF_FILE,
        },
        206: {
            "description": "The part that a Range asked for.",
            "content": {JSON: {"schema": {}}, **_documented(*FILES)},
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
            "content": _documented(ZIP),
            "headers": _OF_FILE,
        },
        206: {"description": "The part that a Range asked for.", "content": _documented(ZIP)},
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
