"""``civharm stats`` and ``civharm explain``: answers in a terminal."""

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
from db.canonical import parse
from db.engine import Connection
from db.kinds import SOURCE
from db.queries import assessments as assessment_queries
from db.queries import incidents, records
from domain.access import Actor
from domain.figures import Booked, Figures
from domain.policies import POLICIES
from domain.questions import BY, Question
from domain.vocab import Verification
from services import figures, statistics
from services.reading import incident as read_incident


class Format(StrEnum):
    """How an answer is printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(asking(stats))
    app.command()(explain)


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
    none. With verification in --by or as a filter a cell is of one state, and these stay out. What must
    be read with the rows (log sequence, what is left out, the total) goes to the error stream.

    The table has one column for each state that occurs; "+" marks that more is said to be possible.
    """
    with reading(token) as (connection, actor):
        question = dataclasses.replace(
            question,
            by=tuple(part.strip() for part in by.split(",") if part.strip()),
            known_at=None
            if known_at is None
            else statistics.known_at(connection, actor.organisation, known_at),
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
STATE_NUMBERS = ("low", "high", "incidents")


def _csv(question: Question, answer: dict[str, Any]) -> None:
    """Print the cells under columns that the question alone decides, so that programs can rely on them."""
    one_state = question.verification is not None or "verification" in question.by
    states = () if one_state else Verification.codes()
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(
        [*question.by, *NUMBERS, *(f"{state}_{name}" for state in states for name in STATE_NUMBERS)]
    )
    for cell in answer["data"]:
        row = [cell[name] for name in (*question.by, *NUMBERS)]
        for state in states:
            part = (cell.get("verification") or {}).get(state, {})
            row += [part.get(name) for name in STATE_NUMBERS]
        writer.writerow(row)  # None is written as an empty field
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
    table = Table(*question.by, *NUMBERS, *states)
    for cell in answer["data"]:
        table.add_row(*(str(cell[name]) for name in question.by), *_numbers(cell, states))
    if total is not None and question.by:
        table.add_section()
        table.add_row("total", *[""] * (len(question.by) - 1), *_numbers(total, states))
    console = Console(highlight=False, soft_wrap=True)
    console.print(table)
    console.print(_left_out(answer["meta"]))
    console.print(answer["meta"]["note"])


def _numbers(cell: dict[str, Any], states: list[str]) -> list[str]:
    parts = cell.get("verification") or {}
    return [
        *("unknown" if cell[name] is None else str(cell[name]) for name in NUMBERS),
        *(interval(parts[state]) if state in parts else "" for state in states),
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


def explain(
    incident: Annotated[str, typer.Argument(help="The incident's code or id.")],
    policy: Annotated[
        str, typer.Option(help="Policies, comma-separated.")
    ] = "reported-range,latest-by-origin",
    token: Token = None,
) -> None:
    """Show an incident's claims and what each policy makes of them, down to the wording."""
    console = Console(highlight=False, soft_wrap=True)
    with reading(token) as (connection, actor):
        id = incidents.by_code(connection, actor.organisation, incident) or incident
        stored, parts = read_incident(connection, actor, id, ("claims", "places"))
        content = parse(stored.content)
        console.print(f"{content['code']}  {content['title']}  [{stored.state}]", markup=False)
        occurred = content["occurred"]
        console.print(
            f"{occurred['start']} to {occurred['end']}, {occurred['mode']}, {occurred['precision']}"
        )
        console.print(f"{len(parts['places'])} places, {len(parts['claims'])} claims")
        names = _names(connection, actor, [parse(one.content)["origin"] for one in parts["claims"]])
        labels = {}
        for number, one in enumerate(parts["claims"], 1):
            labels[one.id] = f"claim {number}"
            _claim(console, number, parse(one.content), names)
        for answer in figures.of_incident(connection, actor, id, tuple(policy.split(","))):
            _policy(console, answer, labels)
        in_force = assessment_queries.in_force(connection, actor.organisation, [id]).get(id)
    console.print(f"\nassessment in force: {in_force or 'none'}")


def _names(connection: Connection, actor: Actor, ids: list[str]) -> dict[str, str]:
    found = {}
    for id in dict.fromkeys(ids):
        stored = records.one(connection, SOURCE, actor.organisation, id)
        if stored is not None:
            found[id] = parse(stored.content)["name"]
    return found


def _claim(console: Console, number: int, content: dict[str, Any], names: dict[str, str]) -> None:
    origin = names.get(content["origin"], content["origin"])
    console.print(f"\nclaim {number}: {origin} ({content['origin_basis']})", markup=False)
    if content["caveat"]:
        console.print(f"  caveat: {content['caveat']}", markup=False)
    for one in content["figures"]:
        relation = f", {one['relation']} {one['relation_to'] or ''}".rstrip() if one["relation"] else ""
        console.print(
            f"  {_described(one)}: {_number(one)}{relation}"
            + (f'  "{one["wording"]}"' if one["wording"] else ""),
            markup=False,
        )


def _described(one: dict[str, Any]) -> str:
    age = ""
    if one["age_low"] is not None:
        age = f"{one['age_low']}+" if one["age_high"] is None else f"{one['age_low']}-{one['age_high']}"
    return " ".join(part for part in (one["outcome"], one["status"], one["sex"], age) if part)


def _number(one: dict[str, Any]) -> str:
    if one["low"] is None:
        return f"{one['comparator']}, no number"
    said = str(one["low"]) if one["low"] == one["high"] else f"{one['low']}-{one['high']}"
    return said + (" or more" if one["open"] else "")


def _policy(console: Console, answer: Figures, labels: dict[str, str]) -> None:
    console.print(f"\n{answer.policy} {answer.version}: {POLICIES[answer.policy].title}", markup=False)
    if answer.unknown_because:
        console.print(f"  unknown: {answer.unknown_because}", markup=False)
    for one in answer.booked:
        said = str(one.low) if one.low == one.high else f"{one.low}-{one.high}"
        console.print(f"  {_cell(one)}: {said}{' or more' if one.open else ''}", markup=False)
    for step in answer.trace:
        console.print(f"  {labels.get(step.claim, step.claim)}: {step.use}, {step.reason}", markup=False)
    for finding in answer.findings:
        console.print(f"  to look at: {finding.detail}", markup=False)


def _cell(one: Booked) -> str:
    age = one.cell.age
    shown = "" if age is None else (f"{age.low}+" if age.high is None else f"{age.low}-{age.high}")
    return " ".join(part for part in (one.cell.outcome, one.cell.status, one.cell.sex, shown) if part)
