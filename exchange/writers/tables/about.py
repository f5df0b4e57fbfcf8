"""What goes with a table: whose it is, what was asked, and up to which point of the log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from exchange.columns import Layout


@dataclass(frozen=True, slots=True)
class About:
    """What a reader of a table must know. Nothing here is the time of writing: the same point of the log
    gives the same bytes.

    ``log_sequence`` and ``at`` are the end of the log that was read, or the point that ``known_at`` names.
    ``asked`` are the filters. ``notes`` stand before those of the layout. ``proof`` are the sums that were
    checked, each with what it was held against.
    """

    organisation: str
    log_sequence: int
    at: str
    asked: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    proof: tuple[tuple[str, str], ...] = ()

    def lines(self, layout: Layout) -> list[tuple[str, str]]:
        """Give it as names and values, in the order of reading."""
        return [
            ("title", layout.title),
            ("organisation", self.organisation),
            ("a row is", layout.row),
            ("log sequence", str(self.log_sequence)),
            ("log reached it at", self.at),
            ("layout", f"{layout.name} {layout.version}"),
            *((f"asked: {name}", value) for name, value in self.asked.items()),
            *(("note", note) for note in (*self.notes, *layout.notes)),
            ("note", "An empty cell is not known or not broken down: never zero."),
        ]
