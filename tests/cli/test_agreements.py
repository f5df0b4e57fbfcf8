"""``civharm agreement`` as the operator uses it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.cli.test_command import Shell
from tests.databases import Sqlite


def test_the_operator_makes_lists_and_ends_an_agreement(sqlite: Sqlite, tmp_path: Path) -> None:
    shell = Shell(sqlite.fresh(), tmp_path, several=True)
    giver, partner = (shell.run("organisation", "add", name).strip() for name in ("One", "Another"))
    days = [(datetime.now(UTC) + timedelta(days=one)).date().isoformat() for one in (200, 201)]
    until, why = ("--until", days[0]), ("--reason", "The same districts.")
    of = ("--organisation", "One")
    assert "which with --organisation" in shell.run("agreement", "add", "Another", *until, *why, code=1)
    id = shell.run("agreement", "add", "Another", *until, *why, *of).strip()
    assert f"Civharm-Organisation: {giver}" in shell.errors
    assert "in force" in shell.run("agreement", "add", partner, *until, *why, *of, code=1)
    assert "no organisation" in shell.run("agreement", "add", "Nobody", *until, *why, *of, code=1)
    assert "your own" in shell.run("agreement", "add", "One", *until, *why, *of, code=1)
    other = ("--organisation", "Another")
    late = shell.run("agreement", "add", "One", "--until", "2099-01-01", *why, *other, code=1)
    assert "within 2 years" in late
    assert "in words" in shell.run("agreement", "add", "One", *until, "--reason", " ", *other, code=1)
    then = f"until {days[1]}T00:00:00Z  in force"
    assert shell.run("agreement", "list", *of) == f"{id}  read by Another  {then}  The same districts.\n"
    assert shell.run("agreement", "list", *other) == f"{id}  reads One  {then}\n"
    over = ("--reason", "Over.")
    assert "no such agreement" in shell.run("agreement", "end", id, *over, *other, code=1)
    assert "reads nothing" in shell.run("agreement", "end", id, *over, *of)
    assert "ended already" in shell.run("agreement", "end", id, *over, *of, code=1)
    assert "  ended  Over.\n" in shell.run("agreement", "list", *of)
    assert shell.run("agreement", "list", *other) == ""
