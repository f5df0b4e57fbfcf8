"""Until when an agreement holds."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from domain.agreements import expiry
from domain.errors import Invalid

NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "ends"),
    [
        ("2026-11-29", "2026-11-30T00:00:00.000000Z"),
        ("2027-06-30", "2027-07-01T00:00:00.000000Z"),
        ("2028-11-29", "2028-11-30T00:00:00.000000Z"),
        ("2026-11-29T17:00:01+05:00", "2026-11-29T12:00:01.000000Z"),
        ("2027-01-01T00:00Z", "2027-01-01T00:00:00.000000Z"),
    ],
)
def test_a_day_is_its_end_in_utc_and_an_instant_itself(said: str, ends: str) -> None:
    assert expiry(said, NOW) == ends


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("2026-11-28", "invalid-expiry"),
        ("2026-11-29T12:00:00Z", "invalid-expiry"),
        ("2028-11-30", "invalid-expiry"),
        ("2028-11-30T00:00:01Z", "invalid-expiry"),
        ("9999-12-31", "invalid-date"),
        ("0001-01-01T00:00:00+14:00", "invalid-date"),
        ("2027-02-29", "invalid-date"),
        ("2027-06-30T10:00:00", "invalid-date"),
        ("٢٠٢٧-٠٦-٣٠", "invalid-date"),
        ("", "invalid-date"),
    ],
)
def test_what_is_past_too_far_or_no_time_is_refused_with_what_to_write(said: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        expiry(said, NOW)
    assert caught.value.code == code
    assert said == "" or said not in caught.value.detail


def test_two_years_from_a_leap_day_end_with_february() -> None:
    leap = datetime(2028, 2, 29, tzinfo=UTC)
    assert expiry("2030-02-28", leap) == "2030-03-01T00:00:00.000000Z"
    with pytest.raises(Invalid, match="2030-02-28"):
        expiry("2030-03-01", leap)
