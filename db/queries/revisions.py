"""What moved between two points of the log: facts opened and closed, and the acts that did it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db.queries.fact_selections import period_key
from db.sight import shown
from db.tables.assessments import assessment
from db.tables.assessments import fact as f
from db.tables.incidents import incident
from db.tables.log import log, revision

IN_CHUNK = 500

Asked = Sequence[Sequence[Any]]
"""The facts that a question sums, as ``fact_selections.ever_summed`` gives them."""


def moved(
    connection: Connection, organisation: str, asked: Asked, since: int, until: int, after: str, limit: int
) -> list[str]:
    """Give incidents with facts opened or closed in between, by id, those after ``after`` first."""
    closed = (f.c.valid_to > since, f.c.valid_to <= until)
    opened = (f.c.valid_from > since, f.c.valid_from <= until)
    found = sa.union(
        *(
            sa.select(f.c.incident).where(*conditions, *times, f.c.incident > after)
            for conditions in asked
            for times in (closed, opened)
        )
    ).subquery()
    query = sa.select(found.c.incident).order_by(found.c.incident).limit(limit)
    return list(connection.execute(query).scalars())


class Moved(NamedTuple):
    """What facts of one incident add to a question while they hold, from ``start`` until before ``end``."""

    incident: str
    start: int
    end: int
    period: str
    verification: str
    low: int
    high: int
    open: int


def rows(
    connection: Connection,
    organisation: str,
    asked: Asked,
    incidents: Sequence[str],
    since: int,
    until: int,
    unit: str,
) -> list[Moved]:
    """Give what the facts of these incidents add that hold at ``since``, at ``until`` or in between."""
    period = period_key(unit).label("period")
    keys = [f.c.incident, f.c.valid_from, f.c.valid_to, period, f.c.verification]
    found: list[Moved] = []
    for start in range(0, len(incidents), IN_CHUNK):
        for conditions in asked:
            query = (
                sa.select(*keys, sa.func.sum(f.c.low), sa.func.sum(f.c.high), sa.func.max(f.c.open))
                .where(
                    *conditions,
                    f.c.incident.in_(incidents[start : start + IN_CHUNK]),
                    f.c.valid_from <= until,
                    f.c.valid_to > since,
                )
                .group_by(*(sa.literal_column(str(place + 1)) for place in range(len(keys))))
            )
            found += [
                Moved(*row[:5], int(row[5]), int(row[6]), int(row[7])) for row in connection.execute(query)
            ]
    return found


class ByReason(NamedTuple):
    """What the acts with one reason added to the sums, and how many incidents they moved."""

    reason_code: str | None
    first: bool
    low: int
    high: int
    incidents: int


def by_reason(
    connection: Connection,
    organisation: str,
    asked: Asked,
    since: int,
    until: int,
    counted: Sequence[str] | None,
) -> list[ByReason]:
    """Give what the acts after ``since`` and up to ``until`` added, by the reason their entry carries.

    ``counted`` are the verification states that the question's own interval sums, None for all. ``first``
    tells an incident's first assessment from an act that carries no reason.
    """
    parts = []
    summed = [] if counted is None else [f.c.verification.in_(counted)]
    for conditions in asked:
        for column, sign in ((f.c.valid_from, 1), (f.c.valid_to, -1)):
            parts.append(
                sa.select(
                    f.c.incident,
                    column.label("seq"),
                    (f.c.low * sign).label("low"),
                    (f.c.high * sign).label("high"),
                ).where(*conditions, *summed, column > since, column <= until)
            )
    step = sa.union_all(*parts).subquery()
    first = sa.case((assessment.c.id.is_not(None) & assessment.c.supersedes.is_(None), 1), else_=0)
    query = (
        sa.select(
            log.c.reason_code,
            first,
            sa.func.sum(step.c.low),
            sa.func.sum(step.c.high),
            sa.func.count(sa.distinct(step.c.incident)),
        )
        .join_from(step, log, (log.c.organisation == organisation) & (log.c.seq == step.c.seq))
        .join(
            assessment,
            (assessment.c.organisation == organisation) & (assessment.c.id == log.c.object),
            isouter=True,
        )
        .group_by(sa.literal_column("1"), sa.literal_column("2"))
    )
    return [
        ByReason(row[0], bool(row[1]), int(row[2]), int(row[3]), row[4]) for row in connection.execute(query)
    ]


class Act(NamedTuple):
    """An act that moved facts: its entry, and the assessment it put in force, where it was one."""

    seq: int
    at: str
    action: str
    object: str
    reason_code: str | None
    note: str | None
    incident: str | None
    """The incident of the assessment that the act put in force."""
    about: str | None
    """The incident that the act is on, or that its assessment is about."""
    incident_code: str | None
    policy: str | None
    policy_version: str | None
    supersedes: str | None
    policy_before: str | None
    version_before: str | None


def acts(connection: Connection, organisation: str, seqs: Iterable[int]) -> dict[int, Act]:
    """Give the acts at these log sequences."""
    wanted = sorted(set(seqs))
    before = assessment.alias()
    found: dict[int, Act] = {}
    for start in range(0, len(wanted), IN_CHUNK):
        query = (
            sa.select(
                log.c.seq,
                log.c.at,
                log.c.action,
                shown(log.c.object),
                log.c.reason_code,
                revision.c.reason,
                assessment.c.incident,
                incident.c.id,
                incident.c.code,
                assessment.c.policy,
                assessment.c.policy_version,
                assessment.c.supersedes,
                before.c.policy,
                before.c.policy_version,
            )
            .join_from(
                log,
                revision,
                (revision.c.organisation == log.c.organisation) & (revision.c.seq == log.c.seq),
            )
            .join(
                assessment,
                (assessment.c.organisation == log.c.organisation) & (assessment.c.id == log.c.object),
                isouter=True,
            )
            .join(
                incident,
                (incident.c.organisation == log.c.organisation)
                & (incident.c.id == sa.func.coalesce(assessment.c.incident, log.c.object)),
                isouter=True,
            )
            .join(
                before,
                (before.c.organisation == log.c.organisation) & (before.c.id == assessment.c.supersedes),
                isouter=True,
            )
            .where(log.c.organisation == organisation, log.c.seq.in_(wanted[start : start + IN_CHUNK]))
        )
        found.update((row[0], Act(*tuple(row))) for row in connection.execute(query))
    return found


def instants(connection: Connection, organisation: str, seqs: Iterable[int]) -> dict[int, str]:
    """Give when the entries at these log sequences were written."""
    query = sa.select(log.c.seq, log.c.at).where(
        log.c.organisation == organisation, log.c.seq.in_(sorted(set(seqs)))
    )
    return {row.seq: row.at for row in connection.execute(query)}
