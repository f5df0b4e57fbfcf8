"""Which new passwords are refused: short ones, and long ones that others would try."""

from __future__ import annotations

import pytest

from domain.passwords import LONGEST, SHORTEST, fault_in_password

NAMES = ("amina", "Amina of the North", "Example Recorder")


@pytest.mark.parametrize(
    "password",
    [
        "otter paints a quiet harbour",
        "correct horse battery otter",
        "Xk3vplq9-zzwTru",
        "پرنده‌ای روی سیم برق نشسته",
        "lantern over six slow rivers",
        "       wide spaces and one heron",
    ],
)
def test_a_long_password_of_other_peoples_making_is_taken_whatever_it_is_composed_of(password: str) -> None:
    assert fault_in_password(password, NAMES) is None


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword",
        "P@ssw0rdP@ssw0rd!",
        "password1234567890",
        "qwertyuiopasdfghjkl",
        "1qaz2wsx3edc4rfv5tgb",
        "abcdefghijklmnopqrs",
        "aaaaaaaaaaaaaaaaaaaa",
        "correct horse battery staple",
        "LetMeInPlease2026",
        "amina-example-recorder",
        "AminaAminaAmina1",
        "ExampleRecorder2026!",
        "f9Lq#f9Lq#f9Lq#f9",
        "zyxwvutsrqponmlkjih",
    ],
)
def test_a_password_that_others_would_try_is_refused_however_it_is_spelt(password: str) -> None:
    assert fault_in_password(password, NAMES) == "password-too-common"


def test_the_bounds_are_fifteen_and_two_hundred_characters() -> None:
    text = "otter paints a quiet harbour by the sea " + " ".join(f"heron {n} waits" for n in range(20, 40))
    assert fault_in_password(text[: SHORTEST - 1], ()) == "password-too-short"
    assert fault_in_password(text[:SHORTEST], ()) is None
    assert fault_in_password(text[:LONGEST], ()) is None
    assert fault_in_password(text[: LONGEST + 1], ()) == "password-too-long"
