"""The workbook of strikes: one row is an incident with the claim its publisher makes."""

import datetime as dt
import io

import pytest
import xlsxwriter

from domain.errors import Invalid
from exchange.drafts import IncidentRow, RowFinding, separated
from exchange.readers.drone_strikes import read_drone_strikes

HEADER = [
    "Strike ID", "Date", "Location", "Area",
    "Minimum total people killed", "Maximum total people killed",
    "Minimum civilians reported killed", "Maximum civilians reported killed",
    "Minimum children reported killed", "Maximum children reported killed",
    "Minimum reported injured", "Maximum reported injured", "Strike link", "", "Index",
]  # fmt: skip
DAY = dt.date(2004, 6, 17)


def strike(label: str = "T1", *numbers: object, day: object = DAY, place: str = "Town") -> list[object]:
    return [
        label,
        day,
        place,
        "Area",
        *(numbers or (6, 8, 2, 2, 2, 2, 1, 1)),
        "https://example.org/#T1",
        "",
        1,
    ]


def read(
    *rows: list[object], above: int = 0, hidden: bool = False
) -> tuple[list[IncidentRow], list[RowFinding]]:
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content)
    as_day = book.add_format({"num_format": "yyyy-mm-dd"})
    summary = book.add_worksheet("Summary")
    summary.write_row(0, 0, ["Year", "Minimum people killed"])
    if hidden:
        book.add_worksheet("Old").hide()
    sheet = book.add_worksheet("Strikes, whatever the name")
    titles: list[list[object]] = [["A title"]] * above
    table: list[list[object]] = [*titles, [*HEADER], *rows]
    for line, row in enumerate(table):
        for column, value in enumerate(row):
            if isinstance(value, dt.date):
                sheet.write_datetime(line, column, dt.datetime(value.year, value.month, value.day), as_day)  # noqa: DTZ001
            elif value is not None:
                sheet.write(line, column, value)
    book.close()
    return separated(read_drone_strikes(content.getvalue()))


def test_a_row_is_an_incident_with_one_claim_and_its_figures() -> None:
    (one,), findings = read(strike())
    assert findings == []
    assert (one.label, one.line, one.occurred.start, one.causes) == ("T1", 2, "2004-06-17", ("drone_strike",))
    assert one.places[0].reported_name == "Town, Area"
    (claim,) = one.claims
    assert claim.said_party == one.parties[0].party == "United States forces"
    assert claim.report.url == "https://example.org/#T1"
    said = [
        (f.key, f.outcome, f.status, f.age_low, f.age_high, f.low, f.high, f.relation_to)
        for f in claim.figures
    ]
    assert said == [
        ("killed", "killed", None, None, None, 6, 8, None),
        ("civilians", "killed", "civilian", None, None, 2, 2, "killed"),
        ("children", "killed", None, 0, 17, 2, 2, "civilians"),
        ("injured", "injured", None, None, None, 1, 1, None),
    ]


def test_the_table_is_found_by_its_header_below_titles_and_beside_summaries() -> None:
    (one,), _ = read(strike(), above=3)
    assert one.line == 5


def test_a_blank_is_no_figure_and_zero_is_a_stated_zero() -> None:
    (one,), _ = read(strike("T1", 6, 8, 0, 0, None, None, None, None))
    assert [(f.key, f.low, f.high) for f in one.claims[0].figures] == [("killed", 6, 8), ("civilians", 0, 0)]


def test_total_rows_are_no_incidents_and_are_reported() -> None:
    rows, findings = read(strike(), ["Total", None, "", "", 6, 8], ["", None, "", "", 6, 8], ["", DAY, "x"])
    assert len(rows) == 1
    assert [(f.line, f.code) for f in findings] == [(3, "total-row"), (4, "total-row"), (5, "blank-id")]


def test_a_minimum_above_its_maximum_is_given_as_two_figures_that_clash() -> None:
    (one,), (finding,) = read(strike("T1", 6, 8, 0, 0, 0, 0, 3, 2))
    said = [(f.key, f.low, f.high, f.open, f.comparator) for f in one.claims[0].figures[3:]]
    assert said == [("injured_min", 3, 3, True, "at_least"), ("injured_max", 0, 2, False, "at_most")]
    assert (finding.line, finding.column, finding.code, finding.loses) == (
        2,
        "injured_min",
        "inconsistent-range",
        None,
    )


def test_relations_still_point_at_a_figure_when_the_whole_was_split_in_two() -> None:
    (one,), _ = read(strike("T1", 8, 6, 2, 2, 1, 1, 0, 0))
    keys = {f.key for f in one.claims[0].figures}
    assert {f.relation_to for f in one.claims[0].figures if f.relation_to} <= keys
    assert one.claims[0].figures[2].relation_to == "killed_max"


@pytest.mark.parametrize(
    ("numbers", "column", "code"),
    [
        ((6, 8, 9, 9, 0, 0, 0, 0), "civilians_min", "part-exceeds-whole"),
        ((7, 15, 9, 11, 1, 1, 0, 0), "civilians_min", "part-raises-whole"),
        ((12, 25, 0, 6, 4, 4, 0, 0), "children_min", "part-raises-whole"),
        ((12, 25, 0, 3, 4, 4, 0, 0), "children_min", "part-exceeds-whole"),
    ],
)
def test_parts_that_do_not_fit_their_whole_are_findings_and_are_given(
    numbers: tuple[int, ...], column: str, code: str
) -> None:
    (one,), (finding,) = read(strike("T1", *numbers))
    assert (finding.column, finding.code, finding.loses) == (column, code, None)
    assert len(one.claims[0].figures) == 4


def test_a_number_that_cannot_be_read_costs_its_figure_only() -> None:
    (one,), findings = read(strike("T1", 6, 8, "1,234", 2, 1.5, 2, 1, None))
    assert [f.key for f in one.claims[0].figures] == ["killed"]
    assert [(f.column, f.code, f.loses) for f in findings] == [
        ("civilians_min", "ambiguous-number", "figure"),
        ("children_min", "not-whole-number", "figure"),
        ("injured_min", "incomplete-range", "figure"),
    ]


def test_a_date_that_cannot_be_read_costs_the_row_and_text_dates_are_day_first() -> None:
    rows, findings = read(strike("T1", day="soon"), strike("T2", day="03/04/2010"))
    assert [(row.label, row.occurred.start) for row in rows] == [("T2", "2010-04-03")]
    assert [(f.line, f.column, f.code, f.loses) for f in findings] == [(2, "date", "invalid-date", "row")]


def test_a_strike_that_stands_twice_is_given_once_and_reported() -> None:
    rows, findings = read(strike(), strike())
    assert len(rows) == 1
    assert [(f.line, f.code) for f in findings] == [(3, "repeated-id")]


def test_a_changed_figure_is_another_claim_about_the_same_incident() -> None:
    (before,), _ = read(strike())
    (again,), _ = read(strike(), above=1)
    (after,), _ = read(strike("T1", 7, 8, 2, 2, 2, 2, 1, 1))
    assert before.key == again.key == after.key
    assert before.claims[0].key == again.claims[0].key != after.claims[0].key


def test_hidden_sheets_are_reported() -> None:
    _, findings = read(strike(), hidden=True)
    assert [f.code for f in findings] == ["hidden-sheet"]


def test_an_unclear_place_is_the_country_at_the_precision_of_the_country() -> None:
    row = strike(place="Unclear ")
    row[3] = "Unclear "
    (one,), _ = read(row)
    assert (one.places[0].reported_name, one.places[0].precision) == ("Pakistan", "country")


def test_a_workbook_without_such_a_table_is_refused() -> None:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        book.add_worksheet().write_row(0, 0, ["Year", "Killed"])
    with pytest.raises(Invalid, match="No sheet"):
        separated(read_drone_strikes(content.getvalue()))
