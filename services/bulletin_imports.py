"""Bulletins of running totals: one report and one claim a day, in one aggregate incident."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from db.engine import Connection
from db.kinds import CLAIM, REPORT, Kind
from db.queries import flags, imports
from domain.access import Actor
from domain.drafts import ClaimDraft, ReportDraft, SourceDraft
from domain.figures import Finding
from exchange.drafts import ClaimRow, ReportRow, RowFinding, SourceRow, row_key
from exchange.readers.gaza_daily import FIRST_DAY
from services import claims, period_aggregates, reports, sources, standing
from services.import_runs import Progress, Run, begin, counted, end, propose_each
from services.records import create_many, new_id


@dataclass(frozen=True, slots=True, kw_only=True)
class BulletinSeries:
    """What the bulletins of one file have in common: the incident that holds them."""

    reader: str
    title: str
    """The incident's title."""
    country: str
    start: str
    """The first day that the totals count."""


def import_bulletins(
    connection: Connection,
    actor: Actor,
    series: BulletinSeries,
    rows: Iterable[ClaimRow | RowFinding],
    *,
    file_name: str,
    sha256: str,
    assess: str | None = None,
    progress: Progress | None = None,
) -> Run:
    """Import a series of bulletins.

    A bulletin is known by its day, source and numbers: the same file again stores nothing new, and a
    number that its publisher changed is another claim for the same day.
    """
    run = begin(connection, actor, series.reader, file_name, sha256)
    said: list[ClaimRow] = []
    for item in counted(rows, progress, every=50):
        if isinstance(item, RowFinding):
            run.note(item)
        else:
            said.append(item)
    wanted = [key for row in said for key in (_claim_key(row), _report_key(row.report))]
    found = imports.known(connection, actor.organisation, series.reader, ["series", *wanted])
    new = [row for row in said if _claim_key(row) not in found]
    run.known |= {row.line for row in said if _claim_key(row) in found}
    if new:
        incident = period_aggregates.reaching(
            connection,
            actor,
            found.get("series"),
            title=series.title,
            country=series.country,
            start=series.start,
            end=max(row.as_of or series.start for row in said),
            because="Later bulletins cover more days.",
        )
        _store(connection, actor, run, incident, new, found)
        run.incidents[incident] = 0
        if assess is not None:
            propose_each(connection, actor, run, assess, [incident])
    end(connection, actor, run)
    return run


def _claim_key(row: ClaimRow) -> str:
    return f"claim:{row.key}"


def _report_key(row: ReportRow) -> str:
    return f"report:{row_key(dataclasses.astuple(row))}"


def _store(
    connection: Connection,
    actor: Actor,
    run: Run,
    incident: str,
    rows: Sequence[ClaimRow],
    found: Mapping[str, str],
) -> None:
    speakers: dict[SourceRow, str] = {}
    for speaker in (one for row in rows for one in (row.report.source, row.origin)):
        if speaker not in speakers:
            draft = SourceDraft(kind=speaker.kind, name=speaker.name, named=speaker.named, side=speaker.side)
            speakers[speaker] = sources.known_or_recorded(connection, actor, draft)
    known_reports = dict(found)
    findings: dict[str, Sequence[Finding]] = {}
    remembered = [(f"touched:{run.id}", incident, 0)]
    if "series" not in found:
        remembered.append(("series", incident, 0))

    def drafts() -> Iterator[tuple[Kind, str, Any, Mapping[str, Any]]]:
        for row in rows:
            key = _report_key(row.report)
            if key not in known_reports:
                known_reports[key] = new_id()
                remembered.append((key, known_reports[key], row.line))
                report = _report(row.report, speakers[row.report.source])
                yield REPORT, known_reports[key], report, reports.derived(report)[0]
            claim, draft = new_id(), _claim(row, known_reports[key], incident, speakers[row.origin])
            findings[claim] = claims.findings(draft)
            remembered.append((_claim_key(row), claim, row.line))
            yield CLAIM, claim, draft, {}
            run.stored.add(row.line)

    done = create_many(connection, actor, drafts())
    flags.replace(
        connection,
        actor.organisation,
        [(one.id, one.seq, told) for one in done if (told := findings.get(one.id))],
    )
    imports.remember(connection, actor.organisation, run.reader, run.id, remembered)
    standing.something_newer(connection, actor.organisation, {incident: done[-1].seq})


def _report(row: ReportRow, source: str) -> ReportDraft:
    return ReportDraft(source=source, kind=row.kind, title=row.title, url=row.url, published=row.published)


def _claim(row: ClaimRow, report: str, incident: str, origin: str) -> ClaimDraft:
    return ClaimDraft(
        report=report,
        incident=incident,
        origin=origin,
        origin_basis=row.origin_basis,
        as_of=row.as_of,
        counts_from=row.counts_from,
        caveat=row.caveat,
        figures=row.figures,
        note=row.note,
    )


GAZA_DAILY = BulletinSeries(
    reader="gaza-daily", title="Casualties in Gaza since 7 October 2023", country="PS", start=FIRST_DAY
)
