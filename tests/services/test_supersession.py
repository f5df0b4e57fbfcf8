"""Supersession (R6): proposed by the engine, confirmed by a person, cell by cell."""

from __future__ import annotations

from typing import Any

from tests.entries import assessed, code_of, entered, figure, proposed
from tests.worlds import World

CIVILIANS: dict[str, Any] = {"status": "civilian"}


def two_counts(world: World, later: str = "The military") -> tuple[str, str, str]:
    """Enter the 18 civilians of 31 January and the 31 of 1 February; give incident and claims."""
    first = entered(
        world, figure("all", 33, open=True), figure("civilians", 18, **CIVILIANS), source="The military"
    )
    incident = first["incident"]["id"]
    second = entered(world, figure("civilians", 31, **CIVILIANS), incident=incident, source=later)
    return incident, first["claim"]["id"], second["claim"]["id"]


def civilians(world: World, incident: str, policy: str = "reported-range") -> tuple[int, int]:
    (answer,) = world.get(f"incidents/{incident}/figures", policy=policy).json()["data"]
    (one,) = [one for one in answer["figures"] if one["status"] == "civilian"]
    return one["low"], one["high"]


def test_the_engine_proposes_and_both_numbers_stand_until_a_person_confirms(world: World) -> None:
    incident, first, second = two_counts(world)
    (step,) = world.get(f"incidents/{incident}/supersessions").json()["data"]
    assert (step["earlier"], step["later"]) == (f"/v1/claims/{first}", f"/v1/claims/{second}")
    assert (step["before"]["low"], step["after"]["low"], step["state"]) == (18, 31, "proposed")
    assert civilians(world, incident) == (18, 31)
    assert civilians(world, incident, "latest-by-origin") == (31, 31)
    word = world.made("supersessions", {"earlier": first, "later": second})
    assert word["incident"] == incident
    assert civilians(world, incident) == (31, 31)
    (step,) = world.get(f"incidents/{incident}/supersessions").json()["data"]
    assert step["state"] == "confirmed"


def test_a_word_can_be_changed_and_its_history_stays(world: World) -> None:
    incident, first, second = two_counts(world)
    word = world.made("supersessions", {"earlier": first, "later": second})["id"]
    assert world.patch(f"supersessions/{word}", {"confirmed": False}, 1).status_code == 200
    assert civilians(world, incident) == (18, 31)
    assert civilians(world, incident, "latest-by-origin") == (18, 31)
    assert len(world.get(f"supersessions/{word}/history").json()["data"]) == 2
    moved = world.patch(f"supersessions/{word}", {"outcome": "killed"}, 2)
    assert (moved.status_code, moved.json()["type"].rsplit("/", 1)[1]) == (409, "claims-are-fixed")


def test_a_person_may_confirm_across_origins_of_one_side(world: World) -> None:
    incident, first, second = two_counts(world, "The chief minister")
    assert world.get(f"incidents/{incident}/supersessions").json()["data"] == []
    world.made("supersessions", {"earlier": first, "later": second, "outcome": "killed", **CIVILIANS})
    assert civilians(world, incident) == (31, 31)


def test_a_word_makes_an_assessed_incident_need_review(world: World) -> None:
    incident, first, second = two_counts(world)
    assert world.approve(proposed(world, incident)["id"]).status_code == 200
    assert world.get(f"incidents/{incident}").json()["state"] == "assessed"
    world.made("supersessions", {"earlier": first, "later": second})
    assert world.get(f"incidents/{incident}").json()["state"] == "needs_review"


def test_a_word_needs_two_claims_that_state_the_same_persons_of_one_incident(world: World) -> None:
    incident, first, second = two_counts(world)
    other = entered(world, figure("civilians", 4, **CIVILIANS))["claim"]["id"]
    elsewhere = entered(world, figure("hurt", 4, outcome="injured"), incident=incident)["claim"]["id"]
    nobody = "6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"
    for body, status, code in (
        ({"earlier": first, "later": other}, 422, "another-incident"),
        ({"earlier": first, "later": elsewhere}, 422, "nothing-in-common"),
        ({"earlier": first, "later": second, "outcome": "injured"}, 422, "nothing-in-common"),
        ({"earlier": first, "later": nobody}, 422, "unknown-reference"),
        ({"earlier": first, "later": first}, 422, "same-claim"),
        ({"earlier": first, "later": second, "sex": "female"}, 422, "missing-outcome"),
    ):
        answer = world.post("supersessions", body)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (status, code), body
    world.made("supersessions", {"earlier": first, "later": second})
    again = world.post("supersessions", {"earlier": first, "later": second, "confirmed": False})
    assert (again.status_code, again.json()["type"].rsplit("/", 1)[1]) == (409, "already-there")


def test_a_changed_side_makes_the_incidents_that_rest_on_it_need_review(world: World) -> None:
    world.made("parties", {"code": "state", "name": "State forces"})
    militia = world.made("parties", {"code": "militia", "name": "The militia"})
    incident = assessed(world, figure(low=3))
    origin = world.get("claims", incident=incident).json()["data"][0]["origin"]
    assert world.patch(f"sources/{origin}", {"side": "militia"}, 1).status_code == 200
    assert world.approve(proposed(world, incident)["id"]).status_code == 200
    assert world.get(f"incidents/{incident}").json()["state"] == "assessed"
    assert world.patch(f"parties/{militia['id']}", {"side": "state"}, 1).status_code == 200
    assert world.get(f"incidents/{incident}").json()["state"] == "needs_review"


def dated(world: World, number: int, day: str, incident: str | None = None, **more: Any) -> tuple[str, str]:
    """Enter one number of a hospital as of a day; give incident and claim."""
    found = entered(world, figure("all", number, **more), incident=incident)
    incident = incident or str(found["incident"]["id"])
    claim: str = found["claim"]["id"]
    assert world.patch(f"claims/{claim}", {"as_of": day}, 1).status_code == 200
    return incident, claim


def test_an_earlier_day_replaces_no_later_one_and_words_make_no_ring(world: World) -> None:
    incident, first = dated(world, 10, "2026-03-02")
    _, second = dated(world, 14, "2026-03-04", incident)
    _, third = dated(world, 12, "2026-03-04", incident)
    back = world.post("supersessions", {"earlier": second, "later": first})
    assert (back.status_code, code_of(back)) == (422, "not-later")
    for earlier, later in ((first, second), (second, third)):
        world.made("supersessions", {"earlier": earlier, "later": later})
    ring = world.post("supersessions", {"earlier": third, "later": second})
    assert (ring.status_code, code_of(ring)) == (409, "supersession-ring")
    world.made("supersessions", {"earlier": third, "later": second, "confirmed": False})


def test_a_word_that_the_engine_did_not_propose_is_shown_with_what_it_moves(world: World) -> None:
    incident, first, second = two_counts(world, "The chief minister")
    world.made("supersessions", {"earlier": first, "later": second, "outcome": "killed", **CIVILIANS})
    (shown,) = world.get(f"incidents/{incident}/supersessions").json()["data"]
    assert (shown["earlier"], shown["later"]) == (f"/v1/claims/{first}", f"/v1/claims/{second}")
    assert (shown["status"], shown["state"]) == ("civilian", "confirmed")


def test_losses_of_two_parties_replace_each_other_by_no_word(world: World) -> None:
    for code in ("one-group", "another"):
        world.made("parties", {"code": code, "name": code})
    fighters = {"status": "direct_participant"}
    incident, first = dated(world, 7, "2026-03-02", party="one-group", **fighters)
    _, second = dated(world, 9, "2026-03-04", incident, party="another", **fighters)
    refused = world.post("supersessions", {"earlier": first, "later": second})
    assert (refused.status_code, code_of(refused)) == (422, "nothing-in-common")
