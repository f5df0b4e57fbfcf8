"""Schemas of releases."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from api.v1.schemas.base import Checked, Day, Id, LongText, ReasonCodes, RecordHead, ShortText, Strict, refuse
from api.v1.schemas.codes import ReleaseAudiences

_SHA = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_ID = "6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"


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
    population: Id | None = Field(
        default=None,
        description="Id of the population that rates are over, recorded before the cut-off or after it; left "
        "out: counts alone.",
        examples=[_ID],
    )
    audience: ReleaseAudiences = Field(
        default="organisation",
        description="organisation: of the record, for members. public: of what was published alone, for "
        "everybody once a publisher approves it.",
        examples=["organisation"],
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

    name: str = Field(description="Its name.", examples=["monthly.csv"])
    media: str = Field(description="Its media type.", examples=["text/csv"])
    bytes: int = Field(description="Its size.", examples=[2048])
    sha256: str = Field(description="SHA-256 of its bytes; also its ETag.", examples=[_SHA])
    rows: int | None = Field(description="Rows, where it is a table.", examples=[12])
    links: dict[str, str] = Field(
        description="Where it is.", examples=[{"self": "/v1/releases/1/files/monthly.csv"}]
    )


class ReleaseOut(RecordHead):
    """A release: a frozen, numbered publication of the statistics."""

    model_config = ConfigDict(extra="allow", strict=False)

    state: str = Field(description="proposed, approved, withdrawn or rejected.", examples=["approved"])
    audience: str = Field(description="Who reads it: organisation or public.", examples=["organisation"])
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
    population: str | None = Field(description="Id of the population that rates are over.", examples=[_ID])
    population_sha256: str | None = Field(description="SHA-256 of its file.", examples=[_SHA])
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


class ReleaseHeadOut(BaseModel):
    """A release as a comparison names it."""

    id: str = Field(description="Its id.", examples=["6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"])
    number: int | None = Field(description="Its number.", examples=[1])
    state: str = Field(description="Where it stands.", examples=["approved"])
    title: str = Field(description="Its title.", examples=["Casualties of January 2026"])
    cutoff: str = Field(description="As known at the end of this day, UTC.", examples=["2026-02-28"])
    known_at: int = Field(description="Where the log stood then.", examples=[412])
    period_start: str | None = Field(description="First day of harm covered.", examples=[None])
    period_end: str | None = Field(description="Last day of harm covered.", examples=[None])
    methodology_version: str = Field(description="The methodology's version.", examples=["2.0"])
    codelist_version: str = Field(description="SHA-256 over the published vocabularies.", examples=[_SHA])
    population: str | None = Field(description="What rates are over, by id.", examples=[None])
    population_sha256: str | None = Field(description="SHA-256 of its file.", examples=[None])
    digest: str = Field(description="SHA-256 of its manifest.", examples=[_SHA])
    approved_on: str | None = Field(description="The day of approval.", examples=["2026-03-02"])
    reason_code: str | None = Field(description="Why it was withdrawn.", examples=[None])
    reason: str | None = Field(description="Why, in words.", examples=[None])
    links: dict[str, str] = Field(description="Where it is.", examples=[{"self": "/v1/releases/1"}])


class DifferenceOut(BaseModel):
    """What else differs between two releases, and must be known before a cell is read."""

    what: str = Field(
        description="methodology_version, codelist_version, population, period, quarter, policy, layout, "
        "table or withdrawn.",
        examples=["methodology_version"],
    )
    before: str | None = Field(description="In the first release.", examples=["1.0"])
    after: str | None = Field(description="In the second release.", examples=["2.0"])
    detail: str = Field(description="What that means.", examples=["The methodology is another."])


class BeforeAfterOut(BaseModel):
    """A value in the first release and in the second; null where it was empty or the row was not there."""

    before: str | int | float | None = Field(description="In the first.", examples=[3])
    after: str | int | float | None = Field(description="In the second.", examples=[5])


class AddsOut(BaseModel):
    """What an incident adds to a cell."""

    low: int = Field(description="Lowest number.", examples=[3])
    high: int = Field(description="Highest number.", examples=[5])
    open: bool = Field(description="Whether more is said to be possible.", examples=[False])


class BehindOut(BaseModel):
    """An incident behind a cell that changed."""

    incident: str = Field(description="Its id.", examples=["6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"])
    incident_code: str | None = Field(description="Its readable code.", examples=["PK-2026-0001"])
    before: AddsOut | None = Field(description="What it added to the cell; null: nothing.", examples=[None])
    after: AddsOut | None = Field(description="What it adds to the cell; null: nothing.", examples=[None])
    reasons: list[str] = Field(description="Reasons of its acts.", examples=[["new_information"]])


class DiffCellOut(BaseModel):
    """A cell that is not the same in both releases."""

    key: dict[str, str | int | float | None] = Field(
        description="What tells it from others.", examples=[{"month": "2026-01", "outcome": "killed"}]
    )
    change: str = Field(description="added, removed or changed.", examples=["changed"])
    values: dict[str, BeforeAfterOut] = Field(
        description="The columns that differ.", examples=[{"low": {"before": 3, "after": 5}}]
    )
    behind: int = Field(description="How many incidents are behind it.", examples=[1])
    incidents: list[BehindOut] = Field(
        description="They; of more than 100 those that move it most. Finer cells name theirs.", examples=[[]]
    )
    reasons: list[str] = Field(
        description="Reason codes of their acts; first_assessment for an incident's first, not_recorded "
        "where an act carries none.",
        examples=[["new_information"]],
    )
    explained: bool | None = Field(
        description="Whether these incidents make up the difference of low and high; null where the cell has "
        "neither.",
        examples=[True],
    )


class ReleaseLayoutsOut(BaseModel):
    """A table's layout and its version in the two releases; null where one lacks the table."""

    before: str | None = Field(description="In the first.", examples=["monthly 1, layout 1"])
    after: str | None = Field(description="In the second.", examples=["monthly 1, layout 1"])


class TableDiffOut(BaseModel):
    """A table of both releases, or of one."""

    name: str = Field(description="The table.", examples=["monthly"])
    layout: ReleaseLayoutsOut = Field(
        description="Its layouts.", examples=[{"before": "a 1", "after": "a 1"}]
    )
    columns_added: list[str] = Field(description="Columns that the first lacks.", examples=[[]])
    columns_removed: list[str] = Field(description="Columns that the second lacks.", examples=[[]])
    added: int = Field(description="Cells that the first lacks.", examples=[0])
    removed: int = Field(description="Cells that the second lacks.", examples=[0])
    changed: int = Field(description="Cells with another value.", examples=[1])
    cells: list[DiffCellOut] = Field(description="These cells, by key.", examples=[[]])


class DiffActOut(BaseModel):
    """An act between the two cut-offs that moved facts of an incident."""

    log_sequence: int = Field(description="Where it stands in the log.", examples=[42])
    at: str = Field(description="When, UTC.", examples=["2026-03-03T09:30:00.000000Z"])
    action: str = Field(description="What.", examples=["assessment.approve"])
    reason: str = Field(description="Its reason code.", examples=["new_information"])
    note: str | None = Field(description="Why, in words.", examples=["A second hospital spoke."])
    assessment: str | None = Field(description="The assessment that it put in force.", examples=[None])
    by_another_record: dict[str, str | None] | None = Field(
        description="The other record that the act is on, where netting moved this one.", examples=[None]
    )


class DiffIncidentOut(BaseModel):
    """An incident behind a changed cell, with what moved it."""

    incident: str = Field(description="Its id.", examples=["6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"])
    incident_code: str | None = Field(description="Its readable code.", examples=["PK-2026-0001"])
    acts: list[DiffActOut] = Field(description="The acts, in the log's order.", examples=[[]])
    links: dict[str, str] = Field(
        description="Where it is.", examples=[{"incident": "/v1/incidents/...?include=claims"}]
    )


class ReleaseDiffOut(BaseModel):
    """What changed from one release to another."""

    before: ReleaseHeadOut = Field(description="The first release.", examples=[{}])
    after: ReleaseHeadOut = Field(description="The second release.", examples=[{}])
    same: bool = Field(description="Whether every table is the same.", examples=[False])
    differences: list[DifferenceOut] = Field(description="What else differs; read it first.", examples=[[]])
    tables: list[TableDiffOut] = Field(description="Table by table, cell by cell.", examples=[[]])
    incidents: list[DiffIncidentOut] = Field(
        description="Every incident behind a cell, with its acts.", examples=[[]]
    )
