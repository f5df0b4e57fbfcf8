"""Reports: one item by one source."""

from __future__ import annotations

from typing import Any

from db.canonical import parse
from db.engine import Connection
from db.kinds import REPORT
from db.queries import reports as queries
from domain.access import Actor
from domain.addresses import address_findings, address_key
from domain.drafts import ReportDraft
from domain.figures import Finding
from services import records, standing
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
    """Change a report. What it rests on and when it was published decide how its claims count."""
    before = records.lock_for_change(connection, actor, REPORT, id, version)
    draft = revise(parse(before.content))
    columns, found = derived(draft)
    saved = records.change(connection, actor, REPORT, before, draft, reason, columns=columns, warnings=found)
    resting = queries.incidents_resting_on_report(connection, actor.organisation, id)
    standing.something_newer(connection, actor.organisation, dict.fromkeys(resting, saved.stored.seq))
    return saved


def derived(draft: ReportDraft) -> tuple[dict[str, Any], tuple[Finding, ...]]:
    """Give a report's derived columns and what to look at in its address."""
    if draft.url is None:
        return {"url_key": None}, ()
    return {"url_key": address_key(draft.url)}, address_findings(draft.url)
