"""What is asked of releases and their files; who stores a release goes through the door."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from db.tables.releases import release
from db.tables.releases import release_file as f
from domain.publications import ReleaseFile


class FileHead(NamedTuple):
    """What is known of a file of a release without its bytes."""

    release: str
    name: str
    media: str
    sha256: str
    size: int
    rows: int | None


_HEAD = (f.c.release, f.c.file_name, f.c.media, f.c.sha256, f.c.size, f.c.rows)


def last_number(connection: Connection, organisation: str) -> int:
    """Give the highest number that a release of the organisation ever had; 0 before the first."""
    found: int | None = connection.execute(
        sa.select(sa.func.max(release.c.number)).where(release.c.organisation == organisation)
    ).scalar_one()
    return found or 0


def numbered(connection: Connection, organisation: str, number: int) -> str | None:
    """Give the id of the release of this number, or None."""
    found: str | None = connection.execute(
        sa.select(release.c.id).where(release.c.organisation == organisation, release.c.number == number)
    ).scalar_one_or_none()
    return found


def with_digest(connection: Connection, organisation: str, digest: str) -> str | None:
    """Give the id of the release that was approved under this digest, the newest of several, or None."""
    found: str | None = connection.execute(
        sa.select(release.c.id)
        .where(
            release.c.organisation == organisation,
            release.c.digest == digest,
            release.c.number.is_not(None),
        )
        .order_by(release.c.number.desc())
        .limit(1)
    ).scalar_one_or_none()
    return found


def store_files(
    connection: Connection, organisation: str, id: str, files: Sequence[ReleaseFile], after: int = 0
) -> None:
    """Store files of a proposed release; ``after`` is how many it has. The database refuses any later one."""
    for position, one in enumerate(files, after):
        connection.execute(
            f.insert().values(
                organisation=organisation,
                release=id,
                position=position,
                file_name=one.name,
                media=one.media,
                sha256=one.sha256,
                size=len(one.content),
                rows=one.rows,
                bytes=one.content,
            )
        )


def files(connection: Connection, organisation: str, ids: Iterable[str]) -> dict[str, list[FileHead]]:
    """Give the files of releases, in order, without their bytes."""
    found: dict[str, list[FileHead]] = {}
    for row in connection.execute(
        sa.select(*_HEAD)
        .where(f.c.organisation == organisation, f.c.release.in_(sorted(set(ids))))
        .order_by(f.c.release, f.c.position)
    ):
        found.setdefault(row.release, []).append(FileHead(*row))
    return found


def content(connection: Connection, organisation: str, id: str, name: str) -> bytes | None:
    """Give the bytes of a file of a release, or None when it has none of this name."""
    found: bytes | None = connection.execute(
        sa.select(f.c.bytes).where(f.c.organisation == organisation, f.c.release == id, f.c.file_name == name)
    ).scalar_one_or_none()
    return None if found is None else bytes(found)
