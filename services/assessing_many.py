"""Many assessments proposed at once: what an import of reviewed incidents needs.

Evidence, scopes and earlier assessments are loaded in sets, so that the cost is that of the rules
and not of a round trip an incident. ``assessments.approve_many`` is the other half.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from db import door
from db.engine import Connection
from db.kinds import INCIDENT
from db.queries import assessments as queries
from db.queries import log_heads, records, standings
from domain.access import Actor, require
from domain.errors import RecordError
from domain.vocab import IncidentState
from services import figures, findings, standing, verifying
from services.assessments import Refused, act_on
from services.findings import Proposal
from services.records import new_id

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Proposed:
    """What came of proposing: the new assessments' ids by incident, and the incidents left as they were."""

    assessments: dict[str, str]
    refused: tuple[Refused, ...]


def propose_many(connection: Connection, actor: Actor, proposals: Sequence[Proposal]) -> Proposed:
    """Propose an assessment for each of many incidents, each incident once.

    An incident that is out of scope, is not there, has nothing to book, whose figures cannot hold
    together or whose assessment in force would be superseded without a reason (R14) is refused with the
    reason, and the others go on.
    """
    require(actor, "assessment.propose")
    found: dict[str, str] = {}
    refused: list[Refused] = []
    # In the order of ids, as all locks are taken.
    ordered = sorted(proposals, key=lambda one: one.incident)
    for start in range(0, len(ordered), CHUNK):
        _propose(connection, actor, ordered[start : start + CHUNK], found, refused)
    return Proposed(found, tuple(refused))


def _propose(
    connection: Connection,
    actor: Actor,
    proposals: Sequence[Proposal],
    found: dict[str, str],
    refused: list[Refused],
) -> None:
    organisation = actor.organisation
    ids = [proposal.incident for proposal in proposals]
    incidents = records.of_ids(connection, INCIDENT, organisation, ids, lock=True)
    reading = {findings.counts_persons(proposal) for proposal in proposals}
    known = figures.evidence_of_many(
        connection,
        organisation,
        ids,
        persons=True in reading,
        floor=False in reading,
        rejected={proposal.incident: proposal.rejected for proposal in proposals},
    )
    in_force = queries.in_force(connection, organisation, ids)
    scopes = {row.id: standing.scope_of(row) for row in standings.scope_rows(connection, organisation, ids)}
    known_seq = log_heads.head(connection, organisation).seq

    def contents() -> Iterator[tuple[str, dict[str, Any]]]:
        for proposal in proposals:
            incident = incidents.get(proposal.incident)
            if incident is None:
                refused.append((proposal.incident, "There is no such incident."))
                continue
            if incident.state == IncidentState.OUT_OF_SCOPE:
                refused.append((proposal.incident, "The incident is out of scope."))
                continue
            try:
                scope = scopes[proposal.incident]
                complete = verifying.completed(connection, actor, proposal, scope)
                answer, cells = findings.finding(complete, known[proposal.incident])
                content = findings.proposal_content(
                    complete,
                    answer,
                    verifying.dated(cells, scope),
                    scope,
                    member=str(actor.member),
                    person=str(actor.person),
                    known_seq=known_seq,
                    incident_version=incident.version,
                    supersedes=in_force.get(proposal.incident),
                )
            except RecordError as error:
                refused.append((proposal.incident, error.detail))
                continue
            yield new_id(), content

    made = list(contents())
    done = door.record(
        connection,
        actor,
        (act_on("propose", id, 1, content, content) for id, content in made),
    )
    seqs = {content["incident"]: one.seq for (_, content), one in zip(made, done, strict=True)}
    found.update((content["incident"], id) for id, content in made)
    first = {id: seq for id, seq in seqs.items() if incidents[id].state == IncidentState.DRAFT}
    standing.set_state(connection, organisation, IncidentState.PROPOSED, first)
