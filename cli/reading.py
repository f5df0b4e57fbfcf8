"""``civharm stats``: statistics in a terminal."""

from __future__ import annotations

import csv
import dataclasses
import json
import sys
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from cli.asking import asking
from cli.context import Token, reading
from domain.questions import BY, Question
from domain.vocab import Verification
from exchange.layouts.statistics import statistics_layout, statistics_rows
from services import instants, statistics


class Format(StrEnum):
    """How an answer is printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(asking(stats))


def stats(
    question: Question,
    by: Annotated[str, typer.Option(help="Breakdowns, comma-separated: " + ", ".join(BY) + ".")] = "",
    known_at: Annotated[str | None, typer.Option(help="A log sequence, an instant or a day.")] = None,
    format: Annotated[Format, typer.Option(help="How to print it.")] = Format.TABLE,
    token: Token = None,
) -> None:
    """Ask the statistics; gives what GET /v1/statistics gives.

    Columns of the CSV, after those of --by: low, high (verified and pending together; empty where
    unknown), open (incidents where more is said to be possible), incidents; then for each of verified,
    pending, contested and inconclusive: STATE_low, STATE_high, STATE_incidents, empty where the cell has
    none. With verification in --by or as a filter a cell is of one state, and these stay out. Last best,
    where sources have one of their own, and late_low, late_high, late_incidents: what of the verified came
    after the incident's quarter. What must be read with the rows (log sequence, what is left out, the
    total) goes to the error stream.

    The table has a column for each state that occurs, and for best and late where there is any; "+" marks
    that more is said to be possible.
    """
    with reading(token) as (connection, actor):
        question = dataclasses.replace(
            question,
            by=tuple(part.strip() for part in by.split(",") if part.strip()),
            known_at=None
            if known_at is None
            else instants.known_at(connection, actor.organisation, known_at),
        )
        body = statistics.answer(connection, actor, question).body
    if format is Format.JSON:
        typer.echo(body.decode())
        return
    answer = json.loads(body)
    if format is Format.CSV:
        _csv(question, answer)
    else:
        _table(question, answer)


NUMBERS = ("low", "high", "open", "incidents")
BEST, LATE = "best", "late_verification"


def _csv(question: Question, answer: dict[str, Any]) -> None:
    """Print the cells in the columns of the export, which the question alone decides."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(statistics_layout(question).names)
    writer.writerows(statistics_rows(question, answer["data"]))  # None is written as an empty field
    total = answer["total"]
    said = (
        "no total over several outcomes"
        if total is None
        else f"total {interval(total)} in {total['incidents']} incidents"
    )
    typer.echo(f"{_left_out(answer['meta'])}; {said}", err=True)


def _table(question: Question, answer: dict[str, Any]) -> None:
    total = answer["total"]
    states: list[str] = []
    if "verification" not in question.by:
        found = {state for one in (*answer["data"], total or {}) for state in one.get("verification") or ()}
        states = [state for state in Verification.codes() if state in found]
    shown = [*answer["data"], *([] if total is None else [total])]
    more = [name for name in (BEST, LATE) if any(one.get(name) is not None for one in shown)]
    table = Table(*question.by, *NUMBERS, *states, *(name.partition("_")[0] for name in more))
    for cell in answer["data"]:
        table.add_row(*(str(cell[name]) for name in question.by), *_numbers(cell, states, more))
    if total is not None and question.by:
        table.add_section()
        table.add_row("total", *[""] * (len(question.by) - 1), *_numbers(total, states, more))
    console = Console(highlight=False, soft_wrap=True)
    console.print(table)
    console.print(_left_out(answer["meta"]))
    console.print(answer["meta"]["note"])


def _numbers(cell: dict[str, Any], states: list[str], more: list[str]) -> list[str]:
    parts = cell.get("verification") or {}
    beside = {BEST: "", LATE: ""}
    if cell.get(BEST) is not None:
        beside[BEST] = str(cell[BEST])
    if cell.get(LATE) is not None:
        beside[LATE] = interval(cell[LATE])
    return [
        *("unknown" if cell[name] is None else str(cell[name]) for name in NUMBERS),
        *(interval(parts[state]) if state in parts else "" for state in states),
        *(beside[name] for name in more),
    ]


def interval(part: dict[str, Any]) -> str:
    """Give low and high as people write them: one number where they are one, "+" where more is possible."""
    low, high = ("unknown" if part[name] is None else str(part[name]) for name in ("low", "high"))
    return (low if low == high else f"{low}-{high}") + ("+" if part["open"] else "")


def _left_out(meta: dict[str, Any]) -> str:
    return (
        f"log sequence {meta['log_sequence']}; {meta['unassessed']} incidents unassessed, "
        f"{meta['needs_review']} need review, {meta['straddling']} straddle the days asked for"
    )
