"""What a cell of a released table sums, as a question to the statistics: so a cell opens to its incidents."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from domain.questions import BY, Question
from domain.release_diffs import Value

Codes = tuple[str, ...]


def _as_they_are(keys: Codes) -> Codes:
    return keys


@dataclass(frozen=True, slots=True)
class View:
    """How the cells of a table are asked of the statistics.

    ``names`` are the breakdowns whose values tell the cells apart, ``finer`` more of them, over which an
    incident's numbers are summed. ``translate`` gives the table's codes for values of ``names``. ``low``
    and ``high`` are the table's columns of the numbers that incidents add up to, None where there is none.
    """

    question: Question
    names: tuple[str, ...]
    finer: tuple[str, ...] = ()
    translate: Callable[[Codes], Codes] = _as_they_are
    low: str | None = "low"
    high: str | None = "high"

    def at(self, seq: int) -> Question:
        """Give the question for what each incident adds to each cell, as known at a log sequence."""
        names = dict.fromkeys((*self.names, *self.finer, "incident"))
        return dataclasses.replace(self.question, by=tuple(names), known_at=seq)


def view_of(table: str, asked: Mapping[str, Any], key: Mapping[str, Value]) -> tuple[View, Codes] | None:
    """Give how a cell of a table is asked for, and the codes that stand for it; None where it cannot be."""
    if "by" not in asked:
        return None
    question = _question(asked)
    names = tuple(name for name in key if name in BY)
    return View(question, names), tuple(str(key[name]) for name in names)


def _question(asked: Mapping[str, Any]) -> Question:
    """Give the question that an address's parameters ask, without its breakdown and its point of the log."""
    known = {field.name for field in dataclasses.fields(Question)} - {"by", "known_at", "cell"}
    named = {{"from": "start", "to": "end"}.get(name, name): value for name, value in asked.items()}
    return Question(**{name: value for name, value in named.items() if name in known})
