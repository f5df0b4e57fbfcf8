"""Figures as they were known at a point of the log: the same bytes for ever."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from domain.policies import VERSIONS, Evidence
from services import figures, worked_example
from services.evidence_then import evidence_then
from tests.entries import code_of, entered, figure
from tests.worlds import World

EXACT = {"comparator": "exactly", "open": False}
ALL = ",".join(f"{name}@{version}" for name, version in VERSIONS)


def now(world: World) -> int:
    found: int = world.get("organisation").json()["log_sequence"]
    return found


def both(world: World, incident: str) -> tuple[Evidence, Evidence]:
    """Give the evidence as the tables have it now, and as the revisions have it up to the log's end."""
    with world.database.reading() as connection:
        end = now(world)
        tables = figures.evidence(connection, world.organisation, incident, persons=True, floor=True)
        return tables, evidence_then(connection, world.organisation, incident, end)


def sorted_parts(known: Evidence) -> Evidence:
    return replace(
        known,
        listings=tuple(sorted(known.listings, key=repr)),
        persons=tuple(sorted(known.persons, key=repr)),
        supersessions=tuple(sorted(known.supersessions, key=repr)),
        sources=tuple(sorted(known.sources, key=repr)),
        reports=tuple(sorted(known.reports, key=repr)),
    )


def asked(world: World, incident: str, known_at: int | None = None) -> str:
    asked: dict[str, Any] = {"policy": ALL} | ({} if known_at is None else {"known_at": known_at})
    answer = world.get(f"incidents/{incident}/figures", **asked)
    assert answer.status_code == 200, answer.text
    text: str = answer.text
    return text


def listed(world: World, incident: str) -> dict[str, str]:
    """Record a list and its next release, a person who left, one with dated outcomes and one on no list."""
    ministry = world.made("sources", {"kind": "official", "name": "Ministry"})["id"]
    lists = [
        world.made("reports", {"source": ministry, "kind": "list", "title": f"List {day}", "published": day})[
            "id"
        ]
        for day in ("2026-03-01", "2026-04-01")
    ]
    persons = {
        name: world.made(
            "victims",
            {"incident": incident, "sex": sex, "status": "civilian", "outcomes": outcomes, **age},
        )["id"]
        for name, sex, outcomes, age in (
            ("stays", "female", [{"outcome": "killed"}], {"age_low": 34, "age_high": 34}),
            ("leaves", "male", [{"outcome": "killed"}], {}),
            (
                "dies",
                "male",
                [
                    {"outcome": "injured", "start": "2026-02-03"},
                    {"outcome": "killed", "start": "2026-02-09", "recognised": "2026-02-20"},
                ],
                {"age_low": 0, "age_high": 17},
            ),
            ("unlisted", "unknown", [{"outcome": "killed"}], {}),
        )
    }
    for report, names in zip(lists, (("stays", "leaves", "dies"), ("stays", "dies")), strict=True):
        for name in names:
            world.made("listings", {"report": report, "victim": persons[name], "outcome": "killed"})
    return persons


@pytest.fixture
def incident(world: World) -> str:
    """Give the worked example's campaign, with persons, a word on supersession and a cleared flag."""
    with world.database.writing() as connection:
        example = worked_example.record(connection, world.actor("recorder"))
    listed(world, example.campaign)
    first = entered(world, figure("h", 20, status="civilian"), incident=example.campaign)["claim"]["id"]
    again = entered(world, figure("h", 22, status="civilian"), incident=example.campaign)["claim"]["id"]
    world.made("supersessions", {"earlier": first, "later": again})
    outlet = world.made("sources", {"kind": "outlet", "name": "P"})["id"]
    officials = world.get(f"claims/{example.claim_b}").json()
    cites = [{"report": officials["report"]}]
    copied = world.made("reports", {"source": outlet, "title": "Copy", "cites": cites})
    wrong = world.made(
        "claims",
        {
            "report": copied["id"],
            "incident": example.campaign,
            "origin": officials["origin"],
            "figures": [figure("c", 33, status="civilian")],
        },
    )
    for flag in wrong["warnings"]:
        if flag["code"].startswith("transcription-"):
            cleared = world.post(
                f"claims/{wrong['id']}/flags/{flag['code']}/clear",
                {"reason": {"code": "error_fixed", "note": "Looked at."}},
                "reviewer",
                If_Match='"1"',
            )
            assert cleared.status_code == 200, cleared.text
    campaign: str = example.campaign
    return campaign


def test_what_the_revisions_say_up_to_the_logs_end_is_what_the_tables_say_now(
    world: World, incident: str
) -> None:
    tables, revisions = both(world, incident)
    assert tables.cleared
    assert tables.persons
    assert tables.supersessions
    assert sorted_parts(revisions) == sorted_parts(tables)
    for policy in VERSIONS.values():
        assert figures.under(policy, revisions) == figures.under(policy, tables)


def test_figures_of_a_past_point_never_change_whatever_is_recorded_later(world: World, incident: str) -> None:
    point = now(world)
    then = asked(world, incident, point)
    assert '"low":33' in then
    claims = world.get("claims", incident=incident).json()["data"]
    # Another number, another side, another word, another flag, another person.
    entered(world, figure("more", 60, status="civilian"), incident=incident, source="Third hospital")
    for one in claims[:2]:
        changed = [{**said, **dict.fromkeys(("low", "high"), 1), **EXACT} for said in one["figures"]]
        assert world.patch(f"claims/{one['id']}", {"figures": changed}, one["version"]).status_code == 200
    source = world.get(f"sources/{claims[0]['origin']}").json()
    aside = {"side": None, "named": False}
    assert world.patch(f"sources/{source['id']}", aside, source["version"]).status_code == 200
    (word,) = world.get("supersessions", incident=incident).json()["data"]
    assert world.patch(f"supersessions/{word['id']}", {"confirmed": False}, 1).status_code == 200
    persons = world.get("victims", incident=incident).json()["data"]
    assert world.patch(f"victims/{persons[0]['id']}", {"outcomes": []}, 1).status_code == 200
    listing = world.get("listings", victim=persons[0]["id"]).json()["data"][0]
    elsewhere = entered(world, figure(low=1), title="Elsewhere")["incident"]["id"]
    other = world.made("victims", {"incident": elsewhere, "outcomes": [{"outcome": "killed"}]})["id"]
    assert world.patch(f"listings/{listing['id']}", {"victim": other}, 1).status_code == 200
    assert asked(world, incident) != then
    assert asked(world, incident, point) == then


def test_an_incident_that_was_not_recorded_yet_is_not_there(world: World) -> None:
    before = now(world)
    incident = entered(world, figure(low=3))["incident"]["id"]
    early = world.get(f"incidents/{incident}/figures", known_at=before)
    assert (early.status_code, code_of(early)) == (404, "not-found")
    beyond = world.get(f"incidents/{incident}/figures", known_at=now(world) + 1)
    assert (beyond.status_code, code_of(beyond)) == (400, "invalid-parameter")
    meta = world.get(f"incidents/{incident}/figures", known_at=now(world)).json()["meta"]
    assert meta == {"log_sequence": now(world)}


def test_an_id_in_a_parameter_that_is_of_nothing_is_refused(world: World) -> None:
    incident = entered(world, figure(low=3))["incident"]["id"]
    for view, name in (("figures", "report"), ("series", "origin")):
        more = {} if view == "figures" else {"outcome": "killed"}
        answer = world.get(f"incidents/{incident}/{view}", **{name: "nope"}, **more)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, name)


def test_a_day_names_its_end(world: World) -> None:
    incident = entered(world, figure(low=3))["incident"]["id"]
    today: Any = world.get(f"incidents/{incident}/figures", known_at="2020-01-01")
    assert today.status_code == 404
