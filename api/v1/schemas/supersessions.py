"""Schemas of supersession: a person's word on two claims."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field, model_validator

from api.v1.schemas.base import AgeYears, Id, LongText, Strict, VisibilityChoice, refuse
from api.v1.schemas.codes import Outcomes, Sexes, Statuses
from domain import drafts

_ID = "6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"


class SupersessionIn(Strict):
    """Whether a later claim replaces an earlier one about the same incident, in one cell or in all."""

    DRAFT: ClassVar = drafts.SupersessionDraft

    earlier: Id = Field(description="The claim that is replaced, or is not.", examples=[_ID])
    later: Id = Field(
        description="The claim that replaces it.", examples=["0b9c2c8e-5d4b-4a57-9d8e-2f1f5f1f9a11"]
    )
    confirmed: bool = Field(
        default=True, description="True: the later replaces the earlier; false: both stand.", examples=[True]
    )
    outcome: Outcomes | None = Field(
        default=None,
        description="Outcome of the one cell that is meant; null: every cell that both claims state.",
        examples=["killed"],
    )
    status: Statuses | None = Field(
        default=None, description="Status of the cell; null is not broken down.", examples=["civilian"]
    )
    sex: Sexes | None = Field(
        default=None, description="Sex of the cell; null is not broken down.", examples=[None]
    )
    age_low: AgeYears | None = Field(default=None, description="Youngest age of the cell.", examples=[None])
    age_high: AgeYears | None = Field(default=None, description="Oldest age of the cell.", examples=[None])
    note: LongText | None = Field(
        default=None, description="Why.", examples=["The minister's count of the day after."]
    )
    incident: Id | None = Field(
        default=None, description="The incident of both claims; set by the service.", examples=[_ID]
    )
    visibility: VisibilityChoice = "organisation"

    @model_validator(mode="after")
    def _whole_cell(self) -> SupersessionIn:
        if self.earlier == self.later:
            raise refuse("same-claim", "Name two claims.")
        if self.outcome is None and (self.status or self.sex or self.age_low is not None):
            raise refuse("missing-outcome", "A cell begins with its outcome; name it.")
        if self.age_low is None and self.age_high is not None:
            raise refuse("inconsistent-range", "Give the youngest age with the oldest.")
        if self.age_low is not None and self.age_high is not None and self.age_high < self.age_low:
            raise refuse("inconsistent-range", "The youngest age lies above the oldest.")
        return self
