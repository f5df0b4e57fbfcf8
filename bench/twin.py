"""The twin: the same answers from hand-written SQL behind bare ASGI, with nothing else around it.

Run in a uvicorn process of its own, as the service is. What it leaves out is said in README.md. The
answers are byte for byte those of the service, which is checked before anything is timed.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode

import orjson
import psycopg

Answer = Callable[[str, dict[str, str]], bytes]

_RECORD = (
    '{"id":"%s","version":%d,"log_sequence":%d,"recorded_at":"%s",%s%s,'
    '"links":{"self":"/v1/%s/%s","history":"/v1/%s/%s/history"}%s}'
)
_INCIDENT = """
    SELECT i.id, i.version, i.seq, i.recorded_at, r.content, i.state
    FROM incident i JOIN revision r ON r.object = i.id AND r.version = i.version
    WHERE i.organisation = ? AND i.id = ?
"""
_CLAIMS = """
    SELECT c.id, c.version, c.seq, c.recorded_at, r.content
    FROM claim c JOIN revision r ON r.object = c.id AND r.version = c.version
    WHERE c.organisation = ? AND c.incident = ? ORDER BY c.seq
"""
_PAGE = """
    SELECT i.id, i.version, i.seq, i.recorded_at, r.content, i.state
    FROM incident i JOIN revision r ON r.object = i.id AND r.version = i.version
    WHERE i.organisation = ? AND i.occurred_start >= ? AND i.occurred_end <= ?
      AND EXISTS (SELECT 1 FROM incident_cause k WHERE k.incident = i.id AND k.code IN ({}))
    ORDER BY i.occurred_start, i.id LIMIT ?
"""
_CAUSES = {
    "heavy_explosive": (
        "heavy_explosive",
        "air_dropped_bomb",
        "drone_strike",
        "artillery",
        "multiple_rocket",
        "missile",
        "mortar",
        "suicide_bomb",
    ),
    "planted_explosive": ("planted_explosive", "ied", "landmine", "unexploded_ordnance"),
    "small_arms": ("small_arms", "grenade"),
}
_PUBLIC = "SELECT document FROM public_incident WHERE id = ?"
_PUBLIC_PAGE = """
    SELECT document FROM public_incident WHERE state = 'published' AND occurred_start >= ?
    ORDER BY occurred_start, id LIMIT ?
"""
_FACTS = """
    FROM fact
    WHERE organisation = ? AND role = 'alone' AND grain = '{grain}' AND outcome = ?
      AND valid_to = 9223372036854775807
"""
_MONTH = (
    "CASE WHEN substr(period_start, 1, 7) = substr(period_end, 1, 7) THEN substr(period_start, 1, 7) "
    "ELSE 'spans' END"
)
_AGE = (
    "CASE WHEN age_low >= 0 AND age_high <= 17 THEN '0-17' WHEN age_low >= 18 THEN '18+' ELSE 'unknown' END"
)
_NUMBERS = (
    "sum(low), sum(high), count(DISTINCT CASE WHEN open = 1 THEN valid_from END), count(DISTINCT valid_from)"
)
_COUNTED = "AND verification IN ('verified', 'pending')"
_CELLS = f"SELECT {_MONTH}, sex, {_AGE}, {{}} {_NUMBERS} {_FACTS.format(grain='sex_age')}"
_STATES = _CELLS.format("verification,") + "GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4"
_SUMS = _CELLS.format("") + _COUNTED + " GROUP BY 1, 2, 3"
_TOTAL_STATES = f"SELECT verification, {_NUMBERS} {_FACTS.format(grain='total')} GROUP BY 1 ORDER BY 1"
_TOTAL = f"SELECT {_NUMBERS} {_FACTS.format(grain='total')} {_COUNTED}"
_HEAD = "SELECT seq, fact_seq FROM log_head WHERE organisation = ?"
_METHODS = """
    SELECT policy, policy_version, count(*) FROM assessment
    WHERE organisation = ? AND state = 'approved' GROUP BY 1, 2 ORDER BY 1, 2
"""
_BREAKS = "SELECT count(*) FROM policy_choice WHERE organisation = ?"
_WAITING = """
    SELECT state, count(*) FROM incident_standing
    WHERE organisation = ? AND valid_to = 9223372036854775807
      AND state IN ('draft', 'proposed', 'needs_review')
    GROUP BY state
"""
NOTHING_KNOWN = "No assessed incident in scope has a verified or pending number."
NOTE = (
    "Lows and highs are sums over disjoint cells: a bound, not a confidence interval. Sub-ranges are not "
    "additive: the total's own interval can be tighter than the sum of its parts. Unknown is not zero."
)


class Record:
    """Hand-written SQL over one connection of the raw driver."""

    def __init__(self, url: str, organisation: str) -> None:
        self._organisation = organisation
        self._run: Callable[[str, Sequence[Any]], list[Any]]
        self._kept: dict[tuple[str, int], bytes] = {}
        if url.startswith("sqlite:///"):
            connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
            connection.execute("PRAGMA cache_size=-65536")
            self._run = lambda sql, values: connection.execute(sql, values).fetchall()
        else:
            client = psycopg.connect(url, autocommit=True)
            self._run = lambda sql, values: client.execute(sql.replace("?", "%s"), values).fetchall()

    def incident(self, path: str, _: dict[str, str]) -> bytes:
        """Give one incident with its claims."""
        id = path.rsplit("/", 1)[1]
        (row,) = self._run(_INCIDENT, (self._organisation, id))
        claims = ",".join(_record("claims", one, "") for one in self._run(_CLAIMS, (self._organisation, id)))
        return _record("incidents", row, f',"claims":[{claims}]').encode()

    def page(self, _: str, asked: dict[str, str]) -> bytes:
        """Give the first page of a filtered list and whether there is more."""
        codes = _CAUSES[asked["cause"]]
        limit = int(asked["limit"])
        rows = self._run(
            _PAGE.format(", ".join("?" * len(codes))),
            (self._organisation, asked["from"], asked["to"], *codes, limit + 1),
        )
        items = ",".join(_record("incidents", row, "") for row in rows[:limit])
        filters = orjson.dumps({**asked, "limit": limit}).decode()
        # The signed cursor of the next page is the service's secret: the check leaves the link out.
        return (
            f'{{"data":[{items}],"links":{{"next":null}},"meta":{{"limit":{limit},"filters":{filters}}},'
            '"warnings":[]}'
        ).encode()

    def public_incident(self, path: str, _: dict[str, str]) -> bytes:
        """Give a published incident, as it is stored."""
        ((document,),) = self._run(_PUBLIC, (path.rsplit("/", 1)[1],))
        return bytes(document.encode())

    def public_page(self, _: str, asked: dict[str, str]) -> bytes:
        """Give the first page of published incidents from a day on."""
        limit = int(asked["limit"])
        rows = self._run(_PUBLIC_PAGE, (asked["from"], limit + 1))
        items = ",".join(row[0] for row in rows[:limit])
        filters = orjson.dumps({"from": asked["from"]}).decode()
        return (
            f'{{"data":[{items}],"links":{{"next":null}},"meta":{{"limit":{limit},"filters":{filters}}},'
            '"warnings":[]}'
        ).encode()

    def statistics(self, _: str, asked: dict[str, str]) -> bytes:
        """Give killed by month, sex and age group over everything; ``kept`` answers a repeated question."""
        seq, fact_seq = self._run(_HEAD, (self._organisation,))[0]
        waiting = dict(self._run(_WAITING, (self._organisation,)))
        key = (asked["outcome"], fact_seq)
        cells = self._kept.get(key) if KEEPS else None
        if cells is None:
            cells = self._kept[key] = self._cells(asked)
        key = ("methods", fact_seq)
        methods = self._kept.get(key) if KEEPS else None
        if methods is None:
            methods = self._kept[key] = self._methods()
        meta = (
            f',"needs_review":{waiting.get("needs_review", 0)},'
            f'"unassessed":{waiting.get("draft", 0) + waiting.get("proposed", 0)},'
            f'"breaks":[],"methods":{methods.decode()},"log_sequence":{seq}}}}}'
        )
        return cells + meta.encode()

    def _methods(self) -> bytes:
        """Give the incidents in force by policy; the loaded organisation chose none, so there is no break."""
        if self._run(_BREAKS, (self._organisation,))[0][0]:
            raise RuntimeError("The twin knows no choices of policy.")
        rows = self._run(_METHODS, (self._organisation,))
        found = [{"policy": name, "version": version, "incidents": number} for name, version, number in rows]
        return orjson.dumps(found, option=orjson.OPT_SORT_KEYS)

    def _cells(self, asked: dict[str, str]) -> bytes:
        values = (self._organisation, asked["outcome"])
        states: dict[tuple[str, ...], dict[str, dict[str, int]]] = {}
        for *keys, state, low, high, is_open, incidents in self._run(_STATES, values):
            states.setdefault(tuple(keys), {})[state] = _numbers(low, high, is_open, incidents)
        sums: dict[tuple[str, ...], dict[str, Any]] = {
            tuple(row[:3]): _numbers(*row[3:]) for row in self._run(_SUMS, values)
        }
        none: dict[str, Any] = {
            "low": None,
            "high": None,
            "open": 0,
            "incidents": 0,
            "unknown_because": NOTHING_KNOWN,
        }
        data = []
        low = high = 0
        for keys, by_state in states.items():
            numbers = sums.get(keys, none)
            low, high = low + (numbers["low"] or 0), high + (numbers["high"] or 0)
            data.append(
                {
                    "month": keys[0],
                    "sex": keys[1],
                    "age_group": keys[2],
                    **numbers,
                    "verification": by_state,
                    "links": {"incidents": _opened(asked, *keys)},
                }
            )
        total = {
            **_numbers(*self._run(_TOTAL, values)[0]),
            "verification": {row[0]: _numbers(*row[1:]) for row in self._run(_TOTAL_STATES, values)},
            "sum_of_cells": {"low": low, "high": high},
        }
        meta = {
            "question": {**asked, "bands": "0-17,18+"},
            "grain": "sex_age",
            "straddling": 0,
            "note": NOTE,
        }
        sorted_keys = orjson.OPT_SORT_KEYS
        return b'{"data":%s,"total":%s,"meta":%s' % (
            orjson.dumps(data, option=sorted_keys),
            orjson.dumps(total, option=sorted_keys),
            orjson.dumps(meta, option=sorted_keys)[:-1],
        )


def _record(noun: str, row: Sequence[Any], more: str) -> str:
    id, version, seq, at, content = row[:5]
    state = f'"state":"{row[5]}",' if len(row) > 5 else ""
    return _RECORD % (id, version, seq, at, state, content[1:-1], noun, id, noun, id, more)


def _numbers(low: Any, high: Any, is_open: int, incidents: int) -> dict[str, int]:
    # PostgreSQL gives sums of integers as numeric or bigint, by their size.
    return {"low": int(low or 0), "high": int(high or 0), "open": is_open, "incidents": incidents}


def _opened(asked: dict[str, str], month: str, sex: str, age_group: str) -> str:
    cell = f"month:{month},sex:{sex},age_group:{age_group}"
    link = {"outcome": asked["outcome"], "by": "incident", "bands": "0-17,18+", "cell": cell}
    return "/v1/statistics?" + urlencode(link)


KEEPS = os.environ.get("CIVHARM_BENCH_KEEPS") == "1"
_RECORDS = Record(os.environ["CIVHARM_BENCH_DATABASE"], os.environ["CIVHARM_BENCH_ORGANISATION"])
_ROUTES: list[tuple[re.Pattern[str], Answer]] = [
    (re.compile(r"/v1/incidents/[0-9a-f-]{36}"), _RECORDS.incident),
    (re.compile(r"/v1/public/incidents/[0-9a-f-]{36}"), _RECORDS.public_incident),
    (re.compile(r"/v1/public/incidents"), _RECORDS.public_page),
    (re.compile(r"/v1/incidents"), _RECORDS.page),
    (re.compile(r"/v1/statistics"), _RECORDS.statistics),
]


async def app(
    scope: dict[str, Any],
    receive: Callable[[], Awaitable[dict[str, Any]]],
    send: Callable[[dict[str, Any]], Awaitable[None]],
) -> None:
    """Answer one request, on the event loop itself."""
    if scope["type"] != "http":
        return
    path = scope["path"]
    asked = dict(parse_qsl(scope["query_string"].decode()))
    body = next(answer for pattern, answer in _ROUTES if pattern.fullmatch(path))(path, asked)
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
