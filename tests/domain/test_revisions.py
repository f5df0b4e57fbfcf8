"""Revisions: what moved of an incident between two points, and what that does to the sums."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from domain.revisions import Row, Step, change_between, known_at, periods_of, reason_of, steps_between


def row(start: int, end: int = 1000, low: int = 1, high: int | None = None, **more: Any) -> Row:
    found: dict[str, Any] = {"period": "2022-03", "verification": "pending", "open": False, "counted": True}
    return Row(start=start, end=end, low=low, high=low if high is None else high, **{**found, **more})


def test_rows_of_a_triangle_are_in_order_of_time_and_spans_stands_last() -> None:
    columns: list[list[str]] = [["2022-03", "spans"], ["2022-04", "2021-12"], []]
    assert periods_of(columns) == ("2021-12", "2022-03", "2022-04", "spans")


def test_nothing_known_before_the_first_assessment_is_none_and_not_zero() -> None:
    assert known_at([row(5)], 4) is None
    first = known_at([row(5)], 5)
    assert first is not None
    assert (first.low, first.high) == (1, 1)


def test_a_contested_number_has_its_state_and_no_place_in_the_interval() -> None:
    known = known_at([row(5, low=3, verification="contested", counted=False)], 5)
    assert known is not None
    assert (known.low, known.high, known.verification) == (None, None, {"contested": (3, 3, False)})


def test_a_second_assessment_moves_an_incident_by_the_difference() -> None:
    change = change_between([row(5, 9, low=3), row(9, low=5, high=7)], 5, 9)
    assert change is not None
    assert change.before is not None
    assert change.after is not None
    assert (change.before.low, change.after.low, change.after.high) == (3, 5, 7)
    assert change.steps == (Step(9, 2, 4),)


def test_an_assessment_that_says_the_same_again_changes_nothing() -> None:
    assert change_between([row(5, 9, low=3), row(9, low=3)], 5, 9) is None


def test_an_incident_put_right_in_between_shows_every_act_that_moved_it() -> None:
    rows = [row(5, 9, low=3), row(9, 12, low=30), row(12, low=4)]
    change = change_between(rows, 5, 12)
    assert change is not None
    assert change.steps == (Step(9, 27, 27), Step(12, -26, -26))
    assert (change.low, change.high) == (1, 1)


def test_an_incident_that_moved_and_came_back_shows_both_acts() -> None:
    change = change_between([row(5, 9, low=3), row(9, 12, low=30), row(12, low=3)], 5, 12)
    assert change is not None
    assert change.before == change.after
    assert change.steps == (Step(9, 27, 27), Step(12, -27, -27))
    unknown = change_between([row(9, 12, low=4)], 5, 12)
    assert unknown is not None
    assert (unknown.before, unknown.after) == (None, None)
    assert unknown.steps == (Step(9, 4, 4), Step(12, -4, -4))


def test_a_corrected_date_moves_the_period_and_adds_nothing() -> None:
    change = change_between([row(5, 9), row(9, period="2022-04")], 5, 9)
    assert change is not None
    assert change.before is not None
    assert change.after is not None
    assert (change.before.period, change.after.period) == ("2022-03", "2022-04")
    assert (change.low, change.high) == (0, 0)


def test_a_first_assessment_has_the_new_incident_as_its_reason() -> None:
    assert reason_of(None, first=True) == "first_assessment"
    assert reason_of(None, first=False) == "not_recorded"
    assert reason_of("error_fixed", first=False) == "error_fixed"


rows_of_one = st.lists(
    st.builds(
        lambda start, length, low, wider, counted: row(
            start, start + length, low, low + wider, counted=counted
        ),
        st.integers(1, 20),
        st.integers(1, 20),
        st.integers(0, 50),
        st.integers(0, 9),
        st.booleans(),
    ),
    max_size=8,
)


@given(rows_of_one, st.integers(0, 40), st.integers(0, 40))
def test_steps_add_up_to_the_difference_of_the_sums(rows: list[Row], one: int, other: int) -> None:
    since, until = sorted((one, other))
    steps = steps_between(rows, since, until)
    before, after = known_at(rows, since), known_at(rows, until)
    sums = [(0 if known is None else known.low or 0) for known in (before, after)]
    assert sum(step.low for step in steps) == sums[1] - sums[0]


@given(rows_of_one, st.lists(st.integers(0, 40), min_size=3, max_size=3))
def test_two_stretches_of_the_log_add_up_to_the_whole(rows: list[Row], points: list[int]) -> None:
    first, middle, last = sorted(points)
    steps = (*steps_between(rows, first, middle), *steps_between(rows, middle, last))
    assert steps == steps_between(rows, first, last)
