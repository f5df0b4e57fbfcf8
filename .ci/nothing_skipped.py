"""Fail when a pytest report holds a skipped or expectedly failing test, or no test at all.

A test that does not run looks like one that passes. The reports are JUnit XML, where pytest writes skips
and expected failures (of tests and of whole modules) as ``<skipped>``.
"""

from __future__ import annotations

import sys
from pathlib import Path
from xml.etree import ElementTree as ET


def complaints(report: Path) -> list[str]:
    """Give one line for each test of the report that did not run, or one when the report is empty."""
    cases = list(ET.parse(report).iter("testcase"))  # noqa: S314  # written by our own pytest a moment ago
    if not cases:
        return [f"{report}: no tests ran"]
    return [
        f"{report}: {case.get('classname')}::{case.get('name')}: {skipped.get('message')}"
        for case in cases
        for skipped in case.iter("skipped")
    ]


def main(reports: list[str]) -> int:
    """Print what did not run in the reports; give 1 when there is any, else 0."""
    found = [line for report in reports for line in complaints(Path(report))]
    for line in found:
        print(line, file=sys.stderr)
    print(f"did not run or may fail: {len(found)}" if found else "nothing skipped")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
