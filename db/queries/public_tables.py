"""Editions of the fixed public tables, and their documents; who makes one goes through the door."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db.canonical import parse
from db.queries.keyset import Keyset, page
from db.tables.incidents import incident
from db.tables.log import revision
from db.tables.public_tables import public_table as p
from db.tables.public_tables import table_edition as e
from db.tables.publications import publication
from domain.vocab import PublicationState


class TableDocument(NamedTuple):
    """A table of an edition, ready to send."""

    edition: int
    table_name: str
    document: str
    etag: str
    made_at: str
    seq: int


class EditionHead(NamedTuple):
    """What is known of an edition without its tables."""

    number: int
    threshold: int
    until: int
    digest: str
    recorded_at: str


_DOCUMENT = (p.c.edition, p.c.table_name, p.c.document, p.c.etag, p.c.made_at, p.c.seq)


def contents(connection: Connection, organisation: str) -> list[dict[str, Any]]:
    """Give what every edition counted and withheld, first to last."""
    query = (
        sa.select(revision.c.content)
        .join_from(e, revision, (revision.c.organisation == e.c.organisation) & (revision.c.object == e.c.id))
        .where(e.c.organisation == organisation)
        .order_by(e.c.number)
    )
    return [parse(content) for (content,) in connection.execute(query)]


def published(connection: Connection, organisation: str) -> Iterator[dict[str, Any]]:
    """Give what was published of each incident that is public now and has none above it that is.

    It is as two people agreed on it, whatever was recorded since. Ordered by the incident.
    """
    is_public = (
        publication.c.organisation == organisation,
        publication.c.state == PublicationState.PUBLISHED.value,
    )
    mine = incident.c.organisation == organisation
    above = (
        sa.select(incident.c.id.label("low"), incident.c.parent.label("up"))
        .where(mine, incident.c.parent.is_not(None))
        .cte("above", recursive=True)
    )
    above = above.union(
        sa.select(above.c.low, incident.c.parent)
        .join(incident, mine & (incident.c.id == above.c.up))
        .where(incident.c.parent.is_not(None))
    )
    # By another name: in a subquery of one that asks of publications, the name would mean that one's rows.
    other = publication.alias("other")
    covered = sa.select(above.c.low).join(
        other,
        (other.c.organisation == organisation)
        & (other.c.state == PublicationState.PUBLISHED.value)
        & (other.c.incident == above.c.up),
    )
    query = (
        sa.select(revision.c.content)
        .join_from(
            publication,
            revision,
            (revision.c.organisation == publication.c.organisation)
            & (revision.c.object == publication.c.id)
            & (revision.c.version == publication.c.version),
        )
        .where(*is_public, publication.c.incident.not_in(covered))
        .order_by(publication.c.incident)
    )
    for (content,) in connection.execute(query, execution_options={"yield_per": 1_000}):
        yield parse(content)


def editions(connection: Connection, organisation: str) -> list[EditionHead]:
    """Give the editions, newest first."""
    query = (
        sa.select(e.c.number, e.c.threshold, e.c.until, e.c.digest, e.c.recorded_at)
        .where(e.c.organisation == organisation)
        .order_by(e.c.number.desc())
    )
    return [EditionHead(*row) for row in connection.execute(query)]


def edition_page(
    connection: Connection, organisation: str, after: Sequence[Any] | None, limit: int
) -> tuple[list[EditionHead], list[Any] | None]:
    """Give a page of the editions, newest first, and the position after it, None at the end."""
    query = sa.select(e.c.number, e.c.threshold, e.c.until, e.c.digest, e.c.recorded_at)
    listed = Keyset(query.where(e.c.organisation == organisation), (e.c.number,), newest_first=True)
    rows, following = page(connection, listed, after, limit)
    return [EditionHead(*row) for row in rows], following


def store(connection: Connection, organisation: str, documents: Iterable[TableDocument]) -> None:
    """Store the documents of an edition."""
    connection.execute(p.insert(), [{"organisation": organisation, **one._asdict()} for one in documents])


def document(
    connection: Connection, organisation: str, name: str, edition: int | None = None
) -> TableDocument | None:
    """Give a table of an edition, of the last one where none is named; None where there is none.

    It asks of ``public_table`` alone: the public's connection may read it.
    """
    query = sa.select(*_DOCUMENT).where(p.c.organisation == organisation, p.c.table_name == name)
    if edition is not None:
        query = query.where(p.c.edition == edition)
    row = connection.execute(query.order_by(p.c.edition.desc()).limit(1)).first()
    return None if row is None else TableDocument(*row)


def documents_at(connection: Connection, organisation: str, seq: int) -> list[TableDocument]:
    """Give the tables of the last edition that was stored up to a log sequence, by name."""
    query = sa.select(*_DOCUMENT).where(p.c.organisation == organisation, p.c.seq <= seq)
    found = [TableDocument(*row) for row in connection.execute(query.order_by(p.c.edition, p.c.table_name))]
    return [one for one in found if one.edition == found[-1].edition]


class TableHead(NamedTuple):
    """What is known of a table of an edition without its rows."""

    organisation: str
    edition: int
    table_name: str
    etag: str
    made_at: str


def tables(
    connection: Connection,
    organisation: str | None,
    edition: int | None,
    after: Sequence[Any] | None,
    limit: int,
) -> tuple[list[TableHead], list[Any] | None]:
    """Give a page of every edition's tables, each organisation's newest first, and the position after it.

    It asks of ``public_table`` alone. None restricts to no organisation, to no edition.
    """
    query = sa.select(p.c.organisation, p.c.edition, p.c.table_name, p.c.etag, p.c.made_at)
    for column, value in ((p.c.organisation, organisation), (p.c.edition, edition)):
        if value is not None:
            query = query.where(column == value)
    listed = Keyset(query, (p.c.organisation, p.c.edition, p.c.table_name), newest_first=True)
    rows, following = page(connection, listed, after, limit)
    return [TableHead(*row) for row in rows], following


def publishers(connection: Connection, name: str) -> list[str]:
    """Give the organisations that have published a table, two at most; of ``public_table`` alone."""
    query = sa.select(p.c.organisation).where(p.c.table_name == name).distinct().limit(2)
    return list(connection.execute(query).scalars())
