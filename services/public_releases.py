"""What the public reads of releases: written at approval, and left without its files at withdrawal."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from db.canonical import canonical, parse
from db.engine import Connection
from db.queries import public_releases as queries
from db.queries import publications
from db.queries.releases import FileHead
from db.sight import whole
from domain.errors import Conflict, Fault, Gone, NotFound
from domain.public_text import find
from domain.vocab import ReleaseAudience, ReleaseState
from services import published_then

IN_CHUNK = 500


def is_public(content: Mapping[str, Any]) -> bool:
    """Tell whether a release is for everybody; one of an earlier version of the software is not."""
    return bool(content.get("audience") == ReleaseAudience.PUBLIC)


def check_texts(connection: Connection, organisation: str, texts: Mapping[str, str | None]) -> None:
    """Raise Conflict where a text that everybody would read may give somebody away."""
    with whole(connection):
        names = publications.never_public(connection, organisation, "")
    found = find(texts, names)
    if found:
        raise Conflict(
            "A text may give away a person or a place. Word it otherwise.",
            code="possible-personal-data",
            faults=[Fault(f"/{one.field}", one.kind, one.detail) for one in found],
        )


def check_still_public(connection: Connection, organisation: str, content: Mapping[str, Any]) -> None:
    """Raise Conflict where a release holds what was taken back since: an incident or a part of one."""
    days = (content["period_start"], content["period_end"])
    held = published_then.published_at(connection, organisation, content["known_at"], days)
    ids = [one.document["id"] for one in held]
    now: dict[str, str] = {}
    for start in range(0, len(ids), IN_CHUNK):
        now |= publications.documents_among(connection, organisation, ids[start : start + IN_CHUNK])
    gone = [one.document["code"] for one in held if one.document["id"] not in now]
    if gone:
        raise Conflict(
            f"The release holds what was retracted since its cut-off: {', '.join(gone[:20])}. Make one of a "
            "later cut-off.",
            code="holds-retracted",
        )
    told_more = [
        one.document["code"]
        for one in held
        if not _told(one.document) <= _told(parse(now[one.document["id"]]))
    ]
    if told_more:
        raise Conflict(
            "The release tells what the public is not shown any more, a name, a text, an address or another "
            f"point: {', '.join(told_more[:20])}. Make one of a later cut-off.",
            code="holds-retracted",
        )


def _told(document: Mapping[str, Any]) -> set[tuple[str, Any]]:
    """Give what of a document can give somebody away, so that a publication anew may have taken it back."""
    point = document["where"]["point"]
    found: set[tuple[str, Any]] = {("name", one["name"]) for one in document["victims"]}
    found |= {("address", one["url"]) for one in document["reports"]["links"]}
    found |= {("unit", unit["adm2"]) for unit in document["where"]["units"] if unit["adm2"] is not None}
    if document["narrative"] is not None:
        found.add(("narrative", document["narrative"]))
    if point is not None:
        found.add(("point", (point["lon"], point["lat"])))
    return found


def write(
    connection: Connection,
    organisation: str,
    id: str,
    content: Mapping[str, Any],
    heads: Sequence[FileHead],
    at: str,
) -> None:
    """Write what the public reads of a release: all of it, or when and why it was withdrawn (``at``)."""
    owner = publications.organisation_of(connection, organisation)
    withdrawn = content["state"] == ReleaseState.WITHDRAWN
    head = {"id": id, "organisation": owner, **{name: content[name] for name in _ALWAYS}}
    links = {"self": f"/v1/public/releases/{id}"}
    if withdrawn:
        reason = {"code": content["reason_code"], "note": content["reason"]}
        found = {**head, "withdrawn_at": at, "reason": reason, "files": [], "links": links}
    else:
        files = [
            {
                "name": one.name,
                "media": one.media,
                "bytes": one.size,
                "sha256": one.sha256,
                "rows": one.rows,
                "links": {"self": f"/v1/public/releases/{id}/files/{one.name}"},
            }
            for one in heads
        ]
        links["incidents"] = f"/v1/public/incidents?organisation={organisation}"
        found = {**head, **{name: content[name] for name in _WHILE_PUBLIC}, "files": files, "links": links}
    document = canonical(found)
    row = {
        "id": id,
        "organisation": organisation,
        "number": content["number"],
        "state": content["state"],
        "known_at": content["known_at"],
        "etag": f'"{hashlib.sha256(document.encode()).hexdigest()[:32]}"',
        "document": document,
    }
    queries.store(connection, row, owner["name"], with_files=not withdrawn)


_ALWAYS = ("number", "state", "cutoff", "approved_on", "digest")
_WHILE_PUBLIC = (
    *("title", "notes", "period_start", "period_end", "known_at"),
    *("methodology_version", "codelist_version", "citation_digest"),
)


def holding(connection: Connection, organisation: str, incident: str) -> list[int]:
    """Give the numbers of the public releases, none of them withdrawn, that hold an incident."""
    return [
        one.number
        for one in queries.standing(connection, organisation)
        if published_then.was_public(
            connection, organisation, incident, one.known_at, (one.period_start, one.period_end)
        )
    ]


def one(connection: Connection, id: str) -> queries.Release:
    """Give what everybody reads of a release. Raises NotFound."""
    found = queries.one(connection, id)
    if found is None:
        raise NotFound("There is no such release.")
    return found


def file(connection: Connection, id: str, name: str) -> queries.ReleaseFile:
    """Give a file of a public release. Raises NotFound, and Gone for a withdrawn release."""
    release = one(connection, id)
    if release.state == ReleaseState.WITHDRAWN:
        raise Gone(f"Release {release.number} was withdrawn. /v1/public/releases/{id} says when and why.")
    found = queries.file(connection, id, name)
    if found is None:
        raise NotFound("The release has no file of this name.")
    return found
