"""UCDP events through the whole way in: gazetteer, import, assessment, statistics."""

from __future__ import annotations

import csv
import io
from typing import Any

from exchange.readers.ucdp import read_ucdp
from services.import_runs import Run
from services.incident_imports import import_incidents
from services.locating import unresolved
from tests.exchange.test_ucdp import EVENT
from tests.services.test_gazetteer import PLACES, UNITS, imported
from tests.worlds import World

KACHHI = {"adm_2": "Bolan district", "where_coordinates": "Ab-i-Gum Area"}


def events(world: World, *given: dict[str, str], assess: str | None = None) -> Run:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(EVENT), restval="")
    writer.writeheader()
    for number, one in enumerate(given):
        writer.writerow({**EVENT, "id": str(1001 + number), **one})
    with world.database.writing() as connection:
        return import_incidents(
            connection,
            world.actor("reviewer"),
            "ucdp",
            read_ucdp(text.getvalue().encode()),
            file_name="events.csv",
            sha256="0" * 64,
            assess=assess,
        )


def places(world: World) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = world.get("places", "reviewer").json()["data"]
    return found


def test_an_event_is_an_incident_with_a_claim_of_the_data_set(world: World) -> None:
    run = events(world, {}, KACHHI)
    assert (len(run.stored), run.findings) == (2, [])
    incidents = world.get("incidents").json()["data"]
    assert sorted(one["code"] for one in incidents) == ["PK-2009-0001", "PK-2009-0002"]
    (report,) = world.get("reports").json()["data"]
    assert (report["kind"], report["title"]) == ("dataset", "UCDP Georeferenced Event Dataset (GED)")
    claims = world.get("claims").json()["data"]
    assert [len(one["figures"]) for one in claims] == [5, 5]
    assert claims[0]["figures"][0]["best"] == 7
    codes = {one["code"] for one in world.get("parties").json()["data"]}
    assert codes == {"government-of-pakistan", "ttp"}


def test_the_same_events_again_store_nothing_and_another_number_is_another_claim(world: World) -> None:
    events(world, {}, KACHHI)
    again = events(world, {}, KACHHI)
    assert (len(again.stored), len(again.known)) == (0, 2)
    changed = events(world, {"high": "12"}, KACHHI)
    assert (len(changed.stored), len(changed.known)) == (1, 1)
    assert len(world.get("incidents").json()["data"]) == 2
    assert len(world.get("claims").json()["data"]) == 3
    assert len(places(world)) == 2


def test_without_a_gazetteer_a_place_is_kept_as_reported(world: World) -> None:
    run = events(world, {})
    (place,) = places(world)
    assert (place["reported_name"], place["adm1"], place["basis"]) == ("Kalat town", None, "reported")
    assert run.findings == []


def test_reported_names_become_p_codes_where_the_gazetteer_settles_them(world: World) -> None:
    imported(world, UNITS)
    run = events(
        world,
        KACHHI,
        {"adm_2": "Jafarabad Distrcit", "where_coordinates": "Dera Allah Yar town"},
        {"adm_2": "Karachi district", "where_coordinates": "Lyari area"},
        {"adm_2": "", "where_prec": "4", "where_coordinates": "Balochistan province"},
    )
    assert [(one["adm1"], one["adm2"], one["basis"]) for one in places(world)] == [
        ("PK2", "PK209", "gazetteer"),
        ("PK2", "PK207", "gazetteer"),
        ("PK2", None, "gazetteer"),
        ("PK2", None, "gazetteer"),
    ]
    assert places(world)[0]["resolved_name"] == "Kachhi, Balochistan"
    assert [(one.line, one.code) for one in run.findings] == [
        (4, "place-unresolved"),
        (5, "place-unresolved"),
        (0, "unit-newer-than-incident"),
    ]
    with world.database.reading() as connection:
        listed = unresolved(connection, world.actor(), run.id)
    assert [(one.name, one.adm1, one.places) for one in listed] == [
        ("Balochistan province", "PK2", 1),
        ("Lyari area", "PK2", 1),
    ]


def test_dalbandin_is_put_into_chagai_and_the_mismatch_is_said(world: World) -> None:
    imported(world, UNITS + "PAK,2,PK223,Nushki,PK2,2022-09-09\n")
    imported(world, PLACES)
    point = {"latitude": "28.887025", "longitude": "64.408894"}
    events(world, {"adm_2": "Nushki district", "where_coordinates": "Dalbandin town", **point})
    (place,) = places(world)
    assert place["adm2"] == "PK203"
    assert "Reported in Nushki (PK223)" in place["mismatch"]
    (incident,) = world.get("incidents").json()["data"]
    shown = world.get(f"incidents/{incident['id']}", include="places").json()
    assert "mismatch" in str(shown)


def test_a_point_far_from_the_known_place_of_its_name_is_said(world: World) -> None:
    imported(world, UNITS)
    imported(world, PLACES)
    # Dadhar's own point is 29.47, 67.65; this one lies in the sea.
    events(world, {**KACHHI, "where_coordinates": "Dadhar town", "latitude": "24.8", "longitude": "66.6"})
    (place,) = places(world)
    assert (place["adm2"], place["lat"]) == ("PK209", 24.8)
    assert "from Dadhar, which bears this name" in place["mismatch"]


def test_a_reversed_range_is_kept_flagged_and_booked_between_what_it_allows(world: World) -> None:
    odd = {"low": "9", "best": "9", "high": "8", "deaths_b": "5", "deaths_civilians": "3"}
    run = events(world, odd, {"best": "7"}, assess="reported-range")
    assert (run.proposed, run.not_proposed) == (2, [])
    for assessment in world.get("assessments").json()["data"]:
        assert world.approve(assessment["id"]).status_code == 200
    found = world.get("statistics", outcome="killed", by="status").json()
    assert {one["status"]: one["best"] for one in found["data"]} == {
        "civilian": 5,
        "direct_participant": 9,
        "security_forces": 2,
        "unknown": 0,
    }
    total = found["total"]
    assert (total["low"], total["best"], total["high"], total["open"]) == (0 + 5, 9 + 7, 9 + 10, 1)


def test_two_warring_groups_are_added_and_not_taken_for_a_range(world: World) -> None:
    groups = {
        "type_of_violence": "2",
        "side_a": "Bangesh",
        "side_b": "Turi",
        "deaths_a": "3",
        "deaths_b": "2",
    }
    events(world, groups, assess="reported-range")
    (assessment,) = world.get("assessments").json()["data"]
    assert world.approve(assessment["id"]).status_code == 200
    found = world.get("statistics", outcome="killed", status="direct_participant").json()
    assert (found["total"]["low"], found["total"]["best"]) == (5, 5)


def test_one_row_that_cannot_be_stored_leaves_the_others(world: World) -> None:
    # The bulk way gives way to one row at a time; only the row itself is lost.
    run = events(world, {}, {"where_coordinates": "x" * 200, "side_a": "T" * 400}, KACHHI)
    assert len(run.stored) + len(run.skipped) == 3
    assert len(world.get("incidents").json()["data"]) == len(run.stored) >= 2


def test_who_may_not_import_reads_no_list_of_another_s_run(world: World) -> None:
    run = events(world, {})
    assert world.get("imports", "viewer").status_code == 200
    with world.database.reading() as connection:
        assert [one.name for one in unresolved(connection, world.actor("viewer"), run.id)] == ["Kalat town"]
