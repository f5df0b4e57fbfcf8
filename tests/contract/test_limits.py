"""How often somebody may ask, and who is believed about where a request came from."""

from __future__ import annotations

import asyncio
from ipaddress import ip_network
from typing import Any

import pytest

from api.limits import Buckets, Limits, block_of
from tests.worlds import World, make_world


def code_of(answer: Any) -> str:
    return str(answer.json()["type"]).rpartition("/")[2]


@pytest.fixture
def limited(url: str) -> Any:
    found = make_world(
        url, requests_per_minute=10, address_requests_per_minute=40, trusted_proxies="10.0.0.0/8"
    )
    with found.client:
        yield found


def test_a_credential_that_asks_too_often_is_told_for_how_long_to_wait(limited: World) -> None:
    statuses = [limited.get("me", "viewer").status_code for _ in range(10)]
    assert statuses == [200] * 10
    over = limited.get("me", "viewer")
    assert (over.status_code, code_of(over)) == (429, "too-many-requests")
    assert over.headers["content-type"] == "application/problem+json"
    assert 1 <= int(over.headers["Retry-After"]) <= 6
    assert limited.get("me", "recorder").status_code == 200, "others are not kept waiting by it"


def test_an_address_that_asks_too_often_waits_whatever_it_shows(limited: World) -> None:
    statuses = [limited.get("meta", None).status_code for _ in range(41)]
    assert statuses == [200] * 40 + [429]
    assert limited.get("me", "recorder").status_code == 429
    assert limited.get("health", None).status_code == 200


def test_a_token_that_is_guessed_at_is_slowed_and_its_holder_is_not_kept_out(limited: World) -> None:
    assert limited.get("me", "viewer").status_code == 200
    right = limited.tokens["viewer"]
    statuses = []
    for number in range(7):
        limited.tokens["guess"] = f"{right[:13]}{number:043d}"
        statuses.append(limited.get("me", "guess").status_code)
    assert statuses[:5] == [401] * 5
    assert 429 in statuses[5:]


def test_a_bucket_fills_again_evenly() -> None:
    now = [0.0]
    buckets = Buckets(60, lambda: now[0])
    assert [buckets.take(b"a") for _ in range(60)] == [0.0] * 60
    assert buckets.take(b"a") == pytest.approx(1.0)
    now[0] += 1
    assert buckets.take(b"a") == 0.0
    assert buckets.take(b"a") > 0
    assert buckets.take(b"b") == 0.0


@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [
        ("203.0.113.9", None, "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "192.0.2.7, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "192.0.2.7, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", None, "10.0.0.1"),
        ("10.0.0.1", "nonsense", "nonsense"),
    ],
)
def test_only_what_our_proxies_wrote_is_believed(peer: str, forwarded: str | None, found: str) -> None:
    seen: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["client"][0])

    limits = Limits(app, minute=100, address_minute=100, proxies=[ip_network("10.0.0.0/8")])
    headers = [] if forwarded is None else [(b"x-forwarded-for", forwarded.encode())]
    scope = {"type": "http", "path": "/v1/me", "headers": headers, "client": (peer, 1)}
    asyncio.run(limits(scope, None, None))  # type: ignore[arg-type]  # the app asks for neither
    assert seen == [found]


def test_an_ipv6_network_is_one_customer() -> None:
    assert block_of("2001:db8:1:2:3::4") == block_of("2001:db8:1:2::5") != block_of("2001:db8:1:3::4")
    assert block_of("::ffff:192.0.2.1") == "192.0.2.1"


def test_a_wrong_credential_keeps_no_right_one_of_the_same_address_out(limited: World) -> None:
    assert limited.get("me", "viewer").status_code == 200
    limited.tokens["over"] = "cht_00000000_never"
    statuses = {limited.get("me", "over").status_code for _ in range(10)}
    assert statuses == {401, 429}
    for number in range(22):
        limited.tokens["other"] = f"cht_{number:08d}_never"
        limited.get("me", "other")
    assert limited.get("me", "viewer").status_code == 200
