"""Editions of the fixed public tables: made from published facts, frozen, and read by anybody.

Making one only reads, and may take seconds; storing it is small. Nobody who records waits.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from db import door, sight
from db.engine import Connection
from db.kinds import TABLE_EDITION
from db.queries import log_heads, organisations
from db.queries import public_tables as queries
from db.queries.public_tables import EditionHead, TableDocument
from domain.access import Actor, require, require_member
from domain.disclosure import USUAL_THRESHOLD, Audience, profile_for
from domain.errors import Conflict, Fault, Invalid, Malformed, NotFound
from domain.fixed_tables import TABLES, PublicFact
from domain.publishing import table_fact
from domain.table_editions import columns, next_edition, read_written, rows, standing, written
from domain.vocab import Visibility
from exchange.writers.fixed_tables import csv_of, document_of
from services.records import new_id


@dataclass(frozen=True, slots=True)
class Prepared:
    """An edition that is made and not yet stored: its tables by name, and what it counted."""

    number: int
    threshold: int
    until: int
    known_at: int
    documents: dict[str, str]
    blocks: list[dict[str, Any]]

    @property
    def digest(self) -> str:
        """Give the digest of its tables: SHA-256 over the digests of each, in the order of their names."""
        each = "".join(f"{_sha256(self.documents[name])}  {name}\n" for name in sorted(self.documents))
        return _sha256(each)


def published_facts(connection: Connection, actor: Actor) -> list[PublicFact]:
    """Give the facts that an edition counts, as they were published: each person once.

    Those of the living, and those of the dead, who tell the rows that the tables have. What is public is so
    for whoever makes the edition, though they may not read the record behind it any more.
    """
    require(actor, "edition.make")
    with sight.whole(connection):
        return [
            table_fact(content["incident"], one)
            for content in queries.published(connection, actor.organisation)
            for one in (*content["facts"], *content["table_facts"])
        ]


def prepare(
    connection: Connection,
    actor: Actor,
    facts: Iterable[PublicFact],
    *,
    threshold: int = USUAL_THRESHOLD,
    until: int | None = None,
) -> Prepared:
    """Make the next edition from the published facts, of years that are over.

    ``facts`` are those that the public may know of, each person once: none of an incident that lies within
    another published one. ``until`` is the last year that comes in, the last one that is over where none
    is named. A threshold below that of the edition before does not lower it.

    Raises NotAllowed, Invalid for a threshold or a year that cannot be, and Conflict
    (``nothing-to-renew``) where the edition would be the one before.
    """
    require_member(actor, "edition.make")
    profile = profile_for(Audience.PUBLIC, threshold)
    last_over = datetime.now(UTC).year - 1
    if until is not None and until > last_over:
        detail = "A year comes into the public tables when it is over."
        raise Invalid(detail, code="year-not-over", faults=[Fault("/until", "year-not-over", detail)])
    contents = queries.contents(connection, actor.organisation)
    past = [read_written(one["blocks"]) for one in contents]
    year = max([last_over if until is None else until, *(one["until"] for one in contents)])
    least = max([profile.threshold, *(one["threshold"] for one in contents)])
    renewed = next_edition(past, facts, least, year)
    if not renewed:
        raise Conflict(
            "No number moved that can be told: the edition would be the one before.", code="nothing-to-renew"
        )
    here = organisations.one(connection, actor.organisation)
    printed, number = standing([*past, renewed]), len(past) + 1
    documents = {
        table.name: document_of(
            organisation={"id": here.id, "name": here.name},
            table=table.name,
            title=table.title,
            edition=number,
            threshold=least,
            until=year,
            columns=columns(table),
            rows=rows(table, printed),
        )
        for table in TABLES
    }
    known_at = log_heads.head(connection, actor.organisation).seq
    return Prepared(number, least, year, known_at, documents, written(renewed))


def store(connection: Connection, actor: Actor, prepared: Prepared) -> EditionHead:
    """Store an edition: from now on it is public. Raises Conflict where another one was stored meanwhile."""
    member, _ = require_member(actor, "edition.make")
    door.lock_head(connection, actor.organisation)
    if len(queries.editions(connection, actor.organisation)) != prepared.number - 1:
        raise Conflict("Another edition was made meanwhile. Make this one again.", code="edition-overtaken")
    content = {
        "number": prepared.number,
        "threshold": prepared.threshold,
        "until": prepared.until,
        "digest": prepared.digest,
        "known_at": prepared.known_at,
        "author": member,
        "blocks": prepared.blocks,
        "visibility": Visibility.ORGANISATION.value,
    }
    (done,) = door.record(connection, actor, [door.Act("make", TABLE_EDITION, new_id(), 1, content)])
    queries.store(
        connection,
        actor.organisation,
        [
            TableDocument(prepared.number, name, document, _sha256(document), done.at, done.seq)
            for name, document in sorted(prepared.documents.items())
        ],
    )
    return queries.editions(connection, actor.organisation)[0]


def editions(connection: Connection, actor: Actor) -> list[EditionHead]:
    """Give the organisation's own list of its editions, newest first."""
    require(actor, "record.read")
    return queries.editions(connection, actor.organisation)


def edition_page(
    connection: Connection, actor: Actor, after: Sequence[Any] | None, limit: int
) -> tuple[list[EditionHead], list[Any] | None]:
    """Give a page of the organisation's own list of its editions, and the position after it."""
    require(actor, "record.read")
    return queries.edition_page(connection, actor.organisation, after, limit)


def public_document(
    connection: Connection, organisation: str | None, name: str, edition: int | None = None
) -> TableDocument:
    """Give a table of an edition, of the last where none is named, to anybody.

    Raises NotFound, and Malformed where no organisation is named and several have published the table.
    """
    if organisation is None:
        organisation, *others = queries.publishers(connection, name) or [""]
        if others:
            fault = Fault("organisation", "required", "Take one from /v1/public/organisations.")
            raise Malformed(
                "Several organisations have published this table: name one.",
                code="invalid-parameter",
                faults=[fault],
            )
    found = queries.document(connection, organisation, name, edition)
    if found is None:
        raise NotFound("There is no such table.")
    return found


def as_csv(document: TableDocument) -> bytes:
    """Give a table as CSV."""
    return csv_of(document.document)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
