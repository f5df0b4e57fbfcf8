"""The monthly brief: what it says of one month, before it is written as a page or as a PDF.

Every number is one of the statistics' answers at one point of the log; nothing is computed here but sums of
rows that lie apart. Outcomes are never added, so there is one part for each.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from domain.errors import Fault, Malformed
from domain.vocab import Verification

MOST_OUTCOMES = 2
"""How many outcomes one brief holds: more would not fit its four pages."""
MONTHS = 12
"""How many months the trend goes back, the brief's own included."""
NOT_KNOWN = "not known"
NONE = "\u2013"
"""Stands where no incident has a number in a state: nothing was counted, which is not zero."""
STATES = tuple(Verification.codes())
MONTH_NAMES = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
APART = (Verification.CONTESTED.value, Verification.INCONCLUSIVE.value)
"""States with columns of their own, in no total."""
OTHERS = "others"
"""The code of a row that holds the smallest rows of a long table together."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A number of persons, ``low`` to ``high``; both None where it is not known.

    ``open`` where more is said to be possible. ``incidents`` are those behind it, None where they cannot be
    told, because rows were added that may share some.
    """

    low: int | None
    high: int | None
    open: bool
    incidents: int | None

    @property
    def known(self) -> bool:
        """Tell whether there is a number."""
        return self.low is not None

    def __str__(self) -> str:
        """Give it in words: "33", "10-12 or more", "not known"."""
        if self.low is None or self.high is None:
            return NOT_KNOWN
        said = f"{self.low:,}" if self.low == self.high else f"{self.low:,}\u2013{self.high:,}"
        return said + (" or more" if self.open else "")


NOTHING = Counted(None, None, False, 0)


@dataclass(frozen=True, slots=True)
class Numbers:
    """Verified and pending together, and each state by itself; a state that no incident has is not there."""

    together: Counted
    states: tuple[tuple[str, Counted], ...] = ()

    def of(self, state: str) -> Counted | None:
        """Give the number of a state, None where no incident has one."""
        return dict(self.states).get(state)

    def said(self, state: str) -> str:
        """Give the number of a state in words, a dash where no incident has one."""
        found = self.of(state)
        return NONE if found is None else str(found)


NO_NUMBERS = Numbers(NOTHING)


def added(rows: Iterable[Numbers]) -> Numbers:
    """Give the sum of rows that share no person: lows and highs added, open where one of them is."""
    listed = list(rows)
    parts = [
        (state, _sum([found for row in listed if (found := row.of(state)) is not None])) for state in STATES
    ]
    return Numbers(
        _sum([row.together for row in listed]), tuple((state, part) for state, part in parts if part.known)
    )


def _sum(parts: Sequence[Counted]) -> Counted:
    known = [one for one in parts if one.low is not None]
    if not known:
        return NOTHING
    return Counted(
        sum(one.low or 0 for one in known),
        sum(one.high or 0 for one in known),
        any(one.open for one in known),
        None,
    )


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table: a code and its name, with numbers. ``point`` is (lon, lat) with the town it is of."""

    code: str
    label: str
    numbers: Numbers
    point: tuple[float, float, str] | None = None


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows that lie apart, and the total with its own interval, which can be tighter than their sum."""

    lines: tuple[Line, ...]
    total: Numbers

    @property
    def sum(self) -> Numbers:
        """Give the sum of the rows."""
        return added(line.numbers for line in self.lines)

    @property
    def is_wider(self) -> bool:
        """Tell whether the sum of the rows is wider than the total's own interval."""
        rows, own = self.sum.together, self.total.together
        if rows.low is None or own.low is None or rows.high is None or own.high is None:
            return False
        return rows.low < own.low or rows.high > own.high

    def folded(self, most: int) -> tuple[Line, ...]:
        """Give at most so many rows: the last ones are one row, their numbers added.

        The rows that stand for what is not known are kept as they are.
        """
        kept = [line for line in self.lines if line.code in UNTOLD]
        named = [line for line in self.lines if line.code not in UNTOLD]
        room = most - len(kept)
        if len(named) <= room:
            return self.lines
        rest = named[room - 1 :]
        together = Line(OTHERS, f"{len(rest)} others together", added(one.numbers for one in rest))
        return (*named[: room - 1], together, *kept)


UNTOLD = ("unknown", "undetermined")
"""Codes of rows whose place or cause is not known; they come last and are never left out."""


def in_order(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Give rows from the largest low down; what is not known stands last."""

    def place(line: Line) -> tuple[bool, int, int, str]:
        counted = line.numbers.together
        low, high = (-1 if one is None else one for one in (counted.low, counted.high))
        return (line.code in UNTOLD, -low, -high, line.code)

    return tuple(sorted(lines, key=place))


@dataclass(frozen=True, slots=True)
class Month:
    """One month of the trend. It is ``provisional`` while it is not over or incidents of it wait."""

    month: str
    numbers: Numbers
    provisional: bool


@dataclass(frozen=True, slots=True)
class Reason:
    """What moved sums, in words: an act's reason, what it added to low and high, in how many incidents."""

    label: str
    low: int
    high: int
    incidents: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """The total of some days as known before and now, and what moved it."""

    title: str
    before: Numbers
    after: Numbers
    reasons: tuple[Reason, ...]
    incidents: int
    """How many incidents differ."""


@dataclass(frozen=True, slots=True)
class Moved:
    """An incident that was counted otherwise before: its code, when it was, both numbers and the reasons.

    ``before`` or ``after`` is None where it was not counted at all.
    """

    code: str
    period: str
    before: Numbers | None
    after: Numbers | None
    reasons: tuple[str, ...]
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Left:
    """Incidents that the numbers of a month leave out, or that may still change them.

    ``crossing`` are the numbers of those that straddle: the month's own hold none of them.
    """

    unassessed: int
    needs_review: int
    straddling: int
    crossing: tuple[tuple[str, Counted], ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """What a brief says of one outcome."""

    outcome: str
    label: str
    headline: Numbers
    left: Left
    groups: Rows
    places: Rows
    causes: Rows
    months: tuple[Month, ...]
    spans: Numbers
    """Incidents within the months of the trend that no single month holds."""
    compared: tuple[Comparison, ...]
    moved: tuple[Moved, ...]
    addresses: tuple[tuple[str, str], ...]
    """What each section asked: a name and the address that asks it again."""


@dataclass(frozen=True, slots=True)
class Method:
    """How many of the organisation's incidents are assessed under a policy and version."""

    policy: str
    version: str
    incidents: int


@dataclass(frozen=True, slots=True)
class Break:
    """A choice of a policy, recorded on a day; ``before`` names what it followed."""

    day: str
    policy: str
    methodology: str
    before: str | None
    seq: int


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the log and the instant at which the log had reached it."""

    seq: int
    at: str

    @property
    def day(self) -> str:
        """Give the day."""
        return self.at[:10]


@dataclass(frozen=True, slots=True)
class Brief:
    """A month in the organisation's name, as known at one point of the log."""

    organisation: str
    month: str
    known: Point
    since: Point | None
    """What "last time" is; None where nothing had been recorded before."""
    parts: tuple[Part, ...]
    methodology: str
    methods: tuple[Method, ...]
    breaks: tuple[Break, ...]
    note: str
    missing: tuple[str, ...] = ()
    """Codes of units that the gazetteer does not name."""

    @property
    def title(self) -> str:
        """Give the month in words."""
        return in_words(self.month)


def first_day(month: str) -> date:
    """Give the first day of a month written 2026-01. Raises Malformed for another text."""
    try:
        if len(month) != 7 or not month.replace("-", "0").isascii() or not month[:4].isdigit():
            raise ValueError
        found = date.fromisoformat(f"{month}-01")
        before(found, MONTHS)
    except (ValueError, OverflowError):
        detail = "Write the month as YYYY-MM, such as 2026-01."
        raise Malformed(
            "A parameter cannot be used.",
            code="invalid-parameter",
            faults=[Fault("month", "invalid-parameter", detail)],
        ) from None
    return found


def last_day(month: str) -> date:
    """Give the last day of a month."""
    first = first_day(month)
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])


def before(first: date, months: int) -> date:
    """Give the first day of the month that lies so many months before."""
    for _ in range(months):
        first = (first - timedelta(days=1)).replace(day=1)
    return first


def months_up_to(month: str, number: int = MONTHS) -> tuple[str, ...]:
    """Give so many months that end with this one, the earliest first."""
    first = first_day(month)
    return tuple(before(first, back).isoformat()[:7] for back in range(number - 1, -1, -1))


def in_words(month: str) -> str:
    """Give a month as people write it: January 2026."""
    return f"{MONTH_NAMES[int(month[5:7]) - 1]} {month[:4]}"
