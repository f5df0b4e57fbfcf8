"""The standard tables: shapes that the field publishes, from facts, and only where their sums hold.

Figures: OHCHR, civilian casualties in Ukraine, six updates from early March 2022 to 16 July 2023, as
``tests/domain/test_published_tables.py`` has them.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from typing import Any

import pytest
import sqlalchemy as sa

from db.tables.assessments import fact
from db.tables.organisations import organisation
from domain.errors import Unproved
from domain.standard_tables import Asked
from exchange.formats import table_formats_of
from exchange.layouts.standard_tables import EVENTS
from services import standard_tables
from tests.entries import assessed, code_of, entered, figure, proposed
from tests.histories import owning
from tests.services.test_netting import approve, campaign
from tests.worlds import World

FOUND = {"occurrence": "verified", "harm": "verified", "standard_of_proof": "reasonable grounds to believe"}
ADULT: dict[str, Any] = {"age_low": 18}
CHILD: dict[str, Any] = {"age_low": 0, "age_high": 17}
IN_TOTAL: dict[str, Any] = {"relation": "included_in", "relation_to": "total"}
UNKNOWN_SEX: dict[str, Any] = {"sex": "unknown"}
SIX: dict[str, dict[str, Any]] = {
    "men": {"sex": "male", **ADULT},
    "women": {"sex": "female", **ADULT},
    "boys": {"sex": "male", **CHILD},
    "girls": {"sex": "female", **CHILD},
    "children_unknown_sex": {**UNKNOWN_SEX, **CHILD},
    "adults_unknown_sex": {**UNKNOWN_SEX, **ADULT},
}
OHCHR = {
    180: (26, 21, 4, 3, 6, 120),
    1_119: (224, 168, 32, 15, 52, 628),
    6_595: (2_575, 1_767, 206, 172, 37, 1_838),
    6_884: (2_719, 1_832, 216, 175, 38, 1_904),
    7_155: (2_853, 1_927, 226, 180, 32, 1_937),
    9_287: (4_272, 2_558, 282, 226, 29, 1_920),
}
"""Killed in all from 24 February 2022 on, as six updates have it; each in the order of ``SIX``."""


def table(world: World, name: str, **asked: Any) -> dict[str, Any]:
    answer = world.get(f"tables/{name}", **asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def rows(world: World, name: str, where: dict[str, Any], **asked: Any) -> list[dict[str, Any]]:
    return [one for one in table(world, name, **asked)["data"] if where.items() <= one.items()]


def ends(row: dict[str, Any], name: str) -> tuple[Any, Any]:
    return row[f"{name}_low"], row[f"{name}_high"]


def bombing(world: World, **more: Any) -> str:
    """Ten to fourteen killed in March, three of them women and two to four children."""
    return assessed(
        world,
        figure("total", 10, 14),
        figure("women", 3, sex="female", **ADULT, **IN_TOTAL),
        figure("children", 2, 4, **CHILD, **IN_TOTAL),
        figure("hurt", 5, outcome="injured"),
        **{"day": "2026-03-03", "place": ("PK2", "PK226"), "causes": ["drone_strike"], **more},
    )


@pytest.mark.parametrize("total", sorted(OHCHR))
def test_the_six_groups_of_an_ohchr_update_come_out_of_the_table_as_published(
    world: World, total: int
) -> None:
    six = OHCHR[total]
    parts = [
        figure(name.replace("_", "-"), number, **cell, **IN_TOTAL)
        for (name, cell), number in zip(SIX.items(), six, strict=True)
    ]
    verified = {"cells": [{"outcome": "killed", "how_many": "verified"}], **FOUND}
    assessed(world, figure("total", total), *parts, day="2022-02-24", **verified)
    (row,) = rows(world, "ohchr", {"section": "total", "verification": "verified", "outcome": "killed"})
    assert {name: ends(row, name) for name in SIX} == {
        name: (number, number) for name, number in zip(SIX, six, strict=True)
    }
    assert ends(row, "total") == ends(row, "own") == (total, total)
    assert ends(row, "unknown_age") == ends(row, "other_sex") == (None, None)


def test_every_table_carries_its_headline_what_it_leaves_out_and_its_proof(world: World) -> None:
    bombing(world)
    entered(world, figure(low=4))
    for name in ("monthly", "ohchr", "sdg-16-1-2", "events"):
        found = table(world, name)
        notes = " ".join(found["meta"]["notes"])
        assert "In all killed: 10-14, in 1 incidents." in notes
        assert "1 incidents are unassessed" in notes
        assert found["proof"]
        assert {"equal", "meets"} <= {one["rule"] for one in found["proof"]}
        assert found["columns"] == list(found["data"][0])


def test_each_level_of_the_monthly_table_is_what_the_statistics_answer(world: World) -> None:
    bombing(world)
    assessed(world, figure(low=7, status="civilian"), day="2026-02-10", end="2026-03-02")
    assessed(
        world,
        figure("total", 33, comparator="at_least", open=True),
        figure("civilians", 18, status="civilian", **IN_TOTAL),
        figure("women", 5, sex="female", **ADULT, **IN_TOTAL),
        day="2026-05-01",
    )
    found = table(world, "monthly", outcome="killed")["data"]
    for level, by in (
        ("total", ""),
        ("month", "month"),
        ("sex", "sex"),
        ("age_group", "age_group"),
        ("status", "status"),
        ("party", "party"),
        ("cell", "month,sex,age_group,status,party"),
    ):
        answer = world.get("statistics", outcome="killed", **({"by": by} if by else {})).json()
        names = [name for name in by.split(",") if name] + ["low", "high", "open", "incidents"]
        printed = [[one[name] for name in names] for one in found if one["level"] == level]
        assert printed == [[one[name] for name in names] for one in answer["data"]], level
    (women,) = [one for one in found if one["level"] == "sex" and one["sex"] == "female"]
    assert women["low"] == 3 + 5  # at the finest grain those five are of unknown status, and no more known
    (spans,) = [one for one in found if one["month"] == "spans" and one["level"] == "month"]
    assert (spans["low"], spans["incidents"]) == (7, 1)  # of two months, so of neither
    (whole,) = [one for one in found if one["level"] == "total"]
    assert ends(whole, "verified") == (None, None)  # nothing verified is not zero verified
    assert (*ends(whole, "pending"), whole["pending_open"]) == (10 + 7 + 33, 14 + 7 + 33, True)


def test_contested_numbers_stand_apart_and_in_no_low_and_no_high(world: World) -> None:
    contested = {"cells": [{"outcome": "killed", "how_many": "contested"}]}
    more_than: dict[str, Any] = {"comparator": "more_than", "open": True}
    assessed(world, figure(low=145, **more_than), day="2026-01-31", **contested)
    (whole,) = rows(world, "monthly", {"level": "total", "outcome": "killed"})
    assert (whole["low"], whole["high"], whole["incidents"]) == (None, None, 0)
    assert (*ends(whole, "contested"), whole["contested_open"]) == (145, 145, True)
    assert rows(world, "sdg-16-1-2", {}) == []


def test_the_indicator_has_every_margin_a_rate_over_its_own_group_and_its_roll_up_in_words(
    world: World,
) -> None:
    bombing(world)
    assessed(world, figure(low=9, status="police"), day="2026-05-01", causes=["small_arms"])
    whole = {"year": "2026", "sex": "_T", "age_group": "_T"}
    (total,) = rows(world, "sdg-16-1-2", {**whole, "cause": "_T", "status": "_T"})
    assert ends(total, "count") == (10 + 9, 14 + 9)
    (by_arms,) = rows(world, "sdg-16-1-2", {**whole, "cause": "3", "status": "_T"})
    assert ends(by_arms, "count") == (9, 9)
    (as_civilian,) = rows(world, "sdg-16-1-2", {**whole, "cause": "_T", "status": "civilian"})
    assert ends(as_civilian, "count") == (9, 9)
    notes = " ".join(table(world, "sdg-16-1-2")["meta"]["notes"])
    assert "police as civilian" in notes
    assert "No population was given, so there is no rate." in notes
    as_forces = {"roll_up": "police:member_of_armed_forces"}
    assert rows(world, "sdg-16-1-2", {"status": "civilian"}, **as_forces) == []
    said = table(world, "sdg-16-1-2", **as_forces)["meta"]
    assert "police as member_of_armed_forces" in " ".join(said["notes"])
    assert said["asked"] == {"roll_up": "police:member_of_armed_forces"}
    women = {**whole, "sex": "woman", "cause": "_T", "status": "_T"}
    (women_row,) = rows(world, "sdg-16-1-2", women)
    assert ends(women_row, "count") == (3, 3)
    assert women_row["population"] is women_row["rate_low"] is None


def test_a_rate_is_over_a_population_that_is_recorded_and_never_changed(world: World) -> None:
    bombing(world)
    body = {
        "name": "people.csv",
        "source": "An office, edition of 2024",
        "sha256": "0" * 64,
        "rows": [
            {"year": "2026", "persons": 1_000_000},
            {"year": "2026", "sex": "female", "persons": 500_000},
        ],
    }
    made = world.made("populations", body)
    margin = {"year": "2026", "age_group": "_T", "cause": "_T", "status": "_T"}
    of_all = {one["sex"]: one for one in rows(world, "sdg-16-1-2", margin, population=made["id"])}
    assert (of_all["_T"]["rate_low"], of_all["_T"]["rate_high"]) == (1.0, 1.4)  # 10 to 14 of a million
    assert (of_all["woman"]["population"], of_all["woman"]["rate_low"]) == (500_000, 0.6)
    assert of_all["unknown"]["rate_low"] is None  # nobody counts who is of unknown sex
    twice = {**body, "rows": [body["rows"][0], body["rows"][0]]}
    refused = world.post("populations", twice)
    assert refused.json()["errors"][0]["pointer"] == "/rows/0"
    assert world.patch(f"populations/{made['id']}", {"name": "other"}, 1).status_code == 405
    for statement in ("UPDATE population SET name = 'other'", "DELETE FROM population"):
        with (
            pytest.raises(sa.exc.DBAPIError, match="population is append-only"),
            owning(world.url) as connection,
        ):
            connection.execute(sa.text(statement))
    said = table(world, "sdg-16-1-2", population=made["id"])["meta"]["asked"]
    assert said == {"population": "people.csv (SHA-256 " + "0" * 64 + ")"}
    unknown = world.get("tables/sdg-16-1-2", population="6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10")
    assert unknown.status_code == 404


def test_children_verified_after_their_quarter_are_never_added_to_the_quarter_they_were_verified_in(
    world: World,
) -> None:
    boys = figure("boys", 3, sex="male", **CHILD)
    late = {"cells": [{"outcome": "killed", "how_many": "verified", "verified_on": "2026-04-15"}], **FOUND}
    in_time = {"cells": [{"outcome": "killed", "how_many": "verified", "verified_on": "2026-02-15"}], **FOUND}
    assessed(world, boys, day="2026-01-31", **late)
    assessed(world, figure("girls", 2, sex="female", **CHILD), day="2026-02-02", **in_time)
    assessed(world, figure("children", 4, outcome="injured", **CHILD), day="2026-03-01")
    assessed(world, figure("adults", 50, **ADULT), day="2026-03-01")
    first = {one["section"]: one for one in table(world, "mrm-quarterly", quarter="2026-Q1")["data"]}
    assert ends(first["verified"], "victims_girls") == (2, 2)
    assert ends(first["verified_after"], "victims_boys") == (3, 3)
    assert ends(first["pending_verification"], "victims_unknown") == (4, 4)
    assert first["pending_verification"]["violation"] == "maiming"
    assert {one["violations"] for one in first.values()} == {1}
    (second,) = table(world, "mrm-quarterly", quarter="2026-Q2")["data"]
    assert (second["section"], second["occurred"]) == ("late_verified", "2026-Q1")
    assert ends(second, "victims_total") == (3, 3)
    notes = " ".join(table(world, "mrm-quarterly", quarter="2026-Q1")["meta"]["notes"])
    assert "in no row: nobody." in notes  # the fifty adults are no children
    assessed(world, figure("all", 9), day="2026-03-30", end="2026-04-02")
    of_second = table(world, "mrm-quarterly", quarter="2026-Q2")["meta"]["notes"]
    assert any("in no row: killed 9." in note for note in of_second)


def test_a_range_is_of_the_quarter_of_its_last_day_and_of_no_other(world: World) -> None:
    boys = figure("boys", 3, sex="male", **CHILD)
    in_time = {"cells": [{"outcome": "killed", "how_many": "verified", "verified_on": "2026-04-15"}], **FOUND}
    assessed(world, boys, day="2026-03-30", end="2026-04-02", **in_time)
    found = {
        quarter: [
            (one["section"], one["occurred"], ends(one, "victims_boys"))
            for one in table(world, "mrm-quarterly", quarter=quarter)["data"]
        ]
        for quarter in ("2026-Q1", "2026-Q2", "2026-Q3")
    }
    assert found == {"2026-Q1": [], "2026-Q2": [("verified", "2026-Q2", (3, 3))], "2026-Q3": []}


def test_an_event_has_one_number_only_where_low_and_high_are_one(world: World) -> None:
    ranged = bombing(world)
    exact = assessed(world, figure(low=4, status="civilian"), day="2026-02-10", place=("PK2", "PK205"))
    found = {one["id"]: one for one in table(world, "events")["data"]}
    assert found[ranged]["fatalities"] is None
    assert (found[ranged]["low"], found[ranged]["high"]) == (10, 14)
    assert found[exact]["fatalities"] == 4
    assert ends(found[exact], "deaths_civilians") == (4, 4)
    assert ends(found[ranged], "deaths_unknown") == (10, 14)
    one = found[exact]
    assert (one["date_prec"], one["event_clarity"], one["where_prec"], one["geo_precision"]) == (
        *("1", "1", "3", "2"),
    )
    assert found[ranged]["sub_event_type"] == "Air/drone strike"


def test_an_event_in_several_places_has_the_unit_that_holds_them_and_no_point(world: World) -> None:
    incident = entered(world, figure(low=4), place=("PK2", "PK226"))["incident"]["id"]
    body = {
        "incident": incident,
        "reported_name": "PK205",
        "adm1": "PK2",
        "adm2": "PK205",
        "precision": "adm2",
    }
    world.made("places", body)
    assert world.approve(proposed(world, incident)["id"]).status_code == 200
    (event,) = table(world, "events")["data"]
    assert (event["where_prec"], event["adm_1"], event["adm_2"]) == ("4", "PK2", None)


def test_a_tree_of_incidents_counts_every_person_once_in_every_table(world: World) -> None:
    ids = campaign(world)
    for id in ids.values():
        approve(world, id)
    months = {one["month"]: one for one in rows(world, "monthly", {"level": "month", "outcome": "killed"})}
    assert {name: (one["low"], one["high"]) for name, one in months.items()} == {
        "2026-01": (5, 5),
        "2026-02": (3, 4),
        "spans": (24, 25),
    }
    (whole,) = rows(world, "monthly", {"level": "total", "outcome": "killed"})
    assert (whole["low"], whole["high"]) == (33, 33)
    found = {one["id"]: (one["low"], one["high"]) for one in table(world, "events")["data"]}
    assert found == {ids["campaign"]: (24, 25), ids["turbat"]: (5, 5), ids["pasni"]: (3, 4)}
    for name in ("ohchr", "sdg-16-1-2", "mrm-quarterly"):
        asked = {"quarter": "2026-Q1"} if name == "mrm-quarterly" else {}
        assert table(world, name, **asked)["proof"]


def test_a_table_as_known_then_has_the_same_bytes_whatever_is_recorded_later(world: World) -> None:
    incident = bombing(world)
    seq = world.get("statistics", outcome="killed").json()["meta"]["log_sequence"]
    asked = {"known_at": seq}

    def every() -> dict[tuple[str, str], bytes]:
        return {
            (name, format): world.get(f"tables/{name}", format=format, **asked).content
            for name in ("monthly", "ohchr", "sdg-16-1-2", "mrm-quarterly", "events")
            for format in (("json", "csv", "xlsx", "parquet", "html") if name == "ohchr" else ("csv",))
        }

    before = every()
    changed = world.get(f"incidents/{incident}").json()
    new = {"occurred": {"start": "2026-04-01", "end": "2026-04-01", "precision": "day"}}
    assert world.patch(f"incidents/{incident}", new, changed["version"]).status_code == 200
    world.made("places", {"incident": incident, "reported_name": "X", "precision": "adm1", "adm1": "PK3"})
    entered(world, figure(low=50), incident=incident)
    assert world.approve(proposed(world, incident)["id"]).status_code == 200
    assert every() == before
    (now,) = rows(world, "monthly", {"level": "month", "outcome": "killed"})
    assert now["month"] == "2026-04"


def test_a_table_whose_sums_do_not_hold_is_not_given(world: World) -> None:
    bombing(world)
    with world.database.writing() as connection:  # what no service would do
        connection.execute(
            sa.update(fact).where(fact.c.grain == "total", fact.c.outcome == "killed").values(low=50, high=50)
        )
    for name in ("monthly", "ohchr", "sdg-16-1-2", "events"):
        answer = world.get(f"tables/{name}", format="csv")
        assert (answer.status_code, code_of(answer)) == (409, "sums-do-not-hold")
        assert "incident PK-2026-0001" in answer.json()["detail"]
        assert "own interval is 50" in answer.json()["detail"]
    with world.database.reading() as connection, pytest.raises(Unproved):
        standard_tables.produce(connection, world.actor("viewer"), "monthly", Asked())


def test_the_page_says_what_the_csv_says_and_fetches_nothing(world: World) -> None:
    bombing(world)
    page = world.get("tables/monthly", format="html").text
    assert "<script" not in page
    assert not re.findall(r"""(?:src|href)=|url\(|@import""", page)
    text = world.get("tables/monthly", format="csv").text
    first = next(csv.DictReader(io.StringIO(text)))
    assert f'<td class="n">{first["low"]}-{first["high"]}</td>' in page
    assert "left out here: verified, contested, inconclusive." in page


def test_words_of_the_record_cannot_run_in_the_page(world: World) -> None:
    with owning(world.url) as connection:
        connection.execute(sa.update(organisation).values(name="<script>alert(1)</script>"))
    page = world.get("tables/monthly", format="html").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script" not in page


def test_every_format_has_every_row(world: World) -> None:
    bombing(world)
    for name in ("monthly", "events"):
        told = table(world, name)
        count, proved = str(len(told["data"])), told["proof"]
        for format in table_formats_of(EVENTS):
            answer = world.get(f"tables/{name}", format=format.name)
            if format.needs_place and name != "events":
                assert answer.status_code == 400
                continue
            assert answer.status_code == 200, answer.text
            assert answer.headers["civharm-rows"] == count
            proof = re.fullmatch(r'</v1/(.*)>; rel="describedby"', answer.headers["link"])
            assert proof is not None
            assert world.get(proof[1]).json()["proof"] == proved
            tag = answer.headers["etag"]
            again = world.client.get(
                f"/v1/tables/{name}?format={format.name}", headers=world.headers(If_None_Match=tag)
            )
            assert again.status_code == 304
    head = world.client.head("/v1/tables/monthly?format=xlsx", headers=world.headers())
    assert (head.status_code, head.content) == (200, b"")


def test_who_may_not_read_gets_no_table_and_the_list_of_tables_needs_no_token(world: World) -> None:
    assert world.get("tables/monthly", who="admin").status_code == 403
    assert world.get("tables/monthly", who=None).status_code == 401
    named = world.get("tables", who=None).json()["data"]
    assert [one["name"] for one in named] == [
        *("monthly", "ohchr", "sdg-16-1-2", "mrm-quarterly", "events", "list-membership"),
    ]
    unknown = world.get("tables/nothing")
    assert (unknown.status_code, code_of(unknown)) == (404, "not-found")
    wrong = world.get("tables/monthly", quarter="2026-Q1")
    assert wrong.json()["errors"][0]["pointer"] == "quarter"


def women_and_civilians(world: World, **more: Any) -> str:
    """Thirty-three killed, of them 18 civilians, five women; whether the women are civilians is not said."""
    return assessed(
        world,
        figure("total", 33),
        figure("civilians", 18, status="civilian", **IN_TOTAL),
        figure("women", 5, sex="female", **ADULT, **IN_TOTAL),
        figure("children", 3, **CHILD, **IN_TOTAL),
        **more,
    )


CIVILIANS = {"outcome": "killed", "status": "civilian"}
MIXED: dict[str, dict[str, Any]] = {
    "pending": {},
    "verified total": {"cells": [{"outcome": "killed", "how_many": "verified"}], **FOUND},
    "contested total": {"cells": [{"outcome": "killed", "how_many": "contested"}]},
    "civilians contested": {"cells": [{**CIVILIANS, "how_many": "contested"}]},
    "civilian status contested": {"cells": [{**CIVILIANS, "civilian_status": "contested"}]},
    "civilians rejected": {"cells": [{**CIVILIANS, "how_many": "rejected"}]},
    "children rejected": {"cells": [{"outcome": "killed", **CHILD, "how_many": "rejected"}]},
    "killed rejected, women pending": {
        "cells": [
            {"outcome": "killed", "how_many": "rejected"},
            {"outcome": "killed", "sex": "female", **ADULT, "how_many": "pending"},
        ],
    },
    "two of the women verified": {
        "cells": [
            {"outcome": "killed", "sex": "female", **ADULT, "verified": 2, "verified_on": "2026-02-15"},
        ],
        **FOUND,
    },
}


@pytest.mark.parametrize("answers", list(MIXED))
def test_no_assessment_that_is_taken_keeps_a_table_from_being_given(world: World, answers: str) -> None:
    women_and_civilians(world, day="2026-01-31", **MIXED[answers])
    for name in ("monthly", "ohchr", "sdg-16-1-2", "events"):
        assert table(world, name)["proof"]
    assert table(world, "mrm-quarterly", quarter="2026-Q1")["proof"]


def test_trees_with_parts_in_other_states_and_other_detail_keep_no_table_from_being_given(
    world: World,
) -> None:
    above = entered(
        world, figure("children", 9, **CHILD), day="2026-01-30", end="2026-02-02", kind="campaign"
    )["incident"]["id"]
    one = entered(world, figure("children", 5, **CHILD), kind="site", parent=above)["incident"]["id"]
    many = entered(world, figure(low=3, high=4, comparator="between"), kind="site", parent=above)
    other = many["incident"]["id"]
    contested = {"cells": [{"outcome": "killed", "how_many": "contested"}]}
    verified = {"cells": [{"outcome": "killed", "how_many": "verified"}], **FOUND}
    for incident, more in ((above, verified), (one, contested), (other, {})):
        assert world.approve(proposed(world, incident, **more)["id"]).status_code == 200
    women_and_civilians(world, day="2026-03-03")
    for name in ("monthly", "ohchr", "sdg-16-1-2", "events"):
        assert table(world, name)["proof"]
    assert table(world, "mrm-quarterly", quarter="2026-Q1")["proof"]


def test_a_tree_that_is_assessed_later_changes_no_byte_of_what_was_known(world: World) -> None:
    bombing(world)
    seq = world.get("statistics", outcome="killed").json()["meta"]["log_sequence"]

    def every() -> dict[tuple[str, str], bytes]:
        return {
            (name, format): world.get(f"tables/{name}", format=format, known_at=seq).content
            for name in ("monthly", "ohchr", "sdg-16-1-2", "events")
            for format in ("json", "xlsx")
        }

    before = every()
    for id in campaign(world).values():
        approve(world, id)
    assert every() == before


def test_a_chart_draws_the_rows_of_one_state(world: World) -> None:
    men = figure("men", 10, sex="male", **ADULT)
    verified = {"cells": [{"outcome": "killed", "how_many": "verified"}], **FOUND}
    for day in ("2026-01-31", "2026-02-03"):
        assessed(world, men, day=day, **verified)
        assessed(world, men, day=day)
    answer = world.get("tables/ohchr", outcome="killed", format="xlsx")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        charts = [book.read(name).decode() for name in sorted(book.namelist()) if "charts/chart" in name]
    drawn = [re.search(r"<c:val>.*?<c:f>Data!\$E\$(\d+):\$E\$(\d+)</c:f>", one, re.DOTALL) for one in charts]
    data = table(world, "ohchr", outcome="killed")["data"]
    for found, state in zip(drawn, ("verified", "pending"), strict=True):
        assert found is not None
        first, last = (int(one) for one in found.groups())
        months = data[first - 2 : last - 1]
        assert [(one["section"], one["verification"]) for one in months] == [("month", state)] * 2


def test_names_of_lists_cannot_run_as_formulas(world: World) -> None:
    incident = entered(world, figure(low=1), day="1999-03-20")["incident"]["id"]
    source = world.made("sources", {"kind": "ngo", "name": "=cmd|'/c calc'!A0"})["id"]
    report = world.made("reports", {"source": source, "kind": "list", "title": "A list"})["id"]
    victim = world.made("victims", {"incident": incident})["id"]
    world.made("listings", {"report": report, "victim": victim, "row": 1})
    text = world.get("tables/list-membership", incident=incident, format="csv-excel").text
    assert text.startswith("\ufeff'=cmd")


def test_a_verified_total_without_verified_detail_has_a_row_with_its_own_total(world: World) -> None:
    part = {"cells": [{"outcome": "killed", "verified": 6, "verified_on": "2026-02-15"}], **FOUND}
    assessed(world, figure("men", 10, sex="male", **ADULT), day="2026-01-31", **part)
    (row,) = rows(world, "ohchr", {"section": "total", "verification": "verified", "outcome": "killed"})
    assert (ends(row, "own"), ends(row, "total"), row["incidents"]) == ((6, 6), (None, None), 1)
