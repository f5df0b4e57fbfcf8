"""The routes of revisions: the triangle, and what moved between two points."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, BinaryIO, Literal
from urllib.parse import urlencode

from fastapi import Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api import answers, paging
from api.desk import Reply, desk_of
from api.routing import Token
from api.routing import router as strict_router
from api.v1.lists import check_limit
from api.v1.pages import FormatQuery, PageQuery, as_table, list_route
from api.v1.schemas.common import LinksOut
from api.v1.schemas.revisions import (
    ChangedOut,
    ChangesMeta,
    TriangleColumnOut,
    TriangleMeta,
    TriangleRowOut,
)
from api.v1.statistics import QuestionFilters, as_parameters, conditional
from db.engine import Connection
from domain.access import Actor
from exchange.formats import Format
from exchange.layouts.revisions import CHANGES, REVISIONS
from services import revision_tables, revisions
from services.exports import Written
from services.revisions import Between
from services.statistics import Answered

router = strict_router("statistics")

Period = Annotated[
    Literal["month", "quarter", "year"],
    Field(description="What a row is; an incident that no single one holds spans.", examples=["month"]),
]


class RevisionsQuery(QuestionFilters, FormatQuery):
    """Which triangle."""

    period: Period = "month"
    at: str | None = Field(
        default=None,
        max_length=2_000,
        description=(
            "From 2 to 60 points of the log, comma-separated, each a log sequence, an instant or a day as "
            "known_at has it; left out: the settled ends of the last 12 months, and now."
        ),
        examples=["2022-11-20,2023-02-05,2023-07-16"],
    )


class TriangleOut(BaseModel):
    """The revision triangle: a row a period, a column a point of the log."""

    columns: list[TriangleColumnOut] = Field(description="The points, in the log's order.", examples=[[]])
    data: list[TriangleRowOut] = Field(
        description="The rows; each cell is what the statistics answer as known then.", examples=[[]]
    )
    meta: TriangleMeta = Field(description="What must be read with the numbers.", examples=[{}])


@list_route(
    router,
    "/statistics/revisions",
    REVISIONS,
    TriangleOut,
    "The triangle",
    summary="The revision triangle: each period as known at several points",
    operation_id="revisions",
)
def triangle(request: Request, token: Token, asked: Annotated[RevisionsQuery, Query()]) -> Response:
    """Show how numbers about the past moved; each cell opens to its incidents as known then."""
    desk = desk_of(request)
    at = None if asked.at is None else [part.strip() for part in asked.at.split(",")]

    def act(connection: Connection, actor: Actor) -> Answered:
        with as_parameters():
            return revisions.triangle(connection, actor, asked.question(), asked.period, at, desk.cache)

    def tag_of(connection: Connection, actor: Actor, format: Format) -> str:
        with as_parameters():
            return revision_tables.tag_of_triangle(
                connection, actor, asked.question(), asked.period, at, format, desk.cache
            )

    def write(connection: Connection, actor: Actor, format: Format, file: BinaryIO) -> Written:
        with as_parameters():
            return revision_tables.write_triangle(
                connection, actor, asked.question(), asked.period, at, format, file, desk.cache
            )

    whole = as_table(request, token, asked, REVISIONS, tag_of, write)
    return conditional(request, desk.read(token, act)) if whole is None else whole


class ChangesQuery(QuestionFilters, PageQuery):
    """Between which points."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    period: Period = "month"
    from_point: str = Field(
        max_length=60,
        description="The earlier point: a log sequence, an instant or a day, as known_at has it.",
        examples=["2022-11-20"],
    )
    to_point: str = Field(max_length=60, description="The later point, likewise.", examples=["2023-02-05"])


class ChangesOut(BaseModel):
    """The incidents whose numbers moved between two points, with the acts that moved them."""

    data: list[ChangedOut] = Field(description="The incidents, by id.", examples=[[]])
    links: LinksOut = Field(description="Where to read on.", examples=[{"next": None}])
    meta: ChangesMeta = Field(description="The totals and what moved them, by reason.", examples=[{}])
    warnings: list[dict[str, Any]] = Field(description="What to look at.", examples=[[]])


@list_route(
    router,
    "/statistics/changes",
    CHANGES,
    ChangesOut,
    "A page of changes",
    summary="What moved the numbers between two points, with the reasons",
    operation_id="changes",
)
def changes(request: Request, token: Token, asked: Annotated[ChangesQuery, Query()]) -> Response:
    """List each incident before and after; the differences add up to that of the totals."""
    desk = desk_of(request)

    def between(connection: Connection, actor: Actor) -> Between:
        points = asked.from_point, asked.to_point
        with as_parameters():
            return revisions.between(connection, actor, asked.question(), asked.period, points, desk.cache)

    def tag_of(connection: Connection, actor: Actor, format: Format) -> str:
        return revision_tables.tag_of_changes(connection, actor, between(connection, actor), format)

    def write(connection: Connection, actor: Actor, format: Format, file: BinaryIO) -> Written:
        two = between(connection, actor)
        return revision_tables.write_changes(connection, actor, two, format, file, desk.cache)

    whole = as_table(request, token, asked, CHANGES, tag_of, write)
    return _page(request, token, asked) if whole is None else whole


def _page(request: Request, token: str | None, asked: ChangesQuery) -> Response:
    desk = desk_of(request)
    check_limit(asked.limit, desk.max_page)
    address = {
        **{name: value for name, value in asked.model_dump(by_alias=True).items() if value is not None},
        "limit": asked.limit,
    }
    for name in ("cursor", "format"):
        address.pop(name, None)

    def act(connection: Connection, actor: Actor) -> Reply:
        scope = hashlib.sha256(
            f"{actor.organisation}|{request.url.path}|{sorted(address.items())}".encode()
        ).hexdigest()
        after = None if asked.cursor is None else paging.unseal(desk.cursor_secret, scope, asked.cursor)[0]
        with as_parameters():
            found = revisions.changes(
                connection,
                actor,
                asked.question(),
                asked.period,
                (asked.from_point, asked.to_point),
                after,
                asked.limit,
                desk.cache,
            )
        link = None
        if found.following is not None:
            cursor = paging.seal(desk.cursor_secret, scope, [found.following])
            link = f"{request.url.path}?{urlencode({**address, 'cursor': cursor})}"
        items = (answers.dumped(one) for one in found.data)
        return Reply(answers.listing(items, link, {**found.meta, "limit": asked.limit}))

    return desk.read(token, act).response()
