"""Quality flags: warnings that stay with a record until a reviewer clears them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db.tables.imports import quality_flag as t
from domain.figures import Finding


class FlagRow(NamedTuple):
    """A flag: the record it is on, the stable code, the words, and whether it is cleared."""

    object: str
    code: str
    detail: str
    raised_seq: int
    cleared_by: str | None
    cleared_seq: int | None


def replace(
    connection: Connection, organisation: str, findings: Sequence[tuple[str, int, Sequence[Finding]]]
) -> None:
    """Set the flags of records to what was found: (record id, sequence, findings) each.

    A flag that a reviewer cleared stays cleared while the same finding stands.
    """
    rows = []
    for object_id, seq, found in findings:
        if seq:
            connection.execute(
                t.delete().where(
                    t.c.object == object_id, t.c.code.not_in([f.code for f in found]) if found else sa.true()
                )
            )
        known = set(connection.execute(sa.select(t.c.code).where(t.c.object == object_id)).scalars())
        for finding in found:
            if finding.code not in known:
                known.add(finding.code)
                rows.append(
                    {
                        "organisation": organisation,
                        "object": object_id,
                        "code": finding.code,
                        "detail": finding.detail,
                        "raised_seq": seq,
                    }
                )
    if rows:
        connection.execute(t.insert(), rows)


def of(connection: Connection, organisation: str, objects: Iterable[str]) -> list[FlagRow]:
    """Give the flags of these records."""
    wanted = list(objects)
    found: list[FlagRow] = []
    for start in range(0, len(wanted), 500):
        found.extend(
            FlagRow(*row)
            for row in connection.execute(
                sa.select(t.c.object, t.c.code, t.c.detail, t.c.raised_seq, t.c.cleared_by, t.c.cleared_seq)
                .where(t.c.organisation == organisation, t.c.object.in_(wanted[start : start + 500]))
                .order_by(t.c.object, t.c.code)
            )
        )
    return found
