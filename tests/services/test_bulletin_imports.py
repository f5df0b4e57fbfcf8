"""Bulletins imported from a file: known again, revised, and reaching further with every release."""

from __future__ import annotations

import hashlib
import io
import json
from typing import Any

from exchange.readers.gaza_daily import read_gaza_daily
from services.bulletin_imports import GAZA_DAILY, import_bulletins
from services.import_runs import Run
from tests.worlds import World


def entry(day: str, killed: int, **more: Any) -> dict[str, Any]:
    return {"report_date": day, "report_source": "mohtel", "report_period": 24, "killed_cum": killed, **more}


FIRST = [entry("2023-10-07", 232), entry("2023-10-08", 370, killed_women_cum=41), entry("2023-10-09", 560)]


def imported(world: World, *entries: dict[str, Any], assess: str | None = None) -> Run:
    data = json.dumps(entries).encode()
    with world.database.writing() as connection:
        return import_bulletins(
            connection,
            world.actor(),
            GAZA_DAILY,
            read_gaza_daily(io.BytesIO(data)),
            file_name="daily.json",
            sha256=hashlib.sha256(data).hexdigest(),
            assess=assess,
        )


def points(world: World) -> list[dict[str, Any]]:
    (incident,) = world.get("incidents").json()["data"]
    (found,) = world.get(f"incidents/{incident['id']}/series", outcome="killed").json()["data"]
    result: list[dict[str, Any]] = found["points"]
    return result


def test_the_same_file_again_stores_nothing_and_a_later_one_only_what_is_new(world: World) -> None:
    assert len(imported(world, *FIRST).stored) == 3
    again = imported(world, *FIRST)
    assert (len(again.stored), len(again.known), again.incidents) == (0, 3, {})
    imported(world, *FIRST, entry("2023-10-10", 900))
    assert [point["reported"]["low"] for point in points(world)] == [232, 370, 560, 900]
    (incident,) = world.get("incidents").json()["data"]
    assert (incident["kind"], incident["occurred"]["end"]) == ("period_aggregate", "2023-10-10")
    assert len(world.get("sources").json()["data"]) == 1


def test_a_number_that_the_publisher_changed_is_another_claim_for_the_same_day(world: World) -> None:
    imported(world, *FIRST)
    imported(world, *FIRST[:2], entry("2023-10-09", 561))
    last = points(world)[-1]
    assert (last["reported"]["low"], len(last["others"])) == (561, 1)
    earlier = world.get(last["others"][0].removeprefix("/v1/")).json()
    assert earlier["figures"][0]["low"] == 560
    assert len(world.get("reports").json()["data"]) == 3


def test_figures_that_cannot_all_hold_are_stored_and_flagged(world: World) -> None:
    imported(world, *FIRST, entry("2023-10-10", 900, killed_women_cum=1_000))
    (incident,) = world.get("incidents").json()["data"]
    flags = world.get(f"incidents/{incident['id']}", include="claims,flags").json()["flags"]
    assert [one["code"] for one in flags] == ["clash"]
    assert "1,000" in flags[0]["detail"]


def test_an_assessment_is_proposed_for_the_whole_period(world: World) -> None:
    run = imported(world, *FIRST, assess="latest-by-origin")
    assert run.proposed == 1
    (assessment,) = world.get("assessments").json()["data"]
    totals = [one["high"] for one in assessment["booked"] if one["sex"] is None]
    assert totals == [560]
