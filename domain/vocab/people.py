"""Vocabularies of people and of how they show who they are."""

from domain.vocab.base import Vocabulary


class LoginKind(Vocabulary):
    """How a person signs in."""

    PASSWORD = "password", "Password", "A login name and a password, kept here as an Argon2id hash."
    OIDC = "oidc", "OpenID Connect", "An account at the deployment's identity provider."
