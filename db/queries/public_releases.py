"""Releases for the public: what is written of them, and what everybody asks of the projection alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db.queries.keyset import Keyset, page
from db.tables.publications import public_organisation as o
from db.tables.releases import public_release as r
from db.tables.releases import public_release_file as f
from db.tables.releases import release, release_file
from domain.vocab import ReleaseState


class Release(NamedTuple):
    """A release as everybody reads it, ready to send."""

    number: int
    state: str
    known_at: int
    etag: str
    document: str


class ReleaseFile(NamedTuple):
    """A file with its bytes."""

    name: str
    media: str
    sha256: str
    rows: int | None
    content: bytes


class Standing(NamedTuple):
    """A public release that was not withdrawn: its number, and what it is of."""

    number: int
    known_at: int
    period_start: str | None
    period_end: str | None


_COPIED = ("organisation", "release", "position", "file_name", "media", "sha256", "size", "rows", "bytes")


def store(connection: Connection, row: Mapping[str, Any], name: str, *, with_files: bool) -> None:
    """Put a release into the projection in the place of what was there, with its files or without any.

    ``name`` is its organisation's.
    """
    owner, id = row["organisation"], row["id"]
    if not connection.execute(o.update().where(o.c.organisation == owner).values(name=name)).rowcount:
        connection.execute(o.insert().values(organisation=owner, name=name))
    mine = r.update().where(r.c.organisation == owner, r.c.id == id)
    if not connection.execute(mine.values(**row)).rowcount:
        connection.execute(r.insert().values(**row))
    connection.execute(f.delete().where(f.c.organisation == owner, f.c.release == id))
    if with_files:
        kept = sa.select(*(release_file.c[name] for name in _COPIED)).where(
            release_file.c.organisation == owner, release_file.c.release == id
        )
        connection.execute(f.insert().from_select(_COPIED, kept))


def standing(connection: Connection, owner: str) -> list[Standing]:
    """Give the public releases of an organisation that are not withdrawn, by number."""
    query = (
        sa.select(release.c.number, release.c.known_at, release.c.period_start, release.c.period_end)
        .join_from(r, release, (release.c.organisation == r.c.organisation) & (release.c.id == r.c.id))
        .where(r.c.organisation == owner, r.c.state == ReleaseState.APPROVED.value)
        .order_by(release.c.number)
    )
    return [Standing(*row) for row in connection.execute(query)]


def one(connection: Connection, id: str) -> Release | None:
    """Give a public release, also a withdrawn one, or None."""
    query = sa.select(r.c.number, r.c.state, r.c.known_at, r.c.etag, r.c.document).where(r.c.id == id)
    row = connection.execute(query).one_or_none()
    return None if row is None else Release(*row)


def listed(
    connection: Connection, organisation: str | None, after: Sequence[Any] | None, limit: int
) -> tuple[list[str], list[Any] | None]:
    """Give a page of documents, each organisation's newest first, and the position after it."""
    query = sa.select(r.c.organisation, r.c.number, r.c.document)
    if organisation is not None:
        query = query.where(r.c.organisation == organisation)
    rows, following = page(
        connection, Keyset(query, (r.c.organisation, r.c.number), newest_first=True), after, limit
    )
    return [row.document for row in rows], following


def file(connection: Connection, id: str, name: str) -> ReleaseFile | None:
    """Give a file of a public release, or None."""
    query = sa.select(f.c.file_name, f.c.media, f.c.sha256, f.c.rows, f.c.bytes).where(
        f.c.release == id, f.c.file_name == name
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else ReleaseFile(row[0], row[1], row[2], row[3], bytes(row[4]))
