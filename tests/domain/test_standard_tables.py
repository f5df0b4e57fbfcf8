"""Roll-ups of the standard tables put each code into exactly one place."""

from __future__ import annotations

from collections import Counter
from itertools import product

import pytest

from domain.errors import Invalid
from domain.populations import Population, rate
from domain.standard_tables import (
    OHCHR_GROUPS,
    ROLL_UP,
    TABLES,
    TALLIES,
    Asked,
    SdgCodes,
    check_asked,
    ohchr_group,
    quarter_before,
    quarter_days,
)
from domain.vocab import Cause, Sex, Status
from domain.vocab.mappings import SCHEMES


def test_every_sex_and_age_has_one_group_and_ohchrs_six_hold_those_that_ohchr_knows() -> None:
    found = {
        (sex, age): ohchr_group(sex, age) for sex, age in product(Sex.codes(), ("0-17", "18+", "unknown"))
    }
    assert set(found.values()) == set(OHCHR_GROUPS)
    assert found["female", "0-17"] == "girls"
    assert found["unknown", "18+"] == "adults_unknown_sex"
    # Somebody stated as neither sex is not of unknown sex, and who may be a child is not an adult.
    assert found["other", "18+"] == "other_sex"
    assert found["male", "unknown"] == "unknown_age"
    assert Counter(found.values())["unknown_age"] == len(Sex.codes())


def test_every_status_cause_and_sex_has_a_place_in_the_indicator() -> None:
    codes = SdgCodes(ROLL_UP)
    theirs = {
        name: {one.code for one in SCHEMES["sdg"].code_list(name).codes} for name in ("status", "cause")
    }
    assert {codes.status(one) for one in Status.codes()} == theirs["status"]
    assert {codes.cause(one) for one in (*Cause.codes(), "undetermined")} == theirs["cause"]
    assert codes.sex("other") == "other"  # neither of the two, and not unknown
    assert (
        SdgCodes({**ROLL_UP, "police": "member_of_armed_forces"}).status("police") == "member_of_armed_forces"
    )
    assert set(TALLIES.values()) == set(Sex.codes())


def test_a_quarter_has_three_months_and_the_last_one_over_is_meant() -> None:
    assert quarter_days("2024-Q1") == ("2024-01-01", "2024-03-31")
    assert quarter_days("2024-Q4") == ("2024-10-01", "2024-12-31")
    for wrong in ("9999-Q4", "0001-Q1", "2024-Q5", "2024-Q", "24-Q1", "0000-Q1", "2024Q1", "2024-Q12", ""):
        assert quarter_days(wrong) is None, wrong
    assert quarter_before("2026-01-01T00:00:00Z") == "2025-Q4"
    assert quarter_before("2026-11-28") == "2026-Q3"


@pytest.mark.parametrize(
    ("name", "asked", "pointer"),
    [
        ("monthly", Asked(quarter="2026-Q1"), "quarter"),
        ("monthly", Asked(outcomes=("hurt",)), "outcome"),
        ("monthly", Asked(outcomes=("killed", "killed")), "outcome"),
        ("monthly", Asked(start="2026-02-30"), "from"),
        ("mrm-quarterly", Asked(quarter="2026-Q5"), "quarter"),
        ("sdg-16-1-2", Asked(roll_up=(("police", "soldier"),)), "roll_up"),
        ("sdg-16-1-2", Asked(roll_up=(("civilian", "unknown"),)), "roll_up"),
        ("list-membership", Asked(), "incident"),
    ],
)
def test_what_a_table_does_not_take_is_refused_by_name(name: str, asked: Asked, pointer: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_asked(TABLES[name], asked)
    assert [one.pointer for one in refused.value.faults] == [pointer]


def test_a_rate_is_per_100000_of_the_same_group() -> None:
    assert rate(33, 1_000_000) == 3.3
    assert rate(1, 3) == 33333.3333
    given = {("2026", "_T", "_T"): 10, ("2026", "female", "_T"): 5, ("2026", "male", "_T"): 5}
    assert list(Population("file.csv", "An office", "", given).wholes()) == [
        (("2026", "_T", "_T"), (("2026", "female", "_T"), ("2026", "male", "_T")))
    ]
