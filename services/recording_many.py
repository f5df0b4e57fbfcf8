"""Many new incidents recorded at once, each with a claim and its places: what a large import needs.

The acts go through the door in chunks and the standings are set together, so that the cost is that of
the rows and not of a dozen round trips an incident.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from db import door
from db.engine import Connection
from db.kinds import CLAIM, INCIDENT, PLACE, Kind
from db.queries import flags
from domain.access import Actor
from domain.drafts import ClaimDraft, IncidentDraft, PlaceDraft
from domain.figures import Finding
from domain.plausibility import incident_findings, place_findings, report_before_incident
from services import claims, incidents, standing
from services.records import create_many, new_id

Made = tuple[Kind, str, Any, Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewIncident:
    """An incident to record with what one report says of it; references to each other are filled here."""

    incident: IncidentDraft
    claim: ClaimDraft
    places: tuple[PlaceDraft, ...] = ()
    published: str | None = None
    """When the claim's report was published, to be held against the incident's date."""


def record_many(connection: Connection, actor: Actor, new: Sequence[NewIncident]) -> list[tuple[str, str]]:
    """Record incidents that nobody has recorded before; give (incident, claim), the ids, in their order.

    What each refers to (report, origin, parties) was made or checked by the caller. What a person should
    look at is raised as it is for one record.
    """
    ids = [(new_id(), new_id()) for _ in new]
    found: dict[str, tuple[Finding, ...]] = {}
    done = create_many(connection, actor, _acts(connection, actor, new, ids, found))
    seqs = {one.id: one.seq for one in done}
    flags.replace(
        connection,
        actor.organisation,
        [(id, seqs[id], findings) for id, findings in found.items() if findings],
    )
    standing.restand(connection, actor.organisation, {incident: seqs[incident] for incident, _ in ids})
    return ids


def _acts(
    connection: Connection,
    actor: Actor,
    new: Sequence[NewIncident],
    ids: Sequence[tuple[str, str]],
    found: dict[str, tuple[Finding, ...]],
) -> Iterator[Made]:
    # The lock comes before the first code, as everywhere.
    door.lock_head(connection, actor.organisation)
    for one, (incident, claim) in zip(new, ids, strict=True):
        draft = incidents.with_code(connection, actor.organisation, one.incident)
        found[incident] = incident_findings(draft)
        yield INCIDENT, incident, draft, incidents.first_columns(draft)
        said = dataclasses.replace(one.claim, incident=incident)
        before = report_before_incident(one.published, draft.occurred.start)
        found[claim] = (*claims.findings(said), *before)
        yield CLAIM, claim, said, {}
        for place in one.places:
            id = new_id()
            whole = dataclasses.replace(place, incident=incident, claim=claim)
            found[id] = place_findings(whole)
            yield PLACE, id, whole, {}
