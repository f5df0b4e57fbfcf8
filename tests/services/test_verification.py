"""Verification of cells and persons: proposed with day, verifier and standard, kept, hashed, shown."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tests.entries import assessed, code_of, entered, figure, proposed
from tests.worlds import World

STANDARD = "reasonable grounds to believe"
FOUND = {"occurrence": "verified", "harm": "verified", "standard_of_proof": STANDARD}


def killed(**more: Any) -> dict[str, Any]:
    return {"outcome": "killed", **more}


def victim(world: World, incident: str, **more: Any) -> str:
    made = world.made(
        "victims",
        {
            "incident": incident,
            "sex": "female",
            "status": "civilian",
            "age_low": 34,
            "age_high": 34,
            "outcomes": [{"outcome": "killed", "start": "2026-01-31"}],
            **more,
        },
    )
    found: str = made["id"]
    return found


def refused(world: World, incident: str, **more: Any) -> tuple[int, str]:
    answer = world.post(
        "assessments", {"incident": incident, "policy": "reported-range", **FOUND, **more}, "reviewer"
    )
    return answer.status_code, code_of(answer)


def rows(proposal: dict[str, Any], grain: str = "total") -> list[tuple[Any, ...]]:
    return [
        (one["verification"], one["verified_on"], one["late"], one["low"], one["high"])
        for one in proposal["cells"]
        if one["grain"] == grain
    ]


def test_a_finding_is_kept_with_day_verifier_standard_and_rationale(world: World) -> None:
    incident = entered(world, figure(low=18, high=31, comparator="between"))["incident"]["id"]
    said = killed(
        verified=18,
        verified_on="2026-03-02",
        verifier=world.members["second"],
        standard_of_proof="clear and convincing information",
        rationale="Two witnesses and the hospital's register.",
    )
    proposal = proposed(world, incident, **FOUND, cells=[said])
    (kept,) = proposal["options"]["cells"]
    assert {name: kept[name] for name in said} == said
    assert rows(proposal) == [("verified", "2026-03-02", False, 18, 18), ("pending", None, False, 0, 13)]
    later = proposed(world, incident, **FOUND, cells=[{**said, "verified_on": "2026-03-03"}])
    assert later["content_hash"] != proposal["content_hash"]


def test_verified_without_more_is_verified_on_the_day_of_proposing_by_the_author(world: World) -> None:
    incident = entered(world, figure(low=18))["incident"]["id"]
    before = datetime.now(UTC).date().isoformat()
    proposal = proposed(world, incident, **FOUND, cells=[killed(how_many="verified")])
    (kept,) = proposal["options"]["cells"]
    assert before <= kept["verified_on"] <= datetime.now(UTC).date().isoformat()
    assert kept["verifier"] == proposal["author"] == world.members["reviewer"]
    assert kept["standard_of_proof"] == STANDARD
    pending = proposed(world, incident, cells=[killed(how_many="pending")])
    assert pending["options"]["cells"][0]["verified_on"] is None


def test_a_day_before_the_incident_or_without_anything_verified_is_refused(world: World) -> None:
    incident = entered(world, figure(low=18))["incident"]["id"]
    assert refused(world, incident, cells=[killed(verified=3, verified_on="2026-01-30")]) == (
        422,
        "inconsistent-dates",
    )
    assert refused(world, incident, cells=[killed(how_many="contested", verified_on="2026-02-01")]) == (
        422,
        "nothing-verified",
    )
    future = world.post(
        "assessments",
        {
            "incident": incident,
            "policy": "reported-range",
            **FOUND,
            "cells": [killed(verified=3, verified_on="2999-01-01")],
        },
        "reviewer",
    )
    assert future.status_code == 422
    assert [one["code"] for one in future.json()["errors"]] == ["future-date"]


def test_a_verifier_is_a_member_of_the_organisation(world: World) -> None:
    incident = entered(world, figure(low=18))["incident"]["id"]
    stranger = "6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"
    assert refused(world, incident, cells=[killed(verified=3, verifier=stranger)]) == (
        422,
        "unknown-reference",
    )


def test_verified_persons_support_the_verified_number_and_are_named_by_their_records_only(
    world: World,
) -> None:
    incident = entered(
        world, figure(low=33, open=True, comparator="at_least"), figure("civilians", 18, status="civilian")
    )["incident"]["id"]
    persons = [victim(world, incident) for _ in range(2)]
    proposal = proposed(
        world,
        incident,
        **FOUND,
        persons=[
            {"victim": persons[0], "answer": "verified", "verified_on": "2026-03-02"},
            {"victim": persons[1], "answer": "verified", "verified_on": "2026-04-02"},
        ],
    )
    assert rows(proposal, "status")[:2] == [
        ("verified", "2026-03-02", False, 1, 1),
        ("verified", "2026-04-02", True, 1, 1),
    ]
    described = {"outcome": "killed", "status": "civilian", "sex": "female", "age_low": 34, "age_high": 34}
    assert [one["described"] for one in proposal["options"]["persons"]] == [described] * 2
    assert world.approve(proposal["id"]).status_code == 200
    states = world.get("statistics", outcome="killed").json()["total"]["verification"]
    assert states["verified"]["low"] == 2


def test_a_rejected_person_is_a_finding_and_lowers_no_number(world: World) -> None:
    incident = entered(world, figure(low=3))["incident"]["id"]
    person = victim(world, incident)
    proposal = proposed(world, incident, persons=[{"victim": person, "answer": "rejected"}])
    (finding,) = [one for one in proposal["findings"] if one["code"] == "person-rejected"]
    assert finding["keys"] == [person]
    assert rows(proposal) == [("pending", None, False, 3, 3)]


def test_a_rejected_person_is_no_floor_for_a_count(world: World) -> None:
    incident = entered(world, figure(low=3))["incident"]["id"]
    persons = [victim(world, incident) for _ in range(5)]
    named = proposed(world, incident)
    assert rows(named) == [("pending", None, False, 5, 5)]
    found = [{"victim": one, "answer": "rejected"} for one in persons[:2]]
    fewer = proposed(world, incident, persons=found)
    assert rows(fewer) == [("pending", None, False, 3, 3)]


def test_a_rejected_person_who_was_no_floor_lowers_no_floor(world: World) -> None:
    above = entered(world, figure(low=3), kind="campaign")["incident"]["id"]
    below = entered(world, figure(low=1), kind="site", parent=above)["incident"]["id"]
    for _ in range(5):
        victim(world, above)
    # Of the same description, and counted with the incident below.
    elsewhere = victim(world, below)
    found = proposed(world, above, persons=[{"victim": elsewhere, "answer": "rejected"}])
    assert rows(found) == [("pending", None, False, 5, 5)]


def test_a_person_of_another_incident_or_without_an_outcome_is_not_verified_here(world: World) -> None:
    incident = entered(world, figure(low=3))["incident"]["id"]
    other = victim(world, entered(world, figure(low=3))["incident"]["id"])
    found = [{"victim": other, "answer": "verified"}]
    assert refused(world, incident, persons=found) == (422, "person-of-another-incident")
    found = [{"victim": victim(world, incident, outcomes=[]), "answer": "verified"}]
    assert refused(world, incident, persons=found) == (422, "finding-without-row")


def test_a_person_of_an_incident_below_is_verified_with_the_one_above(world: World) -> None:
    above = entered(world, figure(low=9), kind="campaign")["incident"]["id"]
    below = entered(world, figure(low=3), kind="site", parent=above)["incident"]["id"]
    person = victim(world, below)
    proposal = proposed(world, above, **FOUND, persons=[{"victim": person, "answer": "verified"}])
    assert [row[3:] for row in rows(proposal)] == [(1, 1), (8, 8)]


def test_verified_persons_need_a_standard_of_proof(world: World) -> None:
    incident = entered(world, figure(low=3))["incident"]["id"]
    person = victim(world, incident)
    said = {"incident": incident, "policy": "reported-range"}
    answer = world.post(
        "assessments", {**said, "persons": [{"victim": person, "answer": "verified"}]}, "reviewer"
    )
    assert (answer.status_code, code_of(answer)) == (422, "standard-of-proof")
    own = {"victim": person, "answer": "verified", "standard_of_proof": STANDARD}
    assert world.post("assessments", {**said, "persons": [own]}, "reviewer").status_code == 201


def test_late_verification_across_a_quarter_end_follows_the_last_day_of_the_incident(world: World) -> None:
    # MRM: verified after the end of the quarter of the incident date, or of its end date for ranges.
    cells = [killed(verified=3, verified_on="2026-04-15")]
    inside = entered(world, figure(low=3), day="2026-03-31")["incident"]["id"]
    assert rows(proposed(world, inside, **FOUND, cells=cells))[0][2] is True
    across = entered(world, figure(low=3), day="2026-03-30", end="2026-04-02")["incident"]["id"]
    assert rows(proposed(world, across, **FOUND, cells=cells))[0][2] is False


def test_a_superseding_assessment_keeps_the_day_that_its_author_repeats(world: World) -> None:
    incident = assessed(world, figure(low=3), **FOUND, cells=[killed(verified=3, verified_on="2026-02-10")])
    again = proposed(world, incident, **FOUND, cells=[killed(verified=3, verified_on="2026-02-10")])
    assert rows(again) == [("verified", "2026-02-10", False, 3, 3)]
    guessed = proposed(world, incident, **FOUND, cells=[killed(verified=3)])
    assert rows(guessed)[0][1] != "2026-02-10"


def test_statistics_show_what_of_the_verified_came_after_its_quarter(world: World) -> None:
    verified_late = [killed(verified=3, verified_on="2026-04-15")]
    in_time = [killed(verified=4, verified_on="2026-02-15")]
    assessed(world, figure(low=5), day="2026-01-31", **FOUND, cells=verified_late)
    assessed(world, figure(low=4), day="2026-02-01", **FOUND, cells=in_time)
    answer = world.get("statistics", outcome="killed", by="month").json()
    late = {"low": 3, "high": 3, "open": 0, "incidents": 1}
    assert [one.get("late_verification") for one in answer["data"]] == [late, None]
    assert answer["total"]["late_verification"] == late
    assert answer["total"]["verification"]["verified"]["low"] == 7
    by_state = world.get("statistics", outcome="killed", by="verification").json()["data"]
    assert {one["verification"]: one.get("late_verification") for one in by_state} == {
        "verified": late,
        "pending": None,
    }


def test_without_late_facts_an_answer_says_nothing_of_them(world: World) -> None:
    assessed(world, figure(low=3), **FOUND, cells=[killed(verified=3, verified_on="2026-03-31")])
    answer = world.get("statistics", outcome="killed").json()
    assert "late_verification" not in answer["data"][0]
    assert "late_verification" not in answer["total"]


def test_occurred_earlier_and_verified_in_this_quarter_is_a_block_of_its_own(world: World) -> None:
    # MRM's quarterly note: verified, verified late, unverified, each apart.
    assessed(
        world, figure(low=5), day="2026-01-31", **FOUND, cells=[killed(verified=3, verified_on="2026-04-15")]
    )
    assessed(
        world, figure(low=4), day="2026-04-20", **FOUND, cells=[killed(verified=4, verified_on="2026-05-02")]
    )
    quarter = {"verified_from": "2026-04-01", "verified_to": "2026-06-30"}
    everything = world.get("statistics", outcome="killed", **quarter).json()["total"]
    assert (everything["low"], everything["incidents"]) == (7, 2)
    assert set(everything["verification"]) == {"verified"}
    earlier = world.get("statistics", outcome="killed", to="2026-03-31", **quarter).json()["total"]
    assert (earlier["low"], earlier["high"], earlier["incidents"]) == (3, 3, 1)
    own = world.get("statistics", outcome="killed", from_="2026-04-01", **quarter).json()["total"]
    assert (own["low"], own["incidents"]) == (4, 1)
    before = world.get("statistics", outcome="killed", verified_to="2026-03-31").json()
    assert before["data"] == []


def test_a_cell_verified_in_a_period_opens_to_its_incidents(world: World) -> None:
    incident = assessed(
        world, figure(low=5), day="2026-01-31", **FOUND, cells=[killed(verified=3, verified_on="2026-04-15")]
    )
    (cell,) = world.get("statistics", outcome="killed", by="month", verified_from="2026-04-01").json()["data"]
    opened = world.client.get(cell["links"]["incidents"], headers=world.headers()).json()
    assert [(one["incident"], one["low"]) for one in opened["data"]] == [(incident, 3)]


def test_a_period_of_verification_that_ends_before_it_begins_is_refused(world: World) -> None:
    answer = world.get("statistics", outcome="killed", verified_from="2026-06-30", verified_to="2026-04-01")
    assert (answer.status_code, code_of(answer)) == (400, "invalid-parameter")


def test_late_verification_recorded_today_leaves_what_was_known_before_as_it_was(world: World) -> None:
    incident = assessed(world, figure(low=5))
    then = world.get("organisation").json()["log_sequence"]
    before = world.get("statistics", outcome="killed", known_at=then).content
    late = proposed(world, incident, **FOUND, cells=[killed(verified=3, verified_on="2026-04-15")])
    assert world.approve(late["id"]).status_code == 200
    assert world.get("statistics", outcome="killed", known_at=then).content == before
    assert world.get("statistics", outcome="killed").json()["total"]["late_verification"]["low"] == 3
