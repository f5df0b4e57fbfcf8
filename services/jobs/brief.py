"""The job that writes the monthly brief into a folder: the PDF and the web page."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from pydantic import Field

from domain.brief import MOST_OUTCOMES
from domain.vocab import Outcome
from services import brief
from services.exports import Written
from services.jobs import folder
from services.jobs.asked import unknown
from services.jobs.delivering import delivering
from services.jobs.deployment import Deployment
from services.jobs.kinds import Context, JobKind, Parameters

FORMATS = ("html", "pdf")


class BriefParameters(Parameters):
    """Of which outcomes, into which folder; the month is the one before the instant that the job is for.

    Its map has no boundaries: the record keeps none, and the command draws those of a file (docs/brief.md).
    """

    outcomes: list[str] = Field(
        default_factory=lambda: [Outcome.KILLED.value],
        description=f"Outcomes, at most {MOST_OUTCOMES}.",
        examples=[["killed"]],
    )
    folder: str = Field(
        default="briefs", description="The folder below the organisation's own.", examples=["briefs"]
    )

    def check(self, deployment: Deployment) -> None:
        """Raise Invalid for outcomes that there are not, and for a folder that cannot be."""
        wrong = any(one not in Outcome.codes() for one in self.outcomes)
        if wrong or not 0 < len(set(self.outcomes)) == len(self.outcomes) <= MOST_OUTCOMES:
            words = f"Name one to {MOST_OUTCOMES} of: {', '.join(Outcome.codes())}; each once."
            raise unknown("outcomes", words)
        folder.check_segments(self.folder, "/parameters/folder")
        folder.check_root(deployment.delivery_dir)


def run(context: Context, parameters: BriefParameters) -> Mapping[str, Any]:
    """Write the page, which is there also where the PDF lacks a letter, then the PDF.

    A step for each outcome, one for the page and one for the PDF.
    """
    month = context.period("last-month")[0][:7]
    gathered = len(parameters.outcomes)
    steps = gathered + len(FORMATS)
    with delivering(context, parameters.folder) as out, context.database.reading() as connection:
        context.step(0, steps)
        found = brief.gather(
            connection,
            context.actor,
            month,
            outcomes=tuple(parameters.outcomes),
            known_at=str(context.known_seq),
            gathered=lambda done: context.step(done, steps),
        )
        for done, format in enumerate(FORMATS, gathered + 1):
            write = partial(brief.write, found, format, fonts=context.deployment.fonts)
            out.add(write, partial(_name, month, context.known_seq, format))
            context.step(done, steps)
    return out.result(context.known_seq)


def _name(month: str, seq: int, format: str, written: Written) -> str:
    return f"brief-{month}-{seq}.{format}"


KIND = JobKind("brief", "Write the monthly brief into a folder", BriefParameters, run)
