"""The policy ``reported-range``: from the least to the most that anybody reported."""

from __future__ import annotations

from domain.figures import Figures
from domain.persons import raised_to_persons
from domain.policies.base import Evidence, Policy
from domain.policies.ranges import answered, book_ranges, opened, widest_over_parties
from domain.policies.reading import Latest, Reading, read_claims

NAME = "reported-range"
_FIRST = Reading(
    latest=Latest.PROPOSED, weighs_belligerents=False, keeps_parts=False, checks_copies=False, adds_runs=False
)
_SECOND = Reading()


def report_range_1(evidence: Evidence) -> Figures:
    """Give for each cell the range over all claims that state it (R1, R3, R6).

    An earlier claim of the same named origin on the same cell is superseded by its later one.
    """
    standing = read_claims(evidence, _FIRST)
    return answered(NAME, "1", standing, book_ranges(standing))


def report_range(evidence: Evidence) -> Figures:
    """Give for each cell the range over all claims that stand (R1, R3, R5, R6, R11).

    A total is not raised to the sum of its parts: another claim may count more parts than the total knew,
    and the range says what was reported.
    """
    standing = read_claims(evidence, _SECOND)
    booked, findings = raised_to_persons(opened(book_ranges(standing, widest_over_parties)), evidence.persons)
    return answered(NAME, "2", standing, booked, *findings)


REPORTED_RANGE_1 = Policy(
    name=NAME,
    version="1",
    title="Reported range",
    description=(
        "For each cell, the smallest low and the largest high over all claims that state it, open where any "
        "of them is. A later claim of the same named origin replaces its earlier one, cell by cell. "
        "Numbers of different claims are never added, and independence is not looked at."
    ),
    rules=("R1", "R3", "R6"),
    function=report_range_1,
)

REPORTED_RANGE = Policy(
    name=NAME,
    version="2",
    title="Reported range",
    description=(
        "For each cell, the smallest low and the largest high over all claims that stand, open where any of "
        "them is. A belligerent's number of its enemy's losses stands in a column of its own until "
        "somebody who is no party agrees; a later claim of one origin replaces its earlier one once a "
        "person confirms it. Numbers of different claims are added only for the losses of different parties "
        "and for runs of one total that began anew; independence is not looked at."
    ),
    rules=("R1", "R3", "R5", "R6", "R11"),
    function=report_range,
)
