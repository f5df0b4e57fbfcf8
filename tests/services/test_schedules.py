"""Schedules make one job an instant: not two with two workers, and one for all that was missed."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from db import door
from db.tables.jobs import schedule as schedule_table
from db.verifying import verify_log, verify_records
from domain.errors import Conflict, Invalid, NotAllowed
from domain.schedules import Timing
from services import schedules, work_lists
from services.jobs import queue
from services.jobs.deployment import Deployment
from services.jobs.queue import later, one, worker_of
from tests.jobs import own_folder, root, rows_of, shared, worker, world
from tests.worlds import World

__all__ = ["root", "shared", "world"]  # fixtures

DAY_S = 86_400


def scheduled(world: World, root: Path, timing: Timing, **asked: Any) -> Any:
    draft = schedules.Draft(timing, "export", {"table": "parties", **asked})
    with world.database.writing() as connection:
        return schedules.create(connection, world.actor("reviewer"), Deployment(delivery_dir=root), draft)


def at(world: World, id: str, now: str) -> str | None:
    with world.database.writing() as connection:
        return schedules.make_job(connection, world.organisation, id, now)


def test_one_job_is_made_for_an_instant_and_done(world: World, root: Path) -> None:
    made = scheduled(world, root, Timing("monthly", 31))
    assert at(world, made.id, door.now()) is None, "it is not due"
    assert made.next_due.endswith("T00:00:00.000000Z")
    job = at(world, made.id, made.next_due)
    assert job is not None
    assert at(world, made.id, made.next_due) is None, "its job is made already"
    assert worker(world, root).drain() == 1
    (row,) = rows_of(world)
    assert (row.id, row.schedule, row.due, row.state) == (job, made.id, made.next_due, "done")
    assert len(list(own_folder(world, root).rglob("*.csv"))) == 1
    with world.database.reading() as connection:
        assert verify_log(connection, world.organisation) == []
        assert verify_records(connection, world.organisation) == []
    entries = world.get("log", "admin").json()["data"]
    assert [one["actor"] for one in entries if one["action"] == "job.create"] == ["service:worker"]


def test_of_several_missed_instants_the_newest_runs_once(world: World, root: Path) -> None:
    made = scheduled(world, root, Timing("cron", None, "0 6 * * *"))
    now = later(made.next_due, 10 * DAY_S + 60)
    assert at(world, made.id, now) is not None
    assert at(world, made.id, now) is None
    (row,) = rows_of(world)
    assert row.due == later(made.next_due, 10 * DAY_S)
    with world.database.reading() as connection:
        stored = schedules.one(connection, world.actor("viewer"), made.id)
    assert (stored.last_due, stored.next_due) == (row.due, later(row.due, DAY_S))


def test_a_schedule_that_cannot_be_read_keeps_no_other_from_its_job(
    world: World, root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    made = [scheduled(world, root, Timing("cron", None, "0 6 * * *")) for _ in range(2)]
    with world.database.writing() as connection:
        long_ago = {"next_due": "2026-01-01T06:00:00.000000Z"}
        connection.execute(schedule_table.update().values(**long_ago))
        # As after a version that read another form of lines.
        broken = schedule_table.update().where(schedule_table.c.id == made[0].id)
        connection.execute(broken.values(cron="now and then"))
    assert worker(world, root).drain() == 1
    (row,) = rows_of(world)
    assert (row.schedule, row.state) == (made[1].id, "done")
    assert made[0].id in caplog.text


def test_workers_that_see_it_due_at_once_make_one_job(world: World, root: Path) -> None:
    made = scheduled(world, root, Timing("monthly"))
    together = threading.Barrier(6)

    def make(_: int) -> str | None:
        together.wait()
        return at(world, made.id, made.next_due)

    with ThreadPoolExecutor(6) as pool:
        found = [id for id in pool.map(make, range(6)) if id is not None]
    assert len(found) == len(rows_of(world)) == 1


def test_the_database_refuses_a_second_job_of_an_instant(world: World, root: Path) -> None:
    made = scheduled(world, root, Timing("monthly"))
    at(world, made.id, made.next_due)
    with pytest.raises(sa.exc.IntegrityError), world.database.writing() as connection:
        queue.add(
            connection,
            worker_of(world.organisation),
            "export",
            "{}",
            schedule=made.id,
            due=made.next_due,
        )
    assert len(rows_of(world)) == 1


def test_what_falls_due_in_a_pause_is_not_made_up_for(world: World, root: Path) -> None:
    made = scheduled(world, root, Timing("cron", None, "* * * * *"))
    with world.database.writing() as connection:
        assert schedules.pause(connection, world.actor("admin"), made.id).next_due is None
    assert at(world, made.id, later(made.next_due, 60)) is None
    with world.database.writing() as connection, pytest.raises(Conflict):
        schedules.pause(connection, world.actor("admin"), made.id)
    with world.database.writing() as connection:
        before = door.now()
        resumed = schedules.resume(connection, world.actor("admin"), made.id)
    assert resumed.next_due > before
    with world.database.writing() as connection:
        assert schedules.remove(connection, world.actor("reviewer"), made.id).state == "removed"
        viewer = world.actor("viewer")
        assert work_lists.page(connection, viewer, work_lists.SCHEDULES, {}, None, 10) == ([], None)
    with world.database.writing() as connection, pytest.raises(Conflict):
        schedules.resume(connection, world.actor("admin"), made.id)
    assert rows_of(world) == []
    with world.database.reading() as connection:
        assert verify_records(connection, world.organisation) == []


def test_making_one_takes_a_reviewer_and_a_job_that_can_be_done(world: World, root: Path) -> None:
    asked = schedules.Draft(Timing("monthly"), "export", {"table": "parties"})
    with world.database.writing() as connection:
        for who in ("viewer", "recorder", "admin"):
            with pytest.raises(NotAllowed):
                schedules.create(connection, world.actor(who), Deployment(delivery_dir=root), asked)
        for who in ("viewer", "recorder"):
            with pytest.raises(NotAllowed):
                schedules.pause(connection, world.actor(who), "an-id")
        with pytest.raises(Invalid) as unset:
            schedules.create(connection, world.actor("reviewer"), Deployment(), asked)
        with pytest.raises(NotAllowed):
            one(connection, world.actor("admin"), "an-id")
    assert unset.value.code == "no-delivery-folder"
