"""Overlaps: persons of a period aggregate who are counted elsewhere or do not belong (R7).

A morgue's month counts some of the dead of incidents that are recorded one by one, deaths that a normal
month has, and perhaps fighters. The aggregate contributes only what these leave unexplained:
``[max(0, low - sum of the overlaps' highs), max(0, high - sum of the overlaps' lows)]``.

Source: Iraq Body Count's rule for period totals (entries x132, x334 and x350).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from domain.booking import DIMENSIONS, dimensions, holds
from domain.cells import Cell
from domain.figures import FactCell, Finding
from domain.netting import PENDING, remainder
from domain.placing import description_of, projected
from domain.vocab import Basis, Grain


@dataclass(frozen=True, slots=True)
class Overlap:
    """So many of an aggregate's persons of a cell are counted elsewhere, or do not belong.

    ``low`` and ``high`` None stand for the other incident's own booked figure of the cell. ``incident`` is
    where these persons are recorded, None where they are recorded nowhere.
    """

    id: str
    cell: Cell
    low: int | None = None
    high: int | None = None
    incident: str | None = None


def taken(overlap: Overlap, other: Sequence[FactCell] | None) -> tuple[FactCell, ...]:
    """Give the persons of an overlap as rows of each grain; ``other`` are the other incident's own rows.

    An incident that is not assessed (None) counts nobody, so nobody is taken out of the aggregate for it.
    """
    if overlap.incident is not None and other is None:
        return ()
    if overlap.low is not None and overlap.high is not None:
        return tuple(_row(grain, overlap.cell, overlap.low, overlap.high, False) for grain in DIMENSIONS)
    spoken = dimensions(overlap.cell)
    coarsest = next(grain for grain, within in DIMENSIONS.items() if spoken <= within)
    found: list[FactCell] = []
    for grain, within in DIMENSIONS.items():
        if spoken <= within:
            found.extend(_of_cell(overlap.cell, grain, other or ()))
        elif rows := _of_cell(overlap.cell, coarsest, other or ()):
            low, high = sum(row.low for row in rows), sum(row.high for row in rows)
            found.append(_row(grain, overlap.cell, low, high, any(row.open for row in rows)))
    return tuple(found)


def residual(own: Sequence[FactCell], elsewhere: Sequence[FactCell]) -> tuple[FactCell, ...]:
    """Give an aggregate's own rows less the rows of all its overlaps; other outcomes stay as they are."""
    outcomes = {row.outcome for row in elsewhere}
    left = remainder([row for row in own if row.outcome in outcomes], elsewhere)
    return (*(row for row in own if row.outcome not in outcomes), *left)


def exceeded(own: Sequence[FactCell], elsewhere: Sequence[FactCell]) -> tuple[Finding, ...]:
    """Name the outcomes of which more persons are surely counted elsewhere than the aggregate has."""
    found = []
    for outcome in dict.fromkeys(row.outcome for row in elsewhere):
        low = sum(row.low for row in _totals(elsewhere, outcome))
        rows = _totals(own, outcome)
        high = sum(row.high for row in rows)
        if low > high and not any(row.open for row in rows):
            words = (
                f"{outcome}: the overlaps take at least {low} persons out of at most {high}, and nothing is "
                "left; look at which number is wrong."
            )
            found.append(Finding("overlaps-exceed-aggregate", words))
    return tuple(found)


def _totals(rows: Iterable[FactCell], outcome: str) -> list[FactCell]:
    return [row for row in rows if row.grain == Grain.TOTAL and row.outcome == outcome]


def _of_cell(cell: Cell, grain: str, rows: Iterable[FactCell]) -> list[FactCell]:
    return [row for row in rows if row.grain == grain and holds(cell, description_of(row))]


def _row(grain: str, cell: Cell, low: int, high: int, more: bool) -> FactCell:
    here = projected(cell, grain)
    return FactCell(
        grain,
        cell.outcome,
        here.status,
        here.sex,
        None if here.age is None else here.age.low,
        None if here.age is None else here.age.high,
        PENDING,
        Basis.STATED.value,
        low,
        high,
        more,
    )
