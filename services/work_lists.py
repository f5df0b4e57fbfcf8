"""The lists of what workers do: jobs, schedules, webhooks, messages to them; a page at a time, or as a table.

Each is one ``WorkList``: who may read it, what it selects, and what a row of its table says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, NamedTuple
from urllib.parse import urlsplit

from db.canonical import parse
from db.engine import Connection
from db.queries import jobs as job_queries
from db.queries import keyset
from db.queries import schedules as schedule_queries
from db.queries import webhooks as webhook_queries
from db.queries.keyset import Keyset
from domain.access import Actor, require
from exchange.columns import Layout, Value, rows_of
from exchange.formats import Format
from exchange.layouts import jobs as layouts
from services import exports
from services.exports import Written
from services.webhooks import endpoints
from services.webhooks.deliveries import message_id

Filters = Mapping[str, Any]
Flat = Mapping[str, Value]


def _as_they_are(connection: Connection, organisation: str, rows: Sequence[Any]) -> Sequence[Any]:
    return rows


@dataclass(frozen=True, slots=True)
class WorkList:
    """A list of what workers do.

    ``asked`` checks that the actor may read it and gives its select; it raises NotFound where what the list
    is of is not there. ``read`` gives what rows say with what is stored beside them, ``flat`` one of these
    as a row of ``layout``.
    """

    layout: Layout
    asked: Callable[[Connection, Actor, Filters], Keyset]
    flat: Callable[[Any], Flat]
    read: Callable[[Connection, str, Sequence[Any]], Sequence[Any]] = _as_they_are


def page(
    connection: Connection,
    actor: Actor,
    listed: WorkList,
    filters: Filters,
    after: Sequence[Any] | None,
    limit: int,
) -> tuple[Sequence[Any], list[Any] | None]:
    """Give a page of a list and the position after it. Raises NotAllowed, and NotFound as the list does."""
    rows, following = keyset.page(connection, listed.asked(connection, actor, filters), after, limit)
    return listed.read(connection, actor.organisation, rows), following


def every(
    connection: Connection, actor: Actor, listed: WorkList, filters: Filters | None = None
) -> Iterator[Any]:
    """Give all of a list, some read at a time. Raises NotAllowed, and NotFound as the list does."""
    for rows in keyset.chunks(connection, listed.asked(connection, actor, filters or {})):
        yield from listed.read(connection, actor.organisation, rows)


def _flat(connection: Connection, actor: Actor, listed: WorkList, filters: Filters) -> Iterator[Flat]:
    return map(listed.flat, every(connection, actor, listed, filters))


def tag_of(connection: Connection, actor: Actor, listed: WorkList, filters: Filters, format: Format) -> str:
    """Give the tag of a list's table: how the work goes is in no log, so that its rows are told."""
    rows = rows_of(listed.layout, _flat(connection, actor, listed, filters))
    return exports.tag_of_rows(connection, actor, listed.layout, rows, filters, format)


def write(
    connection: Connection,
    actor: Actor,
    listed: WorkList,
    filters: Filters,
    format: Format,
    file: BinaryIO,
) -> Written:
    """Write every row that the filters leave."""
    rows = rows_of(listed.layout, _flat(connection, actor, listed, filters))
    return exports.write_rows(connection, actor, listed.layout, rows, filters, format, file)


def _jobs(connection: Connection, actor: Actor, filters: Filters) -> Keyset:
    require(actor, "job.read")
    return job_queries.listed(actor.organisation, filters)


def _schedules(connection: Connection, actor: Actor, filters: Filters) -> Keyset:
    require(actor, "schedule.read")
    return schedule_queries.listed(actor.organisation)


def _webhooks(connection: Connection, actor: Actor, filters: Filters) -> Keyset:
    require(actor, "webhook.read")
    return webhook_queries.listed(actor.organisation)


class Delivery(NamedTuple):
    """A message's row, and those of its attempts, first to last."""

    row: Any
    attempts: Sequence[Any]


def _deliveries(connection: Connection, actor: Actor, filters: Filters) -> Keyset:
    webhook = endpoints.one(connection, actor, filters["webhook"])
    return webhook_queries.deliveries(actor.organisation, webhook.id)


def _with_attempts(connection: Connection, organisation: str, rows: Sequence[Any]) -> Sequence[Delivery]:
    found = webhook_queries.attempts(connection, organisation, [row.id for row in rows])
    return [Delivery(row, found.get(row.id, ())) for row in rows]


def _columns(row: Any, names: str) -> dict[str, Value]:
    return {name: getattr(row, name) for name in names.split()}


def _flat_job(row: Any) -> Flat:
    result = {} if row.result is None else parse(row.result)
    files = result.get("files", ())
    return {
        **_columns(
            row,
            "id version kind parameters schedule due state attempts progress_done progress_of error_code "
            "error_detail created_at started_at finished_at not_before",
        ),
        "log_sequence": row.seq,
        "folder": result.get("folder"),
        "files": "; ".join(one["name"] for one in files) or None,
        "files_sha256": "; ".join(one["sha256"] for one in files) or None,
        "result_log_sequence": result.get("log_sequence"),
    }


def _flat_schedule(row: Any) -> Flat:
    names = "id version label rhythm day cron kind parameters state next_due last_due"
    return {**_columns(row, names), "log_sequence": row.seq}


def _flat_webhook(row: Any) -> Flat:
    return {
        **_columns(row, "id version recorded_at label state state_reason failing_since rotated_at"),
        "host": urlsplit(row.url).hostname,
        "types": "; ".join(parse(row.types)),
        "both_sign_until": row.previous_until,
    }


def _flat_delivery(one: Delivery) -> Flat:
    last = one.attempts[-1] if one.attempts else None
    return {
        **_columns(one.row, "id webhook type job state created_at not_before finished_at body"),
        "message": message_id(one.row.id),
        "attempts": len(one.attempts),
        **{
            f"last_{name}": None if last is None else getattr(last, name)
            for name in ("at", "status", "duration_ms", "error")
        },
    }


JOBS = WorkList(layouts.JOBS, _jobs, _flat_job)
SCHEDULES = WorkList(layouts.SCHEDULES, _schedules, _flat_schedule)
WEBHOOKS = WorkList(layouts.WEBHOOKS, _webhooks, _flat_webhook)
DELIVERIES = WorkList(layouts.DELIVERIES, _deliveries, _flat_delivery, _with_attempts)
