"""The filters of a question, which every command that asks the statistics has as options."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Annotated, Any, get_type_hints

import typer

from domain.questions import DEFAULT_BANDS, Question


def filters(
    outcome: Annotated[str | None, typer.Option(help="What happened.")] = None,
    bands: Annotated[str, typer.Option(help="Where age groups are cut.")] = DEFAULT_BANDS,
    status: Annotated[str | None, typer.Option(help="Status.")] = None,
    sex: Annotated[str | None, typer.Option(help="Sex.")] = None,
    age_group: Annotated[str | None, typer.Option(help="One age group.")] = None,
    start: Annotated[str | None, typer.Option("--from", help="First day.")] = None,
    end: Annotated[str | None, typer.Option("--to", help="Last day.")] = None,
    adm1: Annotated[str | None, typer.Option(help="First-level p-code.")] = None,
    adm2: Annotated[str | None, typer.Option(help="Second-level p-code.")] = None,
    cause: Annotated[str | None, typer.Option(help="Cause.")] = None,
    party: Annotated[str | None, typer.Option(help="Code of the party held responsible.")] = None,
    verification: Annotated[str | None, typer.Option(help="Verification state.")] = None,
    verified_from: Annotated[str | None, typer.Option(help="First day of verification.")] = None,
    verified_to: Annotated[str | None, typer.Option(help="Last day of verification.")] = None,
) -> Question:
    """Give the question with these filters."""
    return Question(
        outcome=outcome,
        status=status,
        sex=sex,
        age_group=age_group,
        adm1=adm1,
        adm2=adm2,
        cause=cause,
        party=party,
        verification=verification,
        verified_from=verified_from,
        verified_to=verified_to,
        start=start,
        end=end,
        bands=bands,
    )


def asking(command: Callable[..., None]) -> Callable[..., None]:
    """Give the command the options of ``filters`` in place of its parameter ``question``."""
    hints = {**get_type_hints(filters, include_extras=True), **get_type_hints(command, include_extras=True)}
    asked = list(inspect.signature(filters).parameters.values())
    own = [one for one in inspect.signature(command).parameters.values() if one.name != "question"]

    @functools.wraps(command)
    def run(**given: Any) -> None:
        question = filters(**{one.name: given.pop(one.name) for one in asked})
        command(question=question, **given)

    # Typer reads the options off the signature and the types.
    kind = inspect.Parameter.KEYWORD_ONLY
    typed = [one.replace(kind=kind, annotation=hints[one.name]) for one in (*asked, *own)]
    run.__signature__ = inspect.Signature(typed)  # type: ignore[attr-defined]  # functions may have one
    run.__annotations__ = {one.name: one.annotation for one in typed}
    return run
