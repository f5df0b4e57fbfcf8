"""What holds of every policy whatever is claimed."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from domain.answers import Answers
from domain.assessing import fact_cells
from domain.booking import DIMENSIONS
from domain.cells import ADULT, CHILD, Cell, Count
from domain.errors import IncoherentFigures
from domain.figures import Claim, Figure, Figures, HeldResponsible, Party, ReportNode, Source, Supersession
from domain.policies import POLICIES, VERSIONS, Evidence
from services.findings import check_coherent

CELLS = {
    "killed": Cell("killed"),
    "civilians": Cell("killed", "civilian"),
    "women": Cell("killed", "civilian", "female", ADULT),
    "children": Cell("killed", None, None, CHILD),
    "security": Cell("killed", "security_forces"),
    "fighters": Cell("killed", "direct_participant"),
    "injured": Cell("injured"),
}
SOURCES = (
    Source("army", "official", side="army"),
    Source("ministry", "official", side="state"),
    Source("group", "armed_group", side="group"),
    Source("hospital", "hospital"),
    Source("agency", "agency"),
    Source("paper", "outlet"),
    Source("witness", "witness", named=False),
    Source("blogger", "account", reliability="E"),
)
PARTIES = (Party("state"), Party("army", "state"), Party("group"))
READS_CLAIMS = sorted(name for name, policy in POLICIES.items() if not policy.reads_lists)

counts = st.builds(
    lambda low, width, more: Count(low, low + width, more),
    st.integers(0, 60),
    st.integers(0, 9),
    st.booleans(),
)
figures = st.dictionaries(st.sampled_from(sorted(CELLS)), st.none() | counts, min_size=1, max_size=5)
parties = st.sampled_from([None, "army", "state", "group"])


@st.composite
def claims(draw: st.DrawFn, most: int = 6) -> list[Claim]:
    """Draw claims of people and parties, each in a report of its own that cites nobody."""
    found = []
    for seq in range(draw(st.integers(1, most))):
        said = draw(figures)
        total = "killed" in said and draw(st.booleans())
        found.append(
            Claim(
                f"c{seq}",
                f"r{seq}",
                draw(st.sampled_from([source.id for source in SOURCES if source.id != "paper"])),
                seq,
                draw(st.sampled_from([None, "2026-01-30", "2026-02-01"])),
                tuple(
                    Figure(
                        key,
                        CELLS[key],
                        count,
                        "included_in" if total and key not in ("killed", "injured") else None,
                        "killed" if total and key not in ("killed", "injured") else None,
                        party=draw(parties) if key in ("security", "fighters") else None,
                    )
                    for key, count in sorted(said.items())
                ),
                said_party=draw(parties),
                said_responsibility="suspected",
            )
        )
    return found


def evidence(said: list[Claim], *more: ReportNode, words: tuple[Supersession, ...] = ()) -> Evidence:
    reports = tuple(ReportNode(claim.report, "agency") for claim in said)
    known = {node.id for node in more}
    return Evidence(
        claims=tuple(said),
        sources=SOURCES,
        reports=(*(node for node in reports if node.id not in known), *more),
        parties=PARTIES,
        held=(HeldResponsible("group", "suspected"),),
        supersessions=words,
    )


Intervals = dict[Cell, tuple[int, int, bool, int | None]]


def intervals(name: str, known: Evidence) -> Intervals:
    return {
        one.cell: (one.low, one.high, one.open, one.corroborated)
        for one in POLICIES[name].function(known).booked
    }


@given(claims(), st.randoms(use_true_random=False), st.booleans())
def test_the_order_of_claims_never_changes_a_figure(said: list[Claim], chance: object, word: bool) -> None:
    words = (Supersession("c0", "c1"),) if word else ()
    mixed = list(said)
    chance.shuffle(mixed)  # type: ignore[attr-defined]  # Hypothesis types its randoms as an object
    for policy in VERSIONS.values():
        assert policy.function(evidence(mixed, words=words)) == policy.function(evidence(said, words=words))


@given(claims(), st.data())
def test_a_wire_copy_changes_neither_a_figure_nor_what_is_corroborated(
    said: list[Claim], data: st.DataObject
) -> None:
    original = data.draw(st.sampled_from(said))
    parts = data.draw(st.sets(st.sampled_from(original.figures), min_size=1))
    copy = replace(
        original,
        id="copy",
        report="wire",
        seq=len(said) + 1,
        figures=tuple(
            # A translation has words of its own.
            replace(one, relation=None, relation_to=None, count=reworded(one.count))
            for one in original.figures
            if one in parts
        ),
    )
    cited = data.draw(st.booleans())
    if cited:
        # Dated by whoever prints it, or not at all: it is the cited report that says the number.
        wire = ReportNode("wire", "paper", cites_reports=(original.report,))
        copy = replace(copy, as_of=data.draw(st.sampled_from([None, original.as_of, "2026-02-03"])))
    else:
        wire = ReportNode("wire", "paper", cites_sources=(original.origin,))
        copy = replace(copy, as_of=data.draw(st.sampled_from([None, original.as_of])))
    for name in READS_CLAIMS:
        before = POLICIES[name].function(evidence(said))
        after = POLICIES[name].function(evidence([*said, copy], wire))
        if name == "airwars-range":
            # The method that it reproduces counts a reprint as a source, and its number is the same.
            assert spans(after) == spans(before)
        else:
            assert after.booked == before.booked, name
        assert said_beside(after) == said_beside(before), name


def reworded(count: Count | None) -> Count | None:
    return None if count is None else replace(count, wording="so many, in another language")


def said_beside(found: Figures) -> set[tuple[Cell, int, int, bool, str]]:
    return {(one.cell, one.low, one.high, one.open, one.side) for one in found.columns}


def spans(found: Figures) -> dict[Cell, tuple[int, int, bool]]:
    return {one.cell: (one.low, one.high, one.open) for one in found.booked}


runs = st.sampled_from([None, None, "2026-01-01", "2026-01-31"])


@given(claims(), figures, st.sampled_from(["hospital", "another"]), st.data())
def test_a_new_eligible_origin_never_narrows_the_reported_range(
    said: list[Claim], more: dict[str, Count | None], origin: str, data: st.DataObject
) -> None:
    stated = tuple(Figure(key, CELLS[key], count) for key, count in sorted(more.items()))
    # Running totals too, to whatever day.
    own = [
        replace(
            claim,
            origin="ministry" if claim.origin == origin else claim.origin,
            counts_from=data.draw(runs) if claim.as_of is not None else None,
        )
        for claim in said
    ]
    new = Claim(
        "new", "rn", origin, 99, data.draw(st.sampled_from([None, "2026-01-20", "2026-02-09"])), stated
    )
    if new.as_of is not None:
        new = replace(new, counts_from=data.draw(runs))
    before = intervals("reported-range", evidence(own))
    after = intervals("reported-range", evidence([*own, new]))
    for cell, (low, high, is_open, _) in before.items():
        assert after[cell][0] <= low
        assert after[cell][1] >= high
        assert after[cell][2] or not is_open


@given(claims())
def test_each_grain_counts_the_persons_of_the_partition_once(said: list[Claim]) -> None:
    """Every grain's rows are disjoint: their sums hold the total, and equal it where all is exact."""
    for name in READS_CLAIMS:
        answer = POLICIES[name].function(evidence(said))
        try:
            check_coherent(answer.booked)
        except IncoherentFigures:
            continue  # is refused, and never becomes facts (R9)
        rows = fact_cells(answer, Answers())
        for outcome in {row.outcome for row in rows}:
            total = next(row for row in rows if row.grain == "total" and row.outcome == outcome)
            for grain in DIMENSIONS:
                here = [row for row in rows if row.grain == grain and row.outcome == outcome]
                described = [(row.status, row.sex, row.age_low, row.age_high, row.basis) for row in here]
                assert len(set(described)) == len(described)
                low, high = sum(row.low for row in here), sum(row.high for row in here)
                # A part that is said to be more than an open total's low is not hidden in it (R1).
                assert low <= max(total.high, low if total.open else 0), (name, grain)
                assert high >= total.high, (name, grain)
                if total.low == total.high and not any(row.open or row.low != row.high for row in here):
                    assert (low, high) == (total.low, total.high), (name, grain)


@given(claims())
def test_what_two_independent_origins_support_is_a_floor_of_the_figure(said: list[Claim]) -> None:
    known = evidence(said)
    most = intervals("reported-range", known)
    for cell, (low, high, _, corroborated) in intervals("two-independent", known).items():
        assert corroborated is not None
        assert 0 <= corroborated <= low <= high
        # Of a whole as many are supported as of its parts, also where the whole was said to be less.
        assert high == max(most[cell][1], corroborated)


@given(claims())
def test_the_conservative_policy_never_says_more_than_the_reported_range(said: list[Claim]) -> None:
    known = evidence(said)
    wide = intervals("reported-range", known)
    for cell, (low, high, _, _) in intervals("conservative", known).items():
        assert (low, high) <= (wide[cell][0], wide[cell][1])


@given(claims())
def test_every_figure_of_every_claim_has_one_use(said: list[Claim]) -> None:
    for name in READS_CLAIMS:
        answer = POLICIES[name].function(evidence(said))
        uses = [(one.claim, one.key) for one in answer.uses]
        assert len(set(uses)) == len(uses)
        heard = [claim for claim in said if (name, claim.origin) != ("airwars-range", "blogger")]
        assert set(uses) == {(claim.id, figure.key) for claim in heard for figure in claim.figures}
        assert sorted(step.claim for step in answer.trace) == sorted(claim.id for claim in said)
