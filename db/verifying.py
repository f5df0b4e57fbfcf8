"""Proof from the database alone: nothing altered, removed, or done without an entry.

Three questions, each answered by a list of findings that is empty when all is well: ``verify_log``
recomputes the chain and the commitments, ``verify_records`` holds every row against the revision that
the last act on it left, ``verify_releases`` the files of releases against their digests. Findings
name sequences and ids, never contents.

What this does not prove: whoever can write to the database and rewrites the whole chain up to its
head leaves a chain that is sound in itself; only a head that was noted elsewhere tells. Derived
columns (an incident's state, keys to search by), facts and quality flags are no part of a revision,
so they are not held against one.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db import door
from db.canonical import parse
from db.kinds import KINDS, Kind, Row
from db.sight import whole
from db.tables import log as t
from db.tables import releases as t_release
from domain.publications import CITATION_MANIFEST, MANIFEST, digest_of, read_manifest

CHUNK = 500


def verify_log(connection: Connection, organisation: str) -> list[str]:
    """Give what is wrong with an organisation's log; an empty list when it is whole.

    Recomputes for every entry: that its sequence follows the one before without a gap, that its time
    is later, that ``previous`` is the hash of the entry before, that ``hash`` is that of its own
    fields, and that its commitment opens with the content, reason and salt of its revision. Then that
    the head is the last entry and that no revision lacks an entry. Works on one snapshot and keeps no
    more than a chunk of entries in memory.

    Raises LookupError for an organisation without a log. Source: trust.md, point 5.
    """
    with whole(connection):
        return _verify_log(connection, organisation)


def _verify_log(connection: Connection, organisation: str) -> list[str]:
    findings: list[str] = []
    seq, hash_, at = 0, door.GENESIS, door.EPOCH
    for row in _entries(connection, organisation):
        if row["seq"] != seq + 1:
            findings.append(f"log {seq + 1}: {row['seq'] - seq - 1} entries are missing")
        findings += [f"log {row['seq']}: {what}" for what in _wrong_in_entry(row, hash_, at)]
        seq, hash_, at = row["seq"], row["hash"], row["at"]
    findings += _wrong_at_head(connection, organisation, (seq, hash_, at))
    return findings + _revisions_without_entry(connection, organisation)


_ENTRY = tuple(str(column.name) for column in t.log.c)
_REVISION = ("version", "content", "reason", "salt")


def _entries(connection: Connection, organisation: str) -> Iterator[Row]:
    """Give every entry in order with what its revision holds, None where there is none."""
    of_revision = [t.revision.c[name].label(f"revision_{name}") for name in ("object", *_REVISION)]
    rows = connection.execute(
        sa.select(t.log, *of_revision)
        .join_from(
            t.log,
            t.revision,
            (t.revision.c.organisation == t.log.c.organisation) & (t.revision.c.seq == t.log.c.seq),
            isouter=True,
        )
        .where(t.log.c.organisation == organisation)
        .order_by(t.log.c.seq)
        .execution_options(yield_per=CHUNK)
    )
    for row in rows.mappings():
        yield dict(row)


def _wrong_in_entry(row: Mapping[str, Any], previous: str, before: str) -> Iterator[str]:
    if row["previous"] != previous:
        yield "it does not follow the entry before"
    if row["format"] != door.LOG_FORMAT:
        yield "its format is not known"
    if row["at"] <= before:
        yield "its time is not later than that of the entry before"
    if row["hash"] != door.entry_hash({name: row[name] for name in _ENTRY if name != "hash"}):
        yield "its hash is not that of its fields"
    if row["revision_object"] is None:
        yield "it has no revision"
        return
    if (row["object"], row["object_version"]) != (row["revision_object"], row["revision_version"]):
        yield "its revision is of another record or version"
    opened = door.commitment(row["revision_salt"], row["revision_content"], row["revision_reason"])
    if not hmac.compare_digest(row["commitment"], opened):
        yield "its commitment does not open with the content of its revision"


def _wrong_at_head(connection: Connection, organisation: str, last: tuple[int, str, str]) -> list[str]:
    h = t.log_head.c
    head = connection.execute(
        sa.select(h.seq, h.hash, h.at).where(h.organisation == organisation)
    ).one_or_none()
    if head is None:
        raise LookupError("There is no log of this organisation.")
    if head.seq > last[0]:
        return [f"log {last[0] + 1}: {head.seq - last[0]} entries are missing before the head"]
    return [] if tuple(head) == last else ["head: it is not the last entry"]


def _revisions_without_entry(connection: Connection, organisation: str) -> list[str]:
    r = t.revision.c
    rows = connection.execute(
        sa.select(r.object, r.version)
        .where(
            r.organisation == organisation,
            ~sa.exists().where(t.log.c.organisation == r.organisation, t.log.c.seq == r.seq),
        )
        .order_by(r.seq)
    )
    return [f"revision {row.object} {row.version}: it has no entry" for row in rows]


def verify_records(connection: Connection, organisation: str) -> list[str]:
    """Give where an organisation's rows and their revisions part; an empty list when they agree.

    For every kind of record: each row has the revision of its version, made by the entry whose
    sequence and time it carries; its columns and parts are those that the revision's content
    describes; its revisions count from 1 to its version; and no record of the log lacks its row.
    """
    with whole(connection):
        return _verify_records(connection, organisation)


def _verify_records(connection: Connection, organisation: str) -> list[str]:
    findings: list[str] = []
    for kind in KINDS.values():
        table = kind.table
        last = ""
        while True:
            rows = _rows(connection, organisation, kind, last)
            if not rows:
                break
            findings += _wrong_in_rows(connection, kind, rows)
            last = rows[-1]["id"]
        missing = connection.execute(
            sa.select(t.log.c.object)
            .where(
                t.log.c.organisation == organisation,
                t.log.c.action.startswith(f"{kind.name}.", autoescape=True),
                ~sa.exists().where(table.c.organisation == organisation, table.c.id == t.log.c.object),
            )
            .distinct()
            .order_by(t.log.c.object)
        ).scalars()
        findings += [f"{kind.name} {id}: it is in the log and has no row" for id in missing]
    return findings


def _rows(connection: Connection, organisation: str, kind: Kind, after: str) -> list[Row]:
    """Give the next chunk of a kind's rows by id, with the revision of each one's version."""
    table, r = kind.table, t.revision.c
    every = t.revision.alias()
    revisions = (
        sa.select(sa.func.count())
        .select_from(every)
        .where(every.c.organisation == organisation, every.c.object == table.c.id)
        .scalar_subquery()
    )
    rows = connection.execute(
        sa.select(
            table,
            r.content.label("revision_content"),
            r.seq.label("revision_seq"),
            t.log.c.at.label("log_at"),
            t.log.c.action.label("log_action"),
            revisions.label("revision_count"),
        )
        .join_from(
            table,
            t.revision,
            (r.organisation == table.c.organisation)
            & (r.object == table.c.id)
            & (r.version == table.c.version),
            isouter=True,
        )
        .join(t.log, (t.log.c.organisation == r.organisation) & (t.log.c.seq == r.seq), isouter=True)
        .where(table.c.organisation == organisation, table.c.id > after)
        .order_by(table.c.id)
        .limit(CHUNK)
    )
    return [dict(row) for row in rows.mappings()]


def _wrong_in_rows(connection: Connection, kind: Kind, rows: Sequence[Row]) -> Iterator[str]:
    parts = {
        part.table: _parts(connection, kind, part.table, [row["id"] for row in rows])
        for part in kind.parts.values()
    }
    for row in rows:
        name = f"{kind.name} {row['id']}"
        if row["revision_content"] is None:
            yield f"{name}: it has no revision of its version"
            continue
        if row["revision_count"] != row["version"]:
            yield f"{name}: it has not one revision a version"
        if (row["seq"], row["recorded_at"]) != (row["revision_seq"], row["log_at"]):
            yield f"{name}: it does not carry the sequence and time of its last entry"
        if not str(row["log_action"]).startswith(f"{kind.name}."):
            yield f"{name}: its last entry is about another kind of record"
        main, described = kind.rows(parse(row["revision_content"]))
        if any(row[column] != value for column, value in main.items()):
            yield f"{name}: its columns are not those of its revision"
        for table, stored in parts.items():
            if not _alike(described.get(table, []), stored.get(row["id"], [])):
                yield f"{name}: its rows in {table.name} are not those of its revision"


def _parts(connection: Connection, kind: Kind, table: sa.Table, ids: Sequence[str]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    parent = table.c[kind.name]
    for row in connection.execute(
        sa.select(table).where(parent.in_(ids)).order_by(parent, table.c.position)
    ).mappings():
        found.setdefault(row[kind.name], []).append(dict(row))
    return found


def _alike(described: Sequence[Row], stored: Sequence[Row]) -> bool:
    return len(described) == len(stored) and all(
        row["position"] == position and all(row[column] == value for column, value in wanted.items())
        for position, (wanted, row) in enumerate(zip(described, stored, strict=True))
    )


def verify_releases(connection: Connection, organisation: str) -> list[str]:
    """Give where the files of an organisation's releases are not what was proposed and approved.

    For every release: the bytes of each file have the SHA-256 that stands beside them and that its manifest
    names, no file is missing or in no manifest, and each manifest has the digest that the release carries,
    to which the log commits (``verify_records``).
    """
    c = t_release.release.c
    findings: list[str] = []
    for row in connection.execute(
        sa.select(c.id, c.digest, c.citation_digest).where(c.organisation == organisation).order_by(c.id)
    ):
        findings += [
            f"release {row.id}: {what}"
            for what in _wrong_in_files(connection, row.id, row.digest, row.citation_digest)
        ]
    return findings


def _wrong_in_files(
    connection: Connection, id: str, digest: str, citation_digest: str | None
) -> Iterator[str]:
    f = t_release.release_file.c
    digests: dict[str, str] = {}
    manifests: dict[str, bytes] = {}
    for row in connection.execute(
        sa.select(f.file_name, f.sha256, f.size, f.bytes).where(f.release == id).order_by(f.position)
    ):
        digests[row.file_name] = digest_of(row.bytes)
        if row.file_name in (MANIFEST, CITATION_MANIFEST):
            manifests[row.file_name] = bytes(row.bytes)
        if (row.sha256, row.size) != (digests[row.file_name], len(row.bytes)):
            yield f"the bytes of {row.file_name} are not those of its digest"
    wanted = {MANIFEST: digest, CITATION_MANIFEST: citation_digest}
    named: dict[str, str] = {}
    for name, expected in wanted.items():
        if digests.pop(name, None) != expected:
            yield f"{name} is not the one that was approved"
        elif name in manifests:
            named |= read_manifest(manifests[name])
    if digests != named:
        yield "its files are not those that its manifests name"
