"""People and keys over HTTP: members, invitations, logins, sessions, tokens."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
import sqlalchemy as sa

from db import door
from services import organisations
from services.people import invitations
from tests.histories import tampering
from tests.worlds import World, make_world

PASSWORD = "otter paints a quiet harbour"
DAY = {"start": "2026-01-31", "end": "2026-01-31"}
OTHER = "lantern over six slow rivers"


def invited(world: World, *roles: str) -> str:
    """Give the secret of an invitation."""
    body = {"name": "Member C", "roles": list(roles) or ["recorder"]}
    return str(world.made("invitations", body, "admin")["secret"])


def joined(world: World, *roles: str, login: str = "member.c", password: str = PASSWORD) -> dict[str, Any]:
    """Give the session of somebody who accepted; its secret is kept under the login."""
    body = {"secret": invited(world, *roles), "login": login, "password": password}
    begun = world.made("invitations/accept", body, None)
    world.tokens[login], world.members[login] = begun["secret"], begun["member"]
    return begun


def signed_in(world: World, login: str = "member.c", password: str = PASSWORD, **more: str) -> Any:
    return world.post("sessions", {"login": login, "password": password, **more}, None)


def code_of(answer: Any) -> str:
    return str(answer.json()["type"]).rpartition("/")[2]


def acts(world: World) -> list[str]:
    return [one["action"] for one in world.get("log", "admin", limit=500).json()["data"]]


def invited_again(world: World, member: str) -> str:
    """Invite a member who lost their login, as the operator does; give the secret."""
    with world.database.writing() as connection:
        operator = organisations.operator(world.organisation)
        return invitations.invite_member(connection, operator, member).secret


def test_who_is_invited_chooses_a_password_and_is_a_member_at_once(world: World) -> None:
    begun = joined(world, "recorder", "viewer")
    me = world.get("me", "member.c").json()
    assert (me["kind"], me["member"], me["name"]) == ("session", begun["member"], "Member C")
    assert me["roles"] == ["recorder", "viewer"]
    assert world.made("sources", {"name": "Agency", "kind": "agency"}, "member.c")
    again = signed_in(world, "Member.C")
    assert again.status_code == 201
    assert again.json()["member"] == begun["member"]
    assert {
        "invitation.create",
        "member.create",
        "sign_in.create",
        "invitation.accept",
        "session.create",
    } <= set(acts(world))


def test_an_invitation_is_good_for_one_use_seven_days_and_until_it_is_taken_back(world: World) -> None:
    body = {"secret": invited(world), "login": "member.c", "password": PASSWORD}
    assert world.post("invitations/accept", body, None).status_code == 201
    used = world.post("invitations/accept", {**body, "login": "other"}, None)
    made = world.made("invitations", {"name": "Member D", "roles": ["viewer"]}, "admin")
    assert world.post(f"invitations/{made['id']}/revoke", None, "admin").json()["revoked_at"]
    revoked = world.post("invitations/accept", {**body, "login": "d.d", "secret": made["secret"]}, None)
    late = world.made("invitations", {"name": "Member E", "roles": ["viewer"]}, "admin")
    assert door.after(days=6.9) < late["expires_at"] < door.after(days=7)
    with tampering(world.url) as connection:
        said = {"at": door.now(), "id": late["id"]}
        connection.execute(sa.text("UPDATE invitation SET expires_at = :at WHERE id = :id"), said)
    over = world.post("invitations/accept", {**body, "login": "e.e", "secret": late["secret"]}, None)
    never = world.post("invitations/accept", {**body, "login": "f.f", "secret": "chi_never_was"}, None)
    assert {answer.status_code for answer in (used, revoked, over, never)} == {404}
    assert len({answer.content for answer in (used, revoked, over, never)}) == 1


def test_a_password_that_others_would_try_is_refused_and_the_invitation_stays_open(world: World) -> None:
    body = {"secret": invited(world), "login": "member.c", "password": "Test Recorder 2026"}
    refused = world.post("invitations/accept", body, None)
    assert (refused.status_code, code_of(refused)) == (422, "password-too-common")
    assert "Recorder 2026" not in refused.text
    assert world.post("invitations/accept", {**body, "password": PASSWORD}, None).status_code == 201


def test_a_wrong_password_and_an_unknown_login_are_one_answer(world: World) -> None:
    joined(world)
    wrong, unknown = signed_in(world, password=OTHER), signed_in(world, "nobody")
    strange = signed_in(world, "a b")
    assert (wrong.status_code, wrong.content) == (401, unknown.content)
    assert strange.content == wrong.content


def test_who_guesses_waits_longer_each_time_and_keeps_nobody_else_out(world: World) -> None:
    joined(world)
    assert signed_in(world).status_code == 201
    for _ in range(5):
        assert signed_in(world, "somebody").status_code == 401
    waiting = signed_in(world, "somebody")
    assert (waiting.status_code, code_of(waiting)) == (429, "too-many-requests")
    assert 1 <= int(waiting.headers["Retry-After"]) <= 2
    assert signed_in(world).status_code == 201


def test_a_session_ends_when_its_member_signs_out(world: World) -> None:
    joined(world)
    ended = world.client.delete("/v1/sessions/current", headers=world.headers("member.c"))
    assert ended.status_code == 200
    assert ended.json()["ended_at"]
    assert world.get("me", "member.c").status_code == 401
    token = world.client.delete("/v1/sessions/current", headers=world.headers("viewer"))
    assert token.status_code == 404


def test_a_session_ends_after_an_hour_without_use_and_after_eight_in_any_case(world: World) -> None:
    first = joined(world)
    assert door.after(hours=7.9) < first["expires_at"] < door.after(hours=8)

    def last_used(**ago: float) -> None:
        with tampering(world.url) as connection:
            said = {"at": door.after(**ago), "id": first["id"]}
            connection.execute(sa.text("UPDATE session SET last_used_at = :at WHERE id = :id"), said)

    last_used(minutes=-50)
    assert world.get("me", "member.c").status_code == 200
    with tampering(world.url) as connection:
        seen = sa.text("SELECT last_used_at FROM session WHERE id = :id")
        assert connection.execute(seen, {"id": first["id"]}).scalar_one() > door.after(minutes=-1)
    last_used(minutes=-61)
    assert world.get("me", "member.c").status_code == 401
    last_used(minutes=0)
    assert world.get("me", "member.c").status_code == 200
    with tampering(world.url) as connection:
        said = {"at": door.now(), "id": first["id"]}
        connection.execute(sa.text("UPDATE session SET expires_at = :at WHERE id = :id"), said)
    assert world.get("me", "member.c").status_code == 401


def test_another_password_ends_every_other_session(world: World) -> None:
    joined(world)
    world.tokens["elsewhere"] = signed_in(world).json()["secret"]
    body = {"current": OTHER, "new": OTHER}
    wrong = world.post("me/password", body, "member.c")
    assert (wrong.status_code, code_of(wrong)) == (422, "wrong-password")
    assert world.get("me", "elsewhere").status_code == 200
    assert world.post("me/password", {**body, "current": PASSWORD}, "member.c").status_code == 200
    assert world.get("me", "member.c").status_code == 200
    assert world.get("me", "elsewhere").status_code == 401
    assert signed_in(world).status_code == 401
    assert signed_in(world, password=OTHER).status_code == 201
    none = world.post("me/password", {**body, "current": PASSWORD}, "viewer")
    assert (none.status_code, code_of(none)) == (409, "no-password")


def test_a_lost_password_is_replaced_and_all_that_was_opened_with_it_ends(world: World) -> None:
    member = joined(world, "recorder")["member"]
    world.tokens["own"] = world.made("tokens", {"label": "laptop"}, "member.c")["secret"]
    secret = invited_again(world, member)
    assert world.get("me", "own").status_code == 200
    begun = world.made("invitations/accept", {"secret": secret, "login": "member.c", "password": OTHER}, None)
    assert begun["member"] == member
    assert world.get("me", "own").status_code == world.get("me", "member.c").status_code == 401
    assert signed_in(world).status_code == 401
    assert signed_in(world, password=OTHER).status_code == 201
    secret = invited_again(world, member)
    world.made("invitations/accept", {"secret": secret, "login": "other.name", "password": PASSWORD}, None)
    assert signed_in(world, password=OTHER).status_code == 401, "the login before opens nothing any more"
    assert signed_in(world, "other.name").status_code == 201


@pytest.mark.parametrize("several", [True])
def test_a_member_of_two_organisations_is_one_person_and_chooses_where_to_sign_in(world: World) -> None:
    first = joined(world, "reviewer")
    away = make_world(world.url, "Other Recorder", several_organisations=True)
    taken = {"secret": invited(away, "recorder"), "login": "member.c", "password": OTHER}
    refused = away.post("invitations/accept", taken, None)
    assert (refused.status_code, code_of(refused)) == (409, "already-there")
    second = away.made("invitations/accept", {**taken, "password": PASSWORD}, None)
    choice = signed_in(world)
    assert (choice.status_code, code_of(choice)) == (409, "choose-organisation")
    assert {one["detail"].partition(":")[0] for one in choice.json()["errors"]} == {
        "Test Recorder",
        "Other Recorder",
    }
    for name, begun in (("Test Recorder", first), ("Other Recorder", second)):
        assert signed_in(world, organisation=name).json()["member"] == begun["member"]
    assert signed_in(world, password=OTHER, organisation="Other Recorder").status_code == 401
    with tampering(world.url) as connection:
        query = sa.text("SELECT person FROM member WHERE id IN (:one, :two)")
        persons = connection.execute(query, {"one": first["member"], "two": second["member"]}).scalars().all()
    assert len(persons) == 2
    assert len(set(persons)) == 1
    # Neither organisation lets anybody into the other: a lost password opens the one that replaced it.
    secret = invited_again(world, first["member"])
    body = {"secret": secret, "login": "member.c", "password": OTHER}
    assert code_of(world.post("invitations/accept", body, None)) == "already-there"
    world.made("invitations/accept", {**body, "login": "first.only"}, None)
    assert signed_in(world, "first.only", OTHER).json()["member"] == first["member"]
    assert signed_in(world).json()["member"] == second["member"]
    away.outside.close()


@pytest.mark.parametrize("several", [True])
def test_a_changed_password_ends_the_sessions_in_the_other_organisation_too(world: World) -> None:
    joined(world)
    away = make_world(world.url, "Other Recorder", several_organisations=True)
    body = {"secret": invited(away, "viewer"), "login": "member.c", "password": PASSWORD}
    away.tokens["c"] = away.made("invitations/accept", body, None)["secret"]
    assert away.get("me", "c").json()["organisation"] == away.organisation
    world.post("me/password", {"current": PASSWORD, "new": OTHER}, "member.c")
    assert away.get("me", "c").status_code == 401
    away.outside.close()


def test_an_administrator_makes_no_way_in_to_a_membership_that_has_one(world: World) -> None:
    """They see no content: with another login they would be the reviewer, and approve what they proposed."""
    member = joined(world, "reviewer")["member"]
    for _ in range(2):
        refused = world.post(f"members/{member}/invite", None, "admin")
        assert (refused.status_code, code_of(refused)) == (403, "not-allowed")
        assert "operator" in refused.json()["detail"]
        version = world.get(f"members/{member}", "admin").json()["version"]
        changed = world.client.patch(
            f"/v1/members/{member}",
            json={"roles": ["admin"]},
            headers=world.headers("admin", If_Match=f'"{version}"'),
        )
        assert changed.status_code == 200, changed.text


def test_two_memberships_are_not_two_pairs_of_eyes(world: World) -> None:
    joined(world, "reviewer")
    incident = world.made("incidents", {"title": "Attack", "occurred": DAY})
    source = world.made("sources", {"name": "Agency", "kind": "agency"})["id"]
    report = world.made("reports", {"source": source, "title": "Attack"})["id"]
    figures = [{"key": "total", "outcome": "killed", "low": 3, "high": 3}]
    world.made("claims", {"report": report, "incident": incident["id"], "origin": source, "figures": figures})
    proposed = world.made("assessments", {"incident": incident["id"], "policy": "reported-range"}, "member.c")
    world.tokens["own"] = world.made("tokens", {"label": "laptop"}, "member.c")["secret"]
    for mine in ("own", "member.c"):
        assert code_of(world.approve(proposed["id"], mine)) == "four-eyes-required"
    assert world.approve(proposed["id"], "second").status_code == 200


def test_a_member_who_leaves_loses_everything_at_once_and_gets_no_key_back(world: World) -> None:
    member = joined(world, "recorder", "admin")["member"]
    world.tokens["own"] = world.made("tokens", {"label": "laptop"}, "member.c")["secret"]
    left = world.made("invitations", {"name": "Friend", "roles": ["admin"]}, "member.c")["secret"]
    mine = invited_again(world, member)
    gone = world.post(f"members/{member}/deactivate", None, "admin")
    assert (gone.status_code, gone.json()["active"]) == (200, False)

    def refused() -> None:
        assert {world.get("me", who).status_code for who in ("own", "member.c")} == {401}
        for secret in (left, mine):
            body = {"secret": secret, "login": "friend", "password": OTHER}
            assert world.post("invitations/accept", body, None).status_code == 404

    refused()
    assert signed_in(world).status_code == 401
    assert world.post(f"members/{member}/activate", None, "admin").json()["active"] is True
    refused()
    assert signed_in(world).status_code == 201


def test_the_last_administrator_stays_one_and_nobody_gives_themselves_a_role(world: World) -> None:
    admin = world.members["admin"]
    last = world.post(f"members/{admin}/deactivate", None, "admin")
    assert (last.status_code, code_of(last)) == (409, "last-admin")
    headers = world.headers("admin", If_Match='"1"')

    def roles(member: str, *wanted: str) -> Any:
        return world.client.patch(f"/v1/members/{member}", json={"roles": list(wanted)}, headers=headers)

    assert code_of(roles(admin, "viewer")) == "not-allowed"
    assert code_of(roles(admin)) == "last-admin"
    assert code_of(roles(admin, "admin", "reviewer")) == "not-allowed"
    assert roles(world.members["second"], "reviewer", "admin").json()["roles"] == ["admin", "reviewer"]
    stale = roles(world.members["second"], "reviewer")
    assert (stale.status_code, code_of(stale)) == (412, "stale-version")
    assert world.post(f"members/{admin}/deactivate", None, "second").status_code == 200
    assert world.get("me", "admin").status_code == 401


def test_other_roles_hold_from_the_next_request_on(world: World) -> None:
    body = {"title": "Attack", "occurred": DAY}
    assert world.post("incidents", body).status_code == 201
    headers = world.headers("admin", If_Match='"1"')
    member = world.members["recorder"]
    assert (
        world.client.patch(f"/v1/members/{member}", json={"roles": ["viewer"]}, headers=headers).status_code
        == 200
    )
    assert world.post("incidents", body).status_code == 403


def test_a_token_is_its_members_own_and_may_no_more_than_what_made_it(world: World) -> None:
    joined(world, "recorder", "reviewer")
    narrow = world.made("tokens", {"label": "narrow", "roles": ["recorder"], "days": 30}, "member.c")
    world.tokens["narrow"] = narrow["secret"]
    assert world.get("me", "narrow").json()["roles"] == ["recorder"]
    wide = world.post("tokens", {"label": "wide", "roles": ["reviewer"]}, "narrow")
    assert (wide.status_code, code_of(wide)) == (422, "roles-not-allowed")
    child = world.made("tokens", {"label": "child", "days": 90}, "narrow")
    assert child["roles"] == ["recorder"]
    assert child["expires_at"] == narrow["expires_at"], "a token is not prolonged by a token"
    assert world.get("tokens", "viewer").json()["data"][0]["member"] == world.members["viewer"]
    foreign = world.post(f"tokens/{narrow['id']}/revoke", None, "viewer")
    missing = world.post(f"tokens/{uuid.uuid4()}/revoke", None, "viewer")
    assert (foreign.status_code, foreign.content) == (404, missing.content)
    assert world.post(f"tokens/{narrow['id']}/rotate", {}, "admin").status_code == 403
    assert world.post(f"tokens/{narrow['id']}/revoke", None, "admin").status_code == 200
    assert world.get("me", "narrow").status_code == 401
    assert world.post("tokens", {"label": "a service's"}, "service").status_code == 403


@pytest.mark.parametrize("roles", [["admin"], ["viewer", "admin"], ["dashboard", "viewer"]])
def test_a_service_keeps_no_people_and_a_dashboard_reads_nothing_beside(
    world: World, roles: list[str]
) -> None:
    refused = world.post("tokens/services", {"label": "feed", "roles": roles}, "admin")
    assert (refused.status_code, code_of(refused)) == (422, "roles-not-allowed")


def test_only_a_dashboards_key_lasts_a_year(world: World) -> None:
    year = {"label": "feed", "days": 365}
    assert code_of(world.post("tokens/services", {**year, "roles": ["viewer"]}, "admin")) == "invalid-days"
    made = world.made("tokens/services", {**year, "roles": ["dashboard"]}, "admin")
    assert door.after(days=364) < made["expires_at"] < door.after(days=365)


def test_both_secrets_of_a_rotated_token_work_for_the_overlap_and_then_the_new_one_alone(
    world: World,
) -> None:
    made = world.made("tokens/services", {"label": "feed", "roles": ["viewer"]}, "admin")
    world.tokens["old"] = made["secret"]
    rotated = world.post(f"tokens/{made['id']}/rotate", {"overlap_hours": 168}, "admin").json()
    world.tokens["new"] = rotated["secret"]
    assert door.after(days=6.9) < rotated["both_work_until"] < door.after(days=7)
    assert {world.get("me", who).json()["credential"] for who in ("old", "new")} == {made["id"]}
    with tampering(world.url) as connection:
        connection.execute(sa.text("UPDATE old_secret SET until = :now"), {"now": door.now()})
    assert [world.get("me", who).status_code for who in ("old", "new")] == [401, 200]
    at_once = world.post(f"tokens/{made['id']}/rotate", {"overlap_hours": 0}, "admin").json()
    assert at_once["both_work_until"] is None
    assert world.get("me", "new").status_code == 401
    world.tokens["newest"] = at_once["secret"]
    assert world.get("me", "newest").status_code == 200
    too_long = world.post(f"tokens/{made['id']}/rotate", {"overlap_hours": 169}, "admin")
    assert (too_long.status_code, code_of(too_long)) == (422, "out-of-range")


def test_no_answer_no_revision_and_no_log_keeps_a_secret_or_a_password(world: World) -> None:
    begun = joined(world)
    secrets = [begun["secret"], PASSWORD, invited(world)]
    for path in ("log", "members", "tokens", "invitations"):
        answer = world.get(path, "admin", limit=500) if path != "members" else world.get(path, "admin")
        assert answer.status_code == 200
        assert not [one for one in secrets if one in answer.text]
    with tampering(world.url) as connection:
        contents = "".join(connection.execute(sa.text("SELECT content FROM revision")).scalars())
    hashes = [organisations.hashed(one) for one in secrets]
    assert not [one for one in (*secrets, *hashes, "argon2") if one in contents]


def test_an_invitation_is_accepted_once_however_many_try(world: World) -> None:
    """The second finds it over behind the lock, whatever it read before."""
    with world.database.writing() as connection:
        made = invitations.invite(
            connection, organisations.operator(world.organisation), "Member C", ["viewer"]
        )
    with world.outside.reading() as connection:
        found = invitations.asked(connection, made.secret)
    proofs = [invitations.by_password(found, (), name, PASSWORD) for name in ("one.one", "two.two")]
    hashed = organisations.hashed(made.secret)
    with world.outside.writing() as connection:
        invitations.accept(connection, hashed, proofs[0])
    with pytest.raises(Exception, match="is over"), world.outside.writing() as connection:
        invitations.accept(connection, hashed, proofs[1])
