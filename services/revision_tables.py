"""Revisions as tables: the triangle a row a cell, and every act that moved a number between two points."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

from db import sight
from db.canonical import canonical, parse
from db.engine import Connection
from domain.access import Actor
from domain.questions import Question
from exchange.formats import Format
from exchange.layouts.revisions import CHANGES, REVISIONS, change_rows, revision_rows
from services import exports, questions, revisions
from services.exports import REPRESENTATION, Written, interval
from services.revisions import Between
from services.statistics import Cache

AT_ONCE = 500
"""Changed incidents read at a time."""


def tag_of_triangle(
    connection: Connection,
    actor: Actor,
    question: Question,
    unit: str,
    at: Sequence[str] | None,
    format: Format,
    cache: Cache | None = None,
) -> str:
    """Give the tag of a triangle's table. Raises as ``revisions.triangle`` does."""
    found = revisions.triangle(connection, actor, question, unit, at, cache)
    return exports.tag_of_statistics(found.tag, f"{format.name}.{REVISIONS.version}")


def write_triangle(
    connection: Connection,
    actor: Actor,
    question: Question,
    unit: str,
    at: Sequence[str] | None,
    format: Format,
    file: BinaryIO,
    cache: Cache | None = None,
) -> Written:
    """Write the revision triangle, a row a period and point. Raises as ``revisions.triangle`` does."""
    found = parse(revisions.triangle(connection, actor, question, unit, at, cache).body.decode())
    notes = [
        f"Point {place} ({column['asked']}): {interval(column['total'])}, in {column['total']['incidents']} "
        f"incidents; {column['straddling']} that cross the days asked for are left out, "
        f"{column['unassessed']} were unassessed, {column['needs_review']} needed a review."
        for place, column in enumerate(found["columns"], 1)
    ]
    asked = {**found["meta"]["question"], "period": unit, **({} if at is None else {"at": ",".join(at)})}
    until = found["columns"][-1]["log_sequence"]
    rows = revision_rows(found)
    return exports.write_rows(
        connection, actor, REVISIONS, rows, asked, format, file, notes=notes, known_at=until
    )


def tag_of_changes(connection: Connection, actor: Actor, two: Between, format: Format) -> str:
    """Give the tag of a table of what moved: what lies between two points of the log never changes."""
    asked = [
        actor.organisation,
        sight.key(connection),
        questions.echo(two.question),
        two.question.bands,
        two.unit,
    ]
    said = canonical([*asked, two.since, two.until, format.name, CHANGES.version])
    return f'"{REPRESENTATION}.{two.since}-{two.until}-{hashlib.sha256(said.encode()).hexdigest()[:16]}"'


def write_changes(
    connection: Connection,
    actor: Actor,
    two: Between,
    format: Format,
    file: BinaryIO,
    cache: Cache | None = None,
) -> Written:
    """Write every act that moved a number between two points, with the incident before and after."""
    meta = revisions.meta_of(connection, actor, two, cache)
    before, after, moved = (meta["totals"][name] for name in ("before", "after", "difference"))
    notes = [
        f"The total at the first point: {interval(before)}; at the second: {interval(after)}.",
        f"The difference: {moved['low']:+} to the sum of lows, {moved['high']:+} to that of highs.",
        *(
            f"Of that by {one['reason']}: {one['low']:+} and {one['high']:+}, {one['incidents']} incidents."
            for one in meta["by_reason"]
        ),
    ]
    asked = {**meta["question"], **{name: meta[name] for name in ("period", "from_point", "to_point")}}
    rows = change_rows(_incidents(connection, actor, two))
    return exports.write_rows(
        connection, actor, CHANGES, rows, asked, format, file, notes=notes, known_at=two.until
    )


def _incidents(connection: Connection, actor: Actor, two: Between) -> Iterator[dict[str, Any]]:
    after: str | None = None
    while True:
        page, after = revisions.page_of(connection, actor, two, after, AT_ONCE)
        yield from page
        if after is None:
            return
