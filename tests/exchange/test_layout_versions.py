"""A table's columns are pinned with its version: who has the former form must not be told that it is new.

``python -m tests.exchange.test_layout_versions`` writes the file anew.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from exchange.columns import Layout
from exchange.layouts import LAYOUTS, OTHERS
from exchange.layouts.standard_tables import LAYOUT_OF

FILE = Path(__file__).with_name("layout_versions.json")


def forms() -> dict[str, dict[str, str]]:
    """Give the digest of each layout's columns by its name and version."""
    found: dict[str, dict[str, str]] = {}
    for layout in [*LAYOUTS.values(), *OTHERS.values(), *LAYOUT_OF.values()]:
        found[layout.name] = {str(layout.version): digest(layout)}
    return found


def digest(layout: Layout) -> str:
    said = [[one.name, one.kind.value, one.required] for one in layout.columns]
    return hashlib.sha256(json.dumps([said, layout.key]).encode()).hexdigest()


def test_a_layout_whose_columns_changed_has_another_version() -> None:
    pinned = json.loads(FILE.read_text(encoding="utf-8"))
    now = forms()
    changed = [
        name
        for name, form in now.items()
        for version, columns in form.items()
        if pinned.get(name, {}).get(version, columns) != columns
    ]
    assert not changed, "raise the layout's version, then write the file anew"
    assert pinned == now, "run: python -m tests.exchange.test_layout_versions"


if __name__ == "__main__":
    FILE.write_text(json.dumps(forms(), indent=2, sort_keys=True) + "\n", encoding="utf-8")
