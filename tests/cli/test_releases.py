"""``civharm release`` as people use it, with the system's own sha256sum."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cli.test_command import Shell
from tests.entries import assessed, figure
from tests.published import BACKENDS, CUTOFF, aged, approved_release, released_now, shared_world
from tests.worlds import World


@pytest.fixture(scope="module", params=BACKENDS[:1])  # what differs by database lies below the command
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """A record of some days ago, to which each test adds its releases."""
    for found in shared_world(request):
        assessed(found, figure(low=3, high=5, comparator="between"), place=("PK2", "PK226"))
        aged(found)
        yield found


@pytest.fixture
def shell(world: World, tmp_path: Path) -> Shell:
    return Shell(world.url, tmp_path, world.tokens["recorder"], world.tokens["second"])


def said(text: str, word: str) -> str:
    (found,) = (line.split()[1] for line in text.splitlines() if line.startswith(f"{word} "))
    return found


def checked(folder: Path, manifest: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("sha256sum")
    assert program is not None, "coreutils are everywhere that the tests run"
    return subprocess.run(
        [program, "--check", "--strict", manifest], cwd=folder, capture_output=True, text=True, check=False
    )


def test_a_release_is_made_approved_taken_checked_and_withdrawn(shell: Shell) -> None:
    told = shell.run("release", "create", "--cutoff", CUTOFF, "--title", "Casualties of January")
    id, digest = said(told, "release"), said(told, "digest")
    assert "civharm release approve" in shell.errors
    own = shell.run("release", "approve", id, "--digest", digest, code=1)
    assert "roles" in own
    approved = shell.run("release", "approve", id, "--digest", digest, token=shell.reviewer)
    assert approved.startswith("release 1 approved on ")
    assert digest in approved
    listed = shell.run("release", "list")
    assert listed.startswith(f"release 1  approved  as known {CUTOFF}")
    assert "digest: " + digest in shell.run("release", "show", "1")
    assert json.loads(shell.run("release", "show", "1", "--format", "json"))["number"] == 1

    shell.run("release", "download", "1", "--to", "copy")
    copy = shell.folder / "copy"
    for manifest in ("SHA256SUMS", "SHA256SUMS.citation"):
        done = checked(copy, manifest)
        assert (done.returncode, done.stderr) == (0, ""), done
        assert all(line.endswith(": OK") for line in done.stdout.splitlines())
    shell.run("release", "download", "1", "--to", "copy", code=2)
    assert "release 1, approved" in shell.run("release", "verify", "copy", "--token", shell.officer)

    shell.run(
        *("release", "withdraw", "1", "--reason", "error_fixed", "--note", "Counted twice."),
        token=shell.reviewer,
    )
    gone = shell.run("release", "download", "1", "--to", "again", code=1)
    assert "Counted twice." in gone
    assert not (shell.folder / "again").exists()
    assert "It was withdrawn (error_fixed)" in shell.run(
        "release", "verify", "copy", "--token", shell.officer
    )

    csv = next(copy.glob("*.csv"))
    csv.write_bytes(csv.read_bytes() + b"x")
    (copy / "log.json").unlink()
    broken = shell.run("release", "verify", "copy", code=1)
    assert f"changed: {csv.name}" in broken
    assert "missing: log.json" in broken
    assert checked(copy, "SHA256SUMS").returncode == 1


def test_what_cannot_be_done_is_said_in_words(shell: Shell) -> None:
    today = datetime.now(UTC).date().isoformat()
    assert "It can be asked for from" in shell.run("release", "create", "--cutoff", today, code=1)
    assert "cannot be made" in shell.run("release", "create", "--cutoff", "yesterday", code=1)
    assert "no release of this number" in shell.run("release", "show", "9", code=1)
    assert "no copy of a release" in shell.run("release", "verify", ".", code=1)
    (shell.folder / "SHA256SUMS").write_text("not a manifest\n")
    assert "Line 1 of the manifest" in shell.run("release", "verify", ".", code=1)
    (shell.folder / "SHA256SUMS").write_text(f"{'0' * 64}  ../secret\n")
    assert "Line 1 of the manifest" in shell.run("release", "verify", ".", code=1)
    (shell.folder / "SHA256SUMS").write_text("")
    unknown = shell.run("release", "verify", ".", "--token", shell.officer, code=1)
    assert "approved no release of this digest" in unknown
    told = shell.run("release", "create", "--cutoff", CUTOFF, "--notes", "@missing.txt", code=2)
    assert "cannot be read" in told
    id = said(shell.run("release", "create", "--cutoff", CUTOFF), "release")
    wrong = shell.run("release", "approve", id, "--digest", "0" * 64, token=shell.reviewer, code=1)
    assert "digest" in wrong
    assert "Rejected." in shell.run("release", "reject", id, "--note", "A month is missing.")
    bad = shell.run(
        *("release", "withdraw", id, "--reason", "whim", "--note", "x"), token=shell.reviewer, code=1
    )
    assert "error_fixed" in bad


def test_a_release_over_a_population_is_made_and_told_apart_from_one_without(shell: Shell) -> None:
    (shell.folder / "people.csv").write_text("year,sex,age_group,population\n2026,,,1000000\n")
    people = shell.run("import", "population", "people.csv", "--source", "A statistical office").strip()
    told = shell.run("release", "create", "--cutoff", CUTOFF, "--population", people)
    id, bare = said(told, "release"), said(shell.run("release", "create", "--cutoff", CUTOFF), "release")
    assert f"population: {people}\npopulation sha256: " in shell.run("release", "show", id)
    assert "population" not in shell.run("release", "show", bare)
    shown = shell.run("release", "diff", bare, id)
    assert f"population: none -> {people}, SHA-256 " in shown
    assert "rates are not comparable" in shown
    assert "rate_low empty -> 0.3" in shown
    for wrong in ("people.csv", id):
        refused = shell.run("release", "create", "--cutoff", CUTOFF, "--population", wrong, code=1)
        assert "no population of this id" in refused
        assert "/population" in refused


def test_two_releases_are_compared_in_a_terminal(world: World, shell: Shell) -> None:
    first = str(approved_release(world)["number"])
    assessed(world, figure(low=7), day="2026-04-03")
    second = str(released_now(world)["number"])
    shown = shell.run("release", "diff", first, second)
    assert "monthly: 2 added, 0 removed, 5 changed" in shown
    assert "low empty -> 7" in shown
    assert ": first_assessment" in shown
    rows = shell.run("release", "diff", first, second, "--format", "csv").splitlines()
    assert rows[0].startswith("table,key,change,column,before,after,behind,incidents,reasons")
    assert json.loads(shell.run("release", "diff", first, second, "--format", "json"))["same"] is False
    assert "Every table is the same." in shell.run("release", "diff", second, second)
