"""Words for numbers (R2): "dozens" stays a word in the record, and a policy may map it.

A table is versioned data of a policy: another table is another version of the policy.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from domain.cells import Count
from domain.vocab import Comparator

ACLED: Mapping[str, int] = MappingProxyType({"tens": 10, "dozens": 12, "hundreds": 100})
"""ACLED's conservative conversion of unspecific words (its FAQ on fatalities)."""


def number_said(wording: str | None, table: Mapping[str, int]) -> Count | None:
    """Give the count that a word stands for, open above; None where the table has no word of the wording.

    Where several words of the table stand in one wording the smallest number is taken.
    """
    if wording is None or not table:
        return None
    words = set(re.findall(r"[a-z]+", wording.casefold()))
    numbers = [number for word, number in table.items() if word in words]
    if not numbers:
        return None
    return Count(min(numbers), min(numbers), True, Comparator.WORD.value, wording)
