"""The route of cumulative series: a bulletin's running totals, and what is derived from them."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from fastapi import Query, Request
from pydantic import BaseModel, Field, field_validator
from starlette.responses import Response

from api import answers
from api.desk import Reply, desk_of
from api.routing import Token
from api.routing import router as strict_router
from api.v1.pages import FormatQuery, list_route, listed_under
from api.v1.resource import RecordId
from api.v1.schemas.base import digits_only
from api.v1.schemas.codes import Groups, Outcomes, Sexes, Statuses
from db.engine import Connection
from domain.access import Actor
from domain.cells import Age, Cell
from domain.errors import Fault, Malformed
from domain.figures import Finding
from domain.series import Derived, Point, Series
from exchange.layouts.under_incident import SERIES
from services import incident_tables, series
from services.series import Told

router = strict_router("incidents")
_CLAIM = "/v1/claims/6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"
NOTE = (
    "Points are totals as reported. Derived values are what a total rose by between two bulletins, by the "
    "days they report on; they are not the deaths of these days."
)


class SeriesQuery(FormatQuery):
    """Whose running totals: exactly this cell, as the claims state it."""

    outcome: Outcomes = Field(description="What happened to them.", examples=["killed"])
    status: Statuses | None = Field(
        default=None, description="Status; left out: not broken down.", examples=["civilian"]
    )
    sex: Sexes | None = Field(
        default=None, description="Sex; left out: not broken down.", examples=["female"]
    )
    age_low: int | None = Field(
        default=None, ge=0, le=130, description="Youngest age; left out: not broken down.", examples=[18]
    )
    age_high: int | None = Field(
        default=None, ge=0, le=130, description="Oldest age; left out with age_low: open.", examples=[17]
    )
    group: Groups | None = Field(
        default=None, description="An overlapping group; left out: everybody.", examples=["journalist"]
    )
    origin: str | None = Field(
        default=None,
        max_length=36,
        description="Only this source's totals.",
        examples=["6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"],
    )

    @field_validator("age_low", "age_high", mode="before")
    @classmethod
    def _digits_only(cls, value: Any) -> Any:
        return digits_only(value)

    def cell(self) -> Cell:
        """Give the cell asked for. Raises Malformed for an age that cannot be."""
        if self.age_high is not None and (self.age_low is None or self.age_low > self.age_high):
            words = "Give the youngest age with the oldest; a child is 0 to 17."
            fault = Fault("age_high", "invalid-age", words)
            raise Malformed("A parameter cannot be used.", code="invalid-parameter", faults=[fault])
        age = None if self.age_low is None else Age(self.age_low, self.age_high)
        return Cell(self.outcome, self.status, self.sex, age)


class RangeOut(BaseModel):
    """A number, or a range of them."""

    low: int = Field(description="Lowest number.", examples=[4170])
    high: int = Field(description="Highest number.", examples=[4170])


class ReportedOut(RangeOut):
    """A total as the source has it."""

    open: bool = Field(description="Whether more is said to be possible.", examples=[False])


class PointOut(BaseModel):
    """What the total stood at on one day."""

    as_of: str = Field(description="The day it refers to.", examples=["2026-03-05"])
    counts_from: str | None = Field(
        description="The first day that it counts; null: not said.", examples=["2026-03-02"]
    )
    reported: ReportedOut = Field(
        description="The total as reported.", examples=[{"low": 123, "high": 123, "open": False}]
    )
    continuous: RangeOut | None = Field(
        description="The total since the first count began, over restarts; it never falls. Null: not known.",
        examples=[{"low": 4170, "high": 4170}],
    )
    unknown_because: str | None = Field(
        description="The code of the finding that says why the continuous total is not known.",
        examples=[None],
    )
    fall: bool = Field(description="Whether it is lower than the total before.", examples=[False])
    revised_by: str | None = Field(
        description="The later claim that takes back part of this day's total.", examples=[None]
    )
    claim: str = Field(description="Address of the claim.", examples=[_CLAIM])
    others: list[str] = Field(description="Earlier claims about the same day.", examples=[[]])
    caveat: str | None = Field(description="What the source reserves.", examples=["preliminary"])


class DerivedOut(BaseModel):
    """What a total rose by since the bulletin before."""

    start: str = Field(description="First day that it covers.", examples=["2024-11-29"], alias="from")
    end: str = Field(description="Last day that it covers.", examples=["2024-12-04"], alias="to")
    days: int = Field(description="How many days these are.", examples=[6])
    low: int = Field(description="Least that the two totals allow; below zero at a fall.", examples=[86])
    high: int = Field(description="Most that they allow.", examples=[86])
    open: bool = Field(description="Whether a total says that more is possible.", examples=[False])
    fall: bool = Field(description="Whether the total fell.", examples=[False])
    derived: bool = Field(description="Always true: no source says this number.", examples=[True])
    claim: str = Field(description="The claim of the later total.", examples=[_CLAIM])
    before: str = Field(description="The claim of the earlier total.", examples=[_CLAIM])
    caveat: str | None = Field(
        description="What the source says of the later total, such as late additions.", examples=[None]
    )


class GapOut(BaseModel):
    """Days without a bulletin."""

    start: str = Field(description="First day.", examples=["2024-12-05"], alias="from")
    end: str = Field(description="Last day.", examples=["2026-03-01"], alias="to")
    days: int = Field(description="How many days.", examples=[452])
    between_runs: bool = Field(
        description="Whether they lie between two counts, so that no total holds them.", examples=[True]
    )


class SeriesFindingOut(BaseModel):
    """Something a person should look at."""

    code: str = Field(description="Stable code.", examples=["possible-restart"])
    detail: str = Field(description="In words.", examples=["The total falls from 4,047 to 123."])
    claims: list[str] = Field(description="The claims it concerns.", examples=[[_CLAIM]])


class SeriesOut(BaseModel):
    """One origin's running totals of one cell."""

    origin: str = Field(
        description="Address of the source.", examples=["/v1/sources/6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"]
    )
    origin_name: str | None = Field(
        description="Its name; null where confidential.", examples=["Ministry of Health"]
    )
    points: list[PointOut] = Field(description="Totals in the order of days.", examples=[[]])
    derived: list[DerivedOut] = Field(description="What they rose by, marked as derived.", examples=[[]])
    gaps: list[GapOut] = Field(description="Days without a bulletin; never filled.", examples=[[]])
    findings: list[SeriesFindingOut] = Field(description="What to look at.", examples=[[]])


class SeriesPage(BaseModel):
    """The series of an incident, one for each origin."""

    data: list[SeriesOut] = Field(description="One item an origin; none is not zero.", examples=[[]])
    links: dict[str, str | None] = Field(description="Where to read on.", examples=[{"next": None}])
    meta: dict[str, Any] = Field(description="How to read it.", examples=[{"note": NOTE}])
    warnings: list[dict[str, Any]] = Field(description="What to look at.", examples=[[]])


@list_route(
    router,
    "/incidents/{id}/series",
    SERIES,
    SeriesPage,
    "The series",
    summary="Running totals of an incident, day by day",
    operation_id="incident_series",
)
def incident_series(
    request: Request, token: Token, id: RecordId, asked: Annotated[SeriesQuery, Query()]
) -> Response:
    """Totals as reported, the continuous total over restarts, and differences marked as derived."""

    def act(connection: Connection, actor: Actor) -> Reply:
        told = series.of_incident(connection, actor, id, asked.cell(), group=asked.group, origin=asked.origin)
        return Reply(series_json(told))

    totals = incident_tables.totals(id, asked.cell(), asked.group, asked.origin)
    whole = listed_under(request, token, asked, totals)
    return desk_of(request).read(token, act).response() if whole is None else whole


def series_json(told: Told) -> str:
    """Give the answer's body."""
    meta: dict[str, Any] = {"note": NOTE}
    if not told.series:
        meta["unknown_because"] = "No claim about this incident has a number for exactly this cell."
    return answers.listing((_series(one, told) for one in told.series), None, meta)


def _series(one: Series, told: Told) -> str:
    return orjson.dumps(
        {
            "origin": f"/v1/sources/{one.origin}",
            "origin_name": told.names.get(one.origin),
            "points": [_point(point, told) for point in one.points],
            "derived": [_derived(difference, told) for difference in one.derived],
            "gaps": [
                {"from": gap.start, "to": gap.end, "days": gap.days, "between_runs": gap.between_runs}
                for gap in one.gaps
            ],
            "findings": [_finding(finding) for finding in one.findings],
        }
    ).decode()


def _point(point: Point, told: Told) -> dict[str, Any]:
    total = point.continuous
    return {
        "as_of": point.as_of,
        "counts_from": point.counts_from,
        "reported": {"low": point.low, "high": point.high, "open": point.open},
        "continuous": None if total is None else {"low": total[0], "high": total[1]},
        "unknown_because": point.unknown_because,
        "fall": point.fall,
        "revised_by": None if point.revised_by is None else _address(point.revised_by),
        "claim": _address(point.claim),
        "others": [_address(claim) for claim in point.others],
        "caveat": told.caveats.get(point.claim),
    }


def _derived(one: Derived, told: Told) -> dict[str, Any]:
    return {
        "from": one.start,
        "to": one.end,
        "days": one.days,
        "low": one.low,
        "high": one.high,
        "open": one.open,
        "fall": one.fall,
        "derived": True,
        "claim": _address(one.claim),
        "before": _address(one.before),
        "caveat": told.caveats.get(one.claim),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "detail": finding.detail,
        "claims": [_address(claim) for claim in finding.keys],
    }


def _address(claim: str) -> str:
    return f"/v1/claims/{claim}"
