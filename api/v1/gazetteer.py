"""Routes of the gazetteer: units with their p-codes, and what a reported name may stand for."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Query, Request
from pydantic import BaseModel, ConfigDict, Field, field_validator
from starlette.responses import Response

from api import answers
from api.desk import Reply, desk_of
from api.exports import (
    exported,
    format_asked,
    format_field,
    media_of,
    or_table,
    refuse_paging,
)
from api.routing import Token, also_answers
from api.routing import router as strict_router
from api.v1.resource import IF_NONE_MATCH, UNCHANGED, problem_responses
from api.v1.schemas.base import refuse
from api.v1.schemas.common import FindingOut, LinksOut
from db.engine import Connection
from domain.access import Actor
from domain.errors import Fault, Malformed
from domain.gazetteer import RULES, Candidate
from domain.gazetteer_aliases import ALIASES_VERSION
from exchange.formats import formats_of
from exchange.layouts.others import UNITS
from services import gazetteer, whole_lists

router = strict_router("gazetteer")

_COUNTRY = r"^[A-Z]{2}$"
_PCODE = r"^[A-Z0-9]{2,20}$"


class UnitOut(BaseModel):
    """An administrative unit."""

    pcode: str = Field(description="Its p-code.", examples=["PK209"])
    country: str = Field(description="ISO 3166-1 alpha-2.", examples=["PK"])
    level: int = Field(description="1 or 2.", examples=[2])
    name: str = Field(description="Its name in the p-code list.", examples=["Kachhi"])
    parent: str | None = Field(description="The p-code above it; null at the first level.", examples=["PK2"])
    valid_from: str = Field(
        description="The day from which the list gives the code; the unit itself may be older.",
        examples=["2022-09-09"],
    )


class UnitsPage(BaseModel):
    """A page of units."""

    data: list[UnitOut] = Field(description="Units in the order of their p-codes.", examples=[[]])
    links: LinksOut = Field(description="Where to read on.", examples=[{"next": None}])
    meta: dict[str, Any] = Field(description="What was asked.", examples=[{"limit": 100}])
    warnings: list[FindingOut] = Field(description="What to look at.", examples=[[]])


class SpotOut(BaseModel):
    """A known place."""

    source: str = Field(description="The gazetteer that has it.", examples=["geonames"])
    key: str = Field(description="Its id there.", examples=["1180729"])
    country: str = Field(description="ISO 3166-1 alpha-2.", examples=["PK"])
    name: str = Field(description="Its main name there.", examples=["Dalbandin"])
    lat: float = Field(description="Degrees north.", examples=[28.88846])
    lon: float = Field(description="Degrees east.", examples=[64.40616])
    adm1: str | None = Field(description="P-code of its first-level unit, where known.", examples=["PK2"])
    adm2: str | None = Field(description="P-code of its second-level unit, where known.", examples=["PK203"])
    population: int | None = Field(description="Inhabitants, where known.", examples=[14621])


class CandidateOut(BaseModel):
    """What a name may stand for."""

    rule: str = Field(
        description="What found it, the strongest first: " + ", ".join(RULES) + ".",
        examples=["alias"],
        json_schema_extra={"enum": list(RULES)},
    )
    reason: str = Field(
        description="Why.", examples=["Kachhi district was called Bolan until it took back its older name."]
    )
    unit: UnitOut | None = Field(description="The unit, where it is one.", examples=[None])
    place: SpotOut | None = Field(description="The known place, where it is one.", examples=[None])
    distance_m: int | None = Field(
        description="How far the place is from the point asked about, in metres.", examples=[None]
    )


class CandidatesOut(BaseModel):
    """What a name may stand for."""

    data: list[CandidateOut] = Field(description="Candidates, the strongest rule first.", examples=[[]])
    links: LinksOut = Field(description="Where to read on.", examples=[{"next": None}])
    meta: dict[str, Any] = Field(
        description="What was asked, and the version of the alias table.", examples=[{"aliases": "1"}]
    )
    warnings: list[FindingOut] = Field(description="What to look at.", examples=[[]])


class UnitsQuery(BaseModel):
    """Which units."""

    model_config = ConfigDict(extra="forbid")

    country: str | None = Field(
        default=None, pattern=_COUNTRY, description="ISO 3166-1 alpha-2.", examples=["PK"]
    )
    level: int | None = Field(default=None, ge=1, le=2, description="1 or 2.", examples=[2])
    parent: str | None = Field(
        default=None, pattern=_PCODE, description="P-code of the unit above.", examples=["PK2"]
    )
    after: str | None = Field(
        default=None, pattern=_PCODE, description="Units after this p-code.", examples=["PK209"]
    )
    limit: int = Field(default=100, ge=1, le=1_000, description="Rows a page.", examples=[100])
    format: str | None = format_field(UNITS)

    @field_validator("level", "limit", mode="before")
    @classmethod
    def _digits_only(cls, value: Any) -> Any:
        if isinstance(value, str) and not (value.isascii() and value.isdigit()):
            raise refuse("wrong-type", "Write a whole number with the digits 0-9.")
        return value


class ResolveQuery(BaseModel):
    """A name to resolve."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(
        min_length=1, max_length=200, description="The name as reported.", examples=["Bolan district"]
    )
    country: str = Field(pattern=_COUNTRY, description="ISO 3166-1 alpha-2.", examples=["PK"])
    adm1: str | None = Field(
        default=None,
        pattern=_PCODE,
        description="P-code of the first-level unit that holds it.",
        examples=["PK2"],
    )
    lat: float | None = Field(
        default=None,
        ge=-90,
        le=90,
        description="Latitude, to be offered the nearest known place.",
        examples=[28.9],
    )
    lon: float | None = Field(
        default=None, ge=-180, le=180, description="Longitude; with lat or not at all.", examples=[64.4]
    )


@router.get(
    "/gazetteer/units",
    summary="Units with their p-codes",
    operation_id="gazetteer_units",
    response_class=Response,
    responses={
        200: or_table(UnitsPage, "A page", formats_of(UNITS)),
        304: UNCHANGED,
        **problem_responses(413),
    },
    openapi_extra={"parameters": [IF_NONE_MATCH]},
)
@also_answers(*media_of(UNITS))
def list_units(request: Request, token: Token, asked: Annotated[UnitsQuery, Query()]) -> Response:
    """List the units of the gazetteer, shared by all organisations."""
    table = format_asked(request, formats_of(UNITS), asked.format)
    filters = asked.model_dump(exclude_none=True, include={"country", "level", "parent", "after"})
    if table is not None:
        refuse_paging(asked.model_fields_set)
        return exported(
            request,
            token,
            table,
            "units",
            lambda connection, actor: whole_lists.tag_of_units(connection, actor, filters, table),
            lambda connection, actor, file: whole_lists.write_units(connection, actor, filters, table, file),
        )

    def read(connection: Connection, actor: Actor) -> Reply:
        found = gazetteer.listed(
            connection,
            actor,
            country=asked.country,
            level=asked.level,
            parent=asked.parent,
            after=asked.after,
            limit=asked.limit + 1,
        )
        page = found[: asked.limit]
        shown = asked.model_dump(exclude_none=True, exclude={"format"})
        link = None
        if len(found) > asked.limit:
            link = f"/v1/gazetteer/units?{urlencode({**shown, 'after': page[-1].pcode})}"
        return Reply(answers.listing((answers.dumped(one) for one in page), link, shown))

    return desk_of(request).read(token, read).response()


@router.get(
    "/gazetteer/resolve",
    summary="What a reported name may stand for",
    operation_id="gazetteer_resolve",
    response_class=Response,
    responses={200: {"model": CandidatesOut, "description": "Candidates."}, **problem_responses()},
)
def resolve(request: Request, token: Token, asked: Annotated[ResolveQuery, Query()]) -> Response:
    """Give the units and places that a name may stand for, each with the rule that found it.

    Likeness alone finds nothing. The nearest known place to a point is offered where no name matches.
    """
    if (asked.lat is None) != (asked.lon is None):
        detail = "Give lat and lon together, or neither."
        raise Malformed(
            "A parameter cannot be used.",
            code="invalid-parameter",
            faults=[Fault("lat", "invalid-parameter", detail)],
        )
    point = None if asked.lat is None or asked.lon is None else (asked.lon, asked.lat)

    def read(connection: Connection, actor: Actor) -> Reply:
        found = gazetteer.resolve(connection, actor, asked.name, asked.country, adm1=asked.adm1, point=point)
        shown = asked.model_dump(exclude_none=True)
        return Reply(
            answers.listing(
                (answers.dumped(_candidate(one)) for one in found),
                None,
                {**shown, "aliases": ALIASES_VERSION},
            )
        )

    return desk_of(request).read(token, read).response()


def _candidate(one: Candidate) -> dict[str, Any]:
    return {
        "rule": one.rule,
        "reason": one.reason,
        "unit": one.unit,
        "place": one.spot,
        "distance_m": one.distance_m,
    }
