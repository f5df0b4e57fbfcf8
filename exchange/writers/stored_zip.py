"""A ZIP archive of whole files that is the same bytes for ever.

The files are stored and not compressed: what a compressor makes of the same bytes changes with its version.
The entries carry no time of writing.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable


def zipped(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Give the archive of files, each a name and its bytes, in their order."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files:
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system = 3  # permissions as on Unix, whatever machine writes it
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return buffer.getvalue()
