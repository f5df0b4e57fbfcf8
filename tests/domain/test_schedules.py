"""When schedules are due: never early, never twice, and only the newest of what was missed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid
from domain.schedules import (
    PERIODS,
    Timing,
    check,
    due_after,
    newest_due,
    period_before,
    to_make_up_for,
)

BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)
INSTANTS = st.timedeltas(timedelta(0), timedelta(days=14_600)).map(lambda later: BEGINNING + later)
DAYS = st.none() | st.integers(1, 31)
TIMINGS = st.one_of(
    st.builds(Timing, st.sampled_from(["monthly", "quarterly", "yearly"]), DAYS),
    st.sampled_from(["0 6 1 * *", "*/15 * * * *", "0 0 * * MON", "30 23 L * *", "0 0 29 2 *"]).map(
        lambda line: Timing("cron", None, line)
    ),
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@given(TIMINGS, INSTANTS)
def test_the_next_instant_is_later_and_the_newest_is_not(timing: Timing, now: datetime) -> None:
    check(timing)
    following, newest = due_after(timing, now), newest_due(timing, now)
    assert newest <= now < following
    # Nothing lies between the two, and each is an instant of the schedule.
    assert due_after(timing, newest) == following
    assert newest_due(timing, following) == following
    assert newest_due(timing, following - timedelta(microseconds=1)) == newest


@given(TIMINGS, INSTANTS, st.timedeltas(timedelta(0), timedelta(days=900)))
def test_however_long_it_was_down_one_job_is_made_for_the_newest_instant(
    timing: Timing, began: datetime, down: timedelta
) -> None:
    due = due_after(timing, began)
    now = due + down
    made = to_make_up_for(timing, due, now)
    assert made == newest_due(timing, now)
    assert due_after(timing, now) > now, "what is due next is no missed one"
    assert to_make_up_for(timing, due, due - timedelta(microseconds=1)) is None
    assert to_make_up_for(timing, due, due) == due


@pytest.mark.parametrize(
    ("timing", "after", "due"),
    [
        (Timing("monthly"), "2026-01-01T00:00:00", "2026-02-01T00:00:00"),
        (Timing("monthly"), "2026-12-31T23:59:59", "2027-01-01T00:00:00"),
        (Timing("monthly", 31), "2026-01-31T12:00:00", "2026-02-28T00:00:00"),
        (Timing("monthly", 30), "2028-01-30T12:00:00", "2028-02-29T00:00:00"),
        (Timing("quarterly", 15), "2026-01-15T00:00:00", "2026-04-15T00:00:00"),
        (Timing("yearly"), "2026-01-01T00:00:01", "2027-01-01T00:00:00"),
        (Timing("cron", None, "0 6 1 * *"), "2026-01-01T06:00:00", "2026-02-01T06:00:00"),
    ],
)
def test_known_dates(timing: Timing, after: str, due: str) -> None:
    assert due_after(timing, at(after)) == at(due)


@pytest.mark.parametrize(
    ("timing", "code"),
    [
        (Timing("weekly"), "unknown-code"),
        (Timing("monthly", 0), "out-of-range"),
        (Timing("monthly", 32), "out-of-range"),
        (Timing("monthly", None, "* * * * *"), "one-of-two"),
        (Timing("cron", 3, "* * * * *"), "one-of-two"),
        (Timing("cron"), "invalid-cron"),
        (Timing("cron", None, "* * * *"), "invalid-cron"),
        (Timing("cron", None, "0 * * * * *"), "invalid-cron"),
        (Timing("cron", None, "61 * * * *"), "invalid-cron"),
        (Timing("cron", None, "0 0 30 2 *"), "invalid-cron"),
        (Timing("cron", None, "0 0 31 4,6 *"), "invalid-cron"),
        (Timing("cron", None, "@daily"), "invalid-cron"),
        (Timing("cron", None, "0 6 1 *\t*"), "invalid-cron"),
        (Timing("cron", None, "0 6 1 * *\n"), "invalid-cron"),
        (Timing("cron", None, "0 6 \u0661 * *"), "invalid-cron"),
    ],
)
def test_a_timing_that_is_never_due_is_refused(timing: Timing, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        check(timing)
    assert refused.value.code == code


@given(st.sampled_from(sorted(PERIODS)), INSTANTS)
def test_a_period_is_whole_and_ends_the_day_before_the_present_one(name: str, now: datetime) -> None:
    start, end = (date.fromisoformat(text) for text in period_before(name, now))
    assert start.day == 1
    assert end < now.date()
    assert (start.month - 1) % PERIODS[name] == 0
    following = end + timedelta(days=1)
    assert following.day == 1
    months = (following.year - start.year) * 12 + following.month - start.month
    assert months == PERIODS[name]
    assert following <= now.date() < date(following.year + 1, following.month, 1)


def test_known_periods() -> None:
    now = at("2026-02-01T06:00:00")
    assert period_before("last-month", now) == ("2026-01-01", "2026-01-31")
    assert period_before("last-quarter", now) == ("2025-10-01", "2025-12-31")
    assert period_before("last-year", now) == ("2025-01-01", "2025-12-31")
