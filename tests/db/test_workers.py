"""Workers side by side and killed: each job is done once, and what it delivers is whole."""

from __future__ import annotations

import time
from pathlib import Path

from db import door, kinds
from db.verifying import verify_log, verify_records
from services.records import new_id
from tests.jobs import (
    WorkerProcess,
    changed,
    made,
    own_folder,
    root,
    row_of,
    rows_of,
    shared,
    whole,
    worker,
    world,
)
from tests.worlds import World

__all__ = ["root", "shared", "world"]  # fixtures

JOBS = 30
ROWS = 3_000
ROUNDS = 5
PATIENCE_S = 30.0


def many_parties(world: World) -> None:
    content = {"name": "A party with a long name " * 8, "side": None, "visibility": "organisation"}
    acts = [
        door.Act("create", kinds.PARTY, new_id(), 1, {**content, "code": f"party-{n}"}) for n in range(ROWS)
    ]
    with world.database.writing() as connection:
        door.record(connection, world.actor(), acts)


def test_two_workers_do_thirty_jobs_once_each(world: World, root: Path, tmp_path: Path) -> None:
    ids = [made(world, root, folder=f"job-{number}") for number in range(JOBS)]
    go = tmp_path / "go"
    workers = [WorkerProcess(world.url, root, go) for _ in range(2)]
    for one in workers:
        one.ready()
    go.touch()
    taken = [one.drained() for one in workers]
    assert sum(taken) == JOBS
    assert min(taken) > 0, "one of them did nothing: they were not side by side"
    rows = rows_of(world)
    assert {row.id for row in rows} == set(ids)
    assert {(row.state, row.attempts) for row in rows} == {("done", 1)}
    files = sorted(own_folder(world, root).glob("job-*/*.csv"))
    assert len(files) == JOBS
    assert all(whole(file) for file in files)
    assert list(own_folder(world, root).rglob(".*")) == []
    with world.database.reading() as connection:
        assert verify_log(connection, world.organisation) == []
        assert verify_records(connection, world.organisation) == []


def killed_in_the_middle(world: World, root: Path, tmp_path: Path) -> tuple[str, Path]:
    """Kill a worker that has a job in hand; give the job and the folder that it delivers into.

    On a busy machine a job may be over before the kill: then it is tried with another.
    """
    go = tmp_path / "go"
    go.touch()
    for number in range(ROUNDS):
        folder = own_folder(world, root) / f"round-{number}"
        id = made(world, root, format="xlsx", folder=folder.name)
        one = WorkerProcess(world.url, root, go).ready()
        deadline = time.monotonic() + PATIENCE_S
        while not any(folder.glob("*")):
            assert time.monotonic() < deadline, "the worker began nothing"
            time.sleep(0.001)
        one.kill()
        if row_of(world, id).state == "running" and not any(folder.glob("[!.]*")):
            return id, folder
    raise AssertionError("every job was over before its worker was killed")


def test_a_job_whose_worker_is_killed_is_finished_by_another_and_its_file_is_whole(
    world: World, root: Path, tmp_path: Path
) -> None:
    many_parties(world)
    id, folder = killed_in_the_middle(world, root, tmp_path)
    left = row_of(world, id)
    assert left.attempts == 1
    assert [one.name for one in folder.iterdir() if not one.name.startswith(".")] == []
    assert len(list(folder.glob(".*.part"))) == 1
    deadline = time.monotonic() + PATIENCE_S
    second = worker(world, root)
    # While its lease holds nobody takes it.
    changed(world, id, {"leased_until": "2100-01-01T00:00:00.000000Z"})
    assert second.drain() == 0
    changed(world, id, {"leased_until": left.leased_until})
    while row_of(world, id).state == "running":
        assert time.monotonic() < deadline, "nobody took the job over"
        second.drain()
        time.sleep(0.05)
    row = row_of(world, id)
    assert (row.state, row.attempts, row.known_seq) == ("done", 2, left.known_seq)
    assert (row.progress_done, row.progress_of) == (ROWS, ROWS)
    (file,) = folder.glob("*.xlsx")
    assert whole(file)
    # Neither the half file nor anything else is left.
    assert sorted(one.name for one in folder.iterdir()) == [file.name, f"{file.name}.sha256"]
