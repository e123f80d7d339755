"""A fingerprint of what a draft says and to whom: the same however often a provider stores it, another once edited."""

import hashlib
import json
from email.errors import MessageError
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP
from typing import Final

# What the standard library's reader raises on damaged mail, by experience.
_READER_ERRORS: Final = (MessageError, ValueError, TypeError, LookupError, AttributeError, AssertionError, OSError)


def draft_print(raw: bytes) -> bytes:
    """Hash recipients, subject, words and attachments; line ends, header order and dates do not count."""
    try:
        said = _said(BytesParser(EmailMessage, policy=SMTP).parsebytes(raw))
    except (*_READER_ERRORS, RecursionError):
        # Nothing of ours reads like that, so it equals no stored fingerprint but its own.
        return hashlib.sha256(raw).digest()
    return hashlib.sha256(json.dumps(said).encode()).digest()


def _said(message: EmailMessage) -> list[object]:
    people = sorted(
        address.addr_spec.lower()
        for name in ("To", "Cc", "Bcc")
        for header in message.get_all(name, ())
        for address in header.addresses
    )
    body = message.get_body(("plain", "html"))
    words = body.get_content().split() if body is not None else []
    parts = [part.get_content_type() for part in message.walk()]
    return [people, str(message.get("Subject", "")).split(), parts, words]
