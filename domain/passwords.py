"""Which passwords are too easy to guess: length and a blocklist, no rule of composition (NIST SP 800-63B-4).

The list is not of passwords but of what long ones are made of: a password that is nothing but words that
many choose, runs of the keyboard, one unit again and again, or the names of the place, is blocked in every
spelling of these. The words are our own choice.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

SHORTEST, LONGEST = 15, 200
_FEWEST_LETTERS = 5
"""So many different characters at least."""

_RUNS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "1234567890",
    "qwertyuiop",
    "qwertzuiop",
    "azertyuiop",
    "asdfghjkl",
    "qsdfghjklm",
    "zxcvbnm",
    "yxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "qazwsxedcrfvtgbyhnujm",
)
_WORDS = frozenset(
    [
        "a",
        "access",
        "account",
        "admin",
        "administrator",
        "again",
        "all",
        "always",
        "amen",
        "and",
        "angel",
        "april",
        "august",
        "baby",
        "best",
        "blessed",
        "bless",
        "chance",
        "change",
        "changeit",
        "changeme",
        "charlie",
        "chelsea",
        "computer",
        "correct",
        "battery",
        "horse",
        "staple",
        "daniel",
        "dashboard",
        "december",
        "default",
        "demo",
        "dragon",
        "enter",
        "ever",
        "family",
        "february",
        "flower",
        "football",
        "forever",
        "freedom",
        "friday",
        "friend",
        "friends",
        "god",
        "guest",
        "happy",
        "hello",
        "heaven",
        "home",
        "human",
        "i",
        "iloveyou",
        "in",
        "internet",
        "is",
        "it",
        "january",
        "jesus",
        "july",
        "june",
        "justice",
        "key",
        "king",
        "lets",
        "let",
        "letmein",
        "life",
        "login",
        "lord",
        "love",
        "lovely",
        "make",
        "man",
        "march",
        "master",
        "may",
        "me",
        "monday",
        "monkey",
        "mother",
        "my",
        "mypassword",
        "name",
        "new",
        "no",
        "not",
        "november",
        "number",
        "october",
        "of",
        "office",
        "one",
        "open",
        "our",
        "pass",
        "passphrase",
        "passw0rd",
        "password",
        "peace",
        "people",
        "please",
        "princess",
        "queen",
        "record",
        "recorder",
        "report",
        "rights",
        "root",
        "saturday",
        "secret",
        "secure",
        "security",
        "september",
        "server",
        "service",
        "shadow",
        "star",
        "starwars",
        "summer",
        "sunday",
        "sunshine",
        "super",
        "superman",
        "system",
        "temp",
        "temporary",
        "test",
        "testing",
        "the",
        "this",
        "thursday",
        "to",
        "top",
        "trust",
        "tuesday",
        "user",
        "very",
        "victory",
        "wednesday",
        "welcome",
        "winter",
        "word",
        "work",
        "world",
        "year",
        "yes",
        "you",
        "your",
    ]
)
_LIKE = str.maketrans("0134578@$!", "oieastbasi")
"""What is written for letters."""


def fault_in_password(password: str, names: Iterable[str]) -> str | None:
    """Give the code of what is wrong with a new password, or None.

    ``names`` are what somebody would try first: the login, the person's name, the organisation's.
    """
    if len(password) < SHORTEST:
        return "password-too-short"
    if len(password) > LONGEST:
        return "password-too-long"
    plain = unicodedata.normalize("NFKC", password).casefold()
    if len(set(plain)) < _FEWEST_LETTERS or _is_one_unit(plain):
        return "password-too-common"
    words = {part for name in names for part in re.split(r"[\W_]+", name.casefold()) if len(part) > 1}
    kept = _without_runs(plain)
    for spelt in (kept, kept.translate(_LIKE)):
        letters = re.sub(r"[\W\d_]+", " ", spelt)
        if all(_is_made_of(part, words | _WORDS) for part in letters.split()):
            return "password-too-common"
    return None


def _is_one_unit(text: str) -> bool:
    """Tell whether a text is one unit of at most half its length again and again."""
    return text in (text + text)[1:-1] or any(
        (text[:size] * (len(text) // size + 1))[: len(text)] == text for size in range(1, len(text) // 2 + 1)
    )


def _without_runs(text: str) -> str:
    """Give a text without its runs of four or more along the keyboard, the alphabet or the digits."""
    found, place = [], 0
    while place < len(text):
        run = max((_run_at(text, place, way) for run in _RUNS for way in (run, run[::-1])), default=0)
        if run >= 4:
            found.append(" ")
            place += run
        else:
            found.append(text[place])
            place += 1
    return "".join(found)


def _run_at(text: str, place: int, run: str) -> int:
    size = 0
    while place + size < len(text) and text[place : place + size + 1] in run:
        size += 1
    return size


def _is_made_of(text: str, words: frozenset[str] | set[str]) -> bool:
    """Tell whether a text is words one after another."""
    ends = {0}
    for place in range(len(text)):
        if place in ends:
            ends |= {place + len(word) for word in words if text.startswith(word, place)}
    return len(text) in ends
