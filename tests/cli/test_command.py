"""The command as people use it, against a database of its own."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from config import Settings
from db.engine import open_database
from domain.errors import RecordError
from services import organisations
from tests.entries import assessed, figure
from tests.worlds import World, serving

PASSWORD = "otter paints a quiet harbour"


@dataclass
class Shell:
    """A terminal with a database, an officer's and a reviewer's token."""

    url: str
    folder: Path
    officer: str = ""
    reviewer: str = ""
    several: bool = False
    """Whether commands are told that the database is for several organisations."""
    errors: str = ""
    """What the last command printed on its error stream."""

    def joined(self, name: str, role: str) -> str:
        """Invite somebody, who accepts and makes a token; give the token."""
        secret = self.run("invite", name, "--role", role).strip()
        self.run("join", secret, "--login", name)
        return self.run("token", "create", "laptop", "--login", name).strip()

    def run(self, *words: str, token: str = "", code: int = 0) -> str:
        """Give what the command printed; fail unless it ended with the code."""
        environment = {
            "CIVHARM_DATABASE_URL": self.url,
            "CIVHARM_SEVERAL_ORGANISATIONS": f"{self.several}",
            "CIVHARM_TOKEN": token or self.officer,
            "CIVHARM_PASSWORD": PASSWORD,
            "COLUMNS": "200",
        }
        here = Path.cwd()
        os.chdir(self.folder)
        try:
            done = CliRunner().invoke(app, list(words), env=environment)
        finally:
            os.chdir(here)
        self.errors = done.stderr
        ended, printed = done.exit_code, done.stdout + (done.stderr if code else "")
        if isinstance(done.exception, RecordError):
            ended, printed = 1, printed + done.exception.detail
        elif done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert ended == code, done.output
        return printed


@pytest.fixture
def shell(url: str, tmp_path: Path) -> Shell:
    found = Shell(url, tmp_path)
    found.run("organisation", "add", "Test Recorder")
    # As the demo does: joining by hand has tests of its own, and hashing passwords takes its time.
    found.officer = issued(found, "Officer", "recorder")
    found.reviewer = issued(found, "Reviewer", "reviewer")
    return found


def issued(shell: Shell, name: str, role: str) -> str:
    """Add a member with a token; give the token."""
    member = shell.run("member", "add", name, "--role", role).strip()
    database = open_database(shell.url, pool_size=1, write_pool_size=1)
    with database.writing() as connection:
        operator = organisations.operator(organisations.the_one(connection, None))
        token = organisations.issue_token(connection, operator, label=name, member=member)
    database.close()
    return token.secret


SHEET = """incident,incident_title,date_from,date_to,country,place,adm1,adm2,source,source_kind,report_title,\
label,outcome,status,sex,age,number,relation,relation_to
A,Market bombing,2026-01-31,,PK,Quetta,PK2,PK226,Hospital,hospital,Statement,total,Killed,,,,at least 10,,
A,,,,,,,,,,,women,killed,civilian,female,adult,4,included_in,total
A,,,,,,,,,,,children,killed,,,child,many many,included_in,total
B,Shelling,2026-02-01,,PK,Turbat,PK2,PK211,Newspaper,outlet,Article,total,killed,,,,2-3,,
B,,,,,,,,,,,hurt,injured,,,,5,,
"""


STATES = ("verified", "pending", "contested", "inconclusive")
COLUMNS = (
    *("sex", "low", "high", "open", "incidents"),
    *(f"{state}_{name}" for state in STATES for name in ("low", "high", "incidents")),
    *("best", "late_low", "late_high", "late_incidents"),
)
LAST = ("", "", "", "")
"""No best estimate, and nothing verified late."""


def run_of(text: str) -> str:
    found = re.search(r"^run ([0-9a-f-]{36})$", text, re.MULTILINE)
    assert found, text
    return found[1]


def test_a_sheet_is_imported_proposed_approved_and_counted(shell: Shell) -> None:
    (shell.folder / "january.csv").write_text(SHEET, encoding="utf-8")
    told = shell.run("import", "sheet", "january.csv", "--assess", "reported-range")
    assert "5 rows read, 4 stored, 0 known already, 1 skipped" in told
    assert "line 4, number" in told
    assert "many many" not in told
    approved = shell.run("approve", "--run", run_of(told), token=shell.reviewer)
    assert "2 approved, 0 refused" in approved
    rows = list(
        csv.reader(io.StringIO(shell.run("stats", "--outcome", "killed", "--by", "sex", "--format", "csv")))
    )
    assert rows == [
        list(COLUMNS),
        ["female", "4", "4", "1", "1", *[""] * 3, "4", "4", "1", *[""] * 6, *LAST],
        ["unknown", "8", "9", "1", "2", *[""] * 3, "8", "9", "2", *[""] * 6, *LAST],
    ]
    assert re.fullmatch(
        r"log sequence \d+; 0 incidents unassessed, 0 need review, 0 straddle the days asked for; "
        r"total 12-13\+ in 2 incidents\n",
        shell.errors,
    )
    shown = shell.run("stats", "--outcome", "killed", "--by", "sex").splitlines()
    (head,) = (re.findall(r"\w+", line) for line in shown if "low" in line)
    assert head == ["sex", "low", "high", "open", "incidents", "pending"]
    (unknown,) = (line for line in shown if "unknown" in line)
    assert re.findall(r"[\w+-]+", unknown) == ["unknown", "8", "9", "1", "2", "8-9+"]


def test_a_cell_of_one_state_has_no_columns_by_state(shell: Shell) -> None:
    (shell.folder / "january.csv").write_text(SHEET, encoding="utf-8")
    told = shell.run("import", "sheet", "january.csv", "--assess", "reported-range")
    shell.run("approve", "--run", run_of(told), token=shell.reviewer)
    asked = ("stats", "--outcome", "killed", "--format", "csv")
    assert shell.run(*asked, "--by", "verification").splitlines() == [
        "verification,low,high,open,incidents,best,late_low,late_high,late_incidents",
        "pending,12,13,1,2,,,,",
    ]
    assert shell.run(*asked, "--verification", "pending").splitlines() == [
        "low,high,open,incidents,best,late_low,late_high,late_incidents",
        "12,13,1,2,,,,",
    ]
    shell.run("stats", "--format", "csv", "--by", "outcome")
    assert "no total over several outcomes" in shell.errors


def test_an_unknown_number_is_empty_for_programs_and_said_to_people(world: World, tmp_path: Path) -> None:
    shell = Shell(world.url, tmp_path, world.tokens["recorder"])
    assessed(world, figure(low=3, sex="female"), occurrence="contested")
    late = {"outcome": "killed", "verified": 18, "verified_on": "2026-04-15"}
    found = {"occurrence": "verified", "harm": "verified", "standard_of_proof": "reasonable grounds"}
    assessed(world, figure(low=18, high=31, comparator="between"), **found, cells=[late])
    printed = shell.run("stats", "--outcome", "killed", "--by", "sex", "--format", "csv")
    assert next(csv.DictReader(io.StringIO(printed))) == {
        **dict.fromkeys(COLUMNS, ""),
        "sex": "female",
        "open": "0",
        "incidents": "0",
        "contested_low": "3",
        "contested_high": "3",
        "contested_incidents": "1",
    }
    shown = shell.run("stats", "--outcome", "killed", "--by", "sex").splitlines()
    (cell,) = (line for line in shown if "female" in line)
    assert re.findall(r"[\w+-]+", cell) == ["female", "unknown", "unknown", "0", "0", "3"]


def test_what_was_verified_late_has_columns_of_its_own(world: World, tmp_path: Path) -> None:
    shell = Shell(world.url, tmp_path, world.tokens["recorder"])
    late = {"outcome": "killed", "verified": 18, "verified_on": "2026-04-15"}
    found = {"occurrence": "verified", "harm": "verified", "standard_of_proof": "reasonable grounds"}
    assessed(world, figure(low=18, high=31, comparator="between"), **found, cells=[late])
    (cell,) = csv.DictReader(io.StringIO(shell.run("stats", "--outcome", "killed", "--format", "csv")))
    assert (cell["verified_low"], cell["pending_high"]) == ("18", "13")
    assert [cell[f"late_{name}"] for name in ("low", "high", "incidents")] == ["18", "18", "1"]
    shown = shell.run("stats", "--outcome", "killed").splitlines()
    (head,) = (re.findall(r"\w+", line) for line in shown if "low" in line and "┃" in line)
    assert head == ["low", "high", "open", "incidents", "verified", "pending", "late"]


def test_the_same_file_twice_stores_nothing_new(shell: Shell) -> None:
    (shell.folder / "january.csv").write_text(SHEET, encoding="utf-8")
    shell.run("import", "sheet", "january.csv")
    again = shell.run("import", "sheet", "january.csv")
    assert "5 rows read, 0 stored, 4 known already, 1 skipped" in again


def test_a_row_that_loses_its_figure_is_skipped_also_where_it_opens_the_claim(shell: Shell) -> None:
    (shell.folder / "january.csv").write_text(SHEET.replace("at least 10", "many many"), encoding="utf-8")
    told = shell.run("import", "sheet", "january.csv")
    assert "5 rows read, 3 stored, 0 known already, 2 skipped" in told
    again = shell.run("import", "sheet", "january.csv")
    assert "5 rows read, 0 stored, 3 known already, 2 skipped" in again


def test_a_row_added_to_the_sheet_is_a_new_claim_about_the_known_incident(shell: Shell) -> None:
    (shell.folder / "january.csv").write_text(SHEET, encoding="utf-8")
    shell.run("import", "sheet", "january.csv")
    more = SHEET + "B,,,,,,,,Second hospital,hospital,Statement,total,killed,,,,4,,\n"
    (shell.folder / "february.csv").write_text(more, encoding="utf-8")
    told = shell.run("import", "sheet", "february.csv")
    assert "6 rows read, 1 stored, 4 known already, 1 skipped" in told


def test_a_dry_run_reports_and_stores_nothing(shell: Shell) -> None:
    (shell.folder / "january.csv").write_text(SHEET, encoding="utf-8")
    told = shell.run("import", "sheet", "january.csv", "--dry-run", "--report", "findings.jsonl")
    assert "dry run: nothing stored" in told
    findings = [json.loads(line) for line in (shell.folder / "findings.jsonl").read_text().splitlines()]
    assert any(one["line"] == 4 and one["column"] == "number" for one in findings)
    assert "5 rows read, 4 stored, 0 known" in shell.run("import", "sheet", "january.csv")


def test_the_template_as_written_is_read_and_its_examples_are_not(shell: Shell) -> None:
    for name in ("template.xlsx", "template.csv"):
        shell.run("template", name)
        assert "0 stored" in shell.run("import", "sheet", name)
    assert "choose another" in shell.run("template", "template.csv", code=2)


def test_the_author_cannot_approve_from_the_command_either(shell: Shell) -> None:
    (shell.folder / "january.csv").write_text(SHEET, encoding="utf-8")
    told = shell.run("import", "sheet", "january.csv", "--assess", "reported-range", token=shell.reviewer)
    refused = shell.run("approve", "--run", run_of(told), token=shell.reviewer, code=1)
    assert "The author cannot approve" in refused
    assert "2 approved" not in refused


def test_incidents_are_approved_by_code(shell: Shell) -> None:
    (shell.folder / "january.csv").write_text(SHEET, encoding="utf-8")
    shell.run("import", "sheet", "january.csv", "--assess", "reported-range")
    told = shell.run("approve", "PK-2026-0001", "PK-2026-0002", token=shell.reviewer)
    assert "2 approved" in told
    assert "no proposed assessment" in shell.run("approve", "PK-2026-0001", token=shell.reviewer, code=1)


def test_the_command_gives_the_statistics_that_the_route_gives(shell: Shell) -> None:
    (shell.folder / "january.csv").write_text(SHEET, encoding="utf-8")
    told = shell.run("import", "sheet", "january.csv", "--assess", "reported-range")
    shell.run("approve", "--run", run_of(told), token=shell.reviewer)
    printed = shell.run(
        "stats",
        "--outcome",
        "killed",
        "--by",
        "sex,age_group",
        "--bands",
        "0-17,18-64,65+",
        "--format",
        "json",
    )
    with serving(shell.url) as client:
        answer = client.get(
            "/v1/statistics?outcome=killed&by=sex,age_group&bands=0-17,18-64,65%2B",
            headers={"Authorization": f"Bearer {shell.officer}"},
        )
    assert answer.status_code == 200
    assert printed.strip() == answer.text


def test_explain_shows_claims_policies_and_reasons_in_words(shell: Shell) -> None:
    (shell.folder / "january.csv").write_text(SHEET, encoding="utf-8")
    shell.run("import", "sheet", "january.csv")
    told = shell.run("explain", "PK-2026-0001")
    assert "1 report, 1 origin" in told
    assert "claim 1: Hospital" in told
    assert "killed: 10 or more" in told
    assert "killed civilian female 18+: 4, included_in total" in told
    (row,) = [line for line in told.splitlines() if line.startswith("│ killed civilian female 18+")]
    assert "│ 4" in row
    assert "reported-range" in told
    assert "assessment in force: none" in told


def test_explain_says_what_another_reading_of_an_inferred_origin_would_change(shell: Shell) -> None:
    shell.several = True
    token = re.search(r"data officer (\S+)", shell.run("demo", "--no-serve"))
    assert token
    told = shell.run("explain", "PK-2026-0001", token=token[1])
    assert "claim 3: that it rests on Officials is inferred. Were it Associated Press's own count:" in told
    assert "    airwars-range, killed civilian: 18 or more, instead of no figure" in told
    # Of a claim used for some figures, each that was not used says why.
    assert "    detained security_forces 14: beside, a party on its enemy's losses" in told


def test_a_revoked_token_and_a_removed_member_are_refused_at_once(shell: Shell) -> None:
    tokens = sorted(shell.run("token", "list").splitlines(), key=lambda line: "Officer" not in line)
    assert len(tokens) == 2
    shell.run("token", "revoke", tokens[0].split()[0])
    assert "Send a valid token" in shell.run("stats", "--outcome", "killed", code=1)
    members = [line for line in shell.run("member", "list").splitlines() if "Reviewer" in line]
    shell.run("member", "deactivate", members[0].split()[0])
    assert "Send a valid token" in shell.run("stats", "--outcome", "killed", token=shell.reviewer, code=1)


def test_help_explains_every_setting(shell: Shell) -> None:
    told = shell.run("--help")
    for name in Settings.model_fields:
        assert f"CIVHARM_{name.upper()}" in told


def test_the_demo_loads_once_and_prints_tokens_that_work(shell: Shell) -> None:
    shell.several = True
    first = shell.run("demo", "--no-serve")
    token = re.search(r"data officer (\S+)", first)
    assert token
    told = shell.run("stats", "--outcome", "killed", "--by", "status", "--format", "csv", token=token[1])
    assert "civilian,18,18,1,1" in told
    assert "security_forces,15,15,1,1" in told
    again = shell.run("demo", "--no-serve")
    assert "data officer" in again


def test_revisions_show_each_period_as_it_was_known_then(shell: Shell) -> None:
    asked = ("revisions", "--outcome", "killed", "--period", "year", "--at", "0,1")
    answer = json.loads(shell.run(*asked, "--format", "json"))
    assert [one["log_sequence"] for one in answer["columns"]] == [0, 1]
    assert shell.run(*asked, "--format", "csv").splitlines() == [
        "year,known_at,log_sequence,at,low,high,open,incidents"
    ]
    shown = shell.run(*asked).splitlines()
    assert [part.strip() for part in re.split("[┃│]", shown[1])][1:4] == ["year", "0", "1"]
    assert any("total" in line and line.count("unknown") == 2 for line in shown)
    assert "cannot be used" in shell.run("revisions", "--outcome", "killed", "--at", "1", code=1)


def test_an_organisation_chooses_its_policy_on_the_command_line(shell: Shell) -> None:
    assert "reported-range" in shell.run("organisation", "policy")
    assert "the default" in shell.run("organisation", "policy")
    refused = shell.run("organisation", "policy", "conservative", code=1)
    assert "Your roles do not allow this" in refused
    chosen = ("organisation", "policy", "conservative", "--note", "Decided in May.")
    printed = shell.run(*chosen, token=shell.reviewer)
    assert printed.startswith("conservative 1\n")
    assert "Decided in May." in printed
    assert shell.run("organisation", "policy") == printed
    assert "no such policy" in shell.run("organisation", "policy", "best", token=shell.reviewer, code=1)


def test_explain_counts_the_running_totals_that_later_ones_replaced(shell: Shell) -> None:
    days = [{"report_date": f"2023-10-{7 + n:02d}", "killed_cum": 100 + n} for n in range(25)]
    days += [{"report_date": f"2023-11-{1 + n:02d}", "killed_cum": 200 + n} for n in range(20)]
    bulletins = [{"report_source": "mohtel", "report_period": 24, **day} for day in days]
    (shell.folder / "daily.json").write_text(json.dumps(bulletins), encoding="utf-8")
    shell.run("import", "gaza-daily", "daily.json")
    told = shell.run("explain", "PS-2023-0001")
    assert "44 claims that later ones replaced are left out" in told
    assert "killed: 219" in told
    assert "claim 45: " in told
    assert "claim 44: " not in told
    assert "claim 44: " in shell.run("explain", "PS-2023-0001", "--every-claim")


def test_a_table_is_checked_and_a_clash_ends_with_1(shell: Shell) -> None:
    (shell.folder / "table.csv").write_text("group,killed\nmen,20\nwomen,13\nTotal,34\n", encoding="utf-8")
    told = shell.run("check-table", "table.csv", code=1)
    assert "parts-fall-short: 20 + 13 = 33, 1 fewer than the 34 of 'Total, killed'." in told
    (shell.folder / "table.csv").write_text("group,killed\nmen,20\nwomen,13\nTotal,33\n", encoding="utf-8")
    assert "The table holds: 1 sum checked by row 'Total'." in shell.run("check-table", "table.csv")
    (shell.folder / "table.csv").write_text("group,killed\nmen,20\nwomen,n/k\nTotal,33\n", encoding="utf-8")
    told = shell.run("check-table", "table.csv", code=1)
    assert "1 sum undecided, for no number is given: 'women, killed'" in told
    assert "Nothing could be checked." in told
