"""Clearances as they are sent: who is named for a restricted record."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from api.v1.schemas.base import Id, LongText, Strict
from domain import drafts

_ID = "6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"


class ClearanceIn(Strict):
    """That a member may read a restricted record, and all that is under it."""

    DRAFT: ClassVar = drafts.ClearanceDraft

    kind: Literal[
        "source",
        "report",
        "incident",
        "claim",
        "supersession",
        "place",
        "victim",
        "listing",
        "assessment",
        "overlap",
    ] = Field(description="The kind of record.", examples=["incident"])
    object: Id = Field(description="The record, restricted by its own word.", examples=[_ID])
    member: Id = Field(description="Who may read it.", examples=["0b9c2c8e-5d4b-4a57-9d8e-2f1f5f1f9a11"])
    reason: LongText = Field(description="Why.", examples=["Reviews what came from the witness."])


class ClearanceEnd(Strict):
    """Why a member may not read a restricted record any more."""

    reason: LongText = Field(description="Why.", examples=["Works on another region now."])
