"""Standard tables on the command line: in the terminal, into a file, with the proof beside it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.cli.test_command import Shell
from tests.entries import assessed, figure
from tests.worlds import World

POPULATION = "year,sex,age_group,population\n2026,,,1000000\n2026,female,,500000\n2026,male,,500000\n"


@pytest.fixture
def shell(world: World, tmp_path: Path) -> Shell:
    return Shell(world.url, tmp_path, world.tokens["recorder"], world.tokens["reviewer"])


def test_a_table_is_written_with_its_proof_beside_it(world: World, shell: Shell) -> None:
    women = figure("women", 12, sex="female", age_low=18, relation="included_in", relation_to="total")
    assessed(world, figure("total", 33), women, day="2026-01-31")
    token = world.tokens["viewer"]
    (shell.folder / "people.csv").write_text(POPULATION, encoding="utf-8")
    pinned = shell.run(
        *("import", "population", "people.csv", "--source", "An office, 2024"), token=world.tokens["recorder"]
    ).strip()
    asked = ("table", "sdg-16-1-2", "--population", pinned, "--roll-up", "police:unknown")
    shell.run(*asked, "--out", "sdg.csv", token=token)
    assert "sums were checked and hold" in shell.errors
    with (shell.folder / "sdg.csv").open(encoding="utf-8", newline="") as file:
        rows = {tuple(row.values())[:5]: row for row in csv.DictReader(file)}
    assert rows["2026", "_T", "_T", "_T", "_T"]["rate_low"] == "3.3"
    women_row = rows["2026", "woman", "_T", "_T", "_T"]
    assert (women_row["population"], women_row["rate_low"]) == ("500000", "2.4")
    assert rows["2026", "unknown", "_T", "_T", "_T"]["rate_low"] == ""  # nobody counts them
    beside = json.loads((shell.folder / "sdg.csv.proof.json").read_text(encoding="utf-8"))
    proof = beside["proof"]
    assert {"equal", "meets"} <= {one["rule"] for one in proof}
    assert beside["meta"]["asked"]["roll_up"] == "police:unknown"
    assert any(one["sum"].startswith("population 2026 _T _T") for one in proof)
    told = json.loads(shell.run(*asked, "--format", "json", token=token))
    notes = " ".join(told["meta"]["notes"])
    assert "people.csv (An office, 2024), SHA-256 " in notes
    assert "police as unknown" in notes
    for out in ("ohchr.xlsx", "ohchr.html", "ohchr.parquet"):
        shell.run("table", "ohchr", "--out", out, token=token)
        assert (shell.folder / out).stat().st_size > 1_000
    shown = shell.run("table", "monthly", token=token)
    assert "In all killed: 33, in 1 incidents." in shown


def test_a_population_whose_parts_do_not_add_up_is_not_taken(world: World, shell: Shell) -> None:
    (shell.folder / "people.csv").write_text(POPULATION.replace("500000", "400000", 1), encoding="utf-8")
    told = shell.run(
        *("import", "population", "people.csv", "--source", "An office"),
        token=world.tokens["recorder"],
        code=1,
    )
    assert "The population is not taken" in told
    assert "900,000" in told
    assert world.get("populations").json()["data"] == []


def test_what_cannot_be_asked_is_told_with_what_can(world: World, shell: Shell) -> None:
    token = world.tokens["viewer"]
    assert "Use one of: monthly, ohchr" in shell.run("table", "yearly", token=token, code=2)
    assert "cannot be given as it is asked" in shell.run(
        "table", "monthly", "--quarter", "2026-Q1", token=token, code=1
    )
    assert "--out FILE" in shell.run("table", "monthly", "--format", "xlsx", token=token, code=2)
    assert "Use one of: table, json, csv" in shell.run(
        "table", "monthly", "--out", "x.doc", token=token, code=2
    )
    assert "mrm-quarterly" in shell.run("table")
