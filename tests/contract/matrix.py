"""The matrix of who reads what: what is expected of every cell, said here once and held by a test.

A cell is an operation that reads, who asks, whose record of which visibility it is about, and the class of a
field. ``python -m tests.contract.matrix`` prints the page ``docs/matrix.md``.
"""

from __future__ import annotations

import sys

RECORDS = {
    "own": "what the recorder recorded, of the organisation",
    "organisation": "what the reviewer recorded, of the organisation",
    "partners": "the same, for partners",
    "public": "the same, published",
    "restricted": "the same, restricted; the second reviewer is named for it",
    "foreign": "another organisation's",
    "foreign partners": "another organisation's, for partners, without an agreement with this one",
    "foreign restricted": "another organisation's, restricted",
}
"""The records that the matrix is about, by name."""
CLASSES = ("id", "F0", "F1", "F2")
"""What of a record is looked for; F3 stands in no record, and no route has it."""
READERS = ("viewer", "recorder", "reviewer", "second", "publisher", "service")
"""Who reads records of the organisation. The service has the roles of a recorder and a reviewer."""
PRINCIPALS = (*READERS, "admin", "dashboard", "stranger", "partner", "nobody")
"""Who asks. The stranger is a reviewer and administrator of the other organisation; the partner is the same
person, who reads by an agreement; nobody has no token."""
NAMED = ("reviewer", "second")
"""Who is named for the restricted record: by recording it, and by a clearance."""
SENSITIVE = ("reviewer", "second", "publisher", "service")


def reads(who: str, record: str, field_class: str) -> bool:
    """Tell whether who asks may be told this of the record, by any route."""
    if who == "partner":
        return record in ("partners", "public") and field_class != "F2"
    if record.startswith("foreign"):
        # Of their own organisation; the restricted one was recorded by another of its members.
        return who == "stranger" and record != "foreign restricted"
    if who == "admin":  # the log tells on which records something was done
        return field_class == "id" and record != "restricted"
    if who not in READERS or (record == "restricted" and who not in NAMED):
        return False
    return field_class != "F2" or who in SENSITIVE or (who == "recorder" and record == "own")


WORDS = (
    "Who is told what of which record, by any address that reads, in any format ([rules](access.md)).",
    "`python -m tests.contract.matrix` prints this page; a test asks every address that reads, as everybody,",
    "about every record, and looks for the words of each in every byte of the answers.",
)


def page() -> str:
    """Give the page of the documentation."""
    lines = [
        "# The matrix",
        "",
        *WORDS,
        "",
        *(f"- **{name}**: {words}." for name, words in RECORDS.items()),
        "- **service** has the roles of a recorder and a reviewer, **stranger** those of a reviewer and an",
        "  administrator elsewhere; **partner** is the stranger who names the organisation, which has an",
        "  agreement with theirs; **nobody** has no token. An administrator meets ids in the log alone.",
        "",
        f"| record | field | {' | '.join(PRINCIPALS)} |",
        f"|{' --- |' * (len(PRINCIPALS) + 2)}",
    ]
    for record in RECORDS:
        for field_class in CLASSES:
            cells = [_word(who, record, field_class) for who in PRINCIPALS]
            lines.append(f"| {record} | {field_class} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _word(who: str, record: str, field_class: str) -> str:
    if reads(who, record, field_class):
        return "read"
    if who in ("dashboard", "nobody", "admin"):
        return "refused"
    return "withheld" if reads(who, record, "id") else "not there"


if __name__ == "__main__":
    sys.stdout.write(page())
