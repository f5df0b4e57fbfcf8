"""What every table shares: names of constraints, field classes, the columns of a record."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from db.types import Big, Bytes, Flag, Integer, Real, Text
from domain.vocab import Visibility, Vocabulary

METADATA = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

FIELD_CLASSES = ("F0", "F1", "F2", "F3")
"""F0 publishable, F1 organisation, F2 sensitive, F3 sealed; every column has one."""


def _column(name: str, kind: Any, field_class: str, *args: Any, **kw: Any) -> sa.Column[Any]:
    kw.setdefault("nullable", False)
    return sa.Column(name, kind, *args, info={"field_class": field_class}, **kw)


def text(name: str, field_class: str = "F1", *args: Any, **kw: Any) -> sa.Column[Any]:
    """Give a text column."""
    return _column(name, Text, field_class, *args, **kw)


def integer(name: str, field_class: str = "F1", *args: Any, **kw: Any) -> sa.Column[Any]:
    """Give an integer column."""
    return _column(name, Integer, field_class, *args, **kw)


def big(name: str, field_class: str = "F1", *args: Any, **kw: Any) -> sa.Column[Any]:
    """Give a column of log sequences."""
    return _column(name, Big, field_class, *args, **kw)


def real(name: str, field_class: str = "F1", *args: Any, **kw: Any) -> sa.Column[Any]:
    """Give a column of real numbers."""
    return _column(name, Real, field_class, *args, **kw)


def blob(name: str, field_class: str = "F1", *args: Any, **kw: Any) -> sa.Column[Any]:
    """Give a column of bytes."""
    return _column(name, Bytes, field_class, *args, **kw)


def flag(name: str, field_class: str = "F1", *args: Any, **kw: Any) -> sa.Column[Any]:
    """Give a truth column; pair it with ``check_flag``."""
    return _column(name, Flag, field_class, *args, **kw)


def check_flag(name: str) -> sa.CheckConstraint:
    """Give the CHECK that a truth column holds 0 or 1."""
    return sa.CheckConstraint(f"{name} IN (0, 1)", name=f"{name}_is_truth")


def check_code(name: str, vocabulary: type[Vocabulary]) -> sa.CheckConstraint:
    """Give the CHECK that a column holds a code of the vocabulary (or null where it may)."""
    codes = ", ".join(f"'{code}'" for code in vocabulary.codes())
    return sa.CheckConstraint(f"{name} IN ({codes})", name=f"{name}_is_code")


def check_range(low: str, high: str) -> sa.CheckConstraint:
    """Give the CHECK that two bounds are both there or both missing, non-negative and in order."""
    return sa.CheckConstraint(
        f"({low} IS NULL AND {high} IS NULL) OR ({low} >= 0 AND {high} >= {low})",
        name=f"{low}_{high}_in_order",
    )


def check_age() -> sa.CheckConstraint:
    """Give the CHECK of an age interval: open above where only ``age_low`` is given."""
    return sa.CheckConstraint(
        "(age_low IS NULL AND age_high IS NULL) OR "
        "(age_low >= 0 AND (age_high IS NULL OR age_high >= age_low))",
        name="age_in_order",
    )


def table(name: str, *items: Any) -> sa.Table:
    """Give a table, STRICT on SQLite."""
    return sa.Table(name, METADATA, *items, sqlite_strict=True)


def record_table(name: str, *items: Any) -> sa.Table:
    """Give a record's table: the columns every record has, then its own.

    ``seq`` is the log sequence of the latest act on the record, ``version`` counts its revisions.
    The pair (organisation, id) is unique so that references carry the organisation with them.
    """
    return table(
        name,
        text("id", "F0", primary_key=True),
        text("organisation", "F0"),
        text("visibility", "F0"),
        integer("version", "F0"),
        big("seq", "F0"),
        text("recorded_at", "F1"),
        *items,
        sa.UniqueConstraint("organisation", "id"),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"]),
        check_code("visibility", Visibility),
        sa.CheckConstraint("version >= 1", name="version_from_one"),
        sa.Index(f"ix_{name}_organisation_seq", "organisation", "seq"),
    )


def refers(column: str, target: str) -> sa.ForeignKeyConstraint:
    """Give the reference to a record of the same organisation."""
    return sa.ForeignKeyConstraint(["organisation", column], [f"{target}.organisation", f"{target}.id"])


def child_table(name: str, parent: str, *items: Any) -> sa.Table:
    """Give a table of ordered parts that belong to one record and change with it."""
    return table(
        name,
        text("organisation", "F0"),
        text(parent, "F0"),
        integer("position", "F0"),
        *items,
        sa.PrimaryKeyConstraint(parent, "position"),
        refers(parent, parent),
    )
