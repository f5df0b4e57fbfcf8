"""The evidence of an incident as it was known at a point of the log, from the revisions alone.

What a policy makes of it never changes again: no table of how things stand now is read but to find which
records there are, and none of these is ever deleted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from db.canonical import parse
from db.engine import Connection
from db.queries import claims as claim_queries
from db.queries import records_then as queries
from db.queries.flags import TRANSCRIPTION
from domain.cells import ANY_AGE, Age, Cell
from domain.drafts import OutcomeDraft
from domain.errors import NotFound
from domain.figures import (
    Claim,
    HeldResponsible,
    Listing,
    ListReport,
    NamedPersons,
    Party,
    ReportNode,
    Source,
    Supersession,
)
from domain.independence import Citations
from domain.persons import outcome_now
from domain.policies import Evidence
from domain.releases import replaced
from domain.transcription import mistranscriptions
from domain.vocab import ReportKind
from services import claims as claim_service
from services.figures import gathered


def evidence_then(connection: Connection, organisation: str, incident: str, seq: int) -> Evidence:
    """Give everything recorded about an incident up to a log sequence, as the rules see it.

    Raises NotFound where the incident was not recorded yet.
    """
    then = _Then(connection, organisation, seq)
    content = then.contents([incident]).get(incident)
    if content is None:
        raise NotFound("There was no such incident at that point of the log.")
    said = then.claims(incident)
    listings = then.listings(incident)
    lists = then.lists({one.report for one in listings})
    nodes = then.nodes(claim.report for claim in said)
    wanted = {claim.origin for claim in said} | {one.origin for one in lists.values()}
    wanted |= {source for node in nodes.values() for source in (node.source, *node.cites_sources)}
    sources = then.sources(wanted)
    known = gathered(said, listings, nodes, lists, sources)
    victims = then.victims(incident)
    return replace(
        known,
        parties=then.parties(),
        held=tuple(HeldResponsible(one["party"], one["responsibility"]) for one in content["parties"]),
        supersessions=then.supersessions(incident),
        cleared=then.cleared(said, nodes),
        persons=_named(victims, listings, then, sources),
        outcomes={
            id: outcome_now(outcomes) or ""
            for id, (_, outcomes) in victims.items()
            if outcomes and all(one.start or one.end or one.recognised for one in outcomes)
        },
    )


class _Then:
    """The records of an organisation as they were at a log sequence."""

    def __init__(self, connection: Connection, organisation: str, seq: int) -> None:
        self._connection, self._organisation, self._seq = connection, organisation, seq

    def contents(self, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
        """Give the contents of these records that were there."""
        found = queries.contents(self._connection, self._organisation, ids, self._seq)
        return {id: parse(content) for id, content in found.items()}

    def claims(self, incident: str) -> tuple[Claim, ...]:
        rows = claim_queries.of_incident(self._connection, self._organisation, incident)
        first = {id: seq for id, seq, _ in rows if seq <= self._seq}
        contents = self.contents(first)
        return tuple(claim_service.claim(id, seq, contents[id]) for id, seq in first.items())

    def nodes(self, reports: Iterable[str]) -> dict[str, ReportNode]:
        """Give these reports with all that they cited."""
        nodes: dict[str, ReportNode] = {}
        wanted = set(reports)
        while wanted:
            contents = self.contents(wanted)
            for id, one in contents.items():
                cited = tuple(said["report"] for said in one["cites"] if said["report"] is not None)
                voices = tuple(said["source"] for said in one["cites"] if said["source"] is not None)
                nodes[id] = ReportNode(id, one["source"], cited, voices)
            wanted = {cited for id in contents for cited in nodes[id].cites_reports} - nodes.keys()
        return nodes

    def sources(self, ids: Iterable[str]) -> dict[str, Source]:
        return {
            id: Source(id, one["kind"], one["named"], one["side"], one["reliability"])
            for id, one in self.contents(ids).items()
        }

    def parties(self) -> tuple[Party, ...]:
        found = self.contents(queries.parties(self._connection, self._organisation))
        return tuple(
            sorted((Party(one["code"], one["side"]) for one in found.values()), key=lambda p: p.code)
        )

    def supersessions(self, incident: str) -> tuple[Supersession, ...]:
        found = self.contents(queries.words(self._connection, self._organisation, incident))
        return tuple(
            Supersession(
                one["earlier"],
                one["later"],
                one["confirmed"],
                None
                if one["outcome"] is None
                else Cell(one["outcome"], one["status"], one["sex"], _age(one)),
            )
            for one in found.values()
        )

    def cleared(self, said: tuple[Claim, ...], nodes: Mapping[str, ReportNode]) -> frozenset[str]:
        """Give the claims whose every transcription flag a reviewer had cleared, unchanged since then."""
        kinds: dict[str, set[str]] = {}
        for one in mistranscriptions(said, Citations.of((), nodes.values())):
            kinds.setdefault(one.claim, set()).add(TRANSCRIPTION + one.kind.replace("_", "-"))
        acts = queries.clearings(self._connection, self._organisation, kinds, self._seq)
        return frozenset(claim for claim, codes in kinds.items() if codes <= acts.get(claim, frozenset()))

    def victims(self, incident: str) -> dict[str, tuple[dict[str, Any], list[OutcomeDraft]]]:
        found = self.contents(queries.victims(self._connection, self._organisation, incident))
        return {id: (one, [OutcomeDraft(**said) for said in one["outcomes"]]) for id, one in found.items()}

    def listings(self, incident: str) -> tuple[Listing, ...]:
        victims = set(queries.victims(self._connection, self._organisation, incident))
        if not victims:
            return ()
        found = self.contents(queries.listings(self._connection, self._organisation, incident))
        return tuple(
            Listing(
                one["report"],
                one["victim"],
                one["outcome"],
                one["status"],
                one["sex"],
                one["age_low"],
                one["age_high"],
            )
            for one in found.values()
            if one["victim"] in victims
        )

    def lists(self, ids: Iterable[str]) -> dict[str, ListReport]:
        """Give these reports as lists, with the origin of the claim that each makes."""
        contents = self.contents(ids)
        said = queries.claims_in(self._connection, self._organisation, contents)
        claims = self.contents(said)
        first = queries.first_seqs(self._connection, self._organisation, contents)
        origins: dict[str, list[str]] = {}
        for one in claims.values():
            origins.setdefault(one["report"], []).append(one["origin"])
        return {
            id: ListReport(id, min(origins.get(id, [one["source"]])), one["published"], first[id])
            for id, one in contents.items()
        }

    def is_list(self, ids: Iterable[str]) -> set[str]:
        return {id for id, one in self.contents(ids).items() if one["kind"] == ReportKind.LIST}


def _named(
    victims: Mapping[str, tuple[dict[str, Any], list[OutcomeDraft]]],
    listings: Iterable[Listing],
    then: _Then,
    sources: Mapping[str, Source],
) -> tuple[NamedPersons, ...]:
    """Give how many persons were named, by exact description; who stood only on replaced lists is not."""
    on: dict[str, set[str]] = {}
    for listing in listings:
        on.setdefault(listing.victim, set()).add(listing.report)
    lists = then.lists(then.is_list({report for reports in on.values() for report in reports}))
    gone = replaced(lists.values(), {id for id, source in sources.items() if not source.named})
    counts: Counter[Cell] = Counter()
    for id, (one, outcomes) in victims.items():
        outcome = outcome_now(outcomes)
        withdrawn = bool(on.get(id)) and on[id] <= gone.keys()
        if outcome is not None and not withdrawn:
            counts[Cell(outcome, one["status"], one["sex"], _age(one) or ANY_AGE)] += 1
    return tuple(NamedPersons(cell, count) for cell, count in counts.items())


def _age(one: Mapping[str, Any]) -> Age | None:
    return None if one["age_low"] is None else Age(one["age_low"], one["age_high"])
