"""Whom do the figures of a claim count? Kinds of persons, and for each figure a region of them.

**Descriptions.** A figure counts the persons *identified as* what its cell says (record, section 3). A
person is described by outcome, party, status, sex and age, each as finely as anybody could have told: a
status may stop at ``security_forces``, a sex may be ``unknown``, an age may be a run of years or not known.
A dimension not broken down admits every value, ``unknown`` included; the code ``unknown`` admits only
those not identified. Every code of the vocabularies is possible, mentioned or not: of ten, four of
unknown sex, six are of a sex that is not told here. An age is *unknown* when no band holds it: the bands
are the ages that figures speak of, the pieces these cut the years into, and child and adult.

**Relations** narrow regions (R3). ``included_in`` and ``assumed_subset``: within the other's region.
``in_addition_to``: beside it; where both cells admit a description, a mark on the person tells who lies
beside, and the other figure does not count the marked. Two kinds of figures count only *some* persons of
their cell, so that which ones is a mark too: ``unclear`` ones, whose list is not known, and those included
in a figure that their cell does not narrow ("five of the 33"). Whoever has another outcome or another
party than a figure lies inside it only if a relation says so; a party's persons may or may not lie in a
figure that names no party.

**Taking part.** Groups do not (they overlap, and no cell describes them), nor does what stands on one.
Figures without a number shape the regions of others and are counted in no row.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product
from typing import TypeVar

from domain.cells import ADULT, OLDEST_AGE, Age, Cell
from domain.feasibility import Row
from domain.figures import Figure, Finding
from domain.vocab import Outcome, Relation, Sex, Status

MOST_KINDS = 4096
"""How many kinds of persons marks may tell apart before regions are given up."""

INSIDE = (Relation.INCLUDED_IN, Relation.ASSUMED_SUBSET)
"""The relations that put a figure's persons among another's."""

# Flags of a description in regard to the cell asked for, in the bits after the figures'.
_SURELY, _PERHAPS, _FIRM = 1, 2, 4
_ALL = _SURELY | _PERHAPS | _FIRM

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Link:
    """A figure's relations as the arithmetic uses them: keys, and whether it counts only some of its cell."""

    within: str | None = None
    beside: tuple[str, ...] = ()
    some: bool = False


@dataclass(frozen=True, slots=True)
class Regions:
    """The figures that take part, each with its region, and two regions of the cell asked for.

    Regions are sets of kinds of persons, as bits. ``surely`` are those identified as the cell asked
    says; ``perhaps`` these and whoever a figure counts who could be if the unknown were known.
    """

    figures: tuple[Figure, ...]
    regions: tuple[int, ...]
    surely: int = 0
    perhaps: int = 0

    def rows(self, *, widened: bool) -> list[Row]:
        """Give each region with its interval: as said, or open counts without an upper bound."""
        rows = []
        for figure, region in zip(self.figures, self.regions, strict=True):
            assert figure.count is not None
            high = None if widened and figure.count.open else figure.count.high
            rows.append(Row(region, figure.count.low, high))
        return rows

    def exact(self, limit: int) -> bool:
        """Tell whether so few figures cross others that the answer is to be exact."""
        crossing = set()
        for (i, a), (j, b) in combinations(enumerate(self.regions), 2):
            if a & b and a & ~b and b & ~a:
                crossing |= {i, j}
        return len(crossing) <= limit


def resolved(figures: Sequence[Figure]) -> tuple[tuple[Figure, ...], tuple[Finding, ...]]:
    """Give the figures with relations that point nowhere or in a circle removed, and say which."""
    keys = {figure.key for figure in figures}
    findings = []
    target: dict[str, str] = {}
    for figure in figures:
        if figure.relation is None or figure.relation_to is None:
            continue
        if figure.relation_to in keys:
            target[figure.key] = figure.relation_to
        else:
            detail = f"'{figure.key}' stands in relation to a figure that this claim does not have."
            findings.append(Finding("unknown-relation", detail, (figure.key,)))
    circular: set[str] = set()
    for key in target:
        path: list[str] = []
        here: str | None = key
        while here is not None and here not in path:
            path.append(here)
            here = target.get(here)
        if here is not None and here not in circular:
            circle = path[path.index(here) :]
            circular.update(circle)
            named = tuple(k for k in target if k in circle)
            detail = "The relations of these figures lead round in a circle: " + listed(named) + "."
            findings.append(Finding("cyclic-relation", detail, named))
    kept = []
    for figure in figures:
        if figure.key not in target or figure.key in circular:
            # What is unclear stays unclear, only without the list it was said to stand in.
            unclear = Relation.UNCLEAR.value if figure.relation == Relation.UNCLEAR else None
            kept.append(replace(figure, relation=unclear, relation_to=None))
        else:
            kept.append(figure)
    return tuple(kept), tuple(findings)


def taking_part(figures: Sequence[Figure]) -> tuple[Figure, ...]:
    """Give the figures that partition persons: no groups, and nothing that stands on a group.

    A group is a subset whom no cell describes, so what lies inside or beside it is not described either.
    """
    by_key = {figure.key: figure for figure in figures}
    part = []
    for figure in figures:
        here: Figure | None = figure
        while here is not None and here.group is None:
            asserted = here.relation_to is not None and here.relation != Relation.UNCLEAR
            here = by_key[here.relation_to] if asserted and here.relation_to else None
        if here is None:
            part.append(figure)
    return tuple(part)


def links_of(figures: Sequence[Figure]) -> dict[str, Link]:
    """Give each figure's asserted relations by key."""
    links = {}
    for figure in figures:
        to = figure.relation_to
        if figure.relation in INSIDE:
            links[figure.key] = Link(within=to)
        elif figure.relation == Relation.IN_ADDITION_TO and to is not None:
            links[figure.key] = Link(beside=(to,))
        else:
            links[figure.key] = Link(some=figure.relation == Relation.UNCLEAR)
    return links


def unknown_age(age: Age) -> bool:
    """Tell whether the interval is the whole line: the category *age not known*."""
    return age.low <= 0 and age.top >= OLDEST_AGE


def _age_masks(ages: Sequence[Age | None], asked: Age | None) -> set[int]:
    """Give the distinct sets of cells that an age can lie in, over every run of years."""
    spoken = [(i, age) for i, age in enumerate(ages) if age is not None and not unknown_age(age)]
    end = OLDEST_AGE + 2
    bands = sorted({0, ADULT.low, end, *(a.low for _, a in spoken), *(a.top + 1 for _, a in spoken)})
    named = None if asked is None or unknown_age(asked) else asked
    # The asked age cuts the years finer but makes no bands: asking must not change what is unknown.
    cuts = sorted({*bands, *(() if named is None else (named.low, named.top + 1))})
    always = sum(1 << i for i, age in enumerate(ages) if age is None)
    not_told = sum(1 << i for i, age in enumerate(ages) if age is not None and unknown_age(age))
    starts = [sum(1 << i for i, age in spoken if age.low <= cut) for cut in cuts]
    stops = [sum(1 << i for i, age in spoken if age.top >= cut - 1) for cut in cuts]
    masks = set()
    for i, start in enumerate(cuts[:-1]):
        band_end = next(band for band in bands if band > start)
        for j, stop in enumerate(cuts[i + 1 :], i + 1):
            held = starts[i] & stops[j]
            unknown = not held and stop > band_end
            flags = _FIRM
            if asked is None or (named is None and unknown):
                flags = _ALL
            elif named is not None and named.low < stop and start <= named.top:
                sure = named.low <= start and stop - 1 <= named.top
                flags = _ALL if sure else _FIRM | _PERHAPS
            masks.add(always | held | (not_told if unknown else 0) | flags << len(ages))
    return masks


def _masks(admitted: Sequence[Container[_Value] | None], values: Mapping[_Value, int]) -> set[int]:
    """Give the distinct sets of cells that a value with its flags can lie in; None admits every value."""
    n = len(admitted)
    return {
        flags << n | sum(1 << i for i, codes in enumerate(admitted) if codes is None or value in codes)
        for value, flags in values.items()
    }


def _flagged(codes: Iterable[str], sure: Container[str], could: Container[str]) -> dict[str, int]:
    """Give each code its flags: those surely in the cell asked for, those that could be."""
    return {
        code: _FIRM | (_SURELY if code in sure else 0) | (_PERHAPS if code in could else 0) for code in codes
    }


def _statuses_within(status: str | None) -> tuple[str, ...] | None:
    return None if status is None else tuple(c for c in Status.codes() if Status.is_within(c, status))


def _descriptions(figures: Sequence[Figure], links: Mapping[str, Link], asked: Cell | None) -> set[int]:
    """Give the distinct sets of cells that a person can lie in, each with the flags of the asked cell."""
    index = {figure.key: i for i, figure in enumerate(figures)}
    outcomes = [{figure.cell.outcome} for figure in figures]
    # Persons of a party may or may not be among those of whom no party is said: two values for each.
    scopes: dict[tuple[str | None, bool], int] = {(None, True): _ALL}
    scopes |= {(f.party, True): _ALL for f in figures}
    # Those outside exist only as far as their party's figures count them: flags without _FIRM.
    scopes |= {(f.party, False): _SURELY | _PERHAPS for f in figures if f.party is not None}
    parties: list[set[tuple[str | None, bool]]] = [
        {scope for scope in scopes if (scope[1] if f.party is None else scope[0] == f.party)} for f in figures
    ]
    for figure in figures:
        above = links[figure.key].within
        while above is not None:
            # Casualties include the killed, and one party's victims another's, where a relation says so.
            outcomes[index[above]].add(figure.cell.outcome)
            if figures[index[above]].party is not None:
                parties[index[above]] |= {scope for scope in scopes if scope[0] == figure.party}
            above = links[above].within
    for i in _downward([None if (w := links[f.key].within) is None else index[w] for f in figures]):
        whole = links[figures[i].key].within
        if whole is not None:
            # And what repeats the whole's outcome or party does not tell apart what the whole does not.
            if figures[index[whole]].cell.outcome == figures[i].cell.outcome:
                outcomes[i] |= outcomes[index[whole]]
            if figures[index[whole]].party == figures[i].party:
                parties[i] |= parties[index[whole]]
    outcome_flags = dict.fromkeys(Outcome.codes(), _ALL)
    status_flags = dict.fromkeys(Status.codes(), _ALL)
    sex_flags = dict.fromkeys(Sex.codes(), _ALL)
    if asked is not None:
        outcome_flags = _flagged(Outcome.codes(), (asked.outcome,), (asked.outcome,))
        if asked.outcome in (Outcome.KILLED, Outcome.INJURED):
            outcome_flags[Outcome.KILLED_OR_INJURED.value] |= _PERHAPS
        if asked.status is not None:
            within = _statuses_within(asked.status) or ()
            could = (*within, *Status.lineage(asked.status), Status.UNKNOWN.value)
            status_flags = _flagged(Status.codes(), within, could)
        if asked.sex is not None:
            sex_flags = _flagged(Sex.codes(), (asked.sex,), (asked.sex, Sex.UNKNOWN.value))
    cells = [figure.cell for figure in figures]
    masks = _masks(parties, scopes)
    for dimension in (
        _masks(outcomes, outcome_flags),
        _masks([_statuses_within(c.status) for c in cells], status_flags),
        _masks([None if c.sex is None else (c.sex,) for c in cells], sex_flags),
        _age_masks([c.age for c in cells], None if asked is None else asked.age),
    ):
        masks = {a & b for a in masks for b in dimension}
    return masks


def regions_of(
    figures: Sequence[Figure], links: Mapping[str, Link], asked: Cell | None = None
) -> Regions | None:
    """Give the figures' regions; None when marks tell apart more kinds of persons than can be looked at."""
    index = {figure.key: i for i, figure in enumerate(figures)}
    within = [None if (w := links[f.key].within) is None else index[w] for f in figures]
    beside = [sum(1 << index[key] for key in links[f.key].beside) for f in figures]

    downward = _downward(within)
    extents = []
    for cells in _descriptions(figures, links, asked):
        extent = cells
        for i in downward:
            above = within[i]
            if above is not None and not extent >> above & 1:
                extent &= ~(1 << i)
        extents.append((cells, extent))
    some = [links[f.key].some for f in figures]
    for i, above in enumerate(within):
        if above is not None:
            some[i] |= all(cells >> i & 1 for cells, extent in extents if extent >> above & 1)

    def marked(i: int, extent: int) -> bool:
        # Beside a figure, a cell is counted whole except where the other figure, or another addition to
        # it, could hold the same person: there only a mark can tell.
        others = (j for j in range(len(figures)) if j != i and beside[j] & beside[i])
        return some[i] or bool(extent & beside[i]) or any(extent >> j & 1 for j in others)

    kinds: set[int] = set()
    looked_at = 0
    for extent in {extent for _, extent in extents}:
        choices = [i for i in downward if extent >> i & 1 and marked(i, extent)]
        looked_at += 1 << len(choices)
        if looked_at > MOST_KINDS:
            return None
        for chosen in _subsets(choices):
            left_out = 0
            for i in choices:
                left_out |= beside[i] if chosen >> i & 1 else 1 << i
            kind = extent & ~left_out
            for i in downward:
                above = within[i]
                if above is not None and not kind >> above & 1:
                    kind &= ~(1 << i)
            if not chosen & ~kind:
                # A mark of a figure that does not count the person after all would only hide somebody.
                kinds.add(kind)
    ordered = sorted(kinds)

    def having(bit: int) -> int:
        return sum(1 << column for column, kind in enumerate(ordered) if kind >> bit & 1)

    surely, perhaps, firm = (having(len(figures) + flag) for flag in range(3))
    counted = [i for i, figure in enumerate(figures) if figure.count is not None]
    regions = tuple(having(i) for i in counted)
    # Somebody not identified is a person only where a figure counts one: "seven fighters" says nothing
    # of persons of unknown status, and does not make the number of fighters unbounded.
    real = surely & firm
    for region in regions:
        real |= region
    return Regions(tuple(figures[i] for i in counted), regions, surely, perhaps & real)


def _downward(within: Sequence[int | None]) -> list[int]:
    """Give the figures' indices, each after the figure it lies within."""
    inside: dict[int | None, list[int]] = {}
    for i, above in enumerate(within):
        inside.setdefault(above, []).append(i)
    found = list(inside.get(None, ()))
    for i in found:
        found += inside.get(i, ())
    return found


def _subsets(items: Sequence[int]) -> Iterable[int]:
    """Give every subset of the bits."""
    for flags in product((False, True), repeat=len(items)):
        yield sum(1 << i for i, flag in zip(items, flags, strict=True) if flag)


def listed(keys: Sequence[str]) -> str:
    return ", ".join(f"'{key}'" for key in keys)
