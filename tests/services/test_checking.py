"""Anybody's table checked by its own sums; figures as in tests/domain/test_published_tables.py."""

from __future__ import annotations

import io

import pytest
import xlsxwriter

from domain.errors import Invalid
from services.checking import Checked, check_file

# palestine-datasets, update of 20 July 2025: the total printed is 55,380, the rows add up to 58,380.
JULY_2025 = """group;killed;share
men;27,590;47.3%
boys;10,319;18.6%
women;10,020;
girls;7,602;
senior men;1,740;
senior women;1,109;
Total;55,380;
"""
# OHCHR, Ukraine, killed and injured by July 2023, laid out by month for two months: a table that holds.
HOLDS = "month,men,women,Total\n2022-03,2 000,1 333,3 333\n2022-04,500,202,702\nTotal,2 500,1 535,4 035\n"


def checked(text: str, **more: object) -> Checked:
    return check_file(io.BytesIO(text.encode()), **more)  # type: ignore[arg-type]


def test_the_published_table_that_prints_55380_over_rows_adding_to_58380_is_refused() -> None:
    found = checked(JULY_2025)
    assert (found.sums, found.total_row) == (1, "Total")
    exceeds, share = found.clashes
    assert exceeds.code == "parts-exceed-total"
    assert "= 58,380, 3,000 more than the 55,380 of 'Total, killed'" in exceeds.detail
    # Men's 47.3% rests on the sum of the rows, boys' 18.6% on the total that is printed.
    assert share.code == "mixed-denominators"


def test_a_table_that_holds_is_checked_by_rows_and_columns() -> None:
    found = checked(HOLDS)
    assert (found.sums, found.total_row, found.total_column, found.clashes) == (6, "Total", "Total", ())
    column, row = checked(HOLDS.replace("500,202,702", "500,203,702")).clashes
    assert column.detail == "1,333 + 203 = 1,536, 1 more than the 1,535 of 'Total, women'."
    assert row.detail == "500 + 203 = 703, 1 more than the 702 of '2022-04, Total'."


def test_of_whom_rows_are_left_out_when_they_are_named() -> None:
    text = "group,killed\nmen,20\nwomen,13\nof whom children,3\nTotal,33\n"
    assert [one.code for one in checked(text).clashes] == ["parts-exceed-total"]
    assert checked(text, leave_out=["of whom children"]).clashes == ()


def test_a_blank_cell_is_not_given_and_makes_nothing_clash() -> None:
    assert checked("group,killed\nmen,20\nwomen,n/k\nTotal,33\n").clashes == ()
    assert checked("group,killed\nmen,20\nwomen,20\nboys,\nTotal,33\n").clashes != ()


def test_a_sum_of_which_a_number_is_not_given_is_undecided_and_never_told_as_checked() -> None:
    found = checked("group,killed\nmen,20\nwomen,about 10\nTotal,33\n")
    assert (found.sums, found.undecided, found.not_given) == (0, 1, ("women, killed",))
    # What is given is more than the total already: that clashes, whatever is missing.
    found = checked("group,killed\nmen,20\nwomen,20\nboys,\nTotal,33\n")
    assert (found.sums, found.undecided, len(found.clashes)) == (1, 0, 1)
    found = checked("month,men,women,Total\n2022-03,20,,33\n2022-04,5,2,7\nTotal,25,2,\n")
    assert (found.sums, found.undecided, found.clashes) == (2, 4, ())


def test_percentages_beside_several_columns_of_numbers_are_told_as_unchecked() -> None:
    assert not checked(JULY_2025).shares_unchecked
    found = checked("group,killed,injured,share\nmen,20,5,90%\nwomen,13,4,90%\nTotal,33,9,\n")
    assert (found.sums, found.clashes, found.shares_unchecked) == (2, (), True)


def test_a_line_that_cannot_be_read_is_refused_and_not_left_out_of_its_sum() -> None:
    with pytest.raises(Invalid, match="Line 3: A quotation mark"):
        checked('group,killed\nmen,20\n"women,13\nTotal,33\n')


def test_totals_have_names_in_several_languages_or_are_named() -> None:
    for word in ("المجموع", "Усього", "TOTAL:", "Grand total"):
        assert checked(f"group,killed\nmen,20\nwomen,13\n{word},33\n").clashes == ()
    text = "group,killed\nmen,20\nwomen,13\nEverybody,34\n"
    with pytest.raises(Invalid, match="no row and no column of a total"):
        checked(text)
    assert [one.code for one in checked(text, total_row="Everybody").clashes] == ["parts-fall-short"]
    with pytest.raises(Invalid, match=r"no such label\. It has: men, women, Everybody"):
        checked(text, total_row="All of them")


def test_a_workbook_is_read_like_a_csv() -> None:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate((("group", "killed"), ("men", 20), ("women", 13), ("Total", 34))):
            sheet.write_row(at, 0, row)
    made.seek(0)
    (clash,) = check_file(made).clashes
    assert clash.detail == "20 + 13 = 33, 1 fewer than the 34 of 'Total, killed'."


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty-file"),
        ("%PDF-1.7\n\0", "no-table"),
        ("just words\n", "no-table"),
        ("g,n\nmen,1\nmen,2\nTotal,3\n", "duplicate-label"),
    ],
)
def test_what_is_no_table_is_refused_with_what_is_wrong(text: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked(text)
    assert refused.value.faults[0].code == code
