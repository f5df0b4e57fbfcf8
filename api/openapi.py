"""The OpenAPI document: what FastAPI gives, made to say what the service answers.

``python -m api.openapi`` writes ``openapi.json`` at the root; a test compares the file with the app.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from api.actions import FOR_PARTNERS, ORGANISATION
from api.problems import MEDIA_TYPE, TITLES
from api.routing import JSON, MERGE_PATCH

FILE = Path(__file__).resolve().parent.parent / "openapi.json"
_EVERYWHERE = (400, 406, 429, 500, 503)
_WITH_TOKEN = (401, 403)
_WITH_BODY = (408, 413, 415, 422)
_WRITING = (409, 413, 507)
_HEADERS = {
    401: {"WWW-Authenticate": "How to show who you are."},
    429: {"Retry-After": "Seconds to wait before the next attempt."},
    503: {"Retry-After": "Seconds to wait before the next attempt."},
}


_OF_ANOTHER = {
    "name": ORGANISATION,
    "in": "header",
    "required": False,
    "description": "To read as a partner what another organisation shares by an agreement: its id. Left out: "
    "your own records.",
    "schema": {"type": "string", "format": "uuid"},
    "example": "0b9c2c8e-5d4b-4a57-9d8e-2f1f5f1f9a11",
}


class Documented(FastAPI):
    """An app whose document declares its problems, and nothing that FastAPI would answer."""

    def openapi(self) -> dict[str, Any]:
        """Give the document; it is made once."""
        if self.openapi_schema is None:
            document = super().openapi()
            for operations in document["paths"].values():
                for method, operation in operations.items():
                    _complete(method, operation)
            for name in ("HTTPValidationError", "ValidationError"):
                document["components"]["schemas"].pop(name, None)
            self.openapi_schema = document
        return self.openapi_schema


def _complete(method: str, operation: dict[str, Any]) -> None:
    responses: dict[str, Any] = operation["responses"]
    if operation["operationId"] in FOR_PARTNERS:
        operation["parameters"] = [*operation.get("parameters", ()), _OF_ANOTHER]
    # FastAPI adds its own body for a 422 that a route does not declare, and we never answer that.
    declared = {int(status) for status in responses if responses[status]["description"] != "Validation Error"}
    declared |= set(_EVERYWHERE)
    if "security" in operation:
        declared |= set(_WITH_TOKEN)
    # An organisation that is not there, and one without an agreement, is not found.
    if any(
        parameter["in"] == "path" or parameter == _OF_ANOTHER for parameter in operation.get("parameters", ())
    ):
        declared.add(404)
    if "requestBody" in operation:
        declared |= set(_WITH_BODY)
    if method != "get":
        declared |= set(_WRITING)
    operation["responses"] = {
        str(status): responses[str(status)] if status < 400 else _problem(status)
        for status in sorted(declared)
    }
    if method == "patch":
        content = operation["requestBody"]["content"]
        content[MERGE_PATCH] = content[JSON]


def _problem(status: int) -> dict[str, Any]:
    found: dict[str, Any] = {
        "description": TITLES[status],
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemOut"}}},
    }
    if status in _HEADERS:
        found["headers"] = {
            name: {"description": words, "required": True, "schema": {"type": "string"}}
            for name, words in _HEADERS[status].items()
        }
    return found


def text_of(app: FastAPI) -> str:
    """Give the document as the file holds it."""
    return json.dumps(app.openapi(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    from api.app import create_app

    FILE.write_text(text_of(create_app()), encoding="utf-8")
