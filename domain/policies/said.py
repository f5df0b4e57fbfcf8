"""One number of one claim as a policy reads it, and the parts that a later number leaves out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from domain.belligerents import OUTSIDE, Weighed
from domain.cells import Cell, Count
from domain.figures import Claim, Figure
from domain.vocab import Relation

WITHIN = (Relation.INCLUDED_IN.value, Relation.ASSUMED_SUBSET.value)


@dataclass(frozen=True, slots=True)
class Said:
    """One number of one claim: who said it, of whom, how many, and what the word is worth."""

    claim: Claim
    figure: Figure
    count: Count
    weighed: Weighed = OUTSIDE


def with_floors(
    cells: Mapping[Cell, list[Said]], later: Mapping[str, Sequence[Claim]]
) -> dict[Cell, list[Said]]:
    """Give what stands, with parts that a later claim leaves out as lower bounds (R6).

    A later bare total does not erase the women and children counted before: at least so many were said,
    and how many more is not known, so they become ``[low, low]`` open. ``later`` are, for each claim, those
    that replace it as a whole.
    """
    return {
        cell: [_floored(one, later.get(one.claim.id, ())) for one in ones] for cell, ones in cells.items()
    }


def _floored(said: Said, later: Sequence[Claim]) -> Said:
    whole = _described(said.claim, said.figure)
    if not any(
        one.count is not None
        and one.group is None
        and one.cell.holds(whole)
        and one.party in (None, said.figure.party)
        for other in later
        for one in other.figures
    ):
        return said
    # Where the origin went down since, part and whole clash: a person has to see that (R9), so both stay.
    count = said.count
    return replace(said, count=Count(count.low, count.low, True, count.comparator, count.wording))


def _described(claim: Claim, figure: Figure) -> Cell:
    """Give the figure's cell joined with those it is said to lie within, in its own claim."""
    cell, seen = figure.cell, {figure.key}
    here: Figure | None = figure
    while here is not None and here.relation in WITHIN and here.relation_to not in seen:
        key = here.relation_to
        here = next((one for one in claim.figures if one.key == key), None)
        if here is not None:
            seen.add(here.key)
            cell = cell.meet(here.cell) or cell
    return cell
