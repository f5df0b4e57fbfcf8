"""Statistics: sums of facts, as known at any point of the log, each cell opening to its incidents."""

from __future__ import annotations

import dataclasses
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from db import sight
from db.canonical import canonical
from db.engine import Connection
from db.queries import facts, log_heads, policies
from db.queries.fact_selections import Selection
from db.queries.facts import Sum
from db.queries.incidents import codes_of
from db.queries.waiting import waiting_in
from db.types import FOREVER
from domain.access import Actor, require
from domain.questions import Question, check
from services.questions import COUNTED, echo, opened, scope_of, selection_of

NOTE = (
    "Lows and highs are sums over disjoint cells: a bound, not a confidence interval. Sub-ranges are not "
    "additive: the total's own interval can be tighter than the sum of its parts. Unknown is not zero."
)
KEPT = 256
KEPT_CHARACTERS = 64_000_000
"""How many answers the cache holds, and how long they may be together."""
NOTHING_KNOWN = "No assessed incident in scope has a verified or pending number."
REPRESENTATION = 2
"""Rises when the form of an answer changes, so that no client is told that it has the new one."""


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer as bytes ready to send, and the tag that changes whenever they do."""

    body: bytes
    tag: str


class Cache:
    """Cells of answered questions, keyed by the sequence that last moved a fact."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._held = 0
        self._known: OrderedDict[Any, str] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Any) -> str | None:
        """Give the cells kept for the key, or None."""
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
            return self._known.get(key)

    def put(self, key: Any, cells: str) -> None:
        """Keep the cells for the key; the least recently used give way."""
        with self._lock:
            self._held += len(cells) - len(self._known.pop(key, ""))
            self._known[key] = cells
            while len(self._known) > self._kept or self._held > KEPT_CHARACTERS:
                self._held -= len(self._known.popitem(last=False)[1])


def answer(connection: Connection, actor: Actor, question: Question, cache: Cache | None = None) -> Answered:
    """Give the answer to a question as JSON bytes.

    Raises Invalid when the question cannot be answered.
    """
    require(actor, "statistics.read")
    check(question)
    head = log_heads.head(connection, actor.organisation)
    now = question.known_at is None
    seq = FOREVER - 1 if question.known_at is None else question.known_at
    seen = sight.key(connection)
    of = (actor.organisation, seen)
    key = (*of, question, head.fact_seq if now else None)
    cells = cache.get(key) if cache is not None else None
    if cells is None:
        cells = _cells(connection, actor.organisation, question, seq)
        if cache is not None:
            cache.put(key, cells)
    waiting_key = (*of, scope_of(question), head.standing_seq if now else seq, "waiting")
    waiting = cache.get(waiting_key) if cache is not None else None
    if waiting is None:
        waiting = canonical(waiting_in(connection, actor.organisation, seq, scope_of(question)))
        if cache is not None:
            cache.put(waiting_key, waiting)
    log_sequence = head.seq if question.known_at is None else question.known_at
    under = _under(connection, of, log_sequence, now, cache)
    body = f'{{{cells},{waiting[1:-1]},{under},"log_sequence":{log_sequence}}}}}'
    asked = hashlib.sha256(canonical([echo(question), question.bands]).encode()).hexdigest()[:16]
    return Answered(body.encode(), f'"{REPRESENTATION}.{log_sequence}-{asked}{seen and "-" + seen}"')


def _under(connection: Connection, of: tuple[str, str], seq: int, now: bool, cache: Cache | None) -> str:
    """Give what the numbers were assessed under: the organisation's choices, and its assessments in force.

    ``now``: the sequence is the log's end, so that only another act on an assessment changes the answer; one
    need not move a fact.
    """
    organisation = of[0]
    assessed = policies.last_assessed(connection, organisation) if now else None
    found = []
    for name, key, ask in (
        ("breaks", seq, policies.breaks),
        ("methods", seq if assessed is None else f"now {assessed}", policies.methods),
    ):
        known = cache.get((*of, name, key)) if cache is not None else None
        if known is None:
            known = canonical(ask(connection, organisation, seq))
            if cache is not None:
                cache.put((*of, name, key), known)
        found.append(f'"{name}":{known}')
    return ",".join(found)


def _cells(connection: Connection, organisation: str, question: Question, seq: int) -> str:
    """Give the answer's members up to the open ``meta`` object, as JSON without the outer braces."""
    bands = question.parsed_bands()
    trees = facts.any_in_trees(connection, organisation)
    selection = selection_of(question, trees)
    sums, states = _both(connection, organisation, seq, question, selection, question.by)
    codes: Mapping[str, str] = {}
    if "incident" in question.by:
        at = question.by.index("incident")
        codes = codes_of(connection, organisation, sorted({one.keys[at] for one in sums}))
    data = [_cell(question, one, states.get(one.keys, {}), codes) for one in sums]
    _add_best(connection, organisation, seq, question, selection, question.by, data)
    _add_late(connection, organisation, seq, question, selection, question.by, data)
    total = None
    if question.outcome is not None:
        whole = dataclasses.replace(question, by=())
        own, own_states = _both(connection, organisation, seq, whole, selection_of(whole, trees), ())
        total = {
            **_numbers(own[0] if own else Sum((), 0, 0, 0, 0), own_states.get((), {})),
            "sum_of_cells": _sum_of_cells(question, sums),
        }
        _add_best(connection, organisation, seq, whole, selection_of(whole, trees), (), [total])
        _add_late(connection, organisation, seq, whole, selection_of(whole, trees), (), [total])
    meta = {
        "question": echo(question),
        "grain": selection.grain,
        "straddling": facts.straddling(connection, organisation, seq, selection, bands),
        "note": NOTE,
    }
    return f'"data":{canonical(data)},"total":{canonical(total)},"meta":{canonical(meta)[:-1]}'


def _sum_of_cells(question: Question, sums: Sequence[Sum]) -> dict[str, int | None]:
    """Give the sum of the cells that the total sums too: contested and inconclusive stand apart."""
    counted = [one for one in sums if one.incidents]
    if "verification" in question.by:
        at = question.by.index("verification")
        counted = [one for one in counted if one.keys[at] in COUNTED]
    if not counted:
        return {"low": None, "high": None}
    return {"low": sum(one.low for one in counted), "high": sum(one.high for one in counted)}


def _add_best(
    connection: Connection,
    organisation: str,
    seq: int,
    question: Question,
    selection: Selection,
    by: Sequence[str],
    cells: Sequence[dict[str, Any]],
) -> None:
    """Give each cell its ``best`` where some source of the selection has one: null unless all have.

    It is the sum of the sources' own, of the facts that low and high sum; a policy makes none, and none is
    a mid-point.
    """
    if not question.of_one_state:
        selection = dataclasses.replace(selection, among=(*selection.among, ("verification", COUNTED)))
    found = facts.bests(connection, organisation, seq, selection, by, question.parsed_bands())
    if found is not None:
        for cell in cells:
            cell["best"] = found.get(tuple(cell[name] for name in by))


def _add_late(
    connection: Connection,
    organisation: str,
    seq: int,
    question: Question,
    selection: Selection,
    by: Sequence[str],
    cells: Sequence[dict[str, Any]],
) -> None:
    """Give each cell what of its verified came after its quarter, where there is any (R13)."""
    if not facts.any_late(connection, organisation):
        return
    late = dataclasses.replace(selection, late=True)
    found = facts.sums(connection, organisation, seq, late, by, question.parsed_bands())
    by_keys = {one.keys: one for one in found if one.incidents}
    for cell in cells:
        part = by_keys.get(tuple(cell[name] for name in by))
        if part is not None:
            cell["late_verification"] = _part(part)


States = dict[tuple[str, ...], dict[str, Sum]]


def _both(
    connection: Connection,
    organisation: str,
    seq: int,
    question: Question,
    selection: Selection,
    by: Sequence[str],
) -> tuple[list[Sum], States]:
    """Give the sums by group, and beside them by group and verification.

    One query serves both unless a group has verified and pending rows at once, where the distinct
    incidents of the two cannot be added.
    """
    bands = question.parsed_bands()
    if question.of_one_state:
        sums = facts.sums(connection, organisation, seq, selection, by, bands)
        return sums, {}
    fine = facts.sums(connection, organisation, seq, selection, (*by, "verification"), bands)
    states: States = {}
    for one in fine:
        states.setdefault(one.keys[:-1], {})[one.keys[-1]] = one
    mixed = any(sum(name in COUNTED for name in found) > 1 for found in states.values())
    if mixed:
        counted = dataclasses.replace(selection, among=(*selection.among, ("verification", COUNTED)))
        whole = {one.keys: one for one in facts.sums(connection, organisation, seq, counted, by, bands)}
    else:
        whole = {
            keys: found[name]._replace(keys=keys)
            for keys, found in states.items()
            for name in COUNTED
            if name in found
        }
    return [whole.get(keys, Sum(keys, 0, 0, 0, 0)) for keys in states], states


def _numbers(one: Sum, states: Mapping[str, Sum]) -> dict[str, Any]:
    known = one.incidents > 0  # nothing known is not zero
    found: dict[str, Any] = {
        "low": one.low if known else None,
        "high": one.high if known else None,
        "open": one.open,
        "incidents": one.incidents,
    }
    if not known:
        found["unknown_because"] = NOTHING_KNOWN
    if states:
        found["verification"] = {name: _part(part) for name, part in states.items()}
    return found


def _part(part: Sum) -> dict[str, int]:
    return {"low": part.low, "high": part.high, "open": part.open, "incidents": part.incidents}


def _cell(
    question: Question, one: Sum, states: Mapping[str, Sum], codes: Mapping[str, str]
) -> dict[str, Any]:
    keys = dict(zip(question.by, one.keys, strict=True))
    cell = {**keys, **_numbers(one, states)}
    if "incident" in keys:
        cell["incident_code"] = codes.get(keys["incident"])
        cell["links"] = {
            "incident": f"/v1/incidents/{keys['incident']}?include=claims",
            "assessments": f"/v1/assessments?incident={keys['incident']}",
        }
    else:
        cell["links"] = {"incidents": opened(question, keys)}
    return cell
