"""What the operator of a deployment decides about what leaves it, as values: settings are not read here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from domain.networks import Network, networks


@dataclass(frozen=True, slots=True)
class Deployment:
    """Where files may be delivered, and where messages may go beside the public internet.

    ``certificates`` is a file of authorities that are trusted beside the usual ones.
    """

    delivery_dir: Path | None = None
    networks: tuple[Network, ...] = ()
    plain_http: bool = False
    certificates: Path | None = None

    @classmethod
    def of(
        cls,
        delivery_dir: Path | None,
        webhook_networks: str,
        webhook_plain_http: bool,
        webhook_ca_file: Path | None,
    ) -> Deployment:
        """Give the deployment that the settings of these names describe."""
        named = networks(part.strip() for part in webhook_networks.split(",") if part.strip())
        return cls(delivery_dir, named, webhook_plain_http, webhook_ca_file)
