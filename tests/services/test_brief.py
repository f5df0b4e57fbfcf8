"""The monthly brief: each of its numbers is one of the statistics' answers, at one point of the log."""

from __future__ import annotations

import io
from typing import Any

import pytest

from db.queries import gazetteer, log_heads
from domain.brief import Brief, Numbers
from domain.errors import Malformed
from domain.gazetteer import Spot, Unit
from exchange.writers.brief.blocks import Figure
from exchange.writers.brief.contents import pages_of
from services import brief as service
from services.brief_rows import GROUPS
from tests.entries import assessed, entered, figure, proposed
from tests.worlds import World

MONTH = {"from": "2026-01-01", "to": "2026-01-31"}
VERIFIED: dict[str, Any] = {
    "occurrence": "verified",
    "harm": "verified",
    "standard_of_proof": "reasonable grounds to believe",
}


def gathered(world: World, month: str = "2026-01", **more: Any) -> Brief:
    with world.database.reading() as connection:
        return service.gather(connection, world.actor("viewer"), month, **more)


def head(world: World) -> int:
    with world.database.reading() as connection:
        return log_heads.head(connection, world.organisation).seq


def written(brief: Brief) -> bytes:
    file = io.BytesIO()
    service.write(brief, "html", file)
    return file.getvalue()


def said(cell: dict[str, Any]) -> tuple[Any, ...]:
    """Give an answer's cell as the brief holds it."""
    states = cell.get("verification") or {}
    return (
        cell["low"],
        cell["high"],
        bool(cell["open"]),
        {state: (part["low"], part["high"], bool(part["open"])) for state, part in states.items()},
    )


def held(found: Numbers) -> tuple[Any, ...]:
    whole = found.together
    return (
        whole.low,
        whole.high,
        whole.open,
        {state: (part.low, part.high, part.open) for state, part in found.states},
    )


def fill(world: World) -> None:
    """Record an invented month: two units, verified and pending, contested, across its edge, and waiting."""
    part: dict[str, Any] = {"relation": "included_in", "relation_to": "total"}
    assessed(
        world,
        figure("total", 10, 14, comparator="between"),
        figure("women", 3, sex="female", age_low=18, **part),
        day="2026-01-05",
        place=("XA01", "XA0101"),
    )
    assessed(
        world,
        figure("total", 7),
        figure("children", 2, age_low=0, age_high=17, **part),
        day="2026-01-09",
        place=("XA02", "XA0201"),
        cells=[{"outcome": "killed", "how_many": "verified", "verified_on": "2026-01-20"}],
        **VERIFIED,
    )
    assessed(world, figure("total", 5, comparator="at_least", open=True), day="2026-01-12")
    assessed(world, figure("total", 4, 30, comparator="between"), day="2026-01-13", occurrence="contested")
    assessed(world, figure("total", 9), day="2026-01-30", end="2026-02-02")
    assessed(world, figure("total", 6), day="2025-11-02", place=("XA01", "XA0101"))
    assessed(world, figure("total", 8), day="2025-10-30", end="2025-11-02")
    entered(world, figure("total", 3), day="2026-01-15")


def test_every_number_is_the_answer_of_the_statistics(world: World) -> None:
    fill(world)
    brief = gathered(world)
    [part] = brief.parts
    seq = brief.known.seq
    assert seq == head(world)

    def answer(**more: Any) -> dict[str, Any]:
        found: dict[str, Any] = world.get("statistics", outcome="killed", known_at=seq, **more).json()
        return found

    month = answer(**MONTH)
    assert held(part.headline) == said(month["total"])
    assert (part.headline.together.low, part.headline.together.high) == (22, 26)
    assert part.headline.said("contested") == "4\u201330"
    assert (part.left.unassessed, part.left.straddling) == (1, 1)
    assert part.left.straddling == month["meta"]["straddling"]
    crossing = [(state, counted.low, counted.incidents) for state, counted in part.left.crossing]
    assert crossing == [("pending", 9, 1)]
    assert "in no number of the month: 1 incident (pending 9)." in written(brief).decode()
    for by, rows, told in (("adm1", part.places, "adm1"), ("cause", part.causes, "cause")):
        cells = {cell[told]: said(cell) for cell in answer(by=by, **MONTH)["data"]}
        assert {line.code: held(line.numbers) for line in rows.lines} == cells
        assert held(rows.total) == said(month["total"])
    groups = {
        (cell["sex"], cell["age_group"]): said(cell) for cell in answer(by="sex,age_group", **MONTH)["data"]
    }
    shown = {tuple(line.code.split("/")): held(line.numbers) for line in part.groups.lines}
    assert {keys: numbers for keys, numbers in shown.items() if numbers[3]} == groups
    assert len(shown) == len(GROUPS)
    whole = part.groups.sum.together
    assert (whole.low, whole.high) == (month["total"]["low"], month["total"]["high"])
    trend = {
        cell["month"]: said(cell)
        for cell in answer(by="month", to="2026-01-31", **{"from": "2025-02-01"})["data"]
    }
    assert {one.month: held(one.numbers) for one in part.months if one.numbers.states} == {
        month: numbers for month, numbers in trend.items() if month != "spans"
    }
    assert held(part.spans) == trend["spans"]
    for _, address in part.addresses:
        assert world.client.get(address, headers=world.headers("viewer")).status_code == 200


def test_a_place_that_is_not_known_is_a_row_even_when_nobody_is_in_it(world: World) -> None:
    assessed(world, figure(low=2), day="2026-01-05", place=("XA01", "XA0101"))
    lines = gathered(world).parts[0].places.lines
    assert [(line.code, line.numbers.together.low) for line in lines] == [("XA01", 2), ("unknown", None)]
    assert gathered(world).missing == ("XA01",)


def test_a_month_without_a_number_is_not_known_and_one_that_waits_is_provisional(world: World) -> None:
    entered(world, figure(low=3), day="2025-12-15")
    brief = gathered(world)
    [part] = brief.parts
    assert str(part.headline.together) == "not known"
    assert [one.month for one in part.months if one.provisional] == ["2025-12"]
    assert brief.since is None
    running = gathered(world, brief.known.day[:7])
    assert running.parts[0].months[-1].provisional
    assert b"No month from February 2025 to January 2026 has a number: not known" in written(brief)


def test_what_moved_since_last_time_is_told_with_its_reason(world: World) -> None:
    earlier = assessed(world, figure(low=10), day="2025-11-03")
    assessed(world, figure(low=4), day="2026-01-03")
    point = head(world)
    entered(world, figure(low=12), incident=earlier, source="Second hospital")
    world.approve(proposed(world, earlier, reason={"code": "late_verification"})["id"])
    assessed(world, figure(low=7), day="2026-01-20")
    assessed(world, figure(low=1), day="2025-12-24")
    brief = gathered(world, since=str(point))
    assert brief.since is not None
    assert brief.since.seq == point
    [part] = brief.parts
    month, before = part.compared
    assert (str(month.before.together), str(month.after.together)) == ("4", "11")
    assert [(one.label, one.low, one.incidents) for one in month.reasons] == [("First assessment", 7, 1)]
    assert (str(before.before.together), str(before.after.together)) == ("10", "11\u201313")
    assert {one.label for one in before.reasons} == {"First assessment", "Late verification"}
    revised, late = part.moved
    assert (revised.period, revised.reasons) == ("2025-11", ("Late verification",))
    assert revised.before is not None
    assert revised.after is not None
    assert str(revised.before.together) == "10"
    assert str(revised.after.together) == "10\u201312"
    assert (late.before, late.period, late.reasons) == (None, "2025-12", ("First assessment",))
    page = written(brief).decode()
    assert revised.code in page
    assert "Late verification: low unchanged, high +2 (1 incident)" in page
    for _, address in part.addresses[-2:]:
        listed = world.client.get(address, headers=world.headers("viewer")).json()
        assert len(listed["data"]) == 1 + (address.count("from=") == 0)


def test_a_brief_of_a_past_point_gives_the_same_bytes_whatever_is_recorded_later(world: World) -> None:
    assessed(world, figure(low=5), day="2026-01-05", place=("XA01", "XA0101"))
    first = gathered(world)
    page = written(first)
    incident = assessed(world, figure(low=50), day="2026-01-19", place=("XA02", "XA0201"))
    assert written(gathered(world)) != page
    again = gathered(world, known_at=str(first.known.seq))
    assert again == first
    assert written(again) == page
    assert incident not in page.decode()
    assert service.tag_of(again, "pdf") == service.tag_of(first, "pdf") != service.tag_of(first, "html")


NAMED = {"XA01": "One", "XA02": "Two"}
TOWNS = (("a", 30.0, "XA01", 900), ("b", 31.0, "XA01", 5_000), ("c", 32.0, "XA02", 10), ("d", 33.0, None, 9))
"""A key, a longitude, the unit that holds it, and how many live there."""


def test_towns_of_the_gazetteer_place_the_circles_and_the_incidents_do_not(world: World) -> None:
    with world.database.writing() as connection:
        units = [Unit(code, "XA", 1, name, None, "2020-01-01") for code, name in NAMED.items()]
        gazetteer.store_units(connection, units)
        spots = [
            Spot("s", key, "XA", f"Town {key}", 40.0, lon, adm1, None, people)
            for key, lon, adm1, people in TOWNS
        ]
        gazetteer.store_spots(connection, spots)
    for code in ("XA01", "XA02"):
        assessed(world, figure(low=5), day="2026-01-05", place=(code, f"{code}01"))
    brief = gathered(world)
    found = {line.label: line.point for line in brief.parts[0].places.lines}
    assert found["One"] == (31.0, 40.0, "Town b")
    assert found["Two"] == (32.0, 40.0, "Town c")
    assert any(
        isinstance(one, Figure) and "No boundaries are drawn" in one.caption
        for section in pages_of(brief).sections
        for one in section.blocks
    )


def test_what_lies_in_two_months_is_told_in_both_and_counted_in_neither(world: World) -> None:
    assessed(world, figure(low=33, comparator="at_least", open=True), day="2026-01-30", end="2026-02-02")
    for month, name in (("2026-01", "January 2026"), ("2026-02", "February 2026")):
        brief = gathered(world, month)
        assert str(brief.parts[0].headline.together) == "not known"
        page = written(brief).decode()
        assert f"1 incident across the first or last day of {name}, in none of these numbers" in page
        assert ("In no single month: pending 33 or more" in page) == (month == "2026-02")


def test_two_outcomes_are_told_apart_and_never_added(world: World) -> None:
    assessed(world, figure(low=5), figure("hurt", 11, outcome="injured"), day="2026-01-05")
    brief = gathered(world, outcomes=("killed", "injured"))
    assert [(part.outcome, str(part.headline.together)) for part in brief.parts] == [
        ("killed", "5"),
        ("injured", "11"),
    ]
    assert "Outcomes are never added" in written(brief).decode()
    assert ">16<" not in written(brief).decode()


REFUSED: tuple[tuple[dict[str, Any], str], ...] = (
    ({"month": "2026-13"}, "month"),
    ({"month": "2026-1"}, "month"),
    ({"month": "0000-01"}, "month"),
    ({"month": "0001-01"}, "month"),
    ({"month": "\u0662\u0660\u0662\u0666-01"}, "month"),
    ({"outcomes": ()}, "outcome"),
    ({"outcomes": ("killed", "killed")}, "outcome"),
    ({"outcomes": ("killed", "injured", "missing")}, "outcome"),
    ({"outcomes": ("slain",)}, "outcome"),
    ({"known_at": "999999"}, "known_at"),
    ({"since": "yesterday"}, "since"),
    ({"known_at": "3", "since": "4"}, "since"),
)


def test_what_cannot_be_used_is_refused_by_its_name(world: World) -> None:
    for more, name in REFUSED:
        with pytest.raises(Malformed) as refused:
            gathered(world, **{"month": "2026-01", **more})
        assert [fault.pointer for fault in refused.value.faults] == [name], more
