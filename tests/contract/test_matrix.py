"""Every address that reads, as everybody, about every record: nobody is told what the matrix does not say.

Each record has words of its own in its fields, by class; every byte of every answer is searched for all of
them. ``CIVHARM_LONG`` asks as everybody, about every record, in every format; without it a part is asked.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from api.actions import ACTIONS, FOR_PARTNERS
from db import door, kinds, sight
from db.canonical import parse
from db.queries import records
from services import organisations
from tests.contract.matrix import CLASSES, PRINCIPALS, RECORDS, page, reads
from tests.contract.test_access import DOCUMENT, request_of
from tests.databases import lent
from tests.docs.test_methodology import ROOT
from tests.scores import Score
from tests.worlds import World, make_world

LONG = bool(os.environ.get("CIVHARM_LONG"))
FORMATS = ("csv", "jsonl", "xlsx", "geojson", "html") if LONG else ("csv",)
WHO = PRINCIPALS if LONG else ("viewer", "recorder", "second", "service", "stranger", "partner")
ADDRESSED = tuple(RECORDS) if LONG else ("own", "restricted", "foreign")
"""The records whose own addresses are asked; lists, tables and numbers are asked of all."""
NOUNS = {
    "sources": "source",
    "reports": "report",
    "incidents": "incident",
    "places": "place",
    "claims": "claim",
    "supersessions": "supersession",
    "victims": "victim",
    "listings": "listing",
    "overlaps": "overlap",
    "assessments": "assessment",
    "clearances": "clearance",
}
INCLUDE = "tree,places,claims,victims,flags"
Ids = dict[str, str]


class Planted:
    """Records with words of their own: what was planted where, and the words by record and class."""

    def __init__(self) -> None:
        self.ids: dict[str, Ids] = {}
        self.words: dict[bytes, tuple[str, str]] = {}
        self._number = 0

    def word(self, record: str, field_class: str) -> str:
        self._number += 1
        found = f"Canary{self._number:04d}{field_class}"
        self.words[found.encode()] = (record, field_class)
        return found

    def plant(self, world: World, record: str, who: str, **more: Any) -> Ids:
        """Record one of each kind, with a word in every field of text."""

        def w(field_class: str) -> str:
            return self.word(record, field_class)

        visibility = more.get("visibility", "organisation")
        said = {"visibility": visibility}
        # What is under the restricted incident is so without a word; shared records must each say it.
        below = {} if visibility == "restricted" else said
        occurred = {"start": "2026-02-01", "end": "2026-02-01"}
        incident = {"title": w("F0"), "narrative": w("F1"), "occurred": occurred, "country": "PK", **said}
        ids = {"incident": world.made("incidents", incident, who)["id"]}
        source = {"kind": "agency", "name": w("F1"), "note": w("F2"), **said}
        ids["source"] = world.made("sources", source, who)["id"]
        report = {"source": ids["source"], "title": w("F1"), "note": w("F2"), "kind": "list", **below}
        report |= {"url": f"https://news.example/{w('F1')}"}
        ids["report"] = world.made("reports", report, who)["id"]
        for name, low in (("earlier", 8), ("claim", 10)):
            figure = {"key": "total", "outcome": "killed", "low": low, "high": low, "wording": w("F1")}
            claim = {"report": ids["report"], "incident": ids["incident"], "origin": ids["source"]}
            claim |= {"excerpt": w("F1"), "caveat": w("F1"), "note": w("F1"), "figures": [figure]}
            ids[name] = world.made("claims", {**claim, **below}, who)["id"]
        word = {"earlier": ids["earlier"], "later": ids["claim"], "note": w("F1"), **below}
        ids["supersession"] = world.made("supersessions", word, who)["id"]
        self._number += 1
        point = {"lon": float(f"66.{self._number:04d}17"), "lat": float(f"30.{self._number:04d}19")}
        self.words |= {f"{one}".encode(): (record, "F2") for one in point.values()}
        place = {
            "incident": ids["incident"],
            "reported_name": w("F1"),
            "precision": "exact",
            **point,
            **below,
        }
        ids["place"] = world.made("places", place, who)["id"]
        victim = {"incident": ids["incident"], "external_id": w("F2"), "note": w("F2"), "sex": "female"}
        victim |= {"names": [{"name": w("F2")}, {"name": w("F2")}], **below}
        victim |= {"outcomes": [{"outcome": "killed", "start": "2026-02-01", "end": "2026-02-01"}]}
        ids["victim"] = world.made("victims", victim, who)["id"]
        listing = {"report": ids["report"], "victim": ids["victim"], "name": w("F2"), "external_id": w("F2")}
        listing |= {"extra": [[w("F2"), w("F2")]], "age_listed": w("F1"), **below}
        ids["listing"] = world.made("listings", listing, who)["id"]
        month = {"start": "2026-02-01", "end": "2026-02-28"}
        aggregate = {
            "title": w("F0"),
            "kind": "period_aggregate",
            "occurred": {**month, "precision": "period"},
            **said,
        }
        ids["aggregate"] = world.made("incidents", aggregate, who)["id"]
        overlap = {"aggregate": ids["aggregate"], "incident": ids["incident"], "kind": "incident"}
        overlap |= {"outcome": "killed", "note": w("F1"), **below}
        ids["overlap"] = world.made("overlaps", overlap, who)["id"]
        self.ids[record] = ids
        return ids

    def assess(self, world: World, record: str, author: str, approver: str) -> None:
        ids = self.ids[record]
        body = {"incident": ids["incident"], "policy": "reported-range", "rationale": self.word(record, "F1")}
        ids["assessment"] = world.made("assessments", body, author)["id"]
        answer = world.approve(ids["assessment"], approver)
        assert answer.status_code == 200, answer.text

    def note_ids(self) -> None:
        for record, ids in self.ids.items():
            for id in ids.values():
                self.words[id.encode()] = (record, "id")


def plant_all(world: World, other: World) -> Planted:
    planted = Planted()
    planted.plant(world, "own", "recorder")
    planted.plant(world, "organisation", "reviewer")
    planted.plant(world, "partners", "reviewer", visibility="partners")
    planted.plant(world, "public", "reviewer")
    planted.plant(world, "restricted", "reviewer", visibility="restricted")
    planted.plant(other, "foreign", "reviewer")
    planted.plant(other, "foreign partners", "reviewer", visibility="partners")
    planted.plant(other, "foreign restricted", "reviewer", visibility="restricted")
    for place, record, where in ((world, "restricted", "own"), (other, "foreign restricted", "foreign")):
        ids = planted.ids[record]
        for kind, name in (("incident", "incident"), ("source", "source"), ("incident", "aggregate")):
            body = {"kind": kind, "object": ids[name], "member": place.members["second"]}
            given = place.made("clearances", {**body, "reason": planted.word(record, "F1")}, "reviewer")
            ids["clearance"] = given["id"]
        assert where in planted.ids
    for record in RECORDS:
        of = other if record.startswith("foreign") else world
        author = "recorder" if record == "own" else "reviewer"
        planted.assess(of, record, author, "second")
    publish(world, planted.ids["public"])
    planted.note_ids()
    return planted


def publish(world: World, ids: Ids) -> None:
    """Make records public, as nobody can by the API."""
    with world.database.writing() as connection:
        for name, id in ids.items():
            kind = kinds.KINDS.get({"earlier": "claim", "aggregate": "incident"}.get(name, name))
            if kind is None or name == "assessment":
                continue
            stored = records.one(connection, kind, world.organisation, id)
            assert stored is not None
            content = {**parse(stored.content), "visibility": "public"}
            act = door.Act("publish", kind, id, stored.version + 1, content)
            door.record(connection, world.actor("reviewer"), [act])


def asked_of(planted: Planted) -> Iterator[tuple[str, str | None, dict[str, Any]]]:
    """Give every reading request: its operation, the record that its address names, and itself."""
    for path, operations in DOCUMENT["paths"].items():
        operation = operations.get("get")
        if operation is None:
            continue
        asked, name = request_of(operation, path), operation["operationId"]
        formats = [one for one in operation.get("parameters", ()) if one["name"] == "format"]
        offered = json.dumps(formats[0]["schema"]) if formats else ""
        variants = [{}, *({"format": one} for one in FORMATS if re.search(rf"\b{one}\b", offered))]
        if name == "read_incident":
            variants = [{}, {"include": INCLUDE}]
        noun = path.removeprefix("/v1/").split("/")[0]
        for more in variants:
            params = {**asked["params"], **more}
            if name.startswith("list_") and "limit" in json.dumps(operation.get("parameters", ())):
                params = params if "format" in more else {**params, "limit": 200}
            if "{" not in path or noun not in NOUNS:
                yield name, None, {"url": asked["url"], "params": params}
                continue
            for record in ADDRESSED:
                ids = planted.ids[record]
                if NOUNS[noun] not in ids:
                    continue
                url = path.replace("{id}", ids[NOUNS[noun]]).replace("{report}", ids["report"])
                yield name, record, {"url": url, "params": params}


def tell(world: World, other: World, who: str) -> dict[str, str]:
    if who == "nobody":
        return {}
    if who == "partner":
        return other.headers("stranger", Civharm_Organisation=world.organisation)
    return other.headers("stranger") if who == "stranger" else world.headers(who)


def crawl(
    world: World, other: World, planted: Planted, principals: tuple[str, ...] = WHO
) -> tuple[list[str], set[tuple[str, str]], int]:
    """Ask everything as everybody; give the leaks, what was told to whom, and how many cells that was."""
    found = re.compile(b"|".join(sorted(map(re.escape, planted.words), reverse=True)))
    leaks, told, cells = [], set(), 0
    for name, record, asked in asked_of(planted):
        for who in principals:
            answer = world.client.get(**asked, headers=tell(world, other, who))
            at = f"{name} {asked['params']} as {who} of {record}: {answer.status_code}"
            assert answer.status_code < 500, at
            cells += len(RECORDS) * len(CLASSES)
            # What was asked for is in the address, and a link or a problem may repeat it.
            for word in set(found.findall(answer.content + str(answer.headers).encode())):
                of, field_class = planted.words[word]
                if not reads(who, of, field_class):
                    leaks.append(f"{at}: {field_class} of {of} ({word.decode()})")
                told.add((who, f"{of} {field_class}"))
            if record is not None and ACTIONS[name] == "record.read" and not reads(who, record, "id"):
                # Where what is published is answered too, it is not among that.
                expected = {"nobody": (401, 404), "admin": (403,), "dashboard": (403, 404)}.get(
                    who, (404, 400, 406)
                )
                if who == "partner":  # of most nothing is asked, whoever it is about
                    expected = (404,) if name in FOR_PARTNERS else (403,)
                if answer.status_code not in expected:
                    leaks.append(at)
    return leaks, told, cells


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def planted_worlds(request: pytest.FixtureRequest) -> Iterator[tuple[World, World, Planted]]:
    with lent(request, request.param) as url:
        world, other = (make_world(url, name, several_organisations=True) for name in ("One", "Another"))
        with other.client, world.client:
            # The stranger recorded nothing restricted, and is named for nothing.
            other.tokens["stranger"] = other.tokens["publisher"]
            with other.database.writing() as connection:
                operator = organisations.operator(other.organisation)
                member = organisations.add_member(connection, operator, "Stranger", ["reviewer", "admin"])
                issued = organisations.issue_token(connection, operator, label="stranger", member=member)
                other.tokens["stranger"] = issued.secret
            # The partner is the stranger, who reads by this organisation's word.
            agreed = {"partner": other.organisation, "expires_at": door.after(days=30), "reason": "Shared."}
            world.made("agreements", agreed, "admin")
            yield world, other, plant_all(world, other)
        world.outside.close()
        other.outside.close()


def test_nobody_is_told_what_the_matrix_does_not_say(
    planted_worlds: tuple[World, World, Planted], score: Score
) -> None:
    world, other, planted = planted_worlds
    assert len(planted.words) >= 200
    # What a role may read is decided before the database is asked, so some of them are asked on one alone.
    few = ("viewer", "service", "stranger", "partner")
    asking = WHO if LONG or world.database.dialect == "sqlite" else few
    leaks, told, cells = crawl(world, other, planted, asking)
    score("cells of the matrix that were asked", cells, at_least=5_000)
    score("canaries and ids planted", len(planted.words), at_least=200)
    score("cells of the matrix that told too much", len(leaks), at_most=0)
    assert leaks == [], "\n".join(leaks[:60])
    assert cells >= 5_000
    # A crawl that finds nothing proves nothing: everybody was told all that they may be.
    missing = {
        (who, f"{record} {field_class}")
        for who in asking
        for record in RECORDS
        for field_class in CLASSES
        if reads(who, record, field_class)
    } - told
    assert missing == set()


def test_the_page_shows_the_matrix_as_it_is() -> None:
    assert (ROOT / "docs" / "matrix.md").read_text(encoding="utf-8") == page(), (
        "run: python -m tests.contract.matrix > docs/matrix.md"
    )


_PREDICATE = re.compile(
    r"""(?:(?:\b\w+|"\w+")\.)?\borganisation = (%\(\w+\)s(?:::\w+)?(?: COLLATE "C")?|\?)"""
)
_SHARED = re.compile(
    r"AND EXISTS \(SELECT 1 FROM reach AS shares WHERE shares\.object = [\w.]+ "
    r"AND shares\.level IN \('partners', 'public'\)\)"
)
_MET = re.compile(r"(?:FROM|JOIN) (\w+)")


def test_the_wall_alone_keeps_organisations_partners_and_the_restricted_apart(
    planted_worlds: tuple[World, World, Planted], score: Score
) -> None:
    """With the application's own predicates gone, the database's are left.

    That of sight is left out wherever a wall was seen to stand; those of the organisation and of what is
    shared with a partner are taken out here.
    """
    world, other, planted = planted_worlds
    gone = Counter[str]()
    hidden = {
        name: sight.hidden_by(world.database.dialect, f"{name}.{column}")
        for name, column in sight.OBJECT.items()
    }

    def forget(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> tuple[str, Any]:
        if statement.startswith("SELECT"):
            statement, many = _PREDICATE.subn(r"\1 IS NOT NULL", statement)
            gone["predicates"] += many
            statement, many = _SHARED.subn("", statement)
            gone["shared"] += many
            met = set(_MET.findall(statement)) & hidden.keys()
            gone["tables"] += len(met)
            gone["sights"] += sum(hidden[name] in statement for name in met)
        return statement, parameters

    engine = world.outside.reader
    sa.event.listen(engine, "before_cursor_execute", forget, retval=True)
    try:
        leaks, _, _ = crawl(world, other, planted, WHO if LONG else ("service", "partner"))
    finally:
        sa.event.remove(engine, "before_cursor_execute", forget)
    score("cells that told too much behind the wall alone", len(leaks), at_most=0)
    assert leaks == [], "\n".join(leaks[:60])
    assert gone["predicates"] > 500
    assert gone["shared"] > 50
    assert gone["tables"] > 500
    assert gone["sights"] == 0
