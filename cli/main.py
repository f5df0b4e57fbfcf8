"""The ``civharm`` command and its settings."""

from __future__ import annotations

import sys

import typer

from cli import (
    access,
    agreements,
    brief,
    checking,
    demo,
    explaining,
    imports,
    jobs,
    lists,
    mappings,
    organisation,
    places,
    publishing,
    reading,
    releases,
    revisions,
    schedules,
    series,
    serving,
    tables,
    webhooks,
    working,
)
from config import Settings
from domain.errors import RecordError


def _settings_help() -> str:
    lines = ["Settings are environment variables:", ""]
    for name, info in Settings.model_fields.items():
        default = "" if info.default is None else f" (default: {info.default})"
        lines.append(f"CIVHARM_{name.upper()}: {info.description}{default}")
        lines.append("")
    lines.append("CIVHARM_TOKEN: The token that commands act under; --token takes precedence.")
    return "\n".join(lines)


app = typer.Typer(
    name="civharm",
    help="Record civilian casualties by incident, every number with its source.",
    epilog=_settings_help(),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for module in (
    serving,
    demo,
    explaining,
    access,
    agreements,
    organisation,
    imports,
    reading,
    revisions,
    releases,
    publishing,
    series,
    brief,
    lists,
    places,
    mappings,
    tables,
    checking,
    working,
    jobs,
    schedules,
    webhooks,
):
    module.add_to(app)


def tell(error: RecordError) -> None:
    """Say in words what is wrong, on the terminal's error stream."""
    typer.echo(f"civharm: {error.detail}", err=True)
    for fault in error.faults:
        typer.echo(f"  {fault.pointer or '(file)'}: {fault.detail} [{fault.code}]", err=True)


def main() -> None:
    """Run the command; an error of ours is told in words and ends with 1."""
    try:
        app()
    except RecordError as error:
        tell(error)
        sys.exit(1)


if __name__ == "__main__":
    main()
