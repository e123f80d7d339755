import re

import pytest

from app.accounts.own_mail import is_own_mail, new_message_id
from app.accounts.vault import Vault

KEY = f"k1:{Vault.generate_key()}"
VAULT = Vault(KEY)


def test_our_own_mail_is_known_again() -> None:
    message_id = new_message_id(VAULT, "example.org")
    assert is_own_mail(VAULT, message_id)
    assert is_own_mail(VAULT, f" {message_id.strip('<>')}\r\n")


def test_a_message_id_is_a_valid_one_and_no_two_are_alike() -> None:
    made = {new_message_id(VAULT, "example.org") for _ in range(50)}
    assert len(made) == 50
    assert all(re.fullmatch(r"<[a-z0-9.]{1,64}@example\.org>", one) for one in made)


def test_it_is_still_known_after_the_key_was_rotated() -> None:
    assert is_own_mail(Vault(f"k2:{Vault.generate_key()},{KEY}"), new_message_id(VAULT, "example.org"))


def test_another_installation_does_not_pass() -> None:
    stranger = Vault(f"k1:{Vault.generate_key()}")
    assert not is_own_mail(VAULT, new_message_id(stranger, "example.org"))


@pytest.mark.parametrize(
    "forged",
    [
        None,
        "",
        "<>",
        "<getanswers@example.org>",
        f"<getanswers.{'0' * 52}@example.org>",
        f"<getanswers.{'zz' * 26}@example.org>",
        f"<getanswers.{'ä' * 52}@example.org>",
        "<CAF=abc.def@mail.example.com>",
    ],
)
def test_what_merely_looks_like_it_does_not_pass(forged: str | None) -> None:
    assert not is_own_mail(VAULT, forged)


def test_changing_one_character_makes_it_somebody_elses() -> None:
    message_id = new_message_id(VAULT, "example.org")
    position = message_id.index("@") - 1
    other = "0" if message_id[position] != "0" else "1"
    assert not is_own_mail(VAULT, message_id[:position] + other + message_id[position + 1 :])
