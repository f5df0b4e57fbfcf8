"""What a job asks for, checked when the job is made: the filters of an address, as texts by name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from db.queries import lists
from db.queries.exports import LISTED
from domain.errors import Fault, Invalid
from domain.questions import Question
from domain.questions import check as check_question
from domain.schedules import PERIODS
from domain.vocab import (
    AssessmentState,
    Cause,
    IncidentKind,
    IncidentState,
    OverlapKind,
    ReportKind,
    Sex,
    SourceKind,
    Status,
    Vocabulary,
)

STATISTICS = "statistics"
PERIOD = "period"
NOT_THERE = "The job asks for something that is not there."
_NAMES = {"from": "start", "to": "end"}
_OF_INCIDENTS = ("from", "to", "adm1", "adm2", "cause", "party")
_OF_QUESTIONS = (
    *("outcome", "status", "sex", "age_group", "bands", "from", "to", "adm1", "adm2", "cause", "party"),
    *("verification", "verified_from", "verified_to", "by", "cell"),
)
_DAYS = ("from", "to", "verified_from", "verified_to")
_CODES: dict[tuple[str, str], type[Vocabulary]] = {
    ("sources", "kind"): SourceKind,
    ("reports", "kind"): ReportKind,
    ("incidents", "kind"): IncidentKind,
    ("incidents", "state"): IncidentState,
    ("incidents", "cause"): Cause,
    ("victims", "sex"): Sex,
    ("victims", "status"): Status,
    ("assessments", "state"): AssessmentState,
    ("overlaps", "kind"): OverlapKind,
}
_LONGEST = 300


def known_filters(table: str) -> tuple[str, ...]:
    """Give the filters that a table takes, by the names that its address has for them."""
    if table == STATISTICS:
        return (*_OF_QUESTIONS, PERIOD)
    kind = LISTED[table].kind
    own = lists.plain_filters(kind)
    return (*own, *((*_OF_INCIDENTS, PERIOD) if kind.name == "incident" else ()))


def check_filters(table: str, filters: Mapping[str, str]) -> None:
    """Raise Invalid, naming each, for filters that the table does not take or whose values mean nothing.

    A misspelt filter would deliver too much, month after month, and nobody would be looking.
    """
    known = known_filters(table)
    faults = []
    for name, value in filters.items():
        pointer = f"/parameters/filters/{name}" if name in known else "/parameters/filters"
        if name not in known:
            faults.append(Fault(pointer, "unknown-field", "Known here: " + ", ".join(sorted(known)) + "."))
        elif len(value) > _LONGEST:
            faults.append(Fault(pointer, "too-long", f"At most {_LONGEST} are taken."))
        elif name in _DAYS and not _is_day(value):
            faults.append(Fault(pointer, "invalid-date", "Write the day as YYYY-MM-DD."))
        elif name == PERIOD and value not in PERIODS:
            faults.append(Fault(pointer, "unknown-code", "Use one of: " + ", ".join(PERIODS) + "."))
        elif (table, name) in _CODES and value not in _CODES[table, name].codes():
            codes = ", ".join(_CODES[table, name].codes())
            faults.append(Fault(pointer, "unknown-code", f"Use one of: {codes}."))
    if PERIOD in filters and {"from", "to"} & set(filters):
        faults.append(
            Fault("/parameters/filters/period", "one-of-two", "Give a period, or from and to; not both.")
        )
    if faults:
        raise Invalid(NOT_THERE, code=faults[0].code if len(faults) == 1 else "invalid", faults=faults)
    if table == STATISTICS:
        try:
            check_question(question(filters, ("2000-01-01", "2000-12-31"), None))
        except Invalid as error:
            raise below("filters", error) from error


def unknown(name: str, detail: str) -> Invalid:
    """Give the error for a parameter of a job that names what is not there."""
    return Invalid(
        NOT_THERE, code="unknown-code", faults=[Fault(f"/parameters/{name}", "unknown-code", detail)]
    )


def below(name: str, error: Invalid) -> Invalid:
    """Give an error of what stands in a job's parameter with pointers that start at the job."""
    faults = [Fault(f"/parameters/{name}/{one.pointer}", one.code, one.detail) for one in error.faults]
    return Invalid(error.detail, code=error.code, faults=faults)


def question(filters: Mapping[str, str], period: tuple[str, str], known_at: int | None) -> Question:
    """Give the question of these filters; ``period`` are the days of the period that they may name."""
    given: dict[str, Any] = {
        _NAMES.get(name, name): value for name, value in filters.items() if name not in ("by", "cell", PERIOD)
    }
    if PERIOD in filters:
        given["start"], given["end"] = period
    by = tuple(part.strip() for part in filters.get("by", "").split(",") if part.strip())
    pairs = [part.partition(":") for part in filters.get("cell", "").split(",") if part]
    cell = tuple((name.strip(), value.strip()) for name, _, value in pairs)
    return Question(**given, by=by, cell=cell, known_at=known_at)


def of_list(filters: Mapping[str, str], period: tuple[str, str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give a list's filters as the query takes them, and as people read them."""
    shown: dict[str, Any] = {name: value for name, value in filters.items() if name != PERIOD}
    if PERIOD in filters:
        shown["from"], shown["to"] = period
    return {_NAMES.get(name, name): value for name, value in shown.items()}, shown


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
