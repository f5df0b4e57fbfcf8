"""The policy ``latest-by-origin``: what each origin said last, then the range over the origins."""

from __future__ import annotations

from domain.figures import Figures
from domain.policies.base import Evidence, Policy
from domain.policies.standing import read_claims, with_floors

NAME, VERSION = "latest-by-origin", "1"


def report_latest(evidence: Evidence) -> Figures:
    """Give for each cell the range over what each origin said last of it (R1, R3, R6).

    Parts that an origin's later claim holds but does not state again remain as lower bounds.
    """
    standing = read_claims(evidence)
    if len(evidence.claims) > 1:
        standing = with_floors(standing, evidence)
    return standing.figures(NAME, VERSION)


LATEST_BY_ORIGIN = Policy(
    name=NAME,
    version=VERSION,
    title="Latest by origin",
    description=(
        "Each origin's latest number for a cell stands, then the smallest low and the largest high over the "
        "origins. Women or children counted earlier and left out of a later, larger figure stay as a "
        "lower bound: at least so many."
    ),
    rules=("R1", "R3", "R6"),
    function=report_latest,
)
