"""Editions of the fixed public tables: what each renews, and what it prints.

An edition is made as a whole and numbered, never to order. Each of its blocks is renewed or stays as it was
printed last, and a reader is not told which: where nothing seems to have moved, nothing did, or too little
to be told (``domain/suppression.py``). A year comes in when it is over, for a year that is still going on
grows by a few persons at a time, and every such step would have to be withheld.

What an edition counted, incident by incident, is kept by the organisation and published nowhere: the next
edition is held against it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.fixed_tables import Block, Cell, Counted, FixedTable, Frame, PublicFact, blocks, frames, values
from domain.suppression import Renewal, is_protected, renew

NORMAL, SUPPRESSED = "A", "Q"
"""SDMX CL_OBS_STATUS: a normal value; a missing value, suppressed."""
FREE, CONFIDENTIAL = "F", "C"
"""SDMX CL_CONF_STATUS: free for publication; confidential statistical information. The finer codes would tell
which cells have few persons and which are withheld in their place: all are marked alike."""

KEYS = ("outcome", "year")
NUMBERS = ("persons", "obs_status", "conf_status")


@dataclass(frozen=True, slots=True)
class Printing:
    """A block as it was printed: what it counted, and the rows that its tables had."""

    renewal: Renewal
    frame: Frame


Printings = Mapping[Block, Printing]
Row = dict[str, str | int | None]


def next_edition(
    past: Sequence[Printings], facts: Iterable[PublicFact], threshold: int, until: int
) -> dict[Block, Printing]:
    """Give the blocks that the next edition renews, after those that each earlier one renewed.

    Facts of days after the year ``until`` do not count. Raises RuntimeError where a block is not protected
    once it is asked again: nothing is printed then.
    """
    used = [fact for fact in facts if int(fact.period_end[:4]) <= until]
    now, rows = blocks(used), frames(used)
    before: dict[Block, list[Printing]] = {}
    for edition in past:
        for block, printing in edition.items():
            before.setdefault(block, []).append(printing)
    _stay_in_their_year(standing(past), now)
    found: dict[Block, Printing] = {}
    for block in sorted({*now, *before}):
        printed = [one.renewal for one in before.get(block, [])]
        entries = now.get(block, {})
        renewal = renew(printed, entries, threshold) if printed or entries else None
        if renewal is None:
            continue
        if not is_protected([*printed, renewal]) and renewal.printed():
            raise RuntimeError("A block of the fixed tables is not protected.")
        found[block] = Printing(renewal, _frame(rows.get(block[1]), renewal))
    return found


def _stay_in_their_year(printed: Printings, now: dict[Block, dict[str, Counted]]) -> None:
    """Count incidents where they were counted before: one that moved to another year would tie two blocks."""
    where = {
        (block[0], id): (block, one)
        for block, printing in printed.items()
        for id, one in printing.renewal.entries.items()
    }
    for block in sorted(now):
        for id in [id for id in now[block] if where.get((block[0], id), (block,))[0] != block]:
            del now[block][id]
            old, counted = where[block[0], id]
            now.setdefault(old, {})[id] = counted


def _frame(frame: Frame | None, renewal: Renewal) -> Frame:
    """Give the rows of a block: those of its year, and of what it still counts as it was before."""
    entries = renewal.entries.values()
    units = {(one.country, one.adm1) for one in entries} | (frame.units if frame else frozenset())
    months = {one.month for one in entries} | (frame.months if frame else frozenset())
    return Frame(frozenset(units), frozenset(months))


def standing(past: Sequence[Printings]) -> dict[Block, Printing]:
    """Give each block as the last of these editions prints it."""
    found: dict[Block, Printing] = {}
    for edition in past:
        found.update(edition)
    return found


def columns(table: FixedTable) -> tuple[str, ...]:
    """Give the columns of a table."""
    return (*KEYS, *table.columns, *NUMBERS)


def rows(table: FixedTable, printings: Printings) -> Iterator[Row]:
    """Give the rows of a table, margins first; a column that a row does not speak of is None."""
    for (outcome, year), printing in sorted(printings.items()):
        numbers = values(printing.renewal.entries.values())
        for level, named in table.levels:
            for cell in printing.frame.cells(level):
                said = dict(zip(named, cell[1:], strict=True))
                withheld = cell in printing.renewal.withheld
                yield {
                    "outcome": outcome,
                    "year": year,
                    **{name: said.get(name) for name in table.columns},
                    "persons": None if withheld else numbers.get(cell, 0),
                    "obs_status": SUPPRESSED if withheld else NORMAL,
                    "conf_status": CONFIDENTIAL if withheld else FREE,
                }


def written(printings: Printings) -> list[dict[str, Any]]:
    """Give printings as plain content, for the organisation's own record."""
    return [
        {
            "outcome": outcome,
            "year": year,
            "threshold": one.renewal.threshold,
            "entries": {
                id: [counted.country, counted.adm1, counted.month, counted.count, _lists(counted.parts)]
                for id, counted in sorted(one.renewal.entries.items())
            },
            "withheld": _lists(sorted(one.renewal.withheld)),
            "units": _lists(sorted(one.frame.units)),
            "months": sorted(one.frame.months),
        }
        for (outcome, year), one in sorted(printings.items())
    ]


def read_written(content: Iterable[Mapping[str, Any]]) -> dict[Block, Printing]:
    """Give printings from the plain content that ``written`` gave."""
    return {
        (one["outcome"], one["year"]): Printing(
            Renewal(
                one["threshold"],
                {
                    id: Counted(
                        country, adm1, month, count, tuple((sex, group, n) for sex, group, n in parts)
                    )
                    for id, (country, adm1, month, count, parts) in one["entries"].items()
                },
                frozenset(tuple(cell) for cell in one["withheld"]),
            ),
            Frame(frozenset((country, adm1) for country, adm1 in one["units"]), frozenset(one["months"])),
        )
        for one in content
    }


def _lists(items: Iterable[Cell | tuple[str, str, int]]) -> list[list[Any]]:
    return [list(item) for item in items]
