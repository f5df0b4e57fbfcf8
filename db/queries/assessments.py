"""What is asked of assessments beside the common questions."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db.tables.assessments import assessment
from db.tables.imports import import_key
from db.tables.incidents import incident


def in_force(connection: Connection, organisation: str, incidents: Sequence[str]) -> dict[str, str]:
    """Give the approved assessment of each of these incidents that has one."""
    return _by_incident(connection, organisation, incidents, "approved")


def proposed(connection: Connection, organisation: str, incidents: Sequence[str]) -> dict[str, str]:
    """Give the newest proposed assessment of each of these incidents that has one."""
    return _by_incident(connection, organisation, incidents, "proposed")


def _by_incident(
    connection: Connection, organisation: str, incidents: Sequence[str], state: str
) -> dict[str, str]:
    found: dict[str, str] = {}
    for start in range(0, len(incidents), 500):
        for row in connection.execute(
            sa.select(assessment.c.incident, assessment.c.id)
            .where(
                assessment.c.organisation == organisation,
                assessment.c.state == state,
                assessment.c.incident.in_(incidents[start : start + 500]),
            )
            .order_by(assessment.c.seq)
        ):
            found[row.incident] = row.id
    return found


def proposed_of_run(connection: Connection, organisation: str, run: str) -> list[str]:
    """Give the proposed assessments of the incidents that an import run stored."""
    return list(
        connection.execute(
            sa.select(assessment.c.id)
            .where(
                assessment.c.organisation == organisation,
                assessment.c.state == "proposed",
                assessment.c.incident.in_(
                    sa.select(import_key.c.object).where(
                        import_key.c.organisation == organisation, import_key.c.run == run
                    )
                ),
            )
            .order_by(assessment.c.seq)
        ).scalars()
    )


def parents(connection: Connection, organisation: str, incidents: Sequence[str]) -> dict[str, str | None]:
    """Give the parent of each of these incidents."""
    found: dict[str, str | None] = {}
    for start in range(0, len(incidents), 500):
        for row in connection.execute(
            sa.select(incident.c.id, incident.c.parent).where(
                incident.c.organisation == organisation,
                incident.c.id.in_(incidents[start : start + 500]),
            )
        ):
            found[row.id] = row.parent
    return found


def with_children(connection: Connection, organisation: str, incidents: Sequence[str]) -> set[str]:
    """Give those of these incidents that have others below them."""
    found: set[str] = set()
    for start in range(0, len(incidents), 500):
        found.update(
            connection.execute(
                sa.select(incident.c.parent)
                .where(
                    incident.c.organisation == organisation,
                    incident.c.parent.in_(incidents[start : start + 500]),
                )
                .distinct()
            ).scalars()
        )
    return found
