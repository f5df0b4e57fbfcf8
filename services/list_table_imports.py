"""A table of persons by lists: each column a list of its own source, each row a person on some of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from db.engine import Connection
from db.kinds import INCIDENT, LISTING, VICTIM, Kind
from db.queries import imports, incidents, records, victims
from domain.access import Actor
from domain.drafts import ListingDraft, OutcomeDraft, ReportDraft, SourceDraft, VictimDraft
from domain.errors import NotFound
from domain.vocab import Outcome, ReportKind
from exchange.drafts import RowFinding, row_key
from exchange.readers.list_table import ListedRow, ListNames
from services import period_aggregates, reports
from services import sources as source_service
from services.import_runs import Progress, Run, begin, counted, end, propose_each
from services.list_imports import all_known, store_persons
from services.records import new_id

READER = "list-table"
LONGEST_TITLE = 150
"""Characters of the incident's title: those of its lists begin with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableOfLists:
    """What a table says nothing of: the incident whose persons it lists, and what happened to them."""

    title: str
    country: str
    start: str
    end: str
    as_of: str
    """The day that the lists refer to."""
    outcome: str = Outcome.KILLED.value
    incident: str | None = None
    """Code or id of an incident recorded before that the lists belong to; None is one of the table's own."""


def import_list_table(
    connection: Connection,
    actor: Actor,
    table: TableOfLists,
    items: Iterable[ListNames | ListedRow | RowFinding],
    *,
    file_name: str,
    sha256: str,
    assess: str | None = None,
    progress: Progress | None = None,
) -> Run:
    """Import a table of persons by lists: a source and a report a column, a victim a row, a listing a 1.

    A person is known by the exact key of the row, on every list of the incident. The same table twice stores
    nothing new; another table of the same title is a later release of its lists.

    Raises NotFound when the incident is not there.
    """
    run = begin(connection, actor, READER, file_name, sha256)
    whose = table.incident or row_key(table.title, table.country, table.start)
    key, own = f"{whose}:{table.as_of}:{sha256}", f"incident:{whose}"
    found = imports.known(connection, actor.organisation, READER, [key, own])
    read = iter(items)
    names = _names(read)
    rows = counted(read, progress)
    if key in found:
        all_known(run, rows)
    else:
        incident = _incident(connection, actor, table, found.get(own))
        # Before the persons: what is stored in one go cannot be stored into meanwhile.
        lists = _reports(connection, actor, table, sha256, names)
        known = victims.by_external_id(connection, actor.organisation, incident)
        store_persons(connection, actor, incident, _drafts(run, table, incident, lists, rows, known))
        remembered = [(key, incident, 0)]
        if own not in found:
            remembered.append((own, incident, 0))
        imports.remember(connection, actor.organisation, READER, run.id, remembered)
        run.incidents[incident] = 0
        if assess is not None:
            propose_each(connection, actor, run, assess, [incident])
    end(connection, actor, run)
    return run


def _names(items: Iterator[ListNames | ListedRow | RowFinding]) -> tuple[str, ...]:
    """Give the names of the lists, which every reading of a table gives first."""
    first = next(items)
    if not isinstance(first, ListNames):
        raise RuntimeError("A reading of a table begins with the names of its lists.")
    return first.names


def _incident(connection: Connection, actor: Actor, table: TableOfLists, known: str | None) -> str:
    if table.incident is None:
        return period_aggregates.reaching(
            connection,
            actor,
            known,
            title=table.title,
            country=table.country,
            start=table.start,
            end=table.end,
            because="A later table of the lists covers more days.",
        )
    given = incidents.by_code(connection, actor.organisation, table.incident) or table.incident
    if records.one(connection, INCIDENT, actor.organisation, given) is None:
        raise NotFound("There is no such incident.")
    return given


def _reports(
    connection: Connection, actor: Actor, table: TableOfLists, sha256: str, names: Sequence[str]
) -> list[str]:
    """Give the report of each list, new; its source is the one of the list's name, recorded where new."""
    found = []
    for name in names:
        report = ReportDraft(
            source=source_service.known_or_recorded(connection, actor, SourceDraft(name=name)),
            kind=ReportKind.LIST.value,
            title=f"{table.title}: list of {name}, as of {table.as_of}",
            published=table.as_of,
            sha256=sha256,
        )
        found.append(reports.record(connection, actor, report).stored.id)
    return found


def _drafts(
    run: Run,
    table: TableOfLists,
    incident: str,
    lists: Sequence[str],
    rows: Iterable[ListedRow | RowFinding],
    known: dict[str, str],
) -> Iterator[tuple[Kind, str, Any, Mapping[str, Any]]]:
    for item in rows:
        if isinstance(item, RowFinding):
            run.note(item)
            continue
        victim = known.get(item.key)
        if victim is None:
            victim = known[item.key] = new_id()
            outcomes = (OutcomeDraft(outcome=table.outcome),)
            yield VICTIM, victim, VictimDraft(incident=incident, external_id=item.key, outcomes=outcomes), {}
        for place in item.on:
            listing = ListingDraft(
                report=lists[place],
                victim=victim,
                row=item.row,
                external_id=item.key,
                outcome=table.outcome,
            )
            yield LISTING, new_id(), listing, {}
        run.stored.add(item.line)
