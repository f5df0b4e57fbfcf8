"""Two releases compared: cells by the key of their table, columns that one lacks told and not compared."""

from __future__ import annotations

import pytest

from domain.release_diffs import ADDED, CHANGED, REMOVED, Cell, Table, compare

COLUMNS = ("month", "sex", "low", "high")
KEY = ("month", "sex")


def table(
    *rows: tuple[str | int | None, ...], columns: tuple[str, ...] = COLUMNS, key: tuple[str, ...] = KEY
) -> Table:
    return Table("monthly", "monthly 1", key, columns, rows)


def test_cells_are_added_removed_and_changed_by_the_key_of_the_table() -> None:
    before = table(("2026-01", "female", 3, 5), ("2026-01", "male", 2, 2), ("2026-02", "male", 1, 1))
    after = table(("2026-02", "male", 1, 4), ("2026-01", "female", 3, 5), ("2026-03", "male", 7, 7))
    found = compare(before, after)
    assert found.cells == (
        Cell({"month": "2026-01", "sex": "male"}, REMOVED, {"low": (2, None), "high": (2, None)}),
        Cell({"month": "2026-02", "sex": "male"}, CHANGED, {"high": (1, 4)}),
        Cell({"month": "2026-03", "sex": "male"}, ADDED, {"low": (None, 7), "high": (None, 7)}),
    )
    assert [found.count(change) for change in (ADDED, REMOVED, CHANGED)] == [1, 1, 1]


def test_two_equal_tables_have_an_empty_difference_whatever_the_order_of_their_rows() -> None:
    rows = (("2026-01", "female", 3, 5), ("2026-01", None, None, None))
    assert compare(table(*rows), table(*reversed(rows))).cells == ()


def test_nothing_known_and_zero_are_two_things() -> None:
    (cell,) = compare(table(("2026-01", "male", None, None)), table(("2026-01", "male", 0, None))).cells
    assert cell.values == {"low": (None, 0)}


def test_a_column_that_one_lacks_is_told_and_not_compared() -> None:
    after = table(("2026-01", "male", 2, 9), columns=("month", "sex", "low", "open"))
    found = compare(table(("2026-01", "male", 2, 2)), after)
    assert (found.columns_added, found.columns_removed, found.cells) == (("open",), ("high",), ())


def test_a_table_that_one_release_lacks_is_added_or_removed_whole() -> None:
    some = table(("2026-01", "male", 2, 2))
    came, went = compare(None, some), compare(some, None)
    assert (came.layout, went.layout) == ((None, "monthly 1"), ("monthly 1", None))
    assert [cell.change for cell in (*came.cells, *went.cells)] == [ADDED, REMOVED]
    assert came.columns_added == ()
    with pytest.raises(ValueError, match="neither"):
        compare(None, None)


def test_rows_that_the_common_key_cannot_tell_apart_are_compared_each_by_itself() -> None:
    before = table(("2026-01", "male", 1, 1), ("2026-01", "female", 2, 2), key=("month", "sex"))
    after = table(("2026-01", "male", 1, 1), ("2026-01", "female", 3, 3), key=("month",))
    changes = [(cell.change, cell.values.get("low")) for cell in compare(before, after).cells]
    assert (REMOVED, (2, None)) in changes
    assert (ADDED, (None, 3)) in changes
