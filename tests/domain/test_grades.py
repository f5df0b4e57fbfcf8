"""Grades of other schemes: their published definitions applied to the five answers."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from domain.grades import airwars_grade, ibc_grade, mrm_status, ohchr_grade
from domain.vocab import Answer
from domain.vocab.grading import AIRWARS, GRADE_SCHEMES, IBC, MRM, OHCHR

ANSWERS = Answer.codes()


def airwars(
    credible: int = 2,
    *,
    conceded: bool = False,
    accused: int = 1,
    fighters: bool = False,
    others: bool = False,
) -> str:
    return airwars_grade(
        credible_sources=credible,
        conceded=conceded,
        accused=accused,
        all_fighters=fighters,
        others_responsible=others,
    ).code


def test_a_belligerent_that_accepts_responsibility_confirms_the_harm() -> None:
    assert airwars(0, conceded=True) == "confirmed"
    assert airwars(3, conceded=True, accused=2) == "confirmed"


def test_two_credible_sources_on_one_partys_action_are_fair() -> None:
    assert airwars(2) == "fair"
    assert airwars(7) == "fair"


def test_a_single_source_is_weak() -> None:
    assert airwars(1) == "weak"


def test_two_credible_sources_without_a_belligerents_action_are_weak() -> None:
    assert airwars(2, accused=0) == "weak"


def test_competing_claims_of_responsibility_are_contested_however_many_sources() -> None:
    assert airwars(1, accused=2) == "contested"
    assert airwars(9, accused=3) == "contested"
    assert airwars(0, accused=2) == "contested"


def test_combatants_or_another_partys_act_are_discounted() -> None:
    assert airwars(5, fighters=True) == "discounted"
    assert airwars(5, fighters=True, conceded=True) == "discounted"
    assert airwars(5, others=True) == "discounted"


def test_belligerents_words_alone_are_not_graded_by_airwars() -> None:
    assert airwars(0) == "ungraded"


@given(st.integers(0, 10), st.booleans(), st.integers(0, 5), st.booleans(), st.booleans(), st.integers(1, 5))
def test_a_further_credible_source_never_weakens_the_grade(
    credible: int, conceded: bool, accused: int, fighters: bool, others: bool, more: int
) -> None:
    strength = ["ungraded", "weak", "fair"]
    before = airwars(credible, conceded=conceded, accused=accused, fighters=fighters, others=others)
    after = airwars(credible + more, conceded=conceded, accused=accused, fighters=fighters, others=others)
    assert after == before or before in strength
    if before in strength and after in strength:
        assert strength.index(after) >= strength.index(before)


def mrm(occurrence: str, harm: str, how_many: str, responsibility: str) -> str:
    return mrm_status(occurrence=occurrence, harm=harm, how_many=how_many, responsibility=responsibility).code


def test_pending_is_not_unverified() -> None:
    assert mrm("verified", "verified", "pending", "pending") == "pending_verification"
    assert mrm("verified", "verified", "inconclusive", "pending") == "unverified"
    assert mrm("verified", "contested", "verified", "pending") == "unverified"


def test_a_false_attribution_keeps_the_harm_and_drops_the_perpetrator() -> None:
    assert mrm("verified", "verified", "verified", "rejected") == "falsely_attributed"
    assert mrm("verified", "verified", "pending", "rejected") == "pending_verification"


def test_what_is_found_not_to_be_so_is_rejected_in_every_scheme_of_findings() -> None:
    assert mrm("rejected", "verified", "verified", "verified") == "rejected"
    assert ohchr_grade(occurrence="verified", harm="rejected", how_many="verified").code == "excluded"


def test_two_independent_data_sources_include_an_incident_and_one_is_provisional() -> None:
    assert ibc_grade(counted=False, confirmed=0).code == "ungraded"
    assert ibc_grade(counted=True, confirmed=0).code == "provisional"
    assert ibc_grade(counted=True, confirmed=1).code == "included"


def test_only_verified_is_verified_for_ohchr() -> None:
    for occurrence, harm, how_many in product(ANSWERS, repeat=3):
        code = ohchr_grade(occurrence=occurrence, harm=harm, how_many=how_many).code
        assert (code == "verified") == ({occurrence, harm, how_many} == {"verified"})


def test_every_grade_is_a_code_of_its_published_scheme_and_every_code_can_come_out() -> None:
    found: dict[str, set[str]] = {name: set() for name in GRADE_SCHEMES}
    flags = (False, True)
    for credible, conceded, accused, fighters, others in product(range(4), flags, range(4), flags, flags):
        found["airwars"].add(
            airwars(credible, conceded=conceded, accused=accused, fighters=fighters, others=others)
        )
    for answers in product(ANSWERS, repeat=4):
        found["mrm"].add(mrm(*answers))
        found["ohchr"].add(ohchr_grade(occurrence=answers[0], harm=answers[1], how_many=answers[2]).code)
    found["ibc"] = {
        ibc_grade(counted=counted, confirmed=number).code for counted in flags for number in range(2)
    }
    for scheme in (AIRWARS, MRM, IBC, OHCHR):
        assert found[scheme.name] == set(scheme.codes())
