"""The triangle and the change list as tables: the numbers of the JSON, whole, and the same bytes for ever."""

from __future__ import annotations

import io
import json
from typing import Any

import pyarrow.parquet
import pytest

from exchange.formats import formats_of
from exchange.layouts import OTHERS
from services import revision_tables
from tests.entries import assessed, figure
from tests.services.test_revisions import again, now
from tests.worlds import World


@pytest.fixture
def moved(world: World) -> tuple[World, list[int]]:
    """Three incidents assessed, one then changed twice, one contested and put back, and a fourth found.

    Gives the log's ends in between.
    """
    first = assessed(world, figure(low=10, high=12), day="2026-01-31")
    assessed(world, figure(low=4), day="2026-02-03")
    back = assessed(world, figure(low=20), day="2026-02-04")
    points = [now(world)]
    body = {"source": {"kind": "hospital", "name": "Second hospital"}, "report": {"title": "Later"}}
    added = {**body, "incident": first, "claim": {"figures": [figure(low=15)]}}
    assert world.post("intake", added).status_code == 201
    again(world, first, "late_verification")
    again(world, first, "error_fixed", occurrence="contested")
    again(world, back, "error_fixed", occurrence="contested")
    again(world, back, "reclassification")
    assessed(world, figure(low=7), day="2026-02-20")
    return world, [*points, now(world)]


def lines(world: World, noun: str, **asked: Any) -> list[dict[str, Any]]:
    answer = world.get(f"statistics/{noun}", outcome="killed", format="jsonl", **asked)
    assert answer.status_code == 200, answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


def test_every_cell_of_a_triangle_is_a_row_and_what_was_not_known_then_is_empty(
    moved: tuple[World, list[int]],
) -> None:
    world, points = moved
    at = ",".join(map(str, (0, *points)))
    answer = world.get("statistics/revisions", outcome="killed", at=at).json()
    rows = lines(world, "revisions", at=at)
    assert tuple(rows[0]) == OTHERS["statistics-revisions"].names
    numbers = ("low", "high", "open", "incidents")
    assert [(one["period"], *(one[name] for name in numbers)) for one in rows] == [
        (row["month"], *(cell[name] for name in numbers)) for row in answer["data"] for cell in row["cells"]
    ]
    assert [one["log_sequence"] for one in rows[:3]] == [0, *points]
    assert (rows[0]["low"], rows[0]["incidents"], rows[0]["at"]) == (None, 0, None)
    yearly = lines(world, "revisions", at=at, period="year")
    assert [(one["period"], one["point"]) for one in yearly] == [("2026", 1), ("2026", 2), ("2026", 3)]


def test_the_differences_of_a_table_of_changes_add_up_to_the_totals_and_by_reason(
    moved: tuple[World, list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(revision_tables, "AT_ONCE", 1)
    world, points = moved
    asked = {"from_point": str(points[0]), "to_point": str(points[1])}
    answer = world.get("statistics/changes", outcome="killed", **asked).json()
    rows = lines(world, "changes", **asked)
    assert tuple(rows[0]) == OTHERS["statistics-changes"].names
    assert [(one["incident"], one["log_sequence"]) for one in rows] == [
        (one["incident"], act["log_sequence"]) for one in answer["data"] for act in one["acts"]
    ]
    sums = {end: sum(one[f"difference_{end}"] for one in rows) for end in ("low", "high")}
    assert sums == answer["meta"]["totals"]["difference"]
    by_reason = {one["reason"]: one["low"] for one in answer["meta"]["by_reason"]}
    assert len(by_reason) == 4
    # What was contested and put back moved nothing in the end, and two of the reasons.
    (returned,) = [one for one in answer["data"] if one["before"] == one["after"]]
    assert [act["difference"]["low"] for act in returned["acts"]] == [-20, 20]
    for reason, low in by_reason.items():
        assert sum(one["difference_low"] for one in rows if one["reason"] == reason) == low
    twice = [
        one for one in rows if one["reason"] != "first_assessment" and one["incident"] != returned["incident"]
    ]
    (known,) = [one for one in answer["data"] if one["incident"] == twice[0]["incident"]]
    for one in twice:
        assert (one["before_low"], one["before_high"]) == (known["before"]["low"], known["before"]["high"])
        assert (one["after_low"], one["after_contested_low"]) == (
            None,
            known["after"]["verification"]["contested"]["low"],
        )
        assert one["policy_after"].startswith("reported-range@")
    (new,) = [one for one in rows if one["reason"] == "first_assessment"]
    assert (new["before_period"], new["after_period"], new["difference_low"]) == (None, "2026-02", 7)


def test_a_table_of_revisions_is_the_same_in_every_format_and_after_later_acts(
    moved: tuple[World, list[int]],
) -> None:
    world, points = moved
    asked: dict[str, dict[str, Any]] = {
        "revisions": {"at": ",".join(map(str, points))},
        "changes": {"from_point": points[0], "to_point": points[1]},
    }

    def get(noun: str, format: str | None, method: str = "GET", **more: str) -> Any:
        given = {"outcome": "killed", **asked[noun], **({} if format is None else {"format": format})}
        return world.client.request(
            method, f"/v1/statistics/{noun}", params=given, headers=world.headers(**more)
        )

    before = {
        (noun, one.name): get(noun, one.name)
        for noun in asked
        for one in formats_of(OTHERS[f"statistics-{noun}"])
    }
    assessed(world, figure(low=1), day="2026-03-03")
    again(world, get("changes", None).json()["data"][0]["incident"], "error_fixed")
    for (noun, name), answer in before.items():
        number = len(lines(world, noun, **asked[noun]))
        assert (answer.status_code, answer.headers["civharm-rows"]) == (200, str(number)), name
        assert answer.headers["civharm-log-sequence"] == str(points[1])
        later = get(noun, name)
        assert (later.content, later.headers["etag"]) == (answer.content, answer.headers["etag"]), name
        assert get(noun, name, If_None_Match=answer.headers["etag"]).status_code == 304
    for noun in asked:
        rows = pyarrow.parquet.read_table(io.BytesIO(before[noun, "parquet"].content))
        assert rows.column_names == list(OTHERS[f"statistics-{noun}"].names)
        csv = before[noun, "csv"]
        assert get(noun, "csv", "HEAD").headers["repr-digest"] == csv.headers["repr-digest"]
        assert get(noun, None, Accept="text/csv").content == csv.content


def test_a_table_of_revisions_is_refused_for_what_the_json_is_refused_for(world: World) -> None:
    for noun, wrong in (
        ("revisions", {"at": "1"}),
        ("revisions", {"at": "0,99999"}),
        ("revisions", {"limit": "5"}),
        ("changes", {"from_point": "2", "to_point": "1"}),
        ("changes", {"from_point": "0", "to_point": "1", "limit": "5"}),
        ("changes", {"from_point": "0", "to_point": "1", "bands": "moon"}),
        ("changes", {"from_point": "0"}),
    ):
        answer = world.get(f"statistics/{noun}", outcome="killed", format="csv", **wrong)
        assert answer.status_code == 400, (noun, wrong)
    asked = {"outcome": "killed", "from_point": "0", "to_point": "1", "format": "csv"}
    assert world.get("statistics/changes", "admin", **asked).status_code == 403
    assert len(world.get("statistics/changes", **asked).text.splitlines()) == 1
