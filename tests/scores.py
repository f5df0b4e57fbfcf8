"""The scoreboard: figures of tests that say how far something was tried, each beside its bar.

A test asserts what must hold and, with the fixture ``score``, tells what it measured. ``make test`` runs each
in a short version, whose figures nobody prints. ``python -m tests.scores`` runs the same tests at full length
and prints every figure with its bar; it ends with 1 when a test fails or a bar is not reached.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.servers import ROOT

FULL_LENGTH = {
    "CIVHARM_STEPS": "5000",  # of machines that act at random, on each database
    "CIVHARM_LONG": "1",
    "CIVHARM_WORLDS": "100",  # invented records that the attacker reads the tables of
    "CIVHARM_FUZZ_EXAMPLES": "6",  # of each operation and mode, as each role, on each database
}
"""What makes the tests long, unless the environment says otherwise."""
PROPERTY = "civharm.score"
REPORT = ROOT / "build" / "scoreboard.xml"


class Score(Protocol):
    """Tell a figure, with its bar at full length; ``together`` is the bar of all variants' sum."""

    def __call__(
        self,
        name: str,
        figure: float,
        *,
        at_least: float | None = None,
        at_most: float | None = None,
        together: float | None = None,
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class Told:
    """A figure that a test told: its name, the test's variant (a database, a role), its bar."""

    name: str
    variant: str
    figure: float
    at_least: float | None = None
    at_most: float | None = None
    together: float | None = None

    @property
    def reached(self) -> bool:
        """Tell whether the figure reaches its bar."""
        low = self.at_least is None or self.figure >= self.at_least
        return low and (self.at_most is None or self.figure <= self.at_most)

    @property
    def bar(self) -> str:
        """Give the bar in words."""
        if self.at_least is not None:
            return f"at least {self.at_least:,g}"
        return "" if self.at_most is None else f"at most {self.at_most:,g}"


def told(report: Path) -> tuple[list[Told], list[str]]:
    """Give the figures of a report in JUnit's form, and the tests that did not pass."""
    figures: list[Told] = []
    failed: list[str] = []
    for case in ET.parse(report).iter("testcase"):  # noqa: S314  # a file that pytest has just written
        name = case.get("name", "")
        if any(case.find(end) is not None for end in ("failure", "error", "skipped")):
            failed.append(f"{case.get('classname')}::{name}")
        for one in case.iter("property"):
            if one.get("name") == PROPERTY:
                variant = name.partition("[")[2].removesuffix("]")
                figures.append(Told(variant=variant, **json.loads(one.get("value", "{}"))))
    return [*figures, *_together(figures)], failed


def _together(figures: list[Told]) -> Iterator[Told]:
    """Give the sums over variants that have a bar of their own."""
    for name in dict.fromkeys(one.name for one in figures if one.together is not None):
        alike = [one for one in figures if one.name == name]
        yield Told(name, "all together", sum(one.figure for one in alike), at_least=alike[0].together)


def table(figures: list[Told]) -> Iterator[str]:
    """Give the lines of the scoreboard, in Markdown."""
    yield "| what | variant | figure | bar | |"
    yield "| --- | --- | ---: | --- | --- |"
    for one in sorted(figures, key=lambda one: (one.name, one.variant)):
        mark = "" if not one.bar else "reached" if one.reached else "MISSED"
        yield f"| {one.name} | {one.variant} | {one.figure:,g} | {one.bar} | {mark} |"


def main(asked: list[str]) -> int:
    """Run the scored tests at full length and print the board; ``asked`` are further words for pytest."""
    REPORT.parent.mkdir(exist_ok=True)
    began = time.monotonic()
    command = [sys.executable, "-m", "pytest", "-q", "-m", "scored", f"--junitxml={REPORT}"]
    done = subprocess.run(  # our own tests
        [*command, "--ignore=tests/real", "--ignore=tests/programs", *asked],
        cwd=ROOT,
        env={**FULL_LENGTH, **os.environ},
        check=False,
    )
    figures, failed = told(REPORT)
    print("\n".join(table(figures)))  # noqa: T201  # what it is for
    for one in failed:
        print(f"FAILED {one}")  # noqa: T201
    minutes = (time.monotonic() - began) / 60
    print(f"{len(figures)} figures of {minutes:.1f} minutes.")  # noqa: T201
    return int(bool(done.returncode or failed or not figures or not all(one.reached for one in figures)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
