"""The policy that counts listed persons, each once."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from domain.answers import Answers
from domain.assessing import fact_cells
from domain.cells import Age, Cell
from domain.figures import Figures, Listing, ListReport, Source
from domain.policies import LISTED_PERSONS_1, POLICIES, Evidence

# Like the releases of the list of persons killed in Gaza (2024), with made-up persons: one source, each
# release longer than the one before, ages in years or not known.
MAY = ListReport("may", "ministry", "2024-05-01", 1)
JUNE = ListReport("june", "ministry", "2024-06-26", 2)
OTHER = ListReport("other", "ngo", "2024-06-01", 3)


def listing(
    report: str, victim: str, sex: str = "female", age: int | None = None, outcome: str = "killed"
) -> Listing:
    return Listing(report, victim, outcome, "unknown", sex, age, age)


def count(
    lists: tuple[ListReport, ...],
    *listings: Listing,
    sources: tuple[Source, ...] = (),
    only: str | None = None,
) -> Figures:
    evidence = Evidence(lists=lists, listings=listings, sources=sources, only_report=only)
    return POLICIES["listed-persons"].function(evidence)


def totals(figures: Figures) -> dict[str, int]:
    return {one.cell.outcome: one.low for one in figures.booked if one.parent is None}


def test_the_latest_list_of_an_origin_replaces_its_earlier_ones() -> None:
    figures = count((MAY, JUNE), listing("may", "a"), listing("may", "b"), listing("june", "b"))
    assert totals(figures) == {"killed": 1}
    assert [(step.claim, step.use) for step in figures.trace] == [("may", "superseded"), ("june", "used")]


def test_a_person_on_the_lists_of_two_origins_counts_once_as_listed_last() -> None:
    figures = count((JUNE, OTHER), listing("june", "a", age=31), listing("other", "a", age=30))
    assert totals(figures) == {"killed": 1}
    assert figures.booked[1].cell == Cell("killed", "unknown", "female", Age(31, 31))
    assert figures.booked[1].claims == ("june",)


def test_a_person_listed_twice_counts_once() -> None:
    assert totals(count((MAY,), listing("may", "a"), listing("may", "a"))) == {"killed": 1}


def test_a_person_has_one_outcome_and_two_on_one_list_are_shown() -> None:
    both = [listing("may", "a", outcome="injured"), listing("may", "a")]
    for listings in (both, both[::-1]):
        figures = count((MAY,), *listings)
        assert totals(figures) == {"killed": 1}
        assert [finding.code for finding in figures.findings] == ["two-outcomes"]
    later = count((MAY, OTHER), listing("may", "a"), listing("other", "a", outcome="missing"))
    assert totals(later) == {"missing": 1}
    assert later.findings == ()


def test_a_person_s_own_dated_outcomes_decide_between_lists_of_different_days() -> None:
    # Injured as the ministry's list of June has it, dead since: the one list that says so is the older.
    lists = (JUNE, OTHER)
    listings = (
        listing("june", "a", outcome="injured"),
        listing("other", "a"),
        listing("other", "b", outcome="injured"),
    )
    evidence = Evidence(lists=lists, listings=listings, outcomes={"a": "killed", "c": "missing"})
    figures = POLICIES["listed-persons"].function(evidence)
    assert (figures.version, totals(figures)) == ("2", {"killed": 1, "injured": 1})
    before = LISTED_PERSONS_1.function(evidence)
    assert (before.version, totals(before)) == ("1", {"injured": 2})


def test_two_outcomes_on_one_list_are_no_finding_where_days_decide() -> None:
    both = (listing("may", "a", outcome="injured"), listing("may", "a"))
    evidence = Evidence(lists=(MAY,), listings=both, outcomes={"a": "injured"})
    figures = POLICIES["listed-persons"].function(evidence)
    assert (totals(figures), figures.findings) == ({"injured": 1}, ())


def test_a_list_asked_for_alone_is_counted_as_it_stands() -> None:
    evidence = Evidence(
        lists=(MAY, JUNE),
        listings=(listing("may", "a", outcome="injured"), listing("june", "a")),
        outcomes={"a": "killed"},
        only_report="may",
    )
    assert totals(POLICIES["listed-persons"].function(evidence)) == {"injured": 1}


def test_unknown_age_and_unknown_sex_are_categories_of_their_own() -> None:
    figures = count(
        (MAY,),
        listing("may", "a", "female", 34),
        listing("may", "b", "female"),
        Listing("may", "c", "killed", "unknown", "female", 0, None),
        listing("may", "d", "unknown", 34),
    )
    cells = {
        (c.sex, c.age_low, c.age_high): c.low for c in fact_cells(figures, Answers()) if c.grain == "sex_age"
    }
    assert cells == {("female", 34, 34): 1, ("female", 0, None): 2, ("unknown", 34, 34): 1}


def test_each_cell_lies_within_the_total_of_its_outcome_and_is_exact() -> None:
    figures = count((MAY,), listing("may", "a", outcome="injured"), listing("may", "b"), listing("may", "c"))
    assert totals(figures) == {"killed": 2, "injured": 1}
    for one in figures.booked:
        assert (one.basis, one.open) == ("listed", False)
        assert one.low == one.high
        assert one.parent is None or figures.booked[one.parent].cell == Cell(one.cell.outcome)


def test_lists_of_an_unnamed_origin_each_stand_for_themselves() -> None:
    unnamed = (Source("ministry", "other", named=False),)
    figures = count((MAY, JUNE), listing("may", "a"), listing("june", "b"), sources=unnamed)
    assert totals(figures) == {"killed": 2}


def test_one_release_can_be_asked_for_alone() -> None:
    figures = count((MAY, JUNE), listing("may", "a"), listing("may", "b"), listing("june", "b"), only="may")
    assert totals(figures) == {"killed": 2}
    assert [(step.claim, step.use) for step in figures.trace] == [("may", "used"), ("june", "set_aside")]


def test_no_list_is_unknown_and_not_zero() -> None:
    assert count(()).unknown_because == "no list of persons is eligible"
    empty = count((MAY,))
    assert empty.unknown_because == "no list names a person"
    assert [step.use for step in empty.trace] == ["set_aside"]
    assert [f.code for f in count((), listing("gone", "a")).findings] == ["listing-without-list"]


def test_a_list_of_28185_persons_is_counted_well_within_a_second() -> None:
    many = tuple(
        listing("may", str(number), ("male", "female")[number % 2], number % 97) for number in range(28_185)
    )
    start = time.process_time()
    figures = count((MAY,), *many)
    cells = fact_cells(figures, Answers())
    assert time.process_time() - start < 0.9
    for grain in ("total", "status", "sex_age", "status_sex_age"):
        assert sum(c.low for c in cells if c.grain == grain) == 28_185


listings = st.lists(
    st.builds(
        listing,
        st.sampled_from(["may", "june", "other"]),
        st.sampled_from(["a", "b", "c", "d", "e"]),
        st.sampled_from(["female", "male", "unknown"]),
        st.none() | st.integers(0, 99),
        st.sampled_from(["killed", "injured"]),
    ),
    max_size=15,
)


@given(listings)
def test_every_grain_counts_the_distinct_persons_of_the_latest_lists(many: list[Listing]) -> None:
    figures = count((MAY, JUNE, OTHER), *many)
    persons = {one.victim for one in many if one.report != "may"}
    assert sum(totals(figures).values()) == len(persons)
    before = LISTED_PERSONS_1.function(Evidence(lists=(MAY, JUNE, OTHER), listings=tuple(many)))
    assert before.booked == figures.booked
    for grain in ("total", "status", "sex_age", "status_sex_age"):
        found = [c for c in fact_cells(figures, Answers()) if c.grain == grain]
        assert sum(c.low for c in found) == sum(c.high for c in found) == len(persons)
