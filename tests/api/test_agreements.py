"""Agreements: a partner reads what is shared with it, and nothing tells it of the rest."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import sqlalchemy as sa

from api.actions import ACTIONS, FOR_PARTNERS
from db import door, kinds, sight
from db.canonical import parse
from db.kinds import AGREEMENT
from db.queries import people, records
from db.tables import METADATA
from domain.errors import NotAllowed
from services import agreements, organisations
from tests.contract.test_access import DOCUMENT, request_of
from tests.databases import lent
from tests.worlds import World, make_world

NOUNS = {
    "source": "sources",
    "report": "reports",
    "incident": "incidents",
    "claim": "claims",
    "supersession": "supersessions",
    "place": "places",
    "victim": "victims",
    "listing": "listings",
    "overlap": "overlaps",
}
UNKNOWN = "00000000-0000-4000-8000-000000000000"
REASON = "Both record the same districts."
Ids = dict[str, str]


def planted(world: World, visibility: str, below: str | None = None, who: str = "recorder") -> Ids:
    """Record one of each kind with these visibilities, the incident's and that of all else; give ids."""
    said = {"visibility": visibility}
    under = {} if visibility == "restricted" else {"visibility": below or visibility}
    day = {"start": "2026-02-01", "end": "2026-02-01"}
    month = {"start": "2026-02-01", "end": "2026-02-28", "precision": "period"}
    incident = {"title": "Shelling of a market", "country": "PK", "occurred": day, **said}
    aggregate = {"title": "February", "kind": "period_aggregate", "occurred": month, **said}
    ids = {"incident": world.made("incidents", incident, who)["id"]}
    ids["aggregate"] = world.made("incidents", aggregate, who)["id"]
    source = {"kind": "agency", "name": "News agency", "note": "Met on Monday.", **said}
    ids["source"] = world.made("sources", source, who)["id"]
    ids["report"] = world.made("reports", {"source": ids["source"], "title": "Ten dead", **under}, who)["id"]
    for name, low in (("earlier", 8), ("claim", 10)):
        figures = [{"key": "total", "outcome": "killed", "low": low, "high": low}]
        body = {"report": ids["report"], "incident": ids["incident"], "origin": ids["source"]}
        ids[name] = world.made("claims", {**body, "figures": figures, **under}, who)["id"]
    word = {"earlier": ids["earlier"], "later": ids["claim"], **under}
    ids["supersession"] = world.made("supersessions", word, who)["id"]
    place = {"incident": ids["incident"], "reported_name": "Quetta", "lon": 67.0123, "lat": 30.1987}
    ids["place"] = world.made("places", {**place, "precision": "exact", **under}, who)["id"]
    victim = {"incident": ids["incident"], "names": [{"name": "Person A"}], "sex": "female", **under}
    ids["victim"] = world.made("victims", victim, who)["id"]
    listing = {"report": ids["report"], "victim": ids["victim"], "name": "Person A", **under}
    ids["listing"] = world.made("listings", listing, who)["id"]
    overlap = {"aggregate": ids["aggregate"], "incident": ids["incident"], "kind": "incident"}
    ids["overlap"] = world.made("overlaps", {**overlap, "outcome": "killed", **under}, who)["id"]
    return ids


def say(world: World, kind: str, id: str, visibility: str) -> None:
    """Give a record a visibility, one that nobody sends among them."""
    with world.database.writing() as connection:
        stored = records.one(connection, kinds.KINDS[kind], world.organisation, id)
        assert stored is not None
        content = {**parse(stored.content), "visibility": visibility}
        act = door.Act("change", kinds.KINDS[kind], id, stored.version + 1, content)
        door.record(connection, world.actor("reviewer"), [act])


def by_kind(*given: Ids) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {kind: set() for kind in NOUNS}
    for ids in given:
        for name, id in ids.items():
            found[{"earlier": "claim", "aggregate": "incident"}.get(name, name)].add(id)
    return found


@dataclass
class Sharing:
    """A giver with records of each visibility, and a partner that has an agreement with it."""

    world: World
    partner: str
    """The id of the stranger's organisation."""
    agreement: str
    expected: dict[str, set[str]] = field(default_factory=dict)
    every: dict[str, set[str]] = field(default_factory=dict)

    def get(self, path: str, who: str = "stranger", of: str | None = None, **params: Any) -> Any:
        """Ask as a partner of the giver, or of ``of``."""
        headers = self.world.headers(who, Civharm_Organisation=of or self.world.organisation)
        return self.world.client.get(f"/v1/{path}", params=params, headers=headers)


def agree(world: World, partner: str, until: str | None = None, who: str = "admin") -> Any:
    body = {"partner": partner, "expires_at": until or door.after(days=30)[:10], "reason": REASON}
    return world.post("agreements", body, who)


def end(world: World, id: str) -> None:
    answer = world.post(f"agreements/{id}/end", {"reason": "Over."}, "admin")
    assert answer.status_code == 200, answer.text
    assert (answer.json()["ended"], answer.json()["in_force"]) == (True, False)


def shared(world: World) -> Sharing:
    partner = world.get("organisation", world.stranger()).json()["id"]
    made = agree(world, partner)
    assert made.status_code == 201, made.text
    return Sharing(world, partner, made.json()["id"])


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def sharing(request: pytest.FixtureRequest) -> Iterator[Sharing]:
    with lent(request, request.param) as url:
        world = make_world(url, several_organisations=True)
        with world.client:
            found = shared(world)
            partners, public = planted(world, "partners"), planted(world, "organisation")
            for name, id in public.items():
                say(world, {"earlier": "claim", "aggregate": "incident"}.get(name, name), id, "public")
            # A parent that is the organisation's, or restricted, keeps what is under it.
            mixed, held = (
                planted(world, "partners", "organisation"),
                planted(world, "organisation", "partners"),
            )
            hidden = planted(world, "restricted")
            own = planted(world, "organisation")
            found.expected = by_kind(partners, public)
            for name in ("incident", "aggregate", "source"):
                found.expected[name if name == "source" else "incident"].add(mixed[name])
            found.every = by_kind(partners, public, mixed, held, hidden, own)
            yield found
        world.outside.close()


def test_a_partner_reads_exactly_the_records_for_partners_and_the_public_ones(sharing: Sharing) -> None:
    for kind, noun in NOUNS.items():
        expected = sharing.expected[kind]
        assert expected, kind
        listed = sharing.get(noun)
        assert listed.status_code == 200, listed.text
        assert {one["id"] for one in listed.json()["data"]} == expected, kind
        missing = sharing.get(f"{noun}/{UNKNOWN}")
        assert missing.status_code == 404
        for id in sharing.every[kind]:
            answer = sharing.get(f"{noun}/{id}")
            if id in expected:
                assert answer.status_code == 200, (kind, answer.text)
                again = sharing.world.headers(
                    "stranger",
                    Civharm_Organisation=sharing.world.organisation,
                    If_None_Match=answer.headers["etag"],
                )
                assert sharing.world.client.get(f"/v1/{noun}/{id}", headers=again).status_code == 304
            else:
                assert (answer.status_code, answer.content) == (404, missing.content), kind


def test_pages_tables_and_filters_hold_for_a_partner_as_single_records_do(sharing: Sharing) -> None:
    for kind, noun in NOUNS.items():
        expected, walked = sharing.expected[kind], []
        address: str | None = f"/v1/{noun}?limit=1"
        headers = sharing.world.headers("stranger", Civharm_Organisation=sharing.world.organisation)
        while address is not None:
            page = sharing.world.client.get(address, headers=headers).json()
            walked += [one["id"] for one in page["data"]]
            address = page["links"].get("next")
        assert sorted(walked) == sorted(expected), kind
        table = sharing.get(noun, format="csv")
        assert table.status_code == 200, table.text
        rows = list(csv.DictReader(io.StringIO(table.text)))
        assert {row["id"] for row in rows} == expected, kind
        assert int(table.headers["civharm-rows"]) == len(rows)
        sheet = sharing.get(noun, format="xlsx")
        assert (sheet.status_code, sheet.headers["civharm-rows"]) == (200, str(len(rows)))
    for one in sharing.every["incident"]:
        claims = sharing.get("claims", incident=one).json()["data"]
        shown = one in sharing.expected["incident"]
        assert {row["id"] for row in claims} <= sharing.expected["claim"]
        assert not claims or shown
        assert [row["id"] for row in sharing.get("incidents", parent=one).json()["data"]] == []
    assert {one["id"] for one in sharing.get("incidents", updated_since=0).json()["data"]} == (
        sharing.expected["incident"]
    )


def test_a_partner_reads_no_sensitive_field_whatever_its_roles_at_home(sharing: Sharing) -> None:
    for victim in sharing.get("victims").json()["data"]:
        assert (victim["names"], victim["sex"]) == ([], "female")
        assert "names" in victim["withheld"]
    for place in sharing.get("places").json()["data"]:
        assert (place["lon"], place["lat"], place["reported_name"]) == (None, None, "Quetta")
    for path in (*(f"{noun}?format=csv" for noun in NOUNS.values()), *NOUNS.values()):
        text = sharing.get(path).text
        for word in ("Person A", "67.0123", "30.1987", "Met on Monday", "Member "):
            assert word not in text, path


def test_what_comes_with_an_incident_is_what_is_shared_of_it(sharing: Sharing) -> None:
    for id in sharing.expected["incident"]:
        answer = sharing.get(f"incidents/{id}", include="tree,places,claims,victims")
        assert answer.status_code == 200, answer.text
        for name in ("place", "claim", "victim"):
            assert {one["id"] for one in answer.json()[f"{name}s"]} <= sharing.expected[name]
        refused = sharing.get(f"incidents/{id}", include="flags")
        assert (refused.status_code, code_of(refused)) == (403, "not-for-partners")


def code_of(answer: Any) -> str:
    return str(answer.json()["type"].rsplit("/", 1)[-1])


def test_without_an_agreement_a_giver_and_an_unknown_organisation_are_the_same(sharing: Sharing) -> None:
    world = sharing.world
    unknown = sharing.get("incidents", of=UNKNOWN)
    assert (unknown.status_code, code_of(unknown)) == (404, "no-agreement")
    ids = sorted(sharing.expected["incident"])
    # The agreement does not work the other way round, and one's own id is nobody's partner.
    for who in ("viewer", "reviewer", "service"):
        for path in ("incidents", f"incidents/{ids[0]}", "claims?format=csv"):
            for of in (sharing.partner, UNKNOWN, world.organisation, "no id at all", ""):
                headers = world.headers(who, Civharm_Organisation=of)
                answer = world.client.get(f"/v1/{path}", headers=headers)
                assert (answer.status_code, answer.content) == (404, unknown.content), (who, path, of)
                assert not {"etag", "civharm-log-sequence"} & set(answer.headers)
    twice = [*world.headers("stranger").items(), *[("Civharm-Organisation", world.organisation)] * 2]
    assert world.client.get("/v1/incidents", headers=twice).status_code == 400


def test_who_does_not_read_at_home_does_not_read_as_a_partner(sharing: Sharing) -> None:
    world = sharing.world
    with world.outside.within(sharing.partner).writing() as connection:
        operator = organisations.operator(sharing.partner)
        roles = {"away-viewer": "viewer", "away-recorder": "recorder", "away-publisher": "publisher"}
        for who, role in {**roles, "away-admin": "admin", "away-dashboard": "dashboard"}.items():
            issued = organisations.issue_token(connection, operator, label=who, roles=[role])
            world.tokens[who] = issued.secret
    for who in roles:
        assert sharing.get("incidents", who).status_code == 200, who
    for who in ("away-admin", "away-dashboard"):
        for path in ("incidents", f"incidents/{min(sharing.expected['incident'])}", "claims"):
            assert sharing.get(path, who).status_code == 403, who
    nobody = {"Civharm-Organisation": world.organisation}
    for path in ("incidents", f"incidents/{min(sharing.expected['incident'])}", "claims"):
        assert world.client.get(f"/v1/{path}", headers=nobody).status_code == 401


def test_a_session_reads_as_a_partner_until_its_member_leaves(sharing: Sharing) -> None:
    world = sharing.world
    invited = world.made("invitations", {"name": "Member P", "roles": ["viewer"]}, "stranger")["secret"]
    chosen = {"login": "partner.reader", "password": "otter paints a quiet harbour"}
    begun = world.made("invitations/accept", {"secret": invited, **chosen}, None)
    world.tokens["away-session"] = begun["secret"]
    with world.outside.within(sharing.partner).writing() as connection:
        # Its last use is to be written down anew, at home and not with the giver.
        people.used(connection, sharing.partner, begun["id"], door.after(minutes=-30))
    for _ in range(2):
        answer = sharing.get("incidents", "away-session")
        assert {one["id"] for one in answer.json()["data"]} == sharing.expected["incident"]
    assert world.get("me", "away-session").json()["organisation"] == sharing.partner
    assert world.post(f"members/{begun['member']}/deactivate", None, "stranger").status_code == 200
    assert sharing.get("incidents", "away-session").status_code == 401


def test_every_other_operation_refuses_the_header(sharing: Sharing) -> None:
    world, asked = sharing.world, set()
    for path, operations in DOCUMENT["paths"].items():
        for method, operation in operations.items():
            name = operation["operationId"]
            takes = "Civharm-Organisation" in [one["name"] for one in operation.get("parameters", ())]
            assert takes is (name in FOR_PARTNERS), name
            if name in FOR_PARTNERS:
                continue
            request = request_of(operation, path)
            request["headers"] |= world.headers("stranger", Civharm_Organisation=world.organisation)
            answer = world.client.request(method, **request)
            assert (answer.status_code, code_of(answer)) == (403, "not-for-partners"), name
            asked.add(name)
    assert asked == ACTIONS.keys() - FOR_PARTNERS


def test_a_query_that_forgets_gives_a_partner_nothing_all_the_same(sharing: Sharing) -> None:
    with sharing.world.outside.reading() as connection:
        home = organisations.authenticate(connection, sharing.world.tokens["stranger"])
        actor = agreements.as_partner(connection, home, sharing.world.organisation)
        assert (actor.organisation, actor.member, sorted(actor.roles)) == (
            sharing.world.organisation,
            None,
            ["viewer"],
        )
        for table in METADATA.tables.values():
            asked = sa.select(table)
            if table.name not in sight.FOR_PARTNERS:
                for query in (asked, sa.select(sa.func.count()).select_from(table.alias("again"))):
                    with pytest.raises(NotAllowed):
                        connection.execute(query)
        shares = {id for ids in sharing.expected.values() for id in ids}
        for name in sight.FOR_PARTNERS & sight.OBJECT.keys():
            column = METADATA.tables[name].c[sight.OBJECT[name]]
            # Nothing under the whole sight and nobody's, which others take, goes beyond what is shared.
            for wider in (sight.whole, sight.nobodys):
                with wider(connection):
                    assert set(connection.execute(sa.select(column)).scalars()) <= shares, name
            assert set(connection.execute(sa.select(column)).scalars()) <= shares, name
        for written in (sa.text("SELECT 1 FROM incident"), METADATA.tables["incident"].delete()):
            with pytest.raises(NotAllowed):
                connection.execute(written)
        with pytest.raises(NotAllowed):
            connection.exec_driver_sql("SELECT 1")
    # And the next transaction on the connection is nobody's.
    with sharing.world.database.reading() as connection:
        assert not sight.is_partners(connection)
        count = sa.select(sa.func.count()).select_from(METADATA.tables["token"])
        assert connection.execute(count).scalar_one() > 0


@pytest.fixture
def several() -> bool:
    return True


def test_an_agreement_that_is_ended_or_over_lets_nobody_read_from_then_on(world: World) -> None:
    found = shared(world)
    id = planted(world, "partners")["incident"]
    unknown = found.get("incidents", of=UNKNOWN).content
    assert found.get(f"incidents/{id}").status_code == 200
    end(world, found.agreement)
    for path in ("incidents", f"incidents/{id}", "incidents?format=csv"):
        assert (found.get(path).status_code, found.get(path).content) == (404, unknown)
    assert world.post(f"agreements/{found.agreement}/end", {"reason": "Again."}, "admin").status_code == 409
    content = {"partner": found.partner, "ended": False, "reason": REASON, "visibility": "organisation"}
    with world.database.writing() as connection:
        for expires_at in (door.now(), door.after(minutes=-1)):
            over = {**content, "expires_at": expires_at}
            act = door.Act("make", AGREEMENT, str(uuid.uuid4()), 1, over)
            door.record(connection, world.actor("admin"), [act])
    assert (found.get("incidents").status_code, found.get("incidents").content) == (404, unknown)
    assert world.get("agreements/received", "stranger").json()["data"] == []
    assert agree(world, found.partner, door.after(minutes=5)).status_code == 201
    assert found.get(f"incidents/{id}").status_code == 200


def test_a_record_that_is_taken_back_is_gone_for_the_partner_with_all_under_it(world: World) -> None:
    found = shared(world)
    ids = planted(world, "partners")

    def reads() -> set[str]:
        return {kind for kind, noun in NOUNS.items() if found.get(noun).json()["data"]}

    whole = set(NOUNS)
    assert reads() == whole
    assert world.patch(f"reports/{ids['report']}", {"visibility": "organisation"}, 1).status_code == 200
    assert reads() == whole - {"report", "claim", "supersession", "listing"}
    assert world.patch(f"incidents/{ids['incident']}", {"visibility": "restricted"}, 1).status_code == 200
    assert reads() == {"source", "incident"}
    assert [one["id"] for one in found.get("incidents").json()["data"]] == [ids["aggregate"]]


def test_both_sides_see_their_agreements_and_nobody_else_does(world: World) -> None:
    found = shared(world)
    for who in ("viewer", "admin"):
        (one,) = world.get("agreements", who).json()["data"]
        assert one == world.get(f"agreements/{found.agreement}", who).json()
        assert (one["partner"], one["in_force"], one["reason"]) == (found.partner, True, REASON)
    (one,) = world.get("agreements/received", "stranger").json()["data"]
    assert one["organisation"] == world.organisation
    assert one["organisation_name"] == "Test Recorder"
    assert REASON not in str(one)
    assert world.get("agreements", "stranger").json()["data"] == []
    assert world.get("agreements/received", "viewer").json()["data"] == []
    missing, foreign = (world.get(f"agreements/{id}", "stranger") for id in (UNKNOWN, found.agreement))
    assert (missing.status_code, missing.content) == (404, foreign.content)
    more = [agree(world, f"00000000-0000-4000-8000-{number:012}").json()["id"] for number in range(4)]
    walked = []
    address: str | None = "/v1/agreements?limit=2"
    while address is not None:
        page = world.client.get(address, headers=world.headers("viewer")).json()
        walked += [one["id"] for one in page["data"]]
        address = page["links"].get("next")
    assert walked == sorted([found.agreement, *more])
    told = world.get("log", "admin", limit=200).json()["data"]
    assert [one["object"] for one in told if one["action"] == "agreement.make"] == [found.agreement, *more]


def test_only_an_administrator_who_is_a_person_agrees_and_ends(world: World) -> None:
    found = shared(world)
    for who in ("viewer", "reviewer", "publisher", "service", "dashboard"):
        assert agree(world, UNKNOWN, who=who).status_code == 403, who
        ended = world.post(f"agreements/{found.agreement}/end", {"reason": "Over."}, who)
        assert ended.status_code == 403, who
    foreign, missing = (
        world.post(f"agreements/{id}/end", {"reason": "Over."}, "stranger")
        for id in (found.agreement, UNKNOWN)
    )
    assert (foreign.status_code, foreign.content) == (404, missing.content)
    assert found.get("incidents").status_code == 200


def test_an_agreement_is_with_another_and_ends_within_two_years(world: World) -> None:
    found = shared(world)
    answer = agree(world, found.partner)
    assert (answer.status_code, code_of(answer)) == (409, "agreement-in-force")
    answer = agree(world, world.organisation)
    assert (answer.status_code, code_of(answer)) == (422, "own-organisation")
    late = agree(world, UNKNOWN, door.after(days=2 * 366)[:10])
    assert (late.status_code, code_of(late)) == (422, "invalid-expiry")
    assert "within 2 years" in late.json()["errors"][0]["detail"]
    assert late.json()["errors"][0]["pointer"] == "/expires_at"
    for until, code in (
        ("2026-01-01", "invalid-expiry"),
        ("tomorrow", "invalid-date"),
        ("2027-02-30", "invalid-date"),
        ("2027-02-01T10:00:00", "invalid-date"),
    ):
        answer = agree(world, UNKNOWN, until)
        assert (answer.status_code, code_of(answer)) == (422, code), until
    body = {"partner": UNKNOWN, "expires_at": door.after(days=3)[:10]}
    assert world.post("agreements", body, "admin").status_code == 422
    assert world.post("agreements", {"partner": "x", **body, "reason": ""}, "admin").status_code == 422
