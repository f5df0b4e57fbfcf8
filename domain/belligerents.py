"""What a belligerent says is weighed apart (R5): whose losses it speaks of decides what its word is worth.

A party that admits losses of its own, or civilians it harmed itself, speaks against its interest. What it
says of its enemy's losses stands in a column of its own, in neither low nor high, until somebody who is no
party agrees. What it says of civilians whom it does not say it harmed is one-sided: used, and pending.

Source: Every Casualty, how recorders treat disagreement between sources and assign status; Airwars,
methodology note on Gaza (a perpetrator's label "militants" is context, not a finding).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.cells import Cell
from domain.figures import WITHIN, Claim, Figure
from domain.independence import Citations, Sides, keys_of, roots
from domain.vocab import Relation, Status

_SIDE = "side:"
_UNHARMED_BY_STATUS = (Status.CIVILIAN.value, Status.OTHER_PROTECTED_PERSON.value)


class Weight(StrEnum):
    """What a word is worth, by who says it and of whose losses."""

    OUTSIDE = "outside"
    """The speaker is no party."""
    ADMISSION = "admission"
    """A party on its own losses, or on civilians it harmed itself."""
    ONE_SIDED = "one-sided"
    """A party on people whom it does not say it harmed, or without saying who they were."""
    ENEMY_LOSSES = "enemy-losses"
    """A party on its enemy's losses, or on fighters without saying whose."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """The weight of one figure, the side that speaks (None outside the parties), and why, in words."""

    weight: Weight
    side: str | None
    reason: str


OUTSIDE = Weighed(Weight.OUTSIDE, None, "said by no party")


def speaking_side(claim: Claim, citations: Citations, sides: Sides) -> str | None:
    """Give the side that speaks in a claim: its origin's, or the one side on which all its roots stand."""
    origin = citations.sources.get(claim.origin)
    if origin is not None and origin.side is not None:
        return sides.of(origin.side)
    report = citations.reports.get(claim.report)
    if report is None or not (report.cites_reports or report.cites_sources):
        return None
    keys = keys_of(roots(claim, citations))
    if len(keys) == 1:
        (key,) = keys
        if key.startswith(_SIDE):
            return sides.of(key.removeprefix(_SIDE))
    return None


def weigh(claim: Claim, side: str | None, sides: Sides) -> dict[str, Weighed]:
    """Give the weight of each figure of a claim, by its key; ``side`` is the side that speaks (R5).

    A figure that holds persons of the enemy's losses, in the same claim, is one of the enemy's losses too.
    """
    if side is None:
        return dict.fromkeys((figure.key for figure in claim.figures), OUTSIDE)
    weighed = {figure.key: _weigh_one(claim, figure, side, sides) for figure in claim.figures}
    tainted = [one for one in claim.figures if weighed[one.key].weight is Weight.ENEMY_LOSSES]
    for figure in claim.figures:
        if weighed[figure.key].weight is Weight.ENEMY_LOSSES or figure.cell.status is not None:
            continue
        if any(_holds(figure, part) for part in tainted):
            weighed[figure.key] = Weighed(
                Weight.ENEMY_LOSSES, side, "it holds what the party says of its enemy's losses"
            )
    return weighed


def _weigh_one(claim: Claim, figure: Figure, side: str, sides: Sides) -> Weighed:
    # Nine women among 145 fighters of the enemy are nine of the enemy's losses.
    status, party = claim.described(figure).status, _party(claim, figure)
    if status in _UNHARMED_BY_STATUS or (status in (None, Status.UNKNOWN.value) and party is None):
        if claim.said_party is not None and sides.of(claim.said_party) == side:
            return Weighed(Weight.ADMISSION, side, "a party on those it says it harmed itself")
        return Weighed(Weight.ONE_SIDED, side, "one party's word, pending")
    if party is None:
        return Weighed(
            Weight.ENEMY_LOSSES,
            side,
            "a party on fighters without saying whose they were; record the figure's party",
        )
    if sides.of(party) == side:
        return Weighed(Weight.ADMISSION, side, "a party on its own losses")
    return Weighed(Weight.ENEMY_LOSSES, side, "a party on its enemy's losses")


def _party(claim: Claim, figure: Figure) -> str | None:
    """Give whose losses a figure counts: said of itself, or of the nearest figure that it lies within."""
    return next((one.party for one in claim.within(figure) if one.party is not None), None)


def _holds(whole: Figure, part: Figure) -> bool:
    if part.relation in WITHIN:
        return part.relation_to == whole.key
    return part.relation != Relation.IN_ADDITION_TO and whole.cell.holds(part.cell)


def agrees(cell: Cell, low: int, other: Cell, other_low: int) -> bool:
    """Tell whether another's number supports at least as many of the very persons (R5).

    It does when all whom it counts are of the cell; a number of people of whatever status does not
    say that they were fighters.
    """
    return cell.holds(other) and other_low >= low


def contradicts(column: Cell, booked: Cell) -> bool:
    """Tell whether a column speaks of the same kind of persons as a booked cell, so that they compare.

    Statuses compare at their common parent: armed forces beside security forces. A figure that does not
    speak of status is not compared with one of fighters.
    """
    return (
        booked.status is not None
        and column.status is not None
        and (booked.sex, booked.age) == (column.sex, column.age)
        and booked.outcome == column.outcome
        and (Status.is_within(booked.status, column.status) or Status.is_within(column.status, booked.status))
    )
