"""Running totals: kept as reported, joined over restarts, their differences marked as derived.

Figures: the Ministry of Public Health of Lebanon as collected by palestine-datasets (reports of 28 November
and 4 December 2024, 5 and 6 March 2026; pull request 709), and the bulletins of Gaza of October 2023 and
August 2025 as the same collection has them (issue 522).
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from domain.cells import ADULT, Cell, Count
from domain.figures import Claim, Figure
from domain.series import Series, series_of

KILLED = Cell("killed")
WOMEN = Cell("killed", sex="female", age=ADULT)
INJURED = Cell("injured")


def total(
    id: str,
    as_of: str | None,
    low: int,
    counts_from: str | None = "2023-10-07",
    *,
    high: int | None = None,
    more_possible: bool = False,
    origin: str = "ministry",
    seq: int = 1,
    cell: Cell = KILLED,
    more: tuple[Figure, ...] = (),
) -> Claim:
    count = Count(low, low if high is None else high, more_possible)
    return Claim(
        id, f"report-{id}", origin, seq, as_of, (Figure("total", cell, count), *more), counts_from=counts_from
    )


def only(*claims: Claim, cell: Cell = KILLED, group: str | None = None) -> Series:
    (found,) = series_of(claims, cell, group)
    return found


def codes(series: Series) -> list[str]:
    return [finding.code for finding in series.findings]


LEBANON = (
    total("a", "2024-11-28", 3_961, "2023-10-08"),
    total("b", "2024-12-04", 4_047, "2023-10-08"),
    total("c", "2026-03-05", 123, "2026-03-02"),
    total("d", "2026-03-06", 217, "2026-03-02"),
)


def test_a_counter_that_begins_anew_gives_a_continuous_total_and_keeps_what_was_reported() -> None:
    found = only(*LEBANON)
    assert [point.low for point in found.points] == [3_961, 4_047, 123, 217]
    assert [point.continuous for point in found.points] == [
        (3_961, 3_961), (4_047, 4_047), (4_047 + 123, 4_047 + 123), (4_047 + 217, 4_047 + 217),
    ]  # fmt: skip
    assert codes(found) == ["restart"]
    assert "4,047" in found.findings[0].detail
    assert not any(point.fall for point in found.points)


def test_no_difference_is_derived_across_a_restart_and_the_days_between_are_nobodys() -> None:
    found = only(*LEBANON)
    assert [(one.start, one.end, one.days, one.low) for one in found.derived] == [
        ("2024-11-29", "2024-12-04", 6, 86),  # the ministry itself says 86 over 144 hours
        ("2026-03-06", "2026-03-06", 1, 94),
    ]
    between = found.gaps[-1]
    assert (between.start, between.end, between.between_runs) == ("2024-12-05", "2026-03-01", True)


def test_a_fall_to_a_tenth_without_a_day_is_proposed_as_a_restart_and_nothing_is_guessed() -> None:
    found = only(
        *(total(one.id, one.as_of, one.figures[0].count.low, None) for one in LEBANON if one.figures[0].count)
    )
    assert codes(found) == ["possible-restart"]
    assert found.findings[0].keys == ("b", "c")
    assert [point.continuous for point in found.points] == [(3_961, 3_961), (4_047, 4_047), None, None]
    assert [one.low for one in found.derived] == [86, 94]


def test_a_fall_is_kept_as_reported_and_lowers_what_is_held_of_earlier_days() -> None:
    found = only(
        total("a", "2023-10-17", 1_032, cell=WOMEN),
        total("b", "2023-10-19", 1_000, cell=WOMEN),
        total("c", "2023-10-21", 967, cell=WOMEN),
        total("d", "2023-10-22", 1_023, cell=WOMEN),
        cell=WOMEN,
    )
    assert [(point.low, point.fall) for point in found.points] == [
        (1_032, False), (1_000, True), (967, True), (1_023, False),
    ]  # fmt: skip
    assert [point.continuous for point in found.points] == [(967, 967)] * 3 + [(1_023, 1_023)]
    assert [point.revised_by for point in found.points] == ["c", "c", None, None]
    assert [(one.low, one.fall) for one in found.derived] == [(-32, True), (-33, True), (56, False)]
    assert codes(found) == ["fall", "fall"]


def test_the_last_word_for_a_day_stands_and_the_others_are_shown() -> None:
    found = only(
        total("a", "2024-08-26", 40_435, seq=1),
        total("c", "2024-08-27", 40_476, seq=3),
        total("b", "2024-08-27", 40_435, seq=2),
    )
    assert [(point.claim, point.low, point.others) for point in found.points] == [
        ("a", 40_435, ()), ("c", 40_476, ("b",)),
    ]  # fmt: skip


def test_a_value_after_a_gap_covers_all_its_days_and_the_gap_is_not_filled() -> None:
    found = only(total("a", "2023-12-15", 18_800), total("b", "2023-12-18", 19_453))
    (one,) = found.derived
    assert (one.start, one.end, one.days, one.low) == ("2023-12-16", "2023-12-18", 3, 653)
    (gap,) = found.gaps
    assert (gap.start, gap.end, gap.days, gap.between_runs) == ("2023-12-16", "2023-12-17", 2, False)
    assert len(found.points) == 2


def test_a_shorter_count_beside_a_longer_one_is_never_added_to_it() -> None:
    # Since October 2023, and of these since the truce of October 2025: the same persons.
    found = only(
        total("a", "2025-10-11", 67_682),
        total("b", "2025-10-18", 68_116),
        total("c", "2025-10-18", 23, "2025-10-11"),
    )
    assert codes(found) == ["overlapping-runs"]
    assert [point.continuous for point in found.points] == [(67_682, 67_682), (68_116, 68_116), None]


def test_totals_that_do_not_say_from_which_day_they_count_are_not_joined_to_others() -> None:
    found = only(total("a", "2024-11-28", 3_961, None), total("b", "2024-12-04", 4_047))
    assert codes(found) == ["counts-from-unsaid"]
    assert [point.continuous for point in found.points] == [None, (4_047, 4_047)]


def test_a_restart_after_an_undecided_fall_goes_on_from_a_total_that_is_not_known() -> None:
    found = only(
        total("a", "2024-11-28", 3_961, "2023-10-08"),
        total("b", "2024-12-04", 40, "2023-10-08"),
        total("c", "2026-03-05", 123, "2026-03-02"),
    )
    assert codes(found) == ["possible-restart", "restart"]
    assert [point.continuous for point in found.points] == [(3_961, 3_961), None, None]


def test_at_least_so_many_is_no_fall_below_what_was_counted_before() -> None:
    found = only(total("a", "2023-10-17", 1_000), total("b", "2023-10-18", 900, more_possible=True))
    assert not any(point.fall for point in found.points)
    assert [point.continuous for point in found.points] == [(1_000, 1_000)] * 2
    assert found.derived[0].open


def test_the_difference_of_two_ranges_holds_all_they_allow() -> None:
    found = only(total("a", "2023-10-17", 10, high=12), total("b", "2023-10-18", 11, high=13))
    (one,) = found.derived
    assert (one.low, one.high) == (-1, 3)


def test_each_origin_has_a_series_of_its_own() -> None:
    office, ministry = series_of(
        [total("a", "2023-10-17", 3_000, origin="office"), total("b", "2023-10-18", 3_478)][::-1], KILLED
    )[::-1]
    assert (office.origin, ministry.origin) == ("office", "ministry")


def test_a_total_without_its_day_and_two_numbers_of_the_same_persons_are_findings_without_a_point() -> None:
    twice = Figure("again", KILLED, Count(5, 5))
    found = only(total("a", None, 3), total("b", "2023-10-08", 4, more=(twice,)), total("c", "2023-10-09", 6))
    assert [point.claim for point in found.points] == ["c"]
    assert sorted(codes(found)) == ["several-figures", "without-day"]


def test_a_group_has_a_series_apart_from_everybody_in_the_cell() -> None:
    press = Figure("press", KILLED, Count(16, 16), group="journalist")
    claims = [total("a", "2023-10-17", 3_000, more=(press,))]
    assert only(*claims).points[0].low == 3_000
    assert only(*claims, group="journalist").points[0].low == 16


# --- properties -------------------------------------------------------------------------------------

STARTS = ("2023-10-07", "2024-03-01", "2024-09-01")


@st.composite
def bulletins(draw: st.DrawFn) -> list[Claim]:
    found = []
    for number in range(draw(st.integers(1, 12))):
        start = draw(st.sampled_from(STARTS))
        day = date.fromisoformat(start) + timedelta(days=draw(st.integers(0, 200)))
        low = draw(st.integers(0, 500))
        found.append(
            total(
                f"c{number}",
                day.isoformat(),
                low,
                start,
                high=low + draw(st.integers(0, 3)),
                more_possible=draw(st.booleans()),
                origin=draw(st.sampled_from(["ministry", "office"])),
                seq=number,
                cell=draw(st.sampled_from([KILLED, WOMEN])),
            )
        )
    return found


@given(bulletins(), st.randoms(use_true_random=False))
def test_the_order_of_claims_changes_no_series(claims: list[Claim], chance: random.Random) -> None:
    shuffled = claims[:]
    chance.shuffle(shuffled)
    for cell in (KILLED, WOMEN):
        assert series_of(shuffled, cell) == series_of(claims, cell)


@given(bulletins())
def test_the_continuous_total_never_falls(claims: list[Claim]) -> None:
    for series in series_of(claims, KILLED):
        known = [point.continuous for point in series.points if point.continuous is not None]
        assert all(low <= high for low, high in known)
        for (low, high), (next_low, next_high) in pairwise(known):
            assert low <= next_low
            assert high <= next_high


@given(bulletins())
def test_what_the_source_last_says_of_its_only_run_stands(claims: list[Claim]) -> None:
    for series in series_of([one for one in claims if one.counts_from == STARTS[0]], KILLED):
        last = series.points[-1]
        if last.continuous is not None and not last.open:
            assert last.continuous == (last.low, last.high)


@given(st.lists(st.integers(0, 10_000), min_size=2, max_size=30))
def test_derived_values_add_up_to_the_last_total_less_the_first(totals: list[int]) -> None:
    first = date(2023, 10, 7)
    claims = [
        total(f"c{n}", (first + timedelta(days=2 * n)).isoformat(), 10_000 + low)
        for n, low in enumerate(totals)
    ]
    found = only(*claims)
    assert sum(one.low for one in found.derived) == totals[-1] - totals[0]
    assert sum(one.days for one in found.derived) == 2 * (len(totals) - 1)
    assert all(one.low == one.high for one in found.derived)
