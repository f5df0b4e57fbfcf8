"""The gazetteer of a deployment: imported by one organisation, used by all."""

import io
import json
from typing import Any

from exchange.readers.places import read_places
from services.gazetteer import held, import_places
from services.import_runs import Run
from tests.worlds import World

UNITS = """Location,Admin Level,P-Code,Name,Parent P-Code,Valid from date
PAK,1,PK2,Balochistan,PAK,2022-09-09
PAK,2,PK203,Chagai,PK2,2022-09-09
PAK,2,PK207,Jaffarabad,PK2,2022-09-09
PAK,2,PK209,Kachhi,PK2,2022-09-09
PAK,1,PK5,Khyber Pakhtunkhwa,PAK,2022-09-09
PAK,2,PK514,Kohat,PK5,2022-09-09
"""
PLACES = """geonameid,country,admin1,name,lat,lon,population,timezone
1180729,PK,02,Dalbandin,28.88846,64.40616,14621,Asia/Karachi
1180825,PK,02,Dadhar,29.47489,67.65167,17276,Asia/Karachi
"""
OTHER_NAMES = """geonameid,name,lat,lon,population,alternatenames
1180825,Dadhar,29.47489,67.65167,17276,Dadhar|Dhadar|دھاڈر
"""


def imported(world: World, text: str, **more: Any) -> Run:
    with world.database.writing() as connection:
        return import_places(
            connection,
            world.actor(),
            read_places(io.BytesIO(text.encode())),
            file_name="places.csv",
            sha256="0" * 64,
            **more,
        )


def counted(run: Run) -> tuple[int, int, int]:
    return len(run.stored), len(run.known), len(run.skipped)


def found(world: World, **asked: str) -> list[tuple[str, str | None]]:
    answer = world.get("gazetteer/resolve", **asked)
    assert answer.status_code == 200, answer.text
    return [
        (one["rule"], (one["unit"] or {}).get("pcode") or (one["place"] or {}).get("name"))
        for one in answer.json()["data"]
    ]


def test_a_gazetteer_imported_twice_stores_nothing_new(world: World) -> None:
    assert counted(imported(world, UNITS)) == (6, 0, 0)
    assert counted(imported(world, PLACES)) == (2, 0, 0)
    assert counted(imported(world, OTHER_NAMES)) == (1, 0, 0)
    for text, rows in ((UNITS, 6), (PLACES, 2), (OTHER_NAMES, 1)):
        assert counted(imported(world, text)) == (0, rows, 0)
    with world.database.reading() as connection:
        assert held(connection) == {"units": 6, "places": 2, "names": 10}
    runs = world.get("imports").json()["data"]
    assert len(runs) == 6
    assert {one["reader"] for one in runs} == {"places"}


def test_a_place_without_country_needs_one_or_a_file_that_has_it(world: World) -> None:
    run = imported(world, OTHER_NAMES)
    assert (counted(run), [one.code for one in run.findings]) == ((0, 0, 1), ["blank-country"])
    assert counted(imported(world, OTHER_NAMES, country="PK")) == (1, 0, 0)


def test_a_renamed_unit_is_found_by_its_new_name_and_keeps_its_versions(world: World) -> None:
    imported(world, UNITS)
    imported(world, UNITS.replace("Kachhi,PK2,2022-09-09", "Bolan,PK2,2030-01-01"))
    assert found(world, name="Kachhi", country="PK") == []
    assert ("kind-word", "PK209") in found(world, name="Bolan district", country="PK")
    (bolan,) = [one for one in _units(world, parent="PK2") if one["pcode"] == "PK209"]
    assert bolan["valid_from"] == "2030-01-01"


def _units(world: World, **asked: Any) -> list[dict[str, Any]]:
    answer = world.get("gazetteer/units", **asked)
    assert answer.status_code == 200, answer.text
    data: list[dict[str, Any]] = answer.json()["data"]
    return data


def test_units_are_listed_by_country_level_and_parent(world: World) -> None:
    imported(world, UNITS)
    assert [one["pcode"] for one in _units(world, country="PK", level=1)] == ["PK2", "PK5"]
    assert [one["pcode"] for one in _units(world, parent="PK2")] == ["PK203", "PK207", "PK209"]
    assert _units(world, country="AF") == []
    page = world.get("gazetteer/units", limit=4).json()
    assert page["links"]["next"] == "/v1/gazetteer/units?limit=4&after=PK209"
    assert [one["pcode"] for one in _units(world, limit=4, after="PK209")] == ["PK5", "PK514"]


def test_each_candidate_says_which_rule_found_it(world: World) -> None:
    for text in (UNITS, PLACES, OTHER_NAMES):
        imported(world, text)
    assert found(world, name="Kachhi", country="PK") == [("exact", "PK209")]
    assert found(world, name="Kachhi district", country="PK") == [("kind-word", "PK209")]
    assert found(world, name="Bolan district", country="PK", adm1="PK2") == [("alias", "PK209")]
    assert (
        found(world, name="Jafarabad Distrcit", country="PK")
        == [("alias", "PK207"), ("spelling", "PK207")][:1]
    )
    assert found(world, name="Dhadar", country="PK") == [("listed-variant", "Dadhar")]
    assert found(world, name="دھاڈر", country="PK") == [("listed-variant", "Dadhar")]
    assert found(world, name="FR Kohat", country="PK", adm1="PK5") == [("alias", "PK514")]
    assert found(world, name="FR Kohat", country="PK", adm1="PK2") == []
    assert found(world, name="Gaza", country="PK") == []


def test_the_nearest_place_is_offered_only_where_no_name_matches(world: World) -> None:
    imported(world, UNITS)
    imported(world, PLACES)
    near = {"country": "PK", "lat": "28.9", "lon": "64.4"}
    assert found(world, name="A hamlet", **near) == [("nearest", "Dalbandin")]
    assert found(world, name="Kachhi", **near) == [("exact", "PK209")]
    assert found(world, name="A hamlet", country="PK", lat="20", lon="60") == []
    answer = world.get("gazetteer/resolve", name="A hamlet", country="PK", lat="28.9")
    assert answer.status_code == 400


def test_the_gazetteer_belongs_to_the_deployment_and_is_read_by_every_role(world: World) -> None:
    imported(world, UNITS)
    for who in ("viewer", "admin", "service"):
        assert world.get("gazetteer/units", who).status_code == 200
    assert world.get("gazetteer/units", None).status_code == 401
    assert json.loads(world.get("gazetteer/units", limit=1).content)["data"][0]["pcode"] == "PK2"


def test_intake_warns_of_a_name_that_the_gazetteer_does_not_settle(world: World) -> None:
    def warned(place: dict[str, str]) -> list[str]:
        body = {
            "source": {"kind": "agency", "name": "News agency"},
            "report": {"title": "Attack"},
            "incident": {
                "title": "Attack",
                "country": "PK",
                "occurred": {"start": "2026-01-31", "end": "2026-01-31", "precision": "day"},
            },
            "claim": {"figures": [{"key": "total", "outcome": "killed", "low": 1, "high": 1}]},
            "places": [place],
        }
        answer = world.post("intake", body)
        assert answer.status_code == 201, answer.text
        return [one["code"] for one in answer.json()["warnings"]]

    unknown = {"reported_name": "A hamlet"}
    assert "place-unresolved" not in warned(unknown), "there is no gazetteer yet"
    imported(world, UNITS)
    assert "place-unresolved" in warned(unknown)
    assert "place-unresolved" not in warned({"reported_name": "Bolan district"})
    assert "place-unresolved" not in warned({**unknown, "adm1": "PK2"})


def test_a_point_whose_coordinates_seem_swapped_is_said_and_never_turned(world: World) -> None:
    """Case 22 of the bad inputs: 28.9 N 64.4 E, written the other way round, lies in the Arctic."""
    imported(world, PLACES)
    day = {"start": "2026-01-31", "end": "2026-01-31"}
    incident = world.made("incidents", {"title": "Attack", "occurred": day})
    known = {"incident": incident["id"], "country": "PK", "reported_name": "Dalbandin", "precision": "town"}

    def codes(place: dict[str, Any]) -> list[str]:
        return [one["code"] for one in place["warnings"]]

    right = world.made("places", {**known, "lon": 64.4, "lat": 28.9})
    turned = world.made("places", {**known, "lon": 28.9, "lat": 64.4})
    assert (codes(right), codes(turned)) == ([], ["coordinates-swapped"])
    assert (turned["lon"], turned["lat"]) == (28.9, 64.4)
    # Far from all that is known, either way round; and of a country that the gazetteer does not have.
    assert codes(world.made("places", {**known, "lon": 10.0, "lat": 50.0})) == []
    assert codes(world.made("places", {**known, "country": "UA", "lon": 28.9, "lat": 64.4})) == []
    mended = world.patch(f"places/{turned['id']}", {"lon": 64.4, "lat": 28.9}, turned["version"])
    assert codes(mended.json()) == []
