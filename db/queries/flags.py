"""Quality flags: warnings that stay with a record until a reviewer clears them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db.sight import whole
from db.tables.imports import quality_flag as t
from domain.figures import Finding

IN_CHUNK = 500


class FlagRow(NamedTuple):
    """A flag: the record it is on, the stable code, the words, and whether it is cleared."""

    object: str
    code: str
    detail: str
    raised_seq: int
    cleared_by: str | None
    cleared_seq: int | None


TRANSCRIPTION = "transcription-"
"""How the codes of flags begin that come from comparing a claim with others."""
OF_TREES = ("parts-exceed-parent", "overlaps-exceed-aggregate")
"""The codes of flags that come from netting an incident with others (R7)."""


def replace(
    connection: Connection,
    organisation: str,
    findings: Sequence[tuple[str, int, Sequence[Finding]]],
    *,
    compared: bool = False,
) -> None:
    """Set the flags of records to what was found: (record id, sequence, findings) each.

    A flag that a reviewer cleared stays cleared while the same finding, in the same words, stands. What
    is found by looking at a record alone and what is found by comparing it (``compared``) are two sets:
    setting one leaves the other alone.
    """
    family = t.c.code.startswith(TRANSCRIPTION) | t.c.code.in_(OF_TREES)
    of_these = family if compared else ~family
    known: dict[tuple[str, str], str] = {}
    ids = [id for id, _, _ in findings]
    for start in range(0, len(ids), IN_CHUNK):
        for row in connection.execute(
            sa.select(t.c.object, t.c.code, t.c.detail).where(
                t.c.object.in_(ids[start : start + IN_CHUNK]), of_these
            )
        ):
            known[row.object, row.code] = row.detail
    wanted: dict[tuple[str, str], dict[str, Any]] = {}
    for id, seq, found in findings:
        for one in found:
            row_ = {"organisation": organisation, "object": id, "code": one.code, "detail": one.detail}
            wanted.setdefault((id, one.code), {**row_, "raised_seq": seq})
    gone = [
        {"b_object": id, "b_code": code}
        for (id, code), detail in known.items()
        if (id, code) not in wanted or wanted[id, code]["detail"] != detail
    ]
    if gone:
        with whole(connection):
            connection.execute(
                t.delete().where(t.c.object == sa.bindparam("b_object"), t.c.code == sa.bindparam("b_code")),
                gone,
            )
    new = [row for place, row in wanted.items() if known.get(place) != row["detail"]]
    if new:
        connection.execute(t.insert(), new)


def clear(connection: Connection, organisation: str, object_id: str, code: str, by: str, seq: int) -> None:
    """Note who cleared a flag, and the sequence of the act."""
    with whole(connection):
        connection.execute(
            t.update()
            .where(t.c.organisation == organisation, t.c.object == object_id, t.c.code == code)
            .values(cleared_by=by, cleared_seq=seq)
        )


def cleared_of_transcription(
    connection: Connection, organisation: str, objects: Sequence[str]
) -> frozenset[str]:
    """Give those claims that have transcription flags, all of which a reviewer cleared."""
    found: set[str] = set()
    for start in range(0, len(objects), IN_CHUNK):
        found.update(
            connection.execute(
                sa.select(t.c.object)
                .where(
                    t.c.organisation == organisation,
                    t.c.object.in_(objects[start : start + IN_CHUNK]),
                    t.c.code.startswith(TRANSCRIPTION),
                )
                .group_by(t.c.object)
                .having(sa.func.count() == sa.func.count(t.c.cleared_seq))
            ).scalars()
        )
    return frozenset(found)


def of(connection: Connection, organisation: str, objects: Iterable[str]) -> list[FlagRow]:
    """Give the flags of these records."""
    wanted = list(objects)
    found: list[FlagRow] = []
    for start in range(0, len(wanted), IN_CHUNK):
        found.extend(
            FlagRow(*row)
            for row in connection.execute(
                sa.select(t.c.object, t.c.code, t.c.detail, t.c.raised_seq, t.c.cleared_by, t.c.cleared_seq)
                .where(t.c.organisation == organisation, t.c.object.in_(wanted[start : start + IN_CHUNK]))
                .order_by(t.c.object, t.c.code)
            )
        )
    return found
