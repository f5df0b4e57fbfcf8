"""The policy ``listed-persons``: the persons whom the latest lists name, each once."""

from __future__ import annotations

from domain.cells import Age, Cell
from domain.figures import Booked, Figures, Finding, Listing, ListReport, TraceStep
from domain.policies.base import ONLY_ANOTHER_REPORT, Evidence, Policy
from domain.supersession import in_order
from domain.vocab import Basis, ClaimUse, Outcome

NAME, VERSION = "listed-persons", "1"

_GRAVITY = {code: place for place, code in enumerate(Outcome.codes())}


def count_listed(evidence: Evidence) -> Figures:
    """Give the number of distinct persons on the latest list of each origin (R6, R11, R12).

    A person on several lists counts once, as the latest list describes them. One list that gives a
    person two outcomes counts the first of them in the vocabulary's order, killed before all
    others, and says so in a finding. The result is one total an outcome and, within it, one figure for
    each exact status, sex and age.
    """
    lists, trace = _latest_lists(evidence)
    ranks = {one.id: rank for rank, one in enumerate(lists)}
    latest: dict[str, tuple[int, Listing]] = {}
    twice: set[str] = set()
    strays = 0
    known = {one.id for one in evidence.lists}
    for listing in evidence.listings:
        rank = ranks.get(listing.report)
        if rank is None:
            strays += listing.report not in known
            continue
        before = latest.get(listing.victim)
        if before is not None:
            if before[0] > rank:
                continue
            if before[0] == rank and before[1].outcome != listing.outcome:
                twice.add(listing.victim)
                if _GRAVITY.get(before[1].outcome, 99) < _GRAVITY.get(listing.outcome, 99):
                    continue
        latest[listing.victim] = (rank, listing)
    findings = []
    if twice:
        findings.append(
            Finding("two-outcomes", f"{len(twice)} persons have two outcomes on one list; one was counted.")
        )
    if strays:
        findings.append(
            Finding("listing-without-list", f"{strays} listings are of a list that is not in the evidence.")
        )
    booked = _book(latest, [one.id for one in lists])
    return Figures(
        NAME,
        VERSION,
        booked,
        _traced(evidence, lists, trace),
        tuple(findings),
        None if booked else "no list of persons is eligible" if not lists else "no list names a person",
    )


def _latest_lists(evidence: Evidence) -> tuple[list[ListReport], list[TraceStep]]:
    """Give the latest list of each origin, earliest first, and what became of the others.

    Each list of an unnamed origin stands for itself.
    """
    unnamed = evidence.unnamed()
    by_origin: dict[tuple[str, str], list[ListReport]] = {}
    trace: list[TraceStep] = []
    for one in evidence.lists:
        if evidence.only_report is not None and one.id != evidence.only_report:
            trace.append(TraceStep(one.id, ClaimUse.SET_ASIDE.value, ONLY_ANOTHER_REPORT))
        else:
            by_origin.setdefault((one.origin, one.id if one.origin in unnamed else ""), []).append(one)
    latest = []
    for lists in by_origin.values():
        *earlier, last = in_order(lists)
        latest.append(last)
        trace += [
            TraceStep(one.id, ClaimUse.SUPERSEDED.value, f"superseded by list {last.id}") for one in earlier
        ]
    return in_order(latest), trace


def _book(latest: dict[str, tuple[int, Listing]], ids: list[str]) -> tuple[Booked, ...]:
    counts: dict[tuple[str, str, str, int | None, int | None], int] = {}
    used: dict[tuple[str, str, str, int | None, int | None], set[int]] = {}
    for rank, one in latest.values():
        key = (one.outcome, one.status, one.sex, one.age_low, one.age_high)
        if key in counts:
            counts[key] += 1
            used[key].add(rank)
        else:
            counts[key] = 1
            used[key] = {rank}
    cells: dict[str, dict[Cell, tuple[int, set[int]]]] = {}
    for key, count in counts.items():
        outcome, status, sex, age_low, age_high = key
        # An unknown age may be written as None or as the whole line; it is one category.
        age = Age(0, None) if age_low is None else Age(age_low, age_high)
        of_outcome = cells.setdefault(outcome, {})
        cell = Cell(outcome, status, sex, age)
        before, ranks = of_outcome.get(cell, (0, set()))
        of_outcome[cell] = (before + count, ranks | used[key])
    booked: list[Booked] = []
    for outcome in sorted(cells, key=lambda code: _GRAVITY.get(code, 99)):
        total = len(booked)
        listed = cells[outcome]
        number = sum(count for count, _ in listed.values())
        everywhere = set().union(*(ranks for _, ranks in listed.values()))
        booked.append(_figure(Cell(outcome), number, everywhere, ids, None))
        booked.extend(_figure(cell, *listed[cell], ids, total) for cell in sorted(listed, key=_description))
    return tuple(booked)


def _figure(cell: Cell, count: int, ranks: set[int], ids: list[str], parent: int | None) -> Booked:
    lists = tuple(ids[rank] for rank in sorted(ranks))
    return Booked(cell, count, count, False, Basis.LISTED.value, lists, parent)


def _description(cell: Cell) -> tuple[str, str, int, int]:
    age = cell.age or Age(0, None)
    return (cell.status or "", cell.sex or "", age.low, age.top)


def _traced(evidence: Evidence, lists: list[ListReport], trace: list[TraceStep]) -> tuple[TraceStep, ...]:
    """Give one step a claim and one a list."""
    numbers: dict[str, set[str]] = {one.id: set() for one in lists}
    for listing in evidence.listings:
        if listing.report in numbers:
            numbers[listing.report].add(listing.victim)
    claims = [
        TraceStep(claim.id, ClaimUse.SET_ASIDE.value, "a claim of numbers; this policy counts listed persons")
        for claim in sorted(evidence.claims, key=lambda claim: (claim.seq, claim.id))
    ]
    steps = {step.claim: step for step in trace}
    for one in lists:
        named = len(numbers[one.id])
        steps[one.id] = (
            TraceStep(one.id, ClaimUse.USED.value, f"names {named} persons")
            if named
            else TraceStep(one.id, ClaimUse.SET_ASIDE.value, "the list names nobody")
        )
    ordered = sorted(evidence.lists, key=lambda one: (one.seq, one.id))
    return (*claims, *(steps[one.id] for one in ordered))


LISTED_PERSONS = Policy(
    name=NAME,
    version=VERSION,
    title="Listed persons",
    description=(
        "Distinct persons on the latest list of each origin, by exact status, sex and age as listed last. "
        "A person on several lists counts once. Claims of numbers are not used."
    ),
    rules=("R6", "R11", "R12"),
    function=count_listed,
    reads_lists=True,
)
