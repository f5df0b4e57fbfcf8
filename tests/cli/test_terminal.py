"""The installed command in a process of its own: what it prints, and how it ends."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_an_error_is_told_in_words_and_ends_with_1(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "CIVHARM_DATABASE_URL": f"sqlite:///{tmp_path / 'c.sqlite'}",
        "CIVHARM_TOKEN": "cht_canary",
    }
    command = [sys.executable, "-m", "cli.main"]
    subprocess.run([*command, "migrate"], env=environment, check=True, capture_output=True, timeout=60)
    done = subprocess.run(
        [*command, "stats", "--outcome", "killed"],
        env=environment,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert "Send a valid token" in done.stderr
    assert "Traceback" not in done.stderr
    assert "cht_canary" not in done.stdout + done.stderr
