"""Layouts of lists without records of a kind of their own: the log, the members, the gazetteer's units."""

from __future__ import annotations

from exchange.columns import Layout, code, day, instant, text, texts, truth, whole

LOG = Layout(
    "log",
    "Log",
    "An act: who did what to which record, chained to the act before.",
    (
        whole("seq", "Its place in the log, from 1.", required=True),
        whole("format", "Version of the entry's form.", required=True),
        instant("at", "When, in UTC; never runs backwards."),
        text("actor", "Who: member or service, with its id.", required=True),
        text("action", "What was done.", required=True),
        text("object", "Id of the record; empty where you may not read it."),
        whole("object_version", "The version that it made.", required=True),
        code("reason_code", "reason_code", "Why, where a reason is asked for."),
        text("commitment", "Salted commitment to the content, SHA-256.", required=True),
        text("previous", "Hash of the entry before.", required=True),
        text("hash", "Hash of this entry.", required=True),
    ),
    key=("seq",),
    notes=("Contents stay with the records; an entry commits to them.",),
)

MEMBERS = Layout(
    "members",
    "Members",
    "A member of the organisation.",
    (
        text("id", "Its id.", required=True),
        text("name", "Name.", required=True),
        texts("roles", "Roles."),
        truth("active", "Whether the member has access."),
    ),
    key=("id",),
)

UNITS = Layout(
    "units",
    "Units of the gazetteer",
    "An administrative unit in its newest version.",
    (
        text("pcode", "P-code.", hxl="#adm+code", required=True),
        text("country", "ISO 3166-1 alpha-2.", hxl="#country+code+iso2", required=True),
        whole("level", "1 or 2.", required=True),
        text("name", "Its name in the p-code list.", hxl="#adm+name", required=True),
        text("parent", "P-code of the unit above; empty at the first level.", hxl="#adm+code+parent"),
        day("valid_from", "First day from which the list gives the code.", required=True),
    ),
    key=("pcode",),
    notes=("The gazetteer is shared by all organisations; what is recorded in it stands in no one's log.",),
)
