"""What a forward passes on: fingerprinted as it was shown, and held against what Gmail has before it is sent."""

import asyncio
import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from app.actions.kinds import MAX_FILENAME, ForwardedFile, ForwardPayload
from app.db.models import Message
from app.mail.canonical import one_line
from app.mail.incoming import incoming
from app.mail.provider import MailProvider

SAID: Final = ("text", "quoted_text")
SHOWN: Final = ("rfc_message_id", "sender_name", "sender_address", "subject", "html", "calendar", "attachments")


class ForwardedChangedError(Exception):
    """This mail is not what you saw: its text or its files differ. Nothing was sent; look at it and forward it anew."""


def fingerprint(message: Message) -> str:
    """Of everything a person was shown of a message, its files by name, kind and size; hexadecimal."""
    return _fingerprint({name: getattr(message, name) for name in (*SAID, *SHOWN)})


def files_of(message: Message) -> tuple[ForwardedFile, ...]:
    return tuple(_file(each) for each in message.attachments)


async def require_unchanged(provider: MailProvider, message_id: str, payload: ForwardPayload) -> None:
    """Read the message once more, as sync read it. Raises ForwardedChangedError when it is not what was shown."""
    raw = await provider.get_message(message_id)
    # In a thread: a mail may be large, and must not stop the others.
    read = await asyncio.to_thread(incoming, raw)
    if _fingerprint(read.values) != payload.original:
        raise ForwardedChangedError


def _fingerprint(values: Mapping[str, Any]) -> str:
    # Where its own words end and the history begins may be seen differently one day; what it says may not.
    said = " ".join(str(values.get(name) or "") for name in SAID).split()
    shown = [values.get(name) or "" for name in SHOWN]
    return hashlib.sha256(json.dumps([said, shown], sort_keys=True).encode()).hexdigest()


def _file(stored: Mapping[str, Any]) -> ForwardedFile:
    return ForwardedFile(
        name=one_line(str(stored.get("filename") or ""), MAX_FILENAME),
        mime_type=one_line(str(stored.get("mime_type") or ""), MAX_FILENAME),
        size=max(0, int(stored.get("size") or 0)),
    )
