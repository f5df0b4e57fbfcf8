"""The daily bulletins of Gaza: file, command, series.

The published figure is read from ``../shared/data/expected.json``; counts of what the file holds are made
here from its own fields.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

import pytest

from tests.real.test_published_figures import DATA, Office, expected
from tests.worlds import serving

FILE = DATA / "gaza-daily" / "casualties_daily.json"
TOTALS = (
    "killed_cum",
    "injured_cum",
    "killed_children_cum",
    "killed_women_cum",
    "med_killed_cum",
    "press_killed_cum",
)


@pytest.fixture
def office(url: str) -> Office:
    return Office(url)


def bulletins() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Give the file's entries, and those of them that are somebody's new report of a total."""
    entries: list[dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))
    own = [
        one
        for one in entries
        if one["report_source"] != "missing" and one["report_period"] and any(name in one for name in TOTALS)
    ]
    return entries, own


def series(office: Office, question: str) -> dict[str, dict[str, Any]]:
    with serving(office.url) as client:
        (incident,) = office.get(client, "/v1/incidents").json()["data"]
        answer = office.get(client, f"/v1/incidents/{incident['id']}/series?{question}").json()
    return {one["origin_name"]: one for one in answer["data"]}


def test_the_bulletins_give_the_published_total_and_each_totals_as_reported(office: Office) -> None:
    published = expected()["gaza-daily"]["2023-10-26"]["killed_cumulative"]
    entries, own = bulletins()
    told = office.run("import", "gaza-daily", str(FILE), token=office.officer)
    assert len(entries) == 1_051
    assert f"1051 rows read, {len(own)} stored, 0 known already, {1_051 - len(own)} skipped" in told
    found = series(office, "outcome=killed")
    by_source = Counter(one["report_source"] for one in own if "killed_cum" in one)
    assert {name: len(one["points"]) for name, one in found.items()} == {
        "Ministry of Health, Gaza": by_source["mohtel"],
        "Government Media Office, Gaza": by_source["gmotel"],
    }
    ministry = found["Ministry of Health, Gaza"]
    points = {point["as_of"]: point for point in ministry["points"]}
    assert points["2023-10-26"]["reported"] == {"low": published, "high": published, "open": False}
    assert points["2023-10-26"]["continuous"] == {"low": published, "high": published}
    assert {point["as_of"]: point["reported"]["low"] for point in ministry["points"]} == {
        one["report_date"]: one["killed_cum"]
        for one in own
        if one["report_source"] == "mohtel" and "killed_cum" in one
    }
    first, last = ministry["points"][0], ministry["points"][-1]
    assert (
        sum(one["low"] for one in ministry["derived"]) == last["reported"]["low"] - first["reported"]["low"]
    )
    assert not any(one["fall"] for one in ministry["derived"])
    committee = next(one for one in ministry["derived"] if one["to"] == "2025-08-23")
    assert committee["low"] == 359
    assert "298 recognised by a judicial committee" in committee["caveat"]

    again = office.run("import", "gaza-daily", str(FILE), token=office.officer)
    assert f"0 stored, {len(own)} known already" in again
    assert series(office, "outcome=killed") == found


def test_the_falls_of_the_file_are_found_and_the_continuous_total_does_not_fall(office: Office) -> None:
    office.run("import", "gaza-daily", str(FILE), token=office.officer)
    women = series(office, "outcome=killed&sex=female&age_low=18")["Ministry of Health, Gaza"]
    assert [(one["to"], one["low"]) for one in women["derived"] if one["fall"]] == [("2023-10-21", -33)]
    assert [one["code"] for one in women["findings"]] == ["fall"]
    before, after = (
        next(point for point in women["points"] if point["as_of"] == day)
        for day in ("2023-10-19", "2023-10-21")
    )
    assert (before["reported"]["low"], before["continuous"]["low"]) == (1_000, 967)
    assert before["revised_by"] == after["claim"]
    totals = [point["continuous"]["low"] for point in women["points"]]
    assert totals == sorted(totals)
    injured = series(office, "outcome=injured")["Ministry of Health, Gaza"]
    assert len(injured["points"]) > 900
    press = series(office, "outcome=killed&group=journalist")
    assert sum(len(one["points"]) for one in press.values()) == sum(
        "press_killed_cum" in one for one in bulletins()[1]
    )


def test_a_dry_run_stores_nothing_and_the_report_names_what_disagrees(office: Office, tmp_path: Any) -> None:
    report = tmp_path / "findings.jsonl"
    told = office.run(
        "import", "gaza-daily", str(FILE), "--dry-run", "--report", str(report), token=office.officer
    )
    assert "dry run: nothing stored" in told
    assert not re.search(r"^run ", told, re.MULTILINE)
    codes = Counter(json.loads(line)["code"] for line in report.read_text().splitlines())
    # The publisher's own check lets 25 days stand on which a day's number is not the total's rise.
    assert codes["daily-disagrees"] == 25
    entries, own = bulletins()
    assert codes["no-bulletin"] == sum(one["report_source"] == "missing" for one in entries)
    assert codes["spike"] == sum(bool(one.get("killed_committee")) for one in own)
    with serving(office.url) as client:
        assert office.get(client, "/v1/incidents").json()["data"] == []
