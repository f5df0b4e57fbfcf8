"""Schemas of people and keys: members, invitations, tokens, sessions."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from api.v1.schemas.base import Checked, ShortText, Strict, code, refuse
from domain.passwords import LONGEST, SHORTEST
from domain.vocab import Role

_ID = "6f1c1d8e-0c3b-4a57-9d8e-2f1f5f1f9a10"
_AT = "2026-03-01T00:00:00.000000Z"
_SHOWN = "cht_6f1c1d8e_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYq"
RoleCode = Annotated[str, code(Role)]


def _secret(value: str) -> str:
    if not value.isascii() or not value.isprintable():
        raise refuse("invalid", "Send the secret as it was shown.")
    return value


Secret = Annotated[str, Field(min_length=1, max_length=200), Checked(_secret, {"pattern": "^[ -~]*$"})]


def _password(value: str) -> str:
    if not value.isprintable():
        raise refuse("control-character")
    return value


Password = Annotated[
    str, Field(min_length=1, max_length=1_000), Checked(_password, {"writeOnly": True, "format": "password"})
]
LoginName = Annotated[str, Field(min_length=1, max_length=100)]
_CHOSEN = "otter-paints-quiet-harbour"


class MemberIn(Strict):
    """Somebody who is to be a member."""

    name: ShortText = Field(description="The name, as colleagues know it.", examples=["Member A"])
    roles: list[RoleCode] = Field(
        max_length=len(Role), description="What they may do; roles add up.", examples=[["recorder"]]
    )


class MemberChange(Strict):
    """What is to be different of a member."""

    name: ShortText | None = Field(default=None, description="Another name.", examples=["Member B"])
    roles: list[RoleCode] | None = Field(
        default=None,
        max_length=len(Role),
        description="All roles from now on. Nobody gives themselves one.",
        examples=[["recorder", "reviewer"]],
    )


class MemberShown(BaseModel):
    """A member."""

    id: str = Field(description="Its id.", examples=[_ID])
    name: str = Field(description="The name.", examples=["Member A"])
    roles: list[str] = Field(description="Roles.", examples=[["recorder"]])
    active: bool = Field(description="Whether the member has access.", examples=[True])
    version: int = Field(description="Counts the acts on it; send it as If-Match.", examples=[1])
    links: dict[str, str] = Field(description="Where to read on.", examples=[{"self": f"/v1/members/{_ID}"}])


class InvitationIn(Strict):
    """Somebody who is to become a member by accepting."""

    name: ShortText = Field(description="The name, as colleagues will know it.", examples=["Member C"])
    roles: list[RoleCode] = Field(
        min_length=1, max_length=len(Role), description="What they will do.", examples=[["recorder"]]
    )


class InvitationOut(BaseModel):
    """An invitation, without its secret."""

    id: str = Field(description="Its id.", examples=[_ID])
    name: str = Field(description="Who is invited.", examples=["Member C"])
    roles: list[str] = Field(
        description="What they will do; empty where a member gets a way to sign in.", examples=[["recorder"]]
    )
    member: str | None = Field(
        description="The member: who accepted, or for whom it is from the first.", examples=[None]
    )
    invited_by: str | None = Field(
        description="The member who invited; null where the server's operator did.", examples=[_ID]
    )
    expires_at: str = Field(description="Until when it can be accepted.", examples=[_AT])
    accepted_at: str | None = Field(description="When it was accepted.", examples=[None])
    revoked_at: str | None = Field(description="When it was taken back.", examples=[None])
    version: int = Field(description="Counts the acts on it.", examples=[1])
    recorded_at: str = Field(description="When the latest of these was.", examples=[_AT])


class InvitationMadeOut(InvitationOut):
    """An invitation with the secret that was just made."""

    secret: str = Field(
        description="What the invited accept it with. It is shown this once; hand it over in person or by a "
        "channel that nobody else reads.",
        examples=["chi_6f1c1d8e_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYq"],
    )


class AcceptIn(Strict):
    """An invitation's secret, and how who accepts will sign in."""

    secret: Secret = Field(description="The invitation's secret.", examples=["chi_6f1c1d8e_MfKQ9r8G"])
    login: LoginName = Field(
        description="A login name of your choice, or yours already where you are a member elsewhere.",
        examples=["amina"],
    )
    password: Password = Field(
        description=f"{SHORTEST} to {LONGEST} characters that others would not try.",
        examples=[_CHOSEN],
    )


class SessionIn(Strict):
    """Who signs in."""

    login: LoginName = Field(description="The login name.", examples=["amina"])
    password: Password = Field(description="The password.", examples=[_CHOSEN])
    organisation: ShortText | None = Field(
        default=None,
        description="The id or the name of your organisation, where you are a member of several.",
        examples=["Example Recorder"],
    )


class SessionOut(BaseModel):
    """A session, without its secret."""

    id: str = Field(description="Its id.", examples=[_ID])
    member: str = Field(description="Whose it is.", examples=[_ID])
    expires_at: str = Field(
        description="When it ends at the latest; sooner where nobody uses it for an hour.", examples=[_AT]
    )
    ended_at: str | None = Field(description="When it was ended.", examples=[None])


class SessionBegunOut(SessionOut):
    """A session with its secret."""

    secret: str = Field(
        description="Send it as `Authorization: Bearer SECRET`. It is shown this once.",
        examples=["chs_6f1c1d8e_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYq"],
    )


class PasswordIn(Strict):
    """Another password."""

    current: Password = Field(description="Your password.", examples=[_CHOSEN])
    new: Password = Field(
        description=f"{SHORTEST} to {LONGEST} characters that others would not try.",
        examples=["lantern over six slow rivers"],
    )


class TokenIn(Strict):
    """A token of your own."""

    label: ShortText = Field(description="What it is for.", examples=["amina-laptop"])
    days: int = Field(default=90, ge=1, le=90, description="How many days it lasts.", examples=[90])
    roles: list[RoleCode] | None = Field(
        default=None,
        max_length=len(Role),
        description="Which of your roles it has; left out: all that you have when it is used.",
        examples=[["recorder"]],
    )


class ServiceTokenIn(Strict):
    """A token of a program."""

    label: ShortText = Field(description="What it is for.", examples=["Monthly dashboard"])
    roles: list[RoleCode] = Field(
        min_length=1,
        max_length=len(Role),
        description="What it may do: any of viewer, recorder, reviewer and publisher, or dashboard alone. It "
        "never does what a person answers for.",
        examples=[["viewer"]],
    )
    days: int = Field(
        default=90,
        ge=1,
        le=365,
        description="How many days it lasts: at most 90, and 365 with the one role dashboard.",
        examples=[90],
    )


class RotateIn(Strict):
    """How a token gets another secret."""

    overlap_hours: int = Field(
        default=24,
        ge=0,
        le=168,
        description="How long the secret before works beside it; 0: no longer.",
        examples=[24],
    )
    days: int = Field(
        default=90,
        ge=1,
        le=365,
        description="How many days it lasts from now on, as when it was made.",
        examples=[90],
    )


class TokenOut(BaseModel):
    """A token, without what is secret."""

    id: str = Field(description="Its id.", examples=[_ID])
    label: str = Field(description="What it is for.", examples=["amina-laptop"])
    kind: Literal["personal", "service"] = Field(description="Whom it speaks for.", examples=["personal"])
    member: str | None = Field(description="Whose it is; null for a service.", examples=[_ID])
    roles: list[str] = Field(
        description="Its roles; of a member's: those it is limited to, empty where to none.", examples=[[]]
    )
    expires_at: str = Field(description="Until when it works.", examples=[_AT])
    revoked_at: str | None = Field(description="When it was revoked.", examples=[None])
    both_work_until: str | None = Field(
        description="Until when the secret before the latest works too.", examples=[None]
    )
    version: int = Field(description="Counts the acts on it.", examples=[1])
    recorded_at: str = Field(description="When the latest of these was.", examples=[_AT])


class TokenMadeOut(TokenOut):
    """A token with the secret that was just made."""

    secret: str = Field(
        description="Send it as `Authorization: Bearer SECRET`. It is shown this once.", examples=[_SHOWN]
    )


class MeOut(BaseModel):
    """Who you are here."""

    kind: Literal["personal", "service", "session"] = Field(
        description="With what you came.", examples=["session"]
    )
    credential: str = Field(description="Its id.", examples=[_ID])
    organisation: str = Field(description="The organisation's id.", examples=[_ID])
    organisation_name: str = Field(description="Its name.", examples=["Example Recorder"])
    member: str | None = Field(description="The member you act as; null for a service.", examples=[_ID])
    name: str | None = Field(description="The member's name.", examples=["Member A"])
    roles: list[str] = Field(description="What you may do with it.", examples=[["recorder"]])
