"""Text as it comes in cells: what is blank, which characters cannot stand, digits of other scripts."""

from __future__ import annotations

import datetime as dt
import difflib
import re
import unicodedata
from collections.abc import Iterable

Value = str | int | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta
"""What a cell can hold: always text in CSV, typed in a workbook."""


class Unreadable(Exception):
    """A cell, or the row it stands in, cannot be read.

    ``code`` and ``detail`` go into a finding as they are, so ``detail`` never repeats the value.
    """

    def __init__(self, code: str, detail: str, column: str | None = None) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.column = column


_CANNOT_STAND = re.compile(
    "(?P<control>[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f])"
    "|(?P<bidi>[\u202a-\u202e\u2066-\u2069])"
    "|(?P<surrogate>[\ud800-\udfff])"
)
# ZWNJ and ZWJ stay: Persian and Indic names are misspelt without them.
_INVISIBLE = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u2060\ufeff]")
_EITHER = re.compile(f"{_INVISIBLE.pattern}|{re.sub(r'[?]P<[a-z]+>', '', _CANNOT_STAND.pattern)}")
_MARKS_OF_NOTHING = frozenset({"", "-", "--", "\u2013", "\u2014", "n/a"})
_CODES_OF_NOTHING = _MARKS_OF_NOTHING | {"na", "n.a."}


def checked(text: str) -> bool:
    """Tell whether the text holds invisible characters, which ``tidy`` removes.

    Raises Unreadable when it holds what no record may hold: control characters break databases and
    terminals (``control-character``), bidirectional overrides show another name than the one that is
    stored (``bidi-control``), half a surrogate pair is not Unicode (``invalid-unicode``).
    """
    if _EITHER.search(text) is None:
        return False
    found = _CANNOT_STAND.search(text)
    if found is None:
        return True
    if found["control"]:
        raise Unreadable("control-character", "The row holds a control character; remove it.")
    if found["bidi"]:
        raise Unreadable(
            "bidi-control", "The row holds a character that turns the direction of text; remove it."
        )
    raise Unreadable("invalid-unicode", "The row holds half of a character; save the file again as UTF-8.")


def tidy(text: str) -> str:
    """Give the text in NFC, without invisible characters and without blanks at its ends."""
    if text.isascii():
        return text.strip()
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", text)).strip()


def ascii_digits(text: str) -> str:
    """Give the text with decimal digits of every script written as 0 to 9."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


def is_blank(text: str, *, name_like: bool = False) -> bool:
    """Tell whether a cell says nothing: empty, a dash, "N/A".

    In name-like text (a source, a place, a title) "NA" is kept, as are "Null" and "True" everywhere: a
    person or a place may be called so.
    """
    return text.strip().casefold() in (_MARKS_OF_NOTHING if name_like else _CODES_OF_NOTHING)


def as_text(value: Value) -> str:
    """Give a cell's value as text: 33.0 of a workbook is "33", a day is in ISO 8601."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.date):  # a datetime is one
        return value.isoformat()
    return str(value)


def folded(text: str) -> str:
    """Give a header or a label for comparing: lower case, blanks and hyphens as underscores."""
    return re.sub(r"[\s\-_]+", "_", tidy(text).casefold()).strip("_")


def closest(word: str, known: Iterable[str]) -> str | None:
    """Give the known word that a mistyped one is nearest to, or None when none is near."""
    found = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return found[0] if found else None
