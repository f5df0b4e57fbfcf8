"""Schemas of overlaps and of the netting of trees."""

from __future__ import annotations

from typing import ClassVar

from pydantic import BaseModel, Field, model_validator

from api.v1.schemas.base import AgeYears, Id, LongText, Number, Strict, VisibilityChoice, refuse
from api.v1.schemas.codes import Outcomes, OverlapKinds, Sexes, Statuses
from domain import drafts

_ID = "6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"


class OverlapIn(Strict):
    """So many of a period aggregate's persons are counted elsewhere, or do not belong."""

    DRAFT: ClassVar = drafts.OverlapDraft

    aggregate: Id = Field(description="The period aggregate.", examples=[_ID])
    incident: Id | None = Field(
        default=None,
        description="The incident where the same persons are recorded; they are taken out of the aggregate "
        "once it is assessed.",
        examples=[None],
    )
    kind: OverlapKinds = Field(description="Why they are not counted here.", examples=["background"])
    outcome: Outcomes = Field(description="What happened to them.", examples=["killed"])
    status: Statuses | None = Field(
        default=None, description="Status; null is not broken down.", examples=[None]
    )
    sex: Sexes | None = Field(default=None, description="Sex; null is not broken down.", examples=[None])
    age_low: AgeYears | None = Field(
        default=None, description="Youngest age; null is not broken down.", examples=[None]
    )
    age_high: AgeYears | None = Field(
        default=None, description="Oldest age; null with age_low is open.", examples=[None]
    )
    low: Number | None = Field(
        default=None,
        description="How many at least; null with high: the incident's own booked figure.",
        examples=[1327],
    )
    high: Number | None = Field(default=None, description="How many at most.", examples=[1327])
    note: LongText | None = Field(
        default=None,
        description="How the number is known.",
        examples=["Violent deaths of the same months before the war."],
    )
    visibility: VisibilityChoice = "organisation"

    @model_validator(mode="after")
    def _makes_sense(self) -> OverlapIn:
        if (self.low is None) != (self.high is None):
            raise refuse("inconsistent-range", "Give low and high together, or neither.")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise refuse("inconsistent-range", "The low exceeds the high.")
        if self.age_low is None and self.age_high is not None:
            raise refuse("invalid-age", "Give the youngest age with the oldest; a child is 0 to 17.")
        if self.age_low is not None and self.age_high is not None and self.age_low > self.age_high:
            raise refuse("invalid-age", "The youngest age exceeds the oldest.")
        if self.incident is None and (self.low is None or self.kind == "incident"):
            raise refuse("required", "Name the incident where they are recorded, or give low and high.")
        if self.incident is not None and self.incident == self.aggregate:
            raise refuse("invalid", "An aggregate has no overlap with itself.")
        return self


class NettedRowOut(BaseModel):
    """So many persons in one verification state."""

    verification: str = Field(description="How well it is verified.", examples=["pending"])
    basis: str = Field(description="Where the number comes from.", examples=["unallocated"])
    low: int = Field(description="Lowest number.", examples=[24])
    high: int = Field(description="Highest number.", examples=[25])
    open: bool = Field(description="Whether more is said to be possible.", examples=[False])


class NettedOut(BaseModel):
    """One description of persons at one grain: each side of the netting beside the others."""

    grain: str = Field(description="What the row is broken down by.", examples=["total"])
    outcome: str = Field(description="What happened to them.", examples=["killed"])
    status: str | None = Field(description="Status; null is not broken down.", examples=[None])
    sex: str | None = Field(description="Sex; null is not broken down.", examples=[None])
    age_low: int | None = Field(description="Youngest age; null is not broken down.", examples=[None])
    age_high: int | None = Field(description="Oldest age; null with age_low is open.", examples=[None])
    own: list[NettedRowOut] = Field(description="The assessment's own figure.", examples=[[]])
    overlaps: list[NettedRowOut] = Field(description="What overlaps take out of it.", examples=[[]])
    parts: list[NettedRowOut] = Field(description="What its assessed parts hold together.", examples=[[]])
    whole: list[NettedRowOut] = Field(
        description="What answers a question that does not cut through the subtree.", examples=[[]]
    )
    remainder: list[NettedRowOut] = Field(
        description="What is left where the parts are counted apart.", examples=[[]]
    )


class RelativeOut(BaseModel):
    """An assessed incident above or below."""

    id: str = Field(description="Its id.", examples=[_ID])
    code: str = Field(description="Its code.", examples=["PK-2026-0001"])
    title: str = Field(description="Its title.", examples=["Attack on a bus"])
    assessment: str = Field(
        description="Address of its assessment in force.", examples=[f"/v1/assessments/{_ID}"]
    )
    netting: str = Field(description="Its own netting.", examples=[f"/v1/incidents/{_ID}/netting"])


class OverlapTakenOut(BaseModel):
    """An overlap, and what it takes out of the aggregate now."""

    overlap: str = Field(description="Its address.", examples=[f"/v1/overlaps/{_ID}"])
    kind: str = Field(description="Why.", examples=["background"])
    incident: str | None = Field(description="Address of the other incident.", examples=[None])
    counted: bool = Field(
        description="Whether it counts: an overlap with an incident does once that is assessed.",
        examples=[True],
    )
    low: int | None = Field(description="At least so many; null while it does not count.", examples=[1327])
    high: int | None = Field(description="At most so many.", examples=[1327])
    open: bool = Field(description="Whether more is said to be possible.", examples=[False])
    note: str | None = Field(description="How it is known.", examples=[None])


class ClashOut(BaseModel):
    """Numbers that contradict each other."""

    code: str = Field(description="Stable code.", examples=["parts-exceed-parent"])
    detail: str = Field(description="In words.", examples=["The parts hold 8, the parent 6."])


class NettingOut(BaseModel):
    """How an incident's figure and its parts' figures are counted once."""

    incident: str = Field(description="Its address.", examples=[f"/v1/incidents/{_ID}"])
    assessment: str | None = Field(
        description="Address of the assessment in force; null: it is not assessed, and has no figure.",
        examples=[f"/v1/assessments/{_ID}"],
    )
    above: RelativeOut | None = Field(description="The nearest assessed one above.", examples=[None])
    parts: list[RelativeOut] = Field(description="The nearest assessed ones below.", examples=[[]])
    overlaps: list[OverlapTakenOut] = Field(description="What is counted elsewhere.", examples=[[]])
    figures: list[NettedOut] = Field(description="One item a description and grain.", examples=[[]])
    clashes: list[ClashOut] = Field(description="Where the numbers contradict.", examples=[[]])
    rule: str = Field(description="The rule in words.", examples=["R7: ..."])
    links: dict[str, str] = Field(description="Where to read on.", examples=[{"self": "/v1/..."}])
