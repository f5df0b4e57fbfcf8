"""Assessing: the five answers applied to booked rows.

Did it happen, was anyone harmed, how many, were they civilians, who is responsible. The first two are
answered once and cap every row; the next two are answered for each cell; the last says whose act it was
and never changes a number. A policy verifies nothing: only people do (R13).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from domain.booking import UNKNOWN, dimensions, holds, partitions
from domain.cells import ANY_AGE, Age, Cell
from domain.errors import Invalid
from domain.figures import FactCell, Figures
from domain.vocab import Answer, Basis

_PENDING, _VERIFIED, _REJECTED = Answer.PENDING.value, Answer.VERIFIED.value, Answer.REJECTED.value
_STRENGTH = {
    Answer.VERIFIED.value: 4,
    Answer.PENDING.value: 3,
    Answer.CONTESTED.value: 2,
    Answer.INCONCLUSIVE.value: 1,
    Answer.REJECTED.value: 0,
}


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers that hold for the whole incident, as codes of the vocabulary ``answer``.

    Raises Invalid for another code.
    """

    occurrence: str = _PENDING
    harm: str = _PENDING
    responsibility: str = _PENDING

    def __post_init__(self) -> None:
        _check(self.occurrence, self.harm, self.responsibility)


@dataclass(frozen=True, slots=True)
class CellFinding:
    """What people found of one cell.

    ``how_many`` and ``civilian_status`` are codes of the vocabulary ``answer``. ``verified`` is a number
    of persons verified among those of the cell; what is beyond it has the answer ``how_many``, or
    stays pending where that is ``verified``.

    Raises Invalid for another code and for a negative number.
    """

    cell: Cell
    how_many: str = _PENDING
    civilian_status: str | None = None
    verified: int | None = None

    def __post_init__(self) -> None:
        _check(self.how_many, *(() if self.civilian_status is None else (self.civilian_status,)))
        if self.verified is not None and self.verified < 0:
            raise Invalid("A verified number cannot be negative.", code="invalid-count")


def _check(*answers: str) -> None:
    if any(answer not in _STRENGTH for answer in answers):
        raise Invalid("An answer is not of the vocabulary.", code="unknown-code")


def weakest(*answers: str) -> str:
    """Give the weakest of these answers: verified, pending, contested, inconclusive, rejected."""
    return min(answers, key=lambda answer: _STRENGTH[answer])


def assess(
    cells: Sequence[FactCell], answers: Answers, findings: Iterable[CellFinding] = ()
) -> tuple[FactCell, ...]:
    """Give booked rows with their verification (section 5 of the methodology, R13).

    The state of a row is the weakest of occurrence, harm, ``how_many`` and, at grains with status,
    ``civilian_status``. Rejected rows and closed rows of nobody are not given.

    A finding is a row's own when it describes the row's persons exactly, or when the row is all that is
    known of the finding's cell. Rows without one take the answers of the smallest cell that holds
    them, the weaker ones where two such cells overlap. A number verified of a larger cell is not
    spread over its parts: which of them are verified is not known, and they stay pending.

    Of a row ``[low, high]`` with n verified, ``[n, n]`` is verified and ``[max(0, low - n), high - n]`` is
    not; an open row leaves the open part unverified.

    Raises Invalid when two findings speak of one cell, when more persons are verified than the
    cell's high and when the persons verified are of a cell that no row shows.
    """
    known: dict[Cell, CellFinding] = {}
    for finding in findings:
        if finding.cell in known:
            raise Invalid("Two findings speak of one cell.", code="finding-twice")
        known[finding.cell] = finding
    if not known:
        state = weakest(_PENDING, answers.occurrence, answers.harm)
        return tuple(_joined(replace(row, verification=state) for row in cells))
    found: list[FactCell] = []
    shown: set[Cell] = set()
    for grain, outcome in dict.fromkeys((row.grain, row.outcome) for row in cells):
        rows = [row for row in cells if row.grain == grain and row.outcome == outcome]
        here = [finding for finding in known.values() if finding.cell.outcome == outcome]
        found.extend(_assess_grain(rows, answers, here, shown))
    if any(finding.verified and finding.cell not in shown for finding in known.values()):
        raise Invalid(
            "Persons are verified of a cell that nothing is booked for.", code="finding-without-row"
        )
    return tuple(found)


def fact_cells(
    figures: Figures, answers: Answers, findings: Iterable[CellFinding] = ()
) -> tuple[FactCell, ...]:
    """Give the fact rows of a policy's answer, at every grain, as assessed.

    Raises Invalid as ``booking.partitions`` and ``assess`` do.
    """
    return assess(partitions(figures.booked).cells, answers, findings)


def _assess_grain(
    rows: list[FactCell], answers: Answers, findings: list[CellFinding], shown: set[Cell]
) -> list[FactCell]:
    """Assess the rows of one grain and outcome; ``shown`` gathers the cells whose finding had a row."""
    by_description: dict[Cell, list[FactCell]] = {}
    for row in rows:
        by_description.setdefault(_description(row), []).append(row)
    found: list[FactCell] = []
    for description, alike in by_description.items():
        own = _own(description, findings, by_description)
        if own is not None:
            shown.add(own.cell)
        finding = own or _inherited(description, findings)
        verified = None if finding is None else finding.verified
        how_many = _PENDING if finding is None else finding.how_many
        caps = [answers.occurrence, answers.harm]
        if finding is not None and finding.civilian_status is not None and description.status is not None:
            caps.append(finding.civilian_status)
        if verified is None:
            found.extend(replace(row, verification=weakest(how_many, *caps)) for row in alike)
            continue
        beyond = _PENDING if how_many == _VERIFIED else how_many
        if own is None:
            verified = 0
        if verified > sum(row.high for row in alike):
            raise Invalid("More persons are verified than the cell's high.", code="verified-exceeds-high")
        # A stated part of the cell is filled before its rest: those are the persons spoken of.
        for row in sorted(alike, key=lambda row: row.basis == Basis.RESIDUAL):
            sure = min(verified, row.high)
            verified -= sure
            found.append(
                replace(row, low=sure, high=sure, open=False, verification=weakest(_VERIFIED, *caps))
            )
            found.append(
                replace(
                    row,
                    low=max(0, row.low - sure),
                    high=row.high - sure,
                    verification=weakest(beyond, *caps),
                )
            )
    return _joined(found)


def _description(row: FactCell) -> Cell:
    """Give the cell of a row, None for dimensions outside its grain."""
    age = None if row.age_low is None else Age(row.age_low, row.age_high)
    return Cell(row.outcome, row.status, row.sex, age)


def _plain(cell: Cell) -> Cell:
    """Give the cell with what is unknown as not broken down."""
    return Cell(
        cell.outcome,
        None if cell.status == UNKNOWN else cell.status,
        None if cell.sex == UNKNOWN else cell.sex,
        None if cell.age == ANY_AGE else cell.age,
    )


def _own(
    description: Cell, findings: list[CellFinding], rows: dict[Cell, list[FactCell]]
) -> CellFinding | None:
    """Give the finding on exactly these persons, or None.

    A finding that does not speak of a dimension is about the whole cell. It is about a row of
    unknown description only when the cell has no other row at this grain: of 18 civilians, ten of unknown
    sex and age are not "the civilians".
    """
    exact = next((finding for finding in findings if finding.cell == description), None)
    whole = [
        finding
        for finding in findings
        if _plain(finding.cell) == _plain(description)
        and holds(finding.cell, description)
        and sum(holds(finding.cell, other) for other in rows) == 1
    ]
    return exact or max(whole, key=lambda finding: len(dimensions(finding.cell)), default=None)


def _inherited(description: Cell, findings: list[CellFinding]) -> CellFinding | None:
    """Give the finding of the smallest cell that holds the row, the weaker of two that overlap."""
    holding = [finding for finding in findings if holds(finding.cell, description)]
    tightest = [
        finding
        for finding in holding
        if not any(other is not finding and holds(finding.cell, other.cell) for other in holding)
    ]
    return min(
        tightest,
        key=lambda finding: (
            _STRENGTH[_PENDING if finding.verified is not None else finding.how_many],
            _STRENGTH[finding.civilian_status or _VERIFIED],
        ),
        default=None,
    )


def _joined(rows: Iterable[FactCell]) -> list[FactCell]:
    """Give the rows that make facts, those of one description, state and basis added together."""
    joined: dict[tuple[str | int | None, ...], FactCell] = {}
    for row in rows:
        if row.verification == _REJECTED or (row.high == 0 and not row.open):
            continue
        description = (row.grain, row.outcome, row.status, row.sex, row.age_low, row.age_high)
        key = (*description, row.verification, row.basis)
        before = joined.get(key)
        joined[key] = row if before is None else _added(before, row)
    return list(joined.values())


def _added(one: FactCell, other: FactCell) -> FactCell:
    return replace(one, low=one.low + other.low, high=one.high + other.high, open=one.open or other.open)
