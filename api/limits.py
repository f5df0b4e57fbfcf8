"""How often somebody may ask: a layer around the app, outside of its gate, that asks no database.

Each credential and each address has a bucket of a minute's requests, which fills again evenly. Failed
credentials are counted by the token's id and by the address. All of it is kept in the process's memory: with
several processes each counts for itself. Health may be asked without bound.
"""

from __future__ import annotations

import hashlib
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import lru_cache
from ipaddress import IPv6Address, ip_address

from api.gate import App, Message, Receive, Scope, Send
from api.problems import of_error
from api.throttle import MOST, Guesses
from domain.errors import TooMany
from domain.networks import Network

HEALTH = "/v1/health"
_OF_TOKEN = re.compile(rb"(?i:bearer) +(ch[ts]_[0-9a-f]{8})_")
_WORDS = "Too many requests. Wait before the next, or ask for more at once."


class Buckets:
    """Buckets of requests by whoever asks, each of ``minute`` requests a minute."""

    def __init__(self, minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._minute, self._clock = minute, clock
        self._lock = threading.Lock()
        self._left: OrderedDict[bytes, tuple[float, float]] = OrderedDict()

    def take(self, key: bytes) -> float:
        """Take a request out; give 0, or for how many seconds to wait where none is left."""
        with self._lock:
            now = self._clock()
            left, then = self._left.get(key, (float(self._minute), now))
            left = min(self._minute, left + (now - then) * self._minute / 60)
            wait = 0.0 if left >= 1 else (1 - left) * 60 / self._minute
            self._left[key] = (left if wait else left - 1, now)
            self._left.move_to_end(key)
            while len(self._left) > MOST:
                self._left.popitem(last=False)
        return wait


class Limits:
    """An ASGI layer that refuses who asks too often, and says to all behind it from where a request came.

    ``minute`` is for a credential, ``address_minute`` for an address. ``X-Forwarded-For`` is believed as far
    as ``proxies`` wrote it.
    """

    def __init__(
        self,
        app: App,
        *,
        minute: int,
        address_minute: int,
        proxies: Sequence[Network],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app = app
        self._credentials, self._addresses = Buckets(minute, clock), Buckets(address_minute, clock)
        self._guesses = Guesses(clock)
        self._proxies = proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request through, or answer it here."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        address = self._address(scope)
        scope = {**scope, "client": (address, 0)}
        if scope["path"] == HEALTH:
            await self._app(scope, receive, send)
            return
        shown = next((value for name, value in scope["headers"] if name == b"authorization"), None)
        what = _shown(shown)
        try:
            wait = self._addresses.take(block_of(address).encode())
            if shown is not None:
                wait = max(wait, self._credentials.take(hashlib.sha256(shown).digest()))
            if wait > 0:
                raise TooMany(_WORDS, wait)
            if what is not None:
                self._guesses.check(what, block_of(address))
        except TooMany as error:
            await of_error(error)(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if what is not None and message["type"] == "http.response.start":
                if message["status"] == 401:
                    self._guesses.wrong(what, block_of(address))
                elif message["status"] < 400:
                    self._guesses.right(what, block_of(address))
            await send(message)

        await self._app(scope, receive, sending)

    def _address(self, scope: Scope) -> str:
        """Give where a request came from: the last hop that is no proxy of ours."""
        client = scope.get("client")
        found = client[0] if client else ""
        said = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
        for hop in reversed([part.strip() for part in ",".join(said).split(",") if part.strip()]):
            if not self._is_proxy(found):
                break
            found = hop
        return str(found)[:64]

    def _is_proxy(self, address: str) -> bool:
        try:
            found = ip_address(address)
        except ValueError:
            return False
        return any(found.version == one.version and found in one for one in self._proxies)


def _shown(header: bytes | None) -> str | None:
    """Give what a wrong credential is counted under: a token's id, which is no secret, or a digest."""
    if header is None:
        return None
    match = _OF_TOKEN.match(header)
    return match[1].decode() if match else hashlib.sha256(header).hexdigest()[:16]


@lru_cache(4_096)
def block_of(address: str) -> str:
    """Give what one customer of a network has: an IPv4 address, or the first 64 bits of an IPv6 one."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or f"{found.exploded[:19]}::/64")
    return address
