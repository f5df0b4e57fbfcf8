"""Overlaps: an aggregate contributes only what is not counted elsewhere (R7)."""

from __future__ import annotations

from domain.booking import partitions
from domain.cells import ADULT, Cell
from domain.figures import Booked, FactCell
from domain.overlaps import Overlap, exceeded, residual, taken

KILLED = Cell("killed")
CIVILIANS = Cell("killed", "civilian")
FIGHTERS = Cell("killed", "direct_participant")


def rows(*booked: Booked) -> tuple[FactCell, ...]:
    return partitions(booked).cells


def shown(found: tuple[FactCell, ...], grain: str = "total") -> list[tuple[object, ...]]:
    return [
        (row.status or row.sex or row.outcome, row.low, row.high, row.open)
        for row in found
        if row.grain == grain
    ]


# Iraq Body Count, entry x132: Baghdad's morgue, 14 April to 31 August 2003 (domain notes, 4.3).
MORGUE = rows(Booked(KILLED, 2846, 2846))
BEFORE_THE_WAR = Overlap("background", KILLED, 1327, 1327)


def test_a_morgue_s_months_less_the_background_of_before_the_war() -> None:
    left = residual(MORGUE, taken(BEFORE_THE_WAR, None))
    assert shown(left) == [("killed", 1519, 1519, False)]
    assert {row.basis for row in left} == {"unallocated"}


def test_an_overlap_given_as_an_interval_leaves_an_interval() -> None:
    # The publication takes confirmed and potential overlaps off the 1,519; these bounds are examples.
    published = Overlap("published", KILLED, 120, 200)
    elsewhere = (*taken(BEFORE_THE_WAR, None), *taken(published, None))
    assert shown(residual(MORGUE, elsewhere)) == [("killed", 1519 - 200, 1519 - 120, False)]


def test_one_in_fifty_to_one_in_twenty_five_fighters_leave_the_civilians() -> None:
    # Entries x334 and x350: "1 in 50 to 1 in 25"; of 1,000 that is 20 to 40.
    left = residual(rows(Booked(KILLED, 1000, 1000)), taken(Overlap("f", FIGHTERS, 20, 40), None))
    assert shown(left) == [("killed", 960, 980, False)]
    assert shown(left, "status") == [("unknown", 960, 980, False)]


def test_an_overlap_without_numbers_is_the_other_incident_s_own_figure() -> None:
    other = rows(Booked(KILLED, 12, 15), Booked(CIVILIANS, 8, 8, parent=0))
    assert shown(residual(MORGUE, taken(Overlap("o", KILLED, incident="x"), other))) == [
        ("killed", 2831, 2834, False)
    ]
    civilians = taken(Overlap("o", CIVILIANS, incident="x"), other)
    assert shown(residual(MORGUE, civilians)) == [("killed", 2838, 2838, False)]
    assert shown(civilians, "status") == [("civilian", 8, 8, False)]


def test_an_incident_that_is_not_assessed_takes_nobody_away() -> None:
    assert taken(Overlap("o", KILLED, 5, 5, incident="x"), None) == ()
    assert residual(MORGUE, ()) == MORGUE


def test_an_open_overlap_leaves_a_low_of_nought() -> None:
    other = rows(Booked(KILLED, 12, 12, open=True))
    left = residual(MORGUE, taken(Overlap("o", KILLED, incident="x"), other))
    assert shown(left) == [("killed", 0, 2834, False)]


def test_overlaps_of_one_description_leave_the_others_as_they_are() -> None:
    women = Cell("killed", None, "female", ADULT)
    own = rows(Booked(KILLED, 30, 30), Booked(women, 10, 10, parent=0), Booked(Cell("injured"), 7, 7))
    left = residual(own, taken(Overlap("o", women, 4, 4), None))
    # Persons of whom the aggregate does not know that they are women may be among these four.
    assert shown(left, "sex_age") == [
        ("unknown", 7, 7, False),
        ("female", 6, 10, False),
        ("unknown", 16, 20, False),
    ]
    assert shown(left) == [("injured", 7, 7, False), ("killed", 26, 26, False)]


def test_more_overlaps_than_persons_are_named() -> None:
    elsewhere = taken(Overlap("o", KILLED, 3000, 3000), None)
    assert residual(MORGUE, elsewhere) == ()
    (finding,) = exceeded(MORGUE, elsewhere)
    assert "at least 3000 persons out of at most 2846" in finding.detail
