"""The policy ``two-independent``: how much of what is reported two independent origins each support."""

from __future__ import annotations

from dataclasses import replace

from domain.figures import Booked, Claim, Figures
from domain.independence import corroborated_low, rooted
from domain.persons import raised_to_persons
from domain.policies.base import Evidence, Policy
from domain.policies.ranges import answered, book_ranges, opened, widest_over_parties
from domain.policies.reading import Reading, Standing, read_claims

NAME, VERSION = "two-independent", "1"
READING = Reading()


def report_corroborated(evidence: Evidence) -> Figures:
    """Give the range of each cell and in it the number that two independent origins each support (R4).

    The corroborated number is a floor: two origins who share no root and no side both count at least so
    many. What is beyond it is pending. Nothing is verified by it (R13).
    """
    standing = read_claims(evidence, READING)
    booked = _corroborated(opened(book_ranges(standing, widest_over_parties)), standing)
    raised, findings = raised_to_persons(booked, evidence.persons)
    return answered(NAME, VERSION, standing, raised, *findings)


def _corroborated(booked: tuple[Booked, ...], standing: Standing) -> tuple[Booked, ...]:
    claims = claims_as_they_stand(standing)
    known = rooted(claims, standing.citations)
    found = []
    for one in booked:
        low = corroborated_low(claims, one.cell, standing.citations, known).low
        found.append(replace(one, low=max(one.low, low), high=max(one.high, low), corroborated=low))
    return tuple(found)


def claims_as_they_stand(standing: Standing) -> list[Claim]:
    """Give each claim with only those of its numbers that stand, as they stand."""
    by_claim: dict[str, Claim] = {}
    for ones in standing.cells.values():
        for said in ones:
            before = by_claim.get(said.claim.id)
            stated = replace(said.figure, count=said.count)
            own = () if before is None else before.figures
            by_claim[said.claim.id] = replace(said.claim, figures=(*own, stated))
    return sorted(by_claim.values(), key=lambda claim: (claim.seq, claim.id))


TWO_INDEPENDENT = Policy(
    name=NAME,
    version=VERSION,
    title="Two independent origins",
    description=(
        "The reported range of each cell, raised to the largest number that two independent origins each "
        "support, and that number beside it. Origins are independent when no citation leads them to one "
        "root and they do not stand on one side; an unnamed origin is not independent of another of its "
        "kind. What nobody corroborates is pending."
    ),
    rules=("R1", "R3", "R4", "R5", "R6", "R11"),
    function=report_corroborated,
)
