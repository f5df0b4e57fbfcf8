"""Tables that leave the record: a list or an answer written whole, from one snapshot, with its proof.

A table is written to a file before the first byte is sent. So its rows are counted and its digest known
when it leaves, a transfer that breaks off is shorter than it says, a slow reader holds no snapshot open,
and a failure is an error and never half a table.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, BinaryIO

from db.canonical import canonical, parse
from db.engine import Connection
from db.queries import exports as queries
from db.queries import log_heads
from db.queries import organisations as organisation_queries
from domain.access import Actor, reads_own_sensitive, reads_sensitive, require
from domain.questions import Question
from exchange.columns import Counted, Layout, Rows, Value
from exchange.formats import FORMATS, Format
from exchange.layouts import LAYOUTS
from exchange.layouts.statistics import statistics_layout, statistics_rows
from exchange.sdmx import SDMX_CSV, sdmx_rows
from exchange.writers.data_package import write_package
from exchange.writers.tables.about import About
from exchange.writers.tables.xlsx import MOST_ROWS, too_many_rows
from services import questions, statistics, withholding
from services.statistics import Cache

_CHUNK = 1 << 20
_TOLD_EACH = 500
REPRESENTATION = 1
"""Rises when the bytes of a format change, so that no client is told that it has the new ones."""


Progress = Callable[[int, int | None], None]
"""Takes what is done and of how much, where that is known."""


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was written: the rows of a table, None where it is none, and the SHA-256 of its bytes."""

    rows: int | None
    digest: bytes
    log_sequence: int
    at: str
    """When the log reached that sequence."""


def tag_of_list(
    connection: Connection, actor: Actor, name: str, asked: Mapping[str, Any], format: str
) -> str:
    """Give the tag of the list's table as it is now: it changes with the log, before a row is read."""
    return _tag_of(connection, actor, (name,), asked, format)


def _tag_of(
    connection: Connection, actor: Actor, names: Sequence[str], asked: Mapping[str, Any], format: str
) -> str:
    require(actor, "record.read")
    layouts = [f"{name} {LAYOUTS[name].version}" for name in names]
    return tag_of_log(connection, actor, {**asked, "layouts": layouts}, format)


def write_list(
    connection: Connection,
    actor: Actor,
    name: str,
    asked: Mapping[str, Any],
    shown: Mapping[str, Any],
    format: str,
    file: BinaryIO,
    progress: Progress | None = None,
) -> Written:
    """Write every row that the list of this noun has under these filters; ``shown`` names them for people.

    ``progress`` is told again and again how many rows were written, of how many.
    Raises TooLarge where the format cannot hold the rows: nothing is ever left out.
    """
    require(actor, "record.read")
    layout = LAYOUTS[name]
    if format == "xlsx" and queries.count(connection, actor.organisation, name, asked) > MOST_ROWS:
        raise too_many_rows()
    rows: Rows = _rows(connection, actor, name, asked)
    if progress is not None:
        rows = _told(rows, queries.count(connection, actor.organisation, name, asked), progress)
    about = about_of(connection, actor.organisation, shown)
    about = dataclasses.replace(about, notes=withheld_from(actor, [name]))
    return write_table(layout, rows, about, FORMATS[format], file)


def _rows(connection: Connection, actor: Actor, name: str, asked: Mapping[str, Any]) -> Rows:
    found = queries.rows(
        connection,
        actor.organisation,
        name,
        asked,
        withholding.conditions(actor, queries.LISTED[name].kind, asked),
    )
    return withholding.less_of_rows(connection, actor, found, queries.LISTED[name].sensitive)


def withheld_from(actor: Actor, names: Sequence[str]) -> tuple[str, ...]:
    """Give the notes that say which columns of these lists are withheld from the actor."""
    if reads_sensitive(actor):
        return ()
    found = []
    for name in names:
        listed = queries.LISTED[name]
        columns = [listed.names[at] for at in sorted(listed.sensitive)]
        if columns:
            but = " but for what you recorded" if reads_own_sensitive(actor) else ""
            found.append(
                f"Withheld from you in {name}{but}: {', '.join(columns)}. An empty cell of these does not "
                "say that nothing is known."
            )
    return tuple(found)


def tag_of_log(connection: Connection, actor: Actor, asked: Mapping[str, Any], format: str) -> str:
    """Give the tag of a table that changes with the log alone."""
    head = log_heads.head(connection, actor.organisation)
    who = f"{actor.label}|{sorted(actor.roles)}"
    said = f"{actor.organisation}|{who}|{sorted(asked.items())}|{format}"
    return f'"{REPRESENTATION}.{head.seq}-{hashlib.sha256(said.encode()).hexdigest()[:16]}"'


def tag_of_rows(
    connection: Connection,
    actor: Actor,
    layout: Layout,
    rows: Rows,
    shown: Mapping[str, Any],
    format: Format,
) -> str:
    """Give the tag of a table of which the log does not tell whether it changed: from its rows themselves."""
    said = hashlib.sha256(canonical([layout.name, layout.version, format.name, dict(shown)]).encode())
    for row in rows:
        said.update(canonical(list(row)).encode())
    # What a table says of the organisation and its log is a part of its bytes.
    at = log_heads.head(connection, actor.organisation).seq
    return f'"{REPRESENTATION}.{at}-{said.hexdigest()[:16]}"'


def write_rows(
    connection: Connection,
    actor: Actor,
    layout: Layout,
    rows: Rows,
    shown: Mapping[str, Any],
    format: Format,
    file: BinaryIO,
    *,
    notes: Sequence[str] = (),
    known_at: int | None = None,
) -> Written:
    """Write rows that a service gave, who has asked whether the actor may read them.

    ``notes`` must be read with them; ``known_at`` is the log sequence that they are as of, None for now.
    """
    about = about_of(connection, actor.organisation, shown, known_at)
    return write_table(layout, rows, dataclasses.replace(about, notes=tuple(notes)), format, file)


PACKAGE = Format(
    "package", "A Frictionless Data Package", "application/zip", "zip", FORMATS["csv"].write, by_name=True
)
"""Several lists in one archive; each is written as plain CSV."""


def tag_of_package(connection: Connection, actor: Actor, names: Sequence[str]) -> str:
    """Give the tag of a package of these lists as it is now."""
    return _tag_of(connection, actor, names, {}, PACKAGE.name)


def tag_of_statistics(answered: str, format: str) -> str:
    """Give the tag of an answer's table from the tag of the answer."""
    return f'"{REPRESENTATION}.{format}-{answered[1:]}'


def write_lists(connection: Connection, actor: Actor, names: Sequence[str], file: BinaryIO) -> Written:
    """Write these lists, all rows of each, as one data package from one snapshot."""
    require(actor, "record.read")
    about = about_of(connection, actor.organisation, {"lists": ", ".join(names)})
    about = dataclasses.replace(about, notes=withheld_from(actor, names))
    counts = write_package(
        file,
        about,
        [(LAYOUTS[name], partial(_rows, connection, actor, name, {})) for name in names],
    )
    return _proven(file, sum(counts.values()), about)


def write_statistics(
    connection: Connection,
    actor: Actor,
    question: Question,
    format: str,
    file: BinaryIO,
    cache: Cache | None = None,
) -> Written:
    """Write the answer to a question to the statistics. Raises Invalid when it cannot be answered."""
    answer = parse(statistics.answer(connection, actor, question, cache).body.decode())
    layout = statistics_layout(question)
    meta = answer["meta"]
    notes = [f"The log was read up to sequence {meta['log_sequence']}."]
    if answer["total"] is not None:
        notes.append(f"The total: {interval(answer['total'])}, in {answer['total']['incidents']} incidents.")
    notes.append(
        f"Left out: {meta['unassessed']} incidents unassessed, {meta['straddling']} that cross the days "
        f"asked for; {meta['needs_review']} need a review."
    )
    rows = statistics_rows(question, answer["data"])
    if FORMATS[format].only is not None:
        layout, rows = SDMX_CSV, sdmx_rows(question, answer["data"])
    about = dataclasses.replace(
        about_of(connection, actor.organisation, questions.echo(question), question.known_at),
        notes=tuple(notes),
    )
    return write_table(layout, rows, about, FORMATS[format], file)


def interval(total: Mapping[str, Any]) -> str:
    """Give the interval of a cell of an answer as people write it."""
    if total["low"] is None:
        return "not known"
    said = f"{total['low']}" if total["low"] == total["high"] else f"{total['low']}-{total['high']}"
    return said + (" or more" if total["open"] else "")


def _told(rows: Rows, of: int, progress: Progress) -> Iterator[Sequence[Value]]:
    for done, row in enumerate(rows):
        if done % _TOLD_EACH == 0:
            progress(done, of)
        yield row


def write_table(layout: Layout, rows: Rows, about: About, format: Format, file: BinaryIO) -> Written:
    """Write a table in a format and give its count and digest."""
    counted = Counted(rows)
    format.write(file, layout, counted, about)
    return _proven(file, counted.rows, about)


def _proven(file: BinaryIO, rows: int, about: About) -> Written:
    file.flush()
    file.seek(0)
    digest = hashlib.sha256()
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    return Written(rows, digest.digest(), about.log_sequence, about.at)


def about_of(
    connection: Connection, organisation: str, shown: Mapping[str, Any], known_at: int | None = None
) -> About:
    """Give what a table says of itself: whose it is, up to which point of the log, and what was asked.

    As known at a sequence it says that one, so that what is written later changes no byte of it.
    """
    if known_at is None:
        head = log_heads.head(connection, organisation)
        seq, at = head.seq, head.at
    else:
        seq, at = known_at, log_heads.reached_at(connection, organisation, known_at)
    name = organisation_queries.name_of(connection, organisation)
    return About(name, seq, at, {name: str(value) for name, value in shown.items()})
