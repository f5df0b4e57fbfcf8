"""Standard tables and the monthly brief as jobs: of the period before, whole, with what is read beside."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from db import door
from db.canonical import parse
from db.queries import jobs as queries
from db.tables.webhooks import delivery
from domain.errors import Invalid
from domain.schedules import period_before
from domain.vocab import JobState
from services.jobs import kinds, outbox, queue
from services.jobs.deployment import Deployment
from services.jobs.lease import Lease, Pace
from services.webhooks import endpoints
from tests.entries import assessed, figure
from tests.jobs import own_folder, root, row_of, shared, whole, worker, world
from tests.published import released_now
from tests.worlds import World

__all__ = ["root", "shared", "world"]  # fixtures


def asked(world: World, root: Path, kind: str, parameters: dict[str, Any]) -> str:
    with world.database.writing() as connection:
        delivers = Deployment(delivery_dir=root)
        return queue.create(connection, world.actor(), delivers, kind, parameters).id


def last(period: str) -> tuple[str, str]:
    return period_before(period, datetime.now(UTC))


def test_a_table_of_the_month_before_is_delivered_with_its_proof_beside_it(world: World, root: Path) -> None:
    first, _ = last("last-month")
    assessed(world, figure(low=33), day=first)
    id = asked(world, root, "table", {"table": "monthly", "asked": {"period": "last-month"}, "format": "csv"})
    worker(world, root).drain()
    row = row_of(world, id)
    assert row.state == "done", row.error_detail
    (file,) = own_folder(world, root).rglob("monthly-*.csv")
    assert "total,killed,,,,,,33,33,0,1" in file.read_text(encoding="utf-8")
    assert whole(file)
    beside = json.loads((file.parent / f"{file.name}.proof.json").read_text(encoding="utf-8"))
    assert beside["proof"]
    assert beside["meta"]["asked"]["from"] == first
    assert beside["meta"]["log_sequence"] == json.loads(row.result)["log_sequence"]


def test_the_quarterly_note_is_of_the_quarter_before(world: World, root: Path) -> None:
    first, end = last("last-quarter")
    assessed(world, figure("boys", 3, sex="male", age_low=0, age_high=17), day=first)
    asked(
        world,
        root,
        "table",
        {"table": "mrm-quarterly", "asked": {"period": "last-quarter"}, "format": "html"},
    )
    worker(world, root).drain()
    (page,) = own_folder(world, root).rglob("mrm-quarterly-*.html")
    assert f"{first} to {end}" in page.read_text(encoding="utf-8")


def test_the_brief_of_the_month_before_is_delivered_as_page_and_pdf(world: World, root: Path) -> None:
    first, _ = last("last-month")
    assessed(world, figure(low=33), day=first)
    id = asked(world, root, "brief", {})
    worker(world, root).drain()
    assert row_of(world, id).state == "done", row_of(world, id).error_detail
    names = sorted(file.name for file in own_folder(world, root).rglob("brief-*") if file.suffix != ".sha256")
    seq = json.loads(row_of(world, id).result)["log_sequence"]
    assert names == [f"brief-{first[:7]}-{seq}.html", f"brief-{first[:7]}-{seq}.pdf"]


Told = list[tuple[int, int | None]]


def in_hand(world: World, root: Path, id: str, at: int | None = None) -> tuple[Told, str]:
    """Do a job, cancelled when it tells of its step ``at``; give what it told, and how it ended."""
    now = door.now()
    with world.database.writing() as connection:
        held = queries.claim(connection, world.organisation, "a-worker", now, queue.later(now, 60))
    assert held is not None
    assert held.id == id
    told: Told = []
    with Lease(world.database, held, Pace(lease_s=60, beat_s=60)) as lease:

        def progress(done: int, of: int | None) -> None:
            if done == at and (done, of) not in told:
                with world.database.writing() as connection:
                    queue.cancel(connection, world.actor(), id)
            told.append((done, of))
            lease.progress(done, of)

        context = kinds.Context(
            world.database,
            queue.worker_of(world.organisation),
            Deployment(delivery_dir=root),
            *(id, 1, held.known_seq, held.created_at, progress, lease.confirm),
        )
        kind = kinds.of_name(held.kind)
        try:
            kind.run(context, kinds.read(kind, parse(held.parameters), context.deployment))
        except kinds.Lost:
            return told, "lost"
    with world.database.writing() as connection:
        assert queries.end(connection, held, JobState.DONE, {"finished_at": door.now()})
    return told, "done"


KINDS: dict[str, tuple[dict[str, Any], int, dict[int, int]]] = {
    "table": ({"table": "monthly", "format": "csv"}, 2, {1: 0}),
    "brief": ({"outcomes": ["killed", "injured"]}, 4, {1: 0, 3: 2}),
}
"""Kinds of jobs: parameters, how many steps, and how many files are there when cancelled at each step."""


@pytest.mark.parametrize("kind", KINDS)
def test_a_job_tells_each_step_and_stops_at_the_one_where_it_is_cancelled(
    world: World, root: Path, kind: str
) -> None:
    parameters, steps, left = KINDS[kind]
    assessed(world, figure(low=33), day=last("last-month")[0])
    for at, files in left.items():
        told, how = in_hand(world, root, asked(world, root, kind, {**parameters, "folder": f"at-{at}"}), at)
        assert (told, how) == ([(done, steps) for done in range(at + 1)], "lost")
        assert len(list((own_folder(world, root) / f"at-{at}").iterdir())) == files
    told, how = in_hand(world, root, asked(world, root, kind, parameters))
    assert (told, how) == ([(done, steps) for done in range(steps + 1)], "done")


def test_a_release_is_told_of_and_delivered_as_it_was_approved(world: World, root: Path) -> None:
    early = asked(world, root, "release", {})
    worker(world, root).drain()
    assert (row_of(world, early).state, row_of(world, early).error_code) == ("failed", "not-found")
    with world.database.writing() as connection:
        endpoints.create(
            connection,
            world.actor("admin"),
            Deployment(),
            "https://receiver.example.org/",
            [outbox.RELEASE_APPROVED, outbox.RELEASE_WITHDRAWN],
        )
    assessed(world, figure(low=33))
    release: dict[str, Any] = released_now(world)
    id = asked(world, root, "release", {})
    worker(world, root).drain()
    assert row_of(world, id).state == "done", row_of(world, id).error_detail
    (file,) = own_folder(world, root).rglob("release-1.zip")
    assert file.read_bytes() == world.get("releases/1/archive").content
    steps = len(release["files"]) + 1  # each file into the archive, and the archive
    row = row_of(world, id)
    assert (row.progress_done, row.progress_of) == (steps, steps)
    assert json.loads(row.result)["release"] == {
        "number": 1,
        **{name: release[name] for name in ("digest", "population", "population_sha256")},
    }
    again = asked(world, root, "release", {"folder": "cancelled"})
    said, how = in_hand(world, root, again, at=steps - 1)
    # The files are read, and before the archive is written the database is asked whether it is wanted.
    assert (said, how) == ([(done, steps) for done in (*range(1, steps), steps - 1)], "lost")
    assert list((own_folder(world, root) / "cancelled").iterdir()) == []
    withdrawn = world.post(
        "releases/1/withdraw", {"reason": {"code": "error_fixed", "note": "A cell was wrong."}}, "second"
    )
    assert withdrawn.status_code == 200, withdrawn.text
    with world.database.reading() as connection:
        bodies = [
            parse(row.body)
            for row in connection.execute(sa.select(delivery).order_by(delivery.c.created_at, delivery.c.id))
        ]
    told = {one["type"]: one["data"] for one in bodies}
    assert told["release.approved"]["digest"] == release["digest"]
    assert told["release.approved"]["links"] == {"release": "/v1/releases/1"}
    assert told["release.withdrawn"]["reason_code"] == "error_fixed"
    assert "wrong" not in str(told)  # words may name a person or a place


@pytest.mark.parametrize(
    ("kind", "parameters", "pointer"),
    [
        ("table", {"table": "yearly"}, "/parameters/table"),
        ("table", {"table": "monthly", "format": "geojson"}, "/parameters/format"),
        ("table", {"table": "monthly", "asked": {"quarter": "2026-Q1"}}, "/parameters/asked/quarter"),
        ("table", {"table": "monthly", "asked": {"period": "last-week"}}, "/parameters/asked"),
        ("table", {"table": "monthly", "asked": {"colour": "red"}}, "/parameters/asked/"),
        ("table", {"table": "list-membership"}, "/parameters/asked/incident"),
        ("brief", {"outcomes": ["hurt"]}, "/parameters/outcomes"),
        ("brief", {"outcomes": []}, "/parameters/outcomes"),
        ("brief", {"folder": "../elsewhere"}, "/parameters/folder"),
    ],
)
def test_what_a_job_cannot_do_is_refused_when_it_is_made(
    kind: str, parameters: dict[str, Any], pointer: str, tmp_path: Path
) -> None:
    with pytest.raises(Invalid) as refused:
        kinds.read(kinds.of_name(kind), parameters, Deployment(delivery_dir=tmp_path))
    assert refused.value.faults[0].pointer == pointer
