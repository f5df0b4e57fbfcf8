"""What every table keeps to: field classes, keys within the organisation, no cascade, one sort order."""

from __future__ import annotations

import random

import pytest
import sqlalchemy as sa

from db import door, kinds, tables
from db.tables.base import FIELD_CLASSES
from services.records import new_id
from tests.histories import engine_of
from tests.worlds import World

TABLES = tuple(tables.METADATA.tables.values())
OWNED = tuple(table for table in TABLES if "organisation" in table.c)

NOT_OWNED = {
    "organisation": "is the owner itself",
    "person": "may be a member of several organisations: the four eyes are of persons, not of members",
    "login": "is a person's, and what it opens is said by each organisation for itself: sign_in",
    "oidc_flow": "somebody who has not shown yet who they are; found by a random state",
    "gazetteer_unit": "other people's published lists of units, the same for everybody",
    "gazetteer_place": "other people's published lists of places, the same for everybody",
    "gazetteer_name": "the names in those lists",
}
RANDOM_IDS = {
    # Unique keys that begin with a record's random id (uuid4) instead of the organisation. Nobody can
    # guess or take another's, so such a key tells nothing across organisations.
    "id": "the record's own",
    "object": "the record's that a revision or a flag is about",
    **{f"{kind.name}": "the parent's, of which the row is a part" for kind in kinds.KINDS.values()},
}
COUNTED_IDS = {"fact": "a number of the database's own, in no address and no document"}


def unique_keys(table: sa.Table) -> list[list[str]]:
    """Give the columns of every unique key and index of a table."""
    constraints = [
        [column.name for column in one.columns]
        for one in table.constraints
        if isinstance(one, sa.PrimaryKeyConstraint | sa.UniqueConstraint)
    ]
    return constraints + [[column.name for column in one.columns] for one in table.indexes if one.unique]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: str(table.name))
def test_every_column_has_a_field_class(table: sa.Table) -> None:
    classes = {column.name: column.info.get("field_class") for column in table.columns}
    assert {name: one for name, one in classes.items() if one not in FIELD_CLASSES} == {}


def test_secrets_and_contents_are_never_publishable() -> None:
    names = {
        "secret_hash",
        "salt",
        "content",
        "lon",
        "lat",
        "name",
        "note",
        "external_id",
        "findings",
        "body",
    }
    publishable = {("organisation", "name"), ("party", "name"), ("population", "name")}
    # Names and points of towns and districts that their publishers gave to everybody.
    publishable |= {(f"gazetteer_{one}", "name") for one in ("unit", "place", "name")}
    publishable |= {("gazetteer_place", "lat"), ("gazetteer_place", "lon")}
    # What was published: names of organisations, coarse points.
    publishable |= {("public_organisation", "name"), ("public_incident", "lon"), ("public_incident", "lat")}
    # Colleagues know each other, an outlet is known to all, and a remark on a number or a citation is the
    # organisation's own words on published material.
    remarks = {("source", "name"), ("member", "name"), ("policy_choice", "note")}
    remarks |= {("overlap", "note"), ("supersession", "note")}
    remarks |= {("figure", "note"), ("object_figure", "note"), ("report_citation", "note"), ("claim", "note")}
    for table in TABLES:
        for column in table.columns:
            at = (table.name, column.name)
            if column.name in names and at not in publishable:
                allowed = ("F1", "F2", "F3") if at in remarks else ("F2", "F3")
                assert column.info["field_class"] in allowed, at
    assert tables.METADATA.tables["token"].c.secret_hash.info["field_class"] == "F3"


def test_every_table_is_an_organisations_but_the_named_ones() -> None:
    assert {table.name for table in TABLES} - {table.name for table in OWNED} == set(NOT_OWNED)
    assert [table.name for table in OWNED if table.c.organisation.nullable] == []


@pytest.mark.parametrize("table", OWNED, ids=lambda table: str(table.name))
def test_unique_keys_begin_with_the_organisation_or_a_random_id(table: sa.Table) -> None:
    for key in unique_keys(table):
        if key == ["id"] and table.name in COUNTED_IDS:
            continue
        assert key[0] == "organisation" or key[0] in RANDOM_IDS, key
        assert isinstance(table.c[key[0]].type, sa.Text), key


@pytest.mark.parametrize("table", OWNED, ids=lambda table: str(table.name))
def test_references_never_leave_the_organisation(table: sa.Table) -> None:
    assert table.foreign_key_constraints, "a row without an organisation behind it"
    for reference in table.foreign_key_constraints:
        columns = [column.name for column in reference.columns]
        target = reference.referred_table.name
        if target in ("person", "login") or (table.name, target) == ("figure", "figure"):
            continue  # persons and logins are shared; a figure refers within its own claim
        assert columns[0] == "organisation", columns
        assert reference.elements[0].column.name == ("id" if target == "organisation" else "organisation")


@pytest.mark.parametrize("table", OWNED, ids=lambda table: str(table.name))
def test_every_row_reaches_its_organisation_through_a_reference(table: sa.Table) -> None:
    seen: set[str] = set()
    waiting = [table]
    while waiting:
        one = waiting.pop()
        if one.name in seen:
            continue
        seen.add(one.name)
        waiting += [
            reference.referred_table
            for reference in one.foreign_key_constraints
            if reference.columns[0].name == "organisation" and not reference.columns[0].nullable
        ]
    assert "organisation" in seen


def test_nothing_is_removed_or_blanked_by_a_reference(url: str, backend: str) -> None:
    for table in TABLES:
        for reference in table.foreign_key_constraints:
            assert (reference.ondelete, reference.onupdate) == (None, None), reference.name
    engine = engine_of(url)
    with engine.connect() as connection:
        inspector = sa.inspect(connection)
        found = [
            (name, reference["options"])
            for name in inspector.get_table_names()
            for reference in inspector.get_foreign_keys(name)
            if {"ondelete", "onupdate"} & set(reference["options"])
        ]
        if backend == "postgresql":
            rules = "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND confdeltype <> 'a'"
            assert connection.exec_driver_sql(rules).scalar() == 0
    engine.dispose()
    assert found == []


def test_a_value_of_another_type_is_refused(world: World) -> None:
    """STRICT on SQLite: a column's type is what it holds, as on PostgreSQL."""
    engine = engine_of(world.url)
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            rows = connection.exec_driver_sql("PRAGMA table_list").mappings()
            loose = {row["name"] for row in rows if row["type"] == "table" and not row["strict"]}
            # SQLite's own tables and Alembic's, which holds one revision.
            assert {one for one in loose if not one.startswith("sqlite_")} == {"alembic_version"}
        with pytest.raises(sa.exc.DBAPIError):
            connection.exec_driver_sql("UPDATE log_head SET seq = 'many'")
    engine.dispose()


NAMES = [
    "Zeta", "alpha", "Alpha", "ALPHA", "a-b", "a b", "a_b", "ab", "a", "A", "_", "-", "10", "9", "éa", "ez",
    "e", "Ägir", "Agir", "ﬁ", "fi", "😀", "\uffee", "أحمد", "Ахмед", "中", "ß", "ss", "z", "æ", "ı", "i",
    "İ", "I",
]  # fmt: skip


def test_text_sorts_by_its_bytes_on_both_databases(world: World) -> None:
    shuffled = random.Random(5).sample(NAMES, len(NAMES))
    content = {
        "kind": "other",
        "named": True,
        "side": None,
        "reliability": None,
        "confidential": False,
        "note": None,
        "visibility": "organisation",
    }
    with world.database.writing() as connection:
        acts = [door.Act("create", kinds.SOURCE, new_id(), 1, {**content, "name": name}) for name in shuffled]
        door.record(connection, world.actor(), acts)
    name = kinds.SOURCE.table.c.name
    by_bytes = sorted(NAMES, key=str.encode)
    with world.database.reading() as connection:
        assert list(connection.execute(sa.select(name).order_by(name)).scalars()) == by_bytes
        backwards = connection.execute(sa.select(name).order_by(name.desc()).limit(5)).scalars()
        assert list(backwards) == by_bytes[:-6:-1]
        for bound in ("a", "e", "ß", "Ägir", "\uffee"):
            after = connection.execute(sa.select(name).where(name > bound).order_by(name)).scalars()
            assert list(after) == [one for one in by_bytes if one.encode() > bound.encode()]
        first, last = connection.execute(sa.select(sa.func.min(name), sa.func.max(name))).one()
        assert (first, last) == (by_bytes[0], by_bytes[-1])


def test_every_text_column_is_collated_c(url: str, backend: str) -> None:
    texts = [c for table in TABLES for c in table.columns if isinstance(c.type, sa.Text)]
    engine = engine_of(url)
    with engine.connect() as connection:
        if backend == "sqlite":
            # SQLite compares bytes unless a column or an index names another collation.
            named = "SELECT count(*) FROM sqlite_schema WHERE upper(sql) LIKE '%COLLATE%'"
            assert connection.exec_driver_sql(named).scalar() == 0
        else:
            query = (
                "SELECT count(*), count(*) FILTER (WHERE collation_name = 'C') "
                "FROM information_schema.columns "
                "WHERE table_schema = 'public' AND data_type = 'text'"
            )
            assert tuple(connection.exec_driver_sql(query).one()) == (len(texts), len(texts))
    engine.dispose()
