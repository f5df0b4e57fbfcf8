"""Every error as an RFC 9457 problem: one table from class to status, one body shape."""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from domain import errors
from domain.errors import Fault, RecordError

BASE = "https://civharm.org/problems/"
MEDIA_TYPE = "application/problem+json"
_log = logging.getLogger("civharm.api")

STATUS: dict[type[RecordError], int] = {
    errors.Malformed: 400,
    errors.NotAuthenticated: 401,
    errors.NotAllowed: 403,
    errors.NotFound: 404,
    errors.TooSlow: 408,
    errors.Conflict: 409,
    errors.Gone: 410,
    errors.Stale: 412,
    errors.TooLarge: 413,
    errors.Invalid: 422,
    errors.Unconditional: 428,
    errors.TooMany: 429,
    errors.Unavailable: 503,
}
_OWN_STATUS = {
    "unsupported-media-type": 415,
    "not-acceptable": 406,
    "storage-full": 507,
    "headers-too-large": 431,
}
_HTTP = {
    404: ("not-found", "There is nothing at this address."),
    405: ("method-not-allowed", "This address does not know the method."),
}
TITLES = {
    400: "The request cannot be read",
    401: "Not authenticated",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    406: "Not acceptable",
    408: "Too slow",
    409: "Conflict with the record's state",
    410: "Taken back",
    412: "The record has changed",
    413: "Too large",
    415: "Unsupported media type",
    422: "The request breaks a rule",
    428: "A condition is required",
    429: "Too many requests",
    431: "Headers too large",
    500: "The service failed",
    503: "Unavailable",
    507: "The disk is full",
}
READ_ONLY = frozenset(
    {
        "id",
        "links",
        "organisation",
        "version",
        "seq",
        "log_sequence",
        "recorded_at",
        "state",
        "author",
        "approver",
        "content_hash",
        "warnings",
    }
)
_TYPES = {
    "missing": "required",
    "too_long": "too-many-items",
    "string_too_long": "too-long",
    "string_unicode": "invalid-unicode",
    "greater_than_equal": "out-of-range",
    "less_than_equal": "out-of-range",
    "int_parsing_size": "out-of-range",
}
_MEMBER = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,39}")


def status_of(error: RecordError) -> int:
    """Give the status of an error: its own, else that of its nearest class in the table."""
    if error.code in _OWN_STATUS:
        return _OWN_STATUS[error.code]
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def problem(
    status: int,
    code: str,
    detail: str,
    faults: Sequence[Fault] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Give the problem response for a code, with where each fault is and what to do."""
    body: dict[str, Any] = {
        "type": BASE + code,
        "title": TITLES.get(status, "Problem"),
        "status": status,
        "detail": detail,
    }
    if faults:
        body["errors"] = [
            {"pointer": fault.pointer, "code": fault.code, "detail": fault.detail} for fault in faults
        ]
    return Response(
        orjson.dumps(body), status_code=status, media_type=MEDIA_TYPE, headers=dict(headers or {})
    )


def of_error(error: RecordError) -> Response:
    """Give the problem response of an error of ours."""
    status = status_of(error)
    headers: dict[str, str] = {}
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="civharm"'
    if status == 503:
        headers["Retry-After"] = "2"
    if isinstance(error, errors.TooMany):
        headers["Retry-After"] = str(max(1, math.ceil(error.seconds)))
    return problem(status, error.code, error.detail, error.faults, headers)


def faults_of(found: Sequence[Mapping[str, Any]], skip: int = 1) -> list[Fault]:
    """Give the faults of a validation, pointers only, never values; ``skip`` leading parts are left out."""
    return [Fault(pointer(one["loc"][skip:]), _code(one), _words(one)) for one in found[:100]]


def pointer(parts: Sequence[Any]) -> str:
    """Give the JSON pointer of a fault.

    The name of an unknown member is the caller's text: it is repeated where it looks like the name of a
    field, misspelt perhaps; where it does not, the pointer ends at the object that holds it.
    """
    found = ""
    for part in parts:
        if isinstance(part, str) and part.startswith("<"):
            # Which alternative of a union was read; no part of what was sent.
            continue
        if not isinstance(part, int) and not _MEMBER.fullmatch(part):
            break
        found += f"/{part}"
    return found


def _code(one: Mapping[str, Any]) -> str:
    kind = str(one["type"])
    if kind in ("extra_forbidden", "invalid_key"):
        return "read-only-field" if one["loc"] and one["loc"][-1] in READ_ONLY else "unknown-field"
    if kind in _TYPES:
        return _TYPES[kind]
    if "-" in kind or kind in _OURS:
        return kind
    if kind.endswith(("_type", "_parsing")) or kind in ("int_from_float", "model_attributes_type"):
        return "wrong-type"
    if kind in ("literal_error", "enum"):
        return "unknown-code"
    return "invalid"


_OURS = frozenset({"blank", "invalid", "repeated", "required"})
_SAFE_WORDS = {
    "unknown-field": "The service knows no such member here; check its spelling.",
    "read-only-field": "The service sets this itself; leave it out.",
    "required": "This is required.",
    "wrong-type": "The value has the wrong type.",
    "too-many-items": "There are too many items.",
    "too-long": "The text is too long, or piles marks on one letter.",
    "invalid-unicode": "The text holds half of a surrogate pair.",
    "invalid": "The value breaks a rule.",
}


def _words(one: Mapping[str, Any]) -> str:
    code = _code(one)
    # Messages of our own validators, marked by the hyphen in their type, hold no value; pydantic's may.
    if "-" in str(one["type"]) or one["type"] in _OURS:
        return str(one["msg"])
    return _SAFE_WORDS.get(code, _SAFE_WORDS["invalid"]) + _asked_for(one)


def _asked_for(one: Mapping[str, Any]) -> str:
    """Give what the schema asks for where a value breaks it: its own words, never the value."""
    said = one.get("ctx") or {}
    for bound, words in _BOUNDS.items():
        if bound in said:
            return f" {words.format(said[bound])}"
    expected = _EXPECTED.get(str(one["type"]).rsplit("_", 1)[0])
    return f" Give {expected}." if expected is not None and _code(one) == "wrong-type" else ""


_BOUNDS = {
    "ge": "It is at least {}.",
    "gt": "It is above {}.",
    "le": "It is at most {}.",
    "lt": "It is below {}.",
    "min_length": "It has at least {}.",
    "max_length": "At most {} are taken.",
    "pattern": "It has the form {}.",
    "expected": "Use one of: {}.",
}
_EXPECTED = {
    "string": "text",
    "int": "a whole number",
    "int_from": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "list": "a list",
    "dict": "an object",
    "model": "an object",
    "model_attributes": "an object",
}


def install(app: FastAPI) -> None:
    """Make every way out of the app a problem body."""

    @app.exception_handler(RecordError)
    async def on_record_error(request: Request, error: RecordError) -> Response:
        found = of_error(error)
        # Spreadsheets ask for a password when they are told that one is taken, and so does a browser in which
        # somebody opens the address of a page; a page's script must not make it ask.
        if found.status_code == 401 and request.headers.get("sec-fetch-mode", "navigate") == "navigate":
            # In a field of its own: browsers look at the first challenge of a field alone.
            found.headers.append("WWW-Authenticate", 'Basic realm="civharm", charset="UTF-8"')
        return found

    @app.exception_handler(RequestValidationError)
    async def on_validation(_: Request, error: RequestValidationError) -> Response:
        found = error.errors()
        if any(one["loc"] and one["loc"][0] in ("query", "header") for one in found):
            outside = [one for one in found if one["loc"][0] in ("query", "header")]
            faults = [Fault(str(one["loc"][1]), _code(one), _words(one)) for one in outside]
            return problem(400, "invalid-parameter", "A parameter cannot be used.", faults)
        if any(one["loc"] and one["loc"][0] == "path" for one in found):
            return problem(404, "not-found", "There is nothing at this address.")
        return problem(422, first_code(faults_of(found)), "The request breaks a rule.", faults_of(found))

    @app.exception_handler(HTTPException)
    async def on_http(_: Request, error: HTTPException) -> Response:
        code, detail = _HTTP.get(error.status_code, ("malformed", "The request cannot be read."))
        return problem(error.status_code, code, detail, headers=error.headers)

    @app.exception_handler(Exception)
    async def on_fault(_: Request, error: Exception) -> Response:
        _log.error("unexpected %s", type(error).__name__, exc_info=error)
        return problem(500, "internal", "The service failed; nothing was stored. Tell the operator.")


def first_code(faults: Sequence[Fault]) -> str:
    """Give the code that names the whole problem: the only one there is, else ``invalid``."""
    codes = {fault.code for fault in faults}
    return codes.pop() if len(codes) == 1 else "invalid"
