"""What import runs remember: which row of which file became which record."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db.tables.imports import import_key as t


def known(connection: Connection, organisation: str, reader: str, keys: Iterable[str]) -> dict[str, str]:
    """Give the record of each of these keys that a run stored before."""
    wanted = sorted(set(keys))
    found: dict[str, str] = {}
    for start in range(0, len(wanted), 500):
        for row in connection.execute(
            sa.select(t.c.key, t.c.object).where(
                t.c.organisation == organisation,
                t.c.reader == reader,
                t.c.key.in_(wanted[start : start + 500]),
            )
        ):
            found[row.key] = row.object
    return found


def remember(
    connection: Connection,
    organisation: str,
    reader: str,
    run: str,
    keys: Iterable[tuple[str, str, int]],
) -> None:
    """Remember (key, record, line) of what a run stored."""
    rows = [
        {
            "organisation": organisation,
            "reader": reader,
            "run": run,
            "key": key,
            "object": record,
            "line": line,
        }
        for key, record, line in keys
    ]
    for start in range(0, len(rows), 1_000):
        connection.execute(t.insert(), rows[start : start + 1_000])
