"""Lists of what is no record: pages with the same limit, cursor and shape, and the same tables."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Annotated, Any, BinaryIO, TypeVar
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, field_validator
from starlette.responses import Response

from api import answers, paging
from api.desk import Reply, desk_of
from api.exports import exported, format_asked, medias, or_table, refuse_paging
from api.routing import also_answers
from api.v1.lists import DEFAULT_PAGE, check_limit
from api.v1.resource import IF_NONE_MATCH, problem_responses
from api.v1.schemas.base import digits_only
from db.engine import Connection
from domain.access import Actor
from exchange.columns import Layout
from exchange.formats import FORMATS, Format, formats_of
from services import incident_tables
from services.exports import Written
from services.incident_tables import Listed

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
OFFERED = tuple(one for one in FORMATS.values() if one.only is None and not one.needs_place)
"""The formats of a table without places."""
_NAMES = [one.name for one in OFFERED]


class FormatQuery(BaseModel):
    """In which form."""

    model_config = ConfigDict(extra="forbid")

    format: str | None = Field(
        default=None,
        max_length=20,
        description="json, or a table with every row: " + ", ".join(_NAMES) + ". Left out: what `Accept` "
        "prefers.",
        examples=["csv"],
        json_schema_extra={"enum": ["json", *_NAMES]},
    )


class Paging(BaseModel):
    """Which page."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=10_000, description="Rows a page.", examples=[100])] = DEFAULT_PAGE
    cursor: Annotated[
        str | None, Field(max_length=500, description="Where a page before ended.", examples=[None])
    ] = None

    @field_validator("limit", mode="before")
    @classmethod
    def _digits_only(cls, value: Any) -> Any:
        return digits_only(value)

    def filters(self) -> dict[str, Any]:
        """Give the filters that were given, without the paging."""
        said = self.model_dump(exclude={"limit", "cursor", "format"})
        return {name: value for name, value in said.items() if value is not None}


class PageQuery(Paging, FormatQuery):
    """Which page, or all of it as a table."""


OF_A_TABLE = {
    **IF_NONE_MATCH,
    "description": "The ETag of the table that you have; the same one is answered 304 without a body. A page "
    "in JSON has none.",
}

Read = Callable[
    [Connection, Actor, Sequence[Any] | None, int], tuple[Sequence[dict[str, Any]], list[Any] | None]
]
"""Gives a page's items and the position after them, from the position before and the limit."""


def paged(request: Request, token: str | None, asked: Paging, read: Read) -> Response:
    """Give a page."""
    desk = desk_of(request)
    check_limit(asked.limit, desk.max_page)
    filters = asked.filters()

    def act(connection: Connection, actor: Actor) -> Reply:
        scope = hashlib.sha256(
            f"{actor.organisation}|{request.url.path}|{sorted(filters.items())}".encode()
        ).hexdigest()
        after = None if asked.cursor is None else paging.unseal(desk.cursor_secret, scope, asked.cursor)
        items, following = read(connection, actor, after, asked.limit)
        link = None
        if following is not None:
            cursor = paging.seal(desk.cursor_secret, scope, following)
            address = {"limit": asked.limit, **filters, "cursor": cursor}
            link = f"{request.url.path}?{urlencode(address)}"
        return Reply(
            answers.listing(
                (answers.dumped(one) for one in items), link, {"limit": asked.limit, "filters": filters}
            )
        )

    return desk.read(token, act).response()


TagOf = Callable[[Connection, Actor, Format], str]
Write = Callable[[Connection, Actor, Format, BinaryIO], Written]


def as_table(
    request: Request, token: str | None, asked: FormatQuery, layout: Layout, tag_of: TagOf, write: Write
) -> Response | None:
    """Give a list whole, as a table of a layout; None where JSON is asked for."""
    table = format_asked(request, formats_of(layout), asked.format)
    if table is None:
        return None
    refuse_paging(asked.model_fields_set)
    return exported(
        request,
        token,
        table,
        layout.name,
        lambda connection, actor: tag_of(connection, actor, table),
        lambda connection, actor, file: write(connection, actor, table, file),
    )


def listed_under(request: Request, token: str | None, asked: FormatQuery, listed: Listed) -> Response | None:
    """Give what is listed under an incident, as a table; None where JSON is asked for."""
    return as_table(
        request,
        token,
        asked,
        listed.layout,
        lambda connection, actor, format: incident_tables.tag_of(connection, actor, listed, format),
        lambda connection, actor, format, file: incident_tables.write(
            connection, actor, listed, format, file
        ),
    )


def list_route(
    router: APIRouter, path: str, layout: Layout, model: Any, what: str, *, summary: str, operation_id: str
) -> Callable[[Endpoint], Endpoint]:
    """Add what answers at an address with a list in JSON (``what`` says of which), and as a table."""
    offered = formats_of(layout)

    def add(endpoint: Endpoint) -> Endpoint:
        router.get(
            path,
            summary=summary,
            operation_id=operation_id,
            response_class=Response,
            responses={
                200: or_table(model, what, offered),
                304: {"description": "You have this very table."},
                **problem_responses(413),
            },
            openapi_extra={"parameters": [OF_A_TABLE]},
        )(also_answers(*medias(offered))(endpoint))
        return endpoint

    return add
