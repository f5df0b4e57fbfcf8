"""``civharm brief``: the monthly brief as a PDF and a web page."""

from __future__ import annotations

import os
import shlex
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from cli.context import Token, reading
from config import Settings
from domain.vocab import Outcome
from exchange.readers.boundaries import read_boundaries
from services import brief as service


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(brief)


def brief(
    month: Annotated[str, typer.Option(help="The month, YYYY-MM.")],
    out: Annotated[
        Path, typer.Option(help="Folder for brief-MONTH.html and brief-MONTH.pdf.", file_okay=False)
    ],
    outcome: Annotated[
        list[str] | None, typer.Option(help="An outcome; name two for a brief on both (default: killed).")
    ] = None,
    known_at: Annotated[
        str | None, typer.Option(help="A log sequence, an instant or a day (default: now).")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(help="What last time was, likewise (default: the end of the month before)."),
    ] = None,
    boundaries: Annotated[
        Path | None,
        typer.Option(help="GeoJSON of first-level units to draw the map with.", exists=True, dir_okay=False),
    ] = None,
    pcode: Annotated[
        str | None,
        typer.Option(
            "--pcode-property", help="Which property of the boundaries has the p-code (default: found)."
        ),
    ] = None,
    fonts: Annotated[
        Path | None,
        typer.Option(
            help="Folder with fonts for scripts that the PDF's own fonts lack (default: CIVHARM_FONTS).",
            exists=True,
            file_okay=False,
        ),
    ] = None,
    token: Token = None,
) -> None:
    """Write the monthly brief in your organisation's name: a PDF of two to four pages and a web page.

    Both say the same. The same record, month and points give the same bytes, whenever it is written. No
    boundaries are drawn but those that you give.
    """
    drawn = None if boundaries is None else read_boundaries(boundaries.read_bytes(), pcode)
    with reading(token) as (connection, actor):
        found = service.gather(
            connection,
            actor,
            month,
            outcomes=tuple(outcome or [Outcome.KILLED.value]),
            known_at=known_at,
            since=since,
        )
    folder = fonts or Settings().fonts
    out.mkdir(parents=True, exist_ok=True)
    # The page first: it leaves fonts to its reader, and is there even when the PDF lacks a letter.
    for format in ("html", "pdf"):
        path = out / f"brief-{month}.{format}"
        handle, written_to = tempfile.mkstemp(dir=out, prefix=".brief-")
        try:
            with os.fdopen(handle, "wb") as file:
                written = service.write(
                    found, format, file, boundaries=drawn, fonts=() if folder is None else (folder,)
                )
            os.chmod(written_to, 0o644)
            os.replace(written_to, path)
        except BaseException:
            os.unlink(written_to)
            raise
        typer.echo(f"{path}  sha256 {written.digest.hex()}")
    last = 0 if found.since is None else found.since.seq
    typer.echo(f"As known at log sequence {found.known.seq}, compared with sequence {last}.")
    again = ["civharm brief", f"--month {month}", f"--known-at {found.known.seq}", f"--since {last}"]
    again += [f"--outcome {part.outcome}" for part in found.parts]
    if boundaries is not None:
        again.append(f"--boundaries {shlex.quote(str(boundaries))}")
    if pcode is not None:
        again.append(f"--pcode-property {shlex.quote(pcode)}")
    typer.echo("The same again: " + " ".join([*again, f"--out {shlex.quote(str(out))}"]))
