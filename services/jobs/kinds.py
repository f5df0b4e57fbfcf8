"""The kinds of job: what each is asked with, and the function that does it.

A new kind is a model of its parameters, a function, and its name in ``kinds`` below:

    class BriefParameters(Parameters):
        folder: str = Field(default="briefs", description="The folder.", examples=["briefs"])

        def check(self, deployment: Deployment) -> None:
            check_segments(self.folder, "/parameters/folder")
            check_root(deployment.delivery_dir)

    def run(context: Context, parameters: BriefParameters) -> Mapping[str, Any]:
        with delivering(context, parameters.folder) as out, context.database.reading() as connection:
            context.step(0, 1)
            out.add(lambda file: write_brief(connection, context.actor, file), lambda _: "brief-42.pdf")
            context.step(1, 1)
        return out.result(log_sequence=42)

    KIND = JobKind("brief", "Write the monthly brief", BriefParameters, run)

The function may be called again after a worker died in the middle of it, so it leaves nothing that a
second run would double: files go through ``delivering``, which gives a file its name when it is whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from db.engine import Database
from domain.access import Actor
from domain.errors import Fault, Invalid, Unavailable
from domain.schedules import period_before
from services.jobs.deployment import Deployment


class Parameters(BaseModel):
    """What a kind of job is asked with; each field says what it is and shows an example."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    def check(self, deployment: Deployment) -> None:
        """Raise Invalid for what the fields' types do not tell: it is asked when the job is made."""


@dataclass(frozen=True, slots=True)
class Context:
    """What the function of a kind has: the database, who it acts for, and whom it tells how far it is.

    ``actor`` may read the organisation's records and do nothing else. ``known_seq`` is the end of the log
    when the job was first taken in hand, the same in every attempt. ``asked_at`` is the instant that the
    job is for: the schedule's, else that of the job's making. ``progress`` takes what is done and, where
    it is known, of how much; it raises ``Lost`` when the job is no longer this worker's. ``confirm``
    asks the database and raises the same: before what cannot be taken back, such as a delivery.
    """

    database: Database
    actor: Actor
    deployment: Deployment
    job: str
    attempt: int
    known_seq: int
    asked_at: str
    progress: Callable[[int, int | None], None]
    confirm: Callable[[], None]

    def step(self, done: int, of: int) -> None:
        """Say to the database too how many steps are done. Raises Lost where the job was cancelled.

        For steps that are few: each is a small write.
        """
        self.progress(done, of)
        # Busy, or away for a moment: the lease holds, and before a file gets its name it is asked again.
        with suppress(Unavailable):
            self.confirm()

    def period(self, name: str | None) -> tuple[str, str]:
        """Give the first and last day of a named period before the instant that the job is for."""
        return period_before(name or "last-month", datetime.fromisoformat(self.asked_at))


class Lost(Exception):
    """The job is no longer this worker's: it was cancelled, or its lease ran out."""


Run = Callable[[Context, Any], Mapping[str, Any]]
"""Does the job and gives its result, plain values: ``files``, ``log_sequence``, and what else there is."""


@dataclass(frozen=True, slots=True)
class JobKind:
    """A kind of job."""

    name: str
    title: str
    parameters: type[Parameters]
    run: Run


def of_name(name: str) -> JobKind:
    """Give the kind of this name. Raises Invalid when there is none."""
    kind = kinds().get(name)
    if kind is None:
        detail = "Use one of: " + ", ".join(kinds()) + "."
        raise Invalid(
            "There is no such kind of job.",
            code="unknown-code",
            faults=[Fault("/kind", "unknown-code", detail)],
        )
    return kind


def kinds() -> dict[str, JobKind]:
    """Give every kind by its name."""
    from services.jobs import brief, export, release, table  # a kind's module needs this one

    return {one.name: one for one in (export.KIND, table.KIND, brief.KIND, release.KIND)}


def read(kind: JobKind, parameters: Mapping[str, Any], deployment: Deployment) -> Parameters:
    """Give the parameters of a job to be made. Raises Invalid, naming each member, never its value."""
    try:
        found = kind.parameters.model_validate(dict(parameters))
    except ValidationError as error:
        faults = [_fault(one) for one in error.errors(include_input=False, include_url=False)]
        raise Invalid(
            "The job's parameters break a rule.",
            code=faults[0].code if len(faults) == 1 else "invalid",
            faults=faults,
        ) from None
    found.check(deployment)
    return found


_CODES = {"missing": "required", "extra_forbidden": "unknown-field", "literal_error": "unknown-code"}


def _fault(one: Mapping[str, Any]) -> Fault:
    code = _CODES.get(one["type"], "wrong-type")
    # The name of an unknown member is the caller's own text, and is not repeated.
    where = one["loc"][:-1] if code == "unknown-field" else one["loc"]
    pointer = "/parameters" + "".join(f"/{part}" for part in where[:1])
    expected = (one.get("ctx") or {}).get("expected")
    words = {
        "required": "It is required.",
        "unknown-field": "There is no such member.",
        "unknown-code": f"Use one of: {expected}.",
        "wrong-type": "It is of another type or form than the description says.",
    }
    return Fault(pointer, code, words[code])
