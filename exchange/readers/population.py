"""A population file: year, sex, age_group, population, as CSV; a blank sex or age group is everybody."""

from __future__ import annotations

import csv
import hashlib
import io

from domain.errors import Invalid
from domain.populations import AGES, EVERYBODY, SEXES, Group, Population
from exchange.drafts import file_refused

COLUMNS = ("year", "sex", "age_group", "population")
MOST_BYTES = 5_000_000


def read_population(data: bytes, name: str) -> Population:
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
    persons: dict[Group, int] = {}
    for row in rows:
        group = _group(row, rows.line_num)
        if group in persons:
            raise _refused(rows.line_num, "The group stands twice.", "duplicate-label")
        persons[group] = _whole(row["population"], rows.line_num)
    if not persons:
        raise file_refused("no-table", "The file has no row below its header.")
    return Population(name, hashlib.sha256(data).hexdigest(), persons)


def _group(row: dict[str, str], line: int) -> Group:
    year, sex, age = ((row[name] or "").strip() for name in COLUMNS[:3])
    if not (year.isascii() and year.isdigit() and len(year) == 4):
        raise _refused(line, "Write the year in four digits.", "invalid-date")
    if sex not in ("", *SEXES):
        raise _refused(line, "The sex is " + ", ".join(SEXES) + " or blank.", "unknown-code")
    if age not in ("", *AGES):
        raise _refused(line, "The age group is " + ", ".join(AGES) + " or blank.", "unknown-code")
    return year, sex or EVERYBODY, age or EVERYBODY


def _whole(text: str | None, line: int) -> int:
    said = (text or "").strip()
    if not (said.isascii() and said.isdigit() and len(said) <= 11 and int(said) > 0):
        raise _refused(line, "Write the population as a whole number above 0, without separators.", "invalid")
    return int(said)


def _refused(line: int, detail: str, code: str) -> Invalid:
    return file_refused(code, f"Line {line}: {detail}")
