"""Published tables as claims: two that cannot hold are stored, the clash named, and never booked (R9).

Figures: palestine-datasets, update of 20 July 2025 (list up to 15 July); Syrian Network for Human Rights,
statement on November 2012 as the Damascus Center for Human Rights Studies printed it; OHCHR update on
Ukraine of 16 July 2023.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.entries import assessed, code_of, entered, figure
from tests.worlds import World

MEN: dict[str, Any] = {"age_low": 18, "age_high": 64}
SENIOR: dict[str, Any] = {"age_low": 65}
ADULT: dict[str, Any] = {"age_low": 18}
CHILD: dict[str, Any] = {"age_low": 0, "age_high": 17}
IN_TOTAL: dict[str, Any] = {"relation": "included_in", "relation_to": "total"}
JULY_2025 = (
    figure("total", 55_380),
    figure("men", 27_590, sex="male", **MEN, **IN_TOTAL),
    figure("boys", 10_319, sex="male", **CHILD, **IN_TOTAL),
    figure("women", 10_020, sex="female", **MEN, **IN_TOTAL),
    figure("girls", 7_602, sex="female", **CHILD, **IN_TOTAL),
    figure("senior-men", 1_740, sex="male", **SENIOR, **IN_TOTAL),
    figure("senior-women", 1_109, sex="female", **SENIOR, **IN_TOTAL),
)
NOVEMBER_2012 = (
    figure("killed", 3_486),
    figure("names", 3_586),
    figure("children", 349, **CHILD, relation="included_in", relation_to="killed"),
    figure("women", 331, sex="female", **ADULT, relation="included_in", relation_to="killed"),
)
POLICIES = ("reported-range", "latest-by-origin")


def recorded(world: World, *figures: dict[str, Any], start: str, end: str) -> dict[str, Any]:
    return entered(world, *figures, day=start, end=end, kind="period_aggregate")


def clash_of(taken: dict[str, Any]) -> dict[str, Any]:
    (found,) = [one for one in taken["warnings"] if one["code"] == "clash"]
    result: dict[str, Any] = found
    return result


def refusal(world: World, taken: dict[str, Any], policy: str, **more: Any) -> Any:
    body = {"incident": taken["incident"]["id"], "policy": policy, **more}
    return world.post("assessments", body, "reviewer")


@pytest.mark.parametrize("policy", POLICIES)
def test_a_table_whose_rows_exceed_its_total_is_stored_and_refused_with_the_clash_named(
    world: World, policy: str
) -> None:
    taken = recorded(world, *JULY_2025, start="2023-10-07", end="2025-07-15")
    clash = clash_of(taken)
    assert clash["detail"] == "27,590 + 10,319 + 10,020 + 7,602 = 55,531 exceeds the 55,380 of 'total'."
    assert clash["figures"] == ["total", "men", "boys", "women", "girls"]  # none of these can be spared
    stored = world.get(f"claims/{taken['claim']['id']}").json()["figures"]
    assert [one["low"] for one in stored] == [55_380, 27_590, 10_319, 10_020, 7_602, 1_740, 1_109]
    answer = refusal(world, taken, policy)
    assert (answer.status_code, code_of(answer)) == (422, "incoherent-figures")
    for number in ("55380", "27590", "10319", "10020", "7602"):
        assert number in answer.json()["detail"]
    assert world.get("assessments").json()["data"] == []


@pytest.mark.parametrize("policy", POLICIES)
def test_a_statement_of_3486_killed_and_3586_names_is_stored_and_refused_with_the_clash_named(
    world: World, policy: str
) -> None:
    taken = recorded(world, *NOVEMBER_2012, start="2012-11-01", end="2012-11-30")
    clash = clash_of(taken)
    assert clash["detail"] == "3,586 exceeds the 3,486 of 'killed'."
    assert clash["figures"] == ["killed", "names"]
    stored = world.get(f"claims/{taken['claim']['id']}").json()["figures"]
    assert [one["low"] for one in stored] == [3_486, 3_586, 349, 331]
    answer = refusal(world, taken, policy)
    assert (answer.status_code, code_of(answer)) == (422, "incoherent-figures")
    assert "'killed' counts 3,486 and 'names' counts 3,586" in answer.json()["detail"]


def test_the_number_of_another_report_has_a_claim_of_its_own_and_is_disagreement(world: World) -> None:
    said, names, *parts = NOVEMBER_2012
    taken = recorded(world, said, *parts, start="2012-11-01", end="2012-11-30")
    entered(world, names, incident=taken["incident"]["id"], source="List of names")
    answer = refusal(world, taken, "reported-range")
    assert answer.status_code == 201
    total = answer.json()["booked"][0]
    assert (total["low"], total["high"]) == (3_486, 3_586)


def test_an_outcome_left_out_with_its_reason_books_nothing_of_the_clash(world: World) -> None:
    hurt = figure("hurt", 12, outcome="injured")
    taken = recorded(world, *NOVEMBER_2012, hurt, start="2012-11-01", end="2012-11-30")
    left_out = [{"outcome": "killed", "reason": "The statement counts them twice."}]
    answer = refusal(world, taken, "reported-range", leave_out=left_out)
    assert answer.status_code == 201
    assert {one["outcome"] for one in answer.json()["booked"]} == {"injured"}


def test_figures_said_in_addition_to_each_other_count_other_persons(world: World) -> None:
    more = figure("more", 4, relation="in_addition_to", relation_to="here")
    taken = entered(world, figure("here", 10), more)
    assert refusal(world, taken, "reported-range").status_code == 201


def test_the_six_cells_of_an_ohchr_update_come_back_as_published(world: World) -> None:
    unknown: dict[str, Any] = {"sex": "unknown"}
    six = (
        figure("men", 4_272, sex="male", **ADULT, **IN_TOTAL),
        figure("women", 2_558, sex="female", **ADULT, **IN_TOTAL),
        figure("boys", 282, sex="male", **CHILD, **IN_TOTAL),
        figure("girls", 226, sex="female", **CHILD, **IN_TOTAL),
        figure("children", 29, **unknown, **CHILD, **IN_TOTAL),
        figure("adults", 1_920, **unknown, **ADULT, **IN_TOTAL),
    )
    assessed(world, figure("total", 9_287), *six, day="2022-02-24", end="2023-07-16")
    asked = {"outcome": "killed", "by": "sex,age_group", "bands": "0-17,18+"}
    answer = world.get("statistics", **asked).json()
    assert {(one["sex"], one["age_group"]): (one["low"], one["high"]) for one in answer["data"]} == {
        ("male", "18+"): (4_272, 4_272),
        ("female", "18+"): (2_558, 2_558),
        ("male", "0-17"): (282, 282),
        ("female", "0-17"): (226, 226),
        ("unknown", "0-17"): (29, 29),
        ("unknown", "18+"): (1_920, 1_920),
    }
    assert (answer["total"]["low"], answer["total"]["high"]) == (9_287, 9_287)
