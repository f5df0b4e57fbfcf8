"""Schemas of revisions: the triangle and the change list."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.v1.schemas.policies import BreakOut

SOME_ID = "6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"


class IntervalOut(BaseModel):
    """A sum of facts: a bound, not a confidence interval."""

    low: int | None = Field(description="Sum of the lows; null where nothing is known.", examples=[3333])
    high: int | None = Field(description="Sum of the highs; null where nothing is known.", examples=[3333])
    open: int = Field(description="Incidents where more is said to be possible.", examples=[0])
    incidents: int = Field(description="Incidents behind it.", examples=[120])


class TriangleCellOut(IntervalOut):
    """One period as known at one point."""

    links: dict[str, str] = Field(
        description="The statistics of its incidents, as known then.",
        examples=[{"incidents": "/v1/statistics?..."}],
    )


class TriangleRowOut(BaseModel):
    """One period; its own member is named month, quarter or year."""

    model_config = ConfigDict(extra="allow")

    cells: list[TriangleCellOut] = Field(description="One cell a column.", examples=[[]])


class TriangleColumnOut(BaseModel):
    """One point of the log."""

    asked: str = Field(description="How the point was asked for.", examples=["2022-11-20"])
    log_sequence: int = Field(description="The log sequence it names; cite it.", examples=[41])
    at: str | None = Field(
        description="When that entry was written; null before the first.",
        examples=["2022-11-20T16:00:00.000000Z"],
    )
    total: IntervalOut = Field(description="The total as known then.", examples=[{}])
    straddling: int = Field(description="Incidents that cross the days asked for, left out.", examples=[0])
    unassessed: int = Field(
        description="Incidents in scope without an approved assessment then.", examples=[3]
    )
    needs_review: int = Field(
        description="Incidents with a claim newer than the assessment then.", examples=[1]
    )
    links: dict[str, str | None] = Field(
        description="The statistics at the point, and what moved since the point before.",
        examples=[{"statistics": "/v1/statistics?...", "changes": None}],
    )


class TriangleMeta(BaseModel):
    """What must be read with a triangle."""

    question: dict[str, Any] = Field(description="What was asked.", examples=[{"outcome": "killed"}])
    period: str = Field(description="What a row is.", examples=["month"])
    breaks: list[BreakOut] = Field(
        description="Changes of the organisation's policy between the first point and the last.",
        examples=[[]],
    )
    note: str = Field(description="How to read it.", examples=["Null is not known then, and not zero."])


class KnownOut(BaseModel):
    """What was known of an incident at a point."""

    period: str = Field(description="The period it counted in.", examples=["2022-03"])
    low: int | None = Field(
        description="Lowest number; null where it is contested or inconclusive only.", examples=[12]
    )
    high: int | None = Field(description="Highest number, likewise.", examples=[15])
    open: bool = Field(description="Whether more is said to be possible.", examples=[False])
    verification: dict[str, dict[str, int | bool]] = Field(
        description="The same by verification state.",
        examples=[{"verified": {"low": 12, "high": 15, "open": False}}],
    )


class DifferenceOut(BaseModel):
    """What something added to the sums; an incident without a number added nothing before."""

    low: int = Field(description="To the sum of lows.", examples=[2])
    high: int = Field(description="To the sum of highs.", examples=[2])


class MovedByOut(BaseModel):
    """One act between the points that moved what the incident adds."""

    log_sequence: int = Field(description="Where it stands in the log.", examples=[57])
    at: str = Field(description="When, UTC.", examples=["2023-01-12T09:30:00.000000Z"])
    action: str = Field(description="What was done.", examples=["assessment.approve"])
    reason: str = Field(
        description=(
            "The reason code (R14); first_assessment where the new incident is the reason, not_recorded "
            "where the act carries none."
        ),
        examples=["late_verification"],
    )
    note: str | None = Field(description="The reason in words.", examples=["The register was seen."])
    difference: DifferenceOut = Field(description="What the act added.", examples=[{"low": 2, "high": 2}])
    assessment: str | None = Field(
        description="The assessment that the act put in force.", examples=[SOME_ID]
    )
    policy: dict[str, dict[str, str] | None] | None = Field(
        description="The policy and its version before and after; null for another record's act.",
        examples=[{"before": {"name": "reported-range", "version": "1"}, "after": None}],
    )
    by_another_record: dict[str, str | None] | None = Field(
        description=(
            "The record whose act moved this incident: a relative in its tree or an aggregate that overlaps "
            "it was assessed, and each person is counted once. Null for an act of its own."
        ),
        examples=[None],
    )


class ChangedOut(BaseModel):
    """An incident whose numbers moved between the points, those that came back among them."""

    incident: str = Field(description="Its id.", examples=[SOME_ID])
    incident_code: str | None = Field(description="Its code.", examples=["UA-2022-0001"])
    before: KnownOut | None = Field(
        description="As known at the first point; null where the question did not count it.", examples=[None]
    )
    after: KnownOut | None = Field(description="As known at the second point, likewise.", examples=[None])
    difference: DifferenceOut = Field(description="What it makes of the totals' difference.", examples=[{}])
    acts: list[MovedByOut] = Field(description="The acts that moved it, in order.", examples=[[]])
    links: dict[str, str] = Field(description="Where to read on.", examples=[{"incident": "/v1/..."}])


class ByReasonOut(DifferenceOut):
    """What the acts with one reason added, over all pages."""

    reason: str = Field(description="The reason, as in the acts.", examples=["new_information"])
    incidents: int = Field(description="Incidents that they moved.", examples=[14])


class TotalsOut(BaseModel):
    """The totals at both points."""

    before: IntervalOut = Field(description="At the first point.", examples=[{}])
    after: IntervalOut = Field(description="At the second point.", examples=[{}])
    difference: DifferenceOut = Field(
        description="Second less first, an unknown total counted as 0.", examples=[{"low": 45, "high": 45}]
    )


class ChangesMeta(BaseModel):
    """The totals and what moved them."""

    model_config = ConfigDict(extra="allow")

    question: dict[str, Any] = Field(description="What was asked.", examples=[{"outcome": "killed"}])
    period: str = Field(description="What a period is.", examples=["month"])
    from_point: int = Field(description="The first point's log sequence.", examples=[41])
    to_point: int = Field(description="The second point's log sequence.", examples=[96])
    breaks: list[BreakOut] = Field(
        description="Changes of the organisation's policy between the points.", examples=[[]]
    )
    totals: TotalsOut = Field(
        description="The totals.",
        examples=[
            {
                "before": {"low": 4875, "high": 4875, "open": 0, "incidents": 4},
                "after": {"low": 5889, "high": 5889, "open": 0, "incidents": 4},
                "difference": {"low": 1014, "high": 1014},
            }
        ],
    )
    by_reason: list[ByReasonOut] = Field(
        description="What moved the totals, by reason, over all pages.", examples=[[]]
    )
    limit: int = Field(description="Rows a page.", examples=[100])
