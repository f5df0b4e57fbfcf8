"""Victims and what each list says of them."""

from __future__ import annotations

from db.canonical import parse
from db.engine import Connection
from db.kinds import LISTING, VICTIM
from db.queries import victims as queries
from domain.access import Actor
from domain.drafts import ListingDraft, VictimDraft
from domain.errors import Conflict
from domain.figures import Finding
from domain.persons import more_named_than_counted
from domain.plausibility import victim_findings
from domain.vocab import Outcome, ReportKind
from services import records, standing
from services.records import Change, Reason, Saved


def record(connection: Connection, actor: Actor, draft: VictimDraft) -> Saved:
    """Record a victim of an incident."""
    saved = records.create(connection, actor, VICTIM, draft, warnings=_findings(connection, actor, draft))
    standing.something_newer(connection, actor.organisation, {draft.incident: saved.stored.seq})
    return saved


def change(
    connection: Connection, actor: Actor, id: str, version: int, revise: Change, reason: Reason
) -> Saved:
    """Change a victim. Raises Conflict when it would move to another incident."""
    before = records.lock_for_change(connection, actor, VICTIM, id, version)
    content = parse(before.content)
    draft = revise(dict(content))
    if draft.incident != content["incident"]:
        raise Conflict("A victim stays with the incident.", code="incident-is-fixed")
    found = _findings(connection, actor, draft, besides=id)
    saved = records.change(connection, actor, VICTIM, before, draft, reason, warnings=found)
    standing.something_newer(connection, actor.organisation, {draft.incident: saved.stored.seq})
    return saved


def _findings(
    connection: Connection, actor: Actor, draft: VictimDraft, *, besides: str | None = None
) -> tuple[Finding, ...]:
    found = victim_findings(draft)
    if any(one.outcome == Outcome.KILLED for one in draft.outcomes):
        said = queries.most_said_killed(connection, actor.organisation, draft.incident)
        named = queries.killed(connection, actor.organisation, draft.incident, besides=besides) + 1
        found += more_named_than_counted("killed", named, said)
    known = queries.of_external_id(connection, actor.organisation, draft.incident, draft.external_id)
    if any(id != besides for id in known):
        found += (
            Finding(
                "external-id-twice",
                "Another person of the incident has this external id; lists know one person by one id, and "
                "two records count twice.",
            ),
        )
    return found


def record_listing(connection: Connection, actor: Actor, draft: ListingDraft) -> Saved:
    """Record what a list says of a victim, as listed."""
    saved = records.create(
        connection, actor, LISTING, draft, warnings=_listing_findings(connection, actor, draft)
    )
    incident = queries.incident_of(connection, actor.organisation, draft.victim)
    standing.something_newer(connection, actor.organisation, {incident: saved.stored.seq})
    return saved


def _listing_findings(connection: Connection, actor: Actor, draft: ListingDraft) -> tuple[Finding, ...]:
    found = []
    if queries.is_listed(connection, actor.organisation, draft.report, draft.victim):
        found.append(Finding("listed-already", "The person stands on this list already, in another row."))
    if queries.kind_of_report(connection, actor.organisation, draft.report) not in (None, ReportKind.LIST):
        found.append(
            Finding(
                "not-a-list",
                "The report is not of kind list: it names some persons and does not claim to name all.",
            )
        )
    return tuple(found)


def change_listing(
    connection: Connection, actor: Actor, id: str, version: int, revise: Change, reason: Reason
) -> Saved:
    """Change a listing, for example link it to another victim."""
    before = records.lock_for_change(connection, actor, LISTING, id, version)
    content = parse(before.content)
    draft = revise(dict(content))
    saved = records.change(connection, actor, LISTING, before, draft, reason)
    # A listing that moves to another person takes evidence from the incident it leaves, too.
    concerned = {
        queries.incident_of(connection, actor.organisation, victim)
        for victim in (content["victim"], draft.victim)
    }
    standing.something_newer(
        connection, actor.organisation, dict.fromkeys(sorted(concerned), saved.stored.seq)
    )
    return saved
