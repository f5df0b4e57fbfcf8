"""Schemas of victims and listings."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field, model_validator

from api.v1.schemas.base import (
    AgeYears,
    Day,
    Id,
    LongText,
    RowNumber,
    Script,
    ShortText,
    Strict,
    VisibilityChoice,
    refuse,
)
from api.v1.schemas.codes import Groups, Outcomes, Sexes, Statuses
from domain import drafts


class NameIn(Strict):
    """A name in one script."""

    DRAFT: ClassVar = drafts.NameDraft

    name: ShortText = Field(description="The name as written.", examples=["Person A"])
    script: Script | None = Field(default=None, description="ISO 15924.", examples=["Latn"])


class OutcomeIn(Strict):
    """What happened to the person, and when."""

    DRAFT: ClassVar = drafts.OutcomeDraft

    outcome: Outcomes = Field(description="What happened.", examples=["killed"])
    start: Day | None = Field(default=None, description="First possible day.", examples=["2026-01-31"])
    end: Day | None = Field(default=None, description="Last possible day.", examples=["2026-01-31"])
    recognised: Day | None = Field(
        default=None, description="The day it was recognised, where later.", examples=[None]
    )

    @model_validator(mode="after")
    def _in_order(self) -> OutcomeIn:
        if self.start is not None and self.end is not None and self.end < self.start:
            raise refuse("inconsistent-dates", "The last day lies before the first.")
        return self


class Aged(Strict):
    """An age interval in whole years."""

    age_low: AgeYears | None = Field(
        default=None, description="Youngest age; null is not known.", examples=[34]
    )
    age_high: AgeYears | None = Field(
        default=None, description="Oldest age; null with age_low is open.", examples=[34]
    )

    @model_validator(mode="after")
    def _age(self) -> Aged:
        if self.age_low is None and self.age_high is not None:
            raise refuse("invalid-age", "Give the youngest age with the oldest.")
        if self.age_low is not None and self.age_high is not None and self.age_low > self.age_high:
            raise refuse("invalid-age", "The youngest age exceeds the oldest.")
        return self


class VictimIn(Aged):
    """One person harmed."""

    DRAFT: ClassVar = drafts.VictimDraft

    incident: Id = Field(description="The incident.", examples=["6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"])
    names: list[NameIn] = Field(default=[], max_length=20, description="Names and variants.", examples=[[]])
    external_id: ShortText | None = Field(
        default=None, description="The id by which lists know the person.", examples=["a1b2c3"]
    )
    sex: Sexes = Field(default="unknown", description="Sex.", examples=["female"])
    status: Statuses = Field(default="unknown", description="Status.", examples=["civilian"])
    groups: list[Groups] = Field(default=[], max_length=8, description="Groups.", examples=[["journalist"]])
    outcomes: list[OutcomeIn] = Field(
        default=[], max_length=20, description="What happened, dated.", examples=[[{"outcome": "killed"}]]
    )
    note: LongText | None = Field(default=None, description="Internal note.", examples=[None])
    visibility: VisibilityChoice = "organisation"


class ListingIn(Aged):
    """What one report says of one person, as listed."""

    DRAFT: ClassVar = drafts.ListingDraft

    report: Id = Field(description="The list.", examples=["6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"])
    victim: Id = Field(description="The person.", examples=["6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"])
    row: RowNumber | None = Field(default=None, description="Row of the list, from 1.", examples=[17])
    name: ShortText | None = Field(default=None, description="The name as listed.", examples=["Person A"])
    external_id: ShortText | None = Field(default=None, description="The list's id.", examples=["a1b2c3"])
    outcome: Outcomes = Field(
        default="killed", description="What the list says happened.", examples=["killed"]
    )
    age_listed: ShortText | None = Field(
        default=None, description="The age exactly as listed.", examples=["2 months"]
    )
    sex: Sexes = Field(default="unknown", description="Sex as listed.", examples=["male"])
    status: Statuses = Field(default="unknown", description="Status as listed.", examples=["unknown"])
    extra: list[list[ShortText]] = Field(
        default=[], max_length=50, description="Other columns as pairs.", examples=[[["source", "h"]]]
    )
    visibility: VisibilityChoice = "organisation"

    @model_validator(mode="after")
    def _pairs(self) -> ListingIn:
        if any(len(pair) != 2 for pair in self.extra):
            raise refuse("invalid", "Each other column is a pair of its name and its text.")
        return self
