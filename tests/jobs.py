"""Jobs in tests: a world that delivers into a folder, workers here and as processes, and what they left."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from db.queries import organisations
from db.tables.jobs import job as job_table
from db.tables.jobs import schedule
from db.tables.webhooks import delivery, delivery_attempt, webhook
from services.jobs import queue
from services.jobs.deployment import Deployment
from services.jobs.folder import folder_of
from services.jobs.lease import Pace
from services.jobs.worker import Worker
from tests.databases import lent
from tests.histories import engine_of
from tests.servers import ROOT
from tests.worlds import World, make_world

QUICK = Pace(lease_s=1.0, beat_s=0.1, look_s=0.05)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a database for all tests of a module: each has an organisation of its own."""
    with lent(request, request.param) as url:
        yield url


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The folder that jobs deliver into."""
    found = tmp_path / "out"
    found.mkdir()
    return found


@pytest.fixture
def world(shared: str, root: Path) -> Iterator[World]:
    """An organisation whose deployment delivers into a folder; its work is gone afterwards."""
    name = f"Test Recorder {root.parent.name}"
    found = make_world(shared, name, delivery_dir=root, several_organisations=True)
    with found.client:
        yield found
        # The service may remove none of these.
        engine = engine_of(shared)
        with engine.begin() as connection:
            for table in (delivery_attempt, delivery, job_table, webhook, schedule):
                connection.execute(table.delete())
        engine.dispose()


def worker(world: World, root: Path, **deployment: Any) -> Worker:
    """Give a worker in this process."""
    return Worker(world.outside, Deployment(delivery_dir=root, **deployment), QUICK)


def made(world: World, root: Path, table: str = "parties", **more: Any) -> str:
    """Make an export and give its id."""
    with world.database.writing() as connection:
        row = queue.create(
            connection, world.actor(), Deployment(delivery_dir=root), "export", {"table": table, **more}
        )
    id: str = row.id
    return id


def row_of(world: World, id: str) -> Any:
    with world.database.reading() as connection:
        return queue.one(connection, world.actor("viewer"), id)


def rows_of(world: World) -> list[Any]:
    with world.database.reading() as connection:
        return list(connection.execute(sa.select(job_table)))


def changed(world: World, id: str, values: Mapping[str, Any]) -> None:
    """Put a job's columns as time would have put them."""
    with world.database.writing() as connection:
        connection.execute(job_table.update().where(job_table.c.id == id).values(**values))


def claimed_by_another(world: World, id: str, progress: tuple[int, int]) -> None:
    """Let a worker somewhere have the job in hand, so far."""
    until = "2100-01-01T00:00:00.000000Z"
    done, of = progress
    held = {"state": "running", "worker": "another", "leased_until": until, "attempts": 1}
    changed(world, id, {**held, "progress_done": done, "progress_of": of})


def own_folder(world: World, root: Path) -> Path:
    with world.database.reading() as connection:
        name = organisations.name_of(connection, world.organisation)
    return root / folder_of(name, world.organisation)


def whole(file: Path) -> bool:
    """Tell whether a delivered file is what the checksum beside it says."""
    said = file.with_name(f"{file.name}.sha256").read_text()
    return said == f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n"


SCRIPT = """
import sys, time
from pathlib import Path
from db.engine import open_database
from services.jobs.deployment import Deployment
from services.jobs.lease import Pace
from services.jobs.worker import Worker
from services.jobs import export
url, root, go, once = sys.argv[1:]
database = open_database(url, pool_size=2, write_pool_size=2)
worker = Worker(database, Deployment(delivery_dir=Path(root)), Pace(1.0, 0.1, 0.02))
print("ready", flush=True)
while not Path(go).exists():
    time.sleep(0.002)
print(worker.drain(), flush=True)
"""


class WorkerProcess:
    """A worker as a process of its own, to be killed; it begins when the file ``go`` is there."""

    def __init__(self, url: str, root: Path, go: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, url, str(root), str(go), "once"],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ready(self) -> WorkerProcess:
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "ready\n"
        return self

    def drained(self) -> int:
        """Give how many jobs it took in hand, when nothing was left."""
        out, _ = self.process.communicate(timeout=60)
        assert self.process.returncode == 0
        return int(out)

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=10)
