"""The import of a real list of the dead: time and memory of the command itself.

The file is other people's data and no part of the project: without it nothing is measured, and the
report says so.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass

from bench.servers import ROOT, peak_mb

LIST = ROOT.parent / "shared" / "data" / "gaza-killed-lists" / "raw_published_20240907.csv"
AS_OF = "2024-09-07"
"""The day in the file's name."""


@dataclass(frozen=True)
class Imported:
    """What the command took."""

    seconds: float
    peak_mb: float
    said: str
    """The line with the counts that the command wrote."""


def import_list(url: str, token: str) -> Imported | None:
    """Run ``civharm import gaza-list`` on a migrated database as the holder of a token.

    None without the file. Raises RuntimeError when the command fails.
    """
    if not LIST.exists():
        return None
    # The place for the command: civharm import gaza-list FILE --as-of DATE.
    command = [sys.executable, "-m", "cli.main", "import", "gaza-list", str(LIST), "--as-of", AS_OF]
    started = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 - our own command
        command,
        cwd=ROOT,
        env={**os.environ, "CIVHARM_DATABASE_URL": url, "CIVHARM_TOKEN": token},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    peak = 0.0
    while process.poll() is None:
        try:
            peak = max(peak, peak_mb(process.pid))
        except (OSError, RuntimeError):  # it ended between the two looks
            break
        time.sleep(0.05)
    said, _ = process.communicate()
    seconds = time.perf_counter() - started
    if process.returncode != 0:
        raise RuntimeError(f"The import failed: {said[-1000:]}")
    counts = next((line.strip() for line in said.splitlines() if "rows read" in line), "")
    return Imported(seconds, peak, counts)
