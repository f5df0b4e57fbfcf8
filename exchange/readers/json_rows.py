"""A JSON array of objects, one row an object, read with the lines that they stand on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from exchange.drafts import RowFinding
from exchange.readers.tables import opened_text


class _Twice(dict[str, Any]):
    """An object of which a name stands twice: readers of JSON differ on which value holds."""


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    return made if len(made) == len(pairs) else _Twice(made)


def is_array(file: BinaryIO) -> bool:
    """Tell whether a file begins as a JSON array; it is left at its start."""
    first = file.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    file.seek(0)
    return first == b"["


def json_rows(file: BinaryIO) -> Iterator[tuple[int, dict[str, Any]] | RowFinding]:
    """Give (line, object) for each entry of an array (``is_array``), and a finding for one that is none.

    Numbers stay text as the file writes them. A file that is broken or cut off ends with a finding that
    loses the rest.
    """
    with opened_text(file) as opened_file:
        text = opened_file.read()
    # Numbers stay as the file writes them, so that an age is kept as listed and a huge one costs nothing.
    decoder = json.JSONDecoder(object_pairs_hook=_pairs, parse_int=str, parse_float=str, parse_constant=str)
    at, line, counted = _after(text, text.index("[") + 1), 1, 0
    more = text[at : at + 1] != "]"
    while more:
        line, counted = line + text.count("\n", counted, at), at
        try:
            item, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            yield _broken(line)
            return
        yield _row(line, item)
        at = _after(text, at)
        more = text[at : at + 1] == ","
        if more:
            at = _after(text, at + 1)
    if text[at : at + 1] != "]":
        yield _broken(line + text.count("\n", counted, at))


def _row(line: int, item: object) -> tuple[int, dict[str, Any]] | RowFinding:
    if not isinstance(item, dict):
        return RowFinding(line=line, code="wrong-type", detail="The entry is no object.", loses="row")
    if isinstance(item, _Twice):
        return RowFinding(line=line, code="duplicate-key", detail="A name stands twice.", loses="row")
    return line, item


def _broken(line: int) -> RowFinding:
    detail = "The file is broken or cut off here; what follows could not be read."
    return RowFinding(line=line, code="malformed-json", detail=detail, loses="rest")


def _after(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n":
        at += 1
    return at
