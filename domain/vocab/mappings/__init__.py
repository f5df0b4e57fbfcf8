"""Mappings between our vocabularies and those of other schemes, as versioned data.

Total in both directions: every code of ours and of theirs is matched or listed as not mappable with the
reason (``tests/domain/test_mappings.py``). The code lists are theirs as far as the source named gives them.
"""

from domain.vocab.mappings.acled import ACLED
from domain.vocab.mappings.airwars import AIRWARS
from domain.vocab.mappings.base import (
    AGE_BAND,
    AGE_BANDS,
    MAPPED,
    Code,
    CodeList,
    Crosswalk,
    Match,
    NotMappable,
    Relation,
    Scheme,
    codes_of,
)
from domain.vocab.mappings.hxl import HXL
from domain.vocab.mappings.mrm import MRM
from domain.vocab.mappings.sdg import SDG
from domain.vocab.mappings.sdmx import SDMX
from domain.vocab.mappings.ucdp import UCDP

SCHEMES: dict[str, Scheme] = {scheme.name: scheme for scheme in (SDG, AIRWARS, MRM, UCDP, ACLED, HXL, SDMX)}
"""Every scheme by name."""

__all__ = [
    "AGE_BAND",
    "AGE_BANDS",
    "MAPPED",
    "SCHEMES",
    "Code",
    "CodeList",
    "Crosswalk",
    "Match",
    "NotMappable",
    "Relation",
    "Scheme",
    "codes_of",
]
