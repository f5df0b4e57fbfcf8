"""Booking: from a policy's figures to rows that count every person once.

The figures of one answer overlap: 33 killed, 18 of them civilians, five of these women. A *partition*
puts each person into one row, in the tightest description stated, and what is left of a larger
figure stays as a row of its own whose further description is unknown (the ten civilians who are
neither among the women nor the children are "of unknown sex and age", not men). There is one
partition for each grain, because a person whose sex is known and whose status is not can
stand in one table and not in the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from domain.cells import ANY_AGE, Cell
from domain.errors import Invalid
from domain.figures import Booked, FactCell
from domain.vocab import Basis, Grain, Outcome, Sex, Status, Verification

DIMENSIONS: dict[str, frozenset[str]] = {
    Grain.TOTAL.value: frozenset(),
    Grain.STATUS.value: frozenset({"status"}),
    Grain.SEX_AGE.value: frozenset({"sex", "age"}),
    Grain.STATUS_SEX_AGE.value: frozenset({"status", "sex", "age"}),
}
"""The dimensions that each grain is broken down by, beside the outcome."""

UNKNOWN = "unknown"
_Key = tuple[str | None, str | None, int | None, int | None, str]
"""What tells rows of one grain apart: status, sex, both ages, basis."""
_Numbers = tuple[int, int, bool, int | None]
"""What a row counts: low, high, whether it is open, best."""
_STATED, _LISTED, _RESIDUAL = Basis.STATED.value, Basis.LISTED.value, Basis.RESIDUAL.value
_OUTCOMES = {code: place for place, code in enumerate(Outcome.codes())}
_STATUSES = {code: place for place, code in enumerate(Status.codes())}
_SEXES = {code: place for place, code in enumerate(Sex.codes())}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A figure that could not be booked at a grain, for it overlaps the booked ``crosses`` in part."""

    grain: str
    figure: Booked
    crosses: Booked


@dataclass(frozen=True, slots=True)
class Booking:
    """Rows that partition the persons of an answer, and the figures that found no place among them."""

    cells: tuple[FactCell, ...]
    left_out: tuple[LeftOut, ...] = ()


@dataclass(slots=True, eq=False)
class _Node:
    """A figure with what follows from the others: its description, its holders, whether it is open."""

    figure: Booked
    cell: Cell
    declared: tuple[int, ...]
    rank: int = 0
    open: bool = False
    holders: frozenset[int] = frozenset()
    beside: frozenset[int] = frozenset()


def dimensions(cell: Cell) -> frozenset[str]:
    """Give the names of the dimensions, beside the outcome, that a cell is broken down by."""
    return frozenset(
        name
        for name, said in (("status", cell.status), ("sex", cell.sex), ("age", cell.age))
        if said is not None
    )


def holds(whole: Cell, part: Cell) -> bool:
    """Tell whether all persons of one cell are persons of the other, with unknown as a category.

    The whole line of ages is the category *age not known*: a person of 34 is not one of unknown age,
    although the interval holds 34, just as a woman is not of unknown sex.
    """
    if whole.age == ANY_AGE and part.age != ANY_AGE:
        return False
    return whole.holds(part)


def partition(booked: Sequence[Booked], grain: str) -> Booking:
    """Give the rows of one grain for the booked figures of one policy answer, all outcomes mixed.

    A figure enters when its own cell speaks of no dimension outside the grain or it counts listed persons;
    any other enters when nothing that entered holds its persons or it tells more of them in the
    grain's own dimensions. What enters is described
    without the dimensions outside the grain. Of a figure with
    parts, the rest is booked: ``[max(0, low - sum of the parts' highs), max(0, high - sum of the
    parts' lows)]``, on the numbers said (section 3 of the methodology, and R7 for the arithmetic). A
    part of an open figure is open. Two figures that overlap in part cannot both stand in a partition:
    the one with the larger low does, stated before listed; figures said to be in addition to each other
    (``beside``) overlap in nobody, whatever their cells. At grain ``total`` there is one row an
    outcome: the total where one is known, else the sum of what is known. A figure's ``best`` goes with it:
    the rest has the whole's less its parts', rows added together have the sum, where each has one.

    ``verification`` of the rows is ``pending``; ``assessing`` sets it. The order of ``booked`` does not
    matter, beyond the indices of ``parent`` and ``beside``.

    Raises Invalid when a ``parent`` or ``beside`` is not an index of the list or parents form a ring.
    """
    return _book(_read(booked), grain)


def partitions(booked: Sequence[Booked]) -> Booking:
    """Give the rows of all four grains; see ``partition``. Sums never cross grains."""
    outcomes = _read(booked)
    each = [_book(outcomes, grain) for grain in DIMENSIONS]
    return Booking(
        tuple(cell for booking in each for cell in booking.cells),
        tuple(figure for booking in each for figure in booking.left_out),
    )


def _read(booked: Sequence[Booked]) -> list[list[_Node]]:
    """Give the nodes of each outcome, holders before what they hold."""
    effective, declared = described(booked)
    raised = [figure.low for figure in booked]
    for index, chain in enumerate(declared):
        for above in chain:
            raised[above] = max(raised[above], booked[index].low)
    outcomes: dict[str, list[int]] = {}
    for index, figure in enumerate(booked):
        outcomes.setdefault(figure.cell.outcome, []).append(index)
    found = []
    for outcome in sorted(outcomes, key=lambda code: _OUTCOMES.get(code, len(_OUTCOMES))):
        members = sorted(
            outcomes[outcome],
            key=lambda index: (
                _place(effective[index]),
                # Of figures of one cell the larger holds the smaller, but none its declared parent.
                -raised[index],
                len(declared[index]),
                _preference(booked[index]),
                [_preference(booked[above]) for above in declared[index]],
            ),
        )
        found.append(_related([_Node(booked[i], effective[i], declared[i]) for i in members], members))
    return found


def described(booked: Sequence[Booked]) -> tuple[list[Cell], list[tuple[int, ...]]]:
    """Give each figure's own description joined with its parents', and the chain of its parents.

    A parent that excludes its part, such as civilians said to be among the soldiers, is no parent
    here: coherence names such a clash (R9), and booking must not describe a person as both.
    """
    effective: list[Cell | None] = [None] * len(booked)
    declared: list[tuple[int, ...]] = [()] * len(booked)
    if any(not 0 <= other < len(booked) for figure in booked for other in figure.beside):
        raise Invalid("A booked figure stands beside one that is not there.", code="unknown-parent")
    for start in range(len(booked)):
        walk: list[int] = []
        here: int | None = start
        while here is not None and effective[here] is None:
            if here in walk:
                raise Invalid("Booked figures lie within each other in a ring.", code="circular-relation")
            walk.append(here)
            here = booked[here].parent
            if here is not None and not 0 <= here < len(booked):
                raise Invalid("A booked figure names a parent that is not there.", code="unknown-parent")
        for index in reversed(walk):
            cell, parent = booked[index].cell, booked[index].parent
            above = None if parent is None else effective[parent]
            joined = None if above is None else cell.meet(above)
            effective[index] = cell if joined is None else joined
            if parent is not None and joined is not None:
                declared[index] = (parent, *declared[parent])
    return [cell for cell in effective if cell is not None], declared


def _place(cell: Cell) -> tuple[int, int, int, int, int]:
    """Give a key that puts every cell behind all cells which hold it, the same for every input order."""
    depth = 0 if cell.status is None else len(Status.lineage(cell.status))
    width = 0 if cell.age is None else 1000 - (cell.age.top - cell.age.low)
    return (
        depth * 1000 + (1000 if cell.sex is not None else 0) + width,
        _STATUSES.get(cell.status or "", -1),
        _SEXES.get(cell.sex or "", -1),
        -1 if cell.age is None else cell.age.low,
        -1 if cell.age is None else cell.age.top,
    )


def _preference(figure: Booked) -> tuple[int, bool, int, bool, tuple[int, ...], tuple[str, ...], str]:
    """Give the order in which figures that overlap in part are kept: larger low, then stated."""
    return (
        -figure.low,
        figure.basis != _STATED,
        -figure.high,
        not figure.open,
        _place(figure.cell),
        figure.claims,
        figure.basis,
    )


def _related(nodes: list[_Node], members: list[int]) -> list[_Node]:
    """Fill in who holds whom and what is open; ``members`` are the nodes' indices in the input."""
    ranks = {index: rank for rank, index in enumerate(members)}
    # Listed persons are each counted in one cell, so a list's cells are disjoint whatever they
    # describe ("18 or older" beside "34"), and they lie only within what they declare.
    spoken = [rank for rank, node in enumerate(nodes) if node.figure.basis != _LISTED]
    beside = _beside(nodes, ranks)
    for rank, node in enumerate(nodes):
        node.rank = rank
        node.beside = frozenset(beside.get(rank, ()))
        above = {ranks[index] for index in node.declared if index in ranks}
        above.update(other for other in spoken if other < rank and holds(nodes[other].cell, node.cell))
        above -= node.beside
        node.holders = frozenset(above)
        node.open = node.figure.open or any(nodes[other].open for other in above)
    return nodes


def _beside(nodes: list[_Node], ranks: dict[int, int]) -> dict[int, set[int]]:
    """Give for each rank those it shares nobody with, the declared parts of both sides included.

    A figure declared to lie within the other, or a part declared of both, is not beside it.
    """
    lineages = [{ranks[index] for index in node.declared if index in ranks} for node in nodes]
    found: dict[int, set[int]] = {}
    for rank, node in enumerate(nodes):
        for index in node.figure.beside:
            if index not in ranks or ranks[index] == rank:
                continue
            sides = [
                {one for one, above in enumerate(lineages) if one == side or side in above}
                for side in (rank, ranks[index])
            ]
            if sides[0] & sides[1]:
                continue
            for one in sides[0]:
                for other in sides[1]:
                    found.setdefault(one, set()).add(other)
                    found.setdefault(other, set()).add(one)
    return found


def _crosses(one: _Node, other: _Node) -> bool:
    if one.rank in other.holders or other.rank in one.holders or other.rank in one.beside:
        return False
    ages = (one.cell.age, other.cell.age)
    if None not in ages and ANY_AGE in ages and ages[0] != ages[1]:
        return False
    return one.cell.meet(other.cell) is not None


def _keep(pool: Iterable[_Node]) -> tuple[dict[int, _Node], list[tuple[_Node, _Node]]]:
    """Give the nodes that can stand together, by rank, and the others each with what it crosses."""
    kept: list[_Node] = []
    spoken: list[_Node] = []
    left: list[tuple[_Node, _Node]] = []
    for node in sorted(pool, key=lambda node: (_preference(node.figure), node.rank)):
        listed = node.figure.basis == _LISTED
        crossed = next((other for other in (spoken if listed else kept) if _crosses(node, other)), None)
        if crossed is not None:
            left.append((node, crossed))
            continue
        kept.append(node)
        if not listed:
            spoken.append(node)
    return {node.rank: node for node in sorted(kept, key=lambda node: node.rank)}, left


def _enter(nodes: list[_Node], within: frozenset[str]) -> tuple[dict[int, _Node], list[tuple[_Node, _Node]]]:
    """Give the nodes that stand at a grain, and those left out: everybody known stands somewhere."""
    pool: list[_Node] = []
    others: list[_Node] = []
    for node in nodes:
        # The cells of a list are disjoint, so they may be added over any dimension.
        speaks = node.figure.basis == _LISTED or dimensions(node.figure.cell) <= within
        (pool if speaks else others).append(node)
    while True:
        kept, left = _keep(pool)
        missing = {node.rank: node for node in others if _is_missing(node, kept, within)}
        entering = [node for node in missing.values() if missing.keys().isdisjoint(node.holders)]
        if not entering:
            return kept, left
        pool = [*pool, *entering]
        others = [node for node in others if node not in entering]


def _is_missing(node: _Node, kept: dict[int, _Node], within: frozenset[str]) -> bool:
    """Tell whether what a figure says would be lost at a grain by leaving it out.

    It would when nobody who stands there holds its persons, and when it tells more of them than its
    holders do: "5 civilian women" of 33 killed are five women by sex and age, not five unknown.
    """
    holders = [kept[rank] for rank in node.holders & kept.keys()]
    if not holders:
        return True
    own = dimensions(node.figure.cell) & within
    return bool(own) and all(_seen(node, within) != _seen(holder, within) for holder in holders)


def _seen(node: _Node, within: frozenset[str]) -> tuple[object, ...]:
    cell = node.cell
    values = (("status", cell.status), ("sex", cell.sex), ("age", cell.age))
    return tuple(value if name in within else None for name, value in values)


def _book(outcomes: list[list[_Node]], grain: str) -> Booking:
    if grain not in DIMENSIONS:
        raise Invalid("There is no such grain.", code="unknown-code")
    cells: list[FactCell] = []
    left_out: list[LeftOut] = []
    for nodes in outcomes:
        kept, left = _enter(nodes, DIMENSIONS[grain])
        left_out.extend(LeftOut(grain, node.figure, crossed.figure) for node, crossed in left)
        parts: dict[int, list[_Node]] = {rank: [] for rank in kept}
        whole: list[_Node] = []
        for node in kept.values():
            # What holds a figure and stands beside it is nested too, so the last is the tightest.
            above = max(node.holders & kept.keys(), default=None)
            (whole if above is None else parts[above]).append(node)
        if grain == Grain.TOTAL:
            cells.extend(_sum_up(whole))
        else:
            cells.extend(_lay_out(grain, [(node, parts[node.rank]) for node in kept.values()]))
    return Booking(tuple(cells), tuple(left_out))


def _sum_up(whole: list[_Node]) -> list[FactCell]:
    """Give the one row of the total: its own numbers, or the sum where only parts are known."""
    bases = {node.figure.basis for node in whole}
    row = FactCell(
        grain=Grain.TOTAL.value,
        outcome=whole[0].cell.outcome,
        status=None,
        sex=None,
        age_low=None,
        age_high=None,
        verification=Verification.PENDING.value,
        basis=bases.pop() if len(bases) == 1 else _STATED,
        low=sum(node.figure.low for node in whole),
        high=sum(node.figure.high for node in whole),
        open=any(node.open for node in whole),
        best=_all_best(node.figure.best for node in whole),
    )
    return [row]


def _all_best(numbers: Iterable[int | None]) -> int | None:
    """Give the sum of best estimates, None unless each is given: a sum of some of them is no best of all."""
    given = list(numbers)
    known = [one for one in given if one is not None]
    return sum(known) if given and len(known) == len(given) else None


def _best_of_rest(whole: int | None, parts: Iterable[int | None]) -> int | None:
    """Give the best estimate of what the parts leave of a whole; None where it would be below nobody."""
    taken = _all_best(parts)
    return None if whole is None or taken is None or taken > whole else whole - taken


def _lay_out(grain: str, forest: list[tuple[_Node, list[_Node]]]) -> list[FactCell]:
    """Give a row for each leaf and each rest, those of one description and basis added together."""
    within = DIMENSIONS[grain]
    rows: dict[_Key, _Numbers] = {}
    # A part that is said to be more than its whole takes as many from what is around the whole.
    numbers: dict[int, tuple[int, int]] = {}
    for node, parts in reversed(forest):
        least = sum(numbers[part.rank][0] for part in parts)
        numbers[node.rank] = max(node.figure.low, least), max(node.figure.high, least)
    for node, parts in forest:
        figure = node.figure
        low, high, basis, best = figure.low, figure.high, figure.basis, figure.best
        if parts:
            best = _best_of_rest(best, [part.figure.best for part in parts])
            low = max(0, low - sum(numbers[part.rank][1] for part in parts))
            high = max(0, high - sum(numbers[part.rank][0] for part in parts))
            basis = _RESIDUAL
            if high == 0:
                # More may be possible under an open figure, but its parts are open for it already.
                continue
        status = (node.cell.status or UNKNOWN) if "status" in within else None
        sex = (node.cell.sex or UNKNOWN) if "sex" in within else None
        age = (node.cell.age or ANY_AGE) if "age" in within else None
        key = (status, sex, None if age is None else age.low, None if age is None else age.high, basis)
        before = rows.get(key, (0, 0, False, 0))
        rows[key] = (
            before[0] + low,
            before[1] + high,
            before[2] or node.open,
            _all_best([before[3], best]),
        )
    outcome = forest[0][0].cell.outcome
    return [
        FactCell(grain, outcome, status, sex, age_low, age_high, Verification.PENDING.value, basis, *numbers)
        for (status, sex, age_low, age_high, basis), numbers in sorted(rows.items(), key=_shown)
    ]


def _shown(row: tuple[_Key, _Numbers]) -> tuple[int, int, int, int, str]:
    status, sex, age_low, age_high, basis = row[0]
    return (
        _STATUSES.get(status or "", -1),
        _SEXES.get(sex or "", -1),
        -1 if age_low is None else age_low,
        1000 if age_high is None else age_high,
        basis,
    )
