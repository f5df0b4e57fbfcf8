"""The template is what the reader reads, and nothing of it becomes a record by accident."""

import io
import zipfile

from domain.vocab import VOCABULARIES
from exchange.drafts import separated
from exchange.readers.sheet import read_sheet
from exchange.readers.workbook import Workbook
from exchange.sheet_columns import COLUMNS, EXAMPLE
from exchange.sheet_template import EXAMPLES, template_csv, template_xlsx


def used(content: bytes) -> bytes:
    """Give the template with its example rows turned into rows of one's own."""
    if not content.startswith(b"PK"):
        return content.replace(EXAMPLE.encode(), b"MINE")
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(made, "w") as parts:
        for name in given.namelist():
            parts.writestr(name, given.read(name).replace(EXAMPLE.encode(), b"MINE"))
    return made.getvalue()


def test_example_rows_left_in_the_template_are_never_read_as_records() -> None:
    for content in (template_csv(), template_xlsx()):
        incidents, findings = separated(read_sheet(content))
        assert incidents == []
        assert [finding.code for finding in findings] == ["example-row"] * len(EXAMPLES)


def test_the_example_reads_without_a_finding_and_alike_from_both_forms() -> None:
    from_csv, findings = separated(read_sheet(used(template_csv())))
    from_xlsx, more = separated(read_sheet(used(template_xlsx())))
    assert findings == more == []
    assert from_csv == from_xlsx
    (incident,) = from_csv
    assert [claim.origin.name for claim in incident.claims] == [
        "Pakistani officials",
        "Chief Minister of Balochistan",
    ]
    assert [(f.low, f.open) for f in incident.claims[0].figures] == [(33, True), (18, False), (5, False)]
    assert incident.claims[1].figures[0].stated_as == "militants"


def test_the_bytes_of_a_template_never_change_by_themselves() -> None:
    assert template_csv() == template_csv()
    assert template_xlsx() == template_xlsx()
    with zipfile.ZipFile(io.BytesIO(template_xlsx())) as parts:
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"2026-01-01T00:00:00Z" in parts.read("docProps/core.xml")


def test_the_workbook_explains_every_column_and_lists_every_code() -> None:
    book = Workbook(template_xlsx())
    data, how, codes = book.sheets
    assert [sheet.name for sheet in book.sheets] == ["Data", "How to fill", "Codes"]
    assert next(book.rows(data))[1] == [column.name for column in COLUMNS]
    explained = {row[0]: row[2] for _, row in book.rows(how)}
    listed = {(row[0], row[1]) for _, row in book.rows(codes)}
    for column in COLUMNS:
        assert explained[column.name] == column.description
        if column.vocabulary:
            assert {(column.vocabulary, code) for code in VOCABULARIES[column.vocabulary].codes()} <= listed


def test_code_columns_offer_exactly_the_codes_of_their_vocabulary() -> None:
    content = template_xlsx()
    book = Workbook(content)
    codes = dict(book.rows(book.sheets[2]))
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        data = parts.read("xl/worksheets/sheet1.xml").decode()
    offered = []
    for piece in data.split("<formula1>")[1:]:
        first, last = (
            int(end)
            for end in piece.split("</formula1>")[0].replace("Codes!$B$", "").replace("$B$", "").split(":")
        )
        offered.append(tuple(codes[line][1] for line in range(first, last + 1)))
    assert offered == [VOCABULARIES[c.vocabulary].codes() for c in COLUMNS if c.vocabulary]


def test_no_cell_of_the_template_is_a_formula_or_a_link() -> None:
    book = Workbook(template_xlsx())
    assert all(not sheet.formulas for sheet in book.sheets)
    with zipfile.ZipFile(io.BytesIO(template_xlsx())) as parts:
        assert not any(b"hyperlink" in parts.read(name) for name in parts.namelist())


def test_every_column_has_a_description_and_a_vocabulary_that_exists() -> None:
    names = [column.name for column in COLUMNS]
    assert len(names) == len(set(names))
    assert all(column.description.endswith(".") for column in COLUMNS)
    assert {column.vocabulary for column in COLUMNS if column.vocabulary} <= VOCABULARIES.keys()
    assert {name for example in EXAMPLES for name in example} <= set(names)
