"""Booking: every person in one row, in the tightest stated description."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.booking import DIMENSIONS, holds, partition, partitions
from domain.cells import ADULT, ANY_AGE, CHILD, Age, Cell
from domain.errors import Invalid
from domain.figures import Booked, FactCell

KILLED = Cell("killed")
CIVILIANS = Cell("killed", "civilian")
SECURITY = Cell("killed", "security_forces")
WOMEN = Cell("killed", None, "female", ADULT)
CHILDREN = Cell("killed", None, None, CHILD)

# Associated Press, 2 February 2026, Balochistan: "at least 33 people have been killed so far in the
# violence, including 18 civilians, five women, three children and 15 security personnel", read as the
# methodology's worked example reads it.
AGENCY = (
    Booked(KILLED, 33, 33, open=True),
    Booked(CIVILIANS, 18, 18, parent=0),
    Booked(WOMEN, 5, 5, parent=1),
    Booked(CHILDREN, 3, 3, parent=1),
    Booked(SECURITY, 15, 15, parent=0),
)


def rows(cells: tuple[FactCell, ...]) -> list[tuple[object, ...]]:
    return [(c.status, c.sex, c.age_low, c.age_high, c.basis, c.low, c.high, c.open) for c in cells]


def test_everybody_known_is_booked_once_in_the_tightest_stated_description() -> None:
    assert rows(partition(AGENCY, "status_sex_age").cells) == [
        ("civilian", "female", 18, None, "stated", 5, 5, True),
        ("civilian", "unknown", 0, 17, "stated", 3, 3, True),
        ("civilian", "unknown", 0, None, "residual", 10, 10, True),
        ("security_forces", "unknown", 0, None, "stated", 15, 15, True),
    ]


def test_remainder_is_unknown_when_cells_fall_short() -> None:
    assert rows(partition(AGENCY, "sex_age").cells) == [
        (None, "female", 18, None, "stated", 5, 5, True),
        (None, "unknown", 0, 17, "stated", 3, 3, True),
        (None, "unknown", 0, None, "residual", 25, 25, True),
    ]


def test_parts_of_an_open_total_are_open() -> None:
    assert rows(partition(AGENCY, "status").cells) == [
        ("civilian", None, None, None, "stated", 18, 18, True),
        ("security_forces", None, None, None, "stated", 15, 15, True),
    ]


def test_a_part_that_is_open_does_not_open_an_exact_total() -> None:
    booked = (Booked(KILLED, 33, 33), Booked(CIVILIANS, 18, 18, open=True, parent=0))
    assert rows(partition(booked, "status").cells) == [
        ("civilian", None, None, None, "stated", 18, 18, True),
        ("unknown", None, None, None, "residual", 15, 15, False),
    ]


def test_the_total_grain_has_the_total_s_own_numbers() -> None:
    assert rows(partition(AGENCY, "total").cells) == [(None, None, None, None, "stated", 33, 33, True)]


def test_parts_are_summed_when_nobody_states_a_total() -> None:
    # Chief minister of Balochistan, 1 February 2026: 31 civilians and 17 law enforcement personnel.
    booked = (Booked(CIVILIANS, 31, 31), Booked(SECURITY, 17, 17, open=True))
    assert rows(partition(booked, "total").cells) == [(None, None, None, None, "stated", 48, 48, True)]
    assert rows(partition(booked, "status").cells) == [
        ("civilian", None, None, None, "stated", 31, 31, False),
        ("security_forces", None, None, None, "stated", 17, 17, True),
    ]


def test_persons_known_by_status_only_stand_as_unknown_in_the_table_by_sex_and_age() -> None:
    booked = (Booked(CIVILIANS, 18, 18), Booked(SECURITY, 15, 15), Booked(WOMEN, 5, 5, parent=0))
    assert rows(partition(booked, "sex_age").cells) == [
        (None, "female", 18, None, "stated", 5, 5, False),
        (None, "unknown", 0, None, "residual", 13, 13, False),
        (None, "unknown", 0, None, "stated", 15, 15, False),
    ]


def test_civilian_women_of_a_total_are_women_in_a_table_by_sex() -> None:
    civilian_women = Cell("killed", "civilian", "female", ADULT)
    booked = (Booked(KILLED, 33, 33), Booked(civilian_women, 5, 5))
    assert rows(partition(booked, "sex_age").cells) == [
        (None, "female", 18, None, "stated", 5, 5, False),
        (None, "unknown", 0, None, "residual", 28, 28, False),
    ]


def test_a_figure_by_status_enters_no_table_by_sex_while_a_total_holds_its_persons() -> None:
    booked = (Booked(KILLED, 33, 33), Booked(CIVILIANS, 18, 18))
    assert rows(partition(booked, "sex_age").cells) == [(None, "unknown", 0, None, "stated", 33, 33, False)]


def test_civilian_women_stand_within_the_women_in_a_table_by_sex() -> None:
    women, civilian_women = Cell("killed", None, "female", ADULT), Cell("killed", "civilian", "female", ADULT)
    booked = (Booked(KILLED, 33, 33), Booked(women, 7, 7), Booked(civilian_women, 5, 5))
    assert rows(partition(booked, "sex_age").cells) == [
        (None, "female", 18, None, "stated", 7, 7, False),
        (None, "unknown", 0, None, "residual", 26, 26, False),
    ]


def test_rows_of_one_description_are_added() -> None:
    for first in (True, False):
        booked = (Booked(CIVILIANS, 18, 18, first), Booked(SECURITY, 15, 15, not first))
        found = rows(partition(booked, "sex_age").cells)
        assert found == [(None, "unknown", 0, None, "stated", 33, 33, True)]


def test_of_civilians_without_a_total_the_women_are_women_in_a_table_by_sex() -> None:
    booked = (Booked(CIVILIANS, 18, 18), Booked(Cell("killed", "civilian", "female", ADULT), 5, 5))
    assert rows(partition(booked, "sex_age").cells) == [
        (None, "female", 18, None, "stated", 5, 5, False),
        (None, "unknown", 0, None, "residual", 13, 13, False),
    ]


def test_six_exhaustive_cells_leave_no_remainder() -> None:
    # OHCHR, Ukraine: men 4,272, women 2,558, boys 282, girls 226, 29 children and 1,920 adults whose
    # sex is not yet known; 9,287 civilians killed.
    cells = [
        (Cell("killed", "civilian", "male", ADULT), 4272),
        (Cell("killed", "civilian", "female", ADULT), 2558),
        (Cell("killed", "civilian", "male", CHILD), 282),
        (Cell("killed", "civilian", "female", CHILD), 226),
        (Cell("killed", "civilian", "unknown", CHILD), 29),
        (Cell("killed", "civilian", "unknown", ADULT), 1920),
    ]
    booked = [Booked(CIVILIANS, 9287, 9287), *(Booked(cell, count, count) for cell, count in cells)]
    found = partition(booked, "status_sex_age").cells
    assert sorted(c.low for c in found) == sorted(count for _, count in cells)
    by_sex = partition(booked, "sex_age").cells
    assert sorted(c.low for c in by_sex) == sorted(count for _, count in cells)
    assert all(c.basis == "stated" for c in found)


def test_a_remainder_of_ranges_runs_from_the_least_to_the_most_that_can_be_left() -> None:
    booked = (Booked(KILLED, 20, 30), Booked(CIVILIANS, 8, 12), Booked(SECURITY, 5, 6))
    assert rows(partition(booked, "status").cells)[-1] == (
        "unknown",
        None,
        None,
        None,
        "residual",
        2,
        17,
        False,
    )


def test_a_remainder_is_never_below_nobody() -> None:
    booked = (Booked(KILLED, 20, 30), Booked(CIVILIANS, 18, 25))
    assert rows(partition(booked, "status").cells)[-1] == (
        "unknown",
        None,
        None,
        None,
        "residual",
        0,
        12,
        False,
    )


def test_soldiers_lie_within_the_security_forces_though_both_are_said_to_be_in_the_total() -> None:
    soldiers = Cell("killed", "armed_forces")
    booked = (Booked(KILLED, 33, 33), Booked(soldiers, 4, 4, parent=0), Booked(SECURITY, 15, 15, parent=0))
    assert rows(partition(booked, "status").cells) == [
        ("security_forces", None, None, None, "residual", 11, 11, False),
        ("armed_forces", None, None, None, "stated", 4, 4, False),
        ("unknown", None, None, None, "residual", 18, 18, False),
    ]


def test_of_two_figures_that_overlap_in_part_the_larger_is_booked_and_the_other_shown() -> None:
    women = Booked(WOMEN, 9, 9)
    booked = (Booked(KILLED, 33, 33), Booked(CIVILIANS, 18, 18), women)
    found = partition(booked, "status_sex_age")
    assert rows(found.cells) == [
        ("civilian", "unknown", 0, None, "stated", 18, 18, False),
        ("unknown", "unknown", 0, None, "residual", 15, 15, False),
    ]
    assert [(left.figure, left.crosses.cell) for left in found.left_out] == [(women, CIVILIANS)]
    assert partition(booked, "sex_age").left_out == ()


def test_persons_in_addition_to_others_neither_hold_nor_cross_them() -> None:
    women = Cell("killed", None, "female", ADULT)
    booked = (Booked(CIVILIANS, 18, 18), Booked(women, 5, 5, beside=(0,)))
    turned = (Booked(women, 5, 5), Booked(CIVILIANS, 18, 18, beside=(0,)))
    for grain in DIMENSIONS:
        found = partition(booked, grain)
        assert found == partition(turned, grain)
        assert sum(cell.low for cell in found.cells) == 23
        assert found.left_out == ()
    whole = (Booked(KILLED, 33, 33), Booked(CIVILIANS, 18, 18), Booked(women, 5, 5, beside=(1,)))
    for grain in DIMENSIONS:
        assert sum(cell.low for cell in partition(whole, grain).cells) == 33
    nested = (Booked(CIVILIANS, 18, 18), Booked(Cell("killed", "civilian", "female"), 5, 5, beside=(0,)))
    assert [sum(c.low for c in partition(nested, grain).cells) for grain in DIMENSIONS] == [23] * 4


def test_a_part_of_persons_in_addition_to_others_is_in_addition_to_them_too() -> None:
    women, old = Cell("killed", None, "female", ADULT), Cell("killed", None, None, Age(65, None))
    booked = (
        Booked(CIVILIANS, 18, 18),
        Booked(women, 5, 5, beside=(0,)),
        Booked(old, 2, 2, parent=1),
    )
    for grain in DIMENSIONS:
        found = partition(booked, grain)
        assert sum(cell.low for cell in found.cells) == 23
        assert found.left_out == ()


def test_a_declared_part_is_not_beside_its_whole() -> None:
    booked = (Booked(CIVILIANS, 18, 18), Booked(CHILDREN, 3, 3, parent=0, beside=(0,)))
    assert [sum(c.low for c in partition(booked, grain).cells) for grain in DIMENSIONS] == [18] * 4
    injured = (Booked(CIVILIANS, 18, 18), Booked(Cell("injured"), 3, 3, beside=(0,)))
    assert partition(injured, "total") == partition(
        tuple(replace(one, beside=()) for one in injured), "total"
    )


def test_a_figure_beside_one_that_is_not_there_is_refused() -> None:
    with pytest.raises(Invalid):
        partition([Booked(CIVILIANS, 18, 18, beside=(1,))], "total")


def test_persons_of_a_figure_left_out_are_booked_where_another_figure_knows_them() -> None:
    # The women are left out for the civilians, so the soldiers among them have to enter by themselves.
    women_soldiers = Cell("killed", "armed_forces", "female")
    booked = (
        Booked(Cell("killed", None, "female"), 9, 9),
        Booked(CHILDREN, 12, 12),
        Booked(women_soldiers, 4, 4),
    )
    found = partition(booked, "sex_age")
    assert [left.figure.cell.sex for left in found.left_out] == ["female", "female"]
    assert rows(found.cells) == [(None, "unknown", 0, 17, "stated", 12, 12, False)]
    # Soldiers of 60 or more are not among the persons of 10 to 50 either, and nobody else has them.
    apart = (booked[0], Booked(Cell("killed", None, None, Age(10, 50)), 12, 12), booked[2])
    older = (*apart, Booked(Cell("killed", "armed_forces", "female", Age(60, None)), 2, 2))
    assert [c.low for c in partition(older, "sex_age").cells] == [2, 12]


def test_a_person_of_known_age_is_not_one_of_unknown_age() -> None:
    unknown = Cell("killed", None, None, ANY_AGE)
    booked = (Booked(unknown, 10, 10), Booked(Cell("killed", None, None, ADULT), 5, 5))
    found = partition(booked, "sex_age")
    assert [(c.age_low, c.age_high, c.low) for c in found.cells] == [(0, None, 10), (18, None, 5)]
    assert found.left_out == ()
    assert not holds(unknown, booked[1].cell)
    assert partition(booked, "total").cells[0].low == 15


def test_listed_persons_are_each_in_one_cell_however_wide_its_description() -> None:
    adults = Cell("killed", "civilian", "female", ADULT)
    aged = Cell("killed", "civilian", "female", Age(34, 34))
    booked = (
        Booked(KILLED, 8, 8, basis="listed"),
        Booked(adults, 5, 5, basis="listed", parent=0),
        Booked(aged, 3, 3, basis="listed", parent=0),
    )
    assert [(c.age_low, c.basis, c.low) for c in partition(booked, "sex_age").cells] == [
        (18, "listed", 5),
        (34, "listed", 3),
    ]
    assert [(c.status, c.basis, c.low) for c in partition(booked, "status").cells] == [
        ("civilian", "listed", 8)
    ]
    assert [(c.basis, c.low) for c in partition(booked, "total").cells] == [("listed", 8)]


def test_the_same_cell_booked_twice_counts_once() -> None:
    # "18 civilians including five women" and "six civilian women" speak of the same persons.
    same = Cell("killed", "civilian", "female", ADULT)
    booked = (Booked(CIVILIANS, 18, 18), Booked(WOMEN, 5, 5, parent=0), Booked(same, 6, 6))
    assert [(c.basis, c.low) for c in partition(booked, "status_sex_age").cells] == [
        ("residual", 1),
        ("stated", 5),
        ("residual", 12),
    ]


def test_of_two_figures_of_one_description_the_smaller_lies_within_the_larger() -> None:
    same = Cell("killed", "civilian", "female", ADULT)
    booked = (Booked(CIVILIANS, 18, 18), Booked(WOMEN, 6, 6, parent=0), Booked(same, 5, 5))
    assert [(c.basis, c.low) for c in partition(booked, "status_sex_age").cells] == [
        ("residual", 1),
        ("stated", 5),
        ("residual", 12),
    ]


def test_a_declared_part_stays_a_part_though_its_low_is_above_the_whole_s() -> None:
    same = Cell("killed", "civilian", "female", ADULT)
    booked = (Booked(same, 5, 20), Booked(WOMEN, 8, 10, parent=0))
    assert [(c.basis, c.low, c.high) for c in partition(booked, "status_sex_age").cells] == [
        ("residual", 0, 12),
        ("stated", 8, 10),
    ]


def test_a_parent_said_to_exclude_its_part_is_no_parent() -> None:
    booked = (Booked(CIVILIANS, 18, 18), Booked(SECURITY, 15, 15, parent=0))
    assert [(c.status, c.low) for c in partition(booked, "status").cells] == [
        ("civilian", 18),
        ("security_forces", 15),
    ]


def test_outcomes_are_partitioned_apart() -> None:
    booked = (Booked(Cell("injured"), 40, 40), Booked(KILLED, 33, 33))
    assert [(c.outcome, c.low) for c in partition(booked, "total").cells] == [("killed", 33), ("injured", 40)]


def test_nobody_reported_is_a_row_and_no_report_is_none() -> None:
    assert rows(partition((Booked(KILLED, 0, 0),), "total").cells) == [
        (None, None, None, None, "stated", 0, 0, False)
    ]
    assert partitions(()).cells == ()


@pytest.mark.parametrize(("first", "second"), [(1, 0), (0, None), (7, None), (-1, None)])
def test_parents_that_do_not_lead_to_a_whole_are_refused(first: int, second: int | None) -> None:
    booked = (Booked(KILLED, 33, 33, parent=first), Booked(CIVILIANS, 18, 18, parent=second))
    with pytest.raises(Invalid):
        partitions(booked)


def test_a_grain_that_is_not_of_the_vocabulary_is_refused() -> None:
    with pytest.raises(Invalid):
        partition(AGENCY, "cause")


# Persons as they truly are, of whom reports know some cells. Every figure drawn is the true count of its
# cell, so any family of them is coherent.
STATUSES = ["civilian", "armed_forces", "police", "direct_participant"]
PEOPLE = [(status, sex, age) for status in STATUSES for sex in ("female", "male") for age in (7, 30, 70)]
DESCRIBED = [
    Cell("killed", status, sex, age)
    for status in (None, "security_forces", *STATUSES)
    for sex in (None, "female", "male")
    for age in (None, CHILD, ADULT, Age(65, None), Age(20, 80))
]


Family = tuple[dict[tuple[str, str, int], int], tuple[Booked, ...]]


def true_count(cell: Cell, numbers: dict[tuple[str, str, int], int]) -> int:
    return sum(
        number
        for (status, sex, age), number in numbers.items()
        if cell.holds(Cell("killed", status, sex, Age(age, age)))
    )


@st.composite
def families(draw: st.DrawFn, *, total: bool, exact: bool) -> Family:
    numbers = dict(zip(PEOPLE, draw(st.lists(st.integers(0, 9), min_size=24, max_size=24)), strict=True))
    cells = draw(st.lists(st.sampled_from(DESCRIBED), max_size=7, unique=True))
    cells = [cell for cell in cells if cell != KILLED]
    booked: list[Booked] = []
    for cell in [KILLED, *cells] if total else cells or [CIVILIANS]:
        parent = None
        described = cell
        if len(booked) > draw(st.integers(0, 7)):
            parent = draw(st.integers(0, len(booked) - 1))
            above: int | None = parent
            while above is not None:
                joined = described.meet(booked[above].cell)
                if joined is None:
                    parent, described = None, cell
                    break
                described, above = joined, booked[above].parent
        count = true_count(described, numbers)
        low, high = (
            (count, count)
            if exact
            else (count - draw(st.integers(0, count)), count + draw(st.integers(0, 5)))
        )
        booked.append(Booked(cell, low, high, draw(st.booleans()), parent=parent))
    return numbers, tuple(booked)


def sums(booked: tuple[Booked, ...], grain: str) -> tuple[int, int]:
    cells = partition(booked, grain).cells
    return sum(c.low for c in cells), sum(c.high for c in cells)


@given(families(total=True, exact=True))
def test_rows_of_every_grain_add_up_to_an_exact_total(
    family: Family,
) -> None:
    numbers, booked = family
    everybody = sum(numbers.values())
    for grain in DIMENSIONS:
        assert sums(booked, grain) == (everybody, everybody)


@given(families(total=False, exact=True))
def test_nobody_is_counted_twice_where_no_total_is_known(
    family: Family,
) -> None:
    numbers, booked = family
    for grain in DIMENSIONS:
        assert sums(booked, grain)[0] <= sum(numbers.values())
        assert sums(booked, grain)[0] >= max(figure.low for figure in booked)


@given(families(total=True, exact=False))
def test_true_numbers_lie_within_the_sums_of_lows_and_highs(
    family: Family,
) -> None:
    numbers, booked = family
    for grain in DIMENSIONS:
        low, high = sums(booked, grain)
        assert low <= sum(numbers.values()) <= high
        assert high >= booked[0].high


@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(0, 9)), min_size=1, max_size=4),
    st.integers(0, 30),
    st.integers(0, 30),
)
def test_a_breakdown_is_never_tighter_than_a_total_that_holds_its_parts(
    parts: list[tuple[int, int]], more: int, width: int
) -> None:
    low = sum(part for part, _ in parts) + more
    booked = (
        Booked(KILLED, low, low + width),
        *(Booked(Cell("killed", s), n, n + w) for s, (n, w) in zip(STATUSES, parts, strict=False)),
    )
    for grain in DIMENSIONS:
        found_low, found_high = sums(booked, grain)
        assert found_low <= low <= low + width <= found_high


@given(families(total=False, exact=False), st.permutations(range(8)))
def test_the_order_in_which_figures_come_changes_nothing(family: Family, mixed: list[int]) -> None:
    _, booked = family
    order = [index for index in mixed if index < len(booked)]
    place = {index: new for new, index in enumerate(order)}
    moved = tuple(
        replace(booked[i], parent=None if (p := booked[i].parent) is None else place[p]) for i in order
    )
    assert partitions(moved).cells == partitions(booked).cells


@given(families(total=False, exact=False))
def test_every_row_is_a_count_described_at_its_grain(
    family: Family,
) -> None:
    _, booked = family
    for cell in partitions(booked).cells:
        assert 0 <= cell.low <= cell.high
        within = DIMENSIONS[cell.grain]
        assert (cell.status is not None) == ("status" in within)
        assert (cell.sex is not None) == ("sex" in within)
        assert (cell.age_low is not None) == ("age" in within)
        assert cell.basis != "residual" or cell.high > 0
