"""SQL that the two databases write differently."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from db import walls


def insert(connection: Connection, table: sa.Table) -> Any:
    """Give an insert that knows ``on_conflict_do_nothing`` on this database."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    return dialect.insert(table)


MANY = 1_000
"""Rows that a connection stores in a table before the table is looked at anew."""


def look_at_growth(connection: Connection, stored: Mapping[sa.Table, int]) -> None:
    """Have tables analysed, once a connection, in which the connection has stored many rows.

    PostgreSQL keeps the plan of a foreign key's check for the life of a connection. One made while a
    table was empty may walk every row of an organisation, so that a first import takes time by the square
    of its rows. Behind the wall only a function of the owner's can have them analysed. SQLite plans by the
    schema and needs none of it.
    """
    if connection.dialect.name != "postgresql":
        return
    counts: Counter[str] = connection.info.setdefault("rows stored", Counter())
    for table, rows in stored.items():
        before = counts[table.name]
        counts[table.name] += rows
        if before < MANY <= counts[table.name]:
            walls.analyse(connection, table)
