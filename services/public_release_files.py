"""The files of a release for the public: from what was published at a log sequence, and nothing else.

No table of the record is read here. The same sequence gives the same bytes, as with every release.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from db.engine import Connection
from db.queries import public_tables
from db.queries.public_tables import TableDocument
from domain.access import Actor
from domain.errors import TooLarge, Unproved
from domain.fixed_tables import TABLES
from domain.publications import MANIFEST, ReleaseDraft, ReleaseFile, manifest
from domain.publishing import COUNTED_TO_ONE
from domain.vocab import Grain
from exchange.codebook import codebook
from exchange.columns import Layout, Rows, rows_of
from exchange.formats import FORMATS
from exchange.layouts.published import (
    COUNTED,
    FIXED_TABLES,
    KILLED_BY_MONTH,
    PUBLIC_FACTS,
    PUBLIC_INCIDENTS,
    incident_rows,
)
from exchange.writers import release_documents as documents
from exchange.writers.data_package import BOOK
from exchange.writers.fixed_tables import NOTES, csv_of
from exchange.writers.release_documents import Publication, ReleaseTable
from exchange.writers.tables.csv_table import write_csv
from exchange.writers.tables.geojson import write_features
from services import published_then
from services.published_then import Published
from services.release_files import LARGEST_FILE, publication

_CSV = FORMATS["csv"].media


def files_of(
    connection: Connection, actor: Actor, draft: ReleaseDraft, known_at: int
) -> tuple[Publication, list[ReleaseFile]]:
    """Give what the release says of itself and every file, the manifest last.

    Raises Unproved where the sums do not hold, and TooLarge for a file beyond what is kept.
    """
    one = publication(connection, actor, draft, known_at)
    found = published_then.published_at(connection, actor.organisation, known_at, (draft.start, draft.end))
    tables = [
        _incidents(one, found),
        _facts(one, found),
        _by_month(one, found),
        *(_fixed(table) for table in public_tables.documents_at(connection, actor.organisation, known_at)),
    ]
    book = _codebook(tables)
    files = [file for table in tables for file in table.files]
    files += [
        ReleaseFile("incidents.json", documents.JSON, documents.dumped([each.document for each in found])),
        book,
        documents.log_position(one),
        documents.public_notes(one, tables),
        documents.package(one, tables, (BOOK, book)),
    ]
    for file in files:
        if len(file.content) > LARGEST_FILE:
            raise TooLarge(
                f"The file {file.name} has more than {LARGEST_FILE} bytes; release a shorter period.",
                code="release-too-large",
            )
    return one, [*files, ReleaseFile(MANIFEST, "text/plain", manifest(files))]


def _csv_file(name: str, layout: Layout, rows: Rows) -> ReleaseFile:
    buffer, kept = io.BytesIO(), list(rows)
    write_csv(buffer, layout, kept)
    return ReleaseFile(name, _CSV, buffer.getvalue(), len(kept))


def _asked(one: Publication) -> Mapping[str, Any]:
    return {"from": one.start, "to": one.end, "table_version": 1}


def _incidents(one: Publication, found: Sequence[Published]) -> ReleaseTable:
    rows = list(incident_rows((each.document, each.counted if each.facts else None) for each in found))
    features = io.BytesIO()
    said = {
        "title": one.title,
        "organisation": one.organisation,
        "log_sequence": one.log_sequence,
        "notes": list(PUBLIC_INCIDENTS.notes),
    }
    write_features(features, PUBLIC_INCIDENTS, rows, said)
    files = (
        _csv_file("incidents.csv", PUBLIC_INCIDENTS, rows),
        ReleaseFile("incidents.geojson", "application/geo+json", features.getvalue(), len(rows)),
    )
    return ReleaseTable(PUBLIC_INCIDENTS, _asked(one), files)


def _facts(one: Publication, found: Sequence[Published]) -> ReleaseTable:
    items = [
        {"incident": each.document["id"], "code": each.document["code"], "counted": each.counted, **fact}
        for each in found
        for fact in each.facts
        # Those of the living are in no list of facts; said twice, since a leak could not be taken back.
        if fact["outcome"] in COUNTED_TO_ONE
    ]
    items.sort(key=lambda item: [_ordered(item[name]) for name in PUBLIC_FACTS.key])
    return ReleaseTable(
        PUBLIC_FACTS,
        _asked(one),
        (_csv_file("facts.csv", PUBLIC_FACTS, rows_of(PUBLIC_FACTS, items)),),
    )


def _ordered(value: Any) -> tuple[bool, int, str]:
    is_number = isinstance(value, int)
    return value is not None, value if is_number else 0, "" if is_number or value is None else str(value)


def _by_month(one: Publication, found: Sequence[Published]) -> ReleaseTable:
    cells: dict[tuple[str, str], list[tuple[str, Mapping[str, Any]]]] = {}
    for each in found:
        for fact in _summed(each):
            cells.setdefault((_month(fact), fact["country"] or "unknown"), []).append(
                (each.document["id"], fact)
            )
    rows = [
        (
            *key,
            sum(fact["low"] for _, fact in facts),
            sum(fact["high"] for _, fact in facts),
            len({incident for incident, fact in facts if fact["open"]}),
            len({incident for incident, _ in facts}),
        )
        for key, facts in sorted(cells.items())
    ]
    proof = _proved(rows, found)
    files = (
        _csv_file("killed-by-month.csv", KILLED_BY_MONTH, rows),
        ReleaseFile("killed-by-month.proof.json", documents.JSON, documents.dumped([proof])),
    )
    return ReleaseTable(KILLED_BY_MONTH, _asked(one), files)


def _summed(each: Published) -> Iterator[Mapping[str, Any]]:
    if each.counted:
        for fact in each.facts:
            if fact["grain"] == Grain.TOTAL and fact["verification"] in COUNTED:
                yield fact


def _month(fact: Mapping[str, Any]) -> str:
    start: str = fact["period_start"][:7]
    return start if start == fact["period_end"][:7] else "spans"


def _proved(rows: Sequence[tuple[Any, ...]], found: Iterable[Published]) -> dict[str, Any]:
    """Hold the sums of the months against the figures of the documents. Raises Unproved."""
    counted = [each.document for each in found if each.counted]
    at = {name: PUBLIC_INCIDENTS.names.index(name) for name in ("killed_low", "killed_high")}
    shown = list(incident_rows((one, True) for one in counted))
    low, high = (sum(int(row[at[name]] or 0) for row in shown) for name in ("killed_low", "killed_high"))
    sums = [sum(row[KILLED_BY_MONTH.names.index(name)] for row in rows) for name in ("low", "high")]
    if [low, high] != sums:
        raise Unproved("The sums of the months are not those of the incidents, so there is no release.")
    return {
        "sum": "killed",
        "rule": "The months add up to the figures of the incidents that are counted.",
        "sums": 1,
        "low": low,
        "high": high,
        "parts": len(rows),
        "parts_low": sums[0],
        "parts_high": sums[1],
    }


def _fixed(table: TableDocument) -> ReleaseTable:
    title = next(one.title for one in TABLES if one.name == table.table_name)
    content = csv_of(table.document)
    layout = FIXED_TABLES[table.table_name]
    rows = content.count(b"\r\n") - 1
    return ReleaseTable(
        layout,
        {"from": None, "to": None, "table_version": 1, "edition": table.edition},
        (ReleaseFile(f"table-{table.table_name}.csv", _CSV, content, rows),),
        (f"{title}: edition {table.edition}, of every year that it has, whatever days are released.", *NOTES),
    )


def _codebook(tables: Sequence[ReleaseTable]) -> ReleaseFile:
    rows = [(table.layout.name, *row) for table in tables for row in codebook(table.layout)]
    return _csv_file("codebook.csv", BOOK, rows)
