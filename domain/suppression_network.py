"""A block's numbers as a network of flows, in which a number can be moved without moving what is printed.

Persons flow around: from the whole to countries, to first-level units, through each incident to its month in
its country, to the month, and on to the sexes, the age groups and back to the whole. Every cell of the
fixed tables is an arc, and its number is what flows through it; margins are right because nothing is lost
at a junction. A reader who knows some arcs and not others can be shown a second world with the same known
arcs by sending a few persons round a ring of unknown ones. All numbers are whole, and so is what flows: no
rounding is anywhere.

The use of shortest paths in such networks to choose cells is an old heuristic of the field (J. Castro,
*Network flows heuristics for complementary cell suppression*, 2002); ours runs over several linked tables
at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from heapq import heappop, heappush

from domain.fixed_tables import ADM1, AGE, COUNTRY, MONTH, MONTHS, PART, SEX, TOTAL, Cell, Counted, values

INCIDENT = "incident"
Arc = tuple[str, ...]
"""A cell, or (``incident``, its id)."""

Prices = dict[Arc, int]
"""What it costs to have an arc move: 0 for one that is withheld; one printed for good is not there."""

_ENDS: Mapping[str, Callable[[Cell], tuple[Cell, Cell]]] = {
    TOTAL: lambda cell: (("back",), ("start",)),
    COUNTRY: lambda cell: (("start",), ("country", cell[1])),
    ADM1: lambda cell: (("country", cell[1]), ("adm1", cell[1], cell[2])),
    MONTH: lambda cell: (("month", cell[1], cell[2]), ("months", cell[2])),
    MONTHS: lambda cell: (("months", cell[1]), ("middle",)),
    SEX: lambda cell: (("middle",), ("sex", cell[1])),
    PART: lambda cell: (("sex", cell[1]), ("age", cell[2])),
    AGE: lambda cell: (("age", cell[1]), ("back",)),
}


class Network:
    """The flows of some incidents. ``moved`` holds by how much each arc was moved from its number, none at
    first."""

    def __init__(self, entries: Mapping[str, Counted]) -> None:
        self.numbers: dict[Arc, int] = dict(values(entries.values()))
        self.bounds: dict[Arc, tuple[int, int | None]] = dict.fromkeys(self.numbers, (1, None))
        self.moved: dict[Arc, int] = {}
        self._ends: dict[Arc, tuple[Cell, Cell]] = {cell: _ENDS[cell[0]](cell) for cell in self.numbers}
        for id, one in entries.items():
            arc: Arc = (INCIDENT, id)
            self.numbers[arc], self.bounds[arc] = one.count, one.bounds()
            self._ends[arc] = (("adm1", one.country, one.adm1), ("month", one.country, one.month))
        self._at: dict[Cell, list[tuple[Arc, Cell, int]]] = {}
        for one_arc, (tail, head) in self._ends.items():
            self._at.setdefault(tail, []).append((one_arc, head, 1))
            self._at.setdefault(head, []).append((one_arc, tail, -1))

    def reset(self) -> None:
        """Put every number back."""
        self.moved = {}

    def room(self, arc: Arc, step: int) -> int | None:
        """Tell by how much an arc may still move up (``step`` 1) or down (-1); None is without end."""
        least, most = self.bounds[arc]
        now = self.numbers[arc] + self.moved.get(arc, 0)
        if step < 0:
            return now - least
        return None if most is None else most - now

    def push(self, arc: Arc, step: int, amount: int, prices: Prices) -> tuple[int, set[Arc]]:
        """Move an arc up or down by as much of an amount as can be, round rings of the lowest price.

        Gives by how much it moved, and the arcs whose price was paid; they cost nothing from then on.
        """
        paid: set[Arc] = set()
        done = 0
        while done < amount:
            left = amount - done
            ring = self._ring(arc, step, left, prices)
            if ring is None:
                break
            rooms = [room for one, way in ring if (room := self.room(one, way)) is not None]
            by = min([left, *rooms])
            for one, way in ring:
                self.moved[one] = self.moved.get(one, 0) + way * by
                if prices[one]:
                    prices[one] = 0
                    paid.add(one)
            done += by
        return done, paid

    def _ring(self, arc: Arc, step: int, left: int, prices: Prices) -> list[tuple[Arc, int]] | None:
        """Give the cheapest ring through an arc that has room, as arcs and ways, or None."""
        if arc not in prices or self.room(arc, step) == 0:
            return None
        tail, head = self._ends[arc]
        start, goal = (head, tail) if step > 0 else (tail, head)
        best: dict[Cell, int] = {start: 0}
        came: dict[Cell, tuple[Cell, Arc, int]] = {}
        queue: list[tuple[int, int, Cell]] = [(0, 0, start)]
        price_of, room_of = prices.get, self.room
        while queue:
            cost, _, here = heappop(queue)
            if here == goal:
                break
            if cost > best[here]:
                continue
            for other, there, way in self._at[here]:
                asked = price_of(other)
                if asked is None or best.get(there, cost + asked + 1) <= cost + asked or other == arc:
                    continue
                space = room_of(other, way)
                if space == 0:
                    continue
                # Several rings are needed where one has little room: its price is paid for little.
                total = cost + (asked if space is None or not asked else asked * -(-left // space))
                if best.get(there, total + 1) > total:
                    best[there], came[there] = total, (here, other, way)
                    heappush(queue, (total, len(came), there))
                    if total == 0 and there == goal:
                        queue.clear()
                        break
        if goal not in came:
            return None
        ring = [(arc, step)]
        at = goal
        while at != start:
            at, one_arc, way = came[at]
            ring.append((one_arc, way))
        return ring


def is_world(network: Network, entries: Mapping[str, Counted], printed: Callable[[Cell], bool]) -> bool:
    """Tell whether moved numbers are a world that agrees with everything printed and known.

    Worked out from the incidents and the parts that moved, and not from the ring that moved them: each
    margin is added up anew, each bound is that of the documents, every printed cell is as it was.
    """
    change: dict[Cell, int] = {}
    by_incident = by_part = 0
    for arc, by in network.moved.items():
        if arc[0] == INCIDENT:
            one = entries[arc[1]]
            least, most = one.bounds()
            if not least <= one.count + by or (most is not None and one.count + by > most):
                return False
            by_incident += by
            reached: Iterable[Cell] = one.cells()
        elif arc[0] == PART:
            by_part += by
            reached = (arc, (SEX, arc[1]), (AGE, arc[2]))
        else:
            continue
        for cell in reached:
            change[cell] = change.get(cell, 0) + by
    return (
        by_incident == by_part
        and all(change.get(arc, 0) == by for arc, by in network.moved.items() if arc[0] != INCIDENT)
        and all(network.numbers[cell] + by >= 1 for cell, by in change.items())
        and not any(by and printed(cell) for cell, by in change.items())
    )
