"""Signing in at an identity provider: a real one in a process of its own, and one that was tampered with."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from joserfc.jwk import RSAKey
from pydantic import SecretStr, ValidationError

from config import Settings
from db import door
from services.people.oidc import Client, Provider
from tests.histories import tampering
from tests.providers import CLIENT, Between, between, provider, sign_in_there
from tests.worlds import World, make_world


@pytest.fixture(scope="module")
def behind() -> Iterator[str]:
    with provider() as address:
        yield address


@pytest.fixture
def front(behind: str) -> Iterator[Between]:
    with between(behind) as found:
        yield found


@pytest.fixture
def there(url: str, front: Between) -> Iterator[World]:
    """An organisation whose deployment has a provider, with somebody who accepted as ``c``."""
    found = make_world(url, oidc_issuer=front.address, site_url="http://localhost:8000", **CLIENT)
    with found.client:
        secret = found.made("invitations", {"name": "Member C", "roles": ["recorder"]}, "admin")["secret"]
        begun = come_back(found, found.post("oidc/invitations", {"secret": secret}, None), "c")
        assert begun.status_code == 201, begun.text
        found.tokens["c"], found.members["c"] = begun.json()["secret"], begun.json()["member"]
        yield found


def start(world: World, **asked: str) -> Any:
    return world.client.get("/v1/oidc/start", params=asked, follow_redirects=False)


def cookie_of(answer: Any) -> str:
    return str(answer.headers["set-cookie"]).partition(";")[0]


def call_back(world: World, asked: dict[str, str], cookie: str) -> Any:
    world.client.cookies.clear()
    return world.client.get("/v1/oidc/callback", params=asked, headers={"Cookie": cookie})


def come_back(world: World, begun: Any, subject: str) -> Any:
    """Sign in at the provider after ``begun`` and come back."""
    assert begun.status_code in (201, 303), begun.text
    return call_back(world, sign_in_there(begun.json()["location"], subject), cookie_of(begun))


def code_of(answer: Any) -> str:
    return str(answer.json()["type"]).rpartition("/")[2]


def test_who_accepted_with_an_identity_signs_in_with_it_and_nobody_else_does(there: World) -> None:
    me = there.get("me", "c").json()
    assert (me["kind"], me["name"], me["roles"]) == ("session", "Member C", ["recorder"])
    begun = start(there)
    assert begun.status_code == 303
    assert begun.headers["location"] == begun.json()["location"]
    assert "HttpOnly" in begun.headers["set-cookie"]
    assert come_back(there, begun, "c").json()["member"] == me["member"]
    stranger = come_back(there, start(there), "somebody.else")
    assert (stranger.status_code, code_of(stranger)) == (401, "not-authenticated")


def test_the_code_is_bound_to_whoever_began_by_pkce(there: World, front: Between) -> None:
    begun = start(there)
    asked = parse_qs(urlsplit(begun.json()["location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert come_back(there, begun, "c").status_code == 201
    assert front.challenges["shown"] == asked["code_challenge"][0]


def test_what_was_begun_is_taken_once_by_the_browser_that_began_it_within_ten_minutes(there: World) -> None:
    begun = start(there)
    back = sign_in_there(begun.json()["location"], "c")
    assert call_back(there, back, "civharm-flow=another").status_code == 401
    assert call_back(there, back, cookie_of(begun)).status_code == 401, "it was taken by the wrong browser"
    begun = start(there)
    back = sign_in_there(begun.json()["location"], "c")
    assert call_back(there, back, cookie_of(begun)).status_code == 201
    assert call_back(there, back, cookie_of(begun)).status_code == 401
    fresh = start(there)
    state = parse_qs(urlsplit(fresh.json()["location"]).query)["state"][0]
    replayed = call_back(there, {**back, "state": state}, cookie_of(fresh))
    assert replayed.status_code == 401, "the provider takes a code once"
    late = start(there)
    with tampering(there.url) as connection:
        connection.execute(sa.text("UPDATE oidc_flow SET expires_at = :now"), {"now": door.now()})
    assert come_back(there, late, "c").status_code == 401


def test_who_says_no_at_the_provider_is_not_signed_in(there: World) -> None:
    begun = start(there)
    state = parse_qs(urlsplit(begun.json()["location"]).query)["state"][0]
    assert call_back(there, {"state": state, "error": "access_denied"}, cookie_of(begun)).status_code == 401


NOW = int(time.time())


WRONG: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"nonce": "another"}, {}),
    ({"nonce": None}, {}),
    ({"aud": "another"}, {}),
    ({"aud": ["civharm", "another"]}, {}),
    ({"aud": ["civharm", "another"], "azp": "another"}, {}),
    ({"aud": None}, {}),
    ({"iss": "http://localhost:1"}, {}),
    ({"iss": None}, {}),
    ({"exp": NOW - 120}, {}),
    ({"exp": None}, {}),
    ({"exp": "tomorrow"}, {}),
    ({"iat": NOW + 7_200, "exp": NOW + 9_000}, {}),
    ({"sub": ""}, {}),
    ({"sub": None}, {}),
    ({"sub": "x" * 256}, {}),
    ({}, {"alg": "none"}),
    ({}, {"kid": "never-was"}),
]


def test_an_identity_that_is_not_right_in_one_point_is_refused(there: World, front: Between) -> None:
    front.forge()
    there.client.app.state.provider = Provider(there.client.app.state.provider.client)  # type: ignore[attr-defined]
    assert come_back(there, start(there), "c").status_code == 201, "a right one is taken"
    for claims, header in WRONG:
        front.forge(**claims)
        front.header = header
        refused = come_back(there, start(there), "c")
        assert (refused.status_code, code_of(refused)) == (401, "not-authenticated"), (claims, header)


def test_a_key_that_is_new_at_the_provider_is_learned_and_not_asked_for_at_every_turn(
    there: World, front: Between
) -> None:
    now = [0.0]
    client: Client = there.client.app.state.provider.client  # type: ignore[attr-defined]
    there.client.app.state.provider = Provider(client, clock=lambda: now[0])  # type: ignore[attr-defined]
    front.forge()
    assert come_back(there, start(there), "c").status_code == 201
    front.key = RSAKey.generate_key(2048, {"kid": "second"})
    front.asked.clear()
    assert [come_back(there, start(there), "c").status_code for _ in range(3)] == [401] * 3
    assert "/jwks" not in front.asked, "unknown keys make nobody ask again within a minute"
    now[0] += 61
    assert come_back(there, start(there), "c").status_code == 201
    assert front.asked.count("/jwks") == 1


def test_an_identity_is_linked_by_whoever_is_signed_in_and_by_no_token(there: World) -> None:
    token = there.post("oidc/link", None, "viewer")
    assert (token.status_code, code_of(token)) == (409, "no-session")
    linked = come_back(there, there.post("oidc/link", None, "c"), "c.at.home")
    assert linked.json()["member"] == there.members["c"]
    assert come_back(there, start(there), "c.at.home").json()["member"] == there.members["c"]
    again = come_back(there, there.post("oidc/link", None, "c"), "c.at.home")
    assert (again.status_code, code_of(again)) == (409, "already-there")
    begun = there.post("oidc/link", None, "c")
    there.client.delete("/v1/sessions/current", headers=there.headers("c"))
    assert come_back(there, begun, "c.abroad").status_code == 401, "the session that began it is over"


def test_without_a_provider_there_is_none_and_with_one_nobody_between_reads(world: World) -> None:
    assert code_of(start(world)) == "no-provider"
    with pytest.raises(ValidationError, match="https"):
        Settings(
            oidc_issuer="http://identity.example.org", oidc_client_id="a", oidc_client_secret=SecretStr("b")
        )
    with pytest.raises(ValidationError, match="CLIENT_ID"):
        Settings(oidc_issuer="https://identity.example.org")


def test_a_provider_that_is_away_or_says_it_is_another_is_told_of(url: str, front: Between) -> None:
    for issuer in ("http://localhost:1", front.address + "/"):
        name, several = f"Recorder {issuer}", {"several_organisations": True}
        world = make_world(url, name, oidc_issuer=issuer, **several, **CLIENT)
        with world.client:
            away = start(world)
            assert (away.status_code, code_of(away)) == (503, "provider-unavailable")
