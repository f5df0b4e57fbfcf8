"""The policy ``reported-range``: from the least to the most that anybody reported."""

from __future__ import annotations

from domain.figures import Figures
from domain.policies.base import Evidence, Policy
from domain.policies.standing import read_claims

NAME, VERSION = "reported-range", "1"


def report_range(evidence: Evidence) -> Figures:
    """Give for each cell the range over all claims that state it (R1, R3, R6).

    An earlier claim of the same named origin on the same cell is superseded by its later one.
    """
    standing = read_claims(evidence)
    return standing.figures(NAME, VERSION)


REPORTED_RANGE = Policy(
    name=NAME,
    version=VERSION,
    title="Reported range",
    description=(
        "For each cell, the smallest low and the largest high over all claims that state it, open where any "
        "of them is. A later claim of the same named origin replaces its earlier one, cell by cell. "
        "Numbers of different claims are never added, and independence is not looked at."
    ),
    rules=("R1", "R3", "R6"),
    function=report_range,
)
