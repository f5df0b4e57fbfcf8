"""Intake: a report with its incident, claim and figures, all or nothing."""

from __future__ import annotations

from tests.entries import code_of, entered, figure
from tests.worlds import World

QUETTA = {
    "reported_name": "Quetta",
    "adm1": "PK2",
    "adm2": "PK226",
    "lon": 67.0,
    "lat": 30.18,
    "precision": "town",
}


def body(**more: object) -> dict[str, object]:
    return {
        "source": {"kind": "outlet", "name": "Newspaper"},
        "origin": {"kind": "hospital", "name": "District hospital"},
        "report": {"title": "Bombing kills ten", "url": "https://news.example/2026/bombing?utm_source=x"},
        "incident": {
            "title": "Market bombing",
            "country": "PK",
            "occurred": {"start": "2026-01-31", "end": "2026-01-31"},
        },
        "places": [QUETTA],
        "claim": {"figures": [figure(low=10)]},
        **more,
    }


def test_all_of_an_intake_is_stored_in_one_call(world: World) -> None:
    taken = world.made("intake", body())
    assert taken["claim"]["origin"] == taken["origin"]["id"]
    assert taken["report"]["source"] == taken["source"]["id"]
    assert taken["places"][0]["claim"] == taken["claim"]["id"]
    shown = world.get(f"incidents/{taken['incident']['id']}", include="claims,places").json()
    assert [one["id"] for one in shown["claims"]] == [taken["claim"]["id"]]
    assert taken["known"] == {"same_address": [], "near": []}


def test_nothing_is_stored_when_a_part_is_wrong(world: World) -> None:
    before = world.get("organisation").json()["log_sequence"]
    wrong = world.post("intake", body(claim={"figures": [figure(low=10, party="nobody")]}))
    assert (wrong.status_code, code_of(wrong)) == (422, "unknown-reference")
    assert world.get("organisation").json()["log_sequence"] == before
    assert world.get("incidents").json()["data"] == []


def test_a_known_address_is_said_whatever_tracking_words_it_carries(world: World) -> None:
    first = world.made("intake", body())
    same = {"title": "The same item", "url": "http://www.news.example/2026/bombing/"}
    second = world.made("intake", body(report=same, incident=first["incident"]["id"]))
    assert second["known"]["same_address"] == [first["report"]["id"]]
    assert "known-address" in {one["code"] for one in second["warnings"]}


def test_incidents_near_in_time_and_place_are_offered(world: World) -> None:
    first = world.made("intake", body())
    later = {"title": "Blast", "country": "PK", "occurred": {"start": "2026-02-02", "end": "2026-02-02"}}
    near = {**QUETTA, "lon": 67.1, "reported_name": "Sariab"}
    second = world.made("intake", body(incident=later, places=[near], report={"title": "Another item"}))
    (found,) = second["known"]["near"]
    assert (found["id"], found["days_apart"]) == (first["incident"]["id"], 2)
    assert 9_000 < found["distance_m"] < 10_500
    far = {"title": "Elsewhere", "country": "PK", "occurred": {"start": "2026-02-01", "end": "2026-02-01"}}
    gwadar = {"reported_name": "Gwadar", "adm1": "PK2", "adm2": "PK205", "precision": "adm2"}
    third = world.made("intake", body(incident=far, places=[gwadar], report={"title": "A third item"}))
    assert third["known"]["near"] == []


def test_a_source_that_is_known_is_not_made_again(world: World) -> None:
    first, second = entered(world, figure(low=1)), entered(world, figure(low=2))
    assert first["source"]["id"] == second["source"]["id"]
    assert len(world.get("sources").json()["data"]) == 1
