"""What the routes of jobs, schedules and webhooks share: their lists, and the steps that each takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, BinaryIO

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.answers import dumped
from api.desk import Reply, desk_of
from api.routing import Token
from api.v1.pages import PageQuery, as_table, paged
from api.v1.resource import RecordId, problem_responses
from db.engine import Connection
from domain.access import Actor
from exchange.formats import Format
from services import work_lists
from services.exports import Written
from services.work_lists import WorkList

Shown = Callable[[Any], dict[str, Any]]
"""Gives what a list has of one as an answer."""


def listed(
    request: Request, token: str | None, asked: PageQuery, work: WorkList, shown: Shown, **of: str
) -> Response:
    """Give a page of a list, or all of it as a table; ``of`` says what the list is of, as filters do."""
    filters = {**asked.filters(), **of}

    def tag_of(connection: Connection, actor: Actor, format: Format) -> str:
        return work_lists.tag_of(connection, actor, work, filters, format)

    def write(connection: Connection, actor: Actor, format: Format, file: BinaryIO) -> Written:
        return work_lists.write(connection, actor, work, filters, format, file)

    def read(
        connection: Connection, actor: Actor, after: Sequence[Any] | None, limit: int
    ) -> tuple[list[dict[str, Any]], list[Any] | None]:
        found, following = work_lists.page(connection, actor, work, filters, after, limit)
        return [shown(one) for one in found], following

    whole = as_table(request, token, asked, work.layout, tag_of, write)
    return paged(request, token, asked, read) if whole is None else whole


def step_adder(
    router: APIRouter, noun: str, one: str, model: Any, shown: Shown
) -> Callable[[str, str, str, Callable[[Connection, Actor, str], Any]], None]:
    """Give what adds a step that one of these takes: its verb, summary, what it does, and what does it."""

    def add(verb: str, summary: str, what: str, step: Callable[[Connection, Actor, str], Any]) -> None:
        def take(request: Request, token: Token, id: RecordId) -> Response:
            def act(connection: Connection, actor: Actor) -> Reply:
                return Reply(dumped(shown(step(connection, actor, id))))

            return desk_of(request).write(token, act).response()

        router.post(
            f"/{noun}/{{id}}/{verb}",
            summary=summary,
            description=what,
            operation_id=f"{verb}_{one}",
            response_class=Response,
            responses={
                200: {"model": model, "description": f"The {one} as it is now."},
                **problem_responses(),
            },
        )(take)

    return add
