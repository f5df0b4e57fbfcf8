"""What each policy makes of the attacks in Balochistan, 30 January to 2 February 2026.

The answers are worked out by hand from the rules.
"""

from __future__ import annotations

from dataclasses import replace

from domain.cells import Count
from domain.figures import Claim, Figure, HeldResponsible, ReportNode, Supersession
from domain.policies import POLICIES, Evidence
from tests.domain.balochistan import (
    CHILDREN,
    CIVILIANS,
    CLAIMS,
    FIGHTERS,
    FRIDAY,
    GROUP,
    HELD,
    KILLED,
    LATER,
    MILITARY,
    MINISTER,
    PARTIES,
    REPORTS,
    SECURITY,
    SOURCES,
    STATE,
    WOMEN,
    answer,
    at_least,
    columns,
    more_than,
    ranges,
)


def test_two_origins_of_one_side_both_stand_until_a_person_says_that_the_later_replaces_the_earlier() -> None:
    both = answer("reported-range")
    assert ranges(both)[CIVILIANS] == (18, 31, True)
    assert ranges(both)[SECURITY] == (15, 17, True)
    replaced = answer("reported-range", words=(Supersession("C1", "C2"),))
    assert ranges(replaced)[CIVILIANS] == (31, 31, False)
    assert ranges(replaced)[SECURITY] == (17, 17, False)
    only_civilians = answer("reported-range", words=(Supersession("C1", "C2", cell=CIVILIANS),))
    assert ranges(only_civilians)[CIVILIANS] == (31, 31, False)
    assert ranges(only_civilians)[SECURITY] == (15, 17, True)


def test_women_and_children_of_the_earlier_count_stay_as_lower_bounds_when_it_is_replaced() -> None:
    found = ranges(answer("reported-range", words=(Supersession("C1", "C2"),)))
    assert found[WOMEN] == (5, 5, True)
    assert found[CHILDREN] == (3, 3, True)


def test_a_belligerents_number_of_its_enemys_losses_is_in_neither_low_nor_high() -> None:
    for policy in ("reported-range", "two-independent", "conservative", "latest-by-origin"):
        figures = answer(policy)
        assert FIGHTERS not in ranges(figures)
        assert HELD not in ranges(figures)
        assert ranges(figures)[SECURITY][1] <= 17
        assert {(STATE, FIGHTERS, 92, False), (STATE, FIGHTERS, 145, False)} <= columns(figures)
        assert (GROUP, SECURITY, 201, True) in columns(figures)
        assert {one.stated_as for one in figures.columns if one.cell == FIGHTERS} == {"militants"}


def test_a_cell_that_the_enemys_column_exceeds_is_contested() -> None:
    booked = {one.cell: one for one in answer("reported-range").booked}
    assert booked[SECURITY].contested
    assert not booked[CIVILIANS].contested
    assert not booked[KILLED].contested


def test_one_sides_word_corroborates_nothing() -> None:
    booked = {one.cell: one for one in answer("two-independent").booked}
    assert (booked[CIVILIANS].low, booked[CIVILIANS].high, booked[CIVILIANS].corroborated) == (18, 31, 0)
    assert {one.corroborated for one in booked.values()} == {0}


def test_a_hospital_beside_the_minister_corroborates_what_both_count() -> None:
    hospital = Claim("H", "r1", "hospital", 9, "2026-02-02", (Figure("civilians", CIVILIANS, at_least(25)),))
    booked = {one.cell: one for one in answer("two-independent", *CLAIMS, hospital).booked}
    assert (booked[CIVILIANS].low, booked[CIVILIANS].high, booked[CIVILIANS].corroborated) == (25, 31, 25)


def test_the_conservative_policy_gives_the_least_and_says_that_more_is_said() -> None:
    found = ranges(answer("conservative"))
    assert found[CIVILIANS] == (18, 18, True)
    assert found[SECURITY] == (15, 15, True)
    assert found[KILLED] == (33, 33, True)


def test_latest_by_origin_takes_the_groups_later_number_without_waiting() -> None:
    figures = answer("latest-by-origin")
    assert ranges(figures)[CIVILIANS] == (18, 31, True)
    assert (GROUP, SECURITY, 81, True) not in columns(figures)
    assert (GROUP, HELD, 17, True) in columns(figures)
    assert (GROUP, SECURITY, 81, True) in columns(answer("reported-range"))


def test_the_peers_range_takes_a_partys_word_as_context_and_is_null_with_a_reason() -> None:
    figures = answer("airwars-range")
    assert figures.booked == ()
    assert figures.unknown_because is not None
    uses = {(one.claim, one.key): one.use for one in figures.uses}
    assert set(uses.values()) == {"set_aside", "beside"}
    assert uses["C1", "civilians"] == "set_aside"
    assert figures.grade is None


def test_the_peers_range_grades_by_outlets_and_parties() -> None:
    own = replace(MILITARY, id="N", origin="outlet", figures=MILITARY.figures[:4])
    weak = answer("airwars-range", own, held=(HeldResponsible(GROUP, "suspected"),))
    assert ranges(weak)[CIVILIANS] == (18, 18, True)
    assert weak.grade is not None
    assert (weak.grade.scheme, weak.grade.code) == ("airwars", "weak")
    hospital = Claim("H", "rh", "hospital", 9, None, (Figure("civilians", CIVILIANS, Count(20, 20)),))
    fair = answer("airwars-range", own, hospital, held=(HeldResponsible(GROUP, "suspected"),))
    assert fair.grade is not None
    assert fair.grade.code == "fair"
    conceded = answer("airwars-range", own, held=(HeldResponsible(GROUP, "conceded"),))
    assert conceded.grade is not None
    assert conceded.grade.code == "confirmed"
    declared = answer("airwars-range", own, held=(HeldResponsible(GROUP, "declared"),))
    assert declared.grade is not None
    assert declared.grade.code == "weak"
    assert answer("airwars-range", held=(HeldResponsible(GROUP, "declared"),)).grade is None
    two = (HeldResponsible(GROUP, "suspected"), HeldResponsible(STATE, "suspected"))
    contested = answer("airwars-range", own, held=two)
    assert contested.grade is not None
    assert contested.grade.code == "contested"


def test_an_enemys_number_stands_once_somebody_who_is_no_party_counts_as_many() -> None:
    fewer = Claim("H", "rh", "hospital", 9, None, (Figure("fighters", FIGHTERS, Count(60, 60)),))
    assert ranges(answer("reported-range", *CLAIMS, fewer))[FIGHTERS] == (60, 60, False)
    as_many = Claim("H", "rh", "hospital", 9, None, (Figure("fighters", FIGHTERS, at_least(92)),))
    figures = answer("reported-range", *CLAIMS, as_many)
    assert ranges(figures)[FIGHTERS] == (92, 92, True)
    assert (STATE, FIGHTERS, 145, False) in columns(figures)
    assert (STATE, FIGHTERS, 92, False) not in columns(figures)


def test_people_of_no_stated_status_do_not_make_the_enemys_militants_fighters() -> None:
    people = Claim("H", "rh", "hospital", 9, None, (Figure("all", KILLED, Count(150, 150)),))
    figures = answer("reported-range", *CLAIMS, people)
    assert FIGHTERS not in ranges(figures)


def test_a_total_that_holds_the_enemys_losses_stands_in_the_column_with_them() -> None:
    boast = Claim(
        "X",
        "rx",
        "group",
        9,
        None,
        (
            Figure("all", KILLED, more_than(207), party=None),
            Figure("soldiers", SECURITY, more_than(200), "included_in", "all", party=STATE),
        ),
    )
    figures = answer("reported-range", boast)
    assert figures.booked == ()
    assert figures.unknown_because == "the only numbers are a belligerent's of its enemy's losses (R5)"


def test_an_admission_raises_the_total_where_the_policy_takes_it() -> None:
    own = Claim("A", "ra", "group", 9, None, (Figure("own", FIGHTERS, Count(7, 7), party=GROUP),))
    military = replace(MILITARY, figures=MILITARY.figures[:5])
    for policy, killed in (
        ("latest-by-origin", (40, 40, True)),
        ("reported-range", (33, 33, True)),
        ("two-independent", (33, 33, True)),
        ("conservative", (33, 33, True)),
    ):
        found = ranges(answer(policy, military, own))
        assert found[KILLED] == killed, policy
        assert found[FIGHTERS] == (7, 7, False)


def test_a_party_that_says_it_harmed_civilians_admits_it() -> None:
    admitted = replace(
        MINISTER, said_party=STATE, said_responsibility="conceded", figures=(MINISTER.figures[2],)
    )
    (use,) = answer("reported-range", admitted).uses
    assert use.reason == "a party on those it says it harmed itself"
    (use,) = answer("reported-range", replace(admitted, said_party=GROUP)).uses
    assert use.reason == "one party's word, pending"


def test_fighters_without_a_party_are_asked_for_it() -> None:
    nobodys = replace(MINISTER, figures=(Figure("militants", FIGHTERS, Count(145, 145)),))
    figures = answer("reported-range", nobodys)
    assert figures.booked == ()
    (use,) = figures.uses
    assert use.use == "beside"
    assert "record the figure's party" in use.reason


def test_dozens_are_twelve_for_the_conservative_policy_and_a_word_for_the_others() -> None:
    figure = Figure("civilians", CIVILIANS, None, wording="Dozens of civilians")
    said = Claim("W", "rw", "hospital", 9, None, (figure,))
    assert ranges(answer("conservative", said)) == {CIVILIANS: (12, 12, True)}
    assert answer("reported-range", said).unknown_because == "no claim states a number of persons"


def test_what_a_policy_did_is_told_figure_by_figure() -> None:
    uses = {(one.claim, one.key): one.use for one in answer("reported-range").uses}
    assert uses["C1", "civilians"] == "used"
    assert uses["C1", "militants"] == uses["C5", "security"] == "beside"
    later = {(one.claim, one.key): one.use for one in answer("latest-by-origin").uses}
    assert later["C4", "security"] == "superseded"
    assert set(uses) == {(claim.id, figure.key) for claim in CLAIMS for figure in claim.figures}


def test_no_policy_gives_a_total_that_only_a_wrong_addition_gives() -> None:
    for policy in POLICIES:
        numbers = {number for low, high, _ in ranges(answer(policy)).values() for number in (low, high)}
        assert not numbers & {48, 125, 178, 233, 234, 378}


def test_a_proposed_supersession_is_a_finding_until_somebody_decides() -> None:
    def found(*words: Supersession) -> list[str]:
        return [one.code for one in answer("reported-range", words=words).findings]

    assert found() == ["supersession-proposed"] * 2
    assert found(Supersession("C4", "C5")) == []
    assert found(Supersession("C4", "C5", confirmed=False)) == []
    rejected = answer("latest-by-origin", words=(Supersession("C4", "C5", confirmed=False),))
    assert (GROUP, SECURITY, 81, True) in columns(rejected)


def test_a_copy_that_contradicts_the_origin_it_cites_moves_no_figure() -> None:
    # "92 militants ... while 15 civilians also lost their lives": the fifteen were security personnel.
    swapped = Claim("E2", "copy", "military", 9, "2026-01-31", (Figure("c", CIVILIANS, Count(15, 15)),))
    nodes = (*REPORTS, ReportNode("copy", "paper", ("r1",)))
    for name, policy in POLICIES.items():
        told = Evidence(claims=(MILITARY,), sources=SOURCES, reports=nodes, parties=PARTIES)
        copied = replace(told, claims=(MILITARY, swapped))
        assert policy.function(copied).booked == policy.function(told).booked, name
    (use,) = [one for one in POLICIES["reported-range"].function(copied).uses if one.claim == "E2"]
    assert use.use == "flagged"
    cleared = POLICIES["reported-range"].function(replace(copied, cleared=frozenset({"E2"})))
    assert ranges(cleared)[CIVILIANS] == (15, 18, True)


def test_losses_of_two_parties_are_different_persons() -> None:
    own = Claim("A", "ra", "group", 9, None, (Figure("own", FIGHTERS, Count(7, 7), party=GROUP),))
    rival = Claim("B", "rb", "hospital", 10, None, (Figure("own", FIGHTERS, Count(9, 9), party="rivals"),))
    assert ranges(answer("reported-range", own, rival))[FIGHTERS] == (7, 16, False)
    booked = {one.cell: one for one in answer("two-independent", own, rival).booked}
    assert booked[FIGHTERS].corroborated == 0
    claimed = replace(MINISTER, figures=(MINISTER.figures[0],))
    more = replace(rival, figures=(Figure("own", FIGHTERS, Count(200, 200), party="rivals"),))
    assert (STATE, FIGHTERS, 145, False) in columns(answer("reported-range", claimed, more))
    first = replace(rival, figures=(Figure("own", FIGHTERS, Count(7, 7), party=GROUP),))
    later = replace(rival, id="C", seq=11)
    assert ranges(answer("latest-by-origin", first, later))[FIGHTERS] == (7, 16, False)


def test_an_outlet_that_prints_both_parties_agrees_with_neither() -> None:
    printed = Claim("P", "rp", "outlet", 9, None, (Figure("s", SECURITY, more_than(200), party=STATE),))
    nodes = (*REPORTS, ReportNode("rp", "outlet", (), ("group", "military")))
    known = Evidence(claims=(LATER, printed), sources=SOURCES, reports=nodes, parties=PARTIES)
    assert (GROUP, SECURITY, 201, True) in columns(POLICIES["reported-range"].function(known))


def test_what_the_author_sets_aside_does_not_revive_its_copies() -> None:
    wire = replace(MILITARY, id="W", report="copy", seq=9)
    swapped = Claim("E", "copy", "military", 10, "2026-01-31", (Figure("c", CIVILIANS, Count(33, 33)),))
    nodes = (*REPORTS, ReportNode("copy", "paper", ("r1",)))
    known = Evidence(
        claims=(wire, swapped), sources=SOURCES, reports=nodes, parties=PARTIES, unheard=(MILITARY,)
    )
    assert POLICIES["reported-range"].function(known).booked == ()


def test_an_admitted_range_raises_the_total_at_both_ends() -> None:
    military = replace(MILITARY, figures=(Figure("all", KILLED, Count(33, 33)), *MILITARY.figures[1:5]))
    own = Claim("A", "ra", "group", 9, None, (Figure("own", FIGHTERS, Count(7, 12), party=GROUP),))
    assert ranges(answer("latest-by-origin", military, own))[KILLED] == (40, 45, False)


def test_the_militarys_41_insurgents_of_friday_move_no_figure_and_its_later_92_replace_them() -> None:
    for name in ("reported-range", "two-independent", "conservative", "latest-by-origin", "airwars-range"):
        assert ranges(answer(name, FRIDAY, *CLAIMS)) == ranges(answer(name)), name
    both = columns(answer("reported-range", FRIDAY, *CLAIMS))
    assert {(STATE, FIGHTERS, 41, False), (STATE, FIGHTERS, 92, False)} <= both
    last = columns(answer("latest-by-origin", FRIDAY, *CLAIMS))
    assert (STATE, FIGHTERS, 92, False) in last
    assert (STATE, FIGHTERS, 41, False) not in last
