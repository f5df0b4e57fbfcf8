"""Cells of the facts as a standard table needs them: one grain, any breakdown, states side by side."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from db.engine import Connection
from db.queries import facts
from db.queries.facts import Selection, Sum
from db.types import FOREVER
from domain import sums
from domain.bands import Bands
from domain.questions import Question
from domain.sums import EQUAL, MEETS, Interval
from domain.vocab import Verification
from services.questions import COUNTED, selection_of

Keys = tuple[str, ...]
STATES = Verification.codes()


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


class Book:
    """The facts of an organisation at a log sequence, asked at one grain after another."""

    def __init__(self, connection: Connection, organisation: str, known_at: int | None) -> None:
        self.connection, self.organisation = connection, organisation
        self.seq = FOREVER - 1 if known_at is None else known_at

    @cached_property
    def has_trees(self) -> bool:
        """Tell whether incidents lie in one another then: then a sum of parts has its own remainder (R7)."""
        return facts.any_in_trees(self.connection, self.organisation, self.seq)

    @property
    def rule(self) -> str:
        """Give how sums of one grain over different breakdowns agree."""
        return MEETS if self.has_trees else EQUAL

    def cells(
        self,
        question: Question,
        by: Sequence[str],
        grain: str,
        moved_between: tuple[int, int] | None = None,
    ) -> Cells:
        """Give the cells of a question broken down by ``by`` at a grain that has them all.

        With ``moved_between`` of those incidents alone of which a fact came or went between two sequences.
        """
        asked = dataclasses.replace(question, by=tuple(by))
        selection = dataclasses.replace(
            selection_of(asked, self.has_trees), grain=grain, moved_between=moved_between
        )
        bands = question.parsed_bands()
        fine = self._sums(selection, (*by, "verification"), bands)
        states: dict[Keys, dict[str, Sum]] = {}
        for one in fine:
            states.setdefault(one.keys[:-1], {})[one.keys[-1]] = one._replace(keys=one.keys[:-1])
        # Distinct incidents of two states cannot be added: verified and pending together are asked for apart.
        counted = dataclasses.replace(selection, among=(*selection.among, ("verification", COUNTED)))
        whole = {one.keys: one for one in self._sums(counted, by, bands) if one.incidents}
        return {keys: Numbers(whole.get(keys), states.get(keys, {})) for keys in sorted(states)}

    def _sums(self, selection: Selection, by: Sequence[str], bands: Bands) -> list[Sum]:
        return facts.sums(self.connection, self.organisation, self.seq, selection, by, bands)


def states_add_up(label: str, cells: Cells) -> Iterator[sums.Sum]:
    """Give for each cell the sum that verified and pending beside each other claim."""
    for keys, numbers in cells.items():
        parts = tuple((name, part) for name in COUNTED if (part := numbers.state(name)) is not None)
        yield sums.Sum(f"{label} {_named(keys)}", numbers.interval or Interval(0, 0), parts)


def margin(label: str, fine: Cells, at: Sequence[int], coarse: Cells, rule: str) -> Iterator[sums.Sum]:
    """Give for each cell of a margin the sum over the finer cells with its keys, which stand at ``at``.

    What must be equal is what the table prints, verified and pending. Across grains all states are held
    against each other: a cell can be contested whose whole is not, and its persons are of the whole.
    """

    def of(numbers: Numbers) -> Interval | None:
        return numbers.interval if rule == EQUAL else numbers.any_state

    parts: dict[Keys, list[tuple[str, Interval]]] = {keys: [] for keys in coarse}
    for keys, numbers in fine.items():
        interval = of(numbers)
        if interval is not None:
            parts.setdefault(tuple(keys[place] for place in at), []).append((_named(keys), interval))
    for keys, found in parts.items():
        whole = of(coarse[keys]) if keys in coarse else None
        if whole is not None or found:
            # A margin without a number has no parts with one either.
            yield sums.Sum(f"{label} {_named(keys)}".strip(), whole or Interval(0, 0), tuple(found), rule)


def added(parts: Iterable[Interval | None]) -> Interval | None:
    """Give the sum of the intervals that are known, None where none is."""
    known = [one for one in parts if one is not None]
    if not known:
        return None
    return Interval(
        sum(one.low for one in known), sum(one.high for one in known), any(one.open for one in known)
    )


def ends(interval: Interval | None) -> tuple[int | None, int | None]:
    """Give low and high as two values of a row."""
    return (None, None) if interval is None else (interval.low, interval.high)


def _interval(one: Sum) -> Interval:
    return Interval(one.low, one.high, one.open > 0)


def _named(keys: Keys) -> str:
    return ", ".join(keys)
