"""Published figures come out of the whole way: file, command, second member, API.

The figures are read from ``../shared/data/expected.json``, which says where each was published.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from cli.main import app
from tests.worlds import serving

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
LISTS = DATA / "gaza-killed-lists"
RELEASES = (
    ("killed-in-gaza_20240219.json", "2024-02-19"),
    ("raw_published_20240429.csv", "2024-04-29"),
    ("raw_published_20240626.csv", "2024-06-26"),
    ("raw_published_20240907.csv", "2024-09-07"),
)
ASKED = "/v1/statistics?outcome=killed&by=sex,age_group&bands=0-17,18-64,65%2B"


def expected() -> dict[str, Any]:
    if not (DATA / "expected.json").exists():
        pytest.fail("The real data are not there: ../shared/data beside the project is needed.")
    found: dict[str, Any] = json.loads((DATA / "expected.json").read_text(encoding="utf-8"))
    return found


class Office:
    """An organisation with an officer and a reviewer, on a database of its own."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.run("organisation", "add", "Recorder")
        self.officer = self.joined("officer", "recorder")
        self.reviewer = self.joined("reviewer", "reviewer")

    def joined(self, name: str, role: str) -> str:
        """Invite somebody, who accepts and makes a token; give the token."""
        secret = self.run("invite", name, "--role", role).strip()
        self.run("join", secret, "--login", name)
        return self.run("token", "create", "laptop", "--login", name).strip()

    def run(self, *words: str, token: str = "") -> str:
        environment = {
            "CIVHARM_DATABASE_URL": self.url,
            "CIVHARM_TOKEN": token,
            "CIVHARM_PASSWORD": "otter paints a quiet harbour",
            "COLUMNS": "200",
        }
        done = CliRunner().invoke(app, list(words), env=environment)
        assert done.exit_code == 0, done.output
        return done.stdout

    def imported(self, *words: str) -> str:
        """Import a file as the officer and approve all it proposes as the reviewer."""
        told = self.run("import", *words, token=self.officer)
        run = re.search(r"^run (\S+)$", told, re.MULTILINE)
        assert run, told
        self.run("approve", "--run", run[1], token=self.reviewer)
        return told

    def get(self, client: TestClient, address: str) -> Any:
        answer = client.get(address, headers={"Authorization": f"Bearer {self.officer}"})
        assert answer.status_code == 200, answer.text
        return answer


@pytest.fixture
def office(url: str) -> Office:
    return Office(url)


def as_published(answer: dict[str, Any]) -> list[int]:
    """Give the published columns of a sex x age table; every cell must have a column."""
    cells = {(one["sex"], one["age_group"]): one for one in answer["data"]}
    assert all(one["low"] == one["high"] and one["open"] == 0 for one in cells.values())
    columns = [
        ("male", "18-64"),
        ("female", "18-64"),
        ("male", "0-17"),
        ("female", "0-17"),
        ("male", "65+"),
        ("female", "65+"),
        ("male", "unknown"),
        ("female", "unknown"),
    ]
    assert set(cells) <= set(columns)
    counts = [cells[key]["low"] if key in cells else 0 for key in columns]
    return [answer["total"]["low"], *counts]


def test_the_four_lists_of_gaza_give_their_published_tables_then_and_now(office: Office) -> None:
    published = expected()["gaza-killed-lists"]
    sequences: dict[str, int] = {}
    first: dict[str, bytes] = {}
    for name, day in RELEASES:
        told = office.imported("gaza-list", str(LISTS / name), "--as-of", day, "--assess", "listed-persons")
        rows = published[name][0]
        assert f"{rows} rows read, {rows} stored, 0 known already, 0 skipped" in told
        with serving(office.url) as client:
            answer = office.get(client, ASKED)
            assert as_published(answer.json()) == published[name], name
            sequences[name] = answer.json()["meta"]["log_sequence"]
            first[name] = office.get(client, f"{ASKED}&known_at={sequences[name]}").content
            check_tables_of_list(office, client, published[name])
    with serving(office.url) as client:
        for name, _ in RELEASES:  # every earlier table stays, to the byte
            again = office.get(client, f"{ASKED}&known_at={sequences[name]}")
            assert as_published(again.json()) == published[name]
            assert again.content == first[name]
        (incident,) = office.get(client, "/v1/incidents").json()["data"]
        reports = office.get(client, "/v1/reports?kind=list").json()["data"]
        for report, (name, _) in zip(reports, RELEASES, strict=True):  # and by list
            address = f"/v1/incidents/{incident['id']}/figures?policy=listed-persons&report={report['id']}"
            (answer,) = office.get(client, address).json()["data"]
            totals = [one["low"] for one in answer["figures"] if one["sex"] is None]
            assert totals == [published[name][0]]
    told = office.run(
        "import", "gaza-list", str(LISTS / RELEASES[0][0]), "--as-of", RELEASES[0][1], token=office.officer
    )
    assert "14140 rows read, 0 stored, 14140 known already" in told


def check_tables_of_list(office: Office, client: TestClient, published: list[int]) -> None:
    """Hold the standard tables against the published columns; each group sums the columns that it holds."""
    total, men, women, boys, girls, old_men, old_women, *no_age = published
    monthly = office.get(client, "/v1/tables/monthly?outcome=killed&bands=0-17,18-64,65%2B").json()
    cells = [one for one in monthly["data"] if one["level"] == "cell"]
    as_answer = {"data": cells, "total": next(one for one in monthly["data"] if one["level"] == "total")}
    assert as_published(as_answer) == published
    rows = office.get(client, "/v1/tables/ohchr?outcome=killed").json()["data"]
    (row,) = [one for one in rows if one["section"] == "total"]
    groups = ("men", "women", "boys", "girls", "unknown_age")
    found = [row[f"{name}_low"] or 0 for name in groups]
    assert found == [row[f"{name}_high"] or 0 for name in groups]
    assert found == [men + old_men, women + old_women, boys, girls, sum(no_age)]
    assert row["total_low"] == row["own_low"] == total
    deaths = office.get(client, "/v1/tables/sdg-16-1-2").json()["data"]
    of_all = {
        (one["sex"], one["age_group"]): one["count_low"]
        for one in deaths
        if (one["cause"], one["status"]) == ("_T", "_T")
    }
    assert of_all["_T", "_T"] == total
    assert (of_all["man", "adult"], of_all["woman", "adult"]) == (men + old_men, women + old_women)
    assert (of_all["man", "child"], of_all["woman", "child"]) == (boys, girls)
    assert of_all.get(("_T", "unknown"), 0) == sum(no_age)


PERIODS = {
    "until_2009-01-20": "to=2009-01-19",
    "2009-01-20_to_2017-01-20": "from=2009-01-20&to=2017-01-19",
    "from_2017-01-20": "from=2017-01-20",
}
ASKED_OF_STRIKES = {
    "killed": "outcome=killed",
    "civilians_killed": "outcome=killed&status=civilian",
    "children_killed": "outcome=killed&age_group=0-17",
    "injured": "outcome=injured",
}


def test_the_drone_strikes_give_their_published_totals(office: Office) -> None:
    published = expected()["drone-strikes-pakistan"]
    (workbook,) = (DATA / "drone-strikes-pakistan").glob("*.xlsx")
    told = office.imported("drone-strikes", str(workbook), "--assess", "reported-range")
    assert f"{published['strikes']} rows read, {published['strikes']} stored" in told
    with serving(office.url) as client:
        claims = all_of(office, client, "/v1/claims")
        assert len(claims) == published["strikes"]
        minima, maxima = _claimed_injured(claims)
        assert [minima, maxima] == published["injured"]
        reversed_row = _reversed(claims)
        wholes = {"": published, **{PERIODS[name]: published[name] for name in PERIODS}}
        for period, figures in wholes.items():
            for name, question in ASKED_OF_STRIKES.items():
                answer = office.get(client, f"/v1/statistics?{question}&{period}".rstrip("&")).json()
                found = [answer["total"]["low"], answer["total"]["high"]]
                if name == "injured" and period in ("", PERIODS["2009-01-20_to_2017-01-20"]):
                    # One strike's minimum is printed above its maximum. Its claim keeps both numbers; the
                    # facts book the range between what the row allows, and nothing is made up to fit.
                    found[0] += reversed_row["minimum"] - reversed_row["booked"][0]
                    found[1] += reversed_row["maximum"] - reversed_row["booked"][1]
                assert found == figures[name], (period, name)
            check_tables_of_strikes(office, client, period, figures)
        again = office.run("import", "drone-strikes", str(workbook), token=office.officer)
        assert f"0 stored, {published['strikes']} known already" in again


def check_tables_of_strikes(
    office: Office, client: TestClient, period: str, published: dict[str, Any]
) -> None:
    """Hold the standard tables against the published ranges of a period."""
    asked = f"outcome=killed&{period}".rstrip("&")
    rows = office.get(client, f"/v1/tables/monthly?{asked}").json()["data"]
    (whole,) = [one for one in rows if one["level"] == "total"]
    assert [whole["low"], whole["high"]] == published["killed"]
    months = [one for one in rows if one["level"] == "month"]
    assert [sum(one[end] for one in months) for end in ("low", "high")] == published["killed"]
    by_status = {one["status"]: one for one in rows if one["level"] == "status"}
    civilians = by_status.get("civilian", {"low": 0, "high": 0})
    assert [civilians["low"], civilians["high"]] == published["civilians_killed"]
    ohchr = office.get(client, f"/v1/tables/ohchr?{asked}").json()["data"]
    (row,) = [one for one in ohchr if one["section"] == "total"]
    names = ("boys", "girls", "children_unknown_sex")
    children = [sum(row[f"{name}_{end}"] or 0 for name in names) for end in ("low", "high")]
    assert children == published["children_killed"]
    days = f"?{period}".rstrip("?")
    events = office.get(client, f"/v1/tables/events{days}").json()["data"]
    assert [sum(one[end] or 0 for one in events) for end in ("low", "high")] == published["killed"]
    deaths = office.get(client, f"/v1/tables/sdg-16-1-2{days}").json()["data"]
    fine = ("_T", "_T", "_T", "civilian")
    margin = [one for one in deaths if (one["sex"], one["age_group"], one["cause"], one["status"]) == fine]
    found = [sum(one[f"count_{end}"] for one in margin) for end in ("low", "high")]
    assert found == published["civilians_killed"]


def all_of(office: Office, client: TestClient, address: str | None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while address is not None:
        page = office.get(client, address).json()
        found += page["data"]
        address = page["links"]["next"]
    return found


def _claimed_injured(claims: list[dict[str, Any]]) -> tuple[int, int]:
    """Give the sums of minima and maxima of injured as the claims state them."""
    minima = maxima = 0
    for claim in claims:
        for figure in claim["figures"]:
            if figure["outcome"] != "injured":
                continue
            if figure["comparator"] != "at_most":
                minima += figure["low"]
            if figure["comparator"] != "at_least":
                maxima += figure["high"]
    return minima, maxima


def _reversed(claims: list[dict[str, Any]]) -> dict[str, Any]:
    """Give the one strike whose minimum of injured exceeds its maximum: as printed, and as booked."""
    found = []
    for claim in claims:
        said = {f["comparator"]: f for f in claim["figures"] if f["outcome"] == "injured"}
        if {"at_least", "at_most"} <= set(said):
            low, high = said["at_least"]["low"], said["at_most"]["high"]
            assert low > high
            booked = (min(f["low"] for f in said.values()), max(f["high"] for f in said.values()))
            found.append({"minimum": low, "maximum": high, "booked": booked})
    (one,) = found
    return one
