"""The arithmetic of claims: what cannot hold together, what an unclear list means, what a cell may be.

The properties are held against a brute force that shares nothing with the solver: it adds one person
after the other, each an identified description, and looks which totals can be reached.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations, product
from time import perf_counter

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from domain.cells import ADULT, ANY_AGE, CHILD, Age, Cell, Count
from domain.coherence import (
    MOST_ALTERNATIVES,
    Bounds,
    Choice,
    apply_reading,
    check,
    clash,
    possible,
    readings,
)
from domain.descriptions import Link, regions_of
from domain.feasibility import Extreme, Row, clashing, least, most, solve
from domain.figures import Figure
from domain.vocab import Sex, Status


def figure(
    key: str,
    number: int | tuple[int, int] | None,
    status: str | None = None,
    sex: str | None = None,
    age: Age | None = None,
    *,
    outcome: str = "killed",
    at_least: bool = False,
    link: tuple[str | None, str | None] = (None, None),
    group: str | None = None,
    party: str | None = None,
) -> Figure:
    low, high = number if isinstance(number, tuple) else (number, number)
    count = None if low is None or high is None else Count(low, high, at_least)
    return Figure(key, Cell(outcome, status, sex, age), count, *link, group, party)


def within(parent: str) -> tuple[str, str]:
    return "included_in", parent


def beside(other: str) -> tuple[str, str]:
    return "in_addition_to", other


def unclear(parent: str) -> tuple[str, str]:
    return "unclear", parent


# Claim B of the worked example: a news agency's list, quoted in a newspaper of 2 February 2026 on the
# attacks in Balochistan (design record, section 7).
AGENCY = (
    figure("total", 33, at_least=True),
    figure("civilians", 18, "civilian", link=within("total")),
    figure("women", 5, sex="female", age=ADULT, link=unclear("total")),
    figure("children", 3, age=CHILD, link=unclear("total")),
    figure("security", 15, "security_forces", link=within("total")),
)


def confirmed() -> tuple[Figure, ...]:
    (reading,) = readings(AGENCY)
    assert reading.choice is not None
    return apply_reading(AGENCY, reading.choice)


# --- published numbers -------------------------------------------------------------------------------


def test_women_and_children_lie_among_the_civilians_when_numbers_leave_no_room_beside_them() -> None:
    (reading,) = readings(AGENCY)
    assert reading.keys == ("women", "children")
    assert reading.choice == Choice((("women", "civilians"), ("children", "civilians")))
    assert reading.reason == (
        "18 + 15 = 33 leaves no room for 5 + 3 beside them, so they are read as inside 'civilians'."
    )


def test_women_among_the_security_staff_stay_a_listed_alternative() -> None:
    (reading,) = readings(AGENCY)
    assert reading.alternatives == (
        Choice((("women", "security"), ("children", "security"))),
        Choice((("women", "civilians"), ("children", "security"))),
        Choice((("women", "security"), ("children", "civilians"))),
    )


def test_a_confirmed_reading_is_stored_as_assumed_subset_and_asks_no_further_question() -> None:
    women, children = confirmed()[2:4]
    assert (women.relation, women.relation_to) == ("assumed_subset", "civilians")
    assert (children.relation, children.relation_to) == ("assumed_subset", "civilians")
    assert readings(confirmed()) == ()
    assert check(confirmed()) == ()


@pytest.mark.parametrize(
    ("cell", "low", "high"),
    [
        (Cell("killed", "civilian", "female", ADULT), 5, 15),
        (Cell("killed", "civilian", None, CHILD), 3, 13),
        (Cell("killed", "civilian", "male", ADULT), 0, 10),
        (Cell("killed", "civilian"), 18, 18),
        (Cell("killed", "police"), 0, 15),
        (Cell("killed", None, "unknown", ANY_AGE), 0, 25),
        (Cell("killed"), 33, 33),
    ],
)
def test_unknown_persons_may_be_women_but_women_are_no_children(cell: Cell, low: int, high: int) -> None:
    assert possible(confirmed(), cell) == Bounds(low, high, open=True, outer=False)


def test_until_a_reading_is_confirmed_the_women_may_all_be_security_staff() -> None:
    bounds = possible(AGENCY, Cell("killed", "civilian", "female", ADULT))
    assert bounds == Bounds(0, 18, open=True, outer=False)


def test_seven_fighters_of_whom_four_women_leave_up_to_three_men() -> None:
    # Claim A1 of the same article: the armed group on its own dead.
    own = (
        figure("fighters", 7, "direct_participant"),
        figure("women", 4, "direct_participant", "female", link=within("fighters")),
    )
    assert clash(own) is None
    men = possible(own, Cell("killed", "direct_participant", "male"))
    assert men == Bounds(0, 3, open=False, outer=False)
    assert clash((own[0], replace(own[1], count=Count(8, 8)))) == ("fighters", "women")


# OHCHR on Ukraine, killed up to 8 May 2023 or thereabouts, six cells that exhaust the total:
# en.interfax.com.ua/news/general (873712, 889627, 923508).
OHCHR = (
    figure("total", 9_287),
    figure("men", 4_272, sex="male", age=ADULT, link=within("total")),
    figure("women", 2_558, sex="female", age=ADULT, link=within("total")),
    figure("boys", 282, sex="male", age=CHILD, link=within("total")),
    figure("girls", 226, sex="female", age=CHILD, link=within("total")),
    figure("children, sex not known", 29, sex="unknown", age=CHILD, link=within("total")),
    figure("adults, sex not known", 1_920, sex="unknown", age=ADULT, link=within("total")),
)


def test_six_published_cells_that_exhaust_their_total_hold_together() -> None:
    assert check(OHCHR) == ()
    women = possible(OHCHR, Cell("killed", None, "female", ADULT))
    assert women == Bounds(2_558, 2_558 + 1_920, open=False, outer=False)


def test_one_person_more_than_an_exhausted_total_is_a_clash_of_all_cells() -> None:
    faulty = (*OHCHR[:-1], replace(OHCHR[-1], count=Count(1_921, 1_921)))
    assert clash(faulty) == tuple(f.key for f in OHCHR)
    (finding,) = check(faulty)
    assert finding.code == "clash"
    assert finding.detail == ("4,272 + 2,558 + 282 + 226 + 29 + 1,921 = 9,288 exceeds the 9,287 of 'total'.")


def test_fewer_persons_than_the_total_are_no_clash_because_the_rest_is_unknown() -> None:
    assert clash((OHCHR[0], *OHCHR[2:])) is None


def test_a_printed_total_below_its_rows_is_a_clash() -> None:
    # Tech for Palestine, update of 20 July 2025: a total of 55,380 over 55,178, 3,195 and 7 more.
    table = (
        figure("total", 55_380),
        figure("listed before", 55_178, link=within("total")),
        figure("added", 3_195, link=beside("listed before")),
        figure("others", 7, link=beside("added")),
    )
    assert clash(table) == ("total", "listed before", "added")
    assert clash((replace(table[0], count=Count(58_380, 58_380)), *table[1:])) is None
    (finding,) = check(table)
    assert finding.detail == "55,178 + 3,195 = 58,373 exceeds the 55,380 of 'total'."


def test_two_totals_for_the_same_dead_are_a_clash_of_two() -> None:
    # SNHR, statement on November 2012: 3,486 killed, and 3,586 names (snhr.org/blog/2012/11/03/43156).
    statement = (
        figure("killed", 3_486),
        figure("names", 3_586),
        figure("children", 349, age=CHILD),
        figure("women", 331, sex="female", age=ADULT),
    )
    assert clash(statement) == ("killed", "names")


def children_of_543(by_others: int) -> tuple[Figure, ...]:
    # UN Secretary-General's report on children and armed conflict of June 2025, Afghanistan: 543 children
    # killed or maimed, in three partitions: by outcome, by sex, by perpetrator.
    whole = within("all")
    parties = {"taliban": 454, "a": 50, "b": 22, "c": 10, "d": by_others}
    return (
        figure("all", 543, age=CHILD, outcome="killed_or_injured"),
        figure("killed", 180, age=CHILD, link=whole),
        figure("maimed", 363, age=CHILD, outcome="injured", link=whole),
        figure("boys", 422, None, "male", CHILD, outcome="killed_or_injured", link=whole),
        figure("girls", 121, None, "female", CHILD, outcome="killed_or_injured", link=whole),
        *(
            figure(p, n, age=CHILD, outcome="killed_or_injured", party=p, link=whole)
            for p, n in parties.items()
        ),
    )


def test_three_partitions_of_one_total_hold_together() -> None:
    assert clash(children_of_543(7)) is None


def test_a_party_too_many_in_one_partition_is_a_clash_of_that_partition() -> None:
    assert clash(children_of_543(8)) == ("all", "taliban", "a", "b", "c", "d")


def test_killed_and_injured_who_exceed_the_casualties_they_are_counted_in_clash() -> None:
    casualties = (
        figure("casualties", 100, outcome="killed_or_injured"),
        figure("killed", 40, link=within("casualties")),
        figure("injured", 60, outcome="injured", link=within("casualties")),
    )
    assert clash(casualties) is None
    assert clash((*casualties[:2], replace(casualties[2], count=Count(61, 61)))) == (
        "casualties",
        "killed",
        "injured",
    )
    assert clash((casualties[0], replace(casualties[1], relation=None, count=Count(500, 500)))) is None


# --- what a cell means -------------------------------------------------------------------------------


def test_persons_of_unknown_sex_leave_others_whose_sex_is_known_but_not_told() -> None:
    assert clash((figure("all", 10), figure("unknown", 4, sex="unknown", link=within("all")))) is None


def test_children_adults_and_unknown_ages_are_everybody() -> None:
    ages = (
        figure("all", 10),
        figure("children", 3, age=CHILD),
        figure("adults", 4, age=ADULT),
        figure("age not known", 3, age=ANY_AGE),
    )
    assert clash(ages) is None
    short = (*ages[:3], replace(ages[3], count=Count(2, 2)))
    assert clash(short) == ("all", "children", "adults", "age not known")
    assert check(short)[0].detail == "3 + 4 + 2 = 9 falls short of the 10 of 'all'."


def test_asking_for_a_finer_age_changes_nothing_that_was_said() -> None:
    said = (figure("all", 10), figure("adults", 4, age=ADULT), figure("age not known", 3, age=ANY_AGE))
    infants = possible(said, Cell("killed", None, None, Age(0, 0)))
    assert infants == Bounds(0, 6, open=False, outer=False)
    children = possible(said, Cell("killed", None, None, CHILD))
    assert children == Bounds(3, 6, open=False, outer=False)


def test_children_told_finer_in_part_leave_children_not_told_finer() -> None:
    ages = (
        figure("children", 10, age=CHILD),
        figure("infants", 3, age=Age(0, 4)),
        figure("older", 5, age=Age(5, 17)),
    )
    assert clash(ages) is None
    assert possible(ages, Cell("killed", None, None, Age(0, 4))) == Bounds(3, 5, open=False, outer=False)


def test_police_are_among_the_security_forces_and_not_the_whole_of_them() -> None:
    forces = (figure("forces", 5, "security_forces"), figure("police", 3, "police"))
    assert clash(forces) is None
    assert clash((forces[0], replace(forces[1], count=Count(6, 6)))) == ("forces", "police")
    assert possible(forces, Cell("killed", "armed_forces")) == Bounds(0, 2, open=False, outer=False)


def test_security_forces_not_told_apart_may_be_police_where_none_is_identified_as_such() -> None:
    named = [figure(s, 0, s) for s in ("armed_forces", "police", "paramilitary")]
    forces = (figure("forces", 2, "security_forces"), *named)
    assert possible(forces, Cell("killed", "police")) == Bounds(0, 2, open=False, outer=False)


def test_killed_and_injured_are_different_persons() -> None:
    assert clash((figure("killed", 3), figure("injured", 50, outcome="injured"))) is None


def test_casualties_not_told_apart_may_be_killed_but_only_those_counted() -> None:
    said = (figure("killed", 3), figure("women hit", 4, sex="female", outcome="killed_or_injured"))
    assert possible(said, Cell("killed")) == Bounds(3, 7, open=False, outer=False)
    assert possible(said, Cell("killed", None, "male")) == Bounds(0, 3, open=False, outer=False)
    assert possible(said, Cell("detained")) == Bounds(0, None, open=False, outer=False)


def test_one_party_s_victims_may_or_may_not_be_among_those_of_no_named_party() -> None:
    said = (figure("all", 33), figure("by a", 40, party="a"))
    assert clash(said) is None
    assert possible((said[0], figure("by a", 7, party="a")), Cell("killed")) == Bounds(33, 40, False, False)
    assert clash((said[0], figure("by a", 40, party="a", link=within("all")))) == ("all", "by a")
    civilians = (said[0], figure("civilians by a", 7, "civilian", party="a"))
    assert possible(civilians, Cell("killed")) == Bounds(33, 40, open=False, outer=False)


def test_a_unit_s_victims_are_among_its_party_s_where_a_relation_says_so() -> None:
    said = (
        figure("by a", 10, party="a"),
        figure("by its unit", 10, party="b", link=within("by a")),
        figure("women by a", 5, sex="female", party="a", link=within("by a")),
    )
    assert clash(said) is None
    assert clash((*said[:2], replace(said[2], count=Count(11, 11)))) == ("by a", "women by a")
    assert clash((said[0], replace(said[1], count=Count(11, 11)))) == ("by a", "by its unit")


def test_an_open_count_elsewhere_leaves_a_cell_closed() -> None:
    said = (figure("civilians", 3, "civilian"), figure("police", 5, "police", at_least=True))
    assert possible(said, Cell("killed", "civilian")) == Bounds(3, 3, open=False, outer=False)
    assert possible(said, Cell("killed", "police")) == Bounds(5, 5, open=True, outer=False)


def test_a_mention_is_neither_zero_nor_one() -> None:
    said = (figure("all", 3), figure("civilians", None, "civilian", link=within("all")))
    assert check(said) == ()
    assert possible(said, Cell("killed", "civilian")) == Bounds(0, 3, open=False, outer=False)
    assert possible((said[1],), Cell("killed", "civilian")) == Bounds(0, None, open=False, outer=False)


def test_at_least_has_no_upper_bound_once_widened_but_the_numbers_said_have() -> None:
    assert clash((figure("all", 33, at_least=True), figure("civilians", 40, "civilian"))) is None
    assert clash((figure("all", 33), figure("civilians", 40, "civilian"))) == ("all", "civilians")
    widened = (figure("all", 33, at_least=True), figure("civilians", 40, "civilian"))
    assert possible(widened, Cell("killed")) == Bounds(40, None, open=True, outer=False)


def test_no_bounds_are_given_where_the_figures_clash() -> None:
    assert possible((figure("all", 3), figure("women", 4, sex="female")), Cell("killed")) is None


# --- relations ---------------------------------------------------------------------------------------


def test_persons_in_addition_to_a_total_of_the_same_cell_are_not_in_it() -> None:
    said = (figure("first", 33), figure("further", 5, link=beside("first")))
    assert clash(said) is None
    assert possible(said, Cell("killed")) == Bounds(38, 38, open=False, outer=False)
    assert clash((*said, figure("all", 37))) == ("first", "further", "all")


def test_two_additions_to_the_same_figure_may_overlap_and_need_not() -> None:
    said = (figure("first", 33), figure("a", 5, link=beside("first")), figure("b", 2, link=beside("first")))
    for everyone in (38, 39, 40):
        assert clash((*said, figure("all", everyone))) is None
    assert clash((*said, figure("all", 37))) == ("first", "a", "all")
    assert clash((*said, figure("all", 41))) == ("first", "a", "b", "all")
    women = [figure(k, n, sex="female", link=beside("men")) for k, n in (("a", 5), ("b", 2))]
    assert clash((figure("men", 18, sex="male"), *women)) is None


def test_women_beside_the_civilians_are_all_the_women_who_are_not_among_them() -> None:
    said = (
        figure("civilians", 18, "civilian"),
        figure("women", 5, sex="female", link=beside("civilians")),
        figure("policewomen", 6, "police", "female"),
    )
    assert clash(said) == ("women", "policewomen")
    assert clash((*said[:2], replace(said[2], count=Count(5, 5)))) is None


def test_some_of_a_figure_that_their_cell_does_not_narrow_are_not_all_of_it() -> None:
    said = (figure("all", 33), figure("at the market", 5, link=within("all")))
    assert clash(said) is None
    assert clash((said[0], replace(said[1], count=Count(34, 34)))) == ("all", "at the market")


def test_an_unclear_figure_never_clashes_by_a_reading_it_need_not_have() -> None:
    # Six policewomen beside five women of unclear place: the five may all be civilians.
    said = (
        figure("police", 6, "police"),
        figure("policewomen", 6, "police", "female", link=within("police")),
        figure("women", 5, sex="female", link=("unclear", None)),
    )
    assert clash(said) is None


def test_an_unclear_list_with_room_beside_its_items_gets_no_proposal() -> None:
    roomy = (replace(AGENCY[0], count=Count(41, 41)), *AGENCY[1:])
    assert readings(roomy) == ()
    tight = (replace(AGENCY[0], count=Count(40, 40, open=True)), *AGENCY[1:])
    assert [reading.keys for reading in readings(tight)] == [("women", "children")]


def test_an_unclear_list_that_names_no_whole_is_read_against_the_figure_that_holds_it() -> None:
    loose = tuple(replace(f, relation_to=None) if f.relation == "unclear" else f for f in AGENCY)
    assert readings(loose) == readings(AGENCY)


def test_parts_without_a_recorded_relation_stand_in_the_list_that_their_total_holds() -> None:
    bare = tuple(replace(f, relation=None, relation_to=None) if f.key != "women" else f for f in AGENCY)
    (reading,) = readings(bare)
    assert reading.choice == Choice((("women", "civilians"),))


def test_a_part_in_addition_to_another_stands_in_the_same_list() -> None:
    chain = (*AGENCY[:4], replace(AGENCY[4], relation="in_addition_to", relation_to="civilians"))
    (reading,) = readings(chain)
    assert reading.reason.startswith("18 + 15 = 33 leaves no room")


def test_what_fits_beside_some_of_the_list_is_offered_after_what_fits_inside() -> None:
    roomier = (replace(AGENCY[0], count=Count(36, 36)), *AGENCY[1:])
    (reading,) = readings(roomier)
    assert reading.choice == Choice((("women", "civilians"), ("children", "civilians")))
    assert reading.reason.startswith("18 + 15 = 33 of 36 leaves no room for 5 + 3 beside them")
    assert Choice((("women", "civilians"), ("children", None))) in reading.alternatives
    assert Choice((("women", None), ("children", "civilians"))) not in reading.alternatives
    some_beside = [any(place is None for _, place in c.places) for c in reading.alternatives]
    assert some_beside == sorted(some_beside)


def test_civilians_are_proposed_before_others_wherever_the_list_names_them() -> None:
    (reading,) = readings((AGENCY[0], AGENCY[4], *AGENCY[2:4], AGENCY[1]))
    assert reading.choice == Choice((("women", "civilians"), ("children", "civilians")))


def test_an_item_of_a_list_lies_within_the_whole_of_its_list() -> None:
    said = (
        figure("civilians", 10, "civilian"),
        figure("adults", 10, "civilian", age=ADULT, link=within("civilians")),
        figure("women", 3, sex="female", link=unclear("civilians")),
    )
    (reading,) = readings(said)
    assert reading.choice == Choice((("women", "adults"),))
    assert reading.reason == ("10 leaves no room for 3 beside it, so it is read as inside 'adults'.")


def test_women_of_a_list_of_casualties_lie_among_the_killed_they_are_said_to_be() -> None:
    said = (
        figure("casualties", 100, outcome="killed_or_injured"),
        figure("killed", 40, link=within("casualties")),
        figure("injured", 60, outcome="injured", link=within("casualties")),
        figure("women", 5, sex="female", link=unclear("casualties")),
    )
    (reading,) = readings(said)
    assert reading.choice == Choice((("women", "killed"),))
    assert reading.reason.startswith("40 + 60 = 100 leaves no room for 5 beside them")


def test_only_items_that_somebody_could_share_are_tried_as_the_place_of_an_unclear_one() -> None:
    ages = (CHILD, Age(18, 39), Age(40, 64), Age(65, None))
    bands = [figure(f"from {a.low}", 9, age=a, link=within("all")) for a in ages]
    finer = (Age(0, 4), Age(5, 17), Age(18, 29), Age(30, 39), Age(40, 64), Age(65, None))
    women = [figure(f"women {a.low}", 2, None, "female", a, link=unclear("all")) for a in finer]
    (reading,) = readings([figure("all", 36), *bands, *women])
    assert reading.choice is not None
    assert [place for _, place in reading.choice.places] == [
        "from 0",
        "from 0",
        "from 18",
        "from 18",
        "from 40",
        "from 65",
    ]


def test_girls_may_be_read_as_inside_the_children_of_the_same_list() -> None:
    said = (
        figure("all", 20),
        figure("adults", 12, age=ADULT, link=within("all")),
        figure("children", 8, age=CHILD, link=unclear("all")),
        figure("girls", 3, sex="female", age=CHILD, link=unclear("all")),
    )
    (reading,) = readings(said)
    assert reading.choice == Choice((("children", None), ("girls", "children")))
    chosen = apply_reading(said, reading.choice)
    assert [f.relation for f in chosen] == [None, "included_in", "unclear", "assumed_subset"]


def test_a_list_of_which_no_reading_fits_the_numbers_said_gets_none() -> None:
    hopeless = (*AGENCY[:2], replace(AGENCY[2], count=Count(40, 40)), *AGENCY[3:])
    assert readings(hopeless) == ()


def test_too_many_ways_to_read_a_list_are_said_and_not_tried() -> None:
    lists = [figure("all", 10), figure("civilians", 10, "civilian", link=within("all"))]
    crowd = [*lists, *(figure(f"women {i}", 1, sex="female", link=unclear("all")) for i in range(12))]
    lists += [figure(s, 0, s, link=within("all")) for s in ("police", "armed_forces", "paramilitary")]
    bands = [Age(10 * i, 10 * i + 9) for i in range(6)]
    split = [*lists, *(figure(f"aged {a.low}", 1, age=a, link=unclear("all")) for a in bands)]
    for said in (crowd, split):
        (reading,) = readings(said)
        assert reading.choice is None
        assert "too many" in reading.reason
        assert [f.code for f in check(said)] == ["unclear-reading"]
    assert readings(split[:-1])[0].choice is not None


def test_no_more_alternatives_are_listed_than_a_person_can_read() -> None:
    parts = [
        figure(s, 9, s, link=within("all")) for s in ("civilian", "police", "armed_forces", "paramilitary")
    ]
    ages = (Age(0, 4), Age(5, 17), Age(18, 64))
    some = [figure(f"aged {a.low}", 2, age=a, link=unclear("all")) for a in ages]
    (reading,) = readings([figure("all", 36), *parts, *some])
    assert reading.choice == Choice(tuple((f.key, "civilian") for f in some))
    assert len(reading.alternatives) == MOST_ALTERNATIVES


def test_relations_that_lead_nowhere_or_in_a_circle_are_named_and_passed_over() -> None:
    said = (
        figure("a", 3, link=within("b")),
        figure("b", 3, link=within("a")),
        figure("c", 2, "civilian", link=within("a")),
        figure("d", 1, "police", link=within("not here")),
        figure("e", 3, link=beside("e")),
    )
    findings = check(said)
    assert [(f.code, f.keys) for f in findings] == [
        ("unknown-relation", ("d",)),
        ("cyclic-relation", ("a", "b")),
        ("cyclic-relation", ("e",)),
    ]
    assert clash((*said, figure("f", 2))) == ("a", "f")
    chain = [
        figure(f"part {i}", 9 - i, link=within(f"part {i - 1}") if i else (None, None)) for i in range(9)
    ]
    assert check(chain) == ()


def test_a_mark_of_a_figure_that_does_not_count_the_person_hides_nobody() -> None:
    # Five lie beside the ten, so they are no women among the ten, and the four cannot leave them out.
    said = (
        figure("ten", 10, "civilian"),
        figure("four", 4, "civilian"),
        figure("five", 5, "civilian"),
        figure("women", 3, "civilian", "female"),
    )
    links = {
        "ten": Link(),
        "four": Link(),
        "five": Link(beside=("ten",)),
        "women": Link(within="ten", beside=("four",)),
    }
    regions = regions_of(said, links)
    assert regions is not None
    assert solve(regions.rows(widened=False)).holds is False
    named = [row for row, f in zip(regions.rows(widened=False), said, strict=True) if f.key != "ten"]
    assert solve(named).holds is False


def test_a_group_takes_no_part_but_cannot_exceed_what_it_is_included_in() -> None:
    said = (
        figure("civilians", 5, "civilian"),
        figure("journalists", 6, "civilian", group="journalist", link=within("civilians")),
        figure("their women", 4, "civilian", "female", link=within("journalists")),
    )
    (finding,) = check(said)
    assert (finding.code, finding.keys) == ("group-exceeds", ("journalists", "civilians"))
    assert clash(said) is None
    assert check((replace(said[0], count=Count(5, 5, open=True)), *said[1:])) == ()
    assert check((said[0], replace(said[1], count=Count(4, 6)), said[2])) == ()


def test_a_part_of_a_group_cannot_exceed_what_holds_the_group() -> None:
    said = (
        figure("civilians", 5, "civilian"),
        figure("journalists", None, "civilian", group="journalist", link=within("civilians")),
        figure("their women", 6, "civilian", "female", link=within("journalists")),
    )
    assert [(f.code, f.keys) for f in check(said)] == [("group-exceeds", ("their women", "civilians"))]


def test_what_stands_unclear_to_a_group_is_no_part_of_it() -> None:
    said = (
        figure("all", 5),
        figure("journalists", 2, group="journalist", link=within("all")),
        figure("women", 6, sex="female", link=unclear("journalists")),
    )
    assert clash(said) == ("all", "women")
    assert readings(said) == ()


def test_a_count_where_nobody_can_be_clashes_by_itself() -> None:
    said = (figure("men", 5, sex="male"), figure("women", 2, sex="female", link=within("men")))
    assert clash(said) == ("women",)
    assert check(said)[0].detail == "'women' counts 2, but nobody can lie where its relation puts it."


def test_a_clash_of_crossing_figures_is_told_with_their_numbers() -> None:
    said = (
        figure("civilians", 10, "civilian"),
        figure("women", 10, sex="female"),
        figure("all", (0, 12)),
        figure("civilian women", (2, 7), "civilian", "female"),
    )
    assert clash(said) == ("civilians", "women", "all", "civilian women")
    assert check(said)[0].detail == (
        "These cannot all hold: 'civilians' 10, 'women' 10, 'all' 0-12, 'civilian women' 2-7."
    )


# --- against brute force -----------------------------------------------------------------------------

BOUNDARIES = (0, 5, 18, 65, 132)
AGES = tuple(Age(a, None if b == 132 else b - 1) for a, b in combinations(BOUNDARIES, 2))


Person = tuple[str, str, Age, frozenset[str]]
"""Status, sex, age as far as identified, and the figures somebody said this very person is one of."""


def counted_in(figures: Sequence[Figure], person: Person) -> frozenset[str]:
    """Say which figures count a person, one rule after the other and one person at a time."""
    status, sex, age, said_of = person
    by_key = {f.key: f for f in figures}
    known_age = known(age, figures)

    def described(f: Figure) -> bool:
        cell = f.cell
        right_age = cell.age is None or (not known_age if cell.age == ANY_AGE else cell.age.holds(age))
        right_status = cell.status is None or cell.status in Status.lineage(status)
        return right_age and right_status and cell.sex in (None, sex)

    def could_be(f: Figure) -> bool:
        inside = f.relation in ("included_in", "assumed_subset")
        return described(f) and (not inside or could_be(by_key[f.relation_to or ""]))

    def is_in(f: Figure) -> bool:
        if not described(f) or any(g.key in said_of and g.relation_to == f.key for g in added):
            return False
        if f.relation == "unclear":
            return f.key in said_of
        if f.relation in ("included_in", "assumed_subset"):
            parent = by_key[f.relation_to or ""]
            return is_in(parent) and (not same_persons(f, parent) or f.key in said_of)
        if f.relation == "in_addition_to":
            rivals = [g for g in added if g is not f and g.relation_to == f.relation_to]
            disputed = could_be(by_key[f.relation_to or ""]) or any(could_be(g) for g in rivals)
            return f.key in said_of if disputed else True
        return True

    added = [f for f in figures if f.relation == "in_addition_to"]
    found = frozenset(f.key for f in figures if is_in(f))
    return found if said_of <= found else frozenset({"nobody"})


def known(age: Age, figures: Sequence[Figure]) -> bool:
    """Tell whether some band holds an age: one spoken of, or a piece that these and 18 years cut out."""
    ages = [f.cell.age for f in figures if f.cell.age is not None and f.cell.age != ANY_AGE]
    cut_by = {18, *(a.low for a in ages), *(a.top + 1 for a in ages)}
    return any(a.holds(age) for a in ages) or not any(age.low < c <= age.top for c in cut_by)


def same_persons(f: Figure, parent: Figure) -> bool:
    """Tell whether a cell admits all that its parent's and grandparents' cells admit together."""
    return f.cell in (Cell(f.cell.outcome), parent.cell)


def everybody(figures: Sequence[Figure]) -> Iterator[Person]:
    sayable = [
        f.key
        for f in figures
        if f.relation in ("unclear", "in_addition_to")
        or (f.relation and same_persons(f, next(p for p in figures if p.key == f.relation_to)))
    ]
    said = [frozenset(s) for n in range(len(sayable) + 1) for s in combinations(sayable, n)]
    statuses = ("civilian", "security_forces", "police", "armed_forces", "direct_participant", "unknown")
    return product(statuses, ("female", "male", "other", "unknown"), AGES, said)


def sure_and_could(cell: Cell, person: Person, figures: Sequence[Figure]) -> tuple[bool, bool]:
    status, sex, age, _ = person
    up, down = Status.lineage(status), Status.lineage(cell.status) if cell.status else ()
    sure = [cell.status is None or cell.status in up, cell.sex in (None, sex)]
    could = [sure[0] or status in down or status == "unknown", sure[1] or sex == "unknown"]
    if cell.age == ANY_AGE:
        sure.append(not known(age, figures))
        could.append(not known(age, figures))
    elif cell.age is not None:
        sure.append(cell.age.holds(age))
        could.append(cell.age.meet(age) is not None)
    return all(sure), all(could)


def reach(figures: Sequence[Figure], widened: bool, cell: Cell | None = None) -> tuple[bool, int, int | None]:
    """Add persons one by one; give whether the counts can be met, and the least and most in the cell."""
    counts = {f.key: f.count for f in figures if f.count is not None}
    keys = tuple(counts)
    tops = tuple(counts[k].high for k in keys)
    free = tuple(widened and counts[k].open for k in keys)
    kinds: set[tuple[tuple[bool, ...], bool, bool]] = set()
    for person in everybody(figures):
        inside = counted_in(figures, person)
        if "nobody" not in inside:
            flags = sure_and_could(cell, person, figures) if cell is not None else (False, False)
            counted = any(k in inside for k in keys)
            kinds.add((tuple(k in inside for k in keys), flags[0], flags[1] and (flags[0] or counted)))
    start = (0,) * len(keys)
    least_of, most_of = {start: 0}, {start: 0}
    endless: set[tuple[int, ...]] = set()
    frontier = {start}
    # Every person adds to some sum or to none; one in the cell who adds to none makes the most endless.
    order = [start]
    while frontier:
        ahead: set[tuple[int, ...]] = set()
        for state in frontier:
            for inside_of, _, _ in kinds:
                after = step(state, inside_of, tops, free)
                if after is not None and after not in least_of:
                    least_of[after] = 10**6
                    most_of[after] = -(10**6)
                    ahead.add(after)
        order += ahead
        frontier = ahead
    for state in sorted(order, key=sum):
        if any(could and step(state, inside_of, tops, free) == state for inside_of, _, could in kinds):
            endless.add(state)
        for inside_of, sure, could in kinds:
            after = step(state, inside_of, tops, free)
            if after is None or after == state:
                continue
            least_of[after] = min(least_of[after], least_of[state] + sure)
            most_of[after] = max(most_of[after], most_of[state] + could)
            if state in endless:
                endless.add(after)
    goals = [s for s in order if all(counts[k].low <= v for k, v in zip(keys, s, strict=True))]
    if not goals:
        return False, 0, 0
    most_found = None if any(g in endless for g in goals) else max(most_of[g] for g in goals)
    return True, min(least_of[g] for g in goals), most_found


def step(
    state: tuple[int, ...], inside: Iterable[bool], tops: tuple[int, ...], free: tuple[bool, ...]
) -> tuple[int, ...] | None:
    after = []
    for value, more, top, unbounded in zip(state, inside, tops, free, strict=True):
        value_after = value + more
        if value_after > top:
            if not unbounded:
                return None
            value_after = top
        after.append(value_after)
    return tuple(after)


CELLS = st.builds(
    Cell,
    st.just("killed"),
    st.sampled_from([None, None, "civilian", "security_forces", "police", "unknown"]),
    st.sampled_from([None, None, "female", "male", "unknown"]),
    st.sampled_from([None, None, CHILD, ADULT, ANY_AGE, Age(0, 4), Age(5, 64)]),
)
COUNTS = st.builds(
    lambda low, more, at_least: Count(low, low + more, at_least),
    st.integers(0, 4),
    st.sampled_from([0, 0, 0, 1]),
    st.sampled_from([False, False, True]),
)


@st.composite
def claims(draw: st.DrawFn, relations: bool = True) -> tuple[Figure, ...]:
    cells = draw(st.lists(CELLS, min_size=2, max_size=5, unique=not relations))
    figures: list[Figure] = []
    for i, drawn in enumerate(cells):
        cell = drawn
        relation, to = None, None
        if relations and i:
            relation = draw(
                st.sampled_from([None, None, "included_in", "assumed_subset", "in_addition_to", "unclear"])
            )
            to = f"f{draw(st.integers(0, i - 1))}" if relation else None
        parent = next((f for f in figures if f.key == to), None)
        if relation in ("included_in", "assumed_subset") and parent is not None:
            # The recorder narrows the parent's cell, or repeats it.
            narrowed = parent.cell.meet(cell)
            assume(narrowed is not None and ANY_AGE not in (cell.age, parent.cell.age))
            cell = narrowed or cell
            assume(cell == parent.cell or not cell.holds(parent.cell))
        figures.append(Figure(f"f{i}", cell, draw(COUNTS), relation, to))
    return tuple(figures)


@settings(max_examples=150, deadline=None)
@given(claims())
def test_figures_clash_exactly_when_no_persons_can_be_counted_so(figures: tuple[Figure, ...]) -> None:
    assert (clash(figures) is None) is reach(figures, widened=True)[0]


@settings(max_examples=250, deadline=None)
@given(claims())
def test_no_figure_of_a_clash_can_be_spared(figures: tuple[Figure, ...]) -> None:
    keys = clash(figures)
    if keys is None:
        return
    assert clash(figures) == keys

    def only(kept: Iterable[str]) -> tuple[Figure, ...]:
        return tuple(f if f.key in kept else replace(f, count=None) for f in figures)

    assert not reach(only(keys), widened=True)[0]
    for spared in keys:
        assert reach(only(set(keys) - {spared}), widened=True)[0]


@settings(max_examples=200, deadline=None)
@given(claims(), CELLS)
def test_possible_bounds_are_the_least_and_most_that_persons_allow(
    figures: tuple[Figure, ...], cell: Cell
) -> None:
    holds, low, high = reach(figures, widened=False, cell=cell)
    if not holds:
        holds, low, high = reach(figures, widened=True, cell=cell)
    bounds = possible(figures, cell)
    if not holds:
        assert bounds is None
    else:
        assert bounds is not None
        assert (bounds.low, bounds.high, bounds.outer) == (low, high, False)


ROWS = st.lists(
    st.builds(
        lambda columns, low, more, unbounded: Row(columns, low, None if unbounded else low + more),
        st.integers(0, 31),
        st.integers(0, 3),
        st.integers(0, 1),
        st.sampled_from([False, False, True]),
    ),
    min_size=1,
    max_size=6,
)


def whole_solutions(rows: Sequence[Row], top: int = 6) -> Iterator[tuple[int, ...]]:
    for values in product(range(top), repeat=5):
        sums = [sum(v for i, v in enumerate(values) if row.columns >> i & 1) for row in rows]
        if all(r.low <= s and (r.high is None or s <= r.high) for r, s in zip(rows, sums, strict=True)):
            yield values


@settings(max_examples=60, deadline=None)
@given(ROWS, st.integers(1, 31))
def test_whole_numbers_are_found_exactly_when_there_are_some(rows: list[Row], columns: int) -> None:
    found = list(whole_solutions(rows))
    verdict = solve(rows)
    assert verdict.holds is bool(found)
    assert solve(rows, exact=False).holds in ((True, None) if found else (False, None))
    if not found:
        assert clashing(rows) is not None
        return
    for row, total in zip(rows, verdict.sums, strict=True):
        assert row.low <= total <= (total if row.high is None else row.high)
    sums = [sum(v for i, v in enumerate(values) if columns >> i & 1) for values in found]
    assert least(rows, columns).value == min(sums)
    greatest = most(rows, columns).value
    assert greatest is None or greatest >= max(sums)
    if max(max(values) for values in found) < 5:
        assert greatest == max(sums)


def test_three_pairs_of_one_person_each_need_half_persons_and_therefore_clash() -> None:
    pairs = [Row(0b011, 1, 1), Row(0b110, 1, 1), Row(0b101, 1, 1)]
    assert solve(pairs).holds is False
    assert clashing(pairs) == (0, 1, 2)
    assert solve(pairs, exact=False).holds is None
    assert clashing(pairs, exact=False) is None
    large = [Row(row.columns, 2_001, 2_001) for row in pairs]
    assert solve(large).holds is False


@pytest.mark.parametrize(
    "rows",
    [
        [(0b110, 3, 3), (0b101, 0, 1), (0b110, 3, None), (0b11, 3, 4)],
        [(0b11111, 3, 3), (0b101111, 4, 4), (0b111100, 2, 2)],
        [(0b1110, 2, None), (0b11001, 1, None), (0b10101, 2, None)],
    ],
)
def test_a_solution_in_fractions_leads_to_one_in_whole_persons(
    rows: list[tuple[int, int, int | None]],
) -> None:
    verdict = solve([Row(*row) for row in rows])
    assert verdict.holds
    for (_, low, high), total in zip(rows, verdict.sums, strict=True):
        assert low <= total <= (total if high is None else high)


def test_a_clash_that_only_whole_persons_show_names_the_rows_of_every_branch() -> None:
    rows = [Row(0b11001, 3, 3), Row(0b1111, 4, 4), Row(0b10111, 4, 4), Row(0b10100, 4, 5)]
    found = clashing(rows)
    assert found is not None
    assert solve(rows, exact=False).holds is None
    assert not list(whole_solutions([rows[i] for i in found]))
    for spared in found:
        assert list(whole_solutions([rows[i] for i in found if i != spared]))


def test_bounds_without_branching_are_wider_and_say_so() -> None:
    triangles = (0b000011, 0b000110, 0b000101, 0b011000, 0b110000, 0b101000)
    packed, covered = [Row(t, 0, 1) for t in triangles], [Row(t, 1, 9) for t in triangles]
    assert most(packed, 0b111111) == Extreme(2, True)
    assert most(packed, 0b111111, exact=False) == Extreme(3, False)
    assert least(covered, 0b111111) == Extreme(4, True)
    assert least(covered, 0b111111, exact=False) == Extreme(3, False)


# --- many crossing figures ---------------------------------------------------------------------------


def margins(seed: int, persons: int) -> list[Figure]:
    """Give 15 figures of one made-up population: margins by status, sex and age, all crossing others."""
    statuses = ("civilian", "police", "armed_forces", "paramilitary", "direct_participant")
    sexes, ages = ("female", "male"), (Age(0, 4), Age(5, 17), Age(18, 64), Age(65, None))
    state, drawn = seed, []
    for _ in range(persons):
        state = (state * 1_103_515_245 + 12_345) % 2**31
        rest = state >> 8
        drawn.append((statuses[rest % 5], sexes[rest // 5 % 2], ages[rest // 10 % 4]))

    def tally(status: str | None, sex: str | None, age: Age | None) -> int:
        return sum(status in (None, s) and sex in (None, x) and age in (None, a) for s, x, a in drawn)

    cells: list[tuple[str | None, str | None, Age | None]] = [(s, None, None) for s in statuses]
    cells += [(None, x, None) for x in sexes] + [(None, None, a) for a in ages]
    cells += [("civilian", "female", None), ("police", None, ages[2]), (None, "female", ages[1])]
    cells += [("civilian", None, ages[1])]
    return [figure("all", persons)] + [figure(f"m{i}", tally(*c), *c) for i, c in enumerate(cells)]


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.integers(5, 3_000), st.integers(0, 15), st.integers(-30, 30))
def test_beyond_twelve_crossing_figures_bounds_hold_the_truth_and_no_clash_is_false(
    seed: int, persons: int, changed: int, by: int
) -> None:
    figures = margins(seed, persons)
    assert clash(figures) is None
    count = figures[changed].count
    assert count is not None
    number = max(0, count.low + by)
    figures[changed] = replace(figures[changed], count=Count(number, number))
    if clash(figures) is not None:
        assert clash(figures, crossing=99) is not None
    cell = Cell("killed", "civilian", "female", Age(5, 17))
    outer, exact = possible(figures, cell), possible(figures, cell, crossing=99)
    assert (outer is None) <= (exact is None)
    if outer is not None and exact is not None and outer.high is not None and exact.high is not None:
        assert (outer.outer, exact.outer) == (True, False)
        assert outer.low <= exact.low <= exact.high <= outer.high


def test_marks_too_many_to_tell_apart_give_safe_bounds_and_no_clash() -> None:
    figures = [figure("all", 40), *(figure(f"u{i}", 20, link=unclear("all")) for i in range(14))]
    assert clash(figures) is None
    assert possible(figures, Cell("killed")) == Bounds(40, None, open=False, outer=True)
    civilians = possible(figures, Cell("killed", "civilian"))
    assert civilians == Bounds(0, None, open=False, outer=True)
    figures.append(figure("children", 8, age=CHILD))
    not_known = possible(figures, Cell("killed", None, None, ANY_AGE))
    assert not_known == Bounds(0, None, open=False, outer=True)


def test_twelve_crossing_figures_are_answered_at_once() -> None:
    figures = margins(7, 4_000)[:13]
    started = perf_counter()
    assert clash(figures) is None
    bounds = possible(figures, Cell("killed", "civilian", "female", CHILD))
    assert bounds is not None
    assert not bounds.outer
    # Typically some 60 ms; the margin is for slow and shared machines.
    assert perf_counter() - started < 2


def test_every_code_of_the_vocabularies_has_a_place_among_the_descriptions() -> None:
    codes = [(s, None) for s in Status.codes()] + [(None, x) for x in Sex.codes()]
    for status, sex in codes:
        assert clash((figure("some", 1, status, sex),)) is None
        assert clash((figure("all", 1), figure("some", 2, status, sex))) == ("all", "some")
