"""Connections that never say what they ask, heads and bodies without an end; what every answer carries."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import httpx
import psutil  # type: ignore[import-untyped]  # comes with the test server's package
import pytest

from api.actions import ACTIONS, OPEN
from cli.connections import MOST_HEAD_BYTES, Impatient
from tests.contract.test_access import DOCUMENT, request_of
from tests.contract.test_gate import connected, served
from tests.scores import Score
from tests.servers import Process
from tests.worlds import World, make_world

HALF_OPEN = 100
META = b"GET /v1/meta HTTP/1.1\r\nHost: x\r\n"
POST = b"POST /v1/incidents HTTP/1.1\r\nHost: x\r\n"
CLOSE = b"Connection: close\r\n"
OVERRIDE = b"X-HTTP-Method-Override: GET\r\nContent-Length: 0\r\n"


class Quick(Impatient):
    """As the command serves, and with less patience."""

    head_seconds = 0.5


@contextmanager
def opened(address: str) -> Iterator[socket.socket]:
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        yield connection


def whole(connection: socket.socket) -> bytes:
    """Give all that comes until the other side closes."""
    parts = []
    while part := connection.recv(65_536):
        parts.append(part)
    return b"".join(parts)


def test_connections_that_say_nothing_are_closed_while_others_are_answered(
    sqlite_world: World,
) -> None:
    world = sqlite_world
    with served(world, http=Quick) as address, ExitStack() as stack:
        silent = [stack.enter_context(opened(address)) for _ in range(HALF_OPEN)]
        for place, one in enumerate(silent):
            if place % 3 == 1:
                one.sendall(META)
            elif place % 3 == 2:
                one.sendall(META + b"\r\n")  # a whole request, and half of the next
                assert one.recv(65_536).startswith(b"HTTP/1.1 200")
                one.sendall(META)
        with connected(address, world.headers("viewer")) as client:
            assert client.get("/v1/incidents").status_code == 200
            began = time.monotonic()
            for one in silent:
                whole(one)  # ends when it is closed; the time-out of the socket fails the test
            assert time.monotonic() - began < 10
            # Who is answered keeps the connection.
            assert client.get("/v1/incidents").status_code == 200


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        (META + b"X: " + b"a" * MOST_HEAD_BYTES + b"\r\n\r\n", 431, "headers-too-large"),
        (b"GET /v1/meta?" + b"a" * MOST_HEAD_BYTES + b" HTTP/1.1\r\n\r\n", 431, "headers-too-large"),
        (b"GET\x00/v1/meta HTTP/1.1\r\n\r\n", 400, "malformed"),
        # Two lengths: whoever stands in front may read another one than we do.
        (META + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, "malformed"),
        (META + b"No colon here\r\n\r\n", 400, "malformed"),
        (META.replace(b"Host:", b"Host :") + b"\r\n", 400, "malformed"),
        (META + b"X: one\r\n two\r\n\r\n", 400, "malformed"),
        (META + b"X: one\rtwo\r\n\r\n", 400, "malformed"),
        (META + b"X: one\0two\r\n\r\n", 400, "malformed"),
        (META.replace(b"\r\n", b"\n") + b"\n", 400, "malformed"),
        (POST + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} ", 400, "malformed"),
        (POST + b"Transfer-Encoding: gzip, identity\r\n\r\n0\r\n\r\n", 400, "malformed"),
        (b"GET /v1/meta HTTP/1.1\r\nConnection: close\r\n\r\n", 400, "malformed"),
        (META + CLOSE + b"Host: y\r\n\r\n", 400, "malformed"),
        (b"GET /v1/meta HTTP/1.1\r\nHost:\r\n" + CLOSE + b"\r\n", 400, "malformed"),
        (b"GET /v1/meta HTTP/1.1\r\nHost: x/y\r\n" + CLOSE + b"\r\n", 400, "malformed"),
        (META.replace(b"GET", b"TRACE") + CLOSE + b"\r\n", 405, "method-not-allowed"),
        (POST.replace(b"incidents", b"meta") + OVERRIDE + CLOSE + b"\r\n", 405, "method-not-allowed"),
    ],
)
def test_what_is_no_request_or_can_be_read_in_two_ways_is_a_problem_and_the_end(
    sqlite_world: World, sent: bytes, status: int, code: str
) -> None:
    with served(sqlite_world, http=Impatient) as address, opened(address) as connection:
        connection.sendall(sent)
        head, _, body = whole(connection).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d" % status)
    assert b"application/problem+json" in head
    problem = json.loads(body)
    assert (problem["status"], problem["type"].rsplit("/", 1)[1]) == (status, code)


def test_a_host_is_named_once_and_an_old_request_needs_none(sqlite_world: World) -> None:
    with served(sqlite_world, http=Impatient) as address:
        for sent in (
            b"GET /v1/meta HTTP/1.0\r\n\r\n",
            META + CLOSE + b"\r\n",
            META.replace(b"Host: x", b"Host: [::1]:8000") + CLOSE + b"\r\n",
            META.replace(b"Host: x", b"Host: record.example.org:443") + CLOSE + b"\r\n",
        ):
            with opened(address) as connection:
                connection.sendall(sent)
                assert whole(connection).startswith(b"HTTP/1.1 200"), sent


def test_a_token_is_taken_from_one_header_alone_and_the_host_said_by_a_proxy_counts_for_nothing(
    sqlite_world: World,
) -> None:
    token = sqlite_world.tokens["viewer"].encode()
    asked = b"GET /v1/reports HTTP/1.1\r\nHost: x\r\n" + CLOSE
    shown = b"Authorization: Bearer " + token
    refused = [
        asked + shown + b"\r\n" + shown + b"\r\n\r\n",
        asked + shown + b" more\r\n\r\n",
        asked + shown.replace(b"Bearer ", b"Bearer \xc3\xa9") + b"\r\n\r\n",
        asked + shown.replace(b"Bearer", b"Token") + b"\r\n\r\n",
        asked.replace(b"reports", b"reports?access_token=" + token) + b"\r\n",
        asked + b"Cookie: token=" + token + b"\r\n\r\n",
    ]
    with served(sqlite_world, http=Impatient) as address:
        for sent in refused:
            with opened(address) as connection:
                connection.sendall(sent)
                answer = whole(connection)
            assert answer.startswith(b"HTTP/1.1 401"), sent.replace(token, b"...")
            assert token not in answer
        answers = []
        for more in (b"", b"X-Forwarded-Host: elsewhere.example\r\nX-Forwarded-Proto: gopher\r\n"):
            with opened(address) as connection:
                connection.sendall(asked + shown + b"\r\n" + more + b"\r\n")
                answers.append(whole(connection).partition(b"\r\n\r\n")[2])
    assert answers[0] == answers[1]
    assert b"elsewhere" not in answers[1]


def test_a_body_that_does_not_come_is_refused_in_time_and_leaves_no_mark(url: str) -> None:
    world = make_world(url, body_seconds=0.5)
    head = (
        "POST /v1/incidents HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n"
        f"Authorization: Bearer {world.tokens['recorder']}\r\n\r\n"
    )
    with served(world, http=Impatient) as address, opened(address) as connection:
        connection.sendall(head.encode() + b'{"title"')
        began = time.monotonic()
        answer = whole(connection)
        assert time.monotonic() - began < 10
        assert answer.startswith(b"HTTP/1.1 408")
        assert b"/problems/request-timeout" in answer
        with connected(address, world.headers("recorder")) as client:
            assert client.get("/v1/incidents").json()["data"] == []


def test_a_body_of_two_hundred_megabytes_grows_memory_by_less_than_twenty(
    sqlite_world: World, score: Score
) -> None:
    world = sqlite_world
    process = Process(world.url).ready()
    try:
        with httpx.Client(base_url=process.address, headers=world.headers(), timeout=60) as client:
            assert client.get("/v1/incidents").status_code == 200
            before = psutil.Process(process.pid).memory_info().rss
            most = before

            def body() -> Iterator[bytes]:
                nonlocal most
                for _ in range(200):
                    yield b" " * 1_000_000
                    most = max(most, psutil.Process(process.pid).memory_info().rss)

            try:
                answer = client.post(
                    "/v1/incidents", content=body(), headers={"Content-Type": "application/json"}
                )
                assert answer.status_code == 413
            except (httpx.WriteError, httpx.ReadError):
                pass  # it was refused, and the line closed while there was more to send
            most = max(most, psutil.Process(process.pid).memory_info().rss)
            grown = (most - before) / 1e6
            score("megabytes that a body of 200 megabytes grows the service by", grown, at_most=20)
            assert grown < 20
            assert client.get("/v1/incidents").json()["data"] == []
    finally:
        process.kill()


def test_every_answer_says_what_a_browser_may_do_and_what_is_not_public_is_kept_nowhere(
    sqlite_world: World,
) -> None:
    lacking = []
    for path, operations in DOCUMENT["paths"].items():
        for method, operation in operations.items():
            asked: dict[str, Any] = request_of(operation, path)
            asked["headers"] |= sqlite_world.headers("reviewer")
            answer = sqlite_world.client.request(method, **asked)
            name = operation["operationId"]
            found = answer.headers
            if "default-src 'none'" not in found["content-security-policy"]:
                lacking.append(f"{name}: policy")
            if "script-src" in found["content-security-policy"]:
                lacking.append(f"{name}: scripts")
            for header, value in (
                ("x-content-type-options", "nosniff"),
                ("referrer-policy", "no-referrer"),
                ("cross-origin-resource-policy", "same-origin"),
            ):
                if found.get(header) != value:
                    lacking.append(f"{name}: {header}")
            if ACTIONS[name] != OPEN and found.get("cache-control") != "no-store":
                lacking.append(f"{name}: {answer.status_code} may be kept")
            if "server" in found:
                lacking.append(f"{name}: says what serves it")
    assert not lacking
    docs = sqlite_world.client.get("/docs").headers["content-security-policy"]
    assert "script-src 'self'" in docs
    assert "http" not in docs
