"""Routes for everybody: what is published, read over a connection that can read nothing else."""

from __future__ import annotations

import base64
import os
import tempfile
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Query, Request
from pydantic import BaseModel, ConfigDict, Field, field_validator
from starlette.responses import Response

from api import answers
from api.exports import (
    DIGEST,
    ROWS,
    TABLE_HEADERS,
    Leaving,
    documented,
    format_asked,
    format_field,
    media_of,
    refuse_paging,
)
from api.public_documents import HEADERS, tagged
from api.routing import also_answers
from api.routing import router as strict_router
from api.v1.lists import DEFAULT_PAGE, one_page
from api.v1.resource import IF_NONE_MATCH, UNCHANGED, RecordId, problem_responses
from api.v1.schemas.base import AskedDay, digits_only
from api.v1.schemas.codes import Causes
from api.v1.schemas.common import page_of
from api.v1.schemas.public import (
    PublicIncidentOut,
    PublicOrganisationOut,
    PublicStatisticsOut,
)
from api.v1.statistics import as_parameters
from db.engine import Connection
from db.queries import public as queries
from db.queries.public import Asked
from domain.errors import Fault, Malformed, NotFound
from domain.questions import DEFAULT_BANDS, Question
from domain.vocab import Cause, PublicationState
from exchange.formats import Format, formats_of
from exchange.layouts.published import PUBLIC_INCIDENTS
from services import public_lists, public_statistics
from services.public_statistics import BY, PublicQuestion

router = strict_router("public")
INCIDENTS = "/v1/public/incidents"
OF_ONE = ("incidents", "tables", "releases")
"""What is published by an organisation."""
_FORMATS = formats_of(PUBLIC_INCIDENTS)
_STATES = (PublicationState.PUBLISHED.value, PublicationState.RETRACTED.value)


def _text(description: str, example: str) -> Any:
    return Field(default=None, max_length=200, description=description, examples=[example])


class PublicPage(BaseModel):
    """Which page."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    limit: Annotated[int, Field(ge=1, le=10_000, description="Rows a page.", examples=[100])] = DEFAULT_PAGE
    cursor: Annotated[
        str | None, Field(max_length=500, description="Where a page before ended.", examples=[None])
    ] = None

    @field_validator("limit", mode="before")
    @classmethod
    def _digits_only(cls, value: Any) -> Any:
        return digits_only(value)


class PublicFilters(PublicPage):
    """Which published incidents."""

    country: str | None = _text("ISO 3166-1 code.", "PK")
    adm1: str | None = _text("First-level p-code of one of its units.", "PK2")
    start: AskedDay | None = Field(
        default=None, alias="from", description="Began on this day or later.", examples=["2026-01-01"]
    )
    end: AskedDay | None = Field(
        default=None, alias="to", description="Ended on this day or earlier.", examples=["2026-12-31"]
    )
    cause: Causes | None = Field(
        default=None,
        description="A candidate cause, what lies below it included.",
        examples=["small_arms"],
    )
    party: str | None = _text("Code of a party with a part in it.", "armed-group")
    organisation: str | None = _text("Id of who published it.", "6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10")
    bbox: str | None = _text("West, south, east, north, in degrees; of coarse points.", "60,24,67,30")
    state: str | None = Field(
        default=None,
        max_length=20,
        description="published (left out: these), or retracted.",
        examples=["published"],
        json_schema_extra={"enum": list(_STATES)},
    )
    format: str | None = format_field(PUBLIC_INCIDENTS)

    def asked(self) -> Asked:
        """Give the filters as they are asked. Raises Malformed for a box or a state that is none."""
        if self.state is not None and self.state not in _STATES:
            raise _unusable("state", "unknown-code", "Use one of: " + ", ".join(_STATES) + ".")
        cause = self.cause
        return Asked(
            country=self.country,
            adm1=self.adm1,
            causes=None
            if cause is None
            else tuple(code for code in Cause.codes() if Cause.is_within(code, cause)),
            party=self.party,
            organisation=self.organisation,
            start=self.start,
            end=self.end,
            box=None if self.bbox is None else _box(self.bbox),
            state=self.state or _STATES[0],
        )


def _box(text: str) -> tuple[float, float, float, float]:
    try:
        west, south, east, north = (float(part) for part in text.split(","))
        if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
            raise ValueError
    except ValueError:
        raise _unusable(
            "bbox", "invalid-coordinate", "Write west,south,east,north in degrees, south first."
        ) from None
    return west, south, east, north


def _unusable(name: str, code: str, words: str) -> Malformed:
    return Malformed(
        "A parameter cannot be used.", code="invalid-parameter", faults=[Fault(name, code, words)]
    )


Read = Callable[[Connection, list[Any] | None, int], tuple[list[str], list[Any] | None]]


def paged(request: Request, path: str, asked: PublicPage, read: Read) -> Response:
    """Give a page of what is published."""
    desk = request.app.state.desk
    body = desk.read_published(
        request,
        lambda connection: one_page(
            desk, "public", path, asked, lambda after, limit: read(connection, after, limit)
        ),
    )
    return Response(body, media_type="application/json", headers=HEADERS)


def as_table(request: Request, which: Asked, table: Format) -> Response:
    """Give every published incident as a table, or 304 to who has this very one."""

    def read(connection: Connection) -> Response:
        handle, path = tempfile.mkstemp(prefix="civharm-", suffix=f".{table.ending}")
        try:
            with os.fdopen(handle, "w+b") as file:
                rows, digest = public_lists.write_incidents(connection, which, table, file)
        except BaseException:
            os.unlink(path)
            raise
        headers = {
            **HEADERS,
            "Vary": "Authorization, Accept",
            "Content-Type": table.media + table.parameters,
            "Content-Disposition": f'attachment; filename="public-incidents.{table.ending}"',
            "ETag": f'"{digest.hex()[:32]}-{table.name}"',
            ROWS: str(rows),
            DIGEST: f"sha-256=:{base64.b64encode(digest).decode()}:",
        }
        sent = request.headers.get("if-none-match", "")
        if headers["ETag"] in [part.strip().removeprefix("W/") for part in sent.split(",")]:
            os.unlink(path)
            kept = {name: headers[name] for name in ("Cache-Control", "Vary", "ETag")}
            return Response(status_code=304, headers=kept)
        return Leaving(path, headers)

    found: Response = request.app.state.desk.read_published(request, read)
    return found


@router.get(
    "/public/incidents",
    summary="List published incidents",
    operation_id="public_incidents",
    response_class=Response,
    responses={
        200: {
            "model": page_of(PublicIncidentOut, "PublicIncident"),
            "description": "A page; or, by `format` or `Accept`, every one as a table.",
            "content": documented(_FORMATS),
            "headers": {name: TABLE_HEADERS[name] for name in (ROWS, DIGEST)},
        },
        304: UNCHANGED,
        **problem_responses(401),
    },
    openapi_extra={"parameters": [IF_NONE_MATCH]},
)
@also_answers(*media_of(PUBLIC_INCIDENTS))
def incidents(request: Request, asked: Annotated[PublicFilters, Query()]) -> Response:
    """List published incidents by their first day, each with its whole document, or every one as a table."""
    which = asked.asked()
    table = format_asked(request, _FORMATS, asked.format)
    if table is not None:
        if which.state != PublicationState.PUBLISHED:
            raise _unusable("state", "invalid-parameter", "What was retracted is told in JSON alone.")
        refuse_paging(asked.model_fields_set)
        return as_table(request, which, table)
    return paged(
        request,
        INCIDENTS,
        asked,
        lambda connection, after, limit: queries.page(connection, which, after, limit),
    )


@router.get(
    "/public/incidents/{id}",
    summary="Read a published incident",
    operation_id="public_incident",
    response_class=Response,
    responses={
        200: {"model": PublicIncidentOut, "description": "The document, or that it was retracted and why."},
        304: UNCHANGED,
        **problem_responses(401),
    },
    openapi_extra={"parameters": [IF_NONE_MATCH]},
)
def incident(request: Request, id: RecordId) -> Response:
    """Read what is published of an incident. One that is not published answers as one that is not there."""
    found = request.app.state.desk.read_published(request, lambda connection: queries.one(connection, id))
    if found is None:
        raise NotFound("There is no such incident.")
    return tagged(request.headers.get("if-none-match"), found.document, found.etag)


@router.get(
    "/public/organisations",
    summary="List the organisations that have published",
    operation_id="public_organisations",
    response_class=Response,
    responses={
        200: {"model": page_of(PublicOrganisationOut, "PublicOrganisation"), "description": "A page."},
        **problem_responses(401),
    },
)
def organisations(request: Request, asked: Annotated[PublicPage, Query()]) -> Response:
    """List organisations that have published something, by name."""

    def read(connection: Connection, after: list[Any] | None, limit: int) -> Any:
        found, following = queries.organisations(connection, after, limit)
        shown = [
            {**one, "links": {name: f"/v1/public/{name}?organisation={one['id']}" for name in OF_ONE}}
            for one in found
        ]
        return [answers.dumped(one) for one in shown], following

    return paged(request, "/v1/public/organisations", asked, read)


class PublicStatisticsQuery(BaseModel):
    """A question to the public's statistics."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    outcome: str | None = _text("What happened: killed.", "killed")
    status: str | None = _text("Status, what lies below it included.", "civilian")
    sex: str | None = _text("Sex.", "female")
    age_group: str | None = _text("One age group of the bands, or unknown.", "0-17")
    bands: str = Field(
        default=DEFAULT_BANDS,
        max_length=200,
        description="Where age groups are cut.",
        examples=["0-17,18-64,65+"],
    )
    start: AskedDay | None = Field(
        default=None,
        alias="from",
        description="First day; the whole interval of an incident must lie within.",
        examples=["2026-01-01"],
    )
    end: AskedDay | None = Field(
        default=None, alias="to", description="Last day, inclusive.", examples=["2026-12-31"]
    )
    country: str | None = _text("ISO 3166-1 code.", "PK")
    adm1: str | None = _text("First-level p-code.", "PK2")
    cause: str | None = _text("Cause, what lies below it included.", "small_arms")
    party: str | None = _text("Code of the party held responsible.", "armed-group")
    organisation: str | None = _text("Id of who published it.", "6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10")
    verification: str | None = _text("Verification state.", "verified")
    by: str | None = _text("Breakdowns, comma-separated: " + ", ".join(BY) + ".", "sex,age_group")

    def question(self) -> PublicQuestion:
        """Give the question."""
        names = ("outcome", "status", "sex", "age_group", "bands", "start", "end", "adm1", "cause", "party")
        by = () if self.by is None else tuple(part.strip() for part in self.by.split(","))
        return PublicQuestion(
            asked=Question(
                **{name: getattr(self, name) for name in (*names, "verification")},
                # That it is broken down by outcome lets a question leave the outcome out.
                by=by,
            ),
            country=self.country,
            organisation=self.organisation,
            by=by,
        )


@router.get(
    "/public/statistics",
    summary="Sums of what is published",
    operation_id="public_statistics",
    response_class=Response,
    responses={
        200: {"model": PublicStatisticsOut, "description": "The answer."},
        304: UNCHANGED,
        **problem_responses(401),
    },
    openapi_extra={"parameters": [IF_NONE_MATCH]},
)
def statistics(request: Request, asked: Annotated[PublicStatisticsQuery, Query()]) -> Response:
    """Ask how many: each cell with low, high and open incidents, summed from published facts alone."""

    def read(connection: Connection) -> tuple[bytes, str]:
        with as_parameters():
            return public_statistics.answer(connection, asked.question())

    body, tag = request.app.state.desk.read_published(request, read)
    return tagged(request.headers.get("if-none-match"), body, tag)
