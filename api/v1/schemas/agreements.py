"""Schemas of agreements between organisations."""

from __future__ import annotations

from pydantic import BaseModel, Field

from api.v1.schemas.base import Id, LongText, Strict

_ID = "6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"
_PARTNER = "0b9c2c8e-5d4b-4a57-9d8e-2f1f5f1f9a11"
_AT = "2027-07-01T00:00:00.000000Z"
_REASON = "Both record the same districts."


class AgreementIn(Strict):
    """That another organisation may read what yours keeps for partners."""

    partner: Id = Field(
        description="The other organisation's id, which it tells you: `organisation` of its `GET /v1/me`. "
        "Whether there is one of this id is not said.",
        examples=[_PARTNER],
    )
    expires_at: str = Field(
        max_length=40,
        description="The day until whose end in UTC it holds, or an instant with its offset: at most two "
        "years from now.",
        examples=["2027-06-30"],
    )
    reason: LongText = Field(description="Why.", examples=[_REASON])


class AgreementEnd(Strict):
    """Why an agreement ends before its day."""

    reason: LongText = Field(description="Why.", examples=["The common project is over."])


class AgreementOut(BaseModel):
    """An agreement that your organisation gave."""

    id: str = Field(description="Its id.", examples=[_ID])
    partner: str = Field(description="The organisation that may read.", examples=[_PARTNER])
    expires_at: str = Field(description="When it ends by itself.", examples=[_AT])
    ended: bool = Field(description="Whether it was ended before that.", examples=[False])
    in_force: bool = Field(description="Whether the partner may read by it now.", examples=[True])
    reason: str = Field(description="Why the last act on it.", examples=[_REASON])
    version: int = Field(description="Counts the acts on it.", examples=[1])
    recorded_at: str = Field(
        description="When the latest of these was.", examples=["2026-03-01T00:00:00.000000Z"]
    )


class ReceivedOut(BaseModel):
    """An agreement by which yours reads another organisation's records."""

    id: str = Field(description="Its id.", examples=[_ID])
    organisation: str = Field(
        description="Whose records: send it as the header `Civharm-Organisation`.", examples=[_PARTNER]
    )
    organisation_name: str = Field(description="Its name.", examples=["Another Recorder"])
    expires_at: str = Field(description="When it ends by itself, if it is not ended before.", examples=[_AT])


class ReceivedListOut(BaseModel):
    """Every agreement in force by which yours reads."""

    data: list[ReceivedOut] = Field(description="The agreements, by organisation.", examples=[[]])
