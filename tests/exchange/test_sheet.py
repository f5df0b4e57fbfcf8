"""The spreadsheet as an organisation keeps it: one row a figure."""

import csv
import datetime as dt
import io

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid
from exchange.drafts import IncidentRow, RowFinding, separated
from exchange.readers.dates import DateFormat
from exchange.readers.sheet import read_sheet
from exchange.sheet_columns import COLUMNS

Reading = tuple[list[IncidentRow], list[RowFinding]]
FIRST = {"incident": "1", "date_from": "2026-01-30", "source": "Agency", "outcome": "killed", "number": "3"}


def sheet(*rows: dict[str, str], delimiter: str = ",") -> bytes:
    columns = list(
        dict.fromkeys(["incident", "date_from", "source", *(name for row in rows for name in row)])
    )
    made = io.StringIO(newline="")
    writer = csv.DictWriter(made, columns, delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return made.getvalue().encode()


def read(*rows: dict[str, str], date_format: DateFormat | None = None) -> Reading:
    return separated(read_sheet(sheet(*rows), date_format=date_format))


def workbook(header: list[str], *rows: list[object], name: str = "Data") -> bytes:
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"strings_to_formulas": False})
    as_day = book.add_format({"num_format": "yyyy-mm-dd"})
    page = book.add_worksheet(name)
    page.write_row(0, 0, header)
    for line, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, dt.datetime):
                page.write_datetime(line, column, value, as_day)
            else:
                page.write(line, column, value)
    book.close()
    return content.getvalue()


def lost(findings: list[RowFinding]) -> list[tuple[int, str | None, str, str | None]]:
    return [(f.line, f.column, f.code, f.loses) for f in findings]


def test_rows_of_one_incident_report_and_origin_are_one_claim_with_its_figures() -> None:
    (incident,), findings = read(
        FIRST | {"incident_title": "Title", "place": "Quetta", "origin": "Officials", "origin_side": "State",
                 "report_title": "Report", "label": "all", "number": "at least 33"},
        {"incident": "1", "outcome": "Killed", "status": "Civilian", "number": "18",
         "relation": "Included in", "relation_to": "all"},
        {"incident": "1", "origin": "A group", "outcome": "killed", "number": "mention"},
    )  # fmt: skip
    assert findings == []
    assert (incident.title, incident.places[0].reported_name) == ("Title", "Quetta")
    first, second = incident.claims
    assert (first.origin.name, first.origin.side, first.figure_lines) == ("Officials", "State", (2, 3))
    assert [(f.key, f.low, f.high, f.open, f.relation, f.relation_to) for f in first.figures] == [
        ("all", 33, 33, True, None, None),
        ("f2", 18, 18, False, "included_in", "all"),
    ]
    assert first.figures[1].status == "civilian"
    assert (second.report, second.origin.name) == (first.report, "A group")
    assert (second.figures[0].comparator, second.figures[0].low) == ("mention", None)


def test_codes_and_labels_are_both_accepted_and_an_unknown_one_gets_a_suggestion() -> None:
    (incident,), (finding,) = read(
        FIRST | {"status": "Member of armed forces", "cause": "Suicide bomb; small_arms"},
        {"incident": "1", "outcome": "kiled", "number": "4"},
    )
    assert incident.claims[0].figures[0].status == "armed_forces"
    assert incident.causes == ("suicide_bomb", "small_arms")
    assert (finding.code, finding.loses) == ("unknown-code", "figure")
    assert "Did you mean killed?" in finding.detail
    assert "kiled" not in finding.detail


def test_a_bad_figure_does_not_lose_the_rest_of_its_claim() -> None:
    (incident,), findings = read(
        FIRST,
        {"incident": "1", "outcome": "killed", "number": "1,234"},
        {"incident": "1", "outcome": "injured", "number": "12-15", "age": "131"},
        {"incident": "1", "outcome": "injured", "number": "12-15"},
        {"incident": "1", "outcome": "injured"},
        {"incident": "1", "number": "4"},
    )
    assert [(f.low, f.high) for f in incident.claims[0].figures] == [(3, 3), (12, 15)]
    assert incident.claims[0].figure_lines == (2, 5)
    assert lost(findings) == [
        (3, "number", "ambiguous-number", "figure"),
        (4, "age", "invalid-age", "figure"),
        (6, "number", "blank-number", "figure"),
        (7, "outcome", "blank-outcome", "figure"),
    ]


def test_an_ambiguous_date_refuses_its_row_until_the_format_is_declared() -> None:
    row = FIRST | {"date_from": "03/04/2024"}
    incidents, findings = read(row)
    assert incidents == []
    assert lost(findings) == [(2, "date_from", "ambiguous-date-format", "row")]
    for declared, day in (("dmy", "2024-04-03"), ("mdy", "2024-03-04")):
        (incident,), none = read(row, date_format=declared)  # type: ignore[arg-type]
        assert (incident.occurred.start, none) == (day, [])


def test_rows_of_an_incident_whose_first_row_was_refused_say_so() -> None:
    incidents, findings = read(
        FIRST | {"date_from": "45321"},
        {"incident": "1", "outcome": "killed", "number": "3"},
        FIRST | {"incident": "2"},
    )
    assert [incident.label for incident in incidents] == ["2"]
    assert lost(findings) == [
        (2, "date_from", "serial-date", "row"),
        (3, "incident", "incident-refused", "row"),
    ]


def test_a_row_never_inherits_a_report_past_a_row_that_was_lost() -> None:
    bad = {
        "incident": "1",
        "source": "Other",
        "report_published": "03/04/2024",
        "outcome": "killed",
        "number": "9",
    }
    below = {"incident": "1", "outcome": "injured", "number": "4"}
    (incident,), findings = read(FIRST, bad, below, below | {"source": "Third"})
    assert [claim.report.source.name for claim in incident.claims] == ["Agency", "Third"]
    assert lost(findings)[1] == (4, "source", "report-refused", "row")

    torn = sheet(FIRST | {"outcome": "killed"}, below, below | {"source": "Third"})
    lines = torn.split(b"\r\n")
    lines.insert(2, b"1,,Other,killed")  # ragged: the row may have named another report
    (incident,), findings = separated(read_sheet(b"\r\n".join(lines)))
    assert [claim.report.source.name for claim in incident.claims] == ["Agency", "Third"]
    assert lost(findings) == [(3, None, "ragged-row", "row"), (4, "source", "report-refused", "row")]


def test_a_relation_to_a_figure_that_was_refused_becomes_unclear_and_is_reported() -> None:
    part = {"incident": "1", "outcome": "killed", "relation": "included_in"}
    (incident,), findings = read(
        FIRST | {"label": "all", "number": "1.234"},
        part | {"number": "18", "relation_to": "all"},
        part | {"number": "5", "relation_to": "me", "label": "me"},
    )
    assert [(f.relation, f.relation_to) for f in incident.claims[0].figures] == [("unclear", None)] * 2
    assert [f.code for f in findings] == ["ambiguous-number", "unknown-relation", "unknown-relation"]


def test_a_relation_to_another_figure_that_is_not_named_is_unclear() -> None:
    (incident,), findings = read(
        FIRST | {"label": "all"}, {"incident": "1", "outcome": "killed", "number": "2", "relation_to": "all"}
    )
    figure = incident.claims[0].figures[1]
    assert (figure.relation, figure.relation_to) == ("unclear", "all")
    assert lost(findings) == [(3, "relation", "blank-relation", None)]


def test_a_label_that_stands_twice_keeps_both_figures() -> None:
    (incident,), findings = read(
        FIRST | {"label": "x"}, {"incident": "1", "outcome": "killed", "number": "4", "label": "x"}
    )
    assert len({figure.key for figure in incident.claims[0].figures}) == 2
    assert lost(findings) == [(3, "label", "duplicate-label", None)]


@pytest.mark.parametrize(
    ("age", "low", "high"),
    [
        ("", None, None),
        ("unknown", 0, None),
        ("child", 0, 17),
        ("adult", 18, None),
        ("34", 34, 34),
        ("0-17", 0, 17),
    ],
)
def test_a_blank_age_is_not_broken_down_and_unknown_is_a_category(
    age: str, low: int | None, high: int | None
) -> None:
    (incident,), _ = read(FIRST | {"age": age})
    figure = incident.claims[0].figures[0]
    assert (figure.age_low, figure.age_high) == (low, high)


@pytest.mark.parametrize("mark", ["", "-", "N/A", "\u2013"])
def test_marks_of_nothing_are_blank_and_blank_is_not_unknown(mark: str) -> None:
    (incident,), findings = read(FIRST | {"sex": mark, "status": mark, "age": mark, "origin": mark})
    figure = incident.claims[0].figures[0]
    assert (figure.sex, figure.status, figure.age_low, findings) == (None, None, None, [])
    assert incident.claims[0].origin.name == "Agency"


@pytest.mark.parametrize("name", ["Null", "True", "NA", "=cmd|' /C calc'!A0", "@SUM", "O'Brien", "007"])
def test_names_of_sources_places_and_titles_stay_as_typed(name: str) -> None:
    (incident,), findings = read(FIRST | {"source": name, "place": name, "incident_title": name})
    assert findings == []
    assert incident.claims[0].report.source.name == incident.places[0].reported_name == incident.title == name


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ({"low": "33", "comparator": "At least"}, (33, 33, True, "at_least")),
        ({"low": "200", "comparator": "more_than"}, (201, 201, True, "more_than")),
        ({"low": "10", "high": "12"}, (10, 12, False, "between")),
        ({"low": "7", "high": "7"}, (7, 7, False, "exactly")),
        ({"high": "12", "comparator": "at_most"}, (0, 12, False, "at_most")),
        ({"comparator": "mention"}, (None, None, False, "mention")),
    ],
)
def test_bounds_and_comparator_say_the_same_as_a_number_in_words(
    bounds: dict[str, str], expected: tuple[object, ...]
) -> None:
    (incident,), findings = read(FIRST | {"number": ""} | bounds)
    assert findings == []
    figure = incident.claims[0].figures[0]
    assert (figure.low, figure.high, figure.open, figure.comparator) == expected


@pytest.mark.parametrize(
    ("bounds", "column", "code"),
    [
        ({"low": "5"}, "low", "incomplete-range"),
        ({"high": "5"}, "low", "incomplete-range"),
        ({"low": "5", "high": "4"}, "low", "inconsistent-range"),
        ({"low": "5", "comparator": "word"}, "low", "comparator-without-number"),
        ({"low": "5", "comparator": "roughly-ish"}, "comparator", "unknown-code"),
        ({"number": "5", "low": "5"}, "number", "number-twice"),
        ({"number": "5", "object": "bank"}, "object", "persons-and-things"),
    ],
)
def test_bounds_that_say_nothing_certain_cost_the_figure(
    bounds: dict[str, str], column: str, code: str
) -> None:
    _, findings = read(FIRST | {"number": ""} | bounds)
    assert lost(findings) == [(2, column, code, "figure")]


def test_things_harmed_are_counted_apart_from_persons() -> None:
    (incident,), findings = read(
        FIRST, {"incident": "1", "object": "Public building", "effect": "destroyed", "number": "more than 30"}
    )
    (thing,) = incident.claims[0].objects
    assert (thing.object, thing.effect, thing.low, thing.open, findings) == (
        "public_building",
        "destroyed",
        31,
        True,
        [],
    )
    assert len(incident.claims[0].figures) == 1


def test_digits_of_another_script_are_read_with_a_note() -> None:
    (incident,), findings = read(FIRST | {"number": "٣٢", "date_from": "٢٠٢٤-٠١-٠١"})
    assert (incident.claims[0].figures[0].low, incident.occurred.start) == (32, "2024-01-01")
    assert sorted(lost(findings)) == [
        (2, "date_from", "digits-normalised", None),
        (2, "number", "digits-normalised", None),
    ]


@pytest.mark.parametrize(
    ("cells", "point", "code"),
    [
        ({"lon": "66.99", "lat": "30,18", "place_precision": "town"}, (66.99, 30.18), None),
        ({"lon": "66.99", "lat": "30.18"}, (None, None), "precision-missing"),
        ({"lon": "66.99", "place_precision": "town"}, (None, None), "invalid-coordinate"),
        ({"lon": "359", "lat": "30", "place_precision": "town"}, (None, None), "invalid-coordinate"),
        ({"lon": "30", "lat": "91", "place_precision": "town"}, (None, None), "invalid-coordinate"),
        ({"lon": "0", "lat": "0", "place_precision": "exact"}, (None, None), "null-island"),
        ({"lon": "nan", "lat": "inf", "place_precision": "exact"}, (None, None), "invalid-coordinate"),
    ],
)
def test_a_point_never_goes_without_its_precision_nor_outside_the_world(
    cells: dict[str, str], point: tuple[float | None, float | None], code: str | None
) -> None:
    (incident,), findings = read(FIRST | {"place": "Quetta"} | cells)
    assert (incident.places[0].lon, incident.places[0].lat) == point
    assert [f.code for f in findings] == ([] if code is None else [code])


def test_a_later_row_that_contradicts_its_incident_is_reported_and_the_first_row_holds() -> None:
    (incident,), findings = read(
        FIRST | {"date_to": "2026-02-02", "incident_title": "A"},
        {"incident": "1", "date_from": "2026-01-30", "incident_title": "A"},
        {"incident": "1", "date_from": "2026-01-31", "incident_title": "B"},
    )
    assert (incident.occurred.start, incident.occurred.end, incident.title) == (
        "2026-01-30",
        "2026-02-02",
        "A",
    )
    assert incident.occurred.precision == "days"
    assert lost(findings) == [
        (4, "date_from", "incident-contradicted", "cell"),
        (4, "incident_title", "incident-contradicted", "cell"),
    ]


def test_rows_of_an_incident_may_stand_apart_and_name_more_places_and_causes() -> None:
    incidents, _ = read(
        FIRST | {"place": "Quetta", "cause": "ied"},
        FIRST | {"incident": "2"},
        {"incident": "1", "place": "Kalat", "cause": "small_arms", "outcome": "injured", "number": "2"},
    )
    assert [(i.label, len(i.places), i.causes) for i in incidents] == [
        ("1", 2, ("ied", "small_arms")),
        ("2", 0, ()),
    ]
    assert incidents[0].claims[0].figure_lines == (2, 4)


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"incident": ""}, "incident", "blank-incident"),
        ({"date_from": ""}, "date_from", "blank-date"),
        ({"source": ""}, "source", "blank-source"),
        ({"date_to": "2026-01-29"}, "date_to", "inconsistent-dates"),
        ({"note": "a\x00b"}, None, "control-character"),
        ({"claim_as_of": "2026-01"}, "claim_as_of", "invalid-date"),
        (
            {"claim_as_of": "2026-01-31", "claim_counts_from": "2026-02-01"},
            "claim_counts_from",
            "inconsistent-dates",
        ),
    ],
)
def test_a_row_without_what_it_needs_is_a_finding(
    cells: dict[str, str], column: str | None, code: str
) -> None:
    incidents, findings = read(FIRST | cells, FIRST | {"incident": "2"})
    assert [incident.label for incident in incidents] == ["2"]
    assert lost(findings) == [(2, column, code, "row")]


def test_a_running_total_names_the_day_it_counts_from_and_a_sheet_without_keeps_its_keys() -> None:
    plain, running = FIRST | {"number": "217"}, FIRST | {"number": "217", "claim_counts_from": "2026-01-01"}
    ((before,), _), ((after,), _) = read(plain | {"claim_as_of": "2026-01-31"}), read(running)
    (claim,) = after.claims
    assert claim.counts_from == "2026-01-01"
    assert before.claims[0].counts_from is None
    assert before.claims[0].key != claim.key


def test_an_unknown_column_refuses_the_file_with_the_closest_name_and_not_its_own() -> None:
    with pytest.raises(Invalid, match=r"Column 6 .* Did you mean place_precision\?") as refused:
        read(FIRST | {"place_precison": "town"})
    assert "precison" not in str(refused.value)
    assert refused.value.faults[0].code == "unknown-column"


def test_headers_are_recognised_whatever_their_case_and_spacing() -> None:
    content = b"\xef\xbb\xbfINCIDENT;Date From;Source ;outcome;Number\r\n1;2026-01-30;Agency;killed;3\r\n"
    (incident,), findings = separated(read_sheet(content))
    assert (incident.claims[0].figures[0].low, findings) == (3, [])


@pytest.mark.parametrize("header", ["incident,number,number\n1,2,3\n", "place,number\n1,2\n", "a\n"])
def test_a_header_named_twice_or_missing_refuses_the_file(header: str) -> None:
    with pytest.raises(Invalid):
        separated(read_sheet(("title\n" + header).encode()))


def test_a_cell_under_no_header_is_reported() -> None:
    content = b"incident,date_from,source,,outcome,number\n1,2026-01-30,Agency,stray,killed,3\n"
    (incident,), findings = separated(read_sheet(content))
    assert len(incident.claims[0].figures) == 1
    assert [(f.code, f.loses) for f in findings] == [("cell-without-header", "cell")]


HEADER = ["incident", "date_from", "source", "outcome", "number", "status"]


def test_a_workbook_gives_what_the_same_csv_gives() -> None:
    rows = [FIRST | {"place": "Quetta"}, {"incident": "1", "outcome": "injured", "number": "10-12"}]
    columns = ["incident", "date_from", "source", "outcome", "number", "place"]
    cells: list[list[object]] = [[row.get(column, "") for column in columns] for row in rows]
    content = workbook(columns, *cells)
    assert separated(read_sheet(content)) == read(*rows)


def test_date_cells_and_number_cells_of_a_workbook_are_read_by_their_type() -> None:
    content = workbook(HEADER, [1, dt.datetime(2024, 3, 4), "Agency", "killed", 33, ""])  # noqa: DTZ001
    (incident,), findings = separated(read_sheet(content))
    assert (incident.label, incident.occurred.start, findings) == ("1", "2024-03-04", [])
    assert incident.claims[0].figures[0].low == 33


def test_a_bare_serial_number_is_no_date_and_a_range_turned_date_is_no_number() -> None:
    content = workbook(
        HEADER,
        [1, 45321, "Agency", "killed", 3, ""],
        [2, "2026-01-30", "Agency", "killed", dt.datetime(2026, 10, 12), ""],  # noqa: DTZ001
        [3, "2026-01-30", "Agency", "killed", 2.5, ""],
        [4, "2026-01-30", "Agency", "killed", True, ""],
    )
    _, findings = separated(read_sheet(content))
    assert lost(findings) == [
        (2, "date_from", "serial-date", "row"),
        (3, "number", "number-turned-date", "figure"),
        (4, "number", "not-whole-number", "figure"),
        (5, "number", "unreadable-number", "figure"),
    ]


def test_an_error_cell_costs_its_row_because_a_blank_would_mean_something() -> None:
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content)
    page = book.add_worksheet()
    page.write_row(0, 0, HEADER)
    page.write_row(1, 0, ["1", "2026-01-30", "Agency", "killed"])
    page.write_formula(1, 4, "=1+2", None, 3)
    page.write_row(2, 0, ["2", "2026-01-30", "Agency", "killed", 3])
    page.write_formula(2, 5, "=1/0", None, "#DIV/0!")
    book.close()
    incidents, findings = separated(read_sheet(content.getvalue()))
    assert [(i.label, i.claims[0].figures[0].low) for i in incidents] == [("1", 3)]
    assert lost(findings)[-1] == (3, "status", "error-cell", "row")
    assert {f.code for f in findings if f.line == 0} == {"formula-cell"}


def test_the_same_file_read_twice_has_the_same_keys_and_another_number_another_claim() -> None:
    rows = [FIRST | {"incident": label, "place": "Quetta"} for label in ("1", "2")]
    first, again = read(*rows)[0], read(*reversed(rows))[0]
    assert {i.key for i in first} == {i.key for i in again}
    assert {i.claims[0].key for i in first} == {i.claims[0].key for i in again}
    changed = read(rows[0] | {"number": "4"}, rows[1])[0]
    assert changed[0].key == first[0].key
    assert changed[0].claims[0].key != first[0].claims[0].key


def test_too_many_rows_are_said_and_not_dropped_in_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exchange.readers.sheet.MOST_ROWS", 2)
    incidents, findings = read(*(FIRST | {"incident": str(n)} for n in range(4)))
    assert len(incidents) == 2
    assert lost(findings) == [(4, None, "too-many-items", "rest")]


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n"), max_size=10)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "incident": st.sampled_from(["1", "2", ""]),
            "outcome": st.sampled_from(["killed", "Injured", "x", ""]),
            "number": st.sampled_from(["3", "10-12", "at least 5", "dozens", "1,234", "many of them"]),
        },
        optional={
            column.name: TEXTS for column in COLUMNS if column.name not in ("incident", "outcome", "number")
        },
    ),
    max_size=6,
)


@given(ROWS)
def test_every_row_with_a_number_ends_as_a_figure_or_as_a_finding_on_its_line(
    rows: list[dict[str, str]],
) -> None:
    incidents, findings = separated(read_sheet(sheet(FIRST, *rows)))
    kept = [line for i in incidents for c in i.claims for line in (*c.figure_lines, *c.object_lines)]
    told = {finding.line for finding in findings if finding.loses in ("row", "figure")}
    assert sorted([*kept, *told]) == list(range(2, len(rows) + 3))


@given(TEXTS)
def test_findings_name_the_column_and_repeat_no_value(text: str) -> None:
    secret = f"Secret{text}"
    cells = {
        column.name: secret for column in COLUMNS if column.name not in ("incident", "date_from", "note")
    }
    _, findings = read(FIRST | cells, FIRST | {"incident": secret, "date_from": secret})
    assert findings
    assert not any("secret" in repr(finding).casefold() for finding in findings)
