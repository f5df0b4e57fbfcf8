"""Ages are intervals of whole years, whatever words a cell uses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.cells import ADULT, ANY_AGE, CHILD, OLDEST_AGE, Age
from exchange.readers.ages import read_age
from exchange.readers.text import Unreadable


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("34", Age(34, 34)),
        ("0", Age(0, 0)),
        ("130", Age(130, 130)),
        ("0.58", Age(0, 0)),
        ("34.0", Age(34, 34)),
        ("٣٤", Age(34, 34)),
        ("child", CHILD),
        ("Children", CHILD),
        ("adult", ADULT),
        ("unknown", ANY_AGE),
        ("2 months", Age(0, 0)),
        ("14 months", Age(1, 1)),
        ("Less than a day", Age(0, 0)),
        ("less than 1 year", Age(0, 0)),
        ("less than 2 years", Age(0, 1)),
        ("3 days", Age(0, 0)),
        ("20 hours", Age(0, 0)),
        ("6 weeks", Age(0, 0)),
        ("2 years", Age(2, 2)),
        ("1 year and 3 months", Age(1, 1)),
        ("40 years old", Age(40, 40)),
        ("2 أشهر", Age(0, 0)),
        ("5 سنوات", Age(5, 5)),
        ("3 أيام", Age(0, 0)),
        ("newborn", Age(0, 0)),
        ("0-17", CHILD),
        ("18 to 64", Age(18, 64)),
        ("18+", ADULT),
        ("65 and over", Age(65, None)),
        ("at least 65", Age(65, None)),
        ("under 18", CHILD),
        ("<5", Age(0, 4)),
        ("over 60", Age(61, None)),
    ],
)
def test_an_age_in_words_or_numbers_is_an_interval_of_years(text: str, expected: Age) -> None:
    assert read_age(text) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("131", "invalid-age"),
        ("1994", "invalid-age"),
        ("17-0", "invalid-age"),
        ("under 0", "invalid-age"),
        ("200+", "invalid-age"),
        ("-1", "unreadable-age"),
        ("old", "unreadable-age"),
        ("elderly", "unreadable-age"),
        ("NaN", "unreadable-age"),
        ("9" * 5000, "unreadable-age"),
    ],
)
def test_what_is_no_age_is_refused_without_repeating_it(text: str, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_age(text)
    assert refused.value.code == code
    assert text not in refused.value.detail.replace("130", "").replace("0-17", "").split()


@given(st.integers(0, OLDEST_AGE), st.integers(0, OLDEST_AGE))
def test_an_interval_of_ages_reads_back(first: int, second: int) -> None:
    low, high = sorted((first, second))
    assert read_age(f"{low}-{high}") == Age(low, high)
    assert read_age(f"{low}+") == Age(low, None)
    assert read_age(str(low)) == Age(low, low)


@given(st.integers(0, 1500))
def test_months_are_cut_to_full_years(months: int) -> None:
    assert read_age(f"{months} months") == Age(months // 12, months // 12)


@given(st.text(max_size=30))
def test_any_text_gives_an_age_that_can_be_or_a_refusal(text: str) -> None:
    try:
        age = read_age(text)
    except Unreadable:
        return
    assert 0 <= age.low <= OLDEST_AGE
    assert age.high is None or age.low <= age.high <= OLDEST_AGE
