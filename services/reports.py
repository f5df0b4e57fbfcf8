"""Reports: one item by one source."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from db.canonical import parse
from db.engine import Connection
from db.kinds import REPORT
from db.queries import reports as queries
from db.sight import whole
from domain.access import Actor
from domain.addresses import address_findings, address_key
from domain.drafts import ReportDraft
from domain.figures import Finding
from services import claims, netting, records, standing, transcription
from services.records import Change, Reason, Saved


def record(connection: Connection, actor: Actor, draft: ReportDraft, *, id: str | None = None) -> Saved:
    """Record a report; an address that is known already is a warning, not a refusal."""
    columns, found = derived(draft)
    if columns["url_key"] is not None and queries.with_address(
        connection, actor.organisation, columns["url_key"]
    ):
        found = (*found, Finding("known-address", "A report with this address is recorded already."))
    return records.create(connection, actor, REPORT, draft, columns=columns, id=id, warnings=found)


def change(
    connection: Connection, actor: Actor, id: str, version: int, revise: Change, reason: Reason
) -> Saved:
    """Change a report. What it rests on and when it was published decide how its claims count.

    What it rests on decides that of every report which leads to it as well, and whether their claims
    contradict the origin that they cite.
    """
    before = records.lock_for_change(connection, actor, REPORT, id, version)
    content = parse(before.content)
    draft = revise(dict(content))
    columns, found = derived(draft)
    saved = records.change(connection, actor, REPORT, before, draft, reason, columns=columns, warnings=found)
    after = parse(saved.stored.content)
    moved = any(content[name] != after[name] for name in ("source", "cites"))
    ids = queries.leading_to(connection, actor.organisation, id) if moved else {id}
    resting = queries.incidents_resting_on_reports(connection, actor.organisation, ids)
    standing.something_newer(connection, actor.organisation, dict.fromkeys(resting, saved.stored.seq))
    if records.is_moved(saved, content, "visibility", "source"):
        with whole(connection):
            resting_here = queries.incidents_resting_on_reports(connection, actor.organisation, {id})
        netting.seen_anew(connection, actor.organisation, resting_here, saved.stored.seq)
    if moved or records.is_moved(saved, content, "visibility"):
        said = claims.of_incidents(connection, actor.organisation, resting)
        wrong = transcription.flag(connection, actor.organisation, said, saved.stored.seq)
        found = tuple(one for ones in wrong.values() for one in transcription.warnings(ones, ""))
        saved = replace(saved, warnings=(*saved.warnings, *found))
    return saved


def derived(draft: ReportDraft) -> tuple[dict[str, Any], tuple[Finding, ...]]:
    """Give a report's derived columns and what to look at in its address."""
    if draft.url is None:
        return {"url_key": None}, ()
    return {"url_key": address_key(draft.url)}, address_findings(draft.url)
