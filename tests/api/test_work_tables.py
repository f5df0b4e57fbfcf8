"""Jobs, schedules, webhooks and the messages to them as tables: the rows of the JSON, and never a secret."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from exchange.formats import formats_of
from exchange.layouts import OTHERS
from services.jobs import outbox
from tests.jobs import changed, root, shared, worker, world
from tests.worlds import World

__all__ = ["root", "shared", "world"]  # fixtures

ASKED: dict[str, Any] = {"kind": "export", "parameters": {"table": "parties", "folder": "monthly"}}
HOOK = {
    "url": "https://receiver.example.org/in/receivers-own",
    "types": ["job.done", "job.failed"],
    "label": "Ours",
}


@pytest.fixture
def busy(world: World, root: Path) -> World:
    """A record with a job that was done and one that waits, two schedules, a webhook and two messages."""
    world.made("parties", {"code": "armed-group", "name": "The armed group"})
    hook = world.made("webhooks", HOOK, "admin")
    world.members["hook"], world.tokens["secret"] = hook["id"], hook["secret"]
    world.made("jobs", ASKED)
    assert worker(world, root).drain() == 1
    world.made("jobs", ASKED)
    for day in (2, 3):
        world.made("schedules", {"rhythm": "monthly", "day": day, **ASKED}, "reviewer")
    with world.database.writing() as connection:
        outbox.tell(connection, world.organisation, "job.done", {"job": "an-id"})
    return world


def address_of(world: World, name: str) -> str:
    return f"webhooks/{world.members['hook']}/deliveries" if name == "deliveries" else name


def lines(world: World, address: str, **asked: Any) -> list[dict[str, Any]]:
    answer = world.get(address, "reviewer", format="jsonl", **asked)
    assert answer.status_code == 200, answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


@pytest.mark.parametrize("name", ["jobs", "schedules", "webhooks", "deliveries"])
def test_a_list_of_work_leaves_whole_in_every_format_as_the_json_has_it(busy: World, name: str) -> None:
    address = address_of(busy, name)
    rows = busy.get(address, "reviewer").json()["data"]
    assert len(rows) == {"webhooks": 1}.get(name, 2)
    found = lines(busy, address)
    assert [one["id"] for one in found] == [one["id"] for one in rows]
    for one, row in zip(found, rows, strict=True):
        assert tuple(one) == OTHERS[name].names
        for member in one.keys() & row.keys() - {"parameters", "types", "body", "attempts"}:
            assert one[member] == row[member], member
    for format in formats_of(OTHERS[name]):
        answer = busy.get(address, "reviewer", format=format.name)
        assert (answer.status_code, answer.headers["civharm-rows"]) == (200, str(len(rows))), format.name
        for secret in (busy.tokens["secret"], "whsec_", "receivers-own"):
            assert secret.encode() not in answer.content
    assert busy.get(address, "reviewer", format="csv", limit=1).status_code == 400


def test_a_job_s_row_says_what_it_made_and_a_webhook_s_its_host_alone(busy: World) -> None:
    waiting, done = lines(busy, "jobs")
    assert (waiting["state"], waiting["files"], waiting["folder"]) == ("queued", None, None)
    job = busy.get(f"jobs/{done['id']}").json()
    (file,) = job["result"]["files"]
    assert (done["files"], done["files_sha256"], done["folder"]) == (
        file["name"],
        file["sha256"],
        job["result"]["folder"],
    )
    assert done["result_log_sequence"] == job["result"]["log_sequence"]
    assert json.loads(done["parameters"]) == job["parameters"]
    assert [one["id"] for one in lines(busy, "jobs", state="done")] == [done["id"]]
    assert lines(busy, "jobs", kind="release") == []
    (hook,) = lines(busy, "webhooks")
    assert (hook["host"], hook["types"]) == ("receiver.example.org", "job.done; job.failed")


def test_the_tag_of_a_table_of_jobs_follows_the_work_which_no_log_tells_of(busy: World) -> None:
    def asked(tag: str | None = None) -> Any:
        more = {} if tag is None else {"If_None_Match": tag}
        return busy.client.get("/v1/jobs?format=csv", headers=busy.headers("viewer", **more))

    first = asked()
    tag = first.headers["etag"]
    assert asked(tag).status_code == 304
    (waiting, *_) = csv.DictReader(io.StringIO(first.text, newline=""))
    changed(busy, waiting["id"], {"progress_done": 7})
    again = asked(tag)
    assert again.status_code == 200
    assert next(csv.DictReader(io.StringIO(again.text, newline="")))["progress_done"] == "7"
    assert again.headers["civharm-log-sequence"] == first.headers["civharm-log-sequence"]
    head = busy.client.head("/v1/jobs?format=csv", headers=busy.headers("viewer"))
    assert (head.status_code, head.headers["etag"]) == (200, again.headers["etag"])


def test_who_may_not_read_a_list_of_work_gets_no_table_and_a_foreign_webhook_is_not_there(
    busy: World,
) -> None:
    for who, address in (
        ("admin", "jobs"),
        ("viewer", "webhooks"),
        ("viewer", address_of(busy, "deliveries")),
    ):
        assert busy.get(address, who, format="csv").status_code == 403
    foreign = busy.get(address_of(busy, "deliveries"), busy.stranger(), format="csv")
    assert foreign.status_code == 404
    for noun in ("jobs", "schedules", "webhooks"):
        assert len(busy.get(noun, "reviewer", format="csv").text.splitlines()) > 1
        assert len(busy.get(noun, busy.stranger(), format="csv").text.splitlines()) == 1
    unknown = busy.get("jobs", format="geojson")
    assert "Use one of: json, csv" in unknown.json()["errors"][0]["detail"]
