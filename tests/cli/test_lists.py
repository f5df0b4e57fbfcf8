"""Tables of persons by lists on the command line, there and back."""

from __future__ import annotations

import json

from tests.cli.test_command import Shell, shell

__all__ = ["shell"]  # the fixture

OPTIONS = ("--title", "People killed in a spring", "--country", "XK", "--from", "1999-03-20")
TO = ("--to", "1999-06-22")
TABLE = "EXH,ABA,OSCE,HRW\n1,1,0,0\n1,1,0,0\n0,0,1,0\n0,0,0,1\n0,0,0,0\n"


def test_a_table_of_lists_comes_in_and_goes_out_as_a_matrix(shell: Shell) -> None:
    (shell.folder / "lists.csv").write_text(TABLE, encoding="utf-8")
    tried = shell.run("import", "lists", "lists.csv", *OPTIONS, *TO, "--dry-run")
    assert "5 rows read, 4 stored, 0 known already, 1 skipped" in tried
    told = shell.run(
        "import", "lists", "lists.csv", *OPTIONS, *TO, "--assess", "listed-persons", "--report", "found.jsonl"
    )
    assert "1 assessments proposed" in told
    report = [json.loads(line) for line in (shell.folder / "found.jsonl").read_text().splitlines()]
    assert [(one["line"], one["code"]) for one in report] == [(0, "no-id-column"), (6, "on-no-list")]
    again = shell.run("import", "lists", "lists.csv", *OPTIONS, *TO)
    assert "0 stored, 4 known already" in again
    matrix = shell.run("list-membership", "XK-1999-0001", "--format", "csv")
    assert matrix.split() == TABLE.split()[:5]
    answer = json.loads(shell.run("list-membership", "XK-1999-0001", "--by-origin", "--format", "json"))
    assert answer == {
        "columns": ["EXH", "ABA", "OSCE", "HRW"],
        "patterns": [
            {"on": [1, 1, 0, 0], "persons": 2},
            {"on": [0, 0, 1, 0], "persons": 1},
            {"on": [0, 0, 0, 1], "persons": 1},
        ],
        "persons": 4,
    }
    assert "4 persons on at least one list" in shell.run("list-membership", "XK-1999-0001")


def test_an_incident_of_lists_is_explained_by_the_policy_that_reads_them(shell: Shell) -> None:
    (shell.folder / "lists.csv").write_text(TABLE, encoding="utf-8")
    shell.run("import", "lists", "lists.csv", *OPTIONS, *TO)
    told = shell.run("explain", "XK-1999-0001")
    assert "listed-persons 2: " in told
    assert "list 1: " in told
    assert "  list 1: used, " in told


def test_options_that_cannot_hold_are_refused_before_anything_is_read(shell: Shell) -> None:
    (shell.folder / "lists.csv").write_text(TABLE, encoding="utf-8")
    for more in (
        ("--to", "1998-01-01"),
        ("--to", "22/06/1999"),
        (*TO, "--outcome", "slain"),
        (*TO, "--country", "YU"),
        (*TO, "--title", " "),
    ):
        shell.run("import", "lists", "lists.csv", *OPTIONS, *more, code=2)
