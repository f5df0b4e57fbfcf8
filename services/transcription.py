"""Transcription flags: what goes wrong between an origin and who passes it on, kept with the claims."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from db.engine import Connection
from db.queries import flags
from db.queries import reports as report_queries
from db.reach import restricted_by
from domain.figures import Claim, Finding
from domain.independence import Citations
from domain.transcription import Mistranscription, mistranscriptions, numbers_recur

_NOTHING: frozenset[str] = frozenset()


def flag(
    connection: Connection, organisation: str, said: Mapping[str, Sequence[Claim]], seq: int
) -> dict[str, dict[str, tuple[Finding, ...]]]:
    """Compare the claims of incidents with those that they pass on, and keep what is found as flags.

    ``said`` are all claims of each incident, ``seq`` is the log sequence of the act that makes it
    necessary. A flag blocks nothing; the policies leave flagged figures out until a reviewer clears them.
    Gives the findings by incident and claim.
    """
    found = {
        incident: _findings(_wrong(connection, organisation, claims)) for incident, claims in said.items()
    }
    flags.replace(
        connection,
        organisation,
        [
            (claim.id, seq, found[incident].get(claim.id, ()))
            for incident, claims in said.items()
            for claim in claims
        ],
        compared=True,
    )
    return found


def warnings(found: Mapping[str, tuple[Finding, ...]], claim: str) -> tuple[Finding, ...]:
    """Give the findings of an incident as warnings for who recorded one of its claims, its own first."""
    others = (
        Finding(one.code, f"Of claim {other}: {one.detail}", one.keys)
        for other, ones in found.items()
        if other != claim
        for one in ones
    )
    return (*found.get(claim, ()), *others)


def _wrong(
    connection: Connection, organisation: str, claims: Sequence[Claim]
) -> tuple[Mistranscription, ...]:
    if not numbers_recur(claims):
        return ()
    reports = report_queries.citation_graph(connection, organisation, {claim.report for claim in claims})
    # Who a source is does not matter here, only that two claims go back to the same one.
    citations = Citations.of((), reports.values())
    roots = restricted_by(connection, [claim.id for claim in claims])
    found: list[Mistranscription] = []
    # A flag says what the other claim gives, so it comes of what everybody may read who may read the flag.
    for causes in {roots.get(claim.id, _NOTHING): None for claim in claims}:
        readable = [claim for claim in claims if roots.get(claim.id, _NOTHING) <= causes]
        wrong = mistranscriptions(readable, citations)
        found += [one for one in wrong if roots.get(one.claim, _NOTHING) == causes]
    return tuple(found)


def _findings(wrong: Iterable[Mistranscription]) -> dict[str, tuple[Finding, ...]]:
    """Give one finding for each claim and kind of error, naming the figures concerned."""
    kinds: dict[tuple[str, str], list[Mistranscription]] = {}
    for one in wrong:
        kinds.setdefault((one.claim, one.kind), []).append(one)
    found: dict[str, tuple[Finding, ...]] = {}
    for (claim, kind), ones in kinds.items():
        code = flags.TRANSCRIPTION + kind.replace("_", "-")
        finding = Finding(code, " ".join(one.detail for one in ones), tuple(one.key for one in ones))
        found[claim] = (*found.get(claim, ()), finding)
    return found
