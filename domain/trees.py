"""Trees of assessed incidents: which rows stand for a subtree, and which question they answer (R7).

A question *cuts through* a subtree when its incidents can differ in what is asked: a campaign in one
province and two districts is cut by a question by district and not by one by year. Where a question does
not cut, the whole's rows answer it; where it does, the parts' rows and the explicit remainder do. So each
person counts once whichever level is asked. What all incidents of a subtree have in common is kept on
the rows, so that the choice is made for each question when the rows are summed.

Only assessed incidents are counted. One that is not assessed is transparent: those below it are parts of the
nearest assessed one above.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from domain.figures import FactCell
from domain.netting import Clash, remainder, whole
from domain.periods import UNITS, period_of
from domain.questions import Question
from domain.vocab import FactRole

COMMON = {"month": 1, "quarter": 2, "year": 4, "adm1": 8, "adm2": 16, "cause": 32, "party": 64}
"""The breakdowns and filters that can cut through a tree, each with its bit."""

Scope = Mapping[str, str | None]
"""Where an incident's facts fall: period_start, period_end, adm1, adm2, cause, party."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """What all incidents of a subtree have in common: bits of ``COMMON``, and the hull of their periods."""

    agrees: int
    start: str
    end: str


@dataclass(frozen=True, slots=True)
class Assessed:
    """An assessed incident: the nearest assessed one above it, where its facts fall, and its own rows."""

    incident: str
    above: str | None
    scope: Scope
    own: tuple[FactCell, ...]


@dataclass(frozen=True, slots=True)
class Netted:
    """What an incident's own rows become in its tree.

    ``inner`` is the agreement of its own subtree, None for one without assessed parts; ``outer`` that of the
    subtree of the nearest assessed incident above, None at the top.
    """

    incident: str
    parts: tuple[str, ...]
    rows: tuple[tuple[str, tuple[FactCell, ...]], ...]
    """Rows by role, a code of the vocabulary ``fact_role``."""
    inner: Agreement | None = None
    outer: Agreement | None = None
    clashes: tuple[Clash, ...] = ()

    def of(self, role: FactRole) -> tuple[FactCell, ...]:
        """Give the rows of a role."""
        return dict(self.rows).get(role.value, ())


def agreement(scopes: Iterable[Scope]) -> Agreement:
    """Give what the incidents of these scopes have in common; at least one is given."""
    found = list(scopes)
    starts = [scope["period_start"] or "" for scope in found]
    ends = [scope["period_end"] or "" for scope in found]
    values: dict[str, set[str | None]] = {
        name: {scope[name] for scope in found} for name in ("adm1", "adm2", "cause", "party")
    }
    for unit in UNITS:
        values[unit] = {period_of(start, end, unit) for start, end in zip(starts, ends, strict=True)}
    agrees = sum(bit for name, bit in COMMON.items() if len(values[name]) == 1)
    return Agreement(agrees, min(starts), max(ends))


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a question can cut through a tree: its bits, the days that hold it, and ``by`` incident."""

    bits: int = 0
    start: str | None = None
    end: str | None = None
    each_incident: bool = False

    def agrees(self, found: Agreement | None) -> bool:
        """Tell whether all incidents of a subtree are alike in what is asked; None is no subtree."""
        return (
            found is not None
            and not self.each_incident
            and found.agrees & self.bits == self.bits
            and (self.start is None or found.start >= self.start)
            and (self.end is None or found.end <= self.end)
        )

    def counts(self, role: str, inner: Agreement | None, outer: Agreement | None) -> bool:
        """Tell whether rows of a role answer the question: one level of each branch of a tree does."""
        if role == FactRole.WHOLE:
            return self.agrees(inner) and not self.agrees(outer)
        if role == FactRole.REMAINDER:
            return not self.agrees(inner)
        return not self.agrees(outer)


def asked_of(question: Question) -> Asked:
    """Give what of a question can cut through a tree; a filter on one value is asked like a breakdown."""
    named = {*question.by, *dict(question.cell)}
    named |= {name for name in ("adm1", "adm2", "cause", "party") if getattr(question, name) is not None}
    return Asked(asked_bits(named), question.start, question.end, "incident" in named)


def asked_bits(names: Iterable[str]) -> int:
    """Give the bits of the breakdowns and filters of a question that can cut through a tree."""
    return sum(COMMON[name] for name in set(names) if name in COMMON)


def net(nodes: Sequence[Assessed]) -> dict[str, Netted]:
    """Give what each incident's rows become, for all assessed incidents of one or more whole trees.

    An incident with nobody assessed above or below keeps its own rows in the role ``part``: they count in
    every question.
    """
    by_id = {node.incident: node for node in nodes}
    below: dict[str, list[str]] = {}
    for node in nodes:
        if node.above is not None:
            below.setdefault(node.above, []).append(node.incident)
    wholes: dict[str, tuple[FactCell, ...]] = {}
    scopes: dict[str, list[Scope]] = {}
    agreed: dict[str, Agreement] = {}
    made: dict[str, tuple[tuple[tuple[str, tuple[FactCell, ...]], ...], tuple[Clash, ...]]] = {}
    for incident in _deepest_first(by_id, below):
        node, parts = by_id[incident], below.get(incident, ())
        scopes[incident] = [node.scope, *(scope for part in parts for scope in scopes[part])]
        if not parts:
            wholes[incident] = node.own
            made[incident] = ((FactRole.PART.value, node.own),), ()
            continue
        theirs = [row for part in parts for row in wholes[part]]
        together = whole(node.own, theirs)
        wholes[incident] = together.rows
        agreed[incident] = agreement(scopes[incident])
        made[incident] = (
            (
                (FactRole.WHOLE.value, together.rows),
                (FactRole.REMAINDER.value, remainder(node.own, theirs)),
            ),
            together.clashes,
        )
    return {
        incident: Netted(
            incident,
            tuple(sorted(below.get(incident, ()))),
            rows,
            agreed.get(incident),
            None if (above := by_id[incident].above) is None else agreed[above],
            clashes,
        )
        for incident, (rows, clashes) in made.items()
    }


def _deepest_first(by_id: Mapping[str, Assessed], below: Mapping[str, Sequence[str]]) -> list[str]:
    """Give the incidents so that each stands behind all below it."""
    level = [node.incident for node in by_id.values() if node.above is None]
    found: list[str] = []
    while level:
        found.extend(level)
        level = [part for incident in level for part in below.get(incident, ())]
    return found[::-1]
