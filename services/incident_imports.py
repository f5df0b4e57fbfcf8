"""Incidents with their claims from a file: what is new is stored, what is known is recognised."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from db.engine import Connection, attempt
from db.queries import imports, incidents, parties, reports
from domain.access import Actor
from domain.addresses import address_key
from domain.drafts import (
    ClaimDraft,
    IncidentDraft,
    PartyDraft,
    PartyRole,
    PlaceDraft,
    ReportDraft,
    SourceDraft,
)
from domain.errors import RecordError
from exchange.drafts import (
    ClaimRow,
    IncidentRow,
    PlaceRow,
    ReportRow,
    RowFinding,
    SourceRow,
    row_key,
)
from services import claims, sources
from services import incidents as incident_service
from services import parties as party_service
from services import reports as report_service
from services.import_runs import Progress, Run, begin, counted, end, propose_all
from services.locating import Locator
from services.recording_many import NewIncident, record_many

CHUNK = 500
_CODE = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)+")


def import_incidents(
    connection: Connection,
    actor: Actor,
    reader: str,
    rows: Iterable[IncidentRow | RowFinding],
    *,
    file_name: str,
    sha256: str,
    assess: str | None = None,
    progress: Progress | None = None,
) -> Run:
    """Import incidents with their places, sources, reports, claims and figures.

    An incident is known by its key, or by its label where that is a code of the organisation; a claim
    by its key, so a claim with another number is a new claim about the known incident. A row that
    cannot be stored is a finding and stops nothing.
    """
    run = begin(connection, actor, reader, file_name, sha256)
    keeper = _Keeper(connection, actor, run)
    locator = Locator(connection, run)
    waiting: list[IncidentRow] = []
    for item in counted(rows, progress, every=50):
        if isinstance(item, RowFinding):
            run.note(item)
            continue
        waiting.append(locator.located(item))
        if len(waiting) == CHUNK:
            _keep(connection, run, keeper, waiting)
            waiting = []
    _keep(connection, run, keeper, waiting)
    locator.note_older()
    if assess is not None:
        propose_all(connection, actor, run, assess, list(run.incidents))
    end(connection, actor, run)
    return run


def _keep(connection: Connection, run: Run, keeper: _Keeper, rows: Sequence[IncidentRow]) -> None:
    """Store rows: those that are new together, and one by one where that cannot be."""
    try:
        with attempt(connection):
            done = keeper.keep_new(rows)
    except RecordError:
        done = {}
        keeper.forget()
    for position, row in enumerate(rows):
        one = done.get(position) or _keep_one(connection, run, keeper, row)
        if one is not None:
            run.stored |= one.stored
            run.known |= one.known
            if one.stored:
                run.incidents[one.incident] = row.line


def _keep_one(connection: Connection, run: Run, keeper: _Keeper, row: IncidentRow) -> _Done | None:
    try:
        with attempt(connection):
            return keeper.keep(row)
    except RecordError as error:
        run.note(RowFinding(line=row.line, code=error.code, detail=_words(error), loses="row"))
        run.skipped |= set(_lines(row))
        keeper.forget()
        return None


def _words(error: RecordError) -> str:
    return " ".join([error.detail, *(fault.detail for fault in error.faults)])


def _lines(row: IncidentRow) -> Iterator[int]:
    yield row.line
    for claim in row.claims:
        yield from _claim_lines(claim)


def _claim_lines(claim: ClaimRow) -> set[int]:
    return {claim.line, *claim.figure_lines, *claim.object_lines}


@dataclasses.dataclass(slots=True)
class _Done:
    incident: str
    stored: set[int] = dataclasses.field(default_factory=set)
    known: set[int] = dataclasses.field(default_factory=set)


class _Keeper:
    """Stores rows and remembers which source, report and party it has met."""

    def __init__(self, connection: Connection, actor: Actor, run: Run) -> None:
        self._connection, self._actor, self._run = connection, actor, run
        self._organisation = actor.organisation
        self._sources: dict[SourceRow, str] = {}
        self._reports: dict[ReportRow, str] = {}
        self._parties: dict[str, str] = {}

    def forget(self) -> None:
        """Forget what was met: some of it was undone with a row."""
        self._sources.clear()
        self._reports.clear()
        self._parties.clear()

    def keep_new(self, rows: Sequence[IncidentRow]) -> dict[int, _Done]:
        """Store together those rows that are new and make one claim; give what was done by their position."""
        keys = [f"incident:{row.key}" for row in rows]
        found = imports.known(self._connection, self._organisation, self._run.reader, keys)
        plain = {
            key: position
            for position, (key, row) in enumerate(zip(keys, rows, strict=True))
            if key not in found and len(row.claims) == 1 and not _CODE.fullmatch(row.label)
        }
        fresh = {position: rows[position] for key, position in plain.items() if keys.count(key) == 1}
        made = record_many(
            self._connection,
            self._actor,
            [
                NewIncident(
                    incident=self._incident_draft(row),
                    claim=self._claim_draft("", row.claims[0]),
                    places=tuple(_place_draft("", place, None) for place in row.places),
                    published=row.claims[0].report.published,
                )
                for row in fresh.values()
            ],
        )
        done: dict[int, _Done] = {}
        remembered: list[tuple[str, str, int]] = []
        for (position, row), (incident, claim) in zip(fresh.items(), made, strict=True):
            said = row.claims[0]
            remembered += [
                (keys[position], incident, row.line),
                (f"claim:{row.key}:{said.key}", claim, said.line),
                (f"touched:{self._run.id}:{row.key}", incident, row.line),
            ]
            done[position] = _Done(incident, _claim_lines(said))
        imports.remember(self._connection, self._organisation, self._run.reader, self._run.id, remembered)
        return done

    def keep(self, row: IncidentRow) -> _Done:
        incident_key = f"incident:{row.key}"
        claim_keys = {claim.key: f"claim:{row.key}:{claim.key}" for claim in row.claims}
        found = imports.known(
            self._connection, self._organisation, self._run.reader, [incident_key, *claim_keys.values()]
        )
        incident = found.get(incident_key) or self._by_code(row.label)
        remembered: list[tuple[str, str, int]] = []
        is_new = incident is None
        done = _Done(incident if incident is not None else self._incident(row))
        if incident_key not in found:
            remembered.append((incident_key, done.incident, row.line))
        if is_new and not row.claims:
            done.stored.add(row.line)
        elif not row.claims:
            done.known.add(row.line)
        for position, claim in enumerate(row.claims):
            key = claim_keys[claim.key]
            if key in found:
                done.known |= _claim_lines(claim)
                continue
            stored = self._claim(done.incident, claim)
            remembered.append((key, stored, claim.line))
            done.stored |= _claim_lines(claim)
            if is_new and position == 0:
                self._places(done.incident, row.places, stored)
        if is_new and not row.claims:
            self._places(done.incident, row.places, None)
        if done.stored:
            remembered.append((f"touched:{self._run.id}:{row.key}", done.incident, row.line))
        imports.remember(self._connection, self._organisation, self._run.reader, self._run.id, remembered)
        return done

    def _by_code(self, label: str) -> str | None:
        if not _CODE.fullmatch(label):
            return None
        return incidents.by_code(self._connection, self._organisation, label)

    def _incident(self, row: IncidentRow) -> str:
        draft = self._incident_draft(row)
        return incident_service.record(self._connection, self._actor, draft).stored.id

    def _incident_draft(self, row: IncidentRow) -> IncidentDraft:
        return IncidentDraft(
            kind=row.kind,
            title=row.title,
            country=row.country,
            occurred=row.occurred,
            causes=row.causes,
            parties=tuple(
                PartyRole(party=self._party(one.party), responsibility=one.responsibility)
                for one in row.parties
            ),
        )

    def _places(self, incident: str, places: Iterable[PlaceRow], claim: str | None) -> None:
        for place in places:
            draft = _place_draft(incident, place, claim)
            incident_service.record_place(self._connection, self._actor, draft)

    def _claim(self, incident: str, row: ClaimRow) -> str:
        return claims.record(self._connection, self._actor, self._claim_draft(incident, row)).stored.id

    def _claim_draft(self, incident: str, row: ClaimRow) -> ClaimDraft:
        figures = tuple(
            dataclasses.replace(one, party=None if one.party is None else self._party(one.party))
            for one in row.figures
        )
        return ClaimDraft(
            report=self._report(row.report),
            incident=incident,
            origin=self._source(row.origin),
            origin_basis=row.origin_basis,
            as_of=row.as_of,
            counts_from=row.counts_from,
            excerpt=row.excerpt,
            caveat=row.caveat,
            said_place=row.said_place,
            said_cause=row.said_cause,
            said_party=None if row.said_party is None else self._party(row.said_party),
            said_responsibility=row.said_responsibility,
            figures=figures,
            objects=row.objects,
            note=row.note,
        )

    def _source(self, row: SourceRow) -> str:
        if row not in self._sources:
            side = None if row.side is None else self._party(row.side)
            draft = SourceDraft(kind=row.kind, name=row.name, named=row.named, side=side)
            self._sources[row] = sources.known_or_recorded(self._connection, self._actor, draft)
        return self._sources[row]

    def _report(self, row: ReportRow) -> str:
        if row in self._reports:
            return self._reports[row]
        source = self._source(row.source)
        key = f"report:{row_key(dataclasses.astuple(row))}"
        known = imports.known(self._connection, self._organisation, self._run.reader, [key]).get(key)
        if known is None and row.url is not None:
            same = reports.with_address(self._connection, self._organisation, address_key(row.url))
            known = same[0] if same else None
        if known is None:
            draft = ReportDraft(
                source=source, kind=row.kind, title=row.title, url=row.url, published=row.published
            )
            known = report_service.record(self._connection, self._actor, draft).stored.id
            imports.remember(
                self._connection, self._organisation, self._run.reader, self._run.id, [(key, known, 0)]
            )
        self._reports[row] = known
        return known

    def _party(self, name: str) -> str:
        if name not in self._parties:
            code = parties.by_code_or_name(self._connection, self._organisation, name)
            if code is None:
                code = slug(name)
                if parties.by_code_or_name(self._connection, self._organisation, code) is None:
                    party_service.record(self._connection, self._actor, PartyDraft(code=code, name=name))
            self._parties[name] = code
        return self._parties[name]


def _place_draft(incident: str, place: PlaceRow, claim: str | None) -> PlaceDraft:
    return PlaceDraft(
        incident=incident,
        claim=claim,
        reported_name=place.reported_name,
        country=place.country,
        adm1=place.adm1,
        adm2=place.adm2,
        resolved_name=place.resolved_name,
        lon=place.lon,
        lat=place.lat,
        radius_m=place.radius_m,
        precision=place.precision,
        basis=place.basis,
        mismatch=place.mismatch,
    )


def slug(name: str) -> str:
    """Give a party's code for a name: small Latin letters, digits and hyphens; never empty."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or f"party-{row_key(name)[:8]}"
