"""Where findings and persons belong among the rows of a grain (decision 0004, R13).

A finding speaks of a cell, a person has a description of their own, and a grain has rows for neither
or for both. What is here says which row is a finding's own, which takes its answer from a larger cell,
which persons are carved out of a larger row, and in which row a named person stands.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from domain.answers import STRENGTH, CellFinding, PersonFinding
from domain.booking import DIMENSIONS, UNKNOWN, dimensions, holds
from domain.cells import ANY_AGE, Age, Cell
from domain.errors import Invalid
from domain.figures import FactCell
from domain.vocab import Answer

_PENDING, _VERIFIED = Answer.PENDING.value, Answer.VERIFIED.value

Table = dict[Cell, list[FactCell]]
"""The rows of one grain and outcome by their description."""


@dataclass(frozen=True, slots=True)
class Part:
    """Persons carved out of a row: so many, by this finding, and how many of them are verified.

    ``adds_up``: the row is the sum of these persons and of others who are told apart, and no number of its
    own, so that what is left is what the others are.
    """

    finding: CellFinding
    low: int
    high: int
    verified: int
    adds_up: bool = False


def persons_of(table: Table, grain: str, persons: Iterable[PersonFinding]) -> dict[Cell, list[PersonFinding]]:
    """Give the persons that stand in each row: the smallest one around their description (R11).

    A person who may be described by a row and is not said to be, such as one of unknown status beside
    civilians only, stands in none.

    Raises Invalid for a person whom no row can hold: nothing is booked that counts them.
    """
    found: dict[Cell, list[PersonFinding]] = {}
    for person in persons:
        if person.cell is None:
            continue
        home = _home(projected(person.cell, grain), table)
        if home is not None:
            found.setdefault(home, []).append(person)
        elif not any(may_share(row, person.cell) for row in table):
            raise Invalid("A person is verified whom no booked figure can hold.", code="finding-without-row")
    return found


def may_share(one: Cell, other: Cell) -> bool:
    """Tell whether somebody can be described by both cells, unknown being open to anything."""
    return plain(one).meet(plain(other)) is not None


def carvings(
    grain: str, table: Table, finer: list[Table], findings: list[CellFinding]
) -> dict[Cell, list[Part]]:
    """Give what is carved out of the rows of one grain: findings that hold none of them (decision 0004).

    Persons are read from the finest grain that shows them, one row at a time, under the answer they
    have there. A number verified is carved as a whole, out of the one row that holds all of its persons.
    """
    within: list[tuple[CellFinding, Table, list[Cell]]] = []
    for finding in findings:
        if any(holds(finding.cell, description) for description in table):
            continue
        for source in finer:
            leaves = [description for description in source if holds(finding.cell, description)]
            if leaves:
                within.append((finding, source, leaves))
                break
    homes = {
        leaf: home
        for _, _, leaves in within
        for leaf in leaves
        if (home := _home(projected(leaf, grain), table)) is not None
        and own_finding(home, findings, table) is None
    }
    carved: dict[Cell, list[Part]] = {}
    taken: list[tuple[CellFinding, Table, set[Cell]]] = []
    for finding, source, leaves in sorted(within, key=lambda one: -(one[0].verified or 0)):
        places = {homes.get(leaf) for leaf in leaves}
        place = places.pop()
        if not finding.verified or places or place is None:
            continue
        if any(
            not gone.isdisjoint(leaves) if source is other else one.cell.meet(finding.cell) is not None
            for one, other, gone in taken
        ):
            # They may be the same persons.
            continue
        taken.append((finding, source, set(leaves)))
        low, high = _sums(row for leaf in leaves for row in source[leaf])
        adds_up = _adds_up(place, table, source, grain)
        carved.setdefault(place, []).append(Part(finding, low, high, finding.verified, adds_up))
    for finding, source, leaves in within:
        for leaf in leaves:
            governing = own_finding(leaf, findings, source) or inherited_finding(leaf, findings)
            if governing is not finding or leaf not in homes:
                continue
            if any(source is other and leaf in gone for _, other, gone in taken):
                continue
            adds_up = _adds_up(homes[leaf], table, source, grain)
            carved.setdefault(homes[leaf], []).append(Part(finding, *_sums(source[leaf]), 0, adds_up))
    return carved


def _adds_up(place: Cell, table: Table, source: Table, grain: str) -> bool:
    """Tell whether the rows of a finer grain that stand in a row add up to that row's numbers."""
    leaves = [leaf for leaf in source if _home(projected(leaf, grain), table) == place]
    return _sums(row for leaf in leaves for row in source[leaf]) == _sums(table[place])


def _sums(rows: Iterable[FactCell]) -> tuple[int, int]:
    numbers = [(row.low, row.high) for row in rows]
    return sum(low for low, _ in numbers), sum(high for _, high in numbers)


def projected(cell: Cell, grain: str) -> Cell:
    """Give the description that persons of a cell have at a grain."""
    within = DIMENSIONS[grain]
    return Cell(
        cell.outcome,
        (cell.status or UNKNOWN) if "status" in within else None,
        (cell.sex or UNKNOWN) if "sex" in within else None,
        (cell.age or ANY_AGE) if "age" in within else None,
    )


def _home(description: Cell, table: Table) -> Cell | None:
    """Give the row that persons of this description stand in: their own, else the smallest around it."""
    if description in table:
        return description
    around = [row for row in table if plain(row).holds(plain(description))]
    tightest = [
        row for row in around if not any(other != row and plain(row).holds(plain(other)) for other in around)
    ]
    return tightest[0] if tightest else None


def description_of(row: FactCell) -> Cell:
    """Give the cell of a row, None for dimensions outside its grain."""
    age = None if row.age_low is None else Age(row.age_low, row.age_high)
    return Cell(row.outcome, row.status, row.sex, age)


def plain(cell: Cell) -> Cell:
    """Give the cell with what is unknown as not broken down."""
    return Cell(
        cell.outcome,
        None if cell.status == UNKNOWN else cell.status,
        None if cell.sex == UNKNOWN else cell.sex,
        None if cell.age == ANY_AGE else cell.age,
    )


def own_finding(description: Cell, findings: list[CellFinding], rows: Table) -> CellFinding | None:
    """Give the finding on exactly these persons, or None.

    A finding that does not speak of a dimension is about the whole cell. It is about a row of
    unknown description only when the cell has no other row at this grain: of 18 civilians, ten of unknown
    sex and age are not "the civilians".
    """
    exact = next((finding for finding in findings if finding.cell == description), None)
    whole = [
        finding
        for finding in findings
        if plain(finding.cell) == plain(description)
        and holds(finding.cell, description)
        and sum(holds(finding.cell, other) for other in rows) == 1
    ]
    return exact or max(whole, key=lambda finding: len(dimensions(finding.cell)), default=None)


def inherited_finding(description: Cell, findings: list[CellFinding]) -> CellFinding | None:
    """Give the finding of the smallest cell that holds the row, the weaker of two that overlap."""
    holding = [finding for finding in findings if holds(finding.cell, description)]
    tightest = [
        finding
        for finding in holding
        if not any(other is not finding and holds(finding.cell, other.cell) for other in holding)
    ]
    return min(
        tightest,
        key=lambda finding: (
            STRENGTH[_PENDING if finding.verified is not None else finding.how_many],
            STRENGTH[finding.civilian_status or _VERIFIED],
        ),
        default=None,
    )
