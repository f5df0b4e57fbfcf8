"""Jobs: tried again with growing pauses, lost without harm, cancelled, delivered whole or not at all."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, BinaryIO

import pytest
import sqlalchemy as sa

from db import door
from db.engine import open_database
from db.queries import jobs as queries
from db.queries import log_heads
from db.queries import webhooks as webhook_queries
from db.verifying import verify_records
from domain.attempts import JOB_ATTEMPTS, JOB_PAUSES_S
from domain.errors import Conflict, Invalid, NotAllowed, NotFound
from domain.vocab import JobState
from services.jobs import folder, kinds, queue
from services.jobs.delivering import delivering as delivering_files
from services.jobs.deployment import Deployment
from services.jobs.kinds import Lost
from services.jobs.lease import Lease, Pace
from services.jobs.queue import later
from services.jobs.worker import DIED, Worker
from tests.databases import Sqlite
from tests.jobs import QUICK, changed, made, own_folder, root, row_of, shared, whole, worker, world
from tests.worlds import World

__all__ = ["root", "shared", "world"]  # fixtures

LONG_AGO = "2026-01-01T00:00:00.000000Z"


def claimed(world: World, seconds: float = 60) -> queries.Claimed:
    now = door.now()
    with world.database.writing() as connection:
        found = queries.claim(connection, world.organisation, "a-worker", now, later(now, seconds))
    assert found is not None
    return found


def _work_for(seconds: float, lease: Lease) -> None:
    """Work, and say so, until the lease is lost."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        lease.progress(1, 2)
        time.sleep(0.01)


def test_a_job_is_done_and_says_what_it_delivered(world: World, root: Path) -> None:
    world.made("parties", {"code": "armed-group", "name": "The armed group"})
    id = made(world, root, folder="monthly/partners")
    assert worker(world, root).drain() == 1
    row = row_of(world, id)
    assert (row.state, row.attempts, row.progress_done, row.progress_of) == ("done", 1, 1, 1)
    (file,) = own_folder(world, root).rglob("*.csv")
    assert file.parent == own_folder(world, root) / "monthly" / "partners"
    assert whole(file)
    assert file.name == f"parties-{row.seq}.csv"
    with world.database.reading() as connection:
        assert verify_records(connection, world.organisation) == []


def test_a_job_done_again_after_its_file_was_delivered_leaves_the_same_bytes(
    world: World, root: Path
) -> None:
    for format in ("csv", "xlsx", "parquet"):
        id = made(world, root, format=format, folder=format)
        worker(world, root).drain()
        (file,) = own_folder(world, root).glob(f"{format}/parties*.{format}")
        before = file.read_bytes()
        # As if the worker had died between the delivery and the note of it.
        ended = {"state": "running", "worker": "dead", "leased_until": LONG_AGO, "finished_at": None}
        changed(world, id, {**ended, "result": None})
        worker(world, root).drain()
        row = row_of(world, id)
        assert (row.state, row.attempts) == ("done", 2)
        assert file.read_bytes() == before
        assert len(list(file.parent.iterdir())) == 2


def test_what_may_pass_is_tried_again_with_growing_pauses_and_then_fails(world: World, root: Path) -> None:
    id = made(world, root)
    # A folder where the job's own unfinished file would be: the system refuses, and may not for ever.
    (own_folder(world, root) / "exports" / f".{id}.1-1.part").mkdir(parents=True)
    one = worker(world, root)
    for attempt in range(1, JOB_ATTEMPTS + 1):
        before = door.now()
        assert one.drain() == 1
        row = row_of(world, id)
        assert (row.attempts, row.error_code) == (attempt, "storage")
        if attempt < JOB_ATTEMPTS:
            assert row.state == "queued"
            assert row.not_before >= later(before, JOB_PAUSES_S[attempt - 1])
            assert one.drain() == 0, "it waits for its time"
            changed(world, id, {"not_before": LONG_AGO})
    assert (row.state, row.finished_at is None) == ("failed", False)
    assert list(JOB_PAUSES_S) == sorted(JOB_PAUSES_S)
    (own_folder(world, root) / "exports" / f".{id}.1-1.part").rmdir()
    with world.database.writing() as connection:
        again = queue.retry(connection, world.actor(), id)
    assert (again.state, again.attempts, again.error_code) == ("queued", 0, None)
    assert one.drain() == 1
    assert row_of(world, id).state == "done"


def test_what_would_fail_the_same_way_again_fails_at_once(world: World, root: Path) -> None:
    id = made(world, root)
    Worker(world.outside, Deployment(), QUICK).drain()
    row = row_of(world, id)
    assert (row.state, row.attempts, row.error_code) == ("failed", 1, "no-delivery-folder")
    assert "CIVHARM_DELIVERY_DIR" in row.error_detail
    # A folder that is set and not there may be a disk that comes back.
    away = made(world, root)
    worker(world, root / "elsewhere").drain()
    row = row_of(world, away)
    assert (row.state, row.attempts, row.error_code) == ("queued", 1, "no-delivery-folder")


def test_a_job_that_kills_every_worker_fails_in_the_end(world: World, root: Path) -> None:
    id = made(world, root)
    for attempt in range(JOB_ATTEMPTS):
        assert claimed(world).attempts == attempt + 1
        changed(world, id, {"leased_until": LONG_AGO})
    worker(world, root).drain()
    row = row_of(world, id)
    assert (row.state, row.error_code) == ("failed", DIED)


def test_a_lease_is_prolonged_while_the_job_is_done_and_shows_how_far_it_is(world: World, root: Path) -> None:
    id = made(world, root)
    held = claimed(world, 0.5)
    before = row_of(world, id).leased_until
    with Lease(world.database, held, Pace(lease_s=30, beat_s=0.02)) as lease:
        lease.progress(3, 10)
        deadline = time.monotonic() + 10
        while row_of(world, id).progress_of is None:
            assert time.monotonic() < deadline
            time.sleep(0.01)
    row = row_of(world, id)
    assert row.leased_until > before
    assert (row.progress_done, row.progress_of) == (3, 10)


def test_who_lost_the_lease_is_told_and_changes_nothing(world: World, root: Path) -> None:
    id = made(world, root)
    first = claimed(world)
    changed(world, id, {"leased_until": LONG_AGO})
    with Lease(world.database, first, Pace(lease_s=30, beat_s=0.02)) as lease:
        second = claimed(world)
        assert (second.id, second.attempts) == (id, 2)
        with pytest.raises(Lost):
            _work_for(10, lease)
    with world.database.writing() as connection:
        assert not queries.end(connection, first, JobState.DONE, {"finished_at": door.now()})
        assert not queries.beat(connection, first, later(door.now(), 60), (1, 2))
    assert row_of(world, id).state == "running"
    assert row_of(world, id).progress_of is None


def test_a_lease_that_could_not_be_prolonged_in_time_counts_as_lost(world: World, root: Path) -> None:
    made(world, root)
    clock = iter((0.0, 0.5, 2.0))
    lease = Lease(world.database, claimed(world), Pace(lease_s=1.0, beat_s=60), clock=lambda: next(clock))
    lease.progress(1, 3)
    with pytest.raises(Lost):
        lease.progress(2, 3)


def test_nothing_is_delivered_of_a_job_that_was_cancelled_while_it_was_written(
    world: World, root: Path
) -> None:
    id = made(world, root)
    held = claimed(world)
    with Lease(world.database, held, Pace(lease_s=30, beat_s=60)) as lease:
        context = kinds.Context(
            world.database,
            queue.worker_of(world.organisation),
            Deployment(delivery_dir=root),
            *(id, 1, held.known_seq, held.created_at, lease.progress, lease.confirm),
        )

        def write(file: BinaryIO) -> int:
            with world.database.writing() as connection:
                queue.cancel(connection, world.actor(), id)
            return file.write(b"half a table")

        with pytest.raises(Lost), delivering_files(context, "monthly") as out:
            out.add(write, lambda _: "table.csv")
    assert list((own_folder(world, root) / "monthly").iterdir()) == []


def test_an_idle_worker_asks_indexes_alone_on_sqlite(sqlite: Sqlite) -> None:
    """SQLite uses a partial index only for its very condition; PostgreSQL reads small tables whole."""
    database = open_database(sqlite.fresh())
    with database.reading() as connection:
        for query, index in (
            (queries._to_take("here", door.now()), "ix_job_waiting"),
            (webhook_queries._to_send("here", door.now()), "ix_delivery_waiting"),
        ):
            asked = sa.select(sa.exists().where(query)).compile(connection)
            values = [asked.params[name] for name in asked.positiontup or ()]
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}", tuple(values)).all()
            assert any(index in row[-1] for row in plan), plan
    database.close()


def test_a_job_is_cancelled_before_and_while_it_is_done_and_never_after(world: World, root: Path) -> None:
    waiting, running, done = (made(world, root, folder=f"f{number}") for number in range(3))
    changed(world, running, {"not_before": LONG_AGO})
    held = claimed(world)
    assert held.id == running
    with world.database.writing() as connection:
        for id in (waiting, running):
            assert queue.cancel(connection, world.actor(), id).state == "cancelled"
    with world.database.writing() as connection:
        assert not queries.end(connection, held, JobState.DONE, {"finished_at": door.now()})
    assert worker(world, root).drain() == 1
    assert row_of(world, done).state == "done"
    for id in (waiting, done):
        with world.database.writing() as connection, pytest.raises(Conflict):
            queue.cancel(connection, world.actor(), id)
    with world.database.writing() as connection, pytest.raises(Conflict):
        queue.retry(connection, world.actor(), done)
    with world.database.writing() as connection:
        queue.retry(connection, world.actor(), waiting)
    assert worker(world, root).drain() == 1
    with world.database.reading() as connection:
        assert verify_records(connection, world.organisation) == []


def test_making_and_cancelling_are_in_the_log_and_the_work_is_not(world: World, root: Path) -> None:
    made(world, root)
    with world.database.reading() as connection:
        before = log_heads.head(connection, world.organisation).seq
    worker(world, root).drain()
    with world.database.reading() as connection:
        assert log_heads.head(connection, world.organisation).seq == before


@pytest.mark.parametrize(
    ("parameters", "code", "pointer"),
    [
        ({}, "required", "/parameters/table"),
        ({"table": "secrets"}, "unknown-code", "/parameters/table"),
        ({"table": "parties", "format": "docx"}, "unknown-code", "/parameters/format"),
        ({"table": "parties", "format": "geojson"}, "unknown-code", "/parameters/format"),
        ({"table": "parties", "filters": {"coed": "x"}}, "unknown-field", "/parameters/filters"),
        ({"table": "parties", "filters": {"code": 3}}, "wrong-type", "/parameters/filters"),
        ({"table": "incidents", "filters": {"state": "gone"}}, "unknown-code", "/parameters/filters/state"),
        ({"table": "incidents", "filters": {"from": "May"}}, "invalid-date", "/parameters/filters/from"),
        (
            {"table": "incidents", "filters": {"from": "2026-01-01", "period": "last-month"}},
            "one-of-two",
            "/parameters/filters/period",
        ),
        (
            {"table": "incidents", "filters": {"period": "last-week"}},
            "unknown-code",
            "/parameters/filters/period",
        ),
        ({"table": "statistics"}, "required", "/parameters/filters/outcome"),
        (
            {"table": "statistics", "filters": {"outcome": "hurt"}},
            "unknown-code",
            "/parameters/filters/outcome",
        ),
        ({"table": "parties", "folder": "../elsewhere"}, "unsafe-folder", "/parameters/folder"),
        ({"table": "parties", "other": 1}, "unknown-field", "/parameters"),
    ],
)
def test_a_job_that_could_not_be_done_is_not_made(
    parameters: dict[str, Any], code: str, pointer: str, tmp_path: Path
) -> None:
    with pytest.raises(Invalid) as refused:
        kinds.read(kinds.of_name("export"), parameters, Deployment(delivery_dir=tmp_path))
    assert [(one.code, one.pointer) for one in refused.value.faults] == [(code, pointer)]


def test_a_job_needs_a_known_kind_a_folder_and_a_recorder(world: World, root: Path) -> None:
    asked = {"table": "parties"}
    delivers = Deployment(delivery_dir=root)
    with world.database.writing() as connection:
        with pytest.raises(Invalid) as unknown:
            queue.create(connection, world.actor(), delivers, "telegram", {})
        with pytest.raises(Invalid) as unset:
            queue.create(connection, world.actor(), Deployment(), "export", asked)
        for who in ("viewer", "admin"):
            with pytest.raises(NotAllowed):
                queue.create(connection, world.actor(who), delivers, "export", asked)
        with pytest.raises(NotFound):
            queue.cancel(connection, world.actor(), "6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10")
    assert unknown.value.code == "unknown-code"
    assert (unset.value.code, "CIVHARM_DELIVERY_DIR" in unset.value.detail) == ("no-delivery-folder", True)


def test_a_period_is_the_one_before_the_instant_that_the_job_is_for(world: World, root: Path) -> None:
    for day in ("2026-01-31", "2026-02-03"):
        world.made("incidents", {"title": f"Attack {day}", "occurred": {"start": day, "end": day}})
    id = made(world, root, "incidents", filters={"period": "last-month"})
    changed(world, id, {"created_at": "2026-03-01T00:00:00.000000Z"})
    assert worker(world, root).drain() == 1
    (file,) = own_folder(world, root).rglob("incidents-*.csv")
    assert "2026-02-03" in file.read_text()
    assert "2026-01-31" not in file.read_text()
    assert row_of(world, id).progress_of == 1


def test_statistics_are_as_of_the_first_attempt_whatever_is_recorded_before_the_next(
    world: World, root: Path
) -> None:
    id = made(world, root, "statistics", filters={"outcome": "killed", "by": "sex"})
    known = claimed(world).known_seq
    changed(world, id, {"leased_until": LONG_AGO})
    world.made("parties", {"code": "armed-group", "name": "The armed group"})
    worker(world, root).drain()
    row = row_of(world, id)
    assert (row.state, row.attempts, row.known_seq) == ("done", 2, known)
    (file,) = own_folder(world, root).rglob("statistics-*.csv")
    assert file.stem.endswith(f"-{known}")


class TestFolder:
    def test_only_plain_segments_are_taken(self) -> None:
        for path in ("monthly", "a/b/c/d", "m-1_x.y"):
            assert folder.check_segments(path) == tuple(path.split("/"))
        for path in (
            *("", ".", "..", "../a", "a/..", "/a", "a/", "a//b", "a/./b", ".hidden", "A", "a b", "a\\b"),
            *("a\0", "é", "a" * 61, "a/b/c/d/e", "a\n", "~", "con:", "-a", "a-"),
        ):
            with pytest.raises(Invalid):
                folder.check_segments(path)

    def test_a_link_on_the_way_leads_nowhere(self, tmp_path: Path) -> None:
        root, outside = tmp_path / "root", tmp_path / "outside"
        root.mkdir()
        outside.mkdir()
        (root / "own").mkdir()
        (root / "own" / "monthly").symlink_to(outside)
        (root / "linked").symlink_to(outside)
        (root / "file").write_text("")
        for segments in (("own", "monthly"), ("linked", "monthly"), ("file", "monthly"), ("file",)):
            with pytest.raises(Invalid) as refused, folder.opened(root, segments):
                pass
            assert refused.value.code == "unsafe-folder"
        assert list(outside.iterdir()) == []

    def test_a_folder_that_is_swapped_for_a_link_after_it_was_opened_gets_the_file(
        self, tmp_path: Path
    ) -> None:
        root, outside = tmp_path / "root", tmp_path / "outside"
        root.mkdir()
        outside.mkdir()
        with folder.opened(root, ("own",)) as at:
            (root / "own").rename(root / "moved")
            (root / "own").symlink_to(outside)
            delivery = folder.Delivery(at, "job", 1)
            with delivery.file() as (part, file):
                file.write(b"x")
                delivery.place(part, file, "table.csv")
        assert list(outside.iterdir()) == []
        assert whole(root / "moved" / "table.csv")

    def test_a_link_of_the_files_name_is_replaced_and_not_followed(self, tmp_path: Path) -> None:
        outside = tmp_path / "outside.csv"
        outside.write_text("untouched")
        (tmp_path / "own").mkdir()
        (tmp_path / "own" / "table.csv").symlink_to(outside)
        (tmp_path / "own" / "table.csv.sha256").symlink_to(outside)
        with folder.opened(tmp_path, ("own",)) as at:
            delivery = folder.Delivery(at, "job", 1)
            with delivery.file() as (part, file):
                file.write(b"x")
                delivery.place(part, file, "table.csv")
        assert outside.read_text() == "untouched"
        assert not (tmp_path / "own" / "table.csv").is_symlink()

    def test_what_fails_in_the_middle_leaves_nothing(self, tmp_path: Path) -> None:
        with folder.opened(tmp_path, ("own",)) as at:
            with pytest.raises(ZeroDivisionError), folder.Delivery(at, "job", 1).file() as (_, file):
                file.write(bytes(1 // len(file.read())))
            (tmp_path / "own" / ".job.1-1.part").write_text("half")
            (tmp_path / "own" / ".other.1-1.part").write_text("another job's")
            folder.Delivery(at, "job", 2)
        assert [one.name for one in (tmp_path / "own").iterdir()] == [".other.1-1.part"]

    def test_a_worker_thought_dead_cannot_finish_what_the_next_attempt_took_away(
        self, tmp_path: Path
    ) -> None:
        with folder.opened(tmp_path, ("own",)) as at:
            old = folder.Delivery(at, "job", 1)
            with old.file() as (part, file):
                file.write(b"old")
                new = folder.Delivery(at, "job", 2)
                with new.file() as (new_part, new_file):
                    new_file.write(b"new")
                    with pytest.raises(FileNotFoundError):
                        old.place(part, file, "table.csv")
                    new.place(new_part, new_file, "table.csv")
        assert (tmp_path / "own" / "table.csv").read_bytes() == b"new"

    def test_organisations_have_folders_of_their_own_whatever_they_are_called(self) -> None:
        assert folder.folder_of("Our Recorder", "1a2b3c4d-x") == "our-recorder-1a2b3c4d"
        for name in ("../../etc", "مركز", "", "A" * 300, "a/b"):
            folder.check_segments(folder.folder_of(name, "1a2b3c4d-0000"))
