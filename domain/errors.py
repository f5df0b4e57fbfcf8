"""What can go wrong, as a tree.

    RecordError
    ├── Malformed            the request cannot be read                        400
    ├── NotAuthenticated     no valid token                                    401
    ├── NotAllowed           the role does not allow the act                   403
    │   ├── FourEyesRequired an assessment needs a second member               403
    │   └── OnlyPublished    a dashboard's key, which reads what is published  403
    ├── NotFound             no such record here                               404
    ├── Conflict             the act does not fit the record's state           409
    │   └── Unproved         a table whose sums do not hold: it is not given   409
    ├── Gone                 it was here and was taken back, with a reason     410
    ├── Stale                the record changed since it was read              412
    ├── Unconditional        a change without If-Match                         428
    ├── TooLarge             more than the service takes at once               413
    ├── Invalid              a readable request breaks a rule                  422
    │   ├── InvalidCount     numbers that cannot be a count
    │   ├── IncoherentFigures figures to be booked that cannot all hold
    │   └── UnknownReference a record named in the request is not here
    ├── TooMany              more often than the service takes it              429
    └── Unavailable          try again later                                   503

``api/problems.py`` alone knows the status codes. No message repeats a value that was sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One broken rule: a JSON pointer to where, a stable code, and what to do in words."""

    pointer: str
    code: str
    detail: str


class RecordError(Exception):
    """The root of the tree; ``code`` is the stable last part of the problem's type."""

    code = "record-error"

    def __init__(self, detail: str, *, code: str | None = None, faults: Sequence[Fault] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        if code is not None:
            self.code = code
        self.faults = tuple(faults)


class Malformed(RecordError):
    """The request cannot be read."""

    code = "malformed"


class NotAuthenticated(RecordError):
    """No valid token came with the request."""

    code = "not-authenticated"


class NotAllowed(RecordError):
    """The caller's roles do not allow the act."""

    code = "not-allowed"


class OnlyPublished(NotAllowed):
    """The caller reads what is published and nothing else."""


class FourEyesRequired(NotAllowed):
    """The act needs a second member: not the author, and never a service token."""

    code = "four-eyes-required"


class NotFound(RecordError):
    """There is no such record here; a foreign one answers the same."""

    code = "not-found"


class Conflict(RecordError):
    """The act does not fit the state the record is in."""

    code = "conflict"


class Unproved(Conflict):
    """A table whose sums do not hold: it is not given."""

    code = "sums-do-not-hold"


class Gone(RecordError):
    """It was here and was taken back; the detail says why."""

    code = "release-withdrawn"


class Stale(RecordError):
    """The record changed since the caller read it."""

    code = "stale-version"


class Unconditional(RecordError):
    """A change came without If-Match."""

    code = "if-match-required"


class TooSlow(RecordError):
    """A request that did not come whole in time."""

    code = "request-timeout"


class TooLarge(RecordError):
    """More than the service takes at once."""

    code = "too-large"


class Invalid(RecordError):
    """A readable request breaks a rule."""

    code = "invalid"


class InvalidCount(Invalid):
    """Numbers that cannot be a count."""

    code = "invalid-count"


class IncoherentFigures(Invalid):
    """Figures to be booked cannot all hold (R9); ``outcomes`` are those whose figures clash."""

    code = "incoherent-figures"

    def __init__(self, detail: str, outcomes: Sequence[str]) -> None:
        super().__init__(detail)
        self.outcomes = tuple(outcomes)


class UnknownReference(Invalid):
    """A record named in the request is not here."""

    code = "unknown-reference"


class TooMany(RecordError):
    """The caller asks, or is wrong, more often than the service takes it; ``seconds`` is how long to wait."""

    code = "too-many-requests"

    def __init__(self, detail: str, seconds: float) -> None:
        super().__init__(detail)
        self.seconds = seconds


class Unavailable(RecordError):
    """The service cannot answer now."""

    code = "unavailable"
