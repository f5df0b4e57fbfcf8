"""What is published as files: the same incidents as in pages, coarse points alone, for everybody."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import pytest

from tests.databases import lent
from tests.entries import code_of, entered, figure, proposed
from tests.published import BACKENDS
from tests.services.test_publications import incident, published, retract
from tests.worlds import World, make_world

TOKENLESS = None
HIDDEN = "Hidden title"


@pytest.fixture(scope="module", params=BACKENDS)
def files_world(request: pytest.FixtureRequest) -> Iterator[World]:
    """A campaign and a part of it, one with a band and no point, one retracted, one that is not public."""
    with lent(request, request.param) as url:
        world = make_world(url)
        with world.client:
            made = entered(world, figure(low=40), day="2026-01-01", end="2026-02-28", kind="campaign")
            whole = made["incident"]["id"]
            assert world.approve(proposed(world, whole)["id"]).status_code == 200
            published(world, whole, coarsening="none", grid_degrees=None)
            published(world, incident(world, day="2026-01-05", causes=["ied"], parent=whole))
            hurt = incident(world, figure(low=2), figure("i", 30, outcome="injured"), day="2026-03-05")
            published(world, hurt, coarsening="none", grid_degrees=None)
            gone = published(world, incident(world, figure(low=7), day="2026-03-06"))
            assert retract(world, gone["id"]).status_code == 200
            incident(world, figure(low=500), title=HIDDEN)
            yield world


def table(world: World, who: str | None = TOKENLESS, **asked: Any) -> list[dict[str, str]]:
    answer = world.get("public/incidents", who, format="csv", **asked)
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


def test_the_file_has_every_published_incident_and_its_counted_rows_sum_to_the_statistics(
    files_world: World,
) -> None:
    rows = table(files_world)
    documents = files_world.get("public/incidents", TOKENLESS).json()["data"]
    assert [one["id"] for one in rows] == [one["id"] for one in documents]
    assert [(one["killed_low"], one["counted"]) for one in rows] == [
        ("40", "true"),
        ("33", "false"),
        ("2", "true"),
    ]
    total = files_world.get("public/statistics", TOKENLESS, outcome="killed").json()["total"]
    assert total["low"] == sum(int(one["killed_low"]) for one in rows if one["counted"] == "true")
    assert [one["bands"] for one in rows] == ["", "", "injured:25 or more"]
    assert rows[1]["causes"] == "ied"
    assert rows[1]["link"] == documents[1]["links"]["self"]
    assert {one["publisher"] for one in rows} == {"Test Recorder"}
    assert [one["id"] for one in table(files_world, cause="ied")] == [rows[1]["id"]]


def test_a_map_has_coarse_points_or_none(files_world: World) -> None:
    answer = files_world.get("public/incidents", TOKENLESS, format="geojson")
    assert answer.headers["content-type"] == "application/geo+json"
    read = answer.json()
    assert "log_sequence" not in read
    points = [one["geometry"] for one in read["features"]]
    assert points == [None, {"type": "Point", "coordinates": [63.05, 26.25]}, None]
    assert "63.0512" not in answer.text
    assert read["features"][1]["properties"]["coarsening"] == "grid"


def test_what_is_not_public_is_in_no_format(files_world: World) -> None:
    for name in ("csv", "csv-excel", "csv-hxl", "jsonl", "geojson"):
        answer = files_world.get("public/incidents", TOKENLESS, format=name)
        assert answer.status_code == 200, name
        assert HIDDEN not in answer.text
        assert answer.headers["civharm-rows"] == "3"
    assert code_of(files_world.get("public/incidents", TOKENLESS, format="xlsx")) == "invalid-parameter"


def test_a_file_is_kept_for_a_minute_and_asked_for_by_its_tag(files_world: World) -> None:
    world = files_world
    first = world.get("public/incidents", TOKENLESS, format="csv")
    assert first.headers["cache-control"] == "public, max-age=60"
    assert first.headers["vary"] == "Authorization, Accept"
    by_accept = world.client.get("/v1/public/incidents", headers={"Accept": "text/csv"})
    assert by_accept.content == first.content
    tag = first.headers["etag"]
    again = world.client.get("/v1/public/incidents", params={"format": "csv"}, headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert world.get("public/incidents", TOKENLESS, format="geojson").headers["etag"] != tag


def test_a_file_has_no_pages_and_nothing_retracted(files_world: World) -> None:
    for asked in ({"limit": 2}, {"state": "retracted"}):
        answer = files_world.get("public/incidents", TOKENLESS, format="csv", **asked)
        assert (answer.status_code, code_of(answer)) == (400, "invalid-parameter"), asked


def test_the_members_address_asks_for_a_token_when_a_file_is_wanted(files_world: World) -> None:
    answer = files_world.get("incidents", TOKENLESS, format="csv")
    assert (answer.status_code, "www-authenticate" in answer.headers) == (401, True)
    assert files_world.get("incidents", TOKENLESS).status_code == 200
