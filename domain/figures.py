"""Claims and figures as the rules see them, and what the rules give back.

These are the values that flow through the methodology: a ``Claim`` with its ``Figure``s goes in, a
policy gives ``Booked`` figures with a ``Trace``, booking gives ``FactCell``s, one partition a grain.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from domain.cells import Cell, Count


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


@dataclass(frozen=True, slots=True)
class Claim:
    """What one report says about one incident.

    ``seq`` is the log sequence at which the claim was recorded: the tie-break wherever dates are
    equal or missing. ``as_of`` is the ISO day the numbers refer to, or None.
    """

    id: str
    report: str
    origin: str
    seq: int
    as_of: str | None = None
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """Who says something: side is the code of the party it speaks for, if any."""

    id: str
    kind: str
    named: bool = True
    side: str | None = None


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
    """

    cell: Cell
    low: int
    high: int
    open: bool = False
    basis: str = "stated"
    claims: tuple[str, ...] = ()
    parent: int | None = None
    beside: tuple[int, ...] = ()


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
