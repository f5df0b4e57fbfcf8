"""The route of statistics."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, BinaryIO

from fastapi import Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.desk import desk_of
from api.exports import exported, format_asked, media_of, or_table
from api.routing import WITHOUT_A_TOKEN, Token, also_answers, published_as
from api.routing import router as strict_router
from api.v1.resource import IF_NONE_MATCH, problem_responses
from api.v1.schemas.base import AskedDay
from api.v1.schemas.policies import BreakOut, MethodOut
from db.engine import Connection
from domain.access import Actor
from domain.errors import Invalid, Malformed
from domain.questions import BY, DEFAULT_BANDS, Question
from domain.vocab import Outcome, Sex, Status, Verification
from exchange.formats import formats_of
from exchange.layouts.statistics import statistics_layout
from services import exports, instants, statistics
from services.exports import Written
from services.statistics import Answered

router = strict_router("statistics")
EXAMPLE = statistics_layout(Question(outcome="killed"))
"""A layout of statistics: each can be written in the same formats."""
STATISTICS_FORMATS = tuple(one.name for one in formats_of(EXAMPLE))


def _code(vocabulary: Any, description: str) -> Any:
    return Field(
        default=None,
        json_schema_extra={"enum": list(vocabulary.codes())},
        max_length=60,
        description=description,
        examples=[vocabulary.codes()[0]],
    )


def _text(description: str, example: str) -> Any:
    return Field(default=None, max_length=200, description=description, examples=[example])


FIRST_DAY: Any = Field(
    default=None,
    alias="from",
    description="First day; the whole interval of an incident must lie within.",
    examples=["2026-01-01"],
)
LAST_DAY: Any = Field(default=None, alias="to", description="Last day, inclusive.", examples=["2026-12-31"])


class QuestionFilters(BaseModel):
    """What every question to the statistics can be restricted to."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    outcome: str | None = _code(Outcome, "What happened; required unless `by` has it.")
    status: str | None = _code(Status, "Status, what lies below it included.")
    sex: str | None = _code(Sex, "Sex.")
    age_group: str | None = _text("One age group of the bands, or unknown.", "0-17")
    bands: str = Field(
        default=DEFAULT_BANDS,
        max_length=200,
        description="Where age groups are cut.",
        examples=["0-17,18-64,65+"],
    )
    start: AskedDay | None = FIRST_DAY
    end: AskedDay | None = LAST_DAY
    adm1: str | None = _text("First-level p-code, or unknown.", "PK2")
    adm2: str | None = _text("Second-level p-code, or unknown.", "PK217")
    cause: str | None = _text("Cause, what lies below it included.", "small_arms")
    party: str | None = _text("Code of the party held responsible.", "armed-group")
    verification: str | None = _code(Verification, "Verification state.")
    verified_from: AskedDay | None = Field(
        default=None,
        description="Only what was verified on this day or later, whenever it occurred.",
        examples=["2026-04-01"],
    )
    verified_to: AskedDay | None = Field(
        default=None,
        description="Only what was verified on this day or earlier. With `to` before `verified_from`: "
        "occurred earlier, verified in this period.",
        examples=["2026-06-30"],
    )
    cell: str | None = _text(
        "Keys of one cell, matched exactly, as an answer's links have them: breakdown:value, by commas.",
        "status:civilian,month:2026-01",
    )

    def question(self, **more: Any) -> Question:
        """Give the question with these filters; ``more`` holds its other fields."""
        filters = {name: getattr(self, name) for name in QuestionFilters.model_fields if name != "cell"}
        return Question(**filters, cell=_cell_keys(self.cell), **more)


class StatisticsQuery(QuestionFilters):
    """A question to the statistics."""

    by: str | None = _text("Breakdowns, comma-separated: " + ", ".join(BY) + ".", "sex,age_group")
    known_at: str | None = _text(
        "As known at a log sequence, an instant, or the end of a day in UTC; it never changes again.",
        "2026-03-31",
    )
    format: str | None = Field(
        default=None,
        max_length=20,
        description="json, or the cells as a table: " + ", ".join(STATISTICS_FORMATS) + ".",
        examples=["csv"],
        json_schema_extra={"enum": ["json", *STATISTICS_FORMATS]},
    )


def _cell_keys(text: str | None) -> tuple[tuple[str, str], ...]:
    """Give a cell's keys; what is no pair is left for the question's own check to refuse."""
    parts = [part.partition(":") for part in (text or "").split(",") if part]
    return tuple((name.strip(), value.strip()) for name, _, value in parts)


class CountedOut(BaseModel):
    """A sum of facts: a bound, not a confidence interval."""

    low: int | None = Field(description="Sum of the lows; null where nothing is known.", examples=[33])
    high: int | None = Field(description="Sum of the highs; null where nothing is known.", examples=[33])
    unknown_because: str | None = Field(
        default=None, description="Why low and high are null: nothing known is not zero.", examples=[None]
    )
    open: int = Field(description="Incidents where more is said to be possible.", examples=[1])
    incidents: int = Field(description="Incidents behind it.", examples=[1])


class BestOut(CountedOut):
    """A sum of facts with the sources' own best estimates."""

    best: int | None = Field(
        default=None,
        description="Sum of the sources' own best estimates, as published beside their low and high; null "
        "where a fact of the cell has none, left out where no fact of the answer has one. Never a mid-point.",
        examples=[33],
    )


class LateOut(BaseModel):
    """What of the verified numbers was verified after the end of its incident's quarter."""

    low: int = Field(description="Sum of the lows.", examples=[3])
    high: int = Field(description="Sum of the highs.", examples=[3])
    open: int = Field(description="Incidents where more is said to be possible.", examples=[0])
    incidents: int = Field(description="Incidents behind it.", examples=[1])


LATE = Field(
    default=None,
    description="What of the verified was verified after its quarter's end; left out where nothing was.",
    examples=[None],
)


class CellOut(BestOut):
    """One cell: the `by` keys, its interval, and where it opens to."""

    model_config = ConfigDict(extra="allow")

    verification: dict[str, CountedOut] | str | None = Field(
        default=None, description="The same by verification state, side by side.", examples=[{}]
    )
    late_verification: LateOut | None = LATE
    links: dict[str, str | None] = Field(
        description="The incidents behind it.", examples=[{"incidents": "/v1/..."}]
    )


class TotalOut(BestOut):
    """The total, with its own interval."""

    verification: dict[str, CountedOut] | None = Field(
        default=None, description="The same by verification state.", examples=[{}]
    )
    late_verification: LateOut | None = LATE
    sum_of_cells: dict[str, int | None] = Field(
        description="The sum of the parts, which can be wider.", examples=[{"low": 33, "high": 33}]
    )


class StatisticsMeta(BaseModel):
    """How the numbers came about and what they leave out."""

    model_config = ConfigDict(extra="allow")

    log_sequence: int = Field(description="The end of the log that was read; cite it.", examples=[42])
    straddling: int = Field(description="Incidents that cross the days asked for, left out.", examples=[0])
    unassessed: int = Field(description="Incidents in scope without an approved assessment.", examples=[3])
    needs_review: int = Field(description="Incidents with a claim newer than the assessment.", examples=[1])
    breaks: list[BreakOut] = Field(
        description="When the organisation's policy or its version changed: where a series may break.",
        examples=[[]],
    )
    methods: list[MethodOut] = Field(
        description="How many of the organisation's incidents are assessed under each policy and version.",
        examples=[[]],
    )
    grain: str = Field(description="The grain that was summed.", examples=["sex_age"])
    note: str = Field(description="How to read it.", examples=["A bound, not a confidence interval."])
    question: dict[str, Any] = Field(description="What was asked.", examples=[{"outcome": "killed"}])


class StatisticsOut(BaseModel):
    """Cells, their total, and what must be read with them."""

    data: list[CellOut] = Field(description="The cells.", examples=[[]])
    total: TotalOut | None = Field(
        description="The total of one outcome; null where several are asked: outcomes are never added.",
        examples=[None],
    )
    meta: StatisticsMeta = Field(description="What must be read with the numbers.", examples=[{}])


@router.get(
    "/statistics",
    summary="Sums of the facts, as known now or on any past day",
    operation_id="statistics",
    response_class=Response,
    responses={
        200: or_table(StatisticsOut, "The answer", formats_of(EXAMPLE)),
        304: {"description": "You have this very answer."},
        **problem_responses(),
    },
    openapi_extra={"parameters": [IF_NONE_MATCH], **WITHOUT_A_TOKEN},
)
@also_answers(*media_of(EXAMPLE))
@published_as("public_statistics")
def ask(request: Request, token: Token, asked: Annotated[StatisticsQuery, Query()]) -> Response:
    """Ask how many: each cell with low, high, open incidents and the link that opens it."""
    desk = desk_of(request)
    table = format_asked(request, formats_of(EXAMPLE), asked.format)

    def question(connection: Connection, actor: Actor) -> Question:
        return asked.question(
            by=tuple(part.strip() for part in asked.by.split(",")) if asked.by is not None else (),
            known_at=None
            if asked.known_at is None
            else instants.known_at(connection, actor.organisation, asked.known_at),
        )

    def act(connection: Connection, actor: Actor) -> Answered:
        with as_parameters():
            return statistics.answer(connection, actor, question(connection, actor), desk.cache)

    if table is None:
        return conditional(request, desk.read(token, act))

    def tag(connection: Connection, actor: Actor) -> str:
        return exports.tag_of_statistics(act(connection, actor).tag, table.name)

    def write(connection: Connection, actor: Actor, file: BinaryIO) -> Written:
        with as_parameters():
            return exports.write_statistics(
                connection, actor, question(connection, actor), table.name, file, desk.cache
            )

    return exported(request, token, table, "statistics", tag, write)


@contextmanager
def as_parameters() -> Iterator[None]:
    """Refuse a question that cannot be answered as what it is asked by: parameters that cannot be used."""
    try:
        yield
    except Invalid as error:
        raise Malformed(error.detail, code="invalid-parameter", faults=error.faults) from error


def conditional(request: Request, found: Answered) -> Response:
    """Give the answer, or 304 when the caller has this very one."""
    headers = {"ETag": found.tag, "Cache-Control": "no-store"}
    if found.tag in [part.strip() for part in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=headers)
    return Response(found.body, media_type="application/json", headers=headers)
