"""Incidents without a number yet, counted beside a statistic: unassessed ones, those to look at again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db.tables.incidents import incident_standing
from db.types import FOREVER


@dataclass(frozen=True, slots=True)
class Scope:
    """The part of a question that an unassessed incident can be held against."""

    start: str | None = None
    end: str | None = None
    among: tuple[tuple[str, tuple[str, ...]], ...] = ()
    without_unit: tuple[str, ...] = ()


def waiting_in(connection: Connection, organisation: str, seq: int, scope: Scope) -> dict[str, int]:
    """Count the incidents in scope at a sequence by state, those without a standing fact first.

    An incident whose period touches the days asked for is in scope.
    """
    s = incident_standing.c
    found: list[Any] = [
        s.organisation == organisation,
        s.state.in_(("draft", "proposed", "needs_review")),
    ]
    if seq >= FOREVER - 1:
        found.append(s.valid_to == FOREVER)
    else:
        found += [s.valid_from <= seq, s.valid_to > seq]
    if scope.start is not None:
        found.append(s.period_end >= scope.start)
    if scope.end is not None:
        found.append(s.period_start <= scope.end)
    found += [s[name].in_(codes) for name, codes in scope.among]
    found += [s[name].is_(None) for name in scope.without_unit]
    rows = connection.execute(sa.select(s.state, sa.func.count()).where(*found).group_by(s.state))
    counts = {row[0]: int(row[1]) for row in rows}
    return {
        "unassessed": counts.get("draft", 0) + counts.get("proposed", 0),
        "needs_review": counts.get("needs_review", 0),
    }
