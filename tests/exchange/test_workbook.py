"""What a workbook can do to its reader."""

import io
import zipfile

import pytest
import xlsxwriter

from domain.errors import Invalid
from exchange.readers.workbook import Workbook, error_cells, formula_columns, is_workbook


def made(**sheets: list[list[object]]) -> bytes:
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"strings_to_formulas": False})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
        if name.startswith("hidden"):
            sheet.hide()
    book.close()
    return content.getvalue()


def changed(content: bytes, part: str, old: bytes, new: bytes) -> bytes:
    given, result = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as parts:
        for name in given.namelist():
            inside = given.read(name)
            if name == part:
                assert old in inside
                inside = inside.replace(old, new)
            parts.writestr(name, inside)
    return result.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def test_rows_keep_their_numbers_and_columns_count_from_a() -> None:
    content = made(Data=[[], [], ["", "", "title"], [], ["a", "", 3.0]])
    book = Workbook(content)
    assert list(book.rows(book.sheets[0])) == [(3, ["", "", "title"]), (5, ["a", "", 3.0])]


def test_hidden_sheets_are_reported() -> None:
    book = Workbook(made(Data=[["a"]], hidden=[["b"]]))
    assert [finding.code for finding in book.hidden()] == ["hidden-sheet"]
    assert [sheet.hidden for sheet in book.sheets] == [False, True]


def test_formulas_and_errors_are_told_from_values() -> None:
    content = io.BytesIO()
    workbook = xlsxwriter.Workbook(content)
    sheet = workbook.add_worksheet()
    sheet.write_row(0, 0, ["one", "two"])
    sheet.write_formula(1, 0, "=1+1", None, 2)
    sheet.write_formula(1, 1, "=1/0", None, "#DIV/0!")
    workbook.close()
    book = Workbook(content.getvalue())
    (about,) = book.sheets
    assert list(book.rows(about))[1] == (2, [2.0, ""])
    assert [finding.column for finding in formula_columns(about, ["one", "two"])] == ["one", "two"]
    assert [(f.line, f.column) for f in error_cells(about, 2, ["one", "two"], "row")] == [(2, "two")]
    assert list(error_cells(about, 1, ["one", "two"], "row")) == []


def test_a_text_that_looks_like_a_formula_stays_text() -> None:
    book = Workbook(made(Data=[["=cmd|' /C calc'!A0", "@SUM(1)"]]))
    assert next(book.rows(book.sheets[0]))[1] == ["=cmd|' /C calc'!A0", "@SUM(1)"]
    assert book.sheets[0].formulas == frozenset()


def test_a_sheet_that_declares_a_million_rows_is_read_for_what_it_holds() -> None:
    content = changed(made(Data=[["a", "b"], ["c", "d"]]), SHEET, b'ref="A1:B2"', b'ref="A1:XFD1048576"')
    book = Workbook(content)
    assert len(list(book.rows(book.sheets[0]))) == 2


def test_a_stray_cell_at_the_far_end_is_refused_before_memory_is_taken_for_it() -> None:
    content = changed(
        made(Data=[["a"], [1]]),
        SHEET,
        b"</sheetData>",
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>',
    )
    with pytest.raises(Invalid, match="stray cells") as refused:
        Workbook(content)
    assert refused.value.faults[0].code == "too-large"


def test_an_empty_styled_cell_at_the_far_end_is_no_cell() -> None:
    content = changed(
        made(Data=[["a"], [1]]),
        SHEET,
        b"</sheetData>",
        b'<row r="1048576"><c r="XFC1048576" s="1"/><c r="XFD1048576" s="1"/></row></sheetData>',
    )
    book = Workbook(content)
    assert len(list(book.rows(book.sheets[0]))) == 2


def test_macros_are_refused() -> None:
    content = made(Data=[["a"]])
    plain = b"spreadsheetml.sheet.main"
    with pytest.raises(Invalid, match="macros"):
        Workbook(changed(content, "[Content_Types].xml", plain, b"ms-excel.sheet.macroEnabled.main"))


@pytest.mark.parametrize("content", [b"PK\x03\x04 and nothing more", b"\xd0\xcf\x11\xe0" + b"\0" * 600])
def test_what_is_no_xlsx_is_refused(content: bytes) -> None:
    assert is_workbook(content)
    with pytest.raises(Invalid) as refused:
        Workbook(content)
    assert refused.value.faults[0].code == "not-xlsx"


def test_a_workbook_cut_off_anywhere_is_refused_and_never_half_read() -> None:
    content = made(Data=[["a", "b"]] * 50)
    for length in range(10, len(content), 211):
        with pytest.raises(Invalid):
            Workbook(content[:length])


def test_a_part_that_unpacks_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exchange.readers.workbook._LARGEST_PART", 100_000)
    content = changed(made(Data=[["a"]]), SHEET, b"</sheetData>", b"</sheetData>" + b" " * 200_000)
    with pytest.raises(Invalid, match="unpacks"):
        Workbook(content)
