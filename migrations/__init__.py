"""The schema's history, by Alembic; the verbs that the command and the tests use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from db import publishing, wall_check, walls
from domain.errors import Invalid, NotAllowed

HERE = Path(__file__).resolve().parent
_ROLES = (
    "The roles {roles} are missing. Make them with: civharm migrate --roles; or give a database "
    "administrator what this prints: civharm migrate --roles --print"
)


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["database_url"] = url
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database of the URL up to the revision, and its wall with it; up to date is no error.

    Raises NotAllowed where it is not up to date and the URL's role may not change it, or where the roles are
    missing.
    """
    config = _config(url)
    if _on_postgres(url) and _is_as_it_should_be(config, url, revision):
        return
    command.upgrade(config, revision)


def downgrade(url: str, revision: str) -> None:
    """Take the database of the URL back to the revision."""
    command.downgrade(_config(url), revision)


def _is_as_it_should_be(config: Config, url: str, revision: str) -> bool:
    """Tell whether nothing is to be done: putting the wall up would make everybody wait."""
    engine = _postgres(url)
    with engine.connect() as connection:
        wanted = ScriptDirectory.from_config(config).get_revision(revision)
        current = MigrationContext.configure(connection).get_current_revision()
        there = current == wanted.revision
        if there and wall_check.stands(connection):
            return True
        if not walls.may_change(connection):
            if there:  # the self-test says what is wrong with the wall
                return True
            raise NotAllowed(
                "The schema is not up to date, and this role may not change it. Run: civharm migrate, with "
                "CIVHARM_OWNER_URL naming the tables' owner."
            )
        missing = walls.missing_roles(connection)
    engine.dispose()
    if missing:
        raise NotAllowed(_ROLES.format(roles=" and ".join(missing)))
    return False


def make_roles(url: str, service_url: str | None = None, public_url: str | None = None) -> None:
    """Make the roles of the service, of the gate and of the public, on PostgreSQL, for a URL's user who may.

    The password in the address that the service connects with, if there is one, becomes its role's; likewise
    that of the public's, which is the service's where it has no address of its own.
    """
    if not _on_postgres(url):
        raise Invalid("Only PostgreSQL has roles; SQLite is for one organisation.", code="no-roles")
    if public_url is None and service_url is not None:
        public_url = publishing.url_of(service_url)
    given = [sa.engine.make_url(one) for one in (service_url, public_url) if one is not None]
    engine = _postgres(url)
    with _told(), engine.begin() as connection:
        owner = connection.execute(sa.text("SELECT current_user")).scalar_one()
        for statement in walls.roles(owner):
            connection.exec_driver_sql(statement)
        for one in given:
            if one.username in (walls.APP, walls.PUBLIC) and one.password is not None:
                walls.set_password(connection, str(one.username), str(one.password))
    engine.dispose()


def roles_sql(url: str) -> str:
    """Give what a database administrator runs, once, for an owner of tables who may make no roles."""
    owner = sa.engine.make_url(url).username or "civharm"
    lines = [
        "-- As a superuser, in the database of the record. Then, where the server asks for passwords:",
        f"--   \\password {walls.APP}",
        f"--   \\password {walls.PUBLIC}",
        *(f"{one};" for one in walls.roles(owner)),
    ]
    return "\n".join(lines)


def wall_sql() -> str:
    """Give the wall as migrating puts it up around the newest schema, to be read."""
    return "\n".join(["BEGIN;", *(f"{one};" for one in walls.up(others=["alembic_version"])), "COMMIT;"])


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except sa.exc.ProgrammingError as error:
        if getattr(error.orig, "sqlstate", None) != "42501":
            raise
        raise NotAllowed(
            "This role may not make roles. Give a database administrator what this prints: civharm migrate "
            "--roles --print"
        ) from error


def _on_postgres(url: str) -> bool:
    return sa.engine.make_url(url).get_backend_name() == "postgresql"


def _postgres(url: str) -> sa.Engine:
    parsed = sa.engine.make_url(url).set(drivername="postgresql+psycopg")
    return sa.create_engine(parsed, poolclass=sa.pool.NullPool, hide_parameters=True)
