"""The claims table: cells by claims, who says what, and what each policy did with every number."""

from __future__ import annotations

from typing import Any

import pytest

from domain.policies import POLICIES
from services import worked_example
from services.worked_example import Example
from tests.worlds import World


@pytest.fixture
def example(world: World) -> Example:
    with world.database.writing() as connection:
        return worked_example.record(connection, world.actor("recorder"))


def table(world: World, example: Example, **asked: str) -> dict[str, Any]:
    answer = world.get(f"incidents/{example.campaign}/claims", **asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def said(laid: dict[str, Any], claim: str, key: str) -> dict[str, Any]:
    (found,) = [
        one for row in laid["data"] for one in row["said"] if (one["claim"], one["key"]) == (claim, key)
    ]
    one: dict[str, Any] = found
    return one


def test_every_figure_of_every_claim_stands_once_under_its_cell(world: World, example: Example) -> None:
    laid = table(world, example)
    figures = [(one["claim"], one["key"]) for row in laid["data"] for one in row["said"]]
    stored = [
        (claim["id"], figure["key"])
        for claim in world.get("claims", incident=example.campaign).json()["data"]
        for figure in claim["figures"]
    ]
    assert sorted(figures) == sorted(stored)
    cells = [
        (row["outcome"], row["status"], row["sex"], row["age_low"], row["group"]) for row in laid["data"]
    ]
    assert len(set(cells)) == len(cells)
    assert cells[0] == ("killed", None, None, None, None)


def test_a_column_says_whose_word_a_claim_is(world: World, example: Example) -> None:
    columns = {one["id"]: one for one in table(world, example)["claims"]}
    group, officials = columns[example.claim_a1], columns[example.claim_b]
    assert (group["origin"]["name"], group["origin"]["side"], group["caveat"]) == (
        "BLA, statement",
        "bla",
        "preliminary",
    )
    assert (officials["origin"]["named"], officials["origin"]["basis"]) == (False, "inferred")
    assert officials["roots"] == ["side:pakistan-forces"]
    assert officials["as_of"] == "2026-02-02"
    assert officials["report"]["published"] == "2026-02-02"


def test_each_policy_says_what_it_did_with_every_number(world: World, example: Example) -> None:
    laid = table(world, example)
    asked = laid["meta"]["policies"]
    assert asked == [f"{one.name}@{one.version}" for one in POLICIES.values() if not one.reads_lists]
    militants = said(laid, example.claim_c, "militants")
    assert (militants["low"], militants["wording"], militants["stated_as"]) == (145, "145", "militants")
    assert {name: use["use"] for name, use in militants["uses"].items()} == dict.fromkeys(asked, "beside")
    civilians = said(laid, example.claim_b, "civilians")["uses"]
    assert civilians["reported-range@2"]["use"] == "used"
    assert civilians["airwars-range@1"]["use"] == "set_aside"
    older = table(world, example, policy="reported-range@1,conservative")
    assert older["meta"]["policies"] == ["reported-range@1", "conservative@1"]
    assert said(older, example.claim_c, "militants")["uses"]["reported-range@1"]["use"] == "used"


def test_a_mention_has_no_number_and_is_not_zero(world: World, example: Example) -> None:
    released = said(table(world, example), example.claim_a2, "officials-released")
    assert (released["low"], released["high"], released["comparator"]) == (None, None, "mention")


def test_a_confidential_source_is_not_named_in_the_table(world: World, example: Example) -> None:
    origin = world.get(f"claims/{example.claim_c}").json()["origin"]
    assert world.patch(f"sources/{origin}", {"confidential": True}, 1).status_code == 200
    answer = world.get(f"incidents/{example.campaign}/claims")
    assert "Chief minister" not in answer.text
    columns = {one["id"]: one for one in answer.json()["claims"]}
    assert (columns[example.claim_c]["origin"]["name"], columns[example.claim_c]["origin"]["kind"]) == (
        None,
        "official",
    )


def test_an_unknown_policy_is_refused_and_a_foreign_incident_is_not_there(
    world: World, example: Example
) -> None:
    wrong = world.get(f"incidents/{example.campaign}/claims", policy="majority-vote")
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (400, "policy")
    for view in ("claims", "figures"):
        version = world.get(f"incidents/{example.campaign}/{view}", policy="reported-range@9")
        assert version.status_code == 400
        assert (
            version.json()["detail"] == "The policy reported-range has no such version; choose one of 1, 2."
        )
        none = world.get(f"incidents/{example.campaign}/{view}", policy=" ,")
        assert (none.status_code, none.json()["errors"][0]["code"]) == (400, "required")
    nobody = "6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"
    assert world.get(f"incidents/{nobody}/claims").status_code == 404


def test_no_page_of_an_incident_names_a_confidential_source(world: World, example: Example) -> None:
    sources = {one["origin"] for one in world.get("claims", incident=example.campaign).json()["data"]}
    names = [world.get(f"sources/{id}").json()["name"] for id in sources]
    for id in sources:
        assert world.patch(f"sources/{id}", {"confidential": True}, 1).status_code == 200
    for page in ("claims", "corroboration", "corroboration?format=svg", "series?outcome=killed", "lists"):
        answer = world.client.get(f"/v1/incidents/{example.campaign}/{page}", headers=world.headers())
        assert answer.status_code == 200, answer.text
        # "Officials" is a word of the answers too, as a kind of source; the others are names alone.
        assert not [name for name in names if name != "Officials" and f'"{name}"' in answer.text], page
        assert f">{names[0]}<" not in answer.text
