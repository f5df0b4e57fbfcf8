"""Assessing: the five answers applied to booked rows.

Did it happen, was anyone harmed, how many, were they civilians, who is responsible. The first two are
answered once and cap every row; the next two are answered for each cell; the last says whose act it was
and never changes a number. A policy verifies nothing: only people do (R13).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from domain.answers import PENDING, Answers, CellFinding, PersonFinding, weakest
from domain.booking import UNKNOWN, partitions
from domain.cells import Cell, in_words
from domain.errors import Invalid
from domain.figures import Booked, FactCell, Figures, Finding
from domain.placing import (
    Part,
    Table,
    carvings,
    description_of,
    inherited_finding,
    may_share,
    own_finding,
    persons_of,
)
from domain.vocab import Answer, Basis, Grain

_VERIFIED, _REJECTED = Answer.VERIFIED.value, Answer.REJECTED.value
_COUNTED = {_VERIFIED, PENDING}
"""States that a cell's own interval sums."""

_FINEST_FIRST = (
    Grain.STATUS_SEX_AGE.value,
    Grain.SEX_AGE.value,
    Grain.STATUS.value,
    Grain.TOTAL.value,
)


def assess(
    cells: Sequence[FactCell],
    answers: Answers,
    findings: Iterable[CellFinding] = (),
    persons: Iterable[PersonFinding] = (),
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

    Named persons who are verified stand in the row of their own description, and the number verified there
    is at least their count (R11); they are among the persons of a verified number that may hold
    them, not beside it. Each verified row carries its day, a person's own day first: rows of different
    days stay apart.

    Raises Invalid when two findings speak of one cell or two of one person, when more persons are
    verified than the cell's high and when the persons verified are of a cell that no row shows.
    """
    known: dict[Cell, CellFinding] = {}
    for finding in findings:
        if finding.cell in known:
            raise Invalid("Two findings speak of one cell: give each cell one.", code="finding-twice")
        known[finding.cell] = finding
    people = list(persons)
    if len({person.victim for person in people}) != len(people):
        raise Invalid("Two findings speak of one person: give each person one.", code="finding-twice")
    named = [person for person in people if person.verifies]
    if not known and not named:
        state = weakest(PENDING, answers.occurrence, answers.harm)
        return tuple(_joined((replace(row, verification=state) for row in cells), _reported_none(cells)))
    found: list[FactCell] = []
    shown: set[Cell] = set()
    tables: dict[tuple[str, str], Table] = {}
    for row in cells:
        tables.setdefault((row.grain, row.outcome), {}).setdefault(description_of(row), []).append(row)
    for (grain, outcome), table in tables.items():
        here = [finding for finding in known.values() if finding.cell.outcome == outcome]
        finer = [tables[source, outcome] for source in _FINEST_FIRST if (source, outcome) in tables]
        carved = carvings(grain, table, finer, here)
        homes = persons_of(
            table, grain, (p for p in named if p.cell is not None and p.cell.outcome == outcome)
        )
        found.extend(_assess_grain(table, answers, here, shown, carved, homes))
    outcomes = {outcome for _, outcome in tables}
    if any(finding.verified and finding.cell not in shown for finding in known.values()) or any(
        person.cell is None or person.cell.outcome not in outcomes for person in named
    ):
        raise Invalid(
            "Persons are verified of a cell that nothing is booked for.", code="finding-without-row"
        )
    return tuple(found)


def fact_cells(
    figures: Figures,
    answers: Answers,
    findings: Iterable[CellFinding] = (),
    persons: Iterable[PersonFinding] = (),
) -> tuple[FactCell, ...]:
    """Give the fact rows of a policy's answer, at every grain, as assessed.

    Raises Invalid as ``booking.partitions`` and ``assess`` do.
    """
    return assess(partitions(figures.booked).cells, answers, findings, persons)


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


def rejected_persons(persons: Iterable[PersonFinding]) -> tuple[Finding, ...]:
    """Name the persons whom people found not to be so, by their records' ids."""
    rejected = tuple(person.victim for person in persons if person.answer == _REJECTED)
    if not rejected:
        return ()
    return (
        Finding(
            "person-rejected",
            "Named persons are found not to be so and support no number. No number that a claim states falls "
            "by it; correct the record or the claim that counts them.",
            rejected,
        ),
    )


def _assess_grain(
    table: Table,
    answers: Answers,
    findings: list[CellFinding],
    shown: set[Cell],
    carved: dict[Cell, list[Part]],
    homes: dict[Cell, list[PersonFinding]],
) -> list[FactCell]:
    """Assess the rows of one grain and outcome; ``shown`` gathers the cells whose finding had a row."""
    found: list[FactCell] = []
    for description, alike in table.items():
        own = own_finding(description, findings, table)
        if own is not None:
            shown.add(own.cell)
        finding = own or inherited_finding(description, findings)
        caps = _caps(answers, finding, description)
        rest = _state(PENDING if finding is None else _beyond(finding), caps, finding)
        parts = carved.get(description, ())
        named = homes.get(description, [])
        number = 0 if own is None else own.verified or 0
        if max(number, len(named)) > sum(row.high for row in alike):
            raise Invalid("More persons are verified than the cell's high.", code="verified-exceeds-high")
        # A stated part of the cell is filled before its rest: those are the persons spoken of.
        rows = sorted(alike, key=lambda row: row.basis == Basis.RESIDUAL)
        among, alone = _among(named, parts)
        within = Counter(
            governing.cell
            for person in alone
            if person.cell is not None and (governing := inherited_finding(person.cell, findings)) is not None
        )
        for day, count in _days(number, own, alone):
            taken, rows = _taken(rows, count, count, _state(_VERIFIED, caps, day), by_number=True)
            found.extend(_restated(taken, finding))
        for part, persons in zip(parts, among, strict=True):
            limits = _caps(answers, part.finding, description)
            if part.verified:
                for day, count in _days(part.verified, part.finding, persons):
                    taken, rows = _taken(rows, count, count, _state(_VERIFIED, limits, day), by_number=True)
                    found.extend(_restated(taken, part.finding))
            state = _state(_beyond(part.finding), limits, part.finding)
            if state != rest:
                sure = max(part.verified, len(persons))
                if not part.verified:
                    # Persons taken already are not taken again with the others of their cell.
                    sure = min(part.high, within[part.finding.cell])
                    within[part.finding.cell] -= sure
                low, high = max(0, part.low - sure), max(0, part.high - sure)
                together = part.adds_up or {state.code, rest.code} <= _COUNTED
                taken, rows = _taken(rows, low, high, state, together=together)
                found.extend(_restated(taken, part.finding))
        left = [replace(row, verification=rest.code, verified_on=rest.day) for row in rows]
        found.extend(_restated(left, finding))
    return _joined(found, _reported_none(row for rows in table.values() for row in rows))


@dataclass(frozen=True, slots=True)
class _State:
    """What is found of persons, and on which day where that is *verified*."""

    code: str
    day: str | None = None


def _state(code: str, caps: tuple[str, ...], said: CellFinding | str | None) -> _State:
    """Give the state under the answers that cap it; ``said`` is the finding, or the day."""
    capped = weakest(code, *caps)
    if capped != _VERIFIED:
        return _State(capped)
    return _State(capped, said.proof.verified_on if isinstance(said, CellFinding) else said)


def _among(
    named: list[PersonFinding], parts: Sequence[Part]
) -> tuple[list[list[PersonFinding]], list[PersonFinding]]:
    """Give the persons of a row by the part whose persons they may be, and those who are of none.

    Somebody who may be among the eighteen civilians verified by number is not counted beside them.
    """
    among: list[list[PersonFinding]] = [[] for _ in parts]
    alone: list[PersonFinding] = []
    for person in named:
        place = next(
            (
                at
                for at, part in enumerate(parts)
                if part.verified and person.cell is not None and may_share(part.finding.cell, person.cell)
            ),
            None,
        )
        (alone if place is None else among[place]).append(person)
    return among, alone


def _days(
    number: int, finding: CellFinding | None, persons: Sequence[PersonFinding]
) -> list[tuple[str | None, int]]:
    """Give how many are verified by day: persons by their own, what a number has beyond them by its own."""
    days = Counter(person.proof.verified_on for person in persons)
    if finding is not None and number > len(persons):
        days[finding.proof.verified_on] += number - len(persons)
    return sorted(days.items(), key=lambda one: one[0] or "")


def _caps(answers: Answers, finding: CellFinding | None, description: Cell) -> tuple[str, ...]:
    """Give the answers that no row of this description goes beyond.

    That persons are found to be no civilians ends nobody's harm: they are of unknown status.
    """
    if finding is None or finding.civilian_status in (None, _REJECTED) or description.status is None:
        return answers.occurrence, answers.harm
    return answers.occurrence, answers.harm, finding.civilian_status


def _restated(rows: Iterable[FactCell], finding: CellFinding | None) -> list[FactCell]:
    """Give rows of persons whose status was found not to be so as persons of unknown status."""
    if finding is None or finding.civilian_status != _REJECTED:
        return list(rows)
    return [row if row.status is None else replace(row, status=UNKNOWN) for row in rows]


def _beyond(finding: CellFinding) -> str:
    """Give the answer on the persons of a cell beyond those verified by number."""
    verified = finding.verified is not None and finding.how_many == _VERIFIED
    return PENDING if verified else finding.how_many


def _taken(
    rows: list[FactCell],
    low: int,
    high: int,
    state: _State,
    *,
    by_number: bool = False,
    together: bool = False,
) -> tuple[list[FactCell], list[FactCell]]:
    """Take ``[low, high]`` persons out of rows into a state: what was taken, and what is left.

    ``together``: both are shown as one interval, so they add up to the row. Of a row that is narrower than
    the persons taken no more are taken than its own width allows.
    The open part of a row stays with what is left, and goes along where an answer on the persons, not a
    number of them, leaves nobody.
    """
    parts, left = [], []
    for row in rows:
        most = min(high, row.high)
        least = min(low, most)
        beyond = max(0, row.low - most), max(0, row.high - least)
        if together:
            least = min(least, row.low)
            most = max(least, min(most, least + row.high - row.low))
            beyond = row.low - least, row.high - most
        low, high = max(0, low - least), max(0, high - most)
        more = row.open and not by_number and 0 < most == row.high and least == row.high
        # A source's best estimate is of the row as a whole: no part of it has one.
        whole = (least, most) == (row.low, row.high)
        parts.append(
            replace(
                row,
                low=least,
                high=most,
                open=more,
                best=row.best if whole else None,
                verification=state.code,
                verified_on=state.day,
            )
        )
        left.append(
            replace(
                row,
                low=beyond[0],
                high=beyond[1],
                open=row.open and not more,
                best=row.best if most == 0 else None,
            )
        )
    return parts, left


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
        key = (*_described(row), row.verification, row.verified_on)
        before = joined.get(key)
        joined[key] = row if before is None else _added(before, row)
    return list(joined.values())


def _added(one: FactCell, other: FactCell) -> FactCell:
    best = None if one.best is None or other.best is None else one.best + other.best
    return replace(
        one, low=one.low + other.low, high=one.high + other.high, open=one.open or other.open, best=best
    )
