"""Lists over HTTP: limit, cursor, filters; never a silent truncation."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field, field_validator
from starlette.responses import Response

from api import answers, paging
from api.desk import Desk, Reply, desk_of
from api.exports import exported, format_asked, refuse_paging
from api.v1.schemas.base import digits_only
from db.engine import Connection
from db.kinds import Kind
from db.queries import lists
from db.queries.records import Stored
from domain.access import Actor
from domain.errors import Fault, Malformed
from exchange.formats import FORMATS, Format, formats_of
from exchange.layouts import LAYOUTS
from services import exports, records, withholding

DEFAULT_PAGE = 100
OF_LISTS = tuple(one.name for one in FORMATS.values() if one.only is None)


class Filters(BaseModel):
    """What every list takes."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=10_000, description="Rows a page.", examples=[100])] = DEFAULT_PAGE
    cursor: Annotated[
        str | None, Field(max_length=500, description="Where a page before ended.", examples=[None])
    ] = None
    updated_since: Annotated[
        int | None,
        Field(
            ge=0,
            le=2**62,
            description="Only records whose latest act stands after this log sequence.",
            examples=[0],
        ),
    ] = None

    format: Annotated[
        str | None,
        Field(
            max_length=20,
            description="json, or a table with every row: " + ", ".join(OF_LISTS) + " (the last for "
            "incidents and places). Left out: what `Accept` prefers.",
            examples=["csv"],
            json_schema_extra={"enum": ["json", *OF_LISTS]},
        ),
    ] = None

    @field_validator("limit", "updated_since", mode="before")
    @classmethod
    def _digits_only(cls, value: Any) -> Any:
        return digits_only(value)

    def asked(self) -> dict[str, Any]:
        """Give the filters that were given, without the paging."""
        return {
            name: value
            for name, value in self.model_dump().items()
            if value is not None and name not in ("limit", "cursor", "format")
        }

    def shown(self) -> dict[str, Any]:
        """Give the same filters by the names that the address has for them."""
        fields = type(self).model_fields
        return {fields[name].alias or name: value for name, value in self.asked().items()}


Extra = Callable[[Connection, Actor, Sequence[Stored]], Sequence[Mapping[str, str]]]
"""More members for each record of a page, as JSON."""


def check_limit(limit: int, most: int) -> None:
    """Raise Malformed when a page would have more rows than the operator allows."""
    if limit > most:
        raise Malformed(
            "A parameter cannot be used.",
            code="invalid-parameter",
            faults=[Fault("limit", "out-of-range", f"A page has at most {most} rows.")],
        )


@dataclass(frozen=True, slots=True)
class Paged:
    """A question for a page of what is no record: from which position on, how many, and who may go on."""

    desk: Desk
    path: str
    limit: int
    filters: Mapping[str, Any]
    after: list[Any] | None
    scope: str
    """What a cursor is good for: its owner and question alone."""

    @classmethod
    def of(cls, desk: Desk, owner: str, path: str, asked: BaseModel) -> Paged:
        """Read what has limit, cursor and filters. Raises Malformed for a limit or a cursor that is none."""
        given = asked.model_dump(exclude_none=True)
        limit, sent = given.pop("limit"), given.pop("cursor", None)
        check_limit(limit, desk.max_page)
        fields = type(asked).model_fields
        filters = {fields[name].alias or name: value for name, value in given.items()}
        scope = hashlib.sha256(f"{owner}|{path}|{sorted(filters.items())}".encode()).hexdigest()
        after = None if sent is None else paging.unseal(desk.cursor_secret, scope, sent)
        return cls(desk, path, limit, filters, after, scope)

    def answer(self, items: Sequence[str], following: list[Any] | None) -> str:
        """Give the page of these items, JSON already, with a link to what follows."""
        link = None
        if following is not None:
            cursor = paging.seal(self.desk.cursor_secret, self.scope, following)
            link = f"{self.path}?{urlencode({'limit': self.limit, **self.filters, 'cursor': cursor})}"
        return answers.listing(items, link, {"limit": self.limit, "filters": dict(self.filters)})


def one_page(
    desk: Desk,
    owner: str,
    path: str,
    asked: BaseModel,
    read: Callable[[list[Any] | None, int], tuple[Sequence[str], list[Any] | None]],
) -> str:
    """Give a page of what is no record; ``read`` gives the items from a position on, as JSON, with the
    position after them.
    """
    paged = Paged.of(desk, owner, path, asked)
    return paged.answer(*read(paged.after, paged.limit))


def _whole(request: Request, token: str | None, noun: str, filters: Filters, table: Format) -> Response:
    """Give every row that the filters leave, as a table."""
    refuse_paging(filters.model_fields_set)
    asked, shown = filters.asked(), filters.shown()
    return exported(
        request,
        token,
        table,
        noun,
        lambda connection, actor: exports.tag_of_list(connection, actor, noun, asked, table.name),
        lambda connection, actor, file: exports.write_list(
            connection, actor, noun, asked, shown, table.name, file
        ),
    )


def listed(
    request: Request,
    token: str | None,
    kind: Kind,
    filters: Filters,
    extra: Extra | None = None,
) -> Response:
    """Give a page of the kind, or all of it as a table."""
    noun = answers.PATHS[kind.name]
    layout = LAYOUTS.get(noun)
    table = None if layout is None else format_asked(request, formats_of(layout), filters.format)
    if table is not None:
        return _whole(request, token, noun, filters, table)
    desk = desk_of(request)
    check_limit(filters.limit, desk.max_page)
    asked = filters.asked()
    address = {"limit": filters.limit, **filters.shown()}

    def read(connection: Connection, actor: Actor) -> Reply:
        scope = hashlib.sha256(
            f"{actor.organisation}|{request.url.path}|{sorted(asked.items())}".encode()
        ).hexdigest()
        after = None if filters.cursor is None else paging.unseal(desk.cursor_secret, scope, filters.cursor)
        found, following = records.listed(
            connection,
            actor,
            kind,
            [*lists.conditions(kind, asked), *withholding.conditions(actor, kind, asked)],
            lists.order(kind, asked),
            after,
            filters.limit,
        )
        more = extra(connection, actor, found) if extra is not None else [{}] * len(found)
        link = None
        if following is not None:
            cursor = paging.seal(desk.cursor_secret, scope, following)
            link = f"{request.url.path}?{urlencode({**address, 'cursor': cursor})}"
        told = withholding.tell(connection, actor, kind, found)
        items = (answers.record(kind.name, one, m) for one, m in zip(told, more, strict=True))
        return Reply(answers.listing(items, link, {"limit": filters.limit, "filters": address}))

    return desk.read(token, read).response()
