"""Events of UCDP GED: one row is an incident with the claim that the data set makes about it.

The rows are made up in the data set's form; the codes are those of its codebook, the column names those
of the export.
"""

import csv
import io

import pytest

from domain.coherence import check
from domain.errors import Invalid
from domain.vocab.mappings import SCHEMES
from exchange.drafts import IncidentRow, RowFinding, separated
from exchange.readers.ucdp import DATE_PRECISION, PLACE_PRECISION, read_ucdp
from services.claims import figure

EVENT = {
    "id": "1001",
    "type_of_violence": "1",
    "dyad_name": "Government of Pakistan - TTP",
    "side_a": "Government of Pakistan",
    "side_b": "TTP",
    "number_of_sources": "2",
    "source_article": "Agency, 2009-05-01",
    "source_original": "military spokesman",
    "where_prec": "1",
    "where_coordinates": "Kalat town",
    "where_description": "",
    "adm_1": "Balochistan province",
    "adm_2": "Kalat district",
    "latitude": "29.02",
    "longitude": "66.59",
    "country": "Pakistan",
    "iso3": "PAK",
    "event_clarity": "1",
    "date_prec": "1",
    "date_start": "2009-05-01 00:00:00.000",
    "date_end": "2009-05-01 00:00:00.000",
    "deaths_a": "1",
    "deaths_b": "4",
    "deaths_civilians": "2",
    "deaths_unknown": "0",
    "low": "5",
    "best": "7",
    "high": "10",
}
TAGS = {"id": "", "date_start": "#date+start", "date_end": "#date+end", "best": "#affected+killed"}


def read(*events: dict[str, str]) -> tuple[list[IncidentRow], list[RowFinding]]:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(EVENT), restval="")
    writer.writeheader()
    writer.writerow(TAGS)
    for number, event in enumerate(events):
        writer.writerow({**EVENT, "id": str(1001 + number), **event})
    rows, findings = separated(read_ucdp(text.getvalue().encode()))
    return rows, findings


def said(row: IncidentRow) -> list[tuple[object, ...]]:
    (claim,) = row.claims
    return [
        (one.key, one.status, one.party, one.low, one.best, one.high, one.open, one.relation_to)
        for one in claim.figures
    ]


def test_the_row_of_hxl_tags_is_no_event() -> None:
    rows, findings = read({})
    assert ([row.label for row in rows], findings) == (["1001"], [])
    assert rows[0].line == 3


def test_low_best_and_high_stand_with_the_deaths_by_side_of_civilians_and_of_unknown_status() -> None:
    (row,), _ = read({})
    assert said(row) == [
        ("killed", None, None, 5, 7, 10, False, None),
        ("side-a", "security_forces", "Government of Pakistan", 1, 1, 1, False, "killed"),
        ("side-b", "direct_participant", "TTP", 4, 4, 4, False, "killed"),
        ("civilians", "civilian", None, 2, 2, 2, False, "killed"),
        ("unknown", "unknown", None, 0, 0, 0, False, "killed"),
    ]
    (claim,) = row.claims
    assert (claim.report.kind, claim.origin.name) == ("dataset", "Uppsala Conflict Data Program")
    assert claim.excerpt == "Agency, 2009-05-01"
    assert claim.note is not None
    assert "Number of sources: 2" in claim.note
    assert check(tuple(figure(one) for one in claim.figures)) == ()


def test_a_low_above_the_high_keeps_all_three_numbers_and_says_so() -> None:
    # UCDP's export for Pakistan has rows such as low 9, best 9, high 8.
    (row,), findings = read({"low": "9", "best": "9", "high": "8", "deaths_b": "5", "deaths_civilians": "3"})
    assert [(one.code, one.column, one.loses) for one in findings] == [("inconsistent-range", "high", None)]
    assert said(row)[:3] == [
        ("killed-low", None, None, 9, 9, 9, True, None),
        ("killed-high", None, None, 0, 9, 8, False, None),
        ("side-a", "security_forces", "Government of Pakistan", 1, 1, 1, False, "killed-low"),
    ]
    clashes = check(tuple(figure(one) for one in row.claims[0].figures))
    assert [(one.code, one.keys) for one in clashes] == [("clash", ("killed-low", "killed-high"))]


def test_a_best_above_the_high_stays_and_says_that_more_are_possible() -> None:
    (row,), findings = read({"low": "5", "best": "7", "high": "6"})
    assert [one.code for one in findings] == ["best-outside-range"]
    assert said(row)[0] == ("killed", None, None, 5, 7, 6, True, None)
    assert check(tuple(figure(one) for one in row.claims[0].figures)) == ()


def test_a_best_below_the_low_stays_as_it_is() -> None:
    (row,), findings = read({"low": "8", "best": "7", "high": "9"})
    assert [one.code for one in findings] == ["best-outside-range"]
    assert said(row)[0] == ("killed", None, None, 8, 7, 9, False, None)


def test_two_sides_of_one_kind_are_one_figure_with_both_numbers_in_its_words() -> None:
    # Persons of one description: their sum, not the range over the two numbers.
    (row,), _ = read({"type_of_violence": "2", "side_a": "Bangesh", "side_b": "Turi"})
    assert said(row)[1] == ("sides", "direct_participant", None, 5, 5, 5, False, "killed")
    assert row.claims[0].figures[1].wording == "deaths_a 1 (Bangesh), deaths_b 4 (Turi)"
    (row,), _ = read({"side_b": "Government of India"})
    assert said(row)[1][:2] == ("sides", "security_forces")


def test_one_sided_violence_has_one_side_which_is_suspected() -> None:
    (row,), _ = read(
        {
            "type_of_violence": "3",
            "side_a": "BLA",
            "side_b": "Civilians",
            "deaths_a": "0",
            "deaths_b": "0",
            "deaths_civilians": "7",
        }
    )
    assert [one[0] for one in said(row)] == ["killed", "side-a", "civilians", "unknown"]
    assert [(one.party, one.responsibility) for one in row.parties] == [("BLA", "suspected")]
    assert (row.claims[0].said_party, row.claims[0].said_responsibility) == ("BLA", "suspected")


def test_nobody_is_held_responsible_for_a_fight_between_two_sides() -> None:
    (row,), _ = read({})
    assert (row.parties, row.claims[0].said_party) == ((), None)


@pytest.mark.parametrize(
    ("code", "end", "precision"),
    [
        ("1", "2009-05-01", "day"),
        ("2", "2009-05-04", "days"),
        ("3", "2009-05-07", "week"),
        ("4", "2009-05-30", "month"),
        ("5", "2009-12-31", "year"),
        ("", "2009-05-03", "days"),
        ("1", "2009-06-20", "period"),
    ],
)
def test_the_date_s_precision_is_the_data_set_s_own(code: str, end: str, precision: str) -> None:
    (row,), _ = read({"date_prec": code, "date_end": f"{end} 00:00:00.000"})
    assert (row.occurred.start, row.occurred.end, row.occurred.precision) == ("2009-05-01", end, precision)


@pytest.mark.parametrize(
    ("code", "precision", "radius_m"),
    [
        ("1", "town", None),
        ("2", "near", 25_000),
        ("3", "adm2", None),
        ("4", "adm1", None),
        ("5", "adm2", None),
        ("6", "country", None),
    ],
)
def test_a_point_never_goes_without_its_precision(code: str, precision: str, radius_m: int | None) -> None:
    (row,), _ = read({"where_prec": code})
    (place,) = row.places
    assert (place.precision, place.radius_m, place.lat) == (precision, radius_m, 29.02)
    assert (place.reported_name, place.units) == ("Kalat town", ("Balochistan province", "Kalat district"))
    assert place.adm2 is None, "the reader resolves nothing"


def test_a_road_without_a_district_is_somewhere_in_its_province() -> None:
    (row,), _ = read({"where_prec": "5", "adm_2": ""})
    assert row.places[0].precision == "adm1"


def test_a_summary_event_says_so() -> None:
    (row,), _ = read({"event_clarity": "2"})
    assert row.claims[0].caveat is not None
    assert "summary" in row.claims[0].caveat


def test_parts_that_do_not_add_up_to_the_best_are_a_finding() -> None:
    (row,), findings = read({"deaths_unknown": "1"})
    assert [one.code for one in findings] == ["parts-differ"]
    assert len(said(row)) == 5


@pytest.mark.parametrize(
    ("cells", "code", "column"),
    [
        ({"id": ""}, "blank-id", "id"),
        ({"best": "many"}, "unreadable-number", "best"),
        ({"low": ""}, "unreadable-number", "low"),
        ({"date_end": "2009-04-01"}, "inconsistent-dates", "date_end"),
        ({"date_start": "01/05/2009"}, "ambiguous-date-format", "date_start"),
        ({"latitude": "129"}, "invalid-point", "latitude"),
        ({"latitude": ""}, "invalid-point", "latitude"),
    ],
)
def test_a_row_that_cannot_be_read_is_a_finding_and_stops_nothing(
    cells: dict[str, str], code: str, column: str
) -> None:
    rows, findings = read(cells, {"id": "2"})
    assert [(one.column, one.loses) for one in findings] == [(column, "row")]
    assert findings[0].code == code
    assert [row.label for row in rows] == ["2"]


def test_an_id_that_stands_twice_is_given_once() -> None:
    rows, findings = read({"id": "7"}, {"id": "7"})
    assert (len(rows), [one.code for one in findings]) == (1, ["repeated-id"])


def test_another_table_is_refused() -> None:
    with pytest.raises(Invalid, match="UCDP GED"):
        list(read_ucdp(b"id,name\n1,x\n"))


def test_another_number_makes_another_claim_about_the_same_event() -> None:
    (first,), _ = read({})
    (second,), _ = read({"high": "11"})
    assert first.key == second.key
    assert first.claims[0].key != second.claims[0].key


def test_the_importer_of_ucdp_reads_precisions_as_the_mapping_does() -> None:
    (place,), (day,) = SCHEMES["ucdp"].of("place_precision"), SCHEMES["ucdp"].of("date_precision")
    assert {code: place.to_ours(code) for code in PLACE_PRECISION} == {
        code: precision.value for code, (precision, _) in PLACE_PRECISION.items()
    }
    assert {code: day.to_ours(code) for code in DATE_PRECISION} == {
        code: precision.value for code, precision in DATE_PRECISION.items()
    }
