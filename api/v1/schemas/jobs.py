"""Schemas of jobs and schedules."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field

from api.v1.schemas.base import ShortText, Strict, code
from domain.vocab import JobState, Rhythm

_ID = "6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"
_AT = "2026-03-01T00:00:00.000000Z"
_ASKED = {"table": "incidents", "filters": {"period": "last-month"}, "format": "csv", "folder": "monthly"}
JobStates = Annotated[str, code(JobState)]
Rhythms = Annotated[str, code(Rhythm)]


class JobIn(Strict):
    """A job to be done as soon as a worker is free."""

    kind: ShortText = Field(description="The kind of job, such as export.", examples=["export"])
    parameters: dict[str, Any] = Field(
        description="What it is asked with. export: table (a list by its noun, or statistics), filters (as "
        "the table's address takes them, texts; period is last-month, last-quarter or last-year), format, "
        "folder. table: table, asked (as the table's address takes it, with period too), format, folder. "
        "brief: outcomes, folder. release: number, folder.",
        examples=[_ASKED],
    )


class FileOut(BaseModel):
    """A file that a job delivered."""

    name: str = Field(description="Its name.", examples=["incidents-3fdb2a11-42.csv"])
    bytes: int = Field(description="Its size.", examples=[48_213])
    sha256: str = Field(description="SHA-256 of its bytes.", examples=["0" * 64])
    rows: int | None = Field(description="Rows of its table; null where it is none.", examples=[120])


class DeliveredOut(BaseModel):
    """The release that a job delivered."""

    number: int = Field(description="Its number.", examples=[3])
    digest: str = Field(description="SHA-256 of its manifest.", examples=["0" * 64])
    population: str | None = Field(description="Id of the population that rates are over.", examples=[_ID])
    population_sha256: str | None = Field(description="SHA-256 of its file.", examples=["0" * 64])


class ResultOut(BaseModel):
    """What a job made."""

    folder: str | None = Field(
        default=None,
        description="The folder below the deployment's.",
        examples=["our-recorder-1a2b3c4d/monthly"],
    )
    files: list[FileOut] = Field(default=[], description="The files in it.", examples=[[]])
    log_sequence: int | None = Field(
        default=None, description="The log sequence that it is as of; cite it.", examples=[42]
    )
    release: DeliveredOut | None = Field(
        default=None,
        description="Of the kind release: which one; not there for the others.",
        examples=[{"number": 3, "digest": "0" * 64, "population": None, "population_sha256": None}],
    )


class ProgressOut(BaseModel):
    """How far a job is."""

    done: int = Field(
        description="What is done: rows of an export, steps of the others (sums, files).", examples=[500]
    )
    of: int | None = Field(description="Of how much; null where not known.", examples=[1_200])


class JobErrorOut(BaseModel):
    """Why an attempt failed."""

    code: str = Field(description="Stable code.", examples=["storage"])
    detail: str = Field(description="In words.", examples=["No space left on device"])


class JobOut(BaseModel):
    """A job and how far it is."""

    id: str = Field(description="Its id.", examples=[_ID])
    kind: str = Field(description="The kind of job.", examples=["export"])
    parameters: dict[str, Any] = Field(description="What it is asked with.", examples=[_ASKED])
    schedule: str | None = Field(description="The schedule that made it.", examples=[None])
    due: str | None = Field(description="The schedule's instant that it is for.", examples=[None])
    state: str = Field(description="A code of the vocabulary job_state.", examples=["running"])
    attempts: int = Field(description="Attempts begun.", examples=[1])
    progress: ProgressOut = Field(description="How far it is.", examples=[{"done": 500, "of": 1_200}])
    result: ResultOut | None = Field(description="What it made; null before its end.", examples=[None])
    error: JobErrorOut | None = Field(description="Why the last attempt failed.", examples=[None])
    created_at: str = Field(description="When it was made.", examples=[_AT])
    started_at: str | None = Field(description="When the last attempt began.", examples=[_AT])
    finished_at: str | None = Field(description="When it ended.", examples=[None])
    not_before: str = Field(description="When the next attempt is due.", examples=[_AT])
    version: int = Field(description="Counts the acts of members on it.", examples=[1])
    log_sequence: int = Field(description="Where the latest of these stands in the log.", examples=[42])
    links: dict[str, str] = Field(description="Where to read on.", examples=[{"self": f"/v1/jobs/{_ID}"}])


class ScheduleIn(Strict):
    """A schedule: when, and the job that it makes."""

    rhythm: Rhythms = Field(description="How often.", examples=["monthly"])
    day: int | None = Field(
        default=None,
        ge=1,
        le=31,
        description="Day of the month, whose beginning in UTC it is due at; left out, the first. A month "
        "that lacks it is due on its last.",
        examples=[2],
    )
    cron: str | None = Field(
        default=None,
        min_length=1,
        max_length=100,
        # Stars alone are a line, and blank to what checks texts.
        description="Five cron fields in UTC with a blank between them, for the rhythm cron.",
        examples=["0 6 * * MON"],
    )
    kind: ShortText = Field(description="The kind of its jobs.", examples=["export"])
    parameters: dict[str, Any] = Field(
        description="What they are asked with, as for a job.", examples=[_ASKED]
    )
    label: ShortText | None = Field(default=None, description="What it is for.", examples=["For the board"])


class ScheduleOut(BaseModel):
    """A schedule and when it is due."""

    id: str = Field(description="Its id.", examples=[_ID])
    rhythm: str = Field(description="A code of the vocabulary rhythm.", examples=["monthly"])
    day: int | None = Field(description="Day of the month.", examples=[2])
    cron: str | None = Field(description="Its cron line.", examples=[None])
    kind: str = Field(description="The kind of its jobs.", examples=["export"])
    parameters: dict[str, Any] = Field(description="What they are asked with.", examples=[_ASKED])
    label: str | None = Field(description="What it is for.", examples=["For the board"])
    state: str = Field(description="A code of the vocabulary schedule_state.", examples=["active"])
    next_due: str | None = Field(description="When it is due next; null while it is not.", examples=[_AT])
    last_due: str | None = Field(description="The instant of its newest job.", examples=[None])
    version: int = Field(description="Counts the acts on it.", examples=[1])
    log_sequence: int = Field(description="Where the latest of these stands in the log.", examples=[42])
    links: dict[str, str] = Field(
        description="Where to read on.", examples=[{"self": f"/v1/schedules/{_ID}"}]
    )
