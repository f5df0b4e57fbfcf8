"""Jobs, schedules and webhooks over HTTP: who may, what is shown, and what never is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.histories import dump
from tests.jobs import claimed_by_another, root, shared, worker, world
from tests.worlds import World

__all__ = ["root", "shared", "world"]  # fixtures

NOBODY = "6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"
ASKED: dict[str, Any] = {"kind": "export", "parameters": {"table": "incidents", "folder": "monthly"}}
HOOK = {"url": "https://receiver.example.org/in?key=receivers-own", "types": ["job.done"]}


def problem(answer: Any, status: int, code: str) -> None:
    assert answer.status_code == status, answer.text
    assert answer.json()["type"].endswith(f"/{code}"), answer.text


def test_a_job_is_made_once_for_its_key_followed_and_ended(world: World, root: Path) -> None:
    first = world.post("jobs", ASKED, Idempotency_Key="k1")
    again = world.post("jobs", ASKED, Idempotency_Key="k1")
    assert (first.status_code, again.json()["id"]) == (201, first.json()["id"])
    address = first.headers["location"].removeprefix("/v1/")
    job = world.get(address, "viewer").json()
    assert (job["state"], job["progress"], job["result"]) == ("queued", {"done": 0, "of": None}, None)
    assert job["parameters"] == {"filters": {}, "format": "csv", **ASKED["parameters"]}
    claimed_by_another(world, job["id"], progress=(500, 1_200))
    assert world.get(address).json()["progress"] == {"done": 500, "of": 1_200}
    cancelled = world.post(f"{address}/cancel")
    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")
    problem(world.post(f"{address}/cancel"), 409, "job-ended")
    assert world.post(f"{address}/retry").json()["state"] == "queued"
    problem(world.post(f"{address}/retry"), 409, "job-not-failed")
    assert worker(world, root).drain() == 1
    done = world.get(address).json()
    (file,) = done["result"]["files"]
    assert (done["state"], done["version"], file["rows"]) == ("done", 3, 0)
    assert (root / done["result"]["folder"] / file["name"]).stat().st_size == file["bytes"]
    assert str(root) not in json.dumps(done)


def test_jobs_are_listed_newest_first_in_pages_and_by_state(world: World, root: Path) -> None:
    made = [world.made("jobs", ASKED)["id"] for _ in range(5)]
    page = world.get("jobs", limit=2).json()
    found = [one["id"] for one in page["data"]]
    while page["links"]["next"] is not None:
        page = world.client.get(page["links"]["next"], headers=world.headers()).json()
        found += [one["id"] for one in page["data"]]
    assert found == made[::-1]
    assert world.get("jobs", state="done").json()["data"] == []
    assert len(world.get("jobs", state="queued", kind="export").json()["data"]) == 5
    for asked in ({"stat": "done"}, {"state": "over"}, {"limit": "0"}, {"cursor": "x"}):
        assert world.get("jobs", **asked).status_code == 400


def test_who_may_not_is_told_so_and_foreign_jobs_are_like_missing_ones(world: World, root: Path) -> None:
    job = world.made("jobs", ASKED)["id"]
    hook = world.made("webhooks", HOOK, "admin")["id"]
    schedule = world.made("schedules", {"rhythm": "monthly", **ASKED}, "reviewer")["id"]
    for method, path, body, allowed in (
        ("GET", "jobs", None, {"viewer", "recorder", "reviewer"}),
        ("GET", f"jobs/{job}", None, {"viewer", "recorder", "reviewer"}),
        ("POST", "jobs", ASKED, {"recorder", "reviewer"}),
        ("POST", f"jobs/{job}/cancel", None, {"recorder", "reviewer"}),
        ("GET", "schedules", None, {"viewer", "recorder", "reviewer", "admin"}),
        ("POST", "schedules", {"rhythm": "yearly", **ASKED}, {"reviewer"}),
        ("POST", f"schedules/{schedule}/pause", None, {"reviewer", "admin"}),
        ("GET", "webhooks", None, {"reviewer", "admin"}),
        ("GET", f"webhooks/{hook}/deliveries", None, {"reviewer", "admin"}),
        ("POST", "webhooks", HOOK, {"reviewer", "admin"}),
        ("POST", f"webhooks/{hook}/rotate", None, {"reviewer", "admin"}),
    ):
        for who in ("viewer", "recorder", "reviewer", "admin"):
            answer = world.client.request(method, f"/v1/{path}", json=body, headers=world.headers(who))
            assert (answer.status_code != 403) == (who in allowed), (method, path, who, answer.text)
    for path in ("jobs", "schedules", "webhooks"):
        problem(world.get(f"{path}/{NOBODY}", "reviewer"), 404, "not-found")
    for path in (f"jobs/{NOBODY}/retry", f"schedules/{NOBODY}/resume", f"webhooks/{NOBODY}/enable"):
        problem(world.post(path, None, "reviewer"), 404, "not-found")
    problem(world.post(f"webhooks/{hook}/deliveries/{NOBODY}/replay", None, "admin"), 404, "not-found")


def test_what_a_job_is_asked_with_is_refused_by_member_and_never_repeated(world: World) -> None:
    asked = {"kind": "export", "parameters": {"table": "incidents", "filters": {"canary41": "canary41"}}}
    for path, body in (("jobs", asked), ("schedules", {"rhythm": "monthly", **asked})):
        answer = world.post(path, body, "reviewer")
        problem(answer, 422, "unknown-field")
        assert [one["pointer"] for one in answer.json()["errors"]] == ["/parameters/filters"]
        assert "canary41" not in answer.text
    answer = world.post("schedules", {"rhythm": "cron", "cron": "canary41", **ASKED}, "reviewer")
    problem(answer, 422, "invalid-cron")
    assert "canary41" not in answer.text


def test_a_schedule_is_made_paused_resumed_and_removed(world: World) -> None:
    asked = {"rhythm": "monthly", "day": 31, "label": "For the board", **ASKED}
    made = world.made("schedules", asked, "reviewer")
    path = f"schedules/{made['id']}"
    assert made["next_due"].endswith("T00:00:00.000000Z")
    assert world.post(f"{path}/pause", None, "admin").json()["next_due"] is None
    problem(world.post(f"{path}/pause", None, "admin"), 409, "no-such-step")
    assert world.post(f"{path}/resume", None, "admin").json()["next_due"] == made["next_due"]
    assert [one["id"] for one in world.get("schedules").json()["data"]] == [made["id"]]
    assert world.post(f"{path}/remove", None, "reviewer").json()["state"] == "removed"
    assert world.get("schedules").json()["data"] == []
    often = world.made("schedules", {"rhythm": "cron", "cron": "* * * * *", **ASKED}, "reviewer")
    assert often["next_due"].endswith(":00.000000Z")
    assert world.get(path).json()["label"] == "For the board"
    assert world.get("jobs", schedule=made["id"]).json()["data"] == []


def test_a_secret_is_shown_once_and_by_no_other_route(world: World) -> None:
    sent = {"Idempotency_Key": "k1"}
    made = world.post("webhooks", HOOK, "admin", **sent)
    assert made.status_code == 201
    hook = made.json()
    first = hook.pop("secret")
    assert first.startswith("whsec_")
    path = f"webhooks/{hook['id']}"
    assert world.get(path, "reviewer").json() == hook
    rotated = world.post(f"{path}/rotate", None, "reviewer").json()
    second = rotated.pop("secret")
    assert rotated["both_sign_until"] is not None
    shown = [
        world.get(one, "reviewer").text
        for one in ("webhooks", path, f"{path}/deliveries", "log", "jobs", "meta", f"webhooks/{NOBODY}")
    ]
    shown += [world.post(f"{path}/{verb}", None, "admin").text for verb in ("enable", "remove", "rotate")]
    shown += [json.dumps(list(rows.values())) for name, rows in dump(world.url).items() if name != "webhook"]
    for text in shown:
        assert first not in text
        assert second not in text


def test_an_address_nearby_is_refused_without_the_setting(world: World) -> None:
    for url, code in (
        ("http://receiver.example.org/", "plain-http"),
        ("https://127.0.0.1/", "address-refused"),
        ("https://user:word@receiver.example.org/", "credentials-in-url"),
        ("nonsense", "invalid-url"),
    ):
        answer = world.post("webhooks", {**HOOK, "url": url}, "admin")
        problem(answer, 422, code)
        assert [one["pointer"] for one in answer.json()["errors"]] == ["/url"]
    problem(world.post("webhooks", {**HOOK, "types": ["job.gone"]}, "admin"), 422, "unknown-code")
