"""How what is published is sent: for how long anybody may keep it, and by what tag it is known again."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from starlette.responses import Response

HEADERS = {
    # Who may, keeps it for a minute. Where the same address answers members otherwise, it says so.
    "Cache-Control": "public, max-age=60",
    "Vary": "Authorization",
}


def is_known(sent: str | None, tag: str) -> bool:
    """Tell whether an ``If-None-Match`` names the tag, weakly or not."""
    return sent is not None and tag in [part.strip().removeprefix("W/") for part in sent.split(",")]


def tagged(
    sent: str | None,
    body: str | bytes,
    tag: str,
    *,
    media: str = "application/json",
    headers: Mapping[str, str] = MappingProxyType({}),
) -> Response:
    """Give what has a tag, or 304 to who has sent this very one; ``headers`` besides those of all."""
    told = {**HEADERS, **headers, "ETag": tag}
    if is_known(sent, tag):
        return Response(status_code=304, headers=told)
    return Response(body, media_type=media, headers=told)
