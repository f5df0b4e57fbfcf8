"""Numbers as a cell has them: what is said is kept, what is ambiguous is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.vocab import Comparator
from exchange.readers.numbers import SaidCount, read_count, read_whole
from exchange.readers.text import Unreadable


def said(text: str) -> tuple[int | None, int | None, bool, str]:
    count = read_count(text)
    return count.low, count.high, count.open, count.comparator


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("33", (33, 33, False, "exactly")),
        ("0", (0, 0, False, "exactly")),
        ("10-12", (10, 12, False, "between")),
        ("10 \u2013 12", (10, 12, False, "between")),
        ("10 to 12", (10, 12, False, "between")),
        ("between 10 and 12", (10, 12, False, "between")),
        ("at least 33", (33, 33, True, "at_least")),
        ("At  Least 33", (33, 33, True, "at_least")),
        (">=33", (33, 33, True, "at_least")),
        ("33+", (33, 33, True, "at_least")),
        ("33 or more", (33, 33, True, "at_least")),
        ("more than 200", (201, 201, True, "more_than")),
        (">200", (201, 201, True, "more_than")),
        ("over 30", (31, 31, True, "more_than")),
        ("up to 12", (0, 12, False, "at_most")),
        ("fewer than 5", (0, 4, False, "at_most")),
        ("<5", (0, 4, False, "at_most")),
        ("about 50", (50, 50, False, "about")),
        ("~20", (20, 20, False, "about")),
        ("five", (5, 5, False, "exactly")),
        ("at least five", (5, 5, True, "at_least")),
        ("dozens", (None, None, False, "word")),
        ("Several", (None, None, False, "word")),
        ("mention", (None, None, False, "mention")),
        ("number not stated", (None, None, False, "mention")),
        ("٣٢", (32, 32, False, "exactly")),
        ("۱۰-۱۲", (10, 12, False, "between")),
    ],
)
def test_a_cell_gives_the_numbers_said_and_their_comparator(
    text: str, expected: tuple[int | None, int | None, bool, str]
) -> None:
    assert said(text) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1,234", "ambiguous-number"),
        ("1.234", "ambiguous-number"),
        ("1 234", "ambiguous-number"),
        ("more than 1,234", "ambiguous-number"),
        ("1٬234", "ambiguous-number"),
        ("12.5", "not-whole-number"),
        ("12-10", "inconsistent-range"),
        ("between 12 and 10", "inconsistent-range"),
        ("more than 12-12", "inconsistent-range"),
        ("1e3", "unreadable-number"),
        ("1_0", "unreadable-number"),
        ("-1", "unreadable-number"),
        ("none", "unreadable-number"),
        ("unknown", "unreadable-number"),
        ("fewer than 0", "unreadable-number"),
        ("at least dozens", "unreadable-number"),
        ("=SUM(A1)", "unreadable-number"),
        ("9999999999", "out-of-range"),
        ("3 4", "unreadable-number"),
    ],
)
def test_a_cell_that_can_be_read_two_ways_or_none_is_refused(text: str, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_count(text)
    assert refused.value.code == code
    assert text not in refused.value.detail.split()


def test_the_wording_is_kept_verbatim_where_it_says_more_than_digits() -> None:
    assert read_count("At  least 33").wording == "At  least 33"
    assert read_count("٣٢").wording == "٣٢"
    assert read_count("33").wording is None
    assert read_count("dozens").wording == "dozens"


@given(st.integers(0, 999_999_999))
def test_a_whole_number_reads_back_in_every_script(number: int) -> None:
    assert read_whole(str(number)) == number
    for zero in ("٠", "۰", "०", "\uff10"):
        assert read_whole("".join(chr(ord(zero) + int(digit)) for digit in str(number))) == number


@given(
    st.integers(0, 999_999_998), st.integers(0, 999_999_998), st.sampled_from(["-", "\u2013", " to ", " - "])
)
def test_a_range_reads_back_as_its_two_numbers(first: int, second: int, between: str) -> None:
    low, high = sorted((first, second))
    assert said(f"{low}{between}{high}") == (low, high, False, "between")


PHRASES = {
    Comparator.EXACTLY: "{}",
    Comparator.AT_LEAST: "at least {}",
    Comparator.MORE_THAN: "more than {}",
    Comparator.AT_MOST: "up to {}",
    Comparator.ABOUT: "about {}",
}


@given(st.sampled_from(sorted(PHRASES)), st.integers(0, 999_999_998))
def test_every_comparator_reads_back_from_its_phrase(comparator: Comparator, number: int) -> None:
    count = read_count(PHRASES[comparator].format(number))
    assert count.comparator == comparator
    assert count.high == number + (comparator is Comparator.MORE_THAN)
    assert count.low == (0 if comparator is Comparator.AT_MOST else count.high)


@given(st.text(max_size=30))
def test_any_text_gives_a_count_or_a_refusal_and_never_a_negative_number(text: str) -> None:
    try:
        count: SaidCount | None = read_count(text)
    except Unreadable:
        return
    assert count is not None
    assert (count.low is None) == (count.high is None)
    assert count.low is None or count.high is None or 0 <= count.low <= count.high
