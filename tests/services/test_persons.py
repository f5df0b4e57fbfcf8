"""Named persons as evidence: counted with the outcome they have now, and not once their list lets them go."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from db.engine import Connection
from domain.cells import ANY_AGE, Age, Cell
from domain.figures import NamedPersons
from services import figures, persons
from tests.entries import entered, figure
from tests.worlds import World


def victim(world: World, incident: str, *outcomes: dict[str, Any] | str, **more: Any) -> str:
    given = [{"outcome": one} if isinstance(one, str) else one for one in outcomes]
    found: str = world.made("victims", {"incident": incident, "outcomes": given, **more})["id"]
    return found


def named(
    world: World, *incidents: str, rejected: dict[str, set[str]] | None = None
) -> dict[str, dict[Cell, int]]:
    with world.database.reading() as connection:
        found = persons.named(connection, world.organisation, incidents, rejected)
    return {incident: {one.cell: one.count for one in found.get(incident, ())} for incident in incidents}


def on_list(world: World, report: str, person: str) -> None:
    world.made("listings", {"report": report, "victim": person})


def new_list(world: World, source: str, published: str, kind: str = "list") -> str:
    body = {"source": source, "kind": kind, "title": f"List of {published}", "published": published}
    found: str = world.made("reports", body)["id"]
    return found


@contextmanager
def statements(world: World) -> Iterator[list[str]]:
    """Give what is sent to the database meanwhile."""
    sent: list[str] = []

    def listen(_: Any, __: Any, statement: str, *___: Any) -> None:
        sent.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", listen)
    try:
        yield sent
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", listen)


@pytest.fixture
def incident(world: World) -> str:
    found: str = entered(world, figure(low=10))["incident"]["id"]
    return found


def test_persons_are_counted_by_exact_description(world: World, incident: str) -> None:
    for _ in range(2):
        victim(world, incident, "killed", status="civilian", sex="female", age_low=34, age_high=34)
    victim(world, incident, "killed")
    victim(world, incident, "injured", age_low=18)
    assert named(world, incident)[incident] == {
        Cell("killed", "civilian", "female", Age(34, 34)): 2,
        Cell("killed", "unknown", "unknown", ANY_AGE): 1,
        Cell("injured", "unknown", "unknown", Age(18, None)): 1,
    }


def test_a_person_without_an_outcome_is_no_floor(world: World, incident: str) -> None:
    victim(world, incident)
    assert named(world, incident) == {incident: {}}


def test_who_was_injured_and_died_counts_once_as_killed(world: World, incident: str) -> None:
    victim(
        world,
        incident,
        {"outcome": "killed", "start": "2026-02-09", "recognised": "2026-02-20"},
        {"outcome": "injured", "start": "2026-02-03"},
    )
    assert named(world, incident)[incident] == {Cell("killed", "unknown", "unknown", ANY_AGE): 1}


def test_who_stands_only_on_a_list_that_its_origin_replaced_is_named_no_more(
    world: World, incident: str
) -> None:
    ministry = world.made("sources", {"kind": "official", "name": "Ministry"})["id"]
    other = world.made("sources", {"kind": "ngo", "name": "Another recorder"})["id"]
    first, last = new_list(world, ministry, "2026-03-01"), new_list(world, ministry, "2026-04-01")
    own = new_list(world, other, "2026-03-15")
    stays, gone, elsewhere, unlisted = (victim(world, incident, "killed") for _ in range(4))
    died = victim(world, incident, {"outcome": "injured", "start": "2026-02-03"}, "killed")
    for person in (stays, gone, elsewhere, died):
        on_list(world, first, person)
    on_list(world, own, elsewhere)
    killed = Cell("killed", "unknown", "unknown", ANY_AGE)
    assert named(world, incident)[incident] == {killed: 5}
    on_list(world, last, stays)
    assert named(world, incident)[incident] == {killed: 3}  # who stays, who is listed elsewhere, the unlisted
    # Who is rejected is left out once, and not again where the list named nobody any more.
    assert named(world, incident, rejected={incident: {gone}})[incident] == {killed: 3}
    assert named(world, incident, rejected={incident: {gone, unlisted}})[incident] == {killed: 2}


def test_an_article_that_names_others_withdraws_nobody(world: World, incident: str) -> None:
    paper = world.made("sources", {"kind": "outlet", "name": "A paper"})["id"]
    for day in ("2026-03-01", "2026-03-02"):
        on_list(world, new_list(world, paper, day, "article"), victim(world, incident, "killed"))
    assert sum(named(world, incident)[incident].values()) == 2


def test_the_listings_are_not_looked_at_while_no_list_can_replace_another(
    world: World, incident: str
) -> None:
    ministry = world.made("sources", {"kind": "official", "name": "Ministry"})["id"]
    on_list(world, new_list(world, ministry, "2026-03-01"), victim(world, incident, "killed"))
    with statements(world) as sent:
        named(world, incident)
    assert not [one for one in sent if "FROM listing" in one or "JOIN listing" in one]


def test_many_incidents_are_asked_about_together(world: World) -> None:
    incidents = [entered(world, figure(low=1), title=f"Attack {n}")["incident"]["id"] for n in range(4)]
    for number, incident in enumerate(incidents):
        for _ in range(number):
            victim(world, incident, "killed")
    with statements(world) as sent:
        found = named(world, *incidents)
    assert [sum(found[incident].values()) for incident in incidents] == [0, 1, 2, 3]
    with statements(world) as alone:
        named(world, incidents[0])
    assert len(sent) == len(alone)


def evidence(world: World, incident: str, **more: Any) -> Any:
    def ask(connection: Connection) -> Any:
        return figures.evidence(connection, world.organisation, incident, **more)

    with world.database.reading() as connection:
        return ask(connection)


def test_policies_that_read_claims_are_given_the_persons(world: World, incident: str) -> None:
    victim(world, incident, "killed")
    one = (NamedPersons(Cell("killed", "unknown", "unknown", ANY_AGE), 1),)
    assert evidence(world, incident, persons=False).persons == one
    assert evidence(world, incident, persons=True).persons == ()
    report = world.get("claims", incident=incident).json()["data"][0]["report"]
    # Persons of all reports are no floor for what one report says.
    assert evidence(world, incident, persons=False, report=report).persons == ()


def test_lists_that_differ_in_time_give_the_outcome_that_the_person_has_now(
    world: World, incident: str
) -> None:
    ministry = world.made("sources", {"kind": "official", "name": "Ministry"})["id"]
    person = victim(
        world,
        incident,
        {"outcome": "injured", "start": "2026-02-03", "end": "2026-02-03"},
        {"outcome": "killed", "start": "2026-02-09", "end": "2026-02-09"},
    )
    report = new_list(world, ministry, "2026-03-01")
    world.made("listings", {"report": report, "victim": person, "outcome": "injured"})
    answer = world.get(f"incidents/{incident}/figures", policy="listed-persons").json()["data"][0]
    assert [(one["outcome"], one["low"]) for one in answer["figures"] if one["sex"] is None] == [
        ("killed", 1)
    ]
    alone = world.get(f"incidents/{incident}/figures", policy="listed-persons", report=report).json()["data"][
        0
    ]
    assert [one["outcome"] for one in alone["figures"] if one["sex"] is None] == ["injured"]


def asked(world: World, incident: str, **more: str) -> dict[str, Any]:
    answer = world.get(f"incidents/{incident}/persons", **more)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_injured_on_the_3rd_died_on_the_9th_recognised_on_the_20th_is_one_outcome_on_any_day(
    world: World, incident: str
) -> None:
    victim(
        world,
        incident,
        {"outcome": "injured", "start": "2026-02-03"},
        {"outcome": "killed", "start": "2026-02-09", "recognised": "2026-02-20"},
    )
    seen = {}
    for day in ("2026-02-02", "2026-02-03", "2026-02-09", "2026-02-20"):
        for view in ("happened", "recognised"):
            found = asked(world, incident, on=day, view=view)
            seen[day, view] = [(one["outcome"], one["persons"]) for one in found["data"]]
            assert found["meta"]["persons"] + found["meta"]["without_outcome"] == 1
    assert seen["2026-02-02", "happened"] == []
    assert seen["2026-02-03", "happened"] == seen["2026-02-09", "recognised"] == [("injured", 1)]
    assert seen["2026-02-09", "happened"] == seen["2026-02-20", "recognised"] == [("killed", 1)]
    # By day the death is of the 9th as it happened, and was added on the 20th.
    for view, day in (("happened", "2026-02-09"), ("recognised", "2026-02-20")):
        assert asked(world, incident, view=view)["days"] == [{"outcome": "killed", "day": day, "persons": 1}]
    assert world.get(f"incidents/{incident}/persons", on="9 February").status_code == 400


def test_a_second_person_of_one_external_id_and_a_second_row_are_things_to_look_at(
    world: World, incident: str
) -> None:
    ministry = world.made("sources", {"kind": "official", "name": "Ministry"})["id"]
    body = {"incident": incident, "external_id": "77", "outcomes": [{"outcome": "killed"}]}
    first, second = world.made("victims", body), world.made("victims", body)
    assert "external-id-twice" not in [one["code"] for one in first["warnings"]]
    assert "external-id-twice" in [one["code"] for one in second["warnings"]]
    row = {"report": new_list(world, ministry, "2026-03-01"), "victim": first["id"]}
    assert world.made("listings", row)["warnings"] == []
    assert [one["code"] for one in world.made("listings", row)["warnings"]] == ["listed-already"]
    article = new_list(world, ministry, "2026-03-02", "article")
    named_in = world.made("listings", {"report": article, "victim": first["id"]})
    assert [one["code"] for one in named_in["warnings"]] == ["not-a-list"]
