"""Web addresses of reports: recognising one that is known, refusing one that carries a secret."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

from domain.errors import Fault, Invalid
from domain.figures import Finding

_TRACKING = ("utm_", "fbclid", "gclid", "mc_cid", "mc_eid", "igshid", "ref_src")
_SECRET = ("token", "session", "sid", "auth", "apikey", "api_key", "password", "signature")


def address_key(url: str, pointer: str = "/url") -> str:
    """Give what copies of one address share: no scheme, ``www.``, tracking, fragment or last slash.

    Raises Invalid when the address is no http(s) address or carries a user name or password.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise _refused(pointer, "invalid-url", "Write a complete http or https address.") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise _refused(pointer, "invalid-url", "Write a complete http or https address.")
    if parts.username is not None or parts.password is not None:
        raise _refused(pointer, "credentials-in-url", "Take the user name and password out of the address.")
    host = parts.hostname.casefold().removeprefix("www.").removeprefix("m.")
    shown = f"{host}:{port}" if port not in (None, 80, 443) else host
    kept = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not name.casefold().startswith(_TRACKING)
    ]
    query = f"?{urlencode(sorted(kept))}" if kept else ""
    return f"{shown}{parts.path.rstrip('/')}{query}"


def address_findings(url: str) -> tuple[Finding, ...]:
    """Give what to look at in an address that was accepted: tracking words, session tokens."""
    names = [name.casefold() for name, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True)]
    if any(name in _SECRET for name in names):
        return (
            Finding(
                "session-in-url",
                "The address seems to carry a session or access token; store the plain address.",
            ),
        )
    if any(name.startswith(_TRACKING) for name in names):
        return (
            Finding("tracking-in-url", "The address carries tracking words; the plain address is better."),
        )
    return ()


def _refused(pointer: str, code: str, detail: str) -> Invalid:
    return Invalid(detail, code=code, faults=[Fault(pointer, code, detail)])
