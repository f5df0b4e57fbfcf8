"""The door for writes: row, revision and log entry together or nothing, in one unbroken chain."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from db import door, kinds, tables
from db.verifying import verify_log, verify_records
from domain.access import Actor
from services import organisations
from services.records import new_id
from tests.histories import Table, dump, fill, tampering
from tests.worlds import World

METADATA = tables.METADATA


def source(name: str = "News agency", **more: Any) -> door.Act:
    """Give the act of recording a source."""
    content = {
        "kind": "agency",
        "name": name,
        "named": True,
        "side": None,
        "reliability": None,
        "confidential": False,
        "note": None,
        "visibility": "organisation",
    }
    return door.Act("create", kinds.SOURCE, new_id(), 1, {**content, **more})


def change(act: door.Act, version: int, **more: Any) -> door.Act:
    """Give the act that changes a source."""
    return door.Act(
        "change", kinds.SOURCE, act.id, version, {**act.content, **more}, {}, "error_fixed", "Why."
    )


def write(world: World, acts: list[door.Act]) -> list[door.Recorded]:
    with world.database.writing() as connection:
        return door.record(connection, world.actor(), acts)


def findings(world: World) -> list[str]:
    with world.database.reading() as connection:
        log = verify_log(connection, world.organisation)
        return log + verify_records(connection, world.organisation)


def log_of(url: str) -> list[dict[str, Any]]:
    return sorted(dump(url)["log"].values(), key=lambda row: row["seq"])


class Crash(Exception):
    """Whatever goes wrong in the middle of a request."""


@pytest.mark.parametrize("after", [1, 999, 1_000, 1_500])
def test_a_write_that_fails_leaves_nothing(world: World, after: int) -> None:
    before = dump(world.url)

    def failing() -> Any:
        for _ in range(after):
            yield source()
        raise Crash

    with pytest.raises(Crash), world.database.writing() as connection:
        door.record(connection, world.actor(), failing())
    assert dump(world.url) == before
    assert findings(world) == []


def test_a_failure_after_the_write_and_before_the_commit_leaves_nothing(world: World) -> None:
    before = dump(world.url)

    def write_and_fail() -> None:
        with world.database.writing() as connection:
            (done,) = door.record(connection, world.actor(), [source()])
            assert done.seq == len(before["log"]) + 1
            raise Crash

    with pytest.raises(Crash):
        write_and_fail()
    assert dump(world.url) == before


def test_one_refused_row_undoes_the_acts_beside_it(world: World) -> None:
    before = dump(world.url)
    for refused in (source(kind="no such kind"), source(side="no-such-party")):
        with pytest.raises(sa.exc.IntegrityError), world.database.writing() as connection:
            door.record(connection, world.actor(), [source(), refused, source()])
    again = source()
    with pytest.raises(sa.exc.IntegrityError), world.database.writing() as connection:
        door.record(connection, world.actor(), [again, again])
    assert dump(world.url) == before


def test_a_change_of_another_version_than_the_one_there_leaves_nothing(world: World) -> None:
    made = source()
    write(world, [made])
    before = dump(world.url)
    for version in (3, 7):
        with (
            pytest.raises(RuntimeError, match="changed under its lock"),
            world.database.writing() as connection,
        ):
            door.record(connection, world.actor(), [change(made, version, name="Another")])
    assert dump(world.url) == before


def test_each_act_leaves_one_row_one_revision_and_one_entry(world: World) -> None:
    before = dump(world.url)
    made = source()
    (first,) = write(world, [made])
    (second,) = write(world, [change(made, 2, name="Another agency")])
    after = dump(world.url)
    new = {name: len(after[name]) - len(before[name]) for name in after}
    assert {name: count for name, count in new.items() if count} == {"source": 1, "revision": 2, "log": 2}
    row = after["source"][(made.id,)]
    assert (row["name"], row["version"], row["seq"]) == ("Another agency", 2, second.seq)
    assert row["recorded_at"] == second.at == log_of(world.url)[-1]["at"]
    assert [after["revision"][(made.id, version)]["seq"] for version in (1, 2)] == [first.seq, second.seq]


def recomputed(entries: list[dict[str, Any]], revisions: Table) -> str:
    """Follow the chain with nothing of ours: SHA-256 and JSON as the standard library writes it."""
    by_seq = {row["seq"]: row for row in revisions.values()}
    previous = "0" * 64
    for number, entry in enumerate(entries, 1):
        revision = by_seq.pop(number)
        assert (entry["seq"], entry["previous"]) == (number, previous)
        assert (entry["object"], entry["object_version"]) == (revision["object"], revision["version"])
        content = revision["content"]
        parsed = json.loads(content)
        assert content == json.dumps(parsed, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        committed = content if revision["reason"] is None else content + "\0" + revision["reason"]
        assert len(revision["salt"]) == 32
        salt = bytes.fromhex(revision["salt"])
        assert entry["commitment"] == hmac.new(salt, committed.encode(), hashlib.sha256).hexdigest()
        fields = {name: value for name, value in entry.items() if name != "hash"}
        text = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        previous = hashlib.sha256(text.encode()).hexdigest()
        assert entry["hash"] == previous
    assert by_seq == {}
    return previous


def test_the_chain_can_be_recomputed_after_a_varied_history(world: World) -> None:
    fill(world)
    bulk = [source(f"Outlet {number} – صحيفة") for number in range(2_345)]
    write(world, bulk)
    write(world, [change(one, 2, name="Renamed") for one in bulk[:1_100]])
    for member in (world.members["viewer"],):
        with world.database.writing() as connection:
            organisations.deactivate_member(connection, organisations.operator(world.organisation), member)
    after = dump(world.url)
    entries = log_of(world.url)
    assert len(entries) > 2_345 + 1_100
    last = recomputed(entries, after["revision"])
    head = after["log_head"][(world.organisation,)]
    assert (head["seq"], head["hash"], head["at"]) == (len(entries), last, entries[-1]["at"])
    assert all(one["at"] < two["at"] for one, two in itertools.pairwise(entries))
    assert len({row["salt"] for row in after["revision"].values()}) == len(entries)
    kinds_seen = {entry["action"].split(".")[0] for entry in entries}
    assert kinds_seen == set(kinds.KINDS)
    assert findings(world) == []


def test_two_organisations_have_two_chains(world: World) -> None:
    with world.database.writing() as connection:
        other = organisations.found(connection, "Another recorder")
        operator = organisations.operator(other)
        organisations.add_member(connection, operator, "Member B", ["recorder"])
    write(world, [source()])
    by_organisation = Counter(row["organisation"] for row in dump(world.url)["log"].values())
    assert by_organisation[other] == 1
    with world.database.within(other).reading() as connection:
        assert verify_log(connection, other) == verify_records(connection, other) == []
        with pytest.raises(LookupError):
            verify_log(connection, "nowhere")
    assert findings(world) == []


def test_an_empty_log_is_whole(world: World) -> None:
    with world.database.writing() as connection:
        other = organisations.found(connection, "Another recorder")
    with world.database.within(other).reading() as connection:
        assert verify_log(connection, other) == []


@pytest.mark.parametrize(
    ("clock", "given"),
    [
        ("2026-02-03T09:30:00.000002Z", "2026-02-03T09:30:00.000002Z"),
        ("2026-02-03T09:30:00.000001Z", "2026-02-03T09:30:00.000002Z"),
        ("2026-02-03T09:30:00.000000Z", "2026-02-03T09:30:00.000002Z"),
        ("1999-12-31T23:59:59.999999Z", "2026-02-03T09:30:00.000002Z"),
    ],
)
def test_an_instant_is_never_earlier_than_the_one_before(clock: str, given: str) -> None:
    assert door.next_instant("2026-02-03T09:30:00.000001Z", lambda: clock) == given


def test_an_instant_after_the_last_of_a_year_is_in_the_next() -> None:
    following = door.next_instant("2026-12-31T23:59:59.999999Z", lambda: "2026-01-01T00:00:00.000000Z")
    assert following == "2027-01-01T00:00:00.000000Z"


def test_the_log_goes_on_in_order_when_the_clock_is_set_back(world: World) -> None:
    ahead = (datetime.now(UTC) + timedelta(days=400)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    with tampering(world.url) as connection:  # as if the last entry came from a clock that ran ahead
        connection.execute(METADATA.tables["log_head"].update().values(at=ahead))
    done = write(world, [source() for _ in range(3)])
    assert [one.at > ahead for one in done] == [True, True, True]
    times = [entry["at"] for entry in log_of(world.url)]
    assert times == sorted(times)
    assert len(set(times)) == len(times)
    assert findings(world) == []


def test_parallel_writers_leave_no_gap_and_no_fork(world: World) -> None:
    writers, rounds, at_once = 8, 12, 3
    before = len(log_of(world.url))
    actors = [world.actor(who) for who in ("recorder", "reviewer", "second", "service")] * 2

    def writing(actor: Actor) -> list[int]:
        seqs = []
        for number in range(rounds):
            with world.database.writing() as connection:
                acts = [source(f"Source {number}") for _ in range(at_once)]
                seqs += [one.seq for one in door.record(connection, actor, acts)]
        return seqs

    with ThreadPoolExecutor(writers) as pool:
        given = [seq for seqs in pool.map(writing, actors) for seq in seqs]
    expected = writers * rounds * at_once
    assert sorted(given) == list(range(before + 1, before + expected + 1))
    entries = log_of(world.url)
    assert [entry["seq"] for entry in entries] == list(range(1, before + expected + 1))
    assert len({entry["previous"] for entry in entries}) == len(entries)
    assert findings(world) == []


def test_a_writer_that_fails_leaves_no_gap_for_the_others(world: World) -> None:
    before = len(log_of(world.url))

    def writing(number: int) -> int:
        try:
            with world.database.writing() as connection:
                door.record(connection, world.actor(), [source()])
                if number % 3 == 0:
                    raise Crash
        except Crash:
            return 0
        return 1

    with ThreadPoolExecutor(8) as pool:
        stored = sum(pool.map(writing, range(48)))
    assert stored == 32
    assert [entry["seq"] for entry in log_of(world.url)] == list(range(1, before + stored + 1))
    assert findings(world) == []


def test_every_row_of_a_record_has_its_revision_and_every_revision_its_row(world: World) -> None:
    fill(world)
    after = dump(world.url)
    entries = {row["seq"]: row for row in after["log"].values()}
    rows = {
        (kind.name, key[0]): row
        for kind in kinds.KINDS.values()
        for key, row in after[kind.table.name].items()
    }
    assert len(rows) > 25
    without = [at for at, row in rows.items() if (row["id"], row["version"]) not in after["revision"]]
    assert without == []
    for (kind, id), row in rows.items():
        assert entries[row["seq"]]["object"] == id
        assert entries[row["seq"]]["action"].startswith(f"{kind}.")
        versions = sorted(version for object_, version in after["revision"] if object_ == id)
        assert versions == list(range(1, row["version"] + 1))
    assert {id for id, _ in after["revision"]} == {id for _, id in rows}
    assert len(after["revision"]) == len(entries) == sum(row["version"] for row in rows.values())


def test_every_table_with_a_version_is_a_kind_of_record(world: World) -> None:
    recorded = {table.name for table in METADATA.tables.values() if {"id", "version"} <= set(table.c.keys())}
    assert recorded == {kind.table.name for kind in kinds.KINDS.values()}


Harm = Callable[[sa.Connection, dict[str, str]], Any]
"""What somebody with the database's password does to the record."""


def _sql(statement: str) -> Harm:
    return lambda connection, ids: connection.execute(
        sa.text(statement), {name: ids[name] for name in ids if f":{name}" in statement}
    )


def _rehash(connection: sa.Connection, ids: dict[str, str]) -> None:
    """Change an entry and give it the hash of its new fields: the next one tells."""
    log = METADATA.tables["log"]
    row = dict(connection.execute(sa.select(log).where(log.c.seq == 5)).mappings().one())
    row["actor"] = "member:somebody else"
    row["hash"] = door.entry_hash({str(name): value for name, value in row.items() if name != "hash"})
    connection.execute(log.update().where(log.c.seq == 5).values(row))


LAST = "(SELECT max(seq) FROM log)"
TAMPERED: dict[str, tuple[Harm, str]] = {
    "content": (
        _sql(
            "UPDATE revision SET content = replace(content, '33', '3') WHERE object = :claim AND version = 1"
        ),
        "its commitment does not open",
    ),
    "reason": (
        _sql("UPDATE revision SET reason = 'Another.' WHERE seq = 7"),
        "log 7: its commitment does not open",
    ),
    "salt": (
        _sql(f"UPDATE revision SET salt = '{'0' * 32}' WHERE seq = 7"),
        "log 7: its commitment does not open",
    ),
    "actor": (_sql("UPDATE log SET actor = 'member:x' WHERE seq = 5"), "log 5: its hash is not that"),
    "time": (
        _sql("UPDATE log SET at = '2020-01-01T00:00:00.000000Z' WHERE seq = 5"),
        "log 5: its time is not later",
    ),
    "action": (_sql("UPDATE log SET action = 'x.y' WHERE seq = 5"), "log 5: its hash is not that"),
    "format": (_sql("UPDATE log SET format = 9 WHERE seq = 5"), "log 5: its format is not known"),
    "entry and its hash": (_rehash, "log 6: it does not follow the entry before"),
    "removed entry": (_sql("DELETE FROM log WHERE seq = 5"), "log 5: 1 entries are missing"),
    "removed act": (
        lambda connection, ids: [
            _sql(f"DELETE FROM {name} WHERE seq = 5")(connection, ids) for name in ("log", "revision")
        ],
        "log 5: 1 entries are missing",
    ),
    "first entry": (_sql("DELETE FROM log WHERE seq = 1"), "log 1: 1 entries are missing"),
    "last entry": (
        _sql(f"DELETE FROM log WHERE seq = {LAST}"),
        "entries are missing before the head",
    ),
    "last entry and head": (
        lambda connection, ids: [
            _sql(f"DELETE FROM log WHERE seq = {LAST}")(connection, ids),
            _sql(f"UPDATE log_head SET seq = {LAST}")(connection, ids),
        ],
        "head: it is not the last entry",
    ),
    "head": (_sql("UPDATE log_head SET seq = seq - 1"), "head: it is not the last entry"),
    "removed revision": (_sql("DELETE FROM revision WHERE seq = 5"), "log 5: it has no revision"),
    "swapped revisions": (
        lambda connection, ids: [
            _sql(f"UPDATE revision SET seq = {to} WHERE seq = {given}")(connection, ids)
            for given, to in ((5, 9005), (6, 5), (9005, 6))
        ],
        "log 5: its revision is of another record or version",
    ),
    "row": (_sql("UPDATE victim SET age_low = 4, age_high = 4"), "its columns are not those"),
    "place": (_sql("UPDATE place SET lon = lon + 1"), "its columns are not those"),
    "figure": (
        _sql("UPDATE figure SET low = 0 WHERE claim = :claim AND key = 'civilians'"),
        "its rows in figure are not those",
    ),
    "removed part": (_sql("DELETE FROM victim_name WHERE position = 1"), "its rows in victim_name are not"),
    "removed parts": (_sql("DELETE FROM victim_group"), "its rows in victim_group are not"),
    "added part": (
        _sql(
            "INSERT INTO victim_group (organisation, victim, position, code) "
            "SELECT organisation, id, 1, 'aid_worker' FROM victim"
        ),
        "its rows in victim_group are not",
    ),
    "removed row": (_sql("DELETE FROM listing"), "it is in the log and has no row"),
    "row without an act": (
        _sql(
            "INSERT INTO party (id, organisation, visibility, version, seq, recorded_at, code, name) "
            "SELECT 'x', organisation, visibility, 1, seq, recorded_at, 'x', 'X' FROM party LIMIT 1"
        ),
        "party x: it has no revision of its version",
    ),
    "version": (_sql("UPDATE victim SET version = 2"), "it has no revision of its version"),
    "older version": (
        _sql("DELETE FROM revision WHERE object = :claim AND version = 1"),
        "it has not one revision a version",
    ),
    "when it was recorded": (
        _sql("UPDATE victim SET recorded_at = '2020-01-01T00:00:00.000000Z'"),
        "it does not carry the sequence and time",
    ),
    "approval": (
        _sql("UPDATE assessment SET approver = author WHERE state = 'approved'"),
        "its columns are not those",
    ),
}


def test_whatever_is_tampered_with_is_found(world: World) -> None:
    ids = fill(world)
    assert findings(world) == []
    missed = {}
    for what, (harm, expected) in TAMPERED.items():
        with tampering(world.url, keep=False) as connection:
            harm(connection, ids)
            found = verify_log(connection, world.organisation)
            found += verify_records(connection, world.organisation)
        if not any(expected in one for one in found):
            missed[what] = found
    assert missed == {}
    assert findings(world) == []


def test_a_finding_names_no_content(world: World) -> None:
    fill(world)
    with tampering(world.url) as connection:
        connection.execute(sa.text("UPDATE revision SET content = replace(content, 'Person A', 'Person Z')"))
        connection.execute(sa.text("UPDATE victim_name SET name = 'Person Z'"))
        connection.execute(sa.text("UPDATE listing SET name = 'Person Z'"))
    found = findings(world)
    assert found
    assert not any("Person" in one for one in found)
