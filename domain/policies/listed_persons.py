"""The policy ``listed-persons``: the persons whom the latest lists name, each once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from domain.cells import Age, Cell
from domain.figures import Booked, Figures, Finding, Listing, ListReport, TraceStep
from domain.policies.base import ONLY_ANOTHER_REPORT, Evidence, Policy
from domain.releases import releases
from domain.supersession import in_order
from domain.vocab import Basis, ClaimUse, Outcome

NAME = "listed-persons"

_GRAVITY = {code: place for place, code in enumerate(Outcome.codes())}


def count_listed(evidence: Evidence) -> Figures:
    """Give the number of distinct persons on the latest list of each origin (R6, R11, R12).

    A person on several lists counts once, as the latest list describes them, with the outcome that the
    person's own dated outcomes give now where there are any: lists of different days may say injured and
    killed of one person, and both be right. Otherwise the latest list says the outcome, and one list
    that gives a person two counts the first of them in the vocabulary's order, killed before all others,
    and says so in a finding. One list asked for alone is counted as it stands. The result is one total an
    outcome and, within it, one figure for each exact status, sex and age.
    """
    return _count(evidence, {} if evidence.only_report else evidence.outcomes, "2")


def count_listed_1(evidence: Evidence) -> Figures:
    """Give what version 1 gave: the outcome as listed last, whatever the person's own outcomes say."""
    return _count(evidence, {}, "1")


def _count(evidence: Evidence, outcomes: Mapping[str, str], version: str) -> Figures:
    lists, trace = _latest_lists(evidence)
    ranks = {one.id: rank for rank, one in enumerate(lists)}
    latest: dict[str, tuple[int, Listing]] = {}
    twice: set[str] = set()
    strays = 0
    known = {one.id for one in evidence.lists}
    described: set[str] = set()
    for listing in sorted(evidence.listings, key=_order):
        rank = ranks.get(listing.report)
        if rank is None:
            strays += listing.report not in known
            continue
        before = latest.get(listing.victim)
        if before is not None:
            if before[0] > rank:
                continue
            if before[0] == rank and replace(before[1], outcome=listing.outcome) != listing:
                described.add(listing.victim)
            if before[0] == rank and before[1].outcome != listing.outcome:
                twice.add(listing.victim)
                if _GRAVITY.get(before[1].outcome, 99) < _GRAVITY.get(listing.outcome, 99):
                    continue
        latest[listing.victim] = (rank, listing)
    for victim in latest.keys() & outcomes.keys():
        rank, listing = latest[victim]
        latest[victim] = (rank, replace(listing, outcome=outcomes[victim]))
        twice.discard(victim)
    findings = []
    if twice:
        findings.append(
            Finding("two-outcomes", f"{len(twice)} persons have two outcomes on one list; one was counted.")
        )
    if described:
        findings.append(
            Finding(
                "described-twice",
                f"{len(described)} persons stand on one list with two descriptions; one was counted.",
            )
        )
    if strays:
        findings.append(
            Finding("listing-without-list", f"{strays} listings are of a list that is not in the evidence.")
        )
    booked = _book(latest, [one.id for one in lists])
    return Figures(
        NAME,
        version,
        booked,
        _traced(evidence, lists, trace),
        tuple(findings),
        None if booked else "no list of persons is eligible" if not lists else "no list names a person",
    )


def _order(listing: Listing) -> tuple[str, str, str, str, int, int]:
    """Give the place of a listing among those of one person: the same whatever order they come in."""
    return (
        listing.victim,
        listing.report,
        listing.status,
        listing.sex,
        -1 if listing.age_low is None else listing.age_low,
        -1 if listing.age_high is None else listing.age_high,
    )


def _latest_lists(evidence: Evidence) -> tuple[list[ListReport], list[TraceStep]]:
    """Give the latest list of each origin, earliest first, and what became of the others.

    Each list of an unnamed origin stands for itself.
    """
    trace: list[TraceStep] = []
    asked = []
    for one in evidence.lists:
        if evidence.only_report is not None and one.id != evidence.only_report:
            trace.append(TraceStep(one.id, ClaimUse.SET_ASIDE.value, ONLY_ANOTHER_REPORT))
        else:
            asked.append(one)
    latest = []
    for *earlier, last in releases(asked, evidence.unnamed()):
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


LISTED_PERSONS_1 = Policy(
    name=NAME,
    version="1",
    title="Listed persons",
    description=(
        "Distinct persons on the latest list of each origin, by exact status, sex and age as listed last. "
        "A person on several lists counts once. Claims of numbers are not used."
    ),
    rules=("R6", "R11", "R12"),
    function=count_listed_1,
    reads_lists=True,
)
LISTED_PERSONS = Policy(
    name=NAME,
    version="2",
    title="Listed persons",
    description=(
        "Distinct persons on the latest list of each origin, by exact status, sex and age as listed last, "
        "with the outcome that each person's own dated outcomes give now, else as listed last. A person on "
        "several lists counts once. Claims of numbers are not used."
    ),
    rules=("R6", "R11", "R12"),
    function=count_listed,
    reads_lists=True,
)
