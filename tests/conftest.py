"""Fixtures: every test that touches storage runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import Postgres, Sqlite, lent, postgres_server, quick_folder
from tests.scores import PROPERTY, Score
from tests.worlds import World, make_world


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that tell a figure of the scoreboard."""
    for item in items:
        if "score" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.scored)


@pytest.fixture
def score(request: pytest.FixtureRequest) -> Score:
    def tell(
        name: str,
        figure: float,
        *,
        at_least: float | None = None,
        at_most: float | None = None,
        together: float | None = None,
    ) -> None:
        bars = {"at_least": at_least, "at_most": at_most, "together": together}
        told = {"name": name, "figure": figure, **bars}
        request.node.user_properties.append((PROPERTY, json.dumps(told)))

    return tell


@pytest.fixture(scope="session")
def sqlite() -> Iterator[Sqlite]:
    with tempfile.TemporaryDirectory(prefix="civharm-sqlite-", dir=quick_folder()) as folder:
        yield Sqlite(Path(folder))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    # Not pytest's own folder: it prunes those of runs that may still be going beside this one.
    with (
        tempfile.TemporaryDirectory(
            prefix="civharm-pg-", dir=quick_folder(), ignore_cleanup_errors=True
        ) as folder,
        postgres_server(Path(folder), disposable=True) as server,
    ):
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def url(backend: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a fresh database with the newest schema."""
    with lent(request, backend) as url:
        yield url


@pytest.fixture
def empty_url(backend: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a new database without a schema."""
    with lent(request, backend, empty=True) as url:
        yield url


@pytest.fixture
def sqlite_world(request: pytest.FixtureRequest) -> Iterator[World]:
    """An organisation on a fresh SQLite file, for what has nothing to do with the database."""
    with lent(request, "sqlite") as url:
        found = make_world(url)
        with found.client:
            yield found


@pytest.fixture
def several() -> bool:
    """Whether the database is for several organisations; a module or a test that makes more says so."""
    return False


@pytest.fixture
def world(url: str, several: bool) -> Iterator[World]:
    """An organisation on a fresh database, served by the app."""
    found = make_world(url, several_organisations=several)
    with found.client:
        yield found
