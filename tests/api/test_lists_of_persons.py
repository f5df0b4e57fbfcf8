"""An incident's lists over HTTP: sizes, what a release changed, and who stands on which."""

from __future__ import annotations

from typing import Any

import pytest

from domain.drafts import SourceDraft
from exchange.drafts import ListingRow
from services.list_imports import ListSeries, import_list
from tests.worlds import World

# The shape of the February and April 2024 lists of Gaza in small, with made-up persons: some removed, some
# added, some described otherwise.
FIRST = (("1", "male", 30), ("2", "female", 7), ("3", "female", None), ("4", "male", 61))
SECOND = (("2", "female", 8), ("3", "female", 40), ("4", "male", 61), ("5", "male", 1), ("6", "unknown", 2))


def row(line: int, id: str | None, sex: str, age: int | None) -> ListingRow:
    name = f"Person {id or line}"
    return ListingRow(
        line=line, row=line, key=f"{id}-{line}", name=name, external_id=id, age_low=age, age_high=age, sex=sex
    )


def release(
    world: World,
    day: str,
    persons: tuple[tuple[str | None, str, int | None], ...],
    source: str = "Ministry of Health",
    incident: str | None = None,
    **of_source: Any,
) -> str:
    """Import a release of a source's list; give the incident."""
    series = ListSeries(
        reader=f"list-of-{source.casefold()}",
        source=SourceDraft(kind="hospital", name=source, **of_source),
        title="List of the dead",
        country="PS",
        start="2023-10-07",
        incident=incident,
    )
    rows = [row(line, *person) for line, person in enumerate(persons, 1)]
    with world.database.writing() as connection:
        run = import_list(
            connection,
            world.actor(),
            series,
            rows,
            as_of=day,
            file_name="list.csv",
            sha256=day.ljust(64, "0"),
        )
    (found,) = run.incidents
    return found


@pytest.fixture
def incident(world: World) -> str:
    release(world, "2024-02-19", FIRST)
    return release(world, "2024-04-29", SECOND)


def lists(world: World, incident: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = world.get(f"incidents/{incident}/lists").json()["data"]
    return found


def changes(world: World, one: dict[str, Any], **query: Any) -> dict[str, Any]:
    answer = world.get(one["changes"].removeprefix("/v1/"), **query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_an_incident_s_lists_are_told_in_order_with_what_replaced_them(world: World, incident: str) -> None:
    first, second = lists(world, incident)
    assert [one["as_of"] for one in (first, second)] == ["2024-02-19", "2024-04-29"]
    assert [one["persons"] for one in (first, second)] == [4, 5]
    assert first["origin_name"] == "Ministry of Health"
    assert (first["before"], first["replaced_by"]) == (None, second["report"])
    assert (second["before"], second["replaced_by"]) == (first["report"], None)


def test_a_release_tells_what_it_added_removed_and_changed(world: World, incident: str) -> None:
    first, second = lists(world, incident)
    answer = changes(world, second)
    assert answer["meta"]["against"] == first["report"]
    assert answer["meta"]["counts"] == {
        "added": 2,
        "removed": 1,
        "changed": 2,
        "unchanged": 1,
        "fields": {"age": 2, "sex": 0, "status": 0, "outcome": 0},
        "without_id": 0,
        "without_id_before": 0,
    }
    assert [one["change"] for one in answer["data"]] == ["added", "added", "removed", "changed", "changed"]
    assert [one["fields"] for one in answer["data"]] == [
        {},
        {},
        {},
        {"age": {"before": [7, 7], "after": [8, 8]}},
        {"age": {"before": None, "after": [40, 40]}},
    ]
    gone = answer["data"][2]
    assert gone["now"] is None
    listing = world.get(gone["before"].removeprefix("/v1/")).json()
    assert (listing["report"], listing["row"]) == (first["report"].rpartition("/")[2], 1)
    assert "Person 2" not in world.get(second["changes"].removeprefix("/v1/")).text


def test_the_first_list_of_an_origin_added_everybody(world: World, incident: str) -> None:
    answer = changes(world, lists(world, incident)[0])
    assert answer["meta"]["against"] is None
    assert [answer["meta"]["counts"][name] for name in ("added", "removed", "changed")] == [4, 0, 0]


def test_changes_are_paged_without_loss_and_asked_for_by_kind(world: World, incident: str) -> None:
    second = lists(world, incident)[1]
    whole = changes(world, second)["data"]
    found: list[dict[str, Any]] = []
    page = changes(world, second, limit=2)
    while True:
        found += page["data"]
        following = page["links"]["next"]
        if following is None:
            break
        page = world.client.get(following, headers=world.headers()).json()
    assert found == whole
    assert changes(world, second, change="removed")["data"] == [whole[2]]
    other = changes(world, second, change="added", limit=1)["links"]["next"]
    cursor = other.partition("cursor=")[2].partition("&")[0]
    refused = world.get(second["changes"].removeprefix("/v1/"), change="removed", cursor=cursor)
    assert refused.json()["type"].endswith("/invalid-cursor")


def test_who_has_no_id_is_neither_added_nor_removed(world: World) -> None:
    release(world, "2024-02-19", (("1", "male", 30), (None, "female", 7)))
    incident = release(world, "2024-04-29", (("1", "male", 30), (None, "female", 7), (None, "male", 9)))
    counts = changes(world, lists(world, incident)[1])["meta"]["counts"]
    assert [counts[name] for name in ("added", "removed", "unchanged")] == [0, 0, 1]
    assert (counts["without_id_before"], counts["without_id"]) == (1, 2)
    assert [one["without_id"] for one in lists(world, incident)] == [1, 2]


def test_a_person_who_stands_twice_on_a_list_is_compared_once(world: World) -> None:
    release(world, "2024-02-19", (("1", "male", 30), ("1", "male", 31)))
    incident = release(world, "2024-04-29", (("1", "male", 30), ("1", "male", 30), ("2", "male", 1)))
    counts = changes(world, lists(world, incident)[1])["meta"]["counts"]
    assert [counts[name] for name in ("added", "removed", "changed", "unchanged")] == [1, 0, 0, 1]
    assert [(one["persons"], one["listings"]) for one in lists(world, incident)] == [(1, 2), (2, 3)]


def test_one_person_on_lists_of_different_origins_is_linked_by_the_exact_id(world: World) -> None:
    incident = release(world, "2024-04-29", SECOND)
    release(world, "2024-05-01", (("2", "female", 9), ("7", "male", 50)), "Another recorder", incident)
    assert [one["persons"] for one in lists(world, incident)] == [5, 2]
    figures = world.get(f"incidents/{incident}/figures", policy="listed-persons").json()["data"][0]
    assert [one["low"] for one in figures["figures"] if one["sex"] is None] == [6]
    # A release of one origin is compared with its own, and with nobody else's.
    assert changes(world, lists(world, incident)[1])["meta"]["against"] is None


def test_the_matrix_has_a_row_a_person_and_nobody_s_name_or_id(world: World) -> None:
    incident = release(world, "2024-04-29", SECOND)
    release(world, "2024-05-01", (("2", "female", 9), ("7", "male", 50)), "Another recorder", incident)
    answer = world.get(f"incidents/{incident}/list-membership").json()
    assert [one["label"] for one in answer["data"]["columns"]] == ["Ministry of Health", "Another recorder"]
    assert answer["data"]["patterns"] == [
        {"on": [1, 1], "persons": 1},
        {"on": [1, 0], "persons": 4},
        {"on": [0, 1], "persons": 1},
    ]
    assert answer["data"]["rows"] == [[1, 1], [1, 0], [1, 0], [1, 0], [1, 0], [0, 1]]
    assert answer["meta"] == {"persons": 6, "on_none": 0}
    csv = world.client.get(
        f"/v1/incidents/{incident}/list-membership?format=csv", headers=world.headers(Accept="text/csv")
    )
    assert csv.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert csv.content == b"Ministry of Health,Another recorder\r\n1,1\r\n" + b"1,0\r\n" * 4 + b"0,1\r\n"


def test_a_column_an_origin_is_its_newest_list(world: World, incident: str) -> None:
    by_list = world.get(f"incidents/{incident}/list-membership").json()
    labels = [one["label"] for one in by_list["data"]["columns"]]
    assert labels == ["Ministry of Health 2024-02-19", "Ministry of Health 2024-04-29"]
    assert by_list["meta"] == {"persons": 6, "on_none": 0}
    by_origin = world.get(f"incidents/{incident}/list-membership", by="origin").json()
    assert by_origin["data"]["patterns"] == [{"on": [1], "persons": 5}]
    assert by_origin["meta"] == {"persons": 5, "on_none": 1}


def test_a_confidential_source_is_not_named_in_the_matrix(world: World) -> None:
    incident = release(world, "2024-04-29", SECOND, "Somebody at the morgue", confidential=True)
    answer = world.get(f"incidents/{incident}/list-membership").json()
    assert [one["label"] for one in answer["data"]["columns"]] == ["source 1"]


def test_an_incident_without_lists_has_an_empty_matrix(world: World) -> None:
    occurred = {"start": "2026-01-30", "end": "2026-01-30"}
    incident = world.made("incidents", {"title": "Attack", "country": "PK", "occurred": occurred})["id"]
    assert lists(world, incident) == []
    answer = world.get(f"incidents/{incident}/list-membership").json()
    assert answer["data"] == {"columns": [], "patterns": [], "rows": []}
    # A table without columns is none.
    assert world.get(f"incidents/{incident}/list-membership", format="csv").status_code == 404


def test_what_is_no_list_of_the_incident_is_not_found(world: World, incident: str) -> None:
    nobody = "6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"
    assert world.get(f"incidents/{nobody}/lists").status_code == 404
    assert world.get(f"incidents/{nobody}/list-membership").status_code == 404
    assert world.get(f"incidents/{incident}/lists/{nobody}/changes").status_code == 404
    refused = world.client.get(f"/v1/incidents/{incident}/lists", headers=world.headers(Accept="image/png"))
    assert refused.status_code == 406
