"""What is listed under one incident as tables: every row, from one snapshot."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from db.engine import Connection
from db.kinds import INCIDENT
from db.queries import keyset
from db.queries import lists_of_persons as list_queries
from db.queries.lists_of_persons import ListingOf
from domain.access import Actor
from domain.cells import Cell, flat
from domain.persons import View
from domain.releases import Change
from exchange.columns import Layout, Rows, Value, rows_of
from exchange.formats import Format
from exchange.layouts.under_incident import LIST_CHANGES, LISTS, PERSONS, PROPOSALS, SERIES, series_rows
from services import exports, lists_of_persons, persons, records, series, supersessions
from services.exports import Written


@dataclass(frozen=True, slots=True)
class Laid:
    """Rows of a layout, and what must be read with them."""

    rows: Rows
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """What is listed under an incident: of which layout, what was asked, and what gives its rows.

    ``rows`` raises NotFound where what it lists is not there.
    """

    layout: Layout
    incident: str
    asked: Mapping[str, Any]
    rows: Callable[[Connection, Actor], Laid]


def tag_of(connection: Connection, actor: Actor, listed: Listed, format: Format) -> str:
    """Give the tag of the table as it is now: it changes with the log. Raises NotFound for the incident."""
    records.read(connection, actor, INCIDENT, listed.incident)
    layout = f"{listed.layout.name} {listed.layout.version}"
    asked = {**listed.asked, "incident": listed.incident, "layout": layout}
    return exports.tag_of_log(connection, actor, asked, format.name)


def write(connection: Connection, actor: Actor, listed: Listed, format: Format, file: BinaryIO) -> Written:
    """Write every row. Raises NotFound for the incident."""
    stored = records.read(connection, actor, INCIDENT, listed.incident)
    laid = listed.rows(connection, actor)
    shown = {"incident": stored.id, **listed.asked}
    return exports.write_rows(
        connection, actor, listed.layout, laid.rows, shown, format, file, notes=laid.notes
    )


def lists(incident: str) -> Listed:
    """Give the lists that name persons of an incident."""

    def rows(connection: Connection, actor: Actor) -> Laid:
        found = lists_of_persons.of_incident(connection, actor, incident)
        return Laid(rows_of(LISTS, (dataclasses.asdict(one) for one in found)))

    return Listed(LISTS, incident, {}, rows)


def list_changes(incident: str, report: str, change: str | None) -> Listed:
    """Give what a list added, removed or changed against the one before of its origin."""
    wanted: Sequence[Change] = tuple(Change) if change is None else (Change(change),)

    def rows(connection: Connection, actor: Actor) -> Laid:
        before, counts = lists_of_persons.changes(connection, actor, incident, report)
        listed = list_queries.changed(actor.organisation, incident, report, before, wanted)
        notes = (
            f"Against: {before or 'no list, for it is the first of its origin'}.",
            f"{counts.added} added, {counts.removed} removed, {counts.changed} changed.",
            f"{counts.unchanged} stand on both lists, described alike.",
            f"Listings without an id that links them to the list before: {counts.without_id}.",
            f"Listings of the list before without one that links them here: {counts.without_id_before}.",
        )
        return Laid(rows_of(LIST_CHANGES, _changed(connection, listed)), notes)

    asked = {"report": report} if change is None else {"report": report, "change": change}
    return Listed(LIST_CHANGES, incident, asked, rows)


def _changed(connection: Connection, listed: keyset.Keyset) -> Iterator[dict[str, Value]]:
    for chunk in keyset.chunks(connection, listed):
        for row in chunk:
            one = list_queries.changed_listing(row)
            yield {
                "change": one.change,
                "victim": one.victim,
                **_side("before", one.before),
                **_side("now", one.now),
            }


def _side(side: str, said: ListingOf | None) -> dict[str, Value]:
    return {f"{side}_{name}": None if said is None else getattr(said, name) for name in ListingOf._fields}


def on_day(incident: str, day: str, view: str) -> Listed:
    """Give the named persons of an incident as they stood on a day, counted by description and outcome."""

    def rows(connection: Connection, actor: Actor) -> Laid:
        found = persons.on_day(connection, actor, incident, day, View(view))
        items = ({**flat(one.cell), "persons": one.count} for one in found.cells)
        return Laid(rows_of(PERSONS, items), (f"Persons without an outcome on the day: {found.without}.",))

    return Listed(PERSONS, incident, {"on": day, "view": view}, rows)


def proposals(incident: str) -> Listed:
    """Give the later numbers of an origin beside its earlier ones, and whether they replace them."""

    def rows(connection: Connection, actor: Actor) -> Laid:
        found = supersessions.of_incident(connection, actor, incident)
        items = (
            {
                **flat(one.cell),
                "earlier": one.earlier,
                "later": one.later,
                **{f"before_{end}": getattr(one.before, end) for end in ("low", "high", "open")},
                **{f"after_{end}": getattr(one.after, end) for end in ("low", "high", "open")},
                "running": one.running,
                "state": one.state,
            }
            for one in found
        )
        return Laid(rows_of(PROPOSALS, items))

    return Listed(PROPOSALS, incident, {}, rows)


def totals(incident: str, cell: Cell, group: str | None, origin: str | None) -> Listed:
    """Give the running totals of a cell, day by day."""

    def rows(connection: Connection, actor: Actor) -> Laid:
        told = series.of_incident(connection, actor, incident, cell, group=group, origin=origin)
        notes = (
            *(f"{found.code}: {found.detail}" for one in told.series for found in one.findings),
            *(f"The source of claim {claim} reserves: {words}" for claim, words in told.caveats.items()),
        )
        return Laid(series_rows(told.series), notes)

    asked = {**flat(cell), "group": group, "origin": origin}
    return Listed(SERIES, incident, {name: value for name, value in asked.items() if value is not None}, rows)
