"""The second wall: row security on every table of PostgreSQL, so that a forgotten predicate leaks nothing.

The SQL follows from the tables. Whoever owns the tables puts it up (``migrations.upgrade``); the service
connects as ``civharm_app``, which owns nothing and sees the rows of one organisation, the one that its
transaction has entered. Credentials are looked up before anybody has entered, by functions of the role
``civharm_gate``, which reads only what they need. On SQLite a wall of the same policies and rights is each
connection's own, where it is asked for (``db/sqlite_wall.py``).

The wall is against forgotten predicates. It is none against SQL of a stranger's, which could enter as well.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from psycopg import sql
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Connection

from db import gate_functions, sight
from db.kinds import KINDS
from db.sqlite_connection import Walled
from db.tables import METADATA, publications

APP, GATE, PUBLIC = "civharm_app", "civharm_gate", "civharm_public"
"""The role of the service and the command, the one that owns the functions (and their schema), and the
public's, which reads what is published, of every organisation, and nothing else."""
SETTING = "civharm.organisation"
# After the first transaction that set it, a setting is '' and not null. A sub-select is asked once a
# statement and not once a row, and an index takes it as it takes a constant.
ENTERED = f"( SELECT NULLIF(current_setting('{SETTING}', true), '') AS \"nullif\")"
"""The organisation that the transaction has entered, or null, which equals nothing."""

OF_THE_WORLD = frozenset({"gazetteer_name", "gazetteer_place", "gazetteer_unit", "oidc_flow"})
"""Tables without a wall: districts and towns are the same for everybody, and who begins to sign in at the
provider is nobody's yet."""
_HERE = f"organisation = {ENTERED}"
_OF_MEMBERS = (
    f"EXISTS ( SELECT 1 FROM member WHERE member.person = person.id AND member.organisation = {ENTERED})"  # noqa: S608  # names of our own
)

_OF_SIGN_INS = (
    f"EXISTS ( SELECT 1 FROM sign_in WHERE sign_in.login = login.id AND sign_in.organisation = {ENTERED})"  # noqa: S608  # names of our own
)

_NEVER_CHANGED = frozenset({"policy_choice", "population", "table_edition"})
"""Records that have a first version only."""
_CHANGED = frozenset(
    {
        *(kind.table.name for kind in KINDS.values()),
        *("code_counter", "delivery", "fact", "incident_standing", "log_head", "quality_flag"),
        *("public_fact", "public_incident", "public_organisation", "public_release"),
        *("gazetteer_place", "gazetteer_unit", "login"),
    }
) - frozenset(_NEVER_CHANGED)
_REMOVED = (
    frozenset(part.table.name for kind in KINDS.values() for part in kind.parts.values())
    | {"idempotency", "incident_standing", "quality_flag", "gazetteer_name", "public_fact", "public_term"}
    | {"old_secret", "oidc_flow", "public_release_file", "reach"}
) - {"release_file"}

PUBLISHED = frozenset(table.name for table in publications.PUBLIC)
"""What the public's role reads."""
READ_BY_GATE = {
    "token": ("id", "organisation", "kind", "member", "roles", "expires_at", "revoked_at", "secret_hash"),
    "member": ("id", "organisation", "person", "roles", "active"),
    "organisation": ("id", "name"),
    "old_secret": ("organisation", "token", "secret_hash", "until"),
    "login": ("id", "person", "key", "password_hash", "passwords"),
    "sign_in": ("id", "organisation", "member", "login", "removed_at"),
    "session": (
        *("id", "organisation", "member", "sign_in", "expires_at", "ended_at", "secret_hash"),
        *("login_version", "last_used_at"),
    ),
    "invitation": ("id", "organisation", "secret_hash"),
    "clearance": ("object", "member", "ended"),
    "reach": ("organisation", "object", "level"),
    "agreement": ("id", "organisation", "partner", "expires_at", "ended"),
}


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy of row security; ``role`` is whom it is for.

    A restrictive one takes away from what the others show.
    """

    table: str
    name: str
    command: str
    using: str | None
    check: str | None
    role: str = "public"
    restrictive: bool = False

    @property
    def kind(self) -> str:
        """Give its kind as SQL says it."""
        return "RESTRICTIVE" if self.restrictive else "PERMISSIVE"

    def sql(self) -> str:
        """Give the statement that makes it."""
        using = "" if self.using is None else f" USING ({self.using})"
        check = "" if self.check is None else f" WITH CHECK ({self.check})"
        return (
            f"CREATE POLICY {self.name} ON {self.table} AS {self.kind} FOR {self.command} "
            f"TO {self.role}{using}{check}"
        )


def policies(tables: Iterable[sa.Table] = tuple(METADATA.tables.values())) -> list[Policy]:
    """Give the policies of the tables, in the order of their names.

    Raises ValueError for a table without an organisation that nobody has said how to wall.
    """
    found: list[Policy] = []
    tables = sorted(tables, key=lambda one: one.name)
    # On the way down to a revision from before, nobody is named for anything.
    with_sight = {one.name for one in tables} >= sight.ASKED
    for table in tables:
        name = table.name
        if "organisation" in table.c:
            found.append(Policy(name, "of_organisation", "ALL", _HERE, _HERE))
        elif name == "organisation":
            own = f"id = {ENTERED}"
            found.append(Policy(name, "of_organisation", "ALL", own, own))
        elif name == "person":
            # A person may be a member of several organisations, and is nobody's own.
            found.append(Policy(name, "of_members", "SELECT", _OF_MEMBERS, None))
            found.append(Policy(name, "made_by_anybody", "INSERT", None, f"{ENTERED} IS NOT NULL"))
        elif name == "login":
            # A person's, and seen and changed where it opens, or once opened, a membership.
            found.append(Policy(name, "of_sign_ins", "SELECT", _OF_SIGN_INS, None))
            found.append(Policy(name, "changed_where_it_opens", "UPDATE", _OF_SIGN_INS, _OF_SIGN_INS))
            found.append(Policy(name, "made_by_anybody", "INSERT", None, f"{ENTERED} IS NOT NULL"))
        elif name not in OF_THE_WORLD:
            raise ValueError(f"The table {name} has no organisation: say in db/walls.py how it is walled.")
        if name in READ_BY_GATE:
            found.append(Policy(name, "of_the_gate", "SELECT", "true", None, GATE))
        if name in PUBLISHED:
            found.append(Policy(name, "of_the_public", "SELECT", "true", None, PUBLIC))
        if with_sight and name in sight.OBJECT:
            # For the service alone: the gate, whom it asks, would else ask itself; and who owns the tables
            # enters an organisation and is nobody of it.
            found.append(Policy(name, "of_sight", "SELECT", _seen(name), None, APP, restrictive=True))
        kept = sight.kept_from_partners("postgresql", name)
        if with_sight and kept is not None and name not in OF_THE_WORLD:
            found.append(Policy(name, "of_partners", "SELECT", kept, None, APP, restrictive=True))
    return found


def _seen(name: str) -> str:
    """Give the condition that the record which a row is of is not hidden from who acts."""
    return f"NOT {sight.hidden_behind('postgresql', f'{name}.{sight.OBJECT[name]}')}"


def enter(connection: Connection, organisation: str) -> None:
    """Let the transaction see an organisation's rows, and no other's, until it ends.

    Nothing on an SQLite file without a wall.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_ENTER, {"organisation": organisation})
    elif (walled := walled_sqlite(connection)) is not None:
        walled.organisation = organisation


def walled_sqlite(connection: Connection) -> Walled | None:
    """Give the driver's connection where it is one of SQLite's with a wall; None for any other."""
    driver = connection.connection.driver_connection
    return driver if isinstance(driver, Walled) else None


def of_one(connection: Connection) -> bool:
    """Tell whether the database is for one organisation: an SQLite file without a wall."""
    return connection.dialect.name == "sqlite" and walled_sqlite(connection) is None


_ENTER = sa.select(sa.func.set_config(SETTING, sa.bindparam("organisation"), True))


def roles(owner: str) -> list[str]:
    """Give the statements that make the roles, for somebody who may; ``owner`` owns the tables.

    A server's databases share its roles, so they may be there already.
    """
    quoted = postgresql.dialect().identifier_preparer.quote_identifier(owner)  # type: ignore[no-untyped-call]
    made = [
        f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = '{role}') THEN "
        f"CREATE ROLE {role} {login} NOCREATEDB NOCREATEROLE; END IF; END $$"
        for role, login in ((APP, "LOGIN"), (GATE, "NOLOGIN"), (PUBLIC, "LOGIN"))
    ]
    return [
        *made,
        # Whoever owns the tables makes the functions in the gate's name.
        f"GRANT {GATE} TO {quoted}",
        f"GRANT USAGE ON SCHEMA public TO {APP}, {GATE}, {PUBLIC}",
    ]


def set_password(connection: Connection, role: str, password: str) -> None:
    """Set the password of a role that the service connects as, for servers that ask for one."""
    statement = sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), sql.Literal(password))
    connection.connection.cursor().execute(statement)


def up(tables: Sequence[str] = tuple(METADATA.tables), others: Sequence[str] = ()) -> list[str]:
    """Give the statements that put the wall up around tables that stand unwalled.

    ``tables`` are names of ours; ``others`` are tables that this version does not know, which the service
    may only read (the migrations' own). The statements are for who owns the tables.
    """
    known = [METADATA.tables[name] for name in sorted(tables)]
    found = [
        # A restored backup may have left it to somebody else.
        f"DROP SCHEMA IF EXISTS {GATE} CASCADE",
        f"CREATE SCHEMA {GATE} AUTHORIZATION {GATE}",
        f"GRANT USAGE ON SCHEMA public TO {APP}, {GATE}, {PUBLIC}",
    ]
    for name in sorted([*tables, *others]):
        found.append(f"REVOKE ALL ON {name} FROM PUBLIC, {APP}, {GATE}, {PUBLIC}")
        found.append(f"GRANT {', '.join(rights(name))} ON {name} TO {APP}")
        if name in PUBLISHED:
            found.append(f"GRANT SELECT ON {name} TO {PUBLIC}")
    found.extend(
        f"ALTER TABLE {table.name} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY"
        for table in known
        if table.name not in OF_THE_WORLD
    )
    found.extend(
        f"GRANT USAGE ON SEQUENCE {table.name}_{table.autoincrement_column.name}_seq TO {APP}"
        for table in known
        if table.autoincrement_column is not None
    )
    found.extend(
        f"GRANT SELECT ({', '.join(columns)}) ON {name} TO {GATE}"
        for name, columns in READ_BY_GATE.items()
        if name in tables
    )
    if {"token", "member", "organisation"} <= set(tables):
        # Those of tables that are not there yet are made as well: nobody calls them before they are.
        found.extend(_OF_THE_OWNER)
        found.extend(gate_functions.statements(GATE, APP, SETTING))
    found.extend(one.sql() for one in policies(known))  # after the functions, which they ask
    return found


def rights(name: str) -> Iterator[str]:
    """Give what the service may do with a table, as SQL says it."""
    yield "SELECT"
    if name in METADATA.tables:
        yield "INSERT"
    if name in _CHANGED:
        yield "UPDATE"
    if name in _REMOVED:
        yield "DELETE"


# The one function in the name of who owns the tables, who alone may have them analysed.
_OF_THE_OWNER = (
    f"""CREATE FUNCTION {GATE}.analyse(regclass) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ BEGIN EXECUTE format('ANALYZE (SKIP_LOCKED) %s', $1); END $$""",
    f"REVOKE ALL ON FUNCTION {GATE}.analyse(regclass) FROM PUBLIC",
    f"GRANT EXECUTE ON FUNCTION {GATE}.analyse(regclass) TO {APP}",
)


def analyse(connection: Connection, table: sa.Table) -> None:
    """Have PostgreSQL count a table anew, what the transaction has stored in it too."""
    connection.execute(_ANALYSE, {"table": table.name})


_ANALYSE = sa.text(f"SELECT {GATE}.analyse(CAST(:table AS regclass))")  # a name of our own


def may_change(connection: Connection) -> bool:
    """Tell whether the current role owns the tables, or may make them where there are none."""
    return bool(
        connection.execute(
            sa.text(
                "SELECT coalesce((SELECT pg_has_role(current_user, relowner, 'MEMBER') FROM pg_class "
                "WHERE oid = to_regclass('public.alembic_version')), "
                "has_schema_privilege('public', 'CREATE'))"
            )
        ).scalar_one()
    )


def missing_roles(connection: Connection) -> list[str]:
    """Give the roles that somebody must make first."""
    there = connection.execute(
        sa.text("SELECT rolname FROM pg_roles WHERE rolname IN (:app, :gate, :public)"),
        {"app": APP, "gate": GATE, "public": PUBLIC},
    ).scalars()
    return sorted({APP, GATE, PUBLIC} - set(there))


def take_down(connection: Connection) -> None:
    """Take the wall away, for migrations by a plain owner, who could not see the rows behind it.

    In the transaction that puts it up again: nobody else ever meets the tables without it.
    """
    for row in connection.execute(sa.text(POLICIES)).all():
        connection.exec_driver_sql(f"DROP POLICY {row.policyname} ON {row.tablename}")
    for name in tables_of(connection, walled=True):
        connection.exec_driver_sql(
            f"ALTER TABLE {name} DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY"
        )


def put_up(connection: Connection) -> None:
    """Put the wall up around the tables that there are, none of which has one, and leave its mark."""
    statements = wanted(connection)
    for one in statements:
        connection.exec_driver_sql(one.replace("%", "%%"))
    connection.exec_driver_sql(f"SET LOCAL ROLE {GATE}")
    connection.exec_driver_sql(f"COMMENT ON SCHEMA {GATE} IS '{mark(statements)}'")
    connection.exec_driver_sql("RESET ROLE")


def wanted(connection: Connection) -> list[str]:
    """Give the statements that wall the tables that the database has."""
    there = tables_of(connection)
    return up([one for one in there if one in METADATA.tables], [one for one in there if one not in METADATA])


def mark(statements: Sequence[str]) -> str:
    """Give what is written on the gate's schema: which wall stands."""
    return "wall " + hashlib.sha256("\0".join(statements).encode()).hexdigest()


def tables_of(connection: Connection, *, walled: bool = False) -> list[str]:
    """Give the names of the tables that the database has, or of those with a wall of some kind."""
    query = (
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
    )
    if walled:
        query += " AND (relrowsecurity OR relforcerowsecurity)"
    return list(connection.execute(sa.text(query + " ORDER BY relname")).scalars())


POLICIES = (
    "SELECT tablename, policyname, permissive, cmd, qual, with_check, roles::text[] AS roles "
    "FROM pg_policies WHERE schemaname = 'public' ORDER BY tablename, policyname"
)
