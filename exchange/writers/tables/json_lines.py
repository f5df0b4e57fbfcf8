"""JSON Lines: an object a line with the columns of the layout, UTF-8, in their order."""

from __future__ import annotations

from typing import BinaryIO

import orjson

from exchange.columns import Layout, Rows


def write_json_lines(file: BinaryIO, layout: Layout, rows: Rows) -> None:
    """Write the table."""
    names = layout.names
    write, dumps, option = file.write, orjson.dumps, orjson.OPT_APPEND_NEWLINE
    for row in rows:
        write(dumps(dict(zip(names, row, strict=True)), option=option))
