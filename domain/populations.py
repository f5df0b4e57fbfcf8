"""Populations: the denominators of rates, from one named file (SDG indicator 16.1.2).

The indicator divides deaths by the population of the same year, an estimate of the United Nations
Population Division. A rate of women is over women: what the file does not give has no rate.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from domain.drafts import PopulationDraft
from domain.errors import Fault
from domain.sums import MEETS, Interval, Sum

PER = 100_000
PLACES = Decimal("0.0001")
EVERYBODY = "_T"
SEXES = ("female", "male")
AGES = ("0-17", "18+")

Group = tuple[str, str, str]
"""Year, sex and age group; ``_T`` is everybody."""


@dataclass(frozen=True, slots=True)
class Population:
    """Persons by group, and what they are from: its name, its source and the SHA-256 of its file."""

    name: str
    source: str
    sha256: str
    persons: Mapping[Group, int]

    def wholes(self) -> Iterator[tuple[Group, tuple[Group, ...]]]:
        """Give each group that is there whole and in parts, with its parts."""
        for year, sex, age in self.persons:
            for parts in (
                tuple((year, one, age) for one in SEXES) if sex == EVERYBODY else (),
                tuple((year, sex, one) for one in AGES) if age == EVERYBODY else (),
            ):
                if parts and all(part in self.persons for part in parts):
                    yield (year, sex, age), parts

    def sums(self) -> Iterator[Sum]:
        """Give the sums that it claims. Its numbers may be rounded: each part by one person."""
        for whole, parts in self.wholes():
            number = self.persons[whole]
            persons = [(part, self.persons[part]) for part in parts]
            found = tuple((" ".join(part), Interval(many, many)) for part, many in persons)
            label = f"population {' '.join(whole)}, within one person a part"
            yield Sum(label, Interval(number - len(parts), number + len(parts)), found, MEETS)


def population_of(draft: PopulationDraft) -> Population:
    """Give the population that a draft says."""
    persons = {_group(row.year, row.sex, row.age_group): row.persons for row in draft.rows}
    return Population(draft.name, draft.source, draft.sha256, persons)


def twice(draft: PopulationDraft) -> list[Fault]:
    """Give a fault for each row whose group stands twice."""
    count = Counter(_group(row.year, row.sex, row.age_group) for row in draft.rows)
    return [
        Fault(f"/rows/{at}", "repeated", "The group stands twice.")
        for at, row in enumerate(draft.rows)
        if count[_group(row.year, row.sex, row.age_group)] > 1
    ]


def rate(count: int, persons: int) -> float:
    """Give a count per 100,000 persons, to four places."""
    return float((Decimal(count) * PER / Decimal(persons)).quantize(PLACES, ROUND_HALF_EVEN))


def _group(year: str, sex: str | None, age_group: str | None) -> Group:
    return year, sex or EVERYBODY, age_group or EVERYBODY
