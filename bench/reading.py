"""Reading, ours beside the twin: equal answers first, then rounds that alternate between the two."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

import sqlalchemy as sa

from bench.cases import DAYS, FIRST_DAY, SEED
from bench.client import Client, Timing, Wrong
from bench.loading import World
from bench.servers import Server, serving
from db.engine import Database
from tests.databases import owner_url

ROUNDS = 7
SECONDS = 1.5
LINES = (1, 8)
WRITES_PER_SECOND = 10
STATISTICS = "/v1/statistics?outcome=killed&by=month%2Csex%2Cage_group"
CHECKED = 50


@dataclass(frozen=True)
class Compared:
    """One operation over several rounds: ours and the twin's, and their ratio at p50 round by round."""

    name: str
    lines: int
    ours: tuple[Timing, ...]
    twin: tuple[Timing, ...]

    @property
    def ratios(self) -> list[float]:
        """Give ours / the twin's at p50 for each round, sorted."""
        return sorted(o.p50_ms / t.p50_ms for o, t in zip(self.ours, self.twin, strict=True))

    @property
    def ratio(self) -> float:
        """Give the median of the rounds' ratios."""
        return median(self.ratios)


@dataclass(frozen=True)
class Read:
    """What was measured on one database."""

    compared: tuple[Compared, ...]
    repeated: tuple[Timing, ...]
    """The repeated question while claims are written."""
    written: int
    """Claims that were written meanwhile."""
    peak_mb: dict[str, float]


def measure(database: Database, url: str, world: World) -> Read:
    """Measure reading on a loaded database."""
    paths = _incident_paths(database, world)
    pages = _page_paths()
    with ExitStack() as stack:
        settings = {"CIVHARM_DATABASE_URL": url, "CIVHARM_REQUESTS_PER_MINUTE": "0"}
        by_hand = {
            "CIVHARM_BENCH_DATABASE": owner_url(url),
            "CIVHARM_BENCH_ORGANISATION": world.organisation,
        }
        ours = stack.enter_context(serving("api.app:create_app()", "/v1/health", world.reader, **settings))
        uncached = stack.enter_context(
            serving("bench.serving:uncached()", "/v1/health", world.reader, **settings)
        )
        twin = stack.enter_context(serving("bench.twin:app", paths[0], world.reader, **by_hand))
        check_equal(ours.client, twin.client, [*paths[:CHECKED], *pages[:CHECKED], STATISTICS])
        compared = []
        for lines in LINES:
            compared.append(compare("one incident with its claims", ours, twin, paths, lines))
            compared.append(compare("a filtered page of 100", ours, twin, pages, lines))
        compared.append(compare("statistics over everything", uncached, twin, [STATISTICS], 1))
        with _claims_written(ours, world, paths) as written:
            ours.client.ask(STATISTICS)
            repeated = tuple(ours.client.timed([STATISTICS], lines=1, seconds=SECONDS) for _ in range(ROUNDS))
        check_equal(uncached.client, twin.client, [STATISTICS])
        check_equal(ours.client, twin.client, [STATISTICS])
        peaks = {
            "service": ours.peak_mb,
            "service without cache": uncached.peak_mb,
            "twin": twin.peak_mb,
        }
    return Read(tuple(compared), repeated, len(written), peaks)


def compare(name: str, ours: Server, twin: Server, paths: Sequence[str], lines: int) -> Compared:
    """Time both in turn, the one that begins changing from round to round."""
    times: dict[str, list[Timing]] = {"ours": [], "twin": []}
    sides = [("ours", ours), ("twin", twin)]
    for _, server in sides:
        server.client.timed(paths, lines=lines, seconds=SECONDS / 3, at_least=1)
    for number in range(ROUNDS):
        for side, server in sides if number % 2 == 0 else reversed(sides):
            times[side].append(server.client.timed(paths, lines=lines, seconds=SECONDS))
    return Compared(name, lines, tuple(times["ours"]), tuple(times["twin"]))


def _incident_paths(database: Database, world: World) -> list[str]:
    with database.reading() as connection:
        query = sa.text("SELECT id FROM incident WHERE organisation = :organisation ORDER BY id")
        ids = list(connection.execute(query, {"organisation": world.organisation}).scalars())
    chance = random.Random(SEED)
    return [f"/v1/incidents/{id}?include=claims" for id in chance.sample(ids, min(2_000, len(ids)))]


def _page_paths() -> list[str]:
    chance = random.Random(SEED)
    paths = []
    for _ in range(200):
        start = FIRST_DAY + timedelta(days=chance.randrange(DAYS - 365))
        cause = chance.choice(("small_arms", "heavy_explosive", "planted_explosive"))
        end = start + timedelta(days=365)
        paths.append(f"/v1/incidents?limit=100&from={start}&to={end}&cause={cause}")
    return paths


def check_equal(ours: Client, twin: Client, paths: Sequence[str]) -> None:
    """Stop unless both answer each path with the same bytes, the signed link to a next page apart."""
    for path in paths:
        bodies = []
        for client in (ours, twin):
            status, body = client.ask(path)
            if status != 200:
                raise Wrong(f"{path} was answered {status}: {body[:300]!r}")
            bodies.append(body)
        if bodies[0] != bodies[1] and _unlinked(bodies[0]) != _unlinked(bodies[1]):
            raise Wrong(f"The twin answers {path} differently:\n{bodies[0][:600]!r}\n{bodies[1][:600]!r}")


def _unlinked(body: bytes) -> object:
    answer = json.loads(body)
    if "next" in answer.get("links", {}):
        answer["links"]["next"] = None
    return answer


@contextmanager
def _claims_written(server: Server, world: World, paths: Sequence[str]) -> Iterator[list[str]]:
    """Write claims through the API, ten a second, while the block runs; give their ids."""
    _, body = server.client.ask(paths[0])
    known = json.loads(body)["claims"][0]
    writer = Client(server.client.port, world.recorder)
    written: list[str] = []
    failed: list[str] = []
    done = threading.Event()

    def write() -> None:
        due = time.perf_counter()
        for path in paths:
            due += 1 / WRITES_PER_SECOND
            if done.wait(max(0.0, due - time.perf_counter())):
                return
            claim = {
                "report": known["report"],
                "origin": known["origin"],
                "incident": path.split("?")[0].rsplit("/", 1)[1],
                "figures": [{"key": "k", "outcome": "killed", "low": 2, "high": 3}],
            }
            status, answer = writer.ask("/v1/claims", "POST", json.dumps(claim).encode())
            (written if status == 201 else failed).append(answer.decode())

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield written
    finally:
        done.set()
        thread.join()
    if failed:
        raise Wrong(f"A claim could not be written: {failed[0][:300]}")
