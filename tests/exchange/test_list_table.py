"""Tables of persons by lists, in the form in which the overlap of lists is published."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid
from exchange.drafts import RowFinding
from exchange.readers.list_table import ListedRow, ListNames, read_list_table

# Like the table of the four lists of people killed in Kosovo in 1999, with rows made up.
TABLE = b"EXH,ABA,OSCE,HRW\r\n1,0,0,0\r\n1,0,0,0\r\n0,1,1,0\r\n0,0,0,1\r\n"


def read(data: bytes, **more: object) -> tuple[tuple[str, ...], list[ListedRow], list[RowFinding]]:
    first, *items = read_list_table(data, **more)  # type: ignore[arg-type]  # options of the test
    assert isinstance(first, ListNames)
    rows = [one for one in items if isinstance(one, ListedRow)]
    return first.names, rows, [one for one in items if isinstance(one, RowFinding)]


def test_a_row_is_a_person_and_a_column_a_list() -> None:
    names, rows, findings = read(TABLE)
    assert names == ("EXH", "ABA", "OSCE", "HRW")
    assert [(one.line, one.row, one.on) for one in rows] == [
        (2, 1, (0,)),
        (3, 2, (0,)),
        (4, 3, (1, 2)),
        (5, 4, (3,)),
    ]
    assert [one.code for one in findings] == ["no-id-column"]


def test_two_rows_alike_are_two_persons_whatever_their_order() -> None:
    keys = [one.key for one in read(TABLE)[1]]
    assert len(set(keys)) == 4
    header, *rows = TABLE.splitlines(keepends=True)
    turned = [one.key for one in read(header + b"".join(reversed(rows)))[1]]
    assert set(turned) == set(keys)


def test_a_column_of_ids_tells_persons_apart() -> None:
    for data, more in (
        (b"id,A,B\na1,1,0\na2,0,1\n", {}),
        (b"A;case;B\n1;a1;0\n0;a2;1\n", {"id_column": "Case"}),
        (b'"","A","B"\n"a1",1,0\n"a2",0,1\n', {}),  # as R writes row names
    ):
        names, rows, findings = read(data, **more)
        assert names == ("A", "B")
        assert [(one.key, one.on) for one in rows] == [("a1", (0,)), ("a2", (1,))]
        assert findings == []


def test_one_id_in_two_rows_is_one_person() -> None:
    _, rows, findings = read(b"id,A,B\na1,1,0\na1,0,1\n")
    assert [one.key for one in rows] == ["a1", "a1"]
    assert [(one.line, one.code, one.loses) for one in findings] == [(3, "repeated-id", None)]


def test_truth_words_and_blanks_are_read_with_one_finding_a_column() -> None:
    _, rows, findings = read(b"id\tA\tB\na1\tTRUE\t\na2\tFALSE\t1\na3\tTRUE\t\n")
    assert [one.on for one in rows] == [(0,), (1,), (0,)]
    assert [(one.line, one.code, one.loses) for one in findings] == [
        (2, "word-for-number", None),
        (2, "blank-cell", None),
    ]
    assert "2 cells are blank" in findings[1].detail


@pytest.mark.parametrize("cell", [b"2", b"NA", b"x", b"-1"])
def test_a_row_whose_membership_is_not_known_is_not_given(cell: bytes) -> None:
    _, rows, findings = read(b"id,A,B\na1,1," + cell + b"\na2,0,1\n")
    assert [one.key for one in rows] == ["a2"]
    assert [(one.line, one.code, one.loses) for one in findings] == [(2, "not-0-or-1", "row")]
    assert cell.decode() not in findings[0].detail.split()


def test_a_person_on_no_list_is_not_given() -> None:
    _, rows, findings = read(b"id,A,B\na1,0,0\na2,0,1\n")
    assert [one.key for one in rows] == ["a2"]
    assert [(one.code, one.loses) for one in findings] == [("on-no-list", "row")]


def test_only_the_columns_asked_for_are_lists() -> None:
    names, rows, _ = read(b"id,age,A,B\na1,34,1,0\n", lists=["a", "B"])
    assert (names, rows[0].on) == (("A", "B"), (0,))
    with pytest.raises(Invalid) as refused:
        read(b"id,age,A,B\na1,34,1,0\n", lists=["C"])
    assert refused.value.faults[0].code == "unknown-column"


def test_a_ragged_row_costs_the_row() -> None:
    _, rows, findings = read(b"id,A,B\na1,1\na2,0,1\n")
    assert [one.key for one in rows] == ["a2"]
    assert [one.code for one in findings] == ["ragged-row"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty-file"),
        (b"A,A\n1,0\n", "duplicate-column"),
        (b"A,,B\n1,0,1\n", "header-missing"),
        (b"id\na1\n", "header-missing"),
        (b"A\xff,B\n1,0\n", "encoding"),
    ],
)
def test_what_is_no_such_table_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(data)
    assert refused.value.code == "import-invalid"
    assert refused.value.faults[0].code == code


@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), max_size=30))
def test_every_row_ends_as_a_person_or_as_a_finding(table: list[tuple[bool, ...]]) -> None:
    body = "".join(",".join(str(int(on)) for on in row) + "\n" for row in table)
    _, rows, findings = read(f"A,B,C\n{body}".encode())
    assert Counter(one.on for one in rows) == Counter(
        tuple(place for place, on in enumerate(row) if on) for row in table if any(row)
    )
    lost = [one for one in findings if one.loses == "row"]
    assert len(rows) + len(lost) == len(table)
    assert len({one.key for one in rows}) == len(rows)
