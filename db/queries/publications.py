"""What publishing asks of the record, and the projection that it writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db.tables.assessments import assessment, fact
from db.tables.claims import claim
from db.tables.gazetteer import gazetteer_place
from db.tables.incidents import incident
from db.tables.organisations import member, organisation
from db.tables.publications import public_fact, public_incident, public_organisation, public_term, publication
from db.tables.sources import party, source
from db.tables.victims import listing, victim
from db.types import FOREVER
from domain.vocab import AssessmentState, PublicationState, SourceKind, Visibility

_PUBLIC_STATES = tuple(
    state.value
    for state in (PublicationState.PUBLISHED, PublicationState.SUPERSEDED, PublicationState.RETRACTED)
)
_FACT = (
    *("grain", "outcome", "status", "sex", "age_low", "age_high", "verification", "low", "best", "high"),
    *("open", "period_start", "period_end", "adm1", "cause", "party", "role"),
)
PEOPLE = (SourceKind.WITNESS.value, SourceKind.RELATIVE.value)
"""Kinds of source that are persons."""


def visibilities(connection: Connection, owner: str, ids: Iterable[str]) -> list[str]:
    """Give the visibilities of incidents."""
    query = sa.select(incident.c.visibility).where(
        incident.c.organisation == owner, incident.c.id.in_(sorted(ids))
    )
    return list(connection.execute(query).scalars())


def in_state(connection: Connection, owner: str, incident_id: str, state: str) -> str | None:
    """Give the id of the publication of an incident that is in a state which at most one is in."""
    found: str | None = connection.execute(
        sa.select(publication.c.id).where(
            publication.c.organisation == owner,
            publication.c.incident == incident_id,
            publication.c.state == state,
        )
    ).scalar_one_or_none()
    return found


def public_by(connection: Connection, owner: str, key: str) -> str | None:
    """Give the id of the incident that is public now and has this id or code, or None."""
    found: str | None = connection.execute(
        sa.select(public_incident.c.id).where(
            public_incident.c.organisation == owner,
            public_incident.c.state == PublicationState.PUBLISHED.value,
            (public_incident.c.id == key) | (public_incident.c.code == key),
        )
    ).scalar_one_or_none()
    return found


def last_public(connection: Connection, owner: str, incident_id: str) -> str | None:
    """Give the id of the latest publication of an incident that ever was public."""
    found: str | None = connection.execute(
        sa.select(publication.c.id)
        .where(
            publication.c.organisation == owner,
            publication.c.incident == incident_id,
            publication.c.state.in_(_PUBLIC_STATES),
        )
        .order_by(publication.c.published_at.desc())
        .limit(1)
    ).scalar_one_or_none()
    return found


def assessment_in_force(connection: Connection, owner: str, incident_id: str) -> str | None:
    """Give the id of an incident's approved assessment."""
    found: str | None = connection.execute(
        sa.select(assessment.c.id).where(
            assessment.c.organisation == owner,
            assessment.c.incident == incident_id,
            assessment.c.state == AssessmentState.APPROVED.value,
        )
    ).scalar_one_or_none()
    return found


def facts_in_force(connection: Connection, owner: str, incident_id: str) -> list[dict[str, Any]]:
    """Give the facts of an incident that hold now, in an order that does not depend on their making."""
    query = sa.select(*(fact.c[name] for name in _FACT)).where(
        fact.c.organisation == owner, fact.c.incident == incident_id, fact.c.valid_to == FOREVER
    )
    found = [dict(row) for row in connection.execute(query).mappings()]
    return sorted(found, key=lambda one: [str(one[name]) for name in _FACT])


def reports_behind(connection: Connection, owner: str, incident_id: str) -> list[str]:
    """Give the reports with an unrestricted claim about an incident, or a listing of one of its victims."""
    claims = sa.select(claim.c.report).where(
        claim.c.organisation == owner,
        claim.c.incident == incident_id,
        claim.c.visibility != Visibility.RESTRICTED.value,
    )
    lists = (
        sa.select(listing.c.report)
        .join(victim, (victim.c.organisation == listing.c.organisation) & (victim.c.id == listing.c.victim))
        .where(listing.c.organisation == owner, victim.c.incident == incident_id)
    )
    return sorted(connection.execute(sa.union(claims, lists)).scalars())


def ever_public(connection: Connection, owner: str, incident_id: str | None = None) -> list[str]:
    """Give the ids of the publications that ever were public, of one incident where it is named."""
    query = sa.select(publication.c.id).where(
        publication.c.organisation == owner, publication.c.published_at.is_not(None)
    )
    if incident_id is not None:
        query = query.where(publication.c.incident == incident_id)
    return list(connection.execute(query).scalars())


def names_of_parties(connection: Connection, owner: str, codes: Sequence[str]) -> dict[str, str]:
    """Give the names of parties by code."""
    query = sa.select(party.c.code, party.c.name).where(
        party.c.organisation == owner, party.c.code.in_(codes)
    )
    return {row.code: row.name for row in connection.execute(query)}


def never_public(connection: Connection, owner: str, incident_id: str) -> set[str]:
    """Give names that no text may hold: of members, hidden sources, witnesses, relatives, persons listed."""
    members = sa.select(member.c.name).where(member.c.organisation == owner)
    sources = sa.select(source.c.name).where(
        source.c.organisation == owner, (source.c.confidential == 1) | source.c.kind.in_(PEOPLE)
    )
    listed = (
        sa.select(listing.c.name)
        .join(victim, (victim.c.organisation == listing.c.organisation) & (victim.c.id == listing.c.victim))
        .where(listing.c.organisation == owner, victim.c.incident == incident_id, listing.c.name.is_not(None))
    )
    return set(connection.execute(sa.union(members, sources, listed)).scalars())


def places_in(connection: Connection, column: str, code: str) -> list[tuple[float, float]]:
    """Give longitude and latitude of the gazetteer's places in a unit (``column`` adm1, adm2 or country)."""
    c = gazetteer_place.c
    query = sa.select(c.lon, c.lat).where(c[column] == code)
    if column != "country":
        query = query.where(c.country == code[:2])
    return [(row.lon, row.lat) for row in connection.execute(query)]


def organisation_of(connection: Connection, owner: str) -> dict[str, str]:
    """Give id and name of an organisation."""
    row = connection.execute(
        sa.select(organisation.c.id, organisation.c.name).where(organisation.c.id == owner)
    ).one()
    return {"id": row.id, "name": row.name}


def store_public(
    connection: Connection,
    row: Mapping[str, Any],
    name: str,
    terms: Iterable[tuple[str, str]],
    facts: Sequence[Mapping[str, Any]],
) -> None:
    """Put an incident into the projection in the place of what was there; ``name`` is its organisation's."""
    owner, id = row["organisation"], row["id"]
    if not _changed(connection, public_organisation, {"organisation": owner}, {"name": name}):
        connection.execute(public_organisation.insert().values(organisation=owner, name=name))
    if not _changed(connection, public_incident, {"organisation": owner, "id": id}, row):
        connection.execute(public_incident.insert().values(**row))
    for table in (public_fact, public_term):
        connection.execute(table.delete().where(table.c.organisation == owner, table.c.incident == id))
    known = {"organisation": owner, "incident": id}
    for kind, value in sorted(set(terms)):
        connection.execute(public_term.insert().values(**known, kind=kind, value=value))
    for position, one in enumerate(facts):
        connection.execute(public_fact.insert().values(**known, position=position, **one))


def _changed(
    connection: Connection, table: sa.Table, key: Mapping[str, Any], values: Mapping[str, Any]
) -> bool:
    conditions = [table.c[name] == value for name, value in key.items()]
    return bool(connection.execute(table.update().where(*conditions).values(**values)).rowcount)


def published_among(connection: Connection, owner: str, ids: Sequence[str]) -> set[str]:
    """Give those incidents that are public now."""
    query = sa.select(public_incident.c.id).where(
        public_incident.c.organisation == owner,
        public_incident.c.id.in_(ids),
        public_incident.c.state == PublicationState.PUBLISHED.value,
    )
    return set(connection.execute(query).scalars())


def documents_among(connection: Connection, owner: str, ids: Sequence[str]) -> dict[str, str]:
    """Give what everybody reads now of those incidents that are public, by id."""
    query = sa.select(public_incident.c.id, public_incident.c.document).where(
        public_incident.c.organisation == owner,
        public_incident.c.id.in_(ids),
        public_incident.c.state == PublicationState.PUBLISHED.value,
    )
    return {row.id: row.document for row in connection.execute(query)}


def count_facts(connection: Connection, owner: str, incident_id: str, counted: bool) -> None:
    """Say whether statistics sum an incident's facts, or those of one above it."""
    connection.execute(
        public_fact.update()
        .where(public_fact.c.organisation == owner, public_fact.c.incident == incident_id)
        .values(counted=counted)
    )


def rendered_before(connection: Connection, owner: str, version: int) -> list[str]:
    """Give the incidents whose public document an older renderer wrote."""
    query = sa.select(public_incident.c.id).where(
        public_incident.c.organisation == owner, public_incident.c.document_version < version
    )
    return sorted(connection.execute(query).scalars())


def store_document(
    connection: Connection, owner: str, id: str, version: int, etag: str, document: str
) -> None:
    """Put another rendering in the place of an incident's public document."""
    connection.execute(
        public_incident.update()
        .where(public_incident.c.organisation == owner, public_incident.c.id == id)
        .values(document_version=version, etag=etag, document=document)
    )
