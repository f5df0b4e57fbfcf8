"""Populations as they are sent."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from api.v1.schemas.base import ShortText, Strict, VisibilityChoice
from domain import drafts

Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class PopulationRowIn(Strict):
    """Persons of one year."""

    DRAFT: ClassVar = drafts.PopulationRowDraft

    year: Annotated[str, Field(pattern="^[0-9]{4}$")] = Field(description="Year.", examples=["2026"])
    sex: Literal["female", "male"] | None = Field(
        default=None, description="Sex; null is everybody.", examples=["female"]
    )
    age_group: Literal["0-17", "18+"] | None = Field(
        default=None, description="Age group; null is everybody.", examples=["0-17"]
    )
    persons: Annotated[int, Field(ge=1, le=20_000_000_000)] = Field(
        description="Whole persons.", examples=[1_000_000]
    )


class PopulationIn(Strict):
    """A population that rates are over; it is never changed, and another follows it."""

    DRAFT: ClassVar = drafts.PopulationDraft

    name: ShortText = Field(description="Name of the file or the series.", examples=["population-2026.csv"])
    source: ShortText = Field(
        description="Whose estimate it is, with edition and year.",
        examples=["UN Population Division, World Population Prospects 2024, medium variant"],
    )
    sha256: Sha256 = Field(description="SHA-256 of the file that the rows are from.", examples=["0" * 64])
    rows: Annotated[list[PopulationRowIn], Field(min_length=1, max_length=10_000)] = Field(
        description="Each group once; parts that do not add up to their whole are refused.",
        examples=[[{"year": "2026", "persons": 1_000_000}]],
    )
    visibility: VisibilityChoice = "organisation"
