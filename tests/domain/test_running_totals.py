"""Running totals: what a bulletin counts from one day on, its falls, and a count that began anew (R6)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.cells import Count
from domain.figures import Claim, Figure, Supersession
from tests.domain.balochistan import CHILDREN, KILLED, answer, ranges

WITH_CLAIMS = ("reported-range", "two-independent", "conservative", "latest-by-origin", "airwars-range")
WIDE = ("reported-range", "two-independent", "airwars-range", "latest-by-origin")


def bulletin(name: str, seq: int, day: str, killed: int, children: int | None = None) -> Claim:
    """Give a bulletin of the Gaza Ministry of Health: killed since 7 October 2023."""
    figures = [Figure("killed", KILLED, Count(killed, killed))]
    if children is not None:
        figures.append(Figure("children", CHILDREN, Count(children, children), "included_in", "killed"))
    return Claim(name, f"r{name}", "ministry", seq, day, tuple(figures), counts_from="2023-10-07")


def test_of_running_totals_the_last_stands_and_the_children_counted_before_are_a_lower_bound() -> None:
    first = bulletin("b1", 1, "2023-10-08", 370, 78)
    second = bulletin("b2", 2, "2023-10-10", 900, 260)
    third = bulletin("b3", 3, "2023-10-11", 1100)
    for policy in ("reported-range", "two-independent", "conservative", "latest-by-origin"):
        found = answer(policy, third, first, second)
        assert ranges(found) == {KILLED: (1100, 1100, False), CHILDREN: (260, 260, True)}, policy
        assert [one.code for one in found.findings] == []


def test_anothers_running_total_to_an_earlier_day_stands_until_a_person_says_that_it_is_held() -> None:
    # Gaza: the media office's bulletins ended in December 2023, the ministry's went on.
    ministry = bulletin("m", 1, "2024-02-19", 29092)
    office = replace(bulletin("o", 2, "2023-12-10", 18205), origin="hospital")
    found = answer("reported-range", ministry, office)
    assert ranges(found) == {KILLED: (18205, 29092, False)}
    assert [one.code for one in found.findings] == ["days-differ"]
    decided = answer("reported-range", ministry, office, words=(Supersession("o", "m", cell=KILLED),))
    assert ranges(decided) == {KILLED: (29092, 29092, False)}
    assert {step.claim: step.use for step in decided.trace} == {"m": "used", "o": "superseded"}


def test_a_total_that_fell_replaces_nothing_until_a_person_decides() -> None:
    # A slip, a correction or a new count: 700 the day after 7,028 can be each of them.
    before, fell = bulletin("b1", 1, "2023-10-26", 7028), bulletin("b2", 2, "2023-10-27", 700)
    for policy in ("reported-range", "two-independent", "airwars-range"):
        found = answer(policy, before, fell)
        assert ranges(found) == {KILLED: (700, 7028, False)}, policy
        assert "supersession-proposed" in [one.code for one in found.findings]
    assert ranges(answer("conservative", before, fell)) == {KILLED: (700, 700, True)}
    corrected = answer("reported-range", before, fell, words=(Supersession("b1", "b2", cell=KILLED),))
    assert ranges(corrected) == {KILLED: (700, 700, False)}
    # What is said later and is above both holds both.
    later = bulletin("b3", 3, "2023-10-28", 7326)
    assert ranges(answer("reported-range", before, fell, later)) == {KILLED: (7326, 7326, False)}


def test_what_an_origin_counted_before_its_total_began_anew_is_added_to_what_it_counted_since() -> None:
    # Lebanon's ministry closed its first count at 4,047 and began the second at zero on 2 March 2026.
    closed = replace(bulletin("p1", 1, "2025-01-26", 4047, 300), counts_from="2023-10-08")
    anew = replace(bulletin("p2", 2, "2026-03-03", 40), counts_from="2026-03-02")
    for policy in WITH_CLAIMS:
        found = answer(policy, closed, anew)
        assert ranges(found)[KILLED] == (4087, 4087, False), policy
        (killed,) = [one for one in found.booked if one.cell == KILLED]
        assert killed.claims == ("p1", "p2")
        # How many of those killed since are children is not known.
        assert ranges(found)[CHILDREN] == (300, 300, True), policy
    # Another origin's count of the second run alone is no count of both.
    other = replace(anew, id="q", seq=3, origin="hospital")
    assert ranges(answer("reported-range", closed, anew, other))[KILLED] == (40, 4087, False)


@pytest.mark.parametrize("start", ["2025-01-20", "2025-01-26"])
def test_runs_whose_days_may_overlap_are_not_added(start: str) -> None:
    closed = replace(bulletin("p1", 1, "2025-01-26", 4047), counts_from="2023-10-08")
    anew = replace(bulletin("p2", 2, "2026-03-03", 40), counts_from=start)
    for policy in WIDE:
        assert ranges(answer(policy, closed, anew))[KILLED] == (40, 4047, False)


def test_a_partys_running_total_holds_none_of_somebody_who_is_no_party() -> None:
    hospital = replace(bulletin("h", 1, "2023-10-25", 6500), origin="hospital")
    party = replace(bulletin("p", 2, "2023-10-26", 9000), origin="minister")
    assert ranges(answer("reported-range", hospital, party))[KILLED] == (6500, 9000, False)


def test_two_running_totals_to_different_days_both_support_the_smaller() -> None:
    first = replace(bulletin("h", 1, "2023-10-25", 6500), origin="hospital")
    later = replace(bulletin("o", 2, "2023-10-26", 7028), origin="outlet")
    (one,) = answer("two-independent", first, later).booked
    assert (one.low, one.high, one.corroborated) == (6500, 7028, 6500)
