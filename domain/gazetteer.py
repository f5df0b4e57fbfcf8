"""Names of places: how two spellings are compared, and what a reported name resolves to.

A gazetteer knows units (districts and provinces, each with its p-code and the day from which that code
is valid) and places (towns with a point). A reported name is resolved by a stated rule, never by
likeness alone: what only looks alike is offered to a person and fills nothing.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from domain.gazetteer_aliases import ALIASES, LIES_IN, Alias, Lies

EXACT, KIND, ALIAS = "exact", "kind-word", "alias"
LISTED, SPELLING, NEAREST = "listed-variant", "spelling", "nearest"
RULES = {
    EXACT: "The name is the same but for case, accents and punctuation.",
    KIND: "The name is the same without a word for its kind, such as district or town.",
    ALIAS: "A dated entry of the alias table says so and gives its reason.",
    LISTED: "The gazetteer lists it as another name of the same place.",
    SPELLING: "The name is the same under the fixed rules for transliteration.",
    NEAREST: "No name matches; this is the known place nearest to the point. A suggestion, never filled in.",
}
"""What found a candidate, the strongest first."""

KINDS_OF_PLACE = frozenset(
    {
        "agency", "area", "bazaar", "bazar", "city", "county", "distict", "distrcit", "district", "division",
        "governorate", "oblast", "province", "raion", "rayon", "region", "subdivision", "tahsil", "taluka",
        "tehsil", "town", "village",
    }
)  # fmt: skip
"""Words after a name that say what kind of place it is. Sources add them and gazetteers do not; the
misspelt ones stand in published files."""

_APOSTROPHES = re.compile("['`\u2018\u2019\u02bb\u02bc\u02bf\u02be]")
_NO_LETTERS = re.compile(r"[^\w]+|_+")
_TRANSLITERATION = (
    # An aspirated or guttural consonant that writers of English leave out: Khelat, Kalat; Pakhtunkwa.
    (re.compile("([kg])h"), r"\1"),
    # Qaf and kaf: Qila, Killa.
    (re.compile("q"), "k"),
    # One letter in the scripts of the region: Gawadar, Gvadar.
    (re.compile("v"), "w"),
    # Long vowels: Soorab, Surab; Jareed, Jarid.
    (re.compile("oo|ou"), "u"),
    (re.compile("ee|ie|ei"), "i"),
    # Short vowels that the scripts leave unwritten: Khozdar, Khuzdar; Diamer, Diamir.
    (re.compile("o"), "u"),
    (re.compile("e"), "i"),
    # Doubled letters: Jaffarabad, Jafarabad.
    (re.compile(r"(.)\1+"), r"\1"),
)
EARTH_M = 6_371_000.0


@dataclass(frozen=True, slots=True)
class Unit:
    """An administrative unit: its p-code, and the ISO day from which the code is valid in this list."""

    pcode: str
    country: str
    """ISO 3166-1 alpha-2."""
    level: int
    name: str
    parent: str | None
    """The p-code of the unit above; None at the first level."""
    valid_from: str


@dataclass(frozen=True, slots=True)
class Spot:
    """A known place: a town with a point. ``source`` and ``key`` say which gazetteer has it and as what."""

    source: str
    key: str
    country: str
    name: str
    lat: float
    lon: float
    adm1: str | None = None
    adm2: str | None = None
    population: int | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """One name of a unit or a place, as a gazetteer writes it. ``own``: its main name."""

    name: str
    own: bool
    unit: Unit | None = None
    spot: Spot | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a name may stand for: a unit or a place, the rule that found it, and why."""

    rule: str
    reason: str
    unit: Unit | None = None
    spot: Spot | None = None
    distance_m: int | None = None


def normal(name: str) -> str:
    """Give a name for comparing: no case, accents or punctuation, no word for its kind at the end.

    A name that is nothing but such words keeps them. Letters of every script stay.
    """
    kept = _words(name)
    while len(kept) > 1 and kept[-1] in KINDS_OF_PLACE:
        kept = kept[:-1]
    return " ".join(kept)


def _words(name: str) -> list[str]:
    plain = _APOSTROPHES.sub("", unicodedata.normalize("NFKD", name).casefold())
    letters = "".join(one for one in plain if not unicodedata.combining(one))
    return _NO_LETTERS.sub(" ", letters).split()


def spelling(name: str) -> str:
    """Give a key that spellings of one name share under the rules of transliteration.

    The rules are fixed and few, each with its reason beside it above; they bring together more than
    they should, so a key counts only within one unit and where it names a single one.
    """
    key = normal(name).replace(" ", "")
    for found, written in _TRANSLITERATION:
        key = found.sub(written, key)
    return key


def aliases_of(country: str, name: str) -> tuple[Alias, ...]:
    """Give the entries of the alias table for a unit's name."""
    return ALIASES.get((country, normal(name)), ())


def lies_in(country: str, name: str) -> Lies | None:
    """Give what the table of places says of the unit that a place lies in."""
    return LIES_IN.get((country, normal(name)))


def candidates(
    country: str,
    name: str,
    named: Iterable[Named],
    aliased: Sequence[tuple[Alias, Unit]] = (),
    *,
    level: int | None = None,
    within: str | None = None,
) -> tuple[Candidate, ...]:
    """Give what a reported name may stand for, by the strongest rule first.

    ``named`` are names that have the normal form or the spelling of the one asked for, ``aliased`` the units
    that the alias table names. ``level`` asks for units of that level only; ``within`` is the p-code
    of the unit that must hold them.
    """
    found: list[Candidate] = []
    for one in named:
        if level is not None and (one.unit is None or one.unit.level != level):
            continue
        if within is not None and not _lies_within(one, within):
            continue
        rule = _rule(name, one)
        found.append(Candidate(rule, RULES[rule], one.unit, one.spot))
    for alias, unit in aliased:
        if level not in (None, unit.level) or within not in (None, unit.parent, unit.pcode):
            continue
        found.append(Candidate(ALIAS, alias.reason, unit))
    order = list(RULES)
    strongest: dict[object, Candidate] = {}
    for candidate in sorted(found, key=lambda one: (order.index(one.rule), _shown(one))):
        strongest.setdefault((candidate.unit, candidate.spot), candidate)
    return tuple(strongest.values())


def _rule(name: str, one: Named) -> str:
    if normal(one.name) != normal(name):
        return SPELLING
    if not one.own:
        return LISTED
    # "Hajjah City" beside "Hajjah": the word for the kind tells two units of one name apart.
    return EXACT if _words(one.name) == _words(name) else KIND


def _lies_within(one: Named, within: str) -> bool:
    if one.unit is not None:
        return within in (one.unit.parent, one.unit.pcode)
    return one.spot is not None and one.spot.adm1 in (None, within)


def _shown(one: Candidate) -> tuple[str, str]:
    if one.unit is not None:
        return ("", one.unit.pcode)
    return ("", "") if one.spot is None else (one.spot.source, one.spot.key)


def settled(found: Sequence[Candidate], *, within: str | None) -> Candidate | None:
    """Give the one unit that a name stands for, or None where that is not certain.

    The strongest rule that found a unit decides, and it must have found a single one. Another spelling
    counts only ``within`` a known unit: far apart, different names come to one key.
    """
    for rule in (EXACT, KIND, ALIAS, LISTED, SPELLING):
        units = [one for one in found if one.rule == rule and one.unit is not None]
        if units:
            certain = len(units) == 1 and (rule != SPELLING or within is not None)
            return units[0] if certain else None
    return None


def metres_between(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Give the distance of two points in metres along the great circle."""
    a1, a2 = math.radians(lat1), math.radians(lat2)
    half = (
        math.sin((a2 - a1) / 2) ** 2
        + math.cos(a1) * math.cos(a2) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    )
    return 2 * EARTH_M * math.asin(math.sqrt(half))
