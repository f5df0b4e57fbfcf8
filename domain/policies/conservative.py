"""The policy ``conservative``: the least that anybody who may be heard says, and that more is possible."""

from __future__ import annotations

from domain.figures import Figures
from domain.persons import raised_to_persons
from domain.policies.base import Evidence, Policy
from domain.policies.ranges import answered, book_ranges, least, opened
from domain.policies.reading import Reading, read_claims
from domain.words import ACLED

NAME, VERSION = "conservative", "1"
_READING = Reading(words=ACLED)


def report_least(evidence: Evidence) -> Figures:
    """Give for each cell the least that stands, open where anybody says more (R1-R3, R5, R6, R11).

    Words are numbers by ACLED's conservative table ("dozens" 12), open above.
    """
    standing = read_claims(evidence, _READING)
    booked, findings = raised_to_persons(opened(book_ranges(standing, least)), evidence.persons)
    return answered(NAME, VERSION, standing, booked, *findings)


CONSERVATIVE = Policy(
    name=NAME,
    version=VERSION,
    title="Conservative",
    description=(
        "For each cell the least number that stands, open where anybody says more. Words count as ACLED "
        "counts them: tens 10, dozens 12, hundreds 100, each at least so many. No admission of another side "
        "raises a total."
    ),
    rules=("R1", "R2", "R3", "R5", "R6", "R11"),
    function=report_least,
)
