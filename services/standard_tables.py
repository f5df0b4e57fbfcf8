"""Standard tables: by name, from the facts, and not produced unless their sums hold."""

from __future__ import annotations

import dataclasses
import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from db import sight
from db.canonical import canonical, parse
from db.engine import Connection
from db.queries import log_heads
from domain.access import Actor, require
from domain.questions import Question
from domain.standard_tables import PARAMETERS, TABLES, Asked, StandardTable, check_asked, quarter_before
from domain.sums import EQUAL, MEETS, WITHIN, Proved, prove
from domain.vocab import Outcome
from domain.vocab.mappings import SCHEMES
from exchange.columns import Layout, Value
from exchange.formats import Format
from exchange.layouts.standard_tables import LAYOUT_OF
from exchange.writers.tables.about import About
from services import event_table, exports, fact_tables, list_table, statistics
from services.exports import Written
from services.fact_tables import Made
from services.statistics import Cache
from services.table_cells import Book

REPRESENTATION = 1
"""Rises when the numbers of a table change, so that no client is told that it has the new ones."""


@dataclass(frozen=True, slots=True)
class Produced:
    """A table whose sums hold: its rows, the proof, and what must be read with it."""

    table: StandardTable
    layout: Layout
    rows: tuple[tuple[Value, ...], ...]
    proof: tuple[Proved, ...]
    about: About

    def as_data(self) -> dict[str, Any]:
        """Give the table as plain data, proof and notes included."""
        return {
            "table": self.table.name,
            "version": self.table.version,
            "title": self.layout.title,
            "columns": list(self.layout.names),
            "data": [dict(zip(self.layout.names, row, strict=True)) for row in self.rows],
            "proof": [proved_data(one) for one in self.proof],
            "meta": {
                "log_sequence": self.about.log_sequence,
                "reached_at": self.about.at,
                "asked": dict(self.about.asked),
                "notes": [*self.about.notes, *self.layout.notes],
            },
        }


_MAKERS: dict[str, Callable[[Book, Actor, Asked], Made]] = {
    "monthly": fact_tables.monthly,
    "ohchr": fact_tables.ohchr,
    "sdg-16-1-2": fact_tables.sdg,
    "mrm-quarterly": fact_tables.mrm_quarterly,
    "events": event_table.events,
    "list-membership": list_table.list_membership,
}


def produce(
    connection: Connection, actor: Actor, name: str, asked: Asked, cache: Cache | None = None
) -> Produced:
    """Give a standard table. The same point of the log gives the same rows for ever.

    Raises KeyError for a name that is none, Invalid for what it cannot be asked, NotFound for an incident
    that is not here, and Unproved where its sums do not hold: then there is no table.
    """
    require(actor, "statistics.read")
    table = TABLES[name]
    check_asked(table, asked)
    asked = _settled(connection, actor, table, asked)
    made = _MAKERS[name](Book(connection, actor.organisation, asked.known_at), actor, asked)
    proof = prove(made.sums)
    about = exports.about_of(connection, actor.organisation, _shown(asked), asked.known_at)
    notes = (
        f"Standard table {name}, version {table.version}.",
        *(_mapping(scheme) for scheme in table.schemes),
        *_left_out(connection, actor, table, asked, cache),
        *made.notes,
        in_words(proof),
    )
    about = dataclasses.replace(about, notes=notes, proof=tuple(_line(one) for one in proof))
    return Produced(table, made.layout, tuple(made.rows), proof, about)


def write(produced: Produced, format: Format, file: BinaryIO) -> Written:
    """Write a table in a format, with its proof where the format has a place for it."""
    return exports.write_table(produced.layout, produced.rows, produced.about, format, file)


def tag_of(connection: Connection, actor: Actor, name: str, asked: Asked, format: str) -> str:
    """Give the tag of a table as it is now: it changes with the log, before a number is summed."""
    require(actor, "statistics.read")
    head = log_heads.head(connection, actor.organisation)
    at = head.seq if asked.known_at is None else asked.known_at
    layout = LAYOUT_OF.get(name)
    said = [name, TABLES[name].version, 0 if layout is None else layout.version, format, _shown(asked)]
    of = f"{actor.organisation}{sight.key(connection)}"
    digest = hashlib.sha256(f"{of}{canonical(said)}".encode()).hexdigest()[:16]
    return f'"{REPRESENTATION}.{exports.REPRESENTATION}.{at}-{digest}"'


def in_words(proof: Sequence[Proved]) -> str:
    """Give what was proved in a sentence."""
    count: Counter[str] = Counter()
    for one in proof:
        count[one.rule] += one.sums
    return (
        f"{count.total()} sums were checked and hold: {count[EQUAL]} add up exactly, {count[MEETS]} agree "
        f"with an interval of their own, and {count[WITHIN]} have no more parts than their total allows."
    )


def proved_data(one: Proved) -> dict[str, Any]:
    """Give a proved sum as plain data."""
    return {
        "sum": one.label,
        "rule": one.rule,
        "sums": one.sums,
        "low": one.total.low,
        "high": one.total.high,
        "parts": one.parts,
        "parts_low": one.added.low,
        "parts_high": one.added.high,
    }


def _line(one: Proved) -> tuple[str, str]:
    total, added = one.total, one.added
    many = "" if one.sums == 1 else f" of {one.sums} sums"
    said = f"{total.low} to {total.high}; {one.parts} parts{many} add up to {added.low} to {added.high}"
    return one.label, f"{one.rule}: {said}"


def _settled(connection: Connection, actor: Actor, table: StandardTable, asked: Asked) -> Asked:
    """Give what is asked with the quarter that is meant where none is named: the last that was over."""
    if "quarter" not in table.takes or asked.quarter is not None:
        return asked
    at = exports.about_of(connection, actor.organisation, {}, asked.known_at).at
    return dataclasses.replace(asked, quarter=quarter_before(at))


def _shown(asked: Asked) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in asked.given().items():
        shown = value
        if name == "outcomes":
            shown = ",".join(asked.outcomes or ())
        elif name == "roll_up":
            shown = ",".join(f"{ours}:{theirs}" for ours, theirs in asked.roll_up or ())
        elif name == "population" and asked.population is not None:
            shown = f"{asked.population.name} (SHA-256 {asked.population.sha256})"
        elif name == "by_origin":
            shown = "origin" if asked.by_origin else "list"
        found[PARAMETERS.get(name, name)] = shown
    return found


def _mapping(scheme: str) -> str:
    found = SCHEMES[scheme]
    return f"Codes of {found.title} by mapping {found.version} of {found.dated}: {found.source}."


def _left_out(
    connection: Connection, actor: Actor, table: StandardTable, asked: Asked, cache: Cache | None
) -> list[str]:
    """Give what the numbers leave out, and the headline of each outcome, as the statistics answer it."""
    if "incident" in table.takes:
        return []
    found = []
    meta: dict[str, Any] = {}
    children = table.name == "mrm-quarterly"
    start, end = (None, None) if children else fact_tables.days_of(asked)
    for outcome in () if children else fact_tables.outcomes_of(table, asked):
        question = Question(outcome=outcome, start=start, end=end, known_at=asked.known_at)
        answer = parse(statistics.answer(connection, actor, question, cache).body.decode())
        meta, total = answer["meta"], answer["total"]
        crossing = f"; {meta['straddling']} more cross the days asked for and are left out"
        found.append(
            f"In all {outcome}: {exports.interval(total)}, in {total['incidents']} incidents"
            + (crossing if meta["straddling"] else "")
            + "."
        )
    if not meta:
        question = Question(outcome=Outcome.KILLED.value, known_at=asked.known_at)
        meta = parse(statistics.answer(connection, actor, question, cache).body.decode())["meta"]
    waiting, review = meta["unassessed"], meta["needs_review"]
    found.append(f"{waiting} incidents are unassessed and in no number; {review} need a review.")
    return found
