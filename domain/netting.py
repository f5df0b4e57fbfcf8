"""Netting: a parent's figure and its parts' figures, each person counted once (R7).

A campaign's "33 killed" and a site's "5 killed" are about some of the same persons. Two answers are made
of them, and a question uses one or the other, never both:

- the **whole**: the parent's own rows, raised to at least what its parts are known to hold;
- the **remainder**: what is left of the parent's own rows when the parts are counted where they belong,
  ``[max(0, low - sum of the parts' highs), max(0, high - sum of the parts' lows)]``, with low 0 beside an
  open part and open under an open parent.

Parent and parts describe persons as far as each could tell. A part's "4 killed" of unknown sex may be
among the parent's five women or not: so a part lowers the low of every row that its persons could stand in,
and the high only of a row where they surely do. The bounds hold whoever they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from domain.cells import Cell, in_words
from domain.figures import FactCell, Finding
from domain.placing import Table, description_of, may_share, plain
from domain.vocab import Basis, Grain, Verification

VERIFIED, PENDING = Verification.VERIFIED.value, Verification.PENDING.value
CONTESTED, INCONCLUSIVE = Verification.CONTESTED.value, Verification.INCONCLUSIVE.value
STRONGEST_FIRST = (VERIFIED, PENDING, CONTESTED, INCONCLUSIVE)
_GIVES_WAY = (PENDING, CONTESTED, INCONCLUSIVE, VERIFIED)
"""From which rows persons are taken whose state is not told: what is verified gives way last."""

_Taken = Mapping[str, int | None]
"""How many persons are taken, by verification state; None is without limit."""


@dataclass(frozen=True, slots=True)
class Clash:
    """The parts of a parent are known to hold more persons of a cell than the parent's figure allows."""

    grain: str
    cell: Cell
    parts_low: int
    own_high: int

    def finding(self) -> Finding:
        """Give the clash in words."""
        return Finding(
            "parts-exceed-parent",
            f"{in_words(self.cell)}: the assessed incidents below hold at least {self.parts_low} and this "
            f"one's own figure at most {self.own_high}. The whole is raised to {self.parts_low}; look at "
            "which of them is wrong.",
        )


@dataclass(frozen=True, slots=True)
class Whole:
    """The rows of a whole subtree, and where its parts contradict the parent."""

    rows: tuple[FactCell, ...]
    clashes: tuple[Clash, ...] = ()


def remainder(own: Sequence[FactCell], parts: Sequence[FactCell]) -> tuple[FactCell, ...]:
    """Give what is left of a parent's rows when its parts are counted where they belong (R7).

    ``parts`` are the rows of all its parts, one after the other. Rows have basis ``unallocated``. Within a
    description the parts' rows of the same verification state are taken off first, what they have in
    excess off pending rows, then off the others. No row of a finer grain keeps a higher high than the total.
    """
    left = _left(_tables(own), _tables(parts))
    found: list[FactCell] = []
    for (_, outcome), rows in left.items():
        most = _highest(left.get((Grain.TOTAL.value, outcome), ()))
        for row in rows:
            high = row.high if most is None else min(row.high, most)
            found.append(replace(row, low=min(row.low, high), high=high))
    return _merged(found, _nobody(own))


def whole(own: Sequence[FactCell], parts: Sequence[FactCell]) -> Whole:
    """Give the rows of the subtree that a parent and its parts make (R7), for a question that holds it.

    They are the parent's own rows, raised to at least the sum of the parts' lows. What a part describes and
    the parent does not, persons of its wider rows, comes out of these: "two women among 33" when a part
    names two. A part's persons who may stand in a row that the parent has are not described twice. As many
    stay verified as the parts have verified. An outcome of which the parent has no row at all is the
    sum of its parts.
    """
    theirs, mine = _tables(parts), _tables(own)
    spoken = {outcome for _, outcome in mine}
    found: list[FactCell] = []
    clashes: list[Clash] = []
    for (grain, outcome), table in theirs.items():
        if outcome not in spoken:
            found.extend(row for rows in table.values() for row in rows)
            continue
        raised, named = _raised(grain, mine.get((grain, outcome), {}), table)
        found.extend(raised)
        clashes.extend(named)
    found.extend(row for row in own if (row.grain, row.outcome) not in theirs)
    return Whole(_merged(found, _nobody((*own, *parts))), tuple(_widest(clashes)))


def together(rows: Iterable[FactCell]) -> tuple[FactCell, ...]:
    """Give rows of several incidents, those of one description, state and basis added."""
    found = list(rows)
    return _merged(found, _nobody(found))


def _wider(one: Cell, other: Cell) -> bool:
    """Tell whether the first says less of the same persons than the second."""
    return one != other and plain(one) != plain(other) and plain(one).holds(plain(other))


def _tables(rows: Iterable[FactCell]) -> dict[tuple[str, str], Table]:
    tables: dict[tuple[str, str], Table] = {}
    for row in rows:
        tables.setdefault((row.grain, row.outcome), {}).setdefault(description_of(row), []).append(row)
    return tables


def _left(
    own: dict[tuple[str, str], Table], parts: dict[tuple[str, str], Table]
) -> dict[tuple[str, str], list[FactCell]]:
    """Give what is left of the rows of each grain and outcome."""
    left: dict[tuple[str, str], list[FactCell]] = {}
    for key, table in own.items():
        theirs = parts.get(key, {})
        lows: dict[Cell, dict[str, int | None]] = {cell: {} for cell in table}
        highs: dict[Cell, dict[str, int | None]] = {cell: {} for cell in table}
        for cell, rows in theirs.items():
            possible = [one for one in table if may_share(one, cell) and _any(table[one])]
            for row in rows:
                # Persons whom no row of the parent describes are among them all the same.
                for one in possible or table:
                    _add(lows[one], row.verification, None if row.open else row.high)
                if len(possible) == 1:
                    _add(highs[possible[0]], row.verification, row.low)
        left[key] = [row for cell, rows in table.items() for row in _taken_off(rows, lows[cell], highs[cell])]
    return left


def _add(amounts: dict[str, int | None], state: str, more: int | None) -> None:
    before = amounts.get(state, 0)
    amounts[state] = None if before is None or more is None else before + more


def _any(rows: Iterable[FactCell]) -> bool:
    return any(row.high or row.open for row in rows)


def _highest(rows: Iterable[FactCell]) -> int | None:
    """Give the most persons that rows can hold together, None where more is possible or no row says."""
    held = list(rows)
    return None if not held or any(row.open for row in held) else sum(row.high for row in held)


def _taken_off(rows: Sequence[FactCell], lows: _Taken, highs: _Taken) -> list[FactCell]:
    """Take persons out of the rows of one description, as unallocated rows where anybody is taken."""
    ordered = sorted(rows, key=lambda row: row.basis != Basis.RESIDUAL)
    low = _less(ordered, [row.low for row in ordered], lows)
    high = _less(ordered, [row.high for row in ordered], highs)
    return [
        replace(row, low=low[i], high=high[i], best=None, basis=Basis.UNALLOCATED.value)
        for i, row in enumerate(ordered)
    ]


def _less(rows: Sequence[FactCell], numbers: list[int], taken: _Taken) -> list[int]:
    """Take persons off the numbers of rows: off rows of the same state first, then as states give way."""
    left = list(numbers)
    beyond: int | None = 0
    for state, amount in taken.items():
        excess = _off(rows, left, state, amount)
        beyond = None if beyond is None or excess is None else beyond + excess
    for state in _GIVES_WAY:
        beyond = _off(rows, left, state, beyond)
    return left


def _off(rows: Sequence[FactCell], left: list[int], state: str, amount: int | None) -> int | None:
    for i, row in enumerate(rows):
        if row.verification == state:
            step = left[i] if amount is None else min(left[i], amount)
            left[i] -= step
            amount = None if amount is None else amount - step
    return amount


def _raised(grain: str, own: Table, parts: Table) -> tuple[list[FactCell], list[Clash]]:
    """Give the own rows of one grain and outcome raised to what the parts hold, and the clashes."""
    table = {cell: list(rows) for cell, rows in own.items()}
    said = {cell: sum(row.low for row in rows) for cell, rows in parts.items()}
    within = {cell: [one for one in said if _wider(cell, one)] for cell in said}
    beyond: dict[Cell, int] = {}
    clashes: list[Clash] = []
    # The narrowest first: whom it puts out of the parent's narrow rows stands among the wider part's persons.
    for cell in sorted(said, key=lambda one: len(within[one])):
        # As many of the parts' persons as the parent's other rows could hold may be described there.
        known = said[cell] + sum(said[one] - beyond[one] for one in within[cell])
        beside = [one for one in own if one != cell and may_share(one, cell) and not _wider(one, cell)]
        room = _room(row for one in beside for row in own[one])
        need = 0 if room is None else max(0, known - room)
        mine = own.get(cell, [])
        held = _room(mine)
        beyond[cell] = 0 if held is None else max(0, need - held)
        up = max(0, need - beyond[cell] - sum(row.low for row in mine))
        if not beyond[cell] and not up:
            continue
        wider = [one for one in own if _wider(one, cell) and _any(table[one])]
        source = _taken_from(table, wider, beyond[cell], beyond[cell] + up)
        table[cell] = _more(table.get(cell, []), source, grain, cell, beyond[cell], beyond[cell] + up)
        room = _room(row for one in wider for row in own[one])
        if room is not None and beyond[cell] > room:
            most = (held or 0) + room + sum(row.high for one in beside for row in own[one])
            clashes.append(Clash(grain, cell, known, most))
    rows = [row for cell, alike in table.items() for row in _as_sure(alike, parts.get(cell, []))]
    return rows, clashes


def _room(rows: Iterable[FactCell]) -> int | None:
    """Give how many persons rows can hold at most; None where an open one holds any number."""
    held = list(rows)
    return None if any(row.open for row in held) else sum(row.high for row in held)


def _taken_from(table: Table, wider: Sequence[Cell], surely: int, perhaps: int) -> str:
    """Take persons out of the wider rows and give the state they had there.

    ``surely`` so many left them, ``perhaps`` so many. Out of which of several is not known: then none is
    surely smaller.
    """
    state = PENDING
    for cell in wider:
        rows = sorted(
            table[cell],
            key=lambda row: (_GIVES_WAY.index(row.verification), row.basis != Basis.RESIDUAL),
        )
        state = rows[0].verification
        low = _less(rows, [row.low for row in rows], {state: perhaps})
        high = _less(rows, [row.high for row in rows], {state: surely if len(wider) == 1 else 0})
        table[cell] = [replace(row, low=low[i], high=high[i], best=None) for i, row in enumerate(rows)]
    return state


def _more(
    rows: Sequence[FactCell], state: str, grain: str, cell: Cell, surely: int, perhaps: int
) -> list[FactCell]:
    """Put persons into the rows of a description, the most pending of them, or into a new row."""
    if not rows:
        age = cell.age
        new = FactCell(
            grain,
            cell.outcome,
            cell.status,
            cell.sex,
            None if age is None else age.low,
            None if age is None else age.high,
            state,
            Basis.STATED.value,
            perhaps,
            max(surely, perhaps),
            False,
        )
        return [new]
    first, *others = sorted(rows, key=lambda row: _GIVES_WAY.index(row.verification))
    room = sum(row.high - row.low for row in rows)
    # Where the rows differ in state, whose low rises is not told: the first one's, and its high with it.
    high = first.high + surely if room >= perhaps - surely and not others else first.high + perhaps
    low = first.low + perhaps
    return [replace(first, low=low, high=max(high, low), best=None), *others]


def _as_sure(rows: Sequence[FactCell], parts: Sequence[FactCell]) -> list[FactCell]:
    """Give the rows of one description with as many verified, pending and contested as the parts have."""
    found = list(rows)
    for place, state in enumerate(STRONGEST_FIRST[:-1]):
        strong = STRONGEST_FIRST[: place + 1]
        missing = sum(row.low for row in parts if row.verification in strong) - sum(
            row.low for row in found if row.verification in strong
        )
        for model in (row for row in parts if row.verification == state):
            found, moved = _moved(found, model, min(missing, model.low))
            missing -= moved
    return found


def _moved(rows: Sequence[FactCell], model: FactCell, count: int) -> tuple[list[FactCell], int]:
    """Move known persons out of weaker rows into one of the model's state, and say how many they were."""
    weaker = STRONGEST_FIRST[STRONGEST_FIRST.index(model.verification) + 1 :]
    left: list[FactCell] = []
    wanted = max(0, count)
    basis = model.basis
    for row in sorted(rows, key=lambda row: STRONGEST_FIRST.index(row.verification)):
        step = min(wanted, row.low) if row.verification in weaker else 0
        if step:
            wanted -= step
            basis = row.basis
            left.append(replace(row, low=row.low - step, high=row.high - step, best=None))
        else:
            left.append(row)
    moved = max(0, count) - wanted
    if moved:
        left.append(replace(model, low=moved, high=moved, open=False, best=None, basis=basis))
    return left, moved


_Key = tuple[str | int | bool | None, ...]


def _key(row: FactCell) -> _Key:
    return (*_which(row), row.basis, row.verification, row.verified_on, row.late)


def _which(row: FactCell) -> _Key:
    return (row.grain, row.outcome, row.status, row.sex, row.age_low, row.age_high)


def _nobody(rows: Iterable[FactCell]) -> frozenset[_Key]:
    """Give the descriptions of which nobody was reported: a fact, and not what a split left."""
    return frozenset(_which(row) for row in rows if row.high == 0 and not row.open)


def _merged(rows: Iterable[FactCell], reported_none: frozenset[_Key]) -> tuple[FactCell, ...]:
    """Give the rows that make facts, those of one description, state and basis added together."""
    merged: dict[_Key, FactCell] = {}
    for row in rows:
        if row.high == 0 and not row.open and _which(row) not in reported_none:
            continue
        before = merged.get(_key(row))
        merged[_key(row)] = row if before is None else _together(before, row)
    return tuple(merged.values())


def _together(one: FactCell, other: FactCell) -> FactCell:
    low, high = one.low + other.low, one.high + other.high
    return replace(one, low=low, high=high, open=one.open or other.open, best=None)


def _widest(clashes: Iterable[Clash]) -> list[Clash]:
    """Keep of the clashes those that no clash of a wider cell, the total's first, explains."""
    found = list(clashes)
    totals = {one.cell.outcome for one in found if one.grain == Grain.TOTAL}
    return [one for one in found if one.grain == Grain.TOTAL or one.cell.outcome not in totals]
