"""Ages as people write them: "34", "0-17", "18+", "child", "2 months", "Less than a day", "unknown"."""

from __future__ import annotations

import re
from functools import lru_cache

from domain.cells import ADULT, ANY_AGE, CHILD, OLDEST_AGE, Age
from exchange.readers.text import Unreadable, ascii_digits, tidy

_NAMED = {
    "child": CHILD,
    "children": CHILD,
    "minor": CHILD,
    "minors": CHILD,
    "adult": ADULT,
    "adults": ADULT,
    "newborn": Age(0, 0),
    "new-born": Age(0, 0),
    "new born": Age(0, 0),
    "unknown": ANY_AGE,
    "not known": ANY_AGE,
    "age unknown": ANY_AGE,
    "?": ANY_AGE,
    "غير معروف": ANY_AGE,
    "غير محدد": ANY_AGE,
}
_UNITS_A_YEAR = {"h": 8766, "d": 365, "w": 52, "m": 12, "y": 1}
_UNIT = (
    r"(?P<unit>hours?|hrs?|days?|weeks?|wks?|months?|mths?|mos?|years?|yrs?|y/o|yo|y|"
    r"ساعات|ساعة|أيام|يوم|أسابيع|أسبوع|أشهر|شهور|شهر|سنوات|سنة|عام)(?:\s+old)?"
)
_ARABIC_UNITS = {"س": "y", "ع": "y", "ش": "m", "ي": "d"}
_ONE = re.compile(r"(?P<number>\d+)(?:\.\d+)?")
_WITH_UNIT = re.compile(rf"(?P<number>\d+|a|an|one)(?:\.\d+)?\s*{_UNIT}(?:,?\s*(?:and\s+)?\d+\s*\w+)?")
_LESS_THAN_A = re.compile(rf"(?:less than|under|below|<)\s*(?P<number>\d+|a|an|one)\s*{_UNIT}")
_UNDER = re.compile(r"(?:less than|under|below|younger than|<)\s*(\d+)")
_OVER = re.compile(r"(?:more than|over|above|older than|>)\s*(\d+)")
_FROM = re.compile(r"(?:at least|>=|≥)\s*(\d+)|(\d+)\s*(?:\+|and over|and above|or older|and older|or over)")
_RANGE = re.compile(r"(\d+)\s*(?:-|\u2010|\u2011|\u2012|\u2013|\u2014|to)\s*(\d+)")


@lru_cache(maxsize=4096)  # a list of the dead repeats a hundred ages tens of thousands of times
def read_age(text: str) -> Age:
    """Give the interval of whole years behind a cell; never called for a blank one.

    "34" is 34-34; months, weeks, days and "Less than a day" are 0-0 until a year is full; a fraction
    of a year ("0.58") is cut to the full year; "0-17", "under 18" and "child" are 0-17; "18+" and
    "adult" are 18 and open; "unknown" is the whole line.

    Raises Unreadable: ``invalid-age`` above 130 years or when the bounds are reversed,
    ``unreadable-age`` for all else.
    """
    said = " ".join(ascii_digits(tidy(text)).casefold().split())
    if said in _NAMED:
        return _NAMED[said]
    for pattern, meaning in (
        (_ONE, lambda m: (int(m["number"]), int(m["number"]))),
        (_LESS_THAN_A, _shorter_than),
        (_WITH_UNIT, lambda m: (_years(m), _years(m))),
        (_UNDER, lambda m: (0, int(m[1]) - 1)),
        (_OVER, lambda m: (int(m[1]) + 1, None)),
        (_FROM, lambda m: (int(m[1] or m[2]), None)),
        (_RANGE, lambda m: (int(m[1]), int(m[2]))),
    ):
        found = pattern.fullmatch(said)
        if found and len(max(re.findall(r"\d+", said), key=len, default="")) <= 9:
            low, high = meaning(found)
            return _checked(low, high)
    raise Unreadable(
        "unreadable-age",
        "Write years (34), a range (0-17, 18+), child, adult or unknown; leave it blank when the source "
        "does not speak of age.",
    )


def _years(found: re.Match[str]) -> int:
    number = int(found["number"]) if found["number"].isdecimal() else 1
    return number // _UNITS_A_YEAR[_initial(found["unit"])]


def _shorter_than(found: re.Match[str]) -> tuple[int, int]:
    number = int(found["number"]) if found["number"].isdecimal() else 1
    full = _UNITS_A_YEAR[_initial(found["unit"])]
    return (0, -1) if number == 0 else (0, (number - 1) // full)


def _initial(unit: str) -> str:
    if unit.startswith(("ساع", "أس")):
        return "h" if unit.startswith("ساع") else "w"
    if unit.startswith(("أي", "أش")):
        return "d" if unit.startswith("أي") else "m"
    return _ARABIC_UNITS.get(unit[0], unit[0])


def _checked(low: int, high: int | None) -> Age:
    if low > OLDEST_AGE or (high is not None and (high > OLDEST_AGE or high < low)):
        raise Unreadable("invalid-age", "An age lies between 0 and 130 years, the lower bound first.")
    return Age(low, high)
