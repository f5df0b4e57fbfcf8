"""The list-membership matrix: one row a person, one column a list, 1 where the list names the person.

The form that programs for multiple-systems estimation read (Rcapture, LCMCR, dga of R). Persons with one
pattern are alike in it, so a pattern and its number stand for as many rows, and a row names nobody.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

Pattern = tuple[Sequence[bool], int]
_AT_ONCE = 1_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def matrix_csv(labels: Sequence[str], patterns: Iterable[Pattern]) -> Iterator[bytes]:
    """Give the matrix as CSV (RFC 4180, UTF-8, CRLF) in pieces: the header, then the rows pattern by pattern.

    A label that a spreadsheet would run as a formula gets an apostrophe before it.
    """
    header = io.StringIO(newline="")
    csv.writer(header, lineterminator="\r\n").writerow(
        [f"'{label}" if label.startswith(_FORMULA) else label for label in labels]
    )
    yield header.getvalue().encode()
    for pattern, number in patterns:
        row = (",".join("01"[on] for on in pattern) + "\r\n").encode()
        yield from _times(row, number)


def matrix_json(patterns: Iterable[Pattern]) -> Iterator[bytes]:
    """Give the rows of the matrix as a JSON array of arrays, in pieces."""
    separator = b"["
    for pattern, number in patterns:
        row = b"[" + ",".join("01"[on] for on in pattern).encode() + b"]"
        if number:
            yield separator + row
            yield from _times(b"," + row, number - 1)
            separator = b","
    yield b"[]" if separator == b"[" else b"]"


def _times(row: bytes, number: int) -> Iterator[bytes]:
    for start in range(0, number, _AT_ONCE):
        yield row * min(_AT_ONCE, number - start)
