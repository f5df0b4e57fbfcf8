"""Import runs: what every import of a file keeps of itself.

A run is one transaction with its rows: a file is imported whole, bad rows apart, or not at all. What
could not be stored stands in the run's findings with its line and the reason.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from io import BufferedReader
from typing import Any

from db import door
from db.canonical import canonical
from db.engine import Connection, attempt
from db.kinds import IMPORT_RUN
from db.queries import assessments
from domain.access import Actor, require
from domain.errors import IncoherentFigures, RecordError
from domain.vocab import ReasonCode, Visibility
from exchange.drafts import RowFinding
from services.assessing_many import propose_many
from services.assessments import propose
from services.findings import Proposal
from services.records import Reason, new_id

Progress = Callable[[int], None]
"""Told how many rows have been read so far."""

LOSES_A_ROW = frozenset({"row", "figure", "rest"})


@dataclass(slots=True)
class Run:
    """An import run while it goes, and its report at the end. Counts are of rows of the file."""

    id: str
    reader: str
    file_name: str
    sha256: str
    stored: set[int] = field(default_factory=set)
    known: set[int] = field(default_factory=set)
    skipped: set[int] = field(default_factory=set)
    findings: list[RowFinding] = field(default_factory=list)
    incidents: dict[str, int] = field(default_factory=dict)
    """The incidents that the run stored or added to, with the line that did."""
    proposed: int = 0
    not_proposed: list[tuple[str, str]] = field(default_factory=list)
    """Incidents for which no assessment could be proposed, and why."""

    @property
    def read(self) -> int:
        """Give how many rows were read."""
        return len(self.stored | self.known | self.skipped)

    def note(self, finding: RowFinding) -> None:
        """Keep a finding; a row of which something is lost counts as skipped."""
        self.findings.append(finding)
        if finding.loses in LOSES_A_ROW and finding.line:
            self.skipped.add(finding.line)


def digest(file: BufferedReader) -> str:
    """Give the SHA-256 of a file and go back to its start."""
    found = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    return found


def begin(connection: Connection, actor: Actor, reader: str, file_name: str, sha256: str) -> Run:
    """Begin a run; the log has it from here on."""
    require(actor, "import.run")
    run = Run(new_id(), reader, file_name, sha256)
    act = door.Act("begin", IMPORT_RUN, run.id, 1, _content(run, "running"))
    door.record(connection, actor, [act])
    return run


def end(connection: Connection, actor: Actor, run: Run) -> None:
    """End a run: its counts and findings are kept with it; a row that lost anything counts as skipped."""
    run.stored -= run.skipped
    run.known -= run.skipped
    act = door.Act("end", IMPORT_RUN, run.id, 2, _content(run, "done"))
    door.record(connection, actor, [act])


def _content(run: Run, state: str) -> dict[str, Any]:
    return {
        "reader": run.reader,
        "file_name": run.file_name,
        "sha256": run.sha256,
        "state": state,
        "rows_read": run.read,
        "rows_stored": len(run.stored),
        "rows_known": len(run.known),
        "rows_skipped": len(run.skipped),
        "findings": canonical([asdict(one) for one in run.findings]),
        "visibility": Visibility.ORGANISATION.value,
    }


def propose_each(
    connection: Connection, actor: Actor, run: Run, policy: str, incidents: Sequence[str]
) -> None:
    """Propose an assessment under a policy for each incident; what cannot be is noted with the reason.

    One that supersedes an assessment in force says by itself that the run brought new information (R14).
    """
    again = Reason(ReasonCode.NEW_INFORMATION.value, f"Import run {run.id} with the reader {run.reader}.")
    assessed = assessments.in_force(connection, actor.organisation, incidents)
    for incident in incidents:
        reason = again if incident in assessed else None
        try:
            with attempt(connection):
                _propose(connection, actor, run, Proposal(incident=incident, policy=policy, reason=reason))
        except RecordError as error:
            run.not_proposed.append((incident, error.detail))


def propose_all(
    connection: Connection, actor: Actor, run: Run, policy: str, incidents: Sequence[str]
) -> None:
    """Propose for many incidents at once; those for which that cannot be are tried one by one.

    A figure's clash then costs its outcome and not the incident; see ``propose_each``.
    """
    assessed = assessments.in_force(connection, actor.organisation, incidents)
    proposals = [Proposal(incident=id, policy=policy) for id in incidents if id not in assessed]
    done = propose_many(connection, actor, proposals)
    run.proposed += len(done.assessments)
    left = [id for id in incidents if id not in done.assessments]
    propose_each(connection, actor, run, policy, left)


def _propose(connection: Connection, actor: Actor, run: Run, proposal: Proposal) -> None:
    """Propose; where one outcome's figures clash, propose the others and say which was left out."""
    try:
        propose(connection, actor, proposal)
    except IncoherentFigures as error:
        left_out = tuple((outcome, error.detail) for outcome in error.outcomes)
        propose(connection, actor, replace(proposal, leave_out=left_out))
        run.not_proposed.append((proposal.incident, error.detail))
    run.proposed += 1


def counted(items: Iterable[Any], progress: Progress | None, every: int = 500) -> Iterable[Any]:
    """Pass items on and tell the progress every so many."""
    number = 0
    for number, item in enumerate(items, 1):
        if progress is not None and number % every == 0:
            progress(number)
        yield item
    if progress is not None:
        progress(number)
