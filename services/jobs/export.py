"""The job that writes a table into a folder: a list with its filters, or the answer to a question."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, BinaryIO

from pydantic import Field

from db.canonical import canonical
from db.engine import Connection
from domain.questions import Question
from exchange.formats import FORMATS, formats_of
from exchange.layouts import LAYOUTS
from exchange.layouts.statistics import statistics_layout
from services import exports
from services.exports import Written
from services.jobs import asked, folder
from services.jobs.asked import PERIOD, STATISTICS, unknown
from services.jobs.delivering import delivering
from services.jobs.deployment import Deployment
from services.jobs.kinds import Context, JobKind, Parameters


class ExportParameters(Parameters):
    """Which table, of what, in which format, into which folder."""

    table: str = Field(
        description="The list by the noun of its address, or statistics.", examples=["incidents"]
    )
    filters: dict[str, str] = Field(
        default_factory=dict,
        description="The filters of the table's address; period (last-month, last-quarter, last-year) in "
        "place of from and to names the period before the instant that the job is for.",
        examples=[{"period": "last-month"}],
    )
    format: str = Field(default="csv", description="The format.", examples=["csv"])
    folder: str = Field(
        default="exports",
        description="The folder below the organisation's own, such as monthly/partners.",
        examples=["monthly"],
    )

    def check(self, deployment: Deployment) -> None:
        """Raise Invalid unless the table can be written in the format, with these filters, to the folder."""
        if self.table != STATISTICS and self.table not in LAYOUTS:
            raise unknown("table", "Use one of: " + ", ".join((*LAYOUTS, STATISTICS)) + ".")
        layout = (
            statistics_layout(Question(outcome="killed")) if self.table == STATISTICS else LAYOUTS[self.table]
        )
        offered = [one.name for one in formats_of(layout)]
        if self.format not in offered:
            raise unknown("format", "Use one of: " + ", ".join(offered) + ".")
        asked.check_filters(self.table, self.filters)
        folder.check_segments(self.folder, "/parameters/folder")
        folder.check_root(deployment.delivery_dir)


def run(context: Context, parameters: ExportParameters) -> Mapping[str, Any]:
    """Write the table into the folder and give what was written."""
    with delivering(context, parameters.folder) as out, context.database.reading() as connection:
        written = out.add(
            lambda file: _write(connection, context, parameters, file),
            lambda written: file_name(parameters, written),
            lambda written: written.rows,
        )
    return out.result(written.log_sequence)


def file_name(parameters: ExportParameters, written: Written) -> str:
    """Give the file's name: what it is and the log sequence, with a mark where filters were asked for.

    The filters themselves may name a place or a person, and stay out.
    """
    said = [parameters.table]
    if parameters.filters or parameters.format in ("csv-excel", "csv-hxl", "sdmx-csv"):
        text = canonical({"filters": parameters.filters, "format": parameters.format})
        said.append(hashlib.sha256(text.encode()).hexdigest()[:8])
    return f"{'-'.join(said)}-{written.log_sequence}.{FORMATS[parameters.format].ending}"


def _write(connection: Connection, context: Context, parameters: ExportParameters, file: BinaryIO) -> Written:
    period = context.period(parameters.filters.get(PERIOD))
    if parameters.table == STATISTICS:
        question = asked.question(parameters.filters, period, context.known_seq)
        return exports.write_statistics(connection, context.actor, question, parameters.format, file)
    filters, shown = asked.of_list(parameters.filters, period)
    return exports.write_list(
        connection,
        context.actor,
        parameters.table,
        filters,
        shown,
        parameters.format,
        file,
        progress=context.progress,
    )


KIND = JobKind("export", "Write a table into a folder", ExportParameters, run)
