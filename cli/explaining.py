"""``civharm explain``: an incident's claims side by side, and what each policy makes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.context import Token, reading
from db.queries import assessments as assessment_queries
from db.queries import incidents
from domain.cells import ANY_AGE, Cell
from domain.claim_table import Column, Entry, Row
from domain.errors import Fault, Invalid
from domain.figures import BelligerentColumn, Booked, Claim, Figures, TraceStep
from domain.policies import VERSIONS
from domain.rereading import Rereading
from domain.vocab import ClaimUse, Sex, Status
from services import claim_tables, corroboration
from services.claim_tables import Laid

LABEL_WIDTH, CLAIM_WIDTH = 34, 22
"""Characters for the description of persons, and for one claim beside it."""

MOST_CLAIMS = 40
"""Beyond so many claims those that later ones replaced are counted and not printed, unless asked for."""

_MARKS = {
    ClaimUse.SUPERSEDED.value: "superseded",
    ClaimUse.SET_ASIDE.value: "set aside",
    ClaimUse.BESIDE.value: "beside",
    ClaimUse.FLAGGED.value: "FLAGGED",
}


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(explain)


def explain(
    incident: Annotated[str, typer.Argument(help="The incident's code or id.")],
    policy: Annotated[
        str | None,
        typer.Option(help="Policies, comma-separated; left out: all that have claims or lists to read."),
    ] = None,
    every: Annotated[
        bool, typer.Option("--every-claim", help="Print replaced claims too, however many they are.")
    ] = False,
    token: Token = None,
) -> None:
    """Show who says what of whom, who is behind it, and what each policy makes of it, down to the wording.

    A number in brackets stands in no figure of the first policy; the word beside it says why.
    """
    names = tuple(dict.fromkeys(part.strip() for part in (policy or "").split(",") if part.strip()))
    if policy is not None and not names:
        raise Invalid("Name a policy.", code="required", faults=[Fault("--policy", "required", "Name one.")])
    with reading(token) as (connection, actor):
        id = incidents.by_code(connection, actor.organisation, incident) or incident
        laid = claim_tables.of_incident(connection, actor, id, names)
        behind = corroboration.of_incident(connection, actor, id)
        in_force = assessment_queries.in_force(connection, actor.organisation, [id]).get(id)
    console = Console(highlight=False)
    content = laid.incident
    occurred = content["occurred"]
    _say(console, f"{content['code']}  {content['title']}  [{laid.state}]")
    _say(console, f"{occurred['start']} to {occurred['end']}, {occurred['mode']}, {occurred['precision']}")
    _say(console, behind.found.whole.sentence)
    for remark in behind.found.remarks:
        _say(console, f"  {remark}")
    labels = {column.claim.id: f"claim {number}" for number, column in enumerate(laid.table.columns, 1)}
    for other in behind.rereadings:
        _reading(console, other, behind, labels)
    shown = [one for one in laid.table.columns if every or not _is_replaced(one)]
    if len(labels) <= MOST_CLAIMS:
        shown = list(laid.table.columns)
    _tables(console, shown, laid, labels)
    for column in shown:
        _claim(console, column, laid, labels)
    left_out = len(labels) - len(shown)
    if left_out:
        _say(
            console,
            f"\n{left_out} claims that later ones replaced are left out: --every-claim prints them.",
        )
    lists = {id: f"list {number}" for number, id in enumerate(laid.lists, 1)}
    for id, label in lists.items():
        _say(console, f"\n{label}: {corroboration.item_in_words(laid.items.get(id))}")
    printed = {column.claim.id: labels[column.claim.id] for column in shown} | lists
    for answer in laid.answers:
        _policy(console, answer, printed, {one.claim.id: one.claim for one in shown})
    _say(console, f"\nassessment in force: {in_force or 'none'}")


def _say(console: Console, words: str) -> None:
    console.print(words, markup=False, soft_wrap=True)


def _reading(
    console: Console, other: Rereading, behind: corroboration.Answer, labels: Mapping[str, str]
) -> None:
    """Print what would change were the outlet itself the origin that a recorder inferred to be another."""
    origin, instead = (
        corroboration.speaker_in_words(behind.speakers.get(id)) for id in (other.origin, other.instead)
    )
    _say(
        console,
        f"  {labels[other.claim]}: that it rests on {origin} is inferred. Were it {instead}'s own count:",
    )
    if not other.changes:
        _say(console, "    nothing would change")
    for change in other.changes:
        what = change.what if change.cell is None else f"{change.what}, {described(change.cell)}"
        _say(console, f"    {what}: {change.after}, instead of {change.before}")


def _is_replaced(column: Column) -> bool:
    """Tell whether every policy asked found the claim replaced by a later one."""
    return bool(column.steps) and all(step.use == ClaimUse.SUPERSEDED.value for step in column.steps.values())


def _tables(console: Console, columns: Sequence[Column], laid: Laid, labels: Mapping[str, str]) -> None:
    """Print cells by claims, as many claims side by side as the terminal is wide."""
    beside = max(1, (console.width - LABEL_WIDTH) // (CLAIM_WIDTH + 3))
    for start in range(0, len(columns), beside):
        shown = columns[start : start + beside]
        ids = {column.claim.id for column in shown}
        table = Table("persons")
        for one in shown:
            table.add_column(Text(_heading(one, laid, labels)))
        for row in laid.table.rows:
            if any(entry.claim in ids for entry in row.entries):
                table.add_row(
                    Text(_persons(row)), *(Text(_cell_of(row, one.claim.id, laid)) for one in shown)
                )
        console.print()
        console.print(table)


def _heading(column: Column, laid: Laid, labels: Mapping[str, str]) -> str:
    speaker = laid.speakers.get(column.claim.origin)
    lines = [labels[column.claim.id], corroboration.speaker_in_words(speaker)]
    if speaker is not None and speaker.side is not None:
        lines.append(f"side: {speaker.side}")
    if column.claim.as_of is not None:
        lines.append(f"as of {column.claim.as_of}")
    return "\n".join(lines)


def _persons(row: Row) -> str:
    return described(row.cell) + (f" ({row.group})" if row.group is not None else "")


def _cell_of(row: Row, claim: str, laid: Laid) -> str:
    return "\n".join(_entry(entry, laid) for entry in row.entries if entry.claim == claim)


def _entry(entry: Entry, laid: Laid) -> str:
    count = entry.figure.count
    said = "no number" if count is None else _number(count.low, count.high, more=count.open)
    name = f"{laid.answers[0].policy}@{laid.answers[0].version}"
    use = entry.uses.get(name)
    if use is None or use.use not in _MARKS:
        return said
    return f"({said}) {_MARKS[use.use]}"


def _claim(console: Console, column: Column, laid: Laid, labels: Mapping[str, str]) -> None:
    """Print one claim with its wordings, its caveat and its flags."""
    content = laid.contents[column.claim.id]
    speaker = corroboration.speaker_in_words(laid.speakers.get(column.claim.origin))
    report = corroboration.item_in_words(laid.items.get(column.claim.report))
    _say(console, f"\n{labels[column.claim.id]}: {speaker} ({content['origin_basis']}), in: {report}")
    if content["caveat"]:
        _say(console, f"  caveat: {content['caveat']}")
    for flag in laid.flags.get(column.claim.id, ()):
        if flag.cleared_seq is None:
            _say(console, f"  to look at: {flag.detail} [{flag.code}]")
    for one in content["figures"]:
        _say(console, f"  {_stated(one)}")


def _stated(one: Mapping[str, Any]) -> str:
    parts = [one["outcome"], one["status"], one["sex"], _age(one["age_low"], one["age_high"])]
    said = (
        f"{one['comparator']}, no number"
        if one["low"] is None
        else _number(one["low"], one["high"], more=one["open"])
    )
    relation = f", {one['relation']} {one['relation_to'] or ''}".rstrip() if one["relation"] else ""
    wording = f'  "{one["wording"]}"' if one["wording"] else ""
    return f"{' '.join(part for part in parts if part)}: {said}{relation}{wording}"


def _policy(
    console: Console, answer: Figures, labels: Mapping[str, str], claims: Mapping[str, Claim]
) -> None:
    title = VERSIONS[answer.policy, answer.version].title
    _say(console, f"\n{answer.policy} {answer.version}: {title}")
    if answer.unknown_because:
        _say(console, f"  unknown: {answer.unknown_because}")
    for one in answer.booked:
        _say(console, f"  {_booked(one)}")
    for column in answer.columns:
        _say(console, f"  {_beside(column)}")
    if answer.grade is not None:
        _say(console, f"  grade ({answer.grade.scheme}): {answer.grade.code}. {answer.grade.reason}")
    for step in answer.trace:
        if step.claim in labels:
            _step(console, step, answer, labels, claims.get(step.claim))
    for finding in answer.findings:
        _say(console, f"  to look at: {_labelled(finding.detail, labels)}")


def _step(
    console: Console, step: TraceStep, answer: Figures, labels: Mapping[str, str], claim: Claim | None
) -> None:
    """Print what was done with a claim or list, then with each figure that was not used as the claim was."""
    figures = {} if claim is None else {one.key: one for one in claim.figures}
    apart = [
        one for one in answer.uses if one.claim == step.claim and one.key in figures and one.use != step.use
    ]
    told = {one.reason for one in apart}
    reasons = [part for part in step.reason.split("; ") if part not in told]
    said = ", ".join(part for part in (step.use, _labelled("; ".join(reasons), labels)) if part)
    _say(console, f"  {labels[step.claim]}: {said}")
    for one in apart:
        figure = figures[one.key]
        count = figure.count
        number = "no number" if count is None else _number(count.low, count.high, more=count.open)
        group = f" ({figure.group})" if figure.group else ""
        reason = _labelled(one.reason, labels)
        _say(console, f"    {described(figure.cell)}{group} {number}: {one.use}, {reason}")


def _booked(one: Booked) -> str:
    words = [f"{described(one.cell)}: {_number(one.low, one.high, more=one.open)}"]
    if one.best is not None:
        words.append(f"best {one.best}")
    if one.corroborated is not None:
        words.append(f"{one.corroborated} corroborated")
    if one.contested:
        words.append("contested")
    return ", ".join(words)


def _beside(column: BelligerentColumn) -> str:
    label = f' as "{column.stated_as}"' if column.stated_as else ""
    of = f" of {column.party}" if column.party else ""
    said = _number(column.low, column.high, more=column.open)
    return f"beside: {column.side} says {described(column.cell)}{of}: {said}{label}"


def _labelled(words: str, labels: Mapping[str, str]) -> str:
    """Give words with each claim's id as the label that this page has for it."""
    for id, label in labels.items():
        words = words.replace(f"claim {id}", label).replace(f"Claim {id}", label.capitalize())
    return words


def _number(low: int, high: int, *, more: bool) -> str:
    return (str(low) if low == high else f"{low}-{high}") + (" or more" if more else "")


def _age(low: int | None, high: int | None) -> str:
    if low is None:
        return ""
    return f"{low}+" if high is None else f"{low}-{high}"


def described(cell: Cell) -> str:
    """Give a cell in words for a terminal, such as ``killed civilian female 18+``."""
    age = "age unknown" if cell.age == ANY_AGE else _age(cell.age.low, cell.age.high) if cell.age else ""
    status = "status unknown" if cell.status == Status.UNKNOWN else cell.status
    sex = "sex unknown" if cell.sex == Sex.UNKNOWN else cell.sex
    return " ".join(part for part in (cell.outcome, status, sex, age) if part)
