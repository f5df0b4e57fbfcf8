"""What a vocabulary is."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Vocabulary(StrEnum):
    """A closed list of codes; the string value of a member is its code.

    Each member is written as ``NAME = code, label, definition[, parent code]``. ``parent`` makes
    the list a tree, so that two claims that speak at different depths compare at their common
    parent.
    """

    label: str
    definition: str
    broader: str | None

    def __new__(cls, code: str, label: str, definition: str, parent: str | None = None) -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        member.definition = definition
        member.broader = parent
        return member

    @classmethod
    def codes(cls) -> tuple[str, ...]:
        """Give every code, in the order of definition."""
        return tuple(member.value for member in cls)

    @classmethod
    def code_of(cls, text: str) -> str | None:
        """Give the code that a code or a label names, whatever its case; None when none does."""
        wanted = " ".join(text.split()).casefold()
        for member in cls:
            if wanted in (member.value.casefold(), member.label.casefold()):
                return member.value
        return None

    @classmethod
    def lineage(cls, code: str) -> tuple[str, ...]:
        """Give the code and its ancestors, nearest first.

        Raises ValueError when the code is not of this vocabulary.
        """
        found = [code]
        parent = cls(code).broader  # type: ignore[call-arg]  # lookup by value, not construction
        while parent is not None:
            found.append(parent)
            parent = cls(parent).broader  # type: ignore[call-arg]
        return tuple(found)

    @classmethod
    def is_within(cls, code: str, ancestor: str) -> bool:
        """Tell whether the code is the ancestor or lies below it."""
        return ancestor in cls.lineage(code)

    @classmethod
    def common_parent(cls, codes: set[str]) -> str | None:
        """Give the deepest code that holds all of these, or None when there is none."""
        lineages = [cls.lineage(code) for code in sorted(codes)]
        if not lineages:
            return None
        return next((c for c in lineages[0] if all(c in other for other in lineages)), None)
