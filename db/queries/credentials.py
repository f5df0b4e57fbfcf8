"""What shows who asks: looked up by the hash of a secret, or by what a login is found by.

On PostgreSQL each look-up is a function of the gate's, which enters the organisation
(``db/gate_functions.py``); on SQLite it is the same question, asked directly.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db import gate_functions as gate
from db.queries.organisations import Credential
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


def _asked(one: gate.Function) -> tuple[sa.TextualSelect, tuple[sa.TextualSelect, ...]]:
    kinds = {
        name: METADATA.tables[table].c[column].type
        for name, (table, column) in one.gives.items()
        if name == "active"
    }
    at_gate = f"SELECT {', '.join(one.gives)} FROM {GATE}.{one.name}(:key)"  # noqa: S608  # names of our own
    selected = ", ".join(f"{table}.{column} AS {name}" for name, (table, column) in one.gives.items())
    direct = tuple(
        sa.text(
            f"SELECT {selected} {found}".replace("public.", "")  # names of our own
            .replace("$1", ":key")
            .replace(_NOW_THERE, _NOW_HERE)
        ).columns(**kinds)
        for found in one.found
    )
    return sa.text(at_gate).columns(**kinds), direct


_NOW_THERE = """to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
_NOW_HERE = "strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z'"
_ASKED = {one.name: _asked(one) for one in gate.FUNCTIONS}


def _rows(connection: Connection, one: gate.Function, key: str) -> list[Any]:
    at_gate, direct = _ASKED[one.name]
    if connection.dialect.name == "postgresql":
        return list(connection.execute(at_gate, {"key": key}))
    for query in direct:
        found = list(connection.execute(query, {"key": key}))
        if found:
            return found
    return []


def token(connection: Connection, secret_hash: str) -> Credential | None:
    """Give the token whose secret has this hash, or None; the transaction has entered its organisation."""
    rows = _rows(connection, gate.ENTER, secret_hash)
    return Credential(*rows[0]) if rows else None


def session(connection: Connection, secret_hash: str) -> Session | None:
    """Give the session whose secret has this hash, or None; the transaction has entered its organisation."""
    rows = _rows(connection, gate.ENTER_SESSION, secret_hash)
    return Session(*rows[0]) if rows else None


def invitation(connection: Connection, secret_hash: str) -> tuple[str, str] | None:
    """Enter the organisation of the invitation with this hash; give both ids, or None."""
    rows = _rows(connection, gate.ENTER_INVITATION, secret_hash)
    return (str(rows[0].id), str(rows[0].organisation)) if rows else None


def opened_by(connection: Connection, key: str) -> list[Opening]:
    """Give the memberships that a login opens, those of members without access too, by organisation."""
    return [Opening(*row) for row in _rows(connection, gate.OPENED_BY, key)]
