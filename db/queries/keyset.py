"""Lists in pages that lose no row and show none twice, whatever is added meanwhile; or all rows at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

AT_ONCE = 1_000
"""Rows fetched at a time where all are read."""


@dataclass(frozen=True, slots=True)
class Keyset:
    """A list: its select, and the columns among those selected that order it.

    The columns are never null and together tell every row from all others.
    """

    query: sa.Select[Any]
    by: tuple[sa.ColumnElement[Any], ...]
    newest_first: bool = False

    def ordered(self) -> sa.Select[Any]:
        """Give the select in the list's order."""
        return self.query.order_by(*(one.desc() if self.newest_first else one for one in self.by))


def page(
    connection: Connection, listed: Keyset, after: Sequence[Any] | None, limit: int
) -> tuple[list[Any], list[Any] | None]:
    """Give a page and the position after its last row, None at the end; ``after`` is one given before."""
    query = listed.ordered()
    if after is not None:
        here, there = sa.tuple_(*listed.by), sa.tuple_(*(sa.literal(value) for value in after))
        query = query.where(here < there if listed.newest_first else here > there)
    rows = connection.execute(query.limit(limit + 1)).all()
    if len(rows) <= limit:
        return list(rows), None
    return list(rows[:limit]), [rows[limit - 1]._mapping[one] for one in listed.by]


def chunks(connection: Connection, listed: Keyset) -> Iterator[Sequence[Any]]:
    """Give every row in the list's order, some at a time, with flat memory."""
    found = connection.execute(listed.ordered(), execution_options={"yield_per": AT_ONCE})
    yield from found.partitions()
