"""A population file says whole persons by year, sex and age group, and nothing is guessed from another."""

from __future__ import annotations

import pytest

from domain.errors import Invalid
from domain.populations import population_of
from exchange.readers.population import read_population

HEADER = "year,sex,age_group,population\n"


def test_a_blank_sex_or_age_group_is_everybody() -> None:
    text = HEADER + "2026,,,100\n2026,female,,50\n2026,male,0-17,20\n"
    draft = read_population(text.encode(), "p.csv", "An office")
    found = population_of(draft)
    assert found.persons == {
        ("2026", "_T", "_T"): 100,
        ("2026", "female", "_T"): 50,
        ("2026", "male", "0-17"): 20,
    }
    assert (found.name, found.source, len(found.sha256)) == ("p.csv", "An office", 64)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("year,population\n2026,100\n", "The header is"),
        (HEADER, "no row"),
        (HEADER + "26,,,100\n", "Line 2: Write the year"),
        (HEADER + "2026,,,100\n2026,,,101\n", "Line 3: The group stands twice"),
        (HEADER + "2026,women,,100\n", "The sex is"),
        (HEADER + "2026,,18-64,100\n", "The age group is"),
        (HEADER + '2026,,,"1,000"\n', "whole number"),
        (HEADER + "2026,,,0\n", "whole number"),
        (HEADER + "2026,,\n", "whole number"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(text: str, says: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_population(text.encode(), "p.csv", "An office")
    assert says in refused.value.faults[0].detail
    with pytest.raises(Invalid):
        read_population(b"\xff\xfe\x00", "p.csv", "An office")
