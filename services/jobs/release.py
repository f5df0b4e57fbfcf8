"""The job that writes an approved release into a folder: its archive, as it was approved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from db.canonical import parse
from db.engine import Connection
from domain.errors import NotFound
from domain.vocab import ReleaseState
from services import releases
from services.jobs import folder
from services.jobs.delivering import delivering
from services.jobs.deployment import Deployment
from services.jobs.kinds import Context, JobKind, Parameters


class ReleaseParameters(Parameters):
    """Which release, into which folder."""

    number: int | None = Field(
        default=None,
        ge=1,
        description="Its number; null: the newest, and none where it was withdrawn.",
        examples=[3],
    )
    folder: str = Field(
        default="releases", description="The folder below the organisation's own.", examples=["releases"]
    )

    def check(self, deployment: Deployment) -> None:
        """Raise Invalid for a folder that cannot be; whether there is a release shows when it is done."""
        folder.check_segments(self.folder, "/parameters/folder")
        folder.check_root(deployment.delivery_dir)


def run(context: Context, parameters: ReleaseParameters) -> Mapping[str, Any]:
    """Write the archive of the release. Raises NotFound without one, Gone for one that was withdrawn.

    A step for each file that goes into the archive, and one for the archive.
    """
    with delivering(context, parameters.folder) as out, context.database.reading() as connection:
        number = parameters.number
        if number is None:
            number = _newest(connection, context)
        stored, files = releases.all_files(
            connection, context.actor, str(number), lambda done, of: context.progress(done, of + 1)
        )
        steps = len(files) + 1
        context.step(len(files), steps)
        content = releases.archive_of(files)
        out.add(lambda file: file.write(content), lambda _: f"release-{number}.zip")
        context.step(steps, steps)
    said = parse(stored.content)
    of = {"number": number, **{name: said.get(name) for name in _TOLD}}
    return {**out.result(said["known_at"]), "release": of}


_TOLD = ("digest", "population", "population_sha256")
"""What is told of the release that was delivered, beside its number."""


def _newest(connection: Connection, context: Context) -> int:
    """Give the number of the newest release, of those that were approved when the job was first in hand.

    One that was withdrawn is not passed over in silence for an older one.
    """
    known = [(one.seq, parse(one.content)) for one in releases.listed(connection, context.actor)]
    found: list[int] = [
        one["number"]
        for seq, one in known
        if (one["state"] == ReleaseState.APPROVED and seq <= context.known_seq)
        or one["state"] == ReleaseState.WITHDRAWN
    ]
    if not found:
        raise NotFound("No release is approved, so there is none to deliver.")
    return max(found)


KIND = JobKind("release", "Write the newest approved release into a folder", ReleaseParameters, run)
