"""Somebody who works numbers out of what is published, with an integer program over all of it.

The attacker has every edition of the fixed tables of a block and the documents of the incidents, and knows
more than that: in which incidents and in which parts somebody is counted, which incidents did not change
between two editions, that what is withheld is not nought. From this the least and the most that any number
can be are worked out with HiGHS. It shares no line with the program that withholds: no network, no
lifeline, only the sums that the tables claim.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import highspy

from domain.disclosure import band
from domain.fixed_tables import AGE, PART, SEX, Cell, Counted, values
from domain.suppression import Renewal

Sum = Mapping[int, float]


@dataclass(frozen=True)
class Found:
    """What the attacker can say of a number, beside what it is."""

    what: str
    truth: int
    low: int
    high: int

    @property
    def recovered(self) -> bool:
        return self.low == self.high


class Attacker:
    """An integer program over the printings of a block. ``tables`` off: the documents alone."""

    def __init__(self, printings: Sequence[Renewal], *, tables: bool = True) -> None:
        self.printings = printings
        self.program = highspy.Highs()  # type: ignore[no-untyped-call]
        self.program.setOptionValue("output_flag", False)
        self.program.setOptionValue("mip_rel_gap", 0.0)
        self.columns = 0
        self.sums: list[dict[Cell, dict[int, float]]] = []
        self.incidents: dict[tuple[str, Counted], int] = {}
        self._versions()
        for printing, sums in zip(printings, self.sums, strict=True):
            printed = values(printing.entries.values())
            for cell, total in sums.items():
                known = tables and cell not in printing.withheld
                low, high = (printed[cell], printed[cell]) if known else (1, highspy.kHighsInf)
                self._row(low, high, total)

    def _versions(self) -> None:
        """Lay out the unknowns: each incident as it was counted, and the parts of those that came and went
        together."""
        editions: dict[tuple[str, Counted], list[int]] = {}
        for place, printing in enumerate(self.printings):
            self.sums.append({})
            for id, one in printing.entries.items():
                editions.setdefault((id, one), []).append(place)
        together: dict[tuple[int, ...], list[tuple[str, Counted]]] = {}
        for key, places in editions.items():
            together.setdefault(tuple(places), []).append(key)
        known: dict[tuple[str, int], int] = {}
        for shared, keys in together.items():
            link: dict[int, float] = {}
            for key in keys:
                least, most = band(key[1].count)
                if (key[0], key[1].count) not in known:
                    most_of_all = highspy.kHighsInf if most is None else most
                    known[key[0], key[1].count] = self._column(max(1, least), most_of_all)
                column = self.incidents[key] = known[key[0], key[1].count]
                link[column] = link.get(column, 0) + 1
                for place in shared:
                    for cell in key[1].cells():
                        self.sums[place].setdefault(cell, {})[column] = 1
            parts = {(sex, group) for _, one in keys for sex, group, _ in one.parts}
            for sex, group in sorted(parts):
                column = self._column(1, highspy.kHighsInf)
                link[column] = -1
                for place in shared:
                    for cell in ((SEX, sex), (AGE, group), (PART, sex, group)):
                        self.sums[place].setdefault(cell, {})[column] = 1
            self._row(0, 0, link)

    def _column(self, low: float, high: float) -> int:
        self.program.addVar(low, high)
        self.program.changeColIntegrality(self.columns, highspy.HighsVarType.kInteger)
        self.columns += 1
        return self.columns - 1

    def _row(self, low: float, high: float, total: Sum) -> None:
        self.program.addRow(low, high, len(total), list(total), list(total.values()))

    def range_of(self, total: Sum) -> tuple[int, int]:
        """Give the least and the most that a sum can be; the most is at least a million where there is
        none."""
        for column, by in total.items():
            self.program.changeColCost(column, by)
        found = []
        for sense in (highspy.ObjSense.kMinimize, highspy.ObjSense.kMaximize):
            self.program.changeObjectiveSense(sense)
            self.program.run()
            status = self.program.getModelStatus()
            if status == highspy.HighsModelStatus.kOptimal:
                found.append(round(self.program.getInfo().objective_function_value))
            else:
                assert status in (
                    highspy.HighsModelStatus.kUnbounded,
                    highspy.HighsModelStatus.kUnboundedOrInfeasible,
                ), status
                found.append(10**6 if sense == highspy.ObjSense.kMaximize else -(10**6))
        for column in total:
            self.program.changeColCost(column, 0)
        return found[0], found[1]

    def cells(self) -> list[Found]:
        """Attack every small cell of every edition."""
        return [
            self._found(f"{cell} of edition {place}", number, self.sums[place][cell])
            for place, printing in enumerate(self.printings)
            for cell, number in sorted(values(printing.entries.values()).items())
            if number < self.printings[-1].threshold
        ]

    def differences(self) -> list[Found]:
        """Attack every small difference of a cell between two editions."""
        found = []
        numbers = [values(printing.entries.values()) for printing in self.printings]
        for late in range(len(numbers)):
            for early in range(late):
                for cell in sorted({*numbers[late], *numbers[early]}):
                    apart = numbers[late].get(cell, 0) - numbers[early].get(cell, 0)
                    if 1 <= abs(apart) < self.printings[-1].threshold:
                        total = dict(self.sums[late].get(cell, {}))
                        for column, by in self.sums[early].get(cell, {}).items():
                            total[column] = total.get(column, 0) - by
                        total = {column: by * (1 if apart > 0 else -1) for column, by in total.items() if by}
                        found.append(self._found(f"{cell} from {early} to {late}", abs(apart), total))
        return found

    def small_incidents(self, *, last: bool) -> list[Found]:
        """Attack the incidents with few persons that the last edition counts, or those that it does not."""
        now = {(id, one) for id, one in self.printings[-1].entries.items()}
        return [
            self._found(f"incident {key[0]}", key[1].count, {column: 1})
            for key, column in self.incidents.items()
            if key[1].count < self.printings[-1].threshold and (key in now) == last
        ]

    def _found(self, what: str, truth: int, total: Sum) -> Found:
        low, high = self.range_of(total)
        assert low <= truth <= high, (what, truth, low, high)
        return Found(what, truth, low, high)


def everything(printings: Sequence[Renewal]) -> list[Found]:
    """Attack all that is protected."""
    attacker = Attacker(printings)
    return [*attacker.cells(), *attacker.differences(), *attacker.small_incidents(last=True)]
