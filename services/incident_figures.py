"""The figures of one incident under policies, as known now or at any point of the log."""

from __future__ import annotations

from collections.abc import Sequence

from db.engine import Connection
from db.kinds import INCIDENT, REPORT
from domain.access import Actor, require
from domain.figures import Figures
from services import figures, policies, records, references
from services.evidence_then import evidence_then


def of_incident(
    connection: Connection,
    actor: Actor,
    incident: str,
    asked: Sequence[str] = (),
    report: str | None = None,
    known_at: int | None = None,
) -> list[Figures]:
    """Give the incident's figures under each of the named policies; none is the one that is assessed under.

    ``known_at`` is a log sequence: then they are made of what was recorded up to it, under the versions of
    policies that are here now. Raises NotFound for the incident, also where it was not recorded yet, and
    Invalid for a policy that does not exist, Malformed for a report that is not here.
    """
    require(actor, "record.read")
    records.read(connection, actor, INCIDENT, incident)
    references.check_parameter(connection, actor.organisation, REPORT, report, "report")
    names = asked or (policies.in_use(connection, actor.organisation).asked(),)
    if known_at is None:
        return figures.answers_on(connection, actor.organisation, incident, names, report)[0]
    wanted = [policies.asked(name) for name in names]
    then = evidence_then(connection, actor.organisation, incident, known_at)
    known = figures.restricted(then, report=report)
    return [figures.under(policy, known) for policy in wanted]
