"""Days are read only where they can be read one way."""

import datetime as dt
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.readers.dates import DateFormat, read_days
from exchange.readers.text import Unreadable, Value

DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31))


@pytest.mark.parametrize(
    ("value", "start", "end", "precision"),
    [
        ("2026-01-30", "2026-01-30", "2026-01-30", "day"),
        ("2026/1/30", "2026-01-30", "2026-01-30", "day"),
        ("2026-01-30T10:00", "2026-01-30", "2026-01-30", "day"),
        ("2024-02", "2024-02-01", "2024-02-29", "month"),
        ("2024", "2024-01-01", "2024-12-31", "year"),
        (2024.0, "2024-01-01", "2024-12-31", "year"),
        ("30 January 2026", "2026-01-30", "2026-01-30", "day"),
        ("30-Jan-2026", "2026-01-30", "2026-01-30", "day"),
        ("Jan 30, 2026", "2026-01-30", "2026-01-30", "day"),
        ("3rd Sept 2025", "2025-09-03", "2025-09-03", "day"),
        ("٢٠٢٤-٠١-٠١", "2024-01-01", "2024-01-01", "day"),
        ("25/12/2024", "2024-12-25", "2024-12-25", "day"),
        ("12/25/2024", "2024-12-25", "2024-12-25", "day"),
        ("03/03/2024", "2024-03-03", "2024-03-03", "day"),
        (dt.date(2024, 3, 4), "2024-03-04", "2024-03-04", "day"),
        (dt.datetime(2024, 3, 4, 5, 6), "2024-03-04", "2024-03-04", "day"),  # noqa: DTZ001 - a cell has no zone
    ],
)
def test_a_date_that_has_one_reading_is_read(value: Value, start: str, end: str, precision: str) -> None:
    days = read_days(value)
    assert (days.start, days.end, days.precision) == (start, end, precision)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("03/04/2024", "ambiguous-date-format"),
        ("3.4.2024", "ambiguous-date-format"),
        ("03-04-2024", "ambiguous-date-format"),
        ("45321", "serial-date"),
        (45321.0, "serial-date"),
        (45321.5, "serial-date"),
        ("03/04/24", "two-digit-year"),
        ("2024-02-30", "invalid-date"),
        ("1445-06-15", "calendar-suspected"),
        ("1403/01/05", "calendar-suspected"),
        ("1850-01-01", "invalid-date"),
        ("0001-01-01", "invalid-date"),
        ("last week", "invalid-date"),
        ("3 Janvier 2024", "invalid-date"),
        (True, "invalid-date"),
        (dt.time(12, 0), "invalid-date"),
    ],
)
def test_a_date_with_two_readings_or_none_is_refused(value: Value, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_days(value)
    assert refused.value.code == code


def test_a_declared_format_settles_an_ambiguous_date() -> None:
    assert read_days("03/04/2024", "dmy").start == "2024-04-03"
    assert read_days("03/04/2024", "mdy").start == "2024-03-04"


def test_a_date_against_the_declared_format_is_refused_and_not_turned() -> None:
    with pytest.raises(Unreadable, match="no such day"):
        read_days("25/12/2024", "mdy")


@given(DAYS, st.sampled_from(["-", "/", "."]))
def test_every_day_reads_back_from_iso_and_from_both_declared_formats(day: dt.date, sign: str) -> None:
    assert read_days(day.isoformat()).start == day.isoformat()
    for declared, pattern in zip(
        get_args(DateFormat), (f"%d{sign}%m{sign}%Y", f"%m{sign}%d{sign}%Y"), strict=True
    ):
        assert read_days(day.strftime(pattern), declared).start == day.isoformat()


@given(DAYS)
def test_undeclared_a_numeric_date_is_read_rightly_or_refused(day: dt.date) -> None:
    ambiguous = day.day <= 12 and day.day != day.month
    for pattern in ("%d/%m/%Y", "%m/%d/%Y"):
        if ambiguous:
            with pytest.raises(Unreadable, match="month and day"):
                read_days(day.strftime(pattern))
        else:
            assert read_days(day.strftime(pattern)).start == day.isoformat()


@given(st.text(max_size=25))
def test_any_text_gives_a_day_or_a_refusal(text: str) -> None:
    try:
        days = read_days(text)
    except Unreadable:
        return
    assert dt.date.fromisoformat(days.start) <= dt.date.fromisoformat(days.end)
