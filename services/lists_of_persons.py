"""The lists of an incident's persons: what each holds, what a release changed, who stands on which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from db.engine import Connection
from db.kinds import INCIDENT
from db.queries import keyset, reports, victims, voices
from db.queries import lists_of_persons as queries
from db.queries.lists_of_persons import ChangedListing, Changes
from domain.access import Actor, require
from domain.errors import Fault, Malformed, NotFound
from domain.figures import ListReport
from domain.releases import Change, one_before, replaced
from domain.supersession import in_order
from services import records

MOST_LISTS = 200
"""Columns of a list-membership matrix."""


@dataclass(frozen=True, slots=True)
class ListOfPersons:
    """A list that names persons of an incident.

    ``before`` is the list of the same origin before it, ``replaced_by`` the newest where it is not that
    itself. ``without_id`` are listings that have no external id.
    """

    report: str
    title: str | None
    origin: str
    origin_name: str | None
    """None where the origin is confidential; so is the title then."""
    as_of: str | None
    persons: int
    listings: int
    without_id: int
    before: str | None
    replaced_by: str | None


@dataclass(frozen=True, slots=True)
class Membership:
    """Who stands on which list: for each pattern of columns how many persons have exactly it.

    ``patterns`` are in descending order, so that the rows of a matrix have one order whatever was recorded
    when. ``on_none`` are persons on no list that has a column: withdrawn by their origin.
    """

    columns: tuple[ListOfPersons, ...]
    labels: tuple[str, ...]
    patterns: tuple[tuple[tuple[bool, ...], int], ...]
    on_none: int

    @property
    def persons(self) -> int:
        """Give how many persons stand on at least one of the lists."""
        return sum(number for _, number in self.patterns)


def check_named(found: Membership) -> None:
    """Raise NotFound where no list names anybody: a matrix without columns is no matrix."""
    if not found.columns:
        raise NotFound("No list names a person of this incident, so there is no matrix.")


def of_incident(connection: Connection, actor: Actor, incident: str) -> list[ListOfPersons]:
    """Give the lists that name persons of an incident, earliest first. Raises NotFound."""
    require(actor, "record.read")
    records.read(connection, actor, INCIDENT, incident)
    sizes = {one.report: one for one in queries.sizes(connection, actor.organisation, incident)}
    known = victims.list_reports(connection, actor.organisation, sizes)
    unnamed = _unnamed(connection, actor, known)
    speakers = voices.speakers(connection, actor.organisation, {one.origin for one in known.values()})
    items = voices.items(connection, actor.organisation, known)
    gone = replaced(known.values(), unnamed)
    found = []
    for one in in_order(known.values()):
        size, name = sizes[one.id], speakers[one.origin].name
        found.append(
            ListOfPersons(
                one.id,
                items[one.id].title if name is not None else None,
                one.origin,
                name,
                one.as_of,
                size.persons,
                size.listings,
                size.without_id,
                one_before(known.values(), unnamed, one.id),
                gone.get(one.id),
            )
        )
    return found


def _unnamed(connection: Connection, actor: Actor, lists: Mapping[str, ListReport]) -> frozenset[str]:
    origins = {one.origin for one in lists.values()}
    sources = reports.sources_of(connection, actor.organisation, origins)
    return frozenset(id for id, source in sources.items() if not source.named)


def _one_before(connection: Connection, actor: Actor, incident: str, report: str) -> str | None:
    """Give the list of the same origin before this one. Raises NotFound unless it lists anybody."""
    require(actor, "record.read")
    records.read(connection, actor, INCIDENT, incident)
    ids = queries.lists_naming(connection, actor.organisation, incident)
    if report not in ids:
        raise NotFound("This report lists no person of the incident.")
    known = victims.list_reports(connection, actor.organisation, ids)
    return one_before(known.values(), _unnamed(connection, actor, known), report)


def changes(connection: Connection, actor: Actor, incident: str, report: str) -> tuple[str | None, Changes]:
    """Give the list before of the same origin and how many persons this one added, removed and changed.

    Raises NotFound for the incident, and where the report lists no person of it.
    """
    before = _one_before(connection, actor, incident, report)
    return before, queries.changes(connection, actor.organisation, incident, report, before)


def changed_listings(
    connection: Connection,
    actor: Actor,
    incident: str,
    report: str,
    before: str | None,
    wanted: Sequence[Change],
    after: Sequence[Any] | None,
    limit: int,
) -> tuple[list[ChangedListing], list[Any] | None]:
    """Give a page of the listings behind ``changes``, against the list that it gave, and where to go on."""
    require(actor, "record.read")
    listed = queries.changed(actor.organisation, incident, report, before, wanted)
    rows, following = keyset.page(connection, listed, after, limit)
    return [queries.changed_listing(row) for row in rows], following


def membership(connection: Connection, actor: Actor, incident: str, *, by_origin: bool = False) -> Membership:
    """Give who stands on which list of an incident: what multiple-systems estimation starts from.

    A column is a list, or with ``by_origin`` the list of each origin that stands now. Nobody is named.

    Raises NotFound, and Malformed where there are more than ``MOST_LISTS`` columns.
    """
    lists = of_incident(connection, actor, incident)
    columns = [one for one in lists if not by_origin or one.replaced_by is None]
    if len(columns) > MOST_LISTS:
        detail = f"The incident has more than {MOST_LISTS} lists; ask with by=origin."
        raise Malformed(
            "A parameter cannot be used.",
            code="invalid-parameter",
            faults=[Fault("by", "out-of-range", detail)],
        )
    ids = [one.report for one in columns]
    counts = queries.membership(connection, actor.organisation, incident, ids)
    everybody = queries.persons_listed(connection, actor.organisation, incident)
    return Membership(
        tuple(columns),
        tuple(_labels(columns)),
        tuple(sorted(counts.items(), reverse=True)),
        everybody - sum(counts.values()),
    )


def _labels(columns: Sequence[ListOfPersons]) -> list[str]:
    """Give each list a name of its own: whose it is, its day where one origin has several."""
    names = [
        f"source {place}" if one.origin_name is None else one.origin_name
        for place, one in enumerate(columns, 1)
    ]
    several = Counter(names)
    dated = [
        f"{name} {one.as_of}" if several[name] > 1 and one.as_of else name
        for name, one in zip(names, columns, strict=True)
    ]
    taken: Counter[str] = Counter()
    found = []
    for label in dated:
        taken[label] += 1
        found.append(label if taken[label] == 1 else f"{label} ({taken[label]})")
    return found
