"""What claims say, which of it stands, and the range over what stands.

The common ground of the policies that read claims. Numbers of different claims are compared, and never
added.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from domain.cells import Cell, Count, in_words
from domain.figures import Booked, Claim, Figure, Figures, Finding, TraceStep
from domain.policies.base import ONLY_ANOTHER_REPORT, Evidence, in_order
from domain.vocab import ClaimUse, Relation

_WITHIN = (Relation.INCLUDED_IN.value, Relation.ASSUMED_SUBSET.value)

Said = tuple[Claim, Figure, Count]


@dataclass(slots=True)
class Standing:
    """What stands of the claims, cell by cell, with the trace that says what became of each claim."""

    cells: dict[Cell, list[Said]]
    trace: list[TraceStep] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    unknown_because: str | None = None

    def figures(self, policy: str, version: str) -> Figures:
        """Give what stands as a policy's answer: the range of each cell, the trace and the findings."""
        booked = book_ranges(self)
        return Figures(policy, version, booked, tuple(self.trace), tuple(self.findings), self.unknown_because)


def read_claims(evidence: Evidence) -> Standing:
    """Give the numbers that stand: the latest of each named origin on each cell (R6).

    A claim without figures, or with figures of overlapping groups only, is set aside; a word or a
    mention is neither zero nor one and gives no number. Claims of unnamed origins supersede nothing:
    whether it was the same person who spoke is not known.
    """
    said: dict[Cell, list[Said]] = {}
    reasons: dict[str, tuple[str, list[str]]] = {}
    findings: list[Finding] = []
    claims = sorted(evidence.claims, key=lambda claim: (claim.seq, claim.id))
    for claim in claims:
        if evidence.only_report is not None and claim.report != evidence.only_report:
            reasons[claim.id] = (ClaimUse.SET_ASIDE.value, [ONLY_ANOTHER_REPORT])
            continue
        numbers = mentions = groups = 0
        own: set[Cell] = set()
        for figure in claim.figures:
            if figure.group is not None:
                groups += 1
            elif figure.count is None:
                mentions += 1
            else:
                numbers += 1
                if figure.cell in own:
                    findings.append(_said_twice(claim, figure.cell))
                own.add(figure.cell)
                said.setdefault(figure.cell, []).append((claim, figure, figure.count))
            if figure.relation == Relation.IN_ADDITION_TO:
                findings.extend(_addition(claim, figure))
        reasons[claim.id] = _use(numbers, mentions, groups)
    unknown_because = None
    if not said:
        unknown_because = (
            "no claim states a number of persons"
            if any(use == ClaimUse.USED for use, _ in reasons.values())
            else "there is no eligible claim"
        )
    elif len(claims) > 1:
        said = _latest(said, evidence.unnamed(), reasons)
    trace = [TraceStep(claim.id, reasons[claim.id][0], "; ".join(reasons[claim.id][1])) for claim in claims]
    trace += [
        TraceStep(one.id, ClaimUse.SET_ASIDE.value, "a list of persons; this policy reads claims")
        for one in sorted(evidence.lists, key=lambda one: (one.seq, one.id))
    ]
    return Standing(said, trace, list(dict.fromkeys(findings)), unknown_because)


def _use(numbers: int, mentions: int, groups: int) -> tuple[str, list[str]]:
    words = []
    if numbers:
        words.append("states 1 number" if numbers == 1 else f"states {numbers} numbers")
    if mentions:
        words.append("a mention: not zero, not one")
    if groups:
        words.append("groups of persons overlap and are not booked")
    if numbers or mentions:
        return ClaimUse.USED.value, words
    return ClaimUse.SET_ASIDE.value, words or ["it states no figures of persons"]


def _said_twice(claim: Claim, cell: Cell) -> Finding:
    return Finding(
        "cell-said-twice",
        f"A claim states {in_words(cell)} more than once; the range over its numbers is used, not their sum.",
        tuple(figure.key for figure in claim.figures if figure.cell == cell and figure.group is None),
    )


def _addition(claim: Claim, figure: Figure) -> list[Finding]:
    """Find persons said to be in addition to a figure whose cell describes them all the same."""
    other = next((one for one in claim.figures if one.key == figure.relation_to), None)
    if other is None or not (other.cell.holds(figure.cell) or figure.cell.holds(other.cell)):
        return []
    return [
        Finding(
            "addition-within-cell",
            f"{in_words(figure.cell)} is said to be in addition to {in_words(other.cell)}, and one of the "
            "two cells holds the other; they are booked as nested, which may count too few.",
            (figure.key, other.key),
        )
    ]


def _latest(
    said: dict[Cell, list[Said]], unnamed: frozenset[str], reasons: dict[str, tuple[str, list[str]]]
) -> dict[Cell, list[Said]]:
    """Give what stands of each cell, and write into ``reasons`` what was superseded by what."""
    standing: dict[Cell, list[Said]] = {}
    lost: dict[str, int] = {}
    for cell, ones in said.items():
        by_origin: dict[str, dict[str, Claim]] = {}
        for claim, _, _ in ones:
            if claim.origin not in unnamed:
                by_origin.setdefault(claim.origin, {})[claim.id] = claim
        last: dict[str, str] = {}
        for claims in by_origin.values():
            if len(claims) > 1:
                *earlier, latest = in_order(claims.values())
                last.update((claim.id, latest.id) for claim in earlier)
        standing[cell] = [one for one in ones if one[0].id not in last]
        for earlier_id, latest_id in last.items():
            reasons[earlier_id][1].append(f"{in_words(cell)} superseded by claim {latest_id}")
            lost[earlier_id] = lost.get(earlier_id, 0) + 1
    for claim_id, superseded in lost.items():
        cells = sum(any(claim.id == claim_id for claim, _, _ in ones) for ones in said.values())
        if superseded == cells:
            reasons[claim_id] = (ClaimUse.SUPERSEDED.value, reasons[claim_id][1][1:])
    return standing


def book_ranges(standing: Standing) -> tuple[Booked, ...]:
    """Give for each cell ``[min of lows, max of highs]`` over what stands, open if any of it is open.

    A stated or confirmed relation becomes ``parent`` where the parent's cell is booked, and persons in
    addition to those of a booked cell stand ``beside`` it, unless one of the two cells holds the other.
    The figure of a parent is not raised to hold its parts here (R1), and a set that cannot hold
    together is given as it is, for coherence to name.
    """
    cells = standing.cells
    index = {cell: place for place, cell in enumerate(cells)}
    parents = _parents(cells, index, standing.findings)
    booked = []
    for cell, ones in cells.items():
        if len(ones) == 1:
            claim, _, count = ones[0]
            claims: tuple[str, ...] = (claim.id,)
            low, high, is_open = count.low, count.high, count.open
        else:
            low = min(count.low for _, _, count in ones)
            high = max(count.high for _, _, count in ones)
            is_open = any(count.open for _, _, count in ones)
            claims = tuple(dict.fromkeys(claim.id for claim, _, _ in ones))
        parent = parents.get(cell)
        booked.append(
            Booked(
                cell,
                low,
                high,
                is_open,
                claims=claims,
                parent=None if parent is None else index[parent],
                beside=_beside(cell, ones, index, parents),
            )
        )
    return tuple(booked)


def _parents(
    cells: Mapping[Cell, list[Said]], index: Mapping[Cell, int], findings: list[Finding]
) -> dict[Cell, Cell]:
    """Give the cell that each cell is said to lie within, where the claims do not disagree on it."""
    parents: dict[Cell, Cell] = {}
    for cell, ones in cells.items():
        said = {
            above
            for claim, figure, _ in ones
            if figure.relation in _WITHIN and (above := _above(claim, figure, index)) is not None
        }
        if len(said) > 1:
            # Women among the civilians for one, among all killed for another: the wider is safe.
            findings.append(
                Finding("relations-disagree", f"Claims put {in_words(cell)} within different figures.")
            )
            said = {above for above in said if all(above.holds(other) for other in said)}
        if said:
            parents[cell] = said.pop()
    for cell in list(parents):
        seen, above = {cell}, parents.get(cell)
        while above is not None and above not in seen:
            seen.add(above)
            above = parents.get(above)
        if above == cell:
            findings.append(
                Finding("circular-relation", f"{in_words(cell)} is said to lie within its own part.")
            )
            del parents[cell]
    return parents


def _beside(
    cell: Cell, ones: list[Said], index: Mapping[Cell, int], parents: Mapping[Cell, Cell]
) -> tuple[int, ...]:
    """Give the places of the cells that a cell's persons are said to be in addition to."""
    found: set[int] = set()
    for claim, figure, _ in ones:
        if figure.relation != Relation.IN_ADDITION_TO:
            continue
        other = next((one.cell for one in claim.figures if one.key == figure.relation_to), None)
        if other is None or other not in index or other.outcome != cell.outcome:
            continue
        if other.holds(cell) or cell.holds(other):
            continue
        if parents.get(cell) != other and parents.get(other) != cell:
            found.add(index[other])
    return tuple(sorted(found))


def _above(claim: Claim, figure: Figure, index: Mapping[Cell, int]) -> Cell | None:
    """Give the nearest booked cell that the figure is said to lie within, in its own claim."""
    seen = {figure.key}
    here: Figure | None = figure
    while here is not None and here.relation in _WITHIN and here.relation_to not in seen:
        key = here.relation_to
        here = next((one for one in claim.figures if one.key == key), None)
        if here is None:
            return None
        seen.add(here.key)
        if here.count is not None and here.group is None and here.cell != figure.cell and here.cell in index:
            return here.cell
    return None


def with_floors(standing: Standing, evidence: Evidence) -> Standing:
    """Give what stands, with parts that a later claim of the origin leaves out as lower bounds (R6).

    A later bare total does not erase the women and children counted before: at least so many were
    said, and how many more is not known, so they become ``[low, low]`` open.
    """
    unnamed = evidence.unnamed()
    by_origin: dict[str, dict[str, Claim]] = {}
    for ones in standing.cells.values():
        for claim, _, _ in ones:
            if claim.origin not in unnamed:
                by_origin.setdefault(claim.origin, {})[claim.id] = claim
    later: dict[str, list[Claim]] = {}
    for claims in by_origin.values():
        ordered = in_order(claims.values())
        for place, claim in enumerate(ordered):
            later[claim.id] = ordered[place + 1 :]
    cells = {
        cell: [_floored(one, later.get(one[0].id, ())) for one in ones]
        for cell, ones in standing.cells.items()
    }
    return replace(standing, cells=cells)


def _floored(said: Said, later: list[Claim] | tuple[Claim, ...]) -> Said:
    claim, figure, count = said
    whole = _described(claim, figure)
    for other in later:
        if any(
            one.count is not None and one.group is None and one.cell.holds(whole) for one in other.figures
        ):
            return claim, figure, Count(count.low, count.low, True, count.comparator, count.wording)
    return said


def _described(claim: Claim, figure: Figure) -> Cell:
    """Give the figure's cell joined with those it is said to lie within, in its own claim."""
    cell, seen = figure.cell, {figure.key}
    here: Figure | None = figure
    while here is not None and here.relation in _WITHIN and here.relation_to not in seen:
        key = here.relation_to
        here = next((one for one in claim.figures if one.key == key), None)
        if here is not None:
            seen.add(here.key)
            cell = cell.meet(here.cell) or cell
    return cell
