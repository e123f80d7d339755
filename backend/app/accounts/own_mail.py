"""How our own mails are known again: a Message-ID that only this installation can make."""

import binascii
import secrets
from typing import Final

from app.accounts.vault import Vault

PURPOSE: Final = "own mail"
PREFIX: Final = "getanswers"
NONCE_BYTES: Final = 10
SIGNATURE_BYTES: Final = 16


def new_message_id(vault: Vault, domain: str) -> str:
    """Return a Message-ID, in its angle brackets, that nobody can guess and `is_own_mail` accepts."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return f"<{PREFIX}.{nonce.hex()}{_signature(vault, nonce).hex()}@{domain}>"


def is_own_mail(vault: Vault, message_id: str | None) -> bool:
    """Whether this installation made the Message-ID; a header that merely looks like it does not pass.

    The domain is not signed: an installation that changes its sender address still knows its older mails.
    """
    local = (message_id or "").strip().removeprefix("<").partition("@")[0]
    prefix, _, encoded = local.rpartition(".")
    if prefix != PREFIX or len(encoded) != 2 * (NONCE_BYTES + SIGNATURE_BYTES):
        return False
    try:
        made = binascii.unhexlify(encoded)
    except ValueError:
        return False
    return vault.verify(PURPOSE, made[:NONCE_BYTES], made[NONCE_BYTES:])


def _signature(vault: Vault, nonce: bytes) -> bytes:
    return vault.sign(PURPOSE, nonce)[:SIGNATURE_BYTES]
