"""Coarse points: in their grid, the same for the same, and no way back to the true one."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.coarsening import GRIDS, Coarse, Point, cell, centre, middle, on_grid, snapped
from domain.errors import Invalid
from domain.vocab import Coarsening

POINTS = st.builds(
    Point,
    st.floats(-180, 180, allow_nan=False).map(lambda value: round(value, 6)),
    st.floats(-90, 90, allow_nan=False).map(lambda value: round(value, 6)),
)
SIZES = st.sampled_from(GRIDS)


@given(POINTS, SIZES)
def test_a_point_is_the_middle_of_the_cell_that_holds_it(true: Point, degrees: float) -> None:
    found = snapped(true, degrees)
    assert cell(found, degrees) == cell(true, degrees)
    assert middle(cell(true, degrees), degrees) == found
    assert abs(found.lon - true.lon) <= degrees / 2 + 1e-9
    assert abs(found.lat - true.lat) <= degrees / 2 + 1e-9
    assert -180 < found.lon < 180
    assert -90 < found.lat < 90


@given(POINTS, SIZES, SIZES)
def test_a_coarser_grid_tells_nothing_that_the_finer_one_does_not(
    true: Point, one: float, other: float
) -> None:
    fine, coarse = sorted((one, other))
    assert cell(snapped(true, fine), coarse) == cell(true, coarse)


@given(POINTS, SIZES, st.lists(SIZES, min_size=1, max_size=8))
def test_publishing_again_on_any_grids_narrows_the_point_to_no_less_than_the_first_cell(
    true: Point, first: float, later: list[float]
) -> None:
    public = [on_grid(true, first, None)]
    for degrees in later:
        public.append(on_grid(true, degrees, public[-1]))
    finest = max(first, *(0.0,))
    for one in public:
        assert one.point is not None
        assert one.degrees is not None
        assert one.degrees >= finest
        assert cell(one.point, one.degrees) == cell(true, one.degrees)
        # Nothing that the first public cell does not give already.
        again = on_grid(snapped(true, first), one.degrees, public[0])
        assert cell(again.point or true, one.degrees) == cell(one.point, one.degrees)


def test_a_thousand_askings_of_a_thousand_points_of_one_cell_tell_none_of_them_apart() -> None:
    draw = random.Random(7)
    inside = [Point(63.0 + draw.random() * 0.0999, 26.0 + draw.random() * 0.0999) for _ in range(1_000)]
    seen = {on_grid(true, 0.1, None) for true in inside}
    assert len(seen) == 1
    kept = seen.pop()
    for true in inside:  # corrections within the cell move nothing
        kept = on_grid(true, draw.choice((0.05, 0.1)), kept)
    assert kept == Coarse(Coarsening.GRID.value, 0.1, Point(63.05, 26.05))


def test_a_point_that_moves_to_another_cell_is_published_anew() -> None:
    before = on_grid(Point(63.05, 26.0), 0.1, None)
    assert on_grid(Point(63.09, 26.05), 0.1, before) == before
    assert on_grid(Point(63.11, 26.05), 0.1, before).point == Point(63.15, 26.05)


def test_edges_belong_to_one_cell_and_the_worlds_ends_to_the_last() -> None:
    assert cell(Point(63.05, 26.0), 0.05) == (4861, 2320)
    assert cell(Point(63.0499, 26.0), 0.05) == (4860, 2320)
    assert snapped(Point(180, 90), 1.0) == Point(179.5, 89.5)
    assert snapped(Point(-180, -90), 1.0) == Point(-179.5, -89.5)


@pytest.mark.parametrize("degrees", [0.01, 0.049, 0.07, 2.0, 0, -1, None])
def test_a_grid_finer_than_a_twentieth_of_a_degree_or_of_another_size_is_refused(degrees: float) -> None:
    with pytest.raises(Invalid, match="degrees"):
        on_grid(Point(1, 1), degrees, None)


def test_a_unit_has_the_middle_of_its_places_once_and_for_all() -> None:
    first = centre("adm2", [Point(63.0, 26.0), Point(64.0, 27.0), Point(63.0, 26.0)], None, same_unit=False)
    assert first == Coarse("adm2", None, Point(63.5, 26.5))
    more = [Point(63.0, 26.0), Point(66.0, 29.0)]
    assert centre("adm2", more, first, same_unit=True) == first
    assert centre("adm2", more, first, same_unit=False).point == Point(64.5, 27.5)
    assert centre("adm1", more, first, same_unit=True).point == Point(64.5, 27.5)
    assert centre("adm2", [], None, same_unit=False).point is None


def test_without_a_point_there_is_none_for_the_public() -> None:
    assert on_grid(None, 0.1, None) == Coarse("grid", 0.1, None)
