"""What a kind of job needs to deliver files: the folder of its organisation, and what is said of them.

with delivering(context, "monthly") as out, context.database.reading() as connection:
    out.add(lambda file: write_something(connection, file), lambda written: "something-42.pdf")
return out.result(log_sequence=42)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, TypeVar

from db.queries import organisations
from services.jobs import folder
from services.jobs.kinds import Context

W = TypeVar("W")


class Outgoing:
    """The files of one job, on their way into a folder."""

    def __init__(self, context: Context, path: str, delivery: folder.Delivery) -> None:
        self._context, self._path, self._delivery = context, path, delivery
        self._files: list[dict[str, Any]] = []

    def add(
        self,
        write: Callable[[BinaryIO], W],
        name_of: Callable[[W], str],
        rows_of: Callable[[W], int | None] | None = None,
    ) -> W:
        """Write a file and give it its name, which follows from what was written.

        Raises Lost, and delivers nothing, where the job was cancelled or taken over meanwhile.
        """
        with self._delivery.file() as (part, file):
            written = write(file)
            self._context.confirm()
            placed = self._delivery.place(part, file, name_of(written))
        self._files.append(
            {
                "name": placed.name,
                "bytes": placed.size,
                "sha256": placed.sha256,
                "rows": None if rows_of is None else rows_of(written),
            }
        )
        return written

    def result(self, log_sequence: int | None = None) -> dict[str, Any]:
        """Give the job's result."""
        return {"folder": self._path, "files": self._files, "log_sequence": log_sequence}


@contextmanager
def delivering(context: Context, path: str) -> Iterator[Outgoing]:
    """Give the way into a folder below the organisation's own. Raises Invalid where there is none."""
    root = folder.check_root(context.deployment.delivery_dir)
    with context.database.reading() as connection:
        name = organisations.name_of(connection, context.actor.organisation)
    own = folder.folder_of(name, context.actor.organisation)
    with folder.opened(root, (own, *folder.check_segments(path))) as at:
        yield Outgoing(context, f"{own}/{path}", folder.Delivery(at, context.job, context.attempt))
