"""The route of the monthly brief."""

from __future__ import annotations

from typing import Annotated, Any, BinaryIO

from fastapi import Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.desk import desk_of
from api.exports import DIGEST, LOG, TABLE_HEADERS, exported
from api.negotiation import preferred
from api.routing import Token, also_answers
from api.routing import router as strict_router
from api.v1.resource import IF_NONE_MATCH, UNCHANGED, problem_responses
from db.engine import Connection
from domain.access import Actor
from domain.brief import MOST_OUTCOMES, Brief
from domain.errors import Fault, Malformed
from domain.vocab import Outcome
from exchange.formats import FORMATS, Format
from services import brief as service
from services.exports import Written

router = strict_router("statistics")
FORMATS_OF_BRIEF = {
    one.name: one
    for one in (
        # Neither is a table, and what writes them is the service of the brief.
        Format("pdf", "The brief on paper", "application/pdf", "pdf", FORMATS["csv"].write),
        Format("html", "The brief as a page", "text/html", "html", FORMATS["csv"].write, "; charset=utf-8"),
    )
}
MEDIA = {one.media: one for one in FORMATS_OF_BRIEF.values()}


class BriefQuery(BaseModel):
    """Which brief."""

    model_config = ConfigDict(extra="forbid")

    month: str = Field(max_length=20, description="The month, YYYY-MM.", examples=["2026-01"])
    outcome: str = Field(
        default=Outcome.KILLED.value,
        max_length=100,
        description=f"One outcome, or up to {MOST_OUTCOMES} by commas: each has tables of its own.",
        examples=["killed,injured"],
    )
    known_at: str | None = Field(
        default=None,
        max_length=60,
        description="As known at a log sequence, instant, or day's end in UTC; the same bytes ever since.",
        examples=["2026-02-10"],
    )
    since: str | None = Field(
        default=None,
        max_length=60,
        description="What last time was, as known_at has it; left out: the end of the month before.",
        examples=["2026-01-10"],
    )
    format: str | None = Field(
        default=None,
        max_length=20,
        description="pdf or html; left out: what Accept prefers, else pdf.",
        examples=["pdf"],
        json_schema_extra={"enum": list(FORMATS_OF_BRIEF)},
    )


_CONTENT: dict[str, Any] = {
    "application/pdf": {"schema": {"type": "string", "contentMediaType": "application/pdf"}},
    "text/html": {"schema": {"type": "string"}},
}


@router.get(
    "/brief",
    summary="The monthly brief in your organisation's name",
    operation_id="brief",
    response_class=Response,
    responses={
        200: {
            "description": "The brief: a PDF of two to four pages, or one page of HTML with all it needs.",
            "content": _CONTENT,
            "headers": {name: TABLE_HEADERS[name] for name in (LOG, DIGEST)},
        },
        304: UNCHANGED,
        **problem_responses(),
    },
    openapi_extra={"parameters": [IF_NONE_MATCH]},
)
@also_answers(*MEDIA)
def brief(request: Request, token: Token, asked: Annotated[BriefQuery, Query()]) -> Response:
    """Give a month's numbers, where and by what, what changed and why, and how to ask again.

    The map is of circles at towns of the gazetteer, or bars: the record keeps no boundaries. The command
    draws those of a file.
    """
    desk = desk_of(request)
    format = _format(request, asked.format)
    found: list[Brief] = []

    def tag(connection: Connection, actor: Actor) -> str:
        found[:] = [
            service.gather(
                connection,
                actor,
                asked.month,
                outcomes=tuple(part.strip() for part in asked.outcome.split(",")),
                known_at=asked.known_at,
                since=asked.since,
                cache=desk.cache,
            )
        ]
        return service.tag_of(found[0], format.name, desk.deployment.fonts)

    def write(connection: Connection, actor: Actor, file: BinaryIO) -> Written:
        # The tag was asked for first, on the same snapshot.
        return service.write(found[0], format.name, file, fonts=desk.deployment.fonts)

    return exported(request, token, format, f"brief-{asked.month}", tag, write)


def _format(request: Request, named: str | None) -> Format:
    if named is None:
        return MEDIA[preferred(request, tuple(MEDIA))]
    if named not in FORMATS_OF_BRIEF:
        detail = "Use one of: " + ", ".join(FORMATS_OF_BRIEF) + "."
        fault = Fault("format", "unknown-code", detail)
        raise Malformed("A parameter cannot be used.", code="invalid-parameter", faults=[fault])
    return FORMATS_OF_BRIEF[named]
