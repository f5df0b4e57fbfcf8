"""Routes of the fixed public tables: read by everybody, and made as editions by a publisher."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field, field_validator
from starlette.responses import Response

from api import answers
from api.desk import Reply, desk_of
from api.negotiation import wants
from api.public_documents import tagged
from api.routing import CSV, Token, also_answers
from api.routing import router as strict_router
from api.v1.lists import one_page
from api.v1.public import PublicPage, paged
from api.v1.resource import IDEMPOTENCY, IF_NONE_MATCH, UNCHANGED, problem_responses
from api.v1.schemas.base import digits_only
from api.v1.schemas.common import page_of
from api.v1.schemas.public_tables import EditionIn, EditionOut, PublicTableHeadOut, PublicTableOut
from db.engine import Connection
from db.queries import public_tables as queries
from db.queries.public_tables import EditionHead, TableHead
from domain.access import Actor
from domain.errors import Conflict, Fault, Malformed
from domain.fixed_tables import TABLES
from exchange.formats import FORMATS
from services import public_tables
from services.public_tables import Prepared

router = strict_router("public")
editions_router = strict_router("publications")
_NAMES = [one.name for one in TABLES]
_FORMATS = ["json", "csv"]
_CSV = FORMATS["csv"]
# The same address answers in two media types.
_VARYING = {"Vary": "Authorization, Accept"}

Organisation = Annotated[
    str | None,
    Field(
        max_length=200,
        description="Id of who published it; needed for one table where several have published it.",
        examples=["6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"],
    ),
]
Edition = Annotated[int | None, Field(ge=1, le=10**9, description="The edition's number.", examples=[1])]


class Which(BaseModel):
    """Whose tables, and of which edition."""

    model_config = ConfigDict(extra="forbid")

    organisation: Organisation = None
    edition: Edition = None

    @field_validator("edition", mode="before")
    @classmethod
    def _edition_in_digits(cls, value: Any) -> Any:
        return digits_only(value)


class PublicTableFilters(PublicPage, Which):
    """Which tables."""


class PublicTableQuery(Which):
    """Which edition of a table, the last where none is named, and how it is given."""

    format: Annotated[
        str | None,
        Field(
            max_length=20,
            description="json or csv. Left out: what `Accept` prefers.",
            examples=["csv"],
            json_schema_extra={"enum": _FORMATS},
        ),
    ] = None


def _address(path: str, **asked: Any) -> str:
    return f"/v1/public/tables{path}?{urlencode(asked)}"


def _head(one: TableHead) -> str:
    which = {"organisation": one.organisation, "edition": one.edition}
    return answers.dumped(
        {
            **which,
            "table": one.table_name,
            "sha256": one.etag,
            "made_at": one.made_at,
            "links": {
                "self": _address(f"/{one.table_name}", **which),
                "csv": _address(f"/{one.table_name}", **which, format="csv"),
            },
        }
    )


@router.get(
    "/public/tables",
    summary="List the fixed public tables, edition by edition",
    operation_id="public_tables",
    response_class=Response,
    responses={
        200: {"model": page_of(PublicTableHeadOut, "PublicTableHead"), "description": "A page."},
        **problem_responses(401),
    },
)
def tables(request: Request, asked: Annotated[PublicTableFilters, Query()]) -> Response:
    """List the tables of the living that have been published, each organisation's newest edition first."""

    def read(
        connection: Connection, after: list[Any] | None, limit: int
    ) -> tuple[list[str], list[Any] | None]:
        found, following = queries.tables(connection, asked.organisation, asked.edition, after, limit)
        return [_head(one) for one in found], following

    return paged(request, "/v1/public/tables", asked, read)


@router.get(
    "/public/tables/{name}",
    summary="Read a fixed public table",
    operation_id="public_table",
    response_class=Response,
    responses={
        200: {
            "model": PublicTableOut,
            "description": "The table as its edition was made; or, by `format` or `Accept`, as CSV.",
            "content": {CSV: {"schema": {"type": "string"}}},
        },
        304: UNCHANGED,
        **problem_responses(401),
    },
    openapi_extra={"parameters": [IF_NONE_MATCH]},
)
@also_answers(CSV)
def table(
    request: Request,
    name: Annotated[
        str, Path(description="The table's name.", examples=_NAMES, json_schema_extra={"enum": _NAMES})
    ],
    asked: Annotated[PublicTableQuery, Query()],
) -> Response:
    """Read how many were injured, are missing or detained, where that is not too few to be told."""
    if asked.format not in (None, *_FORMATS):
        fault = Fault("format", "unknown-code", f"Use one of: {', '.join(_FORMATS)}.")
        raise Malformed("A parameter cannot be used.", code="invalid-parameter", faults=[fault])
    found = request.app.state.desk.read_published(
        request,
        lambda connection: public_tables.public_document(connection, asked.organisation, name, asked.edition),
    )
    sent = request.headers.get("if-none-match")
    if not wants(request, asked.format, _CSV.name, _CSV.media):
        return tagged(sent, found.document, f'"{found.etag}"', headers=_VARYING)
    file = f"{name}-{found.edition}.{_CSV.ending}"
    headers = {**_VARYING, "Content-Disposition": f'attachment; filename="{file}"'}
    # Made from the JSON and nothing else, so that its tag tells it too.
    media = _CSV.media + _CSV.parameters
    body = public_tables.as_csv(found)
    return tagged(sent, body, f'"{found.etag}-csv"', media=media, headers=headers)


def _shown(actor: Actor, one: EditionHead) -> str:
    return answers.dumped(
        {
            "number": one.number,
            "threshold": one.threshold,
            "until": one.until,
            "digest": one.digest,
            "made_at": one.recorded_at,
            "links": {"tables": _tables_of(actor, one.number)},
        }
    )


def _tables_of(actor: Actor, number: int) -> str:
    return _address("", organisation=actor.organisation, edition=number)


@editions_router.post(
    "/editions",
    status_code=201,
    summary="Make the next edition of the fixed public tables",
    operation_id="make_edition",
    response_class=Response,
    responses={201: {"model": EditionOut, "description": "Made, and public."}, **problem_responses()},
    openapi_extra={"parameters": [IDEMPOTENCY]},
)
def make(request: Request, token: Token, body: EditionIn) -> Response:
    """Count what is published, withhold what would tell of few persons, and publish every table at once."""

    def prepared(connection: Connection, actor: Actor) -> Prepared | Conflict:
        facts = public_tables.published_facts(connection, actor)
        try:
            return public_tables.prepare(connection, actor, facts, threshold=body.threshold, until=body.until)
        except Conflict as error:
            # A request that is sent again finds nothing to renew, and is answered as it was before.
            return error

    # Making it only reads, and takes its time: nobody who records waits for it.
    found = desk_of(request).read(token, prepared)

    def act(connection: Connection, actor: Actor) -> Reply:
        if isinstance(found, Conflict):
            raise found
        made = public_tables.store(connection, actor, found)
        return Reply(_shown(actor, made), 201, {"Location": _tables_of(actor, made.number)})

    return desk_of(request).create(request, token, act)


@editions_router.get(
    "/editions",
    summary="List the editions of the fixed public tables",
    operation_id="list_editions",
    response_class=Response,
    responses={
        200: {"model": page_of(EditionOut, "Edition"), "description": "A page."},
        **problem_responses(),
    },
)
def list_editions(request: Request, token: Token, asked: Annotated[PublicPage, Query()]) -> Response:
    """List the organisation's editions, newest first."""
    desk = desk_of(request)

    def act(connection: Connection, actor: Actor) -> Reply:
        def read(after: list[Any] | None, limit: int) -> tuple[list[str], list[Any] | None]:
            found, following = public_tables.edition_page(connection, actor, after, limit)
            return [_shown(actor, one) for one in found], following

        return Reply(one_page(desk, actor.organisation, "/v1/editions", asked, read))

    return desk.read(token, act).response()
