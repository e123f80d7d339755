"""Tokens that are handed out once and kept only as hashes."""

import hashlib
import secrets
from typing import Final

TOKEN_BYTES: Final = 32


def new_token() -> str:
    """256 random bits, safe in an address and in a cookie."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> bytes:
    # no salt and no slow hash: 256 random bits cannot be guessed from their SHA-256
    return hashlib.sha256(token.encode()).digest()
