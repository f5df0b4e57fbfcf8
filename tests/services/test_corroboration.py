"""Corroboration over HTTP: the sentence, the chains with names, other readings, and the picture."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

import pytest

from services import worked_example
from services.worked_example import Example
from tests.entries import code_of, entered, figure
from tests.worlds import World

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def example(world: World) -> Example:
    with world.database.writing() as connection:
        return worked_example.record(connection, world.actor("recorder"))


def asked(world: World, incident: str) -> dict[str, Any]:
    answer = world.get(f"incidents/{incident}/corroboration")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["data"]
    return found


def test_the_worked_example_has_three_origins_two_sides_and_no_independent_confirmation(
    world: World, example: Example
) -> None:
    found = asked(world, example.campaign)
    whole = found["whole"]
    assert whole["sentence"] == "1 report, 3 origins, 2 sides, no independent confirmation"
    assert whole["sides"] == ["bla", "pakistan-forces"]
    assert (whole["named"], whole["unnamed"], whole["unknown"]) == (2, 1, 0)
    assert whole["confirmed"] is None
    assert {cell["sentence"].rsplit(", ", 1)[1] for cell in found["cells"]} == {"no independent confirmation"}


def test_chains_name_every_step_and_what_kind_of_source_it_is(world: World, example: Example) -> None:
    chain = next(one for one in asked(world, example.campaign)["chains"] if one["claim"] == example.claim_b)
    assert [(step["what"], step["kind"]) for step in chain["path"]] == [
        ("report", "outlet"),
        ("report", "agency"),
        ("source", "official"),
    ]
    assert chain["path"][1]["source"]["name"] == "Associated Press"
    assert (chain["path"][2]["name"], chain["link"]) == ("Officials", "cited")


def test_what_changes_when_the_agency_itself_is_read_as_the_origin(world: World, example: Example) -> None:
    (other,) = asked(world, example.campaign)["readings"]
    assert (other["claim"], other["origin"]["name"]) == (example.claim_b, "Officials")
    assert other["instead"] == {**other["instead"], "kind": "agency", "name": "Associated Press"}
    assert other["sentence"] == ("1 report, 3 origins, 2 sides and 1 on no side, no independent confirmation")
    changes = {
        (one["what"], "whole" if one["cell"] is None else one["cell"]["status"]): (
            one["before"],
            one["after"],
        )
        for one in other["changes"]
        if one["cell"] is None or one["cell"]["sex"] is one["cell"]["age_low"] is None
    }
    # The peer's method, which takes no party's word, books the agency's own count and grades the harm.
    assert changes["airwars-range", "civilian"] == ("no figure", "18 or more")
    assert changes["airwars-range", None] == ("no figure", "33 or more")
    assert changes["airwars-range", "whole"] == ("no grade", "weak")
    # What the others give does not change: nobody confirms the count either way.
    assert {what for what, _ in changes} == {"sentence", "voices", "airwars-range"}


def test_a_hospital_and_an_official_who_both_count_confirm_each_other(world: World) -> None:
    first = entered(world, figure("c", 25, status="civilian"))
    incident = first["incident"]["id"]
    world.made("parties", {"code": "state-forces", "name": "State forces"})
    official = world.made("sources", {"kind": "official", "name": "Minister", "side": "state-forces"})
    report = world.made("reports", {"source": official["id"], "title": "Statement"})
    second = world.made(
        "claims",
        {
            "report": report["id"],
            "incident": incident,
            "origin": official["id"],
            "figures": [figure("c", 31, status="civilian")],
        },
    )
    whole = asked(world, incident)["whole"]
    assert whole["sentence"] == (
        "2 reports, 2 origins, 1 side and 1 on no side, independent confirmation of at least 25 "
        "(killed/civilian)"
    )
    confirmed = whole["confirmed"]
    assert (confirmed["low"], confirmed["cell"]["status"]) == (25, "civilian")
    assert set(confirmed["claims"]) == {f"/v1/claims/{first['claim']['id']}", f"/v1/claims/{second['id']}"}


def test_a_confidential_source_is_never_named(world: World) -> None:
    incident = entered(world, figure("total", 4))["incident"]["id"]
    secret = world.made(
        "sources", {"kind": "witness", "name": "Neighbour at the corner shop", "confidential": True}
    )
    report = world.made("reports", {"source": secret["id"], "title": "What the neighbour told us"})
    world.made(
        "claims",
        {
            "report": report["id"],
            "incident": incident,
            "origin": secret["id"],
            "origin_basis": "inferred",
            "figures": [figure("total", 5)],
        },
    )
    for shown in ("json", "svg"):
        text = world.get(f"incidents/{incident}/corroboration", format=shown).text
        assert "eighbour" not in text
        assert "confidential source (witness)" in text
        assert "report of a confidential source" in text


def test_the_picture_is_well_formed_and_tells_the_same_to_screen_readers(
    world: World, example: Example
) -> None:
    answer = world.get(f"incidents/{example.campaign}/corroboration", format="svg")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")
    root = ET.fromstring(answer.content)  # noqa: S314 - our own writing
    assert root.attrib["role"] == "img"
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert description is not None
    assert (title.text or "").endswith("Coordinated attacks across Balochistan")
    assert (description.text or "").startswith("1 report, 3 origins, 2 sides, no independent confirmation")
    assert "Officials (Official, unnamed; side pakistan-forces): 1 report." in (description.text or "")


def test_a_reader_may_ask_for_the_picture_and_for_nothing_else(world: World, example: Example) -> None:
    path = f"/v1/incidents/{example.campaign}/corroboration"

    def get(accept: str, **params: str) -> Any:
        return world.client.get(path, params=params, headers=world.headers(Accept=accept))

    assert get("image/svg+xml", format="svg").status_code == 200
    assert get("image/*", format="svg").status_code == 200
    assert code_of(get("text/csv")) == "not-acceptable"
    assert code_of(get("*/*", format="png")) == "invalid-parameter"


def test_an_incident_without_reports_and_one_that_is_not_here(world: World) -> None:
    new = {
        "title": "Unreported",
        "country": "PK",
        "occurred": {"start": "2026-01-31", "end": "2026-01-31", "precision": "day"},
    }
    incident = world.made("incidents", new)["id"]
    found = asked(world, incident)
    assert found["whole"]["sentence"] == "No report speaks of it: nothing is known, which is not zero."
    assert world.get(f"incidents/{incident}/corroboration", format="svg").status_code == 200
    gone = world.get("incidents/6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10/corroboration")
    assert code_of(gone) == "not-found"
    assert code_of(world.get(f"incidents/{incident}/corroboration", "admin")) == "not-allowed"


def test_the_picture_is_given_to_who_accepts_it(world: World, example: Example) -> None:
    def kind(accept: str, **asked: str) -> str:
        answer = world.client.get(
            f"/v1/incidents/{example.campaign}/corroboration",
            params=asked,
            headers=world.headers(Accept=accept),
        )
        return str(answer.headers["content-type"])

    assert kind("image/svg+xml").startswith("image/svg+xml")
    assert kind("*/*") == kind("image/svg+xml", format="json") == "application/json"
