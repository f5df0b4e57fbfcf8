"""The spreadsheet template that an organisation fills in, as CSV or XLSX.

The bytes depend on the columns and vocabularies alone, so a template can be compared and cached. The
example rows are those of a published news text; the reader never takes them for records.
"""

from __future__ import annotations

import csv
import datetime as dt
import io

import xlsxwriter

from domain.vocab import VOCABULARIES
from exchange.sheet_columns import COLUMNS, EXAMPLE

_INCIDENT = {
    "incident": f"{EXAMPLE}-1",
    "incident_title": "Coordinated attacks in Balochistan",
    "incident_kind": "campaign",
    "date_from": "2026-01-30",
    "date_to": "2026-02-02",
    "date_mode": "within",
    "date_precision": "days",
    "date_basis": "outside_knowledge",
    "place": "Quetta",
    "country": "PK",
    "adm1": "PK2",
    "place_precision": "adm1",
    "source": "Associated Press",
    "source_kind": "agency",
    "report_title": "Officials report 33 dead",
    "report_published": "2026-02-02",
    "origin": "Pakistani officials",
    "origin_kind": "official",
    "origin_side": "Pakistan",
    "origin_basis": "inferred",
}
EXAMPLES: tuple[dict[str, str], ...] = (
    _INCIDENT
    | {
        "label": "all killed",
        "outcome": "killed",
        "number": "at least 33",
        "excerpt": "at least 33 people have been killed so far in the violence, including 18 civilians, "
        "five women, three children and 15 security personnel",
    },
    {
        "incident": f"{EXAMPLE}-1",
        "label": "civilians",
        "outcome": "killed",
        "status": "civilian",
        "number": "18",
        "relation": "included_in",
        "relation_to": "all killed",
    },
    {
        "incident": f"{EXAMPLE}-1",
        "outcome": "killed",
        "sex": "female",
        "age": "adult",
        "number": "5",
        "wording": "five women",
        "relation": "unclear",
        "relation_to": "civilians",
    },
    {
        "incident": f"{EXAMPLE}-1",
        "origin": "Chief Minister of Balochistan",
        "origin_kind": "official",
        "origin_side": "Pakistan",
        "outcome": "killed",
        "status": "direct_participant",
        "stated_as": "militants",
        "number": "145",
    },
)
"""Rows of the template, after cases of one news text: offices are named, persons are not."""

_MADE = dt.datetime(2026, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)  # fixed: the bytes are reproducible
_ROWS_WITH_CHOICES = 5000
_ADVICE = (
    "One row is one number that one source gave. Keep the source's own number and its words.",
    f"Delete the rows whose incident begins with {EXAMPLE}; they are never read.",
    "Codes and labels are both accepted (sheet Codes).",
    "A blank cell means that the source does not speak of it; unknown means that it is not known.",
    "Unknown is not zero: write 0 only where a source says that nobody was harmed.",
    "Women are female adults; children are persons under 18 of any sex.",
    "Do not write names of victims here; lists of persons have their own way in.",
)


def template_csv() -> bytes:
    """Give the template as CSV in UTF-8 with its mark, so that a spreadsheet program opens it as such."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, [column.name for column in COLUMNS], lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(EXAMPLES)
    return text.getvalue().encode("utf-8-sig")


def template_xlsx() -> bytes:
    """Give the template as a workbook: the sheets Data, How to fill and Codes.

    Code columns offer their codes to choose from and accept labels too; every other cell of the sheet
    Data is text, so that no program turns 10-12 into a day.
    """
    made = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(made, options)
    book.set_properties({"title": "Casualty records: one row a figure", "created": _MADE})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    as_text = book.add_format({"num_format": "@"})
    data, how, codes = (book.add_worksheet(name) for name in ("Data", "How to fill", "Codes"))

    ranges: dict[str, str] = {}
    codes.write_row(0, 0, ("vocabulary", "code", "label", "definition"), bold)
    line = 1
    for vocabulary in dict.fromkeys(column.vocabulary for column in COLUMNS if column.vocabulary):
        members = list(VOCABULARIES[vocabulary])
        for member in members:
            codes.write_row(line, 0, (vocabulary, member.value, member.label, member.definition), wrapped)
            line += 1
        ranges[vocabulary] = f"=Codes!$B${line - len(members) + 1}:$B${line}"
    codes.set_column(0, 2, 26)
    codes.set_column(3, 3, 90)
    codes.freeze_panes(1, 0)

    for number, column in enumerate(COLUMNS):
        data.set_column(number, number, max(12, len(column.name) + 2), as_text)
        data.write_string(0, number, column.name, bold)
        for row, example in enumerate(EXAMPLES, start=1):
            if column.name in example:
                data.write_string(row, number, example[column.name], as_text)
        if column.vocabulary is not None:
            choice = {"validate": "list", "source": ranges[column.vocabulary], "error_type": "information"}
            data.data_validation(1, number, _ROWS_WITH_CHOICES, number, choice)
    data.freeze_panes(1, 1)

    for row, advice in enumerate(_ADVICE):
        how.merge_range(row, 0, row, 3, advice, wrapped)
    start = len(_ADVICE) + 1
    how.write_row(start, 0, ("column", "about", "what to write", "vocabulary"), bold)
    for row, column in enumerate(COLUMNS, start=start + 1):
        how.write_row(
            row, 0, (column.name, column.about, column.description, column.vocabulary or ""), wrapped
        )
    how.set_column(0, 1, 20)
    how.set_column(2, 2, 100)
    how.set_column(3, 3, 20)
    data.activate()
    book.close()
    return made.getvalue()
