"""Lists of the dead: every row ends as a person or as a finding, and no finding repeats a name."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.cells import OLDEST_AGE
from domain.errors import Invalid
from exchange.drafts import ListingRow, RowFinding, separated
from exchange.readers.gaza_list import read_gaza_list


def listed(content: str | bytes) -> tuple[list[ListingRow], list[RowFinding]]:
    return separated(read_gaza_list(content.encode() if isinstance(content, str) else content))


def codes(findings: list[RowFinding]) -> list[tuple[int, str, str | None]]:
    return [(finding.line, finding.code, finding.loses) for finding in findings]


HEADER = "id,name_ar_raw,dob,age,sex,source\n"


def test_columns_are_read_by_their_names_whatever_their_order() -> None:
    (one,), none = listed("index,name_ar_raw,id,dob,sex,age,source\n1,Person A,x1,1990-01-01,F,34,h\n")
    assert none == []
    assert (one.line, one.row, one.name, one.external_id, one.sex) == (2, 1, "Person A", "x1", "female")
    assert (one.age_low, one.age_high, one.age_listed) == (34, 34, "34")
    assert (one.outcome, one.status) == ("killed", "unknown")
    assert one.extra == (("dob", "1990-01-01"), ("source", "h"), ("source_means", "Ministry of Health"))


def test_a_title_and_empty_lines_can_stand_above_the_header() -> None:
    rows, findings = listed("A list; of the dead, 2024\n\n" + HEADER + "x1,Person A,,3,m,c\n")
    assert [(row.line, row.row, row.sex) for row in rows] == [(4, 1, "male")]
    assert findings == []


@pytest.mark.parametrize("age", ["-1", "", " ", "unknown", "N/A"])
def test_an_unknown_age_is_no_age_and_not_zero(age: str) -> None:
    (one,), findings = listed(HEADER + f"x1,Person A,2000-01-01,{age},M,h\n")
    assert (one.age_low, one.age_high) == (None, None)
    assert findings == []


@pytest.mark.parametrize("age", ["0", "0.58", "2 months", "Less than a day"])
def test_less_than_a_year_is_age_zero_and_kept_as_listed(age: str) -> None:
    (one,), findings = listed(HEADER + f"x1,Person A,,{age},M,h\n")
    assert (one.age_low, one.age_high, one.age_listed) == (0, 0, age)
    assert findings == []


def test_a_year_in_the_age_column_counts_as_published_and_is_a_finding() -> None:
    (one,), findings = listed(HEADER + "x1,Person A,,1994,M,c\n")
    assert (one.age_low, one.age_high, one.age_listed) == (OLDEST_AGE, None, "1994")
    assert codes(findings) == [(2, "age-not-an-age", None)]


def test_an_age_or_sex_that_cannot_be_read_costs_the_cell_and_not_the_person() -> None:
    (one,), findings = listed(HEADER + "x1,Person A,,old,Q,h\n")
    assert (one.age_low, one.sex, one.age_listed) == (None, "unknown", "old")
    assert codes(findings) == [(2, "unknown-code", "cell"), (2, "unreadable-age", "cell")]


def test_a_repeated_id_keeps_both_rows_because_published_totals_count_rows() -> None:
    rows, findings = listed(
        HEADER + "x1,Person A,,3,m,h\nx1,Person B,,4,m,h\n,Person C,,5,m,h\n,Person D,,6,m,h\n"
    )
    assert [row.name for row in rows] == ["Person A", "Person B", "Person C", "Person D"]
    assert codes(findings) == [(3, "repeated-id", None)]
    assert len({row.key for row in rows}) == 4


def test_rows_alike_in_everything_are_two_people_with_two_keys() -> None:
    rows, _ = listed(HEADER + "x1,Person A,,3,m,h\n" * 2)
    assert len({row.key for row in rows}) == 2


def test_the_same_file_read_twice_or_reordered_gives_the_same_keys() -> None:
    lines = ["x1,Person A,,3,m,h\n", "x2,Person B,,4,f,c\n", "x2,Person B,,4,f,c\n"]
    first, _ = listed(HEADER + "".join(lines))
    again, _ = listed(HEADER + "".join(lines))
    turned, _ = listed(HEADER + "".join(reversed(lines)))
    assert [row.key for row in first] == [row.key for row in again]
    assert {row.key for row in first} == {row.key for row in turned}


def test_the_number_a_list_gives_its_rows_is_no_part_of_a_key_and_the_id_is() -> None:
    header = "index,id,name,age,sex\n"
    (first, other), _ = listed(header + "1,x1,Person A,3,m\n2,x2,Person A,3,m\n")
    (moved,), _ = listed(header + "9,x1,Person A,3,m\n")
    assert first.key == moved.key != other.key
    assert (first.extra, moved.extra) == ((), (("index", "9"),))


def test_bad_rows_are_findings_and_the_rows_around_them_are_given() -> None:
    content = (
        HEADER + "x1,Person A,,3,m,h\n"
        "x2,Person B,4,m,h\n"  # a cell is missing
        'x3,"Person C,,5,m,h\n'  # a quote stays open
        "x4,Person\x00D,,6,m,h\n"
        "x5,Person\u202eE,,7,m,h\n"
        ",,,8,m,h\n"
        "x7,Person G,,9,m,h\n"
    )
    rows, findings = listed(content)
    assert [(row.line, row.row) for row in rows] == [(2, 1), (8, 7)]
    assert codes(findings) == [
        (3, "ragged-row", "row"),
        (4, "open-quote", "row"),
        (5, "control-character", "row"),
        (6, "bidi-control", "row"),
        (7, "not-a-person", "row"),
    ]


def test_joiners_stay_in_names_and_invisible_marks_go_with_a_note() -> None:
    (one,), findings = listed(HEADER + "x1,\u200fPerson\u200cA\u200b,,3,m,h\n")
    assert one.name == "Person\u200cA"
    assert codes(findings) == [(2, "invisible-removed", None)]


@pytest.mark.parametrize("name", ["Null", "True", "NA", "=cmd|x", "@SUM", "O'Brien"])
def test_names_are_never_turned_into_something_else(name: str) -> None:
    (one,), _ = listed(HEADER + f"x1,{name},,3,m,h\n")
    assert one.name == name


def test_json_gives_both_scripts_of_a_name_and_the_line_of_each_person() -> None:
    people = [
        {"id": "x1", "name": "شخص أ", "age": 43, "dob": "1981-01-01", "sex": "m", "en_name": "Person A"},
        {"id": "x2", "name": "شخص ب", "age": -1, "dob": "", "sex": "f", "en_name": "Person B"},
    ]
    rows, findings = listed(json.dumps(people, ensure_ascii=False, indent=0))
    assert findings == []
    assert [(n.name, n.script) for n in rows[0].names] == [("شخص أ", "Arab"), ("Person A", "Latn")]
    assert [(row.line, row.age_low, row.age_high) for row in rows] == [(2, 43, 43), (10, None, None)]


def test_a_broken_entry_of_json_is_a_finding_and_the_others_are_given() -> None:
    good = '{"id":"x1","name":"Person A","age":3,"sex":"m"}'
    bad = ["7", '{"id":"x","id":"y","name":"Person B"}', '{"name":["x"]}']
    content = "[" + ",\n".join([good, *bad, good.replace("x1", "x9")]) + "]"
    rows, findings = listed(content)
    assert [row.external_id for row in rows] == ["x1", "x9"]
    assert codes(findings) == [
        (2, "wrong-type", "row"),
        (3, "duplicate-key", "row"),
        (4, "wrong-type", "row"),
    ]


@pytest.mark.parametrize("tail", ["", ",", ',\n{"id":', "\n{}"])
def test_json_that_is_cut_off_says_from_which_line_it_could_not_be_read(tail: str) -> None:
    rows, findings = listed('[{"id":"x1","name":"Person A","age":3,"sex":"m"}' + tail)
    assert len(rows) == 1
    assert [(f.code, f.loses) for f in findings] == [("malformed-json", "rest")]


def test_depth_numbers_and_surrogates_in_json_stop_nothing() -> None:
    content = (
        '[{"id":"x1","name":"Person A","age":NaN,"sex":"m"},'
        '{"id":"x2","name":"Person \\ud800","age":3,"sex":"m"},'
        '{"id":"x3","name":"Person C","age":' + "9" * 5000 + ',"sex":"m"},' + "[" * 100_000
    )
    rows, findings = listed(content)
    assert [row.external_id for row in rows] == ["x1", "x3"]
    assert [f.code for f in findings] == [
        "unreadable-age",
        "invalid-unicode",
        "age-not-an-age",
        "malformed-json",
    ]


@pytest.mark.parametrize("content", [b"just text\n", b"name,number\nx,3\n", b"\x89PNG\r\n", b'{"a": 1}'])
def test_a_file_that_is_no_list_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        listed(content)
    assert refused.value.code == "import-invalid"


def test_a_column_named_twice_refuses_the_file() -> None:
    with pytest.raises(Invalid, match="twice: age"):
        listed("id,name,age,العمر,sex\nx1,Person A,3,4,m\n")


CELLS = st.text(st.characters(codec="utf-8"), max_size=8)


@given(st.lists(st.fixed_dictionaries(dict.fromkeys(("id", "name", "age", "sex"), CELLS)), max_size=6))
def test_every_entry_ends_as_a_person_or_as_a_lost_row_and_findings_repeat_nothing(
    people: list[dict[str, Any]],
) -> None:
    marked = [person | {"name": "Secret" + person["name"]} for person in people]
    rows, findings = listed(json.dumps(marked))
    assert len(rows) + sum(finding.loses == "row" for finding in findings) == len(people)
    assert not any("Secret" in repr(finding) for finding in findings)
