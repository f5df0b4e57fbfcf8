"""Effective visibility: the least of a record and of everything it is under, kept as exceptions.

The door calls ``settle`` in the transaction of every act. Where all is the organisation's, which is the
common case, that is one question; else the records that were touched are worked out anew, and those below
them as far as something moves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db.kinds import KINDS
from db.sight import IN_CHUNK, SEEN, whole
from db.tables.assessments import assessment, assessment_claim
from db.tables.claims import claim
from db.tables.incidents import incident, place
from db.tables.log import log, revision
from db.tables.netting import overlap
from db.tables.publications import publication, publication_name
from db.tables.reports import report
from db.tables.sight import clearance, reach
from db.tables.supersessions import supersession
from db.tables.victims import listing, victim
from domain.vocab import Visibility

RESTRICTED, ORGANISATION = Visibility.RESTRICTED.value, Visibility.ORGANISATION.value
_RANKS = {code: rank for rank, code in enumerate(Visibility.codes())}


class Link(NamedTuple):
    """Where a record says what it is under: the column of its own id, that of the other's, its kind."""

    own: sa.Column[str]
    parent: sa.Column[str]
    kind: str


def _links(table: sa.Table, **parents: str) -> tuple[Link, ...]:
    return tuple(Link(table.c.id, table.c[column], kind) for column, kind in parents.items())


UNDER: dict[str, tuple[Link, ...]] = {
    "source": (),
    "report": _links(report, source="source"),
    "incident": _links(incident, parent="incident"),
    "claim": _links(claim, incident="incident", report="report", origin="source"),
    "supersession": _links(supersession, incident="incident", earlier="claim", later="claim"),
    "place": _links(place, incident="incident", claim="claim"),
    "victim": _links(victim, incident="incident"),
    "listing": _links(listing, report="report", victim="victim"),
    "assessment": (
        *_links(assessment, incident="incident"),
        # What it says of a claim that it used or set aside is for those who may read the claim.
        Link(assessment_claim.c.assessment, assessment_claim.c.claim, "claim"),
    ),
    "overlap": _links(overlap, aggregate="incident", incident="incident"),
    "publication": (
        *_links(publication, incident="incident", place="place"),
        Link(publication_name.c.publication, publication_name.c.victim, "victim"),
    ),
}
"""What each kind of record is under; it is never more visible than any of these."""
NOT_UNDER = {
    ("publication", "supersedes"): "an earlier publication of the same incident",
    ("assessment", "supersedes"): "an earlier assessment of the same incident, under its own claims",
    ("report_citation", "cited_report"): "reports may cite each other: the citation is left out instead",
    ("report_citation", "cited_source"): "as of a report: the citation is left out instead",
}

Row = tuple[str, str, str]
"""Root, level and recorder of one exception."""


def settle(connection: Connection, organisation: str, touched: Mapping[str, Mapping[str, str]]) -> None:
    """Bring the exceptions up to date after acts on these records: by kind, each id with its own word."""
    mine = {kind.name: set(touched.get(kind.name, ())) for kind in SEEN}
    words = {word for name in mine for word in touched.get(name, {}).values()}
    if not any(mine.values()) or (words <= {ORGANISATION} and not _any(connection, organisation)):
        return
    with whole(connection):
        for kind in SEEN:
            waiting = mine[kind.name]
            while waiting:
                moved = [
                    one
                    for chunk in _chunks(waiting)
                    for one in _anew(connection, organisation, kind.name, chunk)
                ]
                waiting = set()
                for other in SEEN:
                    below = _below(connection, other.name, kind.name, moved)
                    if other is kind:
                        waiting = below
                    else:
                        mine[other.name] |= below


def _any(connection: Connection, organisation: str) -> bool:
    query = sa.select(reach.c.object).where(reach.c.organisation == organisation).limit(1)
    return connection.execute(query).first() is not None


def _chunks(ids: Iterable[str]) -> Iterator[list[str]]:
    found = sorted(ids)
    for start in range(0, len(found), IN_CHUNK):
        yield found[start : start + IN_CHUNK]


def _below(connection: Connection, kind: str, parent: str, moved: Sequence[str]) -> set[str]:
    return {
        id
        for link in UNDER[kind]
        if link.kind == parent
        for chunk in _chunks(moved)
        for id in connection.execute(sa.select(link.own).where(link.parent.in_(chunk))).scalars()
    }


def _anew(connection: Connection, organisation: str, kind: str, ids: Sequence[str]) -> list[str]:
    """Work the exceptions of these records out anew; give those whose own moved."""
    table = KINDS[kind].table
    own = {
        row.id: row.visibility
        for row in connection.execute(sa.select(table.c.id, table.c.visibility).where(table.c.id.in_(ids)))
    }
    parents: dict[str, set[str]] = {id: set() for id in own}
    for link in UNDER[kind]:
        query = sa.select(link.own, link.parent).where(link.own.in_(ids), link.parent.is_not(None))
        for id, parent in connection.execute(query):
            parents[id].add(parent)
    above = _rows(connection, {parent for found in parents.values() for parent in found})
    before = _rows(connection, own)
    recorders = _recorders(connection, [id for id, word in own.items() if word == RESTRICTED])
    moved = []
    for id, word in own.items():
        now = _exceptions(id, word, recorders.get(id), [above.get(one, set()) for one in parents[id]])
        if now != before.get(id, set()):
            moved.append(id)
            connection.execute(
                reach.delete().where(reach.c.organisation == organisation, reach.c.object == id)
            )
            if now:
                connection.execute(
                    reach.insert(),
                    [
                        {
                            "organisation": organisation,
                            "object": id,
                            "kind": kind,
                            "root": root,
                            "level": level,
                            "recorder": recorder,
                        }
                        for root, level, recorder in sorted(now)
                    ],
                )
    return moved


def _exceptions(id: str, word: str, recorder: str | None, above: Sequence[set[Row]]) -> set[Row]:
    """Give the exceptions of one record, from its own word and those of what it is under."""
    restricted = {row for rows in above for row in rows if row[1] == RESTRICTED}
    # Only a member can restrict; where none ever recorded it, from before that held, nobody could read it.
    if word == RESTRICTED and recorder is not None:
        restricted.add((id, RESTRICTED, recorder))
    if restricted:
        return restricted
    if word in (RESTRICTED, ORGANISATION) or not all(above):
        return set()
    levels = [word, *(row[1] for rows in above for row in rows)]
    return {(id, min(levels, key=_RANKS.__getitem__), "")}


def _rows(connection: Connection, ids: Iterable[str]) -> dict[str, set[Row]]:
    found: dict[str, set[Row]] = {}
    for chunk in _chunks(ids):
        query = sa.select(reach.c.object, reach.c.root, reach.c.level, reach.c.recorder).where(
            reach.c.object.in_(chunk)
        )
        for row in connection.execute(query):
            found.setdefault(row.object, set()).add((row.root, row.level, row.recorder))
    return found


def restricted_by(connection: Connection, ids: Iterable[str]) -> dict[str, frozenset[str]]:
    """Give the records whose own word restricts each of these; one that nothing restricts is left out."""
    return {
        id: roots
        for id, rows in _rows(connection, set(ids)).items()
        if (roots := frozenset(root for root, level, _ in rows if level == RESTRICTED))
    }


def recorder_of(connection: Connection, id: str) -> str | None:
    """Give the member who recorded a record; None where no member did."""
    with whole(connection):
        return _recorders(connection, [id]).get(id)


def is_hidden_from_its_recorder(connection: Connection, id: str) -> bool:
    """Tell whether the member who recorded a record does not read it any more."""
    recorder = recorder_of(connection, id)
    if recorder is None:
        return False
    with whole(connection):
        named = sa.select(clearance.c.id).where(
            clearance.c.object == reach.c.root, clearance.c.member == recorder, clearance.c.ended == 0
        )
        query = sa.select(reach.c.object).where(
            reach.c.object == id,
            reach.c.level == RESTRICTED,
            reach.c.recorder != recorder,
            ~named.exists(),
        )
        return connection.execute(query.limit(1)).first() is not None


def _recorders(connection: Connection, ids: Sequence[str]) -> dict[str, str]:
    """Give the first member who acted on each of these records, where one did."""
    found: dict[str, str] = {}
    for chunk in _chunks(ids):
        rows = connection.execute(
            sa.select(revision.c.object, log.c.actor)
            .join_from(
                revision, log, (log.c.organisation == revision.c.organisation) & (log.c.seq == revision.c.seq)
            )
            .where(revision.c.object.in_(chunk), log.c.actor.startswith("member:"))
            .order_by(revision.c.seq)
        )
        for row in rows:
            found.setdefault(row.object, row.actor.removeprefix("member:"))
    return found
