"""Does a published table hold together: its parts, its totals, its percentages? (record, rule R9)

Tables are made by hand, and a slip in one number runs on into those worked out from it. The Tech for
Palestine update of July 2025 prints a total of 55,380 over rows that add up to 58,380, and a share of
children that rests on the wrong one; a statement on Syria of November 2012 counts 3,486 killed, offers
3,586 names and calls 680 of them 5.1 per cent. Each clash is named in words with its numbers. Which
number is the slip, the table alone cannot say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True, slots=True)
class Part:
    """A number of a table with its label; ``number`` None is not given.

    ``share`` is the percentage printed beside it, in digits as it is printed and without the sign: its
    decimals say how exact it claims to be.
    """

    label: str
    number: int | None
    share: str | None = None


@dataclass(frozen=True, slots=True)
class Breakdown:
    """One way in which a table divides its total. ``complete``: the parts are all there are, each once."""

    parts: tuple[Part, ...]
    complete: bool = True


@dataclass(frozen=True, slots=True)
class PublishedTable:
    """A total with its breakdowns; ``restated`` are other places where the publication gives the total."""

    total: Part
    breakdowns: tuple[Breakdown, ...] = ()
    restated: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Clash:
    """What cannot hold: a stable code, the words, and the labels of the numbers concerned."""

    code: str
    detail: str
    labels: tuple[str, ...]


def check_table(table: PublishedTable) -> tuple[Clash, ...]:
    """Give every clash of a table, in the order in which it is read.

    Codes: ``total-restated``, ``parts-exceed-total``, ``parts-fall-short``, ``part-exceeds-total``,
    ``share``, ``mixed-denominators``. A part without a number makes nothing clash: unknown is not zero.
    """
    found = _restated(table)
    for breakdown in table.breakdowns:
        found += _parts(table.total, breakdown)
    return (*found, *_shares(table))


def grid_sums(
    columns: Sequence[str],
    rows: Sequence[tuple[str, Sequence[int | None]]],
    *,
    total_row: str | None = None,
    total_column: str | None = None,
) -> tuple[PublishedTable, ...]:
    """Give the sums that a table of rows and columns claims: totals at its foot, its side, or both.

    ``rows`` are (label, one number a column); ``total_row`` and ``total_column`` are the labels of the
    row and the column that add the others up. Labels in a sum are "row, column".
    """
    found: list[PublishedTable] = []

    def claims(total: Part, parts: Sequence[Part]) -> None:
        found.append(PublishedTable(total, (Breakdown(tuple(parts)),)))

    named = dict(rows)
    if total_row is not None:
        for place, column in enumerate(columns):
            parts = [Part(f"{row}, {column}", said[place]) for row, said in rows if row != total_row]
            claims(Part(f"{total_row}, {column}", named[total_row][place]), parts)
    if total_column is not None:
        side = list(columns).index(total_column)
        for row, said in rows:
            parts = [
                Part(f"{row}, {column}", said[place]) for place, column in enumerate(columns) if place != side
            ]
            claims(Part(f"{row}, {total_column}", said[side]), parts)
    return tuple(found)


def not_given(table: PublishedTable) -> tuple[str, ...]:
    """Give the labels of the total and the parts that have no number: with one of them, no sum is proved."""
    parts = [table.total, *(part for breakdown in table.breakdowns for part in breakdown.parts)]
    return tuple(part.label for part in parts if part.number is None)


def _restated(table: PublishedTable) -> list[Clash]:
    total = table.total
    return [
        Clash(
            "total-restated",
            f"'{total.label}' is {total.number:,} and '{other.label}' is {other.number:,}: "
            f"{abs(other.number - total.number):,} {'more' if other.number > total.number else 'fewer'}.",
            (total.label, other.label),
        )
        for other in table.restated
        if total.number is not None and other.number is not None and other.number != total.number
    ]


def _parts(total: Part, breakdown: Breakdown) -> list[Clash]:
    numbers = [one.number for one in breakdown.parts if one.number is not None]
    if total.number is None or not numbers:
        return []
    if not breakdown.complete:
        return [
            Clash(
                "part-exceeds-total",
                f"'{one.label}' {one.number:,} is more than '{total.label}' {total.number:,}.",
                (one.label, total.label),
            )
            for one in breakdown.parts
            if one.number is not None and one.number > total.number
        ]
    added = sum(numbers)
    every = len(numbers) == len(breakdown.parts)
    if added == total.number or (added < total.number and not every):
        return []
    more = added > total.number
    terms = " + ".join(f"{number:,}" for number in numbers)
    apart = f"{abs(added - total.number):,} {'more' if more else 'fewer'}"
    detail = f"{terms} = {added:,}, {apart} than the {total.number:,} of '{total.label}'."
    labels = tuple(one.label for one in breakdown.parts if one.number is not None)
    return [Clash("parts-exceed-total" if more else "parts-fall-short", detail, (*labels, total.label))]


def _shares(table: PublishedTable) -> list[Clash]:
    """Name shares that fit no whole of the table, and shares of one table that rest on different wholes."""
    if not table.total.number:
        return []
    sums = [
        sum(one.number or 0 for one in breakdown.parts)
        for breakdown in table.breakdowns
        if breakdown.complete and all(one.number is not None for one in breakdown.parts)
    ]
    wholes = list(dict.fromkeys([table.total.number, *filter(None, sums)]))
    found: list[Clash] = []
    resting: dict[int, list[Part]] = {}
    for breakdown in table.breakdowns:
        for part in breakdown.parts:
            if part.share is None or part.number is None:
                continue
            fitting = [whole for whole in wholes if _fits(part.number, whole, part.share)]
            if not fitting:
                found.append(_no_share(part, part.number, part.share, table.total.number))
            elif len(fitting) < len(wholes):
                resting.setdefault(fitting[0], []).append(part)
    if len(resting) > 1:
        found.append(_mixed(resting))
    return found


def _fits(number: int, whole: int, share: str) -> bool:
    """Tell whether a printed share is the number's, however a half was rounded."""
    return abs(Decimal(100 * number) / Decimal(whole) - Decimal(share)) * 2 <= _step(share)


def _share(number: int, whole: int, like: str) -> str:
    """Give the share of a number in per cent, with as many decimals as the printed one has."""
    return str((Decimal(100 * number) / Decimal(whole)).quantize(_step(like), ROUND_HALF_UP))


def _step(share: str) -> Decimal:
    return Decimal(1).scaleb(-len(share.partition(".")[2]))


def _no_share(part: Part, number: int, share: str, whole: int) -> Clash:
    truth = _share(number, whole, share)
    detail = f"'{part.label}' is printed as {share}%; {number:,} of {whole:,} is {truth}%."
    return Clash("share", detail, (part.label,))


def _mixed(resting: dict[int, list[Part]]) -> Clash:
    pieces = []
    for whole, parts in resting.items():
        others = [other for other in resting if other != whole]
        shares = [
            f"'{one.label}' {one.share}% ("
            + ", ".join(
                f"{_share(one.number or 0, other, one.share or '')}% of {other:,}" for other in others
            )
            + ")"
            for one in parts
        ]
        pieces.append(f"of {whole:,}: {', '.join(shares)}")
    labels = tuple(one.label for parts in resting.values() for one in parts)
    return Clash("mixed-denominators", f"Shares rest on different wholes: {'; '.join(pieces)}.", labels)
