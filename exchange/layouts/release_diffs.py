"""Layout of a comparison of two releases: a row a value that changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from exchange.columns import Layout, Value, text, texts, whole

RELEASE_DIFF = Layout(
    "release-diff",
    "What changed between two releases",
    "A value of a cell that was added, removed or changed.",
    (
        text("table", "The table.", required=True),
        text("key", "What tells the cell from others, column=value.", required=True),
        text("change", "added, removed or changed: what became of the cell.", required=True),
        text("column", "The column of the value.", required=True),
        text("before", "The value in the earlier release; empty where it had none."),
        text("after", "The value in the later release; empty where it has none."),
        whole("behind", "How many incidents are behind the cell.", required=True),
        texts("incidents", "Their codes; of more than 100 those that move it most."),
        texts("reasons", "Reason codes of the acts that moved them."),
        text("explained", "Whether the incidents make up the difference of low and high: true or false."),
    ),
    key=("table", "key", "column"),
)


def diff_rows(found: Mapping[str, Any]) -> Iterator[tuple[Value, ...]]:
    """Give the rows of a comparison."""
    for table in found["tables"]:
        for cell in table["cells"]:
            key = "; ".join(f"{name}={_said(value) or ''}" for name, value in cell["key"].items())
            codes = "; ".join(one["incident_code"] or one["incident"] for one in cell["incidents"])
            reasons = "; ".join(cell["reasons"])
            explained = {True: "true", False: "false", None: None}[cell["explained"]]
            for column, value in cell["values"].items():
                yield (
                    *(table["name"], key, cell["change"], column),
                    *(_said(value["before"]), _said(value["after"])),
                    *(cell["behind"], codes or None, reasons or None, explained),
                )


def _said(value: Any) -> str | None:
    return None if value is None else str(value)
