"""A published incident, answered before the router: what everybody asks for costs one look-up.

Only the plainest request is answered here, and only with a document that is there: no token, no parameters,
JSON. Whatever else there is to say, the route behind says; both send the same bytes and headers.
"""

from __future__ import annotations

import re

import anyio.to_thread
from starlette.datastructures import Headers
from starlette.responses import Response

from api.actions import ORGANISATION
from api.desk import Desk
from api.gate import App, Receive, Scope, Send
from api.problems import of_error
from domain.errors import RecordError

HEADERS = {
    # Who may, keeps it for a minute. Where the same address answers members otherwise, it says so.
    "Cache-Control": "public, max-age=60",
    "Vary": "Authorization",
}
_PATH = re.compile(r"/v1/(?:public/)?incidents/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
_TAKEN = frozenset({"*/*", "application/json", "application/*"})


class PublicDocuments:
    """An ASGI layer in front of the routes, behind the gate."""

    def __init__(self, app: App, *, desk: Desk) -> None:
        self._app = app
        self._desk = desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a plain request for a published incident, and let all else through."""
        asked = _PATH.fullmatch(scope["path"]) if scope["type"] == "http" else None
        if asked is None or scope["method"] != "GET" or scope["query_string"]:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if (
            not {"authorization", ORGANISATION.lower()}.isdisjoint(headers)
            or headers.get("accept", "*/*") not in _TAKEN
        ):
            await self._app(scope, receive, send)
            return
        try:
            found = await anyio.to_thread.run_sync(self._desk.document, asked[1])
        except RecordError as error:
            await of_error(error)(scope, receive, send)
            return
        if found is None:
            await self._app(scope, receive, send)
            return
        answer = tagged(headers.get("if-none-match"), found.document, found.etag)
        await answer(scope, receive, send)


def tagged(sent: str | None, body: str | bytes, tag: str) -> Response:
    """Give what has a tag, or 304 to who has sent this very one."""
    headers = {**HEADERS, "ETag": tag}
    if sent is not None and tag in [part.strip().removeprefix("W/") for part in sent.split(",")]:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)
