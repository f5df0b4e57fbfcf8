"""Named persons: a floor for a count and never an addition, each with one outcome on any day."""

from __future__ import annotations

import random
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from domain.booking import partition
from domain.cells import ADULT, ANY_AGE, CHILD, Age, Cell
from domain.drafts import OutcomeDraft
from domain.figures import Booked, NamedPersons
from domain.persons import (
    View,
    by_day,
    conflicts,
    outcome_now,
    outcome_on,
    raised_to_persons,
)


def said(cell: Cell, low: int, high: int | None = None, **more: object) -> Booked:
    return Booked(cell, low, low if high is None else high, **more)  # type: ignore[arg-type]  # test values


def person(
    outcome: str = "killed", status: str = "unknown", sex: str = "unknown", age: Age = ANY_AGE, count: int = 1
) -> NamedPersons:
    return NamedPersons(Cell(outcome, status, sex, age), count)


# Like the agency's report of Balochistan (2026): at least 33 killed, 18 civilians, five of them women.
TOTAL = said(Cell("killed"), 33, open=True)
CIVILIANS = said(Cell("killed", "civilian"), 18, parent=0)
WOMEN = said(Cell("killed", None, "female", ADULT), 5, parent=1)
REPORTED = (TOTAL, CIVILIANS, WOMEN)


def test_no_named_person_changes_nothing() -> None:
    assert raised_to_persons(REPORTED, ()) == (REPORTED, ())
    assert raised_to_persons((), ()) == ((), ())


def test_persons_are_among_those_counted_and_never_added() -> None:
    figures, findings = raised_to_persons(REPORTED, [person(status="civilian", count=18)])
    assert (figures, findings) == (REPORTED, ())


def test_a_count_is_at_least_the_number_of_persons_named_in_its_cell() -> None:
    persons = [
        person(status="civilian", sex="female", age=Age(34, 34), count=4),
        person(status="civilian", sex="female", age=Age(20, 29), count=2),
        person(status="civilian", sex="male", count=20),
    ]
    figures, findings = raised_to_persons(REPORTED, persons)
    assert [(one.low, one.high) for one in figures] == [(33, 33), (26, 26), (6, 6)]
    assert [one.detail.split(";")[0] for one in findings] == [
        "26 persons are named as killed/civilian, and 18 are the most that is counted",
        "6 persons are named as killed/female/18+, and 5 are the most that is counted",
    ]
    assert {one.code for one in findings} == {"more-named-than-counted"}


def test_a_person_whose_status_is_not_known_is_no_floor_for_civilians() -> None:
    women = person(sex="female", age=Age(30, 30), count=9)
    figures, findings = raised_to_persons(REPORTED, [women])
    # The five women are said to be among the civilians, and these nine are not known to be.
    assert (figures, findings) == (REPORTED, ())


def test_a_person_of_unknown_age_is_no_floor_for_the_children() -> None:
    children = said(Cell("killed", age=CHILD), 3)
    figures, _ = raised_to_persons([children, TOTAL], [person(count=12)])
    assert figures == (children, TOTAL)


def test_more_persons_than_an_open_figure_said_are_no_finding() -> None:
    figures, findings = raised_to_persons([TOTAL], [person(count=40)])
    assert (figures[0].low, figures[0].high, figures[0].open) == (40, 40, True)
    assert findings == ()


def test_a_range_that_holds_the_number_of_names_only_gains_a_floor() -> None:
    figures, findings = raised_to_persons([said(Cell("killed"), 10, 20)], [person(count=12)])
    assert (figures[0].low, figures[0].high) == (12, 20)
    assert findings == ()


def test_a_best_estimate_below_the_number_of_names_is_dropped() -> None:
    above, below = said(Cell("killed"), 10, 20, best=15), said(Cell("killed"), 10, 20, best=11)
    kept, dropped = (raised_to_persons([one], [person(count=12)])[0][0].best for one in (above, below))
    assert (kept, dropped) == (15, None)


def test_persons_of_an_outcome_that_no_figure_speaks_of_are_listed_and_open() -> None:
    persons = [person("injured", "civilian", "male", Age(7, 7), 2), person("injured", "civilian", "female")]
    figures, findings = raised_to_persons(REPORTED, persons)
    assert figures[:3] == REPORTED
    assert figures[3:] == (
        Booked(Cell("injured"), 3, 3, True, "listed"),
        Booked(Cell("injured", "civilian", "female", ANY_AGE), 1, 1, True, "listed", parent=3),
        Booked(Cell("injured", "civilian", "male", Age(7, 7)), 2, 2, True, "listed", parent=3),
    )
    assert findings == ()


def test_where_only_parts_are_counted_the_persons_are_a_floor_for_the_whole() -> None:
    civilians, soldiers = said(Cell("killed", "civilian"), 5), said(Cell("killed", "armed_forces"), 2)
    few, _ = raised_to_persons([civilians, soldiers], [person(count=7)])
    assert few == (civilians, soldiers)
    more, findings = raised_to_persons([civilians, soldiers], [person(count=9)])
    assert more[2] == Booked(Cell("killed"), 9, 9, True, "listed")
    (row,) = partition(more, "total").cells
    assert (row.low, row.high) == (9, 9)
    by_status = {row.status: row.low for row in partition(more, "status").cells}
    assert by_status == {"civilian": 5, "armed_forces": 2, "unknown": 2}
    assert [one.code for one in findings] == ["more-named-than-counted"]


def test_a_person_who_may_be_beside_a_figure_raises_neither() -> None:
    women = said(Cell("killed", None, "female", ADULT), 2, beside=(1,))
    civilians = said(Cell("killed", "civilian"), 3)
    woman = person(status="civilian", sex="female", age=Age(40, 40), count=4)
    figures, _ = raised_to_persons([women, civilians], [woman, person(status="civilian", count=5)])
    assert [one.low for one in figures] == [2, 5, 9]
    assert figures[2].cell == Cell("killed")


def test_the_cells_of_a_list_are_not_floors_of_each_other() -> None:
    adults = Booked(Cell("killed", "unknown", "female", ADULT), 1, 1, False, "listed", parent=0)
    listed = (Booked(Cell("killed"), 2, 2, False, "listed"), adults)
    persons = [person(sex="female", age=ADULT), person(sex="female", age=Age(34, 34))]
    assert raised_to_persons(listed, persons) == (listed, ())


cells = st.builds(
    Cell,
    st.sampled_from(["killed", "injured"]),
    st.sampled_from([None, "civilian", "security_forces", "police"]),
    st.sampled_from([None, "female", "male"]),
    st.sampled_from([None, CHILD, ADULT]),
)
people = st.lists(
    st.builds(
        person,
        st.sampled_from(["killed", "injured"]),
        st.sampled_from(["unknown", "civilian", "police"]),
        st.sampled_from(["female", "male", "unknown"]),
        st.sampled_from([ANY_AGE, Age(7, 7), ADULT, Age(34, 34)]),
        st.integers(0, 9),
    ),
    max_size=8,
)


@st.composite
def figures_of_claims(draw: st.DrawFn) -> list[Booked]:
    found: list[Booked] = []
    for cell in draw(st.lists(cells, max_size=6, unique=True)):
        low = draw(st.integers(0, 12))
        high = low + draw(st.integers(0, 5))
        above = [place for place, one in enumerate(found) if one.cell.holds(cell)]
        parent = draw(st.none() | st.sampled_from(above)) if above else None
        found.append(Booked(cell, low, high, draw(st.booleans()), parent=parent))
    return found


@given(figures_of_claims(), people)
def test_raising_twice_is_raising_once_and_no_low_ever_falls(
    booked: list[Booked], persons: list[NamedPersons]
) -> None:
    once, _ = raised_to_persons(booked, persons)
    again, findings = raised_to_persons(once, persons)
    assert again == once
    assert findings == ()
    for before, after in zip(booked, once, strict=False):
        assert (after.low, after.high) >= (before.low, before.high)
        assert after.high >= before.high
        assert (before.cell, before.open, before.claims) == (after.cell, after.open, after.claims)


@given(figures_of_claims(), people, st.randoms())
def test_the_order_of_figures_and_persons_does_not_matter(
    booked: list[Booked], persons: list[NamedPersons], chance: random.Random
) -> None:
    first, findings = raised_to_persons(booked, persons)
    order = list(range(len(booked)))
    chance.shuffle(order)
    place = {old: new for new, old in enumerate(order)}
    moved = [
        said(
            booked[old].cell,
            booked[old].low,
            booked[old].high,
            open=booked[old].open,
            parent=None if booked[old].parent is None else place[booked[old].parent or 0],
        )
        for old in order
    ]
    shuffled = list(persons)
    chance.shuffle(shuffled)
    second, others = raised_to_persons(moved, shuffled)
    assert others == findings

    def shown(figures: tuple[Booked, ...]) -> Counter[tuple[Cell, int, int, bool, str]]:
        return Counter((one.cell, one.low, one.high, one.open, one.basis) for one in figures)

    assert shown(first) == shown(second)


@given(figures_of_claims(), people)
def test_every_outcome_counts_at_least_its_named_persons_and_a_whole_no_more(
    booked: list[Booked], persons: list[NamedPersons]
) -> None:
    figures, _ = raised_to_persons(booked, persons)
    totals = {row.outcome: row.low for row in partition(figures, "total").cells}
    for outcome in ("killed", "injured"):
        named = sum(one.count for one in persons if one.cell.outcome == outcome)
        assert totals.get(outcome, 0) >= named
        whole = [one.low for one in booked if one.cell == Cell(outcome)]
        after = [one.low for one in figures if one.cell == Cell(outcome)]
        if whole:
            assert after == [max(named, *whole)]


INJURED = OutcomeDraft(outcome="injured", start="2026-01-03", end="2026-01-03")
DIED = OutcomeDraft(outcome="killed", start="2026-01-09", end="2026-01-09", recognised="2026-01-20")
ONE_PERSON = (INJURED, DIED)


def test_injured_on_the_3rd_died_on_the_9th_recognised_on_the_20th_is_one_outcome_a_day() -> None:
    days = ("2026-01-02", "2026-01-03", "2026-01-08", "2026-01-09", "2026-01-19", "2026-01-20")
    happened = [outcome_on(ONE_PERSON, day) for day in days]
    assert happened == [None, "injured", "injured", "killed", "killed", "killed"]
    recognised = [outcome_on(ONE_PERSON, day, View.RECOGNISED) for day in days]
    assert recognised == [None, "injured", "injured", "injured", "injured", "killed"]
    assert outcome_now(ONE_PERSON) == outcome_now(ONE_PERSON[::-1]) == "killed"
    assert conflicts(ONE_PERSON) == ()


def test_who_dies_of_wounds_moves_from_injured_to_killed_and_casualties_stay_as_many() -> None:
    others = [(INJURED,)] * 6 + [(OutcomeDraft(outcome="killed", start="2026-01-03"),)] * 3
    before = Counter(map(outcome_now, [*others, (INJURED,)]))
    after = Counter(map(outcome_now, [*others, ONE_PERSON]))
    assert before == {"injured": 7, "killed": 3}
    assert after == {"injured": 6, "killed": 4}
    assert before.total() == after.total() == 10


def test_deaths_recognised_by_a_committee_are_no_deaths_of_that_day() -> None:
    # Readers of the daily series of Gaza took 359 added on one day for deaths of that day; 298 of them a
    # committee had recognised (palestine-datasets, issue 522; issue 573 is the same with 786).
    day = "2025-02-09"
    same_day = [(OutcomeDraft(outcome="killed", start=day, end=day),)] * 61
    known = OutcomeDraft(outcome="killed", start="2024-11-02", end="2024-11-02", recognised=day)
    not_known = OutcomeDraft(outcome="killed", recognised=day)
    committee = [(known,)] * 200 + [(not_known,)] * 98
    assert by_day([*same_day, *committee], "killed", View.RECOGNISED) == {day: 359}
    assert by_day([*same_day, *committee], "killed") == {"2024-11-02": 200, day: 61, None: 98}


def test_a_death_within_a_span_of_days_belongs_to_no_single_day() -> None:
    within = OutcomeDraft(outcome="killed", start="2026-01-30", end="2026-02-02")
    assert by_day([(within,)], "killed") == {None: 1}
    assert outcome_on([within], "2026-02-01") is None
    assert outcome_on([within], "2026-02-02") == "killed"


def test_the_missing_who_are_declared_dead_leave_the_missing() -> None:
    # 499 persons were added on 11 January 2025 after a ruling on the missing (domain.md 2.7).
    person = (
        OutcomeDraft(outcome="missing", start="2024-03-01", end="2024-03-01"),
        OutcomeDraft(outcome="killed", recognised="2025-01-11"),
    )
    assert outcome_now(person) == "killed"
    assert outcome_on(person, "2025-01-10") == "missing"
    assert outcome_on(person, "2025-01-11") == "killed"


def test_outcomes_that_cannot_all_be_true_are_named() -> None:
    undated = OutcomeDraft(outcome="killed")
    alive = OutcomeDraft(outcome="detained", start="2026-01-12", end="2026-01-12")
    twice = OutcomeDraft(outcome="killed", start="2026-01-15", end="2026-01-15")
    early = OutcomeDraft(outcome="killed", start="2026-01-09", recognised="2026-01-05")
    for outcomes, word in (
        ((INJURED, undated), "date each outcome"),
        ((DIED, alive), "after the death"),
        ((DIED, twice), "two different days"),
        ((early,), "recognised before"),
    ):
        (finding,) = conflicts(outcomes)
        assert finding.code == "person-conflict"
        assert word in finding.detail
        assert outcome_now(outcomes) == "killed"
    assert conflicts((undated,)) == conflicts((alive, twice)) == ()


@given(
    st.lists(
        st.builds(
            OutcomeDraft,
            outcome=st.sampled_from(["killed", "injured", "missing", "detained"]),
            start=st.none() | st.sampled_from(["2026-01-03", "2026-01-09", "2026-01-20"]),
            recognised=st.none() | st.sampled_from(["2026-01-10", "2026-01-25"]),
        ),
        max_size=5,
    ),
    st.randoms(),
)
def test_a_person_has_one_outcome_whatever_the_order_of_entries(
    outcomes: list[OutcomeDraft], chance: random.Random
) -> None:
    moved = list(outcomes)
    chance.shuffle(moved)
    for day in ("2026-01-01", "2026-01-09", "2026-01-31"):
        for view in View:
            assert outcome_on(moved, day, view) == outcome_on(outcomes, day, view)
    assert outcome_on(outcomes, "2026-12-31") == outcome_now(outcomes)
    assert set(conflicts(moved)) == set(conflicts(outcomes))
