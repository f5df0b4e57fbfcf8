"""Releases with rates: the population is pinned, in the digest that is approved, and told in a diff."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

import migrations
from db import door
from db.canonical import parse
from db.kinds import RELEASE
from db.queries import releases as queries
from db.verifying import verify_records
from domain.publications import ReleaseFile
from services import releases
from services.records import new_id
from tests.databases import owner_url
from tests.entries import assessed, code_of, figure
from tests.histories import engine_of
from tests.published import (
    BACKENDS,
    CUTOFF,
    aged,
    approved_release,
    files_of,
    proposed_again,
    proposed_release,
    shared_world,
)
from tests.worlds import World, make_world

PEOPLE = {"name": "people-2026.csv", "source": "A statistical office", "sha256": "ab" * 32}


def population(world: World, women: int, sha256: str = PEOPLE["sha256"]) -> str:
    rows = [{"year": "2026", "sex": "female", "age_group": "18+", "persons": women}]
    id: str = world.made("populations", {**PEOPLE, "sha256": sha256, "rows": rows})["id"]
    return id


@pytest.fixture(scope="module", params=BACKENDS)
def recorded(request: pytest.FixtureRequest) -> Iterator[World]:
    """A record of three days ago; whatever population is recorded comes after the cut-off."""
    for world in shared_world(request):
        women = figure("women", 3, high=5, comparator="between", sex="female", age_low=18)
        assessed(world, women, day="2026-01-15")
        aged(world)
        yield world


@pytest.fixture(scope="module")
def people(recorded: World) -> str:
    return population(recorded, 500_000)


@pytest.fixture(scope="module")
def rated(recorded: World, people: str) -> dict[str, Any]:
    """A release with rates that tests only look at."""
    made = proposed_release(recorded, population=people)
    answer = recorded.post(f"releases/{made['id']}/approve", {"digest": made["digest"]}, "second")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def women_of(files: dict[str, bytes]) -> dict[str, str]:
    rows = csv.DictReader(io.StringIO(files["sdg-16-1-2.csv"].decode()))
    margins = {"cause": "_T", "status": "_T", "sex": "woman", "age_group": "adult"}
    (found,) = [row for row in rows if margins.items() <= row.items()]
    return found


def test_a_release_has_rates_over_the_population_that_it_names(
    recorded: World, rated: dict[str, Any], people: str
) -> None:
    files = files_of(recorded, rated)
    women = women_of(files)
    assert (women["population"], women["rate_low"], women["rate_high"]) == ("500000", "0.6", "1.0")
    assert (rated["population"], rated["population_sha256"]) == (people, PEOPLE["sha256"])
    assert json.loads(files["methodology.json"])["population"] == {"id": people, **PEOPLE}
    notes = files["notes.md"].decode()
    assert f"people-2026.csv (A statistical office), id {people}, SHA-256 {PEOPLE['sha256']}" in notes
    assert "No population was given" not in notes
    resources = json.loads(files["datapackage.json"])["resources"]
    asked = {one["name"]: one["civharm"]["asked"] for one in resources if "civharm" in one}
    named = [name for name, one in asked.items() if "population_sha256" in one]
    assert (named, asked[named[0]]["population_sha256"]) == (["sdg-16-1-2"], PEOPLE["sha256"])
    listed = csv.DictReader(io.StringIO(recorded.get("releases", format="csv").text))
    assert [one["population"] for one in listed if one["id"] == rated["id"]] == [people]


def test_the_same_cut_off_and_population_give_the_same_bytes_and_another_population_another_digest(
    recorded: World, rated: dict[str, Any], people: str
) -> None:
    assessed(recorded, figure("women", 9, sex="female", age_low=18), day="2026-01-16")
    other = population(recorded, 900_000)
    again = proposed_release(recorded, who="reviewer", population=people)
    assert again["digest"] == rated["digest"]
    assert {one["name"]: one["sha256"] for one in again["files"]}.items() <= {
        one["name"]: one["sha256"] for one in rated["files"]
    }.items()
    digests = {rated["digest"], proposed_again(recorded)["digest"]}
    digests.add(proposed_release(recorded, population=other)["digest"])
    assert len(digests) == 3


def test_a_population_that_is_not_here_is_refused_and_nothing_is_proposed(recorded: World) -> None:
    before = recorded.get("releases").json()["data"]
    other = make_world(recorded.url, "Other Recorder", several_organisations=True)
    with other.client:
        foreign = population(other, 500_000)
    for id in (new_id(), foreign, "people-2026.csv"):
        refused = recorded.post("releases", {"cutoff": CUTOFF, "population": id})
        assert (refused.status_code, code_of(refused)) == (422, "unknown-reference"), id
        assert [one["pointer"] for one in refused.json()["errors"]] == ["/population"]
        assert id not in refused.text
    assert recorded.get("releases").json()["data"] == before


def test_a_service_token_is_refused_before_anything_else_is_asked(recorded: World) -> None:
    """The record had nothing then, which is what a member is told who may propose."""
    asked = {"cutoff": "2020-01-01", "population": new_id()}
    assert code_of(recorded.post("releases", {"cutoff": "2020-01-01"})) == "nothing-recorded"
    refused = recorded.post("releases", asked, "service")
    assert (refused.status_code, code_of(refused)) == (403, "not-allowed")
    assert "personal token" in refused.json()["detail"]


def test_a_diff_says_that_the_populations_differ_and_that_no_incident_is_behind_a_rate(
    recorded: World, rated: dict[str, Any], people: str
) -> None:
    bare = approved_release(recorded)
    found = recorded.get(f"releases/{bare['number']}/diff/{rated['number']}").json()
    said = {one["what"]: (one["before"], one["after"]) for one in found["differences"]}
    assert said == {"population": (None, f"{people}, SHA-256 {PEOPLE['sha256']}")}
    assert (found["before"]["population"], found["after"]["population"]) == (None, people)
    changed = {table["name"]: table["cells"] for table in found["tables"] if table["cells"]}
    assert list(changed) == ["sdg-16-1-2"]
    for cell in changed["sdg-16-1-2"]:
        assert cell["values"].keys() <= {"population", "rate_low", "rate_high"}
        assert (cell["behind"], cell["explained"]) == (0, None)
    same = recorded.get(f"releases/{rated['number']}/diff/{rated['id']}").json()
    assert (same["same"], same["differences"]) == (True, [])


def test_a_proposal_of_an_earlier_version_says_nothing_of_a_population_and_can_be_approved(
    recorded: World,
) -> None:
    made = proposed_again(recorded)
    actor, id = recorded.actor("recorder"), new_id()
    with recorded.database.writing() as connection:
        stored = releases.read(connection, actor, made["id"])
        content = {
            name: value
            for name, value in parse(stored.content).items()
            if name not in ("population", "population_sha256")
        }
        door.record(connection, actor, [door.Act("propose", RELEASE, id, 1, content)])
        _, files = releases.all_files(connection, actor, made["id"])
        kept = [ReleaseFile(one.name, one.media, content, one.rows) for one, content in files]
        queries.store_files(connection, actor.organisation, id, kept)
    read = recorded.get(f"releases/{id}").json()
    assert (read["population"], read["population_sha256"]) == (None, None)
    done = recorded.post(f"releases/{id}/approve", {"digest": made["digest"]}, "second")
    assert (done.status_code, done.json()["population"]) == (200, None)
    found = recorded.get(f"releases/{made['id']}/diff/{id}").json()
    assert (found["same"], found["differences"]) == (True, [])


def test_the_way_down_and_up_again_leaves_a_release_with_its_population(world: World) -> None:
    assessed(world, figure(low=3))
    aged(world)
    people = population(world, 500_000)
    made = proposed_release(world, population=people)
    world.database.close()
    migrations.downgrade(owner_url(world.url), "0010")
    migrations.upgrade(owner_url(world.url))
    with world.database.reading() as connection:
        found = verify_records(connection, world.organisation)
    # Of what was aged above the times are not those of the log; the releases were not.
    assert [one for one in found if one.startswith("release ")] == []
    assert world.get(f"releases/{made['id']}").json() == made
    engine = engine_of(world.url)
    with engine.connect() as connection:
        mine = f"WHERE id = '{made['id']}'"
        for statement, refusal in (
            (f"UPDATE release SET population = NULL, population_sha256 = NULL {mine}", "immutable"),
            (f"UPDATE release SET population_sha256 = 'x' {mine}", "immutable"),
        ):
            with pytest.raises(sa.exc.DBAPIError, match=refusal):
                connection.exec_driver_sql(statement)
            connection.rollback()
    engine.dispose()
