"""The organisation's policy: chosen, followed by another, and shown as a dated break."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from domain.methodology import METHODOLOGY_VERSION
from domain.policies import POLICIES, VERSIONS
from services.policies import InUse
from tests.entries import assessed, code_of, entered, figure, proposed
from tests.histories import owning
from tests.worlds import World

ASKED = {"outcome": "killed"}


def choose(world: World, policy: str, who: str = "reviewer", **more: Any) -> dict[str, Any]:
    answer = world.post("organisation/policy", {"policy": policy, **more}, who)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def meta(world: World, **asked: Any) -> dict[str, Any]:
    answer = world.get("statistics", **ASKED, **asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["meta"]
    return found


def proposed_without(world: World, incident: str) -> dict[str, Any]:
    return world.made("assessments", {"incident": incident}, "reviewer")


def test_an_organisation_that_chose_none_assesses_under_the_reported_range(world: World) -> None:
    used = world.get("organisation/policy").json()
    assert (used["policy"], used["chosen"], used["advice"], used["history"]) == (
        "reported-range",
        False,
        None,
        [],
    )
    made = proposed_without(world, entered(world, figure(low=3))["incident"]["id"])
    assert (made["policy"], made["policy_version"]) == ("reported-range", POLICIES["reported-range"].version)
    assert meta(world)["breaks"] == []


def test_assessments_without_a_policy_are_made_under_the_chosen_one(world: World) -> None:
    choose(world, "latest-by-origin", note="Decided in May.")
    incident = entered(world, figure(low=3))["incident"]["id"]
    assert proposed_without(world, incident)["policy"] == "latest-by-origin"
    assert proposed(world, incident)["policy"] == "reported-range"


def test_an_organisation_that_stays_at_a_version_is_assessed_under_it_and_told_of_the_newer(
    world: World,
) -> None:
    older, newest = "1", POLICIES["reported-range"].version
    assert older != newest
    assert ("reported-range", older) in VERSIONS
    used = choose(world, "reported-range", version=older)
    assert (used["version"], used["newest_version"]) == (older, newest)
    assert newest in used["advice"]
    made = proposed_without(world, entered(world, figure(low=3))["incident"]["id"])
    assert (made["policy"], made["policy_version"]) == ("reported-range", older)
    assert choose(world, "reported-range")["advice"] is None


def test_a_choice_under_an_older_methodology_is_told_of_the_newer() -> None:
    choice = {"methodology_version": "0.9"}
    newest = POLICIES["conservative"].version
    assert METHODOLOGY_VERSION in (InUse("conservative", newest, choice).advice() or "")
    assert InUse("conservative", newest, {"methodology_version": METHODOLOGY_VERSION}).advice() is None


def test_a_change_of_policy_is_a_dated_break_that_statistics_show(world: World) -> None:
    assessed(world, figure(low=3))
    before = world.get("organisation").json()["log_sequence"]
    choose(world, "reported-range")
    choose(world, "two-independent", "admin")
    breaks = meta(world)["breaks"]
    assert [(one["policy"], one["before"] and one["before"]["policy"]) for one in breaks] == [
        ("reported-range", None),
        ("two-independent", "reported-range"),
    ]
    assert all(one["methodology_version"] == METHODOLOGY_VERSION for one in breaks)
    assert meta(world, known_at=before)["breaks"] == []
    assert meta(world, known_at=breaks[0]["log_sequence"])["breaks"] == breaks[:1]
    now = world.get("organisation").json()["log_sequence"]
    triangle = world.get("statistics/revisions", **ASKED, at=f"{before},{now}").json()
    assert triangle["meta"]["breaks"] == breaks
    changes = world.get(
        "statistics/changes", **ASKED, from_point=breaks[0]["log_sequence"], to_point=now
    ).json()
    assert changes["meta"]["breaks"] == breaks[1:]


def test_statistics_count_the_incidents_in_force_under_each_policy_as_known_then(world: World) -> None:
    newest = {name: policy.version for name, policy in POLICIES.items()}
    first = assessed(world, figure(low=3))
    assessed(world, figure(low=4))
    point = world.get("organisation").json()["log_sequence"]
    two = [{"policy": "reported-range", "version": newest["reported-range"], "incidents": 2}]
    assert meta(world)["methods"] == two
    then = world.client.get(f"/v1/statistics?outcome=killed&known_at={point}", headers=world.headers())
    again = proposed(world, first, policy="latest-by-origin", reason={"code": "reclassification"})
    assert meta(world)["methods"] == two
    assert world.approve(again["id"]).status_code == 200
    assert meta(world)["methods"] == [
        {"policy": "latest-by-origin", "version": newest["latest-by-origin"], "incidents": 1},
        {"policy": "reported-range", "version": newest["reported-range"], "incidents": 1},
    ]
    later = world.client.get(f"/v1/statistics?outcome=killed&known_at={point}", headers=world.headers())
    assert later.content == then.content
    assert later.json()["meta"]["methods"] == two
    assert meta(world, known_at=0)["methods"] == []


def test_reviewers_and_administrators_choose_and_nobody_else(world: World) -> None:
    for who in ("viewer", "recorder"):
        answer = world.post("organisation/policy", {"policy": "conservative"}, who)
        assert (answer.status_code, code_of(answer)) == (403, "not-allowed")
        assert world.get("organisation/policy", who).status_code == 200
    assert choose(world, "conservative", "admin")["policy"] == "conservative"


def test_a_choice_that_is_none_is_refused(world: World) -> None:
    choose(world, "conservative")
    for body, code, pointer in (
        ({"policy": "the-best"}, "unknown-code", "/policy"),
        ({"policy": "conservative", "version": "99"}, "unknown-code", "/version"),
        ({"policy": "conservative"}, "no-change", None),
    ):
        answer = world.post("organisation/policy", body, "reviewer")
        assert (answer.status_code, code_of(answer)) == (422, code), body
        assert [one["pointer"] for one in answer.json().get("errors", [])] == ([pointer] if pointer else [])


def test_a_choice_is_never_changed_and_the_log_has_it(world: World) -> None:
    choose(world, "conservative", note="Decided in May.")
    (entry,) = [
        one
        for one in world.get("log", "admin", limit=500).json()["data"]
        if one["action"].startswith("policy")
    ]
    assert entry["action"] == "policy_choice.choose"
    for statement in ("UPDATE policy_choice SET policy = 'other'", "DELETE FROM policy_choice"):
        with (
            pytest.raises(sa.exc.DBAPIError, match="policy_choice is append-only"),
            owning(world.url) as connection,
        ):
            connection.exec_driver_sql(statement)


def test_figures_that_name_no_policy_are_those_of_the_one_in_use(world: World) -> None:
    incident = entered(world, figure(low=3))["incident"]["id"]

    def answered() -> list[tuple[str, str]]:
        data = world.get(f"incidents/{incident}/figures").json()["data"]
        return [(one["policy"], one["version"]) for one in data]

    assert answered() == [("reported-range", POLICIES["reported-range"].version)]
    choose(world, "reported-range@1")
    assert answered() == [("reported-range", "1")]
    choose(world, "conservative")
    assert answered() == [("conservative", "1")]


def test_a_version_is_named_once(world: World) -> None:
    asked = {"policy": "reported-range@1", "version": "2"}
    refused = world.post("organisation/policy", asked, "reviewer")
    assert (refused.status_code, code_of(refused)) == (422, "one-of-two")
    assert choose(world, "reported-range@1", version="1")["version"] == "1"
    refused = world.post("organisation/policy", {"policy": "reported-range@9"}, "reviewer")
    assert refused.json()["errors"][0]["detail"].endswith("choose one of 1, 2.")


def test_a_policy_says_the_same_whatever_is_asked_beside_it(world: World) -> None:
    incident = entered(world, figure(low=3))["incident"]["id"]
    source = world.made("sources", {"kind": "official", "name": "Ministry"})["id"]
    report = world.made("reports", {"source": source, "kind": "list", "title": "List"})["id"]
    victim = world.made("victims", {"incident": incident, "outcomes": [{"outcome": "killed"}]})["id"]
    world.made("listings", {"report": report, "victim": victim})
    path = f"incidents/{incident}/figures"
    alone = world.get(path, policy="reported-range").json()["data"]
    beside = world.get(path, policy="listed-persons,reported-range").json()["data"]
    assert alone == beside[1:]
    # The claims table asks the policies that read lists where there is one.
    asked = world.get(f"incidents/{incident}/claims").json()["meta"]["policies"]
    assert asked == [f"{one.name}@{one.version}" for one in POLICIES.values()]
