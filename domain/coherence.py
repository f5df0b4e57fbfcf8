"""Can the figures of one claim all hold, and what do they say about a cell? (record, rules R3 and R9)

A figure's region is the set of persons it can count (``domain.descriptions``). The interval *said* of a
count is ``[low, high]``; *widened*, an open one has no upper bound. Figures hold together when whole
numbers of persons, one for each kind, bring every region's sum into its interval (``domain.feasibility``).
Clashes are sought on widened intervals; readings of unclear relations rest on the numbers said.

Exact for nested figures and for up to ``CROSSING`` crossing ones (neither nested nor disjoint). Beyond, a
clash is still never false, and bounds are safe outer ones, marked ``outer``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations, islice, product

from domain.cells import Cell
from domain.descriptions import (
    INSIDE,
    Link,
    links_of,
    listed,
    regions_of,
    resolved,
    taking_part,
    unknown_age,
)
from domain.feasibility import clashing, least, most, solve
from domain.figures import Figure, Finding
from domain.vocab import Relation, Status

CROSSING = 12
"""Up to how many crossing figures the answers are exact."""

MOST_CHOICES = 4_096
"""How many ways to read a list's unclear figures are tried; beyond, nothing is proposed."""

MOST_ALTERNATIVES = 15
"""How many alternatives to a proposal are listed."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """``[low, high]`` for a cell if the unknown were known; ``high`` None is unbounded.

    ``open``: a figure that touches the cell says that more is possible. ``outer``: the true bounds lie
    within these, which are safe but perhaps not tight.
    """

    low: int
    high: int | None
    open: bool
    outer: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to read unclear figures: for each key the figure it lies inside, None for beside them all."""

    places: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What arithmetic proposes for the unclear figures of one list; a person confirms or changes it.

    ``choice`` None: there are too many ways to try, nothing is proposed. ``alternatives`` also fit the
    numbers said, in order of preference, at most ``MOST_ALTERNATIVES``.
    """

    keys: tuple[str, ...]
    choice: Choice | None
    reason: str
    alternatives: tuple[Choice, ...] = ()


def clash(figures: Sequence[Figure], *, crossing: int = CROSSING) -> tuple[str, ...] | None:
    """Give the keys of figures that cannot all hold, none of them to spare; None when all can (R9).

    Counts are widened first, so "at least 33" clashes with nothing larger. Leaving a figure out means
    leaving out its number: the relations of the others to it stay. ``figures`` are one claim's, keys
    unique; relations that point nowhere are passed over (``check`` names them).
    """
    part = taking_part(resolved(figures)[0])
    regions = regions_of(part, links_of(part))
    if regions is None:
        return None
    found = clashing(regions.rows(widened=True), exact=regions.exact(crossing))
    return None if found is None else tuple(regions.figures[i].key for i in found)


def said_otherwise(figures: Sequence[Figure]) -> Finding | None:
    """Find two figures of one claim that count exactly the same persons and cannot both hold (R9).

    "3,486 killed" and "3,586 names" of one statement are not the ends of a range: one of them is a slip, and
    a person has to say which. Bounds that a source states apart ("at least", "at most") are left to the
    policy; figures that stand in a relation, groups and a party's members count other persons.
    """
    counted = [
        (one, one.count)
        for one in figures
        if one.count is not None and not one.count.open and one.relation == one.group == one.party is None
    ]
    for (one, count), (other, otherwise) in combinations(counted, 2):
        if one.cell == other.cell and (count.high < otherwise.low or otherwise.high < count.low):
            detail = f"'{one.key}' counts {_number(one)} and '{other.key}' counts {_number(other)}."
            return Finding("clash", detail, (one.key, other.key))
    return None


def possible(figures: Sequence[Figure], cell: Cell, *, crossing: int = CROSSING) -> Bounds | None:
    """Give the bounds of a cell if the unknown were known (record, section 3); None when figures clash.

    ``low`` is the least number of persons identified as what the cell says; ``high`` the greatest number
    of those who could be: in each dimension in the cell, or not told finely enough to be outside. They
    rest on the numbers said where these hold together, else on the widened ones.
    """
    part = taking_part(resolved(figures)[0])
    regions = regions_of(part, links_of(part), cell)
    if regions is None:
        inside = [f for f in part if f.count is not None and cell.holds(f.cell)]
        named = cell.age is None or not unknown_age(cell.age)
        low = max((f.count.low for f in inside if f.count is not None), default=0) if named else 0
        return Bounds(low, None, any(f.count is not None and f.count.open for f in part), True)
    exact = regions.exact(crossing)
    rows = regions.rows(widened=False)
    if solve(rows, exact=exact).holds is False:
        rows = regions.rows(widened=True)
        if solve(rows, exact=exact).holds is False:
            return None
    low_end = least(rows, regions.surely, exact=exact)
    high_end = most(rows, regions.perhaps, exact=exact)
    touching = zip(regions.figures, regions.regions, strict=True)
    more = any(f.count is not None and f.count.open and r & regions.perhaps for f, r in touching)
    proven = exact and low_end.proven and high_end.proven
    return Bounds(low_end.value or 0, high_end.value, more, not proven)


def readings(figures: Sequence[Figure]) -> tuple[Reading, ...]:
    """Give a proposal for each list whose unclear figures cannot be separate persons (R3, R9).

    Figures that are ``unclear`` in relation to the same figure, or to none, stand in one list with the
    figures included in it. Read to the letter, a list's items are separate. Where the numbers said leave
    no room for that, each unclear figure is tried inside its siblings whose cell meets its own, and
    beside them; what fits is offered: none beside before some, all in one sibling before several,
    civilians before others. A list that fits to the letter, or in no way at all, gives no reading.
    """
    part = taking_part(resolved(figures)[0])
    keys = {figure.key for figure in part}
    lists: dict[str | None, list[Figure]] = {}
    for figure in part:
        if figure.relation == Relation.UNCLEAR and figure.count is not None:
            parent = figure.relation_to if figure.relation_to in keys else _total(part, figure)
            lists.setdefault(parent, []).append(figure)
    found = []
    for parent, unclear in lists.items():
        reading = _reading(part, parent, unclear)
        if reading is not None:
            found.append(reading)
    return tuple(found)


def apply_reading(figures: Sequence[Figure], choice: Choice) -> tuple[Figure, ...]:
    """Give the figures with a choice's places stored as ``assumed_subset`` of the figure they lie inside.

    What the choice leaves beside its siblings stays ``unclear``: it stands beside several figures at
    once, which one relation cannot say.
    """
    places = dict(choice.places)
    relation = Relation.ASSUMED_SUBSET.value
    return tuple(
        replace(figure, relation=relation, relation_to=to)
        if (to := places.get(figure.key)) is not None
        else figure
        for figure in figures
    )


def check(figures: Sequence[Figure], *, crossing: int = CROSSING) -> tuple[Finding, ...]:
    """Give what a person should look at in one claim's figures; the claim is stored all the same (R9).

    Codes: ``unknown-relation``, ``cyclic-relation``, ``group-exceeds``, ``clash``, ``unclear-reading``.
    """
    sound, findings = resolved(figures)
    found = [*findings, *_exceeding_groups(sound)]
    keys = clash(sound, crossing=crossing)
    if keys is not None:
        found.append(Finding("clash", _clash_in_words(sound, keys), keys))
    found += [Finding("unclear-reading", reading.reason, reading.keys) for reading in readings(sound)]
    return tuple(found)


# --- readings of unclear lists ----------------------------------------------------------------------


def _total(figures: Sequence[Figure], unclear: Figure) -> str | None:
    """Give the figure that holds everything else in a list which names no figure of its own, if any."""
    level = [f for f in figures if f.relation_to is None and f.cell.outcome == unclear.cell.outcome]
    for total in level:
        others = [f for f in level if f is not total]
        if total.relation is None and all(total.cell.holds(f.cell) and f.cell != total.cell for f in others):
            return total.key
    return None


def _siblings(figures: Sequence[Figure], parent: str | None) -> list[Figure]:
    """Give the other figures of an unclear one's list: what its whole is said or seen to be made of."""
    whole = next((f.cell for f in figures if f.key == parent), None)
    members: list[Figure] = []
    for figure in figures:
        if figure.key == parent or figure.relation == Relation.UNCLEAR:
            continue
        if figure.relation in INSIDE:
            belongs = parent is not None and figure.relation_to == parent
        elif figure.relation == Relation.IN_ADDITION_TO:
            belongs = any(m.key == figure.relation_to for m in members)
        else:
            belongs = whole is None or (whole.holds(figure.cell) and whole != figure.cell)
        if belongs:
            members.append(figure)
    return members


def _reading(figures: Sequence[Figure], parent: str | None, unclear: Sequence[Figure]) -> Reading | None:
    siblings = _siblings(figures, parent)
    keys = tuple(figure.key for figure in unclear)
    beside_all = Choice(tuple((key, None) for key in keys))
    too_many = f"There are too many ways for {listed(keys)} to lie inside or beside others to propose one."
    to_the_letter = _fits(figures, parent, siblings, beside_all)
    if to_the_letter is None:
        return Reading(keys, None, too_many)
    if to_the_letter:
        return None
    options: list[list[str | None]] = []
    for figure in unclear:
        inside: list[str | None] = [s.key for s in siblings if s.cell.meet(figure.cell) is not None]
        inside += [u.key for u in unclear if u.cell != figure.cell and u.cell.holds(figure.cell)]
        options.append([*inside, None])
    ways = 1
    for option in options:
        ways *= len(option)
    if ways > MOST_CHOICES:
        return Reading(keys, None, too_many)
    statuses = {figure.key: figure.cell.status for figure in figures}

    def preference(places: tuple[str | None, ...]) -> tuple[int, int, int]:
        among_others = sum(statuses[p] != Status.CIVILIAN for p in places if p is not None)
        return places.count(None), len(set(places)), among_others

    choices = (
        Choice(tuple(zip(keys, places, strict=True)))
        for places in sorted(product(*options), key=preference)
        if any(place is not None for place in places)
    )
    fitting = (choice for choice in choices if _fits(figures, parent, siblings, choice))
    offered = tuple(islice(fitting, MOST_ALTERNATIVES + 1))
    if not offered:
        return None
    reason = _reading_in_words(figures, parent, siblings, unclear, offered[0])
    return Reading(keys, offered[0], reason, offered[1:])


def _fits(
    figures: Sequence[Figure], parent: str | None, siblings: Sequence[Figure], choice: Choice
) -> bool | None:
    """Tell whether the numbers said hold together when unclear figures lie as chosen."""
    links = links_of(figures)
    before = [sibling.key for sibling in siblings]
    for key, place in choice.places:
        if place is not None:
            links[key] = Link(within=place)
        else:
            links[key] = Link(within=parent, beside=tuple(before))
            before.append(key)
    regions = regions_of(figures, links)
    return (
        None if regions is None else solve(regions.rows(widened=False), exact=regions.exact(CROSSING)).holds
    )


# --- words ------------------------------------------------------------------------------------------


def _number(figure: Figure) -> str:
    count = figure.count
    assert count is not None
    return f"{count.low:,}" if count.low == count.high else f"{count.low:,}-{count.high:,}"


def _sum(figures: Sequence[Figure]) -> str:
    """Give "18 + 15 = 33", or with ranges "10-12 + 15 = 25-27"; a single figure is its number."""
    low = sum(f.count.low for f in figures if f.count is not None)
    high = sum(f.count.high for f in figures if f.count is not None)
    terms = " + ".join(_number(f) for f in figures)
    total = f"{low:,}" if low == high else f"{low:,}-{high:,}"
    return terms if len(figures) == 1 else f"{terms} = {total}"


def _reading_in_words(
    figures: Sequence[Figure],
    parent: str | None,
    siblings: Sequence[Figure],
    unclear: Sequence[Figure],
    choice: Choice,
) -> str:
    counted = [f for f in siblings if f.count is not None]
    apart = all(a.cell.meet(b.cell) is None for a, b in combinations(counted, 2))
    whole = next((f for f in figures if f.key == parent and f.count is not None), None)
    terms = " + ".join(_number(f) for f in unclear)
    if counted and apart and whole is not None and whole.count is not None:
        low = sum(f.count.low for f in counted if f.count is not None)
        of = "" if low == whole.count.high else f" of {_number(whole)}"
        them = "them" if len(counted) > 1 else "it"
        ground = f"{_sum(counted)}{of} leaves no room for {terms} beside {them}"
    else:
        ground = f"The numbers said leave no room for {terms} beside the others"
    places = dict.fromkeys(place for _, place in choice.places)
    if len(places) == 1:
        (place,) = places
        verb = "they are" if len(unclear) > 1 else "it is"
        return f"{ground}, so {verb} read as inside '{place}'."
    pieces = [f"'{k}' is read as " + ("beside" if p is None else f"inside '{p}'") for k, p in choice.places]
    return f"{ground}, so {' and '.join(pieces)}."


def _clash_in_words(figures: Sequence[Figure], keys: Sequence[str]) -> str:
    """Say with numbers why a set clashes: parts against a whole where it is so simple, else the list."""
    part = taking_part(figures)
    regions = regions_of(part, links_of(part))
    assert regions is not None, "a clash was found among regions"
    named = [pair for pair in zip(regions.figures, regions.regions, strict=True) if pair[0].key in keys]
    if len(named) == 1:
        return f"'{keys[0]}' counts {_number(named[0][0])}, but nobody can lie where its relation puts it."
    for whole, region in named:
        parts = [(f, r) for f, r in named if f is not whole]
        overlapping = any(a & b for (_, a), (_, b) in combinations(parts, 2))
        if overlapping or whole.count is None or any(r & ~region for _, r in parts):
            continue
        most_said = whole.count.high
        verb = "exceeds" if sum(f.count.low for f, _ in parts if f.count) > most_said else "falls short of"
        return f"{_sum([f for f, _ in parts])} {verb} the {_number(whole)} of '{whole.key}'."
    pieces = [f"'{f.key}' {'at least ' if f.count and f.count.open else ''}{_number(f)}" for f, _ in named]
    return f"These cannot all hold: {', '.join(pieces)}."


def _exceeding_groups(figures: Sequence[Figure]) -> list[Finding]:
    """Name groups larger than a figure they are included in: they overlap others but not what holds them."""
    by_key = {figure.key: figure for figure in figures}
    part = set(taking_part(figures))
    found = []
    for figure in figures:
        if figure in part or figure.count is None:
            continue
        here = figure
        while here.relation in INSIDE and here.relation_to is not None:
            here = by_key[here.relation_to]
            if here.count is not None and not here.count.open and figure.count.low > here.count.high:
                detail = f"'{figure.key}' {_number(figure)} is more than '{here.key}' {_number(here)}."
                found.append(Finding("group-exceeds", detail, (figure.key, here.key)))
                break
    return found
