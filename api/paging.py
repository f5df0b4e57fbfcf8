"""Page cursors: opaque, signed for the query they belong to."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

from domain.errors import Fault, Malformed


def _signature(secret: bytes, scope: str, payload: bytes) -> bytes:
    return hmac.new(secret, scope.encode() + b"\0" + payload, hashlib.sha256).digest()[:16]


def seal(secret: bytes, scope: str, position: list[Any]) -> str:
    """Give the cursor for a position; ``scope`` is the organisation, route and query it is for."""
    payload = json.dumps(position, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_signature(secret, scope, payload) + payload).decode().rstrip("=")


def unseal(secret: bytes, scope: str, cursor: str) -> list[Any]:
    """Give the position in a cursor. Raises Malformed unless it was sealed for this very query."""
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raw = b""
    signature, payload = raw[:16], raw[16:]
    if not payload or not hmac.compare_digest(signature, _signature(secret, scope, payload)):
        raise Malformed(
            "The cursor does not belong to this query. Start again without a cursor.",
            code="invalid-cursor",
            faults=[Fault("cursor", "invalid-cursor", "Use a cursor only with the query that gave it.")],
        )
    position: list[Any] = json.loads(payload)
    return position
