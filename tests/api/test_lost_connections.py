"""A database that was restarted under the service."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from db import sight
from domain.errors import Unavailable
from tests.histories import owning
from tests.worlds import World


def test_reading_goes_on_after_the_database_ended_every_kept_connection(world: World, backend: str) -> None:
    if backend == "sqlite":  # a file is not restarted
        return
    id = world.made(
        "incidents", {"title": "Attack", "occurred": {"start": "2026-01-31", "end": "2026-01-31"}}
    )["id"]
    public = {"public/incidents": 200, f"public/incidents/{id}": 404, "incidents": 200}
    assert {path: world.get(path, None).status_code for path in public} == public
    assert world.get("incidents").status_code == 200
    with owning(world.url) as connection:
        connection.execute(
            sa.text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    assert {path: world.get(path, None).status_code for path in public} == public
    assert world.get("incidents").status_code == 200
    assert world.made("parties", {"code": "state", "name": "State forces"})["code"] == "state"


def test_a_connection_that_is_lost_while_all_is_seen_is_told_as_lost(world: World, backend: str) -> None:
    """The sight that was before is gone with the connection: nothing else may be told than that."""
    if backend == "sqlite":
        return

    def lose() -> None:
        with world.database.writing() as connection, sight.whole(connection):
            pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
            with owning(world.url) as other:
                other.execute(sa.text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
            connection.exec_driver_sql("SELECT 1")

    with pytest.raises(Unavailable):
        lose()
    assert world.get("incidents").status_code == 200
