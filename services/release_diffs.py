"""What changed between two releases: cell by cell from their files, and who is behind each cell and why.

The cells come from the bytes that were published, and nothing else. The incidents behind them come from the
record, as known at the two cut-offs: an incident is behind a cell where what it adds to the cell differs,
and its acts in between say why. Where the incidents do not make up the difference, as when the software
computed otherwise in between, the cell says so.
"""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from db.canonical import parse
from db.engine import Connection
from db.queries import facts, policies
from db.queries import releases as release_queries
from db.queries import revisions as queries
from db.queries.records import Stored
from domain import release_diffs as rules
from domain import revisions
from domain.access import Actor, require
from domain.errors import Fault, Malformed
from domain.questions import Question
from domain.release_diffs import Cell, Table, TableDiff, Value
from exchange.formats import FORMATS
from exchange.layouts.release_diffs import RELEASE_DIFF, diff_rows
from services import exports, questions, releases
from services.exports import Written
from services.release_views import Adds, View, view_of
from services.table_cells import Book, Keys

MOST_NAMED = 100
"""Incidents named at a cell, those first that move it most; how many there are is said, and every one is told
once for all cells, with its acts."""
REPRESENTATION = 1
"""Rises when the form of a diff changes."""
_HEAD = (
    *("number", "state", "cutoff", "known_at", "period_start", "period_end"),
    *("methodology_version", "codelist_version", "digest", "title", "approved_on", "reason_code", "reason"),
)


@dataclass(frozen=True, slots=True)
class _Release:
    """A release with its tables as published, by name, and what the statistics were asked for each."""

    stored: Stored
    content: Mapping[str, Any]
    tables: Mapping[str, Table]
    asked: Mapping[str, Mapping[str, Any]]

    @property
    def seq(self) -> int:
        return int(self.content["known_at"])


def tag_of(connection: Connection, actor: Actor, before: str, after: str, asked: str) -> str:
    """Give the tag of a diff: releases do not change but for a withdrawal, which has a version."""
    found = [releases.read(connection, actor, key) for key in (before, after)]
    said = ".".join(f"{one.id[:8]}v{one.version}" for one in found)
    return f'"{REPRESENTATION}.{said}.{asked}"'


def diff(
    connection: Connection, actor: Actor, before: str, after: str, table: str | None = None
) -> dict[str, Any]:
    """Give what changed from one release to another; each by its number, or by its id while it has none.

    A withdrawn release can be compared too: what was corrected is the question then. Raises NotFound, and
    Malformed for a table that neither has.
    """
    require(actor, "release.read")
    one, other = (_loaded(connection, actor, key) for key in (before, after))
    names = list(dict.fromkeys((*one.tables, *other.tables)))
    if table is not None and table not in names:
        detail = "Neither release has such a table. They have: " + ", ".join(names) + "."
        raise Malformed(detail, code="invalid-parameter", faults=[Fault("table", "unknown-code", detail)])
    behind = _Behind(connection, actor, one, other)
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


def _loaded(connection: Connection, actor: Actor, key: str) -> _Release:
    stored = releases.read(connection, actor, key)

    def content(name: str) -> bytes:
        found = release_queries.content(connection, actor.organisation, stored.id, name)
        if found is None:
            raise RuntimeError("A file of a release is not there.")
        return found

    tables: dict[str, Table] = {}
    asked: dict[str, Mapping[str, Any]] = {}
    for resource in json.loads(content("datapackage.json"))["resources"]:
        said = resource.get("civharm")
        if said is not None:
            tables[said["layout"]] = _table(resource, said, content(resource["path"]))
            asked[said["layout"]] = said["asked"]
    return _Release(stored, parse(stored.content), tables, asked)


_TYPES: Mapping[str, type[int] | type[float]] = {"integer": int, "number": float}


def _table(resource: Mapping[str, Any], said: Mapping[str, Any], content: bytes) -> Table:
    kinds = [_TYPES.get(field["type"], str) for field in resource["schema"]["fields"]]
    rows = csv.reader(io.StringIO(content.decode("utf-8"), newline=""))
    columns = tuple(next(rows))

    def value(text: str, kind: type[str] | type[int] | type[float]) -> Value:
        return None if text == "" else kind(text)

    return Table(
        said["layout"],
        f"{said['layout']} {said['asked']['table_version']}, layout {said['layout_version']}",
        tuple(said["key"]),
        columns,
        tuple(tuple(map(value, row, kinds)) for row in rows),
    )


def _head(one: _Release) -> dict[str, Any]:
    key = one.content["number"] or one.stored.id
    return {
        "id": one.stored.id,
        **{name: one.content[name] for name in _HEAD},
        "links": {"self": f"/v1/releases/{key}"},
    }


def _moved(shown: Mapping[str, Any]) -> bool:
    return bool(
        shown["columns_added"]
        or shown["columns_removed"]
        or shown["layout"]["before"] != shown["layout"]["after"]
    )


_SAID = {
    "methodology_version": "The methodology is another: numbers can differ without a change of the record.",
    "codelist_version": "The vocabularies are worded otherwise, or have other codes.",
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
    one: _Release,
    other: _Release,
    tables: Sequence[Mapping[str, Any]],
) -> list[dict[str, Any]]:
    """Give what must be known before a cell is read: what else than the record differs."""
    found = []

    def add(what: str, before: Any, after: Any) -> None:
        found.append({"what": what, "before": before, "after": after, "detail": _SAID[what]})

    for name in ("methodology_version", "codelist_version"):
        if one.content[name] != other.content[name]:
            add(name, one.content[name], other.content[name])
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


_Differs = Mapping[str, tuple[Adds | None, Adds | None]]
"""What incidents add before and after, of those that do not add the same."""


class _Behind:
    """The incidents behind changed cells, asked once a view, and their acts, found once for all."""

    def __init__(self, connection: Connection, actor: Actor, one: _Release, other: _Release) -> None:
        self._connection = connection
        self._actor = actor
        self._releases = (one, other)
        self._books = {seq: Book(connection, actor.organisation, seq) for seq in {one.seq, other.seq}}
        self._asked: dict[tuple[View | None, View | None], dict[Keys, _Differs]] = {}
        self._met: dict[str, str | None] = {}
        self._acts: dict[str, dict[int, dict[str, Any]]] = {}
        self._reasons: dict[str, frozenset[str]] = {}

    def shown(self, found: TableDiff) -> dict[str, Any]:
        """Give a table's diff, each cell with its incidents."""
        opened = [self._opened(found.name, cell) for cell in found.cells]
        self._find_acts(opened)
        return {
            "name": found.name,
            "layout": {"before": found.layout[0], "after": found.layout[1]},
            "columns_added": list(found.columns_added),
            "columns_removed": list(found.columns_removed),
            **{change: found.count(change) for change in (rules.ADDED, rules.REMOVED, rules.CHANGED)},
            "cells": [self._cell(cell, one) for cell, one in zip(found.cells, opened, strict=True)],
        }

    def incidents(self) -> list[dict[str, Any]]:
        """Give every incident that is behind a cell, with the acts that moved its facts in between."""
        return [
            {
                "incident": id,
                "incident_code": code,
                "acts": [act for _, act in sorted(self._acts.get(id, {}).items())],
                "links": {"incident": f"/v1/incidents/{id}?include=claims"},
            }
            for id, code in sorted(self._met.items(), key=lambda pair: (pair[1] or "", pair[0]))
        ]

    def _opened(self, table: str, cell: Cell) -> _Opened | None:
        """Give the incidents that add something else to a cell after than before."""
        views: list[View | None] = []
        codes: Keys = ()
        for release in self._releases:
            asked = release.asked.get(table)
            found = None if asked is None else view_of(table, (asked["from"], asked["to"]), cell.key)
            views.append(None if found is None else found[0])
            codes = codes if found is None else found[1]
        before, after = views
        view = after or before
        if view is None:
            return None
        if (before, after) not in self._asked:
            self._asked[before, after] = self._differs(before, after)
        return _Opened(view, self._asked[before, after].get(codes, {}))

    def _differs(self, before: View | None, after: View | None) -> dict[Keys, _Differs]:
        """Give by cell the incidents that do not add the same to it; what all others add is let go of."""
        seqs = sorted(release.seq for release in self._releases)
        # Asked the same question of both sides, an incident without a move gives the same answer.
        between = (seqs[0], seqs[1]) if before == after else None
        was, now = (
            {} if view is None else view.adds(self._books[release.seq], between)
            for view, release in zip((before, after), self._releases, strict=True)
        )
        found: dict[Keys, _Differs] = {}
        for keys in {*was, *now}:
            one, other = was.get(keys, {}), now.get(keys, {})
            found[keys] = {
                id: (one.get(id), other.get(id))
                for id in sorted({*one, *other})
                if one.get(id) != other.get(id)
            }
        return found

    def _find_acts(self, opened: Iterable[_Opened | None]) -> None:
        """Find the acts between the cut-offs that moved these incidents, in the grain that is summed."""
        connection, organisation = self._connection, self._actor.organisation
        since, until = sorted(release.seq for release in self._releases)
        wanted: dict[tuple[str | None, str | None, str], set[str]] = {}
        for one in opened:
            if one is not None:
                question = one.view.question
                of = (question.outcome, question.age_group, one.view.grain)
                wanted.setdefault(of, set()).update(one.moved)
        for (outcome, age_group, grain), ids in wanted.items():
            self._met.update(facts.codes_of(connection, organisation, sorted(ids)))
            # Of whatever days: what moved into those asked for, or out of them, is an act too.
            whole = Question(outcome=outcome, age_group=age_group, by=("incident",))
            selection = dataclasses.replace(
                questions.selection_of(whole, facts.any_in_trees(connection, organisation)), grain=grain
            )
            asked = facts.ever_summed(organisation, selection, whole.parsed_bands())
            seqs: dict[str, set[int]] = {}
            for row in queries.rows(connection, organisation, asked, sorted(ids), since, until, "month"):
                between = {seq for seq in (row.start, row.end) if since < seq <= until}
                seqs.setdefault(row.incident, set()).update(between)
            acts = queries.acts(connection, organisation, {seq for some in seqs.values() for seq in some})
            for incident, some in seqs.items():
                known = self._acts.setdefault(incident, {})
                known.update({seq: _act(incident, acts[seq]) for seq in some})
                self._reasons[incident] = frozenset(act["reason"] for act in known.values())

    def _cell(self, cell: Cell, opened: _Opened | None) -> dict[str, Any]:
        moved = {} if opened is None else opened.moved
        reasons = {reason for id in moved for reason in self._reasons.get(id, ())}
        return {
            "key": dict(cell.key),
            "change": cell.change,
            "values": {name: {"before": was, "after": now} for name, (was, now) in cell.values.items()},
            "behind": len(moved),
            "incidents": [
                {
                    "incident": id,
                    "incident_code": self._met.get(id),
                    "before": _numbers(was),
                    "after": _numbers(now),
                    "reasons": sorted(self._reasons.get(id, ())),
                }
                for id, (was, now) in sorted(moved.items(), key=_largest_first)[:MOST_NAMED]
            ],
            "reasons": sorted(reasons),
            "explained": None if opened is None else _explained(cell, opened),
        }


def _largest_first(moved: tuple[str, tuple[Adds | None, Adds | None]]) -> tuple[int, int, str]:
    id, (was, now) = moved
    return -abs(_end(now, "high") - _end(was, "high")), -abs(_end(now, "low") - _end(was, "low")), id


@dataclass(frozen=True, slots=True)
class _Opened:
    """A cell opened: how it was asked for, and what the incidents that differ added before and after."""

    view: View
    moved: _Differs


def _numbers(one: Adds | None) -> dict[str, Any] | None:
    said = None if one is None else one.interval
    return None if said is None else {"low": said.low, "high": said.high, "open": said.open}


def _end(one: Adds | None, name: str) -> int:
    return 0 if one is None or one.interval is None else int(getattr(one.interval, name))


def _explained(cell: Cell, opened: _Opened) -> bool | None:
    """Tell whether the incidents make up the difference of low and high; None where none of them differs."""
    for ours, column in (("low", opened.view.low), ("high", opened.view.high)):
        was, now = cell.values.get(column, (None, None))
        made_up = sum(_end(after, ours) - _end(before, ours) for before, after in opened.moved.values())
        if made_up != float(now or 0) - float(was or 0):
            return False
    return True if opened.moved else None


def _act(incident: str, act: queries.Act) -> dict[str, Any]:
    own = act.about == incident
    return {
        "log_sequence": act.seq,
        "at": act.at,
        "action": act.action,
        "reason": revisions.reason_of(act.reason_code, first=act.incident is not None and not act.supersedes),
        "note": act.note,
        "assessment": None if act.incident is None else act.object,
        # Netting moves what an incident adds when a relative, or what overlaps it, is assessed.
        "by_another_record": None
        if own
        else {"record": act.object, "incident": act.about, "incident_code": act.incident_code},
    }
