"""What an assessment found, laid out by cell: verified beside pending, never mixed (R13)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from domain.answers import Answers
from domain.figures import FactCell, Grade
from domain.grades import mrm_status, ohchr_grade
from domain.vocab import Grain, Verification

_Cell = tuple[str, str, str | None, str | None, int | None, int | None]


@dataclass(slots=True)
class Numbers:
    """How many: ``[low, high]``, open where more is said to be possible."""

    low: int = 0
    high: int = 0
    open: bool = False

    def add(self, row: FactCell) -> None:
        """Add the persons of a row: rows of one description and state are disjoint."""
        self.low += row.low
        self.high += row.high
        self.open = self.open or row.open


@dataclass(slots=True)
class VerifiedOn:
    """How many were verified on one ISO day, None where it was not said, and whether that was late."""

    verified_on: str | None
    late: bool
    numbers: Numbers = field(default_factory=Numbers)


@dataclass(slots=True)
class CellStates:
    """One cell of a grain with its numbers by state, and those verified by day."""

    grain: str
    outcome: str
    status: str | None
    sex: str | None
    age_low: int | None
    age_high: int | None
    states: dict[str, Numbers] = field(default_factory=dict)
    days: list[VerifiedOn] = field(default_factory=list)


def by_cell(rows: Iterable[FactCell]) -> tuple[CellStates, ...]:
    """Give the cells of fact rows, each with its numbers by state in the vocabulary's order.

    The stated part of a cell and what is left of it are one cell here.
    """
    found: dict[_Cell, CellStates] = {}
    for row in rows:
        key = (row.grain, row.outcome, row.status, row.sex, row.age_low, row.age_high)
        cell = found.setdefault(key, CellStates(*key))
        cell.states.setdefault(row.verification, Numbers()).add(row)
        if row.verification == Verification.VERIFIED:
            day = next((one for one in cell.days if one.verified_on == row.verified_on), None)
            if day is None:
                day = VerifiedOn(row.verified_on, row.late)
                cell.days.append(day)
            day.numbers.add(row)
    order = Verification.codes()
    for cell in found.values():
        cell.states = {state: cell.states[state] for state in order if state in cell.states}
        cell.days.sort(key=lambda one: one.verified_on or "")
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class GradedNumbers:
    """A grade that a scheme gives to so many persons of one outcome; late for MRM's own block."""

    grade: Grade
    outcome: str
    numbers: Numbers
    late: bool = False


def graded(rows: Sequence[FactCell], answers: Answers) -> tuple[GradedNumbers, ...]:
    """Give the numbers of each outcome under the statuses of MRM and OHCHR, those verified late apart.

    Both schemes grade what is counted and not the incident: of [18, 31] with 18 verified, 18 are
    verified and the rest pends.
    """
    found: dict[tuple[str, str, str, bool], GradedNumbers] = {}
    for row in rows:
        if row.grain != Grain.TOTAL:
            continue
        said = {"occurrence": answers.occurrence, "harm": answers.harm, "how_many": row.verification}
        for grade in (mrm_status(**said, responsibility=answers.responsibility), ohchr_grade(**said)):
            late = row.late and grade.scheme == "mrm"
            key = (grade.scheme, row.outcome, grade.code, late)
            found.setdefault(key, GradedNumbers(grade, row.outcome, Numbers(), late)).numbers.add(row)
    return tuple(found[key] for key in sorted(found))
