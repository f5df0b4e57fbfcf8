"""Files delivered into a folder of the server: whole or not at all, and never outside the root.

Each organisation has a folder of its own below the root, and every segment below that is opened from the
one above it without following a link: a link that somebody puts there meanwhile leads nowhere.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from domain.errors import Fault, Invalid, Unavailable

_SEGMENT = re.compile(r"[a-z0-9]+(?:[-_.][a-z0-9]+)*", re.ASCII)
_DEEPEST, _LONGEST = 4, 60
_CHUNK = 1 << 20
_OPEN = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_PART = ".part"


@dataclass(frozen=True, slots=True)
class Placed:
    """A file that was delivered: its name, size, and the SHA-256 of its bytes in hexadecimal."""

    name: str
    size: int
    sha256: str


def check_root(root: Path | None) -> Path:
    """Give the root. Raises Invalid, which says what to set, where there is none."""
    if root is None:
        raise Invalid(
            "No folder is set to deliver into: the operator sets CIVHARM_DELIVERY_DIR, for the service and "
            "its workers.",
            code="no-delivery-folder",
        )
    return root


def check_segments(path: str, pointer: str = "/folder") -> tuple[str, ...]:
    """Give the segments of a folder's path such as ``monthly/ministry``. Raises Invalid for any other."""
    segments = tuple(path.split("/"))
    if len(segments) > _DEEPEST or not all(
        len(one) <= _LONGEST and _SEGMENT.fullmatch(one) for one in segments
    ):
        detail = (
            f"Name at most {_DEEPEST} folders, divided by /, each in small Latin letters and digits with "
            "single hyphens, underscores or dots between them."
        )
        raise Invalid(detail, code="unsafe-folder", faults=[Fault(pointer, "unsafe-folder", detail)])
    return segments


def folder_of(name: str, id: str) -> str:
    """Give the name of an organisation's folder: readable, and no other's."""
    words = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:40].strip("-")
    return f"{words}-{id[:8]}" if words else id[:8]


@contextmanager
def opened(root: Path, segments: tuple[str, ...]) -> Iterator[int]:
    """Give the folder as an open descriptor, made where it is missing.

    Who else may read folders and files is what the operator's umask says: they are there to be fetched.

    Raises Invalid where a segment is a link or no folder, and Unavailable where the root is not there.
    """
    try:
        at = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except FileNotFoundError as error:
        # Perhaps a disk of another machine, which comes back.
        raise Unavailable(
            "The folder that CIVHARM_DELIVERY_DIR names is not there.", code="no-delivery-folder"
        ) from error
    try:
        for segment in segments:
            with suppress(FileExistsError):
                os.mkdir(segment, dir_fd=at)
            try:
                below = os.open(segment, _OPEN, dir_fd=at)
            except OSError as error:
                if error.errno in (errno.ELOOP, errno.ENOTDIR):
                    raise Invalid(
                        "A folder on the way is a link or a file; nothing is delivered through it.",
                        code="unsafe-folder",
                    ) from error
                raise
            os.close(at)
            at = below
        yield at
    finally:
        os.close(at)


class Delivery:
    """One job's files on their way into an open folder.

    A file is written beside its place under a name that begins with a dot and holds the job's mark; it
    gets its name when all of it is on the disk. What an earlier attempt of the job left unfinished is
    taken away first, so that a worker that was thought dead cannot finish it any more.
    """

    def __init__(self, at: int, mark: str, attempt: int) -> None:
        self._at = at
        self._mark = f".{mark}."
        self._attempt = attempt
        self._number = 0
        for name in os.listdir(at):
            if name.startswith(self._mark) and name.endswith(_PART):
                with suppress(FileNotFoundError):
                    os.unlink(name, dir_fd=at)

    @contextmanager
    def file(self) -> Iterator[tuple[str, BinaryIO]]:
        """Give an empty file to write, with the name that ``place`` takes; gone unless it was placed."""
        self._number += 1
        part = f"{self._mark}{self._attempt}-{self._number}{_PART}"
        handle = os.open(
            part, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666, dir_fd=self._at
        )
        try:
            with os.fdopen(handle, "w+b") as file:
                yield part, file
        finally:
            with suppress(FileNotFoundError):
                os.unlink(part, dir_fd=self._at)

    def place(self, part: str, file: BinaryIO, name: str) -> Placed:
        """Give a written file its name, and write its checksum beside it, as ``sha256sum -c`` reads it."""
        file.flush()
        file.seek(0)
        digest, size = hashlib.sha256(), 0
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
        self._rename(part, file, name)
        with self.file() as (sums, beside):
            beside.write(f"{digest.hexdigest()}  {name}\n".encode())
            beside.flush()
            self._rename(sums, beside, f"{name}.sha256")
        return Placed(name, size, digest.hexdigest())

    def _rename(self, part: str, file: BinaryIO, name: str) -> None:
        if _SEGMENT.fullmatch(name) is None:
            raise ValueError("A delivered file has a plain name.")
        with suppress(FileNotFoundError):
            if stat.S_ISDIR(os.stat(name, dir_fd=self._at, follow_symlinks=False).st_mode):
                raise Invalid("A folder has the name of the file to be delivered.", code="unsafe-folder")
        os.fsync(file.fileno())
        # A link of this name is replaced and not followed.
        os.rename(part, name, src_dir_fd=self._at, dst_dir_fd=self._at)
        os.fsync(self._at)
