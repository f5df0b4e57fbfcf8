"""Statistics: sums of facts, as known at any point of the log."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from db.engine import LONGEST_WRITE_S
from services.instants import SETTLED_AFTER_S, is_settled
from tests.entries import assessed, code_of, entered, figure, proposed
from tests.worlds import World


def table(world: World, **asked: Any) -> list[tuple[Any, ...]]:
    answer = world.get("statistics", **asked)
    assert answer.status_code == 200, answer.text
    names = asked.get("by", "").split(",") if asked.get("by") else []
    return [(*(one[name] for name in names), one["low"], one["high"]) for one in answer.json()["data"]]


def six_cells(world: World, **more: Any) -> str:
    """OHCHR's six exhaustive cells for Ukraine (domain notes, section 2.1), which add up to 9,287."""
    civilian: dict[str, Any] = {"status": "civilian"}
    adult: dict[str, Any] = {"age_low": 18}
    child: dict[str, Any] = {"age_low": 0, "age_high": 17}
    return assessed(
        world,
        figure("men", 4272, sex="male", **adult, **civilian),
        figure("women", 2558, sex="female", **adult, **civilian),
        figure("boys", 282, sex="male", **child, **civilian),
        figure("girls", 226, sex="female", **child, **civilian),
        figure("children", 29, sex="unknown", **child, **civilian),
        figure("adults", 1920, sex="unknown", **adult, **civilian),
        **more,
    )


def test_six_exhaustive_cells_give_the_published_table_and_total(world: World) -> None:
    six_cells(world)
    assert table(world, outcome="killed", by="sex,age_group") == [
        ("female", "0-17", 226, 226),
        ("female", "18+", 2558, 2558),
        ("male", "0-17", 282, 282),
        ("male", "18+", 4272, 4272),
        ("unknown", "0-17", 29, 29),
        ("unknown", "18+", 1920, 1920),
    ]
    assert table(world, outcome="killed") == [(9287, 9287)]
    assert table(world, outcome="killed", status="civilian", sex="female") == [(2784, 2784)]


def test_unknown_is_a_category_of_its_own(world: World) -> None:
    assessed(
        world, figure(low=10), figure("women", 4, sex="female", relation="included_in", relation_to="total")
    )
    assert table(world, outcome="killed", by="sex") == [("female", 4, 4), ("unknown", 6, 6)]
    assert table(world, outcome="killed", sex="unknown") == [(6, 6)]
    assert table(world, outcome="killed", by="adm1") == [("unknown", 10, 10)]


def test_an_age_that_fits_no_band_is_shown_at_the_coarsest_that_holds_it(world: World) -> None:
    assessed(world, figure("adults", 7, age_low=18))
    by_band = {"outcome": "killed", "by": "age_group"}
    assert table(world, **by_band) == [("18+", 7, 7)]
    assert table(world, **by_band, bands="0-17,18-64,65+") == [("18+", 7, 7)]
    assert table(world, **by_band, bands="0-29,30+") == [("unknown", 7, 7)]


def test_the_total_has_its_own_interval_beside_the_sum_of_its_parts(world: World) -> None:
    assessed(
        world,
        figure("total", 10, 15, comparator="between"),
        figure(
            "civilians",
            3,
            6,
            comparator="between",
            status="civilian",
            relation="included_in",
            relation_to="total",
        ),
    )
    answer = world.get("statistics", outcome="killed", by="status").json()
    assert [(one["status"], one["low"], one["high"]) for one in answer["data"]] == [
        ("civilian", 3, 6),
        ("unknown", 4, 12),
    ]
    total = answer["total"]
    assert (total["low"], total["high"]) == (10, 15)
    assert total["sum_of_cells"] == {"low": 7, "high": 18}
    assert "not additive" in answer["meta"]["note"]


def test_a_period_is_the_one_that_holds_the_whole_interval_else_it_spans(world: World) -> None:
    assessed(world, figure(low=2), day="2026-01-31")
    assessed(world, figure(low=3), day="2026-01-30", end="2026-02-02")
    assessed(world, figure(low=5), day="2025-12-30", end="2026-01-02")
    assert table(world, outcome="killed", by="month") == [("2026-01", 2, 2), ("spans", 8, 8)]
    assert table(world, outcome="killed", by="quarter") == [("2026-Q1", 5, 5), ("spans", 5, 5)]
    assert table(world, outcome="killed", by="year") == [("2026", 5, 5), ("spans", 5, 5)]


def test_days_asked_for_hold_the_whole_interval_and_the_straddling_are_counted(world: World) -> None:
    assessed(world, figure(low=2), day="2026-01-31")
    assessed(world, figure(low=3), day="2026-01-30", end="2026-02-02")
    assessed(world, figure(low=7), day="2026-03-01")
    asked = {"outcome": "killed", "from": "2026-01-01", "to": "2026-01-31"}
    answer = world.get("statistics", **asked).json()
    assert (answer["total"]["low"], answer["meta"]["straddling"]) == (2, 1)


def test_outcomes_are_never_added(world: World) -> None:
    assessed(world, figure(low=2), figure("injured", 5, outcome="injured"))
    answer = world.get("statistics", by="outcome").json()
    assert [(one["outcome"], one["low"]) for one in answer["data"]] == [("injured", 5), ("killed", 2)]
    assert answer["total"] is None
    without = world.get("statistics")
    assert (without.status_code, code_of(without)) == (400, "invalid-parameter")


def test_a_filter_holds_what_lies_below_its_code(world: World) -> None:
    assessed(world, figure("police", 4, status="police"), causes=["grenade"])
    assert table(world, outcome="killed", status="security_forces") == [(4, 4)]
    assert table(world, outcome="killed", cause="small_arms") == [(4, 4)]
    assert table(world, outcome="killed", by="cause") == [("grenade", 4, 4)]
    assert table(world, outcome="killed", cause="heavy_explosive") == []


def test_several_causes_meet_at_their_parent_and_several_parties_are_contested(world: World) -> None:
    for code in ("first-party", "second-party"):
        world.made("parties", {"code": code, "name": code})
    parties = [{"party": code, "responsibility": "suspected"} for code in ("first-party", "second-party")]
    assessed(world, figure(low=4), causes=["mortar", "artillery"], parties=parties)
    assessed(world, figure(low=1), causes=["mortar", "ied"], parties=parties[:1])
    assert table(world, outcome="killed", by="cause") == [
        ("heavy_explosive", 4, 4),
        ("undetermined", 1, 1),
    ]
    assert table(world, outcome="killed", by="party") == [("contested", 4, 4), ("first-party", 1, 1)]


def test_several_places_meet_at_the_deepest_unit_common_to_all(world: World) -> None:
    incident = entered(world, figure(low=4), place=("PK2", "PK226"))["incident"]["id"]
    world.made("places", {"incident": incident, "reported_name": "Kech", "adm1": "PK2", "adm2": "PK211"})
    world.approve(proposed(world, incident)["id"])
    assert table(world, outcome="killed", by="adm1,adm2") == [("PK2", "unknown", 4, 4)]
    assert table(world, outcome="killed", adm1="PK2") == [(4, 4)]
    assert table(world, outcome="killed", adm2="PK226") == []


def test_what_is_known_at_a_sequence_never_changes_again(world: World) -> None:
    six_cells(world)
    sequence = world.get("organisation").json()["log_sequence"]
    asked = {"outcome": "killed", "by": "sex,age_group,month", "known_at": sequence}
    first = world.get("statistics", **asked).content
    assessed(world, figure(low=99), day="2026-01-30")
    waiting = entered(world, figure(low=3))
    world.patch(f"incidents/{waiting['incident']['id']}", {"title": "Another"}, 1)
    assert world.get("statistics", **asked).content == first


def test_what_waits_is_counted_as_it_stood_at_the_sequence(world: World) -> None:
    entered(world, figure(low=3))
    sequence = world.get("organisation").json()["log_sequence"]
    entered(world, figure(low=4))
    then = world.get("statistics", outcome="killed", known_at=sequence).json()["meta"]
    now = world.get("statistics", outcome="killed").json()["meta"]
    assert (then["unassessed"], now["unassessed"]) == (1, 2)
    assert then["log_sequence"] == sequence


def test_a_point_of_time_that_could_still_change_is_refused(world: World) -> None:
    six_cells(world)
    for text in ("999999", "2099-01-01", "2099-01-01T00:00:00Z", "2026-01-01T00:00:00", "yesterday", "-1"):
        answer = world.get("statistics", outcome="killed", known_at=text)
        assert (answer.status_code, code_of(answer)) == (400, "invalid-parameter"), text
    answer = world.get("statistics", outcome="killed", known_at="2020-01-01").json()
    assert (answer["data"], answer["meta"]["log_sequence"]) == ([], 0)


def test_an_instant_names_the_last_entry_before_it(world: World) -> None:
    six_cells(world)
    entries = world.get("log", who="reviewer", limit=500).json()["data"]
    assessed(world, figure(low=99), day="2026-01-30")
    answer = world.get("statistics", outcome="killed", known_at=entries[-1]["at"]).json()
    assert answer["meta"]["log_sequence"] == entries[-1]["seq"]
    assert answer["total"]["low"] == 9287


def test_every_cell_of_every_breakdown_opens_to_incidents_that_add_up_to_it(world: World) -> None:
    six_cells(world, place=("PK2", "PK226"))
    assessed(world, figure(low=3), day="2026-01-30", end="2026-02-02")
    assessed(world, figure("police", 4, status="police"), day="2025-06-01", causes=["grenade"])
    # A code above another one of the same table: its cell does not open to what lies below it.
    assessed(world, figure("forces", 9, status="security_forces"), day="2025-06-01", causes=["small_arms"])
    for by in (*ONE_EACH, "sex,age_group", "status,month"):
        for cell in world.get("statistics", outcome="killed", by=by).json()["data"]:
            opened = world.client.get(cell["links"]["incidents"], headers=world.headers()).json()
            inside = opened["data"]
            assert sum(one["low"] for one in inside) == cell["low"], (by, cell)
            assert sum(one["high"] for one in inside) == cell["high"], (by, cell)
            assert len({one["incident"] for one in inside}) == cell["incidents"], (by, cell)
            assert (opened["total"]["low"], opened["total"]["high"]) == (cell["low"], cell["high"])


ONE_EACH = ("month", "quarter", "year", "adm1", "adm2", "status", "cause", "party", "verification")


def test_a_day_is_settled_when_no_writer_can_stamp_into_it_any_more() -> None:
    end = datetime(2026, 2, 2, 23, 59, 59, 999999, tzinfo=UTC)
    before, after = "2026-02-02T23:59:30.000000Z", "2026-02-03T00:00:01.000000Z"
    soon, later = end + timedelta(minutes=5), end + timedelta(seconds=SETTLED_AFTER_S)
    assert not is_settled(end, before, soon)
    assert is_settled(end, after, soon)
    assert is_settled(end, before, later)
    assert LONGEST_WRITE_S < SETTLED_AFTER_S


def test_a_day_of_the_first_thousand_years_is_before_every_entry(world: World) -> None:
    six_cells(world)
    answer = world.get("statistics", outcome="killed", known_at="0999-12-31").json()
    assert (answer["data"], answer["meta"]["log_sequence"]) == ([], 0)


def test_sums_over_every_grain_count_each_person_once(world: World) -> None:
    six_cells(world)
    assessed(world, figure(low=12), figure("women", 5, sex="female", age_low=18))
    for by in (
        "status",
        "sex",
        "age_group",
        "sex,age_group",
        "status,sex,age_group",
        "month",
        "verification",
    ):
        assert sum(row[-1] for row in table(world, outcome="killed", by=by)) == 9287 + 12, by


def test_a_repeated_question_is_answered_from_what_is_kept_until_a_fact_moves(world: World) -> None:
    six_cells(world)
    asked = {"outcome": "killed", "by": "sex"}
    first = world.get("statistics", **asked).json()
    entered(world, figure(low=3))
    second = world.get("statistics", **asked).json()
    assert second["data"] == first["data"]
    assert second["meta"]["unassessed"] == first["meta"]["unassessed"] + 1
    assessed(world, figure("women", 1, sex="female"))
    third = world.get("statistics", **asked).json()
    assert third["data"] != first["data"]


def test_an_answer_that_is_still_true_is_not_sent_twice(world: World) -> None:
    six_cells(world)
    address = "/v1/statistics?outcome=killed&by=sex"
    tag = world.client.get(address, headers=world.headers()).headers["etag"]
    again = world.client.get(address, headers=world.headers(If_None_Match=tag))
    assert (again.status_code, again.content) == (304, b"")
