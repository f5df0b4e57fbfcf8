"""What everybody asks for, answered before the router: a published incident, and a plain page of them.

Only the plainest request is answered here, and only well: GET, no token, JSON, nothing wrong with it. What
else there is to say, the route behind says; both send the same bytes and headers.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl

from pydantic import ValidationError

from api.actions import ORGANISATION
from api.desk import Desk
from api.gate import App, Receive, Scope, Send
from api.public_documents import HEADERS, is_known
from api.v1.lists import Paged
from api.v1.public import INCIDENTS, PublicFilters
from db.queries import public as queries
from domain.errors import RecordError

_PATH = re.compile(r"/v1/(?:public/)?incidents(?:/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}))?")
_TAKEN = frozenset({b"*/*", b"application/json", b"application/*"})
_NAMED = frozenset({b"authorization", ORGANISATION.lower().encode()})
"""Headers by which somebody asks for more than what is public."""
_PLAIN = frozenset({"limit", "cursor", "from", "to", "country", "adm1", "party", "organisation"})
_LARGEST = 200
"""A larger page would keep others waiting on the event loop."""
_SENT = [
    (b"content-type", b"application/json"),
    *((name.lower().encode(), value.encode()) for name, value in HEADERS.items()),
]


class PublicLayer:
    """An ASGI layer in front of the routes, behind the gate."""

    def __init__(self, app: App, *, desk: Desk) -> None:
        self._app = app
        self._desk = desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a plain request for what is published, and let all else through."""
        asked = _PATH.fullmatch(scope["path"]) if scope["type"] == "http" else None
        if asked is None or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        if not _NAMED.isdisjoint(headers) or headers.get(b"accept", b"*/*") not in _TAKEN:
            await self._app(scope, receive, send)
            return
        if asked[1] is None:
            is_answered = await self._page(scope, send)
        else:
            is_answered = await self._incident(asked[1], scope, headers.get(b"if-none-match"), send)
        if not is_answered:
            await self._app(scope, receive, send)

    async def _incident(self, id: str, scope: Scope, known: bytes | None, send: Send) -> bool:
        if scope["query_string"]:
            return False
        rows = await self._desk.looked_up(queries.ONE, {"id": id})
        if not rows:
            return False
        ((tag, document),) = rows
        more = [(b"etag", tag.encode())]
        if is_known(None if known is None else known.decode("latin-1"), tag):
            await _send(send, 304, None, more)
        else:
            await _send(send, 200, document.encode(), more)
        return True

    async def _page(self, scope: Scope, send: Send) -> bool:
        given = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        named = dict(given)
        if len(named) < len(given) or not named.keys() <= _PLAIN:
            return False
        try:
            filters = PublicFilters.model_validate(named)
            paged = Paged.of(self._desk, "public", INCIDENTS, filters)
            if paged.limit > _LARGEST:
                return False
            asked = queries.page_asked(filters.asked(), paged.after, paged.limit)
        except (ValidationError, RecordError):  # the route says what is wrong
            return False
        rows = await self._desk.looked_up(*asked)
        if rows is None:
            return False
        await _send(send, 200, paged.answer(*queries.page_of(rows, paged.limit)).encode(), [])
        return True


async def _send(send: Send, status: int, body: bytes | None, more: list[tuple[bytes, bytes]]) -> None:
    told = _SENT if body is not None else _SENT[1:]
    length = [] if body is None else [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": [*told, *length, *more]})
    await send({"type": "http.response.body", "body": body or b""})
