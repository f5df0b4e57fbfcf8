"""Every kind of credential in every state that is not valid: refused, in one gate and in the same words."""

from __future__ import annotations

import base64
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from services import organisations
from tests.histories import tampering
from tests.servers import serving
from tests.worlds import World

DAY = {"start": "2026-01-31", "end": "2026-01-31"}
KINDS = ("personal", "service", "password")
"""A member's token, a service's, and a service's shown as the password of a spreadsheet."""
REVOKED_WITHIN_S = 1.0
WORKING = 50
"""Requests that are answered before it is revoked."""


def issued(world: World, kind: str, roles: list[str]) -> organisations.Issued:
    """Issue a credential of a kind with these roles; its secret is kept under the kind's name."""
    operator = organisations.operator(world.organisation)
    with world.database.writing() as connection:
        if kind == "personal":
            world.members[kind] = organisations.add_member(connection, operator, "Member", roles)
            made = organisations.issue_token(connection, operator, label=kind, member=world.members[kind])
        else:
            made = organisations.issue_token(connection, operator, label=kind, roles=roles)
    world.tokens[kind] = made.secret
    return made


def shown(world: World, kind: str) -> dict[str, str]:
    """Give the headers with which a credential of a kind is shown."""
    if kind != "password":
        return world.headers(kind)
    said = base64.b64encode(f"anybody:{world.tokens[kind]}".encode()).decode()
    return {"Authorization": f"Basic {said}"}


def asked(world: World, kind: str, path: str = "incidents") -> Any:
    return world.client.get(f"/v1/{path}", headers=shown(world, kind))


def expire(world: World, made: organisations.Issued, kind: str) -> None:
    with tampering(world.url) as connection:
        said = {"at": "2026-01-01T00:00:00.000000Z", "id": made.id}
        connection.execute(sa.text("UPDATE token SET expires_at = :at WHERE id = :id"), said)


def revoke(world: World, made: organisations.Issued, kind: str) -> None:
    with world.database.writing() as connection:
        organisations.revoke_token(connection, organisations.operator(world.organisation), made.id)


def disable(world: World, made: organisations.Issued, kind: str) -> None:
    with world.database.writing() as connection:
        operator = organisations.operator(world.organisation)
        organisations.deactivate_member(connection, operator, world.members[kind])


def misspell(world: World, made: organisations.Issued, kind: str) -> None:
    last = world.tokens[kind][-1]
    world.tokens[kind] = world.tokens[kind][:-1] + ("A" if last != "A" else "B")


ENDS: dict[str, Callable[[World, organisations.Issued, str], None]] = {
    "expired": expire,
    "revoked": revoke,
    "disabled": disable,
    "misspelt": misspell,
}


CASES = [(kind, end) for kind in KINDS for end in ENDS if end != "disabled" or kind == "personal"]
"""Only a member is disabled."""


@pytest.mark.parametrize(("kind", "end"), CASES)
def test_a_credential_that_is_over_is_refused_in_the_words_for_one_that_never_was(
    world: World, kind: str, end: str
) -> None:
    made = issued(world, kind, ["viewer"])
    assert asked(world, kind).status_code == 200
    ENDS[end](world, made, kind)
    refused = asked(world, kind)
    unknown = world.client.get("/v1/incidents", headers={"Authorization": "Bearer cht_never_was"})
    assert (refused.status_code, refused.content) == (401, unknown.content)


@pytest.mark.parametrize("kind", KINDS)
def test_a_credential_of_another_organisation_finds_what_is_here_as_little_as_what_never_was(
    world: World, kind: str
) -> None:
    here = world.made("incidents", {"title": "Attack", "occurred": DAY})["id"]
    with world.database.writing() as connection:
        other = organisations.found(connection, "Other Recorder")
    away = replace(world, organisation=other, tokens={}, members={})
    issued(away, kind, ["viewer"])
    foreign, missing = (asked(away, kind, f"incidents/{id}") for id in (here, str(uuid.uuid4())))
    assert (foreign.status_code, foreign.content) == (404, missing.content)
    assert asked(away, kind).json()["data"] == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_credential_without_the_role_writes_nothing(world: World, kind: str) -> None:
    issued(world, kind, ["viewer"])
    body = {"title": "Attack", "occurred": DAY}
    answer = world.client.post("/v1/incidents", json=body, headers=shown(world, kind))
    # As a password a credential is not even looked at where something is written.
    assert answer.status_code == (401 if kind == "password" else 403)
    assert world.get("incidents").json()["data"] == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_credential_that_may_write_is_no_password(world: World, kind: str) -> None:
    issued(world, kind, ["recorder"])
    assert asked(world, kind).status_code == (401 if kind == "password" else 200)


@pytest.mark.parametrize("kind", ["personal", "password"])
def test_a_credential_that_is_revoked_during_a_hundred_requests_a_second_works_no_second_longer(
    world: World, kind: str
) -> None:
    made = issued(world, kind, ["viewer"])
    answered: list[tuple[float, int]] = []
    over = threading.Event()

    def ask(client: httpx.Client) -> None:
        while not over.is_set():
            status = client.get("/v1/organisation", headers=shown(world, kind)).status_code
            answered.append((time.monotonic(), status))
            time.sleep(0.03)

    with serving(world.url, wait_seconds=30) as address, httpx.Client(base_url=address, timeout=30) as client:
        threads = [threading.Thread(target=ask, args=(client,)) for _ in range(4)]
        for one in threads:
            one.start()
        deadline = time.monotonic() + 30
        while sum(status == 200 for _, status in list(answered)) < WORKING:
            assert time.monotonic() < deadline, "nobody is answered"
            time.sleep(0.01)
        revoke(world, made, kind)
        since = time.monotonic()
        time.sleep(REVOKED_WITHIN_S)
        over.set()
        for one in threads:
            one.join()
    late = [at - since for at, status in answered if at > since and status == 200]
    assert max(late, default=0) <= REVOKED_WITHIN_S
    assert [status for at, status in answered if at > since][-4:] == [401] * 4
