"""Corroboration: who is behind what is said of an incident, and what two of them both support (R4).

"195 reports, 3 origins, 2 sides, no independent confirmation" is what a reader of 195 reports should know.
Reports are counted by their claims and lists; origins are the roots that these rest on, each voice once;
sides are the parties to the conflict that origins speak for. Independent confirmation is what the policy
``two-independent`` calls corroborated: a number that two claims without a common root, and not of one
side, both give of the same persons. What a party says of its enemy's losses confirms nothing until
somebody who is no party agrees (R5), nor does a figure that contradicts the origin it cites.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from domain.cells import Cell, in_words
from domain.figures import Claim
from domain.independence import (
    Citations,
    citation_paths,
    corroborated_low,
    independence_key,
    rings,
    root_paths,
    rooted,
    supported,
)
from domain.policies import Evidence
from domain.policies.reading import read_claims
from domain.policies.two_independent import READING, claims_as_they_stand
from domain.vocab import Outcome

NAMED, UNNAMED, UNKNOWN = "named", "unnamed", "unknown"
OWN, CITED, STATED, RING = "own", "cited", "stated", "ring"


@dataclass(frozen=True, slots=True)
class Origin:
    """A root of what is said.

    ``id`` is a source's id, or that of a cited report that is not in the record; ``sources`` are all that
    count as this origin: unnamed ones of a kind and side cannot be told apart. ``key`` is its independence
    key. ``standing`` is named, unnamed, or unknown where it is not in the record or stands for a ring of
    reports that cite only each other. ``side`` is the party that it speaks for.
    """

    id: str
    sources: tuple[str, ...]
    key: str
    standing: str
    side: str | None


@dataclass(frozen=True, slots=True)
class Chain:
    """The way from a claim's report, or a list, to a root: ids of reports, then the root's.

    ``link`` says how the last report leads to the root: it is the root's *own*, it *cited* it, it *stated*
    it (the claim names its origin, and no citation leads there), or it lies in a *ring*.
    """

    claim: str
    origin: str
    path: tuple[str, ...]
    link: str


@dataclass(frozen=True, slots=True)
class Heard:
    """What a claim says of a cell: the largest number that it supports, None for a mention.

    ``stands`` is what of it stands under the rules; what does not stand confirms nothing.
    """

    claim: str
    low: int | None
    stands: int | None


@dataclass(frozen=True, slots=True)
class Voices:
    """How many reports say it, and who is behind them.

    ``confirmed`` is the largest number that two independent claims both support, ``by`` those claims; 0 and
    none where nothing is confirmed. ``cell`` None is the incident as a whole, with the largest of its cells.
    """

    cell: Cell | None
    reports: int
    origins: tuple[Origin, ...]
    confirmed: int
    by: tuple[str, ...]
    heard: tuple[Heard, ...]
    sentence: str

    @property
    def keys(self) -> tuple[str, ...]:
        """Give the independence keys: as many voices as can confirm each other at all."""
        return tuple(sorted({origin.key for origin in self.origins}))

    @property
    def sides(self) -> tuple[str, ...]:
        """Give the parties to the conflict for whom somebody speaks."""
        return tuple(sorted({origin.side for origin in self.origins if origin.side is not None}))


@dataclass(frozen=True, slots=True)
class Corroborated:
    """The answer for an incident: the whole, each cell, the chains to the roots, rings, and remarks."""

    whole: Voices
    cells: tuple[Voices, ...]
    chains: tuple[Chain, ...]
    rings: tuple[tuple[str, ...], ...]
    remarks: tuple[str, ...]


def corroborated(evidence: Evidence) -> Corroborated:
    """Give who is behind what is said of an incident, as a whole and cell by cell (R4).

    A list of persons is a voice too; whom it lists is counted by other rules and confirms no number here.
    """
    citations = Citations.of(evidence.sources, evidence.reports, evidence.parties)
    lists = [Claim(one.id, one.id, one.origin, one.seq, one.as_of) for one in evidence.lists]
    said = sorted((*evidence.claims, *lists), key=lambda claim: (claim.seq, claim.id))
    ways = [
        (claim, source, path, _link(claim, path, citations))
        for claim in said
        for source, path in sorted(root_paths(claim, citations).items())
    ]
    origins = _origins(((source, link) for _, source, _, link in ways), citations)
    chains = tuple(Chain(claim.id, origins[source].id, path, link) for claim, source, path, link in ways)
    behind: dict[str, set[str]] = {}
    for chain in chains:
        behind.setdefault(chain.claim, set()).add(chain.origin)

    def origins_of(claims: Iterable[Claim]) -> tuple[Origin, ...]:
        wanted = {id for claim in claims for id in behind[claim.id]}
        return tuple(sorted({one for one in origins.values() if one.id in wanted}, key=lambda one: one.id))

    cells = _cells(said, origins_of, evidence)
    best = _best_of_each_outcome(cells)
    top = max(best, key=lambda one: one.confirmed, default=None)
    reports = len({claim.report for claim in said})
    whole = Voices(
        None,
        reports,
        origins_of(said),
        0 if top is None else top.confirmed,
        () if top is None else top.by,
        tuple(Heard(claim.id, None, None) for claim in said),
        _sentence(reports, origins_of(said), best),
    )
    closed = rings(citations)
    return Corroborated(whole, cells, chains, closed, tuple(_remarks(whole, chains)))


def _link(claim: Claim, path: tuple[str, ...], citations: Citations) -> str:
    last = citations.reports.get(path[-2]) if len(path) > 1 else None
    if last is None:
        return STATED
    if path[-1] in citations.reports:
        return RING
    if path[-1] != last.source and path[-1] in (*last.cites_reports, *last.cites_sources):
        return CITED
    reached = citation_paths(claim.report, citations)
    if all(node.source != claim.origin for id in reached if (node := citations.reports.get(id)) is not None):
        return STATED
    return OWN


def _origins(ends: Iterable[tuple[str, str]], citations: Citations) -> dict[str, Origin]:
    """Give the origin that each root counts as, by the root's id."""
    links: dict[str, set[str]] = {}
    for source, link in ends:
        links.setdefault(source, set()).add(link)
    alike: dict[object, list[str]] = {}
    for source in sorted(links):
        known = citations.sources.get(source)
        # Unnamed persons of one kind, and of one side where they have one, cannot be told apart.
        which = source if known is None or known.named else ("", known.kind, known.side)
        alike.setdefault(which, []).append(source)
    found = {}
    for sources in alike.values():
        known = citations.sources.get(sources[0])
        ring = all(links[source] == {RING} for source in sources)
        standing = UNKNOWN if known is None or ring else NAMED if known.named else UNNAMED
        key = independence_key(sources[0], citations.sources)
        origin = Origin(sources[0], tuple(sources), key, standing, None if known is None else known.side)
        found.update(dict.fromkeys(sources, origin))
    return found


def _cells(
    said: Sequence[Claim], origins_of: Callable[[Iterable[Claim]], tuple[Origin, ...]], evidence: Evidence
) -> tuple[Voices, ...]:
    standing = read_claims(evidence, READING)
    stand = claims_as_they_stand(standing)
    by_id = {claim.id: claim for claim in stand}
    known = rooted(stand, standing.citations)
    found = []
    for cell in sorted(
        {one.cell for claim in said for one in claim.figures if one.group is None}, key=_order
    ):
        speaking = [
            claim
            for claim in said
            if any(one.group is None and cell.holds(one.cell) for one in claim.figures)
        ]
        both = corroborated_low(stand, cell, standing.citations, known)
        reports, origins = len({claim.report for claim in speaking}), origins_of(speaking)
        heard = tuple(
            Heard(
                claim.id,
                supported(claim, cell),
                supported(by_id[claim.id], cell) if claim.id in by_id else None,
            )
            for claim in speaking
        )
        voices = Voices(cell, reports, origins, both.low, both.claims, heard, "")
        confirmed = (voices,) if both.low else ()
        found.append(replace(voices, sentence=_sentence(reports, origins, confirmed)))
    return tuple(found)


def _order(cell: Cell) -> tuple[int, int, str]:
    """Give where a cell stands: by outcome, the whole before its parts."""
    dimensions = sum(part is not None for part in (cell.status, cell.sex, cell.age))
    return Outcome.codes().index(cell.outcome), dimensions, in_words(cell)


def _best_of_each_outcome(cells: Sequence[Voices]) -> list[Voices]:
    """Give for each outcome the cell with the largest confirmed number, the narrowest that has it.

    What is confirmed of the civilians is confirmed of all killed as well, and tells more.
    """
    best: dict[str, Voices] = {}
    for one in cells:
        if one.cell is not None and one.confirmed:
            before = best.get(one.cell.outcome)
            if before is None or one.confirmed >= before.confirmed:
                best[one.cell.outcome] = one
    return list(best.values())


def _sentence(reports: int, origins: Sequence[Origin], confirmed: Sequence[Voices]) -> str:
    """Give it in one sentence, such as "195 reports, 3 origins, 2 sides, no independent confirmation"."""
    if not reports:
        return "No report speaks of it: nothing is known, which is not zero."
    sides = len({one.side for one in origins if one.side is not None})
    outside = sum(one.side is None for one in origins)
    parts = [_counted(reports, "report"), _counted(len(origins), "origin")]
    if not sides:
        parts.append("on no side")
    else:
        parts.append(_counted(sides, "side") + (f" and {outside} on no side" if outside else ""))
    of = [f"at least {one.confirmed} ({in_words(one.cell)})" for one in confirmed if one.cell is not None]
    if of:
        parts.append("independent confirmation of " + " and ".join(of))
    else:
        parts.append("no independent confirmation")
    return ", ".join(parts)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _remarks(whole: Voices, chains: Sequence[Chain]) -> Iterator[str]:
    """Give what a reader must know to read the sentence right."""
    voices = len(whole.keys)
    if voices < len(whole.origins):
        yield (
            f"The {len(whole.origins)} origins are {_counted(voices, 'voice')}: those of one side, and "
            "unnamed ones of one kind, do not confirm each other."
        )
    unnamed = sum(one.standing == UNNAMED for one in whole.origins)
    if unnamed:
        yield f"{_counted(unnamed, 'origin')} unnamed: who they are, or how many, is not known."
    unknown = {one.id for one in whole.origins if one.standing == UNKNOWN}
    ringed = {one.origin for one in chains if one.link == RING} & unknown
    if unknown - ringed:
        yield f"{_counted(len(unknown - ringed), 'origin')} not in the record."
    if ringed:
        yield "Reports cite only each other in a ring: who said it first is not known."
    stated = len({one.claim for one in chains if one.link == STATED})
    if stated:
        yield (
            f"{_counted(stated, 'claim')} with an origin to which no citation leads: that the report names "
            "it is all that is recorded."
        )
