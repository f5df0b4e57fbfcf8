"""The lists of an incident's persons: their sizes, what a release changed, and who stands on which."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db.queries.keyset import Keyset
from db.queries.victims import with_listings
from db.tables.reports import report
from db.tables.victims import listing, victim
from db.types import Big
from domain.releases import Change

_LAST_ROW = 2**31 - 1
"""Where a listing without a row number stands in the order."""
_BITS = 50
"""Lists that one mask tells apart: sums of their bits stay exact in 64 bits."""


class ListSize(NamedTuple):
    """A report that lists persons of an incident."""

    report: str
    title: str
    persons: int
    listings: int
    without_id: int
    """Listings without an external id."""


def sizes(connection: Connection, organisation: str, incident: str) -> list[ListSize]:
    """Give each report that lists persons of the incident, with how many."""
    counted = (
        with_listings(
            listing.c.report,
            sa.func.count(listing.c.victim.distinct()).label("persons"),
            sa.func.count(listing.c.id).label("listings"),
            (sa.func.count(listing.c.id) - sa.func.count(listing.c.external_id)).label("without_id"),
        )
        .where(victim.c.organisation == organisation, victim.c.incident == incident)
        .group_by(listing.c.report)
        .subquery()
    )
    rows = connection.execute(
        sa.select(report.c.id, report.c.title, counted.c.persons, counted.c.listings, counted.c.without_id)
        .join_from(counted, report, report.c.id == counted.c.report)
        .where(report.c.organisation == organisation)
        .order_by(report.c.id)
    )
    return [ListSize(*row) for row in rows]


def lists_naming(connection: Connection, organisation: str, incident: str) -> set[str]:
    """Give the ids of the reports that list persons of the incident."""
    rows = connection.execute(
        with_listings(listing.c.report)
        .where(victim.c.organisation == organisation, victim.c.incident == incident)
        .distinct()
    )
    return {row.report for row in rows if row.report is not None}


def persons_listed(connection: Connection, organisation: str, incident: str) -> int:
    """Give how many persons of the incident any report lists."""
    found: int = connection.execute(
        sa.select(sa.func.count()).where(
            victim.c.organisation == organisation,
            victim.c.incident == incident,
            sa.exists().where(
                listing.c.organisation == victim.c.organisation, listing.c.victim == victim.c.id
            ),
        )
    ).scalar_one()
    return found


class Changes(NamedTuple):
    """How many persons a list added, removed and changed against another."""

    added: int
    removed: int
    changed: int
    unchanged: int
    age: int
    sex: int
    status: int
    outcome: int
    without_id_before: int
    without_id: int


class ListingOf(NamedTuple):
    """What one list says of a person, and where."""

    listing: str
    outcome: str
    status: str
    sex: str
    age_low: int | None
    age_high: int | None


class ChangedListing(NamedTuple):
    """One person whom a list added, removed or changed."""

    change: str
    victim: str
    before: ListingOf | None
    now: ListingOf | None


_NOW, _BEFORE = listing.alias("now"), listing.alias("before")


def _first(one: Any) -> Any:
    """Give the condition that a listing is the person's first on its list, should it name one twice."""
    twin = listing.alias(f"{one.name}_twin")
    return ~sa.exists().where(
        twin.c.organisation == one.c.organisation,
        twin.c.victim == one.c.victim,
        twin.c.report == one.c.report,
        sa.tuple_(_row(twin), twin.c.id) < sa.tuple_(_row(one), one.c.id),
    )


def _row(one: Any) -> Any:
    return sa.func.coalesce(one.c.row, _LAST_ROW)


def _against(
    columns: Sequence[Any], one: Any, on: str, other: Any, against: str | None, incident: str
) -> Any:
    """Give a query over the persons of an incident on one list, each with what the other says, or null."""
    return (
        sa.select(*columns)
        .join_from(one, victim, victim.c.id == one.c.victim)
        .join(
            other,
            (other.c.organisation == one.c.organisation)
            & (other.c.victim == one.c.victim)
            & (other.c.report == (against or ""))
            & _first(other),
            isouter=True,
        )
        .where(one.c.report == on, victim.c.incident == incident, _first(one))
    )


def _differences() -> dict[str, Any]:
    age = _NOW.c.age_low.is_distinct_from(_BEFORE.c.age_low) | _NOW.c.age_high.is_distinct_from(
        _BEFORE.c.age_high
    )
    return {"age": age, **{name: _NOW.c[name] != _BEFORE.c[name] for name in ("sex", "status", "outcome")}}


def changes(
    connection: Connection, organisation: str, incident: str, report_id: str, earlier: str | None
) -> Changes:
    """Give what a list of an incident changed against an earlier one; against none, it added everybody.

    Persons are the same where their listings are linked to the same victim, which an import does by
    exact external id. A listing without an id that is linked to nobody of the other list is
    counted apart: whether it was added or only written anew is not known.
    """
    differs = _differences()

    def ones(condition: Any) -> Any:
        return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)

    def alone(one: Any, other: Any) -> list[Any]:
        missing = other.c.id.is_(None)
        return [
            ones(missing & one.c.external_id.is_not(None)),
            ones(missing & one.c.external_id.is_(None)),
        ]

    both = _BEFORE.c.id.is_not(None)
    columns = [
        *alone(_NOW, _BEFORE),
        ones(both),
        ones(both & sa.or_(*differs.values())),
        *(ones(both & one) for one in differs.values()),
    ]
    now = connection.execute(
        _against(columns, _NOW, report_id, _BEFORE, earlier, incident).where(
            _NOW.c.organisation == organisation
        )
    ).one()
    before = connection.execute(
        _against(alone(_BEFORE, _NOW), _BEFORE, earlier or "", _NOW, report_id, incident).where(
            _BEFORE.c.organisation == organisation
        )
    ).one()
    added, without_id, in_both, changed, age, sex, status, outcome = now
    removed, without_id_before = before
    return Changes(
        added,
        removed,
        changed,
        in_both - changed,
        age,
        sex,
        status,
        outcome,
        without_id_before,
        without_id,
    )


def changed(
    organisation: str, incident: str, report_id: str, earlier: str | None, wanted: Sequence[Change]
) -> Keyset:
    """Give the list of what a list added, removed and changed; ``changed_listing`` reads its rows.

    Added ones come first, then removed ones, then changed ones, each in the order of its list's rows.
    """
    added = _against(_said(Change.ADDED, _NOW, None), _NOW, report_id, _BEFORE, earlier, incident)
    changed = _against(_said(Change.CHANGED, _NOW, _BEFORE), _NOW, report_id, _BEFORE, earlier, incident)
    removed = _against(
        _said(Change.REMOVED, None, _BEFORE), _BEFORE, earlier or "", _NOW, report_id, incident
    )
    parts = {
        Change.ADDED: added.where(
            _NOW.c.organisation == organisation, _BEFORE.c.id.is_(None), _NOW.c.external_id.is_not(None)
        ),
        Change.REMOVED: removed.where(
            _BEFORE.c.organisation == organisation, _NOW.c.id.is_(None), _BEFORE.c.external_id.is_not(None)
        ),
        Change.CHANGED: changed.where(
            _NOW.c.organisation == organisation,
            _BEFORE.c.id.is_not(None),
            sa.or_(*_differences().values()),
        ),
    }
    found = sa.union_all(*(parts[change] for change in Change if change in wanted)).subquery()
    return Keyset(sa.select(found), (found.c.rank, found.c.row, found.c.id))


def changed_listing(row: Any) -> ChangedListing:
    """Give a row of ``changed`` as what it says."""
    return ChangedListing(
        list(Change)[row.rank].value,
        row.victim,
        None if row.before_id is None else ListingOf(*row[10:]),
        None if row.now_id is None else ListingOf(*row[4:10]),
    )


_SAID = ("id", "outcome", "status", "sex", "age_low", "age_high")


def _said(change: Change, now: Any, before: Any) -> list[Any]:
    ordered = before if now is None else now
    columns = [
        sa.literal(list(Change).index(change)).label("rank"),
        _row(ordered).label("row"),
        ordered.c.id.label("id"),
        ordered.c.victim.label("victim"),
    ]
    for side, found in (("now", now), ("before", before)):
        columns += [
            (sa.cast(sa.null(), listing.c[name].type) if found is None else found.c[name]).label(
                f"{side}_{name}"
            )
            for name in _SAID
        ]
    return columns


def membership(
    connection: Connection, organisation: str, incident: str, lists: Sequence[str]
) -> dict[tuple[bool, ...], int]:
    """Give how many persons of the incident stand on exactly which of the lists, by pattern.

    A pattern has one truth a list, in their order. Who stands on none of them is not counted.
    """
    if not lists:
        return {}
    on = (
        with_listings(listing.c.victim, listing.c.report)
        .where(victim.c.organisation == organisation, victim.c.incident == incident)
        .distinct()
        .subquery("standing")
    )
    chunks = [lists[start : start + _BITS] for start in range(0, len(lists), _BITS)]
    masks = [
        sa.cast(
            sa.func.sum(
                sa.case(
                    *((on.c.report == one, sa.literal(1 << bit, Big)) for bit, one in enumerate(chunk)),
                    else_=0,
                )
            ),
            Big,
        ).label(f"mask{number}")
        for number, chunk in enumerate(chunks)
    ]
    person = sa.select(*masks).group_by(on.c.victim).subquery("person")
    rows = connection.execute(sa.select(*person.c, sa.func.count()).group_by(*person.c))
    found = {
        tuple(
            bool(mask >> bit & 1)
            for mask, chunk in zip(row[:-1], chunks, strict=True)
            for bit in range(len(chunk))
        ): row[-1]
        for row in rows
    }
    # Other lists and no list give the pattern of nobody; a condition on lists would undo the left join.
    found.pop((False,) * len(lists), None)
    return found
