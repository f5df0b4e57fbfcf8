"""Supersession (R6): what an origin says later replaces what it said earlier, cell by cell.

The engine proposes, a person confirms. Until then both numbers stand. The same scope is needed: a running
total from another day on speaks of other days. Claims of unnamed origins supersede nothing, for whether
the same person spoke is not known; a person may all the same confirm that one claim replaces another,
for example that of one side's minister the earlier one of its army.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

from domain.cells import Cell
from domain.figures import Claim, ListReport, Supersession

Said = TypeVar("Said", Claim, ListReport)


@dataclass(frozen=True, slots=True)
class Proposal:
    """An earlier and a later claim of one named origin that both state the cell.

    ``running``: both are running totals from one day, and the later one holds the earlier: no person's word
    is needed for that. One that fell holds less than was said before, and a person decides.
    """

    earlier: str
    later: str
    cell: Cell
    running: bool = False


def in_order(said: Iterable[Said]) -> list[Said]:
    """Give claims or lists of one origin, earliest first.

    By ``as_of``, then by the sequence at which they were recorded. Where one of them has no date the sequence
    alone decides for all: days and sequences mixed can put three claims in a ring.
    """
    found = list(said)
    if all(one.as_of is not None for one in found):
        return sorted(found, key=lambda one: (one.as_of or "", one.seq, one.id))
    return sorted(found, key=lambda one: (one.seq, one.id))


def proposals(stated: Mapping[Cell, Sequence[Claim]], unnamed: frozenset[str]) -> tuple[Proposal, ...]:
    """Give each step from a claim of a named origin to its next one on the same cell and scope (R6)."""
    return tuple(
        Proposal(earlier.id, later.id, cell, _held(earlier, later, cell))
        for cell, claims in stated.items()
        for voiced in _voices(claims, unnamed)
        for earlier, later in pairwise(voiced)
    )


def _voices(claims: Iterable[Claim], unnamed: frozenset[str]) -> list[list[Claim]]:
    """Give the claims of each named origin on one scope, earliest first."""
    by_voice: dict[tuple[str, str | None], dict[str, Claim]] = {}
    for claim in claims:
        if claim.origin not in unnamed:
            by_voice.setdefault((claim.origin, claim.counts_from), {})[claim.id] = claim
    return [in_order(voiced.values()) for voiced in by_voice.values()]


def _held(earlier: Claim, later: Claim, cell: Cell) -> bool:
    """Tell whether a later running total holds an earlier one: it is not below what that may have been."""
    if not (is_running(earlier) and is_running(later)):
        return False
    before, after = _bounds(earlier, cell), _bounds(later, cell)
    return before is not None and after is not None and after[0] >= before[1]


def _bounds(claim: Claim, cell: Cell) -> tuple[int, int] | None:
    counts = [
        one.count for one in claim.figures if one.cell == cell and one.group is None and one.count is not None
    ]
    if not counts:
        return None
    return min(count.low for count in counts), max(count.high for count in counts)


def is_running(claim: Claim) -> bool:
    """Tell whether a claim's numbers are a running total, from a day said up to its own."""
    return claim.counts_from is not None and claim.as_of is not None


def decided(one: Proposal, supersessions: Iterable[Supersession]) -> bool | None:
    """Give a person's word on a proposal: confirmed, rejected, or None where nobody has decided.

    A word on the very cell is stronger than one on all cells of the two claims.
    """
    whole: bool | None = None
    for word in supersessions:
        if (word.earlier, word.later) == (one.earlier, one.later):
            if word.cell == one.cell:
                return word.confirmed
            if word.cell is None:
                whole = word.confirmed
    return whole


def is_backwards(earlier: Claim, later: Claim) -> bool:
    """Tell whether the one that is to replace refers to an earlier day than the one to be replaced."""
    return earlier.as_of is not None and later.as_of is not None and later.as_of < earlier.as_of


def leads_back(word: Supersession, words: Iterable[Supersession]) -> bool:
    """Tell whether confirmed words lead from a word's later claim back to its earlier one, in some cell."""
    links: dict[str, set[str]] = {}
    for one in words:
        if one.confirmed and (None in (one.cell, word.cell) or one.cell == word.cell):
            links.setdefault(one.earlier, set()).add(one.later)
    following, seen = [word.later], {word.later}
    while following:
        for here in links.get(following.pop(), ()):
            if here == word.earlier:
                return True
            if here not in seen:
                seen.add(here)
                following.append(here)
    return False


def replaced(
    stated: Mapping[Cell, Sequence[Claim]],
    unnamed: frozenset[str],
    supersessions: Sequence[Supersession],
    *,
    proposed_too: bool,
) -> dict[Cell, dict[str, str]]:
    """Give for each cell the claims whose number no longer stands, each with the claim that replaces it.

    Confirmed words replace, those across origins too, and later running totals that hold the earlier; with
    ``proposed_too`` what the engine proposes replaces as well, unless a person rejected it. The last of a
    chain is named.
    """
    steps: dict[Cell, dict[str, str]] = {}
    for cell, claims in stated.items():
        for voiced in _voices(claims, unnamed):
            for place, earlier in enumerate(voiced):
                later = _holder(earlier, voiced[place + 1 :], cell, supersessions)
                if later is not None:
                    steps.setdefault(cell, {})[earlier.id] = later
    for one in proposals(stated, unnamed) if proposed_too else ():
        if decided(one, supersessions) is not False:
            steps.setdefault(one.cell, {})[one.earlier] = one.later
    for word in supersessions:
        if not word.confirmed:
            continue
        for cell, claims in stated.items():
            ids = {claim.id for claim in claims}
            if word.cell not in (None, cell) or not {word.earlier, word.later} <= ids:
                continue
            proposal = Proposal(word.earlier, word.later, cell)
            if decided(proposal, supersessions) is not False:
                steps.setdefault(cell, {})[word.earlier] = word.later
    return {cell: _ends(links) for cell, links in steps.items()}


def _holder(
    earlier: Claim, later: Sequence[Claim], cell: Cell, supersessions: Sequence[Supersession]
) -> str | None:
    """Give the last running total that holds an earlier one, None where none does."""
    if not is_running(earlier):
        return None
    for one in reversed(later):
        said = Proposal(earlier.id, one.id, cell, running=True)
        if _held(earlier, one, cell) and decided(said, supersessions) is not False:
            return one.id
    return None


def _ends(links: Mapping[str, str]) -> dict[str, str]:
    """Give for each claim the last one that its chain leads to; claims in a ring replace nobody."""
    found = {}
    for start in links:
        seen, here = {start}, links[start]
        while here in links and here not in seen:
            seen.add(here)
            here = links[here]
        if here not in seen:
            found[start] = here
    return found
