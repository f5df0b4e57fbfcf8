"""Schemas of the fixed public tables and their editions."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from api.v1.schemas.base import Strict
from domain.disclosure import LEAST_THRESHOLD, MOST_THRESHOLD, USUAL_THRESHOLD

_ID = "6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"
_SHA = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_AT = "2026-03-02T10:00:00.000000Z"


class EditionIn(Strict):
    """How the next edition of the fixed public tables is to be made."""

    threshold: int = Field(
        default=USUAL_THRESHOLD,
        description=f"The least number of the living that is shown, {LEAST_THRESHOLD} to {MOST_THRESHOLD}; "
        "it never falls below that of the edition before.",
        examples=[USUAL_THRESHOLD],
        json_schema_extra={"minimum": LEAST_THRESHOLD, "maximum": MOST_THRESHOLD},
    )
    until: int | None = Field(
        default=None,
        ge=1,
        le=9999,
        description="The last year that comes in; left out: the last one that is over.",
        examples=[2025],
    )


class EditionOut(BaseModel):
    """An edition of the fixed public tables."""

    number: int = Field(description="Its number, from 1.", examples=[1])
    threshold: int = Field(description="The least number of the living that it shows.", examples=[5])
    until: int = Field(description="The last year in it.", examples=[2025])
    digest: str = Field(
        description="SHA-256 over a line a table, by name: the SHA-256 of its JSON, two spaces, the name.",
        examples=[_SHA],
    )
    made_at: str = Field(description="When it was made.", examples=[_AT])
    links: dict[str, str] = Field(
        description="Its tables.", examples=[{"tables": f"/v1/public/tables?organisation={_ID}&edition=1"}]
    )


class PublicTableHeadOut(BaseModel):
    """A table of an edition, without its rows."""

    organisation: str = Field(description="Id of who published it.", examples=[_ID])
    edition: int = Field(description="The edition's number.", examples=[1])
    table: str = Field(description="The table's name.", examples=["by-month"])
    sha256: str = Field(description="SHA-256 of its JSON, which is its ETag.", examples=[_SHA])
    made_at: str = Field(description="When the edition was made.", examples=[_AT])
    links: dict[str, str] = Field(
        description="Where it is, as JSON and as CSV.",
        examples=[{"self": f"/v1/public/tables/by-month?organisation={_ID}&edition=1"}],
    )


class PublicTableOut(BaseModel):
    """A fixed table of an edition: numbers of the living, the small ones withheld."""

    organisation: dict[str, str] = Field(
        description="Who published it.", examples=[{"id": _ID, "name": "A recorder"}]
    )
    table: str = Field(description="Its name.", examples=["by-month"])
    title: str = Field(description="Its title.", examples=["By month and country"])
    edition: int = Field(description="The edition's number.", examples=[1])
    threshold: int = Field(description="The least number that is shown.", examples=[5])
    until: str = Field(description="The last year in it.", examples=["2025"])
    columns: list[str] = Field(description="Its columns in order.", examples=[["outcome", "year", "persons"]])
    rows: list[dict[str, Any]] = Field(
        description="Its rows, margins first. `persons` null with `obs_status` Q is withheld, and is not 0.",
        examples=[[{"outcome": "injured", "year": "2025", "persons": None, "obs_status": "Q"}]],
    )
    notes: list[str] = Field(description="How to read it.", examples=[["Nought is printed as 0."]])
