"""Schemas of publications."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from api.v1.schemas.base import Id, LongText, ReasonCodes, RecordHead, ShortText, Strict
from api.v1.schemas.codes import Coarsenings, NameBases
from api.v1.schemas.releases import Sha256
from domain import publishing

_ID = "6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"
_SHA = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


class NameChoiceIn(Strict):
    """A dead person's name that is to be shown, and why it may be."""

    DRAFT: ClassVar = publishing.NameChoice

    victim: Id = Field(description="The victim.", examples=[_ID])
    name: ShortText = Field(description="The name, as the record has it.", examples=["Person A"])
    basis: NameBases = Field(description="Why it may be public.", examples=["family_consent"])
    note: ShortText = Field(
        description="Where the basis is kept; never published.", examples=["Form 12, signed in March."]
    )


class OverrideIn(Strict):
    """A finding in a text that is harmless; a reviewer says why."""

    DRAFT: ClassVar = publishing.Override

    finding: ShortText = Field(
        description="The finding's key, as the preview gives it.", examples=["narrative:phone-number:17-31"]
    )
    reason: ShortText = Field(
        description="Why it is harmless; it is logged.", examples=["A resolution's number."]
    )


class ChoicesIn(Strict):
    """What is to be shown of an incident."""

    DRAFT: ClassVar = publishing.Choices

    narrative: bool = Field(default=False, description="Whether the narrative is shown.", examples=[False])
    coarsening: Coarsenings = Field(
        default="none", description="How exact the place is shown.", examples=["grid"]
    )
    grid_degrees: float | None = Field(
        default=None,
        description="Size of the grid's cells in degrees: 0.05, 0.1, 0.5 or 1; needed for grid alone.",
        examples=[0.1],
    )
    place: Id | None = Field(
        default=None, description="Which place is shown; left out: the first that fits.", examples=[None]
    )
    names: list[NameChoiceIn] = Field(
        default=[], max_length=1000, description="Names of the dead to be shown.", examples=[[]]
    )
    reports: list[Id] = Field(
        default=[], max_length=200, description="Reports whose addresses are shown.", examples=[[]]
    )
    overrides: list[OverrideIn] = Field(
        default=[], max_length=200, description="Findings that a reviewer judged harmless.", examples=[[]]
    )


class FindingOut(BaseModel):
    """Something that a text may give away: where and what it looks like, never what it says."""

    key: str = Field(description="What an override names.", examples=["narrative:phone-number:17-31"])
    field: str = Field(description="Which text.", examples=["narrative"])
    kind: str = Field(description="What it looks like.", examples=["phone-number"])
    start: int = Field(description="Position of its first character, from 0.", examples=[17])
    end: int = Field(description="Position after its last character.", examples=[31])
    detail: str = Field(description="What to do.", examples=["Take it out, or say why it is none."])
    overridden: bool = Field(description="Whether the choices override it.", examples=[False])


class PreviewOut(BaseModel):
    """Exactly what would become visible."""

    content_sha256: str = Field(description="Digest of the document and the facts.", examples=[_SHA])
    document: dict[str, Any] = Field(description="What the public would read.", examples=[{}])
    facts: list[dict[str, Any]] = Field(description="What the public's statistics would sum.", examples=[[]])
    table_facts: list[dict[str, Any]] = Field(
        description="Of the living: what the fixed public tables would count, each in a sum with others.",
        examples=[[]],
    )
    findings: list[FindingOut] = Field(description="What the texts may give away.", examples=[[]])
    published: str | None = Field(description="The publication that is public now.", examples=[None])
    changes: dict[str, Any] = Field(
        description="Members that differ from what is public now, before and after.", examples=[{}]
    )


class PublishIn(Strict):
    """What is published."""

    content_sha256: Sha256 = Field(description="The digest of the proposal that was read.", examples=[_SHA])


class RejectIn(Strict):
    """Why a proposal is turned down."""

    note: LongText | None = Field(default=None, description="In words.", examples=["Wait for the family."])


class RetractReasonIn(Strict):
    """Why a publication is taken back; the public reads it."""

    code: ReasonCodes = Field(description="The reason's code.", examples=["error_fixed"])
    note: ShortText = Field(
        description="In words for the public.", examples=["The place was not the one named."]
    )


class RetractIn(Strict):
    """Why a publication is taken back."""

    reason: RetractReasonIn = Field(
        description="Code and words.",
        examples=[{"code": "error_fixed", "note": "The place was not the one named."}],
    )


class PublicationOut(RecordHead):
    """A publication of an incident: what was proposed, and what was decided."""

    model_config = ConfigDict(extra="allow", strict=False)

    incident: str = Field(description="The incident.", examples=[_ID])
    state: str = Field(
        description="proposed, published, superseded, retracted, rejected or lapsed.", examples=["published"]
    )
    content_sha256: str = Field(description="Digest of what becomes visible; approved.", examples=[_SHA])
    coarsening: str = Field(description="How exact the place is shown.", examples=["grid"])
    grid_degrees: float | None = Field(description="Size of the grid's cells.", examples=[0.1])
    place: str | None = Field(description="The place that was chosen.", examples=[None])
    narrative_shown: bool = Field(description="Whether the narrative is shown.", examples=[False])
    names: list[dict[str, Any]] = Field(description="Names shown, each with its basis.", examples=[[]])
    reports: list[str] = Field(description="Reports whose addresses are shown.", examples=[[]])
    overrides: list[dict[str, Any]] = Field(description="Findings judged harmless.", examples=[[]])
    author: str = Field(description="The member who proposed it.", examples=[_ID])
    decider: str | None = Field(description="The member who decided last.", examples=[_ID])
    published_at: str | None = Field(
        description="When it became public.", examples=["2026-03-02T10:00:00.000000Z"]
    )
    reason_code: str | None = Field(description="Why it was retracted.", examples=[None])
    reason: str | None = Field(description="Why it was retracted, rejected or has lapsed.", examples=[None])
    supersedes: str | None = Field(description="The publication that it replaces.", examples=[None])
    coarse: dict[str, Any] = Field(description="How the public point came about.", examples=[{}])
    document: dict[str, Any] | None = Field(description="What the public reads.", examples=[{}])
    facts: list[dict[str, Any]] = Field(description="What the public's statistics sum.", examples=[[]])
    table_facts: list[dict[str, Any]] = Field(
        description="Of the living: what the fixed public tables count.", examples=[[]]
    )
    links: dict[str, str] = Field(
        description="Where to read on.", examples=[{"self": f"/v1/publications/{_ID}"}]
    )


class RetractedOut(PublicationOut):
    """A publication that was taken back."""

    public_releases: list[int] = Field(
        description="Numbers of public releases that hold it still: withdraw them too where it must be gone.",
        examples=[[3]],
    )
