"""Numbers as people write them in a cell: "33", "10-12", "at least 33", "more than 200", "dozens"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from domain.cells import count_said
from domain.vocab import Comparator
from exchange.readers.text import Unreadable, ascii_digits, tidy

_NUMBER_WORDS = {
    word: str(number)
    for number, word in enumerate(
        [
            "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
            "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
            "nineteen", "twenty",
        ]
    )
}  # fmt: skip
_WORDS = frozenset(
    {
        "a few", "a number", "a number of", "a handful", "dozens", "few", "hundreds", "many", "multiple",
        "numerous", "scores", "several", "some", "tens", "thousands", "dozens of", "hundreds of", "scores of",
        "tens of", "thousands of", "various",
    }
)  # fmt: skip
_MENTIONS = frozenset(
    {"mention", "mentioned", "not stated", "number not stated", "unstated", "unknown number", "no number"}
)
_BEFORE: dict[str, Comparator] = {
    "at least": Comparator.AT_LEAST,
    "no fewer than": Comparator.AT_LEAST,
    "no less than": Comparator.AT_LEAST,
    "not less than": Comparator.AT_LEAST,
    "minimum": Comparator.AT_LEAST,
    "min": Comparator.AT_LEAST,
    ">=": Comparator.AT_LEAST,
    "≥": Comparator.AT_LEAST,
    "more than": Comparator.MORE_THAN,
    "over": Comparator.MORE_THAN,
    "above": Comparator.MORE_THAN,
    "upwards of": Comparator.MORE_THAN,
    ">": Comparator.MORE_THAN,
    "up to": Comparator.AT_MOST,
    "at most": Comparator.AT_MOST,
    "as many as": Comparator.AT_MOST,
    "no more than": Comparator.AT_MOST,
    "not more than": Comparator.AT_MOST,
    "maximum": Comparator.AT_MOST,
    "max": Comparator.AT_MOST,
    "<=": Comparator.AT_MOST,
    "≤": Comparator.AT_MOST,
    "about": Comparator.ABOUT,
    "around": Comparator.ABOUT,
    "approximately": Comparator.ABOUT,
    "approx.": Comparator.ABOUT,
    "approx": Comparator.ABOUT,
    "roughly": Comparator.ABOUT,
    "nearly": Comparator.ABOUT,
    "almost": Comparator.ABOUT,
    "some": Comparator.ABOUT,
    "circa": Comparator.ABOUT,
    "ca.": Comparator.ABOUT,
    "c.": Comparator.ABOUT,
    "~": Comparator.ABOUT,
    "≈": Comparator.ABOUT,
    "exactly": Comparator.EXACTLY,
}
_FEWER = ("less than", "fewer than", "under", "below", "<")
_AFTER = {
    "+": Comparator.AT_LEAST,
    "or more": Comparator.AT_LEAST,
    "and more": Comparator.AT_LEAST,
    "at least": Comparator.AT_LEAST,
    "or so": Comparator.ABOUT,
}


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_PLAIN = re.compile(r"\d+")
_GROUPED = re.compile(r"\d{1,3}(?:[.,'’\s\u066b\u066c]\d{3})+")
_DECIMAL = re.compile(r"\d+[.,\u066b]\d+")
_SAID = re.compile(
    rf"(?:(?P<before>{_any([*_BEFORE, *_FEWER])})\s*)?"
    r"(?P<low>\d+)"
    r"(?:\s*(?:-|\u2010|\u2011|\u2012|\u2013|\u2014|to|and)\s*(?P<high>\d+))?"
    rf"(?:\s*(?P<after>{_any(_AFTER)}))?"
)
_BETWEEN = re.compile(r"(?:between|from)\s+(\d+)\s+(?:and|to|-)\s+(\d+)")
_HIGHEST = 999_999_999


@dataclass(frozen=True, slots=True)
class SaidCount:
    """What a cell says of a number; ``low`` and ``high`` None for a word or a mention."""

    low: int | None
    high: int | None
    open: bool
    comparator: str
    wording: str | None
    """The cell verbatim where it says more than digits; else None."""


def read_whole(text: str) -> int:
    """Give a whole number written in digits of any script, and nothing else.

    Raises Unreadable: ``ambiguous-number`` for "1,234" and "1.234" (a thousand or a fraction,
    depending on the country), ``not-whole-number`` for a fraction, ``out-of-range`` above 999,999,999,
    ``unreadable-number`` for all else.
    """
    said = ascii_digits(tidy(text))
    if _GROUPED.fullmatch(said):
        raise Unreadable("ambiguous-number", "Write the number without separators: 1234.")
    if _DECIMAL.fullmatch(said):
        raise Unreadable("not-whole-number", "A number of persons or things is a whole number.")
    if not _PLAIN.fullmatch(said):
        raise Unreadable("unreadable-number", "Write a whole number in digits.")
    if len(said.lstrip("0")) > len(str(_HIGHEST)):
        raise Unreadable("out-of-range", "The number is larger than any count of persons.")
    return int(said)


def read_count(text: str) -> SaidCount:
    """Give the numbers, the comparator and the wording behind a cell; never called for a blank one.

    "33" is 33-33; "10-12" is 10-12; "at least 33", "33+" are 33-33 open; "more than 200" is 201-201
    open; "up to 12" is 0-12; "fewer than 5" is 0-4; "about 50" is 50-50; "dozens" is a word and
    "mention" a mention, both without a number (record.md section 3).

    Raises Unreadable as ``read_whole``, and ``inconsistent-range`` when the first number of a range is
    the larger one.
    """
    verbatim = tidy(text)
    said = " ".join(ascii_digits(verbatim).casefold().split())
    said = re.sub(r"[a-z]+", lambda found: _NUMBER_WORDS.get(found[0], found[0]), said)
    if said in _MENTIONS:
        wording = None if said == Comparator.MENTION else verbatim
        return SaidCount(None, None, False, Comparator.MENTION.value, wording)
    if said in _WORDS:
        return SaidCount(None, None, False, Comparator.WORD.value, verbatim)
    if _PLAIN.fullmatch(said):
        number = read_whole(said)
        wording = None if verbatim == str(number) else verbatim
        return SaidCount(number, number, False, Comparator.EXACTLY.value, wording)
    if re.search(r"\d\s*[.,'’\u066b\u066c]\s*\d|\d\s+\d", said):
        # "12.5" or "1,234", alone or behind a word: let the strict reader name which.
        read_whole(re.sub(r"[^\d.,'’\u066b\u066c\s]+", "", said).strip())
    between = _BETWEEN.fullmatch(said)
    if between:
        return _counted(Comparator.BETWEEN, between[1], between[2], verbatim)
    found = _SAID.fullmatch(said)
    if found is None or (found["before"] and found["after"]):
        raise Unreadable(
            "unreadable-number",
            "Write a number (33), a range (10-12), a number with its word (at least 33, more than 200, "
            "up to 12, about 50), a word alone (dozens), or mention.",
        )
    if found["before"] in _FEWER:
        if found["high"] is not None or read_whole(found["low"]) == 0:
            raise Unreadable("unreadable-number", "Fewer than zero, or than a range, is not a count.")
        return _counted(Comparator.AT_MOST, str(read_whole(found["low"]) - 1), None, verbatim)
    comparator = _BEFORE.get(found["before"] or "") or _AFTER.get(found["after"] or "")
    if comparator is None:
        comparator = Comparator.EXACTLY if found["high"] is None else Comparator.BETWEEN
    return _counted(comparator, found["low"], found["high"], verbatim)


def _counted(comparator: Comparator, low: str, high: str | None, wording: str) -> SaidCount:
    first, second = read_whole(low), None if high is None else read_whole(high)
    if second is not None and second < first:
        raise Unreadable("inconsistent-range", "The first number of a range is the smaller one.")
    if comparator is Comparator.MORE_THAN and second is not None and second <= first:
        raise Unreadable("inconsistent-range", "More than a range needs a range of two numbers.")
    count = count_said(comparator.value, first, second, wording)
    return SaidCount(count.low, count.high, count.open, comparator.value, wording)


def read_degrees(text: str, most: int, column: str) -> float:
    """Give a coordinate in degrees, from ``-most`` to ``most``.

    Raises Unreadable (``invalid-point``) for anything else.
    """
    try:
        found = float(text)
    except ValueError:
        found = float("nan")
    if not -most <= found <= most:
        raise Unreadable("invalid-point", "The coordinate is no number of degrees.", column)
    return found
