"""Which cells of a block are withheld, so that no small number can be worked out from all that was ever
printed.

**What is protected**, with a threshold of k: every cell of every edition with 1 to k-1 persons; every
difference of 1 to k-1 between two editions of a cell; and every incident counted with 1 to k-1 persons,
though no table prints it.

**What is promised** for each: a reader who has every edition of every table of the block, the documents of
the incidents, the rule, and who knows in which incidents somebody is counted, can say of the number no
more than before, within 1 to k: there is a world that agrees with everything printed in which it is k or
more, and one in which it is as low as it could be had the edition printed nothing. Such worlds are not
argued for but written out, in whole persons, and each is checked by adding it up anew. Where one cannot be
found, more is withheld; where that does not help, the block is not renewed.

**What a reader is taken to know** of editions: that an incident whose number did not change between two of
them is the same number in both. So each incident lives in the editions that counted it (its *lifeline*), and
the worlds that are written out move the incidents of one lifeline among themselves. That is less than the
truth allows, never more.

**Nought** is printed. It tells that nobody was recorded, which is of nobody; and a reader who knows where
nothing happened knows it anyway, so a nought hides nothing: it is never withheld in another's place. The
threshold rule of the field does the same (sdcTable's ``allowZeros`` is off unless asked for).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from domain.fixed_tables import (
    ADM1,
    AGE,
    COUNTRY,
    MONTH,
    MONTHS,
    PART,
    SEX,
    TOTAL,
    WHOLE,
    Cell,
    Counted,
    values,
)
from domain.suppression_network import INCIDENT, Arc, Network, Prices, is_world

WORTH: Mapping[str, int] = {TOTAL: 64, COUNTRY: 16, MONTHS: 12, SEX: 8, AGE: 8, ADM1: 4, MONTH: 4, PART: 4}
"""What is lost when a cell of a level is withheld; margins are what most readers quote."""

KEPT_SHARE = (1, 2)
"""A renewal that shows less than this share of the cells of the edition before is not worth having."""

Lifeline = frozenset[int]


@dataclass(frozen=True, slots=True)
class Renewal:
    """A block as an edition printed it: what it counted, and which cells it withheld."""

    threshold: int
    entries: Mapping[str, Counted]
    withheld: frozenset[Cell]

    def printed(self) -> dict[Cell, int]:
        """Give the numbers above nought that are printed."""
        return {cell: n for cell, n in values(self.entries.values()).items() if cell not in self.withheld}


@dataclass(frozen=True, slots=True)
class _Number:
    """A number to protect: the arc, and the lifelines that it adds up (1) and takes off (-1)."""

    arc: Arc
    terms: tuple[tuple[Lifeline, int], ...]
    size: int


def renew(before: Sequence[Renewal], entries: Mapping[str, Counted], threshold: int) -> Renewal | None:
    """Give a block's next printing after those before it, or None: it stays as it was printed last.

    It stays where nothing changed, and where too little did for the change to be told safely. Then first the
    corrections of small incidents are held back, next all corrections, and at last everything. A
    threshold never falls: the higher of those before holds.
    """
    threshold = max([threshold, *(one.threshold for one in before)])
    if not before:
        return _first(entries, threshold)
    entries = _as_described_before(before, entries)
    last = before[-1]
    tried: list[Mapping[str, Counted]] = []
    for wanted in (entries, *_holding_back(last.entries, entries, threshold)):
        if wanted == last.entries or wanted in tried:
            continue
        tried.append(wanted)
        found = protected(before, wanted, threshold)
        if found is not None and _worth_having(last, found):
            return found
    return None


def _first(entries: Mapping[str, Counted], threshold: int) -> Renewal:
    found = protected((), entries, threshold)
    if found is not None:
        return found
    return Renewal(threshold, dict(entries), frozenset(values(entries.values())))


def _as_described_before(before: Sequence[Renewal], entries: Mapping[str, Counted]) -> dict[str, Counted]:
    """Give incidents as an earlier printing described them, where it counted as many persons in them.

    Whoever sees an incident move from March to April takes it for the same persons, so that what one table
    tells of it, the other tells as well.
    """
    known = {(id, one.count): one for printing in before for id, one in printing.entries.items()}
    return {id: known.get((id, one.count), one) for id, one in entries.items()}


def _holding_back(
    last: Mapping[str, Counted], entries: Mapping[str, Counted], threshold: int
) -> Iterator[dict[str, Counted]]:
    for small in (True, False):
        yield {
            **entries,
            **{id: one for id, one in last.items() if not small or one.count < threshold},
        }


def _worth_having(last: Renewal, found: Renewal) -> bool:
    if WHOLE in found.withheld and WHOLE not in last.withheld:
        return False
    share, of = KEPT_SHARE
    printed = last.printed()
    return sum(cell not in found.withheld for cell in printed) * of >= len(printed) * share


def protected(before: Sequence[Renewal], entries: Mapping[str, Counted], threshold: int) -> Renewal | None:
    """Give the next printing with everything protected over all of them, or None where that cannot be had."""
    now = {cell for cell, number in values(entries.values()).items() if 1 <= number < threshold}
    if before:
        now |= before[-1].withheld & set(values(entries.values()))
    return _Protection([*before, Renewal(threshold, dict(entries), frozenset(now))]).run()


def is_protected(printings: Sequence[Renewal]) -> bool:
    """Tell whether everything is protected by what the printings withhold, and nothing more needs to be."""
    return _Protection(printings, may_withhold=False).run() is not None


class _Protection:
    """The work of one block: printings in order, of which the last may still withhold more."""

    def __init__(self, printings: Sequence[Renewal], *, may_withhold: bool = True) -> None:
        self.printings = printings
        self.last = len(printings) - 1
        self.threshold = printings[-1].threshold
        self.may_withhold = may_withhold
        self.withheld = [set(one.withheld) for one in printings]
        self.numbers = [values(one.entries.values()) for one in printings]
        self.lives = _lifelines(printings)
        self.networks = {life: Network(entries) for life, entries in self.lives.items()}
        self.unprinted = {life: self._unprinted(life) for life in self.lives}
        self.as_it_is = {life: self._as_it_is(life) for life in self.lives}
        self.withholding = {life: self._withholding(life) for life in self.lives}

    def run(self) -> Renewal | None:
        for number in self._numbers():
            if not self._protect(number):
                return None
        return replace(self.printings[-1], withheld=frozenset(self.withheld[-1]))

    def _numbers(self) -> Iterator[_Number]:
        """Give what is to be protected, wide cells first: what they need helps the others."""
        size = self.threshold
        editions = range(len(self.printings))
        for edition in reversed(editions):
            mine = self.numbers[edition]
            for cell in sorted(mine, key=lambda one: (-WORTH[one[0]], one)):
                if mine[cell] < size:
                    yield _Number(cell, self._terms(cell, edition, None), mine[cell])
        for late in reversed(editions):
            for early in range(late):
                # A cell that is nought in the later one differs by its own number, which is protected.
                for cell in sorted(self.numbers[late]):
                    apart = self.numbers[late][cell] - self.numbers[early].get(cell, 0)
                    if 1 <= abs(apart) < size:
                        terms = self._terms(cell, late, early)
                        sign = 1 if apart > 0 else -1
                        yield _Number(cell, tuple((life, sign * by) for life, by in terms), abs(apart))
        for life, entries in self.lives.items():
            if self.last in life:
                # Of incidents that are alike in all of this, one stands for the others.
                alike = {(one.country, one.adm1, one.month, one.count): id for id, one in entries.items()}
                for id in sorted(alike.values()):
                    one = entries[id]
                    if one.count < size:
                        yield _Number((INCIDENT, id), ((life, 1),), one.count)

    def _terms(self, cell: Cell, edition: int, without: int | None) -> tuple[tuple[Lifeline, int], ...]:
        found = []
        for life, network in self.networks.items():
            by = (edition in life) - (without is not None and without in life)
            if by and cell in network.numbers:
                found.append((life, by))
        return tuple(found)

    def _protect(self, number: _Number) -> bool:
        """Find the two worlds of a number, withholding more where they need it."""
        up, down = self.threshold - number.size, number.size - 1
        # What documents tell by themselves, that there are not so many, is no matter of the tables.
        is_up = self._reach(number, 1, up) or (
            not self.last and self._reach(number, 1, self._free(number, 1, up))
        )
        return is_up and self._reach(number, -1, self._free(number, -1, down))

    def _free(self, number: _Number, step: int, amount: int) -> int:
        """Tell by how much of an amount a number could move, had this edition printed nothing."""
        self._reset()
        done = 0
        for life, by in number.terms:
            if self.last in life:
                left = amount - done
                done += self.networks[life].push(number.arc, step * by, left, self.unprinted[life])[0]
        return done

    def _reach(self, number: _Number, step: int, amount: int) -> bool:
        """Write out a world in which a number is another, withholding more where it needs it."""
        self._reset()
        done = 0
        for prices in (self.as_it_is, self.withholding) if self.may_withhold else (self.as_it_is,):
            for life, by in number.terms:
                got, paid = self.networks[life].push(number.arc, step * by, amount - done, prices[life])
                done += got
                self._withhold(paid)
        if done < amount:
            return False
        for life, _ in number.terms:
            if not is_world(self.networks[life], self.lives[life], partial(self._printed, life)):
                raise RuntimeError("A world was written out that does not agree with what is printed.")
        return True

    def _withhold(self, cells: set[Arc]) -> None:
        self.withheld[-1] |= cells
        for life in self.lives:
            if self.last in life:
                for cell in cells & self.withholding[life].keys():
                    self.as_it_is[life][cell] = self.withholding[life][cell] = 0

    def _reset(self) -> None:
        for network in self.networks.values():
            if network.moved:
                network.reset()

    def _printed(self, life: Lifeline, cell: Arc) -> bool:
        return any(cell not in self.withheld[edition] for edition in life)

    def _unprinted(self, life: Lifeline) -> Prices:
        """Give what could move if the last edition printed nothing."""
        return {
            arc: 0
            for arc in self.networks[life].numbers
            if arc[0] == INCIDENT or not self._printed(life - {self.last}, arc)
        }

    def _as_it_is(self, life: Lifeline) -> Prices:
        return {arc: 0 for arc in self.unprinted[life] if arc[0] == INCIDENT or not self._printed(life, arc)}

    def _withholding(self, life: Lifeline) -> Prices:
        """Give what could move if the last edition withheld more, at what its cells are worth."""
        if self.last not in life:
            return self.as_it_is[life]
        return {
            arc: 0 if arc in self.as_it_is[life] else WORTH[arc[0]] * (8 + self.numbers[-1][arc].bit_length())
            for arc in self.unprinted[life]
        }


def _lifelines(printings: Sequence[Renewal]) -> dict[Lifeline, dict[str, Counted]]:
    """Give the incidents by the printings that counted them as they are; one that was changed is two."""
    editions: dict[tuple[str, Counted], set[int]] = {}
    for place, printing in enumerate(printings):
        for id, one in printing.entries.items():
            editions.setdefault((id, one), set()).add(place)
    found: dict[Lifeline, dict[str, Counted]] = {}
    for (id, one), places in editions.items():
        found.setdefault(frozenset(places), {})[id] = one
    return found
