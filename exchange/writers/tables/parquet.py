"""Parquet: typed columns (days, instants, whole numbers), the columns' meanings in the file's metadata."""

from __future__ import annotations

from itertools import islice
from typing import Any, BinaryIO

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from exchange.columns import Column, Kind, Layout, Rows
from exchange.writers.tables.about import About

AT_ONCE = 2_000
"""Rows held as values at a time."""
ROWS_A_GROUP = 30_000
"""Rows of a group of the file, held as columns, which take a tenth of the room."""

_TYPES: dict[Kind, Any] = {
    Kind.TEXT: pa.string(),
    Kind.CODE: pa.string(),
    Kind.INTEGER: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.TRUTH: pa.bool_(),
    Kind.DAY: pa.date32(),
    Kind.INSTANT: pa.timestamp("us", tz="UTC"),
}
_AS_TEXT = (Kind.DAY, Kind.INSTANT)


def write_parquet(file: BinaryIO, layout: Layout, rows: Rows, about: About) -> None:
    """Write the table in row groups."""
    schema = schema_of(layout, about)
    waiting = iter(rows)
    held: list[Any] = []
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        while chunk := list(islice(waiting, AT_ONCE)):
            columns = [
                _array(column, values)
                for column, values in zip(layout.columns, zip(*chunk, strict=True), strict=True)
            ]
            held.append(pa.RecordBatch.from_arrays(columns, schema=schema))
            if len(held) * AT_ONCE >= ROWS_A_GROUP:
                writer.write_table(pa.Table.from_batches(held), row_group_size=ROWS_A_GROUP)
                held = []
        if held:
            writer.write_table(pa.Table.from_batches(held), row_group_size=ROWS_A_GROUP)


def schema_of(layout: Layout, about: About) -> Any:
    """Give the Arrow schema: types, descriptions, and what the table is about."""
    fields = [
        pa.field(
            column.name,
            _TYPES[column.kind],
            nullable=not column.required,
            metadata={"description": column.description},
        )
        for column in layout.columns
    ]
    return pa.schema(fields, metadata={"civharm": orjson.dumps(about.lines(layout))})


def _array(column: Column, values: tuple[Any, ...]) -> Any:
    if column.kind in _AS_TEXT:
        return pa.array(values, pa.string()).cast(_TYPES[column.kind])
    return pa.array(values, _TYPES[column.kind])
