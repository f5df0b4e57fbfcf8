"""The gate before the app: how many requests at once, how large, and in what characters.

A request that holds a database connection while it waits for a second thread would deadlock the
pool, so no more are let in than there are connections and threads; one that waits too long is told
to come back. Bodies are counted as they arrive and refused before they are read whole.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import unquote_to_bytes

from api.problems import of_error
from domain.errors import Malformed, TooLarge, TooSlow, Unavailable

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

HEAD_ONLY = "civharm.head"
"""Marks a request whose answer needs no body."""
READ_WHOLE = "civharm.read_whole"
"""In a request's scope, what an answer calls once all is read that it needs: another reader may come in."""
READING = frozenset({"GET", "HEAD", "OPTIONS"})
DOCS_ASSETS = "/docs/assets/"
OPEN_PATHS = frozenset({"/v1/health", "/v1/meta", "/openapi.json", "/docs", "/redoc"})
_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"strict-transport-security", b"max-age=31536000"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
]
_NOTHING = b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
_POLICIES = {
    # Pages of ours: their style and pictures are inside them, and they run nothing.
    b"text/html": _NOTHING + b"; style-src 'unsafe-inline'; img-src data:",
    # A drawing that is opened by itself.
    b"image/svg+xml": _NOTHING + b"; style-src 'unsafe-inline'",
}
"""What a browser may do with an answer, by its media type; with any other: nothing."""
_DOCS = (
    b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; connect-src 'self'; "
    b"script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:"
)
"""The interactive docs run scripts of this place alone."""
_PLAIN = re.compile(rb"[\x20-\x24\x26-\x7e]*")
"""What is written out as it is: nothing in it is encoded."""
_CONTROLS = re.compile(rb"[\x00-\x1f\x7f]")
_HOST = re.compile(rb"(?:[\w.~%!$&'()*+,;=-]+|\[[0-9a-fA-F:.]+\])(?::\d{0,5})?", re.ASCII)


class Gate:
    """An ASGI layer around the app; ``readers`` and ``writers`` are the sizes of the two pools."""

    def __init__(
        self,
        app: App,
        *,
        readers: int,
        writers: int,
        threads: int,
        wait_seconds: float,
        max_body_bytes: int,
        body_seconds: float,
    ) -> None:
        self._app = app
        self._writers = asyncio.Semaphore(min(writers, max(1, threads // 2)))
        self._readers = asyncio.Semaphore(max(1, min(readers, threads - 1 - min(writers, threads // 2))))
        self._wait_seconds = wait_seconds
        self._max_body_bytes = max_body_bytes
        self._body_seconds = body_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request through, or answer it here."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        sending = _with_headers(scope["path"], send)
        if scope["method"] == "HEAD":
            # Every address that answers GET answers HEAD: the same, without the body.
            scope, sending = {**scope, "method": "GET", HEAD_ONLY: True}, _without_body(sending)
        try:
            _check_host(scope)
            _check_characters(scope)
            body = b""
            if scope["method"] not in READING:
                async with asyncio.timeout(self._body_seconds):
                    body = await self._body(scope, receive)
        except (Malformed, TooLarge) as error:
            await of_error(error)(scope, receive, sending)
            return
        except TimeoutError:
            slow = TooSlow(f"Send the body within {self._body_seconds:g} seconds; nothing was stored.")
            answer = of_error(slow)
            answer.headers["Connection"] = "close"
            await answer(scope, receive, sending)
            return
        scope["civharm.body"] = body
        if scope["path"] in OPEN_PATHS:
            await self._app(scope, _replay(body, receive), sending)
            return
        semaphore = self._readers if scope["method"] in READING else self._writers
        try:
            if semaphore.locked():
                await asyncio.wait_for(semaphore.acquire(), self._wait_seconds)
            else:  # nobody waits: no timer, and no task of its own
                await semaphore.acquire()
        except TimeoutError:
            busy = Unavailable("The service is busy; try again in a moment.", code="busy")
            await of_error(busy)(scope, receive, sending)
            return
        release = _once(semaphore.release)
        scope[READ_WHOLE] = release
        try:
            await self._app(scope, _replay(body, receive), sending)
        finally:
            release()

    async def _body(self, scope: Scope, receive: Receive) -> bytes:
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > self._max_body_bytes:
            raise TooLarge(f"Send at most {self._max_body_bytes} bytes.")
        parts: list[bytes] = []
        size = 0
        while True:
            message = await receive()
            if message["type"] != "http.request":
                raise Malformed("The request ended early.")
            part = message.get("body", b"")
            size += len(part)
            if size > self._max_body_bytes:
                raise TooLarge(f"Send at most {self._max_body_bytes} bytes.")
            parts.append(part)
            if not message.get("more_body"):
                return b"".join(parts)


def _once(act: Callable[[], None]) -> Callable[[], None]:
    done = False

    def first() -> None:
        nonlocal done
        if not done:
            done = True
            act()

    return first


def _check_host(scope: Scope) -> None:
    """Raise Malformed unless one host is named: of two, two readers may take either (RFC 9112, 3.2)."""
    named = [value for name, value in scope["headers"] if name == b"host"]
    if not named and scope.get("http_version") == "1.0":
        return
    if len(named) != 1 or not _HOST.fullmatch(named[0]):
        raise Malformed("Name one host in the Host header.", code="malformed")


def _check_characters(scope: Scope) -> None:
    for raw in (scope.get("raw_path") or b"", scope["query_string"]):
        if _PLAIN.fullmatch(raw):
            continue
        decoded = unquote_to_bytes(raw.replace(b"+", b" "))
        try:
            decoded.decode("utf-8")
        except UnicodeDecodeError:
            raise Malformed("The address is not valid UTF-8.", code="invalid-encoding") from None
        if _CONTROLS.search(decoded):
            raise Malformed("The address holds a control character.", code="invalid-encoding")


def _replay(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def again() -> Message:
        nonlocal sent
        if not sent:
            sent = True
            return {"type": "http.request", "body": body, "more_body": False}
        return await receive()

    return again


def _without_body(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            await send(message)
        elif message["type"] == "http.response.body" and not message.get("more_body"):
            await send({"type": "http.response.body", "body": b""})

    return sending


def _with_headers(path: str, send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            given = list(message.get("headers", []))
            named = dict(given)
            media = named.get(b"content-type", b"").partition(b";")[0]
            given += _HEADERS
            given.append(
                (b"content-security-policy", _DOCS if path == "/docs" else _POLICIES.get(media, _NOTHING))
            )
            if b"cache-control" not in named and not path.startswith(DOCS_ASSETS):
                # Errors too: what somebody was refused, and where, is nobody else's.
                given.append((b"cache-control", b"no-store"))
            message["headers"] = given
        await send(message)

    return sending
