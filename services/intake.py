"""Intake: what a data officer enters for one report, in one atomic call."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from db.canonical import parse
from db.engine import Connection
from db.kinds import INCIDENT, REPORT, SOURCE
from db.queries import incidents, records, reports
from db.queries.incidents import Near
from db.queries.records import Stored
from domain.access import Actor, require
from domain.addresses import address_key
from domain.drafts import ClaimDraft, IncidentDraft, PlaceDraft, ReportDraft, SourceDraft
from domain.figures import Finding
from services import claims, locating
from services import incidents as incident_service
from services import reports as report_service
from services import sources as source_service

DAYS_APART = 3
WITHIN_M = 25_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """A report with its incident, claim and figures.

    Each of the sources, the report and the incident is new (a draft) or known (an id). In new drafts the
    references to each other are left empty and filled here.
    """

    source: SourceDraft | str
    origin: SourceDraft | str | None = None
    """Who originally said it; None is the report's own source."""
    report: ReportDraft | str
    incident: IncidentDraft | str
    places: tuple[PlaceDraft, ...] = ()
    claim: ClaimDraft


@dataclass(frozen=True, slots=True)
class Taken:
    """What was stored, and what was known already."""

    source: Stored
    origin: Stored
    report: Stored
    incident: Stored
    places: tuple[Stored, ...]
    claim: Stored
    warnings: tuple[tuple[str, Finding], ...]
    """The part of the request a finding belongs to, and the finding."""
    same_address: tuple[str, ...] = field(default=())
    near: tuple[Near, ...] = field(default=())


def take(connection: Connection, actor: Actor, intake: Intake) -> Taken:
    """Store all of an intake or nothing.

    A source of the same kind and name as one that is known is that one. Raises UnknownReference for an
    id that is not here, and whatever storing the parts raises.
    """
    require(actor, "record.create")
    source = _source(connection, actor, intake.source, "/source")
    origin = source if intake.origin is None else _source(connection, actor, intake.origin, "/origin")
    same = _same_address(connection, actor, intake.report)
    warnings: list[tuple[str, Finding]] = []
    report = _report(connection, actor, intake.report, source.id, warnings)
    incident = _incident(connection, actor, intake.incident, warnings)
    claim = claims.record(
        connection,
        actor,
        dataclasses.replace(intake.claim, report=report.id, incident=incident.id, origin=origin.id),
    )
    warnings += [("/claim", finding) for finding in claim.warnings]
    places = []
    for position, draft in enumerate(intake.places):
        saved = incident_service.record_place(
            connection, actor, dataclasses.replace(draft, incident=incident.id, claim=claim.stored.id)
        )
        found = (*saved.warnings, *locating.not_located(connection, draft, _country(incident)))
        warnings += [(f"/places/{position}", finding) for finding in found]
        places.append(saved.stored)
    near = near_to(connection, actor, incident.id) if isinstance(intake.incident, IncidentDraft) else ()
    again = records.one(connection, INCIDENT, actor.organisation, incident.id)
    return Taken(
        source,
        origin,
        report,
        incident if again is None else again,
        tuple(places),
        claim.stored,
        tuple(warnings),
        tuple(same),
        near,
    )


def _country(incident: Stored) -> str | None:
    found: str | None = parse(incident.content)["country"]
    return found


def _known(connection: Connection, actor: Actor, kind: Any, id: str, pointer: str) -> Stored:
    from services import references

    references.check(connection, actor.organisation, [(pointer, kind, id)])
    stored = records.one(connection, kind, actor.organisation, id)
    if stored is None:
        raise RuntimeError("A record just checked is not there.")
    return stored


def _source(connection: Connection, actor: Actor, given: SourceDraft | str, pointer: str) -> Stored:
    if isinstance(given, str):
        return _known(connection, actor, SOURCE, given, pointer)
    known = source_service.known(connection, actor, given)
    if known is not None:
        return _known(connection, actor, SOURCE, known, pointer)
    return source_service.record(connection, actor, given).stored


def _same_address(connection: Connection, actor: Actor, given: ReportDraft | str) -> list[str]:
    if isinstance(given, str) or given.url is None:
        return []
    return reports.with_address(connection, actor.organisation, address_key(given.url, "/report/url"))


def _report(
    connection: Connection,
    actor: Actor,
    given: ReportDraft | str,
    source: str,
    warnings: list[tuple[str, Finding]],
) -> Stored:
    if isinstance(given, str):
        return _known(connection, actor, REPORT, given, "/report")
    saved = report_service.record(connection, actor, dataclasses.replace(given, source=source))
    warnings += [("/report", finding) for finding in saved.warnings]
    return saved.stored


def _incident(
    connection: Connection,
    actor: Actor,
    given: IncidentDraft | str,
    warnings: list[tuple[str, Finding]],
) -> Stored:
    if isinstance(given, str):
        return _known(connection, actor, INCIDENT, given, "/incident")
    saved = incident_service.record(connection, actor, given)
    warnings += [("/incident", finding) for finding in saved.warnings]
    return saved.stored


def near_to(connection: Connection, actor: Actor, incident: str) -> tuple[Near, ...]:
    """Give the incidents that lie near another in time and place, nearest first."""
    stored = records.one(connection, INCIDENT, actor.organisation, incident)
    if stored is None:
        return ()
    occurred = parse(stored.content)["occurred"]
    spots = incidents.spots(connection, actor.organisation, incident)
    return tuple(
        incidents.near(
            connection,
            actor.organisation,
            start=occurred["start"],
            end=occurred["end"],
            earliest=_shifted(occurred["start"], -DAYS_APART),
            latest=_shifted(occurred["end"], DAYS_APART),
            points=[(lon, lat) for lon, lat, _, _ in spots if lon is not None and lat is not None],
            adm=[(adm1, adm2) for _, _, adm1, adm2 in spots],
            within_m=WITHIN_M,
            excluding=incident,
        )
    )


def _shifted(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()
