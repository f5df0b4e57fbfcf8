"""Messages for webhooks, written in the transaction that they tell of: both are stored, or neither is.

A message says what happened and where to read it: ids, file names, digests, numbers of rows, the log
sequence. Never a person's or a place's name: whoever receives it needs a token to read more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from db import door
from db.canonical import canonical
from db.engine import Connection
from db.queries import webhooks as queries
from services.records import new_id

JOB_DONE, JOB_FAILED = "job.done", "job.failed"
RELEASE_APPROVED, RELEASE_WITHDRAWN = "release.approved", "release.withdrawn"
PUBLISHED, RETRACTED = "publication.published", "publication.retracted"
EVENTS = {
    JOB_DONE: "A job ended well; data names its files with their digests and rows.",
    JOB_FAILED: "A job ended without a result; data gives the code of the reason.",
    RELEASE_APPROVED: "A release was approved; data gives its number, cut-off and digest.",
    RELEASE_WITHDRAWN: "A release was withdrawn; data gives its number and the code of the reason.",
    PUBLISHED: "An incident was published; data gives its id and the digest of what is public.",
    RETRACTED: "A publication was retracted; data gives the incident's id and the code of the reason.",
}
"""What a webhook can be told of. Others add theirs here."""
_OF_FILES = ("name", "bytes", "sha256", "rows")


def tell(
    connection: Connection, organisation: str, event: str, data: Mapping[str, Any], job: str | None = None
) -> int:
    """Write a message to every webhook of the organisation that wants the event; give how many."""
    if event not in EVENTS:
        raise ValueError("There is no such event.")
    told = queries.told_of(connection, organisation, event)
    now = door.now()
    body = canonical({"type": event, "timestamp": now, "data": data})
    queries.add(
        connection,
        [
            {
                "id": new_id(),
                "organisation": organisation,
                "webhook": webhook,
                "type": event,
                "job": job,
                "body": body,
                "created_at": now,
            }
            for webhook in told
        ],
    )
    return len(told)


def of_job(
    job: str, kind: str, schedule: str | None, due: str | None, result: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Give what a message says of a job: of its result the files and the log sequence alone."""
    found: dict[str, Any] = {"job": job, "kind": kind, "schedule": schedule, "due": due}
    if result is not None:
        files = result.get("files", ())
        found["files"] = [{name: one[name] for name in _OF_FILES if name in one} for one in files]
        found["log_sequence"] = result.get("log_sequence")
    found["links"] = {"job": f"/v1/jobs/{job}"}
    return found


def of_publication(id: str, content: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a message says of a publication: its incident, its digest, and where the public reads it."""
    return {
        "publication": id,
        "incident": content["incident"],
        "digest": content["content_sha256"],
        "reason_code": content["reason_code"],
        "links": {"public": f"/v1/public/incidents/{content['incident']}"},
    }


def of_release(content: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a message says of a release: its number, what it is of, and where to read it."""
    number = content["number"]
    return {
        "number": number,
        "cutoff": content["cutoff"],
        "log_sequence": content["known_at"],
        "digest": content["digest"],
        "reason_code": content["reason_code"],
        "links": {"release": f"/v1/releases/{number}"},
    }
