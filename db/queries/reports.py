"""What is asked of reports beside the common questions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db.tables.claims import claim, figure
from db.tables.reports import report, report_citation
from db.tables.sources import source
from db.tables.victims import listing, victim
from domain.figures import ReportNode, Source


def with_address(connection: Connection, organisation: str, url_key: str) -> list[str]:
    """Give the ids of the reports with this address, oldest first."""
    return list(
        connection.execute(
            sa.select(report.c.id)
            .where(report.c.organisation == organisation, report.c.url_key == url_key)
            .order_by(report.c.seq)
        ).scalars()
    )


def published(connection: Connection, organisation: str, id: str) -> str | None:
    """Give the day a report was published, where it is known."""
    day: str | None = connection.execute(
        sa.select(report.c.published).where(report.c.organisation == organisation, report.c.id == id)
    ).scalar_one_or_none()
    return day


def citation_graph(connection: Connection, organisation: str, ids: Iterable[str]) -> dict[str, ReportNode]:
    """Give these reports and all that they cite, followed to the end."""
    nodes: dict[str, ReportNode] = {}
    wanted = set(ids)
    while wanted:
        batch = sorted(wanted)[:500]
        sources = {
            row.id: row.source
            for row in connection.execute(
                sa.select(report.c.id, report.c.source).where(
                    report.c.organisation == organisation, report.c.id.in_(batch)
                )
            )
        }
        cited: dict[str, tuple[list[str], list[str]]] = {id: ([], []) for id in sources}
        for row in connection.execute(
            sa.select(report_citation)
            .where(report_citation.c.report.in_(batch))
            .order_by(report_citation.c.report, report_citation.c.position)
        ):
            if row.cited_report is not None:
                cited[row.report][0].append(row.cited_report)
            else:
                cited[row.report][1].append(row.cited_source)
        for id, of in sources.items():
            nodes[id] = ReportNode(id, of, tuple(cited[id][0]), tuple(cited[id][1]))
        wanted -= set(batch)
        wanted |= {c for id in sources for c in cited[id][0] if c not in nodes}
    return nodes


def sources_of(connection: Connection, organisation: str, ids: Iterable[str]) -> dict[str, Source]:
    """Give these sources as the rules see them."""
    wanted = sorted(set(ids))
    found: dict[str, Source] = {}
    for start in range(0, len(wanted), 500):
        for row in connection.execute(
            sa.select(source.c.id, source.c.kind, source.c.named, source.c.side, source.c.reliability).where(
                source.c.organisation == organisation, source.c.id.in_(wanted[start : start + 500])
            )
        ):
            found[row.id] = Source(row.id, row.kind, row.named, row.side, row.reliability)
    return found


def incidents_resting_on_party(connection: Connection, organisation: str, code: str) -> list[str]:
    """Give the incidents whose claims rest on a source that speaks for the party, or count its losses."""
    speaking = sa.select(source.c.id).where(source.c.organisation == organisation, source.c.side == code)
    own = sa.select(report.c.id).where(report.c.organisation == organisation, report.c.source.in_(speaking))
    counting = sa.select(figure.c.claim).where(figure.c.organisation == organisation, figure.c.party == code)
    return sorted(
        {
            *_of_claims(connection, organisation, claim.c.origin.in_(speaking)),
            *_of_claims(connection, organisation, claim.c.said_party == code),
            *_of_claims(connection, organisation, claim.c.id.in_(counting)),
            *_resting(connection, organisation, own),
        }
    )


def incidents_resting_on_source(connection: Connection, organisation: str, id: str) -> list[str]:
    """Give the incidents of which a claim or a listing goes back to the source, directly or as a report's."""
    own = sa.select(report.c.id).where(report.c.organisation == organisation, report.c.source == id)
    return sorted(
        {
            *_of_claims(connection, organisation, claim.c.origin == id),
            *_resting(connection, organisation, own),
        }
    )


def leading_to(connection: Connection, organisation: str, id: str) -> set[str]:
    """Give the report and every report that cites it, or cites one that does."""
    found, following = {id}, [id]
    while following:
        batch, following = following[:500], following[500:]
        citing = connection.execute(
            sa.select(report_citation.c.report)
            .join_from(report_citation, report, report.c.id == report_citation.c.report)
            .where(report.c.organisation == organisation, report_citation.c.cited_report.in_(batch))
            .distinct()
        ).scalars()
        new = set(citing) - found
        found |= new
        following += sorted(new)
    return found


def incidents_resting_on_reports(connection: Connection, organisation: str, ids: Iterable[str]) -> list[str]:
    """Give the incidents of which a claim or a listing stands in one of the reports."""
    wanted = sorted(set(ids))
    return sorted(
        {
            incident
            for start in range(0, len(wanted), 500)
            for incident in _resting(connection, organisation, wanted[start : start + 500])
        }
    )


def _resting(connection: Connection, organisation: str, reports: Any) -> set[str]:
    listed = connection.execute(
        sa.select(victim.c.incident)
        .join_from(
            listing,
            victim,
            (victim.c.organisation == listing.c.organisation) & (victim.c.id == listing.c.victim),
        )
        .where(listing.c.organisation == organisation, listing.c.report.in_(reports))
        .distinct()
    ).scalars()
    return {*listed, *_of_claims(connection, organisation, claim.c.report.in_(reports))}


def _of_claims(connection: Connection, organisation: str, condition: Any) -> set[str]:
    return set(
        connection.execute(
            sa.select(claim.c.incident).where(claim.c.organisation == organisation, condition).distinct()
        ).scalars()
    )
