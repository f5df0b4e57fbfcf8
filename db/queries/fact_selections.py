"""Which facts a question sums: its filters, days, levels of trees and breakdowns as conditions and keys.

Nothing is asked here: ``db/queries/facts.py`` sums what these conditions select.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from db.tables.assessments import fact as f
from db.types import FOREVER
from domain.bands import Bands
from domain.periods import SPANS, UNITS
from domain.trees import Asked
from domain.vocab import FactRole

UNKNOWN = "unknown"
ENDS_IN = "ends_in_quarter"
"""A breakdown by the quarter of the last day, as the monitoring of grave violations counts (R13)."""
LATE = f.c.late == sa.literal_column("1")
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


NETTED = tuple(role for role in FactRole.codes() if role != FactRole.ALONE)


def touching(selection: Selection) -> list[Any]:
    """Give the conditions on what touches the days asked for without lying within them."""
    found: list[Any] = [sa.not_(sa.and_(*within(selection)))]
    if selection.start is not None:
        found.append(f.c.period_end >= selection.start)
    if selection.end is not None:
        found.append(f.c.period_start <= selection.end)
    return found


def within(selection: Selection) -> list[Any]:
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
    found = [[*alone(organisation, None, selection, bands), *within(selection)]]
    if selection.trees is not None:
        trees = in_trees(organisation, None, selection, bands, selection.trees)
        found.append([*trees, *within(selection)])
    return found


def alone(organisation: str, seq: int | None, selection: Selection, bands: Bands) -> list[Any]:
    """Give the conditions on facts of incidents without assessed relatives."""
    return [_role(selection) == FactRole.ALONE.value, *_conditions(organisation, seq, selection, bands)]


def _role(selection: Selection) -> sa.ColumnElement[Any]:
    """Give the role to compare.

    What is late is read from the index of late facts alone; SQLite knows of no numbers of rows and prefers
    the index that has the role, unless the role is no plain column.
    """
    return sa.func.coalesce(f.c.role, "") if selection.late else f.c.role


def in_trees(
    organisation: str, seq: int | None, selection: Selection, bands: Bands, asked: Asked
) -> list[Any]:
    """Give the conditions on facts of trees that a sum counts."""
    return [_role(selection).in_(NETTED), _answers(asked), *_conditions(organisation, seq, selection, bands)]


def counted(organisation: str, seq: int | None, selection: Selection, bands: Bands) -> list[Any]:
    """Give the conditions on all facts that a sum counts, alone and of trees."""
    if selection.trees is None:
        return alone(organisation, seq, selection, bands)
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
    found += [key(name, bands) == value for name, value in selection.exact]
    if selection.late:
        found.append(LATE)
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


def key(name: str, bands: Bands, f: sa.Table = f) -> sa.ColumnElement[Any]:
    """Give a breakdown's key; ``f`` is the table of facts, or another with the same columns."""
    if name == "age_group":
        return _age_group(bands, f)
    if name in UNITS:
        return period_key(name, f)
    if name == ENDS_IN:
        return _period(f.c.period_end, "quarter")
    if name in ("adm1", "adm2"):
        return sa.func.coalesce(f.c[name], UNKNOWN)
    return f.c[name]


def period_key(unit: str, f: sa.Table = f) -> sa.ColumnElement[Any]:
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


def _age_group(bands: Bands, f: sa.Table = f) -> sa.ColumnElement[Any]:
    whens = []
    for run in bands.runs():
        holds = f.c.age_low >= run.low
        if run.top is not None:
            holds = holds & (f.c.age_high <= run.top)
        whens.append((holds, run.label))
    return sa.case(*whens, else_=UNKNOWN)
