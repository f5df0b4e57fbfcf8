"""The one form in which content is stored and hashed: JSON, UTF-8, keys sorted, no spaces."""

from __future__ import annotations

from typing import Any

import orjson


def canonical(value: Any) -> str:
    """Give the canonical JSON of plain values and dataclasses."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def document(draft: Any) -> dict[str, Any]:
    """Give a draft's fields as plain values, unknown kept as null."""
    if isinstance(draft, dict):
        return draft
    parsed: dict[str, Any] = orjson.loads(orjson.dumps(draft))
    return parsed


def parse(content: str) -> dict[str, Any]:
    """Give the plain values of stored content."""
    parsed: dict[str, Any] = orjson.loads(content)
    return parsed
