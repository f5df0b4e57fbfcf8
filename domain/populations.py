"""Populations: the denominators of rates, from one named file (SDG indicator 16.1.2).

The indicator divides deaths by the population of the same year, an estimate of the United Nations
Population Division. A rate of women is over women: what the file does not give has no rate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

PER = 100_000
PLACES = Decimal("0.0001")
EVERYBODY = "_T"
SEXES = ("female", "male")
AGES = ("0-17", "18+")

Group = tuple[str, str, str]
"""Year, sex and age group; ``_T`` is everybody."""


@dataclass(frozen=True, slots=True)
class Population:
    """Persons by group, and the file they are from: its name and the SHA-256 of its bytes."""

    file: str
    sha256: str
    persons: Mapping[Group, int]

    def years(self) -> tuple[str, ...]:
        """Give the years of the file in order."""
        return tuple(sorted({year for year, _, _ in self.persons}))

    def wholes(self) -> list[tuple[Group, tuple[Group, ...]]]:
        """Give each group that the file gives whole and in parts, with its parts."""
        found: list[tuple[Group, tuple[Group, ...]]] = []
        for year, sex, age in self.persons:
            for parts in (
                tuple((year, one, age) for one in SEXES) if sex == EVERYBODY else (),
                tuple((year, sex, one) for one in AGES) if age == EVERYBODY else (),
            ):
                if parts and all(part in self.persons for part in parts):
                    found.append(((year, sex, age), parts))  # noqa: PERF401  # two kinds of parts a group
        return found


def rate(count: int, persons: int) -> float:
    """Give a count per 100,000 persons, to four places."""
    return float((Decimal(count) * PER / Decimal(persons)).quantize(PLACES, ROUND_HALF_EVEN))
