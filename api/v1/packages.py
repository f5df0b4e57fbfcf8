"""Route of the data package: several lists in one archive."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.exports import TABLE_HEADERS, exported
from api.routing import Token, also_answers
from api.routing import router as strict_router
from api.v1.resource import IF_NONE_MATCH, UNCHANGED, problem_responses
from domain.errors import Fault, Malformed
from exchange.layouts import LAYOUTS
from services import exports
from services.exports import PACKAGE

router = strict_router("tables")


class PackageQuery(BaseModel):
    """Which lists."""

    model_config = ConfigDict(extra="forbid")

    lists: str | None = Field(
        default=None,
        max_length=300,
        description="Lists, comma-separated; left out, all: " + ", ".join(LAYOUTS) + ".",
        examples=["incidents,claims"],
    )


@router.get(
    "/package",
    summary="Several lists as one Frictionless Data Package",
    operation_id="data_package",
    response_class=Response,
    responses={
        200: {
            "description": "A ZIP archive: a CSV a list, a codebook, and `datapackage.json`.",
            "content": {PACKAGE.media: {"schema": {"type": "string", "contentMediaType": PACKAGE.media}}},
            "headers": TABLE_HEADERS,
        },
        304: UNCHANGED,
        **problem_responses(),
    },
    openapi_extra={"parameters": [IF_NONE_MATCH]},
)
@also_answers(PACKAGE.media)
def package(request: Request, token: Token, asked: Annotated[PackageQuery, Query()]) -> Response:
    """Give every row of each list, described column by column, from one snapshot."""
    names = tuple(LAYOUTS) if asked.lists is None else _named(asked.lists)
    return exported(
        request,
        token,
        PACKAGE,
        "civharm",
        lambda connection, actor: exports.tag_of_package(connection, actor, names),
        lambda connection, actor, file: exports.write_lists(connection, actor, names, file),
    )


def _named(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    if not names or any(name not in LAYOUTS for name in names):
        raise Malformed(
            "A parameter cannot be used.",
            code="invalid-parameter",
            faults=[Fault("lists", "unknown-code", "Use any of: " + ", ".join(LAYOUTS) + ".")],
        )
    return names
