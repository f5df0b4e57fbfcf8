"""Column types that mean the same on both databases.

SQLite's STRICT tables know INTEGER, REAL, TEXT and BLOB only, and PostgreSQL sorts text by the
server's locale unless told otherwise. Text is therefore collated "C" everywhere, days and instants
are ISO 8601 text of fixed width (the same bytes on both, sorted as time), and a truth value is a
small integer with a CHECK.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles

Text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
Integer = sa.Integer()
Big = sa.BigInteger()
Bytes = sa.LargeBinary()
Real: sa.Double[float] = sa.Double()

FOREVER = 9_223_372_036_854_775_807
"""``valid_to`` of what still holds: beyond every log sequence."""


@compiles(sa.BigInteger, "sqlite")
def _big_integer(element: Any, compiler: Any, **kw: Any) -> str:
    return "INTEGER"


@compiles(sa.Double, "sqlite")
def _double(element: Any, compiler: Any, **kw: Any) -> str:
    return "REAL"


class Flag(sa.types.TypeDecorator[bool]):
    """A truth value kept as 0 or 1."""

    impl = sa.Integer
    cache_ok = True

    def process_bind_param(self, value: bool | None, dialect: Any) -> int | None:
        return None if value is None else int(value)

    def process_result_value(self, value: int | None, dialect: Any) -> bool | None:
        return None if value is None else bool(value)
