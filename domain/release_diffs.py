"""Two releases compared cell by cell: what was added, removed and changed in each of their tables.

A row is told from others by the key columns of its layout; what stands in the other columns of one key is
compared column by column. Columns that one of the two lacks are told and not compared: that a column is new
says nothing about a number. Nothing known (an empty cell) is another thing than zero, here too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Value = str | int | float | None
Key = tuple[Value, ...]

ADDED, REMOVED, CHANGED = "added", "removed", "changed"


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a release as it was published.

    ``key`` names the columns that tell rows apart. ``rows`` hold a value for each column, in their order.
    """

    name: str
    layout: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A row that is not the same: its key, what became of it, and by column the values before and after.

    An added row has only what it says, a removed one only what it said; a value that was empty is None.
    """

    key: Mapping[str, Value]
    change: str
    values: Mapping[str, tuple[Value, Value]]


@dataclass(frozen=True, slots=True)
class TableDiff:
    """What became of a table between two releases; ``layout`` is None where a release lacks the table."""

    name: str
    layout: tuple[str | None, str | None]
    columns_added: tuple[str, ...]
    columns_removed: tuple[str, ...]
    cells: tuple[Cell, ...]

    def count(self, change: str) -> int:
        """Count the cells of one change."""
        return sum(cell.change == change for cell in self.cells)


def compare(before: Table | None, after: Table | None) -> TableDiff:
    """Compare a table of two releases. Raises ValueError where neither has it."""
    one = after or before
    if one is None:
        raise ValueError("neither release has the table")
    had = before.columns if before is not None else ()
    has = after.columns if after is not None else ()
    told = before is not None and after is not None
    key = _common_key(before, after)
    rows = [_by_key(table, key) for table in (before, after)]
    return TableDiff(
        one.name,
        (before.layout if before else None, after.layout if after else None),
        tuple(name for name in has if name not in had) if told else (),
        tuple(name for name in had if name not in has) if told else (),
        tuple(
            cell
            for found in sorted({*rows[0], *rows[1]}, key=_in_order)
            if (cell := _cell(key, found, rows[0].get(found), rows[1].get(found), told)) is not None
        ),
    )


def _common_key(before: Table | None, after: Table | None) -> tuple[str, ...]:
    """Give the key columns that both have: by those alone rows of two layouts can be matched."""
    tables = [table for table in (before, after) if table is not None]
    common = [name for name in tables[0].key if all(name in table.key for table in tables)]
    return tuple(common)


def _by_key(table: Table | None, key: Sequence[str]) -> dict[Key, dict[str, Value]]:
    if table is None:
        return {}
    at = [table.columns.index(name) for name in key]
    found: dict[Key, dict[str, Value]] = {}
    for row in table.rows:
        of: Key = tuple(row[place] for place in at)
        if of in found:
            # A key that does not tell rows apart, as where a layout lost a column of it: each row by itself.
            of = (*of, *row)
        found[of] = {name: value for name, value in zip(table.columns, row, strict=True) if name not in key}
    return found


def _in_order(key: Key) -> list[tuple[bool, str]]:
    return [(value is None, "" if value is None else str(value)) for value in key]


def _cell(
    names: Sequence[str],
    key: Key,
    before: Mapping[str, Value] | None,
    after: Mapping[str, Value] | None,
    told: bool,
) -> Cell | None:
    named = dict(zip(names, key, strict=False))
    if before is None or after is None:
        said = before or after or {}
        values: dict[str, tuple[Value, Value]] = {
            name: (value, None) if after is None else (None, value)
            for name, value in said.items()
            if value is not None
        }
        return Cell(named, REMOVED if after is None else ADDED, values)
    changed = {
        name: (before[name], after[name])
        for name in before
        if told and name in after and before[name] != after[name]
    }
    return Cell(named, CHANGED, changed) if changed else None
