"""Statistics for the public: sums of published facts alone, which tell nothing of a hidden record."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from db.canonical import canonical
from db.engine import Connection
from db.queries import public as queries
from db.queries.facts import Sum
from db.queries.public import Selection
from domain.errors import Fault, Malformed
from domain.publishing import COUNTED_TO_ONE
from domain.questions import Question, check, grain_of
from domain.vocab import Cause, Outcome, Status
from services.questions import COUNTED

BY = (
    *(
        "month",
        "quarter",
        "year",
        "country",
        "adm1",
        "outcome",
        "status",
        "sex",
        "age_group",
        "cause",
        "party",
    ),
    *("verification", "organisation", "incident"),
)
"""What the public's statistics can be broken down by."""
_OF_THE_PUBLIC = ("country", "organisation")
NOTE = (
    "Sums of published incidents alone; what is not published is in none of them. Where an incident and one "
    "above it are both published, the one above stands for both. Lows and highs are sums over disjoint "
    "cells: a bound, not a confidence interval. Unknown is not zero."
)
NOTHING_KNOWN = "No published incident in scope has a verified or pending number."


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicQuestion:
    """A question of the public's: the grammar of the record's statistics, over what is published."""

    asked: Question
    country: str | None = None
    organisation: str | None = None
    by: tuple[str, ...] = ()


def answer(connection: Connection, question: PublicQuestion) -> tuple[bytes, str]:
    """Give the answer as JSON bytes, with its tag.

    Raises Malformed for an outcome that is not published incident by incident and Invalid for a question that
    cannot be answered.
    """
    asked = question.asked
    strange = [name for name in question.by if name not in BY]
    if strange:
        fault = Fault("by", "unknown-code", "Break down by any of: " + ", ".join(BY) + ".")
        raise Malformed("A parameter cannot be used.", code="invalid-parameter", faults=[fault])
    check(replace(asked, by=tuple(name for name in question.by if name not in _OF_THE_PUBLIC)))
    _check_outcome(asked.outcome)
    selection = _selection(question)
    by, bands = question.by, asked.parsed_bands()
    data = [
        {**dict(zip(by, one.keys, strict=True)), **_numbers(one, states), "links": _links(question, by, one)}
        for one, states in _sums(connection, selection, by, bands)
    ]
    whole = _sums(connection, selection, (), bands)
    total = _numbers(*whole[0]) if whole else _numbers(Sum((), 0, 0, 0, 0), {})
    found = {
        "data": data,
        "total": None if asked.outcome is None else total,
        "meta": {
            "question": _echo(question),
            "grain": selection.grain,
            "straddling": queries.straddling(connection, selection, bands),
            "note": NOTE,
        },
    }
    body = canonical(found).encode()
    return body, f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def _check_outcome(outcome: str | None) -> None:
    if outcome is not None and outcome in Outcome.codes() and outcome not in COUNTED_TO_ONE:
        words = f"Ask for {', '.join(sorted(COUNTED_TO_ONE))}, or read /v1/public/tables."
        raise Malformed(
            "Numbers of the injured, the missing and the detained are not answered to questions. The fixed "
            "tables have them, with small numbers withheld: /v1/public/tables.",
            code="outcome-not-published",
            faults=[Fault("outcome", "outcome-not-published", words)],
        )


def _selection(question: PublicQuestion) -> Selection:
    asked = question.asked
    among: list[tuple[str, tuple[str, ...]]] = [("outcome", tuple(sorted(COUNTED_TO_ONE)))]
    for name in ("sex", "adm1", "party", "verification"):
        value = getattr(asked, name)
        if value is not None:
            among.append((name, (value,)))
    for name, value in (("country", question.country), ("organisation", question.organisation)):
        if value is not None:
            among.append((name, (value,)))
    if asked.status is not None:
        status = asked.status
        among.append(("status", tuple(one for one in Status.codes() if Status.is_within(one, status))))
    if asked.cause is not None:
        cause = asked.cause
        below = tuple(one for one in Cause.codes() if cause in Cause.codes() and Cause.is_within(one, cause))
        among.append(("cause", below or (cause,)))
    grain = grain_of(replace(asked, by=question.by))
    return Selection(
        grain=grain, among=tuple(among), start=asked.start, end=asked.end, age_group=asked.age_group
    )


States = Mapping[str, Sum]


def _sums(
    connection: Connection, selection: Selection, by: tuple[str, ...], bands: Any
) -> list[tuple[Sum, States]]:
    """Give each group's sum over what is counted, and the same by verification."""
    fine = queries.sums(connection, selection, (*by, "verification"), bands)
    states: dict[tuple[str, ...], dict[str, Sum]] = {}
    for one in fine:
        states.setdefault(one.keys[:-1], {})[one.keys[-1]] = one
    if "verification" in by or any(name == "verification" for name, _ in selection.among):
        return [(one, {}) for one in queries.sums(connection, selection, by, bands)]
    counted = replace(selection, among=(*selection.among, ("verification", COUNTED)))
    whole = {one.keys: one for one in queries.sums(connection, counted, by, bands)}
    return [(whole.get(keys, Sum(keys, 0, 0, 0, 0)), found) for keys, found in states.items()]


def _numbers(one: Sum, states: States) -> dict[str, Any]:
    known = one.incidents > 0  # nothing known is not zero
    found: dict[str, Any] = {
        "low": one.low if known else None,
        "high": one.high if known else None,
        "open": one.open,
        "incidents": one.incidents,
    }
    if not known:
        found["unknown_because"] = NOTHING_KNOWN
    if states:
        found["verification"] = {
            name: {"low": part.low, "high": part.high, "open": part.open, "incidents": part.incidents}
            for name, part in sorted(states.items())
        }
    return found


_PARAMETERS = (
    *(("outcome", "outcome"), ("status", "status"), ("sex", "sex"), ("age_group", "age_group")),
    *(("adm1", "adm1"), ("cause", "cause"), ("party", "party"), ("verification", "verification")),
    *(("start", "from"), ("end", "to")),
)


def _echo(question: PublicQuestion) -> dict[str, str]:
    asked = question.asked
    found = {shown: getattr(asked, name) for name, shown in _PARAMETERS}
    found |= {"country": question.country, "organisation": question.organisation}
    if asked.age_group is not None or "age_group" in question.by:
        found["bands"] = asked.bands
    if question.by:
        found["by"] = ",".join(question.by)
    return {name: value for name, value in found.items() if value is not None}


def _links(question: PublicQuestion, by: tuple[str, ...], one: Sum) -> dict[str, str]:
    keys = dict(zip(by, one.keys, strict=True))
    if "incident" in keys:
        return {"incident": f"/v1/public/incidents/{keys['incident']}"}
    finer = {**_echo(question), "by": ",".join([*by, "incident"])}
    return {"incidents": f"/v1/public/statistics?{urlencode(finer)}"}
