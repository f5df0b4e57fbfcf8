"""Schemas of parties, sources and reports."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field, model_validator

from api.v1.schemas.base import (
    Address,
    Day,
    Id,
    Instant,
    Language,
    LongText,
    Sha256,
    ShortText,
    Slug,
    Strict,
    VisibilityChoice,
    refuse,
)
from api.v1.schemas.codes import ReportKinds, SourceKinds
from domain import drafts


class PartyIn(Strict):
    """A party to the conflict."""

    DRAFT: ClassVar = drafts.PartyDraft

    code: Slug = Field(description="Code, never changed.", examples=["armed-group"])
    name: ShortText = Field(description="Name.", examples=["The armed group"])
    side: Slug | None = Field(
        default=None,
        description="Code of the party it fights for, where it is a part of one.",
        examples=[None],
    )
    visibility: VisibilityChoice = "organisation"


class SourceIn(Strict):
    """Whoever says something."""

    DRAFT: ClassVar = drafts.SourceDraft

    kind: SourceKinds = Field(default="other", description="What kind of source.", examples=["agency"])
    name: ShortText = Field(
        description="Name, or what the report calls an unnamed one.", examples=["News agency"]
    )
    named: bool = Field(default=True, description="Whether the source is named.", examples=[True])
    side: Slug | None = Field(
        default=None, description="Code of the party it speaks for.", examples=["state-forces"]
    )
    reliability: ShortText | None = Field(
        default=None, description="The organisation's own grade, optional.", examples=["B"]
    )
    confidential: bool = Field(
        default=False, description="Whether its identity is protected.", examples=[False]
    )
    note: LongText | None = Field(default=None, description="Internal note.", examples=[None])
    visibility: VisibilityChoice = "organisation"


class CitationIn(Strict):
    """What a report rests on: a report or a source, one of the two."""

    DRAFT: ClassVar = drafts.Citation

    report: Id | None = Field(default=None, description="The report cited.", examples=[None])
    source: Id | None = Field(
        default=None, description="The source cited.", examples=["6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"]
    )
    note: ShortText | None = Field(default=None, description="How it is cited.", examples=["according to"])

    @model_validator(mode="after")
    def _one_of_two(self) -> CitationIn:
        if (self.report is None) == (self.source is None):
            raise refuse("one-of-two", "Name the report or the source cited, one of the two.")
        return self


class ReportBody(Strict):
    """What a report is, without its source."""

    kind: ReportKinds = Field(default="article", description="What kind of item.", examples=["article"])
    title: ShortText = Field(description="Title.", examples=["Officials report 33 dead"])
    url: Address | None = Field(
        default=None, description="Address.", examples=["https://news.example/2026/02/02/offensive"]
    )
    language: Language | None = Field(default=None, description="BCP 47 tag.", examples=["en"])
    published: Day | None = Field(default=None, description="Day of publication.", examples=["2026-02-02"])
    retrieved: Instant | None = Field(
        default=None, description="When it was retrieved.", examples=["2026-02-03T09:00:00Z"]
    )
    archived_url: Address | None = Field(
        default=None, description="Address of an archived copy.", examples=["https://archive.example/abc"]
    )
    sha256: Sha256 | None = Field(
        default=None, description="SHA-256 of the archived copy.", examples=["0" * 64]
    )
    cites: list[CitationIn] = Field(
        default=[], max_length=200, description="Reports and sources it rests on.", examples=[[]]
    )
    note: LongText | None = Field(default=None, description="Internal note.", examples=[None])
    visibility: VisibilityChoice = "organisation"


class ReportIn(ReportBody):
    """One item by one source: article, statement, list, testimony."""

    DRAFT: ClassVar = drafts.ReportDraft

    source: Id = Field(
        description="The source whose item it is.", examples=["6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"]
    )
