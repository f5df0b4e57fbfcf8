"""Webhooks: signed as the specification says, to checked addresses alone, until they are taken."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from db import door
from db.queries import webhooks as webhook_queries
from db.tables.webhooks import delivery as delivery_table
from db.tables.webhooks import delivery_attempt
from db.tables.webhooks import webhook as webhook_table
from db.verifying import verify_records
from domain.attempts import DELIVERY_ATTEMPTS, DELIVERY_PAUSES_S
from domain.errors import Conflict, Invalid, NotAllowed, NotFound
from domain.networks import networks
from services.jobs import outbox
from services.jobs.deployment import Deployment
from services.jobs.queue import later
from services.webhooks import deliveries, endpoints, sending
from tests.histories import dump
from tests.jobs import changed, made, root, row_of, shared, worker, world
from tests.receivers import Receiver, certificate_for, dripping, endless, nonsense, receiving, status
from tests.worlds import World

__all__ = ["root", "shared", "world"]  # fixtures

NEARBY: dict[str, Any] = {"networks": networks(["127.0.0.0/8"]), "plain_http": True}
HERE = Deployment(**NEARBY)
LONG_AGO = "2026-01-01T00:00:00.000000Z"
KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


def told_at(world: World, url: str, *types: str) -> endpoints.Made:
    with world.database.writing() as connection:
        return endpoints.create(
            connection, world.actor("admin"), HERE, url, types or ("job.done", "job.failed"), "Ours"
        )


def told(world: World) -> None:
    """Let something have happened."""
    with world.database.writing() as connection:
        assert outbox.tell(connection, world.organisation, "job.done", {"job": "an-id"}) == 1


def one_delivery(world: World) -> Any:
    with world.database.reading() as connection:
        return connection.execute(sa.select(delivery_table)).one()


def attempts(world: World) -> list[Any]:
    with world.database.reading() as connection:
        return list(connection.execute(sa.select(delivery_attempt).order_by(delivery_attempt.c.number)))


def put(world: World, table: sa.Table, **values: Any) -> None:
    with world.database.writing() as connection:
        connection.execute(table.update().values(**values))


def test_the_end_of_a_job_is_told_signed_with_what_was_made_and_no_name(
    world: World, root: Path, receiver: Receiver
) -> None:
    hook = told_at(world, receiver.address)
    world.made("parties", {"code": "armed-group", "name": "The armed group"})
    id = made(world, root, filters={"code": "armed-group"}, folder="lasbela")
    failed = made(world, root)
    one = worker(world, root, **NEARBY)
    one.drain()
    ended = {"state": "running", "worker": "dead", "leased_until": LONG_AGO, "finished_at": None}
    changed(world, failed, {**ended, "attempts": 9, "result": None})
    one.drain()
    assert len(receiver.requests) == 3
    said = {}
    for headers, body in receiver.requests:
        event = Webhook(hook.secret).verify(body, headers)
        said[event["data"]["job"], event["type"]] = event["data"]
        assert headers["content-type"] == "application/json"
        for name in (b"armed", b"lasbela", b"Test Recorder"):
            assert name not in body
    done = said[id, "job.done"]
    (file,) = done["files"]
    assert set(file) == {"name", "bytes", "sha256", "rows"}
    assert file["rows"] == 1
    assert done["log_sequence"] == json.loads(row_of(world, id).result)["log_sequence"]
    assert done["links"] == {"job": f"/v1/jobs/{id}"}
    assert said[failed, "job.failed"]["error"] == "worker-died"
    assert {one.error for one in attempts(world)} == {None}
    assert {one.status for one in attempts(world)} == {204}


def test_a_message_that_was_tampered_with_or_is_old_does_not_verify(world: World, receiver: Receiver) -> None:
    hook = told_at(world, receiver.address)
    told(world)
    assert deliveries.send_next(world.outside, world.organisation, HERE)
    ((headers, body),) = receiver.requests
    with pytest.raises(WebhookVerificationError):
        Webhook(hook.secret).verify(body.replace(b"job.done", b"job.gone"), headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(KEY).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(hook.secret).verify(body, {**headers, "webhook-timestamp": "1700000000"})


def test_for_a_day_both_secrets_sign(world: World, receiver: Receiver) -> None:
    old = told_at(world, receiver.address)
    with world.database.writing() as connection:
        new = endpoints.rotate(connection, world.actor("reviewer"), old.id)
    assert new.secret != old.secret
    told(world)
    deliveries.send_next(world.outside, world.organisation, HERE)
    headers, body = receiver.requests[-1]
    for secret in (old.secret, new.secret):
        assert Webhook(secret).verify(body, headers)["type"] == "job.done"
    put(world, webhook_table, previous_until=LONG_AGO)
    with world.database.writing() as connection:
        endpoints.replay(connection, world.actor("reviewer"), old.id, one_delivery(world).id)
    deliveries.send_next(world.outside, world.organisation, HERE)
    again, body = receiver.requests[-1]
    assert again["webhook-id"] == headers["webhook-id"]
    assert Webhook(new.secret).verify(body, again)["type"] == "job.done"
    with pytest.raises(WebhookVerificationError):
        Webhook(old.secret).verify(body, again)
    assert [one.number for one in attempts(world)] == [1, 2]
    with world.database.writing() as connection, pytest.raises(NotFound):
        endpoints.replay(connection, world.actor("reviewer"), old.id, "no-such-id")


def test_what_is_not_taken_is_sent_again_with_the_pauses_of_the_specification(
    world: World, receiver: Receiver
) -> None:
    hook = told_at(world, receiver.address)
    told(world)
    receiver.answer = status(500)
    for number, pause in enumerate((*DELIVERY_PAUSES_S, None), start=1):
        before = door.now()
        assert deliveries.send_next(world.outside, world.organisation, HERE)
        row = one_delivery(world)
        assert row.attempts == number
        if pause is None:
            assert row.state == "failed"
        else:
            assert row.not_before >= later(before, pause)
            assert not deliveries.send_next(world.outside, world.organisation, HERE), "it waits for its time"
            put(world, delivery_table, not_before=LONG_AGO)
    assert number == DELIVERY_ATTEMPTS
    assert [(one.status, one.error) for one in attempts(world)] == [(500, "refused")] * number
    assert len({headers["webhook-id"] for headers, _ in receiver.requests}) == 1
    # Failing for minutes disables nothing.
    with world.database.reading() as connection:
        row = endpoints.one(connection, world.actor("admin"), hook.id)
    assert (row.state, row.failing_since is None) == ("active", False)
    receiver.answer = status(200)
    with world.database.writing() as connection:
        endpoints.replay(connection, world.actor("admin"), hook.id, one_delivery(world).id)
    assert deliveries.send_next(world.outside, world.organisation, HERE)
    assert one_delivery(world).state == "delivered"
    with world.database.reading() as connection:
        assert endpoints.one(connection, world.actor("admin"), hook.id).failing_since is None


def test_a_webhook_that_takes_nothing_for_days_is_disabled_with_a_reason_and_enabled_again(
    world: World, receiver: Receiver
) -> None:
    hook = told_at(world, receiver.address)
    told(world)
    receiver.answer = status(410)
    put(world, webhook_table, failing_since=later(door.now(), -3 * 86_400 - 60))
    deliveries.send_next(world.outside, world.organisation, HERE)
    with world.database.reading() as connection:
        row = endpoints.one(connection, world.actor("admin"), hook.id)
        assert verify_records(connection, world.organisation) == []
    assert row.state == "disabled"
    assert "refused" in row.state_reason
    put(world, delivery_table, not_before=LONG_AGO)
    assert not deliveries.send_next(world.outside, world.organisation, HERE), "what waits goes on waiting"
    receiver.answer = status(200)
    with world.database.writing() as connection:
        assert endpoints.enable(connection, world.actor("admin"), hook.id).state == "active"
    assert deliveries.send_next(world.outside, world.organisation, HERE)
    with world.database.writing() as connection, pytest.raises(Conflict):
        endpoints.enable(connection, world.actor("admin"), hook.id)
    entries = world.get("log", "admin").json()["data"]
    actions = [one["action"] for one in entries if one["action"].startswith("webhook.")]
    assert actions == ["webhook.create", "webhook.disable", "webhook.enable"]


def test_a_message_whose_worker_died_is_sent_again(world: World, receiver: Receiver) -> None:
    told_at(world, receiver.address)
    told(world)
    with world.database.writing() as connection:
        assert (
            webhook_queries.claim(connection, world.organisation, door.now(), later(door.now(), 60))
            is not None
        )
    assert not deliveries.send_next(world.outside, world.organisation, HERE)
    put(world, delivery_table, leased_until=LONG_AGO)
    assert deliveries.send_next(world.outside, world.organisation, HERE)
    assert one_delivery(world).state == "delivered"


def test_two_workers_send_each_message_once(world: World, receiver: Receiver) -> None:
    told_at(world, receiver.address)
    for _ in range(12):
        told(world)

    def send_all(_: int) -> int:
        number = 0
        while deliveries.send_next(world.outside, world.organisation, HERE):
            number += 1
        return number

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(send_all, range(2))) == 12
    assert len({headers["webhook-id"] for headers, _ in receiver.requests}) == len(receiver.requests) == 12


def test_jobs_and_messages_are_done_by_turns(world: World, root: Path, receiver: Receiver) -> None:
    told_at(world, receiver.address)
    for _ in range(3):
        told(world)
        made(world, root)
    one = worker(world, root, **NEARBY)
    steps = list(iter(one.step, None))
    assert steps[:6] == ["message", "job"] * 3
    assert steps[6:] == ["message"] * 3, "those that tell of the jobs"


def test_a_removed_webhook_is_told_nothing_and_what_waited_is_dropped(
    world: World, receiver: Receiver
) -> None:
    hook = told_at(world, receiver.address, "job.done")
    told(world)
    with world.database.writing() as connection:
        endpoints.remove(connection, world.actor("admin"), hook.id)
        assert outbox.tell(connection, world.organisation, "job.done", {}) == 0
    assert not deliveries.send_next(world.outside, world.organisation, HERE)
    assert one_delivery(world).state == "dropped"
    with world.database.writing() as connection, pytest.raises(Conflict):
        endpoints.rotate(connection, world.actor("admin"), hook.id)


def test_only_reviewers_and_administrators_keep_webhooks(world: World, receiver: Receiver) -> None:
    with world.database.writing() as connection:
        for who in ("viewer", "recorder"):
            with pytest.raises(NotAllowed):
                endpoints.create(connection, world.actor(who), HERE, receiver.address, ["job.done"])
        with pytest.raises(Invalid):
            endpoints.create(connection, world.actor("admin"), HERE, receiver.address, ["job.gone"])
        with pytest.raises(Invalid) as refused:
            endpoints.create(connection, world.actor("admin"), Deployment(), receiver.address, ["job.done"])
    assert refused.value.code == "plain-http"


def test_no_secret_stands_in_a_revision_an_entry_or_another_table(world: World, receiver: Receiver) -> None:
    first = told_at(world, receiver.address)
    with world.database.writing() as connection:
        second = endpoints.rotate(connection, world.actor("admin"), first.id)
    told(world)
    deliveries.send_next(world.outside, world.organisation, HERE)
    found = dump(world.url)
    for name, rows in found.items():
        for row in rows.values():
            kept = {"secret", "previous_secret"} if name == "webhook" else set()
            text = json.dumps({column: value for column, value in row.items() if column not in kept})
            assert first.secret not in text
            assert second.secret not in text


def sent(url: str, deployment: Deployment = HERE, **more: Any) -> sending.Attempt:
    return sending.send(url, "msg_1", "{}", [KEY], deployment, **more)


class TestSending:
    def test_a_name_is_looked_up_once_and_the_connection_made_to_what_was_checked(
        self, receiver: Receiver
    ) -> None:
        asked: list[tuple[str, int]] = []

        def resolve(host: str, port: int) -> list[str]:
            # A second look-up would get another address: what a rebinding attacker's name server does.
            asked.append((host, port))
            return ["127.0.0.1" if len(asked) == 1 else "10.0.0.1"]

        url = f"http://hooks.example.test:{receiver.port}/in?key=1"
        assert sent(url, resolve=resolve).taken
        assert asked == [("hooks.example.test", receiver.port)]
        ((headers, _),) = receiver.requests
        assert headers["host"] == f"hooks.example.test:{receiver.port}"

    def test_one_refused_address_among_others_is_enough_to_send_nothing(self, receiver: Receiver) -> None:
        url = f"http://hooks.example.test:{receiver.port}/in"
        for addresses in (["127.0.0.1", "10.0.0.1"], ["::ffff:10.0.0.1"], ["::1"], ["fe80::1%lo"]):
            assert sent(url, resolve=lambda *_, found=addresses: found).error == "address-refused"
        assert sent(url, resolve=lambda *_: []).error == "name-unknown"
        assert receiver.requests == []

    def test_without_the_settings_nothing_nearby_is_reached(self, receiver: Receiver) -> None:
        assert sent(receiver.address, Deployment()).error == "address-refused"
        assert sent(receiver.address, Deployment(plain_http=True)).error == "address-refused"
        only_networks = Deployment(networks=networks(["127.0.0.0/8"]))
        assert sent(receiver.address, only_networks).error == "address-refused"
        assert receiver.requests == []

    def test_a_name_that_there_is_not_and_a_port_where_nobody_listens(self) -> None:
        assert sent(f"http://{'a' * 64}.test/").error == "name-unknown"
        with receiving() as gone:
            pass
        assert sent(gone.address).error == "no-connection"

    def test_a_redirect_is_not_followed(self, receiver: Receiver) -> None:
        with receiving(status(302, Location=receiver.address)) as elsewhere:
            attempt = sent(elsewhere.address)
        assert (attempt.status, attempt.error) == (302, "redirected")
        assert receiver.requests == []

    def test_a_proxy_of_the_environment_is_not_used(
        self, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with receiving() as proxy:
            for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
                monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
            assert sent(receiver.address).taken
            assert proxy.requests == []

    def test_an_answer_that_never_ends_holds_nobody(
        self, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        receiver.answer = endless
        assert sent(receiver.address).taken
        monkeypatch.setattr(sending, "LONGEST_S", 0.4)
        receiver.answer = dripping
        attempt = sent(receiver.address)
        assert attempt.error == "timeout"
        assert attempt.duration_ms < 3_000

    def test_what_is_no_http_is_an_error_and_no_fault(self, receiver: Receiver) -> None:
        receiver.answer = nonsense
        assert sent(receiver.address).error == "protocol"

    def test_the_certificate_is_verified_against_the_name_and_not_the_address(self, tmp_path: Path) -> None:
        mine, others = (certificate_for(name, tmp_path) for name in ("hooks.test", "other.test"))
        trusted = tmp_path / "trusted.pem"
        trusted.write_text(mine[0].read_text() + others[0].read_text())
        trusting = Deployment(networks=networks(["127.0.0.0/8"]), certificates=trusted)
        unknown = Deployment(networks=networks(["127.0.0.0/8"]))

        def resolve(host: str, port: int) -> list[str]:
            return ["127.0.0.1"]

        with receiving(certificate=mine) as receiver:
            url = f"https://hooks.test:{receiver.port}/in"
            assert sent(url, trusting, resolve=resolve).taken
            assert sent(url, unknown, resolve=resolve).error == "certificate"
            by_address = f"https://127.0.0.1:{receiver.port}/in"
            assert sent(by_address, trusting).error == "certificate"
        with receiving(certificate=others) as receiver:
            url = f"https://hooks.test:{receiver.port}/in"
            assert sent(url, trusting, resolve=resolve).error == "certificate"
            assert receiver.requests == []
