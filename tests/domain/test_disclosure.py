"""What is told of whom: the dead to one, the living in bands and in tables."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.disclosure import (
    BANDS,
    LIVING,
    MOST_THRESHOLD,
    Audience,
    Shown,
    age_group,
    band,
    may_be_named,
    profile_for,
    shown,
)
from domain.errors import Invalid
from domain.fixed_tables import TABLES, Counted, PublicFact, blocks, frames, values
from domain.vocab import Outcome

PUBLIC = profile_for()


def fact(outcome: str = "injured", low: int = 7, **more: object) -> PublicFact:
    usual: dict[str, object] = {
        "incident": "one",
        "grain": "total",
        "outcome": outcome,
        "sex": None,
        "age_low": None,
        "age_high": None,
        "period_start": "2024-03-04",
        "period_end": "2024-03-05",
        "country": "AA",
        "adm1": "AA1",
        "low": low,
    }
    return PublicFact(**{**usual, **more})  # type: ignore[arg-type]


def test_every_outcome_has_a_rule_for_every_audience() -> None:
    for audience in Audience:
        assert set(profile_for(audience).rules) == set(Outcome.codes())


def test_only_the_dead_are_named_to_the_public() -> None:
    assert [code for code in Outcome.codes() if may_be_named(code, PUBLIC)] == ["killed"]
    assert not may_be_named("detained", profile_for(Audience.PARTNERS))


def test_the_dead_are_counted_to_one_with_their_children() -> None:
    assert shown("killed", "civilian", "child", 1, 1, PUBLIC, sex="female") == Shown(1, 1)
    assert shown("killed", None, None, 10, 12, PUBLIC) == Shown(10, 12)


@pytest.mark.parametrize("outcome", LIVING)
def test_a_document_tells_of_the_living_in_bands_and_never_of_few(outcome: str) -> None:
    told = {low: shown(outcome, None, None, low, low + 3, PUBLIC) for low in range(60)}
    assert {low for low, one in told.items() if one is None} == set(range(25))
    assert told[25] == told[49] == Shown(25, None)
    assert told[57] == Shown(50, None)
    assert Shown(50, None).words == "50 or more"


@pytest.mark.parametrize("broken", [{"status": "civilian"}, {"age_group": "adult"}, {"sex": "male"}])
def test_no_part_of_the_living_is_told_for_it_would_tell_the_rest(broken: dict[str, str]) -> None:
    sex = broken.pop("sex", None)
    figure = {"status": None, "age_group": None, **broken}
    assert shown("injured", low=400, high=400, profile=PUBLIC, sex=sex, **figure) is None


def test_living_children_are_told_in_no_document() -> None:
    assert all(shown(one, None, "child", 900, 900, PUBLIC) is None for one in LIVING)


def test_partners_are_told_numbers_and_no_names() -> None:
    partners = profile_for(Audience.PARTNERS)
    assert shown("injured", "civilian", None, 3, 4, partners) == Shown(3, 4)
    assert Shown(3, 4).words == "3 to 4"


@given(st.integers(0, 5000))
def test_a_band_holds_its_number_and_bands_part_the_line(count: int) -> None:
    low, high = band(count)
    assert low <= count
    assert high is None or count <= high
    assert high is None or band(high + 1)[0] == high + 1


def test_what_is_not_told_may_be_any_number_around_every_threshold() -> None:
    assert BANDS[0] > MOST_THRESHOLD
    assert band(1) == band(MOST_THRESHOLD) == (0, BANDS[0] - 1)


@pytest.mark.parametrize("threshold", [-1, 0, 1, 2, 21, 1000])
def test_a_threshold_outside_3_to_20_is_refused(threshold: int) -> None:
    with pytest.raises(Invalid) as refused:
        profile_for(threshold=threshold)
    assert refused.value.code == "invalid-threshold"


@pytest.mark.parametrize(
    ("low", "high", "group"),
    [
        (None, None, "unknown"),
        (0, 17, "child"),
        (18, None, "adult"),
        (18, 18, "adult"),
        (17, 17, "child"),
        (17, 18, "unknown"),
        (0, None, "unknown"),
    ],
)
def test_ages_fall_into_the_group_that_holds_them_whole(
    low: int | None, high: int | None, group: str
) -> None:
    assert age_group(low, high) == group


def test_the_whole_is_the_total_and_the_rest_of_the_parts_is_unknown() -> None:
    parts = [
        fact(low=3, grain="sex_age", sex="female", age_low=18),
        fact(low=2, grain="sex_age", sex="male", age_low=0, age_high=9),
    ]
    found = blocks([fact(low=7), *parts, fact(low=99, grain="status"), fact(low=99, grain="status_sex_age")])
    assert found == {
        ("injured", "2024"): {
            "one": Counted(
                "AA",
                "AA1",
                "2024-03",
                7,
                (("female", "adult", 3), ("male", "child", 2), ("unknown", "unknown", 2)),
            )
        }
    }


def test_parts_above_their_whole_are_not_used() -> None:
    found = blocks([fact(low=4), fact(low=6, grain="sex_age", sex="male", age_low=18)])
    assert found["injured", "2024"]["one"].parts == (("unknown", "unknown", 4),)


def test_the_dead_are_in_no_fixed_table_and_give_it_its_rows() -> None:
    facts = [fact("killed", 1, adm1="AA2", period_start="2024-07-01", period_end="2024-07-01"), fact(low=0)]
    assert blocks(facts) == {}
    assert frames(facts)["2024"].units == {("AA", "AA1"), ("AA", "AA2")}
    assert frames(facts)["2024"].months == {"2024-03", "2024-07"}


def test_what_lies_in_no_single_month_or_unit_has_a_row_of_its_own() -> None:
    facts = [fact(period_end="2024-05-01", adm1=None), fact(incident="two", period_start="2023-12-31")]
    found = blocks(facts)
    assert found["injured", "2024"]["one"].month == "spans"
    assert found["injured", "2024"]["one"].adm1 == "unknown"
    assert set(found["injured", "spans"]) == {"two"}


def test_margins_are_the_sums_of_what_they_stand_beside() -> None:
    facts = [
        fact(
            incident=str(n),
            low=n,
            adm1=f"AA{n % 3}",
            period_start="2024-03-01",
            period_end=f"2024-03-{n:02d}",
        )
        for n in range(1, 20)
    ]
    numbers = values(blocks(facts)["injured", "2024"].values())
    for table in TABLES:
        by_level: dict[str, int] = {}
        for cell, number in numbers.items():
            by_level[cell[0]] = by_level.get(cell[0], 0) + number
        assert {by_level[level] for level, _ in table.levels} == {sum(range(1, 20))}


def test_the_frame_prints_every_cell_once_also_where_nobody_is() -> None:
    frame = frames([fact(), fact(incident="two", country="BB", adm1="BB1", period_end="2024-06-01")])["2024"]
    cells = frame.every_cell()
    assert len(cells) == len(set(cells))
    assert ("month", "BB", "2024-03") in cells
    assert ("part", "other", "child") in cells
