"""A large mailbox made of the sample mailbox, and the sample as Gmail would hand it out."""

import json
import re
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from typing import Any, Final

from app.mail.provider import RawMessage
from app.simulator.mime import parse_mail
from app.simulator.payload import full_payload
from app.simulator.sample_mail import sample_messages

_HEAD_END: Final = re.compile(rb"\r?\n\r?\n")
_THREADING: Final = re.compile(
    rb"^(?:Message-ID|In-Reply-To|References):.*(?:\r?\n[ \t].*)*", re.IGNORECASE | re.MULTILINE
)
_ID: Final = re.compile(rb"<(?=[^<>\s]+@)")


def write_mailbox(folder: Path, count: int) -> None:
    """Write the sample again and again until there are `count` mails, each round with ids and threads of its own."""
    files = sample_messages()
    for number, path in enumerate(islice(cycle(files), count)):
        repeat = number // len(files)
        (folder / f"{repeat:03}-{path.name}").write_bytes(_copy(path.read_bytes(), repeat))


def _copy(raw: bytes, repeat: int) -> bytes:
    end = _HEAD_END.search(raw)
    head_length = end.start() if end else len(raw)
    head = _THREADING.sub(lambda found: _ID.sub(b"<r%d." % repeat, found[0]), raw[:head_length])
    return head + raw[head_length:]


def sample_payloads() -> list[str]:
    """The payload of every sample message, as the JSON that comes over the wire."""
    return [
        json.dumps(full_payload(parse_mail(path.read_bytes()), path.name), ensure_ascii=False)
        for path in sample_messages()
    ]


def raw_message(payload: dict[str, Any]) -> RawMessage:
    return RawMessage("m", "t", (), datetime(2026, 11, 1, tzinfo=UTC), 0, payload)
