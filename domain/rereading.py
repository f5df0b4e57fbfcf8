"""Another reading of an origin: what would change were the outlet itself the origin.

A headline says "officials: 33 dead" and the article beneath it names nobody. The recorder infers that
officials said so, and may be wrong: perhaps the agency counted itself. The record keeps the one reading and
says what the other would change, in who is behind the numbers and in the figures of every policy.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from domain.cells import Cell, in_words
from domain.corroboration import Corroborated, corroborated
from domain.figures import Booked, Claim, Figures
from domain.independence import Citations, citation_paths
from domain.policies import POLICIES, Evidence


@dataclass(frozen=True, slots=True)
class Change:
    """What another reading changes: ``what`` is a part of the answer or a policy's name, in a cell or None.

    ``before`` and ``after`` say it in words.
    """

    what: str
    cell: Cell | None
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Rereading:
    """Another reading of a claim's origin: not ``origin`` but ``instead``, whose report names nobody.

    ``sentence`` is the incident's under this reading.
    """

    claim: str
    origin: str
    instead: str
    sentence: str
    changes: tuple[Change, ...]


def rereadings(evidence: Evidence, inferred: Iterable[str], known: Corroborated) -> tuple[Rereading, ...]:
    """Give the other reading of each claim whose origin a recorder inferred.

    ``inferred`` are these claims' ids, ``known`` is the answer as recorded. A claim whose outlet is the
    origin already, or is not in the record, has no other reading.
    """
    wanted = set(inferred)
    found = []
    figures: dict[str, Figures] = {}
    for claim in sorted(evidence.claims, key=lambda claim: (claim.seq, claim.id)):
        other = _reread(evidence, claim) if claim.id in wanted else None
        if other is None:
            continue
        instead, reread = other
        after = corroborated(reread)
        figures = figures or {name: policy.function(evidence) for name, policy in POLICIES.items()}
        changes = (*_voices(known, after), *_figures(figures, reread))
        found.append(Rereading(claim.id, claim.origin, instead, after.whole.sentence, changes))
    return tuple(found)


def _reread(evidence: Evidence, claim: Claim) -> tuple[str, Evidence] | None:
    """Give who would be the origin, and the evidence read so."""
    citations = Citations.of(evidence.sources, evidence.reports, evidence.parties)
    last = _last_before(claim, citations)
    node = citations.reports.get(last)
    if node is None or node.source == claim.origin or node.source not in citations.sources:
        return None
    own = {id for id, one in citations.reports.items() if one.source == claim.origin}
    alone = replace(
        node,
        cites_sources=tuple(one for one in node.cites_sources if one != claim.origin),
        cites_reports=tuple(one for one in node.cites_reports if one not in own),
    )
    return node.source, replace(
        evidence,
        claims=tuple(
            replace(one, origin=node.source) if one.id == claim.id else one for one in evidence.claims
        ),
        reports=tuple(alone if one.id == last else one for one in evidence.reports),
    )


def _last_before(claim: Claim, citations: Citations) -> str:
    """Give the last report on the way from the claim to its origin that is not the origin's own."""
    for here, path in citation_paths(claim.report, citations).items():
        node = citations.reports.get(here)
        if node is None:
            continue
        if node.source == claim.origin:
            return path[-2] if len(path) > 1 else here
        if claim.origin in node.cites_sources:
            return here
    return claim.report


def _voices(before: Corroborated, after: Corroborated) -> Iterator[Change]:
    if before.whole.sentence != after.whole.sentence:
        yield Change("sentence", None, before.whole.sentence, after.whole.sentence)
    if before.whole.keys != after.whole.keys:
        yield Change("voices", None, str(len(before.whole.keys)), str(len(after.whole.keys)))
    now = {one.cell: one for one in after.cells}
    for one in before.cells:
        if one.cell is not None and now[one.cell].confirmed != one.confirmed:
            yield Change("confirmed", one.cell, str(one.confirmed), str(now[one.cell].confirmed))


def _figures(before: dict[str, Figures], reread: Evidence) -> Iterator[Change]:
    for name, figures in before.items():
        after = POLICIES[name].function(reread)
        was, now = ({one.cell: one for one in found.booked} for found in (figures, after))
        for cell in sorted({*was, *now}, key=in_words):
            old, new = _in_words(was.get(cell)), _in_words(now.get(cell))
            if old != new:
                yield Change(name, cell, old, new)
        if figures.grade != after.grade:
            old_grade, new_grade = (
                "no grade" if one.grade is None else one.grade.code for one in (figures, after)
            )
            yield Change(name, None, old_grade, new_grade)


def _in_words(booked: Booked | None) -> str:
    if booked is None:
        return "no figure"
    said = f"{booked.low}" if booked.low == booked.high else f"{booked.low}-{booked.high}"
    said += " or more" if booked.open else ""
    if booked.corroborated:
        said += f", {booked.corroborated} corroborated"
    return said + (", contested" if booked.contested else "")
