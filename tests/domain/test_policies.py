"""Policies: from what everybody said to one figure a cell, without changing what anybody said."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from domain.answers import Answers
from domain.assessing import fact_cells, left_out
from domain.cells import ADULT, CHILD, Cell, Count, count_said
from domain.figures import Booked, Claim, Figure, Figures, ListReport, Source
from domain.policies import POLICIES, VERSIONS, Evidence
from domain.vocab import ClaimUse, Comparator

KILLED = Cell("killed")
CIVILIANS = Cell("killed", "civilian")
SECURITY = Cell("killed", "security_forces")
FIGHTERS = Cell("killed", "direct_participant")
WOMEN = Cell("killed", None, "female", ADULT)
CHILDREN = Cell("killed", None, None, CHILD)

# "BLA claims killing over 200 Pakistani troops in Balochistan offensive; officials report 33 dead",
# New Delhi, 2 February 2026: the armed group's, the agency's and the chief minister's numbers.
GROUP = Claim(
    "A1",
    "article",
    "bla",
    1,
    "2026-02-02",
    (
        Figure("soldiers", Cell("killed", "armed_forces"), count_said(Comparator.MORE_THAN, 200)),
        Figure("hostages", Cell("detained", "security_forces"), Count(14, 14)),
        Figure("own", FIGHTERS, Count(7, 7), party="BLA"),
        Figure("own-women", Cell("killed", None, "female"), Count(4, 4), "included_in", "own"),
    ),
)
GROUP_LATER = Claim("A2", "article", "bla", 2, None, (Figure("freed", Cell("detained", "civilian"), None),))
AGENCY = Claim(
    "B",
    "article",
    "officials",
    3,
    "2026-02-01",
    (
        Figure("all", KILLED, count_said(Comparator.AT_LEAST, 33)),
        Figure("civilians", CIVILIANS, Count(18, 18), "included_in", "all"),
        Figure("women", WOMEN, Count(5, 5), "assumed_subset", "civilians"),
        Figure("children", CHILDREN, Count(3, 3), "assumed_subset", "civilians"),
        Figure("security", SECURITY, Count(15, 15), "included_in", "all"),
    ),
)
MINISTER = Claim(
    "C",
    "article",
    "minister",
    4,
    "2026-02-01",
    (Figure("militants", FIGHTERS, Count(145, 145)), Figure("house", CIVILIANS, None)),
)
ALL = (GROUP, GROUP_LATER, AGENCY, MINISTER)


def answer(
    name: str, *claims: Claim, sources: tuple[Source, ...] = (), version: str | None = None
) -> Figures:
    policy = POLICIES[name] if version is None else VERSIONS[name, version]
    return policy.function(Evidence(claims=claims, sources=sources))


def ranges(figures: Figures) -> dict[Cell, tuple[int, int, bool]]:
    return {one.cell: (one.low, one.high, one.open) for one in figures.booked}


def uses(figures: Figures) -> dict[str, str]:
    return {step.claim: step.use for step in figures.trace}


def claim(name: str, origin: str, seq: int, as_of: str | None, **counts: Count | None) -> Claim:
    cells = {"killed": KILLED, "civilians": CIVILIANS, "women": WOMEN, "security": SECURITY}
    figures = tuple(Figure(key, cells[key], count) for key, count in counts.items())
    return Claim(name, f"report-{name}", origin, seq, as_of, figures)


def test_every_policy_answers_under_its_own_name_and_version() -> None:
    for name, policy in POLICIES.items():
        figures = policy.function(Evidence(claims=ALL))
        assert (figures.policy, figures.version) == (name, policy.version) == (policy.name, policy.version)


def test_the_agency_s_numbers_are_booked_as_the_worked_example_books_them() -> None:
    for name in ("reported-range", "latest-by-origin"):
        figures = answer(name, AGENCY)
        assert figures.booked == (
            Booked(KILLED, 33, 33, True, claims=("B",)),
            Booked(CIVILIANS, 18, 18, True, claims=("B",), parent=0),
            Booked(WOMEN, 5, 5, True, claims=("B",), parent=1),
            Booked(CHILDREN, 3, 3, True, claims=("B",), parent=1),
            Booked(SECURITY, 15, 15, True, claims=("B",), parent=0),
        )
        cells = fact_cells(figures, Answers())
        assert [c.low for c in cells if c.grain == "status_sex_age"] == [5, 3, 10, 15]
        assert all(c.open for c in cells)


def test_numbers_of_different_claims_are_compared_and_never_added() -> None:
    found = ranges(answer("reported-range", *ALL))
    assert found[FIGHTERS] == (7, 145, False)
    assert found[Cell("killed", "armed_forces")] == (201, 201, True)
    assert found[CIVILIANS] == (18, 18, True)
    assert not {48, 233, 178, 378} & {number for low, high, _ in found.values() for number in (low, high)}


def test_a_range_runs_from_the_least_low_to_the_most_high_and_is_open_when_any_is() -> None:
    # Military, 31 January: 18 civilians; chief minister, 1 February: 31.
    found = answer(
        "reported-range",
        claim("a", "ispr", 1, "2026-01-31", civilians=Count(18, 18)),
        claim("b", "minister", 2, "2026-02-01", civilians=Count(31, 31, True)),
    )
    assert ranges(found) == {CIVILIANS: (18, 31, True)}
    assert found.booked[0].claims == ("a", "b")


def test_a_mention_is_not_zero_and_not_one() -> None:
    figures = answer("reported-range", *ALL)
    assert Cell("detained", "civilian") not in ranges(figures)
    mentions = {step.claim: step for step in figures.trace}
    assert mentions["A2"].use == ClaimUse.USED
    assert "not zero, not one" in mentions["A2"].reason
    assert "not zero, not one" in mentions["C"].reason
    alone = answer("reported-range", GROUP_LATER)
    assert alone.booked == ()
    assert alone.unknown_because == "no claim states a number of persons"


def test_no_eligible_claim_is_unknown_and_not_zero() -> None:
    empty = Claim("E", "r", "o", 1)
    for name in ("reported-range", "latest-by-origin"):
        assert answer(name).unknown_because is not None
        figures = answer(name, empty)
        assert figures.booked == ()
        assert figures.unknown_because == "there is no eligible claim"
        assert uses(figures) == {"E": "set_aside"}
        assert answer(name, AGENCY).unknown_because is None


def test_every_claim_is_traced_once_and_a_list_by_the_policy_that_reads_it() -> None:
    # Persons on a list are a floor for the others (R11), so that none of them sets it aside.
    lists = (ListReport("L", "ministry", None, 9),)
    for policy in POLICIES.values():
        figures = policy.function(Evidence(claims=ALL, lists=lists))
        read = ["A1", "A2", "B", "C", *(["L"] if policy.reads_lists else [])]
        assert sorted(step.claim for step in figures.trace) == read
        assert all(step.reason for step in figures.trace)


def test_groups_that_overlap_are_not_booked() -> None:
    reporters = Figure("reporters", KILLED, Count(262, 262), group="journalist")
    figures = answer("reported-range", Claim("J", "r", "o", 1, None, (reporters,)))
    assert figures.booked == ()
    assert uses(figures) == {"J": "set_aside"}


def test_a_later_claim_of_a_named_origin_supersedes_its_earlier_one_cell_by_cell() -> None:
    # The armed group: more than 80 security killed early, more than 200 later.
    early = claim("a", "bla", 1, "2026-01-31", security=Count(81, 81, True), killed=Count(85, 85))
    late = claim("b", "bla", 2, "2026-02-02", security=Count(201, 201, True))
    figures = answer("latest-by-origin", early, late)
    assert ranges(figures) == {SECURITY: (201, 201, True), KILLED: (85, 85, False)}
    assert uses(figures) == {"a": "used", "b": "used"}
    assert "killed/security_forces superseded by claim b" in figures.trace[0].reason
    both = answer("latest-by-origin", claim("a", "bla", 1, "2026-01-31", security=Count(81, 81)), late)
    assert uses(both) == {"a": "superseded", "b": "used"}


def test_the_day_a_number_refers_to_decides_which_is_later_and_recording_breaks_ties() -> None:
    def standing(first: str | None, second: str | None) -> int:
        figures = answer(
            "latest-by-origin",
            claim("a", "ispr", 1, first, killed=Count(10, 10)),
            claim("b", "ispr", 2, second, killed=Count(20, 20)),
        )
        return figures.booked[0].high

    assert standing("2026-02-01", "2026-01-31") == 10
    assert standing("2026-01-31", "2026-02-01") == 20
    assert standing("2026-01-31", "2026-01-31") == 20
    assert standing("2026-01-31", None) == 20
    assert standing(None, "2026-01-31") == 20


def test_unnamed_origins_and_other_origins_supersede_nobody() -> None:
    one = claim("a", "officials", 1, "2026-01-31", killed=Count(10, 10))
    other = claim("b", "officials", 2, "2026-02-01", killed=Count(20, 20))
    unnamed = (Source("officials", "official", named=False),)
    assert ranges(answer("latest-by-origin", one, other, sources=unnamed)) == {KILLED: (10, 20, False)}
    assert ranges(answer("latest-by-origin", one, other)) == {KILLED: (20, 20, False)}


def test_a_later_bare_total_leaves_the_women_and_children_as_lower_bounds() -> None:
    later = Claim(
        "D", "later", "officials", 9, "2026-02-03", (Figure("civilians", CIVILIANS, Count(31, 31)),)
    )
    found = ranges(answer("latest-by-origin", AGENCY, later))
    assert found[CIVILIANS] == (31, 31, False)
    assert found[WOMEN] == (5, 5, True)
    assert found[CHILDREN] == (3, 3, True)
    assert found[SECURITY] == (15, 15, True)
    assert ranges(answer("reported-range", AGENCY, later))[WOMEN] == (5, 5, True)


def test_only_the_low_of_an_older_range_remains() -> None:
    first = claim("a", "ispr", 1, "2026-01-31", women=Count(4, 9))
    later = claim("b", "ispr", 2, "2026-02-01", killed=Count(40, 40))
    assert ranges(answer("latest-by-origin", first, later))[WOMEN] == (4, 4, True)
    other = claim("b", "minister", 2, "2026-02-01", killed=Count(40, 40))
    assert ranges(answer("latest-by-origin", first, other))[WOMEN] == (4, 9, False)
    unnamed = (Source("ispr", "official", named=False),)
    assert ranges(answer("latest-by-origin", first, later, sources=unnamed))[WOMEN] == (4, 9, False)


def test_a_part_within_a_mention_lies_within_what_holds_the_mention() -> None:
    figures = (
        Figure("all", KILLED, Count(33, 33)),
        Figure("civilians", CIVILIANS, None, "included_in", "all"),
        Figure("women", WOMEN, Count(5, 5), "included_in", "civilians"),
    )
    booked = answer("reported-range", Claim("a", "r", "o", 1, None, figures)).booked
    assert [(one.cell, one.parent) for one in booked] == [(KILLED, None), (WOMEN, 0)]


def test_claims_that_put_a_figure_within_different_ones_are_shown_and_the_wider_is_taken() -> None:
    figures = (
        Figure("all", KILLED, Count(40, 40)),
        Figure("civilians", CIVILIANS, Count(20, 20), "included_in", "all"),
        Figure("women", WOMEN, Count(9, 9), "included_in", "all"),
    )
    found = answer("reported-range", AGENCY, Claim("D", "r", "o", 9, None, figures))
    women = next(one for one in found.booked if one.cell == WOMEN)
    assert (women.low, women.high) == (5, 9)
    assert women.parent is not None
    assert found.booked[women.parent].cell == KILLED
    assert [finding.code for finding in found.findings] == ["relations-disagree"]


def test_figures_said_to_lie_within_each_other_are_shown_and_booked() -> None:
    figures = (
        Figure("civilians", CIVILIANS, Count(5, 5), "included_in", "women"),
        Figure("women", WOMEN, Count(5, 5), "included_in", "civilians"),
    )
    found = answer("reported-range", Claim("a", "r", "o", 1, None, figures))
    assert [finding.code for finding in found.findings] == ["circular-relation"]
    assert fact_cells(found, Answers())


def test_a_relation_to_nothing_or_to_the_same_cell_is_no_parent() -> None:
    figures = (
        Figure("a", KILLED, Count(5, 5), "included_in", "b"),
        Figure("b", KILLED, Count(6, 6), "included_in", "gone"),
    )
    found = answer("reported-range", Claim("a", "r", "o", 1, None, figures))
    assert [(one.low, one.high, one.parent) for one in found.booked] == [(5, 6, None)]
    assert [finding.code for finding in found.findings] == ["cell-said-twice"]


def test_persons_in_addition_within_a_cell_that_holds_them_are_shown() -> None:
    figures = (
        Figure("all", KILLED, Count(33, 33)),
        Figure("civilians", CIVILIANS, Count(5, 5), "in_addition_to", "all"),
    )
    found = answer("reported-range", Claim("a", "r", "o", 1, None, figures))
    assert [(finding.code, finding.keys) for finding in found.findings] == [
        ("addition-within-cell", ("civilians", "all"))
    ]


def test_persons_in_addition_to_others_are_booked_beside_them_and_none_vanishes() -> None:
    figures = (
        Figure("civilians", CIVILIANS, Count(18, 18)),
        Figure("women", WOMEN, Count(5, 5), "in_addition_to", "civilians"),
    )
    found = answer("reported-range", Claim("a", "r", "o", 1, None, figures))
    assert [(one.low, one.parent, one.beside) for one in found.booked] == [(18, None, ()), (5, None, (0,))]
    assert left_out(found) == ()
    cells = fact_cells(found, Answers())
    for grain in ("total", "status", "sex_age", "status_sex_age"):
        assert sum(cell.low for cell in cells if cell.grain == grain) == 23


def test_persons_of_another_outcome_or_of_the_cell_itself_stand_beside_nothing() -> None:
    figures = (
        Figure("all", KILLED, Count(33, 33)),
        Figure("injured", Cell("injured"), Count(40, 40), "in_addition_to", "all"),
        Figure("civilians", CIVILIANS, Count(5, 5), "in_addition_to", "all"),
        Figure("women", WOMEN, Count(5, 5), "in_addition_to", "nobody"),
    )
    found = answer("reported-range", Claim("a", "r", "o", 1, None, figures))
    assert all(one.beside == () for one in found.booked)


def test_figures_left_out_of_a_grain_are_named_once_for_each_pair() -> None:
    figures = (Figure("civilians", CIVILIANS, Count(18, 18)), Figure("women", WOMEN, Count(5, 5)))
    found = answer("reported-range", Claim("a", "r", "o", 1, None, figures))
    (finding,) = left_out(found)
    assert finding.code == "left-out-of-grain"
    assert "crosses killed/civilian and cannot stand beside it at grain total, status" in finding.detail


def test_one_report_can_be_asked_for_alone() -> None:
    claims = (
        claim("a", "ispr", 1, None, killed=Count(10, 10)),
        claim("b", "minister", 2, None, killed=Count(20, 20)),
    )
    figures = POLICIES["reported-range"].function(Evidence(claims=claims, only_report="report-b"))
    assert ranges(figures) == {KILLED: (20, 20, False)}
    assert uses(figures) == {"a": "set_aside", "b": "used"}


counts = st.builds(
    lambda low, width, more: Count(low, low + width, more),
    st.integers(0, 50),
    st.integers(0, 9),
    st.booleans(),
)
claims = st.lists(
    st.tuples(
        st.sampled_from(["x", "y", "unnamed"]),
        st.sampled_from([None, "2026-01-30", "2026-02-01"]),
        st.dictionaries(
            st.sampled_from(["killed", "civilians", "women", "security"]), st.none() | counts, max_size=4
        ),
    ),
    max_size=6,
).map(lambda many: [claim(str(seq), o, seq, day, **said) for seq, (o, day, said) in enumerate(many)])


@given(claims, st.sampled_from(["reported-range", "latest-by-origin"]), st.permutations(range(6)))
def test_every_bound_booked_was_said_by_somebody_and_order_changes_nothing(
    said: list[Claim], name: str, order: list[int]
) -> None:
    sources = (Source("unnamed", "witness", named=False),)
    figures = answer(name, *said, sources=sources)
    for one in figures.booked:
        stated = [
            figure.count
            for made in said
            for figure in made.figures
            if figure.cell == one.cell and figure.count is not None
        ]
        assert one.low in {count.low for count in stated}
        assert one.high in {count.high for count in stated} | {count.low for count in stated}
        assert 0 <= one.low <= one.high
    assert {step.claim for step in figures.trace} == {made.id for made in said}
    assert (figures.unknown_because is None) == bool(figures.booked)
    mixed = [said[index] for index in order if index < len(said)]
    assert answer(name, *mixed, sources=sources) == figures


@given(claims)
def test_latest_by_origin_never_lies_outside_the_bounds_of_the_reported_range(said: list[Claim]) -> None:
    wide = ranges(answer("reported-range", *said))
    for cell, (low, high, _) in ranges(answer("latest-by-origin", *said)).items():
        assert wide[cell][0] <= low
        assert high <= wide[cell][1]
