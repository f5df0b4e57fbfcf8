"""Rules across claims that a policy must not get wrong: each once gave a number that nobody said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.cells import Cell, Count
from domain.figures import Claim, Figure, HeldResponsible, ReportNode, Source, Supersession
from domain.policies import POLICIES, Evidence
from tests.domain.balochistan import (
    CIVILIANS,
    FIGHTERS,
    GROUP,
    KILLED,
    MILITARY,
    PARTIES,
    REPORTS,
    SECURITY,
    SOURCES,
    STATE,
    WOMEN,
    answer,
    columns,
    ranges,
)

WITH_CLAIMS = ("reported-range", "two-independent", "conservative", "latest-by-origin", "airwars-range")


def said(name: str, origin: str, seq: int, day: str | None, *figures: Figure) -> Claim:
    return Claim(name, f"r-{name}", origin, seq, day, figures)


def killed(number: int, **more: str) -> Figure:
    return Figure("all", KILLED, Count(number, number), **more)  # type: ignore[arg-type]


def test_women_among_the_enemys_fighters_are_the_enemys_losses_too() -> None:
    claim = said(
        "M",
        "minister",
        1,
        None,
        Figure("militants", FIGHTERS, Count(145, 145), party=GROUP),
        Figure("women", WOMEN, Count(9, 9), "included_in", "militants"),
    )
    for policy in WITH_CLAIMS:
        found = answer(policy, claim)
        assert found.booked == (), policy
        assert (STATE, WOMEN, 9, False) in columns(found), policy


def test_who_took_a_number_back_agrees_with_it_no_more() -> None:
    enemy = said("M", "minister", 1, None, Figure("f", FIGHTERS, Count(145, 145), party=GROUP))
    first = said("A1", "hospital", 2, "2026-02-01", Figure("f", FIGHTERS, Count(145, 145), party=GROUP))
    after = said("A2", "hospital", 3, "2026-02-02", Figure("f", FIGHTERS, Count(20, 20), party=GROUP))
    word = (Supersession("A1", "A2"),)
    for policy, words in (("reported-range", word), ("latest-by-origin", ())):
        found = answer(policy, enemy, first, after, words=words)
        assert ranges(found)[FIGHTERS] == (20, 20, False), policy
        assert (STATE, FIGHTERS, 145, False) in columns(found)
    agreed = answer("reported-range", enemy, first)
    assert ranges(agreed)[FIGHTERS] == (145, 145, False)
    assert all(step.reason for step in agreed.trace)


def test_parts_become_lower_bounds_where_a_person_confirmed_the_one_cell_that_holds_them() -> None:
    earlier = said("E", "hospital", 1, "2026-01-31", killed(33), Figure("w", WOMEN, Count(5, 5)))
    later = said("L", "hospital", 2, "2026-02-02", killed(40))
    for word in (Supersession("E", "L", cell=KILLED), Supersession("E", "L")):
        found = ranges(answer("reported-range", earlier, later, words=(word,)))
        assert found == {KILLED: (40, 40, False), WOMEN: (5, 5, True)}


def test_a_person_may_confirm_that_a_number_of_one_partys_losses_replaces_one_without_a_party() -> None:
    earlier = said("E", "hospital", 1, "2026-01-31", Figure("s", SECURITY, Count(15, 15)))
    later = said("L", "hospital", 2, "2026-02-02", Figure("s", SECURITY, Count(17, 17), party=STATE))
    assert ranges(answer("reported-range", earlier, later))[SECURITY] == (15, 17, False)
    word = (Supersession("E", "L", cell=SECURITY),)
    assert ranges(answer("reported-range", earlier, later, words=word))[SECURITY] == (17, 17, False)


def test_one_claim_of_two_parties_losses_says_their_sum() -> None:
    both = said(
        "B",
        "hospital",
        1,
        None,
        Figure("a", FIGHTERS, Count(10, 10), party=GROUP),
        Figure("b", FIGHTERS, Count(5, 5), party="rivals"),
    )
    for policy in WITH_CLAIMS:
        assert ranges(answer(policy, both))[FIGHTERS] == (15, 15, False), policy


REPRINTS = {
    "a translation has words of its own": (ReportNode("p", "paper", ("r-A1",)), None),
    "dated by who prints it": (ReportNode("p", "paper", ("r-A1",)), "2026-02-03"),
    "citing the agency and not its report": (ReportNode("p", "paper", (), ("agency",)), None),
    "citing nobody": (ReportNode("p", "paper"), None),
}


@pytest.mark.parametrize("how", sorted(REPRINTS))
def test_a_reprint_of_an_early_number_is_not_its_origins_last_word(how: str) -> None:
    node, day = REPRINTS[how]
    first = said("A1", "agency", 1, "2026-01-01", killed(33, wording="au moins 33"))
    second = said("A2", "agency", 2, "2026-01-02", killed(40))
    reprint = Claim("P", "p", "agency", 3, day, (killed(33, wording="33"),))
    known = Evidence(
        claims=(first, second, reprint),
        sources=(Source("agency", "agency"), Source("paper", "outlet")),
        reports=(ReportNode("r-A1", "agency"), ReportNode("r-A2", "agency"), node),
    )
    found = POLICIES["latest-by-origin"].function(known)
    assert ranges(found)[KILLED] == (40, 40, False)
    (step,) = [one for one in found.trace if one.claim == "P"]
    assert step.use == "set_aside"
    assert "a copy of claim A1" in step.reason


def test_what_an_origin_says_again_itself_is_its_last_word() -> None:
    first = said("A1", "agency", 1, None, killed(33))
    second = said("A2", "agency", 2, None, killed(40))
    back = said("A3", "agency", 3, None, killed(33))
    known = Evidence(
        claims=(first, second, back),
        sources=(Source("agency", "agency"),),
        reports=tuple(ReportNode(f"r-A{n}", "agency") for n in (1, 2, 3)),
    )
    assert ranges(POLICIES["latest-by-origin"].function(known))[KILLED] == (33, 33, False)


@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")])
def test_nobody_in_a_ring_of_citations_confirms_it_whatever_their_ids(names: tuple[str, str]) -> None:
    one, other = names
    known = Evidence(
        claims=(Claim("R", "x", one, 1, None, (killed(10),)), Claim("S", "z", other, 2, None, (killed(10),))),
        sources=(Source("a", "outlet"), Source("b", "outlet"), Source("c", "hospital")),
        reports=(ReportNode("x", one, ("y",)), ReportNode("y", other, ("x",)), ReportNode("z", other)),
    )
    (booked,) = POLICIES["two-independent"].function(known).booked
    assert booked.corroborated == 0
    hospital = Claim("H", "h", "c", 3, None, (killed(10),))
    (booked,) = (
        POLICIES["two-independent"]
        .function(
            replace(known, claims=(*known.claims, hospital), reports=(*known.reports, ReportNode("h", "c")))
        )
        .booked
    )
    assert booked.corroborated == 10


def test_a_flagged_figure_opens_no_part_of_what_its_origin_said() -> None:
    # A later copy that prints 33 civilians for 33 killed must not turn five women into "five or more".
    swapped = Claim("E", "copy", "military", 9, "2026-02-01", (Figure("c", CIVILIANS, Count(33, 33)),))
    military = replace(MILITARY, figures=(Figure("all", KILLED, Count(33, 33)), *MILITARY.figures[1:5]))
    nodes = (*REPORTS, ReportNode("copy", "paper", ("r1",)))
    told = Evidence(claims=(military,), sources=SOURCES, reports=nodes, parties=PARTIES)
    for name in WITH_CLAIMS:
        policy = POLICIES[name].function
        assert policy(replace(told, claims=(military, swapped))).booked == policy(told).booked, name


@pytest.mark.parametrize("comparator", ["about", "at_most"])
def test_about_or_at_most_a_moved_number_is_a_moved_number(comparator: str) -> None:
    low = 0 if comparator == "at_most" else 33
    count = Count(low, 33, comparator=comparator)
    swapped = Claim("E", "copy", "military", 9, "2026-01-31", (Figure("c", CIVILIANS, count),))
    nodes = (*REPORTS, ReportNode("copy", "paper", ("r1",)))
    known = Evidence(claims=(MILITARY, swapped), sources=SOURCES, reports=nodes, parties=PARTIES)
    found = POLICIES["reported-range"].function(known)
    assert ranges(found)[CIVILIANS] == (18, 18, True)
    assert [one.use for one in found.uses if one.claim == "E"] == ["flagged"]


def grade(*claims: Claim, held: str | None = "suspected", **more: object) -> str | None:
    known = Evidence(
        claims=claims,
        sources=(*SOURCES, Source("paper", "outlet"), Source("forces", "official", True, STATE, "E")),
        reports=(*REPORTS, ReportNode("p", "paper", ("r-A",)), ReportNode("r-A", "outlet")),
        parties=PARTIES,
        held=() if held is None else (HeldResponsible(GROUP, held),),
    )
    found = POLICIES["airwars-range"].function(known).grade
    return None if found is None else found.code


def test_a_reprint_counts_as_a_source_in_the_peers_method() -> None:
    agency = said("A", "outlet", 1, None, killed(10))
    assert grade(agency) == "weak"
    assert grade(agency, Claim("P", "p", "outlet", 2, None, (killed(10),))) == "fair"


def test_sources_that_report_the_harm_without_a_number_are_sources() -> None:
    mention = Figure("c", CIVILIANS, None, wording="civilians were killed")
    assert grade(said("A", "outlet", 1, None, mention), said("H", "hospital", 2, None, mention)) == "fair"


def test_a_party_that_concedes_is_believed_whatever_its_word_is_worth_otherwise() -> None:
    own = replace(
        said("A", "forces", 1, None, Figure("c", CIVILIANS, Count(3, 3))),
        said_party=STATE,
        said_responsibility="conceded",
    )
    assert grade(own, said("H", "hospital", 2, None, killed(3)), held=None) == "confirmed"


def test_only_fighters_discount_and_police_are_none() -> None:
    police = Figure("p", Cell("killed", "police"), Count(2, 2))
    fighters = Figure("f", Cell("killed", "direct_participant"), Count(2, 2))
    assert grade(said("H", "hospital", 1, None, police)) == "weak"
    assert grade(said("H", "hospital", 1, None, fighters)) == "discounted"
