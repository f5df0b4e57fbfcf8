"""The policy ``airwars-range``: a peer's method on the same claims.

Airwars gives minimum and maximum over the credible sources that are no party to the conflict, takes a
belligerent's word as context, and grades each incident. Reprints count as sources here, as they do there:
``two-independent`` shows what is left when they do not.

Source: Airwars, methodology note (Gaza) and the grading texts of its incident pages.
"""

from __future__ import annotations

from dataclasses import replace

from domain.belligerents import speaking_side
from domain.figures import Figures, Grade, TraceStep
from domain.grades import airwars_grade
from domain.independence import Sides
from domain.policies.base import Evidence, Policy
from domain.policies.ranges import answered, book_ranges, opened, widest_over_parties
from domain.policies.reading import Reading, Standing, read_claims
from domain.vocab import ClaimUse, Responsibility, Status

NAME, VERSION = "airwars-range", "1"
_READING = Reading(outsiders_only=True, hears_reprints=True)
NOT_CREDIBLE = ("D", "E")
"""Grades of a source that keep it out: not usually reliable, unreliable (Admiralty)."""
# A party that claims an attack boasts of it; that it harmed civilians it has yet to concede.
_ACCEPTED = (Responsibility.CONCEDED.value,)
_FIGHTERS = (Status.ARMED_FORCES.value, Status.DIRECT_PARTICIPANT.value)


def report_credible(evidence: Evidence) -> Figures:
    """Give the range over credible sources of no party, with the grade of Airwars (R1, R3, R5, R6)."""
    doubted = {source.id for source in evidence.sources if source.reliability in NOT_CREDIBLE}
    heard = replace(evidence, claims=[claim for claim in evidence.claims if claim.origin not in doubted])
    standing = read_claims(heard, _READING)
    standing.trace += _left_out(evidence, doubted)
    figures = answered(NAME, VERSION, standing, opened(book_ranges(standing, widest_over_parties)))
    return replace(figures, grade=_grade(evidence, standing))


def _left_out(evidence: Evidence, doubted: set[str]) -> list[TraceStep]:
    return [
        TraceStep(claim.id, ClaimUse.SET_ASIDE.value, "the recorder grades its origin as not reliable")
        for claim in sorted(evidence.claims, key=lambda claim: (claim.seq, claim.id))
        if claim.origin in doubted
    ]


def _grade(evidence: Evidence, standing: Standing) -> Grade | None:
    """Give the grade; None where nobody but the parties speaks and none of them accepts the harm.

    A source that reports the harm counts with and without a number. That a party accepts the harm is its own
    word against its interest, whatever the recorder thinks of it as a source.
    """
    sides = Sides(evidence.parties)
    held = {sides.of(one.party) for one in evidence.held}
    conceded = any(one.responsibility in _ACCEPTED for one in evidence.held)
    for claim in evidence.claims:
        if claim.said_party is None:
            continue
        accused = sides.of(claim.said_party)
        held.add(accused)
        origin = standing.citations.sources.get(claim.origin)
        conceded = conceded or (
            origin is not None and origin.side == accused and claim.said_responsibility in _ACCEPTED
        )
    reporting = [
        claim
        for claim in evidence.claims
        if any(one.claim == claim.id and one.use == ClaimUse.USED for one in standing.uses)
        and speaking_side(claim, standing.citations, sides) is None
    ]
    sources = {
        standing.citations.reports[claim.report].source
        if claim.report in standing.citations.reports
        else claim.origin
        for claim in reporting
    }
    if not sources and not conceded:
        return None
    fighters = bool(reporting) and all(
        figure.cell.status is not None
        and any(Status.is_within(figure.cell.status, fighter) for fighter in _FIGHTERS)
        for claim in reporting
        for figure in claim.figures
    )
    return airwars_grade(
        credible_sources=len(sources),
        conceded=conceded,
        accused=len(held),
        all_fighters=fighters,
        others_responsible=False,
    )


AIRWARS_RANGE = Policy(
    name=NAME,
    version=VERSION,
    title="Airwars range",
    description=(
        "For each cell the smallest low and the largest high over credible sources that are no party; a "
        "belligerent's word is context. With Airwars' grade of the incident: confirmed, fair, weak, "
        "contested or discounted. Reprints count as sources, as in the method it reproduces."
    ),
    rules=("R1", "R3", "R5", "R6"),
    function=report_credible,
)
