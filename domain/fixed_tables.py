"""The fixed public tables of what happened to the living: which there are, and what is counted in them.

Three tables an outcome and a year, with all their margins, declared below as data. Nobody asks for others:
a table that could be cut to order would be differenced against itself. They share totals (a year's total
stands in each, a country's in two), so they are protected together; no sum over years or outcomes is
printed, so each **block**, one outcome in one year, stands for itself.

What is counted: persons of every status, by the *low* of the facts in force, whole persons of whom the
record says "at least". One bound and not two: a low and a high over the same cells are two tables of which
each narrows the other, and a high is often open. A cell is read "at least so many". The whole number of an
incident is that of its total; what its parts by sex and age fall short of it is of unknown sex and age
(record, section 3).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from domain.bands import UNKNOWN
from domain.disclosure import AGE_GROUPS, LIVING, age_group, band
from domain.periods import period_of
from domain.vocab import Grain, Sex

Cell = tuple[str, ...]
"""A cell of a block: the name of its level, then the codes that tell it from others of the level."""
Block = tuple[str, str]
"""An outcome and a year; ``spans`` is the year of what lies in no single one."""

TOTAL, COUNTRY, ADM1 = "total", "country", "adm1"
MONTHS, MONTH = "months", "month"
SEX, AGE, PART = "sex", "age", "part"
WHOLE: Cell = (TOTAL,)


@dataclass(frozen=True, slots=True)
class FixedTable:
    """A table: its name, its title, and its levels with the columns that each fills, margins first."""

    name: str
    title: str
    columns: tuple[str, ...]
    levels: tuple[tuple[str, tuple[str, ...]], ...]


TABLES: tuple[FixedTable, ...] = (
    FixedTable(
        "by-month",
        "By month and country",
        ("month", "country"),
        ((TOTAL, ()), (MONTHS, ("month",)), (COUNTRY, ("country",)), (MONTH, ("country", "month"))),
    ),
    FixedTable(
        "by-place",
        "By country and first-level unit",
        ("country", "adm1"),
        ((TOTAL, ()), (COUNTRY, ("country",)), (ADM1, ("country", "adm1"))),
    ),
    FixedTable(
        "by-sex-and-age",
        "By sex and age group",
        ("sex", "age_group"),
        ((TOTAL, ()), (SEX, ("sex",)), (AGE, ("age_group",)), (PART, ("sex", "age_group"))),
    ),
)


@dataclass(frozen=True, slots=True)
class PublicFact:
    """A published row of facts: of the grains ``total`` and ``sex_age`` those are counted that hold every
    person once."""

    incident: str
    grain: str
    outcome: str
    sex: str | None
    age_low: int | None
    age_high: int | None
    period_start: str
    period_end: str
    country: str | None
    adm1: str | None
    low: int


@dataclass(frozen=True, slots=True)
class Counted:
    """An incident as a block counts it: where, when, how many, and these by sex and age group.

    ``parts`` hold (sex, age group, count) in order, counts above nought, adding up to ``count``.
    """

    country: str
    adm1: str
    month: str
    count: int
    parts: tuple[tuple[str, str, int], ...]

    def bounds(self) -> tuple[int, int | None]:
        """Give what a reader of its document knows of the count, at the least and at the most.

        That somebody is counted there, the reader is taken to know; how many, to the band that is told.
        """
        least, most = band(self.count)
        return max(least, 1), most

    def cells(self) -> Iterator[Cell]:
        """Give each cell that the whole incident is counted in."""
        yield WHOLE
        yield (COUNTRY, self.country)
        yield (ADM1, self.country, self.adm1)
        yield (MONTHS, self.month)
        yield (MONTH, self.country, self.month)


@dataclass(frozen=True, slots=True)
class Frame:
    """The rows that tables of a block have, from the places and months of every published incident of a
    year."""

    units: frozenset[tuple[str, str]]
    months: frozenset[str]

    def cells(self, level: str) -> list[Cell]:
        """Give the cells of a level in the order in which they are printed."""
        countries = sorted({country for country, _ in self.units})
        codes: Mapping[str, list[tuple[str, ...]]] = {
            TOTAL: [()],
            COUNTRY: [(country,) for country in countries],
            ADM1: sorted(self.units),
            MONTHS: [(month,) for month in sorted(self.months)],
            MONTH: [(country, month) for country in countries for month in sorted(self.months)],
            SEX: [(sex,) for sex in Sex.codes()],
            AGE: [(group,) for group in AGE_GROUPS],
            PART: [(sex, group) for sex in Sex.codes() for group in AGE_GROUPS],
        }
        return [(level, *one) for one in codes[level]]

    def every_cell(self) -> list[Cell]:
        """Give every cell of a block once."""
        named = {level: None for table in TABLES for level, _ in table.levels}
        return [cell for level in named for cell in self.cells(level)]


def values(entries: Iterable[Counted]) -> dict[Cell, int]:
    """Give the number of each cell in which somebody is counted."""
    found: dict[Cell, int] = {}
    for one in entries:
        for cell in one.cells():
            found[cell] = found.get(cell, 0) + one.count
        for sex, group, count in one.parts:
            for cell in ((SEX, sex), (AGE, group), (PART, sex, group)):
                found[cell] = found.get(cell, 0) + count
    return found


def blocks(facts: Iterable[PublicFact]) -> dict[Block, dict[str, Counted]]:
    """Give what each block counts, by incident. Blocks of living outcomes where nobody is counted are left
    out."""
    whole: dict[tuple[str, str], PublicFact] = {}
    lows: dict[tuple[str, str], int] = {}
    parts: dict[tuple[str, str], dict[tuple[str, str], int]] = {}
    for fact in facts:
        if fact.outcome not in LIVING:
            continue
        key = (fact.outcome, fact.incident)
        whole.setdefault(key, fact)
        if fact.grain == Grain.TOTAL:
            lows[key] = lows.get(key, 0) + fact.low
        elif fact.grain == Grain.SEX_AGE:
            held = parts.setdefault(key, {})
            cell = (fact.sex or UNKNOWN, age_group(fact.age_low, fact.age_high))
            held[cell] = held.get(cell, 0) + fact.low
    found: dict[Block, dict[str, Counted]] = {}
    for (outcome, incident), fact in sorted(whole.items()):
        held = parts.get((outcome, incident), {})
        count = lows.get((outcome, incident), sum(held.values()))
        if count:
            year, month = _when(fact)
            country, adm1 = _where(fact)
            counted = Counted(country, adm1, month, count, _parts(count, held))
            found.setdefault((outcome, year), {})[incident] = counted
    return found


def frames(facts: Iterable[PublicFact]) -> dict[str, Frame]:
    """Give the rows that each year's tables have, from facts of every outcome: the dead tell where
    something was."""
    units: dict[str, set[tuple[str, str]]] = {}
    months: dict[str, set[str]] = {}
    for fact in facts:
        year, month = _when(fact)
        units.setdefault(year, set()).add(_where(fact))
        months.setdefault(year, set()).add(month)
    return {year: Frame(frozenset(units[year]), frozenset(months[year])) for year in units}


def _when(fact: PublicFact) -> tuple[str, str]:
    return (
        period_of(fact.period_start, fact.period_end, "year"),
        period_of(fact.period_start, fact.period_end, "month"),
    )


def _where(fact: PublicFact) -> tuple[str, str]:
    return fact.country or UNKNOWN, fact.adm1 or UNKNOWN


def _parts(count: int, held: Mapping[tuple[str, str], int]) -> tuple[tuple[str, str, int], ...]:
    """Give the parts of a whole, with what they fall short of it as unknown; parts above their whole are
    not used."""
    known = dict(held) if sum(held.values()) <= count else {}
    rest = count - sum(known.values())
    nobody_knows = (UNKNOWN, UNKNOWN)
    known[nobody_knows] = known.get(nobody_knows, 0) + rest
    return tuple((sex, group, number) for (sex, group), number in sorted(known.items()) if number)
