"""A table is not given unless its sums hold: the rules that check anyone's table check ours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Unproved
from domain.sums import EQUAL, MEETS, Interval, Sum, prove

# palestine-datasets, update of 20 July 2025: prints 55,380 over rows that add up to 58,380.
JULY_2025 = (27_590, 10_319, 10_020, 7_602, 1_740, 1_109)


def exactly(number: int) -> Interval:
    return Interval(number, number)


def test_a_total_of_55380_over_rows_that_add_up_to_58380_is_not_given() -> None:
    parts = tuple((f"row {at}", exactly(number)) for at, number in enumerate(JULY_2025))
    with pytest.raises(Unproved, match=r"58,380, 3,000 more than the 55,380") as refused:
        prove([Sum("list", exactly(55_380), parts)])
    assert refused.value.code == "sums-do-not-hold"
    (proved,) = prove([Sum("list", exactly(58_380), parts)])
    assert (proved.rule, proved.parts, proved.added) == (EQUAL, 6, exactly(58_380))


def test_lows_and_highs_must_each_add_up() -> None:
    parts = (("women", Interval(3, 5)), ("men", Interval(10, 20)))
    assert prove([Sum("killed", Interval(13, 25), parts)])
    for wrong in (Interval(13, 24), Interval(12, 25)):
        with pytest.raises(Unproved):
            prove([Sum("killed", wrong, parts)])


def test_a_totals_own_interval_may_be_tighter_and_never_lies_beside_the_sum_of_its_parts() -> None:
    parts = (("children", Interval(2, 4)), ("others", Interval(6, 12)))
    assert prove([Sum("killed", Interval(10, 14), parts, MEETS)])
    with pytest.raises(Unproved, match=r"add up to 8-16, and the total's own interval is 17-18"):
        prove([Sum("killed", Interval(17, 18), parts, MEETS)])
    assert prove([Sum("killed", Interval(5, 5, open=True), parts, MEETS)])  # "at least 5" holds 8


def test_a_total_without_parts_is_zero_or_refused() -> None:
    assert prove([Sum("killed", exactly(0), ())])
    with pytest.raises(Unproved):
        prove([Sum("killed", exactly(1), ())])


@given(st.lists(st.tuples(st.integers(0, 9_999), st.integers(0, 9_999)), max_size=8), st.integers(-3, 3))
def test_a_sum_holds_exactly_where_it_is_the_sum(ends: list[tuple[int, int]], off: int) -> None:
    parts = tuple((str(at), Interval(min(one), max(one))) for at, one in enumerate(ends))
    low, high = sum(one.low for _, one in parts), sum(one.high for _, one in parts)
    total = Interval(low, high + off)
    if off == 0:
        assert len(prove([Sum("any", total, parts)])) == 1
    else:
        with pytest.raises(Unproved):
            prove([Sum("any", total, parts)])
