"""What shows who asks: looked up by the hash of a secret, or by what a login is found by.

On PostgreSQL each look-up is a function of the gate's, which enters the organisation
(``db/gate_functions.py``); on SQLite it is the same question, asked directly.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db import gate_functions as gate
from db import sight, sqlite_wall, walls
from db.queries.organisations import Credential
from db.sqlite_connection import Walled
from db.tables import METADATA
from db.walls import GATE


class Session(NamedTuple):
    """A session with the member and the login behind it."""

    id: str
    organisation: str
    member: str
    expires_at: str
    ended_at: str | None
    login_version: int
    last_used_at: str
    person: str
    member_roles: str
    active: bool
    sign_in: str
    removed_at: str | None
    current_version: int


class Opening(NamedTuple):
    """A membership that a login opens."""

    login: str
    person: str
    password_hash: str | None
    version: int
    sign_in: str
    organisation: str
    organisation_name: str
    member: str
    active: bool


class Agreed(NamedTuple):
    """An agreement in force, as the organisation that reads by it sees it: with whom, and until when."""

    id: str
    organisation: str
    expires_at: str
    organisation_name: str


class _Asked(NamedTuple):
    """A question of the gate: on PostgreSQL, on SQLite, and behind the wall of an SQLite connection."""

    at_gate: sa.TextualSelect
    direct: tuple[sa.TextualSelect, ...]
    behind: tuple[sa.TextualSelect, ...]


def _asked(one: gate.Function) -> _Asked:
    kinds = {
        name: METADATA.tables[table].c[column].type
        for name, (table, column) in one.gives.items()
        if name == "active"
    }
    at_gate = f"SELECT {', '.join(one.gives)} FROM {GATE}.{one.name}(:key)"  # noqa: S608  # names of our own
    selected = ", ".join(f"{table}.{column} AS {name}" for name, (table, column) in one.gives.items())
    direct = tuple(
        sa.text(
            f"SELECT {selected} {gate.here(found)}".replace("public.", "").replace(
                "$1", ":key"
            )  # our own names
        ).columns(**kinds)
        for found in one.found
    )
    behind = tuple(
        sa.text(
            f"SELECT {', '.join(one.gives)} FROM {sqlite_wall.view_of(one, number)}"  # noqa: S608  # our own names
        ).columns(**kinds)
        for number in range(len(one.found))
    )
    return _Asked(sa.text(at_gate).columns(**kinds), direct, behind)


_ASKED = {one.name: _asked(one) for one in gate.FUNCTIONS}


def _rows(connection: Connection, one: gate.Function, key: str) -> list[Any]:
    asked = _ASKED[one.name]
    if connection.dialect.name == "postgresql":
        return list(connection.execute(asked.at_gate, {"key": key}))
    walled = walls.walled_sqlite(connection)
    if walled is not None:
        return _behind(connection, walled, one, key)
    return _first(connection, asked.direct, {"key": key})


def _entered(connection: Connection, rows: list[Any]) -> Any:
    """Give the one row; the transaction has the sight of the member behind it."""
    sight.see(connection, rows[0].member or "", told=True)
    return rows[0]


def _behind(connection: Connection, walled: Walled, one: gate.Function, key: str) -> list[Any]:
    """Give what is found by the key that is presented; the transaction enters its organisation, or none."""
    if one.enters:
        walled.organisation = None
    walled.presented = key
    try:
        found = _first(connection, _ASKED[one.name].behind, {})
    finally:
        walled.presented = None
    if one.enters and found:
        walled.organisation = found[0].organisation
    return found


def _first(
    connection: Connection, queries: tuple[sa.TextualSelect, ...], values: dict[str, str]
) -> list[Any]:
    for query in queries:
        found = list(connection.execute(query, values))
        if found:
            return found
    return []


def token(connection: Connection, secret_hash: str) -> Credential | None:
    """Give the token whose secret has this hash, or None; the transaction has entered its organisation
    with the sight of the member behind it.
    """
    rows = _rows(connection, gate.ENTER, secret_hash)
    return Credential(*_entered(connection, rows)) if rows else None


def session(connection: Connection, secret_hash: str) -> Session | None:
    """Give the session whose secret has this hash, or None; the transaction has entered its organisation
    with the sight of the member behind it.
    """
    rows = _rows(connection, gate.ENTER_SESSION, secret_hash)
    return Session(*_entered(connection, rows)) if rows else None


def invitation(connection: Connection, secret_hash: str) -> tuple[str, str] | None:
    """Enter the organisation of the invitation with this hash; give both ids, or None."""
    rows = _rows(connection, gate.ENTER_INVITATION, secret_hash)
    return (str(rows[0].id), str(rows[0].organisation)) if rows else None


def agreed(connection: Connection, organisation: str = "") -> list[Agreed]:
    """Give the agreements in force that let the organisation that has entered read another's records: with
    this organisation, or all.
    """
    return [Agreed(*row) for row in _rows(connection, gate.AGREED, organisation)]


def opened_by(connection: Connection, key: str) -> list[Opening]:
    """Give the memberships that a login opens, those of members without access too, by organisation."""
    return [Opening(*row) for row in _rows(connection, gate.OPENED_BY, key)]
