"""The page on webhooks: its receiver runs as it is printed, and its tables are those of the code."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

from domain.networks import networks
from services.jobs import outbox
from services.jobs.deployment import Deployment
from services.jobs.worker import ERRORS as JOB_ERRORS
from services.webhooks.sending import ERRORS, send

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "webhooks.md").read_text(encoding="utf-8")
KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_AAAAr8GKYqrTwjUPD8ILPZIo2LaLaSwAAAA"
BODY = '{"type":"job.done","data":{"files":[{"name":"incidents-42.csv","rows":3}]}}'


def test_the_receiver_of_the_page_takes_what_verifies_once_and_nothing_else() -> None:
    (snippet,) = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    nearby = Deployment(networks=networks(["127.0.0.1"]), plain_http=True)
    process = subprocess.Popen(
        [sys.executable, "-c", snippet],
        env={**os.environ, "WEBHOOK_SECRET": KEY, "PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )

    def sent(message: str, *keys: str) -> int | None:
        return send(f"http://127.0.0.1:{port}/in", message, BODY, keys, nearby).status

    try:
        deadline = time.monotonic() + 20
        while sent("msg_0", OTHER) is None:
            assert time.monotonic() < deadline, "the receiver does not start"
            time.sleep(0.05)
        statuses = [
            sent(*one) for one in (("msg_1", KEY), ("msg_1", KEY), ("msg_2", OTHER, KEY), ("msg_3", OTHER))
        ]
    finally:
        process.kill()
        told, _ = process.communicate(timeout=10)
    assert statuses == [204, 204, 204, 401]
    assert told == "job.done incidents-42.csv 3 rows\n" * 2


def test_the_page_names_every_event_and_every_error() -> None:
    first = [
        cell
        for row in re.findall(r"^\| (.*?) \|", PAGE, re.MULTILINE)
        for cell in re.findall(r"`(.*?)`", row)
    ]
    assert sorted(first) == sorted([*outbox.EVENTS, *ERRORS])


def test_the_operators_page_names_every_error_of_a_job() -> None:
    page = (DOCS / "operating.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^\| `([a-z-]+)` \|", page, re.MULTILINE)) == sorted(JOB_ERRORS)
