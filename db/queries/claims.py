"""What is asked of claims beside the common questions."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db.tables.claims import claim
from db.tables.incidents import incident
from db.tables.log import revision
from db.tables.reports import report

IN_CHUNK = 500


def dates(
    connection: Connection, organisation: str, report_id: str, incident_id: str
) -> tuple[str | None, str] | None:
    """Give when the report was published and when the incident began; None when either lacks."""
    row = connection.execute(
        sa.select(report.c.published, incident.c.occurred_start)
        .join_from(report, incident, report.c.organisation == incident.c.organisation)
        .where(report.c.organisation == organisation, report.c.id == report_id, incident.c.id == incident_id)
    ).one_or_none()
    return None if row is None else (row.published, row.occurred_start)


def incidents_of(connection: Connection, organisation: str, ids: Sequence[str]) -> dict[str, str]:
    """Give the incident of each of these claims that is here."""
    return {
        row.id: row.incident
        for row in connection.execute(
            sa.select(claim.c.id, claim.c.incident).where(
                claim.c.organisation == organisation, claim.c.id.in_(ids)
            )
        )
    }


def of_incident(connection: Connection, organisation: str, incident_id: str) -> list[tuple[str, int, str]]:
    """Give (id, sequence, content) of every claim about the incident, in the order of recording."""
    return of_incidents(connection, organisation, [incident_id])[incident_id]


def of_incidents(
    connection: Connection, organisation: str, incident_ids: Sequence[str]
) -> dict[str, list[tuple[str, int, str]]]:
    """Give (id, sequence, content) of every claim about each incident, in the order of recording.

    The sequence is that of the claim's first revision: a later correction of a word does not make it
    what its origin said last.
    """
    first = revision.alias("first")
    found: dict[str, list[tuple[str, int, str]]] = {id: [] for id in incident_ids}
    for start in range(0, len(incident_ids), IN_CHUNK):
        for row in connection.execute(
            sa.select(claim.c.incident, claim.c.id, first.c.seq, revision.c.content)
            .join_from(
                claim, revision, (revision.c.object == claim.c.id) & (revision.c.version == claim.c.version)
            )
            .join(first, (first.c.object == claim.c.id) & (first.c.version == 1))
            .where(
                claim.c.organisation == organisation,
                claim.c.incident.in_(incident_ids[start : start + IN_CHUNK]),
            )
            .order_by(first.c.seq)
        ):
            found[row.incident].append((row.id, row.seq, row.content))
    return found
