"""The OpenAPI document: committed, complete, and what the app gives."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from api.app import create_app
from api.openapi import FILE, text_of
from api.problems import MEDIA_TYPE
from api.v1.release_files import FILES
from api.v1.statistics import EXAMPLE
from api.v1.tables import FORMATS as TABLE_FORMATS
from exchange.formats import formats_of
from exchange.layouts import LAYOUTS, OTHERS
from tests.worlds import World

OTHER_MEDIA = {
    "GET /v1/incidents/{id}/list-membership": ("text/csv",),
    "GET /v1/incidents/{id}/corroboration": ("image/svg+xml",),
    "GET /v1/releases/{release}/files/{name}": FILES,
    "GET /v1/public/releases/{id}/files/{name}": FILES,
    "GET /v1/public/tables/{name}": ("text/csv",),
}
"""Operations that answer in other media types than JSON when asked."""
LAYOUT_OF = {
    "GET /v1/public/incidents": "public-incidents",
    "GET /v1/incidents/{id}/lists": "incident-lists",
    "GET /v1/incidents/{id}/lists/{report}/changes": "list-changes",
    "GET /v1/incidents/{id}/persons": "persons-on-day",
    "GET /v1/incidents/{id}/series": "series",
    "GET /v1/incidents/{id}/supersessions": "supersession-proposals",
    "GET /v1/statistics/changes": "statistics-changes",
    "GET /v1/statistics/revisions": "statistics-revisions",
    "GET /v1/releases/{release}/diff/{other}": "release-diff",
    "GET /v1/webhooks/{id}/deliveries": "deliveries",
}
"""Lists whose layout has another name than their address."""
ONLY_MEDIA = {
    "GET /v1/brief": ("application/pdf", "text/html"),
    "GET /v1/package": ("application/zip",),
    "GET /v1/releases/{release}/archive": ("application/zip",),
    "GET /v1/sdmx/structure": ("application/vnd.sdmx.structure+xml",),
}
"""Operations that answer in other media types than JSON alone."""

METHODS = {"get", "post", "put", "patch", "delete", "head", "options", "trace"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, found in document["paths"].items():
        assert set(found) <= METHODS
        for method, operation in found.items():
            yield f"{method.upper()} {path}", operation


def test_the_committed_document_is_what_the_app_gives() -> None:
    assert FILE.read_text(encoding="utf-8") == text_of(create_app()), "run: python -m api.openapi"


def test_every_field_says_what_it_is_and_shows_an_example(document: dict[str, Any]) -> None:
    lacking = []
    for name, schema in document["components"]["schemas"].items():
        assert schema.get("type") == "object", name
        assert schema.get("description"), name
        for member, shown in schema["properties"].items():
            if not shown.get("description") or not shown.get("examples"):
                lacking.append(f"{name}.{member}")
    assert not lacking


def media_of(name: str) -> set[str]:
    """Give the media types that an address answers in."""
    if name in ONLY_MEDIA:
        return set(ONLY_MEDIA[name])
    if name == "GET /v1/tables/{name}":
        return {"application/json", *(one.media for one in TABLE_FORMATS)}
    noun = LAYOUT_OF.get(name) or name.removeprefix("GET /v1/").removeprefix("gazetteer/")
    layout = EXAMPLE if noun == "statistics" else {**LAYOUTS, **OTHERS}.get(noun)
    tables = () if layout is None or not name.startswith("GET") else formats_of(layout)
    return {"application/json", *OTHER_MEDIA.get(name, ()), *(one.media for one in tables)}


def test_every_operation_is_named_and_says_every_status(document: dict[str, Any]) -> None:
    ids = []
    for name, operation in operations(document):
        ids.append(operation["operationId"])
        assert operation["summary"], name
        responses = operation["responses"]
        wanted = {"400", "406", "500", "503"}
        if "security" in operation:
            wanted |= {"401", "403"}
        if "requestBody" in operation:
            wanted |= {"408", "413", "415", "422"}
        if "{" in name:
            wanted.add("404")
        assert wanted <= set(responses), name
        for status, response in responses.items():
            assert response["description"], name
            if int(status) >= 400:
                content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemOut"}}}
                assert response["content"] == content, (name, status)
            elif status != "304":
                assert set(response["content"]) == media_of(name), name
    assert len(set(ids)) == len(ids)


def test_every_parameter_says_what_it_is_and_shows_an_example(document: dict[str, Any]) -> None:
    lacking = []
    for name, operation in operations(document):
        lacking += [
            f"{name} {one['name']}"
            for one in operation.get("parameters", [])
            if not one.get("description") or not (one.get("example") or one["schema"].get("examples"))
        ]
    assert not lacking


def test_only_what_needs_no_token_declares_none(document: dict[str, Any]) -> None:
    free = {name for name, operation in operations(document) if "security" not in operation}
    assert free == {
        "GET /v1/grades",
        "GET /v1/health",
        "GET /v1/layouts",
        "GET /v1/layouts/{name}",
        "GET /v1/mappings",
        "GET /v1/mappings/{scheme}",
        "GET /v1/meta",
        "GET /v1/policies",
        "GET /v1/policies/{name}",
        "GET /v1/public/incidents",
        "GET /v1/public/incidents/{id}",
        "GET /v1/public/organisations",
        "GET /v1/public/releases",
        "GET /v1/public/releases/{id}",
        "GET /v1/public/releases/{id}/files/{name}",
        "GET /v1/public/statistics",
        "GET /v1/public/tables",
        "GET /v1/public/tables/{name}",
        "GET /v1/sdmx/structure",
        "GET /v1/tables",
        "GET /v1/vocabularies",
        "GET /v1/vocabularies/{name}",
        # What is shown there is a secret of another kind.
        "GET /v1/oidc/callback",
        "GET /v1/oidc/start",
        "POST /v1/invitations/accept",
        "POST /v1/oidc/invitations",
        "POST /v1/sessions",
    }


def test_what_fastapi_would_answer_is_not_declared(document: dict[str, Any]) -> None:
    text = json.dumps(document)
    assert "HTTPValidationError" not in text
    assert "ValidationError" not in text


def test_every_example_of_a_field_is_one_that_the_schema_takes(document: dict[str, Any]) -> None:
    import jsonschema_rs

    # Read once: a validator that is given the whole document each time spends its time on that alone.
    registry = jsonschema_rs.Registry([("urn:document", document)])
    wrong = []
    for name, schema in document["components"]["schemas"].items():
        for member, shown in schema["properties"].items():
            if name.endswith(("Out", "Page")) and "$ref" in json.dumps(shown):
                continue  # an answer's parts are shown where their own schema is
            whole = {"$ref": f"urn:document#/components/schemas/{name}/properties/{member}"}
            taken = jsonschema_rs.validator_for(whole, registry=registry)
            if not all(taken.is_valid(example) for example in shown["examples"]):
                wrong.append(f"{name}.{member}")
    assert not wrong


def test_the_document_and_its_page_are_served_whole_from_here(world: World) -> None:
    served = world.client.get("/openapi.json")
    assert served.status_code == 200
    assert served.json() == json.loads(FILE.read_text(encoding="utf-8"))
    page = world.client.get("/docs")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "/openapi.json" in page.text
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert loaded
    for address in loaded:
        assert address.startswith("/"), "a page of ours loads nothing from elsewhere"
        assert world.client.get(address).status_code == 200, address
