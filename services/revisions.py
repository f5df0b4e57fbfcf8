"""Revisions: the triangle of what was known when, and what moved between two points of the log."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from db import sight
from db.canonical import canonical, parse
from db.engine import Connection
from db.queries import fact_selections, facts, log_heads, policies
from db.queries import revisions as queries
from db.queries.incidents import codes_of
from db.queries.log_heads import Head
from domain import revisions
from domain.access import Actor, require
from domain.errors import Fault, Malformed
from domain.questions import Question
from domain.revisions import Known, Row
from services import instants, questions, statistics
from services.statistics import Answered, Cache

FEWEST_POINTS, MOST_POINTS = 2, 60
MONTHS = 12
"""How many settled ends of months a triangle has when no points are named."""
REPRESENTATION = 1
"""Rises when the form of an answer changes, so that no client is told that it has the new one."""
NOTE = (
    "One row a period in which people were harmed, one column a point at which the record is asked; each "
    "cell is what the statistics answer as known then. Null is not known then, and not zero."
)
NUMBERS = ("low", "high", "open", "incidents")
UNKNOWN_CELL = {"low": None, "high": None, "open": 0, "incidents": 0}
"""A period that a point knows nothing of: no number, in no incident."""


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the log: how it was asked for, and its sequence."""

    asked: str
    seq: int


def points(connection: Connection, organisation: str, asked: Sequence[str] | None) -> list[Point]:
    """Give the points that are asked for in the order of the log.

    Without any: the ends of the last twelve months that are settled and that something was recorded
    before, each sequence once, and the log's end now.

    Raises Malformed for a point that ``known_at`` would refuse and for fewer than 2 or more than 60.
    """
    if asked is None:
        return _month_ends(connection, organisation, datetime.now(UTC))
    if not FEWEST_POINTS <= len(asked) <= MOST_POINTS:
        raise _unusable("at", f"Name from {FEWEST_POINTS} to {MOST_POINTS} points, separated by commas.")
    found = [Point(text, _sequence(connection, organisation, text, "at")) for text in asked]
    return sorted(found, key=lambda point: point.seq)


def _month_ends(connection: Connection, organisation: str, now: datetime) -> list[Point]:
    head = log_heads.head(connection, organisation)
    found = {head.seq: Point(str(head.seq), head.seq)}
    for day in _last_days(now.date(), MONTHS + 1):
        if len(found) <= MONTHS and _is_over(day, head, now):
            seq = _sequence(connection, organisation, day.isoformat(), "at")
            if seq:
                found.setdefault(seq, Point(day.isoformat(), seq))
    return [found[seq] for seq in sorted(found)]


def _last_days(today: date, number: int) -> list[date]:
    """Give the last days of the months that are over, newest first."""
    found = []
    day = today
    for _ in range(number):
        day = day.replace(day=1) - timedelta(days=1)
        found.append(day)
    return found


def _is_over(day: date, head: Head, now: datetime) -> bool:
    end = datetime.combine(day + timedelta(days=1), time(), UTC) - timedelta(microseconds=1)
    return instants.is_settled(end, head.at, now)


def _sequence(connection: Connection, organisation: str, text: str, name: str) -> int:
    try:
        return instants.known_at(connection, organisation, text)
    except Malformed as error:
        faults = [dataclasses.replace(fault, pointer=name) for fault in error.faults]
        raise Malformed(error.detail, code=error.code, faults=faults) from error


def _unusable(name: str, detail: str) -> Malformed:
    return Malformed(
        "A parameter cannot be used.",
        code="invalid-parameter",
        faults=[Fault(name, "invalid-parameter", detail)],
    )


def triangle(
    connection: Connection,
    actor: Actor,
    question: Question,
    unit: str,
    at: Sequence[str] | None,
    cache: Cache | None = None,
) -> Answered:
    """Give the revision triangle of a question as JSON bytes: a row a period, a column a point.

    ``unit`` is month, quarter or year. Every column is the statistics' answer by that unit at its point, so
    it never changes again. Raises Invalid when the question cannot be answered, Malformed for the points.
    """
    require(actor, "statistics.read")
    columns = points(connection, actor.organisation, at)
    asked = [dataclasses.replace(question, by=(unit,), known_at=point.seq) for point in columns]
    answers = [parse(statistics.answer(connection, actor, one, cache).body.decode()) for one in asked]
    cells = [{cell[unit]: cell for cell in answer["data"]} for answer in answers]
    when = queries.instants(connection, actor.organisation, [point.seq for point in columns])
    body = {
        "columns": [
            {
                "asked": point.asked,
                "log_sequence": point.seq,
                "at": when.get(point.seq),
                "total": _numbers(answer["total"]),
                **{name: answer["meta"][name] for name in ("straddling", "unassessed", "needs_review")},
                "links": {
                    "statistics": questions.address(one),
                    "changes": _changes(question, unit, columns[place - 1], point) if place else None,
                },
            }
            for place, (point, one, answer) in enumerate(zip(columns, asked, answers, strict=True))
        ],
        "data": [
            {
                unit: period,
                "cells": [
                    {
                        **_numbers(found.get(period, UNKNOWN_CELL)),
                        "links": {"incidents": questions.opened(one, {unit: period})},
                    }
                    for one, found in zip(asked, cells, strict=True)
                ],
            }
            for period in revisions.periods_of(cells)
        ],
        "meta": {
            "question": questions.echo(question),
            "period": unit,
            "breaks": _breaks(connection, actor.organisation, columns[0].seq, columns[-1].seq),
            "note": NOTE,
        },
    }
    tagged = canonical([questions.echo(question), question.bands, unit, [[p.asked, p.seq] for p in columns]])
    text = canonical(body)
    tag = hashlib.sha256(f"{tagged}{text}".encode()).hexdigest()[:24]
    return Answered(text.encode(), f'"{REPRESENTATION}-{tag}"')


def _breaks(connection: Connection, organisation: str, since: int, until: int) -> list[dict[str, Any]]:
    """Give the changes of the organisation's policy after one point and up to another."""
    return [one for one in policies.breaks(connection, organisation, until) if one["log_sequence"] > since]


def _numbers(cell: Mapping[str, Any]) -> dict[str, Any]:
    return {name: cell[name] for name in NUMBERS}


def _changes(question: Question, unit: str, since: Point, until: Point) -> str:
    return address(question, unit, since.seq, until.seq)


def address(question: Question, unit: str, since: int, until: int) -> str:
    """Give the address that lists what moved between two points of the log."""
    asked = {**questions.echo(question), "period": unit, "from_point": since, "to_point": until}
    return "/v1/statistics/changes?" + urlencode(asked)


@dataclass(frozen=True, slots=True)
class Changes:
    """A page of changed incidents, the id after which the next page begins, and what holds for all pages."""

    data: list[dict[str, Any]]
    following: str | None
    meta: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Between:
    """What is asked of two points of the log, and the totals that the statistics answer at each.

    ``unit`` is what a period is, ``asked`` the facts that the question sums.
    """

    question: Question
    unit: str
    since: int
    until: int
    asked: queries.Asked
    totals: tuple[Mapping[str, Any], Mapping[str, Any]]


def between(
    connection: Connection,
    actor: Actor,
    question: Question,
    unit: str,
    points: tuple[str, str],
    cache: Cache | None = None,
) -> Between:
    """Give what is asked of two points, named as ``known_at`` names them.

    Raises Invalid when the question cannot be answered, Malformed for the points, the second before the first
    among it.
    """
    require(actor, "statistics.read")
    organisation = actor.organisation
    since = _sequence(connection, organisation, points[0], "from_point")
    until = _sequence(connection, organisation, points[1], "to_point")
    if since > until:
        raise _unusable("to_point", "The second point lies before the first.")
    # Before its facts are selected: the statistics say whether it can be answered.
    before, after = (
        parse(statistics.answer(connection, actor, one, cache).body.decode())["total"]
        for one in (dataclasses.replace(question, by=(), known_at=seq) for seq in (since, until))
    )
    selection = questions.selection_of(question, facts.any_in_trees(connection, organisation))
    asked = fact_selections.ever_summed(organisation, selection, question.parsed_bands())
    return Between(question, unit, since, until, asked, (before, after))


def changes(
    connection: Connection,
    actor: Actor,
    question: Question,
    unit: str,
    points: tuple[str, str],
    after: str | None,
    limit: int,
    cache: Cache | None = None,
) -> Changes:
    """Give the incidents whose numbers moved between two points, with the acts that moved them.

    ``points`` are named as ``known_at`` names them. Pages are in the order of the incidents' ids. The
    facts are those that the question's total sums, so the differences of all pages add up to that of the
    totals. Raises Invalid when the question cannot be answered, Malformed for the points.
    """
    two = between(connection, actor, question, unit, points, cache)
    meta = meta_of(connection, actor, two, cache)
    data, following = page_of(connection, actor, two, after, limit)
    return Changes(data, following, meta)


def page_of(
    connection: Connection, actor: Actor, two: Between, after: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """Give a page of changed incidents, by id those after ``after``, and where the next begins."""
    organisation = actor.organisation
    counted = questions.counted(two.question)
    found: list[tuple[str, revisions.Change]] = []
    last = after or ""
    while len(found) <= limit:
        ids = queries.moved(connection, organisation, two.asked, two.since, two.until, last, limit + 1)
        rows = _rows(
            queries.rows(connection, organisation, two.asked, ids, two.since, two.until, two.unit), counted
        )
        for id in ids:
            change = revisions.change_between(rows[id], two.since, two.until)
            if change is not None:
                found.append((id, change))
        if len(ids) <= limit:
            break
        last = ids[-1]
    page = found[:limit]
    acts = queries.acts(connection, organisation, (step.seq for _, one in page for step in one.steps))
    codes = codes_of(connection, organisation, [id for id, _ in page])
    shown = [_shown(id, codes.get(id), change, acts) for id, change in page]
    return shown, page[-1][0] if len(found) > limit else None


def meta_of(connection: Connection, actor: Actor, two: Between, cache: Cache | None = None) -> dict[str, Any]:
    """Give what holds for all pages: the totals at both points and what moved them, by reason."""
    organisation = actor.organisation
    before, after = two.totals
    return {
        "question": questions.echo(two.question),
        "period": two.unit,
        "from_point": two.since,
        "to_point": two.until,
        "breaks": _breaks(connection, organisation, two.since, two.until),
        "totals": {
            "before": _numbers(before),
            "after": _numbers(after),
            "difference": {name: (after[name] or 0) - (before[name] or 0) for name in ("low", "high")},
        },
        "by_reason": _by_reason(connection, organisation, two, cache),
    }


def _by_reason(
    connection: Connection, organisation: str, two: Between, cache: Cache | None
) -> list[dict[str, Any]]:
    """Give what moved the totals by reason; every page says the same, and what is past stays so."""
    points = two.since, two.until
    of = (organisation, sight.key(connection))
    key = (*of, dataclasses.replace(two.question, by=(), known_at=None), points, "reasons")
    known = cache.get(key) if cache is not None else None
    if known is None:
        counted = questions.counted(two.question)
        sums = queries.by_reason(connection, organisation, two.asked, *points, counted)
        found = [
            {
                "reason": revisions.reason_of(one.reason_code, first=one.first),
                "low": one.low,
                "high": one.high,
                "incidents": one.incidents,
            }
            for one in sorted(sums, key=lambda one: (one.reason_code or "", not one.first))
        ]
        known = canonical({"reasons": found})
        if cache is not None:
            cache.put(key, known)
    reasons: list[dict[str, Any]] = parse(known)["reasons"]
    return reasons


def _rows(found: Sequence[queries.Moved], counted: Sequence[str] | None) -> dict[str, list[Row]]:
    rows: dict[str, list[Row]] = {}
    for one in found:
        rows.setdefault(one.incident, []).append(
            Row(
                one.start,
                one.end,
                one.period,
                one.verification,
                one.low,
                one.high,
                bool(one.open),
                counted is None or one.verification in counted,
            )
        )
    return rows


def _shown(
    id: str, code: str | None, change: revisions.Change, acts: Mapping[int, queries.Act]
) -> dict[str, Any]:
    return {
        "incident": id,
        "incident_code": code,
        "before": _known(change.before),
        "after": _known(change.after),
        "difference": {"low": change.low, "high": change.high},
        "acts": [_act(id, step, acts[step.seq]) for step in change.steps],
        "links": {"incident": f"/v1/incidents/{id}?include=claims"},
    }


def _known(known: Known | None) -> dict[str, Any] | None:
    if known is None:
        return None
    return {
        "period": known.period,
        "low": known.low,
        "high": known.high,
        "open": known.open,
        "verification": {
            state: {"low": low, "high": high, "open": is_open}
            for state, (low, high, is_open) in known.verification.items()
        },
    }


def _act(incident: str, step: revisions.Step, act: queries.Act) -> dict[str, Any]:
    own = act.about == incident
    after = None if act.policy is None else {"name": act.policy, "version": act.policy_version}
    before = None if act.policy_before is None else {"name": act.policy_before, "version": act.version_before}
    return {
        "log_sequence": step.seq,
        "at": act.at,
        "action": act.action,
        "reason": revisions.reason_of(act.reason_code, first=act.incident is not None and not act.supersedes),
        "note": act.note,
        "difference": {"low": step.low, "high": step.high},
        "assessment": None if act.incident is None else act.object,
        "policy": {"before": before, "after": after} if own and act.incident is not None else None,
        # Netting moves what an incident adds when a relative, or what overlaps it, is assessed.
        "by_another_record": None
        if own
        else {"record": act.object, "incident": act.about, "incident_code": act.incident_code},
    }
