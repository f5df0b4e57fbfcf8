"""Lists of the people killed in Gaza, as published by the Ministry of Health and republished as
CSV and JSON by palestine-datasets (Tech for Palestine).

Columns, their order and the writing of an unknown age change between releases, so headers are read and
positions never. What the releases of 2024 do, and what this reader makes of it:

- Age -1 (February) or blank (April, June) is unknown. A blank age stays unknown beside a date of
  birth: those dates are placeholders such as the first of January 2000.
- Age 0 is a child in its first year, with or without a date of birth, as in the published tables.
- A fraction (0.58) or words ("2 months") are cut to full years.
- A number above 130 is a year of birth in the wrong column. The published tables count these persons
  as 65 and older; the list is not corrected here (R1), so the interval is the highest age, open, and
  each such row carries the finding ``age-not-an-age`` for a person to decide.
- Ids are unique within each of these releases. Should one repeat, both rows are given, because the
  published totals count rows, with the finding ``repeated-id``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, BinaryIO

from domain.cells import ANY_AGE, OLDEST_AGE
from domain.drafts import NameDraft
from exchange.drafts import ListingRow, RowFinding, file_refused, row_key
from exchange.readers.ages import read_age
from exchange.readers.json_rows import is_array, json_rows
from exchange.readers.tables import (
    HEADER_WITHIN,
    delimiter_of,
    fitted,
    known_columns,
    opened,
    opened_text,
    records,
)
from exchange.readers.text import (
    Unreadable,
    ascii_digits,
    checked,
    folded,
    is_blank,
    tidy,
)

COLUMNS = {
    "id": "id", "external_id": "id",
    "name": "name", "name_ar_raw": "name", "name_ar": "name", "الاسم": "name",
    "en_name": "en_name", "name_en": "en_name",
    "age": "age", "العمر": "age",
    "sex": "sex", "gender": "sex", "الجنس": "sex",
    "dob": "dob", "date_of_birth": "dob", "source": "source", "index": "index",
}  # fmt: skip
SOURCE_MEANS = {
    "h": "Ministry of Health",
    "c": "Public submission",
    "j": "Judicial or House committee",
    "u": "Unknown",
}
"""What the codes of the column ``source`` mean, as the publisher's documentation gives them."""
_REQUIRED = ("name", "age", "sex")
_SEX = {
    "m": "male", "male": "male", "ذكر": "male",
    "f": "female", "female": "female", "أنثى": "female", "انثى": "female",
}  # fmt: skip


def read_gaza_list(
    data: bytes | BinaryIO, *, encoding: str | None = None
) -> Iterator[ListingRow | RowFinding]:
    """Give each person of a list, and findings, in the order of the file.

    ``data`` is a JSON array of objects or delimited text with a header; a title may stand above the
    header. ``encoding`` declares the encoding of text that is not UTF-8.

    Raises Invalid (``import-invalid``), when iteration starts, if no row of the file can be read.
    """
    file = opened(data)
    people = _from_json(file) if is_array(file) else _from_text(file, encoding)
    ids: set[str] = set()
    contents: Counter[str] = Counter()
    row = 0
    for item in people:
        if isinstance(item, RowFinding):
            yield item
            row += item.loses == "row"
            continue
        line, cells = item
        row += 1
        try:
            person, findings = _person(line, row, cells, contents)
        except Unreadable as problem:
            yield _finding(line, problem, "row")
            continue
        if person.external_id is not None:
            if person.external_id in ids:
                detail = "Another row of the list has the same id; both are given."
                findings.append(RowFinding(line=line, column="id", code="repeated-id", detail=detail))
            ids.add(person.external_id)
        yield from findings
        yield person


def _from_text(file: BinaryIO, encoding: str | None) -> Iterator[tuple[int, dict[str, str]] | RowFinding]:
    columns: list[str] | None = None
    above: list[RowFinding] = []
    with opened_text(file, encoding) as text:
        for line, cells in records(text, delimiter_of(text, COLUMNS)):
            try:
                if isinstance(cells, Unreadable):
                    raise cells
                if columns is not None:
                    if any(cell.strip() for cell in cells):
                        yield line, dict(zip(columns, fitted(cells, len(columns)), strict=True))
                    continue
            except Unreadable as problem:
                finding = _finding(line, problem, "row")
                if columns is None:
                    above.append(finding)
                else:
                    yield finding
                continue
            named = known_columns(cells, COLUMNS, required=_REQUIRED)
            if named is not None:
                columns = [name or folded(cell) for name, cell in zip(named, cells, strict=True)]
                yield from above
            elif line >= HEADER_WITHIN:
                break
    if columns is None:
        raise file_refused("header-missing", "No header with the columns name, age and sex was found.")


def _from_json(file: BinaryIO) -> Iterator[tuple[int, dict[str, str]] | RowFinding]:
    for row in json_rows(file):
        yield row if isinstance(row, RowFinding) else _record(*row)


def _record(line: int, item: dict[str, Any]) -> tuple[int, dict[str, str]] | RowFinding:
    cells: dict[str, str] = {}
    for name, value in item.items():
        column = COLUMNS.get(folded(name), folded(name))
        if isinstance(value, dict | list) or column in cells:
            code = "duplicate-key" if column in cells else "wrong-type"
            detail = "The entry holds a table in place of a value, or a column twice."
            return RowFinding(line=line, code=code, detail=detail, loses="row")
        cells[column] = "" if value is None else str(value)
    return line, cells


def _person(
    line: int, row: int, cells: dict[str, str], contents: Counter[str]
) -> tuple[ListingRow, list[RowFinding]]:
    everything = "\n".join(cells.values())
    findings: list[RowFinding] = []
    if checked(everything):
        detail = "Invisible characters were removed."
        findings.append(RowFinding(line=line, code="invisible-removed", detail=detail))
    said = {column: tidy(text) for column, text in cells.items()}
    name, external_id = _filled(said.get("name")), _filled(said.get("id"))
    age_text, sex_text = said.get("age", ""), said.get("sex", "").casefold()
    if not (name or external_id):
        raise Unreadable("not-a-person", "The row has neither a name nor an id; it may be a total.", "name")
    sex = _SEX.get(sex_text, "unknown")
    if sex == "unknown" and not is_blank(sex_text) and sex_text not in ("u", "unknown"):
        detail = "The sex is none that the reader knows; it is given as unknown."
        findings.append(RowFinding(line=line, column="sex", code="unknown-code", detail=detail, loses="cell"))
    low, high = _age(line, age_text, findings)
    names = [NameDraft(name=text, script=_script(text)) for c in ("name", "en_name") if (text := said.get(c))]
    content = row_key("listing", sorted((c, t) for c, t in said.items() if c != "index"))
    contents[content] += 1
    again = contents[content]  # two rows alike in everything are two rows, whatever their order
    return (
        ListingRow(
            line=line,
            row=row,
            key=content if again == 1 else row_key(content, again),
            name=name,
            names=tuple(names),
            external_id=external_id,
            age_listed=cells.get("age") or None,
            age_low=low,
            age_high=high,
            sex=sex,
            extra=tuple(_extra(said, row)),
        ),
        findings,
    )


def _age(line: int, text: str, findings: list[RowFinding]) -> tuple[int | None, int | None]:
    if is_blank(text) or ascii_digits(text) in ("-1", "-1.0"):
        return None, None
    try:
        age = read_age(text)
    except Unreadable as problem:
        digits = ascii_digits(text)
        if not (digits.isascii() and digits.isdecimal()):
            findings.append(_finding(line, problem, "cell", "age"))
            return None, None
        detail = (
            "The age is above 130 and may be a year of birth. The published tables count the person as "
            "65 or older; it is given as the highest age, open, until somebody decides."
        )
        findings.append(RowFinding(line=line, column="age", code="age-not-an-age", detail=detail))
        return OLDEST_AGE, None
    return (None, None) if age == ANY_AGE else (age.low, age.high)


def _extra(said: dict[str, str], row: int) -> Iterator[tuple[str, str]]:
    for column, text in said.items():
        if column in ("id", "name", "age", "sex") or not text:
            continue
        if column == "index" and text == str(row):
            continue  # the list's own row number says nothing new
        yield column, text
        if column == "source" and text.casefold() in SOURCE_MEANS:
            yield "source_means", SOURCE_MEANS[text.casefold()]


def _filled(text: str | None) -> str | None:
    return None if text is None or is_blank(text, name_like=True) else text


def _script(name: str) -> str | None:
    if any("\u0600" <= letter <= "\u06ff" for letter in name):
        return "Arab"
    return "Latn" if name.isascii() else None


def _finding(line: int, problem: Unreadable, loses: str, column: str | None = None) -> RowFinding:
    return RowFinding(
        line=line, column=column or problem.column, code=problem.code, detail=problem.detail, loses=loses
    )
