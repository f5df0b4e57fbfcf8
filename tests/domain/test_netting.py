"""Netting: a parent's total and its children's are never added (R7)."""

from __future__ import annotations

from dataclasses import replace

from domain.booking import partitions
from domain.cells import ADULT, CHILD, Cell
from domain.figures import Booked, FactCell
from domain.netting import remainder, whole
from domain.trees import Asked, Assessed, Netted, asked_bits, net
from domain.vocab import FactRole

KILLED = Cell("killed")
WOMEN = Cell("killed", None, "female", ADULT)
CHILDREN = Cell("killed", None, None, CHILD)
CAMPAIGN = {
    "period_start": "2026-01-30",
    "period_end": "2026-02-02",
    "adm1": "PK2",
    "adm2": None,
    "cause": "unknown",
    "party": "armed-group",
}
# The towns of the worked example: Turbat lies in Kech district, Pasni in Gwadar district.
KECH = {**CAMPAIGN, "adm2": "PK211", "period_start": "2026-01-31", "period_end": "2026-01-31"}
GWADAR = {**CAMPAIGN, "adm2": "PK208", "period_start": "2026-02-01", "period_end": "2026-02-01"}


def rows(*booked: Booked) -> tuple[FactCell, ...]:
    return partitions(booked).cells


def killed(low: int, high: int | None = None, *, more: bool = False) -> tuple[FactCell, ...]:
    return rows(Booked(KILLED, low, low if high is None else high, more))


def total(found: tuple[FactCell, ...], **of: object) -> list[tuple[int, int, bool]]:
    return shown(found, "total", **of)


def shown(found: tuple[FactCell, ...], grain: str, **of: object) -> list[tuple[int, int, bool]]:
    return [
        (row.low, row.high, row.open)
        for row in found
        if row.grain == grain and all(getattr(row, name) == value for name, value in of.items())
    ]


def persons(found: tuple[FactCell, ...]) -> list[tuple[object, ...]]:
    return sorted(
        (row.sex, row.age_low, row.basis, row.low, row.high) for row in found if row.grain == "sex_age"
    )


def test_the_remainder_is_what_the_parts_leave_of_the_parent() -> None:
    assert total(remainder(killed(33), (*killed(5), *killed(3, 4)))) == [(24, 25, False)]
    assert {row.basis for row in remainder(killed(33), killed(5))} == {"unallocated"}


def test_the_remainder_has_low_0_under_an_open_child() -> None:
    assert total(remainder(killed(33), killed(5, more=True))) == [(0, 28, False)]


def test_the_remainder_is_open_under_an_open_total() -> None:
    # "At least 33" (Associated Press, 2 February 2026) over one site's 5.
    assert total(remainder(killed(33, more=True), killed(5))) == [(28, 28, True)]


def test_nobody_is_left_when_the_parts_hold_the_total() -> None:
    assert remainder(killed(8), (*killed(5), *killed(3))) == ()


def test_a_whole_keeps_the_parent_s_own_interval_and_not_the_wider_sum_of_parts() -> None:
    parts = (*killed(5), *killed(3, 4))
    assert total(whole(killed(33), parts).rows) == [(33, 33, False)]
    assert total((*parts, *remainder(killed(33), parts))) == [(5, 5, False), (3, 4, False), (24, 25, False)]


def test_a_whole_is_raised_to_the_sum_of_its_parts_lows() -> None:
    assert total(whole(killed(6, 10), (*killed(5), *killed(3, 4))).rows) == [(8, 10, False)]


def test_parts_that_are_known_to_exceed_their_parent_are_a_clash_that_is_named() -> None:
    found = whole(killed(6), (*killed(5), *killed(3)))
    assert total(found.rows) == [(8, 8, False)]
    (clash,) = found.clashes
    assert (clash.parts_low, clash.own_high) == (8, 6)
    assert "at least 8" in clash.finding().detail
    assert "at most 6" in clash.finding().detail


def test_parts_above_an_open_parent_are_no_clash() -> None:
    found = whole(killed(6, more=True), (*killed(5), *killed(3)))
    assert (total(found.rows), found.clashes) == ([(8, 8, True)], ())


def test_whom_a_part_describes_comes_out_of_the_parent_s_wider_row() -> None:
    found = whole(killed(33), rows(Booked(KILLED, 5, 5), Booked(WOMEN, 2, 2, parent=0)))
    assert persons(found.rows) == [
        ("female", 18, "stated", 2, 2),
        ("unknown", 0, "stated", 31, 31),
    ]
    assert found.clashes == ()


def test_whom_the_parent_describes_already_is_not_described_twice() -> None:
    own = rows(Booked(KILLED, 33, 33), Booked(WOMEN, 5, 5, parent=0))
    part = rows(Booked(Cell("killed", None, "female"), 4, 4))
    # The four females of unknown age may be four of the five women.
    assert [row for row in persons(whole(own, part).rows) if row[0] == "female"] == [
        ("female", 18, "stated", 5, 5)
    ]


def test_a_part_of_unknown_description_lowers_every_low_and_no_high_of_the_remainder() -> None:
    own = rows(Booked(KILLED, 33, 33), Booked(WOMEN, 5, 5, parent=0))
    left = remainder(own, killed(4))
    assert persons(left) == [("female", 18, "unallocated", 1, 5), ("unknown", 0, "unallocated", 24, 28)]
    assert total(left) == [(29, 29, False)]


def test_a_part_s_women_come_off_the_parent_s_women() -> None:
    own = rows(Booked(KILLED, 33, 33), Booked(WOMEN, 5, 5, parent=0), Booked(CHILDREN, 28, 28, parent=0))
    left = remainder(own, rows(Booked(WOMEN, 2, 2)))
    assert persons(left) == [("female", 18, "unallocated", 3, 3), ("unknown", 0, "unallocated", 28, 28)]


def test_a_part_described_as_the_parent_excludes_leaves_no_more_than_the_total() -> None:
    own = rows(Booked(Cell("killed", "police"), 3, 3))
    left = remainder(own, rows(Booked(Cell("killed", "civilian"), 3, 3)))
    assert left == ()
    left = remainder(own, rows(Booked(Cell("killed", "civilian"), 2, 2)))
    assert shown(left, "status") == [(1, 1, False)]


def verified(found: tuple[FactCell, ...], count: int) -> tuple[FactCell, ...]:
    """Give rows of one total with so many verified of each."""
    return tuple(
        part
        for row in found
        for part in (
            replace(row, low=count, high=count, verification="verified", open=False),
            replace(row, low=max(0, row.low - count), high=row.high - count),
        )
    )


def test_what_is_verified_in_a_part_stays_verified_in_the_whole() -> None:
    found = whole(killed(33), verified(killed(5), 5)).rows
    assert total(found, verification="verified") == [(5, 5, False)]
    assert total(found, verification="pending") == [(28, 28, False)]


def test_the_remainder_loses_verified_persons_to_parts_that_verified_them() -> None:
    left = remainder(verified(killed(33), 10), verified(killed(5), 4))
    assert total(left, verification="verified") == [(6, 6, False)]
    assert total(left, verification="pending") == [(22, 22, False)]
    # Six verified in a part of which the parent verified two: four of them were pending there.
    left = remainder(verified(killed(33), 2), verified(killed(6), 6))
    assert total(left) == [(27, 27, False)]
    assert total(left, verification="pending") == [(27, 27, False)]


def test_what_a_part_counts_is_counted_in_a_whole_that_was_contested() -> None:
    own = tuple(replace(row, verification="contested") for row in killed(33))
    found = whole(own, killed(5)).rows
    assert total(found, verification="pending") == [(5, 5, False)]
    assert total(found, verification="contested") == [(28, 28, False)]


def test_an_outcome_of_which_only_parts_speak_is_their_sum() -> None:
    injured = rows(Booked(Cell("injured"), 7, 9))
    found = whole(killed(33), (*injured, *injured)).rows
    assert total(found, outcome="injured") == [(14, 18, False)]
    assert remainder(killed(33), injured) == tuple(replace(row, basis="unallocated") for row in killed(33))


def tree() -> dict[str, Netted]:
    """A campaign's 33 with sites of 5 and of 3 to 4."""
    return net(
        [
            Assessed("campaign", None, CAMPAIGN, killed(33)),
            Assessed("turbat", "campaign", KECH, killed(5)),
            Assessed("pasni", "campaign", GWADAR, killed(3, 4)),
        ]
    )


def counted(found: dict[str, Netted], asked: Asked) -> list[tuple[str, str, int, int]]:
    return [
        (one.incident, role, row.low, row.high)
        for one in found.values()
        for role, cells in one.rows
        if asked.counts(role, one.inner, one.outer)
        for row in cells
        if row.grain == "total"
    ]


PARTED = [
    ("campaign", "remainder", 24, 25),
    ("pasni", "part", 3, 4),
    ("turbat", "part", 5, 5),
]


def test_a_breakdown_by_district_cuts_through_the_tree_and_by_year_does_not() -> None:
    by_year = counted(tree(), Asked(asked_bits(["year", "adm1", "party"])))
    assert by_year == [("campaign", "whole", 33, 33)]
    assert sorted(counted(tree(), Asked(asked_bits(["adm2"])))) == PARTED
    assert sorted(counted(tree(), Asked(asked_bits(["month"])))) == PARTED


def test_each_incident_asked_for_by_itself_is_a_part_or_a_remainder() -> None:
    assert sorted(counted(tree(), Asked(each_incident=True))) == PARTED


def test_days_that_do_not_hold_the_whole_tree_cut_through_it() -> None:
    assert counted(tree(), Asked(0, "2026-01-30", "2026-02-02")) == [("campaign", "whole", 33, 33)]
    assert sorted(counted(tree(), Asked(0, "2026-01-31", None))) == PARTED


def test_a_tree_of_three_levels_counts_each_branch_at_one_level() -> None:
    found = net(
        [
            Assessed("campaign", None, CAMPAIGN, killed(33)),
            Assessed("kech", "campaign", KECH, killed(9)),
            Assessed("turbat", "kech", {**KECH, "cause": "small_arms"}, killed(5)),
            Assessed("pasni", "campaign", GWADAR, killed(3, 4)),
        ]
    )
    assert counted(found, Asked(asked_bits(["year"]))) == [("campaign", "whole", 33, 33)]
    by_district = sorted(counted(found, Asked(asked_bits(["adm2"]))))
    assert by_district == [
        ("campaign", "remainder", 20, 21),
        ("kech", "whole", 9, 9),
        ("pasni", "part", 3, 4),
    ]
    by_cause = sorted(counted(found, Asked(asked_bits(["cause"]))))
    assert by_cause == [
        ("campaign", "remainder", 20, 21),
        ("kech", "remainder", 4, 4),
        ("pasni", "part", 3, 4),
        ("turbat", "part", 5, 5),
    ]


def test_a_middle_level_raised_by_its_parts_raises_the_level_above() -> None:
    found = net(
        [
            Assessed("campaign", None, CAMPAIGN, killed(6, 10)),
            Assessed("kech", "campaign", KECH, killed(2)),
            Assessed("turbat", "kech", KECH, killed(7)),
        ]
    )
    assert total(found["campaign"].of(FactRole.WHOLE)) == [(7, 10, False)]
    assert [clash.own_high for clash in found["kech"].clashes] == [2]
    assert found["campaign"].clashes == ()
