"""What of a record is told to whom: sensitive fields are withheld, and said to be.

A record leaves as ``Told`` and not as it is stored, so that nobody sends one without having asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from db import sight
from db.canonical import canonical, parse
from db.engine import Connection
from db.field_classes import IF, OF_SOURCE, SENSITIVE, sensitive_of
from db.kinds import Kind
from db.queries import lists, records, sources
from db.queries.records import Step, Stored
from domain.access import Actor, reads_own_sensitive, reads_sensitive
from domain.errors import Fault, NotAllowed

IN_CHUNK = 500
WITHHELD = "withheld"


class Told(NamedTuple):
    """A record as one who asks may read it; ``content`` says at its end what was withheld."""

    id: str
    version: int
    seq: int
    recorded_at: str
    content: str
    state: str | None


def tell(connection: Connection, actor: Actor, kind: Kind, found: Iterable[Stored]) -> list[Told]:
    """Give records of a kind as the actor may read them."""
    stored = list(found)
    if not _of(kind) or reads_sensitive(actor):
        return [Told(*one) for one in stored]
    own = _own(connection, actor, [one.id for one in stored])
    said = {one.id: parse(one.content) for one in stored if one.id not in own}
    kept = _kept(connection, actor, kind, said.values())
    return [
        Told(*(one if one.id in own else one._replace(content=_less(said[one.id], kept(said[one.id])))))
        for one in stored
    ]


def one(connection: Connection, actor: Actor, kind: Kind, stored: Stored) -> Told:
    """Give one record as the actor may read it."""
    return tell(connection, actor, kind, [stored])[0]


def steps(connection: Connection, actor: Actor, kind: Kind, id: str, found: Sequence[Step]) -> list[Step]:
    """Give the steps of a record as the actor may read them."""
    if not found or not _of(kind) or reads_sensitive(actor) or _own(connection, actor, [id]):
        return list(found)
    said = [parse(one.content) for one in found]
    kept = _kept(connection, actor, kind, said)
    # What is kept from somebody now is kept from them in every earlier version.
    return [
        one._replace(content=_less(content, kept(content) | kept(said[-1])))
        for one, content in zip(found, said, strict=True)
    ]


def readable(connection: Connection, actor: Actor, kind: Kind, ids: Sequence[str]) -> set[str]:
    """Give those of these records whose sensitive fields the actor may read, if the records are there."""
    return set(ids) if reads_sensitive(actor) else _own(connection, actor, ids)


def check_change(
    connection: Connection, actor: Actor, kind: Kind, id: str, fields: Mapping[str, Any]
) -> None:
    """Raise NotAllowed where a change sends a field that the actor may not read, and would write over.

    So it does where a change takes off the mark that keeps a field from the actor, who would read it by that.
    """
    flags = {flag for (name, _), flag in IF.items() if name == kind.name}
    marks = flags | ({"source"} if kind.name in OF_SOURCE else set())
    if not (_of(kind) | marks) & fields.keys() or reads_sensitive(actor) or _own(connection, actor, [id]):
        return
    stored = records.locked(connection, kind, actor.organisation, id)
    if stored is None:  # the change itself answers that it is not there
        return
    said = parse(stored.content)
    kept = _kept(connection, actor, kind, [said])(said)
    taken_off = {one for one in flags & fields.keys() if said[one] and not fields[one]}
    if kept & OF_SOURCE.get(kind.name, frozenset()):
        taken_off |= {"source"} & fields.keys()
    asked = sorted((kept & fields.keys()) | taken_off)
    if asked:
        raise NotAllowed(
            "You may not read this field, so you cannot replace it. Leave it out and it stays as it is.",
            code="withheld-field",
            faults=[Fault(f"/{name}", "withheld-field", "It is withheld from you.") for name in asked],
        )


def conditions(actor: Actor, kind: Kind, filters: Mapping[str, Any]) -> list[Any]:
    """Give what else must hold where a filter asks for a field that is sensitive in some records."""
    if reads_sensitive(actor):
        return []
    return [
        lists.is_not(kind, flag)
        for (name, field), flag in IF.items()
        if name == kind.name and filters.get(field) is not None
    ]


def less_of_rows(
    connection: Connection,
    actor: Actor,
    rows: Iterable[Sequence[Any]],
    places: Mapping[int, bool],
) -> Iterator[Sequence[Any]]:
    """Give rows that begin with a record's id, empty where a value is withheld.

    ``places`` are the sensitive columns, each with whether it is of the record that the row begins with.
    """
    if reads_sensitive(actor) or not places:
        yield from rows
        return
    waiting = iter(rows)
    while chunk := list(islice(waiting, IN_CHUNK)):
        own = _own(connection, actor, [row[0] for row in chunk])
        for row in chunk:
            yield [
                None if at in places and not (places[at] and row[0] in own) else value
                for at, value in enumerate(row)
            ]


def _of(kind: Kind) -> frozenset[str]:
    return sensitive_of(kind.name)


def _kept(
    connection: Connection, actor: Actor, kind: Kind, said: Iterable[Mapping[str, Any]]
) -> Callable[[Mapping[str, Any]], frozenset[str]]:
    """Give what tells which fields are kept from the actor in one of these contents."""
    of_source = OF_SOURCE.get(kind.name, frozenset())
    confidential: set[str] = set()
    if of_source:
        named = [content["source"] for content in said]
        with sight.whole(connection):  # an earlier version may name a source that is hidden
            confidential = sources.confidential_among(connection, actor.organisation, named)

    def kept(content: Mapping[str, Any]) -> frozenset[str]:
        marked = {field for (name, field), flag in IF.items() if name == kind.name and content[flag]}
        more = of_source if of_source and content["source"] in confidential else frozenset()
        return SENSITIVE[kind.name] | marked | more

    return kept


def _less(said: Mapping[str, Any], gone: frozenset[str]) -> str:
    # A list stays a list: that nothing is in it says nothing, for it is named.
    less: dict[str, Any] = {
        name: ([] if isinstance(value, list) else None) if name in gone else value
        for name, value in said.items()
    }
    return canonical({**less, WITHHELD: sorted(gone)})


def _own(connection: Connection, actor: Actor, ids: Sequence[str]) -> set[str]:
    """Give those of these records that the actor recorded, and may read whole for that."""
    if not reads_own_sensitive(actor):
        return set()
    return records.recorded_by(connection, actor.organisation, ids, actor.label)
