"""Running totals of an incident over HTTP, golden tests (h) and (k).

Figures: the Ministry of Public Health of Lebanon as collected by palestine-datasets (pull request 709).
"""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.main import app
from tests.entries import code_of, entered, figure
from tests.worlds import World

PHASE_1, PHASE_2 = "2023-10-08", "2026-03-02"
BULLETINS = (
    ("2024-11-28", PHASE_1, 3_961, 16_520),
    ("2024-12-04", PHASE_1, 4_047, 16_638),
    ("2026-03-05", PHASE_2, 123, 683),
    ("2026-03-06", PHASE_2, 217, 798),
)


@pytest.fixture
def lebanon(world: World) -> str:
    """A period aggregate with the four bulletins of one ministry; give the incident."""
    source = world.made("sources", {"kind": "official", "name": "Ministry of Public Health"})["id"]
    incident: str = world.made(
        "incidents",
        {
            "title": "Casualties in Lebanon",
            "kind": "period_aggregate",
            "occurred": {"start": PHASE_1, "end": "2026-03-06", "precision": "period"},
        },
    )["id"]
    for as_of, counts_from, killed, injured in BULLETINS:
        report = world.made("reports", {"source": source, "kind": "bulletin", "title": f"Toll of {as_of}"})
        body = {
            "report": report["id"],
            "incident": incident,
            "origin": source,
            "as_of": as_of,
            "counts_from": counts_from,
            "figures": [figure("killed", killed), figure("injured", injured, outcome="injured")],
        }
        world.made("claims", body)
    return incident


def only(world: World, incident: str, **asked: Any) -> dict[str, Any]:
    answer = world.get(f"incidents/{incident}/series", **asked)
    assert answer.status_code == 200, answer.text
    (found,) = answer.json()["data"]
    result: dict[str, Any] = found
    return result


def test_lebanons_counter_begins_anew_and_the_continuous_total_goes_on_from_4047(
    world: World, lebanon: str
) -> None:
    found = only(world, lebanon, outcome="killed")
    assert [point["reported"]["low"] for point in found["points"]] == [3_961, 4_047, 123, 217]
    continuous = [point["continuous"]["low"] for point in found["points"]]
    assert continuous == [3_961, 4_047, 4_170, 4_264] == sorted(continuous)
    assert [one["code"] for one in found["findings"]] == ["restart"]
    assert found["origin_name"] == "Ministry of Public Health"
    first = found["points"][0]
    assert world.get(first["claim"].removeprefix("/v1/")).json()["as_of"] == "2024-11-28"


def test_a_derived_value_is_marked_says_its_days_and_is_not_deaths_of_a_day(
    world: World, lebanon: str
) -> None:
    answer = world.get(f"incidents/{lebanon}/series", outcome="killed").json()
    (found,) = answer["data"]
    assert [
        (one["from"], one["to"], one["days"], one["low"], one["derived"]) for one in found["derived"]
    ] == [
        ("2024-11-29", "2024-12-04", 6, 86, True),
        ("2026-03-06", "2026-03-06", 1, 94, True),
    ]
    assert "not the deaths of these days" in answer["meta"]["note"]
    assert {"from": "2024-12-05", "to": "2026-03-01", "days": 452, "between_runs": True} in found["gaps"]


def test_what_no_claim_counts_is_unknown_and_not_zero(world: World, lebanon: str) -> None:
    answer = world.get(f"incidents/{lebanon}/series", outcome="killed", sex="female", age_low=18).json()
    assert answer["data"] == []
    assert "No claim" in answer["meta"]["unknown_because"]
    assert "0" not in json.dumps(answer["data"])


def test_null_survives_the_json_of_series_and_figures_and_never_becomes_zero(world: World) -> None:
    mention = {"key": "injured", "outcome": "injured", "comparator": "mention", "wording": "many were hurt"}
    taken = entered(world, figure(low=4_047), mention)
    incident = taken["incident"]["id"]
    body = {name: taken["claim"][name] for name in ("report", "incident", "origin")}
    for as_of, low in (("2026-02-01", 4_047), ("2026-02-02", 123)):
        world.made("claims", {**body, "as_of": as_of, "figures": [figure(low=low)]})
    found = only(world, incident, outcome="killed")
    assert [point["continuous"] for point in found["points"]] == [{"low": 4_047, "high": 4_047}, None]
    assert [point["counts_from"] for point in found["points"]] == [None, None]
    assert found["points"][1]["unknown_because"] == "possible-restart"
    assert world.get(f"incidents/{incident}/series", outcome="injured").json()["data"] == []
    (claim,) = [one for one in world.get("claims").json()["data"] if len(one["figures"]) == 2]
    assert claim["figures"][1]["low"] is None
    (figures,) = world.get(f"incidents/{incident}/figures").json()["data"]
    assert "injured" not in {one["outcome"] for one in figures["figures"]}
    assert all(one["sex"] is None and one["age_low"] is None for one in figures["figures"])


def test_one_origin_can_be_asked_for(world: World, lebanon: str) -> None:
    source = only(world, lebanon, outcome="injured")["origin"].rsplit("/", 1)[1]
    assert only(world, lebanon, outcome="injured", origin=source)["points"][1]["reported"]["low"] == 16_638
    other = world.made("sources", {"kind": "outlet", "name": "A paper"})["id"]
    assert world.get(f"incidents/{lebanon}/series", outcome="injured", origin=other).json()["data"] == []
    nobody = "6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"
    refused = world.get(f"incidents/{lebanon}/series", outcome="injured", origin=nobody)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "origin")


def test_the_series_as_csv_leaves_empty_what_is_not_known(world: World, lebanon: str) -> None:
    answer = world.client.get(
        f"/v1/incidents/{lebanon}/series?outcome=killed&format=csv",
        headers=world.headers(Accept="text/csv"),
    )
    assert (answer.status_code, answer.headers["content-type"]) == (
        200,
        "text/csv; charset=utf-8; header=present",
    )
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(row["as_of"], row["reported_low"], row["derived_low"], row["derived_days"]) for row in rows] == [
        ("2024-11-28", "3961", "", ""),
        ("2024-12-04", "4047", "86", "6"),
        ("2026-03-05", "123", "", ""),
        ("2026-03-06", "217", "94", "1"),
    ]
    other = world.client.get(f"/v1/incidents/{lebanon}", headers=world.headers(Accept="text/csv"))
    assert (other.status_code, code_of(other)) == (406, "not-acceptable")


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"outcome": "dead"},
        {"outcome": "killed", "age_high": 17},
        {"outcome": "killed", "age_low": "1_8"},
        {"outcome": "killed", "total": "1"},
    ],
)
def test_a_question_that_cannot_be_read_is_refused(world: World, lebanon: str, asked: dict[str, Any]) -> None:
    answer = world.get(f"incidents/{lebanon}/series", **asked)
    assert (answer.status_code, code_of(answer)) == (400, "invalid-parameter")


def test_the_command_prints_the_series_and_an_unknown_total_as_unknown(world: World, lebanon: str) -> None:
    def run(*words: str) -> str:
        environment = {
            "CIVHARM_DATABASE_URL": world.url,
            "CIVHARM_TOKEN": world.tokens["recorder"],
            "COLUMNS": "200",
        }
        done = CliRunner().invoke(app, ["series", lebanon, *words], env=environment)
        assert done.exit_code == 0, done.output
        return done.stdout

    rows = list(csv.DictReader(io.StringIO(run("--format", "csv"))))
    assert [(row["reported_low"], row["continuous_low"], row["derived_low"]) for row in rows] == [
        ("3961", "3961", ""), ("4047", "4047", "86"), ("123", "4170", ""), ("217", "4264", "94"),
    ]  # fmt: skip
    assert "4170" in run()
    assert (
        json.loads(run("--format", "json"))
        == world.get(f"incidents/{lebanon}/series", outcome="killed").json()
    )
    assert "unknown" in run("--sex", "female")
