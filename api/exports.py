"""Tables over HTTP: the address and filters of the JSON, by ``format`` or ``Accept``, whole or not at all.

No redirect, no job to wait for: the bytes come from the address itself, with their length, digest and
number of rows, so that a spreadsheet can be pointed at it and a transfer that broke off is seen.
"""

from __future__ import annotations

import base64
import contextlib
import os
import re
import tempfile
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Any, BinaryIO

from fastapi import Request
from pydantic import Field
from starlette.responses import FileResponse, Response
from starlette.types import Receive, Scope, Send

from api.desk import desk_of
from api.gate import HEAD_ONLY, READ_WHOLE
from api.negotiation import preferred
from api.routing import JSON
from db.engine import Connection
from domain.access import Actor
from domain.errors import Fault, Malformed
from exchange.columns import Layout
from exchange.formats import Format, formats_of
from services.exports import Written

DIGEST = "Repr-Digest"
ROWS = "Civharm-Rows"
LOG = "Civharm-Log-Sequence"
_RANGE = re.compile(rb"bytes=\s*(?:\d+-\d*|-\d+)\s*", re.IGNORECASE)


def format_asked(request: Request, offered: Sequence[Format], named: str | None) -> Format | None:
    """Give the format that a request asks for, None for JSON; what it names goes before what it accepts.

    Raises Malformed for a format that is not among those offered.
    """
    if named is not None and named != "json":
        found = next((one for one in offered if one.name == named), None)
        if found is None:
            names = ", ".join(("json", *(one.name for one in offered)))
            raise Malformed(
                "A parameter cannot be used.",
                code="invalid-parameter",
                faults=[Fault("format", "unknown-code", f"Use one of: {names}.")],
            )
        return found
    if named == "json":
        return None
    by_media = {one.media: one for one in offered if not one.by_name}
    return by_media.get(preferred(request, (JSON, *by_media)))


def refuse_paging(given: Collection[str]) -> None:
    """Raise Malformed where a table is asked for with what pages have: it has every row."""
    paging = sorted({"limit", "cursor"} & set(given))
    if paging:
        words = "A table has every row: leave it out, or ask for json."
        raise Malformed(
            "A parameter cannot be used.",
            code="invalid-parameter",
            faults=[Fault(name, "invalid-parameter", words) for name in paging],
        )


def format_field(layout: Layout) -> Any:
    """Give the parameter by which a list of this layout is asked for as a table."""
    names = [one.name for one in formats_of(layout)]
    return Field(
        default=None,
        max_length=20,
        description="json, or a table with every row: " + ", ".join(names) + ". Left out: what `Accept` "
        "prefers.",
        examples=["csv"],
        json_schema_extra={"enum": ["json", *names]},
    )


def exported(
    request: Request,
    token: str | None,
    format: Format,
    name: str,
    tag_of: Callable[[Connection, Actor], str],
    write: Callable[[Connection, Actor, BinaryIO], Written],
    beside: Callable[[Written], Mapping[str, str]] | None = None,
) -> Response:
    """Give the table as a file, or 304 when the caller has this very one.

    ``name`` is that of the file, without its ending; ``beside`` gives headers of its own.
    """

    def act(connection: Connection, actor: Actor) -> Response:
        tag = tag_of(connection, actor)
        if tag in [part.strip() for part in request.headers.get("if-none-match", "").split(",")]:
            return Response(status_code=304, headers={"ETag": tag, "Cache-Control": "no-store"})
        handle, path = tempfile.mkstemp(prefix="civharm-", suffix=f".{format.ending}")
        try:
            with os.fdopen(handle, "w+b") as file:
                written = write(connection, actor, file)
        except BaseException:
            os.unlink(path)
            raise
        headers = _headers(written, tag, f"{name}-{written.log_sequence}.{format.ending}", format)
        return Leaving(path, {**headers, **(beside(written) if beside is not None else {})})

    return desk_of(request).read(token, act)


def _how(format: Format) -> str:
    """Give how a browser takes it: what people read is shown, what programs read is kept as a file."""
    return "inline" if format.media in ("text/html", "application/pdf") else "attachment"


def _headers(written: Written, tag: str, file_name: str, format: Format) -> dict[str, str]:
    rows = {} if written.rows is None else {ROWS: str(written.rows)}
    return {
        **rows,
        "Content-Type": format.media + format.parameters,
        "Content-Disposition": f'{_how(format)}; filename="{file_name}"',
        "ETag": tag,
        # When the record last changed, and not when this file was written.
        "Last-Modified": format_datetime(datetime.fromisoformat(written.at), usegmt=True),
        "Cache-Control": "no-store",
        LOG: str(written.log_sequence),
        # RFC 9530: over the whole table, also where a part of it is asked for.
        DIGEST: f"sha-256=:{base64.b64encode(written.digest).decode()}:",
    }


class Leaving(FileResponse):
    """A file that is gone once it was sent, or not."""

    def __init__(self, path: str, headers: Mapping[str, str]) -> None:
        super().__init__(path, headers=dict(headers))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the file and remove it; who takes it slowly keeps nobody from reading."""
        try:
            scope[READ_WHOLE]()
            await super().__call__(_as_taken(scope), receive, send)
        finally:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self.path)


def _as_taken(scope: Scope) -> Scope:
    """Give the request; without a range for HEAD, and where it is none or several (RFC 9110, section 14.2).

    Thousands of ranges over one another would send a file a thousand times.
    """
    whole = [(name, value) for name, value in scope["headers"] if name != b"range"]
    if scope.get(HEAD_ONLY):
        # A file that nobody will be sent is not read.
        return {**scope, "method": "HEAD", "headers": whole}
    named = [value for name, value in scope["headers"] if name == b"range"]
    return scope if len(named) == 1 and _RANGE.fullmatch(named[0]) else {**scope, "headers": whole}


def media_of(layout: Layout) -> tuple[str, ...]:
    """Give the media types of a layout's tables."""
    return medias(formats_of(layout))


def medias(offered: Sequence[Format]) -> tuple[str, ...]:
    """Give the media types of these formats, each once."""
    return tuple(dict.fromkeys(one.media for one in offered))


def documented(offered: Sequence[Format]) -> dict[str, Any]:
    """Give the media types of these formats for the OpenAPI document."""
    return {one.media: {"schema": _SCHEMAS.get(one.media) or _schema(one)} for one in offered}


def _schema(one: Format) -> dict[str, Any]:
    text = one.media.startswith("text/") or one.media == "application/jsonl"
    return {"type": "string"} if text else {"type": "string", "contentMediaType": one.media}


_SCHEMAS: dict[str, dict[str, Any]] = {
    "application/geo+json": {
        "type": "object",
        "description": "A FeatureCollection (RFC 7946): a feature a row, its columns as properties.",
        "required": ["type", "features"],
        "properties": {
            "type": {
                "type": "string",
                "description": "What it is.",
                "enum": ["FeatureCollection"],
                "examples": ["FeatureCollection"],
            },
            "features": {
                "type": "array",
                "description": "The rows; one without a point has a null geometry.",
                "items": {"type": "object"},
                "examples": [[]],
            },
        },
    }
}
"""What is JSON itself has a shape."""


def or_table(model: Any, words: str, offered: Sequence[Format]) -> dict[str, Any]:
    """Give the answer of an address that answers in JSON, and as a table in these formats."""
    return {
        "model": model,
        "description": f"{words}; or, by `format` or `Accept`, as a table.",
        "content": documented(offered),
        "headers": TABLE_HEADERS,
    }


TABLE_HEADERS: dict[str, Any] = {
    ROWS: {"description": "Rows of the table.", "schema": {"type": "integer"}},
    LOG: {
        "description": "The end of the log that was read, or the point that known_at names; cite it.",
        "schema": {"type": "integer"},
    },
    DIGEST: {"description": "SHA-256 of the whole table (RFC 9530).", "schema": {"type": "string"}},
}
