"""Claims: what one report says about one incident, and who originally said it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from db.canonical import parse
from db.engine import Connection
from db.kinds import CLAIM
from db.queries import claims as queries
from domain.access import Actor
from domain.cells import Age, Cell, Count
from domain.coherence import check
from domain.drafts import ClaimDraft, FigureDraft
from domain.errors import Conflict
from domain.figures import Claim, Figure, Finding
from domain.plausibility import claim_findings, report_before_incident
from services import netting, records, standing, transcription
from services.records import Change, Reason, Saved


def record(connection: Connection, actor: Actor, draft: ClaimDraft, *, id: str | None = None) -> Saved:
    """Record a claim with its figures.

    Figures that cannot all hold are a finding, and so are those that contradict the origin which the claim
    cites; the claim is stored all the same (R9).
    """
    found = (*findings(draft), *_dates(connection, actor, draft))
    saved = records.create(connection, actor, CLAIM, draft, id=id, warnings=found)
    standing.something_newer(connection, actor.organisation, {draft.incident: saved.stored.seq})
    return _compared(connection, actor, draft.incident, saved)


def change(
    connection: Connection, actor: Actor, id: str, version: int, revise: Change, reason: Reason
) -> Saved:
    """Change a claim, for example confirm the reading of a relation. It stays with its incident."""
    before = records.lock_for_change(connection, actor, CLAIM, id, version)
    content = parse(before.content)
    draft = revise(dict(content))
    if draft.incident != content["incident"]:
        raise Conflict(
            "A claim stays with its incident; record it anew at the other one.", code="incident-is-fixed"
        )
    found = (*findings(draft), *_dates(connection, actor, draft))
    saved = records.change(connection, actor, CLAIM, before, draft, reason, warnings=found)
    standing.something_newer(connection, actor.organisation, {draft.incident: saved.stored.seq})
    if records.is_moved(saved, content, "visibility", "report", "origin"):
        netting.seen_anew(connection, actor.organisation, {draft.incident}, saved.stored.seq)
    return _compared(connection, actor, draft.incident, saved)


def _compared(connection: Connection, actor: Actor, incident: str, saved: Saved) -> Saved:
    """Compare the incident's claims with what they pass on; give the findings with the others."""
    said = of_incidents(connection, actor.organisation, [incident])
    found = transcription.flag(connection, actor.organisation, said, saved.stored.seq)[incident]
    return replace(saved, warnings=(*saved.warnings, *transcription.warnings(found, saved.stored.id)))


def of_incidents(
    connection: Connection, organisation: str, incidents: Sequence[str]
) -> dict[str, tuple[Claim, ...]]:
    """Give every claim about each incident as the rules see it, in the order of recording."""
    return {
        incident: tuple(claim(id, seq, parse(content)) for id, seq, content in found)
        for incident, found in queries.of_incidents(connection, organisation, incidents).items()
    }


def findings(draft: ClaimDraft) -> tuple[Finding, ...]:
    """Give what to look at in a claim: clashes, unclear readings, implausible numbers."""
    return (*check(tuple(figure(f) for f in draft.figures)), *claim_findings(draft))


def _dates(connection: Connection, actor: Actor, draft: ClaimDraft) -> tuple[Finding, ...]:
    dates = queries.dates(connection, actor.organisation, draft.report, draft.incident)
    return () if dates is None else report_before_incident(*dates)


def figure(draft: FigureDraft | Mapping[str, Any]) -> Figure:
    """Give a figure as the rules see it."""
    get = draft.__getitem__ if isinstance(draft, Mapping) else draft.__getattribute__
    # A claim recorded before best estimates were known does not have them.
    best = draft.get("best") if isinstance(draft, Mapping) else draft.best
    age_low = get("age_low")
    low = get("low")
    return Figure(
        key=get("key"),
        cell=Cell(
            get("outcome"),
            get("status"),
            get("sex"),
            None if age_low is None else Age(age_low, get("age_high")),
        ),
        count=None
        if low is None
        else Count(low, get("high"), get("open"), get("comparator"), get("wording")),
        relation=get("relation"),
        relation_to=get("relation_to"),
        group=get("group"),
        party=get("party"),
        wording=get("wording"),
        stated_as=get("stated_as"),
        best=best,
    )


def claim(id: str, seq: int, content: Mapping[str, Any]) -> Claim:
    """Give a stored claim as the rules see it."""
    return Claim(
        id=id,
        report=content["report"],
        origin=content["origin"],
        seq=seq,
        as_of=content["as_of"],
        figures=tuple(figure(f) for f in content["figures"]),
        said_party=content["said_party"],
        said_responsibility=content["said_responsibility"],
        # A claim recorded before running totals were known does not have it.
        counts_from=content.get("counts_from"),
    )
