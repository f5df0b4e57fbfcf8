"""What is asked of victims and listings beside the common questions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db.tables.claims import claim, figure
from db.tables.log import log
from db.tables.reports import report
from db.tables.victims import listing, victim, victim_outcome
from domain.figures import Listing, ListReport


def incident_of(connection: Connection, organisation: str, victim_id: str) -> str:
    """Give the incident of a victim that is known to be there."""
    found: str = connection.execute(
        sa.select(victim.c.incident).where(victim.c.organisation == organisation, victim.c.id == victim_id)
    ).scalar_one()
    return found


def killed(connection: Connection, organisation: str, incident_id: str, *, besides: str | None) -> int:
    """Give how many of the incident's victims were killed; ``besides`` is left out."""
    outcome = sa.exists().where(victim_outcome.c.victim == victim.c.id, victim_outcome.c.outcome == "killed")
    found: int = connection.execute(
        sa.select(sa.func.count()).where(
            victim.c.organisation == organisation,
            victim.c.incident == incident_id,
            victim.c.id != (besides or ""),
            outcome,
        )
    ).scalar_one()
    return found


def most_said_killed(connection: Connection, organisation: str, incident_id: str) -> int | None:
    """Give the highest number of killed in the incident's claims.

    None when no claim has a number, or one says that more are possible.
    """
    row = connection.execute(
        sa.select(sa.func.max(figure.c.high), sa.func.max(figure.c.open))
        .join_from(claim, figure, figure.c.claim == claim.c.id)
        .where(
            claim.c.organisation == organisation,
            claim.c.incident == incident_id,
            figure.c.outcome == "killed",
        )
    ).one()
    return None if row[1] else row[0]


def of_external_id(
    connection: Connection, organisation: str, incident_id: str, external_id: str | None
) -> list[str]:
    """Give the incident's victims whom lists know by this id; none for None."""
    if external_id is None:
        return []
    return list(
        connection.execute(
            sa.select(victim.c.id).where(
                victim.c.organisation == organisation,
                victim.c.incident == incident_id,
                victim.c.external_id == external_id,
            )
        ).scalars()
    )


def by_external_id(connection: Connection, organisation: str, incident_id: str) -> dict[str, str]:
    """Give the incident's victims by the id that lists know them by."""
    return {
        row.external_id: row.id
        for row in connection.execute(
            sa.select(victim.c.external_id, victim.c.id).where(
                victim.c.organisation == organisation,
                victim.c.incident == incident_id,
                victim.c.external_id.is_not(None),
            )
        )
    }


def is_listed(connection: Connection, organisation: str, report_id: str, victim_id: str) -> bool:
    """Tell whether a report lists the person already."""
    query = sa.select(sa.literal(1)).where(
        listing.c.organisation == organisation, listing.c.victim == victim_id, listing.c.report == report_id
    )
    return connection.execute(query.limit(1)).first() is not None


def kind_of_report(connection: Connection, organisation: str, id: str) -> str | None:
    """Give the kind of a report, None where there is no such report."""
    found: str | None = connection.execute(
        sa.select(report.c.kind).where(report.c.organisation == organisation, report.c.id == id)
    ).scalar_one_or_none()
    return found


def with_listings(*columns: Any) -> sa.Select[Any]:
    """Give a query of these columns over victims, each with its listings, or with nulls where it has none.

    Joined from the left, for SQLite else walks all listings of the organisation.
    """
    return sa.select(*columns).join_from(
        victim,
        listing,
        (listing.c.organisation == victim.c.organisation) & (listing.c.victim == victim.c.id),
        isouter=True,
    )


def listings_of_incident(connection: Connection, organisation: str, incident_id: str) -> Iterator[Listing]:
    """Give every listing of the incident's victims."""
    rows = connection.execute(
        with_listings(
            listing.c.report,
            listing.c.victim,
            listing.c.outcome,
            listing.c.status,
            listing.c.sex,
            listing.c.age_low,
            listing.c.age_high,
        ).where(victim.c.organisation == organisation, victim.c.incident == incident_id)
    )
    return (Listing(*row) for row in rows if row.report is not None)


def has_lists(connection: Connection, organisation: str, incident_id: str) -> bool:
    """Tell whether persons of the incident stand on a list."""
    found = (
        sa.select(sa.literal(1))
        .select_from(victim)
        .join(listing, sa.and_(listing.c.organisation == organisation, listing.c.victim == victim.c.id))
        .where(victim.c.organisation == organisation, victim.c.incident == incident_id)
        .limit(1)
    )
    return connection.execute(found).first() is not None


def list_reports(connection: Connection, organisation: str, ids: Iterable[str]) -> dict[str, ListReport]:
    """Give these reports as lists: whose they are, the day they refer to, when they were recorded.

    The origin is that of the claim the report makes, else the report's own source; the sequence is
    the report's first, so that a later correction of its title does not make it newer.
    """
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    first = (
        sa.select(log.c.object, sa.func.min(log.c.seq).label("seq"))
        .where(log.c.organisation == organisation, log.c.object.in_(wanted))
        .group_by(log.c.object)
        .subquery()
    )
    origin = (
        sa.select(sa.func.min(claim.c.origin))
        .where(claim.c.organisation == report.c.organisation, claim.c.report == report.c.id)
        .scalar_subquery()
    )
    return {
        row.id: ListReport(row.id, row.origin or row.source, row.published, row.seq)
        for row in connection.execute(
            sa.select(report.c.id, report.c.source, report.c.published, first.c.seq, origin.label("origin"))
            .join(first, first.c.object == report.c.id)
            .where(report.c.organisation == organisation)
        )
    }
