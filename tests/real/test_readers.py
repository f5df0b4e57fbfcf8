"""Other people's files give other people's published figures."""

import json
import time
import tracemalloc
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from exchange.drafts import IncidentRow, ListingRow, RowFinding, rows_only, separated
from exchange.readers.drone_strikes import read_drone_strikes
from exchange.readers.gaza_list import read_gaza_list

DATA = Path(__file__).parents[2].parent / "shared" / "data"
LISTS = (
    "killed-in-gaza_20240219.json",
    "raw_published_20240429.csv",
    "raw_published_20240626.csv",
    "raw_published_20240907.csv",
)
PERIODS = {
    "until_2009-01-20": ("", "2009-01-20"),
    "2009-01-20_to_2017-01-20": ("2009-01-20", "2017-01-20"),
    "from_2017-01-20": ("2017-01-20", "9999"),
}


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    assert DATA.is_dir(), "the real data belong at ../shared/data beside the project; these tests need them"
    content: dict[str, Any] = json.loads((DATA / "expected.json").read_text(encoding="utf-8"))
    return content


@cache
def listed(name: str) -> tuple[list[ListingRow], list[RowFinding]]:
    with (DATA / "gaza-killed-lists" / name).open("rb") as file:
        return separated(read_gaza_list(file))


def strikes() -> tuple[list[IncidentRow], list[RowFinding]]:
    (workbook,) = (DATA / "drone-strikes-pakistan").glob("*.xlsx")
    return separated(read_drone_strikes(workbook.read_bytes()))


def column_of(person: ListingRow) -> str:
    male = person.sex == "male"
    if person.age_low is None:
        return "male_age_unknown" if male else "female_age_unknown"
    if person.age_high is not None and person.age_high < 18:
        return "boys" if male else "girls"
    band = "65" if person.age_low >= 65 else "18_64"
    return f"{'men' if male else 'women'}_{band}"


@pytest.mark.parametrize("name", LISTS)
def test_each_list_gives_the_published_table_of_sex_and_age(name: str, expected: dict[str, Any]) -> None:
    people, findings = listed(name)
    assert {person.sex for person in people} == {"female", "male"}
    counted = Counter(column_of(person) for person in people) | Counter(total=len(people))
    published = expected["gaza-killed-lists"]
    assert [counted[column] for column in published["columns"]] == published[name]
    assert not [finding for finding in findings if finding.loses is not None]


@pytest.mark.parametrize("name", LISTS)
def test_each_row_of_a_list_has_its_own_key_the_same_at_each_reading(
    name: str, expected: dict[str, Any]
) -> None:
    keys = [person.key for person in listed(name)[0]]
    assert len(set(keys)) == expected["gaza-killed-lists"][name][0]
    again = listed.__wrapped__(name)[0]
    assert keys == [person.key for person in again]


def test_the_change_between_two_releases_is_as_published(expected: dict[str, Any]) -> None:
    february, april = ({person.external_id for person in listed(name)[0]} for name in LISTS[:2])
    change = expected["gaza-killed-lists"]["change_2024-02_to_2024-04"]
    assert {"removed": len(february - april), "added": len(april - february)} == change


def test_findings_on_the_lists_repeat_no_name_no_id_and_no_age() -> None:
    told = 0
    for name in LISTS:
        people, findings = listed(name)
        by_line = {person.line: person for person in people}
        for finding in findings:
            told += 1
            person = by_line[finding.line]
            secrets = (person.name, person.external_id, person.age_listed)
            # Only the outcome is asserted: a failure must not print the name of a dead person either.
            repeated = any(secret is not None and secret in repr(finding) for secret in secrets)
            assert not repeated, f"{name}, line {finding.line}"
    assert told


def test_years_of_birth_in_the_age_column_are_the_only_findings_of_the_lists() -> None:
    found = {name: [(f.code, f.column) for f in listed(name)[1]] for name in LISTS}
    wrong = {
        name: [
            p
            for p in listed(name)[0]
            if p.age_listed and p.age_listed.isdecimal() and int(p.age_listed) > 130
        ]
        for name in LISTS
    }
    assert found == {name: [("age-not-an-age", "age")] * len(people) for name, people in wrong.items()}
    assert any(found.values())


def test_the_longest_list_is_read_within_a_second_and_in_little_memory() -> None:
    path = DATA / "gaza-killed-lists" / LISTS[-1]
    seconds = []
    for _ in range(3):
        with path.open("rb") as file:
            start = time.process_time()
            count = sum(1 for _ in rows_only(read_gaza_list(file)))
            seconds.append(time.process_time() - start)
    assert min(seconds) < 1, f"{count} rows took {seconds} s of processor time"
    tracemalloc.start()
    try:
        with path.open("rb") as file:
            for _ in read_gaza_list(file):
                pass
        assert tracemalloc.get_traced_memory()[1] < 16 << 20
    finally:
        tracemalloc.stop()


def sums(incidents: Iterable[IncidentRow]) -> dict[str, list[int]]:
    """Give minimum and maximum, summed separately, as the publisher sums them."""
    found = {"killed": [0, 0], "civilians": [0, 0], "children": [0, 0], "injured": [0, 0]}
    for incident in incidents:
        (claim,) = incident.claims
        for figure in claim.figures:
            assert figure.low is not None
            assert figure.high is not None
            name, _, bound = figure.key.partition("_")
            found[name][0] += 0 if bound == "max" else figure.low
            found[name][1] += 0 if bound == "min" else figure.high
    return {
        "killed": found["killed"],
        "civilians_killed": found["civilians"],
        "children_killed": found["children"],
        "injured": found["injured"],
    }


def test_the_strikes_give_the_published_totals(expected: dict[str, Any]) -> None:
    published = expected["drone-strikes-pakistan"]
    incidents, findings = strikes()
    assert len(incidents) == len({incident.key for incident in incidents}) == published["strikes"]
    assert sums(incidents) == {name: published[name] for name in sums([])}
    assert not [finding for finding in findings if finding.loses is not None]


@pytest.mark.parametrize("period", PERIODS)
def test_the_strikes_give_the_published_totals_by_presidency(period: str, expected: dict[str, Any]) -> None:
    first, after = PERIODS[period]
    within = [i for i in strikes()[0] if first <= i.occurred.start and i.occurred.end < after]
    assert sums(within) == expected["drone-strikes-pakistan"][period]


def test_every_strike_has_all_four_figures_and_its_reversed_range_is_reported() -> None:
    incidents, findings = strikes()
    reversed_lines = {f.line for f in findings if f.code == "inconsistent-range"}
    assert reversed_lines == {i.line for i in incidents if len(i.claims[0].figures) != 4}
    raised = [f for f in findings if f.code == "part-raises-whole"]
    by_line = {i.line: {f.key: f for f in i.claims[0].figures} for i in incidents}
    assert raised
    for finding in raised:
        figures = by_line[finding.line]
        part = figures[(finding.column or "").removesuffix("_min")]
        whole = figures[part.relation_to or ""]
        assert part.low is not None
        assert whole.low is not None
        assert whole.high is not None
        assert whole.low < part.low <= whole.high
