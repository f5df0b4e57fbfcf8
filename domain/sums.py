"""The proof of a table: every sum that it claims, held against the numbers that it prints.

A table of ours is held to the rules by which ``civharm check-table`` checks anyone's
(``domain/published_tables.py``). Three kinds of sums are told apart:

- *equal*: rows of one grain, each person once, so that the parts' lows add up to the total's low and their
  highs to its high, and a total is open where a part is;
- *meets*: an incident's own total and its persons in finer detail, which are booked at two grains, and a tree
  of incidents and what it holds (R7): the two intervals have a number in common, open ends counted. They
  need not be equal, for a total's own interval can be tighter than the sum of its parts;
- *within*: the same where people rejected a part: then the parts may be fewer than the total, and never more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from domain.errors import Unproved
from domain.published_tables import Breakdown, Part, PublishedTable, check_table

EQUAL, MEETS, WITHIN = "equal", "meets", "within"
MOST_NAMED = 10
"""Clashes named in one refusal."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Low and high of a number of a table; ``open`` when more was said to be possible."""

    low: int
    high: int
    open: bool = False

    def __add__(self, other: Interval) -> Interval:
        """Give the sum of two intervals over different persons."""
        return Interval(self.low + other.low, self.high + other.high, self.open or other.open)


NOBODY = Interval(0, 0)


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum that a table claims: a total, its parts, each with its label, and how they are to agree.

    Sums of one ``group`` are told as one in a proof: there may be one for each of thousands of incidents.
    """

    label: str
    total: Interval
    parts: tuple[tuple[str, Interval], ...]
    rule: str = EQUAL
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Proved:
    """Sums that hold: how many, by which rule, and what was held against what, all of them together."""

    label: str
    rule: str
    total: Interval
    parts: int
    added: Interval
    sums: int = 1


def prove(sums: Iterable[Sum]) -> tuple[Proved, ...]:
    """Give every sum with what it was held against. Raises Unproved, naming the clashes, where one fails."""
    proved, clashes = check(sums)
    if clashes:
        more = f" And {len(clashes) - MOST_NAMED} more." if len(clashes) > MOST_NAMED else ""
        raise Unproved(
            "The table is not given, for its sums do not hold. "
            + " ".join(clashes[:MOST_NAMED])
            + more
            + " Look at the assessments of what is named; the statistics answer all the same."
        )
    return proved


def check(sums: Iterable[Sum]) -> tuple[tuple[Proved, ...], tuple[str, ...]]:
    """Give every sum with what it was held against, and the clashes in words."""
    proved: dict[tuple[str, str], Proved] = {}
    clashes: list[str] = []
    for number, one in enumerate(sums):
        added = sum((interval for _, interval in one.parts), NOBODY)
        clashes += [f"{one.label}: {words}" for words in _clashes(one, added)]
        key = (one.group or f"{number} {one.label}", one.rule)
        known = proved.get(key, Proved(one.group or one.label, one.rule, NOBODY, 0, NOBODY, 0))
        proved[key] = Proved(
            known.label,
            one.rule,
            known.total + one.total,
            known.parts + len(one.parts),
            known.added + added,
            known.sums + 1,
        )
    return tuple(proved.values()), tuple(clashes)


def _clashes(one: Sum, added: Interval) -> Sequence[str]:
    if one.rule == EQUAL:
        return _unequal(one, added)
    total = one.total
    too_many = added.low > total.high and not total.open
    too_few = added.high < total.low and not added.open and one.rule == MEETS
    if too_many or too_few:
        return [f"the parts add up to {_said(added)}, and the total's own interval is {_said(total)}."]
    return []


def _unequal(one: Sum, added: Interval) -> list[str]:
    found: list[str] = []
    for end in ("low", "high"):
        parts = tuple(Part(f"{label}, {end}", getattr(interval, end)) for label, interval in one.parts)
        total = Part(f"total, {end}", getattr(one.total, end))
        # No part is a claim too: the total of nothing is 0.
        table = PublishedTable(total, (Breakdown(parts or (Part(f"no part, {end}", 0),)),))
        found += [clash.detail for clash in check_table(table)]
    if one.total.open != added.open:
        found.append("more is said to be possible of the total or of a part, and not of the other.")
    return found


def _said(interval: Interval) -> str:
    numbers = f"{interval.low:,}" if interval.low == interval.high else f"{interval.low:,}-{interval.high:,}"
    return numbers + (" or more" if interval.open else "")
