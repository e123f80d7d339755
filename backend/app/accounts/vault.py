"""The vault: encrypts stored tokens so that each opens in its own row only, and signs what must be known again."""

import base64
import hmac
import os
import re
from typing import Final, Self
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.errors import UserError
from app.settings import Settings

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
FORMAT: Final = 1
SHORTEST_SIGNATURE: Final = 16
KEY_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,32}")
HOW_TO: Final = "Write it as id:key,id2:key2 with keys made by `getanswers keys generate`."


class DecryptionError(Exception):
    """The stored value does not open here: its key is missing, or it was made for another row."""


class _Key:
    """One master key; what encrypts and what signs are derived from it, so neither can stand in for the other."""

    def __init__(self, name: str, secret: bytes) -> None:
        self.name = name
        self._secret = secret
        self.cipher = AESGCM(self._derive("encryption"))

    def mac(self, purpose: str, data: bytes) -> bytes:
        return hmac.digest(self._derive(f"signature:{purpose}"), data, "sha256")

    def _derive(self, info: str) -> bytes:
        hkdf = HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=f"getanswers:{info}".encode())
        return hkdf.derive(self._secret)


class Vault:
    """All keys of the installation: the first encrypts and signs, every one decrypts and verifies.

    An encrypted value is format (1 byte), length of the key id (1), key id, nonce (12), ciphertext with tag.
    """

    def __init__(self, keys: str) -> None:
        """Read "id:base64,id2:base64". Raises UserError, which says what to do, when that is malformed."""
        parsed = [_parse(entry) for entry in keys.split(",") if entry.strip()]
        if not parsed:
            raise UserError(f"ENCRYPTION_KEYS is empty. {HOW_TO}")
        self._keys = {key.name: key for key in parsed}
        if len(self._keys) < len(parsed):
            raise UserError(f"ENCRYPTION_KEYS names the same id twice. {HOW_TO}")
        self._first = parsed[0]

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        return cls(settings.encryption_keys.get_secret_value())

    @staticmethod
    def generate_key() -> str:
        """Return the base64 of a new key, to be put behind an id of one's own choice."""
        return base64.b64encode(os.urandom(KEY_BYTES)).decode()

    def encrypt(self, plaintext: str, *, table: str, column: str, row: UUID) -> bytes:
        name = self._first.name.encode()
        head = bytes([FORMAT, len(name)]) + name
        nonce = os.urandom(NONCE_BYTES)
        return head + nonce + self._first.cipher.encrypt(nonce, plaintext.encode(), _place(head, table, column, row))

    def decrypt(self, value: bytes, *, table: str, column: str, row: UUID) -> str:
        """Raises DecryptionError for a value of another place, another key, or one that was touched."""
        head, name, sealed = _split(value)
        key = self._keys.get(name)
        if key is None:
            raise DecryptionError(f"Encrypted with key {name!r}, which ENCRYPTION_KEYS no longer holds")
        try:
            opened = key.cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _place(head, table, column, row))
        except InvalidTag as error:
            raise DecryptionError(f"The value of {table}.{column} was not made for this row") from error
        return opened.decode()

    def needs_rotation(self, value: bytes) -> bool:
        """Whether another key than the first one encrypted it."""
        return _split(value)[1] != self._first.name

    def sign(self, purpose: str, data: bytes) -> bytes:
        """32 bytes. A signature for one purpose is worth nothing for another."""
        return self._first.mac(purpose, data)

    def verify(self, purpose: str, data: bytes, signature: bytes) -> bool:
        """Whether any of the keys made (the beginning of) this signature; fewer than 16 bytes are never enough."""
        if not SHORTEST_SIGNATURE <= len(signature) <= KEY_BYTES:
            return False
        made = [key.mac(purpose, data)[: len(signature)] for key in self._keys.values()]
        return any([hmac.compare_digest(one, signature) for one in made])  # noqa: C419 - the same time for each key


def _parse(entry: str) -> _Key:
    name, _, encoded = entry.strip().partition(":")
    if not KEY_ID.fullmatch(name):
        raise UserError(f"ENCRYPTION_KEYS: a key needs an id of letters, digits, dot, dash or underscore. {HOW_TO}")
    try:
        secret = base64.b64decode(encoded, validate=True)
    except ValueError as error:  # not base64, or not even ASCII
        raise UserError(f"ENCRYPTION_KEYS: the key {name!r} is not base64. {HOW_TO}") from error
    if len(secret) != KEY_BYTES:
        raise UserError(f"ENCRYPTION_KEYS: the key {name!r} is {len(secret)} bytes long, not {KEY_BYTES}. {HOW_TO}")
    return _Key(name, secret)


def _split(value: bytes) -> tuple[bytes, str, bytes]:
    """Head, key id, and nonce with ciphertext."""
    if len(value) < 2 + NONCE_BYTES or value[0] != FORMAT:
        raise DecryptionError("Not a value that the vault made")
    end = 2 + value[1]
    return value[:end], value[2:end].decode("ascii", "replace"), value[end:]


def _place(head: bytes, table: str, column: str, row: UUID) -> bytes:
    # NUL separates because no name of a table or column can hold it: ("ab", "c") and ("a", "bc") stay different
    return b"\0".join((head, table.encode(), column.encode(), row.bytes))
