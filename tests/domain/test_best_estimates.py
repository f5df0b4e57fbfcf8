"""Best estimates: a source's own, passed through where its claim stands alone, and made by nobody else.

The form is that of UCDP GED, whose low, best and high stand side by side and whose best is the sum of the
deaths of side a, of side b, of civilians and of unknown status.
"""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from domain.answers import Answers, CellFinding
from domain.assessing import assess
from domain.booking import DIMENSIONS, partition, partitions
from domain.cells import Cell, Count
from domain.figures import Booked, Claim, FactCell, Figure
from domain.policies import POLICIES, Evidence

KILLED = Cell("killed")
CIVILIANS = Cell("killed", "civilian")
FIGHTERS = Cell("killed", "direct_participant")
EVENT = (
    Booked(KILLED, 5, 10, best=7),
    Booked(CIVILIANS, 4, 4, parent=0, best=4),
    Booked(FIGHTERS, 2, 2, parent=0, best=2),
)


def bests(cells: tuple[FactCell, ...]) -> list[tuple[str | None, str, int | None]]:
    return [(one.status, one.basis, one.best) for one in cells]


def claimed(id: str, origin: str, *figures: Figure) -> Claim:
    return Claim(id, f"report-{id}", origin, int(id), None, figures)


def total(claims: tuple[Claim, ...]) -> Booked:
    (found,) = POLICIES["reported-range"].function(Evidence(claims=claims)).booked
    return found


def test_the_total_has_the_best_of_its_source() -> None:
    assert bests(partition(EVENT, "total").cells) == [(None, "stated", 7)]


def test_the_best_of_a_remainder_is_what_the_parts_leave_of_the_best() -> None:
    assert bests(partition(EVENT, "status").cells) == [
        ("civilian", "stated", 4),
        ("direct_participant", "stated", 2),
        ("unknown", "residual", 1),
    ]


def test_a_remainder_has_no_best_where_a_part_has_none_or_the_parts_have_more() -> None:
    for part in (replace(EVENT[1], best=None), replace(EVENT[1], best=6)):
        rest = partition((EVENT[0], part, EVENT[2]), "status").cells[-1]
        assert (rest.basis, rest.best) == ("residual", None)


def test_a_sum_has_a_best_only_where_every_part_has_one() -> None:
    parts = tuple(replace(one, parent=None) for one in EVENT[1:])
    assert bests(partition(parts, "total").cells) == [(None, "stated", 6)]
    assert bests(partition((parts[0], replace(parts[1], best=None)), "total").cells) == [
        (None, "stated", None)
    ]


def test_one_claim_alone_passes_its_best_through_and_two_make_none() -> None:
    dataset = claimed("1", "ucdp", Figure("total", KILLED, Count(5, 10), best=7))
    agency = claimed("2", "agency", Figure("total", KILLED, Count(6, 6)))
    assert total((dataset,)).best == 7
    assert total((agency,)).best is None
    assert total((dataset, agency)).best is None


def test_a_best_outside_low_and_high_stays_as_the_source_gives_it() -> None:
    odd = claimed("1", "ucdp", Figure("total", KILLED, Count(4, 6), best=3))
    booked = total((odd,))
    assert (booked.low, booked.best, booked.high) == (4, 3, 6)


def test_a_reversed_range_of_one_claim_keeps_its_one_best() -> None:
    # Low 9 above high 8, as some rows have it: both numbers are kept, and the best is the source's.
    low = Figure("killed_low", KILLED, Count(9, 9, True), best=8)
    high = Figure("killed_high", KILLED, Count(0, 8), best=8)
    booked = total((claimed("1", "ucdp", low, high),))
    assert (booked.low, booked.best, booked.high, booked.open) == (0, 8, 9, True)


def test_a_number_verified_out_of_a_row_leaves_neither_part_a_best() -> None:
    found = assess(
        partitions(EVENT[:1]).cells,
        Answers(occurrence="verified", harm="verified"),
        [CellFinding(cell=KILLED, how_many="verified", verified=5)],
    )
    assert {(one.verification, one.best) for one in found} == {("verified", None), ("pending", None)}


def test_a_state_of_the_whole_row_takes_its_best_along() -> None:
    found = assess(partitions(EVENT).cells, Answers(occurrence="contested"))
    assert [one.best for one in found if one.grain == "total"] == [7]
    assert {one.verification for one in found} == {"contested"}


@given(st.lists(st.tuples(st.sampled_from([CIVILIANS, FIGHTERS]), st.integers(0, 50)), max_size=2))
def test_the_bests_of_a_partition_add_up_to_the_best_of_the_whole(
    parts: list[tuple[Cell, int]],
) -> None:
    stated = {cell: Booked(cell, many, many, parent=0, best=many) for cell, many in parts}
    best = sum(one.low for one in stated.values()) + 3
    booked = (Booked(KILLED, 0, best + 1, best=best), *stated.values())
    for grain in DIMENSIONS:
        assert sum(one.best or 0 for one in partition(booked, grain).cells) == best
