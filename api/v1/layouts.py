"""Routes of the layouts: every column of every table, and the data structure of SDMX; no token is needed."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.answers import dumped
from api.desk import Reply
from api.routing import also_answers
from api.routing import router as strict_router
from api.v1.resource import problem_responses
from domain.errors import NotFound
from exchange.columns import Layout
from exchange.formats import formats_of
from exchange.layouts import LAYOUTS, OTHERS
from exchange.sdmx import structure

router = strict_router("tables")
_ALL = {**LAYOUTS, **OTHERS}
SDMX = "application/vnd.sdmx.structure+xml"


class ColumnOut(BaseModel):
    """A column of a table."""

    name: str = Field(description="Its name in every format.", examples=["low"])
    kind: str = Field(description="text, code, integer, number, truth, day or instant.", examples=["integer"])
    description: str = Field(description="What it holds.", examples=["Lowest number."])
    vocabulary: str | None = Field(description="The vocabulary of its codes.", examples=["sex"])
    several: bool = Field(
        description="Whether it holds several values, semicolons between.", examples=[False]
    )
    required: bool = Field(description="Whether it is never empty.", examples=[True])
    hxl: str | None = Field(description="Its HXL tag.", examples=["#affected+min"])


class LayoutOut(BaseModel):
    """A table: the same columns in every format, whatever the data."""

    name: str = Field(description="Its name, as in the address of its list.", examples=["incidents"])
    title: str = Field(description="What people read.", examples=["Incidents"])
    version: int = Field(description="Rises when a column changes.", examples=[1])
    row: str = Field(description="What a row is.", examples=["An incident."])
    key: list[str] = Field(description="The columns that tell rows apart.", examples=[["id"]])
    formats: list[str] = Field(description="What `format=` takes.", examples=[["csv", "xlsx"]])
    columns: list[ColumnOut] = Field(description="The columns in order.", examples=[[]])
    notes: list[str] = Field(description="What a reader must know.", examples=[[]])


class LayoutsOut(BaseModel):
    """Every table."""

    data: list[LayoutOut] = Field(description="The tables.", examples=[[]])


def _shown(layout: Layout) -> dict[str, Any]:
    return {
        "name": layout.name,
        "title": layout.title,
        "version": layout.version,
        "row": layout.row,
        "key": list(layout.key),
        "formats": [one.name for one in formats_of(layout)],
        "columns": [
            {
                "name": column.name,
                "kind": column.kind.value,
                "description": column.description,
                "vocabulary": column.vocabulary,
                "several": column.several,
                "required": column.required,
                "hxl": column.hxl,
            }
            for column in layout.columns
        ],
        "notes": list(layout.notes),
    }


@router.get(
    "/layouts",
    summary="Every table that lists leave as: its columns and formats",
    operation_id="layouts",
    response_class=Response,
    responses={200: {"model": LayoutsOut, "description": "The tables."}, **problem_responses()},
)
def layouts() -> Response:
    """Give every layout; no token is needed."""
    return Reply(dumped({"data": [_shown(one) for one in _ALL.values()]})).response()


@router.get(
    "/layouts/{name}",
    summary="One table: its columns and formats",
    operation_id="layout",
    response_class=Response,
    responses={200: {"model": LayoutOut, "description": "The table."}, **problem_responses()},
)
def layout(name: Annotated[str, Path(description="Its name.", examples=["incidents"])]) -> Response:
    """Give one layout; no token is needed."""
    if name not in _ALL:
        raise NotFound("There is no such table; GET /v1/layouts lists them.")
    return Reply(dumped(_shown(_ALL[name]))).response()


@router.get(
    "/sdmx/structure",
    summary="The SDMX data structure of the statistics, with its code lists",
    operation_id="sdmx_structure",
    response_class=Response,
    responses={
        200: {
            "description": "SDMX-ML 3.0.",
            "content": {SDMX: {"schema": {"type": "string"}}},
        },
        **problem_responses(),
    },
)
@also_answers(SDMX)
def sdmx_structure() -> Response:
    """Give the structure that `format=sdmx-csv` of the statistics follows; no token is needed."""
    return Reply(structure(), media=f"{SDMX}; version=3.0.0").response()
