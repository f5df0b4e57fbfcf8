"""Records as they were at a point of the log: their last revision up to it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db.tables.claims import claim
from db.tables.incidents import place
from db.tables.log import log, revision
from db.tables.sources import party
from db.tables.supersessions import supersession
from db.tables.victims import listing, victim

IN_CHUNK = 500


def _of(column: sa.ColumnElement[str], organisation: str) -> sa.ColumnElement[bool]:
    """Tell the organisation of revisions that are asked for by their objects, and let no index answer it.

    SQLite, which knows nothing of how many rows an organisation has, would read all of them for each chunk.
    """
    return column.concat("") == organisation


def contents(connection: Connection, organisation: str, ids: Iterable[str], seq: int) -> dict[str, str]:
    """Give the content of each of these records at a log sequence, in the order of first recording.

    One that was not recorded yet is left out.
    """
    wanted = sorted(set(ids))
    later = revision.alias("later")
    found: list[tuple[int, str, str]] = []
    first = revision.alias("first")
    for start in range(0, len(wanted), IN_CHUNK):
        rows = connection.execute(
            sa.select(first.c.seq, revision.c.object, revision.c.content)
            .join_from(revision, first, (first.c.object == revision.c.object) & (first.c.version == 1))
            .where(
                _of(revision.c.organisation, organisation),
                revision.c.object.in_(wanted[start : start + IN_CHUNK]),
                revision.c.seq <= seq,
                ~sa.exists().where(
                    later.c.object == revision.c.object,
                    later.c.version == revision.c.version + 1,
                    later.c.seq <= seq,
                ),
            )
        )
        found += [(row[0], row[1], row[2]) for row in rows]
    return {id: content for _, id, content in sorted(found)}


def first_seqs(connection: Connection, organisation: str, ids: Iterable[str]) -> dict[str, int]:
    """Give the log sequence at which each of these records was first stored."""
    wanted = sorted(set(ids))
    found: dict[str, int] = {}
    for start in range(0, len(wanted), IN_CHUNK):
        for row in connection.execute(
            sa.select(revision.c.object, revision.c.seq).where(
                _of(revision.c.organisation, organisation),
                revision.c.object.in_(wanted[start : start + IN_CHUNK]),
                revision.c.version == 1,
            )
        ):
            found[row.object] = row.seq
    return found


def parties(connection: Connection, organisation: str) -> list[str]:
    """Give the ids of the organisation's parties."""
    return _ids(connection, sa.select(party.c.id).where(party.c.organisation == organisation))


def words(connection: Connection, organisation: str, incident: str) -> list[str]:
    """Give the ids of the words on supersession about an incident; a word stays with its claims."""
    s = supersession.c
    return _ids(connection, sa.select(s.id).where(s.organisation == organisation, s.incident == incident))


def victims(connection: Connection, organisation: str, incident: str) -> list[str]:
    """Give the ids of an incident's victims; a victim stays with the incident."""
    v = victim.c
    return _ids(connection, sa.select(v.id).where(v.organisation == organisation, v.incident == incident))


def listings(connection: Connection, organisation: str, incident: str) -> list[str]:
    """Give the ids of listings that may ever have been of an incident's victims.

    A listing can be linked to another person: every one that was ever changed is looked at.
    """
    now = sa.select(listing.c.id).join_from(
        listing, victim, (victim.c.organisation == listing.c.organisation) & (victim.c.id == listing.c.victim)
    )
    now = now.where(victim.c.organisation == organisation, victim.c.incident == incident)
    changed = sa.select(listing.c.id).where(listing.c.organisation == organisation, listing.c.version > 1)
    return sorted({*_ids(connection, now), *_ids(connection, changed)})


def places(connection: Connection, organisation: str, incidents: Iterable[str]) -> list[str]:
    """Give the ids of these incidents' places; a place stays with its incident."""
    return _ids_of(connection, organisation, place, place.c.incident, incidents)


def claims_in(connection: Connection, organisation: str, reports: Iterable[str]) -> list[str]:
    """Give the ids of the claims in these reports."""
    return _ids_of(connection, organisation, claim, claim.c.report, reports)


def _ids_of(
    connection: Connection, organisation: str, table: Any, column: Any, ids: Iterable[str]
) -> list[str]:
    wanted = sorted(set(ids))
    return [
        id
        for start in range(0, len(wanted), IN_CHUNK)
        for id in _ids(
            connection,
            sa.select(table.c.id).where(
                table.c.organisation == organisation, column.in_(wanted[start : start + IN_CHUNK])
            ),
        )
    ]


def clearings(
    connection: Connection, organisation: str, claims: Iterable[str], seq: int
) -> dict[str, frozenset[str]]:
    """Give by claim the codes of flags that were cleared up to a log sequence, since its last change."""
    wanted = sorted(set(claims))
    found: dict[str, set[str]] = {}
    for start in range(0, len(wanted), IN_CHUNK):
        for row in connection.execute(
            sa.select(log.c.object, log.c.action)
            .where(
                log.c.organisation == organisation,
                log.c.object.in_(wanted[start : start + IN_CHUNK]),
                log.c.seq <= seq,
            )
            .order_by(log.c.seq)
        ):
            verb, _, code = row.action.partition(":")
            if verb == "claim.clear":
                found.setdefault(row.object, set()).add(code)
            else:
                found.pop(row.object, None)
    return {claim: frozenset(codes) for claim, codes in found.items()}


def _ids(connection: Connection, query: sa.Select[Any]) -> list[str]:
    return list(connection.execute(query).scalars())
