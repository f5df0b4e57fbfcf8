"""The range over what stands: one figure a cell, with whom it lies within and beside whom it stands.

Numbers of different claims are compared. They are added only where they count other persons: the losses of
different parties, and the runs of one total that began anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from domain.belligerents import Weight, contradicts
from domain.cells import Cell, Count, in_words
from domain.figures import WITHIN, Booked, Claim, Figure, Figures, Finding
from domain.policies.reading import Standing
from domain.policies.said import Said
from domain.vocab import Relation, Status

UNKNOWN = Status.UNKNOWN.value
Range = Callable[[list[Said]], tuple[int, int, bool]]
"""From the numbers that stand for a cell to ``(low, high, open)``."""


def answered(
    policy: str, version: str, standing: Standing, booked: tuple[Booked, ...], *more: Finding
) -> Figures:
    """Give a policy's answer: its booked figures with the trace, the columns and the findings."""
    return Figures(
        policy,
        version,
        booked,
        tuple(standing.trace),
        (*standing.findings, *more),
        None if booked else standing.unknown_because,
        tuple(standing.columns),
        tuple(standing.uses),
    )


def widest(ones: list[Said]) -> tuple[int, int, bool]:
    """Give the smallest low and the largest high, open where any of them is."""
    return (
        min(one.count.low for one in ones),
        max(one.count.high for one in ones),
        any(one.count.open for one in ones),
    )


def widest_over_parties(ones: list[Said]) -> tuple[int, int, bool]:
    """Give the smallest low and the largest high, where losses of several parties may stand side by side.

    Seven fighters of one group and nine of another are different persons: who says both says sixteen, and
    where two say one of them each, up to sixteen were said.
    """
    low, high, is_open = widest(_by_claim(ones))
    highs: dict[str, int] = {}
    for one in ones:
        if one.figure.party is not None:
            highs[one.figure.party] = max(highs.get(one.figure.party, 0), one.count.high)
    return low, max(high, sum(highs.values())), is_open


def least(ones: list[Said]) -> tuple[int, int, bool]:
    """Give the least that anybody says, open where anybody says more."""
    said = _by_claim(ones)
    low, high = min(one.count.low for one in said), min(one.count.high for one in said)
    return low, high, any(one.count.open or one.count.high > high for one in said)


def _by_claim(ones: list[Said]) -> list[Said]:
    """Give each number, those that one claim says of several parties' losses added up: disjoint persons."""
    of_claim: dict[str, list[Said]] = {}
    for one in ones:
        of_claim.setdefault(one.claim.id, []).append(one)
    found = []
    for said in of_claim.values():
        parties: dict[str, list[Said]] = {}
        for one in said:
            if one.figure.party is None:
                found.append(one)
            else:
                parties.setdefault(one.figure.party, []).append(one)
        if parties:
            each = [widest(numbers) for numbers in parties.values()]
            low, high = sum(one[0] for one in each), sum(one[1] for one in each)
            found.append(replace(said[0], count=Count(low, high, any(one[2] for one in each))))
    return found


def book_ranges(standing: Standing, range_of: Range = widest) -> tuple[Booked, ...]:
    """Give for each cell the range over what stands; as it is, ``[min of lows, max of highs]``.

    A stated or confirmed relation becomes ``parent`` where the parent's cell is booked, and persons in
    addition to those of a booked cell stand ``beside`` it, unless one of the two cells holds the other.
    The figure of a parent is not raised to hold its parts here (R1), and a set that cannot hold
    together is given as it is, for coherence to name.
    """
    cells = standing.cells
    index = {cell: place for place, cell in enumerate(cells)}
    parents = _parents(cells, index, standing.findings)
    booked = []
    for cell, ones in cells.items():
        low, high, is_open = range_of(ones)
        parent = parents.get(cell)
        booked.append(
            Booked(
                cell,
                low,
                high,
                is_open,
                claims=tuple(dict.fromkeys(id for one in ones for id in (*one.added, one.claim.id))),
                parent=None if parent is None else index[parent],
                beside=_beside(cell, ones, index, parents),
                contested=any(
                    contradicts(column.cell, cell) and column.low > high for column in standing.columns
                ),
                best=_best(ones),
            )
        )
    return tuple(booked)


def _best(ones: list[Said]) -> int | None:
    """Give the best estimate of a claim that stands alone on a cell; never one made of several claims'."""
    given = {one.figure.best for one in ones if one.figure.best is not None}
    return given.pop() if len(given) == len({one.claim.id for one in ones}) == 1 else None


def _parents(
    cells: Mapping[Cell, list[Said]], index: Mapping[Cell, int], findings: list[Finding]
) -> dict[Cell, Cell]:
    """Give the cell that each cell is said to lie within, where the claims do not disagree on it."""
    parents: dict[Cell, Cell] = {}
    for cell, ones in cells.items():
        said = {
            above
            for one in ones
            if one.figure.relation in WITHIN and (above := _above(one.claim, one.figure, index)) is not None
        }
        if len(said) > 1:
            # Women among the civilians for one, among all killed for another: the wider is safe.
            findings.append(
                Finding("relations-disagree", f"Claims put {in_words(cell)} within different figures.")
            )
            said = {above for above in said if all(above.holds(other) for other in said)}
        if said:
            parents[cell] = said.pop()
    for cell in list(parents):
        seen, above = {cell}, parents.get(cell)
        while above is not None and above not in seen:
            seen.add(above)
            above = parents.get(above)
        if above == cell:
            findings.append(
                Finding("circular-relation", f"{in_words(cell)} is said to lie within its own part.")
            )
            del parents[cell]
    return parents


def _beside(
    cell: Cell, ones: list[Said], index: Mapping[Cell, int], parents: Mapping[Cell, Cell]
) -> tuple[int, ...]:
    """Give the places of the cells that a cell's persons are said to be in addition to."""
    found: set[int] = set()
    for one in ones:
        if one.figure.relation != Relation.IN_ADDITION_TO:
            continue
        key = one.figure.relation_to
        other = next((figure.cell for figure in one.claim.figures if figure.key == key), None)
        if other is None or other not in index or other.outcome != cell.outcome:
            continue
        if other.holds(cell) or cell.holds(other):
            continue
        if parents.get(cell) != other and parents.get(other) != cell:
            found.add(index[other])
    return tuple(sorted(found))


def _above(claim: Claim, figure: Figure, index: Mapping[Cell, int]) -> Cell | None:
    """Give the nearest booked cell that the figure is said to lie within, in its own claim."""
    return next(
        (
            one.cell
            for one in claim.within(figure)
            if one.count is not None and one.group is None and one.cell != figure.cell and one.cell in index
        ),
        None,
    )


def opened(booked: tuple[Booked, ...]) -> tuple[Booked, ...]:
    """Give the figures with each declared part of an open figure open, as booking reads them (decision 0004).

    Of "at least 33, including 18 civilians" the civilians are 18 or more.
    """
    found = list(booked)
    for place, one in enumerate(booked):
        above, seen = one.parent, {place}
        while not one.open and above is not None and above not in seen:
            if booked[above].open:
                found[place] = replace(one, open=True)
            seen.add(above)
            above = booked[above].parent
    return tuple(found)


def admitted(booked: tuple[Booked, ...], standing: Standing) -> tuple[Booked, ...]:
    """Give the figures with totals raised to hold what parties admit of their own losses (R5).

    Persons of statuses that exclude each other are different persons, so a total is at least the sum
    of the lows of such cells. Only an outcome of which a party admits something is raised.
    """
    admissions = {
        cell
        for cell, ones in standing.cells.items()
        if any(one.weighed.weight is Weight.ADMISSION for one in ones)
    }
    raised = list(booked)
    for place, total in enumerate(booked):
        if total.cell != Cell(total.cell.outcome):
            continue
        parts = _apart([one for one in booked if one.cell.outcome == total.cell.outcome and one is not total])
        if not any(part.cell in admissions for part in parts):
            continue
        low = sum(part.low for part in parts)
        if low > total.low:
            high = max(total.high, sum(part.high for part in parts))
            raised[place] = replace(total, low=low, high=high)
    return tuple(raised)


def _apart(booked: list[Booked]) -> list[Booked]:
    """Give the figures of a status alone that exclude each other: the widest of each kind.

    Persons of unknown status to one source may be known to another, so they are left out.
    """
    of_status = [
        one
        for one in booked
        if one.cell == Cell(one.cell.outcome, one.cell.status) and one.cell.status not in (None, UNKNOWN)
    ]
    return [
        one
        for one in of_status
        if not any(other is not one and other.cell.holds(one.cell) for other in of_status)
    ]
