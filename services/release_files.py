"""The files of a release, from the record as known at a log sequence: the same sequence, the same bytes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from db import sight
from db.engine import Connection
from db.queries import log_heads
from db.queries import organisations as organisation_queries
from db.queries import policies as policy_queries
from domain.access import Actor, reader
from domain.errors import Fault, NotFound, TooLarge, UnknownReference
from domain.methodology import METHODOLOGY_VERSION
from domain.policies import VERSIONS
from domain.populations import Population
from domain.publications import MANIFEST, ReleaseDraft, ReleaseFile, codelist_version, manifest
from domain.standard_tables import TABLES as STANDARD
from domain.standard_tables import Asked, quarter_before
from exchange.codebook import codebook
from exchange.columns import Layout, Rows
from exchange.formats import FORMATS, Format
from exchange.writers import release_documents as documents
from exchange.writers.data_package import BOOK
from exchange.writers.release_documents import Publication, ReleaseTable
from exchange.writers.tables.about import About
from exchange.writers.tables.csv_table import write_csv
from services import exports, populations, standard_tables
from services.fact_tables import days_of
from services.release_views import day_beside
from services.standard_tables import proved_data

IN_FORMATS = ("csv", "xlsx", "parquet")
LARGEST_FILE = 64_000_000
"""Bytes of one file: a release is sums, and is kept whole in the database."""

TABLES = ("monthly", "ohchr", "sdg-16-1-2", "mrm-quarterly", "events")
"""The standard tables of a release. Who stands on which list of one incident is a question of its own."""


def files_of(
    connection: Connection, actor: Actor, draft: ReleaseDraft, known_at: int
) -> tuple[Publication, list[ReleaseFile]]:
    """Give what the release says of itself and every file, the manifest last.

    The draft and the sequence decide every byte, under one version of the software. Raises UnknownReference
    for a population that is not here, and TooLarge for a table that is no table of sums any more.
    """
    # A release is read by many, so it holds what every reader may read, whoever makes it.
    with sight.nobodys(connection):
        return _files_of(connection, reader(actor), draft, known_at)


def _files_of(
    connection: Connection, actor: Actor, draft: ReleaseDraft, known_at: int
) -> tuple[Publication, list[ReleaseFile]]:
    one = publication(connection, actor, draft, known_at)
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


def publication(connection: Connection, actor: Actor, draft: ReleaseDraft, known_at: int) -> Publication:
    """Give what the release says of itself. Raises UnknownReference for a population that is not here."""
    organisation = actor.organisation
    name = organisation_queries.name_of(connection, organisation)
    return Publication(
        organisation=name,
        title=draft.title or _title(name, draft),
        notes=draft.notes,
        cutoff=draft.cutoff,
        start=draft.start,
        end=draft.end,
        log_sequence=known_at,
        log_hash=log_heads.hash_at(connection, organisation, known_at),
        log_at=log_heads.reached_at(connection, organisation, known_at),
        methodology_version=METHODOLOGY_VERSION,
        codelist_version=codelist_version(),
        population=_population(connection, actor, draft.population),
        is_public=draft.is_public,
    )


def _title(name: str, draft: ReleaseDraft) -> str:
    if draft.is_public:
        return f"Casualties published by {name}, as public at the end of {draft.cutoff}"
    return f"Casualties recorded by {name}, as known at the end of {draft.cutoff}"


def _population(connection: Connection, actor: Actor, id: str | None) -> tuple[str, Population] | None:
    """Give the population of an id, however late it was recorded: it is a denominator, and not the record."""
    if id is None:
        return None
    try:
        return id, populations.read(connection, actor, id)
    except NotFound as error:
        raise UnknownReference(
            "There is no population of this id; GET /v1/populations lists them.",
            faults=[Fault("/population", "unknown-reference", "The organisation has no such population.")],
        ) from error


def tables_of(connection: Connection, actor: Actor, one: Publication) -> list[ReleaseTable]:
    """Give the standard tables of a release, each written in every format.

    Raises Unproved where the sums of one do not hold: then there is no release.
    """
    return [_standard(connection, actor, one, name) for name in TABLES]


def _standard(connection: Connection, actor: Actor, one: Publication, name: str) -> ReleaseTable:
    if "quarter" in STANDARD[name].takes:
        # The last that was over at the end of the cut-off, or of the period that is released.
        quarter = quarter_before(day_beside(one.end or one.cutoff, 1))
        asked = Asked(quarter=quarter, known_at=one.log_sequence)
    else:
        asked = Asked(start=one.start, end=one.end, known_at=one.log_sequence)
    if one.population is not None and "population" in STANDARD[name].takes:
        asked = replace(asked, population=one.population[1])
    produced = standard_tables.produce(connection, actor, name, asked)
    files = tuple(
        _file(f"{name}.{format.ending}", produced.layout, produced.rows, produced.about, format)
        for format in (FORMATS[format] for format in IN_FORMATS)
    )
    start, end = days_of(asked)
    covered: dict[str, Any] = {"from": start, "to": end, "table_version": produced.table.version}
    if asked.population is not None:
        covered["population_sha256"] = asked.population.sha256
    proof = ReleaseFile(
        f"{name}.proof.json", documents.JSON, documents.dumped(list(map(proved_data, produced.proof)))
    )
    return ReleaseTable(produced.layout, covered, (*files, proof), produced.about.notes)


def _file(name: str, layout: Layout, rows: Rows, about: About, format: Format) -> ReleaseFile:
    buffer = io.BytesIO()
    done = exports.write_table(layout, rows, about, format, buffer)
    return _checked(ReleaseFile(name, format.media, buffer.getvalue(), done.rows))


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
