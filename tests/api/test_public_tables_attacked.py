"""The attacker reads what the service sends to everybody, edition after edition, and recovers nothing."""

from __future__ import annotations

from random import Random
from typing import Any

from db.queries import public_tables as queries
from domain.disclosure import band
from domain.fixed_tables import TABLES, WHOLE, Cell, values
from domain.suppression import Renewal
from domain.table_editions import read_written
from tests.attacker import everything
from tests.entries import figure
from tests.scores import Score
from tests.services.test_publications import incident, published, retract
from tests.worlds import World

MONTHS = ("2024-03", "2024-04", "2024-05", "2024-06")


def publish(world: World, chance: Random, injured: int) -> str:
    """Publish an incident with injured of whom some are told apart; give the publication's id."""
    women = chance.randint(0, injured)
    within: dict[str, Any] = {"relation": "included_in", "relation_to": "injured"}
    parts = (figure("women", women, outcome="injured", sex="female", **within), figure("i", 1))
    day = f"{chance.choice(MONTHS)}-{chance.randint(1, 28):02d}"
    id = incident(world, figure("injured", injured, outcome="injured"), *parts, day=day)
    made = published(world, id)
    least, _ = band(injured)
    assert [one["low"] for one in world.get(f"public/incidents/{id}", None).json()["bands"]] == (
        [least] if least else []
    )
    return str(made["id"])


def sent(world: World, edition: int) -> dict[Cell, int | None]:
    """Give every cell of the injured of 2024 as everybody is sent it, None where it is withheld."""
    found: dict[Cell, int | None] = {}
    for table in TABLES:
        document = world.get(f"public/tables/{table.name}", None, edition=edition).json()
        for row in document["rows"]:
            assert (row["outcome"], row["year"]) == ("injured", "2024")
            said = {name for name in table.columns if row[name] is not None}
            (level, named) = next(one for one in table.levels if set(one[1]) == said)
            cell = (level, *(row[name] for name in named))
            assert found.setdefault(cell, row["persons"]) == row["persons"]
    return found


def printing_of(world: World, edition: int, counted: Renewal) -> Renewal:
    """Give a printing of what the edition counted, with what the bytes withhold and nothing else."""
    cells = sent(world, edition)
    truth = values(counted.entries.values())
    assert truth.keys() <= cells.keys()
    assert {cell: n for cell, n in cells.items() if n is not None} == {
        cell: truth.get(cell, 0) for cell, n in cells.items() if n is not None
    }
    return Renewal(counted.threshold, counted.entries, frozenset(c for c, n in cells.items() if n is None))


def test_nothing_is_recovered_from_all_that_everybody_is_sent(world: World, score: Score) -> None:
    chance = Random(5)
    first = [publish(world, chance, n) for n in (3, 4, 2, 4, 9, 30, 45, 60, 110, 90, 140, 200)]
    steps: tuple[Any, ...] = (
        lambda: None,
        lambda: [retract(world, first[0]), publish(world, chance, 70), publish(world, chance, 26)],
        lambda: [publish(world, chance, n) for n in (2, 3, 33, 80)],
    )
    printings: list[Renewal] = []
    for number, step in enumerate(steps, 1):
        step()
        made = world.post("editions", {}, "publisher")
        assert made.status_code == 201, made.text
        with world.database.reading() as connection:
            contents = queries.contents(connection, world.organisation)
        kept = read_written(contents[number - 1]["blocks"])["injured", "2024"].renewal
        printings.append(printing_of(world, number, kept))
        # No question tells the living, whatever else it asks for.
        told = world.get("public/statistics", None, by="month").text
        assert '"injured"' not in told
    withheld = sum(len(one.withheld) for one in printings)
    printed = sum(1 for one in printings for cell in one.printed() if cell != WHOLE)
    assert withheld > 10
    assert printed > 10
    attacked = everything(printings)
    recovered = [one for one in attacked if one.recovered]
    assert recovered == []
    score("withheld numbers recovered from all that everybody is sent", len(recovered), at_most=0)
    score("withheld numbers attacked over HTTP", len(attacked), together=20)
