"""Lists of persons: each release a report, each row a listing of a victim, in one aggregate incident."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from db.engine import Connection
from db.kinds import LISTING, VICTIM, Kind
from db.queries import imports, victims
from domain.access import Actor
from domain.drafts import (
    ListingDraft,
    OutcomeDraft,
    ReportDraft,
    SourceDraft,
    VictimDraft,
)
from domain.vocab import ReportKind
from exchange.drafts import ListingRow, RowFinding
from services import period_aggregates, reports, sources, standing
from services.import_runs import Progress, Run, begin, counted, end, propose_each
from services.records import create_many, new_id


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSeries:
    """What the releases of one list have in common: whose it is, and the incident that holds it."""

    reader: str
    source: SourceDraft
    title: str
    """The incident's title."""
    country: str
    start: str
    """The first day that the list covers."""
    incident: str | None = None
    """An incident recorded before that the list belongs to, beside the lists of others; None is its own."""


def import_list(
    connection: Connection,
    actor: Actor,
    series: ListSeries,
    rows: Iterable[ListingRow | RowFinding],
    *,
    as_of: str,
    file_name: str,
    sha256: str,
    assess: str | None = None,
    progress: Progress | None = None,
) -> Run:
    """Import one release of a list.

    A person whom lists of the incident, whoever made them, know by the same exact id is the same victim on
    all of them; nobody is linked by name, and a row without an id is a person of its own. The same file
    for the same day stores nothing new.

    Raises NotFound when the incident is not there.
    """
    run = begin(connection, actor, series.reader, file_name, sha256)
    key = f"{as_of}:{sha256}"
    found = imports.known(connection, actor.organisation, series.reader, ["series", key])
    items = counted(rows, progress)
    if key in found:
        all_known(run, items)
    else:
        incident = period_aggregates.reaching(
            connection,
            actor,
            series.incident or found.get("series"),
            title=series.title,
            country=series.country,
            start=series.start,
            end=as_of,
            because="A later release of the list covers more days.",
        )
        report = _report(connection, actor, series, as_of, sha256)
        known = victims.by_external_id(connection, actor.organisation, incident)
        store_persons(connection, actor, incident, _drafts(run, incident, report, items, known))
        remembered = [(key, report, 0), (f"incident:{key}", incident, 0)]
        if series.incident is None and "series" not in found:
            remembered.append(("series", incident, 0))
        imports.remember(connection, actor.organisation, series.reader, run.id, remembered)
        run.incidents[incident] = 0
        if assess is not None:
            propose_each(connection, actor, run, assess, [incident])
    end(connection, actor, run)
    return run


def all_known(run: Run, items: Iterable[Any]) -> None:
    """Note the rows of a file that was imported before, and what was found in it."""
    for item in items:
        if isinstance(item, RowFinding):
            run.note(item)
        else:
            run.known.add(item.line)


def _report(connection: Connection, actor: Actor, series: ListSeries, as_of: str, sha256: str) -> str:
    report = ReportDraft(
        source=sources.known_or_recorded(connection, actor, series.source),
        kind=ReportKind.LIST.value,
        title=f"{series.title}, as of {as_of}",
        published=as_of,
        sha256=sha256,
    )
    return reports.record(connection, actor, report).stored.id


def store_persons(
    connection: Connection,
    actor: Actor,
    incident: str,
    drafts: Iterable[tuple[Kind, str, Any, Mapping[str, Any]]],
) -> None:
    """Store victims of an incident and their listings together, and say that it has something newer."""
    done = create_many(connection, actor, drafts)
    if done:
        seqs = {incident: done[-1].seq}
        standing.restand(connection, actor.organisation, seqs)
        standing.something_newer(connection, actor.organisation, seqs)


def _drafts(
    run: Run,
    incident: str,
    report: str,
    items: Iterable[ListingRow | RowFinding],
    known: dict[str, str],
) -> Iterator[tuple[Kind, str, Any, Mapping[str, Any]]]:
    for item in items:
        if isinstance(item, RowFinding):
            run.note(item)
            continue
        victim = known.get(item.external_id) if item.external_id is not None else None
        if victim is None:
            victim = new_id()
            if item.external_id is not None:
                known[item.external_id] = victim
            yield VICTIM, victim, _victim(incident, item), {}
        yield LISTING, new_id(), _listing(report, victim, item), {}
        run.stored.add(item.line)


def _victim(incident: str, row: ListingRow) -> VictimDraft:
    return VictimDraft(
        incident=incident,
        names=row.names,
        external_id=row.external_id,
        age_low=row.age_low,
        age_high=row.age_high,
        sex=row.sex,
        status=row.status,
        outcomes=(OutcomeDraft(outcome=row.outcome),),
    )


def _listing(report: str, victim: str, row: ListingRow) -> ListingDraft:
    return ListingDraft(
        report=report,
        victim=victim,
        row=row.row,
        name=row.name,
        external_id=row.external_id,
        outcome=row.outcome,
        age_listed=row.age_listed,
        age_low=row.age_low,
        age_high=row.age_high,
        sex=row.sex,
        status=row.status,
        extra=row.extra,
    )


GAZA_LIST = ListSeries(
    reader="gaza-list",
    source=SourceDraft(kind="hospital", name="Ministry of Health, Gaza"),
    title="List of persons killed in Gaza",
    country="PS",
    start="2023-10-07",
)
"""The lists of the Ministry of Health; the first day is that of the list's own title."""
