"""Schemas of the organisation's policy: the choice, its history, and the breaks that statistics show."""

from __future__ import annotations

from pydantic import BaseModel, Field

from api.v1.schemas.base import LongText, ShortText, Strict


class MethodOut(BaseModel):
    """How many incidents are assessed under a policy."""

    policy: str = Field(description="The policy.", examples=["reported-range"])
    version: str = Field(description="Its version.", examples=["2"])
    incidents: int = Field(
        description="Incidents of the organisation whose assessment in force was made under it.",
        examples=[120],
    )


class NamedOut(BaseModel):
    """A policy with its version and that of the methodology."""

    policy: str = Field(description="The policy.", examples=["two-independent"])
    version: str = Field(description="Its version.", examples=["1"])
    methodology_version: str = Field(description="The methodology's version then.", examples=["1.0"])


class BreakOut(NamedOut):
    """A dated break: the organisation chose a policy or another version of it."""

    log_sequence: int = Field(description="Where the choice stands in the log.", examples=[42])
    at: str = Field(description="When, UTC.", examples=["2026-05-04T09:30:00.000000Z"])
    before: NamedOut | None = Field(
        description="What it followed; null for the first choice.",
        examples=[{"policy": "reported-range", "version": "2", "methodology_version": "1.0"}],
    )


class ChoiceIn(Strict):
    """The policy that the organisation assesses under from now on."""

    policy: ShortText = Field(description="The policy.", examples=["two-independent"])
    version: ShortText | None = Field(
        default=None, description="Its version; left out: the newest.", examples=["1"]
    )
    note: LongText | None = Field(
        default=None, description="Why.", examples=["Decided by the board in May 2026."]
    )


class ChoiceOut(NamedOut):
    """A choice as it was made."""

    log_sequence: int = Field(description="Where it stands in the log.", examples=[42])
    at: str = Field(description="When, UTC.", examples=["2026-05-04T09:30:00.000000Z"])
    note: str | None = Field(description="Why.", examples=["Decided by the board in May 2026."])


class PolicyInUseOut(BaseModel):
    """The policy that assessments without one of their own are made under."""

    policy: str = Field(description="The policy.", examples=["two-independent"])
    version: str = Field(description="Its version.", examples=["1"])
    chosen: bool = Field(
        description="False for the default of an organisation that chose none.", examples=[True]
    )
    newest_version: str = Field(description="The newest version of the policy here.", examples=["1"])
    advice: str | None = Field(
        description="What is newer than the choice, where something is.", examples=[None]
    )
    history: list[ChoiceOut] = Field(description="Every choice, first to last.", examples=[[]])
