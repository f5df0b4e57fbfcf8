"""Independence of claims (R4): how many do really say it.

A count of articles is no count of witnesses. Each claim is followed to the roots that it rests on, and
two claims are independent only when they share no root. Roots are compared by an *independence
key*, because two names can stand for one voice: everybody who speaks for one side of the
conflict, and all unnamed persons of one kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from domain.cells import Cell
from domain.figures import Claim, Figure, Party, ReportNode, Source
from domain.vocab import Relation


@dataclass(frozen=True, slots=True)
class Root:
    """Who a claim rests on in the end, and how the chain came there.

    ``source`` is a source's id; for a cited report that is not in the record it is the report's
    id, and for a ring of reports that cite only each other the id of one of them. ``path`` are the ids from
    the claim's report to the root, both included. ``ring`` are the keys of those in the ring: any of them may
    have said it first, so it is independent of none.
    """

    source: str
    key: str
    path: tuple[str, ...]
    ring: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Corroboration:
    """What two independent claims both support; no claims means nothing is corroborated."""

    low: int
    claims: tuple[str, ...] = ()
    roots: tuple[Root, ...] = ()


class Sides:
    """The parties with those they fight for: two parts of one side speak with one voice."""

    def __init__(self, parties: Iterable[Party]) -> None:
        self._above = {party.code: party.side for party in parties}

    def of(self, party: str) -> str:
        """Give the party at the head of the side that a party belongs to; itself where it heads one."""
        seen = {party}
        above = self._above.get(party)
        while above is not None and above not in seen:
            seen.add(above)
            party, above = above, self._above.get(above)
        return party


@dataclass(frozen=True, slots=True)
class Citations:
    """Sources and reports by id: what a report rests on."""

    sources: Mapping[str, Source]
    reports: Mapping[str, ReportNode]

    @classmethod
    def of(
        cls, sources: Iterable[Source], reports: Iterable[ReportNode], parties: Iterable[Party] = ()
    ) -> Citations:
        """Give the citation graph of these sources and reports.

        A source that speaks for a part of a side speaks for the side: ``parties`` say who fights for whom.
        """
        sides = Sides(parties)
        return cls(
            {
                source.id: source if source.side is None else replace(source, side=sides.of(source.side))
                for source in sources
            },
            {report.id: report for report in reports},
        )


def independence_key(source: str, sources: Mapping[str, Source]) -> str:
    """Give the key under which a root counts: its side, else its kind when unnamed, else itself (R4).

    ``source`` is the root's id; one that is not among the sources counts as itself.
    """
    known = sources.get(source)
    if known is None:
        return f"source:{source}"
    if known.side is not None:
        return f"side:{known.side}"
    return f"source:{source}" if known.named else f"unnamed:{known.kind}"


def _cited(report: ReportNode) -> tuple[Sequence[str], list[str]]:
    """Give the reports and the sources cited, without the report's own source."""
    return report.cites_reports, [cited for cited in report.cites_sources if cited != report.source]


def citation_paths(start: str, citations: Citations) -> dict[str, tuple[str, ...]]:
    """Give the shortest path from a report to each that its citations lead to, itself included, by id.

    A path ends in an id that may be of a report that is not in the record.
    """
    paths: dict[str, tuple[str, ...]] = {start: (start,)}
    queue = [start]
    for here in queue:
        node = citations.reports.get(here)
        for cited in () if node is None else sorted(_cited(node)[0]):
            if cited not in paths:
                paths[cited] = (*paths[here], cited)
                queue.append(cited)
    return paths


def _ends(start: str, citations: Citations) -> dict[str, tuple[str, ...]]:
    """Give each root of a report with the path to it."""
    ends: dict[str, tuple[str, ...]] = {}
    paths = citation_paths(start, citations)
    for here, path in paths.items():
        node = citations.reports.get(here)
        if node is None:
            ends.setdefault(here, path)
            continue
        reports, sources = _cited(node)
        for source in sorted(sources):
            ends.setdefault(source, (*path, source))
        if not reports and not sources:
            ends.setdefault(node.source, (*path, node.source))
    _close_cycles(paths, ends, citations)
    return ends


def _close_cycles(
    paths: Mapping[str, tuple[str, ...]], ends: dict[str, tuple[str, ...]], citations: Citations
) -> None:
    """Add one root for each ring of reports that cite nobody but each other: the report of smallest id.

    Reports from which some way leads out of the ring are left alone: that way ends in a root. A ring of one
    source's own reports rests on that source.
    """
    citing: dict[str, list[str]] = {}
    leads_out: set[str] = set()
    for here in paths:
        node = citations.reports.get(here)
        cited = () if node is None else _cited(node)[0]
        for one in cited:
            citing.setdefault(one, []).append(here)
        if node is None or not cited or _cited(node)[1]:
            leads_out.add(here)
    following = list(leads_out)
    while following:
        for here in citing.get(following.pop(), ()):
            if here not in leads_out:
                leads_out.add(here)
                following.append(here)
    closed = [here for here in paths if here not in leads_out]
    reach = {here: set(citation_paths(here, citations)) for here in closed}
    for here in closed:
        if all(here in reach[other] for other in reach[here]):
            # Who in the ring said it first is not known. One id for all makes every claim that leads into
            # the ring meet in the same root.
            sources = {citations.reports[other].source for other in reach[here]}
            root = sources.pop() if len(sources) == 1 else min(reach[here])
            ends.setdefault(root, (*paths[here], root))


def _in_ring(root: str, citations: Citations) -> frozenset[str]:
    """Give the keys of those whose reports cite each other in the ring that a root stands for; else none."""
    if root not in citations.reports:
        return frozenset()
    return frozenset(
        independence_key(citations.reports[one].source, citations.sources)
        for one in citation_paths(root, citations)
        if one in citations.reports
    )


def root_paths(claim: Claim, citations: Citations) -> dict[str, tuple[str, ...]]:
    """Give each root that a claim rests on with the path from its report, both included (R4).

    The stated origin is the root claimant. Where that is the report's own source the outlet speaks for
    itself, and the chain is followed to what the report cites; so it is where the report cites a
    report of the origin, so that a printed agency item has the roots of the agency's own.
    A report that cites nobody rests on its source, one in a ring of reports that cite only each other on
    the ring. Reports and sources that are not in the record count as themselves.
    """
    ends: dict[str, tuple[str, ...]] = {}
    followed: set[str] = set()
    for here, path in citation_paths(claim.report, citations).items():
        node = citations.reports.get(here)
        # Whatever a report leads to, the one that leads to it leads to as well.
        if node is not None and node.source == claim.origin and here not in followed:
            followed.update(citation_paths(here, citations))
            for end, onwards in _ends(here, citations).items():
                ends.setdefault(end, (*path, *onwards[1:]))
    return ends or {claim.origin: _way_to(claim, citations)}


def _way_to(claim: Claim, citations: Citations) -> tuple[str, ...]:
    """Give the shortest way from a claim's report to its origin; straight where no citation leads there."""
    for here, path in citation_paths(claim.report, citations).items():
        node = citations.reports.get(here)
        if node is not None and claim.origin in node.cites_sources:
            return (*path, claim.origin)
    return (claim.report, claim.origin)


def rings(citations: Citations) -> tuple[tuple[str, ...], ...]:
    """Give the reports that cite each other in a ring, each ring once, ordered by id."""
    reach = {id: set(citation_paths(id, citations)) for id in citations.reports}
    found = {
        tuple(sorted(other for other in reach[id] if other in reach and id in reach[other])) for id in reach
    }
    return tuple(sorted(ring for ring in found if len(ring) > 1))


def roots(claim: Claim, citations: Citations) -> tuple[Root, ...]:
    """Give the roots that a claim rests on, one for each independence key, ordered by key (R4)."""
    found: dict[str, Root] = {}
    for source, path in sorted(root_paths(claim, citations).items(), key=lambda end: (len(end[1]), end[1])):
        key = independence_key(source, citations.sources)
        found.setdefault(key, Root(source, key, path, _in_ring(source, citations)))
    return tuple(found[key] for key in sorted(found))


def keys_of(roots: Iterable[Root]) -> frozenset[str]:
    """Give every key under which these roots may count: two claims with none in common are independent."""
    return frozenset(key for root in roots for key in (root.ring or (root.key,)))


def supported(claim: Claim, cell: Cell) -> int | None:
    """Give the largest number of persons in the cell that the claim supports, None when it gives none.

    A number said of a part supports as much of the whole; parts are not added, for they may overlap.
    """
    return next((low for low, _ in _largest_first(claim, cell)), None)


Rooted = Mapping[str, tuple[Root, ...]]
"""The roots of each claim, by its id."""


def rooted(claims: Iterable[Claim], citations: Citations) -> Rooted:
    """Give the roots of each of these claims."""
    return {claim.id: roots(claim, citations) for claim in claims}


def corroborated_low(
    claims: Sequence[Claim], cell: Cell, citations: Citations, known: Rooted | None = None
) -> Corroboration:
    """Give the largest number of persons in the cell that two independent claims each support (R4).

    Two claims are independent when they have no independence key in common: a claim that rests on
    two roots does not confirm itself, for it is not known which of them gave the number. They support as
    many as both count of persons that can be the same. ``known`` are the claims' roots where they have been
    followed already.
    """
    known = rooted(claims, citations) if known is None else known
    said = sorted(
        (-low, claim.seq, claim.id, claim) for claim in claims if (low := supported(claim, cell)) is not None
    )
    best = Corroboration(0)
    for place, (below, _, _, claim) in enumerate(said):
        if -below <= best.low:
            break
        keys = keys_of(known[claim.id])
        for _, _, _, other in said[:place]:
            if keys.isdisjoint(keys_of(known[other.id])):
                both = _both_count(other, claim, cell, best.low)
                if both > best.low:
                    best = Corroboration(both, (other.id, claim.id), (*known[other.id], *known[claim.id]))
    return best


def _both_count(one: Claim, other: Claim, cell: Cell, least: int) -> int:
    """Give how many persons of the cell two claims both count, as far as they can be the same persons.

    Seven fighters do not confirm 33 killed whose claim tells 18 civilians and 15 security personnel. What is
    not above ``least`` is not looked for.
    """
    best = least
    for low, mine in _largest_first(one, cell):
        for their_low, theirs in _largest_first(other, cell):
            # From here on nothing can be larger.
            if min(low, their_low) <= best:
                break
            if None not in (mine.party, theirs.party) and mine.party != theirs.party:
                # The losses of two parties are different persons.
                continue
            described, like = one.described(mine), other.described(theirs)
            best = max(best, min(_room(one, mine, like), _room(other, theirs, described)))
    return best


def _largest_first(claim: Claim, cell: Cell) -> list[tuple[int, Figure]]:
    found = [
        (figure.count.low, figure)
        for figure in claim.figures
        if figure.count is not None and figure.group is None and cell.holds(figure.cell)
    ]
    return sorted(found, key=lambda one: -one[0])


def _room(claim: Claim, figure: Figure, cell: Cell) -> int:
    """Give how many of a figure's persons can be of the cell, going by all that the claim says of them."""
    if figure.count is None or claim.described(figure).meet(cell) is None:
        return 0
    room = figure.count.low
    for whole in claim.figures:
        apart = figure.relation == Relation.IN_ADDITION_TO and figure.relation_to == whole.key
        if whole.count is None or whole.group is not None or apart:
            continue
        if whole.cell.holds(figure.cell) and whole.cell.holds(cell):
            room = min(room, whole.count.low - _others(claim, whole, cell))
    return max(0, room)


def _others(claim: Claim, whole: Figure, cell: Cell) -> int:
    """Give how many of a figure's persons the claim tells to be of statuses that the cell leaves out."""
    told = {
        (part.cell, part.party): part.count.low
        for part in claim.figures
        if part.count is not None
        and part.group is None
        and part.cell == Cell(part.cell.outcome, part.cell.status)
        and whole.cell.holds(part.cell)
        and part.cell.meet(cell) is None
        and not (part.relation == Relation.IN_ADDITION_TO and part.relation_to == whole.key)
    }
    return sum(
        low
        for (part, _), low in told.items()
        if not any(other != part and other.holds(part) for other, _ in told)
    )
