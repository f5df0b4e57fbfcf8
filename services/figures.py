"""Figures for an incident: its evidence given to a policy."""

from __future__ import annotations

from db.canonical import parse
from db.engine import Connection
from db.kinds import INCIDENT
from db.queries import claims as claim_queries
from db.queries import reports as report_queries
from db.queries import victims as victim_queries
from domain.access import Actor, require
from domain.errors import Fault, Invalid
from domain.figures import Figures
from domain.policies import POLICIES, Evidence
from services import claims, records


def evidence(
    connection: Connection,
    organisation: str,
    incident: str,
    *,
    report: str | None = None,
    set_aside: frozenset[str] = frozenset(),
    persons: bool = True,
) -> Evidence:
    """Give everything recorded about an incident, as the rules see it.

    ``report`` restricts it to one report's claims and listings, ``set_aside`` leaves claims out.
    """
    found = [
        claims.claim(id, seq, parse(content))
        for id, seq, content in claim_queries.of_incident(connection, organisation, incident)
        if id not in set_aside
    ]
    listings = (
        tuple(victim_queries.listings_of_incident(connection, organisation, incident)) if persons else ()
    )
    nodes = report_queries.citation_graph(connection, organisation, {claim.report for claim in found})
    lists = victim_queries.list_reports(connection, organisation, {listing.report for listing in listings})
    sources = {claim.origin for claim in found}
    sources |= {node.source for node in nodes.values()}
    sources |= {cited for node in nodes.values() for cited in node.cites_sources}
    sources |= {one.origin for one in lists.values()}
    return Evidence(
        claims=tuple(found),
        sources=tuple(report_queries.sources_of(connection, organisation, sources).values()),
        reports=tuple(nodes.values()),
        lists=tuple(lists.values()),
        listings=listings,
        only_report=report,
    )


def of_incident(
    connection: Connection, actor: Actor, incident: str, policies: tuple[str, ...], report: str | None = None
) -> list[Figures]:
    """Give the incident's figures under each of the named policies.

    Raises NotFound for the incident and Invalid for a policy that does not exist.
    """
    require(actor, "record.read")
    records.read(connection, actor, INCIDENT, incident)
    for name in policies:
        check_policy(name)
    known = evidence(
        connection,
        actor.organisation,
        incident,
        report=report,
        persons=any(counts_persons(name) for name in policies),
    )
    return [POLICIES[name].function(known) for name in policies]


def counts_persons(policy: str) -> bool:
    """Tell whether a policy counts listed persons, so that the lists must be read."""
    return "R11" in POLICIES[policy].rules


def check_policy(name: str, pointer: str = "/policy") -> None:
    """Raise Invalid unless there is a policy of this name."""
    if name not in POLICIES:
        detail = "There is no such policy; choose one of " + ", ".join(sorted(POLICIES)) + "."
        raise Invalid(detail, code="unknown-code", faults=[Fault(pointer, "unknown-code", detail)])
