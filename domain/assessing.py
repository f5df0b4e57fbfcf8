"""Assessing: the five answers applied to booked rows.

Did it happen, was anyone harmed, how many, were they civilians, who is responsible. The first two are
answered once and cap every row; the next two are answered for each cell; the last says whose act it was
and never changes a number. A policy verifies nothing: only people do (R13).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from domain.answers import STRENGTH, Answers, CellFinding, weakest
from domain.booking import DIMENSIONS, UNKNOWN, dimensions, holds, partitions
from domain.cells import ANY_AGE, Age, Cell, in_words
from domain.errors import Invalid
from domain.figures import Booked, FactCell, Figures, Finding
from domain.vocab import Answer, Basis, Grain

_PENDING, _VERIFIED, _REJECTED = Answer.PENDING.value, Answer.VERIFIED.value, Answer.REJECTED.value

_Table = dict[Cell, list[FactCell]]
"""The rows of one grain and outcome by their description."""
_FINEST_FIRST = (
    Grain.STATUS_SEX_AGE.value,
    Grain.SEX_AGE.value,
    Grain.STATUS.value,
    Grain.TOTAL.value,
)


@dataclass(frozen=True, slots=True)
class _Part:
    """Persons carved out of a row: so many, by this finding, and how many of them are verified."""

    finding: CellFinding
    low: int
    high: int
    verified: int


def assess(
    cells: Sequence[FactCell], answers: Answers, findings: Iterable[CellFinding] = ()
) -> tuple[FactCell, ...]:
    """Give booked rows with their verification (section 5 of the methodology, R13).

    The state of a row is the weakest of occurrence, harm, ``how_many`` and, at grains with status,
    ``civilian_status``. Rejected rows are not given, nor closed rows of nobody that only a
    split left; where a source reported nobody, that is a fact.

    A finding is a row's own when it describes the row's persons exactly, or when the row is all that is
    known of the finding's cell. Rows without one take the answers of the smallest cell that holds
    them, the weaker ones where two such cells overlap. A number verified of a larger cell is not
    spread over its parts: which of them are verified is not known, and they stay pending.

    Of a row ``[low, high]`` with n verified, ``[n, n]`` is verified and ``[max(0, low - n), high - n]`` is
    not; an open row leaves the open part unverified.

    A finding on persons that are a part of a row, such as the civilians in a table by sex, is carved out
    of the row, so that grains do not contradict each other (decision 0004).

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
        return tuple(_joined((replace(row, verification=state) for row in cells), _reported_none(cells)))
    found: list[FactCell] = []
    shown: set[Cell] = set()
    tables: dict[tuple[str, str], _Table] = {}
    for row in cells:
        tables.setdefault((row.grain, row.outcome), {}).setdefault(_description(row), []).append(row)
    for (grain, outcome), table in tables.items():
        here = [finding for finding in known.values() if finding.cell.outcome == outcome]
        finer = [tables[source, outcome] for source in _FINEST_FIRST if (source, outcome) in tables]
        carved = _carvings(grain, table, finer, here)
        found.extend(_assess_grain(table, answers, here, shown, carved))
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


def left_out(figures: Figures) -> tuple[Finding, ...]:
    """Name what booking leaves out of a grain, once for each pair of figures that cross.

    Raises Invalid as ``booking.partitions`` does.
    """
    grains: dict[tuple[Booked, Booked], list[str]] = {}
    for one in partitions(figures.booked).left_out:
        grains.setdefault((one.figure, one.crosses), []).append(one.grain)
    return tuple(
        Finding(
            "left-out-of-grain",
            f"{in_words(figure.cell)} crosses {in_words(crossed.cell)} and cannot stand beside it at grain "
            f"{', '.join(where)}; its persons are not booked there under their own description.",
        )
        for (figure, crossed), where in grains.items()
    )


def _assess_grain(
    table: _Table,
    answers: Answers,
    findings: list[CellFinding],
    shown: set[Cell],
    carved: dict[Cell, list[_Part]],
) -> list[FactCell]:
    """Assess the rows of one grain and outcome; ``shown`` gathers the cells whose finding had a row."""
    found: list[FactCell] = []
    for description, alike in table.items():
        own = _own(description, findings, table)
        if own is not None:
            shown.add(own.cell)
        finding = own or _inherited(description, findings)
        caps = _caps(answers, finding, description)
        rest = weakest(_PENDING if finding is None else _beyond(finding), *caps)
        # A stated part of the cell is filled before its rest: those are the persons spoken of.
        rows = sorted(alike, key=lambda row: row.basis == Basis.RESIDUAL)
        if own is not None and own.verified is not None:
            if own.verified > sum(row.high for row in alike):
                raise Invalid("More persons are verified than the cell's high.", code="verified-exceeds-high")
            parts, rows = _taken(rows, own.verified, own.verified, weakest(_VERIFIED, *caps), by_number=True)
            found.extend(parts)
        for part in carved.get(description, ()):
            limits = _caps(answers, part.finding, description)
            if part.verified:
                parts, rows = _taken(
                    rows, part.verified, part.verified, weakest(_VERIFIED, *limits), by_number=True
                )
                found.extend(parts)
            state = weakest(_beyond(part.finding), *limits)
            if state != rest:
                low, high = max(0, part.low - part.verified), max(0, part.high - part.verified)
                parts, rows = _taken(rows, low, high, state)
                found.extend(parts)
        found.extend(replace(row, verification=rest) for row in rows)
    return _joined(found, _reported_none(row for rows in table.values() for row in rows))


def _caps(answers: Answers, finding: CellFinding | None, description: Cell) -> tuple[str, ...]:
    """Give the answers that no row of this description goes beyond."""
    if finding is None or finding.civilian_status is None or description.status is None:
        return answers.occurrence, answers.harm
    return answers.occurrence, answers.harm, finding.civilian_status


def _beyond(finding: CellFinding) -> str:
    """Give the answer on the persons of a cell beyond those verified by number."""
    verified = finding.verified is not None and finding.how_many == _VERIFIED
    return _PENDING if verified else finding.how_many


def _taken(
    rows: list[FactCell], low: int, high: int, state: str, *, by_number: bool = False
) -> tuple[list[FactCell], list[FactCell]]:
    """Take ``[low, high]`` persons out of rows into a state: what was taken, and what is left.

    The open part of a row stays with what is left, and goes along where an answer on the persons, not a
    number of them, leaves nobody.
    """
    parts, left = [], []
    for row in rows:
        most = min(high, row.high)
        least = min(low, most)
        low, high = low - least, high - most
        more = row.open and not by_number and 0 < most == row.high and least == row.high
        parts.append(replace(row, low=least, high=most, open=more, verification=state))
        left.append(
            replace(
                row, low=max(0, row.low - most), high=max(0, row.high - least), open=row.open and not more
            )
        )
    return parts, left


def _carvings(
    grain: str, table: _Table, finer: list[_Table], findings: list[CellFinding]
) -> dict[Cell, list[_Part]]:
    """Give what is carved out of the rows of one grain: findings that hold none of them (decision 0004).

    Persons are read from the finest grain that shows them, one row at a time, under the answer they
    have there. A number verified is carved as a whole, out of the one row that holds all of its persons.
    """
    within: list[tuple[CellFinding, _Table, list[Cell]]] = []
    for finding in findings:
        if any(holds(finding.cell, description) for description in table):
            continue
        for source in finer:
            leaves = [description for description in source if holds(finding.cell, description)]
            if leaves:
                within.append((finding, source, leaves))
                break
    homes = {
        leaf: home
        for _, _, leaves in within
        for leaf in leaves
        if (home := _home(_projected(leaf, grain), table)) is not None and _own(home, findings, table) is None
    }
    carved: dict[Cell, list[_Part]] = {}
    taken: list[tuple[CellFinding, _Table, set[Cell]]] = []
    for finding, source, leaves in sorted(within, key=lambda one: -(one[0].verified or 0)):
        places = {homes.get(leaf) for leaf in leaves}
        place = places.pop()
        if not finding.verified or places or place is None:
            continue
        if any(
            not gone.isdisjoint(leaves) if source is other else one.cell.meet(finding.cell) is not None
            for one, other, gone in taken
        ):
            # They may be the same persons.
            continue
        taken.append((finding, source, set(leaves)))
        low, high = _sums(row for leaf in leaves for row in source[leaf])
        carved.setdefault(place, []).append(_Part(finding, low, high, finding.verified))
    for finding, source, leaves in within:
        for leaf in leaves:
            governing = _own(leaf, findings, source) or _inherited(leaf, findings)
            if governing is not finding or leaf not in homes:
                continue
            if any(source is other and leaf in gone for _, other, gone in taken):
                continue
            carved.setdefault(homes[leaf], []).append(_Part(finding, *_sums(source[leaf]), 0))
    return carved


def _sums(rows: Iterable[FactCell]) -> tuple[int, int]:
    numbers = [(row.low, row.high) for row in rows]
    return sum(low for low, _ in numbers), sum(high for _, high in numbers)


def _projected(cell: Cell, grain: str) -> Cell:
    """Give the description that persons of a cell have at a grain."""
    within = DIMENSIONS[grain]
    return Cell(
        cell.outcome,
        (cell.status or UNKNOWN) if "status" in within else None,
        (cell.sex or UNKNOWN) if "sex" in within else None,
        (cell.age or ANY_AGE) if "age" in within else None,
    )


def _home(description: Cell, table: _Table) -> Cell | None:
    """Give the row that persons of this description stand in: their own, else the smallest around it."""
    if description in table:
        return description
    around = [row for row in table if _plain(row).holds(_plain(description))]
    tightest = [
        row
        for row in around
        if not any(other != row and _plain(row).holds(_plain(other)) for other in around)
    ]
    return tightest[0] if tightest else None


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


def _own(description: Cell, findings: list[CellFinding], rows: _Table) -> CellFinding | None:
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
            STRENGTH[_PENDING if finding.verified is not None else finding.how_many],
            STRENGTH[finding.civilian_status or _VERIFIED],
        ),
        default=None,
    )


_Described = tuple[str | int | None, ...]


def _described(row: FactCell) -> _Described:
    return (row.grain, row.outcome, row.status, row.sex, row.age_low, row.age_high, row.basis)


def _reported_none(rows: Iterable[FactCell]) -> frozenset[_Described]:
    """Give the descriptions of which nobody was reported: that is a fact, and not the same as no report."""
    return frozenset(_described(row) for row in rows if row.high == 0 and not row.open)


def _joined(rows: Iterable[FactCell], reported_none: frozenset[_Described]) -> list[FactCell]:
    """Give the rows that make facts, those of one description, state and basis added together.

    A row of nobody makes a fact where a source reported nobody, and none where it is what a split left.
    """
    joined: dict[_Described, FactCell] = {}
    for row in rows:
        if row.verification == _REJECTED:
            continue
        if row.high == 0 and not row.open and _described(row) not in reported_none:
            continue
        key = (*_described(row), row.verification)
        before = joined.get(key)
        joined[key] = row if before is None else _added(before, row)
    return list(joined.values())


def _added(one: FactCell, other: FactCell) -> FactCell:
    return replace(one, low=one.low + other.low, high=one.high + other.high, open=one.open or other.open)
