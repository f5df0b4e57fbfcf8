"""``civharm release``: make, approve, take, check and compare frozen publications of the statistics."""

from __future__ import annotations

import io
import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.context import Token, database, reading, secret, writing
from cli.reading import Format
from db.canonical import parse
from db.queries.records import Stored
from domain.errors import NotFound
from domain.publications import (
    CITATION_MANIFEST,
    MANIFEST,
    ReleaseDraft,
    digest_of,
    held_against,
    read_manifest,
)
from domain.vocab import ReleaseAudience
from services import organisations, release_diffs
from services import releases as service

release = typer.Typer(help="Releases: frozen, numbered publications of the statistics.", no_args_is_help=True)
Key = Annotated[str, typer.Argument(metavar="RELEASE", help="Its number, or the id of one without a number.")]


class Shown(StrEnum):
    """How a release is printed."""

    TEXT = "text"
    JSON = "json"


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(release, name="release")


@release.command("create")
def create(
    cutoff: Annotated[str, typer.Option(help="The record as known at the end of this day, UTC.")],
    start: Annotated[
        str | None, typer.Option("--from", help="First day of harm; left out: no bound.")
    ] = None,
    end: Annotated[str | None, typer.Option("--to", help="Last day of harm; left out: no bound.")] = None,
    title: Annotated[str | None, typer.Option(help="Its title; left out: one is made.")] = None,
    notes: Annotated[
        str | None, typer.Option(help="What its readers must know, or @FILE with the words in it.")
    ] = None,
    population: Annotated[
        str | None,
        typer.Option(help="Id of a population, for rates: civharm import population. Left out: no rates."),
    ] = None,
    public: Annotated[
        bool, typer.Option("--public", help="For everybody, of what was published alone.")
    ] = False,
    token: Token = None,
) -> None:
    """Make a release and propose it: the same cut-off, days, title, notes and population, the same bytes.

    Prints its id and its digest, which another member approves.
    """
    if notes is not None and notes.startswith("@"):
        notes = _text_of(Path(notes[1:]))
    audience = ReleaseAudience.PUBLIC if public else ReleaseAudience.ORGANISATION
    said = (_cleaned(title), _cleaned(notes), _cleaned(population))
    draft = ReleaseDraft(cutoff, start, end, *said, audience.value)
    with database() as opened:
        with opened.reading() as connection:
            actor = organisations.authenticate(connection, secret(token))
            prepared = service.prepare(connection, actor, draft)
        with opened.writing() as connection:
            actor = organisations.authenticate(connection, secret(token))
            stored = service.propose(connection, actor, prepared).stored
    second = "A publisher who is another person" if public else "Another member"
    typer.echo(f"release {stored.id}")
    typer.echo(f"digest {prepared.digest}")
    typer.echo(f"log sequence {prepared.publication.log_sequence}, {len(prepared.files)} files")
    typer.echo(
        f"{second} looks at it (civharm release download ID) and approves it:\n"
        f"  civharm release approve {stored.id} --digest {prepared.digest}",
        err=True,
    )


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter("The file of the notes cannot be read as UTF-8 text.") from error


def _cleaned(text: str | None) -> str | None:
    return (text or "").strip() or None


@release.command("list")
def list_them(token: Token = None) -> None:
    """List the releases in the order of recording, proposed, rejected and withdrawn ones too."""
    with reading(token) as (connection, actor):
        found = service.listed(connection, actor)
    for one in found:
        content = parse(one.content)
        days = f"{content['period_start'] or '..'}/{content['period_end'] or '..'}"
        named = f"release {content['number']}" if content["number"] else one.id
        typer.echo(
            f"{named}  {content['state']}{_audience(content)}  as known {content['cutoff']}  harm {days}  "
            f"{content['digest'][:12]}  {content['title']}"
        )


def _audience(content: dict[str, Any]) -> str:
    return " for the public" if content.get("audience") == ReleaseAudience.PUBLIC else ""


@release.command("show")
def show(
    key: Key,
    format: Annotated[Shown, typer.Option(help="How to print it.")] = Shown.TEXT,
    token: Token = None,
) -> None:
    """Show a release: what it is of, where it stands, its digest and its files."""
    with reading(token) as (connection, actor):
        stored = service.read(connection, actor, key)
        files = service.files_of(connection, actor, [stored.id])[stored.id]
    content = parse(stored.content)
    if format is Shown.JSON:
        listed = [one._asdict() for one in files]
        typer.echo(json.dumps({"id": stored.id, **content, "files": listed}, ensure_ascii=False))
        return
    for name, value in content.items():
        if value is not None and name not in ("visibility", "author_person", "approver_person"):
            typer.echo(f"{name.replace('_', ' ')}: {value}")
    for one in files:
        rows = "" if one.rows is None else f", {one.rows} rows"
        typer.echo(f"  {one.sha256[:12]}  {one.name} ({one.size} bytes{rows})")


@release.command("approve")
def approve(
    key: Key,
    digest: Annotated[str, typer.Option(help="The digest of the release that you have read.")],
    token: Token = None,
) -> None:
    """Approve another member's release: it gets its number, and nothing of it changes again."""
    with writing(token) as (connection, actor):
        stored = service.approve(connection, actor, key, digest).stored
    content = parse(stored.content)
    typer.echo(
        f"release {content['number']} approved on {content['approved_on']}, digest {content['digest']}"
    )


@release.command("reject")
def reject(
    key: Key,
    note: Annotated[str | None, typer.Option(help="Why, in words.")] = None,
    token: Token = None,
) -> None:
    """Turn a proposed release down, or take it back."""
    with writing(token) as (connection, actor):
        service.reject(connection, actor, key, _cleaned(note))
    typer.echo("Rejected.")


@release.command("withdraw")
def withdraw(
    key: Key,
    reason: Annotated[str, typer.Option(help="The reason's code, such as error_fixed.")],
    note: Annotated[str, typer.Option(help="Why, in words; readers of the release see it.")],
    token: Token = None,
) -> None:
    """Withdraw an approved release: its number and the reason stay, its files are given no more."""
    with writing(token) as (connection, actor):
        stored = service.withdraw(connection, actor, key, reason, note).stored
    typer.echo(f"release {parse(stored.content)['number']} withdrawn")


@release.command("download")
def download(
    key: Key,
    folder: Annotated[Path, typer.Option("--to", help="A new or empty folder.")],
    token: Token = None,
) -> None:
    """Write every file of a release to a folder, where sha256sum -c SHA256SUMS checks them."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise typer.BadParameter("The folder has something in it already; name a new one.")
    with reading(token) as (connection, actor):
        _, files = service.all_files(connection, actor, key)
    folder.mkdir(parents=True, exist_ok=True)
    for head, content in files:
        (folder / head.name).write_bytes(content)
    typer.echo(f"{len(files)} files written to {folder}")


@release.command("verify")
def verify(
    folder: Annotated[Path, typer.Argument(help="A folder with a copy of a release.")],
    token: Annotated[
        str | None,
        typer.Option("--token", help="A token: hold the copy against the service too.", show_default=False),
    ] = None,
) -> None:
    """Check a copy of a release against its manifests, and with --token against the service.

    Ends with 1 when a file is changed or missing, or when the service approved no release of this digest.
    """
    faults = _checked_folder(folder)
    if token is not None:
        with reading(token) as (connection, actor):
            digest = digest_of((folder / MANIFEST).read_bytes())
            stored = service.approved_under(connection, actor, digest)
        faults += _against(stored, folder)
    if faults:
        for fault in faults:
            typer.echo(fault, err=True)
        raise typer.Exit(1)


def _checked_folder(folder: Path) -> list[str]:
    if not (folder / MANIFEST).is_file():
        raise NotFound(f"There is no {MANIFEST} in this folder: it is no copy of a release.")
    faults = []
    known = {MANIFEST, CITATION_MANIFEST}
    for name in (MANIFEST, CITATION_MANIFEST):
        if not (folder / name).is_file():
            continue
        named = read_manifest((folder / name).read_bytes())
        there = {one: digest_of((folder / one).read_bytes()) for one in named if (folder / one).is_file()}
        found = held_against(named, there)
        known |= set(named)
        typer.echo(f"{name}: {len(found.whole)} of {len(named)} files whole")
        faults += [f"changed: {one}" for one in found.changed]
        faults += [f"missing: {one}" for one in found.missing]
    for one in sorted(folder.iterdir()):
        if one.name not in known:
            typer.echo(f"not of the release: {one.name}")
    return faults


def _against(stored: Stored | None, folder: Path) -> list[str]:
    if stored is None:
        return ["The service has approved no release of this digest."]
    content: dict[str, Any] = parse(stored.content)
    typer.echo(f"release {content['number']}, {content['state']}, approved on {content['approved_on']}")
    if content["state"] == "withdrawn":
        typer.echo(f"It was withdrawn ({content['reason_code']}): {content['reason']}")
    citation = folder / CITATION_MANIFEST
    if not citation.is_file():
        return [f"missing: {CITATION_MANIFEST}"]
    if digest_of(citation.read_bytes()) != content["citation_digest"]:
        return [f"changed: {CITATION_MANIFEST}"]
    return []


@release.command("diff")
def diff(
    before: Annotated[str, typer.Argument(help="The first release: its number, or its id.")],
    after: Annotated[str, typer.Argument(help="The second release.")],
    table: Annotated[str | None, typer.Option(help="One table; left out: all.")] = None,
    format: Annotated[Format, typer.Option(help="How to print it.")] = Format.TABLE,
    token: Token = None,
) -> None:
    """Show what changed between two releases, cell by cell, with the incidents and reasons behind it.

    csv has a row for each value that changed; json is what GET /v1/releases/A/diff/B gives.
    """
    with reading(token) as (connection, actor):
        if format is Format.CSV:
            buffer = io.BytesIO()
            release_diffs.write_diff(connection, actor, (before, after), table, "csv", buffer)
            typer.echo(buffer.getvalue(), nl=False)
            return
        found = release_diffs.diff(connection, actor, before, after, table)
    if format is Format.JSON:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    for one in found["differences"]:
        was, now = ("none" if one[side] is None else one[side] for side in ("before", "after"))
        typer.echo(f"{one['what']}: {was} -> {now}. {one['detail']}")
    for one in found["tables"]:
        _print_table(one)
    if found["same"]:
        typer.echo("Every table is the same.")


_NUMBERS = frozenset(
    f"{of}{end}" for of in ("", "total_", "count_", "victims_total_") for end in ("low", "high")
)
"""Of a cell that came or went these are printed; of one that changed, all that did."""


def _print_table(table: dict[str, Any]) -> None:
    counts = ", ".join(f"{table[change]} {change}" for change in ("added", "removed", "changed"))
    typer.echo(f"{table['name']}: {counts}")
    for what in ("columns_added", "columns_removed"):
        if table[what]:
            typer.echo(f"  {what.replace('_', ' ')}: {', '.join(table[what])}")
    for cell in table["cells"]:
        # What a row is not broken down by is not of its name.
        key = ", ".join(str(value) for value in cell["key"].values() if value is not None)
        values = [
            f"{name} {_said(value['before'])} -> {_said(value['after'])}"
            for name, value in cell["values"].items()
            if name in _NUMBERS or cell["change"] == "changed"
        ]
        typer.echo(f"  {cell['change']}  {key}: {', '.join(values)}")
        for one in cell["incidents"]:
            reasons = ", ".join(one["reasons"]) or "no act in between"
            typer.echo(f"    {one['incident_code'] or one['incident']}: {reasons}")
        if cell["behind"] > len(cell["incidents"]):
            typer.echo(f"    and {cell['behind'] - len(cell['incidents'])} more, which move it less")
        if cell["explained"] is False:
            typer.echo("    These incidents do not make up the difference.")


def _said(value: Any) -> str:
    return "empty" if value is None else str(value)
