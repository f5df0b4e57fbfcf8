"""The claims table: who says what of whom, cell by cell, and what each policy did with it.

A row is a description of persons (a cell, or a group that overlaps others), a column is a claim. Nothing is
added or compared here: it is the page that a reviewer reads before she asks a policy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.cells import Cell
from domain.figures import Claim, Figure, Figures, FigureUse, TraceStep
from domain.vocab import Outcome, Sex, Status

_OUTCOMES = {code: place for place, code in enumerate(Outcome.codes())}
_STATUSES = {code: place for place, code in enumerate(Status.codes())}
_SEXES = {code: place for place, code in enumerate(Sex.codes())}


@dataclass(frozen=True, slots=True)
class Entry:
    """One figure of one claim, with what each policy did with it; without use it did not hear the claim."""

    claim: str
    figure: Figure
    uses: Mapping[str, FigureUse]


@dataclass(frozen=True, slots=True)
class Row:
    """All that is said of one cell, or of one group within it, in the order of recording."""

    cell: Cell
    group: str | None
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A claim, with what each policy did with it as a whole."""

    claim: Claim
    steps: Mapping[str, TraceStep]


@dataclass(frozen=True, slots=True)
class ClaimTable:
    """Cells by claims. Rows go from the whole to its parts, columns in the order of recording."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


def laid_out(claims: Sequence[Claim], answers: Sequence[Figures]) -> ClaimTable:
    """Give the table of an incident's claims; ``answers`` are policies' figures on the same claims."""
    ordered = sorted(claims, key=lambda claim: (claim.seq, claim.id))
    names = [labelled(answer) for answer in answers]
    steps = [{step.claim: step for step in answer.trace} for answer in answers]
    uses = [{(use.claim, use.key): use for use in answer.uses} for answer in answers]
    rows: dict[tuple[Cell, str | None], list[Entry]] = {}
    for claim in ordered:
        for figure in claim.figures:
            at = (claim.id, figure.key)
            done = {name: of[at] for name, of in zip(names, uses, strict=True) if at in of}
            rows.setdefault((figure.cell, figure.group), []).append(Entry(claim.id, figure, done))
    return ClaimTable(
        tuple(
            Column(
                claim, {name: of[claim.id] for name, of in zip(names, steps, strict=True) if claim.id in of}
            )
            for claim in ordered
        ),
        tuple(
            Row(cell, group, tuple(entries))
            for (cell, group), entries in sorted(rows.items(), key=lambda row: _place(*row[0]))
        ),
    )


def labelled(answer: Figures) -> str:
    """Give a policy's answer the name that it has in the table: the policy and its version."""
    return f"{answer.policy}@{answer.version}"


def _place(cell: Cell, group: str | None) -> tuple[int, bool, int, int, int, int, str]:
    return (
        _OUTCOMES.get(cell.outcome, len(_OUTCOMES)),
        group is not None,
        -1 if cell.status is None else _STATUSES.get(cell.status, len(_STATUSES)),
        -1 if cell.sex is None else _SEXES.get(cell.sex, len(_SEXES)),
        -1 if cell.age is None else cell.age.low,
        -1 if cell.age is None else cell.age.top,
        group or "",
    )
