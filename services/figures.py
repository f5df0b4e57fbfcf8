"""Figures for an incident: its evidence given to a policy."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from db.engine import Connection
from db.queries import flags as flag_queries
from db.queries import incidents as incident_queries
from db.queries import parties as party_queries
from db.queries import reports as report_queries
from db.queries import supersessions as supersession_queries
from db.queries import victims as victim_queries
from domain.figures import Claim, Figures, Listing, ListReport, ReportNode, Source
from domain.policies import Evidence, Policy
from services import claims, policies
from services import persons as person_service


def evidence(
    connection: Connection,
    organisation: str,
    incident: str,
    *,
    report: str | None = None,
    set_aside: frozenset[str] = frozenset(),
    persons: bool = True,
    floor: bool | None = None,
    rejected: Collection[str] = (),
) -> Evidence:
    """Give everything recorded about an incident, as the rules see it; see ``evidence_of_many``.

    ``report`` restricts it to one report's claims and listings, ``set_aside`` leaves claims out, and
    ``rejected`` persons.
    """
    known = evidence_of_many(
        connection, organisation, [incident], persons=persons, floor=floor, rejected={incident: rejected}
    )[incident]
    return restricted(known, report=report, set_aside=set_aside)


def restricted(
    known: Evidence, *, report: str | None = None, set_aside: frozenset[str] = frozenset()
) -> Evidence:
    """Give the evidence for one report's claims and listings only, and without the claims set aside."""
    claims = tuple(claim for claim in known.claims if claim.id not in set_aside)
    # The persons of all reports are no floor for what one report says.
    persons = known.persons if report is None else ()
    unheard = tuple(claim for claim in known.claims if claim.id in set_aside)
    return replace(known, claims=claims, unheard=unheard, persons=persons, only_report=report)


def evidence_of_many(
    connection: Connection,
    organisation: str,
    incidents: Sequence[str],
    *,
    persons: bool = True,
    floor: bool | None = None,
    rejected: Mapping[str, Collection[str]] | None = None,
) -> dict[str, Evidence]:
    """Give everything recorded about each incident, loaded together.

    Without ``persons`` the lists are not read. Named persons are counted as a floor unless ``floor`` is
    false; None is where the lists are not read, for who counts the listings needs no floor. ``rejected``
    are by incident the persons whom people found not to be so: they are evidence for nothing.
    """
    said = claims.of_incidents(connection, organisation, incidents)
    gone = {incident: frozenset(found) for incident, found in (rejected or {}).items()}
    listings = {
        incident: tuple(
            one
            for one in victim_queries.listings_of_incident(connection, organisation, incident)
            if one.victim not in gone.get(incident, frozenset())
        )
        if persons
        else ()
        for incident in incidents
    }
    outcomes = person_service.outcomes_now(connection, organisation, incidents) if persons else {}
    counted = (
        person_service.named(connection, organisation, incidents, gone)
        if floor or (floor is None and not persons)
        else {}
    )
    nodes = report_queries.citation_graph(
        connection, organisation, {claim.report for found in said.values() for claim in found}
    )
    lists = victim_queries.list_reports(
        connection, organisation, {one.report for found in listings.values() for one in found}
    )
    wanted = {claim.origin for found in said.values() for claim in found}
    wanted |= {source for node in nodes.values() for source in (node.source, *node.cites_sources)}
    wanted |= {one.origin for one in lists.values()}
    sources = report_queries.sources_of(connection, organisation, wanted)
    parties = party_queries.sides(connection, organisation)
    held = incident_queries.held_responsible(connection, organisation, incidents)
    cleared = flag_queries.cleared_of_transcription(
        connection, organisation, [claim.id for found in said.values() if len(found) > 1 for claim in found]
    )
    words = supersession_queries.of_incidents(connection, organisation, incidents)
    return {
        incident: replace(
            gathered(said[incident], listings[incident], nodes, lists, sources),
            parties=parties,
            held=held.get(incident, ()),
            cleared=cleared & {claim.id for claim in said[incident]},
            persons=counted.get(incident, ()),
            outcomes=outcomes,
            supersessions=words.get(incident, ()),
        )
        for incident in incidents
    }


def gathered(
    said: Sequence[Claim],
    listings: Sequence[Listing],
    nodes: Mapping[str, ReportNode],
    lists: Mapping[str, ListReport],
    sources: Mapping[str, Source],
) -> Evidence:
    """Give one incident's evidence: its reports with all they cite, and everybody who speaks in them.

    ``nodes`` are at least these reports, and ``sources`` these speakers, by id.
    """
    reports: dict[str, ReportNode] = {}
    following = [claim.report for claim in said]
    while following:
        node = nodes.get(following.pop())
        if node is not None and node.id not in reports:
            reports[node.id] = node
            following.extend(node.cites_reports)
    own = [lists[id] for id in sorted({one.report for one in listings}) if id in lists]
    speakers = [claim.origin for claim in said]
    speakers += [source for node in reports.values() for source in (node.source, *node.cites_sources)]
    speakers += [one.origin for one in own]
    return Evidence(
        claims=said,
        sources=tuple(sources[id] for id in dict.fromkeys(speakers) if id in sources),
        reports=tuple(reports.values()),
        lists=tuple(own),
        listings=listings,
    )


def answers_on(
    connection: Connection,
    organisation: str,
    incident: str,
    names: Sequence[str],
    report: str | None = None,
) -> tuple[list[Figures], Evidence]:
    """Give the figures of an incident that is there under each policy, and the evidence that all were given.

    Raises Invalid for a policy that does not exist.
    """
    wanted = [policies.asked(name) for name in names]
    known = evidence(
        connection,
        organisation,
        incident,
        report=report,
        persons=any(policy.reads_lists for policy in wanted),
        floor=not all(policy.reads_lists for policy in wanted),
    )
    return [under(policy, known) for policy in wanted], known


def under(policy: Policy, known: Evidence) -> Figures:
    """Give the figures of a policy, the same whatever else is asked together with it.

    Whether the lists were read depends on the other policies, so one that reads claims is not shown them.
    """
    return policy.function(known if policy.reads_lists else replace(known, lists=(), listings=()))
