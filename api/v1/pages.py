"""Pages of what is no list of records: the same limit, cursor and shape."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field, field_validator
from starlette.responses import Response

from api import answers, paging
from api.desk import Reply, desk_of
from api.v1.lists import DEFAULT_PAGE, check_limit
from api.v1.schemas.base import digits_only
from db.engine import Connection
from domain.access import Actor


class PageQuery(BaseModel):
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
        said = self.model_dump(exclude={"limit", "cursor"})
        return {name: value for name, value in said.items() if value is not None}


Read = Callable[
    [Connection, Actor, Sequence[Any] | None, int], tuple[Sequence[dict[str, Any]], list[Any] | None]
]
"""Gives a page's items and the position after them, from the position before and the limit."""


def paged(request: Request, token: str | None, asked: PageQuery, read: Read) -> Response:
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
