"""Places for the public: a point on a coarse grid or the middle of a district, never the one recorded.

A grid's cells nest in those of the next one, so that two publications on different grids tell no more
together than the finer one tells alone. A point that was public stays as it is while the true point stays
in its cell: points that jump would show, in time, where the true one lies.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from domain.errors import Fault, Invalid
from domain.vocab import Coarsening

GRIDS = (0.05, 0.1, 0.5, 1.0)
"""Sizes of a cell in degrees, each a whole multiple of the one before: some 5, 11, 55 and 111 km."""
DECIMALS = 4


@dataclass(frozen=True, slots=True)
class Point:
    """Degrees east and north, WGS 84."""

    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Coarse:
    """A point for the public and how it came about; ``point`` is None where none is shown.

    ``degrees`` is the size of the grid's cell, None for the middle of a unit.
    """

    how: str
    degrees: float | None = None
    point: Point | None = None


def check_grid(degrees: float | None) -> float:
    """Give the size of a grid's cell. Raises Invalid for one that is not offered."""
    if degrees not in GRIDS:
        detail = "Use one of: " + ", ".join(f"{one:g}" for one in GRIDS) + " degrees."
        raise Invalid(detail, code="unknown-code", faults=[Fault("/grid_degrees", "unknown-code", detail)])
    return degrees


def cell(point: Point, degrees: float) -> tuple[int, int]:
    """Give the cell of the grid that holds a point, counted from 180 west and 90 south.

    A cell holds its western and southern edge; the world's last edges belong to the last cells.
    """
    size = Decimal(str(check_grid(degrees)))
    return _at(point.lon, 180, size), _at(point.lat, 90, size)


def _at(value: float, beyond: int, size: Decimal) -> int:
    # Decimals of what was written: 63.05 in floating point lies in one cell or the other by accident.
    index = math.floor((Decimal(str(value)) + beyond) / size)
    return min(index, int(2 * beyond / size) - 1)


def middle(at: tuple[int, int], degrees: float) -> Point:
    """Give the middle of a cell."""
    size, half = Decimal(str(check_grid(degrees))), Decimal("0.5")
    lon, lat = (float((index + half) * size - beyond) for index, beyond in zip(at, (180, 90), strict=True))
    return Point(lon, lat)


def snapped(point: Point, degrees: float) -> Point:
    """Give the middle of the cell that holds a point: the same for every point of the cell."""
    return middle(cell(point, degrees), degrees)


def on_grid(true: Point | None, degrees: float, former: Coarse | None) -> Coarse:
    """Give the point for the public on a grid; ``former`` is what was public before.

    While the true point stays in the cell that was public, a finer or the same grid changes nothing, and a
    coarser one is laid over the public point, not over the true one.
    """
    check_grid(degrees)
    how = Coarsening.GRID.value
    if true is None:
        return Coarse(how, degrees)
    if former is not None and former.degrees is not None and former.point is not None:
        stays = cell(true, former.degrees) == cell(former.point, former.degrees)
        if stays and degrees <= former.degrees:
            return former
        if stays:
            return Coarse(how, degrees, snapped(former.point, degrees))
    return Coarse(how, degrees, snapped(true, degrees))


def centre(how: str, places: Iterable[Point], former: Coarse | None, *, same_unit: bool) -> Coarse:
    """Give the middle of a unit's known places; none where no place of it is known.

    ``same_unit`` tells whether what was public before was of the same unit: then it stays, whatever places
    the gazetteer has learnt of since.
    """
    if former is not None and former.how == how and same_unit:
        return former
    known = sorted({(one.lon, one.lat) for one in places})
    if not known:
        return Coarse(how)
    lon, lat = (math.fsum(values) / len(known) for values in zip(*known, strict=True))
    return Coarse(how, None, Point(round(lon, DECIMALS), round(lat, DECIMALS)))
