"""One number of one claim as a policy reads it, and the parts that a later number leaves out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from domain.belligerents import OUTSIDE, Weighed
from domain.cells import Cell, Count
from domain.figures import Claim, Figure


@dataclass(frozen=True, slots=True)
class Said:
    """One number of one claim: who said it, of whom, how many, and what the word is worth."""

    claim: Claim
    figure: Figure
    count: Count
    weighed: Weighed = OUTSIDE
    added: tuple[str, ...] = ()
    """Claims whose numbers it holds beside its own: runs of one total that began anew."""


Later = Mapping[str, Sequence[tuple[Claim, Cell | None]]]
"""For each claim those that replace it: in one cell, or as a whole where the cell is None."""


def with_floors(cells: Mapping[Cell, list[Said]], later: Later) -> dict[Cell, list[Said]]:
    """Give what stands, with parts that a later claim leaves out as lower bounds (R6).

    A later bare total does not erase the women and children counted before: at least so many were said,
    and how many more is not known, so they become ``[low, low]`` open.
    """
    return {
        cell: [_floored(one, later.get(one.claim.id, ())) for one in ones] for cell, ones in cells.items()
    }


def _floored(said: Said, later: Sequence[tuple[Claim, Cell | None]]) -> Said:
    whole = said.claim.described(said.figure)
    if not any(
        one.count is not None
        and one.group is None
        and replaced in (None, one.cell)
        and one.cell.holds(whole)
        and one.party in (None, said.figure.party)
        for other, replaced in later
        for one in other.figures
    ):
        return said
    # Where the origin went down since, part and whole clash: a person has to see that (R9), so both stay.
    count = said.count
    return replace(said, count=Count(count.low, count.low, True, count.comparator, count.wording))
