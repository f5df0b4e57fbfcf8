"""What the public reads, beside the twin: one published incident, and a page of 100 of them.

The documents of some incidents are built by the service's own code; the others have the same, each with its
own id, code and day, so that a hundred thousand stand in the projection within a minute.

``python -m bench.public --size 1000`` measures this alone.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import timedelta
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

import sqlalchemy as sa

from bench import loading
from bench.cases import DAYS, FIRST_DAY, SEED, Cases
from bench.loading import World
from bench.reading import LINES, Compared, check_equal, compare
from bench.servers import serving
from db.canonical import canonical
from db.engine import Database, open_database
from db.queries import publications as queries
from db.tables.incidents import incident
from db.tables.publications import public_fact, public_incident, public_organisation
from domain.publishing import DOCUMENT_VERSION, Choices, rendered
from services import publications
from tests.databases import owner_url, postgres_server
from tests.histories import owning

BUILT = 200
AT_ONCE = 1_000
PUBLISHED_AT = "2026-03-01T12:00:00.000000Z"


def publish_all(database: Database, world: World) -> int:
    """Put every incident of the loaded record into the projection; give how many documents."""
    table = incident.c
    with database.reading() as connection:
        rows = list(
            connection.execute(
                sa.select(table.id, table.code, table.country, table.occurred_start, table.occurred_end)
                .where(table.organisation == world.organisation)
                .order_by(table.id)
            )
        )
        owner = queries.organisation_of(connection, world.organisation)
        choices = Choices(coarsening="grid", grid_degrees=0.1)
        built = [
            publications.preview(connection, world.author, row.id, choices).content for row in rows[:BUILT]
        ]
    with database.writing() as connection:
        connection.execute(public_organisation.insert().values(organisation=owner["id"], name=owner["name"]))

    def entries() -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
        for at, row in enumerate(rows):
            content = built[at % len(built)]
            days = {**content.document["occurred"], "start": row.occurred_start, "end": row.occurred_end}
            document = {**content.document, "id": row.id, "code": row.code, "occurred": days}
            text = canonical(rendered(document, owner, PUBLISHED_AT))
            known = {"organisation": owner["id"], "incident": row.id, "counted": True}
            facts = [{**known, "position": place, **fact} for place, fact in enumerate(content.facts)]
            yield _row(row, owner["id"], document, text), facts

    waiting = entries()
    while chunk := list(islice(waiting, AT_ONCE)):
        with database.writing() as connection:
            connection.execute(public_incident.insert(), [row for row, _ in chunk])
            connection.execute(public_fact.insert(), [fact for _, facts in chunk for fact in facts])
    # So many at once are counted by PostgreSQL some minutes later by itself.
    with owning(database.writer.url.render_as_string(hide_password=False)) as connection:
        connection.exec_driver_sql("ANALYZE")
    return len(rows)


def _row(row: Any, owner: str, document: dict[str, Any], text: str) -> dict[str, Any]:
    point = document["where"]["point"] or {"lon": None, "lat": None}
    return {
        "id": row.id,
        "organisation": owner,
        "code": row.code,
        "state": "published",
        "published_at": PUBLISHED_AT,
        "occurred_start": row.occurred_start,
        "occurred_end": row.occurred_end,
        "country": row.country,
        "lon": point["lon"],
        "lat": point["lat"],
        "document_version": DOCUMENT_VERSION,
        "etag": f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"',
        "document": text,
    }


def measure(database: Database, url: str, world: World) -> tuple[Compared, ...]:
    """Publish the loaded record and measure the public's reading of it, without a token."""
    publish_all(database, world)
    with database.reading() as connection:
        ids = list(connection.execute(sa.select(public_incident.c.id)).scalars())
    chance = random.Random(SEED)
    paths = [f"/v1/public/incidents/{id}" for id in chance.sample(sorted(ids), min(2_000, len(ids)))]
    days = [FIRST_DAY + timedelta(days=chance.randrange(DAYS - 365)) for _ in range(200)]
    pages = [f"/v1/public/incidents?limit=100&from={day}" for day in days]
    with ExitStack() as stack:
        by_hand = {
            "CIVHARM_BENCH_DATABASE": owner_url(url),
            "CIVHARM_BENCH_ORGANISATION": world.organisation,
        }
        # The limit of an address is counted, and not reached.
        settings = {"CIVHARM_DATABASE_URL": url, "CIVHARM_ADDRESS_REQUESTS_PER_MINUTE": "1000000"}
        ours = stack.enter_context(serving("api.app:create_app()", "/v1/health", "", **settings))
        twin = stack.enter_context(serving("bench.twin:app", paths[0], "", **by_hand))
        check_equal(ours.client, twin.client, [*paths[:50], *pages[:50]])
        found: list[Compared] = []
        for lines in LINES:
            found.append(compare("one published incident", ours, twin, paths, lines))
            found.append(compare("a public page of 100", ours, twin, pages, lines))
    return tuple(found)


def main(arguments: Sequence[str] | None = None) -> int:
    """Load, publish, measure and print; give the exit status."""
    from bench.__main__ import DATABASES, fresh

    parser = argparse.ArgumentParser(prog="python -m bench.public", description=__doc__)
    parser.add_argument("--size", type=int, default=1_000, help="incidents (default: %(default)s)")
    parser.add_argument("--only", choices=DATABASES, help="measure one database only")
    asked = parser.parse_args(arguments)
    with (
        tempfile.TemporaryDirectory() as folder,
        postgres_server(Path(folder) / "postgres") as server,
    ):
        for name in DATABASES:
            if asked.only not in (None, name):
                continue
            with fresh(name, server, Path(folder)) as url:
                database = open_database(url)
                world = loading.make_world(database)
                database = database.within(world.organisation)
                loading.load(database, world, Cases(asked.size))
                for one in measure(database, url, world):
                    ours, twin = (median(t.p50_ms for t in side) for side in (one.ours, one.twin))
                    print(
                        f"{name}: {one.name}, {one.lines} lines: {ours:.2f} ms, twin {twin:.2f} ms, "
                        f"ratio {one.ratio:.2f} ({one.ratios[0]:.2f} to {one.ratios[-1]:.2f})"
                    )
                database.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
