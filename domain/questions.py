"""A question to the statistics: what is counted, of whom, when and where, and how it is broken down."""

from __future__ import annotations

from dataclasses import dataclass

from domain.bands import Bands, parse_bands
from domain.errors import Fault, Invalid
from domain.vocab import Cause, Grain, Outcome, Sex, Status, Verification

BY = (
    "month",
    "quarter",
    "year",
    "adm1",
    "adm2",
    "outcome",
    "status",
    "sex",
    "age_group",
    "cause",
    "party",
    "verification",
    "incident",
)
"""What statistics can be broken down by."""

DEFAULT_BANDS = "0-17,18+"
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question. Filters are None where the question does not restrict.

    ``start`` and ``end`` are inclusive days that hold an incident's whole interval. ``known_at`` is
    a log sequence already, or None for what is known now.
    """

    outcome: str | None = None
    status: str | None = None
    sex: str | None = None
    age_group: str | None = None
    adm1: str | None = None
    adm2: str | None = None
    cause: str | None = None
    party: str | None = None
    verification: str | None = None
    start: str | None = None
    end: str | None = None
    verified_from: str | None = None
    verified_to: str | None = None
    """Inclusive days within which it was verified; only what is verified has such a day (R13)."""
    by: tuple[str, ...] = ()
    bands: str = DEFAULT_BANDS
    cell: tuple[tuple[str, str], ...] = ()
    """Keys of one cell, (breakdown, value), matched exactly: how a cell opens to its incidents."""
    known_at: int | None = None

    @property
    def of_one_state(self) -> bool:
        """Tell whether each cell is of one verification state, so that its low and high are that state's."""
        return self.verification is not None or "verification" in (*self.by, *dict(self.cell))

    def parsed_bands(self) -> Bands:
        """Give the age bands. Raises Invalid when they cannot be read."""
        return parse_bands(self.bands)


def check(question: Question) -> None:
    """Raise Invalid, naming each parameter, unless the question can be answered."""
    faults: list[Fault] = []
    for name, vocabulary in (
        ("outcome", Outcome),
        ("status", Status),
        ("sex", Sex),
        ("verification", Verification),
    ):
        value = getattr(question, name)
        if value is not None and value not in vocabulary.codes():
            faults.append(Fault(name, "unknown-code", "Use one of: " + ", ".join(vocabulary.codes()) + "."))
    if question.cause is not None and question.cause not in (*Cause.codes(), "undetermined"):
        faults.append(Fault("cause", "unknown-code", "Use a code of the vocabulary cause."))
    if any(name not in BY for name in question.by):
        faults.append(Fault("by", "unknown-code", "Break down by any of: " + ", ".join(BY) + "."))
    if any(name not in BY for name, _ in question.cell) or len(dict(question.cell)) != len(question.cell):
        faults.append(Fault("cell", "unknown-code", "Write a cell's keys as breakdown:value, each once."))
    if len(set(question.by)) != len(question.by):
        faults.append(Fault("by", "repeated", "Name each breakdown once."))
    if question.outcome is None and "outcome" not in question.by:
        faults.append(
            Fault(
                "outcome",
                "required",
                "Say which outcome is counted, or break down by outcome: outcomes are never added.",
            )
        )
    if question.start is not None and question.end is not None and question.start > question.end:
        faults.append(Fault("to", "inconsistent-dates", "The last day lies before the first."))
    if (
        question.verified_from is not None
        and question.verified_to is not None
        and question.verified_from > question.verified_to
    ):
        faults.append(Fault("verified_to", "inconsistent-dates", "The last day lies before the first."))
    labels = {run.label for run in question.parsed_bands().runs()}
    if question.age_group is not None and question.age_group not in labels | {UNKNOWN}:
        faults.append(
            Fault("age_group", "unknown-code", "Use one of: " + ", ".join(sorted(labels | {UNKNOWN})) + ".")
        )
    if faults:
        raise Invalid(
            "The question cannot be answered as it is asked.", code="invalid-parameter", faults=faults
        )


def grain_of(question: Question) -> str:
    """Give the coarsest grain that has every filter and every breakdown (record.md section 6)."""
    named = {*question.by, *dict(question.cell)}
    asks_status = question.status is not None or "status" in named
    asks_person = (
        question.sex is not None or question.age_group is not None or "sex" in named or "age_group" in named
    )
    if asks_status and asks_person:
        return Grain.STATUS_SEX_AGE.value
    if asks_status:
        return Grain.STATUS.value
    return (Grain.SEX_AGE if asks_person else Grain.TOTAL).value
