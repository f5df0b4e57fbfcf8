"""Verification as it is read: the assessment in force by cell and person, with grades of other schemes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from db.canonical import parse
from db.engine import Connection
from db.kinds import ASSESSMENT, INCIDENT
from db.queries import assessments as queries
from db.queries import records
from domain.access import Actor, require
from domain.answers import Answers
from domain.corroboration import corroborated
from domain.figures import FactCell, Grade
from domain.grades import airwars_grade, ibc_grade
from domain.policies import POLICIES, Evidence
from domain.verification import is_late
from domain.verified import CellStates, GradedNumbers, by_cell, graded
from domain.vocab import Answer
from services import figures
from services.records import read

AIRWARS = "airwars-range"
PROOF = ("verified_on", "verifier", "standard_of_proof", "rationale")


@dataclass(frozen=True, slots=True)
class Verified:
    """What the assessment in force verified, and how; ``assessment`` None where none is in force."""

    incident: str
    state: str | None
    assessment: str | None = None
    content: Mapping[str, Any] | None = None
    cells: tuple[CellStates, ...] = ()
    findings: tuple[dict[str, Any], ...] = ()
    persons: tuple[dict[str, Any], ...] = ()
    grades: tuple[Grade, ...] = ()
    graded: tuple[GradedNumbers, ...] = ()


def of_incident(connection: Connection, actor: Actor, incident: str) -> Verified:
    """Give the verification of an incident's cells and persons under the assessment in force.

    Raises NotFound.
    """
    require(actor, "record.read")
    stored = read(connection, actor, INCIDENT, incident)
    id = queries.in_force(connection, actor.organisation, [incident]).get(incident)
    assessment = None if id is None else records.one(connection, ASSESSMENT, actor.organisation, id)
    if assessment is None:
        return Verified(incident, stored.state)
    content = parse(assessment.content)
    rows = [FactCell(**cell) for cell in content["cells"]]
    answers = Answers(content["occurrence"], content["harm"], content["responsibility"])
    options, end = content["options"], content["scope"]["period_end"]
    return Verified(
        incident,
        stored.state,
        assessment.id,
        content,
        cells=by_cell(rows),
        findings=tuple(_with_late(one, end) for one in options["cells"]),
        persons=tuple(_with_late(one, end) for one in options.get("persons", ())),
        grades=_grades(_heard(connection, actor, content), answers),
        graded=graded(rows, answers),
    )


def _with_late(one: Mapping[str, Any], end: str | None) -> dict[str, Any]:
    day = one.get("verified_on")
    # Assessments of before verification had a day say nothing of it.
    return {**dict.fromkeys(PROOF), **one, "late": None if day is None or end is None else is_late(day, end)}


def _heard(connection: Connection, actor: Actor, content: Mapping[str, Any]) -> Evidence:
    """Give what the assessment was made from: the claims that it knew and did not set aside."""
    known = figures.evidence(connection, actor.organisation, content["incident"], persons=False)
    aside = {one["claim"] for one in content["options"]["set_aside"]}
    later = {claim.id for claim in known.claims} - {step["claim"] for step in content["trace"]}
    return figures.restricted(known, report=content["options"]["report"], set_aside=frozenset(aside | later))


def _grades(known: Evidence, answers: Answers) -> tuple[Grade, ...]:
    """Give the grades of schemes that grade the whole incident."""
    counted = any(
        figure.count is not None and figure.group is None
        for claim in known.claims
        if known.only_report in (None, claim.report)
        for figure in claim.figures
    )
    confirmed = corroborated(known).whole.confirmed
    return _airwars(known, answers), ibc_grade(counted=counted, confirmed=confirmed)


def _airwars(known: Evidence, answers: Answers) -> Grade:
    """Give Airwars' grade of the claims; people who found another party's act discount it."""
    grade = POLICIES[AIRWARS].function(known).grade
    others = answers.responsibility == Answer.REJECTED
    if grade is None or (others and grade.code != "confirmed"):
        return airwars_grade(
            credible_sources=0, conceded=False, accused=0, all_fighters=False, others_responsible=others
        )
    return grade
