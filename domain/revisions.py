"""Revisions: how numbers about the past moved, and which act moved them (R14).

A *revision triangle* has a row for each period in which people were harmed and a column for each point
at which the record was asked. Read along a row it shows how far first numbers lie from later ones: deaths
in Ukraine in March 2022 were 3,333 as of 20 November 2022 and 4,154 as of 16 July 2023. A *change list*
says of two such points which incidents make the difference, and why.

Numbers of sums are added: an incident without a number adds nothing to a sum, so the difference that it
makes is counted from 0, while what was known of it stays unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from domain.periods import SPANS

FIRST_ASSESSMENT = "first_assessment"
"""Stands for a reason where an incident was assessed for the first time: the new incident is the reason."""
NOT_RECORDED = "not_recorded"
"""Stands for a reason where an act moved a number and carries none."""


def periods_of(columns: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """Give the rows of a triangle: every period of any column in order of time, ``spans`` last."""
    found = {period for column in columns for period in column}
    return (*sorted(found - {SPANS}), *(found & {SPANS}))


@dataclass(frozen=True, slots=True)
class Row:
    """What facts of one incident add to a question while they hold.

    They hold from the log sequence ``start`` until before ``end``. ``counted`` tells whether the state is
    one that the question's own interval sums; contested and inconclusive stand apart.
    """

    start: int
    end: int
    period: str
    verification: str
    low: int
    high: int
    open: bool
    counted: bool

    def holds_at(self, seq: int) -> bool:
        """Tell whether the facts hold at a log sequence."""
        return self.start <= seq < self.end


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an incident at one point, within a question.

    ``low`` and ``high`` are None where it has contested or inconclusive numbers only: unknown is not zero.
    """

    period: str
    low: int | None
    high: int | None
    open: bool
    verification: Mapping[str, tuple[int, int, bool]] = field(default_factory=dict)
    """Low, high and open by verification state."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one act added to the sums, by the log sequence of the act."""

    seq: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Change:
    """What is known of an incident before and after, None where the question did not count it at all."""

    before: Known | None
    after: Known | None
    steps: tuple[Step, ...]

    @property
    def low(self) -> int:
        """Give what the change adds to the sum of lows."""
        return sum(step.low for step in self.steps)

    @property
    def high(self) -> int:
        """Give what the change adds to the sum of highs."""
        return sum(step.high for step in self.steps)


def known_at(rows: Sequence[Row], seq: int) -> Known | None:
    """Give what an incident's rows say at a log sequence; None where none holds."""
    holding = [row for row in rows if row.holds_at(seq)]
    if not holding:
        return None
    counted = [row for row in holding if row.counted]
    states: dict[str, tuple[int, int, bool]] = {}
    for row in sorted(holding, key=lambda one: one.verification):
        low, high, is_open = states.get(row.verification, (0, 0, False))
        states[row.verification] = (low + row.low, high + row.high, is_open or row.open)
    periods = sorted({row.period for row in counted or holding})
    return Known(
        period=periods[0] if len(periods) == 1 else SPANS,
        low=sum(row.low for row in counted) if counted else None,
        high=sum(row.high for row in counted) if counted else None,
        open=any(row.open for row in counted),
        verification=states,
    )


def change_between(rows: Sequence[Row], since: int, until: int) -> Change | None:
    """Give what moved of an incident after ``since`` and up to ``until``; None where nothing did.

    Every act in between has its own step, so the steps of an incident add up to its difference, and the
    steps of all incidents to the difference of the totals, over all and by reason: an incident that moved and
    came back has its steps too.
    """
    before, after = known_at(rows, since), known_at(rows, until)
    steps = steps_between(rows, since, until)
    if before == after and not any(step.low or step.high for step in steps):
        return None
    return Change(before, after, steps)


def steps_between(rows: Iterable[Row], since: int, until: int) -> tuple[Step, ...]:
    """Give what each act after ``since`` and up to ``until`` added to the sums, in the log's order."""
    moved: dict[int, list[int]] = {}
    for row in rows:
        for seq, sign in ((row.start, 1), (row.end, -1)):
            if since < seq <= until:
                step = moved.setdefault(seq, [0, 0])
                if row.counted:
                    step[0] += sign * row.low
                    step[1] += sign * row.high
    return tuple(Step(seq, low, high) for seq, (low, high) in sorted(moved.items()))


def reason_of(reason_code: str | None, *, first: bool) -> str:
    """Give the heading under which a step is summed: the act's reason code, or why it has none."""
    return reason_code or (FIRST_ASSESSMENT if first else NOT_RECORDED)
