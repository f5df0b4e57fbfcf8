"""What a mapping between our vocabularies and another scheme's codes is.

A mapping joins one vocabulary of ours and one code list of theirs, and leaves nothing out: each code on
either side is matched or listed as not mappable with the reason. How close a match is follows SKOS: seen
from our code, theirs is *exact* (the same, both ways), *broader*, *narrower*, or *close* (they overlap
and neither holds the other).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from domain.vocab import VOCABULARIES

AGE_BAND = "age_band"
AGE_BANDS = ("0-17", "18+", "unknown")
"""Ages are intervals here and bands a view; schemes are mapped to the bands of SDG indicator 16.1.2."""

MAPPED = (
    "outcome",
    "status",
    "sex",
    AGE_BAND,
    "cause",
    "place_precision",
    "date_precision",
    "responsibility",
    "verification",
    "answer",
    "incident_kind",
)
"""The vocabularies of which every scheme says what it has for them."""


class Relation(StrEnum):
    """How their code stands to ours."""

    EXACT = "exact"
    CLOSE = "close"
    BROADER = "broader"
    NARROWER = "narrower"


_SAFE = (Relation.EXACT, Relation.CLOSE, Relation.BROADER)
"""The relations along which a code can be written as theirs, best first; a narrower one says too much."""
_INVERSE = {
    Relation.EXACT: Relation.EXACT,
    Relation.CLOSE: Relation.CLOSE,
    Relation.BROADER: Relation.NARROWER,
    Relation.NARROWER: Relation.BROADER,
}


@dataclass(frozen=True, slots=True)
class Code:
    """One code of theirs; ``unconfirmed`` where its letters are general knowledge, not read at the source."""

    code: str
    label: str
    unconfirmed: bool = False


@dataclass(frozen=True, slots=True)
class CodeList:
    """A code list of theirs; not ``complete`` where our source gives a part of it."""

    name: str
    title: str
    codes: tuple[Code, ...]
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Match:
    """Our code, theirs, and how theirs stands to ours."""

    ours: str
    theirs: str
    relation: Relation
    note: str | None = None


@dataclass(frozen=True, slots=True)
class NotMappable:
    """Codes that have no counterpart, and why."""

    codes: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Crosswalk:
    """One vocabulary of ours and one code list of theirs; no list means that the scheme has none for it."""

    vocabulary: str
    code_list: str | None
    matches: tuple[Match, ...] = ()
    ours_not_mappable: tuple[NotMappable, ...] = ()
    theirs_not_mappable: tuple[NotMappable, ...] = ()

    def to_theirs(self, ours: str) -> str | None:
        """Give the one code of theirs that our code can be written as, None where there is no one."""
        return _one((one.relation, one.theirs) for one in self.matches if one.ours == ours)

    def to_ours(self, theirs: str) -> str | None:
        """Give the one code of ours that their code can be read as, None where there is no one."""
        return _one((_INVERSE[one.relation], one.ours) for one in self.matches if one.theirs == theirs)

    def round_trip(self, ours: str) -> str:
        """Tell whether our code comes back as it was from their scheme: ``exact`` or ``lossy``."""
        theirs = self.to_theirs(ours)
        is_exact = any(
            one.relation is Relation.EXACT and (one.ours, one.theirs) == (ours, theirs)
            for one in self.matches
        )
        return "exact" if is_exact and theirs is not None and self.to_ours(theirs) == ours else "lossy"


def _one(found: Iterable[tuple[Relation, str]]) -> str | None:
    by_relation: dict[Relation, list[str]] = {}
    for relation, code in found:
        by_relation.setdefault(relation, []).append(code)
    best = next((by_relation[relation] for relation in _SAFE if relation in by_relation), [])
    return best[0] if len(best) == 1 else None


@dataclass(frozen=True, slots=True)
class Scheme:
    """Another scheme: its code lists as far as its source gives them, and the mappings to ours.

    ``version`` rises with every change of the mapping; ``dated`` is the day of this version.
    """

    name: str
    title: str
    version: str
    dated: str
    source: str
    code_lists: tuple[CodeList, ...]
    mappings: tuple[Crosswalk, ...]
    unused_lists: tuple[NotMappable, ...] = ()
    """Code lists of theirs that speak of what no vocabulary here holds."""

    def code_list(self, name: str) -> CodeList:
        """Give a code list by name. Raises KeyError when the scheme has none."""
        return {one.name: one for one in self.code_lists}[name]

    def of(self, vocabulary: str) -> tuple[Crosswalk, ...]:
        """Give the mappings of one of our vocabularies."""
        return tuple(one for one in self.mappings if one.vocabulary == vocabulary)

    def as_data(self, vocabulary: str | None = None) -> dict[str, Any]:
        """Give the scheme as plain data, with one vocabulary's mappings where it is named."""
        mappings = self.mappings if vocabulary is None else self.of(vocabulary)
        named = {one.code_list for one in mappings}
        return {
            "scheme": self.name,
            "title": self.title,
            "version": self.version,
            "dated": self.dated,
            "source": self.source,
            "code_lists": [
                {
                    "name": one.name,
                    "title": one.title,
                    "complete": one.complete,
                    "codes": [
                        {"code": code.code, "label": code.label, "unconfirmed": code.unconfirmed}
                        for code in one.codes
                    ],
                }
                for one in self.code_lists
                if vocabulary is None or one.name in named
            ],
            "mappings": [_mapping_data(one) for one in mappings],
            "unused_lists": [] if vocabulary is not None else _flat(self.unused_lists),
        }


def _mapping_data(one: Crosswalk) -> dict[str, Any]:
    return {
        "vocabulary": one.vocabulary,
        "code_list": one.code_list,
        "matches": [
            {
                "ours": match.ours,
                "theirs": match.theirs,
                "relation": match.relation.value,
                "round_trip": one.round_trip(match.ours) if match.relation is Relation.EXACT else "lossy",
                "note": match.note,
            }
            for match in one.matches
        ],
        "ours_not_mappable": _flat(one.ours_not_mappable),
        "theirs_not_mappable": _flat(one.theirs_not_mappable),
    }


def _flat(groups: Iterable[NotMappable]) -> list[dict[str, str]]:
    return [{"code": code, "reason": group.reason} for group in groups for code in group.codes]


def codes_of(vocabulary: str) -> tuple[str, ...]:
    """Give the codes of one of our vocabularies, age bands included."""
    return AGE_BANDS if vocabulary == AGE_BAND else VOCABULARIES[vocabulary].codes()


def exact(pairs: Mapping[str, str]) -> tuple[Match, ...]:
    """Give exact matches of our codes to theirs."""
    return matched(Relation.EXACT, pairs)


def matched(relation: Relation, pairs: Mapping[str, str], note: str | None = None) -> tuple[Match, ...]:
    """Give matches of one relation of our codes to theirs."""
    return tuple(Match(ours, theirs, relation, note) for ours, theirs in pairs.items())


def absent(reason: str, *vocabularies: str) -> tuple[Crosswalk, ...]:
    """Give mappings that say of whole vocabularies that a scheme has nothing for them."""
    return tuple(
        Crosswalk(name, None, ours_not_mappable=(NotMappable(codes_of(name), reason),))
        for name in vocabularies
    )


def codes(*pairs: tuple[str, str], unconfirmed: bool = False) -> tuple[Code, ...]:
    """Give codes of theirs from pairs of code and label."""
    return tuple(Code(code, label, unconfirmed) for code, label in pairs)
