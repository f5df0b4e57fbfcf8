"""A question to the statistics: the address that asks it, and the facts that it sums."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from db.queries.fact_selections import Selection
from db.queries.waiting import Scope
from domain.questions import UNKNOWN, Question, grain_of
from domain.trees import asked_of
from domain.vocab import Cause, Status, Verification

COUNTED = (Verification.VERIFIED.value, Verification.PENDING.value)
"""What a cell's own interval sums; contested and inconclusive have columns of their own."""


def counted(question: Question) -> tuple[str, ...] | None:
    """Give the verification states that a question's own interval sums; None for the one it asks for."""
    return None if question.of_one_state else COUNTED


def address(question: Question) -> str:
    """Give the address that asks a question."""
    return "/v1/statistics?" + urlencode(echo(question))


def opened(question: Question, keys: Mapping[str, str]) -> str:
    """Give the address that lists the incidents behind a cell: the same question, by incident.

    The cell's keys are asked for as they are: a filter would hold what lies below a code, too.
    """
    asked = echo(question)
    asked["by"] = "incident"
    exact = dict(question.cell)
    for name, value in keys.items():
        if name == "outcome":
            asked["outcome"] = value
        else:
            exact[name] = value
    if exact:
        asked["cell"] = ",".join(f"{name}:{value}" for name, value in exact.items())
    if "age_group" in exact:
        asked["bands"] = question.bands
    return "/v1/statistics?" + urlencode(asked)


def echo(question: Question) -> dict[str, Any]:
    """Give a question as the parameters that ask it."""
    asked: dict[str, Any] = {}
    for name, shown in (
        ("outcome", "outcome"),
        ("status", "status"),
        ("sex", "sex"),
        ("age_group", "age_group"),
        ("adm1", "adm1"),
        ("adm2", "adm2"),
        ("cause", "cause"),
        ("party", "party"),
        ("verification", "verification"),
        ("start", "from"),
        ("end", "to"),
        ("verified_from", "verified_from"),
        ("verified_to", "verified_to"),
        ("known_at", "known_at"),
    ):
        value = getattr(question, name)
        if value is not None:
            asked[shown] = value
    if question.by:
        asked["by"] = ",".join(question.by)
    if question.cell:
        asked["cell"] = ",".join(f"{name}:{value}" for name, value in question.cell)
    if question.age_group is not None or "age_group" in (*question.by, *dict(question.cell)):
        asked["bands"] = question.bands
    return asked


def _among(question: Question) -> tuple[tuple[tuple[str, tuple[str, ...]], ...], tuple[str, ...]]:
    """Give the filters that an unassessed incident has too: units, cause, party."""
    found: list[tuple[str, tuple[str, ...]]] = []
    without: list[str] = []
    for name in ("adm1", "adm2"):
        value = getattr(question, name)
        if value == UNKNOWN:
            without.append(name)
        elif value is not None:
            found.append((name, (value,)))
    if question.cause is not None:
        found.append(("cause", _below(Cause, question.cause)))
    if question.party is not None:
        found.append(("party", (question.party,)))
    return tuple(found), tuple(without)


def _below(vocabulary: Any, code: str) -> tuple[str, ...]:
    if code not in vocabulary.codes():
        return (code,)
    return tuple(one for one in vocabulary.codes() if vocabulary.is_within(one, code))


def scope_of(question: Question) -> Scope:
    among, without = _among(question)
    return Scope(question.start, question.end, among, without)


def selection_of(question: Question, trees: bool) -> Selection:
    """Give the facts that a question sums; ``trees`` tells whether there are facts of trees at all."""
    among, without = _among(question)
    found = list(among)
    if question.outcome is not None:
        found.append(("outcome", (question.outcome,)))
    if question.status is not None:
        found.append(("status", _below(Status, question.status)))
    if question.sex is not None:
        found.append(("sex", (question.sex,)))
    if question.verification is not None:
        found.append(("verification", (question.verification,)))
    elif question.verified_from is not None or question.verified_to is not None:
        found.append(("verification", (Verification.VERIFIED.value,)))
    return Selection(
        grain=grain_of(question),
        among=tuple(found),
        without_unit=without,
        start=question.start,
        end=question.end,
        age_runs=None if question.age_group is None else (question.age_group,),
        exact=question.cell,
        trees=asked_of(question) if trees else None,
        verified_from=question.verified_from,
        verified_to=question.verified_to,
    )
