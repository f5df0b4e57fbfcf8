"""Sends one message over HTTP, to an address that was looked at, and to no other.

The name is looked up once. Every address that it has is checked, and the connection is made to one of
those checked: the address stands in the URL, the name in ``Host`` and in the TLS handshake, where the
certificate is verified against the name. So nobody can show one address for the check and another for
the connection. No redirect is followed, no proxy of the environment is used, the answer is read up to a
limit and forgotten, and all of it ends within a time.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from standardwebhooks.webhooks import Webhook

from domain.errors import Invalid
from domain.networks import Address, check_target, is_allowed
from services.jobs.deployment import Deployment
from version import VERSION

LONGEST_S = 15.0
"""The longest that an attempt may take, from the connection to the end of the answer."""
MOST_READ = 65_536
"""How much of an answer is read: the status alone is of use."""
_GOOD = range(200, 300)

Resolve = Callable[[str, int], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of one attempt: the status if there was an answer, how long it took, why it failed."""

    status: int | None
    duration_ms: int
    error: str | None

    @property
    def taken(self) -> bool:
        """Tell whether the receiver took the message."""
        return self.error is None


ERRORS = {
    "address-refused": "The address is not, or no longer, one that a message may go to.",
    "name-unknown": "The name of the receiver has no address.",
    "no-connection": "The receiver cannot be reached.",
    "certificate": "The receiver's certificate is not one for its name, or of nobody who is trusted.",
    "timeout": "The receiver did not answer in time.",
    "redirected": "The receiver answered with a redirect, which is not followed.",
    "refused": "The receiver answered with another status than 2xx.",
    "protocol": "The receiver's answer is not HTTP.",
}
"""Codes in the log of deliveries."""


def addresses_of(host: str, port: int) -> list[str]:
    """Give the addresses that the system finds for a name."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def headers_of(message: str, body: str, keys: Sequence[str], at: datetime) -> dict[str, str]:
    """Give the headers of Standard Webhooks: one signature a secret, divided by a blank."""
    signatures = [Webhook(key).sign(message, at.replace(microsecond=0), body) for key in keys]
    return {
        "webhook-id": message,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def send(
    url: str,
    message: str,
    body: str,
    keys: Sequence[str],
    deployment: Deployment,
    resolve: Resolve = addresses_of,
) -> Attempt:
    """Send a message once and give what came of it; whatever goes wrong is a code of ``ERRORS``."""
    began = time.monotonic()

    def ended(error: str | None, status: int | None = None) -> Attempt:
        return Attempt(status, round((time.monotonic() - began) * 1_000), error)

    try:
        host, port = check_target(url, deployment.networks, plain_http=deployment.plain_http)
        found = [ipaddress.ip_address(one) for one in resolve(host, port)]
    except Invalid:
        return ended("address-refused")  # the settings are stricter now than when it was made
    except (OSError, UnicodeError, ValueError):
        return ended("name-unknown")
    if not found:
        return ended("name-unknown")
    # One address that is refused among others is a receiver that is not what it seems: none is used.
    if not all(is_allowed(one, deployment.networks) for one in found):
        return ended("address-refused")
    headers = {
        **headers_of(message, body, keys, datetime.now(UTC)),
        "Content-Type": "application/json",
        "User-Agent": f"civharm/{VERSION}",
        "Host": urlsplit(url).netloc,
    }
    try:
        status = asyncio.run(_post(url, found[0], host, body, headers, deployment))
    except httpx.InvalidURL:
        return ended("address-refused")
    except (TimeoutError, httpx.TimeoutException):
        return ended("timeout")
    except httpx.ConnectError as error:
        return ended("certificate" if _is_of_tls(error) else "no-connection")
    except httpx.ProtocolError:
        return ended("protocol")
    except (httpx.HTTPError, OSError):
        return ended("no-connection")
    if status in _GOOD:
        return ended(None, status)
    return ended("redirected" if 300 <= status < 400 else "refused", status)


def _is_of_tls(error: BaseException | None) -> bool:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        if isinstance(error, ssl.SSLError):
            return True
        seen.add(id(error))
        error = error.__cause__ or error.__context__
    return False


@cache
def _trusting(certificates: Path | None) -> ssl.SSLContext:
    """Give what certificates are verified with; reading the usual authorities takes longer than sending."""
    context = httpx.create_ssl_context(trust_env=False)
    if certificates is not None:
        context.load_verify_locations(certificates)
    return context


async def _post(
    url: str, address: Address, host: str, body: str, headers: Mapping[str, str], deployment: Deployment
) -> int:
    """Give the status. The library's own limits are a step's; the whole is limited here."""
    context = _trusting(deployment.certificates)
    # An IPv6 address stands in brackets; whether the name is one of those the certificate is for is
    # asked of sni_hostname by the TLS library itself.
    target = httpx.URL(url).copy_with(host=str(address))
    async with (
        asyncio.timeout(LONGEST_S),
        httpx.AsyncClient(
            verify=context, trust_env=False, follow_redirects=False, timeout=LONGEST_S
        ) as client,
        client.stream(
            "POST",
            target,
            content=body.encode(),
            headers=headers,
            extensions={"sni_hostname": host},
        ) as answer,
    ):
        read = 0
        async for chunk in answer.aiter_raw():
            read += len(chunk)
            if read > MOST_READ:
                break
        return answer.status_code
