"""The verification of an incident as it is read: cells, persons, days and grades of other schemes."""

from __future__ import annotations

from typing import Any

from domain.vocab.grading import GRADE_SCHEMES
from tests.entries import assessed, entered, figure, proposed
from tests.worlds import World

STANDARD = "reasonable grounds to believe"
FOUND = {"occurrence": "verified", "harm": "verified", "standard_of_proof": STANDARD}


def verification(world: World, incident: str) -> dict[str, Any]:
    answer = world.get(f"incidents/{incident}/verification")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_pending_stands_beside_verified_and_is_never_mixed_with_it(world: World) -> None:
    incident = assessed(
        world,
        figure(low=18, high=31, comparator="between", status="civilian"),
        **FOUND,
        cells=[
            {
                "outcome": "killed",
                "status": "civilian",
                "verified": 18,
                "verified_on": "2026-04-15",
                "verifier": world.members["second"],
                "rationale": "Eighteen graves.",
            }
        ],
    )
    found = verification(world, incident)
    (cell,) = [one for one in found["cells"] if one["grain"] == "status"]
    assert cell["verified"] == {"low": 18, "high": 18, "open": False}
    assert cell["pending"] == {"low": 0, "high": 13, "open": False}
    assert cell["contested"] is None
    assert cell["verified_by_day"] == [
        {"verified_on": "2026-04-15", "late": True, "low": 18, "high": 18, "open": False}
    ]
    (finding,) = found["findings"]
    assert (finding["verified"], finding["late"], finding["rationale"]) == (18, True, "Eighteen graves.")
    assert finding["verifier"] == world.members["second"]
    assert finding["standard_of_proof"] == STANDARD
    assert found["answers"] == {"occurrence": "verified", "harm": "verified", "responsibility": "pending"}


def test_persons_are_shown_with_answer_day_and_record_and_without_names(world: World) -> None:
    incident = entered(world, figure(low=3))["incident"]["id"]
    victim = world.made(
        "victims",
        {
            "incident": incident,
            "names": [{"name": "Person A"}],
            "sex": "male",
            "outcomes": [{"outcome": "killed", "start": "2026-01-31"}],
        },
    )["id"]
    said = {"victim": victim, "answer": "verified", "verified_on": "2026-02-10"}
    world.approve(proposed(world, incident, **FOUND, persons=[said])["id"])
    answer = world.get(f"incidents/{incident}/verification")
    assert "Person A" not in answer.text
    (person,) = answer.json()["persons"]
    assert {name: person[name] for name in said} == said
    assert person["late"] is False
    assert person["described"]["sex"] == "male"


def test_an_incident_without_an_assessment_in_force_has_no_verification_and_says_why(world: World) -> None:
    incident = entered(world, figure(low=3))["incident"]["id"]
    proposed(world, incident)
    found = verification(world, incident)
    assert (found["assessment"], found["cells"], found["answers"]) == (None, [], None)
    assert found["unknown_because"]
    assert world.get("incidents/6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10/verification").status_code == 404


def grades(found: dict[str, Any], scheme: str) -> list[tuple[Any, ...]]:
    return [
        (one["code"], None if one["numbers"] is None else one["numbers"]["high"], one["late"])
        for one in found["grades"]
        if one["scheme"] == scheme
    ]


def test_numbers_carry_the_statuses_of_mrm_and_ohchr_those_verified_late_apart(world: World) -> None:
    incident = assessed(
        world,
        figure(low=18, high=31, comparator="between"),
        **FOUND,
        cells=[{"outcome": "killed", "verified": 18, "verified_on": "2026-04-15"}],
    )
    found = verification(world, incident)
    assert grades(found, "mrm") == [("pending_verification", 13, False), ("verified", 18, True)]
    assert grades(found, "ohchr") == [("pending_corroboration", 13, None), ("verified", 18, None)]


def test_a_party_found_not_responsible_leaves_verified_harm_falsely_attributed(world: World) -> None:
    incident = assessed(
        world,
        figure(low=3),
        **FOUND,
        responsibility="rejected",
        cells=[{"outcome": "killed", "how_many": "verified", "verified_on": "2026-02-10"}],
    )
    assert grades(verification(world, incident), "mrm") == [("falsely_attributed", 3, False)]


def test_a_second_independent_source_makes_a_provisional_incident_included(world: World) -> None:
    incident = assessed(world, figure(low=3))
    assert grades(verification(world, incident), "ibc") == [("provisional", None, None)]
    entered(world, figure(low=4), incident=incident, source="Second hospital")
    # The assessment in force did not know the second source; the next one does.
    assert grades(verification(world, incident), "ibc") == [("provisional", None, None)]
    world.approve(proposed(world, incident)["id"])
    assert grades(verification(world, incident), "ibc") == [("included", None, None)]


def test_two_sources_that_count_different_persons_leave_an_incident_provisional(world: World) -> None:
    incident = assessed(world, figure("c", 3, status="civilian"))
    entered(world, figure("f", 4, status="armed_forces"), incident=incident, source="Second hospital")
    world.approve(proposed(world, incident)["id"])
    sentence = world.get(f"incidents/{incident}/corroboration").json()["data"]["whole"]["sentence"]
    assert sentence.endswith("no independent confirmation")
    assert grades(verification(world, incident), "ibc") == [("provisional", None, None)]


def test_every_scheme_is_published_with_its_definitions_version_and_source(world: World) -> None:
    answer = world.get("grades", who=None)
    assert answer.status_code == 200
    shown = {one["scheme"]: one for one in answer.json()["data"]}
    assert set(shown) == set(GRADE_SCHEMES)
    for scheme in GRADE_SCHEMES.values():
        one = shown[scheme.name]
        assert (one["version"], one["dated"], one["source"]) == (scheme.version, scheme.dated, scheme.source)
        assert [grade["code"] for grade in one["grades"]] == list(scheme.codes())
        assert all(grade["definition"] and grade["derived_from"] for grade in one["grades"])


def airwars(world: World, *sources: str, held: str | None = None, responsibility: str = "pending") -> str:
    """Give Airwars' grade of a new incident that these sources report, one party held responsible."""
    world.post("parties", {"code": "air-force", "name": "Air force"})
    parties = [] if held is None else [{"party": "air-force", "responsibility": held}]
    civilians = figure(low=3, status="civilian")
    first = entered(world, civilians, source=sources[0], parties=parties)
    incident: str = first["incident"]["id"]
    for source in sources[1:]:
        entered(world, civilians, incident=incident, source=source)
    world.approve(proposed(world, incident, responsibility=responsibility)["id"])
    ((code, _, _),) = grades(verification(world, incident), "airwars")
    found: str = code
    return found


def test_airwars_grades_the_claims_and_a_party_found_not_responsible_discounts_them(world: World) -> None:
    two = ("District hospital", "Second hospital")
    assert airwars(world, two[0], held="suspected") == "weak"
    assert airwars(world, *two, held="suspected") == "fair"
    assert airwars(world, *two) == "weak"
    assert airwars(world, two[0], held="conceded") == "confirmed"
    assert airwars(world, *two, held="suspected", responsibility="rejected") == "discounted"
    assert airwars(world, *two, held="conceded", responsibility="rejected") == "confirmed"
