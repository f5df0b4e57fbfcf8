"""What is asked of organisations, members and tokens."""

from __future__ import annotations

from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db import sqlite_wall, walls
from db.tables.organisations import member, organisation, person
from db.walls import GATE


def every(connection: Connection) -> list[tuple[str, str]]:
    """Give name and id of every organisation, by id: the command and the worker choose which to enter."""
    if connection.dialect.name == "postgresql":
        query: sa.Executable = _BEHIND_WALL
    else:
        query = _OPEN if walls.of_one(connection) else _BEHIND_SQLITE_WALL
    return sorted(((row.name, row.id) for row in connection.execute(query)), key=lambda one: one[1])


_OPEN = sa.select(organisation.c.name, organisation.c.id)
_BEHIND_SQLITE_WALL = sa.text(f"SELECT name, id FROM {sqlite_wall.ORGANISATIONS}")  # noqa: S608
_BEHIND_WALL = sa.text(f"SELECT name, id FROM {GATE}.organisations()")  # noqa: S608  # a name of our own


def by_name(connection: Connection, name: str) -> str | None:
    """Give the id of the organisation of this name, or None."""
    return names(connection).get(name)


def names(connection: Connection) -> dict[str, str]:
    """Give every organisation's id by its name."""
    return dict(every(connection))


def name_of(connection: Connection, id: str) -> str:
    """Give the name of an organisation that is there."""
    found: str = connection.execute(
        sa.select(organisation.c.name).where(organisation.c.id == id)
    ).scalar_one()
    return found


def one(connection: Connection, id: str) -> Any:
    """Give the organisation's row."""
    return connection.execute(sa.select(organisation).where(organisation.c.id == id)).one()


def add(connection: Connection, id: str, name: str, methodology: str, settings: str, at: str) -> None:
    """Store a new organisation."""
    connection.execute(
        organisation.insert().values(
            id=id, name=name, methodology_version=methodology, settings=settings, created_at=at
        )
    )


def add_person(connection: Connection, id: str, name: str) -> None:
    """Store the person behind a member."""
    connection.execute(person.insert().values(id=id, name=name))


class Credential(NamedTuple):
    """A token with the member behind it."""

    id: str
    organisation: str
    kind: str
    member: str | None
    roles: str
    expires_at: str
    revoked_at: str | None
    person: str | None
    member_roles: str
    active: bool | None


_MEMBERS = sa.select(*(member.c[name] for name in ("id", "person", "name", "roles", "active", "version")))


def members(connection: Connection, organisation_id: str) -> list[Any]:
    """Give the organisation's members, by name."""
    query = _MEMBERS.where(member.c.organisation == organisation_id)
    return list(connection.execute(query.order_by(member.c.name, member.c.id)))


def member_of(connection: Connection, organisation_id: str, id: str) -> Any:
    """Give one member, or None."""
    query = _MEMBERS.where(member.c.organisation == organisation_id, member.c.id == id)
    return connection.execute(query).one_or_none()
