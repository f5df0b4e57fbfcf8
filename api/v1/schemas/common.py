"""Schemas that every resource answers with: pages, histories, warnings, problems."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field, create_model


class FaultOut(BaseModel):
    """One broken rule."""

    pointer: str = Field(description="JSON pointer, or the parameter's name.", examples=["/figures/0/low"])
    code: str = Field(description="Stable code.", examples=["invalid-count"])
    detail: str = Field(description="What to do.", examples=["A count cannot be negative."])


class ProblemOut(BaseModel):
    """An error as RFC 9457 has it; it never repeats a value that was sent."""

    type: str = Field(
        description="Stable address of the problem's page.",
        examples=["https://civharm.org/problems/invalid-count"],
    )
    title: str = Field(description="The kind of problem.", examples=["The request breaks a rule"])
    status: int = Field(description="The HTTP status.", examples=[422])
    detail: str = Field(description="What happened and what to do.", examples=["The request breaks a rule."])
    errors: list[FaultOut] | None = Field(
        default=None, description="Each broken rule and where it is.", examples=[[]]
    )


class FindingOut(BaseModel):
    """Something a person should look at; it never refuses the record."""

    code: str = Field(description="Stable code.", examples=["clash"])
    detail: str = Field(description="In words.", examples=["The parts exceed the whole."])
    figures: list[str] = Field(default=[], description="The figures it concerns.", examples=[["total"]])


class FlagOut(BaseModel):
    """A finding that stays with a record until a reviewer clears it."""

    code: str = Field(description="Stable code.", examples=["implausible-count"])
    detail: str = Field(description="In words.", examples=["Check the number against the report."])
    cleared: bool = Field(description="Whether a reviewer cleared it.", examples=[False])


class LinksOut(BaseModel):
    """Addresses beside the data."""

    next: str | None = Field(description="The next page; null at the end.", examples=[None])


class StepOut(BaseModel):
    """One step of a record's history."""

    version: int = Field(description="The version it made.", examples=[1])
    log_sequence: int = Field(description="Where it stands in the log.", examples=[7])
    at: str = Field(description="When, UTC.", examples=["2026-02-03T09:30:00.000000Z"])
    actor: str = Field(description="Who.", examples=["member:6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"])
    action: str = Field(description="What.", examples=["incident.change"])
    reason: dict[str, str | None] | None = Field(
        description="Why.", examples=[{"code": "error_fixed", "note": None}]
    )
    changed: dict[str, Any] = Field(description="Fields before and after.", examples=[{}])
    content: dict[str, Any] = Field(description="The record as the step left it.", examples=[{}])


class HistoryOut(BaseModel):
    """Every step of a record, first to last."""

    data: list[StepOut] = Field(description="The steps.", examples=[[]])
    links: LinksOut = Field(description="Where to read on.", examples=[{"next": None}])
    meta: dict[str, Any] = Field(description="About the answer.", examples=[{}])
    warnings: list[FindingOut] = Field(description="What to look at.", examples=[[]])


def page_of(out: Any, name: str) -> Any:
    """Give the schema of a page of these records."""
    return create_model(
        f"{name}Page",
        __doc__="A page of records, and the address of the next.",
        data=(list[out], Field(description="The records.", examples=[[]])),
        links=(LinksOut, Field(description="Where to read on.", examples=[{"next": None}])),
        meta=(dict[str, Any], Field(description="Limit and filters.", examples=[{"limit": 100}])),
        warnings=(list[FindingOut], Field(description="What to look at.", examples=[[]])),
    )
