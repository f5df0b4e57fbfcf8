"""The proof of a table: every sum that it claims, held against the numbers that it prints.

A table of ours is held to the rules by which ``civharm check-table`` checks anyone's
(``domain/published_tables.py``): its parts add up to its totals, lows and highs apart. Two kinds of sums
are told apart, because an interval of a total can be tighter than the sum of its parts:

- *equal*: rows of one grain, each person once, so that lows add to the low and highs to the high;
- *meets*: the total's own interval, booked at another grain or in a tree of incidents (R7), and the sum of
  the parts have a number in common, open ends counted. Where they have none, one of the two is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from domain.errors import Unproved
from domain.published_tables import Breakdown, Part, PublishedTable, check_table

EQUAL, MEETS = "equal", "meets"
MOST_NAMED = 20
"""Clashes named in one refusal."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Low and high of a number of a table; ``open`` when more was said to be possible."""

    low: int
    high: int
    open: bool = False


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum that a table claims: a total, its parts, each with its label, and how they are to agree."""

    label: str
    total: Interval
    parts: tuple[tuple[str, Interval], ...]
    rule: str = EQUAL


@dataclass(frozen=True, slots=True)
class Proved:
    """A sum that holds: what was held against what."""

    label: str
    rule: str
    total: Interval
    parts: int
    added: Interval


def prove(sums: Iterable[Sum]) -> tuple[Proved, ...]:
    """Give every sum with what it was held against. Raises Unproved, naming the clashes, where one fails."""
    proved, clashes = check(sums)
    if clashes:
        more = f" And {len(clashes) - MOST_NAMED} more." if len(clashes) > MOST_NAMED else ""
        raise Unproved(
            "The table is not given, for its sums do not hold. " + " ".join(clashes[:MOST_NAMED]) + more
        )
    return proved


def check(sums: Iterable[Sum]) -> tuple[tuple[Proved, ...], tuple[str, ...]]:
    """Give every sum with what it was held against, and the clashes in words."""
    proved: list[Proved] = []
    clashes: list[str] = []
    for one in sums:
        added = _added([interval for _, interval in one.parts])
        found = _unequal(one) if one.rule == EQUAL else _apart(one, added)
        clashes += [f"{one.label}: {words}" for words in found]
        proved.append(Proved(one.label, one.rule, one.total, len(one.parts), added))
    return tuple(proved), tuple(clashes)


def _added(parts: Sequence[Interval]) -> Interval:
    return Interval(
        sum(one.low for one in parts), sum(one.high for one in parts), any(one.open for one in parts)
    )


def _unequal(one: Sum) -> list[str]:
    found: list[str] = []
    for end in ("low", "high"):
        parts = tuple(Part(f"{label}, {end}", getattr(interval, end)) for label, interval in one.parts)
        total = Part(f"total, {end}", getattr(one.total, end))
        # No part is a claim too: the total of nothing is 0.
        table = PublishedTable(total, (Breakdown(parts or (Part(f"no part, {end}", 0),)),))
        found += [clash.detail for clash in check_table(table)]
    return found


def _apart(one: Sum, added: Interval) -> list[str]:
    total = one.total
    if (added.low <= total.high or total.open) and (total.low <= added.high or added.open):
        return []
    return [f"the parts add up to {_said(added)}, and the total's own interval is {_said(total)}."]


def _said(interval: Interval) -> str:
    numbers = f"{interval.low:,}" if interval.low == interval.high else f"{interval.low:,}-{interval.high:,}"
    return numbers + (" or more" if interval.open else "")
