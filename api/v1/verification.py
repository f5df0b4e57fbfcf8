"""Routes of verification: an incident's cells and persons as verified, and grades of other schemes."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.answers import dumped
from api.desk import Reply, desk_of
from api.routing import Token
from api.routing import router as strict_router
from api.v1.resource import RecordId, problem_responses
from db.engine import Connection
from domain.access import Actor
from domain.figures import Grade
from domain.verified import CellStates, GradedNumbers, Numbers
from domain.vocab import Verification
from domain.vocab.grading import GRADE_SCHEMES, GradeScheme
from services import verified
from services.verified import Verified

router = strict_router("verification")
ID = "6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"
NONE_IN_FORCE = "No assessment of the incident is in force: nothing is verified, and nothing is pending."


class NumbersOut(BaseModel):
    """How many."""

    low: int = Field(description="Lowest number.", examples=[18])
    high: int = Field(description="Highest number.", examples=[18])
    open: bool = Field(description="Whether more is said to be possible.", examples=[False])


class VerifiedOnOut(NumbersOut):
    """How many were verified on one day."""

    verified_on: str | None = Field(description="The day; null was not said.", examples=["2026-03-02"])
    late: bool = Field(description="After the end of the incident's quarter.", examples=[False])


class CellStatesOut(BaseModel):
    """One cell with its numbers by state, side by side; null is none of this state."""

    grain: str = Field(description="Which dimensions the table has.", examples=["status"])
    outcome: str = Field(description="What happened to them.", examples=["killed"])
    status: str | None = Field(description="Status; null is not broken down.", examples=["civilian"])
    sex: str | None = Field(description="Sex; null is not broken down.", examples=[None])
    age_low: int | None = Field(description="Youngest age; null is not broken down.", examples=[None])
    age_high: int | None = Field(description="Oldest age; null with age_low is open.", examples=[None])
    verified: NumbersOut | None = Field(description="Verified.", examples=[{"low": 18, "high": 18}])
    pending: NumbersOut | None = Field(description="Not yet verified.", examples=[{"low": 0, "high": 13}])
    contested: NumbersOut | None = Field(description="Contradicted.", examples=[None])
    inconclusive: NumbersOut | None = Field(description="Examined without a conclusion.", examples=[None])
    verified_by_day: list[VerifiedOnOut] = Field(description="The verified, by day.", examples=[[]])


class ProofOut(BaseModel):
    """How a finding came about."""

    verified_on: str | None = Field(description="The day it was verified.", examples=["2026-03-02"])
    late: bool | None = Field(
        description="After the end of the incident's quarter; null where nothing is verified.",
        examples=[False],
    )
    verifier: str | None = Field(description="The member who found it so.", examples=[ID])
    standard_of_proof: str | None = Field(
        description="The standard of proof.", examples=["reasonable grounds to believe"]
    )
    rationale: str | None = Field(description="Why.", examples=["Two witnesses."])


class CellFindingOut(ProofOut):
    """What people found of one cell, as they said it."""

    outcome: str = Field(description="What happened to them.", examples=["killed"])
    status: str | None = Field(description="Status; null is not broken down.", examples=["civilian"])
    sex: str | None = Field(description="Sex; null is not broken down.", examples=[None])
    age_low: int | None = Field(description="Youngest age.", examples=[None])
    age_high: int | None = Field(description="Oldest age.", examples=[None])
    how_many: str = Field(description="Is the number found so?", examples=["verified"])
    civilian_status: str | None = Field(description="Is the status found so?", examples=["verified"])
    verified: int | None = Field(description="How many of the cell are verified.", examples=[18])


class PersonFindingOut(ProofOut):
    """What people found of one named person."""

    victim: str = Field(description="The victim's record.", examples=[ID])
    answer: str = Field(description="Is the record of the person so?", examples=["verified"])
    described: dict[str, Any] | None = Field(
        description="The person's description as it was when proposed.", examples=[{"outcome": "killed"}]
    )


class DerivedGradeOut(BaseModel):
    """A grade of another scheme, derived by its published definitions: see `/v1/grades`."""

    scheme: str = Field(description="The scheme.", examples=["airwars"])
    version: str = Field(description="Version of its definitions here.", examples=["1"])
    code: str = Field(description="The grade.", examples=["fair"])
    label: str = Field(description="What people read.", examples=["Fair"])
    reason: str = Field(description="What it was derived from.", examples=["Two credible sources report it."])
    outcome: str | None = Field(
        description="The outcome graded; null where the scheme grades the incident.", examples=["killed"]
    )
    numbers: NumbersOut | None = Field(description="How many have this grade.", examples=[None])
    late: bool | None = Field(description="MRM's block of late verification.", examples=[False])


class VerificationOut(BaseModel):
    """What is verified of an incident, by whom, when and under which standard."""

    incident: str = Field(description="The incident.", examples=[ID])
    state: str = Field(description="How far the work has come.", examples=["assessed"])
    assessment: str | None = Field(description="The assessment in force; null where none is.", examples=[ID])
    unknown_because: str | None = Field(description="Why there is nothing to show.", examples=[None])
    answers: dict[str, str] | None = Field(
        description="Occurrence, harm and responsibility.", examples=[{"occurrence": "verified"}]
    )
    standard_of_proof: str | None = Field(description="The assessment's standard.", examples=[None])
    rationale: str | None = Field(description="The assessment's reason.", examples=[None])
    author: str | None = Field(description="The member who proposed it.", examples=[ID])
    approver: str | None = Field(description="The member who approved it.", examples=[ID])
    cells: list[CellStatesOut] = Field(description="Each cell of each grain.", examples=[[]])
    findings: list[CellFindingOut] = Field(description="Findings on cells, as proposed.", examples=[[]])
    persons: list[PersonFindingOut] = Field(description="Findings on named persons.", examples=[[]])
    grades: list[DerivedGradeOut] = Field(description="Grades of other schemes.", examples=[[]])
    links: dict[str, str | None] = Field(description="Where to read on.", examples=[{"incident": "/v1/..."}])


@router.get(
    "/incidents/{id}/verification",
    summary="What is verified of the incident: by cell and person, with day, verifier, standard and grades",
    operation_id="incident_verification",
    response_class=Response,
    responses={200: {"model": VerificationOut, "description": "The verification."}, **problem_responses()},
)
def incident_verification(request: Request, token: Token, id: RecordId) -> Response:
    """Show the assessment in force by cell and person: verified beside pending, never mixed."""

    def act(connection: Connection, actor: Actor) -> Reply:
        return Reply(dumped(_shown(verified.of_incident(connection, actor, id))))

    return desk_of(request).read(token, act).response()


def _shown(found: Verified) -> dict[str, Any]:
    content = found.content or {}
    answers = {name: content.get(name) for name in ("occurrence", "harm", "responsibility")}
    return {
        "incident": found.incident,
        "state": found.state,
        "assessment": found.assessment,
        "unknown_because": None if found.assessment else NONE_IN_FORCE,
        "answers": answers if found.assessment else None,
        **{name: content.get(name) for name in ("standard_of_proof", "rationale", "author", "approver")},
        "cells": [_cell(one) for one in found.cells],
        "findings": list(found.findings),
        "persons": list(found.persons),
        "grades": [_grade(one) for one in found.grades] + [_graded(one) for one in found.graded],
        "links": {
            "incident": f"/v1/incidents/{found.incident}",
            "assessment": None if found.assessment is None else f"/v1/assessments/{found.assessment}",
            "grades": "/v1/grades",
        },
    }


def _numbers(one: Numbers) -> dict[str, Any]:
    return {"low": one.low, "high": one.high, "open": one.open}


def _cell(one: CellStates) -> dict[str, Any]:
    states: dict[str, Any] = dict.fromkeys(Verification.codes())
    return {
        "grain": one.grain,
        "outcome": one.outcome,
        "status": one.status,
        "sex": one.sex,
        "age_low": one.age_low,
        "age_high": one.age_high,
        **states,
        **{name: _numbers(numbers) for name, numbers in one.states.items()},
        "verified_by_day": [
            {"verified_on": day.verified_on, "late": day.late, **_numbers(day.numbers)} for day in one.days
        ],
    }


def _grade(one: Grade) -> dict[str, Any]:
    scheme = GRADE_SCHEMES[one.scheme]
    label = next(grade.label for grade in scheme.grades if grade.code == one.code)
    return {
        "scheme": one.scheme,
        "version": scheme.version,
        "code": one.code,
        "label": label,
        "reason": one.reason,
        "outcome": None,
        "numbers": None,
        "late": None,
    }


def _graded(one: GradedNumbers) -> dict[str, Any]:
    late = one.late if one.grade.scheme == "mrm" else None
    return {**_grade(one.grade), "outcome": one.outcome, "numbers": _numbers(one.numbers), "late": late}


class GradeOut(BaseModel):
    """One grade of a scheme."""

    code: str = Field(description="The code.", examples=["fair"])
    label: str = Field(description="What people read.", examples=["Fair"])
    definition: str = Field(description="The published definition.", examples=["A single source."])
    derived_from: str = Field(description="What it is derived from here.", examples=["one credible source"])
    ours: bool = Field(description="Whether the scheme itself has no such code.", examples=[False])


class GradeSchemeOut(BaseModel):
    """A scheme of grades."""

    scheme: str = Field(description="Its name.", examples=["airwars"])
    title: str = Field(description="What people read.", examples=["Airwars harm grading"])
    version: str = Field(description="Version of its definitions here.", examples=["1"])
    dated: str = Field(description="The day of this version.", examples=["2026-11-24"])
    source: str = Field(description="Where the definitions are published.", examples=["Airwars"])
    grades: list[GradeOut] = Field(description="Its grades, in the order of application.", examples=[[]])


class GradeSchemesOut(BaseModel):
    """Every scheme of grades."""

    data: list[GradeSchemeOut] = Field(description="The schemes.", examples=[[]])


@router.get(
    "/grades",
    summary="Grades of other schemes, and what they are derived from",
    operation_id="grades",
    response_class=Response,
    responses={200: {"model": GradeSchemesOut, "description": "The schemes."}, **problem_responses()},
)
def grades() -> Response:
    """Give the schemes with their published definitions; no token is needed."""
    return Reply(dumped({"data": [_scheme(one) for one in GRADE_SCHEMES.values()]})).response()


def _scheme(one: GradeScheme) -> dict[str, Any]:
    return {
        "scheme": one.name,
        "title": one.title,
        "version": one.version,
        "dated": one.dated,
        "source": one.source,
        "grades": [
            {
                "code": grade.code,
                "label": grade.label,
                "definition": grade.definition,
                "derived_from": grade.derived_from,
                "ours": grade.ours,
            }
            for grade in one.grades
        ],
    }
