"""The files of a release, from the record as known at a log sequence: the same sequence, the same bytes."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Sequence

from db.canonical import parse
from db.engine import Connection
from db.queries import log_heads
from db.queries import organisations as organisation_queries
from db.queries import policies as policy_queries
from domain.access import Actor
from domain.errors import TooLarge
from domain.methodology import METHODOLOGY_VERSION
from domain.policies import VERSIONS
from domain.publications import MANIFEST, ReleaseDraft, ReleaseFile, codelist_version, manifest
from domain.questions import Question
from exchange.codebook import codebook
from exchange.columns import Layout, Rows
from exchange.formats import FORMATS
from exchange.layouts.statistics import statistics_layout, statistics_rows
from exchange.writers import release_documents as documents
from exchange.writers.data_package import BOOK
from exchange.writers.release_documents import Publication, ReleaseTable
from exchange.writers.tables.about import About
from exchange.writers.tables.csv_table import write_csv
from services import exports, questions, statistics

IN_FORMATS = ("csv", "xlsx", "parquet")
LARGEST_FILE = 64_000_000
"""Bytes of one file: a release is sums, and is kept whole in the database."""

_TABLES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("by-month", "By month, status, sex and age", ("month", "outcome", "status", "sex", "age_group")),
    ("by-adm1", "By first-level unit and status", ("adm1", "outcome", "status")),
    ("by-cause", "By cause and status", ("cause", "outcome", "status")),
)


def files_of(
    connection: Connection, actor: Actor, draft: ReleaseDraft, known_at: int
) -> tuple[Publication, list[ReleaseFile]]:
    """Give what the release says of itself and every file, the manifest last.

    The draft and the sequence decide every byte, under one version of the software. Raises TooLarge for a
    table that is no table of sums any more.
    """
    one = publication(connection, actor.organisation, draft, known_at)
    tables = tables_of(connection, actor, one)
    layout, book = _codebook(tables)
    organisation = actor.organisation
    found = [file for table in tables for file in table.files]
    found += [
        book,
        documents.method(
            one,
            _policies(connection, organisation, known_at),
            policy_queries.breaks(connection, organisation, known_at),
        ),
        documents.log_position(one),
        documents.notes(one, tables),
        documents.package(one, tables, (layout, book)),
    ]
    return one, [*found, ReleaseFile(MANIFEST, "text/plain", manifest(found))]


def publication(connection: Connection, organisation: str, draft: ReleaseDraft, known_at: int) -> Publication:
    name = organisation_queries.name_of(connection, organisation)
    return Publication(
        organisation=name,
        title=draft.title or f"Casualties recorded by {name}, as known at the end of {draft.cutoff}",
        notes=draft.notes,
        cutoff=draft.cutoff,
        start=draft.start,
        end=draft.end,
        log_sequence=known_at,
        log_hash=log_heads.hash_at(connection, organisation, known_at),
        log_at=log_heads.reached_at(connection, organisation, known_at),
        methodology_version=METHODOLOGY_VERSION,
        codelist_version=codelist_version(),
    )


def tables_of(connection: Connection, actor: Actor, one: Publication) -> list[ReleaseTable]:
    """Give the tables of a release, each written in every format."""
    found = []
    for name, title, by in _TABLES:
        question = Question(by=by, start=one.start, end=one.end, known_at=one.log_sequence)
        answer = parse(statistics.answer(connection, actor, question).body.decode())
        layout = dataclasses.replace(statistics_layout(question), name=name, title=title)
        rows = list(statistics_rows(question, answer["data"]))
        meta = answer["meta"]
        left_out = (
            f"Left out: {meta['unassessed']} incidents unassessed, {meta['straddling']} that cross the days "
            f"asked for; {meta['needs_review']} need a review."
        )
        asked = questions.echo(question)
        about = dataclasses.replace(
            exports.about_of(connection, actor.organisation, asked, one.log_sequence), notes=(left_out,)
        )
        found.append(written(layout, rows, about, asked))
    return found


def written(
    layout: Layout, rows: Sequence[Sequence[object]], about: About, asked: dict[str, object]
) -> ReleaseTable:
    """Give a table in every format of a release."""
    files = tuple(
        _file(f"{layout.name}.{format.ending}", layout, rows, about, format.name)  # type: ignore[arg-type]
        for format in (FORMATS[name] for name in IN_FORMATS)
    )
    return ReleaseTable(layout, asked, files, about.notes)


def _file(name: str, layout: Layout, rows: Rows, about: About, format: str) -> ReleaseFile:
    buffer = io.BytesIO()
    done = exports.write_table(layout, rows, about, format, buffer)
    return _checked(ReleaseFile(name, FORMATS[format].media, buffer.getvalue(), done.rows))


def _checked(file: ReleaseFile) -> ReleaseFile:
    if len(file.content) > LARGEST_FILE:
        raise TooLarge(
            f"The file {file.name} has more than {LARGEST_FILE} bytes; release a shorter period.",
            code="release-too-large",
        )
    return file


def _codebook(tables: Sequence[ReleaseTable]) -> tuple[Layout, ReleaseFile]:
    buffer = io.BytesIO()
    rows = [(table.layout.name, *row) for table in tables for row in codebook(table.layout)]
    write_csv(buffer, BOOK, rows)
    return BOOK, ReleaseFile("codebook.csv", FORMATS["csv"].media, buffer.getvalue(), len(rows))


def _policies(connection: Connection, organisation: str, known_at: int) -> list[dict[str, object]]:
    """Give the policies under which the assessments in force then were made, and of how many incidents."""
    found = []
    for one in policy_queries.methods(connection, organisation, known_at):
        policy = VERSIONS.get((one["policy"], one["version"]))
        found.append({**one, "description": None if policy is None else policy.description})
    return found
