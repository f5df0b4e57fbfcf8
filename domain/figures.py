"""Claims and figures as the rules see them, and what the rules give back.

These are the values that flow through the methodology: a ``Claim`` with its ``Figure``s goes in, a
policy gives ``Booked`` figures with a ``Trace``, booking gives ``FactCell``s, one partition a grain.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from domain.cells import Cell, Count
from domain.vocab import Relation

WITHIN = (Relation.INCLUDED_IN.value, Relation.ASSUMED_SUBSET.value)
"""Relations of a figure whose persons are some of another's."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a claim. ``count`` None is a word or a mention: not zero, not one."""

    key: str
    cell: Cell
    count: Count | None
    relation: str | None = None
    """A code of the vocabulary ``relation``, or None when the claim says nothing."""
    relation_to: str | None = None
    """The key of the figure it stands in relation to."""
    group: str | None = None
    party: str | None = None
    """Whose losses these are: the code of the party whose members are counted, where it is said."""
    wording: str | None = None
    """The source's words, also where they hold no number (R2)."""
    stated_as: str | None = None
    """The source's own word for these persons ("militants"): a label, not a finding."""
    best: int | None = None
    """The source's own best estimate, where it gives one beside low and high."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What one report says about one incident.

    ``seq`` is the log sequence at which the claim was recorded: the tie-break wherever dates are
    equal or missing. ``as_of`` is the ISO day the numbers refer to, or None. ``counts_from`` is the first day
    that the numbers count, where they are a running total or speak of a period: ``[counts_from, as_of]``.
    ``said_party`` is the code of the party that the claim holds responsible, ``said_responsibility`` a
    code of the vocabulary ``responsibility``.
    """

    id: str
    report: str
    origin: str
    seq: int
    as_of: str | None = None
    figures: tuple[Figure, ...] = ()
    said_party: str | None = None
    said_responsibility: str | None = None
    counts_from: str | None = None

    def described(self, figure: Figure) -> Cell:
        """Give whom one of the figures describes: its cell joined with those it is said to lie within.

        Five women who are among the civilians are civilian women.
        """
        cell = figure.cell
        for around in self.within(figure):
            cell = cell.meet(around.cell) or cell
        return cell

    def within(self, figure: Figure) -> Iterator[Figure]:
        """Give one of the figures, then those that it is said to lie within, nearest first."""
        by_key = {one.key: one for one in self.figures}
        here, seen = figure, {figure.key}
        yield here
        while here.relation in WITHIN and here.relation_to in by_key and here.relation_to not in seen:
            here = by_key[here.relation_to]
            seen.add(here.key)
            yield here


@dataclass(frozen=True, slots=True)
class Source:
    """Who says something: side is the code of the party it speaks for, if any.

    ``reliability`` is the recorder's optional grade, A (completely) to F (cannot be judged).
    """

    id: str
    kind: str
    named: bool = True
    side: str | None = None
    reliability: str | None = None


@dataclass(frozen=True, slots=True)
class Party:
    """A party to the conflict; ``side`` is the code of the party it fights for, where it is a part of one."""

    code: str
    side: str | None = None


@dataclass(frozen=True, slots=True)
class HeldResponsible:
    """A party's part in an incident, as the incident records it: a code of ``responsibility``."""

    party: str
    responsibility: str


@dataclass(frozen=True, slots=True)
class Supersession:
    """A person's word on whether a later claim replaces an earlier one (R6).

    ``cell`` None speaks of every cell that both state; ``confirmed`` False says that both stand.
    """

    earlier: str
    later: str
    confirmed: bool = True
    cell: Cell | None = None


@dataclass(frozen=True, slots=True)
class NamedPersons:
    """How many distinct named persons of one description are linked to the incident (R11).

    ``cell`` is their exact description with the outcome they have now (R12).
    """

    cell: Cell
    count: int


@dataclass(frozen=True, slots=True)
class ReportNode:
    """A report in the citation graph: its source, and the reports and sources it cites."""

    id: str
    source: str
    cites_reports: tuple[str, ...] = ()
    cites_sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """What one list says of one person. ``age_low`` None is not known."""

    report: str
    victim: str
    outcome: str
    status: str
    sex: str
    age_low: int | None
    age_high: int | None


@dataclass(frozen=True, slots=True)
class ListReport:
    """A report that lists persons: who originally said it, and the day it refers to."""

    id: str
    origin: str
    as_of: str | None
    seq: int


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a person should look at: stable code, words, and the figures it concerns."""

    code: str
    detail: str
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Booked:
    """A figure that a policy gives for a cell: ``[low, high]`` with ``open`` and where it comes from.

    ``claims`` are the ids of the claims that carry it. ``parent`` is the index, in the same list, of
    the figure it lies within by a stated or confirmed relation, else None (containment of cells
    holds in any case). ``beside`` are the indices of the figures that these persons are said to be in
    addition to: nobody is in both. ``basis`` is a code of the vocabulary ``basis``.

    ``corroborated`` is the largest number that two independent origins each support (R4), None where the
    policy does not ask. ``contested``: parties or sources contradict each other on it. ``best`` is a source's
    own best estimate, passed through where its claim stands alone.
    """

    cell: Cell
    low: int
    high: int
    open: bool = False
    basis: str = "stated"
    claims: tuple[str, ...] = ()
    parent: int | None = None
    beside: tuple[int, ...] = ()
    corroborated: int | None = None
    contested: bool = False
    best: int | None = None


@dataclass(frozen=True, slots=True)
class BelligerentColumn:
    """A belligerent's number of its enemy's losses: shown beside the figures, in neither low nor high (R5).

    ``side`` is the party that says it, ``party`` whose losses it speaks of. ``stated_as`` keeps its own word
    for these persons; what they were is not decided by it.
    """

    cell: Cell
    low: int
    high: int
    open: bool
    claim: str
    side: str
    party: str | None = None
    stated_as: str | None = None


@dataclass(frozen=True, slots=True)
class FigureUse:
    """What a policy did with one figure of a claim: a code of the vocabulary ``claim_use`` and why."""

    claim: str
    key: str
    use: str
    reason: str


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade in another scheme, derived by its published definition: scheme, code and why."""

    scheme: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class TraceStep:
    """What a policy did with one claim or list: a code of the vocabulary ``claim_use`` and why."""

    claim: str
    use: str
    reason: str


@dataclass(frozen=True, slots=True)
class Figures:
    """What a policy gives for one incident: booked figures, the trace and findings.

    ``unknown_because`` says why ``booked`` is empty: no figures is not zero.
    """

    policy: str
    version: str
    booked: tuple[Booked, ...]
    trace: tuple[TraceStep, ...]
    findings: tuple[Finding, ...] = field(default=())
    unknown_because: str | None = None
    columns: tuple[BelligerentColumn, ...] = ()
    uses: tuple[FigureUse, ...] = ()
    grade: Grade | None = None


@dataclass(frozen=True, slots=True)
class FactCell:
    """One row of a partition: how many, of whom, how well verified.

    Dimensions outside the grain are None; inside it ``unknown`` is a code and, for age, ``age_low``
    0 with ``age_high`` None.
    """

    grain: str
    outcome: str
    status: str | None
    sex: str | None
    age_low: int | None
    age_high: int | None
    verification: str
    basis: str
    low: int
    high: int
    open: bool
    best: int | None = None
    verified_on: str | None = None
    """The ISO day on which people verified it; None where they did not or did not say when."""
    late: bool = False
    """Verified after the end of the quarter in which the incident ended (R13)."""
