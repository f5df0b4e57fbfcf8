"""Figures for a whole record under each policy, in a process of its own: seconds, growth, memory.

The claims of 500 incidents are read at a time, as a batch of assessments reads them; then each policy makes
its figures of the same evidence. The baseline is the least that anybody could do with these claims: one pass
over their numbers that keeps the smallest and the largest of each cell.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median

import sqlalchemy as sa

from bench.servers import peak_mb
from db.engine import Connection, Database, open_database
from domain.cells import ADULT, CHILD, Cell, Count
from domain.figures import Claim, Figure, ReportNode, Source
from domain.policies import POLICIES, Evidence
from services.figures import evidence_of_many

CHUNK = 500
LEAST = "least pass over the numbers"
READING = "reading the evidence"
NESTED, CLAIMS, TIMES = 60, 20, 30


@dataclass
class Figured:
    """What figuring took: seconds a policy at half the record and at all of it, and peak memory then."""

    incidents: int
    half: dict[str, float] = field(default_factory=dict)
    whole: dict[str, float] = field(default_factory=dict)
    peak_mb_half: float = 0.0
    peak_mb_whole: float = 0.0
    nested_ms: dict[str, float] = field(default_factory=dict)
    """One incident of 60 nested figures from 20 claims, by policy, p50."""


def measure(url: str, organisation: str) -> Figured:
    """Measure in a process of its own, so that its memory is not that of the loading before."""
    done = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "bench.figures", url, organisation], check=True, capture_output=True, text=True
    )
    return Figured(**json.loads(done.stdout))


def least(evidence: Evidence) -> dict[Cell, tuple[int, int]]:
    """Give the smallest and the largest number of each cell: the baseline."""
    found: dict[Cell, tuple[int, int]] = {}
    for claim in evidence.claims:
        for figure in claim.figures:
            if figure.count is not None:
                low, high = found.get(figure.cell, (figure.count.low, figure.count.high))
                found[figure.cell] = (min(low, figure.count.low), max(high, figure.count.high))
    return found


def nested() -> Evidence:
    """Give one incident of 60 nested figures from 20 claims: totals, statuses, sexes, narrowing ages."""
    cells = [Cell("killed"), Cell("killed", "civilian")]
    cells += [Cell("killed", "civilian", sex) for sex in ("female", "male")]
    cells += [Cell("killed", "civilian", "female", age) for age in (ADULT, CHILD)]
    figures = []
    for claim in range(CLAIMS):
        own = [cells[0], cells[1 + claim % 5], cells[2 + claim % 4]]
        figures.append(
            tuple(
                Figure(
                    f"f{place}",
                    cell,
                    Count(100 - 20 * place + claim, 100 - 20 * place + claim, claim % 3 == 0),
                    "included_in" if place else None,
                    f"f{place - 1}" if place else None,
                )
                for place, cell in enumerate(own)
            )
        )
    assert sum(len(one) for one in figures) == NESTED
    claims = tuple(
        Claim(f"c{n}", f"r{n}", f"s{n % 8}", n, f"2026-01-{n + 1:02d}", one) for n, one in enumerate(figures)
    )
    reports = tuple(ReportNode(f"r{n}", f"s{n % 8}", (f"r{n - 1}",) if n % 2 else ()) for n in range(CLAIMS))
    return Evidence(
        claims=claims, sources=tuple(Source(f"s{n}", "outlet") for n in range(8)), reports=reports
    )


def _figure(database: Database, organisation: str) -> Figured:
    from db.tables.incidents import incident

    with database.reading() as connection:
        ids = list(
            connection.execute(
                sa.select(incident.c.id)
                .where(incident.c.organisation == organisation)
                .order_by(incident.c.id)
            ).scalars()
        )
        found = Figured(len(ids))
        makers: dict[str, Callable[[Evidence], object]] = {LEAST: least}
        makers |= {name: policy.function for name, policy in POLICIES.items()}
        spent = dict.fromkeys((READING, *makers), 0.0)
        middle = len(ids) // 2 // CHUNK * CHUNK
        for start in range(0, len(ids), CHUNK):
            _chunk(connection, organisation, ids[start : start + CHUNK], makers, spent)
            if start + CHUNK == middle:
                found.half, found.peak_mb_half = dict(spent), _peak_mb()
        found.whole, found.peak_mb_whole = spent, _peak_mb()
    known = nested()
    for name, policy in POLICIES.items():
        if not policy.reads_lists:  # it would find no list here
            found.nested_ms[name] = median(_timed_ms(policy.function, known) for _ in range(TIMES))
    return found


def _chunk(
    connection: Connection,
    organisation: str,
    ids: Sequence[str],
    makers: dict[str, Callable[[Evidence], object]],
    spent: dict[str, float],
) -> None:
    started = time.process_time()
    known = evidence_of_many(connection, organisation, ids, persons=False)
    spent[READING] += time.process_time() - started
    for name, make in makers.items():
        started = time.process_time()
        for one in known.values():
            make(one)
        spent[name] += time.process_time() - started


def _timed_ms(make: Callable[[Evidence], object], known: Evidence) -> float:
    started = time.perf_counter()
    make(known)
    return (time.perf_counter() - started) * 1000


def _peak_mb() -> float:
    # Not ru_maxrss: on Linux a child begins with its parent's peak, under which no growth is seen.
    return peak_mb(os.getpid())


if __name__ == "__main__":
    print(json.dumps(asdict(_figure(open_database(sys.argv[1]).within(sys.argv[2]), sys.argv[2]))))
