"""Schemas of claims and figures."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field, model_validator

from api.v1.schemas.base import (
    AgeYears,
    Day,
    Id,
    LongText,
    Number,
    ShortText,
    Slug,
    Strict,
    VisibilityChoice,
    Wording,
    refuse,
)
from api.v1.schemas.codes import (
    Causes,
    Comparators,
    Groups,
    ObjectEffects,
    ObjectKinds,
    OriginBases,
    Outcomes,
    Relations,
    Responsibilities,
    Sexes,
    Statuses,
)
from domain import drafts

_NUMBERLESS = ("word", "mention")
_OPEN = ("at_least", "more_than")


class Counted(Strict):
    """The numbers said: both bounds finite, open when more was said to be possible."""

    low: Number | None = Field(
        default=None, description="Lowest number said; null without one.", examples=[33]
    )
    high: Number | None = Field(
        default=None, description="Highest number said; null without one.", examples=[33]
    )
    open: bool = Field(default=False, description="Whether more was said to be possible.", examples=[True])
    comparator: Comparators = Field(
        default="exactly", description="The word before the number.", examples=["at_least"]
    )
    wording: Wording | None = Field(
        default=None, description="The source's words, verbatim.", examples=["at least 33 people"]
    )

    @model_validator(mode="after")
    def _makes_sense(self) -> Counted:
        if (self.low is None) != (self.high is None):
            raise refuse("inconsistent-range", "Give low and high together, or neither.")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise refuse("inconsistent-range", "The low exceeds the high.")
        if (self.low is None) != (self.comparator in _NUMBERLESS):
            raise refuse(
                "inconsistent-range",
                "Without a number the comparator is word or mention, with one it is neither.",
            )
        if self.comparator in _OPEN and not self.open:
            raise refuse("inconsistent-range", "At least and more than are open; send open true.")
        if self.low is None and self.open:
            raise refuse("inconsistent-range", "Without a number there is nothing to be open.")
        return self


class FigureIn(Counted):
    """One number of a claim: of whom, how many, in what relation to the others."""

    DRAFT: ClassVar = drafts.FigureDraft

    key: Slug = Field(description="Its name within the claim.", examples=["total"])
    outcome: Outcomes = Field(description="What happened to them.", examples=["killed"])
    status: Statuses | None = Field(
        default=None, description="Status; null is not broken down.", examples=["civilian"]
    )
    sex: Sexes | None = Field(default=None, description="Sex; null is not broken down.", examples=["female"])
    age_low: AgeYears | None = Field(
        default=None, description="Youngest age in years; null is not broken down.", examples=[18]
    )
    age_high: AgeYears | None = Field(
        default=None, description="Oldest age in years; null with age_low is open.", examples=[None]
    )
    best: Number | None = Field(
        default=None,
        description="The source's own best estimate beside low and high, as it gives it, even outside them; "
        "null: it gives none.",
        examples=[None],
    )
    relation: Relations | None = Field(
        default=None, description="How it stands to another figure.", examples=["included_in"]
    )
    relation_to: Slug | None = Field(default=None, description="That figure's key.", examples=["total"])
    relation_reason: LongText | None = Field(
        default=None, description="Why it is read so.", examples=["18 + 15 = 33 leaves no room beside them."]
    )
    party: Slug | None = Field(default=None, description="Whose members they are.", examples=["state-forces"])
    cause: Causes | None = Field(
        default=None, description="Cause, where it differs from the claim's.", examples=["suicide_bomb"]
    )
    group: Groups | None = Field(default=None, description="An overlapping group.", examples=["journalist"])
    stated_as: ShortText | None = Field(
        default=None, description="The source's own label for them.", examples=["militants"]
    )
    note: LongText | None = Field(default=None, description="Internal note.", examples=[None])

    @model_validator(mode="after")
    def _cell(self) -> FigureIn:
        if self.age_low is None and self.age_high is not None:
            raise refuse("invalid-age", "Give the youngest age with the oldest; a child is 0 to 17.")
        if self.age_low is not None and self.age_high is not None and self.age_low > self.age_high:
            raise refuse("invalid-age", "The youngest age exceeds the oldest.")
        if self.relation not in (None, "unclear") and self.relation_to is None:
            raise refuse("required", "Name the figure that it stands in relation to.")
        if self.relation_to is not None and self.relation is None:
            raise refuse("required", "Say how it stands to that figure.")
        if self.best is not None and self.low is None:
            raise refuse("inconsistent-range", "A best estimate stands beside low and high; give them, too.")
        return self


class ObjectFigureIn(Counted):
    """Things harmed; never added to casualties."""

    DRAFT: ClassVar = drafts.ObjectFigureDraft

    object: ObjectKinds = Field(description="What kind of thing.", examples=["public_building"])
    effect: ObjectEffects = Field(description="What happened to it.", examples=["destroyed"])
    note: LongText | None = Field(default=None, description="Internal note.", examples=[None])


class ClaimBody(Strict):
    """What a report says, without the records it refers to."""

    origin_basis: OriginBases = Field(
        default="stated", description="How the origin is known.", examples=["inferred"]
    )
    as_of: Day | None = Field(
        default=None, description="The day the numbers refer to.", examples=["2026-02-02"]
    )
    counts_from: Day | None = Field(
        default=None,
        description="The first day that the numbers count, where they are a running total: they run from "
        "this day to as_of, both included. Null: not said.",
        examples=["2026-01-30"],
    )
    excerpt: LongText | None = Field(
        default=None, description="The sentence, verbatim.", examples=["at least 33 people have been killed"]
    )
    caveat: LongText | None = Field(
        default=None, description="The source's reservation.", examples=["preliminary"]
    )
    said_place: LongText | None = Field(
        default=None, description="What it says of the place.", examples=["14 cities"]
    )
    said_time: LongText | None = Field(
        default=None, description="What it says of the time.", examples=["over 40 hours"]
    )
    said_cause: Causes | None = Field(
        default=None, description="What it says of the cause.", examples=["small_arms"]
    )
    said_party: Slug | None = Field(
        default=None, description="Whom it holds responsible.", examples=["armed-group"]
    )
    said_responsibility: Responsibilities | None = Field(
        default=None, description="How.", examples=["declared"]
    )
    figures: list[FigureIn] = Field(
        default=[],
        max_length=200,
        description="Its numbers.",
        examples=[
            [
                {
                    "key": "total",
                    "outcome": "killed",
                    "low": 33,
                    "high": 33,
                    "open": True,
                    "comparator": "at_least",
                }
            ]
        ],
    )
    objects: list[ObjectFigureIn] = Field(
        default=[], max_length=200, description="Things harmed.", examples=[[]]
    )
    note: LongText | None = Field(default=None, description="Internal note.", examples=[None])
    visibility: VisibilityChoice = "organisation"

    @model_validator(mode="after")
    def _days(self) -> ClaimBody:
        if self.counts_from is not None and self.as_of is not None and self.counts_from > self.as_of:
            raise refuse("inconsistent-dates", "The numbers run from a day after the one they refer to.")
        return self

    @model_validator(mode="after")
    def _keys(self) -> ClaimBody:
        keys = [one.key for one in self.figures]
        if len(set(keys)) != len(keys):
            raise refuse("repeated", "Give each figure a key of its own.")
        for one in self.figures:
            if one.relation_to is not None and (one.relation_to not in keys or one.relation_to == one.key):
                raise refuse(
                    "unknown-reference", "A relation names another figure of the same claim by its key."
                )
        return self


class ClaimIn(ClaimBody):
    """What one report says about one incident, and who originally said it."""

    DRAFT: ClassVar = drafts.ClaimDraft

    report: Id = Field(description="The report.", examples=["6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"])
    incident: Id = Field(description="The incident.", examples=["6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"])
    origin: Id = Field(
        description="The source that originally said it.", examples=["6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"]
    )
