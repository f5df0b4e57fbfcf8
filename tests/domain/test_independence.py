"""Independence: how many really say it (R4)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from domain.cells import Cell, Count
from domain.figures import Claim, Figure, ReportNode, Source
from domain.independence import (
    Citations,
    corroborated_low,
    independence_key,
    keys_of,
    roots,
    supported,
)

KILLED = Cell("killed")
CIVILIANS = Cell("killed", "civilian")

# Balochistan, 31 January to 2 February 2026. Every article read traces to three voices: the military's
# media wing and the chief minister on one side, the armed group on the other.
SOURCES = [
    Source("agency", "agency"),
    Source("newspaper", "outlet"),
    Source("ispr", "official", side="PK"),
    Source("minister", "official", side="PK"),
    Source("bla", "armed_group", side="BLA"),
    Source("hospital", "hospital"),
    Source("officials", "official", named=False),
    Source("other-officials", "official", named=False),
    Source("a-witness", "witness", named=False),
]
REPORTS = [
    ReportNode("agency-copy", "agency"),
    ReportNode("agency-on-ispr", "agency", cites_sources=("ispr",)),
    ReportNode("paper", "newspaper", cites_reports=("agency-on-ispr",)),
    ReportNode("paper-on-two", "newspaper", cites_sources=("hospital", "ispr")),
    ReportNode("paper-itself", "newspaper"),
]
RECORD = Citations.of(SOURCES, REPORTS)


def claim(
    report: str, origin: str, low: int | None = None, cell: Cell = CIVILIANS, name: str | None = None
) -> Claim:
    figures = () if low is None else (Figure("f", cell, Count(low, low)),)
    return Claim(name or f"{report}/{origin}", report, origin, 1, figures=figures)


def keys(report: str, origin: str, record: Citations = RECORD) -> list[str]:
    return [root.key for root in roots(claim(report, origin), record)]


def test_the_stated_origin_is_the_root_claimant() -> None:
    assert keys("agency-copy", "hospital") == ["source:hospital"]


def test_an_outlet_that_speaks_for_itself_rests_on_what_it_cites() -> None:
    found = roots(claim("paper", "newspaper"), RECORD)
    assert [(root.key, root.path) for root in found] == [("side:PK", ("paper", "agency-on-ispr", "ispr"))]


def test_an_outlet_that_cites_nobody_is_its_own_root() -> None:
    assert keys("paper-itself", "newspaper") == ["source:newspaper"]


def test_a_printed_agency_item_has_the_roots_of_the_agency_s_own() -> None:
    assert keys("paper", "agency") == keys("agency-on-ispr", "agency") == ["side:PK"]


def test_wire_copies_add_nothing() -> None:
    copies = [
        claim(f"copy-{n}", "agency", 18, name=f"copy-{n}") for n in range(195)
    ]  # the aggregator listed 195 articles
    reports = [*REPORTS, *(ReportNode(f"copy-{n}", f"outlet-{n}") for n in range(195))]
    record = Citations.of(SOURCES, reports)
    assert sorted({root.key for one in copies for root in roots(one, record)}) == ["source:agency"]
    assert corroborated_low(copies, CIVILIANS, record).claims == ()


def test_roots_on_one_side_of_the_conflict_count_as_one() -> None:
    said = [claim("a", "ispr", 18), claim("b", "minister", 31)]
    assert sorted({root.key for one in said for root in roots(one, RECORD)}) == ["side:PK"]
    assert corroborated_low(said, CIVILIANS, RECORD).low == 0


def test_two_sides_are_two_roots() -> None:
    said = [claim("a", "ispr", 18), claim("b", "bla", 20)]
    assert corroborated_low(said, CIVILIANS, RECORD).low == 18


def test_an_unnamed_origin_is_not_independent_of_another_of_its_kind() -> None:
    said = [claim("a", "officials", 18), claim("b", "other-officials", 18)]
    assert corroborated_low(said, CIVILIANS, RECORD).low == 0
    with_witness = [*said, claim("c", "a-witness", 10)]
    assert corroborated_low(with_witness, CIVILIANS, RECORD).low == 10


def test_the_corroborated_low_is_the_largest_that_two_independent_claims_support() -> None:
    said = [
        claim("a", "hospital", 12),
        claim("b", "ispr", 18),
        claim("c", "minister", 31),
        claim("d", "bla", 15),
    ]
    found = corroborated_low(said, CIVILIANS, RECORD)
    assert (found.low, found.claims) == (15, ("c/minister", "d/bla"))
    assert [root.key for root in found.roots] == ["side:PK", "side:BLA"]


def test_a_claim_that_rests_on_two_roots_does_not_confirm_itself() -> None:
    said = claim("paper-on-two", "newspaper", 18)
    assert [root.key for root in roots(said, RECORD)] == ["side:PK", "source:hospital"]
    assert corroborated_low([said], CIVILIANS, RECORD).low == 0
    assert corroborated_low([said, claim("a", "hospital", 18)], CIVILIANS, RECORD).low == 0
    assert corroborated_low([said, claim("a", "bla", 18)], CIVILIANS, RECORD).low == 18


def test_a_number_of_a_part_supports_as_much_of_the_whole_and_parts_are_not_added() -> None:
    said = Claim(
        "a",
        "r",
        "hospital",
        1,
        figures=(
            Figure("civilians", CIVILIANS, Count(18, 18)),
            Figure("women", Cell("killed", None, "female"), Count(5, 7)),
            Figure("reporters", KILLED, Count(40, 40), group="journalist"),
            Figure("more", KILLED, None),
        ),
    )
    assert supported(said, KILLED) == 18
    assert supported(said, Cell("killed", None, "female")) == 5
    assert supported(said, Cell("injured")) is None


def test_reports_that_cite_only_each_other_are_one_root() -> None:
    ring = [
        ReportNode("x", "zeta", cites_reports=("y",)),
        ReportNode("y", "alpha", cites_reports=("x",)),
        ReportNode("tail", "newspaper", cites_reports=("x",)),
    ]
    record = Citations.of(SOURCES, ring)
    for report, origin in [("x", "zeta"), ("y", "alpha"), ("tail", "newspaper")]:
        (root,) = roots(claim(report, origin), record)
        # Who said it first is not known, so that neither of them is independent of it.
        assert keys_of([root]) == {"source:alpha", "source:zeta"}


def test_a_ring_with_a_way_out_rests_on_what_is_outside() -> None:
    ring = [
        ReportNode("x", "zeta", cites_reports=("y",)),
        ReportNode("y", "alpha", cites_reports=("x",), cites_sources=("hospital",)),
    ]
    record = Citations.of(SOURCES, ring)
    assert keys("x", "zeta", record) == keys("y", "alpha", record) == ["source:hospital"]


def test_a_longer_ring_with_a_way_out_is_no_root_either() -> None:
    ring = [
        ReportNode("x", "alpha", cites_reports=("y",)),
        ReportNode("y", "beta", cites_reports=("z",)),
        ReportNode("z", "gamma", cites_reports=("x",), cites_sources=("hospital",)),
    ]
    assert keys("x", "alpha", Citations.of(SOURCES, ring)) == ["source:hospital"]


def test_who_leads_into_a_ring_is_no_part_of_it() -> None:
    ring = [
        ReportNode("x", "zeta", cites_reports=("y",)),
        ReportNode("y", "zulu", cites_reports=("x",)),
        ReportNode("tail", "alpha", cites_reports=("x",)),
    ]
    (root,) = roots(claim("tail", "alpha"), Citations.of(SOURCES, ring))
    assert keys_of([root]) == {"source:zeta", "source:zulu"}


def test_a_ring_of_one_sources_own_reports_rests_on_that_source() -> None:
    ring = [ReportNode("x", "zeta", ("y",)), ReportNode("y", "zeta", ("x",))]
    assert keys("x", "zeta", Citations.of(SOURCES, ring)) == ["source:zeta"]


def test_an_outlet_that_cites_itself_and_another_adds_no_root_of_its_own() -> None:
    record = Citations.of(SOURCES, [ReportNode("x", "zeta", ("x",), ("zeta", "hospital"))])
    assert keys("x", "zeta", record) == ["source:hospital"]


def test_a_report_that_cites_itself_cites_nobody() -> None:
    record = Citations.of(SOURCES, [ReportNode("x", "zeta", ("x",), ("zeta",))])
    assert keys("x", "zeta", record) == ["source:zeta"]


def test_reports_and_sources_not_in_the_record_count_as_themselves() -> None:
    empty = Citations.of([], [])
    assert keys("nowhere", "nobody", empty) == ["source:nobody"]
    record = Citations.of([], [ReportNode("x", "zeta", cites_reports=("gone",))])
    assert keys("x", "zeta", record) == ["source:gone"]
    assert independence_key("nobody", {}) == "source:nobody"


@st.composite
def graphs(draw: st.DrawFn) -> tuple[Citations, list[Claim]]:
    names = ["a", "b", "c", "d", "e"]
    some = st.lists(st.sampled_from([*names, "gone"]), max_size=3).map(tuple)
    sources = [
        Source(name, "outlet", draw(st.booleans()), draw(st.sampled_from([None, None, "X"])))
        for name in names[:4]
    ]
    reports = [ReportNode(name, draw(st.sampled_from(names)), draw(some), draw(some)) for name in names]
    claims = [
        Claim(
            str(number),
            draw(st.sampled_from([*names, "gone"])),
            draw(st.sampled_from(names)),
            number,
            figures=(Figure("f", KILLED, Count(low, low)),),
        )
        for number, low in enumerate(draw(st.lists(st.integers(0, 9), max_size=5)))
    ]
    return Citations.of(sources, reports), claims


@given(graphs())
def test_every_claim_has_a_root_and_a_path_that_leads_to_it(graph: tuple[Citations, list[Claim]]) -> None:
    record, claims = graph
    for one in claims:
        found = roots(one, record)
        assert found
        assert len({root.key for root in found}) == len(found)
        for root in found:
            assert root.path[0] == one.report
            assert root.path[-1] == root.source


@given(graphs())
def test_what_is_corroborated_is_the_best_of_all_independent_pairs(
    graph: tuple[Citations, list[Claim]],
) -> None:
    record, claims = graph
    rooted = [(keys_of(roots(one, record)), supported(one, KILLED) or 0) for one in claims]
    best = max(
        (
            min(low, other)
            for i, (own, low) in enumerate(rooted)
            for keys, other in rooted[:i]
            if not own & keys
        ),
        default=0,
    )
    assert corroborated_low(claims, KILLED, record).low == best
    assert corroborated_low(claims[::-1], KILLED, record).low == best
