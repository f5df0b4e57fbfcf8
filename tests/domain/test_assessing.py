"""Assessing: the five answers, and what people verified, applied to booked rows."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain.answers import Answers, CellFinding, weakest
from domain.assessing import assess, fact_cells
from domain.booking import DIMENSIONS, holds, partition, partitions
from domain.cells import ADULT, ANY_AGE, CHILD, Age, Cell
from domain.errors import Invalid
from domain.figures import Booked, FactCell, Figures
from domain.vocab import Answer

KILLED = Cell("killed")
CIVILIANS = Cell("killed", "civilian")
WOMEN = Cell("killed", None, "female", ADULT)
FOUND = Answers(occurrence="verified", harm="verified")

# Associated Press, 2 February 2026, Balochistan: at least 33 killed, including 18 civilians, five women,
# three children and 15 security personnel.
AGENCY = (
    Booked(KILLED, 33, 33, open=True),
    Booked(CIVILIANS, 18, 18, parent=0),
    Booked(WOMEN, 5, 5, parent=1),
    Booked(Cell("killed", None, None, CHILD), 3, 3, parent=1),
    Booked(Cell("killed", "security_forces"), 15, 15, parent=0),
)
# The same campaign: 18 civilians (military, 31 January), 31 (chief minister, 1 February).
RANGE = (Booked(CIVILIANS, 18, 31),)


def said(cells: tuple[FactCell, ...], grain: str) -> list[tuple[object, ...]]:
    return [(c.status, c.sex, c.verification, c.low, c.high, c.open) for c in cells if c.grain == grain]


def answered(
    booked: tuple[Booked, ...], *findings: CellFinding, answers: Answers = FOUND
) -> tuple[FactCell, ...]:
    return assess(partitions(booked).cells, answers, findings)


def test_a_policy_alone_verifies_nothing() -> None:
    assert {cell.verification for cell in answered(AGENCY)} == {"pending"}


def test_of_a_range_with_eighteen_verified_the_rest_is_pending() -> None:
    found = answered(RANGE, CellFinding(CIVILIANS, verified=18))
    assert said(found, "status") == [
        ("civilian", None, "verified", 18, 18, False),
        ("civilian", None, "pending", 0, 13, False),
    ]


def test_fewer_verified_than_the_low_leave_the_rest_of_the_low_pending() -> None:
    found = answered(RANGE, CellFinding(CIVILIANS, verified=10))
    assert [row[2:5] for row in said(found, "status")] == [("verified", 10, 10), ("pending", 8, 21)]


def test_the_open_part_of_a_verified_number_is_pending() -> None:
    found = answered(AGENCY, CellFinding(CIVILIANS, verified=18))
    assert said(found, "status")[:2] == [
        ("civilian", None, "verified", 18, 18, False),
        ("civilian", None, "pending", 0, 0, True),
    ]


def test_what_is_beyond_the_verified_number_keeps_its_own_answer() -> None:
    contested = answered(RANGE, CellFinding(CIVILIANS, "contested", verified=18))
    assert [row[2:5] for row in said(contested, "status")] == [("verified", 18, 18), ("contested", 0, 13)]
    rejected = answered(RANGE, CellFinding(CIVILIANS, "rejected", verified=18))
    assert [row[2:5] for row in said(rejected, "status")] == [("verified", 18, 18)]
    sure = answered(RANGE, CellFinding(CIVILIANS, "verified", verified=18))
    assert [row[2:5] for row in said(sure, "status")] == [("verified", 18, 18), ("pending", 0, 13)]


def test_a_verified_number_is_not_spread_over_the_parts() -> None:
    found = answered(AGENCY, CellFinding(CIVILIANS, verified=18))
    assert {row[2] for row in said(found, "status_sex_age")} == {"pending"}
    contested = answered(AGENCY, CellFinding(CIVILIANS, "contested", verified=18))
    assert [row[2] for row in said(contested, "status_sex_age")] == ["contested"] * 3 + ["pending"]


def test_a_cell_verified_as_a_whole_is_verified_in_its_parts() -> None:
    found = answered(AGENCY, CellFinding(CIVILIANS, "verified"))
    assert [row[2] for row in said(found, "status_sex_age")] == ["verified"] * 3 + ["pending"]
    assert [row[2] for row in said(found, "status")] == ["verified", "pending"]
    assert [row[2:5] for row in said(found, "sex_age")] == [
        ("verified", 5, 5),
        ("verified", 3, 3),
        ("verified", 10, 10),
        ("pending", 15, 15),
    ]
    assert [row[2:5] for row in said(found, "total")] == [("verified", 18, 18), ("pending", 15, 15)]


def test_the_finding_of_the_smallest_cell_that_holds_a_row_counts() -> None:
    found = answered(AGENCY, CellFinding(KILLED, "contested"), CellFinding(CIVILIANS, "verified"))
    assert [row[2] for row in said(found, "status")] == ["verified", "contested"]
    assert [row[2] for row in said(found, "total")] == ["contested"]
    assert [row[2] for row in said(found, "sex_age")] == ["verified"] * 3 + ["contested"]
    assert [row[2] for row in said(found, "status_sex_age")] == ["verified"] * 3 + ["contested"]


SPLIT = (
    Booked(KILLED, 33, 33, open=True),
    Booked(CIVILIANS, 18, 18, parent=0),
    Booked(Cell("killed", "security_forces"), 15, 15, parent=0),
)


def test_rejected_civilians_are_missing_from_every_table() -> None:
    for booked in (SPLIT, AGENCY):
        found = answered(booked, CellFinding(CIVILIANS, "rejected"))
        for grain in DIMENSIONS:
            assert sum(c.low for c in found if c.grain == grain) == 15
    assert said(found, "total") == [(None, None, "pending", 15, 15, True)]


def test_contested_civilians_are_contested_in_every_table() -> None:
    found = answered(SPLIT, CellFinding(CIVILIANS, "contested"))
    assert [row[2:5] for row in said(found, "total")] == [("contested", 18, 18), ("pending", 15, 15)]
    assert [row[2:5] for row in said(found, "sex_age")] == [("contested", 18, 18), ("pending", 15, 15)]


def test_eighteen_civilians_verified_are_eighteen_of_the_thirty_three() -> None:
    found = answered(SPLIT, CellFinding(CIVILIANS, "verified", verified=18))
    for grain in ("total", "sex_age"):
        assert [row[2:] for row in said(found, grain)] == [
            ("verified", 18, 18, False),
            ("pending", 15, 15, True),
        ]
    spread = answered(AGENCY, CellFinding(CIVILIANS, "verified", verified=18))
    assert [row[2:5] for row in said(spread, "total")] == [("verified", 18, 18), ("pending", 15, 15)]
    assert {row[2] for row in said(spread, "sex_age")} == {"pending"}


def test_beyond_the_verified_civilians_the_others_have_their_own_answer_in_the_total() -> None:
    found = answered(SPLIT, CellFinding(CIVILIANS, "contested", verified=10))
    assert [row[2:5] for row in said(found, "total")] == [
        ("verified", 10, 10),
        ("contested", 8, 8),
        ("pending", 15, 15),
    ]
    ranged = (Booked(KILLED, 33, 40), Booked(CIVILIANS, 18, 31))
    found = answered(ranged, CellFinding(CIVILIANS, verified=18))
    assert [row[2:5] for row in said(found, "total")] == [("verified", 18, 18), ("pending", 15, 22)]


def test_numbers_verified_of_cells_that_may_share_persons_are_not_added() -> None:
    booked = (*SPLIT, Booked(WOMEN, 6, 6))
    found = answered(booked, CellFinding(CIVILIANS, verified=18), CellFinding(WOMEN, verified=6))
    assert [row[2:5] for row in said(found, "total")] == [("verified", 18, 18), ("pending", 15, 15)]
    civilian_women = Cell("killed", "civilian", "female", ADULT)
    found = answered(AGENCY, CellFinding(CIVILIANS, verified=18), CellFinding(civilian_women, verified=5))
    assert [row[2:4] for row in said(found, "total")] == [("verified", 18), ("pending", 15)]


def test_a_part_under_a_finding_on_the_row_itself_changes_nothing() -> None:
    found = answered(SPLIT, CellFinding(KILLED, verified=20), CellFinding(CIVILIANS, "rejected"))
    assert [row[2:5] for row in said(found, "total")] == [("verified", 20, 20), ("pending", 13, 13)]


def test_occurrence_and_harm_cap_what_is_carved_out() -> None:
    found = answered(SPLIT, CellFinding(CIVILIANS, verified=18), answers=Answers("contested", "verified"))
    assert [row[2:5] for row in said(found, "total")] == [("contested", 33, 33)]


def test_of_two_findings_that_overlap_on_a_row_the_weaker_counts() -> None:
    women = CellFinding(Cell("killed", None, "female"), "verified")
    civilians = CellFinding(CIVILIANS, "contested")
    for findings in [(women, civilians), (civilians, women)]:
        found = answered(AGENCY, *findings)
        assert said(found, "status_sex_age")[0][2] == "contested"


def test_women_verified_by_number_count_in_every_table_that_shows_them() -> None:
    civilian_women = Cell("killed", "civilian", "female", ADULT)
    found = answered(AGENCY, CellFinding(WOMEN, verified=4), CellFinding(civilian_women, verified=4))
    for grain in ("sex_age", "status_sex_age"):
        assert [row[2:] for row in said(found, grain) if row[1] == "female"] == [
            ("verified", 4, 4, False),
            ("pending", 1, 1, True),
        ]


def test_a_number_verified_of_the_whole_is_shown_where_nothing_is_known_of_its_parts() -> None:
    found = answered((Booked(KILLED, 33, 33),), CellFinding(KILLED, verified=20))
    for grain in ("total", "status", "sex_age", "status_sex_age"):
        assert [row[2:5] for row in said(found, grain)] == [("verified", 20, 20), ("pending", 13, 13)]


def test_persons_of_unknown_status_have_a_finding_of_their_own() -> None:
    booked = (Booked(KILLED, 33, 33), Booked(CIVILIANS, 18, 18))
    found = answered(booked, CellFinding(Cell("killed", "unknown"), "contested"))
    assert [row[2] for row in said(found, "status")] == ["pending", "contested"]
    everybody = Cell("killed", "unknown", "unknown", ANY_AGE)
    found = answered(booked, CellFinding(everybody, verified=15))
    assert [row[2:5] for row in said(found, "status_sex_age")] == [("pending", 18, 18), ("verified", 15, 15)]


def test_what_is_left_of_a_cell_is_verified_under_the_cell_s_own_description() -> None:
    security = Cell("killed", "security_forces")
    booked = (Booked(security, 15, 15), Booked(Cell("killed", "armed_forces"), 4, 4))
    found = answered(booked, CellFinding(security, verified=11))
    assert [row[::3] for row in said(found, "status")] == [("security_forces", 11), ("armed_forces", 4)]
    assert [row[2] for row in said(found, "status")] == ["verified", "pending"]


def test_verified_persons_fill_the_stated_part_before_its_rest() -> None:
    aged = Cell("killed", "civilian", "female", ADULT)
    booked = (Booked(CIVILIANS, 18, 18), Booked(WOMEN, 5, 5, parent=0), Booked(aged, 6, 6))
    found = answered(booked, CellFinding(aged, verified=5))
    women = [c for c in found if c.grain == "status_sex_age" and c.sex == "female"]
    assert [(c.basis, c.verification, c.low) for c in women] == [
        ("stated", "verified", 5),
        ("residual", "pending", 1),
    ]


def test_occurrence_and_harm_cap_every_row() -> None:
    for answers in (Answers("contested", "verified"), Answers("verified", "contested")):
        found = answered(RANGE, CellFinding(CIVILIANS, verified=18), answers=answers)
        assert [row[2:5] for row in said(found, "status")] == [("contested", 18, 31)]
    pending = answered(RANGE, CellFinding(CIVILIANS, verified=18), answers=Answers("pending", "verified"))
    assert [row[2:5] for row in said(pending, "status")] == [("pending", 18, 31)]
    opened = answered(AGENCY, CellFinding(CIVILIANS, verified=18), answers=Answers("pending", "verified"))
    assert said(opened, "status")[0] == ("civilian", None, "pending", 18, 18, True)


def test_rejected_makes_no_fact() -> None:
    assert answered(AGENCY, answers=Answers("rejected", "verified")) == ()
    assert answered(AGENCY, CellFinding(CIVILIANS), answers=Answers("verified", "rejected")) == ()
    found = answered(AGENCY, CellFinding(CIVILIANS, "rejected"))
    assert [row[0] for row in said(found, "status")] == ["security_forces"]


def test_responsibility_never_changes_a_count() -> None:
    for answer in Answer.codes():
        assert answered(AGENCY, answers=replace(FOUND, responsibility=answer)) == answered(AGENCY)


def test_civilian_status_counts_only_in_tables_by_status() -> None:
    finding = CellFinding(CIVILIANS, "verified", civilian_status="contested")
    found = answered(AGENCY, finding)
    assert [row[2] for row in said(found, "status")] == ["contested", "pending"]
    total = answered((Booked(KILLED, 5, 5),), CellFinding(KILLED, "verified", "inconclusive"))
    assert [row[2] for row in said(total, "total")] == ["verified"]
    assert [row[2] for row in said(total, "sex_age")] == ["verified"]
    assert [row[2] for row in said(total, "status")] == ["inconclusive"]


def test_nobody_reported_is_a_fact_and_nobody_left_by_a_split_is_none() -> None:
    # A published workbook of strikes states 0 children where it knows of none: not the same as blank.
    assert [(c.low, c.high) for c in answered((Booked(KILLED, 0, 0),))] == [(0, 0)] * 4
    all_verified = answered((Booked(KILLED, 3, 3),), CellFinding(KILLED, "verified", verified=3))
    assert [row[2:5] for row in said(all_verified, "total")] == [("verified", 3, 3)]
    assert [c.open for c in answered((Booked(KILLED, 0, 0, open=True),))] == [True] * 4


def test_more_verified_than_were_said_are_refused() -> None:
    with pytest.raises(Invalid) as refused:
        answered(RANGE, CellFinding(CIVILIANS, verified=32))
    assert refused.value.code == "verified-exceeds-high"
    assert answered(RANGE, CellFinding(CIVILIANS, verified=31))


def test_persons_verified_of_a_cell_that_no_row_shows_are_refused() -> None:
    with pytest.raises(Invalid) as refused:
        answered(RANGE, CellFinding(WOMEN, verified=3))
    assert refused.value.code == "finding-without-row"
    with pytest.raises(Invalid):
        answered(RANGE, CellFinding(Cell("injured"), verified=3))
    with pytest.raises(Invalid):
        answered(RANGE, CellFinding(CIVILIANS), CellFinding(CIVILIANS, "verified"))


def test_answers_outside_the_vocabulary_are_refused() -> None:
    with pytest.raises(Invalid):
        Answers(occurrence="yes")
    with pytest.raises(Invalid):
        CellFinding(KILLED, "yes")
    with pytest.raises(Invalid):
        CellFinding(KILLED, civilian_status="yes")
    with pytest.raises(Invalid):
        CellFinding(KILLED, verified=-1)


def test_answers_rank_from_verified_to_rejected() -> None:
    ranked = ["verified", "pending", "contested", "inconclusive", "rejected"]
    for place, answer in enumerate(ranked):
        assert weakest(*ranked[: place + 1]) == answer


def test_facts_of_a_policy_s_answer_are_its_booked_rows_as_assessed() -> None:
    figures = Figures("reported-range", "1", RANGE, ())
    findings = [CellFinding(CIVILIANS, verified=18)]
    assert fact_cells(figures, FOUND, findings) == answered(RANGE, *findings)
    assert fact_cells(Figures("reported-range", "1", (), ()), FOUND) == ()


@given(
    st.integers(0, 40),
    st.integers(0, 20),
    st.booleans(),
    st.integers(0, 60),
    st.sampled_from(Answer.codes()[:4]),
)
def test_a_split_row_adds_up_to_the_row(low: int, width: int, more: bool, sure: int, rest: str) -> None:
    booked = (Booked(CIVILIANS, low, low + width, more),)
    row = partition(booked, "status").cells
    finding = CellFinding(CIVILIANS, rest, verified=sure)
    if sure > low + width:
        with pytest.raises(Invalid):
            assess(row, FOUND, [finding])
        return
    if sure == 0:
        assert sum(c.high for c in assess(row, FOUND, [finding])) == low + width
        return
    found = assess(row, FOUND, [finding])
    assert sum(c.high for c in found) == low + width
    assert sum(c.low for c in found) == max(low, sure)
    assert [c.low for c in found if c.verification == "verified"] == [sure]
    assert any(c.open for c in found) == more
    assert not any(c.open for c in found if c.verification == "verified")


SEVERAL = [
    Cell("killed", status, sex, age)
    for status in (None, "security_forces", "civilian", "police")
    for sex in (None, "female", "male")
    for age in (None, CHILD, ADULT)
]
PEOPLE = [
    Cell("killed", status, sex, Age(age, age))
    for status in ("civilian", "police", "armed_forces")
    for sex in ("female", "male")
    for age in (7, 30)
]


@given(
    st.lists(st.integers(0, 9), min_size=12, max_size=12),
    st.lists(st.sampled_from(SEVERAL), max_size=3, unique=True),
    st.lists(st.tuples(st.sampled_from(Answer.codes()), st.booleans()), min_size=20, max_size=20),
)
def test_disjoint_findings_give_every_grain_as_many_persons_in_each_state(
    numbers: list[int], cells: list[Cell], answers: list[tuple[str, bool]]
) -> None:
    booked = []
    for cell in dict.fromkeys((KILLED, *cells)):
        count = sum(n for n, one in zip(numbers, PEOPLE, strict=True) if cell.holds(one))
        booked.append(Booked(cell, count, count))
    # A figure left out of a grain leaves its persons there in rows too small for others.
    assume(not partitions(booked).left_out)
    finest = partition(booked, "status_sex_age").cells
    described: dict[Cell, int] = {}
    for row in finest:
        cell = Cell("killed", row.status, row.sex, Age(row.age_low or 0, row.age_high))
        described[cell] = described.get(cell, 0) + row.high
    findings = [
        CellFinding(cell, answer, verified=count // 2 if half else None)
        for (cell, count), (answer, half) in zip(described.items(), answers, strict=False)
        if sum(holds(cell, other) for other in described) == 1
    ]
    found = answered(tuple(booked), *findings)
    by_grain: list[dict[str, int]] = []
    for grain in DIMENSIONS:
        states: dict[str, int] = {}
        for _, _, state, low, high, _ in said(found, grain):
            assert low == high
            states[str(state)] = states.get(str(state), 0) + int(str(high))
        by_grain.append({state: number for state, number in states.items() if number})
    rejected = sum(described.values()) - sum(by_grain[-1].values())
    assert all(sum(states.values()) + rejected == sum(numbers) for states in by_grain)
    assert all(states == by_grain[-1] for states in by_grain)


# Civilians 18 to 31 (the military, 31 January, and the chief minister, 1 February) and seven police.
TOLD_APART = (Booked(CIVILIANS, 18, 31), Booked(Cell("killed", "police"), 7, 7))


def intervals(cells: tuple[FactCell, ...], grain: str) -> dict[tuple[str | None, str], tuple[int, int]]:
    return {(c.status, c.verification): (c.low, c.high) for c in cells if c.grain == grain}


@pytest.mark.parametrize(
    ("finding", "total"),
    [
        (CellFinding(CIVILIANS, "verified"), {"verified": (18, 31), "pending": (7, 7)}),
        (CellFinding(CIVILIANS, "rejected"), {"pending": (7, 7)}),
        (CellFinding(CIVILIANS, "contested"), {"contested": (18, 31), "pending": (7, 7)}),
        (CellFinding(CIVILIANS, "rejected", verified=3), {"verified": (3, 3), "pending": (7, 7)}),
        (CellFinding(CIVILIANS, "verified", verified=18), {"verified": (18, 18), "pending": (7, 20)}),
    ],
)
def test_what_is_found_of_a_range_leaves_the_others_as_they_are_at_every_grain(
    finding: CellFinding, total: dict[str, tuple[int, int]]
) -> None:
    cells = answered(TOLD_APART, finding)
    for grain in ("total", "sex_age"):
        found = {state: numbers for (_, state), numbers in intervals(cells, grain).items()}
        assert found == total, grain
    # The grain that has the cell and the one that has it not sum to the same.
    by_status = intervals(cells, "status")
    assert sum(low for low, _ in by_status.values()) == sum(low for low, _ in total.values())
    assert sum(high for _, high in by_status.values()) == sum(high for _, high in total.values())


def test_a_total_of_its_own_is_split_and_never_widened_by_what_is_verified_of_a_part() -> None:
    # 33 killed, said as such: of 18 to 31 civilians verified as a range the total has 18 for certain.
    booked = (Booked(KILLED, 33, 33), Booked(CIVILIANS, 18, 31, parent=0))
    cells = answered(booked, CellFinding(CIVILIANS, "verified"))
    assert intervals(cells, "total") == {(None, "verified"): (18, 18), (None, "pending"): (15, 15)}


def test_who_are_found_to_be_no_civilians_stay_killed_and_are_of_unknown_status() -> None:
    finding = CellFinding(CIVILIANS, "verified", "rejected", 18)
    cells = answered(TOLD_APART, finding)
    assert intervals(cells, "status") == {
        ("unknown", "verified"): (18, 18),
        ("unknown", "pending"): (0, 13),
        ("police", "pending"): (7, 7),
    }
