"""Named persons: a floor for a count (R11), each with one outcome on any day (R12).

A list of names is evidence of at least so many persons and never an addition to a figure: the persons
whom it names are among those whom the figure counts. What happened to a person is dated, because one
person can be injured on the 3rd, die of it on the 9th and be recognised as killed on the 20th: three
entries, one person, and no day on which that person has two outcomes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from enum import StrEnum

from domain.booking import described, dimensions, holds, partition
from domain.cells import ANY_AGE, Cell, in_words
from domain.drafts import OutcomeDraft
from domain.figures import Booked, Finding, NamedPersons
from domain.vocab import Basis, Grain, Outcome, Sex, Status

_LISTED = Basis.LISTED.value
_KILLED = Outcome.KILLED.value
_GRAVITY = {code: place for place, code in enumerate(Outcome.codes())}
_STATUSES = {code: place for place, code in enumerate(Status.codes())}
_SEXES = {code: place for place, code in enumerate(Sex.codes())}


def raised_to_persons(
    booked: Sequence[Booked], persons: Sequence[NamedPersons]
) -> tuple[tuple[Booked, ...], tuple[Finding, ...]]:
    """Give a policy's figures raised to the persons named, and findings where more are named than counted.

    Every figure whose description holds persons' exact descriptions is at least the number of these
    persons: its low is raised, and its high where that lies below. A person who may as well be among
    those said to be *in addition* raises neither of the two figures. Where no figure is the whole of an
    outcome and more persons are named than its figures add up to, the persons give the whole, listed
    and open; where nothing speaks of the outcome, also the cells below it. Nothing is ever added to a
    figure, and without persons nothing changes.

    The order of ``booked`` does not matter beyond its indices, which stay; new figures come after.

    Raises Invalid when a ``parent`` or ``beside`` is not an index of the list or parents form a ring.
    Source: Every Casualty, Standards for Casualty Recording (2016), on lists of names beside counts; R11.
    """
    named: Counter[Cell] = Counter()
    for one in persons:
        if one.count > 0:
            named[one.cell] += one.count
    if not named:
        return tuple(booked), ()
    cells = described(booked)[0]
    rivals = _rivals(booked, cells)
    raised: list[Booked] = []
    findings: list[Finding] = []
    for index, figure in enumerate(booked):
        floor = sum(
            count
            for cell, count in named.items()
            if _counts(figure, cells[index], cell)
            and not any(_counts(booked[other], cells[other], cell) for other in rivals[index])
        )
        if not figure.open:
            findings += more_named_than_counted(in_words(figure.cell), floor, figure.high)
        raised.append(_at_least(figure, floor))
    for outcome in sorted({cell.outcome for cell in named}, key=lambda code: (_GRAVITY.get(code, 99), code)):
        of_outcome = {cell: count for cell, count in named.items() if cell.outcome == outcome}
        findings += _whole(raised, outcome, of_outcome)
    return tuple(raised), tuple(sorted(set(findings), key=lambda one: (one.code, one.detail)))


def more_named_than_counted(whom: str, named: int, most: int | None) -> tuple[Finding, ...]:
    """Give the finding that more persons are named than counted; ``most`` None is without an upper end.

    ``whom`` says in words which persons these are. The finding names nobody.
    """
    if most is None or named <= most:
        return ()
    return (
        Finding(
            "more-named-than-counted",
            f"{named} persons are named as {whom}, and {most} are the most that is counted; a claim is "
            "missing, or a person stands here twice (R11).",
        ),
    )


def _counts(figure: Booked, description: Cell, persons: Cell) -> bool:
    """Tell whether a figure counts the persons of an exact description.

    The cells of a list are disjoint, whatever they describe: "18 or older" does not count "34".
    """
    if figure.basis == _LISTED and dimensions(figure.cell):
        return figure.cell == persons
    return holds(description, persons)


def _at_least(figure: Booked, floor: int) -> Booked:
    if floor <= figure.low:
        return figure
    # A source's best estimate below the number of persons known by name is no estimate any more.
    best = None if figure.best is not None and figure.best < floor else figure.best
    return replace(figure, low=floor, high=max(figure.high, floor), best=best)


def _rivals(booked: Sequence[Booked], cells: Sequence[Cell]) -> list[set[int]]:
    """Give for each figure those that its persons, or those of a figure that holds it, are beside."""
    found: list[set[int]] = [set() for _ in booked]
    if not any(figure.beside for figure in booked):
        return found
    for index, figure in enumerate(booked):
        for other in figure.beside:
            found[index].add(other)
            found[other].add(index)
    own = [frozenset(each) for each in found]
    for index, cell in enumerate(cells):
        for other, whole in enumerate(cells):
            if own[other] and other != index and index not in own[other] and holds(whole, cell):
                found[index] |= own[other] - {index}
    return found


def _whole(raised: list[Booked], outcome: str, named: dict[Cell, int]) -> tuple[Finding, ...]:
    """Add the whole of an outcome to the figures where only the persons know of it; give the findings."""
    of_outcome = [index for index, figure in enumerate(raised) if figure.cell.outcome == outcome]
    if any(raised[index].cell == Cell(outcome) for index in of_outcome):
        return ()
    number = sum(named.values())
    whole = len(raised)
    if not of_outcome:
        raised.append(Booked(Cell(outcome), number, number, True, _LISTED))
        raised.extend(
            Booked(cell, named[cell], named[cell], True, _LISTED, parent=whole)
            for cell in sorted(named, key=_description)
            if cell != Cell(outcome)
        )
        return ()
    place = {index: position for position, index in enumerate(of_outcome)}
    alone = [
        replace(
            raised[index],
            parent=None if raised[index].parent is None else place.get(raised[index].parent or 0),
            beside=tuple(place[other] for other in raised[index].beside if other in place),
        )
        for index in of_outcome
    ]
    (row,) = partition(alone, Grain.TOTAL.value).cells
    if number <= row.low:
        return ()
    raised.append(Booked(Cell(outcome), number, max(number, row.high), True, _LISTED))
    for index in of_outcome:
        if raised[index].parent is None:
            # The whole holds everybody; a listed figure holds only what says so.
            raised[index] = replace(raised[index], parent=whole)
    return () if row.open else more_named_than_counted(outcome, number, row.high)


def _description(cell: Cell) -> tuple[int, int, int, int]:
    age = cell.age or ANY_AGE
    return (_STATUSES.get(cell.status or "", -1), _SEXES.get(cell.sex or "", -1), age.low, age.top)


class View(StrEnum):
    """How days are read: as things happened, or as they became recognised."""

    HAPPENED = "happened"
    RECOGNISED = "recognised"


def outcome_now(outcomes: Iterable[OutcomeDraft]) -> str | None:
    """Give the outcome that a person has now, None where none is recorded (R12).

    The latest; where days do not decide, the first in the vocabulary's order. Nothing follows death.
    """
    last = max(outcomes, key=_order, default=None)
    return None if last is None else last.outcome


def outcome_on(outcomes: Iterable[OutcomeDraft], day: str, view: View = View.HAPPENED) -> str | None:
    """Give the one outcome that a person has on an ISO day, None where nothing had happened yet (R12).

    As it happened, an outcome counts from the last day on which it may have happened, so that it is
    sure; as recognised, from the day of its recognition, where that is given. What happened on a day
    that is not known had happened when it was recognised; an outcome without any day counts on every day.
    """
    return outcome_now(one for one in outcomes if (day_of(one, view) or one.recognised or day) <= day)


def day_of(outcome: OutcomeDraft, view: View = View.HAPPENED) -> str | None:
    """Give the ISO day from which an outcome counts in a view; None is not known.

    A day of recognition is not a day of death: where only that is known, the day on which it happened
    is not known.
    """
    happened = outcome.end or outcome.start
    return outcome.recognised or happened if view is View.RECOGNISED else happened


def by_day(
    persons: Iterable[Sequence[OutcomeDraft]], outcome: str, view: View = View.HAPPENED
) -> dict[str | None, int]:
    """Give how many persons have an outcome now, by the day of it; None holds those of no single day.

    As recognised, the numbers show when persons were added and are no series of harm: a committee that
    recognises 298 deaths of months before makes no day with 298 dead.
    """
    counts: Counter[str | None] = Counter()
    for outcomes in persons:
        last = max(outcomes, key=_order, default=None)
        if last is None or last.outcome != outcome:
            continue
        wide = view is View.HAPPENED and None not in (last.start, last.end) and last.start != last.end
        counts[None if wide else day_of(last, view)] += 1
    return dict(sorted(counts.items(), key=lambda item: (item[0] is None, item[0] or "")))


def conflicts(outcomes: Sequence[OutcomeDraft]) -> tuple[Finding, ...]:
    """Give what cannot all be true of one person: outcomes that days do not order, or after death (R12)."""
    found = []
    if len({one.outcome for one in outcomes}) > 1 and not all(day_of(one) for one in outcomes):
        found.append("Two outcomes stand for this person and not each has a day; date each outcome (R12).")
    deaths = [(one.start or one.end or "", one.end or one.start or "") for one in outcomes if _dead(one)]
    dated = [(first, last) for first, last in deaths if last]
    if dated and max(first for first, _ in dated) > min(last for _, last in dated):
        found.append("This person is said to have been killed on two different days; correct one (R12).")
    if dated and any(
        (one.start or one.end or "") > min(last for _, last in dated) for one in outcomes if not _dead(one)
    ):
        found.append("An outcome of this person begins after the death; correct one of the two (R12).")
    if any(one.recognised and one.recognised < (one.start or one.end or "") for one in outcomes):
        found.append("An outcome of this person was recognised before it happened; check both days (R12).")
    return tuple(Finding("person-conflict", words) for words in found)


def _dead(outcome: OutcomeDraft) -> bool:
    return outcome.outcome == _KILLED


def _order(outcome: OutcomeDraft) -> tuple[bool, str, int]:
    return _dead(outcome), day_of(outcome) or outcome.recognised or "", -_GRAVITY.get(outcome.outcome, 99)
