"""Passwords: kept as Argon2id hashes, compared in the same time whether there is such a login or not."""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Iterable
from functools import cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from domain.errors import Fault, Invalid
from domain.passwords import LONGEST, SHORTEST, fault_in_password

# The least that OWASP's cheat sheet names for Argon2id: 19 MiB, two passes, one lane. A service of two cores
# has to answer others meanwhile, and the passwords are long.
_HASHER = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19_456, parallelism=1),))
_AT_ONCE = threading.BoundedSemaphore(2)
"""More at once would keep everybody else waiting."""
_WORDS = {
    "password-too-short": f"Use at least {SHORTEST} characters; several words chosen at random do well.",
    "password-too-long": f"Use at most {LONGEST} characters.",
    "password-too-common": "Others would try this one: it is made of common words, of runs of the keyboard, "
    "of one part again and again, or of your names. Use another.",
}


def checked(password: str, names: Iterable[str], pointer: str = "/password") -> str:
    """Give a new password as it is hashed. Raises Invalid for one that is easy to guess."""
    code = fault_in_password(password, names)
    if code is not None:
        raise Invalid(_WORDS[code], code=code, faults=[Fault(pointer, code, _WORDS[code])])
    return password


def hash_of(password: str) -> str:
    """Give the hash of a password."""
    with _AT_ONCE:
        return _HASHER.hash(_form(password))


def is_right(password: str, password_hash: str | None) -> bool:
    """Tell whether a password is that of a hash; without one, take as long and say no."""
    with _AT_ONCE:
        right = _HASHER.verify(_form(password), password_hash or _nobodys())
    return right and password_hash is not None


def _form(password: str) -> str:
    # Keyboards write the same letter in one or in two characters.
    return unicodedata.normalize("NFC", password)


@cache
def _nobodys() -> str:
    return _HASHER.hash("no login has this one")
