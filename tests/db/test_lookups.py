"""Short questions of the public: answered beside the ordinary way, and never instead of it."""

from __future__ import annotations

import asyncio
import itertools
from typing import Any

import sqlalchemy as sa

from db.lookups import Rows
from db.publishing import Published, open_published
from db.queries import public as queries
from tests.entries import figure
from tests.histories import owning
from tests.services.test_publications import incident, published
from tests.worlds import World

FILTERS: dict[str, Any] = {
    "country": "PK",
    "adm1": "PK2",
    "party": "nobody",
    "organisation": None,
    "start": "2024-01-01",
    "end": "2026-12-31",
}


def ordinary(public: Published, statement: Any, values: dict[str, Any]) -> Rows:
    with public.reading() as connection:
        return [tuple(row) for row in connection.execute(statement, values)]


def test_a_look_up_gives_what_the_ordinary_way_gives_whatever_is_asked(world: World) -> None:
    first, second = (incident(world, figure(low=low), day=f"2026-03-0{low}") for low in (3, 4))
    for id in (first, second):
        published(world, id)
    public = open_published(world.url)

    async def look() -> None:
        asked: list[tuple[Any, dict[str, Any]]] = [
            (queries.ONE, {"id": first}),
            (queries.ONE, {"id": "none"}),
        ]
        for count in range(len(FILTERS) + 1):
            for names in itertools.combinations(FILTERS, count):
                given: dict[str, Any] = {name: FILTERS[name] or world.organisation for name in names}
                question = queries.Asked(**given)
                asked.append(queries.page_asked(question, None, 1))
                asked.append(queries.page_asked(question, ["2026-03-03", first], 1))
        found = 0
        for statement, values in asked:
            rows = await public.lookups.rows(statement, values)
            assert rows == ordinary(public, statement, values)
            found += len(rows)
        assert found > 2 * 2**5 - 2
        await public.lookups.close()

    asyncio.run(look())
    public.close()


def test_a_look_up_that_fails_is_left_to_the_ordinary_way_and_the_next_one_is_not(
    world: World, backend: str
) -> None:
    id = incident(world, figure(low=3))
    published(world, id)
    public = open_published(world.url)

    async def look() -> None:
        (found,) = await public.lookups.rows(queries.ONE, {"id": id}) or ()
        assert id in found[1]
        into_the_record: sa.Select[Any] = sa.select(sa.literal_column("title")).select_from(
            sa.text("incident")
        )
        assert await public.lookups.rows(into_the_record, {}) is None
        assert await public.lookups.rows(queries.ONE, {"id": id}) == [found]
        if backend == "postgresql":
            with owning(world.url) as connection:
                connection.exec_driver_sql(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            assert await public.lookups.rows(queries.ONE, {"id": id}) is None
            assert await public.lookups.rows(queries.ONE, {"id": id}) == [found]
        await asyncio.gather(*(public.lookups.rows(queries.ONE, {"id": id}) for _ in range(20)))
        await public.lookups.close()

    asyncio.run(look())
    public.close()


def test_a_look_up_does_not_wait_for_who_writes(world: World) -> None:
    """On the event loop everybody would wait with it."""
    id = incident(world, figure(low=3))
    published(world, id)
    public = open_published(world.url)

    async def look() -> Rows | None:
        async with asyncio.timeout(1):
            found = await public.lookups.rows(queries.ONE, {"id": id})
        await public.lookups.close()
        return found

    with owning(world.url) as connection:
        connection.exec_driver_sql("UPDATE public_incident SET document = 'not committed'")
        (found,) = asyncio.run(look()) or ()
        assert id in found[1]
    public.close()
