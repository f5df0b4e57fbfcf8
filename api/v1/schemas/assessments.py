"""Schemas of assessments."""

from __future__ import annotations

from pydantic import Field

from api.v1.schemas.base import AgeYears, Day, Id, LongText, Number, ReasonIn, ShortText, Strict
from api.v1.schemas.codes import Answers, Outcomes, Sexes, Statuses


class ProofIn(Strict):
    """How a finding came about: when, by whom, under which standard, and why."""

    verified_on: Day | None = Field(
        default=None,
        description="The day on which it was verified; the day of proposing unless said. Only where "
        "something is verified.",
        examples=["2026-03-02"],
    )
    verifier: Id | None = Field(
        default=None,
        description="The member who verified it; the author unless said.",
        examples=["6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"],
    )
    standard_of_proof: ShortText | None = Field(
        default=None,
        description="Named standard; the assessment's unless said.",
        examples=["clear and convincing information"],
    )
    rationale: LongText | None = Field(
        default=None,
        description="Why it is found so.",
        examples=["Two witnesses and the hospital's register."],
    )


class PersonFindingIn(ProofIn):
    """What people found of one named person."""

    victim: Id = Field(description="The victim.", examples=["6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"])
    answer: Answers = Field(
        default="pending", description="Is the record of the person so?", examples=["verified"]
    )


class CellFindingIn(ProofIn):
    """What people found of one cell: how many, and whether they were civilians."""

    outcome: Outcomes = Field(description="Outcome.", examples=["killed"])
    status: Statuses | None = Field(
        default=None, description="Status; null is not broken down.", examples=["civilian"]
    )
    sex: Sexes | None = Field(default=None, description="Sex; null is not broken down.", examples=[None])
    age_low: AgeYears | None = Field(default=None, description="Youngest age.", examples=[None])
    age_high: AgeYears | None = Field(default=None, description="Oldest age.", examples=[None])
    how_many: Answers = Field(default="pending", description="Is the number found so?", examples=["verified"])
    civilian_status: Answers | None = Field(
        default=None, description="Is the status found so?", examples=["verified"]
    )
    verified: Number | None = Field(
        default=None, description="How many of the cell are verified; the rest is pending.", examples=[18]
    )


class SetAsideIn(Strict):
    """A claim that the author leaves out, and why."""

    claim: Id = Field(description="The claim.", examples=["6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"])
    reason: LongText = Field(description="Why.", examples=["A mis-parse of another claim."])


class LeaveOutIn(Strict):
    """An outcome that is not booked, and why."""

    outcome: Outcomes = Field(description="The outcome.", examples=["injured"])
    reason: LongText = Field(description="Why.", examples=["The two numbers of the report clash."])


class AssessmentIn(Strict):
    """The organisation's finding on one incident, as a member proposes it."""

    incident: Id = Field(description="The incident.", examples=["6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"])
    policy: ShortText | None = Field(
        default=None,
        description="The policy that computes the figures; left out: the organisation's choice.",
        examples=["reported-range"],
    )
    occurrence: Answers = Field(default="pending", description="Did it happen?", examples=["verified"])
    harm: Answers = Field(default="pending", description="Was anyone harmed?", examples=["verified"])
    responsibility: Answers = Field(
        default="pending", description="Who is responsible?", examples=["pending"]
    )
    cells: list[CellFindingIn] = Field(
        default=[], max_length=500, description="Findings on single cells.", examples=[[]]
    )
    persons: list[PersonFindingIn] = Field(
        default=[], max_length=5_000, description="Findings on named persons.", examples=[[]]
    )
    set_aside: list[SetAsideIn] = Field(
        default=[], max_length=500, description="Claims left out.", examples=[[]]
    )
    leave_out: list[LeaveOutIn] = Field(
        default=[], max_length=5, description="Outcomes not booked.", examples=[[]]
    )
    report: Id | None = Field(
        default=None, description="Use only this report, such as one list.", examples=[None]
    )
    standard_of_proof: ShortText | None = Field(
        default=None,
        description="Named standard; required where anything is verified.",
        examples=["reasonable grounds to believe"],
    )
    rationale: LongText | None = Field(default=None, description="Why.", examples=["One side's word so far."])
    reason: ReasonIn | None = Field(
        default=None,
        description=(
            "Why the assessment in force is superseded (R14); required where there is one. An incident's "
            "first assessment has none: its reason is the new incident."
        ),
        examples=[{"code": "new_information", "note": "A second hospital spoke."}],
    )


class WithdrawIn(Strict):
    """Why a proposal is taken back."""

    note: LongText | None = Field(default=None, description="In words.", examples=["A new claim came in."])
