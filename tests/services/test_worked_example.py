"""The worked example (record.md section 7): every figure, place, caveat and mention as the text has it.

The text is a press article of 2 February 2026 on attacks in Balochistan; the numbers below are counted
in it, not read off our output.
"""

from __future__ import annotations

from typing import Any

import pytest

from domain.cells import ADULT, CHILD, Cell
from domain.coherence import apply_reading, possible, readings
from domain.policies import POLICIES
from services import assessments, claims, worked_example
from services.worked_example import Example
from tests.worlds import World

NAMED_PLACES = [
    "Quetta",
    "Noshki",
    "Mastung",
    "Dalbandin",
    "Kalat",
    "Kharan",
    "Panjgur",
    "Gwadar",
    "Pasni",
    "Turbat",
    "Buleda",
    "Mangochar",
    "Lasbela",
    "Kech",
    "Awaran",
]
NEVER = {48, 233, 178, 378}
"""Totals that only a wrong addition gives: 33+15, 200+33, 145+33, 200+145+33."""


@pytest.fixture
def example(world: World) -> Example:
    with world.database.writing() as connection:
        return worked_example.record(connection, world.actor("recorder"))


def claim(world: World, id: str) -> dict[str, Any]:
    found: dict[str, Any] = world.get(f"claims/{id}").json()
    return found


def figures(world: World, id: str) -> dict[str, dict[str, Any]]:
    return {one["key"]: one for one in claim(world, id)["figures"]}


def said(figure: dict[str, Any]) -> tuple[int | None, int | None, bool, str]:
    return figure["low"], figure["high"], figure["open"], figure["wording"]


def test_the_groups_statement_keeps_its_numbers_its_caveat_and_its_side(
    world: World, example: Example
) -> None:
    a1 = claim(world, example.claim_a1)
    found = figures(world, example.claim_a1)
    assert said(found["soldiers"]) == (201, 201, True, "more than 200")
    assert (found["soldiers"]["status"], found["soldiers"]["party"]) == ("armed_forces", "pakistan-forces")
    assert said(found["hostages"]) == (14, 14, False, "14 security personnel")
    assert (found["hostages"]["outcome"], found["hostages"]["status"]) == ("detained", "security_forces")
    assert said(found["own-losses"]) == (7, 7, False, "seven of its fighters")
    assert found["own-losses"]["party"] == "bla"
    women = found["own-women"]
    assert (women["low"], women["sex"], women["relation"], women["relation_to"]) == (
        4,
        "female",
        "included_in",
        "own-losses",
    )
    assert a1["caveat"] == "preliminary"
    origin = world.get(f"sources/{a1['origin']}").json()
    assert (origin["kind"], origin["side"], a1["origin_basis"]) == ("armed_group", "bla", "stated")


def test_harm_to_things_is_kept_and_never_added_to_casualties(world: World, example: Example) -> None:
    objects = claim(world, example.claim_a1)["objects"]
    assert [(one["object"], one["effect"], one["low"], one["open"]) for one in objects] == [
        ("public_building", "destroyed", 31, True),
        ("security_vehicle", "set_on_fire", 24, True),
    ]
    answer = world.get(f"incidents/{example.campaign}/figures").json()["data"][0]
    assert not {31, 24} & {one["low"] for one in answer["figures"]}


def test_officials_said_to_be_released_are_a_mention(world: World, example: Example) -> None:
    (released,) = figures(world, example.claim_a2).values()
    assert said(released) == (None, None, False, "some local officials")
    assert (released["comparator"], released["outcome"]) == ("mention", "detained")


def test_the_agencys_count_keeps_its_numbers_and_its_inferred_origin(world: World, example: Example) -> None:
    b = claim(world, example.claim_b)
    found = figures(world, example.claim_b)
    assert said(found["total"]) == (33, 33, True, "at least 33 people")
    assert said(found["civilians"]) == (18, 18, False, "18 civilians")
    assert said(found["women"]) == (5, 5, False, "five women")
    assert said(found["children"]) == (3, 3, False, "three children")
    assert said(found["security"]) == (15, 15, False, "15 security personnel")
    origin = world.get(f"sources/{b['origin']}").json()
    assert (b["origin_basis"], origin["named"], origin["side"]) == ("inferred", False, "pakistan-forces")


def test_the_ministers_number_keeps_the_stated_status_as_a_label(world: World, example: Example) -> None:
    found = figures(world, example.claim_c)
    assert said(found["militants"]) == (145, 145, False, "145")
    assert (found["militants"]["status"], found["militants"]["stated_as"]) == (
        "direct_participant",
        "militants",
    )
    foreign = found["foreign-nationals"]
    assert (foreign["low"], foreign["comparator"], foreign["group"]) == (None, "mention", "foreign_national")


def test_civilians_killed_at_a_house_are_a_mention_in_an_incident_of_their_own(
    world: World, example: Example
) -> None:
    house = world.get(f"incidents/{example.house}", include="tree,claims").json()
    assert [one["id"] for one in house["tree"]["ancestors"]] == [example.campaign]
    (mention,) = house["claims"][0]["figures"]
    assert (mention["low"], mention["comparator"], mention["status"]) == (None, "mention", "civilian")
    answer = world.get(f"incidents/{example.house}/figures").json()["data"][0]
    assert (answer["figures"], answer["unknown_because"] is not None) == ([], True)


def test_fifteen_places_are_stored_as_named_under_fourteen_cities(world: World, example: Example) -> None:
    campaign = world.get(f"incidents/{example.campaign}", include="places").json()
    places = {one["reported_name"]: one for one in campaign["places"]}
    assert [one["reported_name"] for one in campaign["places"]] == NAMED_PLACES
    assert all(one["claim"] == example.claim_a1 and one["adm1"] == "PK2" for one in places.values())
    # Turbat and Buleda lie in Kech, Pasni in Gwadar district, Mangochar in Kalat; Dalbandin in Chagai.
    assert {name: places[name]["adm2"] for name in ("Turbat", "Buleda", "Kech")} == dict.fromkeys(
        ("Turbat", "Buleda", "Kech"), "PK211"
    )
    assert places["Pasni"]["adm2"] == places["Gwadar"]["adm2"] == "PK205"
    assert places["Mangochar"]["adm2"] == places["Kalat"]["adm2"] == "PK210"
    assert places["Dalbandin"]["adm2"] == "PK203"
    for name in ("Turbat", "Buleda", "Pasni", "Mangochar"):
        assert places[name]["mismatch"]
    assert "14 cities" in claim(world, example.claim_a1)["note"]
    assert "fifteen places" in claim(world, example.claim_a1)["note"]


def test_the_time_is_an_interval_whose_year_is_outside_knowledge(world: World, example: Example) -> None:
    occurred = world.get(f"incidents/{example.campaign}").json()["occurred"]
    assert occurred == {
        "start": "2026-01-30",
        "end": "2026-02-02",
        "mode": "within",
        "precision": "days",
        "basis": "outside_knowledge",
    }
    assert claim(world, example.claim_a1)["said_time"] == "over a period of 40 hours"
    assert claim(world, example.claim_c)["said_time"] == "in the past two days"


def unclear_b() -> Any:
    draft = worked_example.claim_b("r", "i", "o")
    return tuple(claims.figure(one) for one in draft.figures)


def test_women_and_children_are_read_among_the_civilians_and_other_readings_stay_listed() -> None:
    (reading,) = readings(unclear_b())
    assert reading.choice is not None
    assert dict(reading.choice.places) == {"women": "civilians", "children": "civilians"}
    assert any(dict(one.places)["women"] == "security" for one in reading.alternatives)
    assert "18 + 15 = 33" in reading.reason


def test_possible_bounds_of_the_civilians_under_the_confirmed_reading() -> None:
    (reading,) = readings(unclear_b())
    assert reading.choice is not None
    confirmed = apply_reading(unclear_b(), reading.choice)
    for cell, bounds in (
        (Cell("killed", "civilian", "female", ADULT), (5, 15)),
        (Cell("killed", "civilian", None, CHILD), (3, 13)),
        (Cell("killed", "civilian", "male", ADULT), (0, 10)),
        (Cell("killed", "civilian"), (18, 18)),
    ):
        found = possible(confirmed, cell)
        assert found is not None
        assert (found.low, found.high, found.outer) == (*bounds, False), cell


def test_the_recorder_confirms_the_reading_with_a_reason(world: World, example: Example) -> None:
    first, second = world.get(f"claims/{example.claim_b}/history").json()["data"]
    assert [one["relation"] for one in first["content"]["figures"]][2:4] == ["unclear", "unclear"]
    found = figures(world, example.claim_b)
    for key in ("women", "children"):
        assert (found[key]["relation"], found[key]["relation_to"]) == ("assumed_subset", "civilians")
        assert "18 + 15 = 33" in found[key]["relation_reason"]
    assert second["reason"]["code"] == "new_information"


def test_the_unclear_relation_is_a_warning_until_it_is_confirmed(world: World, example: Example) -> None:
    shown = world.get(f"incidents/{example.campaign}", include="claims,places,flags").json()
    codes = {one["code"] for one in shown["flags"]}
    assert "unclear-reading" not in codes
    assert "place-mismatch" in codes
    draft = worked_example.claim_b("r", "i", "o")
    assert "unclear-reading" in {one.code for one in claims.findings(draft)}


def approved(world: World, example: Example) -> None:
    with world.database.writing() as connection:
        proposed = worked_example.propose_finding(connection, world.actor("recorder"), example)
        assessments.approve(connection, world.actor("second"), proposed)


def cells(world: World, by: str) -> list[tuple[Any, ...]]:
    answer = world.get("statistics", outcome="killed", by=by).json()
    names = by.split(",")
    return [(*(one[name] for name in names), one["low"], one["high"], one["open"]) for one in answer["data"]]


def test_every_person_is_booked_once_in_the_tightest_stated_description(
    world: World, example: Example
) -> None:
    approved(world, example)
    assert cells(world, "status") == [
        ("civilian", 18, 18, 1),
        ("direct_participant", 7, 7, 1),
        ("security_forces", 15, 15, 1),
    ]
    assert cells(world, "status,sex,age_group") == [
        ("civilian", "female", "18+", 5, 5, 1),
        ("civilian", "unknown", "0-17", 3, 3, 1),
        ("civilian", "unknown", "unknown", 10, 10, 1),
        ("direct_participant", "female", "unknown", 4, 4, 1),
        ("direct_participant", "unknown", "unknown", 3, 3, 1),
        ("security_forces", "unknown", "unknown", 15, 15, 1),
    ]
    assert cells(world, "sex,age_group") == [
        ("female", "18+", 5, 5, 1),
        ("female", "unknown", 4, 4, 1),
        ("unknown", "0-17", 3, 3, 1),
        ("unknown", "unknown", 28, 28, 1),
    ]
    total = world.get("statistics", outcome="killed").json()["total"]
    assert (total["low"], total["high"], total["open"]) == (40, 40, 1)


def figures_of(world: World, example: Example, policy: str) -> tuple[dict[tuple[Any, ...], Any], Any]:
    """Give a policy's figures of persons killed by status, sex and youngest age, and the whole answer."""
    (answer,) = world.get(f"incidents/{example.campaign}/figures", policy=policy).json()["data"]
    found = {
        (one["status"], one["sex"], one["age_low"]): one
        for one in answer["figures"]
        if one["outcome"] == "killed"
    }
    return found, answer


def interval(figure: dict[str, Any]) -> tuple[int, int, bool]:
    return figure["low"], figure["high"], figure["open"]


def test_all_killed_are_33_or_40_by_whether_the_policy_takes_the_other_sides_admission(
    world: World, example: Example
) -> None:
    killed = {
        policy: interval(figures_of(world, example, policy)[0][None, None, None])
        for policy in ("reported-range", "two-independent", "conservative", "latest-by-origin")
    }
    assert killed == {
        "reported-range": (33, 33, True),
        "two-independent": (33, 33, True),
        "conservative": (33, 33, True),
        "latest-by-origin": (40, 40, True),
    }


def test_no_civilian_is_corroborated_and_eighteen_or_more_are_pending(world: World, example: Example) -> None:
    found, _ = figures_of(world, example, "two-independent")
    civilians = found["civilian", None, None]
    assert (civilians["corroborated"], civilians["pending"]) == (0, {"low": 18, "high": 18, "open": True})


def test_security_forces_and_fighters_stand_beside_their_enemies_columns_and_are_contested(
    world: World, example: Example
) -> None:
    found, answer = figures_of(world, example, "reported-range")
    security, fighters = found["security_forces", None, None], found["direct_participant", None, None]
    assert (interval(security), security["contested"]) == ((15, 15, True), True)
    assert (fighters["low"], fighters["high"], fighters["contested"]) == (7, 7, True)
    columns = {(one["side"], one["status"]): one for one in answer["columns"]}
    soldiers = columns["bla", "armed_forces"]
    assert (interval(soldiers), soldiers["party"]) == ((201, 201, True), "pakistan-forces")
    militants = columns["pakistan-forces", "direct_participant"]
    assert (militants["low"], militants["stated_as"], militants["assessed_status"]) == (
        145,
        "militants",
        "unknown",
    )


def test_nothing_is_verified_and_all_is_pending(world: World, example: Example) -> None:
    approved(world, example)
    (cell,) = world.get("statistics", outcome="killed", status="civilian").json()["data"]
    assert cell["verification"] == {"pending": {"low": 18, "high": 18, "open": 1, "incidents": 1}}


def numbers_in(value: Any) -> set[int]:
    if isinstance(value, dict):
        return {n for name, one in value.items() if name in ("low", "high") for n in numbers_in(one)} | {
            n for one in value.values() if isinstance(one, dict | list) for n in numbers_in(one)
        }
    if isinstance(value, list):
        return {n for one in value for n in numbers_in(one)}
    return {value} if isinstance(value, int) and not isinstance(value, bool) else set()


def test_no_total_anywhere_adds_what_must_not_be_added(world: World, example: Example) -> None:
    approved(world, example)
    seen: set[int] = set()
    for policy in POLICIES:
        for incident in (example.campaign, example.house):
            seen |= numbers_in(world.get(f"incidents/{incident}/figures", policy=policy).json())
    for by in ("status", "sex,age_group", "status,sex,age_group", "month", "incident", "cause", "party"):
        seen |= numbers_in(world.get("statistics", outcome="killed", by=by).json())
    assert {33, 40, 18, 15, 7, 5, 3} <= seen
    assert not seen & NEVER


def test_a_cell_opens_down_to_the_wording(world: World, example: Example) -> None:
    approved(world, example)
    (civilians, *_) = world.get("statistics", outcome="killed", by="status").json()["data"]
    opened = world.client.get(civilians["links"]["incidents"], headers=world.headers()).json()
    (by_incident,) = opened["data"]
    assert (by_incident["incident"], by_incident["low"]) == (example.campaign, 18)
    incident = world.client.get(by_incident["links"]["incident"], headers=world.headers()).json()
    wordings = {
        figure["wording"]
        for one in incident["claims"]
        for figure in one["figures"]
        if figure["status"] == "civilian"
    }
    assert wordings == {"18 civilians"}
    assessment = world.client.get(by_incident["links"]["assessments"], headers=world.headers()).json()
    (finding,) = assessment["data"]
    uses = {one["claim"]: one["use"] for one in finding["trace"]}
    assert (uses[example.claim_b], uses[example.claim_c]) == ("used", "beside")
