"""The incident behind a list or a series of bulletins: its period reaches as far as they do."""

from __future__ import annotations

from typing import Any

from db.canonical import parse
from db.engine import Connection
from db.kinds import INCIDENT
from db.queries import records
from domain.access import Actor
from domain.drafts import IncidentDraft, Occurred
from domain.errors import NotFound
from domain.vocab import DateMode, DatePrecision, IncidentKind, ReasonCode
from services import incidents
from services.records import Reason


def reaching(
    connection: Connection,
    actor: Actor,
    known: str | None,
    *,
    title: str,
    country: str,
    start: str,
    end: str,
    because: str,
) -> str:
    """Give the period aggregate ``known`` with its period reaching to a day, or a new one.

    ``because`` is the reason in words, where a known one is made to reach further. Raises NotFound.
    """
    if known is None:
        draft = IncidentDraft(
            kind=IncidentKind.PERIOD_AGGREGATE.value,
            title=title,
            country=country,
            occurred=Occurred(
                start=start, end=end, mode=DateMode.WITHIN.value, precision=DatePrecision.PERIOD.value
            ),
        )
        return incidents.record(connection, actor, draft).stored.id
    stored = records.one(connection, INCIDENT, actor.organisation, known)
    if stored is None:
        raise NotFound("The incident of this file is not there any more.")
    if parse(stored.content)["occurred"]["end"] < end:
        reason = Reason(ReasonCode.NEW_INFORMATION.value, because)
        incidents.change(connection, actor, known, stored.version, _until(end), reason)
    return known


def _until(end: str) -> Any:
    def revise(content: dict[str, Any]) -> IncidentDraft:
        occurred = Occurred(**{**content["occurred"], "end": end})
        parts = {"causes": tuple(content["causes"]), "parties": tuple(content["parties"])}
        return IncidentDraft(**{**content, **parts, "occurred": occurred})

    return revise
