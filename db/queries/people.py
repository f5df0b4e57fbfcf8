"""What is asked of logins, sessions, invitations and tokens within an organisation."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db.queries.keyset import Keyset
from db.tables.organisations import token as t
from db.tables.people import invitation as i
from db.tables.people import login as l
from db.tables.people import oidc_flow as f
from db.tables.people import old_secret as o
from db.tables.people import session as s
from db.tables.people import sign_in as g


def open_tokens(connection: Connection, organisation: str, member: str) -> list[str]:
    """Give the ids of a member's tokens that are not revoked."""
    query = sa.select(t.c.id).where(
        t.c.organisation == organisation, t.c.member == member, t.c.revoked_at.is_(None)
    )
    return list(connection.execute(query.order_by(t.c.seq)).scalars())


def open_sessions(connection: Connection, organisation: str, member: str) -> list[str]:
    """Give the ids of a member's sessions that nobody has ended."""
    query = sa.select(s.c.id).where(
        s.c.organisation == organisation, s.c.member == member, s.c.ended_at.is_(None)
    )
    return list(connection.execute(query.order_by(s.c.seq)).scalars())


def open_invitations(connection: Connection, organisation: str, member: str) -> list[str]:
    """Give the ids of invitations, for a member or made by them, that nobody accepted or took back."""
    query = sa.select(i.c.id).where(
        i.c.organisation == organisation,
        (i.c.member == member) | (i.c.invited_by == member),
        i.c.accepted_at.is_(None),
        i.c.revoked_at.is_(None),
    )
    return list(connection.execute(query.order_by(i.c.seq)).scalars())


_TOKENS = sa.select(
    *(t.c[name] for name in ("id", "label", "kind", "member", "roles", "expires_at", "revoked_at")),
    *(t.c[name] for name in ("version", "recorded_at")),
    o.c.until.label("old_until"),
).join_from(t, o, (o.c.organisation == t.c.organisation) & (o.c.token == t.c.id), isouter=True)


def tokens(organisation: str, member: str | None) -> Keyset:
    """Give the list of the organisation's tokens, or of one member's, by id, without what is secret."""
    query = _TOKENS.where(t.c.organisation == organisation)
    return Keyset(query if member is None else query.where(t.c.member == member), (t.c.id,))


def token(connection: Connection, organisation: str, id: str) -> Any:
    """Give one token without what is secret, or None."""
    return connection.execute(_TOKENS.where(t.c.organisation == organisation, t.c.id == id)).one_or_none()


def secret_hash_of(connection: Connection, organisation: str, id: str) -> str:
    """Give the hash of a token's secret: for the act that puts another in its place, and for no answer."""
    query = sa.select(t.c.secret_hash).where(t.c.organisation == organisation, t.c.id == id)
    return str(connection.execute(query).scalar_one())


def keep_old_secret(
    connection: Connection, organisation: str, token: str, secret_hash: str, until: str | None
) -> None:
    """Let the secret that a token had work until then, or no more; one that was kept before is forgotten."""
    connection.execute(o.delete().where(o.c.organisation == organisation, o.c.token == token))
    if until is not None:
        connection.execute(
            o.insert().values(organisation=organisation, token=token, secret_hash=secret_hash, until=until)
        )


_INVITATIONS = sa.select(
    *(i.c[name] for name in ("id", "name", "roles", "member", "invited_by", "expires_at")),
    *(i.c[name] for name in ("accepted_at", "revoked_at", "version", "recorded_at")),
)


def invitations(organisation: str) -> Keyset:
    """Give the list of the organisation's invitations, by id, without their secrets."""
    return Keyset(_INVITATIONS.where(i.c.organisation == organisation), (i.c.id,))


def invitation(connection: Connection, organisation: str, id: str) -> Any:
    """Give one invitation without its secret, or None."""
    query = _INVITATIONS.where(i.c.organisation == organisation, i.c.id == id)
    return connection.execute(query).one_or_none()


def sign_ins(connection: Connection, organisation: str, member: str) -> list[Any]:
    """Give what opens a membership, with each login's hash and version: for comparing, and for no answer."""
    query = (
        sa.select(g.c.id, g.c.login, g.c.kind, g.c.version, l.c.password_hash, l.c.passwords)
        .join_from(g, l, l.c.id == g.c.login)
        .where(g.c.organisation == organisation, g.c.member == member, g.c.removed_at.is_(None))
    )
    return list(connection.execute(query.order_by(g.c.seq)))


def add_login(connection: Connection, **row: Any) -> None:
    """Store a login. Its key is unique in the deployment."""
    connection.execute(l.insert().values(**row))


def set_password(connection: Connection, login: str, password_hash: str, at: str) -> int:
    """Give a login another password; give its version, of which no session is yet."""
    connection.execute(
        l.update()
        .where(l.c.id == login)
        .values(password_hash=password_hash, passwords=l.c.passwords + 1, changed_at=at)
    )
    return int(connection.execute(sa.select(l.c.passwords).where(l.c.id == login)).scalar_one())


def keep_session(connection: Connection, organisation: str, session: str, login_version: int) -> None:
    """Let a session outlive the password that it was begun with: its own member changed it."""
    connection.execute(
        s.update()
        .where(s.c.organisation == organisation, s.c.id == session)
        .values(login_version=login_version)
    )


def used(connection: Connection, organisation: str, session: str, at: str) -> None:
    """Write down that a session is in use."""
    connection.execute(
        s.update().where(s.c.organisation == organisation, s.c.id == session).values(last_used_at=at)
    )


def session_hash(connection: Connection, organisation: str, id: str) -> str | None:
    """Give the hash of a session's secret: to look its member up again, and for no answer."""
    query = sa.select(s.c.secret_hash).where(s.c.organisation == organisation, s.c.id == id)
    return connection.execute(query).scalar_one_or_none()


def keep_flow(connection: Connection, now: str, **row: Any) -> None:
    """Keep what somebody began at the provider; what is over by now goes."""
    connection.execute(f.delete().where(f.c.expires_at <= now))
    connection.execute(f.insert().values(**row))


def take_flow(connection: Connection, state_hash: str) -> Any:
    """Take what was begun, or None: of several who try, one gets it."""
    query = f.delete().where(f.c.state_hash == state_hash).returning(f)
    return connection.execute(query).one_or_none()


def session(connection: Connection, organisation: str, id: str) -> Any:
    """Give one session without its secret, or None."""
    query = sa.select(s.c.id, s.c.member, s.c.sign_in, s.c.expires_at, s.c.ended_at, s.c.recorded_at)
    return connection.execute(query.where(s.c.organisation == organisation, s.c.id == id)).one_or_none()
