"""The incidents behind the changed cells of two releases: what each adds before and after, and why.

They are asked of the record, as known at the two cut-offs: an incident is behind a cell where what it adds
to the cell differs, and its acts in between say why.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from db.engine import Connection
from db.queries import fact_selections, facts
from db.queries import revisions as queries
from db.queries.incidents import codes_of
from domain import release_diffs as rules
from domain import revisions
from domain.access import Actor
from domain.questions import Question
from domain.release_diffs import Cell, TableDiff
from services import questions
from services.release_views import Adds, View, view_of
from services.released_tables import Released
from services.table_cells import Book, Keys

MOST_NAMED = 100
"""Incidents named at a cell, those first that move it most; how many there are is said, and every one is told
once for all cells, with its acts."""

_Differs = Mapping[str, tuple[Adds | None, Adds | None]]
"""What incidents add before and after, of those that do not add the same."""


class Behind:
    """The incidents behind changed cells, asked once a view, and their acts, found once for all."""

    def __init__(self, connection: Connection, actor: Actor, one: Released, other: Released) -> None:
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
            self._met.update(codes_of(connection, organisation, sorted(ids)))
            # Of whatever days: what moved into those asked for, or out of them, is an act too.
            whole = Question(outcome=outcome, age_group=age_group, by=("incident",))
            selection = dataclasses.replace(
                questions.selection_of(whole, facts.any_in_trees(connection, organisation)), grain=grain
            )
            asked = fact_selections.ever_summed(organisation, selection, whole.parsed_bands())
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
