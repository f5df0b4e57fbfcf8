"""What is asked of organisations, members and tokens."""

from __future__ import annotations

from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db import sight
from db.tables.organisations import member, organisation, person, token
from db.walls import GATE


def every(connection: Connection) -> list[tuple[str, str]]:
    """Give name and id of every organisation, by id: the command and the worker choose which to enter."""
    query = _BEHIND_WALL if connection.dialect.name == "postgresql" else _OPEN
    return sorted(((row.name, row.id) for row in connection.execute(query)), key=lambda one: one[1])


_OPEN = sa.select(organisation.c.name, organisation.c.id)
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


_CREDENTIAL = (
    sa.select(
        token.c.id,
        token.c.organisation,
        token.c.kind,
        token.c.member,
        token.c.roles,
        token.c.expires_at,
        token.c.revoked_at,
        member.c.person,
        member.c.roles.label("member_roles"),
        member.c.active,
    )
    .join_from(
        token,
        member,
        (member.c.organisation == token.c.organisation) & (member.c.id == token.c.member),
        isouter=True,
    )
    .where(token.c.secret_hash == sa.bindparam("secret_hash"))
)


_ENTERING = sa.text(
    f"SELECT {', '.join(Credential._fields)} FROM {GATE}.enter(:secret_hash)"  # noqa: S608  # names of our own
).columns(active=member.c.active.type)


def by_secret_hash(connection: Connection, secret_hash: str) -> Credential | None:
    """Give the token whose secret has this hash, or None; the transaction has entered its organisation,
    with the sight of the member behind it.
    """
    query = _ENTERING if connection.dialect.name == "postgresql" else _CREDENTIAL
    row = connection.execute(query, {"secret_hash": secret_hash}).one_or_none()
    if row is None:
        return None
    found = Credential(*tuple(row))
    sight.see(connection, found.member or "", told=True)
    return found


def members(connection: Connection, organisation_id: str) -> list[Any]:
    """Give the organisation's members, by name."""
    return list(
        connection.execute(
            sa.select(member.c.id, member.c.name, member.c.roles, member.c.active)
            .where(member.c.organisation == organisation_id)
            .order_by(member.c.name, member.c.id)
        )
    )


def tokens(connection: Connection, organisation_id: str) -> list[Any]:
    """Give the organisation's tokens without their hashes."""
    return list(
        connection.execute(
            sa.select(
                token.c.id,
                token.c.label,
                token.c.kind,
                token.c.member,
                token.c.expires_at,
                token.c.revoked_at,
            )
            .where(token.c.organisation == organisation_id)
            .order_by(token.c.seq)
        )
    )
