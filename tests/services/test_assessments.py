"""Assessments: one member proposes, another approves; facts open and close with them."""

from __future__ import annotations

from services import import_runs
from tests.entries import assessed, code_of, entered, figure, proposed
from tests.worlds import World


def test_the_author_cannot_approve_and_neither_can_a_service(world: World) -> None:
    incident = entered(world, figure(low=3))["incident"]["id"]
    proposal = proposed(world, incident, who="reviewer")
    own = world.approve(proposal["id"], who="reviewer")
    assert (own.status_code, code_of(own)) == (403, "four-eyes-required")
    service = world.approve(proposal["id"], who="service")
    assert (service.status_code, code_of(service)) == (403, "four-eyes-required")
    recorder = world.approve(proposal["id"], who="recorder")
    assert (recorder.status_code, code_of(recorder)) == (403, "not-allowed")
    assert world.approve(proposal["id"], who="second").status_code == 200


def test_a_service_token_proposes_nothing(world: World) -> None:
    incident = entered(world, figure(low=3))["incident"]["id"]
    answer = world.post("assessments", {"incident": incident, "policy": "reported-range"}, "service")
    assert answer.status_code == 403


def test_an_approved_assessment_is_approved_once(world: World) -> None:
    incident = entered(world, figure(low=3))["incident"]["id"]
    proposal = proposed(world, incident)
    assert world.approve(proposal["id"]).status_code == 200
    again = world.approve(proposal["id"], version=2)
    assert (again.status_code, code_of(again)) == (409, "invalid-transition")
    withdrawn = world.post(f"assessments/{proposal['id']}/withdraw", {"note": None}, "reviewer")
    assert (withdrawn.status_code, code_of(withdrawn)) == (409, "invalid-transition")


def test_a_withdrawn_proposal_leaves_a_draft(world: World) -> None:
    incident = entered(world, figure(low=3))["incident"]["id"]
    proposal = proposed(world, incident)
    assert world.get(f"incidents/{incident}").json()["state"] == "proposed"
    world.post(f"assessments/{proposal['id']}/withdraw", {"note": "A new claim came in."}, "reviewer")
    assert world.get(f"incidents/{incident}").json()["state"] == "draft"
    answer = world.approve(proposal["id"], version=2)
    assert answer.status_code == 409


def test_a_new_claim_makes_the_assessment_need_review(world: World) -> None:
    incident = assessed(world, figure(low=3))
    assert world.get(f"incidents/{incident}").json()["state"] == "assessed"
    entered(world, figure(low=5), incident=incident, source="Second hospital")
    assert world.get(f"incidents/{incident}").json()["state"] == "needs_review"
    meta = world.get("statistics", outcome="killed").json()["meta"]
    assert (meta["unassessed"], meta["needs_review"]) == (0, 1)


def test_a_superseding_assessment_closes_the_facts_before_it(world: World) -> None:
    incident = assessed(world, figure(low=3))
    before = world.get("organisation").json()["log_sequence"]
    entered(world, figure(low=5), incident=incident, source="Second hospital")
    second = proposed(world, incident)
    assert world.approve(second["id"]).status_code == 200
    now = world.get("statistics", outcome="killed").json()["total"]
    assert (now["low"], now["high"], now["incidents"]) == (3, 5, 1)
    then = world.get("statistics", outcome="killed", known_at=before).json()["total"]
    assert (then["low"], then["high"], then["incidents"]) == (3, 3, 1)
    states = [one["state"] for one in world.get("assessments", incident=incident).json()["data"]]
    assert sorted(states) == ["approved", "superseded"]


def test_figures_that_cannot_hold_together_are_stored_as_a_claim_and_refused_as_a_finding(
    world: World,
) -> None:
    # The table of July 2025 that prints 55,380 over rows of 55,178, 3,195 and 7 (domain notes, section 3).
    rows = [
        figure("total", 55380),
        figure("first", 55178, status="civilian", relation="included_in", relation_to="total"),
        figure("second", 3195, status="police", relation="included_in", relation_to="total"),
        figure("third", 7, status="armed_forces", relation="included_in", relation_to="total"),
    ]
    taken = entered(world, *rows)
    (clash,) = [one for one in taken["warnings"] if one["code"] == "clash"]
    assert "total" in clash["figures"]
    answer = world.post(
        "assessments", {"incident": taken["incident"]["id"], "policy": "reported-range"}, "reviewer"
    )
    assert (answer.status_code, code_of(answer)) == (422, "incoherent-figures")
    assert "55380" in answer.json()["detail"]


def test_a_mention_alone_books_nothing_because_unknown_is_not_zero(world: World) -> None:
    incident = entered(world, figure("civilians", comparator="mention", status="civilian"))["incident"]["id"]
    answer = world.post("assessments", {"incident": incident, "policy": "reported-range"}, "reviewer")
    assert (answer.status_code, code_of(answer)) == (422, "nothing-to-book")


def test_of_31_with_18_verified_18_are_verified_and_up_to_13_pending(world: World) -> None:
    assessed(
        world,
        figure(low=18, high=31, comparator="between"),
        occurrence="verified",
        harm="verified",
        standard_of_proof="reasonable grounds to believe",
        cells=[{"outcome": "killed", "how_many": "verified", "verified": 18}],
    )
    (cell,) = world.get("statistics", outcome="killed").json()["data"]
    assert (cell["low"], cell["high"], cell["incidents"]) == (18, 31, 1)
    states = cell["verification"]
    assert (states["verified"]["low"], states["verified"]["high"]) == (18, 18)
    assert (states["pending"]["low"], states["pending"]["high"]) == (0, 13)


def test_verified_needs_a_named_standard_of_proof(world: World) -> None:
    incident = entered(world, figure(low=3))["incident"]["id"]
    answer = world.post(
        "assessments",
        {"incident": incident, "policy": "reported-range", "occurrence": "verified"},
        "reviewer",
    )
    assert (answer.status_code, code_of(answer)) == (422, "standard-of-proof")


def test_a_rejected_occurrence_makes_no_fact(world: World) -> None:
    assessed(world, figure(low=3), occurrence="rejected")
    assert world.get("statistics", outcome="killed").json()["data"] == []


def test_a_contested_harm_has_a_column_of_its_own(world: World) -> None:
    assessed(world, figure(low=3), harm="contested")
    answer = world.get("statistics", outcome="killed").json()
    (cell,) = answer["data"]
    assert (cell["low"], cell["high"], cell["incidents"]) == (None, None, 0)
    assert cell["verification"]["contested"]["low"] == 3
    assert answer["total"]["unknown_because"]
    by_state = world.get("statistics", outcome="killed", by="verification").json()
    assert [(one["verification"], one["low"]) for one in by_state["data"]] == [("contested", 3)]
    assert by_state["total"]["sum_of_cells"] == {"low": None, "high": None}


def test_responsibility_never_changes_a_count(world: World) -> None:
    assessed(world, figure(low=3), responsibility="rejected")
    (cell,) = world.get("statistics", outcome="killed").json()["data"]
    assert (cell["low"], cell["high"]) == (3, 3)


def test_a_claim_is_set_aside_with_a_reason_that_the_trace_keeps(world: World) -> None:
    first = entered(world, figure(low=3))
    incident = first["incident"]["id"]
    wrong = entered(world, figure(low=48), incident=incident, source="Aggregator")
    proposal = proposed(
        world,
        incident,
        set_aside=[{"claim": wrong["claim"]["id"], "reason": "It reads the total as civilians."}],
    )
    assert [(one["low"], one["high"]) for one in proposal["booked"]] == [(3, 3)]
    trace = {one["claim"]: (one["use"], one["reason"]) for one in proposal["trace"]}
    assert trace[wrong["claim"]["id"]] == ("set_aside", "It reads the total as civilians.")
    assert trace[first["claim"]["id"]][0] == "used"


def test_an_outcome_is_left_out_with_a_reason_and_the_others_are_booked(world: World) -> None:
    clashing = [
        figure("total", 10),
        figure("civilians", 20, status="civilian", relation="included_in", relation_to="total"),
        figure("injured", 4, outcome="injured"),
    ]
    incident = entered(world, *clashing)["incident"]["id"]
    refused = world.post("assessments", {"incident": incident, "policy": "reported-range"}, "reviewer")
    assert (refused.status_code, code_of(refused)) == (422, "incoherent-figures")
    left = [{"outcome": "killed", "reason": "The two numbers clash."}]
    proposal = proposed(world, incident, leave_out=left)
    assert {one["outcome"] for one in proposal["booked"]} == {"injured"}
    assert any(one["code"] == "outcome-left-out" for one in proposal["findings"])
    assert world.approve(proposal["id"]).status_code == 200
    outcomes = world.get("statistics", by="outcome").json()["data"]
    assert [(one["outcome"], one["low"]) for one in outcomes] == [("injured", 4)]


def test_correcting_a_word_of_an_old_claim_does_not_make_it_the_latest(world: World) -> None:
    first = entered(world, figure(low=10))
    incident = first["incident"]["id"]
    entered(world, figure(low=25), incident=incident)
    address = f"incidents/{incident}/figures"
    assert [
        one["low"] for one in world.get(address, policy="latest-by-origin").json()["data"][0]["figures"]
    ] == [25]
    world.patch(f"claims/{first['claim']['id']}", {"caveat": "preliminary"}, 1)
    assert [
        one["low"] for one in world.get(address, policy="latest-by-origin").json()["data"][0]["figures"]
    ] == [25]


def test_a_change_of_whose_word_it_is_makes_the_assessment_need_review(world: World) -> None:
    taken = entered(world, figure(low=3))
    incident = taken["incident"]["id"]
    for path, change in (
        (f"sources/{taken['source']['id']}", {"named": False}),
        (f"reports/{taken['report']['id']}", {"published": "2026-02-01"}),
    ):
        assert world.approve(proposed(world, incident)["id"]).status_code == 200
        assert world.get(f"incidents/{incident}").json()["state"] == "assessed"
        assert world.patch(path, change, 1).status_code == 200
        assert world.get(f"incidents/{incident}").json()["state"] == "needs_review"


def test_a_listing_that_moves_to_another_person_concerns_both_incidents(world: World) -> None:
    first, second = assessed(world, figure(low=3)), assessed(world, figure(low=4))
    victims = [world.made("victims", {"incident": one})["id"] for one in (first, second)]
    report = world.get("reports").json()["data"][0]["id"]
    listing = world.made("listings", {"report": report, "victim": victims[0]})["id"]
    for incident in (first, second):
        assert world.approve(proposed(world, incident)["id"]).status_code == 200
    world.patch(f"listings/{listing}", {"victim": victims[1]}, 1)
    states = [world.get(f"incidents/{one}").json()["state"] for one in (first, second)]
    assert states == ["needs_review", "needs_review"]


def test_an_out_of_scope_incident_stays_and_is_neither_assessed_nor_waiting(world: World) -> None:
    incident = entered(world, figure(low=3))["incident"]
    changed = world.patch(f"incidents/{incident['id']}", {"out_of_scope": "outside_area"}, 1)
    assert changed.json()["state"] == "out_of_scope"
    answer = world.post("assessments", {"incident": incident["id"], "policy": "reported-range"}, "reviewer")
    assert (answer.status_code, code_of(answer)) == (409, "out-of-scope")
    assert world.get("statistics", outcome="killed").json()["meta"]["unassessed"] == 0
    assert len(world.get("incidents", state="out_of_scope").json()["data"]) == 1


def test_the_facts_move_when_a_corrected_date_is_assessed_again(world: World) -> None:
    incident = assessed(world, figure(low=3), day="2026-01-31")
    version = world.get(f"incidents/{incident}").json()["version"]
    occurred = {"start": "2026-02-01", "end": "2026-02-01"}
    changed = world.patch(f"incidents/{incident}", {"occurred": occurred}, version)
    assert changed.json()["state"] == "needs_review"
    months = world.get("statistics", outcome="killed", by="month").json()["data"]
    assert [one["month"] for one in months] == ["2026-01"]
    assert world.approve(proposed(world, incident)["id"]).status_code == 200
    months = world.get("statistics", outcome="killed", by="month").json()["data"]
    assert [one["month"] for one in months] == ["2026-02"]


def test_a_superseding_assessment_carries_the_reason_and_so_does_every_act_of_it(world: World) -> None:
    incident = assessed(world, figure(low=3))
    (first,) = world.get("assessments", incident=incident).json()["data"]
    assert first["reason"] is None
    asked = {"incident": incident, "policy": "reported-range"}
    without = world.post("assessments", asked, "reviewer")
    assert (without.status_code, code_of(without)) == (422, "reason-required")
    assert [one["pointer"] for one in without.json()["errors"]] == ["/reason"]
    reason = {"code": "late_verification", "note": "The hospital's register was seen."}
    second = proposed(world, incident, reason=reason)
    assert second["reason"] == reason
    assert world.approve(second["id"]).status_code == 200
    entries = world.get("log", "second", after=first["log_sequence"]).json()["data"]
    assert [(one["action"], one["reason_code"]) for one in entries] == [
        ("assessment.propose", "late_verification"),
        ("assessment.supersede", "late_verification"),
        ("assessment.approve", "late_verification"),
    ]
    steps = world.get(f"assessments/{second['id']}/history").json()["data"]
    assert [step["reason"] for step in steps] == [reason, reason]


def test_the_reason_is_part_of_what_is_approved(world: World) -> None:
    incident = assessed(world, figure(low=3))
    codes = ("error_fixed", "error_fixed", "reclassification")
    hashes = [proposed(world, incident, reason={"code": code}) for code in codes]
    assert all(one["known_seq"] > 0 for one in hashes)
    assert len({one["content_hash"] for one in hashes}) == 3


def test_an_import_that_proposes_again_says_by_itself_that_it_brought_new_information(world: World) -> None:
    known = assessed(world, figure(low=3))
    new = entered(world, figure(low=4))["incident"]["id"]
    with world.database.writing() as connection:
        actor = world.actor("reviewer")
        run = import_runs.begin(connection, actor, "sheet", "january.xlsx", "0" * 64)
        import_runs.propose_each(connection, actor, run, "reported-range", [known, new])
    assert (run.proposed, run.not_proposed) == (2, [])
    waiting = world.get("assessments", state="proposed").json()["data"]
    reasons = {one["incident"]: one["reason"] for one in waiting}
    assert reasons[new] is None
    assert reasons[known]["code"] == "new_information"
    assert run.id in reasons[known]["note"]


def test_an_incidents_first_assessment_has_no_reason_but_the_new_incident(world: World) -> None:
    incident = entered(world, figure(low=3))["incident"]["id"]
    body = {"incident": incident, "policy": "reported-range", "reason": {"code": "error_fixed"}}
    answer = world.post("assessments", body, "reviewer")
    assert (answer.status_code, code_of(answer)) == (422, "reason-without-change")
