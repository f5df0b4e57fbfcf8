"""What a policy says of the claims that a person should look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from domain.cells import Cell, in_words
from domain.figures import Claim, Figure, Finding
from domain.policies.said import Said
from domain.supersession import Proposal, is_running


def differ(step: Proposal, ones: list[Said]) -> bool:
    """Tell whether the later claim says something else than the earlier one."""
    earlier = {
        (one.count.low, one.count.high, one.count.open) for one in ones if one.claim.id == step.earlier
    }
    later = {(one.count.low, one.count.high, one.count.open) for one in ones if one.claim.id == step.later}
    return earlier != later


def supersession_proposed(earlier: str, later: str, cell: Cell) -> Finding:
    """Give the finding that a later claim may replace an earlier one, and nobody has decided (R6)."""
    return Finding(
        "supersession-proposed",
        f"Claim {later} of the same origin states {in_words(cell)} later than claim {earlier}; both stand "
        "until a person confirms that the later one replaces it (R6).",
    )


def said_twice(claim: Claim, cell: Cell) -> Finding:
    """Give the finding that a claim has two numbers of the same persons; neither is the sum."""
    return Finding(
        "cell-said-twice",
        f"A claim states {in_words(cell)} more than once; the range over its numbers is used, not their sum.",
        tuple(figure.key for figure in claim.figures if figure.cell == cell and figure.group is None),
    )


def addition_within_cell(claim: Claim, figure: Figure) -> list[Finding]:
    """Find persons said to be in addition to a figure whose cell describes them all the same."""
    other = next((one for one in claim.figures if one.key == figure.relation_to), None)
    if other is None or not (other.cell.holds(figure.cell) or figure.cell.holds(other.cell)):
        return []
    return [
        Finding(
            "addition-within-cell",
            f"{in_words(figure.cell)} is said to be in addition to {in_words(other.cell)}, and one of the "
            "two cells holds the other; they are booked as nested, which may count too few.",
            (figure.key, other.key),
        )
    ]


def days_that_differ(cells: Mapping[Cell, Sequence[Said]]) -> list[Finding]:
    """Find running totals of several origins from one day that reach to different days.

    The later one may hold the earlier; both stand until a person confirms it, for origins coexist (R6).
    """
    found = []
    for cell, ones in cells.items():
        last: dict[tuple[str, object], dict[str, Said]] = {}
        for one in ones:
            if is_running(one.claim):
                scope = (one.claim.counts_from or "", one.figure.party)
                last.setdefault(scope, {})[one.claim.origin] = one
        for said in last.values():
            ordered = sorted(said.values(), key=lambda one: (one.claim.as_of or "", one.claim.id))
            found += [
                Finding(
                    "days-differ",
                    f"Claim {one.claim.id} counts {in_words(cell)} up to {one.claim.as_of} and claim "
                    f"{ordered[-1].claim.id} up to {ordered[-1].claim.as_of}; both stand until a person "
                    "confirms that the later one replaces it (R6).",
                )
                for one in ordered
                if one.claim.as_of != ordered[-1].claim.as_of
            ]
    return found
