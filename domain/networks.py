"""Which addresses the service may send a message to by itself.

Somebody who can name an address could make the service knock at doors inside the network that it stands
in: a metadata service, a database, a router. So whatever is no address of the public internet is refused,
and so are addresses that carry such a one inside (IPv4-mapped, NAT64, 6to4, Teredo).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from urllib.parse import urlsplit

from domain.errors import Fault, Invalid

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_NAT64 = IPv6Network("64:ff9b::/96")
_NEVER: tuple[Network, ...] = (
    # What is_global of some Python versions takes for public.
    *(ip_network(text) for text in ("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24")),
    *(ip_network(text) for text in ("198.18.0.0/15", "240.0.0.0/4", "::/96", "100::/64", "2001::/23")),
    *(ip_network(text) for text in ("2001:db8::/32", "3fff::/20", "5f00::/16", "fec0::/10")),
    # A network's own translation to IPv4 (RFC 8215): where in the address the other lies, it alone knows.
    ip_network("64:ff9b:1::/48"),
)


def networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """Give the networks that texts such as ``10.1.0.0/16`` name. Raises ValueError for what is none."""
    return tuple(ip_network(text) for text in texts)


def is_allowed(address: Address, allowed: Sequence[Network]) -> bool:
    """Tell whether a message may go to an address: a public one, or one in a network that is allowed.

    An address that carries others is as they are: each of them has to be allowed.
    """
    if isinstance(address, IPv6Address) and address.scope_id is not None:
        return False  # an address of one link of this very machine
    if _within(address, allowed):
        return True
    inner = tuple(_carried(address))
    if inner:
        return all(is_allowed(one, allowed) for one in inner)
    return address.is_global and not (
        address.is_multicast
        or address.is_private
        or address.is_loopback
        or address.is_link_local
        or address.is_reserved
        or address.is_unspecified
        or _within(address, _NEVER)
    )


def _within(address: Address, several: Sequence[Network]) -> bool:
    return any(address.version == one.version and address in one for one in several)


def _carried(address: Address) -> Iterator[Address]:
    """Give the IPv4 addresses that an IPv6 address stands for."""
    if isinstance(address, IPv4Address):
        return
    if address.ipv4_mapped is not None:
        yield address.ipv4_mapped
    if address.sixtofour is not None:
        yield address.sixtofour
    if address.teredo is not None:
        yield from address.teredo
    if address in _NAT64:
        yield IPv4Address(int(address) & 0xFFFF_FFFF)


def check_target(url: str, allowed: Sequence[Network], *, plain_http: bool = False) -> tuple[str, int]:
    """Give the host and port of a webhook's address.

    Raises Invalid unless it is https (or http where that is allowed), complete, without a user name, a
    password or a fragment, and not a refused address written as one. A name is looked up when a message
    is sent, each time: what it points to may change.
    """
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError as error:
        raise _refused("/url", "invalid-url", "Write a complete https address.") from error
    if parts.scheme not in ("http", "https") or not host or not url.isascii() or not url.isprintable():
        raise _refused("/url", "invalid-url", "Write a complete https address, a name in its xn-- form.")
    if parts.username is not None or parts.password is not None:
        raise _refused("/url", "credentials-in-url", "Take the user name and password out of the address.")
    if parts.fragment or " " in url or port == 0:
        raise _refused("/url", "invalid-url", "Write the address without a fragment or blank.")
    if parts.scheme == "http" and not plain_http:
        raise _refused(
            "/url",
            "plain-http",
            "Only https is taken; CIVHARM_WEBHOOK_PLAIN_HTTP=true on the server allows http.",
        )
    literal = _literal(host)
    if literal is not None and not is_allowed(literal, allowed):
        raise _refused(
            "/url",
            "address-refused",
            "The address is not one of the public internet. CIVHARM_WEBHOOK_NETWORKS on the server lists "
            "networks that are allowed all the same.",
        )
    return host, port or (443 if parts.scheme == "https" else 80)


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _refused(pointer: str, code: str, detail: str) -> Invalid:
    return Invalid(detail, code=code, faults=[Fault(pointer, code, detail)])


def is_private(address: str) -> bool:
    """Tell whether what is said to an address is read by nobody between: https, or this very machine."""
    parts = urlsplit(address)
    here = parts.hostname in ("localhost", "127.0.0.1", "::1")
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and here))
