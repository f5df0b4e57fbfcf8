"""Transcription: a report that contradicts the origin it cites (domain study 4.1)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.cells import ADULT, CHILD, Cell, Count, count_said
from domain.figures import Claim, Figure, Party, ReportNode, Source
from domain.independence import Citations
from domain.policies import POLICIES, Evidence
from domain.transcription import mistranscriptions

KILLED = Cell("killed")
CIVILIANS = Cell("killed", "civilian")
SECURITY = Cell("killed", "security_forces")
MILITANTS = Cell("killed", "direct_participant")
WOMEN = Cell("killed", None, "female", ADULT)
CHILDREN = Cell("killed", None, None, CHILD)
GROUP, STATE = "bla", "pakistan-forces"

# The reporting on Balochistan, 31 January to 2 February 2026, as published and as it was passed on.
SOURCES = [
    Source("military", "official", side=STATE),
    Source("minister", "official", side=STATE),
    Source("group", "armed_group", side=GROUP),
    Source("hospital", "hospital"),
    *(Source(name, "agency") for name in ("wire", "other-wire")),
    *(Source(name, "outlet") for name in ("broadcaster", "daily", "weekly", "aggregator", "blog", "paper")),
]
REPORTS = [
    ReportNode("broadcast", "broadcaster", cites_sources=("military",)),
    ReportNode("statement", "minister"),
    ReportNode("daily-story", "daily", cites_sources=("military", "minister")),
    ReportNode("wire-story", "wire", cites_reports=("daily-story",)),
    ReportNode("weekly-story", "weekly", cites_reports=("wire-story", "statement")),
    ReportNode("summary", "aggregator", cites_reports=("broadcast",)),
    ReportNode("post", "blog", cites_reports=("broadcast",)),
    ReportNode("copy", "paper", cites_reports=("summary",)),
    ReportNode("elsewhere", "paper"),
]
RECORD = Citations.of(SOURCES, REPORTS)


def figure(key: str, cell: Cell, low: int | None, comparator: str = "exactly", **more: Any) -> Figure:
    return Figure(key, cell, None if low is None else count_said(comparator, low), **more)


C1 = Claim(
    "C1",
    "broadcast",
    "military",
    1,
    "2026-01-31",
    (
        figure("militants", MILITANTS, 92, stated_as="militants", party=GROUP),
        figure("total", KILLED, 33),
        figure("civilians", CIVILIANS, 18, relation="included_in", relation_to="total"),
        figure("women", WOMEN, 5, relation="unclear", relation_to="total"),
        figure("children", CHILDREN, 3, relation="unclear", relation_to="total"),
        figure("security", SECURITY, 15, relation="included_in", relation_to="total", party=STATE),
    ),
    said_party=GROUP,
)
C1_IN_THE_DAILY = replace(C1, id="C1-daily", report="daily-story", seq=2)
C2 = Claim(
    "C2",
    "statement",
    "minister",
    3,
    "2026-02-01",
    (
        figure("militants", MILITANTS, 145, stated_as="militants", party=GROUP),
        figure("police", SECURITY, 17, party=STATE),
        figure("civilians", CIVILIANS, 31),
    ),
    said_party=GROUP,
)
E1 = Claim(
    "E1",
    "summary",
    "military",
    4,
    "2026-01-31",
    (figure("civilians", CIVILIANS, 33), figure("security", SECURITY, 15)),
)
E2 = Claim(
    "E2",
    "weekly-story",
    "military",
    5,
    "2026-01-31",
    (
        figure("militants", MILITANTS, 92, stated_as="militants"),
        figure("civilians", CIVILIANS, 15),
    ),
)
E3 = Claim("E3", "weekly-story", "minister", 6, "2026-02-01", (figure("total", KILLED, 31, "at_least"),))
E4 = Claim(
    "E4",
    "post",
    "military",
    7,
    figures=(
        figure("attack", KILLED, 33),
        figure("civilians", CIVILIANS, 18, relation="in_addition_to", relation_to="attack"),
        figure("security", SECURITY, 15, relation="in_addition_to", relation_to="attack"),
    ),
)
E4_SWAPPED = replace(
    E4, figures=(figure("civilians", CIVILIANS, 18), figure("security", SECURITY, 15)), said_party=STATE
)
E5 = Claim("E5", "weekly-story", "minister", 8, "2026-02-01", (figure("people", KILLED, 145),))
A1 = Claim(
    "A1",
    "weekly-story",
    "minister",
    9,
    "2026-02-01",
    (figure("dead", KILLED, 50, "about", wording="nearly 50"),),
)
TRUE = (C1, C1_IN_THE_DAILY, C2)


def found(*claims: Claim, record: Citations = RECORD) -> set[tuple[str, str, str, str]]:
    return {(one.claim, one.key, one.kind, one.of_key) for one in mistranscriptions(claims, record)}


def test_a_total_read_as_civilians_is_recognised() -> None:
    # "killed 33 civilians and 15 security personnel": of the 33, 18 were civilians.
    assert found(*TRUE, E1) == {("E1", "civilians", "total_read_as_part", "total")}


def test_security_staff_read_as_civilians_are_a_swapped_category() -> None:
    # "92 militants ... while 15 civilians also lost their lives": the 15 were of the security forces.
    assert found(*TRUE, E2) == {("E2", "civilians", "category_swap", "security")}


def test_the_civilians_given_for_all_casualties_are_a_swapped_unit() -> None:
    # "In total, at least 31 casualties": 31 civilians of 48.
    assert found(*TRUE, E3) == {("E3", "total", "unit_swap", "civilians")}
    casualties = replace(E3, figures=(figure("total", Cell("killed_or_injured"), 31, "at_least"),))
    assert found(*TRUE, casualties) == {("E3", "total", "unit_swap", "civilians")}


def test_the_same_persons_in_addition_to_themselves_are_counted_twice() -> None:
    # An attack killed 33, then operations "also caused the death of 18 civilians and 15 security".
    assert found(*TRUE, E4) == {
        ("E4", "civilians", "double_count", "civilians"),
        ("E4", "security", "double_count", "security"),
    }
    again = replace(
        E4,
        figures=(
            figure("first", KILLED, 33),
            figure("second", KILLED, 33, relation="in_addition_to", relation_to="first"),
        ),
    )
    assert found(*TRUE, again) == {("E4", "second", "double_count", "total")}


def test_an_addition_that_the_origin_makes_itself_is_copied() -> None:
    adds = replace(
        C1,
        figures=(
            figure("first", KILLED, 33),
            figure("second", KILLED, 33, relation="in_addition_to", relation_to="first"),
        ),
    )
    assert found(adds, replace(adds, id="X", report="summary", seq=9)) == set()


def test_the_same_persons_as_another_party_s_doing_are_counted_twice() -> None:
    assert found(*TRUE, E4_SWAPPED) == {
        ("E4", "civilians", "double_count", "civilians"),
        ("E4", "security", "double_count", "security"),
    }


def test_militants_given_as_people_have_lost_their_status() -> None:
    assert found(*TRUE, E5) == {("E5", "people", "status_lost", "militants")}


def test_a_sum_in_round_words_is_no_error() -> None:
    # "nearly 50 dead" is 31 + 17 = 48; so is 48 itself.
    assert found(*TRUE, A1) == set()
    assert found(*TRUE, replace(A1, figures=(figure("dead", KILLED, 48),))) == set()


def test_every_error_of_the_reporting_is_recognised_at_once() -> None:
    assert {(one[0], one[2]) for one in found(*TRUE, E1, E2, E3, E4, E5, A1)} == {
        ("E1", "total_read_as_part"),
        ("E2", "category_swap"),
        ("E3", "unit_swap"),
        ("E4", "double_count"),
        ("E5", "status_lost"),
    }


def test_the_finding_names_both_figures_and_the_claim_nearest_to_the_origin() -> None:
    (one,) = mistranscriptions((*TRUE, E1), RECORD)
    assert (one.claim, one.key, one.of_claim, one.of_key) == ("E1", "civilians", "C1", "total")
    assert one.detail == ("33 is given for killed/civilian; the claim that is passed on gives it for killed.")


def test_a_correct_copy_is_no_error() -> None:
    copies = [replace(C1, id=f"copy-{n}", report="copy", seq=20 + n) for n in range(3)]
    assert found(*TRUE, *copies) == set()


def test_a_copy_that_tells_less_or_rounds_is_no_error() -> None:
    shorter = (figure("total", KILLED, 30, "more_than"), figure("civilians", CIVILIANS, 18))
    assert found(C1, replace(E1, figures=shorter)) == set()
    # "more than 30" is 31 in numbers, and 31 is what another claim says of the civilians.
    assert found(C2, replace(E3, figures=(figure("total", KILLED, 30, "more_than"),))) == set()
    assert found(C1, replace(E1, figures=(figure("civilians", CIVILIANS, 15, "about"),))) == set()


def test_a_number_within_the_range_of_the_origin_is_no_error() -> None:
    range_said = replace(
        C1, figures=(Figure("civilians", CIVILIANS, Count(10, 15)), figure("security", SECURITY, 15))
    )
    assert found(range_said, E2.__class__("X", "summary", "military", 9, figures=E2.figures)) == set()


def test_women_read_among_the_civilians_are_a_copy_of_the_reading() -> None:
    read = replace(
        C1,
        figures=tuple(
            replace(one, relation="assumed_subset", relation_to="civilians") if one.key == "women" else one
            for one in C1.figures
        ),
    )
    civilian_women = replace(E1, figures=(figure("women", Cell("killed", "civilian", "female", ADULT), 5),))
    assert found(read, civilian_women) == set()
    assert found(C1, civilian_women) == set()


def test_a_later_statement_of_the_origin_is_copied_and_not_contradicted() -> None:
    # The military says 33 civilians itself the day after: whoever prints that is right.
    later = replace(
        C1, id="later", report="bulletin", seq=12, as_of="2026-02-01", figures=(figure("c", CIVILIANS, 33),)
    )
    record = Citations.of(SOURCES, [*REPORTS, ReportNode("bulletin", "military")])
    assert found(*TRUE, later, E1, record=record) == set()


def test_the_origin_itself_may_say_another_thing_later() -> None:
    record = Citations.of(
        SOURCES,
        [ReportNode("first", "military"), ReportNode("second", "military", cites_reports=("first",))],
    )
    corrected = replace(E1, report="second")
    assert found(replace(C1, report="first"), corrected, record=record) == set()


def test_a_copy_of_an_error_is_an_error() -> None:
    copied = replace(E1, id="E1-copied", report="copy", seq=30)
    assert {(one[0], one[2]) for one in found(*TRUE, E1, copied)} == {
        ("E1", "total_read_as_part"),
        ("E1-copied", "total_read_as_part"),
    }


def test_who_corrects_an_error_on_the_way_is_right() -> None:
    right = replace(C1, id="right", report="copy", seq=30)
    assert {one[0] for one in found(*TRUE, E1, right)} == {"E1"}


def test_another_origin_or_a_report_that_cites_nobody_contradicts_nothing() -> None:
    assert found(C1, replace(E1, origin="hospital")) == set()
    assert found(C1, replace(E1, origin="minister")) == set()  # one side, but not one voice
    assert found(C1, replace(E1, report="elsewhere")) == set()


def test_an_outlet_is_nearer_than_who_cites_it_as_a_source() -> None:
    record = Citations.of(SOURCES, [*REPORTS, ReportNode("by-name", "paper", cites_sources=("broadcaster",))])
    assert found(C1, replace(E1, report="by-name"), record=record) == {
        ("E1", "civilians", "total_read_as_part", "total")
    }


def test_reports_that_cite_each_other_are_neither_nearer() -> None:
    ring = [
        ReportNode("broadcast", "broadcaster", cites_reports=("summary",)),
        ReportNode("summary", "aggregator", cites_reports=("broadcast",)),
    ]
    assert found(C1, E1, record=Citations.of(SOURCES, ring)) == set()


def test_a_number_that_also_stands_where_it_belongs_has_not_moved() -> None:
    said = (figure("security", SECURITY, 15), figure("injured", Cell("injured"), 15))
    assert found(C1, replace(E1, figures=said)) == set()
    assert {one[1:3] for one in found(C1, replace(E1, figures=said[1:]))} == {("injured", "category_swap")}


def test_losses_of_the_other_party_are_a_swapped_category() -> None:
    swapped = replace(E1, figures=(figure("security", SECURITY, 15, party=GROUP),))
    assert found(C1, swapped) == {("E1", "security", "category_swap", "security")}


def test_a_label_kept_is_a_status_kept() -> None:
    kept = replace(E5, figures=(figure("people", Cell("killed", "unknown"), 145, stated_as="Militants"),))
    assert found(*TRUE, kept) == set()


def test_civilians_given_as_killed_are_no_error_where_nobody_else_was_counted() -> None:
    only = replace(C2, figures=(figure("civilians", CIVILIANS, 31),))
    assert found(only, E3) == set()
    only = replace(C2, figures=(figure("police", SECURITY, 31),))
    assert found(only, E3) == {("E3", "total", "status_lost", "police")}


def test_groups_and_mentions_are_not_compared() -> None:
    said = (figure("reporters", CIVILIANS, 33, group="journalist"), figure("some", CIVILIANS, None))
    assert found(C1, replace(E1, figures=said)) == set()


ERRORS = {"E1": E1, "E2": E2, "E3": E3, "E4": E4, "E5": E5}


@given(st.permutations([*TRUE, *ERRORS.values(), A1]))
def test_the_order_of_claims_changes_nothing(claims: list[Claim]) -> None:
    assert mistranscriptions(claims, RECORD) == mistranscriptions([*TRUE, *ERRORS.values(), A1], RECORD)


CELLS = [KILLED, CIVILIANS, SECURITY, MILITANTS, WOMEN, CHILDREN, Cell("injured"), Cell("killed_or_injured")]


@st.composite
def told(draw: st.DrawFn) -> Claim:
    """Give a claim of the broadcast with some figures, each of another description."""
    cells = draw(st.lists(st.sampled_from(CELLS), unique=True, max_size=6))
    counts = st.builds(
        lambda low, more, is_open: Count(low, low + more, is_open),
        st.integers(0, 40),
        st.sampled_from([0, 0, 3]),
        st.booleans(),
    )
    return replace(C1, figures=tuple(Figure(str(n), cell, draw(counts)) for n, cell in enumerate(cells)))


@given(told(), st.data())
def test_a_copy_of_any_of_the_figures_is_never_flagged(origin: Claim, data: st.DataObject) -> None:
    kept = data.draw(
        st.lists(st.sampled_from(origin.figures), unique=True) if origin.figures else st.just([])
    )
    copy = replace(origin, id="copy", report="copy", seq=9, figures=tuple(kept))
    assert mistranscriptions([origin, copy], RECORD) == ()


@given(told(), told())
def test_what_is_flagged_is_a_number_of_the_origin_for_somebody_else(origin: Claim, other: Claim) -> None:
    other = replace(other, id="other", report="copy", seq=9)
    for one in mistranscriptions([origin, other], RECORD):
        mine = next(f for f in other.figures if f.key == one.key)
        theirs = next(f for f in origin.figures if f.key == one.of_key)
        assert (one.claim, one.of_claim) == ("other", "C1")
        assert mine.count is not None
        assert theirs.count is not None
        assert (mine.count.low, mine.count.high) == (theirs.count.low, theirs.count.high)
        assert mine.cell != theirs.cell


@pytest.mark.parametrize("claims", [(), (C1,), (C1, C2)])
def test_nothing_is_found_where_nobody_passes_anything_on(claims: tuple[Claim, ...]) -> None:
    assert mistranscriptions(claims, RECORD) == ()


@pytest.mark.parametrize("policy", sorted(POLICIES))
def test_no_error_of_the_reporting_moves_a_figure_of_any_policy(policy: str) -> None:
    def figures(*claims: Claim) -> dict[Cell, tuple[int, int, bool, int | None]]:
        known = Evidence(
            claims=claims, sources=SOURCES, reports=REPORTS, parties=(Party(STATE), Party(GROUP))
        )
        booked = POLICIES[policy].function(known).booked
        return {one.cell: (one.low, one.high, one.open, one.corroborated) for one in booked}

    told = figures(*TRUE)
    for error in (E1, E2, E3, E4, E4_SWAPPED, E5):
        assert figures(*TRUE, error) == told, error.id
    assert figures(*TRUE, E1, E2, E3, E4, E5) == told
