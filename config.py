"""Settings, read by the composition roots only: the app, the command, the migrations.

Every setting has an environment variable, ``CIVHARM_`` and its name in capitals; ``civharm --help``
prints them with these descriptions.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import DirectoryPath, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from domain.networks import is_private, networks


class Settings(BaseSettings):
    """What an operator can set."""

    model_config = SettingsConfigDict(env_prefix="CIVHARM_", extra="ignore")

    database_url: str = Field(
        default="sqlite:///civharm.sqlite",
        description="Where the record is kept: an SQLite file or postgresql://user@host/name.",
    )
    several_organisations: bool = Field(
        default=False,
        description="Whether several organisations share an SQLite file, each behind a wall of its own.",
    )
    owner_url: str | None = Field(
        default=None,
        description="For civharm migrate alone: the database as the owner of its tables, "
        "postgresql://owner@host/name; unset: as CIVHARM_DATABASE_URL names it.",
    )
    public_url: str | None = Field(
        default=None,
        description="The database as the public's role has it, postgresql://civharm_public@host/name, which "
        "answers whoever shows no token; unset: CIVHARM_DATABASE_URL with that role and the same password.",
    )
    host: str = Field(default="127.0.0.1", description="The address to serve on.")
    port: int = Field(default=8000, ge=0, le=65535, description="The port to serve on.")
    pool_size: int = Field(default=12, ge=2, le=200, description="Most reading database connections at once.")
    write_pool_size: int = Field(
        default=6, ge=1, le=100, description="Most writing connections at once (SQLite always has one)."
    )
    wait_seconds: float = Field(
        default=2.0, gt=0, le=60, description="How long a request may wait for a connection before 503."
    )
    max_body_bytes: int = Field(
        default=2_000_000, ge=1_000, description="Largest request body; a larger one is answered 413."
    )
    body_seconds: float = Field(
        default=30.0, gt=0, le=600, description="How long a request body may take to arrive before 408."
    )
    max_page: int = Field(default=500, ge=1, le=10_000, description="Largest page a list gives.")
    fonts: DirectoryPath | None = Field(
        default=None,
        description="A folder with fonts for scripts that the fonts of the monthly brief's PDF do not have.",
    )
    cursor_secret: str | None = Field(
        default=None,
        description="Key that signs page cursors; set it when several processes serve one database.",
    )
    requests_per_minute: int = Field(
        default=1_200,
        ge=0,
        description="Most requests a minute with one credential, in each process; 0: no limits.",
    )
    address_requests_per_minute: int = Field(
        default=4_800, ge=1, description="Most requests a minute from one address, in each process."
    )
    trusted_proxies: str = Field(
        default="",
        description="Networks, comma-separated, of proxies whose X-Forwarded-For is believed.",
    )
    site_url: str = Field(
        default="http://localhost:8000",
        description="The address that browsers reach the service at, for signing in at an identity provider.",
    )
    oidc_issuer: str | None = Field(
        default=None,
        description="The identity provider's issuer, exactly as it names itself; unset: passwords alone.",
    )
    oidc_client_id: str = Field(default="", description="What this service is called there.")
    oidc_client_secret: SecretStr = Field(
        default=SecretStr(""), description="The secret that the service shows there."
    )
    delivery_dir: Path | None = Field(
        default=None,
        description="Folder that jobs deliver files into, the same for the service and its workers; unset: "
        "nothing is delivered.",
    )
    webhook_networks: str = Field(
        default="",
        description="Networks, comma-separated, that webhooks may lie in beside the public internet, such as "
        "10.1.0.0/16.",
    )
    webhook_plain_http: bool = Field(
        default=False, description="Whether webhooks may have http addresses, for receivers nearby."
    )
    webhook_ca_file: Path | None = Field(
        default=None,
        description="File (PEM) of authorities that are trusted for webhooks beside the usual ones.",
    )

    @model_validator(mode="after")
    def _speaks_to_nobody_else(self) -> Settings:
        if self.oidc_issuer is not None:
            if not self.oidc_client_id or not self.oidc_client_secret.get_secret_value():
                raise ValueError("CIVHARM_OIDC_ISSUER needs CIVHARM_OIDC_CLIENT_ID and _CLIENT_SECRET.")
            for one in (self.oidc_issuer, self.site_url):
                if not is_private(one):
                    raise ValueError("CIVHARM_OIDC_ISSUER and CIVHARM_SITE_URL are https addresses.")
        return self

    @field_validator("webhook_networks", "trusted_proxies")
    @classmethod
    def _are_networks(cls, value: str) -> str:
        networks(part.strip() for part in value.split(",") if part.strip())
        return value


def root() -> Path:
    """Give the folder that holds the rooms, for the migrations' script location."""
    return Path(__file__).resolve().parent
