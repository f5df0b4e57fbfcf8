"""The one door for writes: row, revision and chained log entry, or nothing.

Every act on a record goes through ``record``. It stores the row with its parts, the revision with
the content as canonical JSON, and a log entry that commits to that content and to the entry before,
all on the caller's connection, so that they are committed together. No other code inserts into
these tables, so no caller can forget the audit.

There is one lock, the log's head: whoever holds it is the organisation's only writer until the
transaction ends. An act that reads what it changes takes it before reading (``lock_head``, or a query
that locks). Row locks beside it, taken before it by some acts and after it by others, block each other.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db import reach
from db.canonical import canonical
from db.functions import look_at_growth
from db.kinds import Kind, Row
from db.sight import whole
from db.tables import METADATA
from db.tables import log as t
from domain.access import Actor
from domain.errors import Invalid
from domain.vocab import Visibility

LOG_FORMAT = 1
CHUNK = 1_000
GENESIS = "0" * 64
"""What the first entry names as the hash of the entry before."""
_DEPTH = {table: place for place, table in enumerate(METADATA.sorted_tables)}
"""Where each table stands in an order that puts it after all tables it refers to."""
EPOCH = "1970-01-01T00:00:00.000000Z"
"""The time of an empty log, before that of any entry."""


@dataclass(frozen=True, slots=True)
class Act:
    """One act on one record.

    ``content`` is what the revision keeps and the log commits to. ``columns`` are the row's columns
    that are no part of the content (derived ones); ``version`` is the version the act makes.
    """

    verb: str
    kind: Kind
    id: str
    version: int
    content: Mapping[str, Any]
    columns: Mapping[str, Any] = field(default_factory=dict)
    reason_code: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What an act left behind."""

    id: str
    version: int
    seq: int
    at: str


@dataclass(slots=True)
class Head:
    """The end of an organisation's log, locked by this transaction."""

    organisation: str
    seq: int
    hash: str
    at: str


def now() -> str:
    """Give the instant as the record writes it: ISO 8601, UTC, microseconds."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def after(**time: float) -> str:
    """Give the instant so long from now (``days``, ``minutes``; below zero: before now), as ``now`` does."""
    return (datetime.now(UTC) + timedelta(**time)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def next_instant(previous: str, clock: Callable[[], str] = now) -> str:
    """Give a time for the next entry that never runs backwards, whatever the clock does."""
    current = clock()
    if current > previous:
        return current
    following = datetime.fromisoformat(previous) + timedelta(microseconds=1)
    return following.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def commitment(salt: str, content: str, reason: str | None) -> str:
    """Give the commitment to a revision: HMAC-SHA256, keyed by the salt (hex), of content and reason.

    Canonical JSON holds no NUL, so content and reason cannot be read in two ways.
    """
    committed = content if reason is None else f"{content}\0{reason}"
    return hmac.new(bytes.fromhex(salt), committed.encode(), hashlib.sha256).hexdigest()


def entry_hash(entry: Mapping[str, Any]) -> str:
    """Give the hash of an entry: SHA-256 of the canonical JSON of its fields without ``hash``."""
    return hashlib.sha256(canonical(entry).encode()).hexdigest()


def open_log(connection: Connection, organisation: str) -> None:
    """Make the empty log of a new organisation."""
    connection.execute(
        t.log_head.insert().values(
            organisation=organisation,
            seq=0,
            hash=GENESIS,
            at=EPOCH,
            fact_seq=0,
            standing_seq=0,
        )
    )


def lock_head(connection: Connection, organisation: str) -> Head:
    """Lock the log's head until the transaction ends and give it."""
    row = connection.execute(
        sa.select(t.log_head.c.seq, t.log_head.c.hash, t.log_head.c.at)
        .where(t.log_head.c.organisation == organisation)
        .with_for_update()
    ).one()
    return Head(organisation, row.seq, row.hash, row.at)


def record(connection: Connection, actor: Actor, acts: Iterable[Act]) -> list[Recorded]:
    """Store acts, in order, each with its row, its revision and its log entry.

    An act with ``version`` 1 inserts; a later one updates the row from the version before and
    replaces its parts. The caller has locked and checked existing records. Works in chunks, so an
    iterator of many thousand acts keeps memory flat apart from what is returned.
    """
    head = lock_head(connection, actor.organisation)
    done: list[Recorded] = []
    for chunk in _chunks(acts):
        done.extend(_store(connection, actor, head, chunk))
    connection.execute(
        t.log_head.update()
        .where(t.log_head.c.organisation == actor.organisation)
        .values(seq=head.seq, hash=head.hash, at=head.at)
    )
    return done


def _chunks(acts: Iterable[Act]) -> Iterator[list[Act]]:
    chunk: list[Act] = []
    for act in acts:
        chunk.append(act)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _store(connection: Connection, actor: Actor, head: Head, acts: Sequence[Act]) -> list[Recorded]:
    done: list[Recorded] = []
    entries: list[Row] = []
    revisions: list[Row] = []
    # Rows of one table are inserted together, tables after those they refer to: a chunk may begin in
    # the middle of what belongs together, so the order of the acts says nothing.
    inserts: dict[sa.Table, list[Row]] = {}
    changes: dict[str, list[tuple[Act, Row]]] = {}
    words: dict[str, dict[str, str]] = {}
    for act in acts:
        word = str(act.content.get("visibility", Visibility.ORGANISATION.value))
        if word == Visibility.RESTRICTED and actor.member is None:
            raise Invalid(
                "A restricted record is for the people who are named, and a service names nobody: let a "
                "member record it.",
                code="nobody-named",
            )
        words.setdefault(act.kind.name, {})[act.id] = word
        entry, revision = _entry(actor, head, act)
        entries.append(entry)
        revisions.append(revision)
        done.append(Recorded(act.id, act.version, head.seq, head.at))
        main, parts = act.kind.rows(act.content)
        main.update(act.columns)
        main.update(
            id=act.id,
            organisation=actor.organisation,
            version=act.version,
            seq=head.seq,
            recorded_at=head.at,
        )
        if act.version == 1:
            inserts.setdefault(act.kind.table, []).append(main)
        else:
            changes.setdefault(act.kind.name, []).append((act, main))
        for table, rows in parts.items():
            inserts.setdefault(table, []).extend(
                {
                    "organisation": actor.organisation,
                    act.kind.name: act.id,
                    "position": position,
                    **row,
                }
                for position, row in enumerate(rows)
            )
    connection.execute(t.log.insert(), entries)
    connection.execute(t.revision.insert(), revisions)
    if changes:
        with whole(connection):  # whether who acts may change them was asked before
            for changed in changes.values():
                _update(connection, actor.organisation, changed)
    for table, rows in sorted(inserts.items(), key=lambda item: _DEPTH[item[0]]):
        if rows:
            connection.execute(table.insert(), rows)
    reach.settle(connection, actor.organisation, words)
    look_at_growth(
        connection,
        {
            t.log: len(entries),
            t.revision: len(revisions),
            **{table: len(rows) for table, rows in inserts.items()},
        },
    )
    return done


def _entry(actor: Actor, head: Head, act: Act) -> tuple[Row, Row]:
    content = canonical(act.content)
    salt = secrets.token_hex(16)
    head.at = next_instant(head.at)
    head.seq += 1
    entry: Row = {
        "organisation": head.organisation,
        "seq": head.seq,
        "format": LOG_FORMAT,
        "at": head.at,
        "actor": actor.label,
        "action": f"{act.kind.name}.{act.verb}",
        "object": act.id,
        "object_version": act.version,
        "reason_code": act.reason_code,
        "commitment": commitment(salt, content, act.reason),
        "previous": head.hash,
    }
    head.hash = entry_hash(entry)
    entry["hash"] = head.hash
    revision: Row = {
        "organisation": head.organisation,
        "object": act.id,
        "version": act.version,
        "seq": head.seq,
        "content": content,
        "reason": act.reason,
        "salt": salt,
    }
    return entry, revision


def _update(connection: Connection, organisation: str, changes: Sequence[tuple[Act, Row]]) -> None:
    """Change rows of one kind from the version before, together, and take their old parts away."""
    kind = changes[0][0].kind
    table = kind.table
    alike: dict[frozenset[str], list[Row]] = {}
    for act, main in changes:
        values = {f"b_{name}": value for name, value in main.items() if name != "organisation"}
        alike.setdefault(frozenset(main), []).append({**values, "b_before": act.version - 1})
    for names, rows in alike.items():
        changed = connection.execute(
            table.update()
            .where(
                table.c.organisation == organisation,
                table.c.id == sa.bindparam("b_id"),
                table.c.version == sa.bindparam("b_before"),
            )
            .values({name: sa.bindparam(f"b_{name}") for name in sorted(names - {"id", "organisation"})}),
            rows,
        )
        if changed.rowcount != len(rows):  # the caller locks first, so this is a fault of ours, not a race
            raise RuntimeError("A record changed under its lock.")
    for part in kind.parts.values():
        connection.execute(
            part.table.delete().where(part.table.c[kind.name] == sa.bindparam("b_id")),
            [{"b_id": act.id} for act, _ in changes],
        )
