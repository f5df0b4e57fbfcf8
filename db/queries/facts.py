"""The facts as every statistic sums them, at any sequence of the log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db.tables.assessments import fact as f
from db.tables.incidents import incident, incident_standing
from db.types import FOREVER
from domain.bands import Bands
from domain.periods import SPANS, UNITS
from domain.trees import Asked
from domain.vocab import FactRole

UNKNOWN = "unknown"

_INCIDENT = f.c.valid_from
"""What tells incidents apart among the facts in role ``alone`` that hold at one sequence.

Those of an incident are opened by its own approval, which no other incident shares, and counting numbers
apart is much cheaper than counting ids. In a tree one act opens the facts of several: there ids count.
"""


ENDS_IN = "ends_in_quarter"
"""A breakdown by the quarter of the last day, as the monitoring of grave violations counts (R13)."""
_LATE = f.c.late == sa.literal_column("1")
"""Written out, because a partial index serves only a condition that it can see."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which facts a question sums: values a column must be among, and the days that must hold it."""

    grain: str
    among: tuple[tuple[str, tuple[str, ...]], ...]
    """Column and the codes it must be one of."""
    without_unit: tuple[str, ...] = ()
    """Columns that must be null: a unit that is not known."""
    start: str | None = None
    end: str | None = None
    age_runs: tuple[str, ...] | None = None
    """Labels of age bands to keep, where the question names them."""
    exact: tuple[tuple[str, str], ...] = ()
    """Breakdown and the very value that its key must have."""
    trees: Asked | None = None
    """What of the question can cut through a tree; None where no facts of trees are there."""
    late: bool = False
    """Only what was verified after the end of its quarter."""
    verified_from: str | None = None
    verified_to: str | None = None
    """Days, inclusive, within which it was verified; what is not verified lies in none."""
    moved_between: tuple[int, int] | None = None
    """Only incidents of which a fact came or went after the first log sequence and up to the second."""
    ends_from: str | None = None
    """The day on which or after which a fact's period ends, wherever it began."""


class Sum(NamedTuple):
    """One group's sums. ``open`` and ``incidents`` count distinct incidents."""

    keys: tuple[str, ...]
    low: int
    high: int
    open: int
    incidents: int


def sums(
    connection: Connection,
    organisation: str,
    seq: int,
    selection: Selection,
    by: Sequence[str],
    bands: Bands,
) -> list[Sum]:
    """Give the sums at a log sequence, one a group, ordered by the keys."""
    found = _sums(connection, _alone(organisation, seq, selection, bands), selection, by, bands, _INCIDENT)
    if selection.trees is None:
        return found
    netted = _in_trees(organisation, seq, selection, bands, selection.trees)
    return _together(found, _sums(connection, netted, selection, by, bands, f.c.incident))


def _sums(
    connection: Connection,
    conditions: Sequence[Any],
    selection: Selection,
    by: Sequence[str],
    bands: Bands,
    incidents: sa.ColumnElement[Any],
) -> list[Sum]:
    keys = [_key(name, bands).label(f"k{i}") for i, name in enumerate(by)]
    query = sa.select(
        *keys,
        sa.func.sum(f.c.low),
        sa.func.sum(f.c.high),
        sa.func.count(sa.distinct(sa.case((f.c.open == 1, incidents)))),
        sa.func.count(sa.distinct(incidents)),
    ).where(*conditions, *_within(selection))
    if keys:
        numbers: list[Any] = [sa.literal_column(str(i + 1)) for i in range(len(keys))]
        query = query.group_by(*numbers).order_by(*numbers)
    width = len(keys)
    return [
        Sum(
            tuple(row[:width]), int(row[width] or 0), int(row[width + 1] or 0), row[width + 2], row[width + 3]
        )
        for row in connection.execute(query)
    ]


def bests(
    connection: Connection,
    organisation: str,
    seq: int,
    selection: Selection,
    by: Sequence[str],
    bands: Bands,
) -> dict[tuple[str, ...], int | None] | None:
    """Give the sum of best estimates by group, None for a group of which a fact has none.

    None where no fact of the selection has one, which an index over those that do tells at once.
    """
    # Without the role, so that only the index over facts that have a best can answer: a record without
    # any pays nothing. Whether one of them is in the answer is asked next, for an answer about the past
    # must not change its form by what is recorded later.
    any_best = (f.c.organisation == organisation, f.c.grain == selection.grain, f.c.best.is_not(None))
    if connection.execute(sa.select(f.c.id).where(*any_best).limit(1)).first() is None:
        return None
    conditions = [*_counted(organisation, seq, selection, bands), *_within(selection)]
    if (
        connection.execute(sa.select(f.c.id).where(f.c.best.is_not(None), *conditions).limit(1)).first()
        is None
    ):
        return None
    keys = [_key(name, bands).label(f"k{i}") for i, name in enumerate(by)]
    query = sa.select(*keys, sa.func.sum(f.c.best), sa.func.count(f.c.best), sa.func.count()).where(
        *conditions
    )
    if keys:
        query = query.group_by(*[sa.literal_column(str(i + 1)) for i in range(len(keys))])
    return {
        tuple(keys): int(total) if given == rows and total is not None else None
        for *keys, total, given, rows in connection.execute(query)
    }


def _together(one: Sequence[Sum], other: Sequence[Sum]) -> list[Sum]:
    """Add the sums of incidents alone and of incidents in trees, which share no incident."""
    found = {group.keys: group for group in one}
    for group in other:
        before = found.get(group.keys, Sum(group.keys, 0, 0, 0, 0))
        added = (a + b for a, b in zip(before[1:], group[1:], strict=True))
        found[group.keys] = Sum(group.keys, *added)
    return [found[keys] for keys in sorted(found)]


def any_in_trees(connection: Connection, organisation: str, seq: int | None = None) -> bool:
    """Tell whether the organisation has facts of trees at all: most have none, and need no second sum.

    With ``seq``, whether any held at that log sequence: what is said of the past must not change by what is
    recorded later.
    """
    query = sa.select(sa.literal(1)).where(f.c.organisation == organisation, f.c.role.in_(_NETTED)).limit(1)
    if seq is not None:
        query = query.where(f.c.valid_from <= seq, f.c.valid_to > seq)
    return connection.execute(query).first() is not None


_NETTED = tuple(role for role in FactRole.codes() if role != FactRole.ALONE)


def any_late(connection: Connection, organisation: str) -> bool:
    """Tell whether anything was ever verified late, so that most records pay nothing for asking."""
    query: sa.Select[Any] = (
        sa.select(sa.literal_column("1")).where(f.c.organisation == organisation, _LATE).limit(1)
    )
    return connection.execute(query).first() is not None


def straddling(
    connection: Connection, organisation: str, seq: int, selection: Selection, bands: Bands
) -> int:
    """Count the incidents whose period touches the days asked for without lying within them."""
    if selection.start is None and selection.end is None:
        return 0
    touching = _touching(selection)
    counted = [(_INCIDENT, _alone(organisation, seq, selection, bands))]
    if selection.trees is not None:
        netted = _in_trees(organisation, seq, selection, bands, selection.trees)
        counted.append((f.c.incident, netted))
    return sum(
        int(
            connection.execute(
                sa.select(sa.func.count(sa.distinct(incidents))).where(*conditions, *touching)
            ).scalar_one()
        )
        for incidents, conditions in counted
    )


def crossing(
    connection: Connection, organisation: str, seq: int, selection: Selection, bands: Bands
) -> list[Sum]:
    """Give the sums of the incidents that ``straddling`` counts, by verification state."""
    touching = _touching(selection)
    anywhere = replace(selection, start=None, end=None)
    by = ("verification",)
    alone = [*_alone(organisation, seq, selection, bands), *touching]
    found = _sums(connection, alone, anywhere, by, bands, _INCIDENT)
    if selection.trees is None:
        return found
    netted = [*_in_trees(organisation, seq, selection, bands, selection.trees), *touching]
    return _together(found, _sums(connection, netted, anywhere, by, bands, f.c.incident))


def _touching(selection: Selection) -> list[Any]:
    """Give the conditions on what touches the days asked for without lying within them."""
    found: list[Any] = [sa.not_(sa.and_(*_within(selection)))]
    if selection.start is not None:
        found.append(f.c.period_end >= selection.start)
    if selection.end is not None:
        found.append(f.c.period_start <= selection.end)
    return found


def _within(selection: Selection) -> list[Any]:
    found = []
    if selection.start is not None:
        found.append(f.c.period_start >= selection.start)
    if selection.end is not None:
        found.append(f.c.period_end <= selection.end)
    if selection.ends_from is not None:
        found.append(f.c.period_end >= selection.ends_from)
    return found


def ever_summed(organisation: str, selection: Selection, bands: Bands) -> list[list[Any]]:
    """Give the conditions on the facts that a question sums at one point of the log or another.

    One list for the facts of incidents alone and one for those of trees, as ``sums`` adds them.
    """
    found = [[*_alone(organisation, None, selection, bands), *_within(selection)]]
    if selection.trees is not None:
        trees = _in_trees(organisation, None, selection, bands, selection.trees)
        found.append([*trees, *_within(selection)])
    return found


def _alone(organisation: str, seq: int | None, selection: Selection, bands: Bands) -> list[Any]:
    """Give the conditions on facts of incidents without assessed relatives."""
    return [_role(selection) == FactRole.ALONE.value, *_conditions(organisation, seq, selection, bands)]


def _role(selection: Selection) -> sa.ColumnElement[Any]:
    """Give the role to compare.

    What is late is read from the index of late facts alone; SQLite knows of no numbers of rows and prefers
    the index that has the role, unless the role is no plain column.
    """
    return sa.func.coalesce(f.c.role, "") if selection.late else f.c.role


def _in_trees(
    organisation: str, seq: int | None, selection: Selection, bands: Bands, asked: Asked
) -> list[Any]:
    """Give the conditions on facts of trees that a sum counts."""
    return [_role(selection).in_(_NETTED), _answers(asked), *_conditions(organisation, seq, selection, bands)]


def _counted(organisation: str, seq: int | None, selection: Selection, bands: Bands) -> list[Any]:
    """Give the conditions on all facts that a sum counts, alone and of trees."""
    if selection.trees is None:
        return _alone(organisation, seq, selection, bands)
    either = sa.or_(f.c.role == FactRole.ALONE.value, _answers(selection.trees))
    return [either, *_conditions(organisation, seq, selection, bands)]


def _answers(asked: Asked) -> sa.ColumnElement[bool]:
    """Give the condition that a fact of a tree answers: one level of each branch does (``Asked.counts``)."""
    inside = _agrees(asked, f.c.inner_agrees, f.c.inner_start, f.c.inner_end)
    around = _agrees(asked, f.c.outer_agrees, f.c.outer_start, f.c.outer_end)
    on_top = sa.or_(f.c.outer_agrees.is_(None), sa.not_(around))
    return sa.or_(
        sa.and_(f.c.role == FactRole.WHOLE.value, inside, on_top),
        sa.and_(f.c.role == FactRole.REMAINDER.value, sa.not_(inside)),
        sa.and_(f.c.role == FactRole.PART.value, on_top),
    )


def _agrees(
    asked: Asked, agrees: sa.Column[Any], start: sa.Column[Any], end: sa.Column[Any]
) -> sa.ColumnElement[bool]:
    """Give the condition that a subtree is alike in what is asked (``Asked.agrees``); null is no subtree."""
    if asked.each_incident:
        return sa.false()
    found: list[Any] = [agrees.bitwise_and(asked.bits) == asked.bits]
    if asked.start is not None:
        found.append(start >= asked.start)
    if asked.end is not None:
        found.append(end <= asked.end)
    return sa.and_(*found)


def _conditions(organisation: str, seq: int | None, selection: Selection, bands: Bands) -> list[Any]:
    found: list[Any] = [f.c.organisation == organisation, f.c.grain == selection.grain]
    if seq is not None and seq >= FOREVER - 1:
        found.append(f.c.valid_to == FOREVER)
    elif seq is not None:
        found += [f.c.valid_from <= seq, f.c.valid_to > seq]
    found += [f.c[name].in_(codes) for name, codes in selection.among]
    found += [f.c[name].is_(None) for name in selection.without_unit]
    found += [_key(name, bands) == value for name, value in selection.exact]
    if selection.late:
        found.append(_LATE)
    if selection.verified_from is not None:
        found.append(f.c.verified_on >= selection.verified_from)
    if selection.verified_to is not None:
        found.append(f.c.verified_on <= selection.verified_to)
    if selection.moved_between is not None:
        found.append(f.c.incident.in_(_moved(organisation, *selection.moved_between)))
    if selection.age_runs is not None:
        found.append(_age_group(bands).in_(selection.age_runs))
    return found


def _moved(organisation: str, since: int, until: int) -> sa.Select[Any]:
    """Give the incidents of which a fact came or went."""
    other = f.alias()
    came = sa.and_(other.c.valid_from > since, other.c.valid_from <= until)
    went = sa.and_(other.c.valid_to > since, other.c.valid_to <= until)
    return sa.select(other.c.incident).where(other.c.organisation == organisation, sa.or_(came, went))


def _key(name: str, bands: Bands) -> sa.ColumnElement[Any]:
    if name == "age_group":
        return _age_group(bands)
    if name in UNITS:
        return period_key(name)
    if name == ENDS_IN:
        return _period(f.c.period_end, "quarter")
    if name in ("adm1", "adm2"):
        return sa.func.coalesce(f.c[name], UNKNOWN)
    return f.c[name]


def period_key(unit: str) -> sa.ColumnElement[Any]:
    """Give the month, quarter or year that holds a fact's whole interval, else ``spans``."""
    start, end = _period(f.c.period_start, unit), _period(f.c.period_end, unit)
    return sa.case((start == end, start), else_=SPANS)


def _period(column: sa.Column[Any], unit: str) -> sa.ColumnElement[Any]:
    if unit == "month":
        return sa.func.substr(column, 1, 7)
    if unit == "year":
        return sa.func.substr(column, 1, 4)
    month = sa.func.substr(column, 6, 2)
    return sa.func.substr(column, 1, 4) + sa.case(
        (month <= "03", "-Q1"), (month <= "06", "-Q2"), (month <= "09", "-Q3"), else_="-Q4"
    )


def _age_group(bands: Bands) -> sa.ColumnElement[Any]:
    whens = []
    for run in bands.runs():
        holds = f.c.age_low >= run.low
        if run.top is not None:
            holds = holds & (f.c.age_high <= run.top)
        whens.append((holds, run.label))
    return sa.case(*whens, else_=UNKNOWN)


@dataclass(frozen=True, slots=True)
class Scope:
    """The part of a question that an unassessed incident can be held against."""

    start: str | None = None
    end: str | None = None
    among: tuple[tuple[str, tuple[str, ...]], ...] = ()
    without_unit: tuple[str, ...] = ()


def waiting(connection: Connection, organisation: str, seq: int, scope: Scope) -> dict[str, int]:
    """Count the incidents in scope at a sequence by state, those without a standing fact first.

    An incident whose period touches the days asked for is in scope.
    """
    s = incident_standing.c
    found: list[Any] = [
        s.organisation == organisation,
        s.state.in_(("draft", "proposed", "needs_review")),
    ]
    if seq >= FOREVER - 1:
        found.append(s.valid_to == FOREVER)
    else:
        found += [s.valid_from <= seq, s.valid_to > seq]
    if scope.start is not None:
        found.append(s.period_end >= scope.start)
    if scope.end is not None:
        found.append(s.period_start <= scope.end)
    found += [s[name].in_(codes) for name, codes in scope.among]
    found += [s[name].is_(None) for name in scope.without_unit]
    rows = connection.execute(sa.select(s.state, sa.func.count()).where(*found).group_by(s.state))
    counts = {row[0]: int(row[1]) for row in rows}
    return {
        "unassessed": counts.get("draft", 0) + counts.get("proposed", 0),
        "needs_review": counts.get("needs_review", 0),
    }


def assessments_of(
    connection: Connection, organisation: str, seq: int, incidents: Sequence[str]
) -> dict[str, str]:
    """Give the ids of the assessments in force at a sequence, by incident."""
    found: dict[str, str] = {}
    for start in range(0, len(incidents), 500):
        among = f.c.incident.in_(incidents[start : start + 500])
        query = sa.select(f.c.incident, f.c.assessment).where(f.c.organisation == organisation, among)
        for row in connection.execute(
            query.where(f.c.valid_from <= seq, f.c.valid_to > seq).distinct().order_by(f.c.incident)
        ):
            found[row.incident] = row.assessment
    return found


def codes_of(connection: Connection, organisation: str, ids: Sequence[str]) -> dict[str, str]:
    """Give the codes of incidents by id."""
    found: dict[str, str] = {}
    for start in range(0, len(ids), 500):
        for row in connection.execute(
            sa.select(incident.c.id, incident.c.code).where(
                incident.c.organisation == organisation, incident.c.id.in_(ids[start : start + 500])
            )
        ):
            found[row.id] = row.code
    return found
