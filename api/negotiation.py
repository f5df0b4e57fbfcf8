"""Which of the media types that an address offers a request wants (RFC 9110, section 12.5.1)."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import Request

from api.routing import JSON


def preferred(request: Request, offered: Sequence[str]) -> str:
    """Give the media type that the ``Accept`` header prefers; without one, or a tie, the first offered."""
    wanted = [_range(part) for part in ",".join(request.headers.getlist("accept")).split(",") if part.strip()]
    if not wanted:
        return offered[0]
    # max keeps the first of equals: the order in which the address offers.
    return max(offered, key=lambda media: _quality(media, wanted))


def wants(request: Request, named: str | None, name: str, media: str) -> bool:
    """Tell whether a request wants the one other media type that an address offers beside JSON.

    What it names as ``format`` goes before what it accepts.
    """
    return named == name if named is not None else preferred(request, (JSON, media)) == media


def _range(part: str) -> tuple[str, float]:
    kind, *parameters = (one.strip().lower() for one in part.split(";"))
    quality = 1.0
    for one in parameters:
        name, _, value = one.partition("=")
        if name.strip() == "q":
            try:
                quality = min(1.0, max(0.0, float(value)))
            except ValueError:
                quality = 0.0
    return kind, quality


def _quality(media: str, wanted: Sequence[tuple[str, float]]) -> float:
    """Give the quality of the most specific range that holds the media type."""
    for taken in (media, f"{media.partition('/')[0]}/*", "*/*"):
        found = [quality for kind, quality in wanted if kind == taken]
        if found:
            return max(found)
    return 0.0
