"""What a cell of a released table sums, as a question to the facts: so a cell opens to its incidents.

A view gives the sum that made the cell, broken down by incident too: the same filters, the same grain, the
same verification state. Cells that one sum gives share a view.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from db.queries.fact_selections import ENDS_IN
from domain.questions import Question, grain_of
from domain.release_diffs import Value
from domain.standard_tables import MRM_OUTCOMES, Asked, SdgCodes, quarter_days, roll_up_of
from domain.sums import Interval
from domain.vocab import Grain, Outcome, Verification
from services.fact_tables import CHILDREN
from services.table_cells import STATES, Book, Keys, Numbers, added

_EVERY = "_T"
_SDG = SdgCodes(roll_up_of(Asked()))
_SECTION = {"total": (), "month": ("month",), "cause": ("cause",), "adm1": ("adm1",)}
_STATES = {
    "verified": Verification.VERIFIED,
    "verified_after": Verification.VERIFIED,
    "late_verified": Verification.VERIFIED,
    "pending_verification": Verification.PENDING,
    "unverified_contested": Verification.CONTESTED,
    "unverified_inconclusive": Verification.INCONCLUSIVE,
}


@dataclass(frozen=True, slots=True)
class View:
    """How cells of a table are summed.

    ``names`` are the breakdowns whose values tell the cells apart; with ``in_sdg`` the table has the codes of
    the indicator for them. ``state`` is the verification state of the sum, None for verified and pending
    together. ``low`` and ``high`` are the table's columns of what incidents add up to. ``detail`` are further
    breakdowns that the row has columns for: an incident whose persons moved between columns moved the row.
    """

    question: Question
    names: tuple[str, ...]
    grain: str
    state: str | None = None
    in_sdg: bool = False
    low: str = "low"
    high: str = "high"
    ends_from: str | None = None
    """The day on which or after which an incident ends."""
    detail: tuple[str, ...] = ()

    def by(self) -> tuple[str, ...]:
        """Give the breakdown of the sum: what tells the cells apart, the incident, and further detail."""
        return tuple(dict.fromkeys((*self.names, "incident", *self.detail)))

    def adds(self, book: Book, moved_between: tuple[int, int] | None = None) -> dict[Keys, dict[str, Adds]]:
        """Give what each incident adds to each cell, at the book's point of the log.

        With ``moved_between`` only incidents of which a fact came or went between two sequences.
        """
        at = self.by().index("incident")
        found: dict[Keys, dict[str, Adds]] = {}
        for keys, numbers in book.cells(
            self.question, self.by(), self.grain, ends_from=self.ends_from, moved_between=moved_between
        ).items():
            of = keys[: len(self.names)]
            cell = found.setdefault(_SDG.of(of, self.names) if self.in_sdg else of, {})
            detail = keys[len(keys) - len(self.detail) :]
            cell.setdefault(keys[at], Adds()).take(numbers, self.state, detail)
        return found


@dataclass(slots=True)
class Adds:
    """What an incident adds to a cell; ``states`` beside it where the cell is of several.

    ``details`` are the same in the row's further columns.
    """

    interval: Interval | None = None
    states: dict[str, Interval | None] = field(default_factory=dict)
    details: dict[Keys, Interval | None] = field(default_factory=dict)

    def take(self, numbers: Numbers, state: str | None, detail: Keys = ()) -> None:
        """Take what the facts say; where several of our cells are one of the table, they add up."""
        said = numbers.interval if state is None else numbers.state(state)
        if detail and said is not None:
            self.details[detail] = added((self.details.get(detail), said))
        if state is not None:
            self.interval = added((self.interval, said))
            return
        self.interval = added((self.interval, numbers.interval))
        for name in STATES:
            self.states[name] = added((self.states.get(name), numbers.state(name)))


Days = tuple[str | None, str | None]
Opened = tuple[View, Keys]


def view_of(table: str, days: Days, key: Mapping[str, Value]) -> Opened | None:
    """Give how a cell of a standard table is summed, and the codes that stand for it.

    ``days`` are the days of harm that the table covers. None for a table that is no standard table, and for
    a cell of a quarter that the table is not of.
    """
    opens = _VIEWS.get(table)
    if opens is None:
        return None
    return opens(days, {name: None if value is None else str(value) for name, value in key.items()})


def _monthly(days: Days, key: Mapping[str, str | None]) -> Opened:
    names = tuple(name for name in ("month", "sex", "age_group", "status", "party") if key[name] is not None)
    question = _question(days, key["outcome"])
    view = View(question, names, grain_of(dataclasses.replace(question, by=names)))
    return view, _codes(key, names)


def _ohchr(days: Days, key: Mapping[str, str | None]) -> Opened:
    names = _SECTION[str(key["section"])]
    view = View(
        _question(days, key["outcome"]),
        names,
        Grain.SEX_AGE.value,
        key["verification"],
        low="total_low",
        high="total_high",
        detail=("sex", "age_group"),
    )
    return view, () if not names else (str(key["value"]),)


def _sdg(days: Days, key: Mapping[str, str | None]) -> Opened:
    names = tuple(name for name in ("year", "sex", "age_group", "cause", "status") if key[name] != _EVERY)
    question = _question(days, Outcome.KILLED.value)
    view = View(
        question,
        names,
        grain_of(dataclasses.replace(question, by=names)),
        in_sdg=True,
        low="count_low",
        high="count_high",
    )
    return view, _codes(key, names)


def _mrm_quarterly(asked: Days, key: Mapping[str, str | None]) -> Opened | None:
    outcome = next((ours for ours, theirs in MRM_OUTCOMES.items() if theirs == key["violation"]), None)
    days = quarter_days(str(key["quarter"]))
    section = str(key["section"])
    if outcome is None or days is None or days != asked or section not in _STATES:
        # A release is of one quarter: of another one it says nothing.
        return None
    first, last = days
    question = Question(outcome=outcome, age_group=CHILDREN, end=last)
    if section == "verified":
        question = dataclasses.replace(question, verified_to=last)
    elif section == "verified_after":
        question = dataclasses.replace(question, verified_from=day_beside(last, 1))
    elif section == "late_verified":
        question = dataclasses.replace(
            question, end=day_beside(first, -1), verified_from=first, verified_to=last
        )
    view = View(
        question,
        (ENDS_IN,),
        Grain.SEX_AGE.value,
        _STATES[section].value,
        low="victims_total_low",
        high="victims_total_high",
        ends_from=None if section == "late_verified" else first,
        detail=("sex",),
    )
    return view, (str(key["occurred"]),)


def day_beside(day: str, by: int) -> str:
    """Give the day so many days after another, or before it."""
    return (date.fromisoformat(day) + timedelta(days=by)).isoformat()


def _events(days: Days, key: Mapping[str, str | None]) -> Opened:
    view = View(
        _question(days, Outcome.KILLED.value),
        ("incident",),
        Grain.TOTAL.value,
        detail=("cause", "party", "adm1", "adm2"),
    )
    return view, (str(key["id"]),)


_VIEWS: dict[str, Callable[[Days, Mapping[str, str | None]], Opened | None]] = {
    "monthly": _monthly,
    "ohchr": _ohchr,
    "sdg-16-1-2": _sdg,
    "mrm-quarterly": _mrm_quarterly,
    "events": _events,
}


def _question(days: Days, outcome: str | None) -> Question:
    return Question(outcome=outcome, start=days[0], end=days[1])


def _codes(key: Mapping[str, str | None], names: tuple[str, ...]) -> Keys:
    return tuple(str(key[name]) for name in names)
