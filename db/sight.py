"""What the one who asks may see: a predicate that is part of every table, so that no query can forget it.

A record whose effective visibility is ``restricted`` is for named people. Every ``SELECT`` of the project
meets a table that has rows of records as ``(SELECT * FROM table WHERE its record is not hidden)``: the
compiler writes it so (``attach``), for both databases, whatever the query says. Rows that are written are
met as they are.

The sight is the transaction's: the id of a member; nobody's (``''``, as it begins), who is named for
nothing; the whole of it, for what must not depend on who acts (``whole``); or a partner's (``of_partner``).
For a partner the question is the other way round: a record is seen only if it is kept for partners, or
public, and a statement that reads any other table of the organisation's is refused.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from db import kinds
from db.tables.sight import reach
from domain.access import NOT_FOR_PARTNERS
from domain.errors import NotAllowed

SETTING = "civharm.sight"
WHOLE = "*"
PARTNER = "partner:"
"""What a partner's sight begins with; the id of their organisation follows."""
_FUNCTION = "civharm_sight"
SHARED = "civharm_gate.shared"
"""The function that tells on PostgreSQL whether a record is for partners."""
NAMED = "civharm_gate.named"
"""The function that gives on PostgreSQL the records for which clearances name a member."""
IN_CHUNK = 500

SEEN: tuple[kinds.Kind, ...] = (
    kinds.SOURCE,
    kinds.REPORT,
    kinds.INCIDENT,
    kinds.CLAIM,
    kinds.SUPERSESSION,
    kinds.PLACE,
    kinds.VICTIM,
    kinds.LISTING,
    kinds.ASSESSMENT,
    kinds.OVERLAP,
    kinds.PUBLICATION,
)
"""The kinds of record that can be restricted, those above before those below them."""
NOT_SEEN = {
    "party": "a word of the organisation's vocabulary, which incidents and figures carry as a code",
    "population": "published by others",
    "release": "made of what nobody need be named for",
    "table_edition": "made of what is published",
    **dict.fromkeys(("sign_in", "session", "invitation"), "not a record of harm"),
    "member": "not a record of harm",
    "token": "not a record of harm",
    "import_run": "not a record of harm",
    "policy_choice": "not a record of harm",
    "schedule": "not a record of harm",
    "job": "not a record of harm",
    "webhook": "not a record of harm",
    "clearance": "about a record, and seen as that one is",
    "agreement": "not a record of harm",
}

OBJECT: dict[str, str] = {
    **{kind.table.name: "id" for kind in SEEN},
    **{part.table.name: kind.name for kind in SEEN for part in kind.parts.values()},
    "fact": "assessment",  # which is under its incident, and under the claims whose numbers it gives
    "incident_standing": "incident",
    "quality_flag": "object",
    "revision": "object",
    "clearance": "object",
}
"""The tables with rows of such records, and the column that says of which."""
UNSEEN = {
    "import_key": "an import must know what it stored, whoever runs it; no answer has it",
    "log": "its chain has no gaps; objects that are hidden are left out of what is told of an entry",
    "reach": "what the predicate asks",
    **dict.fromkeys(("public_fact", "public_incident", "public_term"), "what everybody may read"),
}
"""The other tables that name records, and why they are met whole."""

_EVIDENCE = tuple(kind for kind in SEEN if kind not in (kinds.ASSESSMENT, kinds.PUBLICATION))
FOR_PARTNERS: frozenset[str] = frozenset(
    {
        *(kind.table.name for kind in _EVIDENCE),
        *(part.table.name for kind in _EVIDENCE for part in kind.parts.values()),
        # The content of records. What they were before they were shared is in it too: of a history nothing
        # is given to a partner.
        "revision",
        # What a table says of itself: whose it is, and where the log stood.
        *("organisation", "log_head"),
        *("gazetteer_unit", "gazetteer_place", "gazetteer_name"),
    }
)
"""The tables that a partner's transaction may read: each of records as far as they are for partners."""

ASKED = frozenset({"reach", "clearance"})
"""The tables that the predicate asks."""

# The words are as PostgreSQL writes them down, since the policies made of them are compared with what stands.
_HIDDEN = (
    "EXISTS ( SELECT 1 FROM reach hides WHERE hides.object = {id} AND hides.level = 'restricted' "
    "AND hides.recorder <> {sight} AND {sight} <> '*' AND NOT {named})"
)
_NAMED = (
    "EXISTS ( SELECT 1 FROM clearance names WHERE names.object = hides.root AND names.member = {sight} "
    "AND names.ended = 0)"
)
# Only exceptions are kept, so a record without one is the organisation's own.
_SHARED = (
    "AND EXISTS (SELECT 1 FROM reach AS shares WHERE shares.object = {id} "
    "AND shares.level IN ('partners', 'public'))"
)
# Where a partner's statement asks that too. Asked in every statement, if only of partners, it made PostgreSQL
# take its guess of the cost for so much that it did not mind a join of 100,000 rows by 1,500 any more.
_PLACE = "/*shares {id}*/"
_PLACES = re.compile(r"/\*shares (\w+\.\w+)\*/")
# A sub-select is asked once a statement and not once a row.
_SIGHT = {
    "postgresql": f"( SELECT COALESCE(current_setting('{SETTING}', true), '') AS \"coalesce\")",
    "sqlite": f"(SELECT {_FUNCTION}())",
}


def hidden_by(dialect: str, id: str) -> str:
    """Give the SQL that tells whether the transaction's sight does not reach the record of an id."""
    sight = _SIGHT[dialect]
    return _HIDDEN.format(sight=sight, id=id, named=_NAMED.format(sight=sight))


def hidden_behind(dialect: str, id: str) -> str:
    """Give the same for the wall (``db/walls.py``, ``db/sqlite_wall.py``), which is on these tables too.

    A policy that asked its own table would ask without end: on PostgreSQL a function of the gate's gives
    what a member is named for, once a statement, and on SQLite a view asks the tables behind the views.
    """
    sight = _SIGHT[dialect]
    if dialect == "postgresql":
        named = f"hides.root = ANY (( SELECT {NAMED}({sight}) AS named)::text[])"
        return _HIDDEN.format(sight=sight, id=id, named=f"({named})")
    asked = _HIDDEN.format(sight=sight, id=id, named=_NAMED.format(sight=sight))
    return asked.replace(" FROM ", " FROM main.")


_OWN = {
    "postgresql": "( SELECT NOT starts_with("
    f"COALESCE(current_setting('{SETTING}', true), ''), '{PARTNER}') AS own)",
    "sqlite": f"(SELECT {_FUNCTION}() NOT LIKE '{PARTNER}%')",
}
"""Whether the transaction's sight is none of a partner's."""


def kept_from_partners(dialect: str, table: str) -> str | None:
    """Give the SQL by which the wall shows a row of a table to partners where it is shared, or never.

    None for what they may read whole. On PostgreSQL a function tells what is shared: a sub-select in each
    policy would make statements that are no partner's look so dear that other plans were chosen for them.
    """
    if table == reach.name or (table in FOR_PARTNERS and table not in OBJECT):
        return None
    if table not in FOR_PARTNERS:
        return _OWN[dialect]
    if dialect == "postgresql":
        return f"{_OWN[dialect]} OR {SHARED}({OBJECT[table]})"
    shared = (
        _SHARED.removeprefix("AND ").format(id=f"{table}.{OBJECT[table]}").replace(" FROM ", " FROM main.")
    )
    return f"({_OWN[dialect]} OR {shared})"


class IsHidden(FunctionElement[bool]):
    """Whether the record of an id is hidden, as an expression."""

    type = sa.Boolean()
    inherit_cache = True
    name = "is_hidden"


@compiles(IsHidden)
def _compiled(element: Any, compiler: Any, **kw: Any) -> str:
    _meets(compiler, reach)
    return hidden_by(compiler.dialect.name, compiler.process(element.clauses, **kw))


def shown(column: sa.ColumnElement[str]) -> sa.ColumnElement[str | None]:
    """Give an id, null where its record is hidden, under the column's name."""
    return sa.case((IsHidden(column), None), else_=column).label(str(column.name))


class _Seeing:
    """A compiler that writes a table as what may be seen of it, unless the wall sees to that."""

    walled = False

    def visit_table(self, table: sa.Table, asfrom: bool = False, iscrud: bool = False, **kw: Any) -> str:
        text: str = super().visit_table(table, asfrom=asfrom, iscrud=iscrud, **kw)  # type: ignore[misc]
        _meets(self, table)
        column = OBJECT.get(table.name)
        if column is None or not asfrom or iscrud or kw.get("ashint"):
            return text
        id = f"{table.name}.{column}"
        dialect = self.dialect.name  # type: ignore[attr-defined]  # of the compiler that this is mixed into
        reached = "true" if self.walled else f"NOT {hidden_by(dialect, id)}"
        seen = f"(SELECT * FROM {text} WHERE {reached} {_PLACE.format(id=id)})"  # noqa: S608  # our names
        alias = kw.get("enclosing_alias")
        return seen if alias is not None and alias.element is table else f"{seen} AS {table.name}"


def attach(engine: Engine) -> None:
    """Make an engine see no more than its transactions' sight."""
    plain: Any = engine.dialect.statement_compiler
    engine.dialect.statement_compiler = type("Seeing", (_Seeing, plain), {})
    event.listen(engine, "before_cursor_execute", _as_partners_may, retval=True)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def on_connect(connection: Any, record: Any) -> None:
            connection.create_function(_FUNCTION, 0, lambda: record.info.get("sight", ""))


def leave_to_wall(engine: Engine) -> None:
    """Leave the predicate out on an engine whose database was seen to ask it of every row by itself."""
    compiler: Any = engine.dialect.statement_compiler
    if not compiler.walled:
        compiler.walled = True
        engine.clear_compiled_cache()


def _as_partners_may(
    connection: Connection, _: Any, statement: str, parameters: Any, context: Any, __: bool
) -> tuple[str, Any]:
    """Give a statement as it is sent: in a partner's transaction, with what is shared for what is there.

    Raises NotAllowed where that would read what is not for partners, or write.
    """
    if not is_partners(connection) or statement.startswith("BEGIN"):
        return statement, parameters
    compiled = getattr(context, "compiled", None)
    asked = None if compiled is None else compiled.statement
    # What is written as text names tables that nobody looks at here.
    plain = asked is not None and asked.is_select and not asked.is_text
    met: frozenset[str] = frozenset(getattr(compiled, _TABLES, ()))
    places = {id.partition(".")[0] for id in _PLACES.findall(statement)}
    if not plain or met - FOR_PARTNERS or not places >= met & OBJECT.keys():
        raise NotAllowed(NOT_FOR_PARTNERS, code="not-for-partners")
    return _PLACES.sub(lambda found: _SHARED.format(id=found[1]), statement), parameters


def _meets(compiler: Any, table: sa.Table) -> None:
    compiler.__dict__.setdefault(_TABLES, set()).add(table.name)


_TABLES = "civharm_tables"
"""The attribute of a compiled statement that names the tables it meets."""


def of_partner(organisation: str) -> str:
    """Give the sight of a partner: who reads another organisation's records by an agreement."""
    return PARTNER + organisation


def is_partners(connection: Connection) -> bool:
    """Tell whether the transaction has a partner's sight."""
    return of(connection).startswith(PARTNER)


def begin(connection: Connection) -> None:
    """Begin a transaction with nobody's sight."""
    connection.info["sight"] = ""


def of(connection: Connection) -> str:
    """Give the transaction's sight."""
    found: str = connection.info.get("sight", "")
    return found


def see(connection: Connection, sight: str, *, told: bool = False) -> None:
    """Give the transaction a sight; ``told`` where PostgreSQL has it already."""
    connection.info["sight"] = sight
    if connection.dialect.name == "postgresql" and not told:
        connection.execute(_SET, {"sight": sight})


_SET = sa.select(sa.func.set_config(SETTING, sa.bindparam("sight"), True))


def whole(connection: Connection) -> AbstractContextManager[None]:
    """See everything of the organisation for a while: for what must not depend on who acts.

    Nothing that is read under it may be told to who acts, unless it is known that they may read it.
    """
    return _meanwhile(connection, WHOLE)


def nobodys(connection: Connection) -> AbstractContextManager[None]:
    """See for a while what nobody need be named for: for what is made for others than who acts."""
    return _meanwhile(connection, "")


@contextmanager
def _meanwhile(connection: Connection, sight: str) -> Iterator[None]:
    before = of(connection)
    # A partner's stays: there is nothing beyond it that is theirs.
    if before == sight or before.startswith(PARTNER):
        yield
        return
    see(connection, sight)
    try:
        yield
    except BaseException:
        # Where the transaction has failed its setting ends with it, and a lost connection has no sight.
        with suppress(sa.exc.DBAPIError, sa.exc.InvalidRequestError):
            connection.info["sight"] = before
            see(connection, before)
        raise
    see(connection, before)


def hidden(connection: Connection, ids: Iterable[str]) -> set[str]:
    """Give those of these records that are hidden."""
    wanted = sorted(set(ids))
    found: set[str] = set()
    for start in range(0, len(wanted), IN_CHUNK):
        rows = connection.execute(
            sa.select(reach.c.object).where(
                reach.c.object.in_(wanted[start : start + IN_CHUNK]), IsHidden(reach.c.object)
            )
        )
        found.update(rows.scalars())
    return found


def key(connection: Connection) -> str:
    """Give what tells two sights on numbers apart: empty where nothing is hidden that numbers come from."""
    rows = connection.execute(
        sa.select(reach.c.object)
        .where(reach.c.kind.in_(("incident", "assessment")), IsHidden(reach.c.object))
        .distinct()
        .order_by(reach.c.object)
    )
    found = "\0".join(rows.scalars())
    return found and hashlib.sha256(found.encode()).hexdigest()[:16]
