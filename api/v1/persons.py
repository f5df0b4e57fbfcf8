"""Route of an incident's named persons as they stood on a day."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.answers import dumped
from api.desk import Reply, desk_of
from api.routing import Token
from api.routing import router as strict_router
from api.v1.figures import CellOut
from api.v1.pages import FormatQuery, list_route, listed_under
from api.v1.resource import RecordId
from api.v1.schemas.base import AskedDay
from db.engine import Connection
from domain.access import Actor
from domain.cells import flat
from domain.persons import View
from exchange.layouts.under_incident import PERSONS
from services import incident_tables, persons
from services.persons import OnDay

router = strict_router("incidents")


class PersonsQuery(FormatQuery):
    """On which day, and how days are read."""

    on: AskedDay | None = Field(
        default=None, description="The day; left out, today in UTC.", examples=["2026-02-09"]
    )
    view: Literal["happened", "recognised"] = Field(
        default="happened",
        description="As things happened, or as they became recognised: the day of a recognition is no day of "
        "death.",
        examples=["recognised"],
    )


class NamedOut(CellOut):
    """How many named persons of one description have an outcome on the day."""

    persons: int = Field(description="How many persons.", examples=[3])


class DayOut(BaseModel):
    """How many named persons have an outcome now, by the day of it."""

    outcome: str = Field(description="What happened.", examples=["killed"])
    day: str | None = Field(
        description="The day; null for those of no single known day.", examples=["2026-02-09"]
    )
    persons: int = Field(description="How many persons.", examples=[1])


class PersonsOut(BaseModel):
    """The named persons of an incident on a day."""

    data: list[NamedOut] = Field(description="One item a description and outcome.", examples=[[]])
    days: list[DayOut] = Field(description="The outcomes that persons have now, by day.", examples=[[]])
    links: dict[str, str | None] = Field(description="Where to read on.", examples=[{"next": None}])
    meta: dict[str, Any] = Field(
        description="The day, the view, how many persons have an outcome on it and how many none yet.",
        examples=[{"on": "2026-02-09", "view": "happened", "persons": 3, "without_outcome": 0}],
    )
    warnings: list[dict[str, Any]] = Field(description="What to look at.", examples=[[]])


@list_route(
    router,
    "/incidents/{id}/persons",
    PERSONS,
    PersonsOut,
    "The persons, counted",
    summary="The incident's named persons as they stood on a day, each with one outcome",
    operation_id="persons_on_day",
)
def on_day(request: Request, token: Token, id: RecordId, asked: Annotated[PersonsQuery, Query()]) -> Response:
    """Count the named persons by outcome and description on a day (R12); nobody is named."""
    day = asked.on or datetime.now(UTC).date().isoformat()

    def act(connection: Connection, actor: Actor) -> Reply:
        return Reply(dumped(_shown(persons.on_day(connection, actor, id, day, View(asked.view)), asked.view)))

    whole = listed_under(request, token, asked, incident_tables.on_day(id, day, asked.view))
    return desk_of(request).read(token, act).response() if whole is None else whole


def _shown(found: OnDay, view: str) -> dict[str, Any]:
    return {
        "data": [{**flat(one.cell), "persons": one.count} for one in found.cells],
        "days": [
            {"outcome": outcome, "day": day, "persons": number}
            for outcome, days in found.days.items()
            for day, number in days.items()
        ],
        "links": {"next": None},
        "meta": {
            "on": found.day,
            "view": view,
            "persons": sum(one.count for one in found.cells),
            "without_outcome": found.without,
        },
        "warnings": [],
    }
