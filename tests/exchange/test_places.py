"""Gazetteer files: OCHA's p-codes and GeoNames' places, told apart by their header."""

import pytest

from domain.errors import Invalid
from exchange.drafts import RowFinding
from exchange.readers.places import SpotRow, UnitRow, read_places

UNITS = "Location,Admin Level,P-Code,Name,Parent P-Code,Valid from date\n"
PLACES = "geonameid,country,admin1,name,lat,lon,population,timezone\n"


def read(text: str) -> tuple[list[UnitRow | SpotRow], list[RowFinding]]:
    rows: list[UnitRow | SpotRow] = []
    findings: list[RowFinding] = []
    for item in read_places(text.encode()):
        if isinstance(item, RowFinding):
            findings.append(item)
        else:
            rows.append(item)
    return rows, findings


def test_a_p_code_list_gives_units_with_their_level_parent_and_valid_from() -> None:
    rows, findings = read(UNITS + "PAK,1,PK2,Balochistan,PAK,2022-09-09\nPAK,2,PK209,Kachhi,PK2,2022-09-09\n")
    assert findings == []
    units = [row.unit for row in rows if isinstance(row, UnitRow)]
    assert [(one.pcode, one.country, one.level, one.parent, one.valid_from) for one in units] == [
        ("PK2", "PK", 1, None, "2022-09-09"),
        ("PK209", "PK", 2, "PK2", "2022-09-09"),
    ]


def test_a_table_of_places_gives_points_and_other_names() -> None:
    rows, _ = read(PLACES + "1180729,PK,02,Dalbandin,28.88846,64.40616,14621,Asia/Karachi\n")
    (row,) = rows
    assert isinstance(row, SpotRow)
    assert (row.spot.country, row.admin1, row.spot.lat, row.spot.population) == ("PK", "02", 28.88846, 14621)
    rows, _ = read(
        "geonameid,name,lat,lon,population,alternatenames\n1180825,Dadhar,29.47,67.65,0,Dadhar|Dhadar\n"
    )
    (row,) = rows
    assert isinstance(row, SpotRow)
    assert (row.spot.country, row.spot.population, row.others) == ("", None, ("Dadhar", "Dhadar"))


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("PAK,3,PK20901,Dhadar,PK209,2022-09-09", "invalid-level"),
        ("PAK,2,PK209,Kachhi,PK2,9 September", "invalid-date"),
        ("PAK,2,PK209,Kachhi,,2022-09-09", "blank-parent"),
        ("PAK,2,??209,Kachhi,PK2,2022-09-09", "invalid-code"),
        ("PAK,2,PK209,,PK2,2022-09-09", "blank-name"),
        ("PAK,2,PK209,Kachhi", "ragged-row"),
    ],
)
def test_a_row_that_is_no_unit_is_a_finding_and_stops_nothing(line: str, code: str) -> None:
    rows, findings = read(UNITS + line + "\nPAK,2,PK203,Chagai,PK2,2022-09-09\n")
    assert [one.code for one in findings] == [code]
    assert len(rows) == 1


def test_a_point_that_is_not_on_earth_is_a_finding() -> None:
    _, findings = read(PLACES + "1,PK,02,Nowhere,98.1,64.4,0,\n2,PK,02,Nowhere,nan,64.4,0,\n")
    assert [(one.code, one.column) for one in findings] == [("invalid-point", "lat")] * 2


def test_a_code_that_stands_twice_is_given_once() -> None:
    row = "PAK,2,PK209,Kachhi,PK2,2022-09-09\n"
    rows, findings = read(UNITS + row + row)
    assert (len(rows), [one.code for one in findings]) == (1, ["repeated-id"])


def test_a_list_of_names_to_resolve_is_no_gazetteer() -> None:
    with pytest.raises(Invalid, match="list of names to resolve"):
        read("where_coordinates,adm_2,lat,lon,prec,events\nSibi town,Sibi district,29.5,67.9,1,2\n")
