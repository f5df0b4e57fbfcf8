"""Who may ask for what: every operation of the document as every role, against the policy table."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from typing import Any

import pytest
from fastapi import APIRouter

from api import actions
from api import app as composition
from api.actions import ACTIONS, OPEN, PART_OF
from api.app import ROUTERS, create_app
from api.openapi import FILE
from domain.access import MEMBERS_ONLY, POLICY
from tests.docs.test_methodology import ROOT
from tests.scores import Score
from tests.worlds import ROLES, World

PRINCIPALS: dict[str | None, list[str]] = {None: [], "service": ["recorder", "reviewer"]}
PRINCIPALS.update(ROLES)
"""Who asks, and with which roles; None shows no token."""
DOCUMENT: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))


BODIES: dict[str, dict[str, Any]] = {
    "create_incident": {"title": "Attack", "occurred": {"start": "2026-01-31", "end": "2026-01-31"}},
    "create_overlap": {
        "aggregate": str(uuid.uuid4()),
        "incident": str(uuid.uuid4()),
        "kind": "background",
        "outcome": "killed",
    },
}
"""Where members must fit each other, which their own examples do not."""


def example(schema: dict[str, Any]) -> Any:
    """Give a value that a schema shows, with what it requires."""
    if "$ref" in schema:
        return example(DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    if schema.get("examples"):
        return schema["examples"][0]
    required = schema.get("required", ())
    return {name: example(one) for name, one in schema.get("properties", {}).items() if name in required}


def request_of(operation: dict[str, Any], path: str) -> dict[str, Any]:
    """Give a request that fits the document, of records that are not there."""
    query, headers = {}, {}
    for one in operation.get("parameters", ()):
        shown = one["schema"].get("examples", [one.get("example")])[0]
        if one["in"] == "path":
            named = "uuid" not in json.dumps(one["schema"])
            path = path.replace(f"{{{one['name']}}}", str(shown) if named else str(uuid.uuid4()))
        elif one["in"] == "query" and one.get("required"):
            query[one["name"]] = shown
        elif one["in"] == "header" and one["name"] == "If-Match":
            headers["If-Match"] = '"1"'
    sent = BODIES.get(operation["operationId"])
    if sent is None and "requestBody" in operation:
        sent = example(next(iter(operation["requestBody"]["content"].values()))["schema"])
    return {"url": path, "params": query, "headers": headers, "json": sent}


PUBLISHED = {"list_incident", "read_incident", "statistics"}
"""Answered from what is published to whom shows no token, or a dashboard's key."""


def allowed(who: str | None, act: str, operation: str) -> bool:
    if act == OPEN or (operation in PUBLISHED and who in (None, "dashboard")):
        return True
    return bool(set(PRINCIPALS[who]) & POLICY[act]) and (who != "service" or act not in MEMBERS_ONLY)


def test_every_operation_is_open_to_the_roles_of_its_act_and_to_nobody_else(
    world: World, score: Score
) -> None:
    wrong, cells = [], Counter[str]()
    for path, operations in DOCUMENT["paths"].items():
        for method, operation in operations.items():
            act = ACTIONS[operation["operationId"]]
            for who in PRINCIPALS:
                asked = request_of(operation, path)
                asked["headers"] |= world.headers(who)
                status = world.client.request(method, **asked).status_code
                if operation["operationId"] == "create_session":
                    # Open to whoever shows a password, which this is not; who guesses on has to wait.
                    cells["refused"] += 1
                    right = status in (401, 429)
                elif allowed(who, act, operation["operationId"]):
                    cells["allowed"] += 1
                    right = status not in (401, 403) and status < 500
                else:
                    cells["refused"] += 1
                    right = status == (401 if who is None else 403)
                if not right:
                    wrong.append(f"{operation['operationId']} as {who}: {status}")
    assert not wrong, "\n".join(wrong)
    assert min(cells["allowed"], cells["refused"]) > 200
    assert cells.total() == len(ACTIONS) * len(PRINCIPALS)
    score("operations x callers held against the policy table (0 wrong)", cells.total())


def test_every_act_of_the_policy_is_some_routes_or_the_commands() -> None:
    """What no route names is done by the command on the server alone."""
    assert set(POLICY) - set(ACTIONS.values()) - set(PART_OF) == {"import.run"}


def test_a_route_without_a_declared_action_stops_the_app(monkeypatch: pytest.MonkeyPatch) -> None:
    stray = APIRouter()
    stray.get("/stray", operation_id="stray")(lambda: None)
    monkeypatch.setattr(composition, "ROUTERS", (*ROUTERS, stray))
    composition._routes.cache_clear()
    try:
        with pytest.raises(RuntimeError, match="stray has no declared action"):
            create_app()
    finally:
        composition._routes.cache_clear()


def test_a_declared_action_without_a_route_stops_the_app() -> None:
    routes = [route for router in ROUTERS[1:] for route in router.routes]
    with pytest.raises(RuntimeError, match="health is declared and not served"):
        actions.check(routes)


def test_the_page_shows_the_policy_as_it_is() -> None:
    page = (ROOT / "docs" / "access.md").read_text(encoding="utf-8")
    assert "\n".join(actions.matrix()) in page, (
        "run: python -m api.actions, and put the table into docs/access.md"
    )
