"""Published tables that hold together, and two that do not.

Figures and sources: OHCHR updates on civilian casualties in Ukraine, as printed by the Protection Cluster
(1 March 2022), Etemaad Daily (25 March 2022), Interfax-Ukraine (20 November 2022, 5 February and 16 July
2023) and Tripura Chronicle (26 December 2022); the Secretary-General's report on children and armed
conflict (543 children, three ways); palestine-datasets, update of 20 July 2025; the Syrian Network for
Human Rights on November 2012, as printed by the Damascus Center for Human Rights Studies.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.published_tables import Breakdown, Clash, Part, PublishedTable, check_table, grid_sums

SIX = ("men", "women", "boys", "girls", "children of sex not known", "adults of sex not known")


def table(total: int | None, *breakdowns: Mapping[str, int | None], label: str = "total") -> PublishedTable:
    return PublishedTable(
        Part(label, total),
        tuple(Breakdown(tuple(Part(name, n) for name, n in parts.items())) for parts in breakdowns),
    )


def codes(found: tuple[Clash, ...]) -> list[str]:
    return [clash.code for clash in found]


@pytest.mark.parametrize(
    ("total", "cells"),
    [
        (180, (26, 21, 4, 3, 6, 120)),
        (1_119, (224, 168, 32, 15, 52, 628)),
        (6_595, (2_575, 1_767, 206, 172, 37, 1_838)),
        (6_884, (2_719, 1_832, 216, 175, 38, 1_904)),
        (7_155, (2_853, 1_927, 226, 180, 32, 1_937)),
        (9_287, (4_272, 2_558, 282, 226, 29, 1_920)),
    ],
)
def test_the_six_cells_of_the_ukraine_updates_partition_the_killed(
    total: int, cells: tuple[int, ...]
) -> None:
    assert check_table(table(total, dict(zip(SIX, cells, strict=True)))) == ()


def test_a_misprint_in_one_of_the_six_cells_is_named_with_its_sum() -> None:
    cells = dict(zip(SIX, (4_272, 2_558, 282, 262, 29, 1_920), strict=True))
    (clash,) = check_table(table(9_287, cells))
    assert clash.code == "parts-exceed-total"
    assert clash.detail.endswith("= 9,323, 36 more than the 9,287 of 'total'.")


BY_ACT = {"killed": 180, "maimed": 363}
BY_SEX = {"boys": 422, "girls": 121}
BY_PERPETRATOR = {"first": 454, "second": 50, "third": 22, "fourth": 10, "fifth": 7}


def test_three_breakdowns_of_543_children_each_add_up() -> None:
    assert check_table(table(543, BY_ACT, BY_SEX, BY_PERPETRATOR)) == ()


def test_of_three_breakdowns_only_the_one_that_falls_short_is_named() -> None:
    found = check_table(table(543, BY_ACT, BY_SEX | {"girls": 112}, BY_PERPETRATOR))
    assert [(clash.code, clash.labels) for clash in found] == [
        ("parts-fall-short", ("boys", "girls", "total"))
    ]
    assert "422 + 112 = 534, 9 fewer than the 543" in found[0].detail


JULY_2025 = PublishedTable(
    Part("Total Persons", 55_380),
    (
        Breakdown(
            (
                Part("Men", 27_590, "47.3"),
                Part("Boys", 10_319, "18.6"),
                Part("Women", 10_020, "17.2"),
                Part("Girls", 7_602, "13.7"),
                Part("Senior Men", 1_740, "3.0"),
                Part("Senior Women", 1_109, "1.9"),
            )
        ),
        Breakdown((Part("unchanged", 55_178), Part("newly added", 3_195), Part("updated", 7))),
        Breakdown((Part("Total Children", 17_921, "32.4"),), complete=False),
    ),
)


def test_the_july_2025_table_prints_55380_over_rows_that_add_up_to_58380() -> None:
    rows, changes, shares = check_table(JULY_2025)
    assert rows.code == changes.code == "parts-exceed-total"
    assert rows.detail == (
        "27,590 + 10,319 + 10,020 + 7,602 + 1,740 + 1,109 = 58,380, 3,000 more than the 55,380 of "
        "'Total Persons'."
    )
    assert "55,178 + 3,195 + 7 = 58,380" in changes.detail
    assert shares.code == "mixed-denominators"


def test_the_slip_of_the_july_2025_table_ran_on_into_its_shares() -> None:
    shares = check_table(JULY_2025)[-1]
    assert "of 55,380: 'Boys' 18.6% (17.7% of 58,380), 'Girls' 13.7%" in shares.detail
    assert "'Total Children' 32.4% (30.7% of 58,380)" in shares.detail
    assert "of 58,380: 'Men' 47.3%" in shares.detail


NOVEMBER_2012 = PublishedTable(
    Part("killed", 3_486),
    (
        Breakdown(
            (Part("children", 349), Part("women", 331), Part("women and children", 349 + 331, "5.1")),
            complete=False,
        ),
    ),
    restated=(Part("names", 3_586),),
)


def test_the_november_2012_statement_offers_100_names_more_than_it_counts_killed() -> None:
    names, _ = check_table(NOVEMBER_2012)
    assert (names.code, names.labels) == ("total-restated", ("killed", "names"))
    assert names.detail == "'killed' is 3,486 and 'names' is 3,586: 100 more."


def test_women_and_children_of_november_2012_are_not_one_in_twenty_but_one_in_five() -> None:
    _, share = check_table(NOVEMBER_2012)
    assert share.code == "share"
    assert share.detail == "'women and children' is printed as 5.1%; 680 of 3,486 is 19.5%."


def test_a_part_that_is_not_given_makes_nothing_clash_and_is_not_zero() -> None:
    assert check_table(table(543, BY_SEX | {"girls": None})) == ()
    assert check_table(table(None, BY_SEX)) == ()
    assert codes(check_table(table(400, BY_SEX | {"girls": None}))) == ["parts-exceed-total"]


def test_a_part_larger_than_its_whole_is_named() -> None:
    part = Breakdown((Part("women", 331), Part("children", 3_490)), complete=False)
    (clash,) = check_table(PublishedTable(Part("killed", 3_486), (part,)))
    assert (clash.code, clash.labels) == ("part-exceeds-total", ("children", "killed"))


def test_rows_and_columns_are_each_held_against_their_total() -> None:
    columns = ("boys", "girls", "all")
    rows = [("killed", (100, 80, 180)), ("maimed", (322, 41, 363)), ("total", (422, 121, 543))]
    sums = grid_sums(columns, rows, total_row="total", total_column="all")
    assert len(sums) == 6
    assert [check_table(one) for one in sums] == [()] * 6
    rows[1] = ("maimed", (322, 14, 363))
    sums = grid_sums(columns, rows, total_row="total", total_column="all")
    found = [clash for one in sums for clash in check_table(one)]
    assert [(clash.code, clash.labels[-1]) for clash in found] == [
        ("parts-fall-short", "total, girls"),
        ("parts-fall-short", "maimed, all"),
    ]


@given(st.lists(st.integers(0, 100_000), min_size=1, max_size=8), st.integers(-3, 3))
def test_a_complete_breakdown_clashes_exactly_when_it_does_not_add_up(parts: list[int], slip: int) -> None:
    total = max(0, sum(parts) + slip)
    found = check_table(table(total, {f"part {n}": part for n, part in enumerate(parts)}))
    assert bool(found) == (total != sum(parts))


@given(st.integers(1, 100_000), st.integers(1, 100_000))
def test_a_share_rounded_to_what_is_printed_never_clashes(number: int, more: int) -> None:
    whole = number + more
    thousandths = (200_000 * number + whole) // (2 * whole)
    share = f"{thousandths // 1_000}.{thousandths % 1_000:03}"
    part = Breakdown((Part("part", number, share),), complete=False)
    assert check_table(PublishedTable(Part("total", whole), (part,))) == ()
