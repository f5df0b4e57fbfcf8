"""Verification by day: late after the end of the quarter, persons as evidence for a verified number."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.answers import Answers, CellFinding, PersonFinding, Proof
from domain.assessing import assess
from domain.booking import partitions
from domain.cells import ADULT, CHILD, Age, Cell
from domain.errors import Invalid
from domain.figures import Booked, FactCell
from domain.verification import dated, is_late, quarter_end

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


def person(number: int, day: str = "2026-02-10", sex: str = "female", age: int = 34) -> PersonFinding:
    return PersonFinding(
        f"victim-{number}", "verified", Proof(day), Cell("killed", "civilian", sex, Age(age, age))
    )


def answered(
    booked: tuple[Booked, ...], *findings: CellFinding, persons: tuple[PersonFinding, ...] = ()
) -> tuple[FactCell, ...]:
    return assess(partitions(booked).cells, FOUND, findings, persons)


def rows(cells: tuple[FactCell, ...], grain: str) -> list[tuple[object, ...]]:
    return [(c.verification, c.verified_on, c.low, c.high) for c in cells if c.grain == grain]


def test_a_verification_is_late_after_the_end_of_the_quarter_of_the_incident() -> None:
    assert not is_late("2026-03-31", "2026-01-31")
    assert is_late("2026-04-01", "2026-01-31")
    assert is_late("2027-01-01", "2026-12-31")
    assert not is_late("2026-12-31", "2026-10-01")


def test_of_an_incident_over_several_days_the_last_day_decides_whether_verification_is_late() -> None:
    # 28 December to 3 January: verified on 2 March it is not late, though it began in the quarter before.
    cells = answered(RANGE, CellFinding(CIVILIANS, verified=18, proof=Proof("2026-03-02")))
    assert not any(cell.late for cell in dated(cells, "2026-01-03"))
    late = dated(cells, "2025-12-31")
    assert {(c.verification, c.late) for c in late} == {("verified", True), ("pending", False)}


def test_quarters_end_in_march_june_september_and_december() -> None:
    ends = {quarter_end(f"2024-{month:02d}-{day:02d}") for month in range(1, 13) for day in (1, 28)}
    assert sorted(ends) == ["2024-03-31", "2024-06-30", "2024-09-30", "2024-12-31"]


@given(st.dates(), st.dates())
def test_nothing_verified_within_its_quarter_is_late_and_everything_after_it_is(
    ended: date, verified: date
) -> None:
    same = (ended.year, (ended.month - 1) // 3) >= (verified.year, (verified.month - 1) // 3)
    assert is_late(verified.isoformat(), ended.isoformat()) == (not same)


def test_a_verified_row_carries_its_day_and_what_is_not_verified_carries_none() -> None:
    found = answered(RANGE, CellFinding(CIVILIANS, verified=18, proof=Proof("2026-03-02")))
    assert rows(found, "status") == [("verified", "2026-03-02", 18, 18), ("pending", None, 0, 13)]
    whole = answered(AGENCY, CellFinding(CIVILIANS, "verified", proof=Proof("2026-03-02")))
    assert {(row[0], row[1]) for row in rows(whole, "status_sex_age")} == {
        ("verified", "2026-03-02"),
        ("pending", None),
    }
    capped = assess(
        partitions(RANGE).cells,
        Answers("pending", "verified"),
        [CellFinding(CIVILIANS, verified=18, proof=Proof("2026-03-02"))],
    )
    assert rows(capped, "status") == [("pending", None, 18, 31)]


def test_rows_verified_on_different_days_stay_apart() -> None:
    found = answered(
        AGENCY,
        CellFinding(CIVILIANS, "verified", proof=Proof("2026-02-10")),
        CellFinding(Cell("killed", "security_forces"), "verified", proof=Proof("2026-04-02")),
    )
    assert rows(found, "total") == [
        ("verified", "2026-02-10", 18, 18),
        ("verified", "2026-04-02", 15, 15),
    ]


def test_persons_verified_raise_the_verified_number_of_their_cell_to_at_least_their_count() -> None:
    found = answered(AGENCY, persons=(person(1), person(2), person(3, age=40)))
    for grain in ("status_sex_age", "sex_age", "status", "total"):
        verified = [row for row in rows(found, grain) if row[0] == "verified"]
        assert verified == [("verified", "2026-02-10", 3, 3)]
    women = [c for c in found if c.grain == "status_sex_age" and c.sex == "female"]
    assert [(c.verification, c.low, c.high, c.open) for c in women] == [
        ("verified", 3, 3, False),
        ("pending", 2, 2, True),
    ]


def test_persons_verified_are_among_a_verified_number_and_not_beside_it() -> None:
    eighteen = CellFinding(CIVILIANS, verified=18, proof=Proof("2026-03-02"))
    found = answered(AGENCY, eighteen, persons=(person(1), person(2)))
    for grain in ("status", "total"):
        assert [row for row in rows(found, grain) if row[0] == "verified"] == [
            ("verified", "2026-02-10", 2, 2),
            ("verified", "2026-03-02", 16, 16),
        ]
    # By sex and age the eighteen stand in several rows and stay pending; the two women are known.
    assert [row for row in rows(found, "sex_age") if row[0] == "verified"] == [
        ("verified", "2026-02-10", 2, 2)
    ]


def test_more_persons_verified_than_the_number_found_raise_it() -> None:
    two = CellFinding(CIVILIANS, verified=2, proof=Proof("2026-03-02"))
    found = answered(RANGE, two, persons=(person(1), person(2), person(3, "2026-02-11")))
    assert rows(found, "status") == [
        ("verified", "2026-02-10", 2, 2),
        ("verified", "2026-02-11", 1, 1),
        ("pending", None, 15, 28),
    ]


def test_a_verified_person_of_a_contested_cell_leaves_the_others_contested_in_every_table() -> None:
    booked = (
        Booked(KILLED, 33, 33),
        Booked(CIVILIANS, 18, 18, parent=0),
        Booked(Cell("killed", "security_forces"), 15, 15, parent=0),
    )
    found = answered(booked, CellFinding(CIVILIANS, "contested"), persons=(person(1), person(2)))
    assert rows(found, "status") == [
        ("verified", "2026-02-10", 2, 2),
        ("contested", None, 16, 16),
        ("pending", None, 15, 15),
    ]
    assert rows(found, "total") == rows(found, "status")


def test_a_person_of_unknown_status_is_verified_where_a_row_can_hold_them_and_nowhere_else() -> None:
    unknown = PersonFinding("victim-1", "verified", Proof("2026-02-10"), Cell("killed", "unknown", "male"))
    found = answered(AGENCY, persons=(unknown,))
    assert [row for row in rows(found, "total") if row[0] == "verified"] == [("verified", "2026-02-10", 1, 1)]
    assert not [row for row in rows(found, "status") if row[0] == "verified"]


def test_a_verified_person_whom_no_booked_figure_holds_is_refused() -> None:
    soldiers = (Booked(Cell("killed", "armed_forces"), 15, 15),)
    with pytest.raises(Invalid) as refused:
        answered(soldiers, persons=(person(1),))
    assert refused.value.code == "finding-without-row"
    injured = PersonFinding("victim-1", "verified", Proof("2026-02-10"), Cell("injured", "civilian"))
    with pytest.raises(Invalid) as refused:
        answered(RANGE, persons=(injured,))
    assert refused.value.code == "finding-without-row"


def test_more_persons_verified_than_were_said_are_refused() -> None:
    with pytest.raises(Invalid) as refused:
        answered((Booked(CIVILIANS, 1, 2),), persons=(person(1), person(2), person(3)))
    assert refused.value.code == "verified-exceeds-high"


def test_a_person_is_found_once() -> None:
    with pytest.raises(Invalid) as refused:
        answered(RANGE, persons=(person(1), person(1)))
    assert refused.value.code == "finding-twice"


def test_only_persons_found_verified_raise_a_number() -> None:
    others = tuple(
        PersonFinding(f"victim-{answer}", answer, Proof("2026-02-10"), CIVILIANS)
        for answer in ("pending", "contested", "inconclusive", "rejected")
    )
    assert answered(RANGE, persons=others) == answered(RANGE)


def test_a_best_estimate_stays_with_the_whole_row_and_not_with_its_parts() -> None:
    row = FactCell("total", "killed", None, None, None, None, "pending", "stated", 18, 31, False, best=20)
    split = assess([row], FOUND, [CellFinding(KILLED, verified=18)])
    assert [cell.best for cell in split] == [None, None]
    whole = assess([row], FOUND, [CellFinding(KILLED, "verified")])
    assert [cell.best for cell in whole] == [20]


@given(
    st.integers(0, 20),
    st.integers(0, 20),
    st.booleans(),
    st.integers(0, 30),
    st.lists(st.sampled_from(["2026-02-10", "2026-02-11", "2026-05-01"]), max_size=20),
    st.sampled_from(["pending", "contested", "verified"]),
)
def test_rows_by_day_add_up_to_the_row_and_verify_at_least_the_persons(
    low: int, width: int, more: bool, sure: int, days: list[str], rest: str
) -> None:
    booked = (Booked(CIVILIANS, low, low + width, more),)
    finding = CellFinding(CIVILIANS, rest, verified=sure, proof=Proof("2026-06-30"))
    persons = tuple(person(number, day) for number, day in enumerate(days))
    if max(sure, len(days)) > low + width:
        with pytest.raises(Invalid):
            answered(booked, finding, persons=persons)
        return
    for grain in ("status", "total", "sex_age", "status_sex_age"):
        cells = [c for c in answered(booked, finding, persons=persons) if c.grain == grain]
        verified = [c for c in cells if c.verification == "verified"]
        assert sum(c.low for c in verified) == sum(c.high for c in verified) == max(sure, len(days))
        if grain in ("status", "status_sex_age"):
            # The finding is on these very rows, so nothing is carved out of a larger one.
            assert sum(c.high for c in cells) == low + width
            assert sum(c.low for c in cells) == max(low, sure, len(days))
        assert len({c.verified_on for c in verified}) == len(verified)
