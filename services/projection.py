"""The published projection: what the public reads, written with the act that makes it public alone."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from db.canonical import canonical, parse
from db.engine import Connection, Database
from db.kinds import PUBLICATION
from db.queries import incidents, organisations, records
from db.queries import publications as queries
from db.sight import whole
from domain.publishing import DOCUMENT_VERSION, rendered, rendered_retraction
from domain.vocab import PublicationState


def _rendered(
    connection: Connection, organisation: str, content: Mapping[str, Any], retracted_at: str | None
) -> tuple[str, str]:
    """Give the document ready to send, and its tag."""
    owner = queries.organisation_of(connection, organisation)
    if content["state"] == PublicationState.RETRACTED:
        found = rendered_retraction(
            content["document"], owner, str(retracted_at), content["reason_code"], content["reason"]
        )
    else:
        found = rendered(content["document"], owner, content["published_at"])
    text = canonical(found)
    return text, f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def write(
    connection: Connection,
    organisation: str,
    content: Mapping[str, Any],
    retracted_at: str | None = None,
) -> None:
    """Write what the public reads of a publication: the whole of it, or when and why it was retracted."""
    with whole(connection):  # what is public is not one reader's
        _write(connection, organisation, content, retracted_at)


def _write(
    connection: Connection, organisation: str, content: Mapping[str, Any], retracted_at: str | None
) -> None:
    document = content["document"]
    is_public = content["state"] == PublicationState.PUBLISHED
    text, etag = _rendered(connection, organisation, content, retracted_at)
    point = document["where"]["point"] if is_public else None
    row = {
        "id": content["incident"],
        "organisation": organisation,
        "code": document["code"],
        "state": content["state"],
        "published_at": content["published_at"],
        "occurred_start": document["occurred"]["start"],
        "occurred_end": document["occurred"]["end"],
        "country": document["where"]["country"] if is_public else None,
        "lon": None if point is None else point["lon"],
        "lat": None if point is None else point["lat"],
        "document_version": DOCUMENT_VERSION,
        "etag": etag,
        "document": text,
    }
    terms = [
        *(("adm1", unit["adm1"]) for unit in document["where"]["units"] if unit["adm1"] is not None),
        *(("cause", cause) for cause in document["causes"]),
        *(("party", one["party"]) for one in document["parties"]),
    ]
    facts = [{**one, "counted": True} for one in content["facts"]]
    queries.store_public(
        connection,
        row,
        queries.organisation_of(connection, organisation)["name"],
        terms if is_public else (),
        facts if is_public else (),
    )
    _count_tree(connection, organisation, content["incident"])


def _count_tree(connection: Connection, organisation: str, incident: str) -> None:
    """Say of each published incident of the tree whether one above it is published: that holds it (R7)."""
    above = incidents.ancestors(connection, organisation, incident)
    tree = [incident, *incidents.descendants(connection, organisation, incident)]
    published = queries.published_among(connection, organisation, [*above, *tree])
    for one in tree:
        if one in published:
            over = incidents.ancestors(connection, organisation, one)
            queries.count_facts(connection, organisation, one, not published & set(over))


def render_all(database: Database) -> int:
    """Write the public documents of an older renderer anew, of every organisation; give how many."""
    with database.reading() as connection:
        owners = [id for _, id in organisations.every(connection)]
    count = 0
    for owner in owners:
        with database.within(owner).writing() as connection:
            count += render_anew(connection, owner)
    return count


def render_anew(connection: Connection, organisation: str) -> int:
    """Write the public documents of an older renderer anew, from what was published; give how many."""
    with whole(connection):
        return _render_anew(connection, organisation)


def _render_anew(connection: Connection, organisation: str) -> int:
    found = queries.rendered_before(connection, organisation, DOCUMENT_VERSION)
    for incident in found:
        last = queries.last_public(connection, organisation, incident)
        if last is None:
            raise RuntimeError("A public document has no publication behind it.")
        stored = records.one(connection, PUBLICATION, organisation, last)
        if stored is None:
            raise RuntimeError("A publication just found is not there.")
        text, etag = _rendered(connection, organisation, parse(stored.content), stored.recorded_at)
        queries.store_document(connection, organisation, incident, DOCUMENT_VERSION, etag, text)
    return len(found)
