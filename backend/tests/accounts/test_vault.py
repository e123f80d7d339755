import base64
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.vault import DecryptionError, Vault
from app.errors import UserError

OLD, NEW = f"old:{Vault.generate_key()}", f"new:{Vault.generate_key()}"
ROW = uuid4()
PLACE: dict[str, Any] = {"table": "mailboxes", "column": "refresh_token_encrypted", "row": ROW}


@pytest.fixture
def vault() -> Vault:
    return Vault(OLD)


@given(secret=st.text())
def test_what_is_encrypted_comes_back(secret: str) -> None:
    vault = Vault(OLD)
    assert vault.decrypt(vault.encrypt(secret, **PLACE), **PLACE) == secret


def test_the_same_secret_never_looks_the_same_twice(vault: Vault) -> None:
    assert vault.encrypt("token", **PLACE) != vault.encrypt("token", **PLACE)


@pytest.mark.parametrize(
    "elsewhere",
    [
        {**PLACE, "row": uuid4()},
        {**PLACE, "column": "access_token_encrypted"},
        {**PLACE, "table": "oauth_flows"},
        {**PLACE, "table": "mailboxesrefresh", "column": "_token_encrypted"},
    ],
)
def test_a_value_that_was_moved_does_not_open(vault: Vault, elsewhere: dict[str, Any]) -> None:
    value = vault.encrypt("token", **PLACE)
    with pytest.raises(DecryptionError):
        vault.decrypt(value, **elsewhere)


@pytest.mark.parametrize("position", range(2, 5))
def test_a_value_that_was_touched_does_not_open(vault: Vault, position: int) -> None:
    value = bytearray(vault.encrypt("token", **PLACE))
    value[-position] ^= 1
    with pytest.raises(DecryptionError):
        vault.decrypt(bytes(value), **PLACE)


@pytest.mark.parametrize("value", [b"", b"\x01", b"\x02" + bytes(40), bytes(60), b"\x01\xff" + bytes(60)])
def test_what_is_no_value_of_the_vault_is_said_to_be_none(vault: Vault, value: bytes) -> None:
    with pytest.raises(DecryptionError):
        vault.decrypt(value, **PLACE)


def test_after_rotation_old_values_open_and_are_told_apart() -> None:
    old_value = Vault(OLD).encrypt("token", **PLACE)
    rotated = Vault(f"{NEW},{OLD}")
    assert rotated.decrypt(old_value, **PLACE) == "token"
    assert rotated.needs_rotation(old_value)
    assert not rotated.needs_rotation(rotated.encrypt("token", **PLACE))


def test_without_its_key_a_value_stays_closed_and_the_key_is_named() -> None:
    with pytest.raises(DecryptionError, match="'old'"):
        Vault(NEW).decrypt(Vault(OLD).encrypt("token", **PLACE), **PLACE)


def test_a_key_id_cannot_be_swapped_for_another_with_the_same_key() -> None:
    key = Vault.generate_key()
    value = Vault(f"aaa:{key}").encrypt("token", **PLACE)
    renamed = value.replace(b"aaa", b"bbb", 1)
    with pytest.raises(DecryptionError):
        Vault(f"bbb:{key}").decrypt(renamed, **PLACE)


# The same in every process that collects these tests.
KEY = base64.b64encode(bytes(range(32))).decode()


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ("", "empty"),
        (" , ", "empty"),
        (KEY, "id"),
        (f":{KEY}", "id"),
        (f"a b:{KEY}", "id"),
        ("k1:not base64!", "base64"),
        ("k1:äöü", "base64"),
        (f"k1:{base64.b64encode(bytes(16)).decode()}", "16 bytes"),
        (f"k1:{KEY},k1:{KEY}", "twice"),
    ],
)
def test_malformed_keys_are_refused_with_what_to_do(keys: str, says: str) -> None:
    with pytest.raises(UserError, match=says) as refused:
        Vault(keys)
    assert "id:key" in str(refused.value)


def test_the_message_about_a_malformed_key_does_not_repeat_the_key() -> None:
    with pytest.raises(UserError) as refused:
        Vault(f"k1:{base64.b64encode(b'not so secret key').decode()}")
    assert "bm90" not in str(refused.value)


def test_a_signature_holds_for_its_purpose_and_data_only(vault: Vault) -> None:
    signature = vault.sign("purpose", b"data")
    assert vault.verify("purpose", b"data", signature)
    assert vault.verify("purpose", b"data", signature[:16])
    assert not vault.verify("other", b"data", signature)
    assert not vault.verify("purpose", b"date", signature)
    assert not vault.verify("purpose", b"data", signature[:15])
    assert not vault.verify("purpose", b"data", b"")


def test_signatures_of_an_older_key_are_still_known() -> None:
    signature = Vault(OLD).sign("purpose", b"data")
    assert Vault(f"{NEW},{OLD}").verify("purpose", b"data", signature)
    assert not Vault(NEW).verify("purpose", b"data", signature)
