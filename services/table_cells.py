"""Cells of the facts as a standard table needs them, and the sums that they have to stand up to.

Within one grain every person stands once, so that breakdowns of it must add up to the same whole. That is
proved of the incidents that lie in no tree: what a tree of incidents holds beside its parts (R7) is an
interval of its own, and a breakdown that cuts through it need not add up.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from db.canonical import parse
from db.engine import Connection
from db.queries import facts, records_then
from db.queries.fact_selections import ENDS_IN, Selection
from db.queries.facts import Sum
from db.queries.incidents import codes_of
from db.types import FOREVER
from domain import sums
from domain.bands import Bands
from domain.questions import Question
from domain.sums import MEETS, NOBODY, WITHIN, Interval
from domain.trees import asked_bits
from domain.vocab import Answer, Grain, Verification
from services.questions import COUNTED, selection_of

Keys = tuple[str, ...]
STATES = Verification.codes()
ANY_STATE = "any state"


@dataclass(frozen=True, slots=True)
class Numbers:
    """A cell's numbers: verified and pending together, and each verification state's own sum.

    ``counted`` is None where nothing is verified or pending: not known, and not zero.
    """

    counted: Sum | None
    states: Mapping[str, Sum]

    @property
    def interval(self) -> Interval | None:
        """Give what is verified and pending."""
        return None if self.counted is None else _interval(self.counted)

    @property
    def any_state(self) -> Interval | None:
        """Give the sum over all verification states."""
        return added(_interval(one) for one in self.states.values())

    def state(self, name: str) -> Interval | None:
        """Give a state's own interval, None where it has no number."""
        return _interval(self.states[name]) if name in self.states else None


Cells = dict[Keys, Numbers]
NOTHING = Numbers(None, {})
"""The numbers of a cell that no fact speaks of."""


class Book:
    """The facts of an organisation at a log sequence, asked at one grain after another."""

    def __init__(self, connection: Connection, organisation: str, known_at: int | None) -> None:
        self.connection, self.organisation = connection, organisation
        self.seq = FOREVER - 1 if known_at is None else known_at

    @cached_property
    def _has_trees(self) -> bool:
        # What is said of the past must not change by a tree that is recorded later.
        return facts.any_in_trees(self.connection, self.organisation, self.seq)

    def cells(
        self,
        question: Question,
        by: Sequence[str],
        grain: str,
        *,
        alone: bool = False,
        ends_from: str | None = None,
        moved_between: tuple[int, int] | None = None,
    ) -> Cells:
        """Give the cells of a question broken down by ``by`` at a grain that has them all.

        ``alone``: of incidents that lie in no tree. ``ends_from``: of those that end on that day or later.
        ``moved_between``: of those of which a fact came or went between two log sequences.
        """
        asked = dataclasses.replace(question, by=tuple(by))
        selection = dataclasses.replace(
            selection_of(asked, self._has_trees and not alone),
            grain=grain,
            ends_from=ends_from,
            moved_between=moved_between,
        )
        if selection.trees is not None and (ends_from is not None or ENDS_IN in by):
            # A tree that ends in several quarters is cut, as by a breakdown by quarter.
            bits = selection.trees.bits | asked_bits(("quarter",))
            selection = dataclasses.replace(selection, trees=dataclasses.replace(selection.trees, bits=bits))
        bands = question.parsed_bands()
        fine = self._sums(selection, (*by, "verification"), bands)
        states: dict[Keys, dict[str, Sum]] = {}
        for one in fine:
            if one.incidents:
                states.setdefault(one.keys[:-1], {})[one.keys[-1]] = one._replace(keys=one.keys[:-1])
        # Distinct incidents of two states cannot be added: verified and pending together are asked for apart.
        counted = dataclasses.replace(selection, among=(*selection.among, ("verification", COUNTED)))
        whole = {one.keys: one for one in self._sums(counted, by, bands) if one.incidents}
        return {keys: Numbers(whole.get(keys), states.get(keys, {})) for keys in sorted(states)}

    def bests(self, question: Question, by: Sequence[str], grain: str) -> dict[Keys, int | None]:
        """Give the sums of the sources' own best estimates of what is verified and pending."""
        asked = dataclasses.replace(question, by=tuple(by))
        selection = dataclasses.replace(selection_of(asked, self._has_trees), grain=grain)
        counted = dataclasses.replace(selection, among=(*selection.among, ("verification", COUNTED)))
        bands = question.parsed_bands()
        return facts.bests(self.connection, self.organisation, self.seq, counted, by, bands) or {}

    def assessments(self, question: Question, incidents: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Give incidents with the content of the assessment that was in force, as JSON text."""
        wanted = sorted(set(incidents))
        of = facts.assessments_of(self.connection, self.organisation, self.seq, wanted)
        contents = records_then.contents(self.connection, self.organisation, of.values(), self.seq)
        yield from ((incident, contents[one]) for incident, one in of.items() if one in contents)

    def _sums(self, selection: Selection, by: Sequence[str], bands: Bands) -> list[Sum]:
        return facts.sums(self.connection, self.organisation, self.seq, selection, by, bands)


def level(
    book: Book, label: str, question: Question, by: Sequence[str], grain: str, *, ends_from: str | None = None
) -> Iterator[sums.Sum]:
    """Give the sums that a breakdown claims: its cells add up to the same persons asked without it.

    For what is verified and pending together, and for each verification state that is printed beside.
    """
    fine = book.cells(question, by, grain, alone=True, ends_from=ends_from)
    whole = book.cells(question, (), grain, alone=True, ends_from=ends_from).get((), NOTHING)
    yield from margin(label, fine, whole)
    if grain == Grain.TOTAL.value:
        yield from _trees(book, label, question, by, fine, whole, ends_from)


def _trees(
    book: Book,
    label: str,
    question: Question,
    by: Sequence[str],
    alone: Cells,
    whole_alone: Numbers,
    ends_from: str | None,
) -> Iterator[sums.Sum]:
    """Give the sum over trees of incidents: cut by a breakdown, they hold no more persons than whole (R7)."""
    total = _less(
        book.cells(question, (), Grain.TOTAL.value, ends_from=ends_from).get((), NOTHING),
        whole_alone,
    )
    cells = book.cells(question, by, Grain.TOTAL.value, ends_from=ends_from)
    parts = tuple(
        (_named(keys), one)
        for keys, numbers in cells.items()
        if (one := _less(numbers, alone.get(keys, NOTHING))) is not None
    )
    if total is not None:
        yield sums.Sum(f"{label}, trees of incidents", total, parts, WITHIN)


def _less(numbers: Numbers, alone: Numbers) -> Interval | None:
    """Give what cells of all incidents hold beside those that lie in no tree; None for nothing."""
    everybody, some = numbers.any_state, alone.any_state or NOBODY
    if everybody is None or everybody == some:
        return None
    return Interval(everybody.low - some.low, everybody.high - some.high, everybody.open)


def margin(label: str, fine: Cells, whole: Numbers) -> Iterator[sums.Sum]:
    """Give the sums of cells over a whole, for what is verified and pending and for each state."""
    for state in (None, *STATES):

        def of(numbers: Numbers, state: str | None = state) -> Interval | None:
            return numbers.interval if state is None else numbers.state(state)

        parts = tuple((_named(keys), one) for keys, cell in fine.items() if (one := of(cell)) is not None)
        if parts or of(whole) is not None:
            yield sums.Sum(f"{label}, {state or 'verified and pending'}", of(whole) or NOBODY, parts)


def each_incident(book: Book, label: str, question: Question, grain: str) -> Iterator[sums.Sum]:
    """Give for each incident the sum of its persons at a finer grain, held against its own total.

    In all states together, for a part can be contested whose whole is not. Where people rejected a part, or
    the whole, the parts and the whole cannot be the same persons, and only nobody may stand twice.
    """
    own = book.cells(question, ("incident",), Grain.TOTAL.value, alone=True)
    fine = book.cells(question, ("incident",), grain, alone=True)
    found = {
        keys: (own[keys].any_state if keys in own else None, fine[keys].any_state if keys in fine else None)
        for keys in {*own, *fine}
    }
    apart = [keys[0] for keys, (total, parts) in found.items() if not _meet(total, parts)]
    rejecting = {incident for incident, content in book.assessments(question, apart) if rejects(content)}
    codes = codes_of(book.connection, book.organisation, apart)
    for keys, (total, parts) in sorted(found.items()):
        rule = WITHIN if keys[0] in rejecting else MEETS
        if total is None and rule == WITHIN:
            continue  # the whole is rejected, and a part is not
        named = codes.get(keys[0], keys[0])
        yield sums.Sum(
            f"{label}, incident {named}",
            total or NOBODY,
            () if parts is None else (("its persons in detail", parts),),
            rule,
            f"{label}, each incident",
        )


def rejects(content: str) -> bool:
    """Tell whether an assessment answers anything with *rejected*: its options, cells or persons."""
    said = parse(content)

    def holds(value: object) -> bool:
        if isinstance(value, Mapping):
            return any(holds(one) for one in value.values())
        if isinstance(value, list):
            return any(holds(one) for one in value)
        return value == Answer.REJECTED.value

    return holds(said)


def _meet(total: Interval | None, parts: Interval | None) -> bool:
    if total is None or parts is None:
        return False
    return (parts.low <= total.high or total.open) and (total.low <= parts.high or parts.open)


def added(parts: Iterable[Interval | None]) -> Interval | None:
    """Give the sum of the intervals that are known, None where none is."""
    known = [one for one in parts if one is not None]
    return sum(known, NOBODY) if known else None


def ends(interval: Interval | None) -> tuple[int | None, int | None, bool | None]:
    """Give low, high and whether it is open as three values of a row."""
    return (None, None, None) if interval is None else (interval.low, interval.high, interval.open)


def _interval(one: Sum) -> Interval:
    return Interval(one.low, one.high, one.open > 0)


def _named(keys: Keys) -> str:
    return ", ".join(keys)
