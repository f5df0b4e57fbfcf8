"""What changed between two releases: cell by cell from their files, and who is behind each cell and why.

The cells come from the bytes that were published, and nothing else (``services/released_tables.py``). The
incidents behind them come from the record (``services/incidents_behind.py``). Where these do not make up the
difference, as when the software computed otherwise in between, the cell says so.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO

from db.canonical import parse
from db.engine import Connection
from db.queries import policies
from domain import release_diffs as rules
from domain.access import Actor, require
from domain.errors import Conflict, Fault, Malformed
from exchange.formats import FORMATS
from exchange.layouts.release_diffs import RELEASE_DIFF, diff_rows
from services import exports, public_releases, releases
from services.exports import Written
from services.incidents_behind import Behind
from services.released_tables import Released, load

REPRESENTATION = 2
"""Rises when the form of a diff changes."""
_HEAD = (
    *("number", "state", "cutoff", "known_at", "period_start", "period_end"),
    *("methodology_version", "codelist_version", "population", "population_sha256", "digest", "title"),
    *("approved_on", "reason_code", "reason"),
)


def tag_of(connection: Connection, actor: Actor, before: str, after: str, asked: str) -> str:
    """Give the tag of a diff: releases do not change but for a withdrawal, which has a version."""
    found = [releases.read(connection, actor, key) for key in (before, after)]
    said = ".".join(f"{one.id[:8]}v{one.version}" for one in found)
    return f'"{REPRESENTATION}.{said}.{asked}"'


def diff(
    connection: Connection, actor: Actor, before: str, after: str, table: str | None = None
) -> dict[str, Any]:
    """Give what changed from one release to another; each by its number, or by its id while it has none.

    A withdrawn release can be compared too: what was corrected is the question then. Raises NotFound,
    Malformed for a table that neither has, and Conflict for a release for the public.
    """
    require(actor, "release.read")
    contents = [parse(releases.read(connection, actor, key).content) for key in (before, after)]
    if any(map(public_releases.is_public, contents)):
        raise Conflict(
            "Releases for the public are not compared: what is behind a cell is the record's.",
            code="not-comparable",
        )
    one, other = (load(connection, actor, key) for key in (before, after))
    names = list(dict.fromkeys((*one.tables, *other.tables)))
    if table is not None and table not in names:
        detail = "Neither release has such a table. They have: " + ", ".join(names) + "."
        raise Malformed(detail, code="invalid-parameter", faults=[Fault("table", "unknown-code", detail)])
    behind = Behind(connection, actor, one, other)
    tables = [
        behind.shown(rules.compare(one.tables.get(name), other.tables.get(name)))
        for name in names
        if table in (None, name)
    ]
    return {
        "before": _head(one),
        "after": _head(other),
        "same": all(not shown["cells"] and not _moved(shown) for shown in tables),
        "differences": _differences(connection, actor, one, other, tables),
        "tables": tables,
        "incidents": behind.incidents(),
    }


def write_diff(
    connection: Connection,
    actor: Actor,
    between: tuple[str, str],
    table: str | None,
    format: str,
    file: BinaryIO,
) -> Written:
    """Write a diff as a table: a row a value that changed, with the incidents and reasons behind its cell."""
    found = diff(connection, actor, *between, table)
    after = found["after"]
    about = dataclasses.replace(
        exports.about_of(
            connection,
            actor.organisation,
            {"before": found["before"]["number"] or between[0], "after": after["number"] or between[1]},
            max(found["before"]["known_at"], after["known_at"]),
        ),
        notes=tuple(one["detail"] for one in found["differences"]),
    )
    return exports.write_table(RELEASE_DIFF, diff_rows(found), about, FORMATS[format], file)


def _head(one: Released) -> dict[str, Any]:
    key = one.content["number"] or one.stored.id
    return {
        "id": one.stored.id,
        # A release of an earlier version of the software says nothing of a population: it had none.
        **{name: one.content.get(name) for name in _HEAD},
        "links": {"self": f"/v1/releases/{key}"},
    }


def _population(one: Released) -> str | None:
    """Name what rates are over: the id tells two apart, the digest whether they are of one file."""
    id = one.content.get("population")
    return None if id is None else f"{id}, SHA-256 {one.content['population_sha256']}"


def _moved(shown: Mapping[str, Any]) -> bool:
    return bool(
        shown["columns_added"]
        or shown["columns_removed"]
        or shown["layout"]["before"] != shown["layout"]["after"]
    )


_SAID = {
    "methodology_version": "The methodology is another: numbers can differ without a change of the record.",
    "codelist_version": "The vocabularies are worded otherwise, or have other codes.",
    "population": "The population is another: rates are not comparable, counts are.",
    "quarter": "A table is of another quarter: its cells come and go without a change of the record.",
    "period": "The days of harm covered are others: cells can come and go without a change of the record.",
    "withdrawn": "A release was withdrawn.",
    "layout": "A table has another layout: columns that one lacks are not compared.",
    "table": "A table is in one of the two alone.",
    "policy": "The organisation chose a policy in between: a dated break.",
}


def _differences(
    connection: Connection,
    actor: Actor,
    one: Released,
    other: Released,
    tables: Sequence[Mapping[str, Any]],
) -> list[dict[str, Any]]:
    """Give what must be known before a cell is read: what else than the record differs."""
    found = []

    def add(what: str, before: Any, after: Any) -> None:
        found.append({"what": what, "before": before, "after": after, "detail": _SAID[what]})

    for name in ("methodology_version", "codelist_version"):
        if one.content[name] != other.content[name]:
            add(name, one.content[name], other.content[name])
    populations = [_population(of) for of in (one, other)]
    if populations[0] != populations[1]:
        add("population", *populations)
    periods = [
        f"{of.content['period_start'] or '..'}/{of.content['period_end'] or '..'}" for of in (one, other)
    ]
    if periods[0] != periods[1]:
        add("period", *periods)
    else:
        for name in [name for name in one.asked if name in other.asked]:
            covered = [f"{of.asked[name]['from']}/{of.asked[name]['to']}" for of in (one, other)]
            if covered[0] != covered[1]:
                add("quarter", *(f"{name} {days}" for days in covered))
    withdrawn = [of.content["reason"] if of.content["state"] == "withdrawn" else None for of in (one, other)]
    if any(withdrawn):
        add("withdrawn", *withdrawn)
    for table in tables:
        layouts = table["layout"]
        if layouts["before"] != layouts["after"] or _moved(table):
            alone = None in layouts.values()
            add("table" if alone else "layout", layouts["before"], layouts["after"])
    first, last = sorted((one.seq, other.seq))
    for chosen in policies.breaks(connection, actor.organisation, last):
        if chosen["log_sequence"] > first:
            named = f"{chosen['policy']} {chosen['version']}"
            was = chosen["before"]
            add("policy", None if was is None else f"{was['policy']} {was['version']}", named)
    return found
