"""Corroboration: how many reports say it, and who is behind them (R4; domain study 4.1)."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from domain.cells import Cell, Count, count_said
from domain.corroboration import Corroborated, corroborated
from domain.figures import Claim, Figure, ListReport, Party, ReportNode, Source
from domain.independence import Citations, rings, root_paths
from domain.policies import POLICIES, Evidence
from domain.rereading import rereadings

KILLED = Cell("killed")
CIVILIANS = Cell("killed", "civilian")
SECURITY = Cell("killed", "security_forces")
FIGHTERS = Cell("killed", "direct_participant")
STATE, GROUP = "pakistan-forces", "bla"

# Balochistan, 31 January to 2 February 2026: a news aggregator listed 195 reports. Every copy that was read
# goes back to the military, the chief minister or the armed group; most print an agency, which prints one of
# the three, and some print each other.
SOURCES = [
    Source("military", "official", side="army"),
    Source("minister", "official", side=STATE),
    Source("group", "armed_group", side=GROUP),
    Source("hospital", "hospital"),
    *(Source(f"agency-{n}", "agency") for n in range(3)),
    *(Source(f"outlet-{n}", "outlet") for n in range(195)),
]
PARTIES = (Party(STATE), Party("army", STATE), Party(GROUP))
WHO = ("military", "minister", "group")
SAID = {
    "military": (Figure("c", CIVILIANS, Count(18, 18)), Figure("s", SECURITY, Count(15, 15), party="army")),
    "minister": (
        Figure("c", CIVILIANS, Count(31, 31)),
        Figure("m", FIGHTERS, Count(145, 145), party=GROUP, stated_as="militants"),
    ),
    "group": (Figure("s", SECURITY, count_said("more_than", 200), party=STATE),),
}


def copied(number: int = 195) -> Evidence:
    """Give as many reports, each with a claim, all of them copies."""
    reports = [ReportNode(f"wire-{n}", f"agency-{n}", cites_sources=(WHO[n],)) for n in range(3)]
    claims = []
    for n in range(number):
        who = n % 3
        cites = {
            0: ReportNode(f"r-{n}", f"outlet-{n}", cites_reports=(f"wire-{who}",)),
            1: ReportNode(f"r-{n}", f"outlet-{n}", cites_sources=(WHO[who],)),
            2: ReportNode(f"r-{n}", f"outlet-{n}", cites_reports=(f"r-{n - 6}" if n > 6 else f"wire-{who}",)),
        }
        reports.append(cites[n // 3 % 3])
        # An outlet that names nobody speaks for itself and is followed to what it cites.
        origin = f"outlet-{n}" if n % 2 else WHO[who]
        claims.append(Claim(f"c-{n}", f"r-{n}", origin, n, "2026-02-01", SAID[WHO[who]]))
    return Evidence(claims=claims, sources=SOURCES, reports=reports, parties=PARTIES)


def evidence(
    *claims: Claim, reports: tuple[ReportNode, ...] = (), lists: tuple[ListReport, ...] = ()
) -> Evidence:
    nodes = {node.id: node for node in reports}
    for claim in claims:
        nodes.setdefault(claim.report, ReportNode(claim.report, "outlet-0"))
    return Evidence(
        claims=claims, sources=SOURCES, reports=tuple(nodes.values()), parties=PARTIES, lists=lists
    )


def of(found: Corroborated, cell: Cell) -> tuple[int, int, tuple[str, ...], int]:
    one = next(one for one in found.cells if one.cell == cell)
    return one.reports, len(one.origins), one.sides, one.confirmed


def test_195_copies_of_three_origins_confirm_nothing() -> None:
    found = corroborated(copied())
    assert found.whole.sentence == "195 reports, 3 origins, 2 sides, no independent confirmation"
    assert {origin.id for origin in found.whole.origins} == set(WHO)
    assert found.whole.keys == ("side:bla", "side:pakistan-forces")
    (remark,) = found.remarks
    assert remark.startswith("The 3 origins are 2 voices: those of one side")


def test_each_cell_has_one_partys_word_only() -> None:
    found = corroborated(copied())
    assert of(found, CIVILIANS) == (130, 2, (STATE,), 0)
    assert of(found, FIGHTERS) == (65, 1, (STATE,), 0)
    # The military admits 15, the group claims more than 200 of its enemy's: neither confirms the other (R5).
    assert of(found, SECURITY) == (130, 2, (GROUP, STATE), 0)


def test_every_chain_leads_from_its_report_to_a_root() -> None:
    found = corroborated(copied())
    assert len(found.chains) == 195
    assert {chain.link for chain in found.chains} <= {"cited", "own", "stated"}
    chain = next(one for one in found.chains if one.claim == "c-0")
    assert chain.path == ("r-0", "wire-0", "military")
    assert all(one.path[-1] == one.origin for one in found.chains)


def test_a_hospital_that_counts_as_many_confirms() -> None:
    known = copied(6)
    hospital = Claim("h", "r-h", "hospital", 99, None, (Figure("c", CIVILIANS, Count(25, 27)),))
    own = ReportNode("r-h", "hospital")
    found = corroborated(replace(known, claims=(*known.claims, hospital), reports=(*known.reports, own)))
    assert found.whole.sentence == (
        "7 reports, 4 origins, 2 sides and 1 on no side, independent confirmation of at least 25 "
        "(killed/civilian)"
    )
    assert found.whole.by in (("c-1", "h"), ("c-4", "h"))
    assert next(one for one in found.chains if one.claim == "h").link == "own"


def test_seven_fighters_do_not_confirm_33_killed_of_whom_none_was_a_fighter() -> None:
    agency = Claim(
        "B",
        "r",
        "military",
        1,
        figures=(
            Figure("all", KILLED, count_said("at_least", 33)),
            Figure("civilians", CIVILIANS, Count(18, 18), "included_in", "all"),
            Figure("women", Cell("killed", None, "female"), Count(5, 5), "unclear", "all"),
            Figure("security", SECURITY, Count(15, 15), "included_in", "all", party=STATE),
        ),
    )
    group = Claim("A", "r", "group", 2, figures=(Figure("own", FIGHTERS, Count(7, 7), party=GROUP),))
    assert of(corroborated(evidence(agency, group)), KILLED)[3] == 0
    fewer = replace(agency, figures=(agency.figures[0],))
    assert of(corroborated(evidence(fewer, group)), KILLED)[3] == 7
    police = Claim("H", "r", "hospital", 3, figures=(Figure("c", CIVILIANS, Count(20, 20)),))
    assert of(corroborated(evidence(agency, police)), KILLED)[3] == 18


def test_a_figure_that_contradicts_its_origin_confirms_nothing_and_is_still_heard() -> None:
    reports = (
        ReportNode("said", "outlet-1", cites_sources=("military",)),
        ReportNode("copy", "outlet-2", cites_reports=("said",)),
    )
    said = Claim("C1", "said", "military", 1, figures=SAID["military"])
    swapped = Claim("E2", "copy", "military", 2, figures=(Figure("c", CIVILIANS, Count(15, 15)),))
    other = Claim("H", "h", "hospital", 3, figures=(Figure("s", SECURITY, Count(15, 15)),))
    found = corroborated(evidence(said, swapped, other, reports=reports))
    heard = {one.claim: (one.low, one.stands) for one in found.cells[0].heard}
    assert found.cells[0].cell == CIVILIANS
    assert heard == {"C1": (18, 18), "E2": (15, None)}


def test_a_mention_is_a_voice_without_a_number() -> None:
    found = corroborated(evidence(Claim("m", "r", "minister", 1, figures=(Figure("c", CIVILIANS, None),))))
    assert found.whole.sentence == "1 report, 1 origin, 1 side, no independent confirmation"
    assert [(one.low, one.stands) for one in found.cells[0].heard] == [(None, None)]


def test_where_nobody_reports_nothing_is_known() -> None:
    found = corroborated(Evidence())
    assert found.whole.sentence == "No report speaks of it: nothing is known, which is not zero."
    assert (found.cells, found.chains, found.remarks) == ((), (), ())


def test_a_list_of_persons_is_a_voice() -> None:
    found = corroborated(evidence(lists=(ListReport("l", "hospital", None, 1),)))
    assert found.whole.sentence == "1 report, 1 origin, on no side, no independent confirmation"


def test_unnamed_and_unknown_origins_are_said() -> None:
    unnamed = [Source(f"officials-{n}", "official", named=False, side=STATE) for n in range(2)]
    reports = (ReportNode("x", "outlet-1", cites_reports=("gone",)), ReportNode("y", "outlet-2"))
    known = evidence(
        Claim("a", "y", "officials-0", 1),
        Claim("b", "y", "officials-1", 2),
        Claim("c", "x", "outlet-1", 3),
        reports=reports,
    )
    found = corroborated(replace(known, sources=[*SOURCES, *unnamed]))
    assert (
        found.whole.sentence == "2 reports, 2 origins, 1 side and 1 on no side, no independent confirmation"
    )
    assert {(one.id, one.standing, len(one.sources)) for one in found.whole.origins} == {
        ("officials-0", "unnamed", 2),
        ("gone", "unknown", 1),
    }
    assert found.remarks == (
        "1 origin unnamed: who they are, or how many, is not known.",
        "1 origin not in the record.",
        found.remarks[2],
    )
    assert found.remarks[2].startswith("2 claims with an origin to which no citation leads")


def test_reports_that_cite_only_each_other_are_said_to_be_a_ring() -> None:
    ring = (
        ReportNode("x", "outlet-1", cites_reports=("y",)),
        ReportNode("y", "outlet-2", cites_reports=("x",)),
    )
    known = evidence(Claim("a", "x", "outlet-1", 1), Claim("b", "y", "outlet-2", 2), reports=ring)
    found = corroborated(known)
    assert found.rings == (("x", "y"),)
    assert [one.standing for one in found.whole.origins] == ["unknown"]
    assert {one.link for one in found.chains} == {"ring"}
    assert found.remarks == ("Reports cite only each other in a ring: who said it first is not known.",)


def test_the_way_to_a_stated_origin_follows_the_citations_that_lead_there() -> None:
    record = Citations.of(
        SOURCES,
        [
            ReportNode("article", "outlet-1", cites_reports=("wire",)),
            ReportNode("wire", "agency-0", cites_sources=("minister",)),
        ],
    )
    claim = Claim("c", "article", "minister", 1)
    assert root_paths(claim, record) == {"minister": ("article", "wire", "minister")}
    assert root_paths(replace(claim, origin="group"), record) == {"group": ("article", "group")}
    assert rings(record) == ()


def test_another_reading_of_an_inferred_origin_says_what_it_changes() -> None:
    officials = Source("officials", "official", named=False, side=STATE)
    reports = (
        ReportNode("article", "outlet-1", cites_reports=("wire",), cites_sources=("group",)),
        ReportNode("wire", "agency-0", cites_sources=("officials",)),
    )
    b = Claim("B", "article", "officials", 1, figures=SAID["military"])
    a = Claim("A", "article", "group", 2, figures=(Figure("c", CIVILIANS, Count(10, 10)),))
    known = replace(evidence(b, a, reports=reports), sources=[*SOURCES, officials])
    found = corroborated(known)
    (other,) = rereadings(known, ["B", "nobody"], found)
    assert (other.claim, other.origin, other.instead) == ("B", "officials", "agency-0")
    assert other.sentence.startswith("1 report, 2 origins, 1 side and 1 on no side")
    changes = {(one.what, one.cell): (one.before, one.after) for one in other.changes}
    assert changes["sentence", None] == (found.whole.sentence, other.sentence)
    # A peer's method takes no party's word: read as the agency's own count, the 18 stand.
    assert changes["airwars-range", CIVILIANS][0] == "no figure"
    assert changes["airwars-range", CIVILIANS][1].startswith("18")
    assert rereadings(known, ["A"], found)[0].instead == "outlet-1"


def test_an_outlet_that_is_the_origin_already_has_no_other_reading() -> None:
    known = evidence(Claim("a", "r", "outlet-0", 1), Claim("b", "gone", "minister", 2))
    without = replace(known, reports=known.reports[:1])
    assert rereadings(without, ["a", "b"], corroborated(without)) == ()


@given(st.integers(1, 24), st.data())
def test_a_wire_copy_changes_neither_figures_nor_corroboration(number: int, data: st.DataObject) -> None:
    known = copied(number)
    of_report = data.draw(st.sampled_from(known.claims))
    cited = data.draw(st.sampled_from([of_report.report, "wire"]))
    cites = (of_report.report,) if cited != "wire" else ()
    copy = ReportNode("copy", "outlet-194", cites_reports=cites)
    origin = of_report.origin if cites or of_report.origin in WHO else WHO[of_report.seq % 3]
    claim = replace(of_report, id="copy", report="copy", seq=1_000, origin=origin)
    more = replace(known, claims=(*known.claims, claim), reports=(*known.reports, copy))
    before, after = corroborated(known), corroborated(more)
    assert [(o.id, o.key) for o in after.whole.origins] == [(o.id, o.key) for o in before.whole.origins]
    assert [(one.cell, one.confirmed) for one in after.cells] == [
        (one.cell, one.confirmed) for one in before.cells
    ]
    for name in POLICIES:
        assert numbers(name, more) == numbers(name, known)


def numbers(policy: str, known: Evidence) -> list[tuple[Cell, int, int, bool, int | None]]:
    booked = POLICIES[policy].function(known).booked
    return [(one.cell, one.low, one.high, one.open, one.corroborated) for one in booked]


@given(st.integers(1, 12), st.randoms())
def test_the_order_of_claims_changes_nothing(number: int, random: object) -> None:
    known = copied(number)
    shuffled = list(known.claims)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # a random.Random, which Hypothesis does not type
    assert corroborated(replace(known, claims=shuffled)) == corroborated(known)


@given(st.integers(1, 12), st.integers(0, 40))
def test_what_is_confirmed_is_what_two_independent_calls_corroborated(number: int, hospital: int) -> None:
    known = copied(number)
    counted = Claim("h", "r-h", "hospital", 99, None, (Figure("c", CIVILIANS, Count(hospital, hospital)),))
    known = replace(known, claims=(*known.claims, counted))
    booked = {one.cell: one.corroborated for one in POLICIES["two-independent"].function(known).booked}
    found = {one.cell: one.confirmed for one in corroborated(known).cells}
    assert {cell: found[cell] for cell in booked} == booked
