"""Populations that rates are over: recorded with the digest of their file, never changed."""

from __future__ import annotations

from db.canonical import parse
from db.engine import Connection
from db.kinds import POPULATION
from domain.access import Actor
from domain.drafts import PopulationDraft, PopulationRowDraft
from domain.errors import Invalid
from domain.populations import Population, population_of, twice
from domain.sums import check
from services import records
from services.records import Saved


def record(connection: Connection, actor: Actor, draft: PopulationDraft) -> Saved:
    """Record a population.

    Raises Invalid for a group that stands twice and for parts that do not add up to their whole.
    """
    faults = twice(draft)
    if faults:
        raise Invalid("A group of the population stands twice.", code="repeated", faults=faults)
    _, clashes = check(population_of(draft).sums())
    if clashes:
        raise Invalid("The population is not taken, for its parts do not add up. " + " ".join(clashes))
    return records.create(connection, actor, POPULATION, draft)


def read(connection: Connection, actor: Actor, id: str) -> Population:
    """Give a population by its id. Raises NotFound."""
    content = parse(records.read(connection, actor, POPULATION, id).content)
    rows = tuple(PopulationRowDraft(**row) for row in content.pop("rows"))
    return population_of(PopulationDraft(**content, rows=rows))
