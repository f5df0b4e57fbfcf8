"""``python -m bench``: measure speed on both databases and write RESULTS.md."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg

from bench import exports, figures, importing, loading, public, reading, tables
from bench.cases import Cases
from bench.report import Measured, report
from db.engine import open_database
from tests.databases import Postgres, Sqlite, postgres_server

DATABASES = ("SQLite", "PostgreSQL")
FULL_SIZE = 100_000
RESULTS = Path(__file__).with_name("RESULTS.md")


def main() -> int:
    """Measure and report; give the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    given = int(os.environ.get("CIVHARM_BENCH_SIZE", FULL_SIZE))
    parser.add_argument("--size", type=int, default=given, help="incidents (default: %(default)s)")
    parser.add_argument("--only", choices=DATABASES, help="measure one database only")
    parser.add_argument("--folder", type=Path, help="where databases are made (default: a temporary folder)")
    asked = parser.parse_args()
    if asked.size < 2 * figures.CHUNK:
        parser.error(f"--size is at least {2 * figures.CHUNK}: the halves of the record are compared")
    started = time.monotonic()
    with (
        tempfile.TemporaryDirectory(dir=asked.folder) as folder,
        postgres_server(Path(folder) / "postgres") as server,
    ):
        names = [name for name in DATABASES if asked.only in (None, name)]
        found = [_measure(name, asked.size, server, Path(folder)) for name in names]
        with psycopg.connect(server.url.render_as_string(hide_password=False)) as connection:
            version = connection.info.parameter_status("server_version") or "?"
    text = report(asked.size, found, version)
    print(text)
    print(f"took {time.monotonic() - started:.0f} s")
    if asked.size == FULL_SIZE and asked.only is None:
        RESULTS.write_text(text)
    return 0


def _measure(name: str, size: int, server: Postgres, folder: Path) -> Measured:
    def say(words: str) -> None:
        print(f"{name}: {words}", file=sys.stderr, flush=True)

    with fresh(name, server, folder) as url:
        database = open_database(url)
        world = loading.make_world(database)
        database = database.within(world.organisation)
        say(f"loading {size:,} incidents through the door")
        loaded = loading.load(database, world, Cases(size))
        say(f"{loaded.rows:,} rows in {loaded.seconds:.1f} s; the same rows by hand")
        with fresh(name, server, folder) as twin_url:
            by_hand = loading.load_by_hand(database, twin_url)
        say(f"{by_hand.seconds:.1f} s; reading")
        read = reading.measure(database, url, world)
        say("publishing all of it; what the public reads")
        read = replace(read, compared=(*read.compared, *public.measure(database, url, world)))
        say("figures for the whole record under each policy")
        figured = figures.measure(url, world.organisation)
        say("standard tables of the whole record")
        tabled = tables.measure(url, world.organisation)
        say("tables of a million rows")
        exported = exports.measure(database, url, world.organisation)
        database.close()
    say("importing a list")
    with fresh(name, server, folder) as url:
        database = open_database(url)
        token = loading.make_world(database).recorder
        database.close()
        imported = importing.import_list(url, token)
    return Measured(name, loaded, by_hand, read, figured, tabled, exported, imported)


@contextmanager
def fresh(name: str, server: Postgres, folder: Path) -> Iterator[str]:
    """Give the address of a new migrated database, removed afterwards."""
    if name == "PostgreSQL":
        database = server.fresh()
        yield server.url_of(database)
        server.drop(database)
        return
    made = folder / "sqlite"
    made.mkdir(exist_ok=True)
    url = Sqlite(made).fresh()
    yield url
    for path in made.glob(Path(url.removeprefix("sqlite:///")).name + "*"):
        path.unlink()


if __name__ == "__main__":
    sys.exit(main())
