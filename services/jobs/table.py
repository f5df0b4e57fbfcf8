"""The job that writes a standard table into a folder, with its proof in the file or beside it."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping
from typing import Any

import orjson
from pydantic import Field

from db.canonical import canonical
from domain.errors import Invalid
from domain.schedules import PERIODS
from domain.standard_tables import TABLES, Asked, asked_of, check_asked
from exchange.formats import table_formats_of
from exchange.layouts.standard_tables import EVENTS, LAYOUT_OF
from services import populations, standard_tables
from services.jobs import folder
from services.jobs.asked import PERIOD, below, unknown
from services.jobs.delivering import delivering
from services.jobs.deployment import Deployment
from services.jobs.kinds import Context, JobKind, Parameters

POPULATION = "population"
STEPS = 2
"""The sums, proved; the table with its proof."""
FORMATS = {one.name: one for one in table_formats_of(EVENTS)}


class TableParameters(Parameters):
    """Which standard table, asked how, in which format, into which folder."""

    table: str = Field(description="The table's name.", examples=["monthly"])
    asked: dict[str, str] = Field(
        default_factory=dict,
        description="The parameters of its address; period (last-month, last-quarter, last-year) in place of "
        "from and to, or of the quarter, names the period before the instant that the job is for.",
        examples=[{"period": "last-month"}],
    )
    format: str = Field(default="xlsx", description="The format.", examples=["xlsx"])
    folder: str = Field(
        default="tables", description="The folder below the organisation's own.", examples=["monthly"]
    )

    def check(self, deployment: Deployment) -> None:
        """Raise Invalid unless there is such a table, and it can be asked so and written in the format."""
        if self.table not in TABLES:
            raise unknown("table", "Use one of: " + ", ".join(TABLES) + ".")
        layout = LAYOUT_OF.get(self.table)
        offered = [
            one.name
            for one in FORMATS.values()
            if not one.needs_place or (layout and layout.point is not None)
        ]
        if self.format not in offered:
            raise unknown("format", "Use one of: " + ", ".join(offered) + ".")
        if self.asked.get(PERIOD) not in (None, *PERIODS):
            raise unknown("asked", "period: use one of: " + ", ".join(PERIODS) + ".")
        try:
            check_asked(TABLES[self.table], self.with_period(("2000-01-01", "2000-12-31")))
        except Invalid as error:
            raise below("asked", error) from error
        folder.check_segments(self.folder, "/parameters/folder")
        folder.check_root(deployment.delivery_dir)

    def with_period(self, period: tuple[str, str]) -> Asked:
        """Give what is asked of the table, its named period put into days or into a quarter."""
        said = {name: value for name, value in self.asked.items() if name not in (PERIOD, POPULATION)}
        if PERIOD in self.asked and "quarter" in TABLES[self.table].takes:
            said["quarter"] = f"{period[1][:4]}-Q{(int(period[1][5:7]) + 2) // 3}"
        elif PERIOD in self.asked:
            said["from"], said["to"] = period
        return asked_of(said)


def run(context: Context, parameters: TableParameters) -> Mapping[str, Any]:
    """Write the table, and its proof with the notes beside it."""
    asked = parameters.with_period(context.period(parameters.asked.get(PERIOD)))
    format = FORMATS[parameters.format]
    with delivering(context, parameters.folder) as out, context.database.reading() as connection:
        context.step(0, STEPS)
        more: dict[str, Any] = {}
        if parameters.table != "list-membership":
            more["known_at"] = context.known_seq
        if POPULATION in parameters.asked:
            more["population"] = populations.read(connection, context.actor, parameters.asked[POPULATION])
        asked = dataclasses.replace(asked, **more)
        produced = standard_tables.produce(connection, context.actor, parameters.table, asked)
        context.step(1, STEPS)
        name = f"{_name(parameters, produced.about.log_sequence)}.{format.ending}"
        told = {key: value for key, value in produced.as_data().items() if key != "data"}
        proof = orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        # The proof first, and no step between: no table lies there without it.
        out.add(lambda file: file.write(proof), lambda _: f"{name}.proof.json")
        out.add(
            lambda file: standard_tables.write(produced, format, file),
            lambda _: name,
            lambda written: written.rows,
        )
        context.step(STEPS, STEPS)
    return out.result(produced.about.log_sequence)


def _name(parameters: TableParameters, seq: int) -> str:
    """Give the name of the file: the table and the log sequence, with a mark where more was asked for."""
    said = [parameters.table]
    if parameters.asked:
        said.append(hashlib.sha256(canonical(dict(parameters.asked)).encode()).hexdigest()[:8])
    return f"{'-'.join(said)}-{seq}"


KIND = JobKind("table", "Write a standard table into a folder", TableParameters, run)
