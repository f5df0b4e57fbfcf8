"""The second wall, on SQLite, where several organisations share a file: views, triggers and an authorizer.

The wall is a connection's own and goes up when it opens. In the place of each table stands a temporary view
with the rows of the organisation that has entered; temporary triggers keep what is another's from being
stored or changed; the authorizer lets nothing but its view read a table. What is whose, and what may be
done to which table, is said once for both databases, by ``walls.policies`` and ``walls.rights``.

It is a wall against forgotten predicates, as PostgreSQL's is. Whoever can open the file has all of it.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator

from db import sight, walls
from db.gate_functions import FUNCTIONS, Function, here
from db.sqlite_connection import Walled
from db.tables import METADATA

ORGANISATIONS = f"{walls.GATE}_organisations"
"""The gate's view of names and ids of all organisations."""
_FUNCTION, _PRESENTED = "civharm_organisation", "civharm_presented"
_ENTERED = f"(SELECT {_FUNCTION}())"
REFUSAL = "the row is not of the organisation that has entered"
_TRIGGER = f"{walls.APP}_"
_FREE = frozenset({*walls.OF_THE_WORLD, "alembic_version"})
_HARMLESS = frozenset(
    {
        sqlite3.SQLITE_SELECT,
        sqlite3.SQLITE_RECURSIVE,
        sqlite3.SQLITE_TRANSACTION,
        sqlite3.SQLITE_SAVEPOINT,
    }
)
_WRITES = {
    sqlite3.SQLITE_INSERT: "INSERT",
    sqlite3.SQLITE_UPDATE: "UPDATE",
    sqlite3.SQLITE_DELETE: "DELETE",
}
_KEYS = frozenset(
    asked
    for table in METADATA.tables.values()
    for key in table.foreign_key_constraints
    for element in key.elements
    for asked in (
        (table.name, key.referred_table.name, element.column.name),
        (key.referred_table.name, table.name, element.parent.name),
    )
)
"""A table that is written, and a table and column that SQLite asks for then by itself, for foreign keys."""


def put_up(connection: Walled, query_only: str) -> None:
    """Put the wall up around the tables that the file has; it is the last of a set-up."""
    cursor = sqlite3.Cursor(connection)  # a plain one, which may name the schema
    catalogue = cursor.execute("SELECT type, name FROM main.sqlite_master").fetchall()
    there = {name for kind, name in catalogue if kind == "table"}
    guards = {name for kind, name in catalogue if kind == "trigger"}
    connection.strange = tuple(
        sorted(
            name
            for kind, name in catalogue
            if kind in ("table", "view") and name not in METADATA.tables and _has_organisation(cursor, name)
        )
    )
    connection.create_function(_FUNCTION, 0, lambda: connection.organisation)
    connection.create_function(_PRESENTED, 0, lambda: connection.presented)
    connection.tables = frozenset(there)
    connection.walled = frozenset(there & METADATA.tables.keys() - walls.OF_THE_WORLD)
    for statement in statements(there):
        cursor.execute(statement)
    # Views and triggers are writes to the temporary schema, which a reader must not make later.
    cursor.execute(f"PRAGMA query_only={query_only}")
    cursor.close()
    connection.set_authorizer(_authorizer(connection, guards))


def _has_organisation(cursor: sqlite3.Cursor, table: str) -> bool:
    """Tell whether rows of a table are an organisation's."""
    asked = "SELECT 1 FROM pragma_table_info(?) WHERE name = 'organisation'"
    return cursor.execute(asked, (table,)).fetchone() is not None


def statements(there: set[str]) -> Iterator[str]:
    """Give the statements that wall the tables of these names."""
    policies = walls.policies(METADATA.tables[name] for name in sorted(there & METADATA.tables.keys()))
    with_sight = {policy.table for policy in policies if policy.name == "of_sight"}
    kept = {policy.table for policy in policies if policy.name == "of_partners"}
    for policy in policies:
        if policy.role != "public":
            continue
        if policy.using is not None and policy.command in ("ALL", "SELECT"):
            where = policy.using.replace(walls.ENTERED, _ENTERED)
            if policy.table in with_sight:
                of = f"{policy.table}.{sight.OBJECT[policy.table]}"
                where += f" AND NOT {sight.hidden_behind('sqlite', of)}"
            if policy.table in kept:
                where += f" AND {sight.kept_from_partners('sqlite', policy.table)}"
            yield f"CREATE TEMP VIEW {policy.table} AS SELECT * FROM main.{policy.table} WHERE {where}"  # noqa: S608
        if policy.check is not None:
            check = policy.check.replace(walls.ENTERED, f"{_FUNCTION}()")
            yield from _triggers(policy.table, policy.command, check)
    for one in FUNCTIONS:
        for number, found in enumerate(one.found):
            if set(_TABLES.findall(found)) <= there:
                yield _presented(one, number, found)
    if "organisation" in there:
        yield _ORGANISATIONS_VIEW


def _presented(one: Function, number: int, found: str) -> str:
    """Give the view of what a question of the gate finds by the key that is presented, and no more."""
    gives = ", ".join(f"{table}.{column} AS {name}" for name, (table, column) in one.gives.items())
    asked = here(found, entered=_ENTERED).replace("public.", "main.")
    asked = asked.replace("$1", f"(SELECT {_PRESENTED}())")
    return f"CREATE TEMP VIEW {view_of(one, number)} AS SELECT {gives} {asked}"


def view_of(one: Function, number: int) -> str:
    """Give the name of the view of a gate's question, tried as the one of this number."""
    return f"{walls.GATE}_{one.name}_{number}"


def _triggers(table: str, command: str, check: str) -> Iterator[str]:
    """Give the triggers that keep a table: no row becomes another's, and another's stays as it is.

    Another's is passed over and not refused, as on PostgreSQL: a refusal would tell that it is there.
    """
    rights = set(walls.rights(table))
    if command != "ALL":
        rights &= {command}
    own, owned = _of("NEW", table, check), _of("OLD", table, check)
    refuse = f"SELECT RAISE(ABORT, '{REFUSAL}')"
    if "INSERT" in rights:
        yield _trigger(table, "INSERT", "stored", f"({own}) IS NOT 1", refuse)
    if "UPDATE" in rights:
        yield _trigger(table, "UPDATE", "given", f"({owned}) IS 1 AND ({own}) IS NOT 1", refuse)
    for verb in sorted({"UPDATE", "DELETE"} & rights):
        yield _trigger(table, verb, "passed", f"({owned}) IS NOT 1", "SELECT RAISE(IGNORE)")


def _trigger(table: str, verb: str, name: str, when: str, act: str) -> str:
    return (
        f"CREATE TEMP TRIGGER {_TRIGGER}{table}_{verb.lower()}_{name} BEFORE {verb} ON main.{table} "
        f"WHEN {when} BEGIN {act}; END"
    )


def _of(row: str, table: str, check: str) -> str:
    """Give what a policy asks, asked of the new or the old row."""
    return re.sub(rf"\b{table}\.id\b", f"{row}.id", re.sub(r"^(organisation|id) =", rf"{row}.\1 =", check))


_ORGANISATIONS_VIEW = f"CREATE TEMP VIEW {ORGANISATIONS} AS SELECT id, name FROM main.organisation"  # noqa: S608  # as above
_TABLES = re.compile(r"public\.(\w+)")
_GATE_VIEWS = frozenset(
    {ORGANISATIONS, *(view_of(one, number) for one in FUNCTIONS for number in range(len(one.found)))}
)


def _authorizer(connection: Walled, guards: set[str]) -> Callable[..., int]:
    """Give what SQLite asks of each part of a statement when it prepares it: what is not let is refused.

    It is asked with the action, two names that depend on the action, the schema, and the view or trigger in
    whose name it is done. ``guards`` are the triggers that the tables have of themselves.
    """

    def answer(
        action: int, first: str | None, second: str | None, schema: str | None, source: str | None
    ) -> int:
        if action in _HARMLESS:
            let = True
        elif action == sqlite3.SQLITE_FUNCTION:
            let = second != "load_extension"
        elif action == sqlite3.SQLITE_READ:
            let = reads(first or "", second or "", schema, source)
        elif action in _WRITES and schema == "main" and first in METADATA.tables:
            let = _WRITES[action] in walls.rights(str(first))
        else:
            let = False
        return sqlite3.SQLITE_OK if let else sqlite3.SQLITE_DENY

    def reads(table: str, column: str, schema: str | None, source: str | None) -> bool:
        if table.startswith("sqlite_"):
            return False
        if schema != "main":  # a view; without a schema, as when rows are counted, a view is what is meant
            return True
        if table in _FREE or table in (connection.target, source):
            return True
        if (connection.target, table, column) in _KEYS:
            return True
        if source in sight.OBJECT and table in sight.ASKED:
            return True
        if source in _GATE_VIEWS:
            return table in walls.READ_BY_GATE and column in {*walls.READ_BY_GATE[table], ""}
        return source is not None and (source in guards or source.startswith(_TRIGGER))

    return answer
