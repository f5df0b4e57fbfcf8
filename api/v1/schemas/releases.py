"""Schemas of releases."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from api.v1.schemas.base import Checked, Day, LongText, ReasonCodes, RecordHead, ShortText, Strict, refuse

_SHA = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


def _sha256(value: str) -> str:
    if len(value) != 64 or not set(value) <= set("0123456789abcdef"):
        raise refuse("invalid-digest", "A SHA-256 is 64 of the characters 0-9 and a-f.")
    return value


Sha256 = Annotated[str, Checked(_sha256, {"pattern": "^[0-9a-f]{64}$"})]


class ReleaseIn(Strict):
    """A release of the statistics as known at the end of a day."""

    cutoff: Day = Field(
        description="The record as known at the end of this day, UTC; an hour after it the day is settled.",
        examples=["2026-02-28"],
    )
    period_start: Day | None = Field(
        default=None, description="First day of harm covered; left out: no bound.", examples=["2026-01-01"]
    )
    period_end: Day | None = Field(
        default=None, description="Last day of harm, inclusive; left out: no bound.", examples=["2026-01-31"]
    )
    title: ShortText | None = Field(
        default=None, description="Its title; left out: one is made.", examples=["Casualties of January 2026"]
    )
    notes: LongText | None = Field(
        default=None, description="What its readers must know.", examples=["Two districts had no access."]
    )


class ApproveReleaseIn(Strict):
    """What is approved."""

    digest: Sha256 = Field(description="The digest of the release that was read.", examples=[_SHA])


class RejectReleaseIn(Strict):
    """Why a proposed release is turned down."""

    note: LongText | None = Field(default=None, description="In words.", examples=["A month is missing."])


class WithdrawReasonIn(Strict):
    """Why a release is withdrawn; its readers see it."""

    code: ReasonCodes = Field(description="The reason's code.", examples=["error_fixed"])
    note: LongText = Field(description="In words.", examples=["An incident was counted twice."])


class WithdrawReleaseIn(Strict):
    """Why a release is withdrawn."""

    reason: WithdrawReasonIn = Field(
        description="Code and words.",
        examples=[{"code": "error_fixed", "note": "An incident was counted twice."}],
    )


class ReleaseFileOut(BaseModel):
    """A file of a release."""

    name: str = Field(description="Its name.", examples=["by-month.csv"])
    media: str = Field(description="Its media type.", examples=["text/csv"])
    bytes: int = Field(description="Its size.", examples=[2048])
    sha256: str = Field(description="SHA-256 of its bytes; also its ETag.", examples=[_SHA])
    rows: int | None = Field(description="Rows, where it is a table.", examples=[12])
    links: dict[str, str] = Field(
        description="Where it is.", examples=[{"self": "/v1/releases/1/files/by-month.csv"}]
    )


class ReleaseOut(RecordHead):
    """A release: a frozen, numbered publication of the statistics."""

    model_config = ConfigDict(extra="allow", strict=False)

    state: str = Field(description="proposed, approved, withdrawn or rejected.", examples=["approved"])
    number: int | None = Field(
        description="Its number, given at approval and never to another.", examples=[1]
    )
    cutoff: str = Field(description="As known at the end of this day, UTC.", examples=["2026-02-28"])
    known_at: int = Field(description="Where the log stood then; cite it.", examples=[412])
    period_start: str | None = Field(description="First day of harm covered.", examples=["2026-01-01"])
    period_end: str | None = Field(description="Last day of harm covered.", examples=["2026-01-31"])
    title: str = Field(description="Its title.", examples=["Casualties of January 2026"])
    notes: str | None = Field(description="What its readers must know.", examples=[None])
    methodology_version: str = Field(description="The methodology's version.", examples=["2.0"])
    codelist_version: str = Field(
        description="SHA-256 over the published vocabularies: codes, labels, definitions.", examples=[_SHA]
    )
    digest: str = Field(
        description="SHA-256 of the manifest `SHA256SUMS`: it stands for every file and is approved.",
        examples=[_SHA],
    )
    citation_digest: str | None = Field(
        description="SHA-256 of `SHA256SUMS.citation`, once approved.", examples=[None]
    )
    approved_on: str | None = Field(description="The day of approval, UTC.", examples=["2026-03-02"])
    author: str = Field(
        description="The member who proposed it.", examples=["6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"]
    )
    approver: str | None = Field(description="The member who approved it.", examples=[None])
    reason_code: str | None = Field(description="Why it was withdrawn.", examples=[None])
    reason: str | None = Field(description="Why it was withdrawn or rejected, in words.", examples=[None])
    files: list[ReleaseFileOut] = Field(description="Its files, in order.", examples=[[]])
    links: dict[str, str] = Field(description="Where to read on.", examples=[{"self": "/v1/releases/1"}])
