"""Routes of supersession: what the engine proposes for an incident, and persons' words on it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from api import answers
from api.answers import dumped
from api.desk import Reply, desk_of
from api.routing import Token
from api.routing import router as strict_router
from api.v1.figures import CellOut
from api.v1.lists import Filters
from api.v1.pages import FormatQuery, list_route, listed_under
from api.v1.resource import RecordId, Resource, add_routes
from api.v1.schemas.supersessions import SupersessionIn
from db import kinds
from db.engine import Connection
from domain.access import Actor
from domain.cells import Count, flat
from exchange.layouts.under_incident import PROPOSALS
from services import incident_tables, supersessions
from services.supersessions import Proposed

router = strict_router("supersessions")
_ID = "6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"


class SupersessionFilters(Filters):
    """Filters of persons' words on supersession."""

    incident: str | None = Field(
        default=None, max_length=36, description="The incident's id.", examples=[_ID]
    )
    earlier: str | None = Field(
        default=None, max_length=36, description="The replaced claim's id.", examples=[_ID]
    )
    later: str | None = Field(
        default=None, max_length=36, description="The replacing claim's id.", examples=[_ID]
    )


add_routes(
    router,
    Resource(
        kinds.SUPERSESSION,
        "supersessions",
        "supersession",
        SupersessionIn,
        SupersessionFilters,
        supersessions.record,
        supersessions.change,
    ),
)


class SaidOut(BaseModel):
    """A number as a claim states it."""

    low: int = Field(description="Lowest number.", examples=[18])
    high: int = Field(description="Highest number.", examples=[18])
    open: bool = Field(description="Whether more is said to be possible.", examples=[False])


class ProposedOut(CellOut):
    """A later number of one named origin beside its earlier one on the same persons."""

    earlier: str = Field(description="Address of the earlier claim.", examples=["/v1/claims/..."])
    later: str = Field(description="Address of the later claim.", examples=["/v1/claims/..."])
    before: SaidOut = Field(
        description="What the earlier says.", examples=[{"low": 18, "high": 18, "open": False}]
    )
    after: SaidOut = Field(
        description="What the later says.", examples=[{"low": 31, "high": 31, "open": False}]
    )
    running: bool = Field(
        description="Whether both are running totals from one day: the later holds the earlier and nobody's "
        "word is needed.",
        examples=[False],
    )
    state: str = Field(description="`proposed`, `confirmed` or `rejected`.", examples=["proposed"])


class ProposedPage(BaseModel):
    """What the engine proposes for an incident's claims."""

    data: list[ProposedOut] = Field(description="One item a step and cell.", examples=[[]])
    links: dict[str, str | None] = Field(description="Where to read on.", examples=[{"next": None}])
    meta: dict[str, Any] = Field(description="About the answer.", examples=[{}])
    warnings: list[dict[str, Any]] = Field(description="What to look at.", examples=[[]])


@list_route(
    router,
    "/incidents/{id}/supersessions",
    PROPOSALS,
    ProposedPage,
    "The proposals",
    summary="Later numbers of an origin beside its earlier ones, and whether they replace them",
    operation_id="proposed_supersessions",
)
def proposed(
    request: Request, token: Token, id: RecordId, asked: Annotated[FormatQuery, Query()]
) -> Response:
    """Give each step that the engine proposes (R6); a person decides by POST /v1/supersessions."""

    def act(connection: Connection, actor: Actor) -> Reply:
        found = supersessions.of_incident(connection, actor, id)
        return Reply(answers.listing((dumped(_shown(one)) for one in found), None))

    whole = listed_under(request, token, asked, incident_tables.proposals(id))
    return desk_of(request).read(token, act).response() if whole is None else whole


def _shown(one: Proposed) -> dict[str, Any]:
    return {
        **flat(one.cell),
        "earlier": f"/v1/claims/{one.earlier}",
        "later": f"/v1/claims/{one.later}",
        "before": _said(one.before),
        "after": _said(one.after),
        "running": one.running,
        "state": one.state,
    }


def _said(count: Count) -> dict[str, Any]:
    return {"low": count.low, "high": count.high, "open": count.open}
