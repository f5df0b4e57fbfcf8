"""Mappings to other schemes: nothing is left out on either side, and a code comes back as it is said to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

import pytest

from domain.bands import parse_bands
from domain.questions import DEFAULT_BANDS
from domain.vocab import VOCABULARIES
from domain.vocab.mappings import (
    AGE_BANDS,
    MAPPED,
    SCHEMES,
    Crosswalk,
    NotMappable,
    Relation,
    Scheme,
    codes_of,
)

CROSSWALKS = [
    pytest.param(scheme, one, id=f"{scheme.name}-{one.vocabulary}-{one.code_list}")
    for scheme in SCHEMES.values()
    for one in scheme.mappings
]


def unmapped(groups: Iterable[NotMappable]) -> Iterator[str]:
    for group in groups:
        yield from group.codes


def test_the_schemes_of_the_field_are_mapped() -> None:
    assert set(SCHEMES) == {"sdg", "airwars", "mrm", "ucdp", "acled", "hxl", "sdmx"}


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=lambda scheme: scheme.name)
def test_every_scheme_speaks_of_every_vocabulary_that_is_mapped(scheme: Scheme) -> None:
    assert {one.vocabulary for one in scheme.mappings} >= set(MAPPED)
    assert re.fullmatch(r"\d+", scheme.version)
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", scheme.dated)
    assert scheme.source


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=lambda scheme: scheme.name)
def test_every_code_list_of_a_scheme_is_mapped_or_said_to_be_of_no_use(scheme: Scheme) -> None:
    mapped = {one.code_list for one in scheme.mappings} - {None}
    unused = set(unmapped(scheme.unused_lists))
    assert mapped.isdisjoint(unused)
    assert mapped | unused == {one.name for one in scheme.code_lists}


@pytest.mark.parametrize(("scheme", "crosswalk"), CROSSWALKS)
def test_every_code_of_ours_is_matched_or_not_mappable_with_a_reason(
    scheme: Scheme, crosswalk: Crosswalk
) -> None:
    matched = {one.ours for one in crosswalk.matches}
    listed = Counter(unmapped(crosswalk.ours_not_mappable))
    assert not {code: times for code, times in listed.items() if times > 1}
    assert matched.isdisjoint(listed)
    assert matched | set(listed) == set(codes_of(crosswalk.vocabulary))


@pytest.mark.parametrize(("scheme", "crosswalk"), CROSSWALKS)
def test_every_code_of_theirs_is_matched_or_not_mappable_with_a_reason(
    scheme: Scheme, crosswalk: Crosswalk
) -> None:
    matched = {one.theirs for one in crosswalk.matches}
    listed = Counter(unmapped(crosswalk.theirs_not_mappable))
    assert not {code: times for code, times in listed.items() if times > 1}
    assert matched.isdisjoint(listed)
    theirs = () if crosswalk.code_list is None else scheme.code_list(crosswalk.code_list).codes
    assert matched | set(listed) == {one.code for one in theirs}


@pytest.mark.parametrize(("scheme", "crosswalk"), CROSSWALKS)
def test_an_exact_match_is_the_only_exact_one_of_both_codes_and_no_pair_is_matched_twice(
    scheme: Scheme, crosswalk: Crosswalk
) -> None:
    pairs = Counter((one.ours, one.theirs) for one in crosswalk.matches)
    assert not {pair: times for pair, times in pairs.items() if times > 1}
    exact = [one for one in crosswalk.matches if one.relation is Relation.EXACT]
    assert len({one.ours for one in exact}) == len({one.theirs for one in exact}) == len(exact)


@pytest.mark.parametrize(("scheme", "crosswalk"), CROSSWALKS)
def test_a_code_comes_back_as_it_was_exactly_where_that_is_declared(
    scheme: Scheme, crosswalk: Crosswalk
) -> None:
    exact = {one.ours: one.theirs for one in crosswalk.matches if one.relation is Relation.EXACT}
    for ours in codes_of(crosswalk.vocabulary):
        declared = crosswalk.round_trip(ours)
        assert declared == ("exact" if ours in exact else "lossy")
        if declared == "exact":
            assert crosswalk.to_theirs(ours) == exact[ours]
            assert crosswalk.to_ours(exact[ours]) == ours


@pytest.mark.parametrize(("scheme", "crosswalk"), CROSSWALKS)
def test_a_code_is_never_written_as_a_narrower_one(scheme: Scheme, crosswalk: Crosswalk) -> None:
    narrower = {(one.ours, one.theirs) for one in crosswalk.matches if one.relation is Relation.NARROWER}
    for ours in codes_of(crosswalk.vocabulary):
        assert (ours, crosswalk.to_theirs(ours)) not in narrower


def test_killed_is_not_written_as_the_killing_of_children() -> None:
    (outcome,) = SCHEMES["mrm"].of("outcome")
    assert outcome.to_theirs("killed") is None
    assert outcome.to_ours("killing") == "killed"


def test_no_total_of_theirs_becomes_a_code_of_ours() -> None:
    (sdmx,) = SCHEMES["sdmx"].of("sex")
    assert sdmx.to_ours("_T") is None
    hapi = next(one for one in SCHEMES["hxl"].of("sex") if one.code_list == "hapi_gender")
    assert hapi.to_ours("all") is None


def test_unknown_is_a_category_and_not_the_absence_of_a_breakdown() -> None:
    (sdmx,) = SCHEMES["sdmx"].of("sex")
    assert sdmx.to_theirs("unknown") == "_U"
    assert sdmx.to_ours("_N") is None


def test_fighters_of_ucdp_s_sides_are_no_single_status() -> None:
    (status,) = SCHEMES["ucdp"].of("status")
    assert status.to_ours("deaths_a") is None
    assert status.to_theirs("armed_forces") is None
    assert status.to_ours("deaths_civilians") == "civilian"


def test_age_bands_are_those_that_statistics_show_unless_asked_otherwise() -> None:
    assert DEFAULT_BANDS.split(",") == list(AGE_BANDS[:-1])
    labels = {run.label for run in parse_bands(",".join(AGE_BANDS[:-1])).runs()}
    assert set(AGE_BANDS[:-1]) <= labels


def test_every_mapped_vocabulary_is_one_of_ours() -> None:
    assert set(MAPPED) - {"age_band"} <= set(VOCABULARIES)


def test_general_knowledge_is_marked_unconfirmed() -> None:
    assert all(one.unconfirmed for one in SCHEMES["sdmx"].code_list("CL_SEX").codes)
    assert all(one.unconfirmed for one in SCHEMES["ucdp"].code_list("date_prec").codes)
    assert not any(one.unconfirmed for one in SCHEMES["ucdp"].code_list("where_prec").codes)
