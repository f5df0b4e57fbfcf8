"""A database that was restarted under the service."""

from __future__ import annotations

import sqlalchemy as sa

from tests.worlds import World


def test_reading_goes_on_after_the_database_ended_every_kept_connection(world: World, backend: str) -> None:
    if backend == "sqlite":  # a file is not restarted
        return
    assert world.get("incidents").status_code == 200
    other = sa.create_engine(world.database.reader.url)
    with other.connect() as connection:
        connection.execute(
            sa.text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    other.dispose()
    assert world.get("incidents").status_code == 200
    assert world.made("parties", {"code": "state", "name": "State forces"})["code"] == "state"
