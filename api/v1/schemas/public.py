"""Schemas of what everybody reads."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

_ID = "6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"


class PublicOrganisationOut(BaseModel):
    """An organisation that has published."""

    id: str = Field(description="Its id.", examples=[_ID])
    name: str = Field(description="Its name.", examples=["A recorder"])
    links: dict[str, str] = Field(
        default={}, description="What it has published.", examples=[{"incidents": "/v1/public/incidents"}]
    )


class PublicIncidentOut(BaseModel):
    """What is published of an incident; of a retracted one, that it was, when and why."""

    model_config = ConfigDict(extra="allow")

    id: str = Field(description="Its id.", examples=[_ID])
    code: str = Field(description="Its code.", examples=["PK-2026-0001"])
    state: str = Field(description="published or retracted.", examples=["published"])
    organisation: dict[str, str] = Field(
        description="Who published it.", examples=[{"id": _ID, "name": "A recorder"}]
    )
    published_at: str | None = Field(
        default=None, description="When this was published.", examples=["2026-03-02T10:00:00.000000Z"]
    )
    retracted_at: str | None = Field(default=None, description="When it was retracted.", examples=[None])
    reason: dict[str, str] | None = Field(
        default=None, description="Why it was retracted, by code and in words.", examples=[None]
    )
    kind: str | None = Field(default=None, description="Its place in the tree.", examples=["incident"])
    title: str | None = Field(default=None, description="Title.", examples=["Attack on a market"])
    narrative: str | None = Field(default=None, description="What happened.", examples=[None])
    occurred: dict[str, str] | None = Field(
        default=None, description="When.", examples=[{"start": "2026-01-30", "end": "2026-02-02"}]
    )
    where: dict[str, Any] | None = Field(
        default=None, description="Units, and a coarse point with how it came about.", examples=[{}]
    )
    causes: list[str] | None = Field(default=None, description="Candidate causes.", examples=[["ied"]])
    parties: list[dict[str, Any]] | None = Field(
        default=None, description="Parties and their responsibility.", examples=[[]]
    )
    assessment: dict[str, Any] | None = Field(
        default=None, description="The finding in force: policy and answers.", examples=[None]
    )
    figures: list[dict[str, Any]] | None = Field(
        default=None, description="Figures of persons killed, by grain.", examples=[[]]
    )
    bands: list[dict[str, Any]] | None = Field(
        default=None,
        description="Of the injured, the missing and the detained: a band of the whole incident, or nothing.",
        examples=[[{"outcome": "injured", "low": 25, "words": "25 or more"}]],
    )
    reports: dict[str, Any] | None = Field(
        default=None, description="How many reports, of which kinds of source.", examples=[{"count": 3}]
    )
    victims: list[dict[str, str]] | None = Field(
        default=None, description="Names of the dead, each with its basis.", examples=[[]]
    )
    note: str | None = Field(default=None, description="How to read it.", examples=["Not shown is not zero."])
    links: dict[str, str] = Field(
        description="Where to read on.", examples=[{"self": f"/v1/public/incidents/{_ID}"}]
    )


class PublicCountedOut(BaseModel):
    """A sum of published facts: a bound, not a confidence interval."""

    model_config = ConfigDict(extra="allow")

    low: int | None = Field(description="Sum of the lows; null where nothing is known.", examples=[33])
    high: int | None = Field(description="Sum of the highs; null where nothing is known.", examples=[33])
    open: int = Field(description="Incidents where more is said to be possible.", examples=[1])
    incidents: int = Field(description="Published incidents behind it.", examples=[1])
    unknown_because: str | None = Field(
        default=None, description="Why low and high are null.", examples=[None]
    )
    verification: Any = Field(
        default=None, description="The same by verification state, or the state.", examples=[None]
    )
    links: dict[str, str] | None = Field(
        default=None, description="The incidents behind it.", examples=[{"incidents": "/v1/public/..."}]
    )


class PublicStatisticsMeta(BaseModel):
    """How the numbers came about and what they leave out."""

    question: dict[str, str] = Field(description="What was asked.", examples=[{"outcome": "killed"}])
    grain: str = Field(description="The grain that was summed.", examples=["sex_age"])
    straddling: int = Field(description="Incidents that cross the days asked for, left out.", examples=[0])
    note: str = Field(description="How to read it.", examples=["Sums of published incidents alone."])


class PublicStatisticsOut(BaseModel):
    """Cells and their total."""

    data: list[PublicCountedOut] = Field(description="The cells.", examples=[[]])
    total: PublicCountedOut | None = Field(description="The total of one outcome.", examples=[None])
    meta: PublicStatisticsMeta = Field(description="What must be read with the numbers.", examples=[{}])


class PublicReleaseOut(BaseModel):
    """A release for everybody: files that are never changed; of a withdrawn one, when and why."""

    model_config = ConfigDict(extra="allow")

    id: str = Field(description="Its id.", examples=[_ID])
    number: int = Field(description="Its number among the organisation's releases.", examples=[3])
    organisation: dict[str, str] = Field(
        description="Who published it.", examples=[{"id": _ID, "name": "A recorder"}]
    )
    state: str = Field(description="approved or withdrawn.", examples=["approved"])
    cutoff: str = Field(description="As public at the end of this day, UTC.", examples=["2026-03-31"])
    approved_on: str = Field(description="The day of approval, UTC.", examples=["2026-04-02"])
    digest: str = Field(
        description="SHA-256 of the manifest `SHA256SUMS`, which stands for every file.",
        examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
    )
    title: str | None = Field(default=None, description="Title.", examples=["Published in March 2026"])
    notes: str | None = Field(default=None, description="What its readers must know.", examples=[None])
    withdrawn_at: str | None = Field(default=None, description="When it was withdrawn.", examples=[None])
    reason: dict[str, str] | None = Field(
        default=None, description="Why it was withdrawn, by code and in words.", examples=[None]
    )
    files: list[dict[str, Any]] = Field(description="Its files; of a withdrawn one none.", examples=[[]])
    links: dict[str, str] = Field(
        description="Where to read on.", examples=[{"self": f"/v1/public/releases/{_ID}"}]
    )
