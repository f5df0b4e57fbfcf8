"""Jobs, schedules and webhooks as people use them in a terminal, with a worker beside."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from standardwebhooks.webhooks import Webhook

from db import door, kinds
from db.engine import open_database
from services import organisations
from services.records import new_id
from tests.cli.test_command import Shell, shell
from tests.receivers import receiving
from tests.servers import ROOT

__all__ = ["shell"]  # the fixture

ON_SQLITE = pytest.mark.parametrize("backend", ["sqlite"])
"""For what a command says and a process does, which no database changes; services are tried on both."""
JOB = ("job", "export", "parties", "--folder", "monthly")


@pytest.fixture
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    found = tmp_path / "out"
    found.mkdir()
    monkeypatch.setenv("CIVHARM_DELIVERY_DIR", str(found))
    monkeypatch.setenv("CIVHARM_WEBHOOK_NETWORKS", "127.0.0.0/8")
    monkeypatch.setenv("CIVHARM_WEBHOOK_PLAIN_HTTP", "true")
    return found


def test_a_job_is_made_done_shown_and_told_of(shell: Shell, out: Path) -> None:
    with receiving() as receiver:
        secret = shell.run("webhook", "create", receiver.address, token=shell.reviewer).strip()
        assert "shown this once" in shell.errors
        id = shell.run(*JOB).strip()
        assert f"{id}  " in shell.run("job", "list", "--state", "queued")
        assert shell.run("worker", "--once") == "1 jobs done or tried.\n"
        told = shell.run("job", "show", id)
        assert "export  done  0 of 0" in told
        assert "monthly/parties-" in told
        ((headers, body),) = receiver.requests
        assert Webhook(secret).verify(body, headers)["data"]["job"] == id
        listed = shell.run("webhook", "list", token=shell.reviewer)
        assert secret not in listed
        hook = listed.split()[0]
        shown = shell.run("webhook", "deliveries", hook, token=shell.reviewer)
        assert "delivered" in shown
        assert "1. " in shown
        assert "status 204" in shown
        message = shown.split()[0]
        shell.run("webhook", "replay", hook, message, token=shell.reviewer)
        shell.run("worker", "--once")
        assert [one["webhook-id"] for one, _ in receiver.requests] == [headers["webhook-id"]] * 2
        renewed = shell.run("webhook", "rotate", hook, token=shell.reviewer).strip()
        assert renewed != secret
        assert shell.run("webhook", "remove", hook, token=shell.reviewer) == "Removed.\n"
        assert "was removed" in shell.run("webhook", "enable", hook, token=shell.reviewer, code=1)


@ON_SQLITE
def test_a_wrong_word_is_said_and_nothing_is_made(
    shell: Shell,
    out: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert "asks for something that is not there" in shell.run(*JOB, "--filter", "coed=x", code=1)
    assert "NAME=VALUE" in shell.run(*JOB, "--filter", "coed", code=2)
    assert "each filter once" in shell.run(*JOB, "--filter", "code=x", "--filter", "code=y", code=2)
    assert "is not one of 'queued'" in shell.run("job", "list", "--state", "over", code=2)
    assert "JSON object" in shell.run("job", "create", "export", "[]", code=2)
    assert "no such kind" in shell.run("job", "create", "telegram", code=1)
    words = ("schedule", "export", "parties")
    assert "five cron fields" in shell.run(*words, "--cron", "* * *", token=shell.reviewer, code=1)
    assert "roles do not allow" in shell.run(*words, code=1)
    monkeypatch.delenv("CIVHARM_WEBHOOK_PLAIN_HTTP")
    told = shell.run("webhook", "create", "http://localhost/", token=shell.reviewer, code=1)
    assert "CIVHARM_WEBHOOK_PLAIN_HTTP" in told
    monkeypatch.delenv("CIVHARM_DELIVERY_DIR")
    assert "CIVHARM_DELIVERY_DIR" in shell.run(*JOB, code=1)
    assert shell.run("job", "list") == ""
    monkeypatch.setenv("CIVHARM_WEBHOOK_NETWORKS", "nonsense")
    with pytest.raises(ValueError, match="webhook_networks"):
        shell.run("job", "list")


@ON_SQLITE
def test_a_schedule_is_made_listed_paused_and_removed(shell: Shell, out: Path) -> None:
    words = (
        "schedule",
        "export",
        "statistics",
        "--filter",
        "outcome=killed",
        "--filter",
        "period=last-month",
    )
    id = shell.run(*words, "--day", "31", "--label", "Board", token=shell.reviewer).strip()
    assert "first due" in shell.errors
    assert f"{id}  monthly on day 31  export  due " in shell.run("schedule", "list")
    assert shell.run("schedule", "pause", id, token=shell.reviewer) == "Paused.\n"
    assert "paused  Board" in shell.run("schedule", "list")
    assert shell.run("schedule", "resume", id, token=shell.reviewer).startswith("Due ")
    assert shell.run("schedule", "remove", id, token=shell.reviewer) == "Removed.\n"
    assert shell.run("schedule", "list") == ""
    assert shell.run("worker", "--once") == "0 jobs done or tried.\n"


def many_parties(url: str) -> None:
    database = open_database(url)
    content = {"name": "A party with a long name " * 8, "side": None, "visibility": "organisation"}
    with database.writing() as connection:
        actor = organisations.operator(organisations.the_one(connection, None))
        codes = (f"party-{number}" for number in range(3_000))
        door.record(
            connection,
            actor,
            (door.Act("create", kinds.PARTY, new_id(), 1, {**content, "code": code}) for code in codes),
        )
    database.close()


@ON_SQLITE
def test_a_worker_that_is_told_to_end_ends_and_one_who_waits_sees_the_job_go(
    shell: Shell,
    out: Path,
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "cli.main", "worker"],
        cwd=ROOT,
        env={**os.environ, "CIVHARM_DATABASE_URL": shell.url},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    assert process.stderr.readline() == "The worker waits for jobs.\n"
    with receiving() as receiver:
        secret = shell.run("webhook", "create", receiver.address, token=shell.reviewer).strip()
        id = shell.run(*JOB).strip()
        told = shell.run("job", "show", "--wait", id)
        assert "export  done" in told
        deadline = time.monotonic() + 20
        while not receiver.requests:
            assert time.monotonic() < deadline, "the message was not sent"
            time.sleep(0.02)
    many_parties(shell.url)
    long = shell.run("job", "export", "parties", "--folder", "long", "--format", "xlsx").strip()
    # On a busy machine it may be over before anybody looks; what is asserted holds all the same.
    while not any(out.glob("*/long/*")):
        assert time.monotonic() < deadline, "the job was not begun"
        time.sleep(0.001)
    process.send_signal(signal.SIGTERM)
    watch = threading.Timer(20, process.kill)
    watch.start()
    after = shell.run("job", "export", "parties", "--folder", "after").strip()
    assert process.wait() == 0
    watch.cancel()
    # The job in hand was ended, and none was begun after it.
    assert "export  done" in shell.run("job", "show", long)
    assert f"{after}  " in shell.run("job", "list", "--state", "queued")
    shell.run("job", "cancel", after)
    # Neither where messages go nor what signs them is for a log.
    logged = process.stderr.read()
    process.stderr.close()
    assert secret not in logged
    assert str(receiver.port) not in logged
    assert len(list(out.rglob("parties-*.csv"))) == 1
    assert list(out.rglob(".*")) == []
    cancelled = shell.run(*JOB).strip()
    assert shell.run("job", "cancel", cancelled) == "Cancelled.\n"
    assert "export  cancelled" in shell.run("job", "show", cancelled, code=1)
    assert shell.run("job", "retry", cancelled) == "Queued again.\n"
