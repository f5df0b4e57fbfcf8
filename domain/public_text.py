"""What a text for the public may give away: contacts, addresses, exact points, names of people.

Findings are for a person to decide on. They say where something stands and what it looks like, never what it
says: they end in answers and in the log. Looking for too much costs a second of a reviewer; what is missed
can cost a life, so a text that could be read both ways is found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

PHONE, EMAIL, CREDENTIALS = "phone-number", "e-mail-address", "address-with-credentials"
ADDRESS, COORDINATES, NAME = "exact-address", "exact-coordinates", "name"
WHAT_TO_DO = {
    PHONE: "It looks like a telephone number. Take it out, or say why it is none.",
    EMAIL: "It looks like an e-mail address. Take it out, or say why it may be public.",
    CREDENTIALS: "The address holds a password or a key. Take it out.",
    ADDRESS: "It looks like a street or house with its number. Name the town or district instead.",
    COORDINATES: "It looks like an exact point. Take it out; the publication has a coarse one.",
    NAME: "It is a name that the record does not clear for the public. Take it out, or record the basis.",
}
"""Each kind of finding with what to do."""


@dataclass(frozen=True, slots=True)
class TextFinding:
    """Something in a field of a text, by the positions of its first character and after its last."""

    field: str
    kind: str
    start: int
    end: int

    @property
    def key(self) -> str:
        """Give the words by which the finding is overridden; what was found is not among them."""
        return f"{self.field}:{self.kind}:{self.start}-{self.end}"

    @property
    def detail(self) -> str:
        """Give where it is and what to do."""
        return f"Characters {self.start + 1} to {self.end} of {self.field}: {WHAT_TO_DO[self.kind]}"


def find(texts: Mapping[str, str | None], names: Iterable[str]) -> tuple[TextFinding, ...]:
    """Give what is found in texts (by field), in order; ``names`` are those that may not be public."""
    uncleared = Names(names)
    found: set[TextFinding] = set()
    for field, text in texts.items():
        if text:
            spans = [*_patterns(text), *((NAME, start, end) for start, end in uncleared.spans(text))]
            found |= {TextFinding(field, kind, start, end) for kind, start, end in spans}
    order = list(texts)
    return tuple(sorted(found, key=lambda one: (order.index(one.field), one.start, one.end, one.kind)))


Span = tuple[str, int, int]

_EMAIL = re.compile(
    r"[^\s@<>()\[\],;:]+@[^\s@<>()\[\],;:]+\.\w{2,}"
    r"|[\w.+-]+\s*[\[({]\s*(?:at|@)\s*[\])}]\s*[\w-]+(?:\s*(?:\.|[\[({]\s*dot\s*[\])}])\s*\w+)+",
    re.IGNORECASE,
)
_CREDENTIALS = re.compile(
    r"\w+://[^\s/@:]+:[^\s/@]*@\S*"
    r"|\w+://\S+[?&](?:access_token|auth|key|api_?key|password|passwd|pwd|secret|sig|signature|token)=\S+",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"(?<![\w.])(?:\+|00)?[(\[]?\d[\d\s().\u2010-\u2015/\-]{4,}\d(?!\w)")
_NO_PHONE = (
    # Days, years, times and large numbers as they are written everywhere.
    re.compile(r"(?:19|20)\d\d[-./\u2010-\u2015][01]?\d[-./\u2010-\u2015][0-3]?\d(?!\d)"),
    re.compile(r"(?<!\d)[0-3]?\d[-./][01]?\d[-./](?:19|20)\d\d(?!\d)|\((?:19|20)\d\d\)?(?!\d)"),
    re.compile(r"\d{1,3}(?:,\d{3})+|\d{1,3}(?:\.\d{3})+|\d{1,3}(?:[ \u00a0\u202f]\d{3})*[ \u00a0\u202f]000"),
    re.compile(r"(?:19|20)\d\d\s*[-/\u2010-\u2015]\s*(?:19|20)?\d\d"),
)
_BEFORE_A_CODE = re.compile(r"[A-Za-z]{2,}[-/]$")
_FEWEST, _MOST = 7, 15

_HOUSE = re.compile(
    # 12 Main Street; Main Street 12, or No. 12 of one.
    r"\b\d{1,5}[A-Za-z]?,?\s+(?:(?:[^\W\d_a-z][\w'\u2019.-]*|\d+(?:st|nd|rd|th))\s+){1,3}"
    r"(?:[Ss]treet|[Rr]oad|[Aa]venue|[Ll]ane|[Bb]oulevard|[Dd]rive|[Aa]lley|St|Rd|Ave|Ln|Blvd)\b"
    r"|\b(?:[Ss]treet|[Rr]oad|[Aa]venue|[Ll]ane|[Hh]ouse|[Aa]lley)\s+(?:[Nn]o\.?|[Nn]umber|#|\u2116)\s*\d{1,5}"
    r"|\b[^\W\d_a-z]\w+\s+(?:Street|Road|Avenue|Lane),?\s+\d{1,4}[a-z]?(?=\s*(?:[,.;)]|$))"
    # A dwelling by its number.
    r"|\b(?:[Ff]lat|[Aa]partment|[Aa]pt\.?|[Hh]ouse|[Rr]oom)\s*(?:[Nn]o\.?|#)?\s*\d{1,4}[A-Za-z]?\b"
    # 12 rue X, X-Strasse 12, calle X 12.
    r"|\b\d{1,4},?\s+(?:rue|avenue|boulevard|chemin|via|calle)\s+\w+"
    r"|\b\w+(?:stra(?:\u00df|ss)e|str\.|gasse|weg)\s+\d{1,4}[a-z]?\b"
    r"|\b(?:[Cc]alle|[Vv]ia|[Rr]ua|[Cc]arrera)\s+(?:\w+\s+){1,3}\d{1,4}\b"
    # Cyrillic: street with house, house, flat.
    r"|\b(?:\u0443\u043b\.?|\u0443\u043b\u0438\u0446[\u0430\u0435\u0443\u044b]|\u0432\u0443\u043b\.?|"
    r"\u0432\u0443\u043b\u0438\u0446[\u0456\u044f\u044e]|\u043f\u0440\.|\u043f\u0435\u0440\.)"
    r"\s+[\w\s.-]{2,40}?,?\s*(?:\u0434\.?|\u0431\u0443\u0434\.?|\u0434\u043e\u043c)?\s*\d{1,4}\b"
    r"|\b(?:\u0434\u043e\u043c[\u0430\u0435]?|\u0431\u0443\u0434\u0438\u043d\u043a\u0443|\u0431\u0443\u0434\.|"
    r"\u043a\u0432\u0430\u0440\u0442\u0438\u0440[\u0430\u0435\u0443\u044b\u0438]|\u043a\u0432\.)\s*(?:\u2116)?\s*\d{1,4}\b"
    # Arabic: street, house, building, flat with a number.
    r"|(?:\u0634\u0627\u0631\u0639|\u0632\u0642\u0627\u0642)\s+(?:\w+\s+){0,3}(?:\u0631\u0642\u0645\s*)?\d{1,4}\b"
    r"|(?:\u0645\u0646\u0632\u0644|\u0628\u064a\u062a|\u0634\u0642\u0629|\u0628\u0646\u0627\u064a\u0629|\u0639\u0645\u0627\u0631\u0629)"
    r"\s+(?:\u0631\u0642\u0645\s*)?\d{1,4}\b"
)
_COORDINATES = re.compile(
    r"(?<![\w.])[+-]?\d{1,3}\.\d{3,}\s*\u00b0?\s*[NSEWnsew]?\s*[,;/ ]\s*"
    r"[+-]?\d{1,3}\.\d{3,}\s*\u00b0?(?:\s*[NSEW]\b)?"
    r"|\d{1,3}\s*[\u00b0\u00ba]\s*\d{1,2}(?:\.\d+)?\s*['\u2032\u2019]"
    r"(?:\s*\d{1,2}(?:\.\d+)?\s*[\"\u2033\u201d])?\s*[NSEW]?"
    r"|\bgeo:-?\d+\.\d+,-?\d+\.\d+"
    # Plus codes, and three words for three metres.
    r"|\b[23456789CFGHJMPQRVWX]{4,8}\+[23456789CFGHJMPQRVWX]{2,3}\b"
    r"|///\w+\.\w+\.\w+"
    r"|\b\d{1,2}[C-X]\s?[A-Z]{2}\s?\d{4,5}\s?\d{4,5}\b"
)


def _patterns(text: str) -> Iterator[Span]:
    covered: list[tuple[int, int]] = []
    for kind, pattern in (
        (CREDENTIALS, _CREDENTIALS),
        (EMAIL, _EMAIL),
        (COORDINATES, _COORDINATES),
        (ADDRESS, _HOUSE),
    ):
        for match in pattern.finditer(text):
            if not any(start < match.end() and match.start() < end for start, end in covered):
                covered.append(match.span())
                yield kind, *match.span()
    for match in _DIGITS.finditer(text):
        if any(start < match.end() and match.start() < end for start, end in covered):
            continue
        if not _BEFORE_A_CODE.search(text[: match.start()]) and _is_phone(match.group()):
            yield PHONE, *match.span()


def _is_phone(run: str) -> bool:
    """Tell whether digits could be dialled: what is a day, a year or a large number is set aside first."""
    if run.startswith("+"):
        return _FEWEST <= sum(one.isdigit() for one in run) <= _MOST
    for pattern in _NO_PHONE:
        run = pattern.sub(" ; ", run)
    return any(_FEWEST <= sum(one.isdigit() for one in part) <= _MOST for part in run.split(";"))


_ARABIC = re.compile(r"[\u0600-\u06ff]")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
_SAME = str.maketrans(
    {
        # Letters that writers of Arabic, Persian, Urdu and Russian exchange.
        **dict.fromkeys("\u0622\u0623\u0625\u0671", "\u0627"),
        **dict.fromkeys("\u0649\u06cc\u0626", "\u064a"),
        "\u0629": "\u0647",
        "\u06c1": "\u0647",
        "\u06a9": "\u0643",
        "\u0624": "\u0648",
        "\u0640": "",
        "\u0451": "\u0435",
        # Letters that no decomposition takes apart.
        "\u0131": "i",
        "\u0142": "l",
        "\u00f8": "o",
        "\u0111": "d",
        "\u00df": "ss",
        "\u00e6": "ae",
    }
)
_BEFORE_ARABIC = ("\u0648", "\u0641", "\u0628", "\u0644", "\u0643", "\u0627\u0644", "\u0648\u0627\u0644")
"""What is written on to the front of an Arabic word: and, so, by, for, like, the."""


def folded(character: str) -> str:
    """Give a character for comparing: no case, marks or joins; of letters that are exchanged, one."""
    plain = unicodedata.normalize("NFKD", character).casefold()
    kept = "".join(one for one in plain if not unicodedata.category(one).startswith(("M", "C")))
    return kept.translate(_SAME)


@dataclass(frozen=True, slots=True)
class _Word:
    folded: str
    start: int
    end: int


def _words(text: str) -> list[_Word]:
    """Give the words of a text, folded, with where they stand in it."""
    found: list[_Word] = []
    letters, start = "", 0
    for at, character in enumerate(text):
        if (
            character.isalnum()
            or unicodedata.category(character).startswith(("M", "C"))
            or character in "'\u2019\u02bc\u0640"
        ):
            if not letters:
                start = at
            if character not in "'\u2019\u02bc":
                letters += folded(character)
            continue
        if letters:
            found.append(_Word(letters, start, at))
        letters = ""
    if letters:
        found.append(_Word(letters, start, len(text)))
    return found


class Names:
    """Names to look for in texts, in any script.

    Two words of one name side by side, in any order, are the name: texts leave out middle names and turn
    them round. A name of one word is found alone.
    """

    def __init__(self, names: Iterable[str]) -> None:
        kept = {tuple(word.folded for word in _words(name) if len(word.folded) > 1) for name in names}
        self._names = [one for one in sorted(kept) if one]
        self._unspaced = sorted(
            {"".join(one) for one in self._names if _UNSPACED.search(one[0]) and len("".join(one)) > 1}
        )
        self._spaced = [one for one in self._names if not _UNSPACED.search(one[0])]
        # By each of its words, so that a text is held against the few names that have one of its own.
        self._having: dict[str, list[tuple[str, ...]]] = {}
        for one in self._spaced:
            for key in {key for word in one for key in _keys(word)}:
                self._having.setdefault(key, []).append(one)

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Give where a name stands in a text, each place once."""
        yield from self._without_spaces(text)
        words = _words(text)
        at = 0
        while at < len(words):
            reach = max((self._reach(words, at, name) for name in self._like(words[at])), default=0)
            if reach:
                yield words[at].start, words[at + reach - 1].end
            at += max(1, reach)

    def _like(self, word: _Word) -> Iterator[tuple[str, ...]]:
        for key in _asked(word.folded):
            yield from self._having.get(key, ())

    @staticmethod
    def _reach(words: Sequence[_Word], at: int, name: tuple[str, ...]) -> int:
        """Give how many words from here on are words of the name, each once; 0 where too few are."""
        left = list(name)
        count = 0
        for word in words[at : at + len(name)]:
            same = next((one for one in left if _alike(word.folded, one)), None)
            if same is None:
                break
            left.remove(same)
            count += 1
        return count if count >= min(2, len(name)) else 0

    def _without_spaces(self, text: str) -> Iterator[tuple[int, int]]:
        if not self._unspaced:
            return
        places = [(letter, at) for at, one in enumerate(text) if one.isalnum() for letter in folded(one)]
        joined = "".join(letter for letter, _ in places)
        for name in self._unspaced:
            at = joined.find(name)
            while at >= 0:
                yield places[at][1], places[at + len(name) - 1][1] + 1
                at = joined.find(name, at + len(name))


def _keys(word: str) -> Iterator[str]:
    """Give what a word of a name is looked up by."""
    if _CYRILLIC.match(word):
        yield word[: _stem(word)]
    else:
        yield from _forms(word)


def _asked(word: str) -> Iterator[str]:
    """Give every key of a name's word that a word of a text can be like."""
    yield from _forms(word)
    if _CYRILLIC.match(word):
        yield from (word[:end] for end in range(3, len(word)))
    elif word.endswith("s"):
        yield word[:-1]


def _stem(word: str) -> int:
    """Give how many letters of a declined name never change."""
    return max(3, len(word) - 2)


def _forms(word: str) -> Iterator[str]:
    yield word
    if _ARABIC.match(word):
        for before in _BEFORE_ARABIC:
            if word.startswith(before) and len(word) - len(before) >= 2:
                yield word[len(before) :]


def _alike(word: str, name: str) -> bool:
    if word == name:
        return True
    if _ARABIC.match(name):
        return any(one == other for one in _forms(word) for other in _forms(name))
    if _CYRILLIC.match(name) and min(len(word), len(name)) >= 3:
        # Names are declined: all but the last letters must be the same.
        stem = _stem(name)
        return word[:stem] == name[:stem] and abs(len(word) - len(name)) <= 3
    # A possessive: its apostrophe is no letter.
    return len(name) > 2 and word == name + "s"
