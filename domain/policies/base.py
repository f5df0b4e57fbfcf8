"""What a policy is, and what it is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from domain.figures import (
    Claim,
    Figures,
    HeldResponsible,
    Listing,
    ListReport,
    NamedPersons,
    Party,
    ReportNode,
    Source,
    Supersession,
)

ONLY_ANOTHER_REPORT = "not from the one report that was asked for"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is recorded of one incident. ``only_report`` limits a policy to one report's claims and list."""

    claims: Sequence[Claim] = ()
    sources: Sequence[Source] = ()
    reports: Sequence[ReportNode] = ()
    lists: Sequence[ListReport] = ()
    listings: Sequence[Listing] = ()
    only_report: str | None = None
    parties: Sequence[Party] = ()
    held: Sequence[HeldResponsible] = ()
    """The parties held responsible for the incident."""
    supersessions: Sequence[Supersession] = ()
    persons: Sequence[NamedPersons] = ()
    """Named persons linked to the incident, counted by exact description."""
    unheard: Sequence[Claim] = ()
    """Claims that the assessment's author set aside: no policy hears them, yet copies of them stay copies."""
    cleared: frozenset[str] = frozenset()
    """Claims whose transcription flags a reviewer cleared."""
    outcomes: Mapping[str, str] = field(default_factory=dict)
    """The outcome now of each listed person whose own outcomes are dated (R12)."""

    def unnamed(self) -> frozenset[str]:
        """Give the ids of unnamed sources; a source that is not in the record counts as named."""
        return frozenset(source.id for source in self.sources if not source.named)


@dataclass(frozen=True, slots=True)
class Policy:
    """A named, versioned composition of rules; ``rules`` are their numbers in the methodology.

    ``function`` gives the figures for the evidence. A version is never redefined: an assessment names
    the one it was made under, and its numbers can be computed again.
    """

    name: str
    version: str
    title: str
    description: str
    rules: tuple[str, ...]
    function: Callable[[Evidence], Figures]
    reads_lists: bool = False
    """It counts the persons on lists, so these must be read for it."""
