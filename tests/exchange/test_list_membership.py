"""The list-membership matrix as the programs for multiple-systems estimation read it."""

from __future__ import annotations

import csv
import io
import json

from hypothesis import given
from hypothesis import strategies as st

from exchange.writers.list_membership import matrix_csv, matrix_json

patterns = st.lists(st.tuples(st.tuples(st.booleans(), st.booleans()), st.integers(0, 2_500)), max_size=4)


@given(patterns)
def test_a_pattern_is_as_many_rows_as_persons(found: list[tuple[tuple[bool, ...], int]]) -> None:
    expected = [[int(on) for on in pattern] for pattern, number in found for _ in range(number)]
    read = list(csv.reader(io.StringIO(b"".join(matrix_csv(["A", "B"], found)).decode(), newline="")))
    assert read[0] == ["A", "B"]
    assert [[int(cell) for cell in row] for row in read[1:]] == expected
    assert json.loads(b"".join(matrix_json(found))) == expected


def test_labels_are_quoted_and_never_formulas() -> None:
    (header,) = matrix_csv(['Office, "north"', "=1+1"], [])
    assert header == b'"Office, ""north""",\'=1+1\r\n'


def test_fifty_thousand_persons_come_in_small_pieces() -> None:
    pieces = list(matrix_csv(["A", "B"], [((True, False), 50_000)]))
    assert max(map(len, pieces)) <= 5_000
    assert sum(map(len, pieces)) == 5 + 50_000 * 5
