"""Whether the wall stands, and whether whoever asks is behind it: what the service asks before it serves."""

from __future__ import annotations

import re
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db import sight, walls
from db.gate_functions import FUNCTIONS
from db.tables import METADATA
from domain.errors import RecordError


class Unwalled(RecordError):
    """The database would show one organisation what is another's."""

    code = "unwalled"


def stands(connection: Connection) -> bool:
    """Tell whether the wall is up as this version puts it, so that nothing need be done."""
    left = connection.execute(
        sa.text("SELECT obj_description(to_regnamespace(:gate), 'pg_namespace')"), {"gate": walls.GATE}
    ).scalar()
    if left != walls.mark(walls.wanted(connection)):
        return False
    return not [*_of_tables(connection), *_of_gate(connection)]


def check(connection: Connection) -> None:
    """Raise Unwalled unless a wall stands whole, or an SQLite file without one holds one organisation."""
    if connection.dialect.name != "postgresql":
        _check_sqlite(connection)
        return
    found = [*_of_role(connection), *_of_tables(connection), *_of_gate(connection)]
    if found:
        more = f" (and {len(found) - 3} more faults)" if len(found) > 3 else ""
        raise Unwalled(
            "Organisations are not kept apart in this database, so nothing is served from it: "
            + " ".join(found[:3])
            + more
            + " As the tables' owner (CIVHARM_OWNER_URL) run: civharm migrate --roles; and let "
            f"CIVHARM_DATABASE_URL name the role {walls.APP}. See docs/operating.md."
        )


def _check_sqlite(connection: Connection) -> None:
    if walls.walled_sqlite(connection) is None:
        if _holds_several(connection):
            raise Unwalled(
                "This SQLite file holds several organisations and nothing keeps them apart, so nothing is "
                "done with it: set CIVHARM_SEVERAL_ORGANISATIONS=true. See docs/operating.md."
            )
        return
    found = list(_of_views(connection))
    if found:
        raise Unwalled(
            "Organisations are not kept apart in this SQLite file, so nothing is done with it: "
            + " ".join(found[:3])
            + " See docs/operating.md."
        )


def _holds_several(connection: Connection) -> bool:
    table = METADATA.tables["organisation"]
    if not sa.inspect(connection).has_table(table.name):  # not migrated yet
        return False
    return len(connection.execute(sa.select(table.c.id).limit(2)).all()) > 1


def _of_views(connection: Connection) -> Iterator[str]:
    """Say what an SQLite file shows to who has entered no organisation, and what has no wall in it."""
    walled = walls.walled_sqlite(connection)
    if walled is None:
        return
    yield from (
        f"The table {one} is unknown to this version and has rows of organisations." for one in walled.strange
    )
    for name in sorted(walled.walled):
        if connection.execute(sa.select(sa.literal(1)).select_from(METADATA.tables[name]).limit(1)).first():
            yield f"Rows of the table {name} are shown to who has entered no organisation."


def _of_role(connection: Connection) -> Iterator[str]:
    """Say what the current role could do, by itself or by a role that it may take."""
    row = connection.execute(
        sa.text(
            "SELECT current_user AS me, "
            "EXISTS (SELECT FROM pg_roles r WHERE r.rolsuper "
            "  AND pg_has_role(current_user, r.oid, 'MEMBER')) AS super, "
            "EXISTS (SELECT FROM pg_roles r WHERE r.rolbypassrls "
            "  AND pg_has_role(current_user, r.oid, 'MEMBER')) AS bypasses, "
            "EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace "
            "  AND c.relkind IN ('r', 'p') AND pg_has_role(current_user, c.relowner, 'MEMBER')) AS owns, "
            "EXISTS (SELECT FROM pg_roles r WHERE r.rolname = :gate "
            "  AND pg_has_role(current_user, r.oid, 'MEMBER')) AS gate"
        ),
        {"gate": walls.GATE},
    ).one()
    if row.super:
        yield f"The role {row.me} is a superuser, whom row security does not bind."
    elif row.bypasses:
        yield f"The role {row.me} has BYPASSRLS, so row security does not bind it."
    elif row.owns:
        yield f"The role {row.me} owns tables, so it could take their wall down."
    elif row.gate:
        yield f"The role {row.me} may act as {walls.GATE}, which reads every organisation's credentials."


def _of_tables(connection: Connection) -> list[str]:
    """Say which tables stand without the wall that is theirs."""
    there = walls.tables_of(connection)
    found = [
        f"The table {one} is unknown to this version and has rows of organisations."
        for one in connection.execute(
            sa.text(
                "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
                "WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm') "
                "AND a.attname = 'organisation' AND NOT a.attisdropped ORDER BY 1"
            )
        ).scalars()
        if one not in METADATA.tables
    ]
    secured = {
        row.relname: (row.relrowsecurity, row.relforcerowsecurity)
        for row in connection.execute(
            sa.text(
                "SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class "
                "WHERE relnamespace = 'public'::regnamespace"
            )
        )
    }
    is_there = {(row.tablename, row.policyname): row for row in connection.execute(sa.text(walls.POLICIES))}
    known = [METADATA.tables[one] for one in there if one in METADATA.tables]
    wanted = {(one.table, one.name): one for one in walls.policies(known)}
    for name in sorted({table for table, _ in wanted}):
        enabled, forced = secured[name]
        if not (enabled and forced):
            how = "not forced" if enabled else "not enabled"
            found.append(f"Row security of the table {name} is {how}.")
    for key, policy in wanted.items():
        row = is_there.get(key)
        if row is None or _read(row) != _meant(policy):
            found.append(f"The policy {policy.name} of the table {policy.table} is not as it is to be.")
    strange = sorted(is_there.keys() - wanted.keys())
    found.extend(f"The table {table} has a policy that is none of ours: {name}." for table, name in strange)
    return found


def _meant(policy: walls.Policy) -> tuple[object, ...]:
    return policy.kind, policy.command, _bare(policy.using), _bare(policy.check), [policy.role]


def _read(row: sa.Row[tuple[object, ...]]) -> tuple[object, ...]:
    return row.permissive, row.cmd, _bare(row.qual), _bare(row.with_check), list(row.roles)


def _bare(expression: str | None) -> str | None:
    """Give an expression without what PostgreSQL adds when it writes it down: casts, brackets, spaces."""
    return None if expression is None else re.sub(r"::text|[\s()]", "", expression).casefold()


def _of_gate(connection: Connection) -> Iterator[str]:
    """Say which of the gate's functions are not there for the service alone."""
    missing = walls.missing_roles(connection)
    if missing:
        yield f"There is no role {' and no role '.join(missing)}."
        return
    query = sa.text(
        "SELECT p.prosecdef AND pg_get_userbyid(p.proowner) = :owner "
        "AND has_function_privilege(:app, p.oid, 'EXECUTE') "
        "AND has_schema_privilege(:app, n.oid, 'USAGE') AS works, "
        "NOT has_function_privilege('public', p.oid, 'EXECUTE') AS kept "
        "FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
        "WHERE n.nspname = :gate AND p.proname = :name AND pg_get_function_identity_arguments(p.oid) = :takes"
    )
    owner = connection.execute(
        sa.text(
            "SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = to_regclass('public.alembic_version')"
        )
    ).scalar()
    for name, takes, owned_by in (
        *((one.name, "text", walls.GATE) for one in FUNCTIONS),
        *((one.removeprefix(f"{walls.GATE}."), "text", walls.GATE) for one in (sight.NAMED, sight.SHARED)),
        ("organisations", "", walls.GATE),
        ("analyse", "regclass", owner),
    ):
        row = connection.execute(
            query, {"gate": walls.GATE, "app": walls.APP, "name": name, "takes": takes, "owner": owned_by}
        ).one_or_none()
        if row is None or not row.works or not row.kept:
            yield f"The function {walls.GATE}.{name}({takes}) is not as it is to be."
