"""Anybody's table checked: do its rows, columns and percentages add up?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import BinaryIO

from domain.errors import Fault, Invalid
from domain.published_tables import Breakdown, Clash, Part, PublishedTable, check_grid, check_table
from exchange.readers.any_table import AnyTable, Cell, is_total, read_any_table


@dataclass(frozen=True, slots=True)
class Checked:
    """What was checked: how many sums, by which total row and column, and every clash."""

    sums: int
    total_row: str | None
    total_column: str | None
    clashes: tuple[Clash, ...]


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
    clashes = check_grid(
        [kept.columns[at] for at in numbers],
        [(label, [cells[at].number for at in numbers]) for label, cells in kept.rows],
        total_row=row,
        total_column=column if column is not None and len(numbers) > 2 else None,
    )
    if row is not None and len(numbers) == 1:
        clashes = (*clashes, *_shares(kept, row, numbers[0]))
    across = len(kept.rows) if column is not None and len(numbers) > 2 else 0
    return Checked((len(numbers) if row is not None else 0) + across, row, column, clashes)


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
