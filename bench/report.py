"""The figures as a report: each target with what was measured, met or missed."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from statistics import median

import psycopg

from bench.client import Timing
from bench.exports import Exported
from bench.figures import LEAST, READING, Figured
from bench.importing import Imported
from bench.loading import Loaded
from bench.reading import ROUNDS, SECONDS, WRITES_PER_SECOND, Read
from bench.tables import Tabled

PUBLIC_TIMES_THE_TWIN = 1.5
TIMES_THE_TWIN = 2.5
STATISTICS_TIMES_THE_TWIN = 2.0
STATISTICS_MS = 1_000.0
REPEATED_MS = 5.0
FIGURES_S = 60.0
LINEAR = 2.5
GROWTH_MB = 100.0
NESTED_MS = 50.0
TABLE_TIMES = {"csv": 2.0, "parquet": 2.0, "xlsx": 1.3}
IMPORT_S = 30.0
IMPORT_MB = 400.0


@dataclass(frozen=True)
class Measured:
    """Everything measured on one database."""

    database: str
    loaded: Loaded
    by_hand: Loaded
    read: Read
    figured: Figured
    tabled: list[Tabled]
    exported: list[Exported]
    imported: Imported | None = None


def report(size: int, found: Sequence[Measured], postgres: str) -> str:
    """Give the report as Markdown."""
    return "\n".join(_lines(size, found, postgres)) + "\n"


def _lines(size: int, found: Sequence[Measured], postgres: str) -> Iterator[str]:
    yield "# Results"
    yield ""
    yield f"{datetime.now(UTC):%Y-%m-%d}, {size:,} incidents, {ROUNDS} alternating rounds of {SECONDS} s."
    yield ""
    yield f"{_machine()}. {_versions(postgres)}."
    yield ""
    yield "## Targets"
    yield ""
    yield "| target | database | measured | |"
    yield "| --- | --- | --- | --- |"
    for one in found:
        for name, words, met in _targets(one):
            yield f"| {name} | {one.database} | {words} | {'met' if met else '**missed**'} |"
    yield ""
    yield "## Reading"
    yield ""
    yield (
        "Medians of the rounds; p99 is the median of the rounds' p99; the ratio is ours / the twin's at p50, "
        "round by round, its median with [min..max]. `at once` is how many connections ask."
    )
    yield ""
    yield "| database | what | at once | ours/s | p50 ms | p99 ms | twin/s | p50 ms | p99 ms | ratio at p50 |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"
    for one in found:
        for c in one.read.compared:
            yield (
                f"| {one.database} | {c.name} | {c.lines} | {_row(c.ours)} | {_row(c.twin)} "
                f"| {c.ratio:.2f} [{c.ratios[0]:.2f}..{c.ratios[-1]:.2f}] |"
            )
        yield (
            f"| {one.database} | the same statistics repeated, {one.read.written} claims written meanwhile "
            f"at {WRITES_PER_SECOND} a second | 1 | {_row(one.read.repeated)} | | | | |"
        )
    yield ""
    yield "Peak memory of each server process, in MB:"
    yield ""
    yield "| database | process | peak MB |"
    yield "| --- | --- | --- |"
    for one in found:
        for process, peak in one.read.peak_mb.items():
            yield f"| {one.database} | {process} | {peak:.0f} |"
    yield ""
    yield "## Bulk load"
    yield ""
    yield "| database | how | rows | seconds | rows/s | seconds / twin |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for one in found:
        for how, load in (("through the door", one.loaded), ("twin, the same rows", one.by_hand)):
            yield (
                f"| {one.database} | {how} | {load.rows:,} | {load.seconds:.1f} "
                f"| {load.rows_per_second:,.0f} | {load.seconds / one.by_hand.seconds:.2f} |"
            )
    yield ""
    for one in found:
        tables = ", ".join(f"{name} {rows:,}" for name, rows in sorted(one.loaded.by_table.items()) if rows)
        yield f"{one.database}: {one.loaded.refused} incidents refused an assessment. Rows: {tables}."
        yield ""
    yield "## Tables"
    yield ""
    yield (
        "The rows of `/v1/claims` written to a file, each in a process of its own; the baseline is the raw "
        "driver and the format's own library. `growth` is by how much our process grew."
    )
    yield ""
    yield "| database | format | rows | seconds | baseline | seconds / baseline | growth, MB |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for one in found:
        for table in one.exported:
            yield (
                f"| {one.database} | {table.format} | {table.rows:,} | {table.seconds:.1f} "
                f"| {table.baseline:.1f} | {table.seconds / table.baseline:.2f} | {table.growth_mb:.0f} |"
            )
    yield ""
    yield "## Standard tables"
    yield ""
    yield (
        "Of the whole record, proved and written as CSV, each in a process of its own; the baseline is one "
        "hand-written statement that lets the database group the same facts."
    )
    yield ""
    yield "| database | table | rows | seconds | baseline | seconds / baseline | growth, MB |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for one in found:
        for made in one.tabled:
            yield (
                f"| {one.database} | {made.name} | {made.rows:,} | {made.seconds:.1f} | {made.baseline:.2f} "
                f"| {made.seconds / made.baseline:.1f} | {made.growth_mb:.0f} |"
            )
    yield ""
    yield "## Figures for the whole record"
    yield ""
    yield (
        "Processor seconds on one core; a policy's own figure is beside the reading of its evidence. "
        "`growth` is the time for all incidents over that for the first half: 2 is linear. The baseline is "
        "one pass over the same numbers. `listed-persons` finds no list in this record."
    )
    yield ""
    yield (
        "| database | policy | seconds | with reading | growth | times the baseline "
        "| 60 figures of 20 claims, ms |"
    )
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for one in found:
        f = one.figured
        for name, seconds in f.whole.items():
            whole = seconds if name == READING else seconds + f.whole[READING]
            ms = f"{f.nested_ms[name]:.2f}" if name in f.nested_ms else ""
            yield (
                f"| {one.database} | {name} | {seconds:.1f} | {whole:.1f} | {seconds / f.half[name]:.2f} "
                f"| {seconds / f.whole[LEAST]:.1f} | {ms} |"
            )
    yield ""
    for one in found:
        f = one.figured
        yield (
            f"{one.database}: peak memory {f.peak_mb_half:.0f} MB after half the record, "
            f"{f.peak_mb_whole:.0f} MB after all of it."
        )
    yield ""
    yield "## Import of a list"
    yield ""
    for one in found:
        if one.imported is None:
            yield f"{one.database}: not measured."
        else:
            i = one.imported
            yield f"{one.database}: {i.seconds:.1f} s, peak {i.peak_mb:.0f} MB. The command said: {i.said}"
        yield ""


def _row(rounds: Sequence[Timing]) -> str:
    return (
        f"{median(t.per_second for t in rounds):,.0f} | {median(t.p50_ms for t in rounds):.2f} "
        f"| {median(t.p99_ms for t in rounds):.2f}"
    )


def _targets(one: Measured) -> Iterator[tuple[str, str, bool]]:
    for c in one.read.compared:
        if c.name.startswith("statistics"):
            p50 = median(t.p50_ms for t in c.ours)
            yield "statistics over everything under 1 s at p50", f"{p50:.0f} ms", p50 < STATISTICS_MS
            met = c.ratio <= STATISTICS_TIMES_THE_TWIN
            yield f"{c.name}, at most 2 times the twin", f"{c.ratio:.2f}", met
        else:
            most = PUBLIC_TIMES_THE_TWIN if "publi" in c.name else TIMES_THE_TWIN
            words = f"{c.name}, {c.lines} at once, at most {most} times the twin"
            yield words, f"{c.ratio:.2f}", c.ratio <= most
    p50 = median(t.p50_ms for t in one.read.repeated)
    yield "repeated statistics under 5 ms at p50 while claims are written", f"{p50:.2f} ms", p50 < REPEATED_MS
    yield from _of_figures(one.figured)
    for table in one.exported:
        what, times = f"{table.rows:,} rows as {table.format}", TABLE_TIMES[table.format]
        ratio = table.seconds / table.baseline
        yield f"{what}, at most {times} times the bare writer", f"{ratio:.2f}", ratio <= times
        grown = table.growth_mb
        yield f"{what}, memory grows by less than 100 MB", f"{grown:.0f} MB", grown < GROWTH_MB
    if one.imported is not None:
        seconds, peak = one.imported.seconds, one.imported.peak_mb
        yield "28,185 list rows within 30 s", f"{seconds:.1f} s", seconds <= IMPORT_S
        yield "28,185 list rows within 400 MB", f"{peak:.0f} MB", peak <= IMPORT_MB


def _of_figures(f: Figured) -> Iterator[tuple[str, str, bool]]:
    policies = [name for name in f.whole if name not in (READING, LEAST)]
    for name in policies:
        seconds = f.whole[name] + f.whole[READING]
        yield f"figures of every incident under {name} within 60 s", f"{seconds:.1f} s", seconds < FIGURES_S
    growth = max(f.whole[name] / f.half[name] for name in policies)
    yield "all incidents over the first half, at most 2.5 times", f"{growth:.2f}", growth <= LINEAR
    grown = f.peak_mb_whole - f.peak_mb_half
    yield "memory grows by less than 100 MB over the second half", f"{grown:.0f} MB", grown < GROWTH_MB
    slowest = max(f.nested_ms.values())
    yield "60 nested figures from 20 claims under 50 ms at p50", f"{slowest:.1f} ms", slowest < NESTED_MS


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return (
        f"{len(os.sched_getaffinity(0))} cores, {memory:.0f} GiB, {platform.system()}; client, servers and "
        "database share them"
    )


def _versions(postgres: str) -> str:
    names = ("fastapi", "starlette", "pydantic", "sqlalchemy", "psycopg", "uvicorn", "orjson")
    found = [f"{name} {version(name)}" for name in names]
    return (
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, PostgreSQL {postgres}, "
        + ", ".join(found)
        + f", libpq {psycopg.pq.version()}"
    )
