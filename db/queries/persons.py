"""Named persons as evidence for a count (R11): how many of which description, and their dated outcomes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db.queries.victims import with_listings
from db.tables.reports import report
from db.tables.victims import listing, victim, victim_outcome
from domain.drafts import OutcomeDraft

_ONLY, _SECOND = victim_outcome.alias("only_outcome"), victim_outcome.alias("second_outcome")


class Described(NamedTuple):
    """How many persons (``number``) of an incident have one description; ``age_low`` None is not known."""

    incident: str
    outcome: str
    status: str
    sex: str
    age_low: int | None
    age_high: int | None
    number: int


class WithOutcomes(NamedTuple):
    """One person with dated outcomes, in the order of entry."""

    incident: str
    id: str
    status: str
    sex: str
    age_low: int | None
    age_high: int | None
    outcomes: list[OutcomeDraft]


def of_one_outcome(
    connection: Connection,
    organisation: str,
    incidents: Sequence[str],
    withdrawn: Collection[str] = (),
    rejected: Collection[str] = (),
) -> list[Described]:
    """Give how many persons with a single outcome each of some hundred incidents has, by description.

    Who stands only on lists in ``withdrawn`` is left out, and so is who is ``rejected``.
    """
    v = victim.c
    description = (v.incident, _ONLY.c.outcome, v.status, v.sex, v.age_low, v.age_high)
    rows = connection.execute(
        sa.select(*description, sa.func.count())
        .join_from(victim, _ONLY, (_ONLY.c.victim == v.id) & (_ONLY.c.position == 0))
        .where(
            v.organisation == organisation,
            v.incident.in_(incidents),
            ~_several(),
            *_standing(withdrawn, rejected),
        )
        .group_by(*description)
    )
    return [Described(*row) for row in rows]


def of_several_outcomes(
    connection: Connection,
    organisation: str,
    incidents: Sequence[str],
    withdrawn: Collection[str] = (),
    rejected: Collection[str] = (),
) -> Iterator[WithOutcomes]:
    """Give each person with more than one outcome.

    Who stands only on lists in ``withdrawn`` is left out, and so is who is ``rejected``.
    """
    return _with_outcomes(
        connection,
        victim.c.organisation == organisation,
        victim.c.incident.in_(incidents),
        _several(),
        *_standing(withdrawn, rejected),
    )


def with_dated_outcomes(
    connection: Connection, organisation: str, incidents: Sequence[str]
) -> Iterator[WithOutcomes]:
    """Give each person one of whose outcomes has a day."""
    o = victim_outcome.alias("dated_outcome")
    dated = sa.exists().where(
        o.c.victim == victim.c.id,
        o.c.start.is_not(None) | o.c.end.is_not(None) | o.c.recognised.is_not(None),
    )
    return _with_outcomes(
        connection, victim.c.organisation == organisation, victim.c.incident.in_(incidents), dated
    )


def of_incident(
    connection: Connection, organisation: str, incident: str, withdrawn: Collection[str] = ()
) -> Iterator[WithOutcomes]:
    """Give each person of an incident with an outcome.

    Who stands only on lists in ``withdrawn`` is left out.
    """
    return _with_outcomes(
        connection,
        victim.c.organisation == organisation,
        victim.c.incident == incident,
        *_standing(withdrawn, ()),
    )


def _several() -> sa.Exists:
    return sa.exists().where(_SECOND.c.victim == victim.c.id, _SECOND.c.position == 1)


def _standing(withdrawn: Collection[str], rejected: Collection[str]) -> list[Any]:
    """Give the conditions that somebody is not rejected, and on no list at all or on one not withdrawn."""
    found: list[Any] = [victim.c.id.not_in(sorted(rejected))] if rejected else []
    if not withdrawn:
        return found
    of_person = (listing.c.organisation == victim.c.organisation, listing.c.victim == victim.c.id)
    return [
        *found,
        ~sa.exists().where(*of_person)
        | sa.exists().where(*of_person, listing.c.report.not_in(sorted(withdrawn))),
    ]


def _with_outcomes(connection: Connection, *conditions: Any) -> Iterator[WithOutcomes]:
    v, o = victim.c, victim_outcome.c
    rows = connection.execute(
        sa.select(
            v.incident, v.id, v.status, v.sex, v.age_low, v.age_high, o.outcome, o.start, o.end, o.recognised
        )
        .join_from(victim, victim_outcome, o.victim == v.id)
        .where(*conditions)
        .order_by(v.id, o.position)
    )
    person: WithOutcomes | None = None
    for row in rows:
        if person is None or person.id != row.id:
            if person is not None:
                yield person
            person = WithOutcomes(*row[:6], outcomes=[])
        said = OutcomeDraft(outcome=row.outcome, start=row.start, end=row.end, recognised=row.recognised)
        person.outcomes.append(said)
    if person is not None:
        yield person


def several_lists(connection: Connection, organisation: str) -> bool:
    """Tell whether the organisation has more than one list, so that one could replace another."""
    found = connection.execute(
        sa.select(report.c.id).where(report.c.organisation == organisation, report.c.kind == "list").limit(2)
    ).all()
    return len(found) > 1


def lists_of(connection: Connection, organisation: str, incidents: Sequence[str]) -> dict[str, set[str]]:
    """Give the ids of the lists that name persons of each incident; an incident without one is left out.

    A list is a report of that kind: an article that names some of the dead does not claim to name all.
    """
    rows = connection.execute(
        with_listings(victim.c.incident, listing.c.report)
        .where(victim.c.organisation == organisation, victim.c.incident.in_(incidents))
        .distinct()
    ).all()
    kinds = _of_kind_list(connection, organisation, {row.report for row in rows if row.report is not None})
    found: dict[str, set[str]] = {}
    for row in rows:
        if row.report in kinds:
            found.setdefault(row.incident, set()).add(row.report)
    return found


def _of_kind_list(connection: Connection, organisation: str, ids: Collection[str]) -> set[str]:
    wanted = sorted(ids)
    found: set[str] = set()
    for start in range(0, len(wanted), 500):
        found.update(
            connection.execute(
                sa.select(report.c.id).where(
                    report.c.organisation == organisation,
                    report.c.kind == "list",
                    report.c.id.in_(wanted[start : start + 500]),
                )
            ).scalars()
        )
    return found
