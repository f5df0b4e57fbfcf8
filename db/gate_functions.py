"""The functions by which credentials are looked up on PostgreSQL, before anybody has entered.

Each belongs to the role of the gate, which reads the columns that they need and nothing else. SQLite needs
none: there the same is asked directly (``db/queries/credentials.py``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.dialects import postgresql

from db import sight
from db.tables import METADATA

_OF_MEMBER = {
    "person": ("member", "person"),
    "member_roles": ("member", "roles"),
    "active": ("member", "active"),
}


@dataclass(frozen=True, slots=True)
class Function:
    """A question with one text for an answer of columns, each from a table.

    ``found`` are the parts after the columns of a SELECT, tried in order until a row is found; ``$1`` is
    the text in them, and ``$entered`` the organisation that has entered. With
    ``enters`` the transaction enters the organisation of the one row, with its member's sight, or none.
    """

    name: str
    gives: Mapping[str, tuple[str, str]]
    found: tuple[str, ...]
    enters: bool = True


ENTER = Function(
    "enter",
    {
        **{name: ("token", name) for name in ("id", "organisation", "kind", "member", "roles")},
        **{name: ("token", name) for name in ("expires_at", "revoked_at")},
        **_OF_MEMBER,
    },
    (
        """FROM public.token LEFT JOIN public.member
    ON member.organisation = token.organisation AND member.id = token.member
  WHERE token.secret_hash = $1""",
        """FROM public.old_secret JOIN public.token
    ON token.organisation = old_secret.organisation AND token.id = old_secret.token
  LEFT JOIN public.member ON member.organisation = token.organisation AND member.id = token.member
  WHERE old_secret.secret_hash = $1 AND old_secret.until >
    to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""",
    ),
)
"""Of a token: by its secret's hash, or that of the secret before it while that still works."""

ENTER_SESSION = Function(
    "enter_session",
    {
        **{name: ("session", name) for name in ("id", "organisation", "member", "expires_at", "ended_at")},
        **{name: ("session", name) for name in ("login_version", "last_used_at")},
        **_OF_MEMBER,
        "sign_in": ("sign_in", "id"),
        "removed_at": ("sign_in", "removed_at"),
        "current_version": ("login", "passwords"),
    },
    (
        """FROM public.session JOIN public.member
    ON member.organisation = session.organisation AND member.id = session.member
  JOIN public.sign_in ON sign_in.organisation = session.organisation AND sign_in.id = session.sign_in
  JOIN public.login ON login.id = sign_in.login
  WHERE session.secret_hash = $1""",
    ),
)

ENTER_INVITATION = Function(
    "enter_invitation",
    {"id": ("invitation", "id"), "organisation": ("invitation", "organisation")},
    ("FROM public.invitation WHERE invitation.secret_hash = $1",),
)

OPENED_BY = Function(
    "opened_by",
    {
        "login": ("login", "id"),
        "person": ("login", "person"),
        "password_hash": ("login", "password_hash"),
        "version": ("login", "passwords"),
        "sign_in": ("sign_in", "id"),
        "organisation": ("sign_in", "organisation"),
        "organisation_name": ("organisation", "name"),
        "member": ("sign_in", "member"),
        "active": ("member", "active"),
    },
    (
        """FROM public.login
  JOIN public.sign_in ON sign_in.login = login.id AND sign_in.removed_at IS NULL
  JOIN public.member ON member.organisation = sign_in.organisation AND member.id = sign_in.member
  JOIN public.organisation ON organisation.id = sign_in.organisation
  WHERE login.key = $1 ORDER BY organisation.id""",
    ),
    enters=False,
)
"""What a login opens, by its key: a row a membership. Asked before the password is known to be right."""

AGREED = Function(
    "agreed",
    {
        **{name: ("agreement", name) for name in ("id", "organisation", "expires_at")},
        "organisation_name": ("organisation", "name"),
    },
    (
        """FROM public.agreement JOIN public.organisation ON organisation.id = agreement.organisation
  WHERE agreement.partner = $entered AND agreement.ended = 0 AND agreement.expires_at >
    to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
    AND $1 IN ('', agreement.organisation) ORDER BY agreement.organisation, agreement.id""",
    ),
    enters=False,
)
"""The agreements in force by which the organisation that has entered reads another's records: those with
the one of an id, or with '' all. Nobody can ask for an organisation that they have not entered."""

FUNCTIONS = (ENTER, ENTER_SESSION, ENTER_INVITATION, OPENED_BY, AGREED)

_NOW_THERE = """to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
_NOW_HERE = "strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z'"


def here(found: str, *, entered: str = "NULL") -> str:
    """Give a part of a question as SQLite writes it; in a file without a wall nobody has entered."""
    return found.replace(_NOW_THERE, _NOW_HERE).replace("$entered", entered)


_ORGANISATIONS = """CREATE FUNCTION {gate}.organisations() RETURNS TABLE (id text, name text)
LANGUAGE sql STABLE {fixed} AS $$ SELECT organisation.id, organisation.name FROM public.organisation $$"""

# Who is named is asked by the policies of every table of records, that of clearances too: in the gate's
# name, whom those policies do not bind.
_NAMED = """CREATE FUNCTION {named}(text) RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL SAFE {fixed} AS $$ BEGIN RETURN ARRAY(SELECT clearance.object
  FROM public.clearance WHERE clearance.member = $1 AND clearance.ended = 0); END $$"""


# Asked of each row that a partner meets, and of nobody else's: it costs nothing in the plans of others.
_SHARED = """CREATE FUNCTION {shared}(text) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1 {fixed} AS $$ BEGIN RETURN EXISTS (SELECT 1 FROM public.reach
  WHERE reach.object = $1 AND reach.level IN ('partners', 'public')
  AND reach.organisation = NULLIF(current_setting('{setting}', true), '')); END $$"""


def statements(gate: str, app: str, setting: str) -> list[str]:
    """Give the statements that make the functions in the gate's name, for the service's role alone."""
    fixed = "SECURITY DEFINER SET search_path = pg_catalog, pg_temp"
    signatures = [
        *(f"{gate}.{one.name}(text)" for one in FUNCTIONS),
        f"{gate}.organisations()",
        f"{sight.NAMED}(text)",
        f"{sight.SHARED}(text)",
    ]
    return [
        f"SET LOCAL ROLE {gate}",
        *(_made(one, gate, setting, fixed) for one in FUNCTIONS),
        _ORGANISATIONS.format(gate=gate, fixed=fixed),
        _NAMED.format(named=sight.NAMED, fixed=fixed),
        _SHARED.format(shared=sight.SHARED, fixed=fixed, setting=setting),
        *(f"REVOKE ALL ON FUNCTION {one} FROM PUBLIC" for one in signatures),
        *(f"GRANT EXECUTE ON FUNCTION {one} TO {app}" for one in signatures),
        f"GRANT USAGE ON SCHEMA {gate} TO {app}",
        "RESET ROLE",
    ]


def _made(one: Function, gate: str, setting: str, fixed: str) -> str:
    columns = ", ".join(f"{name} {_type(*column)}" for name, column in one.gives.items())
    selected = ", ".join(f"{table}.{column}" for table, column in one.gives.values())
    if one.enters:
        into = ", ".join(one.gives)
        member = "coalesce(member, '')" if "member" in one.gives else "''"
        tried = "\n  IF organisation IS NULL THEN ".join(
            f"SELECT {selected} INTO {into}\n  {found};"  # names of our own
            for found in one.found
        ) + "\n  END IF;" * (len(one.found) - 1)
        body = (
            f"{tried}\n  PERFORM set_config('{setting}', coalesce(organisation, ''), true),\n"
            f"    set_config('{sight.SETTING}', {member}, true);\n"
            "  IF organisation IS NOT NULL THEN RETURN NEXT; END IF;"
        )
    else:
        entered = f"NULLIF(current_setting('{setting}', true), '')"
        found = one.found[0].replace("$entered", entered)
        body = f"RETURN QUERY SELECT {selected}\n  {found};"  # names of our own
    return (
        f"CREATE FUNCTION {gate}.{one.name}(text) RETURNS TABLE ({columns})\nLANGUAGE plpgsql {fixed} AS $$\n"
        f"#variable_conflict use_column\nBEGIN\n  {body}\nEND $$"
    )


def _type(table: str, column: str) -> str:
    kind: str = METADATA.tables[table].c[column].type.compile(postgresql.dialect())  # type: ignore[no-untyped-call]
    return kind.split(" COLLATE", maxsplit=1)[0]
