"""The strict reading of requests: JSON that means one thing, and text that cannot deceive.

Every fault is named with a stable code and where it is; no answer repeats what was sent.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from typing import Any, NoReturn

from domain.errors import Malformed

DEEPEST = 32
_MARKS_OF_JSON = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[{}\]]', re.DOTALL)
LONGEST_INTEGER = 19
"""Digits of the largest integer that a 64-bit column holds."""


def read_json(body: bytes) -> Any:
    """Give the value of a JSON body.

    Raises Malformed for anything but UTF-8 JSON without duplicate keys, NaN, Infinity, a byte order
    mark, endless nesting or integers beyond 64 bits' digits.
    """
    if body.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise Malformed("Send JSON in UTF-8 without a byte order mark.", code="malformed-json")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Malformed("Send JSON in UTF-8.", code="malformed-json") from error
    _check_depth(text)
    try:
        return json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_constant,
            parse_int=_integer,
            parse_float=_float,
        )
    except (ValueError, RecursionError) as error:
        raise Malformed("The body is not valid JSON.", code="malformed-json") from error


def _check_depth(text: str) -> None:
    """Refuse deep nesting before parsing; brackets inside strings do not count."""
    # Nearly every request has so few brackets that they need no looking at.
    if text.count("[") + text.count("{") <= DEEPEST:
        return
    depth = 0
    for found in _MARKS_OF_JSON.finditer(text):
        mark = found[0]
        if mark in "[{":
            depth += 1
            if depth > DEEPEST:
                raise Malformed(f"The body is nested deeper than {DEEPEST} levels.", code="too-deep")
        elif mark in "]}":
            depth -= 1


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Malformed("An object names the same member twice.", code="duplicate-key")
    return found


def _constant(_: str) -> NoReturn:
    raise Malformed("NaN and Infinity are no JSON numbers.", code="malformed-json")


def _integer(digits: str) -> int:
    if len(digits.lstrip("-")) > LONGEST_INTEGER:
        raise Malformed("An integer has too many digits.", code="malformed-json")
    return int(digits)


def _float(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise Malformed("A number is too large.", code="malformed-json")
    return value


_STRIPPED = dict.fromkeys(map(ord, "\u200b\ufeff\u00ad\u2060\u200e\u200f\u061c"))
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_ALLOWED_CONTROLS = frozenset("\t\n\r")


def fault_in(text: str, *, long: bool) -> str | None:
    """Give the code of what is wrong with the characters of a text, or None.

    Long text may hold tabs, line breaks and bidirectional controls, as a verbatim excerpt does; names,
    titles and codes may not.
    """
    marks = 0
    for character in text:
        if character.isascii():
            marks = 0
            if character < " " or character == "\x7f":
                if long and character in _ALLOWED_CONTROLS:
                    continue
                return "control-character"
            continue
        category = unicodedata.category(character)
        if category == "Cs":
            return "invalid-unicode"
        if category in ("Cc", "Co", "Cn"):
            return "control-character"
        if not long and character in _BIDI:
            return "bidi-control"
        if category[0] == "M":
            marks += 1
            if marks > 8:
                return "too-long"
        elif category != "Cf":
            # A joiner between marks starts no new letter.
            marks = 0
    return None


def cleaned(text: str) -> str:
    """Give a text as it is stored: NFC, without invisible characters that only look like nothing.

    Joiners between letters stay: Persian and Indic scripts need them.
    """
    return unicodedata.normalize("NFC", text.translate(_STRIPPED)).strip()
