"""The standard tables that are sums of facts: monthly, OHCHR's groups, SDG 16.1.2, the quarterly of MRM."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import product

from domain import standard_tables as rules
from domain.access import Actor
from domain.populations import EVERYBODY, rate
from domain.questions import DEFAULT_BANDS, Question
from domain.standard_tables import (
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
from domain.sums import EQUAL, MEETS, Interval, Sum
from domain.vocab import Grain, Outcome, Verification
from exchange.columns import Layout, Value
from exchange.layouts.standard_tables import MONTHLY, MRM, OHCHR, SDG
from services.table_cells import STATES, Book, Cells, Keys, Numbers, added, ends, margin, states_add_up

TOTAL, STATUS = Grain.TOTAL.value, Grain.STATUS.value
SEX_AGE, FINEST = Grain.SEX_AGE.value, Grain.STATUS_SEX_AGE.value
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
        return asked.outcomes
    return tuple(MRM_OUTCOMES) if table.name == "mrm-quarterly" else (Outcome.KILLED.value,)


def _question(asked: Asked, outcome: str, bands: str = DEFAULT_BANDS) -> Question:
    start, end = days_of(asked)
    return Question(outcome=outcome, start=start, end=end, bands=bands, known_at=asked.known_at)


# Monthly

_MONTHLY_BY = ("month", "sex", "age_group", "status", "party")
_GRAIN_OF = {"month": TOTAL, "sex": SEX_AGE, "age_group": SEX_AGE, "status": STATUS, "party": TOTAL}
"""The coarsest grain that has a breakdown: there a total's interval is its own."""


def monthly(book: Book, actor: Actor, asked: Asked) -> Made:
    """Give the monthly table: the whole, each month, sex, age group, status and party, and each cell."""
    made = Made(MONTHLY)
    for outcome in asked.outcomes:
        question = _question(asked, outcome, asked.bands)
        cells = book.cells(question, _MONTHLY_BY, FINEST)
        whole = book.cells(question, (), FINEST)
        own = book.cells(question, (), TOTAL)
        made.sums += states_add_up(f"{outcome}, cell", cells)
        made.sums += margin(f"{outcome}, total, its own interval", whole, (), own, MEETS)
        blank = (None,) * len(_MONTHLY_BY)
        made.rows += [
            ("total", outcome, *blank, *_numbers(one), *_own(own, keys), *_states(one))
            for keys, one in whole.items()
        ]
        for place, name in enumerate(_MONTHLY_BY):
            across = book.cells(question, (name,), FINEST)
            own = book.cells(question, (name,), _GRAIN_OF[name])
            made.sums += margin(f"{outcome}, {name}", cells, (place,), across, book.rule)
            made.sums += margin(f"{outcome}, total of each {name}", across, (), whole, book.rule)
            made.sums += margin(f"{outcome}, {name}, its own interval", across, (0,), own, MEETS)
            before, after = blank[:place], blank[place + 1 :]
            made.rows += [
                (name, outcome, *before, *keys, *after, *_numbers(one), *_own(own, keys), *_states(one))
                for keys, one in across.items()
            ]
        made.rows += [
            ("cell", outcome, *keys, *_numbers(one), None, None, *_states(one)) for keys, one in cells.items()
        ]
    return made


def _numbers(one: Numbers) -> tuple[int | None, int | None, int, int]:
    counted = one.counted
    if counted is None:
        return None, None, 0, 0
    return counted.low, counted.high, counted.open, counted.incidents


def _states(one: Numbers) -> Iterator[int | None]:
    for name in STATES:
        yield from ends(one.state(name))


def _own(cells: Cells, keys: Keys) -> tuple[int | None, int | None]:
    return ends(cells[keys].interval) if keys in cells else (None, None)


# OHCHR's groups

_SECTIONS = (("total", ()), ("month", ("month",)), ("cause", ("cause",)), ("adm1", ("adm1",)))


def ohchr(book: Book, actor: Actor, asked: Asked) -> Made:
    """Give persons in OHCHR's groups: in all, by month, by cause and by first-level unit."""
    made = Made(OHCHR)
    for outcome in asked.outcomes:
        question = _question(asked, outcome)
        whole: dict[tuple[str, str], Interval] = {}
        for section, by in _SECTIONS:
            cells = book.cells(question, (*by, "sex", "age_group"), SEX_AGE)
            totals = book.cells(question, by, SEX_AGE)
            own = book.cells(question, by, TOTAL)
            made.sums += margin(f"{outcome}, {section}, its own interval", totals, range(len(by)), own, MEETS)
            columns: dict[tuple[str, str], list[tuple[str, Interval]]] = {}
            for keys, numbers in totals.items():
                for state in STATES:
                    row = _grouped(cells, keys, state)
                    total = numbers.state(state)
                    if total is None:
                        continue
                    value = "".join(keys) or None
                    label = f"{outcome}, {section} {value or ''}, {state}"
                    made.sums.append(Sum(label, total, tuple(row.items())))
                    for group, interval in row.items():
                        columns.setdefault((state, group), []).append((value or "total", interval))
                    groups = (end for name in OHCHR_GROUPS for end in ends(row.get(name)))
                    said = numbers.states[state]
                    own_ends = ends(own[keys].state(state)) if keys in own else (None, None)
                    made.rows.append(
                        (
                            *(outcome, section, value, state, *groups, *ends(total)),
                            *(*own_ends, said.open, said.incidents),
                        )
                    )
            if not by:
                whole = {
                    key: added(one for _, one in parts) or Interval(0, 0) for key, parts in columns.items()
                }
                continue
            for key in sorted({*whole, *columns}):
                label = f"{outcome}, {section}: {' '.join(key)}"
                parts = tuple(columns.get(key, ()))
                made.sums.append(Sum(label, whole.get(key, Interval(0, 0)), parts, book.rule))
    return made


def _grouped(cells: Cells, keys: Keys, state: str) -> dict[str, Interval]:
    found: dict[str, list[Interval]] = {}
    for (*of, sex, age_group), numbers in cells.items():
        interval = numbers.state(state)
        if tuple(of) == keys and interval is not None:
            found.setdefault(ohchr_group(sex, age_group), []).append(interval)
    return {name: whole for name in OHCHR_GROUPS if (whole := added(found.get(name, ()))) is not None}


# SDG indicator 16.1.2

_SDG_BY = ("year", "sex", "age_group", "cause", "status")
_SDG_OWN: tuple[tuple[tuple[str, ...], str], ...] = (
    (("year",), TOTAL),
    (("year", "cause"), TOTAL),
    (("year", "status"), STATUS),
    (("year", "sex"), SEX_AGE),
    (("year", "age_group"), SEX_AGE),
    (("year", "sex", "age_group"), SEX_AGE),
)
"""Margins that a coarser grain has too, where their intervals are their own."""
_Measures = tuple[Interval | None, Interval | None, Interval | None]
"""Verified and pending together, verified alone, pending alone."""


def sdg(book: Book, actor: Actor, asked: Asked) -> Made:
    """Give the deaths of each year in the indicator's categories with every margin, and rates."""
    codes = SdgCodes(roll_up_of(asked))
    question = _question(asked, Outcome.KILLED.value)
    fine = _measures(book.cells(question, _SDG_BY, FINEST), _SDG_BY, codes)
    cube: dict[Keys, list[_Measures]] = {}
    for keys, measures in fine:
        for on in product((True, False), repeat=len(_SDG_BY) - 1):
            margin_keys = (
                keys[0],
                *(key if one else EVERYBODY for key, one in zip(keys[1:], on, strict=True)),
            )
            cube.setdefault(margin_keys, []).append(measures)
    table = {keys: _together(found) for keys, found in cube.items()}
    made = Made(SDG)
    for name in _SDG_BY:
        again = tuple(dict.fromkeys(("year", name)))
        answered = _measures(book.cells(question, again, FINEST), again, codes)
        made.sums += _margins(table, answered, again, book.rule)
    owns: dict[Keys, Interval] = {}
    for by, grain in _SDG_OWN:
        own = _measures(book.cells(question, by, grain), by, codes)
        made.sums += _margins(table, own, by, MEETS, " (its own interval)")
        for keys, (count, _, _) in own:
            place = _in_cube(keys, by)
            owns[place] = added((owns.get(place), count)) or Interval(0, 0)
    for keys in sorted(table, key=_sdg_order):
        count, verified, pending = table[keys]
        own_count = owns.get(keys)
        made.rows.append(
            (
                *(*keys, *ends(count), count is not None and count.open, *ends(own_count)),
                *(*ends(verified), *ends(pending), *_rate(asked, keys, own_count or count)),
            )
        )
    if asked.population is not None:
        made.sums += asked.population.sums()
    made.notes = (_roll_up_in_words(asked), *_rates_in_words(asked))
    return made


def _measures(cells: Cells, by: tuple[str, ...], codes: SdgCodes) -> list[tuple[Keys, _Measures]]:
    verified, pending = Verification.VERIFIED.value, Verification.PENDING.value
    return [
        (codes.of(keys, by), (one.interval, one.state(verified), one.state(pending)))
        for keys, one in cells.items()
        if one.interval is not None
    ]


def _together(found: Sequence[_Measures]) -> _Measures:
    count, verified, pending = (added(one[at] for one in found) for at in range(3))
    return count, verified, pending


def _margins(
    table: dict[Keys, _Measures],
    asked_again: Iterable[tuple[Keys, _Measures]],
    by: tuple[str, ...],
    rule: str,
    more: str = "",
) -> Iterator[Sum]:
    """Give for each margin the sum of what the facts answer for it: the cube is held against them."""
    answered: dict[Keys, list[Interval]] = {}
    for keys, (count, _, _) in asked_again:
        if count is not None:
            answered.setdefault(_in_cube(keys, by), []).append(count)
    shown = [
        keys
        for keys in table
        if all((key == EVERYBODY) == (name not in by) for key, name in zip(keys, _SDG_BY, strict=True))
    ]
    for place in sorted({*answered, *shown}):
        total = added(answered.get(place, ())) or Interval(0, 0)
        cells = table[place][0] if place in table else None
        parts = () if cells is None else (("cells", cells),)
        yield Sum(f"killed, {' '.join(place)}{more}", total, parts, rule)


def _in_cube(keys: Keys, by: tuple[str, ...]) -> Keys:
    said = dict(zip(by, keys, strict=True))
    return tuple(said.get(name, EVERYBODY) for name in _SDG_BY)


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
    """Give the children of a quarter by section and violation."""
    made = Made(MRM)
    quarter = asked.quarter or ""
    first, last = days_of(asked)
    day_after, day_before = day_beside(last, 1), day_beside(first, -1)
    verified = Verification.VERIFIED.value
    for outcome, violation in MRM_OUTCOMES.items():
        within = dataclasses.replace(_question(asked, outcome), age_group=CHILDREN)
        earlier = dataclasses.replace(
            within, start=None, end=day_before, verified_from=first, verified_to=last
        )
        asked_for = (
            ("verified", dataclasses.replace(within, verified_to=last), verified, ()),
            ("verified_after", dataclasses.replace(within, verified_from=day_after), verified, ()),
            ("pending_verification", within, Verification.PENDING.value, ()),
            ("unverified_contested", within, Verification.CONTESTED.value, ()),
            ("unverified_inconclusive", within, Verification.INCONCLUSIVE.value, ()),
            ("late_verified", earlier, verified, ("quarter",)),
        )
        quarters_parts: list[tuple[str, Interval]] = []
        for section, question, state, by in asked_for:
            cells = book.cells(question, (*by, "sex"), SEX_AGE)
            for keys, numbers in book.cells(question, by, SEX_AGE).items():
                total = numbers.state(state)
                if total is None:
                    continue
                tally = {
                    name: cells[(*keys, sex)].state(state)
                    for name, sex in TALLIES.items()
                    if (*keys, sex) in cells
                }
                parts = tuple((name, one) for name, one in tally.items() if one is not None)
                label = f"{violation}, {section} {''.join(keys)}".strip()
                made.sums.append(Sum(label, total, parts, book.rule))
                if section != "late_verified":
                    quarters_parts.append((section, total))
                said = numbers.states[state]
                made.rows.append(
                    (
                        *(quarter, section, violation, "".join(keys) or quarter),
                        *(end for name in TALLIES for end in ends(tally.get(name))),
                        *(*ends(total), said.open, said.incidents),
                    )
                )
        # A number that was verified on no day that is known would stand in no section: then this fails.
        whole = book.cells(within, (), SEX_AGE).get(())
        of_quarter = (whole.any_state if whole is not None else None) or Interval(0, 0)
        made.sums.append(
            Sum(f"{violation}, {quarter}, every section", of_quarter, tuple(quarters_parts), EQUAL)
        )
    made.notes = (f"The quarter is {quarter}, {first} to {last}.",)
    return made


def day_beside(day: str | None, by: int) -> str:
    """Give the day so many days after another, or before it."""
    return (date.fromisoformat(day or "") + timedelta(days=by)).isoformat()
