"""Records as JSON bytes: stored content spliced into the answer, without a second validation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

from db.queries.flags import FlagRow
from db.queries.records import Step
from domain.figures import Finding
from services.withholding import Told


def dumped(value: Any) -> str:
    """Give a value as compact JSON."""
    return orjson.dumps(value).decode()


def record(kind: str, stored: Told, extra: Mapping[str, str] | None = None) -> str:
    """Give a record's JSON: head, content, links; ``extra`` holds more members, JSON already."""
    state = f'"state":"{stored.state}",' if stored.state is not None else ""
    more = "".join(f',"{name}":{value}' for name, value in (extra or {}).items())
    path = PATHS[kind]
    # Ids, instants and states hold nothing that JSON would escape.
    return (
        f'{{"id":"{stored.id}","version":{stored.version},"log_sequence":{stored.seq},'
        f'"recorded_at":"{stored.recorded_at}",{state}{stored.content[1:-1]},'
        f'"links":{{"self":"/v1/{path}/{stored.id}","history":"/v1/{path}/{stored.id}/history"}}{more}}}'
    )


PATHS = {
    "party": "parties",
    "source": "sources",
    "report": "reports",
    "incident": "incidents",
    "place": "places",
    "claim": "claims",
    "supersession": "supersessions",
    "victim": "victims",
    "listing": "listings",
    "assessment": "assessments",
    "release": "releases",
    "publication": "publications",
    "overlap": "overlaps",
    "import_run": "imports",
    "population": "populations",
    "clearance": "clearances",
}
"""The noun of each kind in an address."""


def listing(items: Iterable[str], following: str | None, meta: Mapping[str, Any] | None = None) -> str:
    """Give a page: data, the link to the next, meta, warnings."""
    return (
        f'{{"data":[{",".join(items)}],"links":{dumped({"next": following})},'
        f'"meta":{dumped(dict(meta or {}))},"warnings":[]}}'
    )


def warnings(found: Sequence[Finding]) -> str:
    """Give findings as JSON."""
    return dumped([{"code": one.code, "detail": one.detail, "figures": list(one.keys)} for one in found])


def flags(found: Sequence[FlagRow]) -> str:
    """Give quality flags as JSON."""
    return dumped(
        [{"code": one.code, "detail": one.detail, "cleared": one.cleared_seq is not None} for one in found]
    )


def history(steps: Sequence[Step]) -> str:
    """Give a record's history: who, what, when, why, and what each step changed."""
    shown = []
    before: dict[str, Any] = {}
    for step in steps:
        content = orjson.loads(step.content)
        shown.append(
            {
                "version": step.version,
                "log_sequence": step.seq,
                "at": step.at,
                "actor": step.actor,
                "action": step.action,
                "reason": None
                if step.reason_code is None and step.reason is None
                else {"code": step.reason_code, "note": step.reason},
                "changed": {
                    name: {"before": before.get(name), "after": value}
                    for name, value in content.items()
                    if before and before.get(name) != value
                },
                "content": content,
            }
        )
        before = content
    return dumped({"data": shown, "links": {"next": None}, "meta": {}, "warnings": []})
