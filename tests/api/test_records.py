"""A record is created, read, listed, changed with a reason, and its history is told."""

from __future__ import annotations

from typing import Any

from tests.worlds import World

INCIDENT: dict[str, Any] = {
    "title": "Attacks in many towns",
    "country": "PK",
    "kind": "campaign",
    "occurred": {"start": "2026-01-30", "end": "2026-02-02", "precision": "days", "basis": "inferred"},
}


def test_an_incident_gets_the_next_code_of_its_country_and_year(world: World) -> None:
    first, second = world.made("incidents", INCIDENT), world.made("incidents", INCIDENT)
    assert (first["code"], second["code"]) == ("PK-2026-0001", "PK-2026-0002")
    assert first["state"] == "draft"


def test_a_code_is_never_given_twice(world: World) -> None:
    world.made("incidents", {**INCIDENT, "code": "PK-2026-0001"})
    assert world.made("incidents", INCIDENT)["code"] == "PK-2026-0002"
    again = world.post("incidents", {**INCIDENT, "code": "PK-2026-0001"})
    assert (again.status_code, again.json()["type"].rsplit("/", 1)[1]) == (409, "already-there")


def test_a_change_needs_the_version_that_was_read_and_a_reason(world: World) -> None:
    made = world.made("incidents", INCIDENT)
    path = f"incidents/{made['id']}"
    assert world.patch(path, {"title": "Another title"}, None).status_code == 428
    assert world.patch(path, {"title": "Another title"}, 2).status_code == 412
    changed = world.patch(path, {"title": "Another title"}, 1)
    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
    assert world.get(path).json()["title"] == "Another title"
    no_reason = world.client.patch(f"/v1/{path}", json={"title": "X"}, headers=world.headers(If_Match='"2"'))
    assert no_reason.status_code == 422


def test_the_history_says_who_what_when_and_why(world: World) -> None:
    made = world.made("incidents", INCIDENT)
    world.patch(f"incidents/{made['id']}", {"title": "Another title"}, 1, who="reviewer")
    first, second = world.get(f"incidents/{made['id']}/history").json()["data"]
    assert (first["action"], second["action"]) == ("incident.create", "incident.change")
    assert first["actor"] == f"member:{world.members['recorder']}"
    assert second["actor"] == f"member:{world.members['reviewer']}"
    assert second["reason"] == {"code": "error_fixed", "note": None}
    assert second["changed"] == {"title": {"before": "Attacks in many towns", "after": "Another title"}}
    assert first["at"] < second["at"]


def test_a_list_gives_every_record_once_however_small_its_pages(world: World) -> None:
    made = {world.made("incidents", INCIDENT)["id"] for _ in range(7)}
    found: list[str] = []
    address: str | None = "/v1/incidents?limit=3"
    while address is not None:
        page = world.client.get(address, headers=world.headers()).json()
        found += [one["id"] for one in page["data"]]
        address = page["links"]["next"]
    assert (len(found), set(found)) == (7, made)


def test_a_cursor_of_another_query_is_refused(world: World) -> None:
    for _ in range(2):
        world.made("incidents", INCIDENT)
    link = world.get("incidents", limit=1).json()["links"]["next"]
    cursor = link.split("cursor=")[1]
    assert world.get("incidents", limit=1, cursor=cursor).status_code == 200
    other = world.get("incidents", limit=1, state="draft", cursor=cursor)
    assert (other.status_code, other.json()["type"].rsplit("/", 1)[1]) == (400, "invalid-cursor")


def test_filters_mean_what_they_say(world: World) -> None:
    world.made("parties", {"code": "armed-group", "name": "The armed group"})
    wanted = world.made(
        "incidents",
        {
            **INCIDENT,
            "causes": ["grenade"],
            "parties": [{"party": "armed-group", "responsibility": "declared"}],
        },
    )
    world.made("incidents", {**INCIDENT, "occurred": {"start": "2025-01-01", "end": "2025-01-01"}})
    world.made(
        "places", {"incident": wanted["id"], "reported_name": "Turbat", "adm1": "PK2", "adm2": "PK217"}
    )
    for filters in (
        {"from": "2026-01-01"},
        {"cause": "small_arms"},
        {"party": "armed-group"},
        {"adm2": "PK217"},
        {"adm1": "PK2", "state": "draft"},
        {"code": wanted["code"]},
        {"kind": "campaign", "from": "2026-01-30", "to": "2026-02-02"},
    ):
        answer = world.get("incidents", **filters).json()
        assert [one["id"] for one in answer["data"]] == [wanted["id"]], filters


def test_an_incremental_read_gives_what_changed_after_a_sequence(world: World) -> None:
    first = world.made("incidents", INCIDENT)
    second = world.made("incidents", INCIDENT)
    world.patch(f"incidents/{first['id']}", {"title": "Another title"}, 1)
    changed = world.get("incidents", updated_since=second["log_sequence"]).json()["data"]
    assert [one["id"] for one in changed] == [first["id"]]


def test_an_unchanged_record_is_not_sent_twice(world: World) -> None:
    made = world.made("sources", {"kind": "agency", "name": "News agency"})
    path = f"/v1/sources/{made['id']}"
    tag = world.client.get(path, headers=world.headers()).headers["etag"]
    again = world.client.get(path, headers=world.headers(If_None_Match=tag))
    assert (again.status_code, again.content) == (304, b"")


def test_a_creation_with_one_key_is_done_once(world: World) -> None:
    key = "4f2d9a"
    first = world.post("incidents", INCIDENT, Idempotency_Key=key)
    again = world.post("incidents", INCIDENT, Idempotency_Key=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert again.headers["idempotency-replayed"] == "true"
    other = world.post("incidents", {**INCIDENT, "title": "Another"}, Idempotency_Key=key)
    assert (other.status_code, other.json()["type"].rsplit("/", 1)[1]) == (422, "idempotency-key-reused")
    assert len(world.get("incidents").json()["data"]) == 1


def test_without_a_token_health_meta_vocabularies_and_what_is_published_answer(world: World) -> None:
    world.made("incidents", INCIDENT)
    for path in ("health", "meta", "vocabularies", "vocabularies/outcome"):
        assert world.get(path, who=None).status_code == 200, path
    # Nothing is published here.
    assert world.get("incidents", who=None).json()["data"] == []
    assert world.get("statistics", who=None, outcome="killed").json()["data"] == []
    for path in ("log", "organisation", "claims", "members", "publications", "incidents?format=csv"):
        answer = world.client.get(f"/v1/{path}")
        assert answer.status_code == 401, path
        assert answer.headers["www-authenticate"].startswith("Bearer")


def test_roles_allow_what_the_table_says(world: World) -> None:
    assert world.post("incidents", INCIDENT, who="viewer").status_code == 403
    assert world.post("incidents", INCIDENT, who="admin").status_code == 403
    assert world.get("incidents", who="admin").status_code == 403
    assert world.get("incidents", who="viewer").status_code == 200
    assert world.get("log", who="recorder").status_code == 403
    assert world.get("log", who="reviewer").status_code == 200


def test_a_place_moves_no_incident_and_a_parent_makes_no_ring(world: World) -> None:
    parent = world.made("incidents", INCIDENT)
    child = world.made("incidents", {**INCIDENT, "kind": "site", "parent": parent["id"]})
    ring = world.patch(f"incidents/{parent['id']}", {"parent": child["id"]}, 1)
    assert (ring.status_code, ring.json()["type"].rsplit("/", 1)[1]) == (409, "incident-cycle")
    tree = world.get(f"incidents/{parent['id']}", include="tree").json()["tree"]
    assert [one["id"] for one in tree["children"]] == [child["id"]]
    above = world.get(f"incidents/{child['id']}", include="tree").json()["tree"]["ancestors"]
    assert [one["id"] for one in above] == [parent["id"]]
