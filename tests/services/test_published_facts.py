"""What is published of the living: a band in a document or nothing, and facts that the fixed tables count."""

from __future__ import annotations

import json
from typing import Any

import pytest

from domain.fixed_tables import PublicFact, blocks, frames
from domain.vocab import Verification
from services import public_tables as service
from tests.entries import code_of, entered, figure
from tests.services.test_publications import (
    GRID,
    incident,
    projected,
    propose,
    publish,
    published,
    retract,
)
from tests.worlds import World

DAY = "2024-03-04"


def injured(low: int, key: str = "injured", **more: Any) -> dict[str, Any]:
    return figure(key, low, outcome="injured", **more)


def facts(world: World) -> list[PublicFact]:
    with world.database.reading() as connection:
        return list(service.published_facts(connection, world.actor("publisher")))


def counts(world: World) -> dict[str, int]:
    """Give how many injured the tables would count in each incident."""
    found = blocks(facts(world))
    return {id: one.count for entries in found.values() for id, one in entries.items()}


def preview(world: World, id: str, **choices: Any) -> dict[str, Any]:
    answer = world.post(f"incidents/{id}/publications/preview", {**GRID, **choices})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def assess_again(world: World, id: str, **more: Any) -> None:
    body = {"incident": id, "policy": "reported-range", "reason": {"code": "new_information"}, **more}
    assert world.approve(world.made("assessments", body, "reviewer")["id"]).status_code == 200


def corrected(world: World, id: str, low: int) -> None:
    """Record another number of injured in the one claim, and assess it."""
    (claim,) = world.get("claims", incident=id).json()["data"]
    answer = world.patch(
        f"claims/{claim['id']}", {"figures": [figure(low=3), injured(low)]}, claim["version"]
    )
    assert answer.status_code == 200, answer.text
    assess_again(world, id)


@pytest.mark.parametrize(
    ("low", "told"),
    [
        (7, []),
        (24, []),
        (25, [{"outcome": "injured", "low": 25, "words": "25 or more"}]),
        (99, [{"outcome": "injured", "low": 50, "words": "50 or more"}]),
    ],
)
def test_a_document_tells_a_band_of_the_injured_or_nothing(
    sqlite_world: World, low: int, told: list[dict[str, Any]]
) -> None:
    world = sqlite_world
    women = injured(2, "women", sex="female", relation="included_in", relation_to="injured")
    id = incident(world, figure(low=33), injured(low), women, day=DAY)
    published(world, id)
    document = world.get(f"public/incidents/{id}", None).json()
    assert document["bands"] == told
    assert {one["outcome"] for one in document["figures"]} == {"killed"}
    assert {one["outcome"] for one in projected(world)["public_fact"]} == {"killed"}
    assert "25 persons on" in document["note"]


def test_an_incident_within_another_tells_no_band(sqlite_world: World) -> None:
    """A printed 51 of the whole beside a part of 50 or more would tell the one person of the other part."""
    world = sqlite_world
    occurred = {"start": DAY, "end": "2024-03-06", "precision": "days"}
    whole = incident(world, injured(51), kind="campaign", occurred=occurred)
    part = incident(world, injured(50), parent=whole, day=DAY)
    for id, told in ((part, []), (whole, [{"outcome": "injured", "low": 50, "words": "50 or more"}])):
        assert published(world, id)["document"]["bands"] == told


def test_the_tables_count_the_living_as_they_were_published_whatever_is_recorded_later(world: World) -> None:
    id = incident(world, figure(low=3), injured(7), day=DAY)
    assert facts(world) == []
    published(world, id)
    assert counts(world) == {id: 7}
    corrected(world, id, 12)
    assert counts(world) == {id: 7}
    published(world, id)
    assert counts(world) == {id: 12}
    assert {(one.country, one.adm1, one.period_start) for one in facts(world)} == {("PK", "PK2", DAY)}


def test_a_number_of_the_living_that_was_edited_voids_the_proposal(world: World) -> None:
    """No document shows it, and the digest is the same: the tables would count another number."""
    id = incident(world, figure(low=3), injured(7), day=DAY)
    made = propose(world, id).json()
    corrected(world, id, 12)
    shown = preview(world, id)
    assert shown["content_sha256"] == made["content_sha256"]
    assert shown["table_facts"] != made["table_facts"]
    assert code_of(publish(world, made)) == "publication-lapsed"
    assert counts(world) == {}
    done = published(world, id)
    assert done["table_facts"] == shown["table_facts"]
    assert code_of(propose(world, id)) == "no-change"
    corrected(world, id, 13)
    assert propose(world, id).status_code == 201


def test_a_digest_that_is_sent_to_others_tells_no_number_of_the_living(sqlite_world: World) -> None:
    """It is of what everybody reads: nobody can try numbers until one fits."""
    world = sqlite_world
    id = incident(world, figure(low=3), injured(7), day=DAY)
    first = preview(world, id)["content_sha256"]
    corrected(world, id, 8)
    shown = preview(world, id)
    assert shown["document"]["bands"] == []
    assert shown["content_sha256"] == first


def test_of_a_tree_the_tables_count_the_topmost_published_incident(world: World) -> None:
    occurred = {"start": DAY, "end": "2024-03-06", "precision": "days"}
    top = incident(world, figure(low=9), injured(60), kind="campaign", occurred=occurred)
    middle = entered(world, injured(1), parent=top, kind="campaign", occurred=occurred)["incident"]["id"]
    low = incident(world, injured(20), parent=middle, day=DAY)
    other = incident(world, injured(6), day=DAY)
    published(world, low)
    published(world, other)
    assert counts(world) == {low: 20, other: 6}
    whole = published(world, top)
    assert counts(world) == {top: 60, other: 6}
    assert retract(world, whole["id"]).status_code == 200
    assert counts(world) == {low: 20, other: 6}


def test_the_dead_tell_the_rows_that_the_tables_have(sqlite_world: World) -> None:
    world = sqlite_world
    id = incident(world, figure(low=3), day=DAY)
    published(world, id)
    assert counts(world) == {}
    assert frames(facts(world))["2024"].units == {("PK", "PK2")}


@pytest.mark.parametrize(("how", "unit"), [("country", None), ("none", "PK2")])
def test_the_tables_place_an_incident_no_deeper_than_its_document(
    sqlite_world: World, how: str, unit: str | None
) -> None:
    world = sqlite_world
    id = incident(world, figure(low=3), injured(7), day=DAY)
    done = published(world, id, coarsening=how, grid_degrees=None)
    assert {one["adm1"] for one in done["document"]["where"]["units"]} == {unit}
    assert {one.adm1 for one in facts(world)} == {unit}


def test_contested_numbers_are_in_no_table(sqlite_world: World) -> None:
    world = sqlite_world
    id = incident(world, injured(30), day=DAY)
    assess_again(world, id, harm=Verification.CONTESTED.value)
    done = published(world, id)
    assert done["document"]["bands"] == done["table_facts"] == []


def test_an_edition_is_made_of_what_is_published_alone(world: World) -> None:
    for low in (30, 40):
        published(world, incident(world, figure(low=1), injured(low), day=DAY))
    incident(world, injured(500), day=DAY)
    actor = world.actor("publisher")
    with world.database.reading() as connection:
        prepared = service.prepare(connection, actor, service.published_facts(connection, actor))
    rows = json.loads(prepared.documents["by-place"])["rows"]
    assert [one["persons"] for one in rows if one["adm1"] == "PK2"] == [70]


def test_what_is_public_is_counted_whoever_may_read_the_record_behind_it(world: World) -> None:
    """Restricted later, it is hidden from the publisher, and published until it is retracted."""
    id = incident(world, figure(low=3), injured(30), day=DAY)
    published(world, id)
    record = world.get(f"incidents/{id}").json()
    assert world.patch(f"incidents/{id}", {"visibility": "restricted"}, record["version"]).status_code == 200
    assert world.get(f"incidents/{id}", "publisher").status_code == 404
    assert counts(world) == {id: 30}
