"""The standard tables that are sums of facts: monthly, OHCHR's groups, SDG 16.1.2, the quarterly of MRM.

Each row is of the coarsest grain that has its breakdown, as the statistics answer it: finer detail knows less
(a woman of unknown status is not among the women of known status and age).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import combinations

from db.queries.fact_selections import ENDS_IN
from domain import standard_tables as rules
from domain.access import Actor
from domain.populations import EVERYBODY, rate
from domain.questions import DEFAULT_BANDS, UNKNOWN, Question, grain_of
from domain.standard_tables import (
    DEFAULT_OUTCOMES,
    MRM_OUTCOMES,
    OHCHR_GROUPS,
    TALLIES,
    Asked,
    SdgCodes,
    StandardTable,
    ohchr_group,
    quarter_days,
    roll_up_of,
)
from domain.sums import NOBODY, Interval, Sum
from domain.vocab import Grain, Outcome, Verification
from exchange.columns import Layout, Value
from exchange.layouts.standard_tables import MONTHLY, MRM, OHCHR, SDG
from services.table_cells import (
    NOTHING,
    STATES,
    Book,
    Cells,
    Keys,
    Numbers,
    added,
    each_incident,
    ends,
    level,
)

TOTAL, SEX_AGE, FINEST = Grain.TOTAL.value, Grain.SEX_AGE.value, Grain.STATUS_SEX_AGE.value
Row = tuple[Value, ...]


@dataclass(slots=True)
class Made:
    """A table before its sums are proved."""

    layout: Layout
    rows: list[Row] = field(default_factory=list)
    sums: list[Sum] = field(default_factory=list)
    notes: tuple[str, ...] = ()


def days_of(asked: Asked) -> tuple[str | None, str | None]:
    """Give the first and the last day that a table is asked for."""
    days = quarter_days(asked.quarter) if asked.quarter is not None else None
    return days if days is not None else (asked.start, asked.end)


def outcomes_of(table: StandardTable, asked: Asked) -> tuple[str, ...]:
    """Give the outcomes that a table counts."""
    if "outcomes" in table.takes:
        return asked.outcomes or DEFAULT_OUTCOMES
    return tuple(MRM_OUTCOMES) if table.name == "mrm-quarterly" else (Outcome.KILLED.value,)


def _question(asked: Asked, outcome: str, bands: str | None = None) -> Question:
    start, end = days_of(asked)
    return Question(
        outcome=outcome, start=start, end=end, bands=bands or DEFAULT_BANDS, known_at=asked.known_at
    )


def _grain(question: Question, by: Sequence[str]) -> str:
    return grain_of(dataclasses.replace(question, by=tuple(by)))


# Monthly

_MONTHLY_BY = ("month", "sex", "age_group", "status", "party")


def monthly(book: Book, actor: Actor, asked: Asked) -> Made:
    """Give the monthly table: the whole, each month, sex, age group, status and party, and each cell."""
    made = Made(MONTHLY)
    for outcome in asked.outcomes or DEFAULT_OUTCOMES:
        question = _question(asked, outcome, asked.bands)
        for name, by in (("total", ()), *((one, (one,)) for one in _MONTHLY_BY), ("cell", _MONTHLY_BY)):
            grain = _grain(question, by)
            if by:
                made.sums += level(book, f"{outcome} by {', '.join(by)}", question, by, grain)
            for keys, numbers in book.cells(question, by, grain).items():
                said = dict(zip(by, keys, strict=True))
                made.rows.append(
                    (
                        *(name, outcome, *(said.get(one) for one in _MONTHLY_BY)),
                        *(*_numbers(numbers), *(end for one in STATES for end in ends(numbers.state(one)))),
                    )
                )
        for grain in (Grain.STATUS.value, SEX_AGE, FINEST):
            made.sums += each_incident(book, f"{outcome} at grain {grain}", question, grain)
    return made


def _numbers(one: Numbers) -> tuple[int | None, int | None, int, int]:
    counted = one.counted
    if counted is None:
        return None, None, 0, 0
    return counted.low, counted.high, counted.open, counted.incidents


# OHCHR's groups

_SECTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("total", ()),
    ("month", ("month",)),
    ("cause", ("cause",)),
    ("adm1", ("adm1",)),
)


def ohchr(book: Book, actor: Actor, asked: Asked) -> Made:
    """Give persons in OHCHR's groups: in all, by month, by cause and by first-level unit."""
    made = Made(OHCHR)
    for outcome in asked.outcomes or DEFAULT_OUTCOMES:
        question = _question(asked, outcome)
        for section, by in _SECTIONS:
            cells = book.cells(question, (*by, "sex", "age_group"), SEX_AGE)
            totals, own = book.cells(question, by, SEX_AGE), book.cells(question, by, TOTAL)
            made.sums += level(
                book, f"{outcome} by {section}, sex and age", question, (*by, "sex", "age_group"), SEX_AGE
            )
            for state in STATES:  # of one state together, as a chart draws them
                for keys in sorted({*totals, *own}):
                    # A total can be verified of which no sex or age is: then the row has its own total alone.
                    detailed, whole = totals.get(keys, NOTHING), own.get(keys, NOTHING)
                    if state not in detailed.states and state not in whole.states:
                        continue
                    groups = _grouped(cells, keys, state)
                    value = "".join(keys) or None
                    label = f"{outcome}, {section} {value or ''}".strip()
                    total = detailed.state(state) or NOBODY
                    made.sums.append(Sum(f"{label}, {state}", total, tuple(groups.items())))
                    made.rows.append(
                        (
                            *(outcome, section, value, state),
                            *(end for name in OHCHR_GROUPS for end in ends(groups.get(name))),
                            *(*ends(added(groups.values())), *ends(whole.state(state))),
                            max(_incidents(one, state) for one in (detailed, whole)),
                        )
                    )
        made.sums += each_incident(book, f"{outcome} at grain {SEX_AGE}", question, SEX_AGE)
    return made


def _incidents(one: Numbers, state: str) -> int:
    return one.states[state].incidents if state in one.states else 0


def _grouped(cells: Cells, keys: Keys, state: str) -> dict[str, Interval]:
    found: dict[str, Interval] = {}
    for (*of, sex, age_group), numbers in cells.items():
        interval = numbers.state(state)
        if tuple(of) == keys and interval is not None:
            name = ohchr_group(sex, age_group)
            found[name] = found.get(name, NOBODY) + interval
    return found


# SDG indicator 16.1.2

_SDG_BY = ("sex", "age_group", "cause", "status")


def sdg(book: Book, actor: Actor, asked: Asked) -> Made:
    """Give the deaths of each year in the indicator's categories with every margin, and rates."""
    made = Made(SDG)
    codes = SdgCodes(roll_up_of(asked))
    question = _question(asked, Outcome.KILLED.value)
    verified, pending = Verification.VERIFIED.value, Verification.PENDING.value
    table: dict[Keys, list[Interval | None]] = {}
    for many in range(len(_SDG_BY) + 1):
        for names in combinations(_SDG_BY, many):
            by = ("year", *names)
            grain = _grain(question, by)
            made.sums += level(book, f"killed by {', '.join(by)}", question, by, grain)
            for keys, numbers in book.cells(question, by, grain).items():
                if numbers.interval is None:
                    continue
                said = dict(zip(by, codes.of(keys, by), strict=True))
                place = (said["year"], *(said.get(name, EVERYBODY) for name in _SDG_BY))
                parts = (numbers.interval, numbers.state(verified), numbers.state(pending))
                known = table.setdefault(place, [None, None, None])
                table[place] = [added((one, more)) for one, more in zip(known, parts, strict=True)]
    for keys in sorted(table, key=_sdg_order):
        made.rows.append(
            (*keys, *(end for one in table[keys] for end in ends(one)), *_rate(asked, keys, table[keys][0]))
        )
    for grain in (Grain.STATUS.value, SEX_AGE, FINEST):
        made.sums += each_incident(book, f"killed at grain {grain}", question, grain)
    if asked.population is not None:
        made.sums += asked.population.sums()
    made.notes = (_roll_up_in_words(asked), *_rates_in_words(asked))
    return made


def _sdg_order(keys: Keys) -> tuple[object, ...]:
    year, *rest = keys
    return (year, *((key != EVERYBODY, len(key) if key.isdigit() else 0, key) for key in rest))


def _rate(asked: Asked, keys: Keys, count: Interval | None) -> Row:
    group = rules.population_group(keys[0], keys[1], keys[2])
    persons = None if asked.population is None or group is None else asked.population.persons.get(group)
    if persons is None or count is None:
        return persons, None, None
    return persons, rate(count.low, persons), rate(count.high, persons)


def _roll_up_in_words(asked: Asked) -> str:
    said = ", ".join(f"{ours} as {theirs}" for ours, theirs in sorted(roll_up_of(asked).items()))
    return f"Statuses that the indicator has no code for are counted so: {said}."


def _rates_in_words(asked: Asked) -> tuple[str, ...]:
    if asked.population is None:
        return ("No population was given, so there is no rate.",)
    people = asked.population
    return (
        f"Rates are over {people.name} ({people.source}), SHA-256 {people.sha256}.",
        "A group that the population does not give has no rate.",
    )


# MRM

CHILDREN = "0-17"


def mrm_quarterly(book: Book, actor: Actor, asked: Asked) -> Made:
    """Give the children of a quarter by section and violation; a range is of the quarter that it ends in."""
    made = Made(MRM)
    quarter = asked.quarter or ""
    first, last = (day or "" for day in days_of(asked))
    verified = Verification.VERIFIED.value
    unknown_age: list[str] = []
    for outcome, violation in MRM_OUTCOMES.items():
        children = Question(outcome=outcome, age_group=CHILDREN, end=last, known_at=asked.known_at)
        earlier = dataclasses.replace(children, end=_day(first, -1), verified_from=first, verified_to=last)
        sections = (
            ("verified", dataclasses.replace(children, verified_to=last), verified, first),
            ("verified_after", dataclasses.replace(children, verified_from=_day(last, 1)), verified, first),
            ("pending_verification", children, Verification.PENDING.value, first),
            ("unverified_contested", children, Verification.CONTESTED.value, first),
            ("unverified_inconclusive", children, Verification.INCONCLUSIVE.value, first),
            ("late_verified", earlier, verified, None),
        )
        of_quarter: list[tuple[str, Interval]] = []
        for section, question, state, ends_from in sections:
            by = (ENDS_IN,)
            cells = book.cells(question, (*by, "sex"), SEX_AGE, ends_from=ends_from)
            for keys, numbers in book.cells(question, by, SEX_AGE, ends_from=ends_from).items():
                total = numbers.state(state)
                if total is None:
                    continue
                tally = {
                    name: cells[(*keys, sex)].state(state)
                    for name, sex in TALLIES.items()
                    if (*keys, sex) in cells
                }
                parts = tuple((name, one) for name, one in tally.items() if one is not None)
                made.sums.append(Sum(f"{violation}, {section} {keys[0]}", total, parts))
                if section != "late_verified":
                    of_quarter.append((section, total))
                said = numbers.states[state]
                made.rows.append(
                    (
                        *(quarter, section, violation, keys[0]),
                        *(end for name in TALLIES for end in ends(tally.get(name))),
                        *(*ends(total), said.incidents),
                    )
                )
        # A number that was verified on no day that is known would stand in no section: then this fails.
        whole = book.cells(children, (), SEX_AGE, ends_from=first).get(())
        of_all = (whole.any_state if whole is not None else None) or NOBODY
        made.sums.append(Sum(f"{violation}, {quarter}, every section", of_all, tuple(of_quarter)))
        no_age = dataclasses.replace(children, age_group=UNKNOWN)
        others = book.cells(no_age, (), SEX_AGE, ends_from=first).get(())
        if others is not None and others.any_state is not None:
            unknown_age.append(f"{outcome} {_said(others.any_state)}")
    lasting = "an incident that lasted is of the quarter of its last day"
    made.notes = (
        f"The quarter is {quarter}, {first} to {last}; {lasting}. Children are persons known to be under 18.",
        f"Of unknown age, children perhaps among them, in no row: {', '.join(unknown_age) or 'nobody'}.",
    )
    return made


def _said(one: Interval) -> str:
    return (str(one.low) if one.low == one.high else f"{one.low}-{one.high}") + (
        " or more" if one.open else ""
    )


def _day(day: str, by: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=by)).isoformat()
