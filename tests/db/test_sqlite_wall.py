"""The wall in an SQLite file: what no statement reaches, and which files are not served."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient
from typer.testing import CliRunner

from api.app import create_app
from cli.main import app
from config import Settings
from db import gate_functions, sqlite_wall, walls
from db.engine import Database, open_database
from db.queries import credentials
from db.sqlite_connection import Walled
from db.tables import METADATA
from db.wall_check import Unwalled
from domain.errors import Conflict
from services import organisations
from tests.databases import Sqlite
from tests.histories import dump, owning
from tests.worlds import World, make_world

DAY = {"start": "2026-01-31", "end": "2026-01-31"}


@pytest.fixture(scope="module")
def two(sqlite: Sqlite) -> Iterator[tuple[World, World]]:
    """Two organisations of one file, each with a source and an incident of one title."""
    url = sqlite.fresh()
    both = (
        make_world(url, "One", several_organisations=True),
        make_world(url, "Another", several_organisations=True),
    )
    for world in both:
        world.made("sources", {"name": f"Agency of {world.organisation}", "kind": "agency"})
        world.made("incidents", {"title": "Attack", "occurred": DAY})
    yield both
    for world in both:
        world.client.close()
        world.outside.close()
    sqlite.drop(url)


@pytest.fixture
def file(sqlite: Sqlite) -> Iterator[str]:
    """A file with the newest schema, to be spoilt."""
    url = sqlite.fresh()
    yield url
    sqlite.drop(url)


def denied(database: Database, statement: str) -> str:
    """Give how a statement of somebody's own is refused."""
    with database.writer.begin() as connection:
        walls.enter(connection, str(database.organisation))
        with pytest.raises(sa.exc.DatabaseError) as caught:
            connection.exec_driver_sql(statement)
    return f"{caught.value.orig}"


PAST_THE_VIEWS = [
    "SELECT name FROM main.source",
    'SELECT name FROM "main".source',
    "SELECT name FROM [Main].source",
    "SELECT 1 AS name UNION ALL SELECT name FROM main.source",
    "WITH source AS (SELECT * FROM main.source) SELECT name FROM source",
    "UPDATE main.source SET name = 'x'",
    "UPDATE source SET name = (SELECT max(name) FROM main.source)",
    "UPDATE source SET name = name RETURNING (SELECT max(name) FROM main.source)",
    "INSERT INTO code_counter SELECT organisation, 'x', 1 FROM main.source",
    "DELETE FROM main.idempotency",
]
NOT_FOR_ANYBODY = [
    "SELECT name FROM sqlite_master",
    "SELECT name FROM sqlite_schema",
    "SELECT sql FROM sqlite_temp_master",
    "SELECT * FROM pragma_table_info('source')",
    "PRAGMA table_info(source)",
    "PRAGMA query_only = OFF",
    "PRAGMA writable_schema = ON",
    "ATTACH DATABASE ':memory:' AS more",
    "DETACH DATABASE temp",
    "DROP VIEW temp.source",
    "DROP TABLE temp.source",
    "CREATE TEMP VIEW more AS SELECT 1",
    "CREATE TEMP TRIGGER more BEFORE DELETE ON incident BEGIN SELECT 1; END",
    "CREATE TABLE more (organisation TEXT)",
    "ALTER TABLE incident RENAME TO more",
    "CREATE INDEX more ON incident (title)",
    "REINDEX",
    "ANALYZE",
    "SELECT load_extension('more')",
    "UPDATE log SET hash = 'x'",
    "DELETE FROM revision",
    "WITH one AS (SELECT 1) UPDATE source SET name = 'x'",
]


REFUSALS = ("not authorized", "prohibited", "view")


@pytest.mark.parametrize("statement", PAST_THE_VIEWS)
def test_no_statement_reaches_a_table_past_its_view(two: tuple[World, World], statement: str) -> None:
    assert "named without their schema" in denied(two[0].database, statement)


@pytest.mark.parametrize("statement", NOT_FOR_ANYBODY)
def test_no_statement_looks_at_the_wall_or_changes_it(two: tuple[World, World], statement: str) -> None:
    said = denied(two[0].database, statement)
    assert any(one in said for one in REFUSALS), said


def test_the_authorizer_refuses_by_itself_what_names_a_table_past_its_view(two: tuple[World, World]) -> None:
    """As a cursor of the driver's own asks, which addresses nothing and looks at no words."""
    with two[0].database.reading() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, Walled)
        plain = sqlite3.Cursor(driver)
        for name in sorted(driver.walled):
            with pytest.raises(sqlite3.DatabaseError, match="prohibited"):
                plain.execute(f"SELECT * FROM main.{name}")
            with pytest.raises(sqlite3.DatabaseError, match="not authorized"):
                plain.execute(f"SELECT count(*) FROM main.{name}")
        assert plain.execute("SELECT count(*) FROM source").fetchone() == (1,)
        with pytest.raises(sqlite3.DatabaseError, match="several statements"):
            connection.connection.cursor().executescript("SELECT 1; SELECT 2")


def test_a_union_and_a_sub_select_hold_the_line_as_a_plain_select_does(two: tuple[World, World]) -> None:
    mine = f"Agency of {two[0].organisation}"
    asked = [
        "SELECT name FROM source UNION ALL SELECT name FROM source AS other WHERE other.organisation <> 'x'",
        "SELECT (SELECT group_concat(name) FROM source) AS name",
        "WITH RECURSIVE more AS (SELECT name FROM source UNION SELECT name FROM more) SELECT name FROM more",
        "SELECT one.name FROM source AS one LEFT JOIN source AS other ON other.organisation <> 'x'",
        "SELECT name FROM temp.source",
    ]
    with two[0].database.reading() as connection:
        for statement in asked:
            found = set(connection.exec_driver_sql(statement).scalars())
            assert found == {mine}, statement


def test_a_write_without_a_predicate_touches_own_rows_alone(two: tuple[World, World]) -> None:
    source, incident = METADATA.tables["source"], METADATA.tables["incident"]
    before = dump(two[0].url)["source"]
    with two[0].database.writing() as connection:
        done = connection.execute(source.update().values(name="Changed"))
        assert done.rowcount == 1
        from_view = sa.select(sa.func.count()).select_from(incident).scalar_subquery()
        connection.execute(source.update().values(version=from_view + 1))
        counter = METADATA.tables["code_counter"]
        told = connection.execute(
            counter.update().values(last=counter.c.last + 1).returning(counter.c.organisation)
        )
        assert list(told.scalars()) == [two[0].organisation]
    after = dump(two[0].url)["source"]
    changed = {key for key, row in after.items() if row != before[key]}
    assert {after[key]["organisation"] for key in changed} == {two[0].organisation}
    assert {after[key]["version"] for key in changed} == {2}


def test_only_the_credential_that_is_shown_is_found(two: tuple[World, World]) -> None:
    hashed = organisations.hashed(two[1].tokens["viewer"])
    asked = [(one, number) for one in gate_functions.FUNCTIONS for number in range(len(one.found))]
    views = [sqlite_wall.view_of(one, number) for one, number in asked]
    with two[0].outside.reading() as connection:
        assert [connection.exec_driver_sql(f"SELECT * FROM {view}").all() for view in views] == [
            [] for _ in views
        ]
        found = credentials.token(connection, hashed)
        assert found is not None
        assert found.organisation == two[1].organisation
        assert [connection.exec_driver_sql(f"SELECT * FROM {view}").all() for view in views] == [
            [] for _ in views
        ]
        assert connection.exec_driver_sql("SELECT DISTINCT organisation FROM incident").scalars().all() == [
            two[1].organisation
        ]
        assert credentials.token(connection, "0" * 64) is None
        assert connection.exec_driver_sql("SELECT organisation FROM incident").all() == []


def test_the_service_says_what_it_is_behind_the_wall(two: tuple[World, World]) -> None:
    for path in ("health", "meta", "vocabularies"):
        assert two[0].get(path, who=None).status_code == 200, path
    assert two[0].get("meta", who=None).json()["schema_revision"]


def test_a_transaction_that_ends_leaves_nobody_entered(two: tuple[World, World]) -> None:
    database = open_database(two[0].url, pool_size=1, several=True).within(two[0].organisation)
    outside = open_database(two[0].url, pool_size=1, several=True)

    def fails() -> None:
        with database.writing() as connection:
            assert connection.exec_driver_sql("SELECT 1 FROM incident").all()
            raise LookupError

    ends: list[Callable[[], object]] = [fails, lambda: _reads(database), lambda: _writes(database)]
    for end in ends:
        with suppress(LookupError):
            end()
        for engine in (database.reader, database.writer):
            with engine.connect() as connection:
                assert connection.exec_driver_sql("SELECT civharm_organisation()").scalar_one() is None
    database.close()
    outside.close()


def _reads(database: Database) -> None:
    with database.reading() as connection:
        assert connection.exec_driver_sql("SELECT 1 FROM incident").all()


def _writes(database: Database) -> None:
    with database.writing() as connection:
        assert connection.exec_driver_sql("SELECT 1 FROM incident").all()


def test_a_file_is_for_one_organisation_until_somebody_says_otherwise(file: str) -> None:
    alone = make_world(file)
    with pytest.raises(Conflict) as refused, alone.outside.writing() as connection:
        organisations.found(connection, "A second")
    assert refused.value.code == "one-organisation"
    assert len(dump(file)["organisation"]) == 1
    alone.outside.close()

    words = ["organisation", "add", "A second"]
    done = CliRunner().invoke(app, words, env={"CIVHARM_DATABASE_URL": file})
    assert isinstance(done.exception, Conflict)
    said = {"CIVHARM_DATABASE_URL": file, "CIVHARM_SEVERAL_ORGANISATIONS": "true"}
    assert CliRunner().invoke(app, words, env=said).exit_code == 0
    assert len(dump(file)["organisation"]) == 2


def told(url: str, *, several: bool) -> str:
    """Give why the service does not start on a file; empty where it does."""
    try:
        with TestClient(create_app(Settings(database_url=url, several_organisations=several))) as client:
            assert client.get("/v1/health").status_code == 200
    except Unwalled as error:
        return error.detail
    return ""


def test_a_file_of_several_is_not_served_without_a_wall(file: str) -> None:
    worlds = [make_world(file, name, several_organisations=True) for name in ("One", "Another")]
    for world in worlds:
        world.outside.close()
    assert "set CIVHARM_SEVERAL_ORGANISATIONS=true" in told(file, several=False)
    assert told(file, several=True) == ""
    asked = CliRunner().invoke(app, ["member", "list"], env={"CIVHARM_DATABASE_URL": file})
    assert isinstance(asked.exception, Unwalled)


@pytest.mark.parametrize(
    "done", ["CREATE TABLE more (organisation TEXT)", "CREATE VIEW more AS SELECT * FROM claim"]
)
def test_a_file_with_a_table_that_nobody_walled_is_not_served(file: str, done: str) -> None:
    with owning(file) as connection:
        connection.exec_driver_sql(done)
    assert "table more is unknown to this version" in told(file, several=True)


def test_a_new_file_has_nothing_to_wall(sqlite: Sqlite) -> None:
    url = sqlite.empty()
    for several in (False, True):
        database = open_database(url, several=several)
        database.check()
        database.close()
    sqlite.drop(url)
