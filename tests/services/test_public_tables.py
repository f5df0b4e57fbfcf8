"""Editions of the fixed public tables: made by a publisher, frozen, and with nothing in them to work out."""

import csv
import io
import json
from dataclasses import replace
from random import Random

import pytest
import sqlalchemy as sa

from db.kinds import TABLE_EDITION
from db.queries import public_tables as queries
from db.queries import records
from db.verifying import verify_log, verify_records
from domain.disclosure import AGE_GROUPS
from domain.errors import Conflict, Invalid, NotAllowed, NotFound
from domain.fixed_tables import PART, TABLES, WHOLE, Block, PublicFact, values
from domain.table_editions import Printing, next_edition, read_written, standing, written
from services import public_tables as service
from tests.attacker import everything
from tests.histories import owning
from tests.worlds import World


def fact(incident: str, low: int, **more: str | int | None) -> PublicFact:
    usual: dict[str, str | int | None] = {
        "grain": "total",
        "outcome": "injured",
        "sex": None,
        "age_low": None,
        "age_high": None,
        "period_start": "2024-03-04",
        "period_end": "2024-03-04",
        "country": "AA",
        "adm1": "AA1",
    }
    return PublicFact(incident=incident, low=low, **{**usual, **more})  # type: ignore[arg-type]


def april(incident: str, low: int, **more: str | int | None) -> PublicFact:
    return fact(incident, low, period_start="2024-04-02", period_end="2024-04-02", **more)


FACTS = [
    fact("a", 3, period_end="2024-05-05"),
    april("b", 40),
    fact("c", 30, adm1="AA2"),
    april("d", 9, adm1="AA2"),
]


def made(world: World, facts: list[PublicFact], **how: int) -> service.Prepared:
    actor = world.actor("publisher")
    with world.database.reading() as connection:
        prepared = service.prepare(connection, actor, facts, **how)
    with world.database.writing() as connection:
        service.store(connection, actor, prepared)
    return prepared


def table(world: World, name: str, edition: int | None = None) -> dict[str, object]:
    with world.database.reading() as connection:
        found = service.public_document(connection, world.organisation, name, edition)
    read: dict[str, object] = json.loads(found.document)
    return read


def rows(document: dict[str, object]) -> list[dict[str, object]]:
    found = document["rows"]
    assert isinstance(found, list)
    return found


def test_an_edition_is_stored_whole_and_read_by_anybody_as_it_was_made(world: World) -> None:
    prepared = made(world, FACTS)
    assert set(prepared.documents) == {one.name for one in TABLES}
    with world.database.reading() as connection:
        for name, document in prepared.documents.items():
            found = service.public_document(connection, world.organisation, name)
            assert found.document == document
        listed, following = queries.tables(connection, world.organisation, None, None, 10)
        assert sorted(one[1:3] for one in listed) == sorted((1, one.name) for one in TABLES)
        assert following is None
        (head,) = service.editions(connection, world.actor("viewer"))
    assert (head.number, head.threshold, head.digest) == (1, 5, prepared.digest)


def test_a_withheld_number_is_marked_and_is_neither_nought_nor_unmarked(world: World) -> None:
    prepared = made(world, FACTS)
    marks = set()
    for document in prepared.documents.values():
        for row in rows(json.loads(document)):
            marks.add((row["persons"] is None, row["obs_status"], row["conf_status"]))
    assert marks == {(True, "Q", "C"), (False, "A", "F")}
    with world.database.reading() as connection:
        found = service.public_document(connection, world.organisation, "by-month")
    read = list(csv.DictReader(io.StringIO(service.as_csv(found).decode(), newline="")))
    assert [row["persons"] for row in read] == [
        "" if row["persons"] is None else str(row["persons"]) for row in rows(json.loads(found.document))
    ]
    assert {(row["persons"] == "", row["obs_status"]) for row in read} == {(True, "Q"), (False, "A")}


def test_a_later_edition_leaves_the_one_before_as_it_was(world: World) -> None:
    first = made(world, FACTS)
    more = [fact(f"m{n}", 20 + n, adm1=f"AA{n % 2 + 1}") for n in range(4)]
    more += [april(f"n{n}", 20 + n, adm1=f"AA{n % 2 + 1}") for n in range(4)]
    second = made(world, [*FACTS, *more])
    assert second.number == 2
    assert table(world, "by-month")["edition"] == 2
    assert table(world, "by-month", 1) == json.loads(first.documents["by-month"])
    with world.database.reading() as connection, pytest.raises(NotFound):
        service.public_document(connection, world.organisation, "by-month", 3)


def test_an_edition_in_which_nothing_moves_that_can_be_told_is_none(world: World) -> None:
    made(world, FACTS)
    with world.database.reading() as connection:
        for facts in (FACTS, [*FACTS, fact("e", 2)], FACTS[1:]):
            with pytest.raises(Conflict) as refused:
                service.prepare(connection, world.actor("publisher"), facts)
            assert refused.value.code == "nothing-to-renew"


@pytest.mark.parametrize("who", ["viewer", "recorder", "reviewer", "admin", "dashboard", "service"])
def test_only_a_publisher_makes_an_edition(sqlite_world: World, who: str) -> None:
    with sqlite_world.database.reading() as connection, pytest.raises(NotAllowed):
        service.prepare(connection, sqlite_world.actor(who), FACTS)


def test_a_service_token_with_the_role_makes_none(sqlite_world: World) -> None:
    actor = replace(sqlite_world.actor("publisher"), member=None, person=None, kind="service")
    with sqlite_world.database.reading() as connection, pytest.raises(NotAllowed):
        service.prepare(connection, actor, FACTS)


def test_a_year_that_is_not_over_and_a_threshold_that_is_none_are_refused(sqlite_world: World) -> None:
    with sqlite_world.database.reading() as connection:
        for how, code in (({"until": 2999}, "year-not-over"), ({"threshold": 2}, "invalid-threshold")):
            with pytest.raises(Invalid) as refused:
                service.prepare(connection, sqlite_world.actor("publisher"), FACTS, **how)
            assert refused.value.code == code


def test_a_year_comes_in_when_it_is_over(sqlite_world: World) -> None:
    later = fact("late", 50, period_start="2025-01-01", period_end="2025-01-01")
    first = made(sqlite_world, [*FACTS, later], until=2024)
    second = made(sqlite_world, [*FACTS, later], until=2025)
    years = [{row["year"] for row in rows(json.loads(one.documents["by-place"]))} for one in (first, second)]
    assert years == [{"2024"}, {"2024", "2025"}]


def test_a_threshold_stays_when_a_lower_one_is_asked_for(sqlite_world: World) -> None:
    made(sqlite_world, FACTS, threshold=10)
    second = made(
        sqlite_world, [*FACTS, *(fact(f"m{n}", 60, outcome="missing") for n in range(2))], threshold=3
    )
    assert second.threshold == 10


def test_two_editions_made_at_once_are_one(sqlite_world: World) -> None:
    actor = sqlite_world.actor("publisher")
    with sqlite_world.database.reading() as connection:
        prepared = service.prepare(connection, actor, FACTS)
    made(sqlite_world, FACTS)
    with sqlite_world.database.writing() as connection, pytest.raises(Conflict) as refused:
        service.store(connection, actor, prepared)
    assert refused.value.code == "edition-overtaken"


def test_an_edition_is_logged_and_nothing_of_it_changes(world: World) -> None:
    made(world, FACTS)
    with world.database.reading() as connection:
        assert not verify_log(connection, world.organisation)
        assert not verify_records(connection, world.organisation)
        (stored,) = records.many(connection, TABLE_EDITION, world.organisation)
    assert stored.version == 1
    for name in ("table_edition", "public_table"):
        for statement in (f"UPDATE {name} SET seq = seq + 1", f"DELETE FROM {name}"):
            with pytest.raises(sa.exc.DBAPIError, match="append-only"), owning(world.url) as connection:
                connection.exec_driver_sql(statement)


def test_no_document_holds_what_is_counted_by_incident(world: World) -> None:
    prepared = made(world, [fact("canary-incident", 3), *FACTS[1:]])
    assert all("canary" not in document for document in prepared.documents.values())


def test_what_was_counted_is_read_back_as_it_was(sqlite_world: World) -> None:
    made(sqlite_world, FACTS)
    with sqlite_world.database.reading() as connection:
        (content,) = queries.contents(connection, sqlite_world.organisation)
    assert read_written(content["blocks"]) == next_edition([], FACTS, 5, 2024)
    assert written(read_written(content["blocks"])) == content["blocks"]


def test_everything_retracted_leaves_the_tables(sqlite_world: World) -> None:
    made(sqlite_world, [april("b", 40), fact("c", 30, adm1="AA2")])
    made(sqlite_world, [fact("x", 3, outcome="killed")])
    assert {row["persons"] for row in rows(table(sqlite_world, "by-place"))} == {0}


def test_the_attacker_recovers_nothing_from_documents_of_every_edition() -> None:
    """From facts to printed rows, as the service makes them."""
    for seed in range(4):
        chance = Random(seed)
        facts: list[PublicFact] = []
        editions: list[dict[Block, Printing]] = []
        for _ in range(3):
            for _ in range(chance.choice((4, 8))):
                id, day = f"{chance.random()}", f"2024-{chance.randrange(1, 13):02d}-01"
                where = {"adm1": f"AA{chance.randrange(3)}", "period_start": day, "period_end": day}
                outcome = chance.choice(("injured", "detained"))
                low = chance.choice((1, 2, 4, 7, 30))
                facts.append(fact(id, low, outcome=outcome, **where))
                part: dict[str, str | int] = {"grain": "sex_age", "sex": "male", "age_low": 18}
                facts.append(fact(id, chance.randint(0, low), outcome=outcome, **part, **where))
            if len(facts) > 20:
                del facts[:2]
            editions.append(next_edition(editions, facts, 5, 2024))
        for block in standing(editions):
            printings = [one[block] for one in editions if block in one]
            for one in everything([printing.renewal for printing in printings]):
                assert not one.recovered, (seed, block, one)


def test_every_cell_is_a_row_of_a_table(sqlite_world: World) -> None:
    prepared = made(sqlite_world, FACTS)
    counted = {name: len(rows(json.loads(text))) for name, text in prepared.documents.items()}
    assert counted == {
        "by-month": 1 + 3 + 1 + 3,
        "by-place": 1 + 1 + 2,
        "by-sex-and-age": 1 + 4 + len(AGE_GROUPS) + 4 * len(AGE_GROUPS),
    }
    (printing,) = next_edition([], FACTS, 5, 2024).values()
    assert set(values(printing.renewal.entries.values())) <= set(printing.frame.every_cell())
    assert {WHOLE, (PART, "male", "adult")} <= set(printing.frame.every_cell())


def test_an_incident_whose_year_was_corrected_stays_in_the_one_that_it_was_counted_in() -> None:
    first = next_edition([], FACTS, 5, 2024)
    more = [april(f"n{n}", 60, adm1=f"AA{n % 2 + 1}") for n in range(4)]
    moved = [*FACTS[:3], fact("d", 9, adm1="AA2", period_start="2023-04-02", period_end="2023-04-02"), *more]
    second = next_edition([first], moved, 5, 2024)
    assert set(second) == {("injured", "2024")}
    assert second["injured", "2024"].renewal.entries["d"].month == "2024-04"
