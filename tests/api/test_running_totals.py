"""A claim says from which day its numbers count, or does not say it."""

from __future__ import annotations

from typing import Any

from services.claims import claim as as_the_rules_see_it
from tests.entries import code_of, entered, figure
from tests.worlds import World


def told(world: World, **said: Any) -> Any:
    taken = entered(world, figure(low=4_047), day="2023-10-08", end="2024-12-04")
    body = {name: taken["claim"][name] for name in ("report", "incident", "origin")}
    return world.post("claims", {**body, "figures": [figure(low=40_476)], **said})


def test_a_running_total_is_read_back_with_the_day_it_counts_from(world: World) -> None:
    answer = told(world, counts_from="2023-10-08", as_of="2024-12-04")
    assert answer.status_code == 201
    assert answer.json()["counts_from"] == "2023-10-08"
    assert answer.json()["warnings"] == []  # large, and rightly so
    read = world.get(f"claims/{answer.json()['id']}").json()
    assert (read["counts_from"], read["as_of"]) == ("2023-10-08", "2024-12-04")


def test_a_total_that_counts_from_a_day_after_its_own_is_refused(world: World) -> None:
    answer = told(world, counts_from="2024-12-05", as_of="2024-12-04")
    assert (answer.status_code, code_of(answer)) == (422, "inconsistent-dates")


def test_from_which_day_a_number_counts_is_not_said_until_somebody_says_it(world: World) -> None:
    made = told(world, as_of="2024-12-04").json()
    assert made["counts_from"] is None
    assert [one["code"] for one in made["warnings"]] == ["implausible-count"]
    changed = world.patch(f"claims/{made['id']}", {"counts_from": "2023-10-08"}, 1)
    assert (changed.status_code, changed.json()["counts_from"]) == (200, "2023-10-08")
    refused = world.patch(f"claims/{made['id']}", {"as_of": "2023-01-01"}, 2)
    assert (refused.status_code, code_of(refused)) == (422, "inconsistent-dates")


def test_a_claim_from_before_running_totals_were_known_does_not_say_it() -> None:
    content = dict.fromkeys(("as_of", "said_party", "said_responsibility"))
    found = as_the_rules_see_it("a", 1, {**content, "report": "r", "origin": "o", "figures": []})
    assert found.counts_from is None
