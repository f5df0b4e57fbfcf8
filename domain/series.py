"""Cumulative series: a bulletin's running total, day by day (record, section 3; rules R1 and R6).

A source that publishes a running total says each time how many there were over ``[counts_from, as_of]``.
Its numbers are kept as reported; what is made of them stands beside, marked:

- A **run** is what one origin counts from one day. A restart begins a new run: phase 1 of a ministry's
  count closes at 4,047, phase 2 begins at zero. The *continuous* total carries the closing total on.
- A **revision** is another word for the same day: the last recorded stands, the others are shown.
- A **fall** is a total lower than the one before in its run. A running total cannot fall, so the source
  takes back part of what it said of earlier days: there the continuous total is lowered to what the
  source still holds. It never goes down.
- A **possible restart** is a fall to a tenth or less with no day said from which is counted anew. It may
  as well be a slip, so a person decides; until then the continuous total is not known from there on.
- A **gap** is a day without a bulletin. It is never filled.
- **Derived** values are the differences of neighbouring totals, over as many days as lie between. They
  are what the total rose by, not the deaths of these days: bulletins add people who died long before
  (palestine-datasets, issues 522 and 573).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from domain.cells import Cell, Count
from domain.figures import Claim, Figure, Finding

RESTART_SHARE = 10
"""A total of at most one part in ten of the one before may begin a count anew."""

RESTART_FROM = 50
"""Below this a fall is a correction: small totals fall to a tenth without beginning anew."""


@dataclass(frozen=True, slots=True)
class Point:
    """What the total stood at on one day.

    ``low``, ``high`` and ``open`` are as reported. ``continuous`` is ``(low, high)`` of the total since the
    first run began, None where nobody can say; ``unknown_because`` is then the code of the finding that
    says why. ``revised_by`` is the later claim that lowers it for this day, ``others`` are earlier claims
    about the same day in the order of recording.
    """

    as_of: str
    counts_from: str | None
    claim: str
    low: int
    high: int
    open: bool = False
    fall: bool = False
    others: tuple[str, ...] = ()
    continuous: tuple[int, int] | None = None
    revised_by: str | None = None
    unknown_because: str | None = None


@dataclass(frozen=True, slots=True)
class Derived:
    """What the total rose by over ``days`` days, ``[start, end]``; with a fall, what it was lowered by.

    Where totals are ranges, ``[low, high]`` holds every difference they allow. ``open``: one of the two
    totals says that more is possible, and the difference bounds nothing.
    """

    start: str
    end: str
    days: int
    low: int
    high: int
    open: bool
    fall: bool
    claim: str
    before: str
    """The claim of the total that it is measured from."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Days without a bulletin, both included; ``between_runs``: no total of the source holds them."""

    start: str
    end: str
    days: int
    between_runs: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """One origin's running totals of one cell."""

    origin: str
    cell: Cell
    group: str | None
    points: tuple[Point, ...]
    derived: tuple[Derived, ...] = ()
    gaps: tuple[Gap, ...] = ()
    findings: tuple[Finding, ...] = ()


def series_of(claims: Sequence[Claim], cell: Cell, group: str | None = None) -> tuple[Series, ...]:
    """Give the series of a cell, one for each origin that has a point, by the origin's id.

    ``claims`` are those about one incident in any order; ``group`` asks for an overlapping group such as
    journalists, None for everybody in the cell. A claim without the day it refers to, or with two figures
    for the cell, has no point and is a finding.
    """
    by_origin: dict[str, list[Claim]] = {}
    for claim in sorted(claims, key=_order):
        if _figures(claim, cell, group):
            by_origin.setdefault(claim.origin, []).append(claim)
    return tuple(_series(origin, by_origin[origin], cell, group) for origin in sorted(by_origin))


def _order(claim: Claim) -> tuple[str, int, str]:
    return claim.as_of or "", claim.seq, claim.id


def _figures(claim: Claim, cell: Cell, group: str | None) -> list[Figure]:
    """Give the claim's figures with a number for exactly this cell, not those of a party's members."""
    return [
        one
        for one in claim.figures
        if one.cell == cell and one.group == group and one.party is None and one.count is not None
    ]


def _series(origin: str, claims: Sequence[Claim], cell: Cell, group: str | None) -> Series:
    findings: list[Finding] = []
    said: dict[str | None, dict[str, list[tuple[Claim, Count]]]] = {}
    for claim in claims:
        counts = [one.count for one in _figures(claim, cell, group) if one.count is not None]
        if claim.as_of is None:
            detail = "The claim does not say the day that its total refers to; it has no place in the series."
            findings.append(Finding("without-day", detail, (claim.id,)))
        elif len(counts) > 1:
            detail = f"The claim for {claim.as_of} has {len(counts)} numbers of these persons."
            findings.append(Finding("several-figures", detail, (claim.id,)))
        else:
            said.setdefault(claim.counts_from, {}).setdefault(claim.as_of, []).append((claim, counts[0]))
    runs = [_run(counts_from, said[counts_from]) for counts_from in sorted(said, key=lambda day: day or "")]
    derived = [one for run in runs for one in _differences(run)]
    findings += [finding for run in runs for finding in _falls(run)]
    joined, more = _joined(runs)
    return Series(
        origin=origin,
        cell=cell,
        group=group,
        points=tuple(sorted(joined, key=lambda one: (one.as_of, one.counts_from or ""))),
        derived=tuple(sorted(derived, key=lambda one: (one.end, one.start))),
        gaps=_gaps(runs),
        findings=(*findings, *more),
    )


def _run(counts_from: str | None, said: dict[str, list[tuple[Claim, Count]]]) -> list[Point]:
    """Give the points of one run in the order of days, falls marked."""
    points: list[Point] = []
    for as_of in sorted(said):
        *earlier, (claim, count) = said[as_of]
        points.append(
            Point(
                as_of=as_of,
                counts_from=counts_from,
                claim=claim.id,
                low=count.low,
                high=count.high,
                open=count.open,
                fall=bool(points) and not count.open and count.high < points[-1].low,
                others=tuple(other.id for other, _ in earlier),
            )
        )
    return points


def _falls(run: Sequence[Point]) -> list[Finding]:
    return [
        Finding(
            "fall",
            f"The total falls from {_number(before)} on {before.as_of} to {_number(after)} on {after.as_of}: "
            "part of what was said of earlier days is taken back.",
            (before.claim, after.claim),
        )
        for before, after in pairwise(run)
        if after.fall and not _may_restart(before, after)
    ]


def _may_restart(before: Point, after: Point) -> bool:
    return after.fall and before.low >= RESTART_FROM and after.high * RESTART_SHARE <= before.low


def _differences(run: Sequence[Point]) -> list[Derived]:
    return [
        Derived(
            start=_day(before.as_of, 1),
            end=after.as_of,
            days=_days(before.as_of, after.as_of),
            low=after.low - before.high,
            high=after.high - before.low,
            open=before.open or after.open,
            fall=after.fall,
            claim=after.claim,
            before=before.claim,
        )
        for before, after in pairwise(run)
        # Across what may be a restart there is no difference of one count.
        if not _may_restart(before, after)
    ]


def _joined(runs: Sequence[Sequence[Point]]) -> tuple[list[Point], list[Finding]]:
    """Give all points with the continuous total, runs one behind the other, and what stands against it.

    A run that begins while the one before still counts is another count of the same persons, not a
    restart, and is never added. So is one whose first day nobody said, beside others that say it.
    """
    found: list[Point] = []
    findings: list[Finding] = []
    carried: tuple[int, int] | None = (0, 0)
    ends: str | None = None
    for run in runs:
        start = run[0].counts_from
        if start is None and len(runs) > 1:
            detail = "Totals that do not say from which day they count cannot be joined to those that do."
            findings.append(Finding("counts-from-unsaid", detail, tuple(one.claim for one in run)))
            found.extend(_unknown(run, "counts-from-unsaid"))
            continue
        if ends is not None and start is not None and start <= ends:
            detail = (
                f"A count from {start} begins before the earlier one ends on {ends}; the two overlap and "
                "are not added."
            )
            findings.append(Finding("overlapping-runs", detail, (run[0].claim,)))
            found.extend(_unknown(run, "overlapping-runs"))
            continue
        if ends is not None:
            closed = "a total that is not known" if carried is None else f"{_range(*carried)}"
            detail = f"The count begins anew on {start}; the continuous total goes on from {closed}."
            findings.append(Finding("restart", detail, (run[0].claim,)))
        sure = next(
            (place for place in range(1, len(run)) if _may_restart(run[place - 1], run[place])), len(run)
        )
        if sure < len(run):
            findings.append(_possible_restart(run[sure - 1], run[sure]))
        if carried is None:
            found.extend(_unknown(run, "possible-restart"))
        else:
            found.extend(_continued(run[:sure], carried))
            found.extend(_unknown(run[sure:], "possible-restart"))
            carried = found[-1].continuous
        ends = run[-1].as_of
    return found, findings


def _unknown(run: Sequence[Point], because: str) -> list[Point]:
    return [replace(point, unknown_because=because) for point in run]


def _possible_restart(before: Point, after: Point) -> Finding:
    detail = (
        f"The total falls from {_number(before)} on {before.as_of} to {_number(after)} on {after.as_of}. If "
        "the count begins anew, say on these claims from which day; if it is a slip, correct it. Until then "
        "the continuous total is not known from there on."
    )
    return Finding("possible-restart", detail, (before.claim, after.claim))


def _continued(run: Sequence[Point], carried: tuple[int, int]) -> list[Point]:
    """Give a run's points with the continuous total: what the source still holds of each day.

    From the last point back, no day has more than a later one that is not open. An open total below the
    one before is no fall, since more is possible; it is raised to it.
    """
    bound: tuple[int, int, str] | None = None
    held: list[tuple[int, int, str | None]] = []
    for point in reversed(run):
        low, high, by = point.low, point.high, None
        if bound is not None and (bound[0] < low or bound[1] < high):
            low, high, by = min(low, bound[0]), min(high, bound[1]), bound[2]
        held.append((low, high, by))
        if not point.open:
            bound = (low, high, by or point.claim)
    found: list[Point] = []
    least, most = 0, 0
    for point, (low, high, revised_by) in zip(run, reversed(held), strict=True):
        least, most = max(least, low), max(most, high)
        total = (carried[0] + least, carried[1] + most)
        found.append(replace(point, continuous=total, revised_by=revised_by))
    return found


def _gaps(runs: Sequence[Sequence[Point]]) -> tuple[Gap, ...]:
    """Give the days without a bulletin within runs, and those between the runs before and a restart."""
    found: list[Gap] = []
    ends: str | None = None
    for run in runs:
        start = run[0].counts_from
        if ends is not None and start is not None and (days := _days(ends, start) - 1) > 0:
            found.append(Gap(_day(ends, 1), _day(start, -1), days, between_runs=True))
        ends = max(ends or "", run[-1].as_of)
        for before, after in pairwise(run):
            if days := _days(before.as_of, after.as_of) - 1:
                found.append(Gap(_day(before.as_of, 1), _day(after.as_of, -1), days))
    return tuple(sorted(found, key=lambda gap: (gap.start, gap.end)))


def _number(point: Point) -> str:
    return _range(point.low, point.high)


def _range(low: int, high: int) -> str:
    return f"{low:,}" if low == high else f"{low:,}-{high:,}"


def _day(day: str, later: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=later)).isoformat()


def _days(first: str, last: str) -> int:
    return (date.fromisoformat(last) - date.fromisoformat(first)).days
