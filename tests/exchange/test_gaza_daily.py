"""Daily bulletins: what a source reported is a claim, what the publisher worked out never is.

The numbers of 23 August 2025 are those of the bulletin that users read as 359 deaths on one day
(palestine-datasets, issue 522).
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from domain.errors import Invalid
from exchange.drafts import ClaimRow, RowFinding, separated
from exchange.readers.gaza_daily import read_gaza_daily


def entry(day: str, source: str = "mohtel", period: int = 24, **numbers: int) -> dict[str, Any]:
    return {"report_date": day, "report_source": source, "report_period": period, **numbers}


def read(*entries: Any) -> tuple[list[ClaimRow], list[RowFinding]]:
    return separated(read_gaza_daily(json.dumps(entries, indent=1).encode()))


def said(claim: ClaimRow) -> list[tuple[str, str, int | None, str | None]]:
    return [(one.key, one.outcome, one.low, one.relation_to) for one in claim.figures]


def codes(findings: list[RowFinding]) -> list[tuple[str, str | None]]:
    return [(finding.code, finding.loses) for finding in findings]


FIRST = entry(
    "2023-10-07", killed=232, killed_cum=232, injured_cum=1610, med_killed_cum=6, press_killed_cum=1
)


def test_a_bulletin_is_a_claim_of_running_totals_since_the_first_day() -> None:
    (one,), findings = read(FIRST)
    assert findings == []
    assert (one.as_of, one.counts_from) == ("2023-10-07", "2023-10-07")
    assert one.report.kind == "bulletin"
    assert one.origin.name == "Ministry of Health, Gaza"
    assert said(one) == [
        ("killed", "killed", 232, None),
        ("health-workers", "killed", 6, "killed"),
        ("journalists", "killed", 1, "killed"),
        ("injured", "injured", 1610, None),
    ]
    assert [one.group for one in one.figures] == [None, "health_worker", "journalist", None]


def test_women_and_children_are_included_in_the_killed_and_stand_alone_without_them() -> None:
    numbers: dict[str, Any] = {"killed_children_cum": 8_000, "killed_women_cum": 6_200}
    (whole, parts), _ = read(
        entry("2023-12-19", killed_cum=19_667, **numbers), entry("2023-12-20", **numbers)
    )
    assert said(whole)[1:] == [("children", "killed", 8_000, "killed"), ("women", "killed", 6_200, "killed")]
    assert said(parts) == [("children", "killed", 8_000, None), ("women", "killed", 6_200, None)]
    children, women = parts.figures
    assert (children.age_low, children.age_high, children.sex) == (0, 17, None)
    assert (women.age_low, women.age_high, women.sex) == (18, None, "female")


def test_what_the_publisher_extrapolated_is_a_note_and_never_a_figure() -> None:
    extrapolated = {"ext_killed_cum": 232, "ext_killed_children_cum": 91}
    (one,), _ = read(FIRST | extrapolated)
    assert all(figure.low != 91 for figure in one.figures)
    assert one.note == "Extrapolated by the publisher, not reported: 91 children killed."
    (other,), _ = read(FIRST | extrapolated | {"ext_killed_children_cum": 92})
    assert one.key == other.key  # another extrapolation is not another claim


def test_a_day_without_a_report_or_with_the_one_before_makes_no_claim_and_is_said() -> None:
    claims, findings = read(
        FIRST,
        entry("2023-10-08", "missing", killed_cum=370),
        entry("2023-10-09", period=0, killed_cum=370),
        entry("2023-10-10", "unheard", killed_cum=400),
        entry("2023-10-11", civdef_killed_cum=35),
    )
    assert len(claims) == 1
    assert codes(findings) == [
        ("no-bulletin", "row"),
        ("no-new-bulletin", "row"),
        ("unknown-code", "row"),
        ("no-figure", "row"),
    ]


def test_late_recognition_is_a_spike_only_because_the_source_says_so() -> None:
    numbers: dict[str, Any] = {"killed_truce_new": 61, "killed_committee": 298}
    (_, one), findings = read(
        entry("2025-08-22", killed_cum=62_263), entry("2025-08-23", killed=359, killed_cum=62_622, **numbers)
    )
    assert codes(findings) == [("spike", None)]
    assert one.caveat is not None
    assert "298 recognised by a judicial committee" in one.caveat
    assert "61 newly killed" in one.caveat
    _, findings = read(
        entry("2025-08-22", killed_cum=62_263), entry("2025-08-23", killed=359, killed_cum=62_622)
    )
    assert findings == []  # a large rise alone says nothing


def test_a_day_that_is_not_what_the_total_rose_by_is_a_finding_and_the_totals_stay() -> None:
    claims, findings = read(
        entry("2023-12-04", killed_cum=15_899), entry("2023-12-05", "gmotel", killed=725, killed_cum=16_248)
    )
    assert [(one.column, one.code, one.loses) for one in findings] == [("killed", "daily-disagrees", None)]
    assert [claim.figures[0].low for claim in claims] == [15_899, 16_248]
    assert claims[1].origin.name == "Government Media Office, Gaza"


def test_what_the_vocabulary_has_no_cell_for_is_kept_in_words() -> None:
    (one,), _ = read(FIRST | {"famine_cum": 104, "aid_seeker_killed_cum": 1_021})
    assert one.note is not None
    assert "104 dead of starvation, 1,021 killed when seeking aid" in one.note


def test_a_changed_number_is_another_claim_in_the_same_report() -> None:
    (one,), (other,) = read(FIRST)[0], read(FIRST | {"killed_cum": 233})[0]
    assert one.key != other.key
    assert one.report == other.report


@pytest.mark.parametrize(
    ("change", "code", "column"),
    [
        ({"report_date": "2023-10-7"}, "invalid-date", "report_date"),
        ({"report_date": "2023-10-06"}, "invalid-date", "report_date"),
        ({"report_date": None}, "blank-field", "report_date"),
        ({"report_date": "2023-10-07"}, "repeated-day", "report_date"),
        ({"killed_cum": -5}, "unreadable-number", "killed_cum"),
        ({"killed_cum": {"a": 1}}, "unreadable-number", "killed_cum"),
    ],
)
def test_an_entry_that_cannot_be_read_is_a_finding_and_the_others_are_read(
    change: dict[str, Any], code: str, column: str
) -> None:
    claims, findings = read(FIRST, entry("2023-10-08", killed_cum=370) | change)
    assert len(claims) == 1
    assert [(one.code, one.column, one.loses) for one in findings] == [(code, column, "row")]


def test_entries_are_counted_also_where_the_file_is_one_line() -> None:
    rows = json.dumps([FIRST, "x", entry("2023-10-08", "missing")]).encode()
    (claim,), findings = separated(read_gaza_daily(rows))
    assert (claim.line, [finding.line for finding in findings]) == (1, [2, 3])


def test_a_null_is_not_reported_and_not_zero() -> None:
    (one,), _ = read(FIRST | {"press_killed_cum": None})
    assert "journalists" not in [figure.key for figure in one.figures]


def test_fields_that_are_not_known_are_counted_and_not_named() -> None:
    _, (finding,) = read(FIRST | {"verified": {"killed": 5}, "new": 1})
    assert (finding.code, finding.line, finding.loses) == ("unknown-column", 0, None)
    assert "2 fields" in finding.detail


@pytest.mark.parametrize("content", [b"{}", b"id,name\n1,a\n", b"[]", b'[{"name": "x"}]'])
def test_another_file_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid):
        list(read_gaza_daily(content))
