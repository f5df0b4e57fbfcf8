"""Can whole numbers of persons satisfy every sum at once? Exactly, by arithmetic alone.

The question is: given sets of *columns* (kinds of persons) and for each set an interval, are there
non-negative integers for the columns such that every set sums into its interval? It is answered by
the simplex method in exact integers (a tableau over one common denominator, Bareiss 1968; bounds kept
beside it and repaired under Bland's rule, Dutertre and de Moura 2006) and, where the solution found is
not whole, by branch and bound. Nothing is rounded and nothing is a float: a yes or a no is a proof.

Nested sets need no branching, because every corner of their solution space is whole. Branching can be
switched off (``exact=False``): a no is then still a proof, a yes need not be one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import mul

MOST_BRANCHES = 2_000
"""How many half-spaces branch and bound looks at before it says that it does not know."""


@dataclass(frozen=True, slots=True)
class Row:
    """A set of columns (bit ``i`` for column ``i``) that sums to ``[low, high]``; None is no upper bound."""

    columns: int
    low: int
    high: int | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether whole numbers exist: yes, no, or None for *not found out*.

    With a yes ``sums`` are the sums of the rows in one solution; with a no ``against`` are the indices of
    rows that clash by themselves (not necessarily irreducible).
    """

    holds: bool | None
    sums: tuple[int, ...] = ()
    against: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Extreme:
    """The least or greatest sum of a set; None is unbounded. ``proven`` False: an outer bound only."""

    value: int | None
    proven: bool


class _Tableau:
    """Rows as combinations of columns, ``scale * basic = matrix @ nonbasic``, with bounds on both.

    Variables ``0..n-1`` are the (merged) columns, ``n..n+m-1`` the sums of the rows. Bounds may be changed
    between calls: the tableau does not depend on them, so every call starts where the last one ended.
    """

    def __init__(self, rows: Sequence[Row]) -> None:
        self.kinds = kinds = _merged_columns(rows)
        self.width = len(kinds)
        self.matrix = [[kind >> i & 1 for kind in kinds] for i in range(len(rows))]
        self.scale = 1
        self.low = [0] * self.width + [row.low for row in rows]
        self.high: list[int | None] = [*([None] * self.width), *(row.high for row in rows)]
        self.nonbasic = list(range(self.width))
        self.basic = [self.width + i for i in range(len(rows))]
        self.at = [0] * self.width
        # A column that lies in no bounded row may be rounded up at will, so it is never branched on;
        # every other column is bounded by its row, so branching ends.
        bounded = sum(1 << i for i, row in enumerate(rows) if row.high is not None)
        self.whole = [bool(kind & bounded) for kind in kinds]

    def solve(self, exact: bool) -> Verdict:
        """Give the verdict for the bounds as they stand; they are as before afterwards."""
        low, high = self.low, self.high
        pending = [(low, high)]
        against: set[int] = set()
        branches = 0
        try:
            while pending:
                self.low, self.high = pending.pop()
                clash = self._repair()
                if clash is not None:
                    against |= clash
                    continue
                fraction = self._fraction()
                if fraction is None:
                    return Verdict(True, sums=self._sums())
                branches += 1
                if not exact or branches > MOST_BRANCHES:
                    return Verdict(None)
                variable, floor = fraction
                below, above = list(self.high), list(self.low)
                below[variable], above[variable] = floor, floor + 1
                pending += [(above, self.high), (self.low, below)]
        finally:
            self.low, self.high = low, high
        return Verdict(False, against=tuple(sorted(v - self.width for v in against if v >= self.width)))

    def _values(self) -> list[int]:
        """Give the basic variables' values, times the scale."""
        return [sum(map(mul, row, self.at)) for row in self.matrix]

    def _repair(self) -> set[int] | None:
        """Move to a corner within all bounds; when there is none give the variables whose bounds clash."""
        low, high, at = self.low, self.high, self.at
        for j, variable in enumerate(self.nonbasic):
            top = high[variable]
            at[j] = max(at[j], low[variable]) if top is None else min(max(at[j], low[variable]), top)
        while True:
            # Bland's rule, least index first on both sides: slower than greed, but it cannot circle.
            leaving, row, bound, up = len(low) + len(high), -1, 0, True
            for i, value in enumerate(self._values()):
                variable = self.basic[i]
                if variable > leaving:
                    continue
                top = high[variable]
                if value < low[variable] * self.scale:
                    leaving, row, bound, up = variable, i, low[variable], True
                elif top is not None and value > top * self.scale:
                    leaving, row, bound, up = variable, i, top, False
            if row < 0:
                return None
            entering, column = len(low) + len(high), -1
            for j, entry in enumerate(self.matrix[row]):
                variable = self.nonbasic[j]
                if entry and variable < entering:
                    top = high[variable]
                    free = (top is None or at[j] < top) if (entry > 0) is up else at[j] > low[variable]
                    if free:
                        entering, column = variable, j
            if column < 0:
                return {leaving} | {v for v, e in zip(self.nonbasic, self.matrix[row], strict=True) if e}
            self._pivot(row, column)
            at[column] = bound

    def _pivot(self, r: int, c: int) -> None:
        """Exchange a basic and a nonbasic variable; every division below leaves no remainder."""
        matrix, scale = self.matrix, self.scale
        pivot_row = matrix[r]
        sign = 1 if pivot_row[c] > 0 else -1
        pivot = abs(pivot_row[c])
        for i, row in enumerate(matrix):
            if i == r:
                continue
            factor = sign * row[c]
            if factor:
                row[:] = [(a * pivot - factor * b) // scale for a, b in zip(row, pivot_row, strict=True)]
                row[c] = factor
            elif pivot != scale:
                row[:] = [a * pivot // scale for a in row]
        pivot_row[:] = [-sign * entry for entry in pivot_row]
        pivot_row[c] = sign * scale
        self.scale = pivot
        self.basic[r], self.nonbasic[c] = self.nonbasic[c], self.basic[r]

    def _fraction(self) -> tuple[int, int] | None:
        """Give a column that has to be whole and is not, with the whole number below it."""
        for variable, value in zip(self.basic, self._values(), strict=True):
            if variable < self.width and self.whole[variable] and value % self.scale:
                return variable, value // self.scale
        return None

    def _sums(self) -> tuple[int, ...]:
        """Give the rows' sums in the solution found, its fractions (only free columns') rounded up."""
        persons = dict(zip(self.nonbasic, self.at, strict=True))
        for variable, value in zip(self.basic, self._values(), strict=True):
            persons[variable] = -(-value // self.scale)
        return tuple(
            sum(persons[j] for j, kind in enumerate(self.kinds) if kind >> i & 1)
            for i in range(len(self.matrix))
        )


def _merged_columns(rows: Sequence[Row]) -> list[int]:
    """Give the distinct ways to lie in rows (bit ``i`` for row ``i``); columns alike in all count as one."""
    everyone = 0
    for row in rows:
        everyone |= row.columns
    blocks = [(everyone, 0)] if everyone else []
    for i, row in enumerate(rows):
        split = []
        for columns, kind in blocks:
            inside, outside = columns & row.columns, columns & ~row.columns
            if outside:
                split.append((outside, kind))
            if inside:
                split.append((inside, kind | 1 << i))
        blocks = split
    return sorted(kind for _, kind in blocks)


def solve(rows: Sequence[Row], *, exact: bool = True) -> Verdict:
    """Tell whether non-negative whole numbers for the columns bring every row's sum into its interval.

    ``exact`` False does without branching: the verdict is then None where a solution in fractions
    exists and no whole one was met. Never a wrong yes or no.
    """
    return _Tableau(rows).solve(exact)


def clashing(rows: Sequence[Row], *, exact: bool = True) -> tuple[int, ...] | None:
    """Give the indices of an irreducible set of rows that cannot hold together; None when all can.

    Deletion filter (Chinneck and Dravnieks 1991): each row in turn is left out for good if the others
    clash without it. It starts from the few rows that the simplex method names, and always branches.
    """
    verdict = solve(rows, exact=exact)
    if verdict.holds is not False:
        return None
    kept = verdict.against
    for index in kept:
        rest = tuple(i for i in kept if i != index)
        if solve([rows[i] for i in rest]).holds is False:
            kept = rest
    return kept


def least(rows: Sequence[Row], columns: int, *, exact: bool = True) -> Extreme:
    """Give the least sum of a set of columns among all solutions of the rows.

    The rows must be feasible. Halves the interval by asking for feasibility, which is monotone.
    """
    tableau = _Tableau([*rows, Row(columns, 0, None)])
    first = tableau.solve(exact)
    low, proven = 0, first.holds is not None
    # Without a solution at hand any sum that the rows could still ask for is a start.
    high = first.sums[-1] if first.holds else sum(row.low for row in rows if row.columns & columns)
    tableau = _Tableau([*rows, Row(columns, 0, high)])
    while low < high:
        middle = (low + high) // 2
        tableau.high[-1] = middle
        verdict = tableau.solve(exact)
        if verdict.holds is False:
            low = middle + 1
        else:
            high = verdict.sums[-1] if verdict.holds else middle
            proven = proven and verdict.holds is not None
    return Extreme(low, proven)


def most(rows: Sequence[Row], columns: int, *, exact: bool = True) -> Extreme:
    """Give the greatest sum of a set of columns among all solutions of the rows, None when unbounded.

    The rows must be feasible. A column in no bounded row can grow for ever; where there is none, the
    bounds of the rows that touch the set bound its sum.
    """
    bounded = [row for row in rows if row.high is not None and row.columns & columns]
    covered = 0
    for row in bounded:
        covered |= row.columns
    if columns & ~covered:
        return Extreme(None, True)
    tableau = _Tableau([*rows, Row(columns, 0, None)])
    first = tableau.solve(exact)
    low, proven = first.sums[-1] if first.holds else 0, first.holds is not None
    high = sum(row.high for row in bounded if row.high is not None)
    while low < high:
        middle = (low + high + 1) // 2
        tableau.low[-1] = middle
        verdict = tableau.solve(exact)
        if verdict.holds is False:
            high = middle - 1
        else:
            low = verdict.sums[-1] if verdict.holds else middle
            proven = proven and verdict.holds is not None
    return Extreme(low, proven)
