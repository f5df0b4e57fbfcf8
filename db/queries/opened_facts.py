"""Facts as they open and close: each at a log sequence, by the approval that moves it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db.sight import whole
from db.tables.assessments import fact as f
from db.tables.log import log_head
from db.types import FOREVER
from domain.figures import FactCell

Opened = tuple[str, str, int, Mapping[str, Any], Sequence[FactCell]]
"""Facts to open: (incident, assessment, sequence, scope, cells). The scope may hold their place in a tree."""


def replace(
    connection: Connection, organisation: str, opened: Sequence[Opened], assessed_before: Collection[str]
) -> None:
    """Close the facts in force of each incident and open the new ones at the same sequence.

    All items are scoped by the same columns. Only incidents ``assessed_before`` have facts to close.
    """
    if not opened:
        return
    closing = {one[0]: one[2] for one in opened if one[0] in assessed_before}
    closed = [{"b_id": incident_id, "b_seq": seq} for incident_id, seq in closing.items()]
    if closed:
        with whole(connection):
            connection.execute(
                f.update()
                .where(
                    f.c.organisation == organisation,
                    f.c.incident == sa.bindparam("b_id"),
                    f.c.valid_to == FOREVER,
                )
                .values(valid_to=sa.bindparam("b_seq")),
                closed,
            )
    rows = rows_of(organisation, opened)
    for start in range(0, len(rows), 1_000):
        connection.execute(f.insert(), rows[start : start + 1_000])
    connection.execute(
        log_head.update()
        .where(log_head.c.organisation == organisation)
        .values(fact_seq=max(seq for _, _, seq, _, _ in opened))
    )


def rows_of(organisation: str, opened: Sequence[Opened]) -> list[dict[str, Any]]:
    """Give the facts to open as rows."""
    return [
        {
            "organisation": organisation,
            "incident": incident_id,
            "assessment": assessment_id,
            "grain": cell.grain,
            "outcome": cell.outcome,
            "status": cell.status,
            "sex": cell.sex,
            "age_low": cell.age_low,
            "age_high": cell.age_high,
            "verification": cell.verification,
            "basis": cell.basis,
            "low": cell.low,
            "best": cell.best,
            "high": cell.high,
            "open": cell.open,
            "verified_on": cell.verified_on,
            "late": cell.late,
            "valid_from": seq,
            "valid_to": FOREVER,
            **scope,
        }
        for incident_id, assessment_id, seq, scope, cells in opened
        for cell in cells
    ]
