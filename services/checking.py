"""Anybody's table checked: do its rows, columns and percentages add up?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import BinaryIO

from domain.errors import Fault, Invalid
from domain.published_tables import (
    Breakdown,
    Clash,
    Part,
    PublishedTable,
    check_table,
    grid_sums,
    not_given,
)
from exchange.readers.any_table import AnyTable, Cell, is_total, read_any_table


@dataclass(frozen=True, slots=True)
class Checked:
    """What was checked: how many sums, by which total row and column, and every clash.

    Percentages are held against the one column of numbers, by the row of the total. ``undecided`` counts
    the sums of which a number is not given, so that they neither hold nor clash, and ``not_given`` are the
    labels of those numbers.
    """

    sums: int
    total_row: str | None
    total_column: str | None
    clashes: tuple[Clash, ...]
    undecided: int = 0
    not_given: tuple[str, ...] = ()
    shares_unchecked: bool = False
    """Whether there are percentages that were held against nothing."""


def check_file(
    data: bytes | BinaryIO,
    *,
    total_row: str | None = None,
    total_column: str | None = None,
    leave_out: Collection[str] = (),
    encoding: str | None = None,
) -> Checked:
    """Check a table in a file; the total row and column are found by their labels unless they are named.

    ``leave_out`` are labels of rows and columns that are parts of others ("of whom children"), and add to
    nothing. Raises Invalid for a file that is no table, a label that it does not have, and a table without
    a total: there is nothing to check it by.
    """
    table = read_any_table(data, encoding=encoding)
    labels = [label for label, _ in table.rows]
    _check_named(labels, total_row, "--total-row")
    _check_named(table.columns, total_column, "--total-column")
    for label in leave_out:
        _check_named([*labels, *table.columns], label, "--leave-out")
    row = total_row or next((label for label in labels if is_total(label)), None)
    column = total_column or next((name for name in table.columns if is_total(name)), None)
    kept = _without(table, leave_out)
    numbers = [
        at for at, _ in enumerate(kept.columns) if any(cells[at].number is not None for _, cells in kept.rows)
    ]
    if row is None and (column is None or len(numbers) < 3):
        raise Invalid(
            "The table has no row and no column of a total, so there is nothing to check it by. Name one "
            "with --total-row or --total-column.",
            code="no-total",
        )
    claimed = grid_sums(
        [kept.columns[at] for at in numbers],
        [(label, [cells[at].number for at in numbers]) for label, cells in kept.rows],
        total_row=row,
        total_column=column if column is not None and len(numbers) > 2 else None,
    )
    found = [(one, check_table(one)) for one in claimed]
    undecided = [one for one, clashes in found if not clashes and not_given(one)]
    clashes = [clash for _, some in found for clash in some]
    of_one_column = row is not None and len(numbers) == 1
    if row is not None and of_one_column:
        clashes += _shares(kept, row, numbers[0])
    printed = any(cell.share for _, cells in kept.rows for cell in cells)
    return Checked(
        len(claimed) - len(undecided),
        row,
        column,
        tuple(clashes),
        len(undecided),
        tuple(dict.fromkeys(label for one in undecided for label in not_given(one))),
        printed and not of_one_column,
    )


def _without(table: AnyTable, leave_out: Collection[str]) -> AnyTable:
    columns = [at for at, name in enumerate(table.columns) if name not in leave_out]
    return AnyTable(
        tuple(table.columns[at] for at in columns),
        tuple(
            (label, tuple(cells[at] for at in columns))
            for label, cells in table.rows
            if label not in leave_out
        ),
    )


def _shares(table: AnyTable, total_row: str, at: int) -> tuple[Clash, ...]:
    """Check the percentages that stand beside the one column of numbers."""

    def part(label: str, cells: tuple[Cell, ...]) -> Part:
        return Part(label, cells[at].number, next((cell.share for cell in cells if cell.share), None))

    parts = {label: part(label, cells) for label, cells in table.rows}
    total = parts.pop(total_row)
    found = check_table(PublishedTable(Part(total.label, total.number), (Breakdown(tuple(parts.values())),)))
    return tuple(clash for clash in found if clash.code in ("share", "mixed-denominators"))


def _check_named(labels: Collection[str], label: str | None, option: str) -> None:
    if label is not None and label not in labels:
        detail = "The table has no such label. It has: " + ", ".join(labels) + "."
        raise Invalid(detail, code="unknown-code", faults=[Fault(option, "unknown-code", detail)])
