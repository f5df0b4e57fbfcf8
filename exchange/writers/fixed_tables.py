"""The fixed public tables as documents: JSON as it is kept, CSV made from it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

NOTES = (
    "Persons of every status of whom the record says at least so many; what may be more is not counted.",
    "A number of fewer persons than the threshold is withheld, and so are others that would tell one.",
    "What is withheld has no number, obs_status Q, conf_status C. It is not nought: nought is printed as 0.",
    "A row that leaves a column empty does not speak of it: it is the sum over it.",
    "Corrections that are too small to be told safely wait for a later edition.",
)


def document_of(
    *,
    organisation: Mapping[str, str],
    table: str,
    title: str,
    edition: int,
    threshold: int,
    until: int,
    columns: Sequence[str],
    rows: Iterable[Mapping[str, Any]],
) -> str:
    """Give a table of an edition as JSON."""
    return json.dumps(
        {
            "organisation": dict(organisation),
            "table": table,
            "title": title,
            "edition": edition,
            "threshold": threshold,
            "until": str(until),
            "columns": list(columns),
            "rows": [{name: row[name] for name in columns} for row in rows],
            "notes": list(NOTES),
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def csv_of(document: str) -> bytes:
    """Give the rows of a table's JSON as CSV (RFC 4180), a withheld number as an empty cell with its
    marks."""
    read = json.loads(document)
    found = io.StringIO(newline="")
    writer = csv.DictWriter(found, read["columns"], lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(read["rows"])
    return found.getvalue().encode()
