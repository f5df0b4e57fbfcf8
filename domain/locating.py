"""Locating: from the names and the point that a file gives to units, with every disagreement in words.

A name fills a p-code only where a rule settles it (``gazetteer.settled``). The point is compared with what
is known around it and never moves a code: what does not fit is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.gazetteer import Candidate, Spot, Unit

NAMESAKE_WITHIN_M = 25_000
"""How far a point may lie from the known place of its name before it is said."""
SEAT_FAR_M = 100_000
"""A point this far from the town that its district is named after is compared with others."""
SEAT_TOO_FAR_M = 250_000
"""A point this far from it is said in any case: districts are rarely wider."""
NEARER_BY = 3
"""How many times nearer another district's town must be."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A town that bears the name of a district: where it is and which district."""

    unit: Unit
    spot: Spot


@dataclass(frozen=True, slots=True)
class Located:
    """Where a reported place lies, as far as the gazetteer settles it."""

    adm1: Unit | None
    adm2: Unit | None
    mismatch: str | None = None
    unresolved: str | None = None
    """Which reported unit is not settled: ``adm1`` or ``adm2``; ``unnamed`` where no district is named."""


def located(
    province: Candidate | None,
    district: Candidate | None,
    lies: tuple[Unit, str] | None,
    *,
    province_named: bool,
    district_named: bool,
    is_a_point: bool,
    namesake: tuple[int, Spot] | None = None,
    seats: Sequence[tuple[int, Seat]] = (),
) -> Located:
    """Give the units of a reported place.

    ``province`` and ``district`` are what the reported units' names settle to. ``lies`` is the unit that the
    table of places puts the place's own name in, with its reason: it wins over the file, and says so.
    ``namesake`` is the known place of the same name that is nearest to the point, ``seats`` are the towns
    named as districts of the province, both with the distance in metres; they are compared where the
    point is of the place itself (``is_a_point``) and not of a whole unit.
    """
    adm1, adm2 = _unit(province), _unit(district)
    words: list[str] = []
    if lies is not None and lies[0] != adm2:
        if adm2 is not None:
            words.append(f"Reported in {adm2.name} ({adm2.pcode}). {lies[1]} ({lies[0].pcode})")
        adm2 = lies[0]
    if is_a_point:
        if namesake is not None and namesake[0] > NAMESAKE_WITHIN_M:
            words.append(f"The point lies {_km(namesake[0])} from {namesake[1].name}, which bears this name.")
        if adm2 is not None:
            words += _far_from_seat(adm2, seats)
    unresolved = None
    if adm1 is None:
        unresolved = "adm1" if province_named else "unnamed"
    elif adm2 is None:
        unresolved = "adm2" if district_named else "unnamed"
    return Located(adm1, adm2, " ".join(words) or None, unresolved)


def _unit(found: Candidate | None) -> Unit | None:
    return None if found is None else found.unit


def _km(metres: int) -> str:
    return f"{round(metres / 1_000)} km"


def _far_from_seat(adm2: Unit, seats: Sequence[tuple[int, Seat]]) -> list[str]:
    own = [(distance, seat) for distance, seat in seats if seat.unit.pcode == adm2.pcode]
    if not own:
        return []
    distance, seat = min(own, key=lambda one: one[0])
    others = [(far, one) for far, one in seats if one.unit.pcode != adm2.pcode]
    nearest = min(others, key=lambda one: (one[0], one[1].unit.pcode), default=None)
    nearer = nearest is not None and distance > SEAT_FAR_M and nearest[0] * NEARER_BY < distance
    if distance <= SEAT_TOO_FAR_M and not nearer:
        return []
    words = f"The point lies {_km(distance)} from {seat.spot.name}, the town that {adm2.pcode} is named after"
    if nearest is not None:
        words += f", and {_km(nearest[0])} from {nearest[1].spot.name} ({nearest[1].unit.pcode})"
    return [f"{words}."]
