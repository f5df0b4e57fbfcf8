"""Statistics as SDMX: our own data structure, and the cells of an answer as SDMX-CSV 2.0.

What a question does not break down by or filter is ``_T``; what is not known of persons is ``_U``; a number
that is not known is empty with OBS_STATUS ``M``. A period is a dimension like others, for an incident can
span periods (``_Z``). The data structure is ours: no code of the global one for SDG 16.1.2 is claimed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from pysdmx.io import write_sdmx
from pysdmx.io.format import Format as SdmxFormat
from pysdmx.model import (
    Code,
    Codelist,
    Component,
    Components,
    Concept,
    ConceptScheme,
    DataStructureDefinition,
    DataType,
    Organisation,
    Role,
)
from pysdmx.model.message import Header

from domain.questions import Question
from domain.vocab import Cause, Outcome, Sex, Status, Verification, Vocabulary
from domain.vocab.mappings import SCHEMES
from exchange.columns import Layout, Value, text, whole

AGENCY, ID, VERSION = "CIVHARM", "CASUALTIES", "1.0"
STRUCTURE = f"{AGENCY}:{ID}({VERSION})"
_DATED = datetime(2026, 11, 24, tzinfo=UTC)
TOTAL, UNKNOWN, NOT_APPLICABLE = "_T", "_U", "_Z"
_SEX = {match.ours: match.theirs for crosswalk in SCHEMES["sdmx"].of("sex") for match in crosswalk.matches}
_SPECIAL = (
    (TOTAL, "Total", "Not broken down by this dimension."),
    (UNKNOWN, "Unknown", "Not known of these persons."),
    (NOT_APPLICABLE, "Not applicable", "No single category applies, as to an incident that spans periods."),
)

_CODED: dict[str, tuple[str, type[Vocabulary]]] = {
    "OUTCOME": ("What happened to the persons.", Outcome),
    "STATUS": ("Their status.", Status),
    "SEX": ("Their sex; the letters are those of the cross-domain list.", Sex),
    "CAUSE": ("What caused the harm.", Cause),
    "VERIFICATION": ("What people found; _T is verified and pending together.", Verification),
}
_FREE = {
    "AGE": "Age in years, such as Y0T17 or Y_GE18.",
    "PARTY": "Code of the party held responsible.",
    "REF_AREA": "P-code of the first or second level.",
    "PERIOD": "Month, quarter or year of the harm.",
    "INCIDENT": "Code of the incident.",
}
DIMENSIONS = (
    "REF_AREA",
    "OUTCOME",
    "STATUS",
    "SEX",
    "AGE",
    "CAUSE",
    "PARTY",
    "VERIFICATION",
    "INCIDENT",
    "PERIOD",
)
MEASURES = {
    "LOW": "Sum of the lows.",
    "HIGH": "Sum of the highs: with LOW a bound, and no confidence interval.",
    "OPEN": "Incidents where more is said to be possible.",
    "INCIDENTS": "Incidents behind it.",
}

SDMX_CSV = Layout(
    "statistics-sdmx",
    "Statistics as SDMX-CSV 2.0",
    "An observation.",
    (
        text("STRUCTURE", "What the next column names.", required=True),
        text("STRUCTURE_ID", "The data structure.", required=True),
        text("ACTION", "I: the observation is given.", required=True),
        *(text(name, (_CODED.get(name) or (_FREE.get(name, ""),))[0], required=True) for name in DIMENSIONS),
        *(whole(name, words) for name, words in MEASURES.items()),
        text("OBS_STATUS", "A: normal; M: the number is not known.", required=True),
    ),
    key=DIMENSIONS,
)


def sdmx_rows(question: Question, cells: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Value, ...]]:
    """Give the cells of an answer as observations: each cell, then the same by verification state."""
    fixed = {
        name: value
        for name in (
            "outcome",
            "status",
            "sex",
            "age_group",
            "cause",
            "party",
            "adm1",
            "adm2",
            "verification",
        )
        if (value := getattr(question, name)) is not None
    }
    fixed |= dict(question.cell)
    for cell in cells:
        keys = {**fixed, **{name: cell[name] for name in question.by}}
        if "incident" in keys:
            keys["incident"] = cell.get("incident_code") or keys["incident"]
        yield _observation(keys, cell)
        parts = cell.get("verification")
        for state, numbers in parts.items() if isinstance(parts, Mapping) else ():
            yield _observation({**keys, "verification": state}, numbers)


def _observation(keys: Mapping[str, Any], numbers: Mapping[str, Any]) -> tuple[Value, ...]:
    said = {
        "REF_AREA": _area(keys),
        "OUTCOME": _code(keys.get("outcome")),
        "STATUS": _code(keys.get("status")),
        "SEX": _SEX.get(keys.get("sex", ""), _code(keys.get("sex"))),
        "AGE": _age(keys.get("age_group")),
        "CAUSE": _code(keys.get("cause")),
        "PARTY": _code(keys.get("party")),
        "VERIFICATION": _code(keys.get("verification")),
        "INCIDENT": _code(keys.get("incident")),
        "PERIOD": _code(next((keys[name] for name in ("month", "quarter", "year") if name in keys), None)),
    }
    return (
        *("dataStructure", STRUCTURE, "I"),
        *(said[name] for name in DIMENSIONS),
        *(numbers[name.lower()] for name in MEASURES),
        "M" if numbers["low"] is None else "A",
    )


def _area(keys: Mapping[str, Any]) -> str:
    for level in ("adm2", "adm1"):
        if keys.get(level) not in (None, "unknown"):
            return str(keys[level])
    return UNKNOWN if {"adm1", "adm2"} & keys.keys() else TOTAL


def _code(value: str | None) -> str:
    return TOTAL if value is None else {"unknown": UNKNOWN, "spans": NOT_APPLICABLE}.get(value, value)


def _age(label: str | None) -> str:
    if label is None or label == "unknown":
        return _code(label)
    band = re.fullmatch(r"(\d+)-(\d+)", label)
    return f"Y{band[1]}T{band[2]}" if band else f"Y_GE{label.rstrip('+')}"


@cache
def structure() -> bytes:
    """Give the data structure with its code lists as SDMX-ML 3.0."""
    lists = {name: _list(name, vocabulary) for name, (_, vocabulary) in _CODED.items()}
    concepts = {
        name: Concept(
            id=name,
            name=name.replace("_", " ").capitalize(),
            description=words,
            urn=f"urn:sdmx:org.sdmx.infomodel.conceptscheme.Concept={AGENCY}:CONCEPTS({VERSION}).{name}",
        )
        for name, words in {
            **{name: words for name, (words, _) in _CODED.items()},
            **_FREE,
            **MEASURES,
            "OBS_STATUS": "Whether the number is known.",
        }.items()
    }
    scheme = ConceptScheme(
        id="CONCEPTS", agency=AGENCY, version=VERSION, name="Concepts", items=list(concepts.values())
    )
    components = [
        Component(name, True, Role.DIMENSION, concepts[name], DataType.STRING, local_codes=lists.get(name))
        for name in DIMENSIONS
    ]
    components += [
        Component(name, False, Role.MEASURE, concepts[name], DataType.INTEGER) for name in MEASURES
    ]
    components.append(
        Component(
            "OBS_STATUS", True, Role.ATTRIBUTE, concepts["OBS_STATUS"], DataType.STRING, attachment_level="O"
        )
    )
    definition = DataStructureDefinition(
        id=ID,
        agency=AGENCY,
        version=VERSION,
        name="Casualties",
        description="Sums of assessed casualties: intervals, never one number where two are known.",
        components=Components(components),
    )
    # The structure is of a version and not of a moment: the same bytes for everybody.
    header = Header(id=f"{ID}_{VERSION}".replace(".", "_"), prepared=_DATED, sender=Organisation(AGENCY))
    found = write_sdmx([*lists.values(), scheme, definition], SdmxFormat.STRUCTURE_SDMX_ML_3_0, header=header)
    return (found or "").encode()


def _list(name: str, vocabulary: type[Vocabulary]) -> Codelist:
    special = [Code(id=id, name=label, description=words) for id, label, words in _SPECIAL]
    codes = [
        Code(
            id=_SEX.get(member.value, member.value) if name == "SEX" else member.value,
            name=member.label,
            description=member.definition,
        )
        for member in vocabulary
        if member.value != "unknown"
    ]
    return Codelist(
        id=f"CL_{name}", agency=AGENCY, version=VERSION, name=name.capitalize(), items=[*special, *codes]
    )
