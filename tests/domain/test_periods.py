"""What a fact's period, unit, cause and party are when an incident has several."""

from __future__ import annotations

import calendar
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid
from domain.periods import common_adm, common_cause, common_party, period_of


@pytest.mark.parametrize(("unit", "period"), [("month", "2024-03"), ("quarter", "2024-Q1"), ("year", "2024")])
def test_an_interval_within_a_period_belongs_to_it(unit: str, period: str) -> None:
    assert period_of("2024-03-01", "2024-03-31", unit) == period


@pytest.mark.parametrize(("unit", "period"), [("month", "spans"), ("quarter", "2026-Q1"), ("year", "2026")])
def test_an_interval_across_two_periods_belongs_to_neither(unit: str, period: str) -> None:
    # Balochistan, within 30 January to 2 February 2026.
    assert period_of("2026-01-30", "2026-02-02", unit) == period


def test_the_same_month_of_two_years_is_not_one_period() -> None:
    assert period_of("2023-03-01", "2024-03-01", "month") == "spans"
    assert period_of("2023-03-01", "2024-03-01", "quarter") == "spans"
    assert period_of("2023-12-31", "2024-01-01", "year") == "spans"


@pytest.mark.parametrize(
    ("start", "end", "unit"),
    [
        ("2024-03-02", "2024-03-01", "month"),
        ("2024-02-30", "2024-03-01", "month"),
        ("March", "2024-03-01", "month"),
        ("2024-03-01", "2024-03-01", "week"),
    ],
)
def test_what_is_no_interval_or_unit_is_refused(start: str, end: str, unit: str) -> None:
    with pytest.raises(Invalid):
        period_of(start, end, unit)


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_the_period_named_holds_the_whole_interval(one: date, other: date) -> None:
    start, end = sorted((one, other))
    month = period_of(start.isoformat(), end.isoformat(), "month")
    if month == "spans":
        assert (start.year, start.month) != (end.year, end.month)
    else:
        year, number = int(month[:4]), int(month[5:])
        last = calendar.monthrange(year, number)[1]
        assert date(year, number, 1) <= start <= end <= date(year, number, last)
        quarter = period_of(start.isoformat(), end.isoformat(), "quarter")
        assert quarter == f"{year:04d}-Q{-(-number // 3)}"
        assert period_of(start.isoformat(), end.isoformat(), "year") == f"{year:04d}"


def test_places_share_the_deepest_unit_common_to_all() -> None:
    # Turbat and Buleda lie in Kech, Pasni in Gwadar district, all in Balochistan.
    kech, gwadar = ("PK2", "PK212"), ("PK2", "PK208")
    assert common_adm([kech, kech]) == kech
    assert common_adm([kech, gwadar]) == ("PK2", None)
    assert common_adm([kech, ("PK2", None)]) == ("PK2", None)
    assert common_adm([kech, ("PK8", "PK801")]) == (None, None)
    assert common_adm([kech, (None, None)]) == (None, None)
    assert common_adm([("PK2", "PK212"), ("PK8", "PK212")]) == (None, None)
    assert common_adm([]) == (None, None)


def test_several_causes_are_their_common_parent_or_undetermined() -> None:
    assert common_cause(["drone_strike"]) == "drone_strike"
    assert common_cause(["drone_strike", "missile"]) == "heavy_explosive"
    assert common_cause(["drone_strike", "heavy_explosive"]) == "heavy_explosive"
    assert common_cause(["small_arms", "suicide_bomb"]) == "undetermined"
    assert common_cause([]) == "unknown"
    with pytest.raises(Invalid):
        common_cause(["a code of nobody"])


def test_several_parties_are_contested() -> None:
    assert common_party([("BLA", "declared")]) == ("BLA", "declared")
    assert common_party([("BLA", "declared"), ("PK", "suspected")]) == ("contested", "contested")
    assert common_party([]) == ("unknown", None)
    assert common_party([("PK", None)]) == ("PK", None)


def test_one_party_named_twice_is_held_responsible_as_far_as_is_known_best() -> None:
    assert common_party([("PK", "suspected"), ("PK", "conceded")]) == ("PK", "conceded")
    assert common_party([("PK", "contested"), ("PK", "declared")]) == ("PK", "contested")
