"""What changed between two releases, and the incidents and reason codes behind it."""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Iterator
from typing import Any

import pytest

from db.queries import log_heads
from domain import publications
from domain.publications import ReleaseDraft
from services import assessments, incidents_behind, release_files, releases, standard_tables, worked_example
from services.findings import Proposal
from services.records import Reason
from services.standard_tables import Produced
from tests.entries import assessed, code_of, entered, figure, proposed
from tests.published import BACKENDS, released_now, shared_world
from tests.worlds import World


def diff(world: World, before: int | str = 1, after: int | str = 2, **asked: Any) -> dict[str, Any]:
    answer = world.get(f"releases/{before}/diff/{after}", **asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_the_worked_examples_diff_names_the_incident_and_the_reason(world: World) -> None:
    with world.database.writing() as connection:
        actor = world.actor("recorder")
        example = worked_example.record(connection, actor)
        first = worked_example.propose_finding(connection, actor, example)
        assessments.approve(connection, world.actor("second"), first)
    released_now(world, "2026-02-28")
    with world.database.writing() as connection:
        again = Proposal(
            incident=example.campaign,
            policy="latest-by-origin",
            set_aside=((example.claim_a1, "The group took its statement back."),),
            rationale="Without the group's statement.",
            reason=Reason("source_retracted", "The group took its statement back."),
        )
        second = assessments.propose(connection, world.actor("recorder"), again).stored.id
        assessments.approve(connection, world.actor("second"), second)
    released_now(world, "2026-03-31")
    found = diff(world)
    assert not found["same"]
    assert [(one["what"], one["before"], one["after"]) for one in found["differences"]] == [
        ("quarter", "mrm-quarterly 2025-10-01/2025-12-31", "mrm-quarterly 2026-01-01/2026-03-31")
    ]
    code = world.get(f"incidents/{example.campaign}").json()["code"]
    (incident,) = found["incidents"]
    assert (incident["incident"], incident["incident_code"]) == (example.campaign, code)
    (act,) = incident["acts"]
    assert (act["action"], act["reason"], act["assessment"]) == (
        "assessment.approve",
        "source_retracted",
        second,
    )
    assert act["note"] == "The group took its statement back."
    # The fighters that their own side admitted: seven, four of them women (record.md section 7).
    monthly = {
        (cell["key"]["sex"], cell["key"]["status"]): (cell["change"], cell["values"]["low"])
        for table in found["tables"]
        for cell in table["cells"]
        if (table["name"], cell["key"].get("level")) == ("monthly", "cell")
    }
    assert monthly == {
        ("female", "direct_participant"): ("removed", {"before": 4, "after": None}),
        ("unknown", "direct_participant"): ("removed", {"before": 3, "after": None}),
    }
    for table in found["tables"]:
        assert table["cells"], table["name"]
        for cell in table["cells"]:
            assert (cell["reasons"], cell["explained"]) == (["source_retracted"], True), cell
            assert [one["incident_code"] for one in cell["incidents"]] == [code]


@pytest.fixture(scope="module", params=BACKENDS)
def two(request: pytest.FixtureRequest) -> Iterator[World]:
    """Two releases: between them one incident rises, one is a duplicate, one is new, one a part."""
    for world in shared_world(request):
        _two_releases(world)
        yield world


def _two_releases(world: World) -> None:
    rising = assessed(world, figure(low=3), place=("PK2", "PK226"))
    twice = assessed(world, figure(low=4), day="2026-02-03")
    assessed(world, figure(low=5), day="2026-03-03")
    campaign = assessed(world, figure(low=33), day="2025-05-30", end="2025-06-02", kind="campaign")
    site = entered(world, figure(low=5), day="2025-05-30", kind="site", parent=campaign)["incident"]["id"]
    released_now(world, "2026-03-31", title="The same title")
    assert world.approve(proposed(world, site)["id"]).status_code == 200
    entered(world, figure(low=5), incident=rising, source="Second hospital")
    assert world.approve(proposed(world, rising, reason={"code": "new_information"})["id"]).status_code == 200
    gone = proposed(world, twice, occurrence="rejected", reason={"code": "duplicate_removed"})
    assert world.approve(gone["id"]).status_code == 200
    assessed(world, figure(low=7), day="2026-04-03")
    released_now(world, "2026-04-30", title="The same title")


def test_every_cell_that_differs_is_told_with_both_values_and_who_is_behind_it(two: World) -> None:
    (table,) = diff(two, table="monthly")["tables"]
    told = {
        cell["key"]["month"]: (
            cell["change"],
            cell["values"].get("low"),
            cell["values"]["high"],
            cell["reasons"],
            cell["explained"],
        )
        for cell in table["cells"]
        if cell["key"]["level"] == "month"
    }
    assert told == {
        "2025-05": (
            "added",
            {"before": None, "after": 5},
            {"before": None, "after": 5},
            ["first_assessment"],
            True,
        ),
        # What is left of the campaign when its site counts for itself (R7).
        "spans": (
            "changed",
            {"before": 33, "after": 28},
            {"before": 33, "after": 28},
            ["first_assessment"],
            True,
        ),
        "2026-01": ("changed", None, {"before": 3, "after": 5}, ["new_information"], True),
        "2026-02": (
            "removed",
            {"before": 4, "after": None},
            {"before": 4, "after": None},
            ["duplicate_removed"],
            True,
        ),
        "2026-04": (
            "added",
            {"before": None, "after": 7},
            {"before": None, "after": 7},
            ["first_assessment"],
            True,
        ),
    }
    (behind,) = next(one for one in table["cells"] if one["key"]["month"] == "2026-01")["incidents"]
    assert (behind["before"], behind["after"]) == (
        {"low": 3, "high": 3, "open": False},
        {"low": 3, "high": 5, "open": False},
    )
    (spans,) = next(one for one in table["cells"] if one["key"]["month"] == "spans")["incidents"]
    moved = {one["incident"]: one["acts"] for one in diff(two)["incidents"]}[spans["incident"]]
    assert [act["by_another_record"]["incident_code"] for act in moved] != [spans["incident_code"]]
    every = [cell for table in diff(two)["tables"] for cell in table["cells"]]
    assert len(every) > 20
    assert [cell for cell in every if not cell["explained"] or not cell["reasons"]] == []


def test_the_way_back_tells_the_same_the_other_way_round(two: World) -> None:
    there, back = diff(two), diff(two, 2, 1)
    turned = {"added": "removed", "removed": "added", "changed": "changed"}
    for table, other in zip(there["tables"], back["tables"], strict=True):
        for cell, mirrored in zip(table["cells"], other["cells"], strict=True):
            assert mirrored["change"] == turned[cell["change"]]
            assert mirrored["reasons"] == cell["reasons"]
            assert mirrored["explained"]
            for name, value in cell["values"].items():
                assert mirrored["values"][name] == {"before": value["after"], "after": value["before"]}


def test_two_equal_releases_have_an_empty_diff(two: World) -> None:
    found = diff(two, 2, 2)
    assert (found["same"], found["differences"], found["incidents"]) == (True, [], [])
    assert [table["cells"] for table in found["tables"]] == [[]] * len(found["tables"])
    rows = two.get("releases/2/diff/2", format="csv").text.splitlines()
    assert len(rows) == 1


def test_a_diff_leaves_as_a_table_of_the_values_that_changed(two: World) -> None:
    answer = two.get("releases/1/diff/2", format="csv", table="monthly")
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert answer.headers["civharm-rows"] == str(len(rows))
    (high,) = [
        row
        for row in rows
        if row["key"].startswith("level=month; outcome=killed; month=2026-01;") and row["column"] == "high"
    ]
    assert (high["before"], high["after"], high["reasons"]) == ("3", "5", "new_information")
    assert high["change"] == "changed"
    assert high["explained"] == "true"
    assert high["incidents"].startswith("PK-2026-")
    whole = two.client.get("/v1/releases/1/diff/2", headers=two.headers())
    same = two.headers(If_None_Match=whole.headers["etag"])
    assert two.client.get("/v1/releases/1/diff/2", headers=same).status_code == 304


def test_a_cell_that_many_incidents_move_names_those_that_move_it_most_and_says_how_many_there_are(
    two: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def total() -> dict[str, Any]:
        cells: list[dict[str, Any]] = diff(two, table="monthly")["tables"][0]["cells"]
        return next(one for one in cells if one["key"]["level"] == "total")

    whole = total()
    assert whole["behind"] == len(whole["incidents"]) == 5
    monkeypatch.setattr(incidents_behind, "MOST_NAMED", 2)
    short = total()
    assert (short["behind"], short["incidents"]) == (5, whole["incidents"][:2])
    assert (short["reasons"], short["explained"]) == (whole["reasons"], True)
    moves = [
        abs((one["after"] or {"high": 0})["high"] - (one["before"] or {"high": 0})["high"])
        for one in whole["incidents"]
    ]
    assert moves == sorted(moves, reverse=True) == [7, 5, 5, 4, 2]


def test_what_cannot_be_compared_is_refused(two: World) -> None:
    assert two.get("releases/1/diff/9").status_code == 404
    assert two.get("releases/none/diff/1").status_code == 404
    table = two.get("releases/1/diff/2", table="moons")
    assert (table.status_code, code_of(table)) == (400, "invalid-parameter")
    assert "monthly" in table.json()["detail"]
    assert two.get("releases/1/diff/2", "admin").status_code == 403


def test_what_else_differs_than_the_record_is_said_first(two: World, monkeypatch: pytest.MonkeyPatch) -> None:
    two.made("organisation/policy", {"policy": "two-independent"}, "reviewer")
    # Software of another day: other methodology, other words for the codes, another table.
    kept = standard_tables.produce

    def produce(connection: Any, actor: Any, name: str, asked: Any) -> Produced:
        made = kept(connection, actor, name, asked)
        columns = made.layout.columns[:-2]
        layout = dataclasses.replace(made.layout, columns=columns, version=made.layout.version + 1)
        return dataclasses.replace(made, layout=layout, rows=tuple(row[:-2] for row in made.rows))

    monkeypatch.setattr(release_files, "METHODOLOGY_VERSION", "9.0")
    monkeypatch.setattr(publications, "CODELISTS", ("outcome",))
    monkeypatch.setattr(standard_tables, "produce", produce)
    third = released_now(two, "2026-05-31", start="2026-01-01", end="2026-03-31")["number"]
    answer = two.get(f"releases/2/diff/{third}")
    found = answer.json()
    said = {one["what"]: (one["before"], one["after"]) for one in found["differences"]}
    assert said["methodology_version"] == ("2.0", "9.0")
    assert said["period"] == ("../..", "2026-01-01/2026-03-31")
    assert said["policy"] == (None, "two-independent 1")
    assert said["layout"] == ("events 1, layout 1", "events 1, layout 2")
    assert "codelist_version" in said
    (table,) = diff(two, 2, third, table="monthly")["tables"]
    assert table["columns_removed"] == ["inconclusive_high", "inconclusive_open"]
    # April is not covered any more: no act, and the cell is gone.
    (april,) = [
        cell for cell in table["cells"] if cell["key"]["month"] == "2026-04" and cell["key"]["sex"] is None
    ]
    assert (april["change"], april["reasons"], april["explained"]) == ("removed", [], True)
    # A withdrawal changes the tag: it is said from then on.
    withdrawn = {"reason": {"code": "error_fixed", "note": "Counted twice."}}
    assert two.post(f"releases/{third}/withdraw", withdrawn, "second").status_code == 200
    same = two.headers(If_None_Match=answer.headers["etag"])
    again = two.client.get(f"/v1/releases/2/diff/{third}", headers=same)
    (said_now,) = [one for one in again.json()["differences"] if one["what"] == "withdrawn"]
    assert (said_now["before"], said_now["after"]) == (None, "Counted twice.")


def test_a_proposal_is_compared_with_the_last_release_before_it_is_approved(two: World) -> None:
    assessed(two, figure(low=2), day="2026-05-03")
    with two.database.writing() as connection:
        seq = log_heads.head(connection, two.organisation).seq
        actor = two.actor("recorder")
        prepared = releases.prepare_at(connection, actor, ReleaseDraft("2026-05-31"), seq)
        id = releases.propose(connection, actor, prepared).stored.id
    found = diff(two, 2, id, table="monthly")
    assert found["after"]["state"] == "proposed"
    (cell,) = [one for one in found["tables"][0]["cells"] if one["key"]["level"] == "month"]
    assert (cell["change"], cell["key"]["month"]) == ("added", "2026-05")


def test_who_moves_between_columns_of_a_row_is_named_although_the_total_stays(world: World) -> None:
    adult: dict[str, Any] = {"age_low": 18, "relation": "included_in", "relation_to": "total"}
    moved = assessed(
        world,
        figure("total", 6),
        figure("women", 4, sex="female", **adult),
        figure("men", 2, sex="male", **adult),
    )
    released_now(world, "2026-02-28")
    assessed(world, figure("women", 7, sex="female", age_low=18))
    claim = world.get("claims", incident=moved).json()["data"][0]
    said = [{**one, "low": low, "high": low} for one, low in zip(claim["figures"], (6, 5, 1), strict=True)]
    changed = world.patch(f"claims/{claim['id']}", {"figures": said}, claim["version"])
    assert changed.status_code == 200, changed.text
    again = proposed(world, moved, reason={"code": "reclassification", "note": "One was a woman."})
    assert world.approve(again["id"]).status_code == 200
    released_now(world, "2026-03-31")
    found = diff(world)
    (ohchr,) = [one for one in found["tables"] if one["name"] == "ohchr"]
    row = next(one for one in ohchr["cells"] if one["key"]["section"] == "month")
    assert row["values"]["men_low"] == {"before": 2, "after": 1}
    assert row["values"]["women_low"] == {"before": 4, "after": 12}
    reasons = {one["incident"]: one["reasons"] for one in row["incidents"]}
    assert reasons[moved] == ["reclassification"]
    assert len(reasons) == 2
    assert row["explained"] is True
