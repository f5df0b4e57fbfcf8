"""Create, change, read and list any kind of record: load, check, store through the door."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from db import door, reach
from db.canonical import document, parse
from db.engine import Connection, unique_or_conflict
from db.kinds import CLEARANCE, Kind
from db.queries import clearances, flags, records
from db.queries.records import Stored
from domain.access import POLICY, Actor, require
from domain.drafts import ClearanceDraft
from domain.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from domain.figures import Finding
from domain.vocab import Visibility
from services import references

RESTRICTED = Visibility.RESTRICTED.value


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a record is changed (R14): a code and a note in words."""

    code: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """A record after an act, and what a person should look at."""

    stored: Stored
    warnings: tuple[Finding, ...] = ()


def new_id() -> str:
    """Give a random id: a sortable one would tell when a confidential record was made."""
    return str(uuid.uuid4())


def create(
    connection: Connection,
    actor: Actor,
    kind: Kind,
    draft: Any,
    *,
    columns: Mapping[str, Any] | None = None,
    id: str | None = None,
    warnings: Sequence[Finding] = (),
) -> Saved:
    """Store a new record.

    Raises NotAllowed, UnknownReference, and Conflict where a unique code is taken.
    """
    require(actor, "record.create")
    content = document(draft)
    references.check(connection, actor.organisation, references.references(kind, content))
    act = door.Act("create", kind, id or new_id(), 1, content, columns or {})
    return _saved(connection, actor, act, warnings)


def change(
    connection: Connection,
    actor: Actor,
    kind: Kind,
    before: Stored,
    draft: Any,
    reason: Reason,
    *,
    columns: Mapping[str, Any] | None = None,
    warnings: Sequence[Finding] = (),
) -> Saved:
    """Store the next revision of a record that ``lock_for_change`` gave."""
    require(actor, "record.change")
    was, content = parse(before.content), document(draft)
    if content == was:
        raise Invalid(
            "The change leaves the record as it is; send what is to be different.", code="no-change"
        )
    if was["visibility"] == RESTRICTED != content["visibility"]:
        _check_opens(connection, actor, before.id)
    refers = list(references.references(kind, content))
    references.check(connection, actor.organisation, refers)
    act = door.Act(
        "change", kind, before.id, before.version + 1, content, columns or {}, reason.code, reason.note
    )
    moves = refers != list(references.references(kind, was))
    was_hidden = moves and reach.is_hidden_from_its_recorder(connection, before.id)
    names = content["visibility"] == RESTRICTED != was["visibility"]
    saved = _saved(connection, actor, act, warnings, names=names)
    if moves and not was_hidden and reach.is_hidden_from_its_recorder(connection, before.id):
        raise Conflict(
            "It would lie under a restricted record that its own recorder may not read, and be gone for "
            "them. Have them named for that record first.",
            code="hides-from-recorder",
        )
    return saved


def _check_opens(connection: Connection, actor: Actor, id: str) -> None:
    """Raise NotAllowed unless the actor may open a restricted record: a reviewer, or who recorded it.

    Who may say that one person reads it may say that all do; to be named for it is not enough.
    """
    if actor.roles & POLICY["clearance.manage"] and actor.member is not None:
        return
    if actor.member is None or actor.member != reach.recorder_of(connection, id):
        raise NotAllowed("A restricted record is opened by a reviewer or by who recorded it.")


def is_moved(saved: Saved, before: Mapping[str, Any], *names: str) -> bool:
    """Tell whether a change of a record moved one of these fields of its content."""
    after = parse(saved.stored.content)
    return any(after[name] != before[name] for name in names)


def _saved(
    connection: Connection,
    actor: Actor,
    act: door.Act,
    warnings: Sequence[Finding],
    *,
    names: bool = False,
) -> Saved:
    with unique_or_conflict(act.kind.name):
        acts = [act]
        if names and actor.member is not None:
            acts += _naming(connection, actor.organisation, act, actor.member)
        done = door.record(connection, actor, acts)[0]
    if warnings or act.version > 1:
        flags.replace(connection, actor.organisation, [(act.id, done.seq, warnings)])
    stored = records.one(connection, act.kind, actor.organisation, act.id)
    if stored is None:
        raise RuntimeError("A record just stored is not there.")
    return Saved(stored, tuple(warnings))


def _naming(connection: Connection, organisation: str, act: door.Act, member: str) -> Iterator[door.Act]:
    """Give the act that names a member for the record that they restrict, unless they are named."""
    known = clearances.of_member(connection, organisation, act.id, member)
    if known is None or known.ended:
        draft = ClearanceDraft(kind=act.kind.name, object=act.id, member=member, reason="Restricted it.")
        id, version = (new_id(), 1) if known is None else (known.id, known.version + 1)
        yield door.Act("give", CLEARANCE, id, version, document(draft))


def lock_for_change(connection: Connection, actor: Actor, kind: Kind, id: str, version: int) -> Stored:
    """Lock a record for a change of the version the caller read.

    Raises NotFound, and Stale when the record has moved on.
    """
    stored = records.locked(connection, kind, actor.organisation, id)
    if stored is None:
        raise NotFound(f"There is no such {kind.name}.")
    if stored.version != version:
        raise Stale("The record changed since you read it. Read it again and repeat your change.")
    return stored


def read(connection: Connection, actor: Actor, kind: Kind, id: str) -> Stored:
    """Give one record. Raises NotFound."""
    require(actor, "record.read")
    stored = records.one(connection, kind, actor.organisation, id)
    if stored is None:
        raise NotFound(f"There is no such {kind.name}.")
    return stored


def listed(
    connection: Connection,
    actor: Actor,
    kind: Kind,
    conditions: Sequence[Any],
    order: Sequence[Any],
    after: Sequence[Any] | None,
    limit: int,
) -> tuple[list[Stored], list[Any] | None]:
    """Give a page of records and the position after it."""
    require(actor, "record.read")
    return records.page(connection, kind, actor.organisation, conditions, order, after, limit)


def history(connection: Connection, actor: Actor, kind: Kind, id: str) -> list[records.Step]:
    """Give every step of a record: who, what, when, why. Raises NotFound."""
    read(connection, actor, kind, id)
    return records.history(connection, actor.organisation, id)


def create_many(
    connection: Connection, actor: Actor, drafts: Iterable[tuple[Kind, str, Any, Mapping[str, Any]]]
) -> list[door.Recorded]:
    """Store many new records, (kind, id, draft, derived columns) each, in chunks through the door.

    The caller made or checked what they refer to; the database holds the references in any case.
    """
    require(actor, "record.create")
    return door.record(
        connection,
        actor,
        (door.Act("create", kind, id, 1, document(draft), columns) for kind, id, draft, columns in drafts),
    )


Change = Callable[[dict[str, Any]], Any]
"""From a record's present content to the draft that is to replace it."""
