"""A population file: year, sex, age_group, population, as CSV; a blank sex or age group is everybody."""

from __future__ import annotations

import csv
import hashlib
import io

from domain.drafts import PopulationDraft, PopulationRowDraft
from domain.errors import Invalid
from domain.populations import AGES, SEXES
from exchange.drafts import file_refused

COLUMNS = ("year", "sex", "age_group", "population")
MOST_BYTES = 5_000_000
MOST_ROWS = 10_000


def read_population(data: bytes, name: str, source: str) -> PopulationDraft:
    """Give the population of a file. Raises Invalid (``import-invalid``), naming the line, for another.

    Every number is of whole persons: rates are worked out from it and nothing is guessed.
    """
    if len(data) > MOST_BYTES:
        raise file_refused("too-large", "A population file has at most 5 MB.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise file_refused("encoding", "The file is not UTF-8. Save it as CSV UTF-8.") from None
    rows = csv.DictReader(io.StringIO(text, newline=""))
    if tuple(rows.fieldnames or ()) != COLUMNS:
        raise file_refused("unknown-column", "The header is: " + ",".join(COLUMNS) + ".")
    found: dict[tuple[str, str, str], PopulationRowDraft] = {}
    for row in rows:
        year, sex, age = _group(row, rows.line_num)
        if (year, sex, age) in found:
            raise _refused(rows.line_num, "The group stands twice.", "duplicate-label")
        persons = _whole(row["population"], rows.line_num)
        found[year, sex, age] = PopulationRowDraft(
            year=year, sex=sex or None, age_group=age or None, persons=persons
        )
    if not found:
        raise file_refused("no-table", "The file has no row below its header.")
    if len(found) > MOST_ROWS:
        raise file_refused("too-many-items", f"A population has at most {MOST_ROWS} rows.")
    return PopulationDraft(
        name=name, source=source, sha256=hashlib.sha256(data).hexdigest(), rows=tuple(found.values())
    )


def _group(row: dict[str, str], line: int) -> tuple[str, str, str]:
    year, sex, age = ((row[name] or "").strip() for name in COLUMNS[:3])
    if not (year.isascii() and year.isdigit() and len(year) == 4):
        raise _refused(line, "Write the year in four digits.", "invalid-date")
    if sex not in ("", *SEXES):
        raise _refused(line, "The sex is " + ", ".join(SEXES) + " or blank.", "unknown-code")
    if age not in ("", *AGES):
        raise _refused(line, "The age group is " + ", ".join(AGES) + " or blank.", "unknown-code")
    return year, sex, age


def _whole(text: str | None, line: int) -> int:
    said = (text or "").strip()
    if not (said.isascii() and said.isdigit() and len(said) <= 11 and int(said) > 0):
        raise _refused(line, "Write the population as a whole number above 0, without separators.", "invalid")
    return int(said)


def _refused(line: int, detail: str, code: str) -> Invalid:
    return file_refused(code, f"Line {line}: {detail}")
