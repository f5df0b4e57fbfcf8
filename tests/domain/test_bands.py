"""Age bands are a view of stored intervals."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.bands import Bands, parse_bands
from domain.errors import Invalid

# Bands of the daily Gaza bulletins as Tech for Palestine publishes them: child, adult, senior; and
# their bands of children: under one year, 1-2, 3-11, 12-17.
GAZA = parse_bands("0-17,18-64,65+")
GAZA_CHILDREN = parse_bands("0,1-2,3-11,12-17,18-64,65+")


@pytest.mark.parametrize(
    ("low", "high", "label"),
    [
        (0, 17, "0-17"),
        (34, 34, "18-64"),
        (80, None, "65+"),
        (18, None, "18+"),
        (10, 20, "0-64"),
        (0, None, "unknown"),
        (3, 90, "unknown"),
        (None, None, "unknown"),
    ],
)
def test_an_age_is_shown_in_the_tightest_band_or_run_that_holds_it(
    low: int | None, high: int | None, label: str
) -> None:
    assert GAZA.label(low, high) == label


def test_a_child_of_no_stated_age_is_a_child_in_any_bands() -> None:
    assert GAZA_CHILDREN.label(0, 17) == "0-17"
    assert GAZA_CHILDREN.label(0, 0) == "0"
    assert GAZA_CHILDREN.label(0, 2) == "0-2"


def test_runs_come_shortest_first_without_the_whole_line() -> None:
    assert [(run.label, run.low, run.top) for run in GAZA.runs()] == [
        ("0-17", 0, 17),
        ("18-64", 18, 64),
        ("65+", 65, None),
        ("0-64", 0, 64),
        ("18+", 18, None),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0+",
        "0-17",
        "0-17,18-64",
        "1-17,18+",
        "0-17,17+",
        "0-17,19+",
        "18+,0-17",
        "0-17,18-9,10+",
        "0-17,18+,65+",
        "0-17;18+",
        "0-x,18+",
        "-1-17,18+",
        "0-999,1000+",
        "0-130,131+",
        "\u0660-17,18+",
        ",".join(str(year) for year in range(100)) + ",100+",
    ],
)
def test_bands_that_do_not_cover_every_age_once_are_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_bands(text)
    assert "0-17,18-64,65+" in refused.value.detail


def test_a_refusal_says_what_to_change() -> None:
    for text, words in [
        ("1-17,18+", "must start at 0"),
        ("0-17,19+", "band 2 leaves a gap"),
        ("0-17,17+", "band 2 overlaps"),
        ("0-17,18-64", "band 2 must be open"),
        ("0-17,18-9,10+", "band 2 ends before it starts"),
    ]:
        with pytest.raises(Invalid, match=words):
            parse_bands(text)


def test_spaces_and_one_year_written_twice_are_read() -> None:
    assert [band.label for band in parse_bands(" 0-0 , 1-17,18+").bands] == ["0", "1-17", "18+"]


@st.composite
def any_bands(draw: st.DrawFn) -> Bands:
    starts = sorted({0, *draw(st.sets(st.integers(1, 100), min_size=1, max_size=8))})
    parts = [f"{low}-{after - 1}" for low, after in pairwise(starts)]
    return parse_bands(",".join([*parts, f"{starts[-1]}+"]))


@given(any_bands(), st.integers(0, 130), st.one_of(st.none(), st.integers(0, 130)))
def test_a_label_holds_the_interval_and_no_shorter_run_does(
    bands: Bands, low: int, width: int | None
) -> None:
    high = None if width is None else low + width
    label = bands.label(low, high)
    holding = [run for run in bands.runs() if run.holds(low, high)]
    if label == "unknown":
        assert not holding
        first, last = bands.bands[0], bands.bands[-1]
        assert first.top is not None
        assert low <= first.top
        assert high is None or high >= last.low
    else:
        assert len({run.label for run in holding if run.label == label}) == 1
        chosen = next(run for run in holding if run.label == label)
        for other in holding:
            assert other.low <= chosen.low
            assert other.top is None or (chosen.top is not None and other.top >= chosen.top)


@given(any_bands(), st.integers(0, 130))
def test_a_known_age_lies_in_exactly_one_band(bands: Bands, age: int) -> None:
    assert sum(band.holds(age, age) for band in bands.bands) == 1
