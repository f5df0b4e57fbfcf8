"""What the operator of a deployment decides about what leaves it, as values: settings are not read here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from domain.networks import Network, networks


@dataclass(frozen=True, slots=True)
class Deployment:
    """Where files may be delivered, and where messages may go beside the public internet.

    ``certificates`` is a file of authorities that are trusted beside the usual ones, ``fonts`` are folders
    with fonts for scripts that those of the brief do not have.
    """

    delivery_dir: Path | None = None
    networks: tuple[Network, ...] = ()
    plain_http: bool = False
    certificates: Path | None = None
    fonts: tuple[Path, ...] = ()

    @classmethod
    def of(
        cls,
        delivery_dir: Path | None,
        webhook_networks: str,
        webhook_plain_http: bool,
        webhook_ca_file: Path | None,
        fonts: Path | None,
    ) -> Deployment:
        """Give the deployment that the settings of these names describe."""
        named = networks(part.strip() for part in webhook_networks.split(",") if part.strip())
        folders = () if fonts is None else (fonts,)
        return cls(delivery_dir, named, webhook_plain_http, webhook_ca_file, folders)
