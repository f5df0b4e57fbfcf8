"""The route of what changed between two releases."""

from __future__ import annotations

import hashlib
from typing import Annotated

from fastapi import Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api import answers
from api.desk import Reply, desk_of
from api.exports import TABLE_HEADERS, documented, exported, format_asked, media_of
from api.routing import Token, also_answers
from api.routing import router as strict_router
from api.v1.releases import KEY_PATTERN, NOUN, Key
from api.v1.resource import IF_NONE_MATCH, UNCHANGED, conditional, problem_responses
from api.v1.schemas.releases import ReleaseDiffOut
from db.engine import Connection
from domain.access import Actor
from exchange.formats import formats_of
from exchange.layouts.release_diffs import RELEASE_DIFF
from services import release_diffs

router = strict_router("releases")
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
