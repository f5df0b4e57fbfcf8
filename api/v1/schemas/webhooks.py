"""Schemas of webhooks and of the messages to them."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from api.v1.schemas.base import ShortText, Strict
from services.jobs.outbox import EVENTS

_ID = "6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"
_AT = "2026-03-01T00:00:00.000000Z"
_URL = "https://receiver.example.org/civharm"


class WebhookIn(Strict):
    """An address to be told what happened."""

    url: str = Field(min_length=1, max_length=2_000, description="Its https address.", examples=[_URL])
    types: list[ShortText] = Field(
        min_length=1,
        max_length=20,
        description="What it is told of: " + ", ".join(EVENTS) + ".",
        examples=[["job.done", "job.failed"]],
    )
    label: ShortText | None = Field(default=None, description="What it is for.", examples=["Data desk"])


class WebhookOut(BaseModel):
    """A webhook, without its secret."""

    id: str = Field(description="Its id.", examples=[_ID])
    url: str = Field(description="Its address.", examples=[_URL])
    types: list[str] = Field(description="What it is told of.", examples=[["job.done"]])
    label: str | None = Field(description="What it is for.", examples=["Data desk"])
    state: str = Field(description="A code of the vocabulary webhook_state.", examples=["active"])
    state_reason: str | None = Field(description="Why it is disabled.", examples=[None])
    failing_since: str | None = Field(
        description="Since when it takes no message; after three days it is disabled.", examples=[None]
    )
    rotated_at: str | None = Field(description="When its secret was made anew.", examples=[None])
    both_sign_until: str | None = Field(
        description="Until when the secret before signs too.", examples=[None]
    )
    version: int = Field(description="Counts the acts on it.", examples=[1])
    recorded_at: str = Field(description="When the latest of these was.", examples=[_AT])
    links: dict[str, str] = Field(
        description="Where to read on.", examples=[{"deliveries": f"/v1/webhooks/{_ID}/deliveries"}]
    )


class WebhookMadeOut(WebhookOut):
    """A webhook with the secret that was just made."""

    secret: str = Field(
        description="What its messages are signed with. It is shown this once.",
        examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
    )


class AttemptOut(BaseModel):
    """One attempt to deliver a message."""

    number: int = Field(description="Counts the attempts.", examples=[1])
    at: str = Field(description="When.", examples=[_AT])
    status: int | None = Field(description="The status of the answer, if one came.", examples=[204])
    duration_ms: int = Field(description="How long it took.", examples=[87])
    error: str | None = Field(description="Why it was not taken; null where it was.", examples=[None])


class DeliveryOut(BaseModel):
    """A message, where it stands, and every attempt."""

    id: str = Field(description="Its id.", examples=[_ID])
    message: str = Field(
        description="Its webhook-id, the same in every attempt and replay.",
        examples=["msg_6f1c1d8e0c3b4a579d8e2f1f5f1f9a10"],
    )
    type: str = Field(description="What it tells of.", examples=["job.done"])
    job: str | None = Field(description="The job that it tells of.", examples=[_ID])
    state: str = Field(description="A code of the vocabulary delivery_state.", examples=["delivered"])
    body: dict[str, Any] = Field(description="What is sent.", examples=[{"type": "job.done"}])
    created_at: str = Field(description="When it was written.", examples=[_AT])
    not_before: str = Field(description="When the next attempt is due, where one is.", examples=[_AT])
    finished_at: str | None = Field(description="When it was taken or given up.", examples=[_AT])
    attempts: list[AttemptOut] = Field(description="Every attempt, first to last.", examples=[[]])
