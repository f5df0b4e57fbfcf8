"""What was published at a point of the log: as two people agreed on it, whatever was recorded since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from db.canonical import parse
from db.engine import Connection
from db.queries import publications as queries
from db.queries import records_then
from db.sight import whole
from domain.publishing import rendered
from domain.vocab import PublicationState


@dataclass(frozen=True, slots=True)
class Published:
    """An incident as it was public: its document, its facts, and whether sums count them (R7)."""

    document: dict[str, Any]
    facts: list[dict[str, Any]]
    counted: bool


def published_at(
    connection: Connection, organisation: str, seq: int, days: tuple[str | None, str | None]
) -> list[Published]:
    """Give what was public at a log sequence of incidents that lie wholly within days (None: no bound).

    Of the record beside it the tree alone is read, as it stood then: it says what counts in what. An incident
    above counts for one below it where both are given. Ordered by first day and id.
    """
    with whole(connection):  # what is public is not one reader's
        ids = queries.ever_public(connection, organisation)
        found = [one for one in _public_then(connection, organisation, seq, ids) if _within(one, days)]
        above = _above(connection, organisation, seq, [one["incident"] for one in found])
    owner = queries.organisation_of(connection, organisation)
    among = {one["incident"] for one in found}
    return sorted(
        (
            Published(
                rendered(one["document"], owner, one["published_at"]),
                one["facts"],
                not among & above[one["incident"]],
            )
            for one in found
        ),
        key=lambda one: (one.document["occurred"]["start"], one.document["id"]),
    )


def was_public(
    connection: Connection, organisation: str, incident: str, seq: int, days: tuple[str | None, str | None]
) -> bool:
    """Tell whether ``published_at`` gives an incident."""
    with whole(connection):
        ids = queries.ever_public(connection, organisation, incident)
        return any(_within(one, days) for one in _public_then(connection, organisation, seq, ids))


def _public_then(
    connection: Connection, organisation: str, seq: int, ids: Iterable[str]
) -> list[dict[str, Any]]:
    then = map(parse, records_then.contents(connection, organisation, ids, seq).values())
    return [one for one in then if one["state"] == PublicationState.PUBLISHED]


def _within(one: Mapping[str, Any], days: tuple[str | None, str | None]) -> bool:
    start, end = days
    occurred = one["document"]["occurred"]
    return (start is None or occurred["start"] >= start) and (end is None or occurred["end"] <= end)


def _above(connection: Connection, organisation: str, seq: int, incidents: list[str]) -> dict[str, set[str]]:
    """Give the incidents above each of these, at a log sequence."""
    parents: dict[str, str | None] = {}
    unknown = set(incidents)
    while unknown:
        contents = records_then.contents(connection, organisation, unknown, seq)
        parents.update(dict.fromkeys(unknown))
        parents.update({id: parse(content)["parent"] for id, content in contents.items()})
        unknown = {one for one in parents.values() if one is not None} - parents.keys()
    found: dict[str, set[str]] = {}
    for one in incidents:
        above: set[str] = set()
        parent = parents[one]
        while parent is not None and parent not in above:
            above.add(parent)
            parent = parents[parent]
        found[one] = above
    return found
