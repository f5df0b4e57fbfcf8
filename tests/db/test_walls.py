"""The wall on either database: what a forgotten predicate would show, and who is not let run without it."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient
from typer.testing import CliRunner

import migrations
from api.app import create_app
from cli.main import app
from config import Settings
from db import sight, sqlite_wall, walls
from db.engine import Database, open_database
from db.functions import MANY
from db.kinds import PARTY
from db.queries import credentials
from db.queries import organisations as queries
from db.tables import METADATA
from db.wall_check import Unwalled
from domain.drafts import PartyDraft
from domain.errors import NotAllowed, Unavailable
from services import organisations
from services.jobs import queue
from services.jobs.deployment import Deployment
from services.jobs.worker import Worker
from services.records import create_many, new_id
from tests.databases import Postgres, lent, owner_url
from tests.histories import Table, dump, fill, owning
from tests.scores import Score
from tests.servers import ROOT
from tests.worlds import World, make_world

ALTERNATIONS = 10_000 if os.environ.get("CIVHARM_LONG") else 1_000
HERE = Deployment(delivery_dir=Path("/nowhere"))
WALLED = sorted({one.table for one in walls.policies()})
OF_ORGANISATIONS = [name for name in WALLED if "organisation" in METADATA.tables[name].c]


@dataclass(frozen=True)
class Words:
    """How a database refuses."""

    row: str
    """A row that is another's."""
    act: str
    """What is done to no row of a table."""


SAYS = {
    "postgresql": Words("row-level security", "permission denied"),
    "sqlite": Words(sqlite_wall.REFUSAL, "not authorized"),
}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def two(request: pytest.FixtureRequest) -> Iterator[tuple[World, World]]:
    """Two organisations that have rows in every table of one database."""
    with lent(request, request.param) as url:
        both = (
            make_world(url, "One", several_organisations=True),
            make_world(url, "Another", several_organisations=True),
        )
        for world in both:
            with world.client:
                fill(world)
        yield both
        for world in both:
            world.outside.close()


@pytest.fixture(scope="module")
def there(two: tuple[World, World]) -> dict[str, Table]:
    """All rows, as the tables' owner sees them."""
    return dump(two[0].url)


@pytest.fixture
def walled(postgres: Postgres) -> Iterator[str]:
    """A database to take the wall of apart."""
    name = postgres.fresh()
    yield postgres.url_of(name)
    postgres.drop(name)


SINCE_THE_TENTH = {"login", "sign_in", "session", "invitation", "old_secret", "oidc_flow"}


def own(there: dict[str, Table], organisation: str, name: str) -> int:
    """Give how many rows of a table are the organisation's."""
    if name == "person":
        persons = {row["person"] for row in there["member"].values() if row["organisation"] == organisation}
        return len(persons)
    if name == "login":
        opens = [row for row in there["sign_in"].values() if row["organisation"] == organisation]
        return len({row["login"] for row in opens})
    column = "id" if name == "organisation" else "organisation"
    return sum(row[column] == organisation for row in there[name].values())


def seen(connection: sa.Connection, name: str) -> int:
    """Give how many rows a statement without any predicate sees, whoever asks."""
    table = METADATA.tables[name]
    with sight.whole(connection):
        return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def says(world: World) -> Words:
    """Give the words of the world's database."""
    return SAYS[world.outside.dialect]


def refused(database: Database, statement: sa.Executable) -> str:
    """Give how the database refuses a statement."""
    with pytest.raises(sa.exc.DBAPIError) as caught, database.writing() as connection:
        connection.execute(statement)
    return f"{caught.value.orig}"


def sees_no_release(world: World, name: str) -> bool:
    """Tell whether a trigger of the table's own is asked first, which finds no release behind the wall."""
    return name == "release_file" and world.outside.dialect == "postgresql"


@pytest.mark.parametrize("name", WALLED)
def test_who_entered_nothing_sees_nothing_and_stores_nothing(
    two: tuple[World, World], there: dict[str, Table], name: str
) -> None:
    outside = two[0].outside
    with outside.reading() as connection:
        assert seen(connection, name) == 0
    row = next(iter(there[name].values()))
    said = refused(outside, METADATA.tables[name].insert().values(**row))
    assert (says(two[0]).row in said) is (not sees_no_release(two[0], name)), said


@pytest.mark.parametrize("name", WALLED)
def test_an_organisation_sees_its_own_rows_without_any_predicate(
    two: tuple[World, World], there: dict[str, Table], name: str
) -> None:
    for world in two:
        mine = own(there, world.organisation, name)
        assert 0 < mine < len(there[name])
        with world.database.reading() as connection:
            assert seen(connection, name) == mine
            if "organisation" in METADATA.tables[name].c:
                column = METADATA.tables[name].c.organisation
                with sight.whole(connection):
                    found = set(connection.execute(sa.select(column)).scalars())
                assert found == {world.organisation}


@pytest.mark.parametrize("name", OF_ORGANISATIONS)
def test_an_organisation_writes_no_row_of_another(
    two: tuple[World, World], there: dict[str, Table], name: str
) -> None:
    one, other = two
    table = METADATA.tables[name]
    foreign = next(row for row in there[name].values() if row["organisation"] == other.organisation)
    said = refused(one.database, table.insert().values(**foreign))
    assert (says(one).row in said) is (not sees_no_release(one, name)), said
    named = sa.and_(*(table.c[column.name] == foreign[column.name] for column in table.primary_key))
    if name in walls._CHANGED:
        with one.database.writing() as connection:
            same = table.update().where(named).values(organisation=other.organisation)
            assert connection.execute(same).rowcount == 0
    else:
        assert says(one).act in refused(one.database, table.update().values(organisation="x"))
    if name in walls._REMOVED:
        with one.database.writing() as connection:
            assert connection.execute(table.delete().where(named)).rowcount == 0
    else:
        assert says(one).act in refused(one.database, table.delete().where(named))


def test_an_organisation_gives_no_row_of_its_own_away(two: tuple[World, World]) -> None:
    one, other = two
    away = METADATA.tables["party"].update().values(organisation=other.organisation)
    assert says(one).row in refused(one.database, away)


def test_a_connection_that_one_organisation_used_shows_the_next_nothing(
    two: tuple[World, World], score: Score
) -> None:
    database = open_database(two[0].url, pool_size=1, write_pool_size=1, several=True)
    column = METADATA.tables["incident"].c.organisation
    asked = sa.select(sa.func.count(), sa.func.min(column), sa.func.max(column))
    for number in range(ALTERNATIONS):
        world = two[number % 2]
        if number % 3:
            within = database.within(world.organisation)
            with within.reading() if number % 2 else within.writing() as connection:
                found = connection.execute(asked).one()
        else:  # as requests do
            with database.reading() as connection:
                organisations.authenticate(connection, world.tokens["viewer"])
                found = connection.execute(asked).one()
        assert found[0] > 0
        assert found[1:] == (world.organisation, world.organisation)
        if number % 10 == 0:
            with database.reading() as connection:
                assert connection.execute(asked).one()[0] == 0
    database.close()
    score("alternations of two organisations on one connection (0 leaks)", ALTERNATIONS, at_least=10_000)


@pytest.mark.parametrize("two", ["postgresql"], indirect=True)
def test_the_setting_that_is_empty_after_its_first_use_shows_nothing(two: tuple[World, World]) -> None:
    database = open_database(two[0].url, pool_size=1, write_pool_size=1)
    setting = sa.text("SELECT current_setting('civharm.organisation', true)")
    with database.reading() as connection:
        assert connection.execute(setting).scalar_one() is None
    with database.within(two[0].organisation).reading() as connection:
        assert seen(connection, "incident") > 0
        raw = connection.connection.driver_connection
    with database.reading() as connection:
        assert connection.connection.driver_connection is raw
        assert connection.execute(setting).scalar_one() == ""
        assert [name for name in WALLED if seen(connection, name)] == []
    database.close()


def test_an_unknown_credential_enters_nothing_and_leaves_what_was_entered(two: tuple[World, World]) -> None:
    with two[0].database.reading() as connection:
        assert credentials.token(connection, "0" * 64) is None
        assert seen(connection, "incident") == 0


@pytest.mark.parametrize("two", ["postgresql"], indirect=True)
def test_the_service_is_not_the_gate(two: tuple[World, World]) -> None:
    said = refused(two[0].outside, sa.text(f"SET ROLE {walls.GATE}"))
    assert "permission denied" in said


def test_the_service_knows_which_organisations_there_are(two: tuple[World, World]) -> None:
    with two[0].outside.reading() as connection:
        known = {id for _, id in queries.every(connection)}
    assert known == {world.organisation for world in two}


def test_the_service_has_a_table_counted_that_it_fills_without_owning_it(walled: str) -> None:
    """A plan made while a table was empty would walk every row of an organisation for each new row."""
    world = make_world(walled)
    with world.client, world.database.writing() as connection:
        drafts: Iterator[Any] = (
            (PARTY, new_id(), PartyDraft(code=f"p{number}", name="Party"), {}) for number in range(MANY)
        )
        create_many(connection, world.actor("recorder"), drafts)
        counted = {
            name: connection.execute(
                sa.text("SELECT reltuples FROM pg_class WHERE oid = to_regclass(:name)"), {"name": name}
            ).scalar_one()
            for name in ("log", "revision", "party", "claim")
        }
    assert min(counted["log"], counted["revision"], counted["party"]) >= MANY
    assert counted["claim"] < 0, "what nothing was stored in is not counted"


def test_a_table_that_nobody_has_said_how_to_wall_is_refused() -> None:
    stray = sa.Table("stray", sa.MetaData(), sa.Column("id", sa.Text))
    with pytest.raises(ValueError, match="stray has no organisation"):
        walls.policies([*METADATA.tables.values(), stray])
    assert {one.table for one in walls.policies()} | walls.OF_THE_WORLD == set(METADATA.tables)


def told(url: str) -> str:
    """Give why the service does not start on a database; empty where it does."""
    try:
        with TestClient(create_app(Settings(database_url=url))) as client:
            assert client.get("/v1/health").status_code == 200
    except Unwalled as error:
        return error.detail
    return ""


def test_the_service_starts_behind_a_whole_wall(walled: str) -> None:
    assert told(walled) == ""


WITHOUT_CHECK = (
    "DROP POLICY of_organisation ON claim; "
    f"CREATE POLICY of_organisation ON claim USING (organisation = {walls.ENTERED})"
)
# It would add rows to those of the organisation in place of taking some away.
NOT_RESTRICTIVE = (
    "DROP POLICY of_sight ON victim; CREATE POLICY of_sight ON victim FOR SELECT TO civharm_app USING "
    f"(NOT {sight.hidden_behind('postgresql', 'victim.id')})"
)


@pytest.mark.parametrize(
    ("done", "why"),
    [
        ("ALTER TABLE claim DISABLE ROW LEVEL SECURITY", "table claim is not enabled"),
        ("ALTER TABLE claim NO FORCE ROW LEVEL SECURITY", "table claim is not forced"),
        ("DROP POLICY of_organisation ON claim", "of_organisation of the table claim"),
        ("ALTER POLICY of_organisation ON claim WITH CHECK (true)", "of_organisation of the table claim"),
        ("ALTER POLICY of_organisation ON claim USING (true)", "of_organisation of the table claim"),
        (WITHOUT_CHECK, "of_organisation of the table claim"),
        ("DROP POLICY of_sight ON claim", "of_sight of the table claim"),
        ("ALTER POLICY of_sight ON clearance USING (true)", "of_sight of the table clearance"),
        ("ALTER POLICY of_sight ON fact TO civharm_gate", "of_sight of the table fact"),
        (NOT_RESTRICTIVE, "of_sight of the table victim"),
        ("DROP POLICY of_partners ON member", "of_partners of the table member"),
        ("ALTER POLICY of_partners ON incident USING (true)", "of_partners of the table incident"),
        (f"ALTER FUNCTION {walls.GATE}.shared(text) SECURITY INVOKER", "shared(text) is not as"),
        ("DROP FUNCTION civharm_gate.named(text) CASCADE", "of_sight of the table assessment"),
        ("CREATE POLICY more ON claim USING (true)", "table claim has a policy that is none of ours: more"),
        ("ALTER POLICY of_the_gate ON token TO PUBLIC", "of_the_gate of the table token"),
        ("ALTER POLICY of_members ON person USING (true)", "of_members of the table person"),
        ("CREATE TABLE more (organisation text)", "table more is unknown to this version"),
        ("CREATE VIEW more AS SELECT * FROM claim", "table more is unknown to this version"),
        (f"GRANT EXECUTE ON FUNCTION {walls.GATE}.enter(text) TO PUBLIC", "enter(text) is not as"),
        (f"ALTER FUNCTION {walls.GATE}.enter(text) SECURITY INVOKER", "enter(text) is not as"),
        (f"DROP FUNCTION {walls.GATE}.organisations()", "organisations() is not as"),
        (f"DROP FUNCTION {walls.GATE}.analyse(regclass)", "analyse(regclass) is not as"),
        (
            f"ALTER FUNCTION {walls.GATE}.analyse(regclass) OWNER TO {walls.GATE}",
            "analyse(regclass) is not as",
        ),
        ("ALTER TABLE claim OWNER TO civharm_app", "owns tables"),
    ],
)
def test_the_service_does_not_start_without_a_whole_wall(walled: str, done: str, why: str) -> None:
    with owning(walled) as connection:
        connection.exec_driver_sql(done.replace("%", "%%"))
    assert why in told(walled)
    # Migrating puts up again what was taken down; what was put beside it is for people to judge.
    migrations.upgrade(owner_url(walled))
    beside = ("ALTER TABLE claim OWNER", "CREATE TABLE", "CREATE VIEW")
    assert (told(walled) == "") is not done.startswith(beside)


def test_the_service_does_not_start_as_a_superuser(walled: str) -> None:
    said = told(owner_url(walled))
    assert "is a superuser" in said
    assert "run: civharm migrate --roles" in said


def test_the_commands_say_why_they_do_not_run(walled: str) -> None:
    """The service and the worker, as an operator starts them."""
    for command in ("serve", "worker"):
        done = subprocess.run(
            [sys.executable, "-m", "cli.main", command],
            cwd=ROOT,
            env={**os.environ, "CIVHARM_DATABASE_URL": owner_url(walled)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 1
        assert done.stderr.startswith("civharm: Organisations are not kept apart in this database")
        assert "Traceback" not in done.stderr


def test_what_was_away_at_the_start_is_asked_before_the_first_request(walled: str) -> None:
    desk = create_app(Settings(database_url=owner_url(walled))).state.desk
    with pytest.raises(Unavailable, match="tell the operator"):
        desk.read("cht_any", lambda connection, actor: None)
    desk.database.close()


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_a_worker_serves_organisations_in_turn(request: pytest.FixtureRequest, backend: str) -> None:
    with lent(request, backend) as url:
        busy = make_world(url, "Busy", several_organisations=True)
        other = make_world(url, "Other", several_organisations=True)
        for world, number in ((busy, 6), (other, 1)):
            with world.database.writing() as connection:
                for _ in range(number):
                    queue.create(connection, world.actor(), HERE, "export", {"table": "parties"})
        worker = Worker(busy.outside, HERE)
        assert [worker.step() for _ in range(2)] == ["job", "job"]
        jobs = dump(url)["job"].values()
        # The folder is no folder: each was tried, and is to be tried again.
        assert Counter(row["organisation"] for row in jobs if row["attempts"]) == {
            busy.organisation: 1,
            other.organisation: 1,
        }
        assert worker.drain() == 5
        assert worker.step() is None
        for world in (busy, other):
            world.outside.close()


@contextmanager
def role(url: str, options: str, *grants: str) -> Iterator[str]:
    """Give a database's address as a role of a moment, which may enter the gate's functions."""
    name = f"r_{uuid.uuid4().hex[:12]}"
    with owning(url) as connection:
        connection.exec_driver_sql(f"CREATE ROLE {name} LOGIN {options}")
        for one in grants:
            connection.exec_driver_sql(one.format(name=name))
    yield sa.engine.make_url(url).set(username=name).render_as_string(hide_password=False)
    with owning(url) as connection:
        connection.exec_driver_sql(f"DROP OWNED BY {name}")
        connection.exec_driver_sql(f"DROP ROLE {name}")


@pytest.mark.parametrize(
    ("options", "grant", "why"),
    [
        ("BYPASSRLS", "GRANT civharm_app TO {name}", "has BYPASSRLS"),
        ("NOINHERIT", "GRANT postgres TO {name}", "is a superuser"),
        ("NOINHERIT", "GRANT civharm_gate TO {name}", "may act as civharm_gate"),
        ("", "ALTER TABLE party OWNER TO {name}", "owns tables"),
    ],
)
def test_the_service_does_not_start_as_a_role_that_may_more(
    walled: str, options: str, grant: str, why: str
) -> None:
    with owning(walled) as connection:
        superuser = connection.exec_driver_sql("SELECT current_user").scalar_one()
    grant = grant.replace("postgres", superuser)
    with role(walled, options, "GRANT civharm_app TO {name}", grant) as url:
        assert why in told(url)
        if "OWNER" in grant:
            with owning(walled) as connection:
                connection.exec_driver_sql(f"ALTER TABLE party OWNER TO {superuser}")


def test_the_role_of_the_service_changes_no_schema(walled: str) -> None:
    migrations.upgrade(walled)  # up to date: nothing to do, and nobody is made to wait
    migrations.downgrade(owner_url(walled), "0010")
    with pytest.raises(NotAllowed, match="CIVHARM_OWNER_URL"):
        migrations.upgrade(walled)


def test_an_owner_who_is_no_superuser_migrates_rows_that_only_the_wall_hides(postgres: Postgres) -> None:
    postgres.make_roles()
    name, owner = postgres.empty(), f"r_{uuid.uuid4().hex[:12]}"
    url = postgres.url_of(name)
    plain = sa.engine.make_url(url).set(username=owner).render_as_string(hide_password=False)
    with owning(url) as connection:
        connection.exec_driver_sql(f"CREATE ROLE {owner} LOGIN")
        connection.exec_driver_sql(f"ALTER DATABASE {name} OWNER TO {owner}")
    with pytest.raises(NotAllowed, match="--print"):
        migrations.make_roles(plain)
    with owning(url) as connection:
        connection.exec_driver_sql(migrations.roles_sql(plain).replace("%", "%%"))
    migrations.upgrade(plain)
    world = make_world(url)
    with world.client:
        fill(world)
    before = dump(url)
    engine = sa.create_engine(sa.engine.make_url(plain).set(drivername="postgresql+psycopg"))
    with engine.connect() as connection:
        assert seen(connection, "claim") == 0, "the wall binds the owner too"
    engine.dispose()
    migrations.downgrade(plain, "0010")
    kept = set(dump(url))  # tables that came later go on the way down, with their rows
    migrations.upgrade(plain)
    assert {one: len(rows) for one, rows in dump(url).items() if one in kept} == {
        one: len(rows) for one, rows in before.items() if one in kept
    }
    assert told(url) == ""
    postgres.drop(name)
    with owning(postgres.url_of("postgres")) as connection:
        connection.exec_driver_sql(f"DROP ROLE {owner}")


def test_an_administrator_puts_up_the_same_wall_by_hand(walled: str) -> None:
    with owning(walled) as connection:
        walls.take_down(connection)
    assert "is not enabled" in told(walled)
    with owning(walled) as connection:
        connection.exec_driver_sql(migrations.wall_sql().replace("%", "%%"))
    assert told(walled) == ""


def test_roles_are_made_once_however_often_they_are_asked_for(postgres: Postgres) -> None:
    postgres.make_roles()
    migrations.make_roles(owner_url(postgres.url_of("postgres")))


def test_the_command_prints_what_an_administrator_runs() -> None:
    owner = {"CIVHARM_OWNER_URL": "postgresql://the-owner@nowhere/civharm"}
    roles = CliRunner().invoke(app, ["migrate", "--roles", "--print"], env=owner).stdout
    assert f'GRANT {walls.GATE} TO "the-owner";' in roles
    assert "CREATE POLICY" not in roles
    wall = CliRunner().invoke(app, ["migrate", "--print"], env=owner).stdout
    for name in WALLED:
        assert f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;" in wall
    on_sqlite = CliRunner().invoke(app, ["migrate", "--roles"], env={"CIVHARM_DATABASE_URL": "sqlite:///x"})
    assert "Only PostgreSQL has roles" in str(on_sqlite.exception)
