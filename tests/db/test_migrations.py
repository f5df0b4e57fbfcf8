"""The schema's history: what the migrations make is what the tables say, and no step loses a row.

The walk is over whatever revisions there are and whatever tables the database has, so that a later
revision or table is tried without a line here; a table for which the sample history leaves no row
fails the test.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

import migrations
from db import tables
from tests.databases import owner_url
from tests.histories import Table, dump, engine_of, fill, owning, tampering
from tests.worlds import World

METADATA = tables.METADATA
REFERENCE = frozenset({"gazetteer_unit", "gazetteer_place", "gazetteer_name"})
"""Tables of other people's data that are imported again; no row of the record refers to them."""
TRIGGERS = {
    "sqlite": {
        ("assessment", "assessment_no_delete"),
        ("assessment", "assessment_settled"),
        ("policy_choice", "policy_choice_no_delete"),
        ("policy_choice", "policy_choice_no_update"),
        ("publication", "publication_no_delete"),
        ("publication", "publication_settled"),
        ("release", "release_content"),
        ("release", "release_no_delete"),
        ("release", "release_settled"),
        ("release_file", "release_file_no_delete"),
        ("release_file", "release_file_no_update"),
        ("release_file", "release_file_while_proposed"),
        ("population", "population_no_delete"),
        ("population", "population_no_update"),
        ("public_table", "public_table_no_delete"),
        ("public_table", "public_table_no_update"),
        ("table_edition", "table_edition_no_delete"),
        ("table_edition", "table_edition_no_update"),
        ("log", "log_no_delete"),
        ("log", "log_no_update"),
        ("revision", "revision_no_delete"),
        ("revision", "revision_no_update"),
    }
}
TRIGGERS["postgresql"] = TRIGGERS["sqlite"] | {
    (name, f"{name}_no_truncate")
    for name in (
        *("assessment", "log", "policy_choice", "population", "public_table", "publication", "release"),
        *("release_file", "revision", "table_edition"),
    )
}


def revisions() -> list[str]:
    """Give every revision, first to newest."""
    script = ScriptDirectory(str(migrations.HERE))
    assert len(script.get_heads()) == 1
    return [one.revision for one in reversed(list(script.walk_revisions()))]


def now_at(url: str) -> str | None:
    engine = engine_of(url)
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    engine.dispose()
    return found


def triggers(connection: sa.Connection) -> dict[tuple[str, str], str]:
    """Give the text of every trigger by its table and name."""
    if connection.dialect.name == "sqlite":
        query = "SELECT tbl_name, name, sql FROM sqlite_schema WHERE type = 'trigger'"
    else:
        query = (
            "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(t.oid) || ' ' || prosrc "
            "FROM pg_trigger t JOIN pg_proc p ON p.oid = tgfoid WHERE NOT tgisinternal"
        )
    return {(table, name): text for table, name, text in connection.exec_driver_sql(query)}


def collations(connection: sa.Connection) -> dict[tuple[str, str], str]:
    """Give the collation of every text column on PostgreSQL; SQLite has none but its binary one."""
    if connection.dialect.name == "sqlite":
        return {}
    query = (
        "SELECT c.relname, a.attname, collname FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid "
        "JOIN pg_collation l ON l.oid = attcollation "
        "WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped"
    )
    return {(table, column): name for table, column, name in connection.exec_driver_sql(query)}


def schema(url: str) -> dict[str, Any]:
    """Give all that the database says of its schema, comparable between two databases of one kind."""
    engine = engine_of(url)
    with engine.connect() as connection:
        inspector = sa.inspect(connection)
        found: dict[str, Any] = {
            "triggers": triggers(connection),
            "collations": {
                at: name for at, name in collations(connection).items() if at[0] != "alembic_version"
            },
        }
        strict: dict[str, int] = {}
        if connection.dialect.name == "sqlite":
            rows = connection.exec_driver_sql("PRAGMA table_list").mappings()
            strict = {row["name"]: row["strict"] for row in rows}
        for name in inspector.get_table_names():
            if name == "alembic_version":
                continue
            found[name] = {
                "strict": strict.get(name),
                "columns": {
                    one["name"]: (str(one["type"]), one["nullable"], one["default"])
                    for one in inspector.get_columns(name)
                },
                "key": inspector.get_pk_constraint(name),
                "references": _by_name(inspector.get_foreign_keys(name)),
                "unique": _by_name(inspector.get_unique_constraints(name)),
                "checks": {
                    one["name"]: " ".join(one["sqltext"].split())
                    for one in inspector.get_check_constraints(name)
                },
                "indexes": _by_name(inspector.get_indexes(name)),
            }
    engine.dispose()
    return found


def _by_name(constraints: Any) -> dict[str, Any]:
    return {one["name"]: _plain(one) for one in constraints}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    return str(value) if isinstance(value, sa.TextClause) else value


def lost(before: Mapping[str, Table], after: Mapping[str, Table]) -> list[str]:
    """Name the rows that are not as they were, in the tables and columns that both schemas have."""
    found: list[str] = []
    for name, rows in before.items():
        if name not in after or name in REFERENCE:
            continue
        there = after[name]
        if len(there) != len(rows):
            found.append(f"{name}: {len(rows)} rows were, {len(there)} are")
        for key, row in rows.items():
            kept = there.get(key)
            if kept is None or any(kept[column] != row[column] for column in row.keys() & kept.keys()):
                found.append(f"{name}: {key}")
    return found


def common(before: Mapping[str, Table], below: Mapping[str, Table]) -> dict[str, Table]:
    """Give the rows without the tables and columns that a lower schema does not have."""
    found: dict[str, Table] = {}
    for name in before.keys() & below.keys():
        known = {column for row in below[name].values() for column in row}
        found[name] = {
            key: {column: value for column, value in row.items() if column in known}
            for key, row in before[name].items()
        }
    return found


def test_the_migrated_schema_is_the_one_of_the_tables(url: str) -> None:
    engine = engine_of(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, METADATA) == []
    engine.dispose()


def test_strict_checks_and_collations_are_those_of_the_tables(url: str, empty_url: str) -> None:
    engine = engine_of(empty_url)
    METADATA.create_all(engine)
    engine.dispose()
    migrated, made = schema(url), schema(empty_url)
    assert made.pop("triggers") == {}  # the migrations alone make triggers
    del migrated["triggers"]
    assert migrated == made
    assert set(migrated) == {"collations", *METADATA.tables}
    assert sum(len(one["checks"]) for name, one in migrated.items() if name != "collations") > 60


def test_the_triggers_are_the_known_ones(url: str, backend: str) -> None:
    assert set(schema(url)["triggers"]) == TRIGGERS[backend]


def test_every_constraint_is_named_by_the_convention(url: str) -> None:
    found = schema(url)
    named: set[str] = set()
    for table in METADATA.tables.values():
        one = found[table.name]
        for kind, names in (
            ("pk", [one["key"]["name"]]),
            ("fk", one["references"]),
            ("uq", one["unique"]),
            ("ck", one["checks"]),
        ):
            assert all(name.startswith(f"{kind}_{table.name}") for name in names), (table.name, kind)
            named.update(names)
        assert all(name.split("_", 1)[0] in ("ix", "ux", "uq") for name in one["indexes"]), table.name
        assert all(name.split("_", 1)[1].startswith(table.name) for name in one["indexes"]), table.name
    assert max(map(len, named)) < 63, "PostgreSQL cuts longer names"


def test_every_step_up_and_down_keeps_every_row_of_every_table(world: World) -> None:
    fill(world)
    world.database.close()
    steps = revisions()
    before = dump(world.url)
    assert set(before) == set(METADATA.tables)
    assert [name for name, rows in before.items() if not rows] == []
    whole = schema(world.url)
    walked = []
    for lower, upper in zip(reversed(steps[:-1]), reversed(steps[1:]), strict=True):
        above = dump(world.url)
        migrations.downgrade(owner_url(world.url), lower)
        assert (now_at(world.url), lost(above, dump(world.url))) == (lower, [])
        below = dump(world.url)
        before = common(before, below)
        migrations.upgrade(owner_url(world.url), upper)
        assert (now_at(world.url), lost(below, dump(world.url))) == (upper, [])
        migrations.downgrade(owner_url(world.url), lower)
        assert lost(below, dump(world.url)) == []
        walked.append(lower)
    assert walked == steps[-2::-1]
    migrations.upgrade(owner_url(world.url))
    assert lost(before, dump(world.url)) == []
    assert schema(world.url) == whole
    _references_hold(world.url)


def _references_hold(url: str) -> None:
    engine = engine_of(url)
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        else:
            there = sa.MetaData()
            there.reflect(connection)
            broken = [
                (reference.name, missing)
                for table in there.tables.values()
                for reference in table.foreign_key_constraints
                if (missing := connection.execute(_orphans(reference)).scalar_one())
            ]
            assert broken == []
    engine.dispose()


def _orphans(reference: sa.ForeignKeyConstraint) -> sa.Select[Any]:
    """Count rows whose reference names no row."""
    target = reference.referred_table.alias()
    pairs = [(one.parent, target.c[one.column.name]) for one in reference.elements]
    return (
        sa.select(sa.func.count())
        .select_from(reference.parent)
        .where(
            *[column.is_not(None) for column, _ in pairs],
            ~sa.exists().where(*[column == wanted for column, wanted in pairs]),
        )
    )


def test_the_first_downgrade_refuses_while_a_row_exists_and_leaves_everything(world: World) -> None:
    fill(world)
    world.database.close()
    first = revisions()[0]
    migrations.downgrade(owner_url(world.url), first)
    before, whole = dump(world.url), schema(world.url)
    with pytest.raises(RuntimeError, match="would lose them"):
        migrations.downgrade(owner_url(world.url), "base")
    assert (now_at(world.url), lost(before, dump(world.url))) == (first, [])
    assert schema(world.url) == whole


def test_one_row_in_any_table_is_enough_to_refuse_the_first_downgrade(world: World) -> None:
    fill(world)
    world.database.close()
    migrations.downgrade(owner_url(world.url), revisions()[0])
    full = dump(world.url)
    there = [table for table in METADATA.sorted_tables if table.name in full]
    by_name = sorted(there, key=lambda table: table.name)
    for alone in by_name[:: len(by_name) // 4]:
        with tampering(world.url) as connection:
            for table in there:
                connection.execute(table.delete())
            connection.execute(alone.insert(), list(full[alone.name].values()))
        with pytest.raises(RuntimeError, match=f"The table {alone.name} has rows"):
            migrations.downgrade(owner_url(world.url), "base")
        assert {name for name, rows in dump(world.url).items() if rows} == {alone.name}


def test_an_empty_schema_goes_down_to_nothing_and_up_again(url: str) -> None:
    whole = schema(url)
    migrations.downgrade(owner_url(url), "base")
    assert dump(url) == {}
    assert schema(url)["triggers"] == {}
    migrations.upgrade(owner_url(url))
    assert schema(url) == whole


@pytest.mark.parametrize("table", ["log", "revision"])
def test_log_and_revisions_refuse_change_and_removal(world: World, backend: str, table: str) -> None:
    before = dump(world.url)
    assert before[table]
    statements = [
        f"UPDATE {table} SET seq = seq + 1000",
        f"UPDATE {table} SET organisation = organisation",
        f"DELETE FROM {table}",
        f"DELETE FROM {table} WHERE seq = 1",
    ]
    if backend == "postgresql":
        statements.append(f"TRUNCATE {table} CASCADE")
    for statement in statements:
        with (
            pytest.raises(sa.exc.DBAPIError, match=f"{table} is append-only"),
            owning(world.url) as connection,
        ):
            connection.exec_driver_sql(statement)
    assert lost(before, dump(world.url)) == []


@pytest.mark.parametrize("table", ["log", "revision"])
def test_replace_walks_around_no_trigger_on_sqlite(world: World, backend: str, table: str) -> None:
    before = dump(world.url)
    replacing = {
        "sqlite": f"REPLACE INTO {table} SELECT * FROM {table} WHERE seq = 1",
        # PostgreSQL has no REPLACE; what comes nearest is an upsert.
        "postgresql": f"INSERT INTO {table} SELECT * FROM {table} WHERE seq = 1 "
        f"ON CONFLICT ON CONSTRAINT pk_{table} DO UPDATE SET seq = 1",
    }[backend]
    with (
        pytest.raises(sa.exc.DBAPIError, match=f"{table} is append-only"),
        owning(world.url) as connection,
    ):
        connection.exec_driver_sql(replacing)
    assert lost(before, dump(world.url)) == []


def test_a_settled_assessment_changes_in_no_column(world: World) -> None:
    ids = fill(world)
    before = dump(world.url)["assessment"]
    table = METADATA.tables["assessment"]
    moved = {"state", "version", "seq", "recorded_at"}
    for state in ("approved", "superseded", "withdrawn"):
        for column in table.columns:
            for also in ({}, {"state": "superseded"}):
                if column.name in moved and also and state == "approved":
                    continue  # what superseding moves
                values = {column.name: _other(column), **also}
                with (
                    pytest.raises(sa.exc.DBAPIError, match="an approved assessment is immutable"),
                    owning(world.url) as connection,
                ):
                    connection.execute(table.update().where(table.c.id == ids[state]).values(values))
        with (
            pytest.raises(sa.exc.DBAPIError, match="assessments are kept"),
            owning(world.url) as connection,
        ):
            connection.execute(table.delete().where(table.c.id == ids[state]))
    assert dump(world.url)["assessment"] == before


def _other(column: sa.Column[Any]) -> Any:
    return 999 if isinstance(column.type, sa.Integer | sa.BigInteger) else "another"


def test_the_database_refuses_an_author_who_approves(world: World) -> None:
    ids = fill(world)
    table = METADATA.tables["assessment"]
    mine = table.c.id == ids["proposed"]
    author = {"approver": table.c.author, "approver_person": table.c.author_person}
    for values, rule in (
        ({"state": "approved", **author}, "ck_assessment_four_eyes"),
        (author, "ck_assessment_four_eyes"),
        ({"state": "approved"}, "ck_assessment_approved_by_somebody"),
        ({"state": "superseded"}, "ck_assessment_approved_by_somebody"),
    ):
        with (
            pytest.raises(sa.exc.IntegrityError, match=rule),
            owning(world.url) as connection,
        ):
            connection.execute(table.update().where(mine).values(values))
    assert dump(world.url)["assessment"][(ids["proposed"],)]["state"] == "proposed"


def test_the_database_allows_one_assessment_in_force_an_incident(world: World) -> None:
    ids = fill(world)
    table = METADATA.tables["assessment"]
    with (
        pytest.raises(sa.exc.IntegrityError, match=r"(?i)unique"),
        owning(world.url) as connection,
    ):
        connection.execute(
            table.update()
            .where(table.c.id == ids["proposed"])
            .values(state="approved", approver_person="another person")
        )


def test_a_migration_that_leaves_references_without_records_is_undone(url: str, backend: str) -> None:
    if backend == "postgresql":
        # Keys are never off there: the database itself refuses, before any migration.
        with pytest.raises(sa.exc.IntegrityError, match="fk_member"), engine_of(url).begin() as connection:
            connection.execute(METADATA.tables["member"].insert().values(_orphan()))
        return
    with tampering(url) as connection:
        connection.execute(METADATA.tables["member"].insert().values(_orphan()))
    whole, newest = schema(url), now_at(url)
    with pytest.raises(RuntimeError, match="references without their records"):
        migrations.downgrade(owner_url(url), revisions()[-2])
    assert now_at(url) == newest
    assert schema(url) == whole


def _orphan() -> dict[str, Any]:
    return {
        "id": "a",
        "organisation": "nowhere",
        "visibility": "organisation",
        "version": 1,
        "seq": 1,
        "recorded_at": "2026-02-03T09:30:00.000000Z",
        "person": "nobody",
        "name": "Member A",
        "roles": "[]",
        "active": True,
    }
