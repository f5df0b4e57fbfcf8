"""Connections before there is a request: how long a head may take to arrive, and how long it may be.

The server's own protocol waits for ever for a head that does not end, so that some hundred half-open
connections keep everybody else out, and answers what it cannot read in plain text.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.problems import of_error
from domain.errors import Malformed

HEAD_SECONDS = 15.0
"""From the first moment of a connection, or of a further request on it, to the end of the head."""
MOST_HEAD_BYTES = 32_768


class _TooLong(Exception):
    """The head has more bytes than are taken."""


class Impatient(HttpToolsProtocol):
    """Closes a connection whose head does not come, and refuses one that is too long, as a problem."""

    head_seconds = HEAD_SECONDS

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._timer: asyncio.TimerHandle | None = None
        self._head = 0

    # The server's own class takes a transport that both sides write to, where asyncio allows any.
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first head."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._heard()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """Count the head of a request anew, and wait for its end."""
        super().on_message_begin()
        self._head = 0
        self._wait()

    def on_url(self, url: bytes) -> None:
        """Take a part of the address."""
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header."""
        self._count(len(name) + len(value))
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Take the request, whose head is here."""
        self._heard()
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuse what cannot be read: a problem, as every other error is."""
        error = Malformed("This is no HTTP request that the service can read.", code="malformed")
        if self._head > MOST_HEAD_BYTES:
            words = f"The address and the headers have at most {MOST_HEAD_BYTES} bytes."
            error = Malformed(words, code="headers-too-large")
        answer = of_error(error)
        head = [f"HTTP/1.1 {answer.status_code} \r\n".encode(), b"connection: close\r\n"]
        head += [b"%s: %s\r\n" % pair for pair in answer.raw_headers]
        self.transport.write(b"".join([*head, b"\r\n", bytes(answer.body)]))
        self.transport.close()

    def _count(self, more: int) -> None:
        self._head += more
        if self._head > MOST_HEAD_BYTES:
            raise _TooLong

    def _wait(self) -> None:
        if self._timer is None:
            self._timer = self.loop.call_later(self.head_seconds, self.transport.close)

    def _heard(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


OPTIONS: dict[str, Any] = {
    "http": Impatient,
    "ws": "none",
    "server_header": False,
    # Who is believed about where a request came from is a setting of ours (api/limits.py).
    "proxy_headers": False,
    # Addresses hold ids; who read what is not kept beside the log.
    "access_log": False,
}
"""How the server is run."""
