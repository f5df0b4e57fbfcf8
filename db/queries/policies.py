"""Which policies an organisation chose and when, and under which its assessments in force were made."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db.tables.assessments import assessment as a
from db.tables.log import revision
from db.tables.organisations import policy_choice as c

NAMED = ("policy", "version", "methodology_version")


def choices(connection: Connection, organisation: str, seq: int) -> list[dict[str, Any]]:
    """Give the choices up to a log sequence, first to last."""
    columns = (c.c.seq, c.c.recorded_at, c.c.policy, c.c.policy_version, c.c.methodology_version, c.c.note)
    rows = connection.execute(
        sa.select(*columns).where(c.c.organisation == organisation, c.c.seq <= seq).order_by(c.c.seq)
    )
    return [dict(zip(("log_sequence", "at", *NAMED, "note"), row, strict=True)) for row in rows]


def breaks(connection: Connection, organisation: str, seq: int) -> list[dict[str, Any]]:
    """Give the dated breaks up to a log sequence: every choice with what it followed, None for the first."""
    found = []
    before: dict[str, Any] | None = None
    for one in choices(connection, organisation, seq):
        named = {name: one[name] for name in NAMED}
        found.append({"log_sequence": one["log_sequence"], "at": one["at"], **named, "before": before})
        before = named
    return found


def last_assessed(connection: Connection, organisation: str) -> int:
    """Give the sequence of the last act on an assessment; 0 before the first."""
    found: int | None = connection.execute(
        sa.select(sa.func.max(a.c.seq)).where(a.c.organisation == organisation)
    ).scalar_one()
    return found or 0


def methods(connection: Connection, organisation: str, seq: int) -> list[dict[str, Any]]:
    """Count the incidents whose assessment in force at a log sequence was made under each policy.

    An approved assessment carries the sequence of its approval, a superseded one that of the act that
    superseded it: that of its approval stands with the revision before.
    """
    counts: dict[tuple[str, str], int] = {}
    named = (a.c.policy, a.c.policy_version)
    still = sa.select(*named, sa.func.count()).where(
        a.c.organisation == organisation, a.c.state == "approved", a.c.seq <= seq
    )
    since_superseded = (
        sa.select(*named, sa.func.count())
        .join_from(a, revision, (revision.c.object == a.c.id) & (revision.c.version == a.c.version - 1))
        .where(
            a.c.organisation == organisation,
            a.c.state == "superseded",
            a.c.seq > seq,
            revision.c.seq <= seq,
        )
    )
    for query in (still, since_superseded):
        for policy, version, incidents in connection.execute(query.group_by(*named)):
            counts[policy, version] = counts.get((policy, version), 0) + incidents
    return [
        {"policy": policy, "version": version, "incidents": counts[policy, version]}
        for policy, version in sorted(counts)
    ]
