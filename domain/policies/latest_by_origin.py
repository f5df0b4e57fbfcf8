"""The policy ``latest-by-origin``: what each origin said last, then the range over the origins."""

from __future__ import annotations

from domain.figures import Figures
from domain.persons import raised_to_persons
from domain.policies.base import Evidence, Policy
from domain.policies.ranges import admitted, answered, book_ranges, opened, widest_over_parties
from domain.policies.reading import Latest, Reading, read_claims

NAME = "latest-by-origin"
_FIRST = Reading(latest=Latest.PROPOSED, weighs_belligerents=False, checks_copies=False, adds_runs=False)
_SECOND = Reading(latest=Latest.PROPOSED)


def report_latest_1(evidence: Evidence) -> Figures:
    """Give for each cell the range over what each origin said last of it (R1, R3, R6).

    Parts that an origin's later claim holds but does not state again remain as lower bounds.
    """
    standing = read_claims(evidence, _FIRST)
    return answered(NAME, "1", standing, book_ranges(standing))


def report_latest(evidence: Evidence) -> Figures:
    """Give what each origin said last of a cell, the total raised to what parties admit (R1, R3, R5, R6)."""
    standing = read_claims(evidence, _SECOND)
    booked, findings = raised_to_persons(
        admitted(opened(book_ranges(standing, widest_over_parties)), standing), evidence.persons
    )
    return answered(NAME, "2", standing, booked, *findings)


LATEST_BY_ORIGIN_1 = Policy(
    name=NAME,
    version="1",
    title="Latest by origin",
    description=(
        "Each origin's latest number for a cell stands, then the smallest low and the largest high over the "
        "origins. Women or children counted earlier and left out of a later, larger figure stay as a "
        "lower bound: at least so many."
    ),
    rules=("R1", "R3", "R6"),
    function=report_latest_1,
)

LATEST_BY_ORIGIN = Policy(
    name=NAME,
    version="2",
    title="Latest by origin",
    description=(
        "Each origin's latest number for a cell stands without waiting for a person's word, unless one "
        "rejected it; then the smallest low and the largest high over the origins. Parts left out of a "
        "later figure stay as lower bounds. What a party admits of its own losses raises the total; what "
        "it says of its enemy's stands in a column of its own."
    ),
    rules=("R1", "R3", "R5", "R6", "R11"),
    function=report_latest,
)
