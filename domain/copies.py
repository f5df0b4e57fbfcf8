"""Copies (R4): claims that only print another one again add neither a number nor a voice.

An agency's early number goes on being printed after the agency has said more, translated and dated by whoever
prints it. Taken for what its origin said last, a reprint would undo the later number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from domain.cells import Cell
from domain.figures import Claim, Figure
from domain.independence import Citations, citation_paths


def copies(claims: Iterable[Claim], citations: Citations) -> dict[str, str]:
    """Give the claims that only print another one again, each with the claim that it prints (R4).

    A claim is a copy of one of the same origin when it says nothing of its own, each of its figures being one
    of the other's, in whatever words, and either its report leads to that claim's, or somebody else than
    the origin prints the number as of the same day or of none. So a reprint of an early number is not its
    origin's last word. A wire copy adds nothing, neither a number nor a voice.
    """
    by_origin: dict[str, list[Claim]] = {}
    for claim in sorted(claims, key=lambda claim: (claim.seq, claim.id)):
        by_origin.setdefault(claim.origin, []).append(claim)
    found: dict[str, str] = {}
    for voiced in by_origin.values():
        for claim in voiced:
            others = [other for other in voiced if other.report != claim.report and _prints(claim, other)]
            if not others:
                continue
            paths = citation_paths(claim.report, citations)
            nearest = sorted(
                (len(paths[other.report]), other.seq, other.id) for other in others if other.report in paths
            )
            if nearest:
                found[claim.id] = nearest[-1][2]
            elif not _is_own(claim, citations):
                stated = sorted(
                    (not _is_own(other, citations), other.seq, other.id)
                    for other in others
                    if claim.as_of in (None, other.as_of)
                    and (_is_own(other, citations) or (other.seq, other.id) < (claim.seq, claim.id))
                )
                if stated:
                    found[claim.id] = stated[0][2]
    return {one: _original(one, found) for one in found if _original(one, found) != one}


def _is_own(claim: Claim, citations: Citations) -> bool:
    """Tell whether the origin itself published the claim's report."""
    node = citations.reports.get(claim.report)
    return node is not None and node.source == claim.origin


def _prints(claim: Claim, other: Claim) -> bool:
    """Tell whether a claim says nothing that the other does not: words differ between languages."""
    said = {_said(one) for one in other.figures}
    return (
        claim.said_party in (None, other.said_party)
        and bool(claim.figures)
        and all(_said(one) in said for one in claim.figures)
    )


def _said(figure: Figure) -> tuple[Cell, tuple[int, int, bool] | None, str | None]:
    count = figure.count
    return figure.cell, None if count is None else (count.low, count.high, count.open), figure.group


def _original(claim: str, copied: Mapping[str, str]) -> str:
    """Follow copies of copies to the first; claims that print each other are each their own."""
    seen = {claim}
    here = claim
    while here in copied:
        here = copied[here]
        if here in seen:
            return claim
        seen.add(here)
    return here
