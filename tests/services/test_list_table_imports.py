"""A table of persons by lists becomes one incident: a source and a report a list, a victim a person."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from domain.errors import NotFound
from exchange.readers.list_table import read_list_table
from services.import_runs import Run
from services.list_table_imports import TableOfLists, import_list_table
from tests.worlds import World

OPTIONS = TableOfLists(
    title="People killed in a spring", country="XK", start="1999-03-20", end="1999-06-22", as_of="1999-06-22"
)
TABLE = b"id,EXH,ABA\nk1,1,1\nk2,1,0\nk3,0,1\nk4,0,1\n"


def imported(world: World, data: bytes = TABLE, options: TableOfLists = OPTIONS, **more: Any) -> Run:
    with world.database.writing() as connection:
        return import_list_table(
            connection,
            world.actor(),
            options,
            read_list_table(data),
            file_name="lists.csv",
            sha256=sha256(data).hexdigest(),
            **more,
        )


def patterns(world: World, incident: str, **query: Any) -> dict[tuple[int, ...], int]:
    answer = world.get(f"incidents/{incident}/list-membership", **query).json()
    return {tuple(one["on"]): one["persons"] for one in answer["data"]["patterns"]}


def test_each_column_is_a_list_of_its_own_source(world: World) -> None:
    run = imported(world, assess="listed-persons")
    assert (run.read, len(run.stored), run.proposed) == (4, 4, 1)
    (incident,) = run.incidents
    stored = world.get(f"incidents/{incident}").json()
    assert (stored["kind"], stored["country"]) == ("period_aggregate", "XK")
    assert stored["occurred"]["start"] == "1999-03-20"
    lists = world.get(f"incidents/{incident}/lists").json()["data"]
    assert {(one["origin_name"], one["persons"]) for one in lists} == {("EXH", 2), ("ABA", 3)}
    assert patterns(world, incident) == {(1, 1): 1, (1, 0): 1, (0, 1): 2}


def test_a_person_on_two_lists_is_counted_once(world: World) -> None:
    (incident,) = imported(world).incidents
    answer = world.get(f"incidents/{incident}/figures", policy="listed-persons").json()["data"][0]
    assert [one["low"] for one in answer["figures"] if one["sex"] is None] == [4]
    victims = world.get("victims", incident=incident).json()["data"]
    assert sorted(one["external_id"] for one in victims) == ["k1", "k2", "k3", "k4"]
    assert all(one["names"] == [] for one in victims)


def test_the_same_table_twice_stores_nothing_new(world: World) -> None:
    (incident,) = imported(world).incidents
    again = imported(world, assess="listed-persons")
    assert (len(again.stored), len(again.known), again.incidents) == (0, 4, {})
    assert len(world.get("victims", incident=incident).json()["data"]) == 4


def test_a_later_table_of_the_same_title_is_a_later_release_of_its_lists(world: World) -> None:
    (incident,) = imported(world).incidents
    later = replace(OPTIONS, as_of="2001-10-01")
    (same,) = imported(world, b"id,EXH,ABA\nk1,1,0\nk5,1,0\nk3,0,1\nk4,0,1\n", later).incidents
    assert same == incident
    lists = world.get(f"incidents/{incident}/lists").json()["data"]
    assert len(lists) == 4
    newest = next(one for one in lists if one["origin_name"] == "EXH" and one["replaced_by"] is None)
    counts = world.get(newest["changes"].removeprefix("/v1/")).json()["meta"]["counts"]
    assert [counts[name] for name in ("added", "removed", "unchanged")] == [1, 1, 1]
    assert sum(patterns(world, incident, by="origin").values()) == 4
    answer = world.get(f"incidents/{incident}/figures", policy="listed-persons").json()["data"][0]
    assert [one["low"] for one in answer["figures"] if one["sex"] is None] == [4]  # k2 is named no more


def test_lists_can_join_those_of_an_incident_recorded_before(world: World) -> None:
    (incident,) = imported(world).incidents
    options = replace(OPTIONS, incident=incident, title="Another recorder's lists")
    (same,) = imported(world, b"id,HRW\nk2,1\nk9,1\n", options).incidents
    assert same == incident
    assert sum(patterns(world, incident).values()) == 5
    with pytest.raises(NotFound):
        imported(world, TABLE, replace(options, incident="6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"))


def test_what_is_not_read_is_told_with_its_line(world: World) -> None:
    run = imported(world, b"id,A,B\nk1,1,0\nk2,NA,1\nk3,0,0\n")
    assert (len(run.stored), run.skipped) == (1, {3, 4})
    assert [(one.line, one.code) for one in run.findings] == [(3, "not-0-or-1"), (4, "on-no-list")]
