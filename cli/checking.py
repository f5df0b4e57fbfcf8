"""``civharm check-table``: does anybody's table add up?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from services import checking


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check-table")(check_table)


def check_table(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="CSV or XLSX.")],
    total_row: Annotated[
        str | None, typer.Option(help="The row that adds the others up; left out, one called total.")
    ] = None,
    total_column: Annotated[
        str | None, typer.Option(help="The column that adds the others up; left out, one called total.")
    ] = None,
    leave_out: Annotated[
        list[str] | None, typer.Option(help="A row or column that is a part of another, such as 'of whom'.")
    ] = None,
    encoding: Annotated[str | None, typer.Option(help="Encoding of a CSV that is not UTF-8.")] = None,
) -> None:
    """Check a table: rows, columns, total and percentages. Names every clash; ends with 1 where there is one.

    The first column has the labels. What is blank or no number is not given: a sum that lacks it is told as
    undecided, and where every sum is, the command ends with 1 too. Which number is the slip, the table alone
    cannot say.
    """
    with file.open("rb") as opened:
        found = checking.check_file(
            opened,
            total_row=total_row,
            total_column=total_column,
            leave_out=leave_out or (),
            encoding=encoding,
        )
    by = " and ".join(
        f"{what} '{label}'"
        for what, label in (("row", found.total_row), ("column", found.total_column))
        if label is not None
    )
    for clash in found.clashes:
        typer.echo(f"{clash.code}: {clash.detail}")
    if found.undecided:
        missing = ", ".join(f"'{label}'" for label in found.not_given)
        typer.echo(f"{_many(found.undecided, 'sum')} undecided, for no number is given: {missing}", err=True)
    if found.shares_unchecked:
        words = "The percentages were not checked: that takes a row of the total and one column of numbers."
        typer.echo(words, err=True)
    if found.clashes:
        many = _many(len(found.clashes), "clash", "clashes")
        typer.echo(f"{many}; {_many(found.sums, 'sum')} checked by {by}", err=True)
        raise typer.Exit(1)
    if not found.sums:
        typer.echo("Nothing could be checked.", err=True)
        raise typer.Exit(1)
    typer.echo(f"The table holds: {_many(found.sums, 'sum')} checked by {by}.")


def _many(count: int, one: str, more: str | None = None) -> str:
    return f"{count} {one if count == 1 else more or one + 's'}"
